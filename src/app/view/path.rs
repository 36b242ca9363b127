//! The shown path, and what each strategy did on it.

use crate::app::format;
use crate::app::theme::place;
use crate::engine::{Pinned, Replay};
use crate::market::Path;
use crate::order_book::Cost;
use crate::policy::{LearnedPolicy, Tuned, Who};
use crate::scenario::Scenario;
use crate::simulate::Played;
use egui_plot::PlotPoint;
use std::ops::Deref;

/// Most points of a line on screen.
const POINTS: usize = 2000;

/// A price path with the hedges of every selected strategy.
#[derive(Clone, Debug, Default)]
pub struct PathView {
    /// Its number among the simulated paths; absent for a path that the preset brings.
    pub number: Option<u64>,
    /// Prices at the dates `0..=steps` (currency).
    pub prices: Path,
    /// The same by date, thinned for drawing.
    pub line: Vec<PlotPoint>,
    /// The parameters of the tuned strategies.
    pub tuned: Tuned,
    /// Each policy, in the order in which strategies stand everywhere.
    pub strategies: Vec<StrategyPath>,
    /// Path and strategies in each pinned scenario that is compared with.
    pub ghosts: Vec<Self>,
}

/// What one policy did on the path.
#[derive(Clone, Debug)]
pub struct StrategyPath {
    pub who: Who,
    pub played: Played,
    /// Shares held, as steps over the dates.
    pub positions: Vec<PlotPoint>,
    /// Trades, as `(date, shares)`.
    pub trades: Vec<(f64, f64)>,
    /// What all trades so far have cost against the mid price (currency), as steps over the dates.
    pub costs: Vec<PlotPoint>,
    /// Portfolio value by date, the option aside (currency).
    pub values: Vec<PlotPoint>,
    /// The mid that its trades have displaced, by date (currency); empty where they leave it.
    pub mids: Vec<PlotPoint>,
}

impl PathView {
    /// Path `number` of `scenario`, or the path that the scenario brings, with the hedges on it, and
    /// the same in pinned scenarios; `tuned` are the parameters of tuned strategies, first there, then
    /// in each of these.
    #[must_use]
    pub fn new<'a>(
        scenario: &Scenario,
        learned: &[LearnedPolicy],
        number: Option<u64>,
        pinned: impl IntoIterator<Item = &'a Pinned>,
        tuned: &[Tuned],
    ) -> Self {
        let path = Replay::new(scenario, learned, tuned[0], number);
        let pinned = pinned.into_iter().zip(&tuned[1..]);
        let ghosts = pinned.map(|(pinned, tuned)| Replay::beside(scenario, number, pinned, *tuned));
        Self::replayed(path, ghosts.collect(), tuned)
    }

    /// The same from what a worker replayed.
    #[must_use]
    pub fn replayed(path: Replay, ghosts: Vec<Replay>, tuned: &[Tuned]) -> Self {
        let mut view = Self::plain(path, tuned[0]);
        let ghosts = ghosts.into_iter().zip(&tuned[1..]);
        view.ghosts = ghosts
            .map(|(ghost, tuned)| Self::plain(ghost, *tuned))
            .collect();
        view
    }

    fn plain(path: Replay, tuned: Tuned) -> Self {
        let replays = path.strategies.into_iter();
        let mut strategies: Vec<StrategyPath> = replays.map(StrategyPath::new).collect();
        strategies.sort_by_key(|s| place(s.who.kind));
        let dates = path.prices.iter().enumerate();
        let line = dates.map(|(k, price)| PlotPoint::new(k as f64, *price));
        Self {
            number: path.number,
            line: thinned(line.collect()),
            prices: path.prices,
            tuned,
            strategies,
            ghosts: Vec::new(),
        }
    }

    /// Which path it is.
    #[must_use]
    pub fn title(&self) -> String {
        match self.number {
            Some(number) => format!("path #{}", format::count(number)),
            None => "the preset's path".into(),
        }
    }

    /// What a policy did.
    #[must_use]
    pub fn of(&self, who: impl Into<Who>) -> Option<&StrategyPath> {
        let who = who.into();
        self.strategies.iter().find(|s| s.who == who)
    }

    /// Whose book, trades, bins and policy are shown: those of the one in focus, or of the
    /// first on the path where that one is switched off or not trained.
    #[must_use]
    pub fn whose(&self, focus: impl Into<Who>) -> Option<&StrategyPath> {
        self.of(focus).or(self.strategies.first())
    }

    /// Smallest and largest price.
    #[must_use]
    pub fn range(&self) -> (f64, f64) {
        let low = self.prices.iter().copied().fold(f64::INFINITY, f64::min);
        let high = self
            .prices
            .iter()
            .copied()
            .fold(f64::NEG_INFINITY, f64::max);
        (low, high)
    }
}

