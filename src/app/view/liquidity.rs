//! Liquidity through time: what each side offers beyond its full book's best price, after one's own
//! trades, and how it comes back between two dates.

use super::{PathView, Standing, StrategyPath};
use crate::engine::Pinned;
use crate::gallery::{Bite, Side, Through};
use crate::order_book::{Displacement, Memory, OrderBook};
use crate::policy::Who;
use crate::scenario::Scenario;

/// Both sides of the book by date.
#[derive(Clone, Debug, Default)]
pub struct LiquidityView {
    /// Whose trades have worn the book.
    pub of: Option<Who>,
    /// The ask and the bid side.
    pub sides: Option<[Side; 2]>,
    /// The trades that did it, the last one at maturity included.
    pub bites: Vec<Bite>,
    /// Whether distances from the mid price are relative to it, or in currency.
    pub relative: bool,
    pub frictionless: bool,
}

impl LiquidityView {
    /// The picture of the path for the strategy in focus.
    #[must_use]
    pub fn new<'a>(
        scenario: &Scenario,
        path: &PathView,
        focus: impl Into<Who>,
        pinned: impl IntoIterator<Item = &'a Pinned>,
        relative: bool,
    ) -> Self {
        let focus = &focus.into();
        let book = OrderBook::of(scenario);
        let seen = path.whose(focus);
        let frictionless = book.quoted_spread(1.0, Memory::default()) == 0.0;
        let drawn = !frictionless && !path.prices.is_empty();
        let source = through(scenario, path, seen, relative);
        let sides = drawn.then(|| {
            let ghosts: Vec<Through<'_>> = pinned
                .into_iter()
                .zip(&path.ghosts)
                .map(|(pinned, path)| through(&pinned.scenario, path, path.whose(focus), relative))
                .collect();
            [true, false].map(|ask| {
                let best = ghosts.iter().map(|ghost| ghost.best(ask));
                source.side(ask, best.collect())
            })
        });
        Self {
            of: seen.map(|s| s.who.clone()),
            bites: if drawn { source.bites() } else { Vec::new() },
            sides,
            relative,
            frictionless,
        }
    }

    /// A side of the book at a time between the first date and the last; the price between two dates
    /// is on the line between theirs.
    #[must_use]
    pub fn standing(&self, ask: bool, date: f64) -> Option<Standing> {
        let sides = self.sides.as_ref()?;
        let moments = &sides[usize::from(!ask)].moments;
        let next = moments.partition_point(|moment| moment.date <= date);
        let before = &moments[next.checked_sub(1)?];
        let Some(after) = moments.get(next) else {
            return Some(before.standing);
        };
        let share = (date - before.date) / (after.date - before.date);
        let between = |from: f64, to: f64| share.mul_add(to - from, from);
        let (one, other) = (before.standing, after.standing);
        Some(Standing {
            book: one.book,
            spot: between(one.spot, other.spot),
            memory: Memory {
                ask: between(one.memory.ask, other.memory.ask),
                bid: between(one.memory.bid, other.memory.bid),
                mid: Displacement {
                    passing: between(one.memory.mid.passing, other.memory.mid.passing),
                    lasting: between(one.memory.mid.lasting, other.memory.mid.lasting),
                },
            },
        })
    }
}

/// A path and what a strategy traded on it, through time.
fn through<'a>(
    scenario: &'a Scenario,
    path: &'a PathView,
    seen: Option<&'a StrategyPath>,
    relative: bool,
) -> Through<'a> {
    let hedge = seen.map(|s| &s.played);
    Through::new(scenario, &path.prices, hedge, relative)
}

#[cfg(test)]
mod tests;
