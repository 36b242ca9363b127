//! A price path, and what each policy did on it.

use super::look::{name_of, place};
use crate::episode::{Episode, LedgerLine, Settlement};
use crate::order_book::{Cost, Memory};
use crate::policy::{Policy, Who};
use crate::scenario::Scenario;

/// A price path with the hedges on it.
#[derive(Clone, Debug, Default)]
pub struct Hedged {
    /// Its number among the simulated paths; absent for one that the scenario brings.
    pub number: Option<u64>,
    /// Prices at the dates `0..=steps` (currency).
    pub prices: Vec<f64>,
    /// Each policy, in the order in which strategies stand everywhere.
    pub hedges: Vec<Hedge>,
}

/// What one policy did on a path.
#[derive(Clone, Debug)]
pub struct Hedge {
    /// Which.
    pub who: Who,
    /// Its trades, date by date.
    pub ledger: Vec<LedgerLine>,
    /// Its end.
    pub settlement: Settlement,
    /// What it remembered at each date, before it decided there; nothing of one that remembers nothing.
    carried: Vec<Vec<f64>>,
}

impl Hedged {
    /// What policies do on a path of `scenario`.
    #[must_use]
    pub fn new(
        scenario: &Scenario,
        policies: &[Box<dyn Policy>],
        number: Option<u64>,
        prices: Vec<f64>,
    ) -> Self {
        let rules = policies.iter().map(AsRef::as_ref);
        let hedge = |policy: &dyn Policy| Hedge::new(scenario, policy, &prices);
        let mut hedges: Vec<Hedge> = rules.map(hedge).collect();
        hedges.sort_by_key(|hedge| place(hedge.who.kind));
        Self {
            number,
            prices,
            hedges,
        }
    }

    /// The same with what `focus` did in another scenario, laid beside this one under a name.
    #[must_use]
    pub fn with_pinned(mut self, name: &str, other: &Self, focus: Option<&Who>) -> Self {
        if let Some(hedge) = other.whose(focus) {
            let mut hedge = hedge.clone();
            hedge.who = in_pin(&hedge.who, name);
            self.hedges.push(hedge);
            // Behind those of its kind that are there.
            self.hedges.sort_by_key(|hedge| place(hedge.who.kind));
        }
        self
    }

    /// Whose book and policy are shown: those of `focus`, or of the first where nobody is called so.
    #[must_use]
    pub fn whose(&self, focus: Option<&Who>) -> Option<&Hedge> {
        let named = focus.and_then(|who| self.hedges.iter().find(|hedge| hedge.who == *who));
        named.or(self.hedges.first())
    }

    /// Smallest and largest price.
    #[must_use]
    pub fn range(&self) -> (f64, f64) {
        let prices = || self.prices.iter().copied();
        (
            prices().fold(f64::INFINITY, f64::min),
            prices().fold(f64::NEG_INFINITY, f64::max),
        )
    }
}

impl Hedge {
    fn new(scenario: &Scenario, policy: &dyn Policy, prices: &[f64]) -> Self {
        let mut episode = Episode::start(scenario, prices);
        let mut state = vec![0.0; policy.state_size()];
        let mut carried = Vec::new();
        while let Some(seen) = episode.observe() {
            if !state.is_empty() {
                carried.push(state.clone());
            }
            episode.trade_to(policy.target(&seen, &mut state));
        }
        let settlement = episode.settle();
        Self {
            who: policy.who(),
            ledger: episode.ledger().to_vec(),
            settlement,
            carried,
        }
    }

    /// The price at a date of its path (currency).
    #[must_use]
    pub fn spot(&self, step: usize) -> f64 {
        let line = self.ledger.get(step);
        line.map_or(self.settlement.spot, |line| line.spot)
    }

    /// What it remembered at a date.
    #[must_use]
    pub fn carried(&self, step: usize) -> &[f64] {
        self.carried.get(step).map_or(&[], Vec::as_slice)
    }

    /// Shares held after the trade of a date; at maturity those that are brought there.
    #[must_use]
    pub fn held(&self, step: usize) -> f64 {
        let line = self.ledger.get(step);
        line.map_or(self.settlement.position, |line| line.position)
    }

    /// What past trades took from the book and had not come back at a date, before its trade.
    #[must_use]
    pub fn memory(&self, step: usize) -> Memory {
        held_memory(&self.ledger, &self.settlement, step)
    }

    /// What is traded at a date (shares; positive buys), the last trade at maturity included.
    #[must_use]
    pub fn traded(&self, step: usize) -> f64 {
        traded(&self.ledger, &self.settlement, step)
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

/// A policy in a scenario that is laid beside another one.
#[must_use]
pub fn in_pin(who: &Who, pin: &str) -> Who {
    Who::called(&format!("{}, {pin}", name_of(who)), who.kind)
}

/// What past trades took from the book and had not come back at a date, before its trade.
pub(super) fn held_memory(ledger: &[LedgerLine], end: &Settlement, step: usize) -> Memory {
    let line = ledger.get(step);
    line.map_or(end.memory, |line| line.memory_before)
}

/// What is traded at a date (shares; positive buys), the last trade at maturity included.
pub(super) fn traded(ledger: &[LedgerLine], end: &Settlement, step: usize) -> f64 {
    let line = ledger.get(step);
    line.map_or(-end.liquidated, |line| line.trade)
}