/// What was played.
impl Deref for StrategyPath {
    type Target = Played;

    fn deref(&self) -> &Played {
        &self.played
    }
}

impl StrategyPath {
    /// What all trades up to a date, its own included, have cost (currency).
    #[must_use]
    pub fn cost_so_far(&self, step: usize) -> f64 {
        let last = (step >= self.ledger.len()).then_some(&self.settlement.cost);
        let lines = self.ledger.iter().take(step + 1).map(|line| &line.cost);
        lines.chain(last).map(Cost::total).sum()
    }

    fn new(played: Played) -> Self {
        let ledger = &played.ledger;
        let mut positions = Vec::with_capacity(2 * ledger.len());
        for line in ledger {
            let date = line.step as f64;
            positions.push(PlotPoint::new(date, line.position));
            positions.push(PlotPoint::new(date + 1.0, line.position));
        }
        let trades = ledger
            .iter()
            .map(|line| (line.step as f64, line.trade))
            .collect();
        let mut path = Self {
            who: played.policy.who.clone(),
            played,
            positions: thinned(positions),
            trades,
            costs: Vec::new(),
            values: Vec::new(),
            mids: Vec::new(),
        };
        path.costs = thinned(path.cost_steps());
        let dates = 0..=path.ledger.len();
        let values = dates.map(|step| PlotPoint::new(step as f64, path.value(step)));
        path.values = thinned(values.collect());
        let dates = 0..=path.ledger.len();
        let mids = dates.filter_map(|step| Some(PlotPoint::new(step as f64, path.mid(step)?)));
        path.mids = thinned(mids.collect());
        path
    }

    /// The running cost, as steps over the dates.
    fn cost_steps(&self) -> Vec<PlotPoint> {
        let mut steps = vec![PlotPoint::new(0.0, 0.0)];
        let mut cost = 0.0;
        for line in &self.ledger {
            let date = line.step as f64;
            cost += line.cost.total();
            steps.push(PlotPoint::new(date, cost));
            steps.push(PlotPoint::new(date + 1.0, cost));
        }
        let end = self.ledger.len() as f64;
        steps.push(PlotPoint::new(end, cost + self.settlement.cost.total()));
        steps
    }
}

/// At most about [`POINTS`] points, keeping the ends.
fn thinned(points: Vec<PlotPoint>) -> Vec<PlotPoint> {
    if points.len() <= POINTS {
        return points;
    }
    let stride = points.len().div_ceil(POINTS);
    let last = points.last().copied();
    points.into_iter().step_by(stride).chain(last).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::presets;

    #[test]
    fn the_line_of_costs_ends_at_what_all_trades_cost_and_that_of_values_at_the_settlement() {
        let scenario = presets::built_in("thin-book").unwrap();
        let path = PathView::new(&scenario, &[], Some(3), None, &[Tuned::GUESS]);
        for hedge in &path.strategies {
            let last = hedge.settlement.cost.total();
            let all: f64 = hedge.ledger.iter().map(|line| line.cost.total()).sum();
            assert!((hedge.cost_so_far(scenario.steps) - all - last).abs() < 1e-9);
            assert!((hedge.cost_so_far(0) - hedge.ledger[0].cost.total()).abs() < 1e-12);
            let costs = &hedge.costs;
            assert!((costs[costs.len() - 1].y - all - last).abs() < 1e-9);
            assert!(costs.is_sorted_by(|one, next| one.x <= next.x && one.y <= next.y));
            assert_eq!(hedge.values.len(), scenario.steps + 1);
            assert_eq!(hedge.values[0].y, hedge.ledger[0].value_before);
            assert_eq!(hedge.values[scenario.steps].y, hedge.settlement.value);
        }
    }
}
