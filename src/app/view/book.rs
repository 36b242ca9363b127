//! The book at the time cursor, as the strategy in focus finds it.

mod standing;

pub use crate::order_book::{Quote, Standing};
pub use standing::Passage;

use super::{PathView, StrategyPath};
use crate::engine::Pinned;
use crate::episode::Settlement;
use crate::order_book::{Cost, Memory, OrderBook};
use crate::policy::Who;
use crate::scenario::Scenario;

/// The book and the trades in it.
#[derive(Clone, Debug)]
pub struct BookView {
    /// Whose book it is: worn by whose trades.
    pub of: Option<Who>,
    /// Unaffected price (currency).
    pub spot: f64,
    /// Whether the option has been settled at this date.
    pub at_maturity: bool,
    /// Best ask and bid (currency).
    pub best: (f64, f64),
    /// What past trades took and has not come back (shares).
    pub memory: Memory,
    /// The book before the trade of this date.
    pub now: Standing,
    /// The book of each pinned scenario, worn by the same strategy's trades there, around the present
    /// mid price.
    pub ghosts: Vec<Standing>,
    /// How the book got here from the date before, and how it goes on to the next one.
    pub arrives: Option<Passage>,
    pub leaves: Option<Passage>,
    /// The largest size drawn (shares), the same at every date.
    pub reach: f64,
    /// The lowest and highest price less mid that is drawn (currency), the same at every date.
    pub span: (f64, f64),
    /// The trade that is drawn into the book; at maturity the one that settles.
    pub trade: Option<TradeNow>,
    /// Each policy's trade at this date, in its own book.
    pub trades: Vec<TradeNow>,
    /// Whether trading costs nothing.
    pub frictionless: bool,
}

/// One policy's trade at the time cursor.
#[derive(Clone, Debug)]
pub struct TradeNow {
    pub who: Who,
    /// Shares; positive buys.
    pub size: f64,
    /// Average price; absent without a trade.
    pub price: Option<f64>,
    pub cost: Cost,
    /// Shares held after the trade; at maturity those that were brought there.
    pub held: f64,
    /// Best ask and bid that it found in its own book (currency).
    pub best: (f64, f64),
    /// What its own past trades had taken from that book (shares).
    pub memory: Memory,
    /// How the option was settled, at maturity.
    pub settlement: Option<Settlement>,
}

impl BookView {
    /// The book at date `step` of the path.
    #[must_use]
    pub fn new<'a>(
        scenario: &Scenario,
        path: &PathView,
        step: usize,
        focus: impl Into<Who>,
        pinned: impl IntoIterator<Item = &'a Pinned>,
    ) -> Self {
        let focus = &focus.into();
        let book = OrderBook::of(scenario);
        let seen = path.whose(focus);
        let now = standing(book, path, seen, step);
        let reach = reach(scenario, path);
        let passage = |from: usize| {
            let last = path.prices.len().saturating_sub(1);
            (from < last).then(|| Passage {
                from: standing(book, path, seen, from),
                trade: traded(seen, from),
                years: scenario.step_length(),
                to: standing(book, path, seen, from + 1),
                next: traded(seen, from + 1),
            })
        };
        let spot = now.spot;
        Self {
            of: seen.map(|s| s.who.clone()),
            spot,
            at_maturity: step >= scenario.steps,
            best: now.best(),
            memory: now.memory,
            now,
            ghosts: pinned
                .into_iter()
                .zip(&path.ghosts)
                .map(|(pinned, path)| ghost(pinned, path, focus, spot, step))
                .collect(),
            arrives: step.checked_sub(1).and_then(passage),
            leaves: passage(step),
            reach,
            span: span(&now, path, reach),
            trade: seen.map(|s| TradeNow::of(&book, spot, s, step)),
            trades: path
                .strategies
                .iter()
                .map(|s| TradeNow::of(&book, spot, s, step))
                .collect(),
            frictionless: book.quoted_spread(1.0, Memory::default()) == 0.0,
        }
    }
}

/// The book of a strategy before its trade at a date.
fn standing(
    book: OrderBook,
    path: &PathView,
    seen: Option<&StrategyPath>,
    step: usize,
) -> Standing {
    Standing {
        book,
        spot: path.prices.get(step).copied().unwrap_or(f64::NAN),
        memory: seen.map_or_else(Memory::default, |s| s.memory(step)),
    }
}

/// What a strategy trades at a date (shares; positive buys), the last trade at maturity included.
fn traded(seen: Option<&StrategyPath>, step: usize) -> f64 {
    seen.map_or(0.0, |s| s.traded(step))
}

/// Room for the largest trade on the path and a quarter more, the same at every date.
fn reach(scenario: &Scenario, path: &PathView) -> f64 {
    let used = path.strategies.iter().flat_map(|s| {
        let trades = s.ledger.iter().map(|line| line.trade);
        trades.chain(std::iter::once(s.settlement.liquidated))
    });
    used.fold(0.6 * scenario.contract.shares, |most: f64, trade| {
        most.max(trade.abs())
    }) * 1.25
}

/// The prices less mid to show (currency): those that any strategy's book comes to on the path.
fn span(now: &Standing, path: &PathView, reach: f64) -> (f64, f64) {
    let mut worn = Memory::default();
    for strategy in &path.strategies {
        for step in 0..path.prices.len() {
            let memory = strategy.memory(step);
            worn.ask = worn.ask.max(memory.ask);
            worn.bid = worn.bid.max(memory.bid);
        }
    }
    let highest = Standing {
        memory: worn,
        spot: path.range().1,
        ..*now
    };
    let edge = |ask: bool| highest.price_on(ask, reach) - highest.mid();
    (edge(false) * 1.08, edge(true) * 1.08)
}

/// A pinned scenario's book at the same date of its own path.
fn ghost(pinned: &Pinned, path: &PathView, focus: &Who, spot: f64, step: usize) -> Standing {
    let theirs = path.whose(focus);
    Standing {
        book: OrderBook::of(&pinned.scenario),
        spot,
        memory: theirs.map_or_else(Memory::default, |s| s.memory(step)),
    }
}

impl TradeNow {
    /// What a strategy trades at a date, in its own book.
    fn of(book: &OrderBook, spot: f64, s: &StrategyPath, step: usize) -> Self {
        let found = Standing {
            book: *book,
            spot,
            memory: s.memory(step),
        };
        let line = s.ledger.get(step);
        let settlement = line.is_none().then_some(s.settlement);
        let last = &s.settlement;
        let (size, price, cost) = match line {
            Some(line) => (line.trade, line.price, line.cost),
            None => (
                -last.liquidated,
                (last.liquidated != 0.0).then(|| last.cash_flow / last.liquidated),
                last.cost,
            ),
        };
        Self {
            who: s.who.clone(),
            size,
            price,
            cost,
            held: s.held(step),
            best: found.best(),
            memory: found.memory,
            settlement,
        }
    }
}

#[cfg(test)]
mod tests;
