//! What one policy does on one path, date by date.

use crate::episode::{Episode, LedgerLine, Settlement};
use crate::market::PathView;
use crate::order_book::{Cost, Memory};
use crate::policy::{Identity, Policy};
use crate::scenario::Scenario;
use std::ops::ControlFlow;

/// Dates between two calls of a watcher.
const STRIDE: usize = 256;

/// What one policy did on a path.
#[derive(Clone, Debug)]
pub struct Played {
    /// Which.
    pub policy: Identity,
    /// Its trades, date by date.
    pub ledger: Vec<LedgerLine>,
    /// Its end.
    pub settlement: Settlement,
    /// Its state at each date.
    pub carried: Carried,
}

/// What a policy carries to each date of a path, before it decides there; nothing where it carries
/// nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Carried {
    size: usize,
    numbers: Vec<f64>,
}

impl Carried {
    /// The state at a trading date of the path; at the first, zeros.
    #[must_use]
    pub fn at(&self, step: usize) -> &[f64] {
        let from = step * self.size;
        self.numbers.get(from..from + self.size).unwrap_or_default()
    }
}

impl Played {
    /// Plays a policy on a path; `None` once `go_on`, asked every few hundred dates, says no.
    pub fn watched<'a>(
        scenario: &Scenario,
        policy: &dyn Policy,
        path: impl Into<PathView<'a>>,
        go_on: &mut dyn FnMut() -> ControlFlow<()>,
    ) -> Option<Self> {
        let mut episode = Episode::start(scenario, path);
        let mut state = vec![0.0; policy.state_size()];
        let mut numbers = Vec::new();
        while let Some(seen) = episode.observe() {
            if seen.step % STRIDE == 0 && go_on().is_break() {
                return None;
            }
            numbers.extend_from_slice(&state);
            episode.trade_to(policy.target(&seen, &mut state));
        }
        Some(Self {
            policy: policy.identity(),
            settlement: episode.settle(),
            ledger: episode.ledger().to_vec(),
            carried: Carried {
                size: state.len(),
                numbers,
            },
        })
    }

    /// The price at a date of its path (currency).
    #[must_use]
    pub fn spot(&self, step: usize) -> f64 {
        let line = self.ledger.get(step);
        line.map_or(self.settlement.spot, |line| line.spot)
    }

    /// The mid price that is shown at a date, before its trade (currency); absent where trades leave it at the spot.
    #[must_use]
    pub fn mid(&self, step: usize) -> Option<f64> {
        let line = self.ledger.get(step);
        line.map_or(self.settlement.mid, |line| line.mid)
    }

    /// Shares held after the trade of a date; at maturity those that are brought there, before
    /// delivery and the last trade.
    #[must_use]
    pub fn held(&self, step: usize) -> f64 {
        let line = self.ledger.get(step);
        line.map_or(self.settlement.position, |line| line.position)
    }

    /// What past trades took from the book and had not come back at a date, before its trade.
    #[must_use]
    pub fn memory(&self, step: usize) -> Memory {
        let line = self.ledger.get(step);
        line.map_or(self.settlement.memory, |line| line.memory_before)
    }

    /// What is traded at a date (shares; positive buys), the last trade at maturity included.
    #[must_use]
    pub fn traded(&self, step: usize) -> f64 {
        let line = self.ledger.get(step);
        line.map_or(-self.settlement.liquidated, |line| line.trade)
    }

    /// What the trade of a date cost against the mid price, by cause.
    #[must_use]
    pub fn cost(&self, step: usize) -> Cost {
        let line = self.ledger.get(step);
        line.map_or(self.settlement.cost, |line| line.cost)
    }

    /// What all trades up to each date, its own included, have cost (currency).
    #[must_use]
    pub fn costs_so_far(&self) -> Vec<f64> {
        let costs = (0..=self.ledger.len()).map(|step| self.cost(step).total());
        let add = |sum: &mut f64, cost: f64| {
            *sum += cost;
            Some(*sum)
        };
        costs.scan(0.0, add).collect()
    }

    /// Portfolio value at a date, before its trade and the option aside (currency).
    #[must_use]
    pub fn value(&self, step: usize) -> f64 {
        let line = self.ledger.get(step);
        line.map_or(self.settlement.value, |line| line.value_before)
    }
}
