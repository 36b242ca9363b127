//! Hedges that see the instantaneous variance of the price.
//!
//! | strategy | position |
//! |---|---|
//! | instant delta | `n·Δ_BS(S, T − t, √v)` |
//! | minimum variance | `n·(∂C/∂S + (ρξ/S)·∂C/∂v)` under Heston's process; see [`crate::contract::Heston`] |
//!
//! Where the process has no variance of its own both are the delta at the model volatility; where it is
//! not Heston's the second is the first.

use super::{Delta, Observations, Policy};
use crate::contract::{HedgeTable, Heston};
use crate::episode::Observation;
use crate::market::LANES;
use crate::scenario::{Process, Scenario, Strategy};
use std::sync::OnceLock;

/// Most dates for which a table is made; others lie between two of them.
const TABLES: usize = 48;

/// Black–Scholes delta at the instantaneous volatility.
#[derive(Clone, Copy, Debug)]
pub struct InstantDelta {
    delta: Delta,
    /// Whether there is a variance to be seen.
    sees: bool,
}

impl InstantDelta {
    /// That of `scenario`.
    #[must_use]
    pub fn of(scenario: &Scenario) -> Self {
        Self {
            delta: Delta::of(scenario),
            sees: scenario.market.process.has_variance(),
        }
    }

    fn position(&self, spot: f64, remaining: f64, variance: f64) -> f64 {
        let delta = if self.sees {
            self.delta.at_volatility(variance.max(0.0).sqrt())
        } else {
            self.delta
        };
        delta.position(spot, remaining)
    }
}

impl Policy for InstantDelta {
    fn strategy(&self) -> Strategy {
        Strategy::InstantDelta
    }

    fn target(&self, seen: &Observation, _state: &mut [f64]) -> f64 {
        self.position(seen.mid(), seen.remaining, seen.factors[0])
    }

    fn targets(
        &self,
        seen: &Observations<'_>,
        state: &mut [[f64; LANES]],
        targets: &mut [f64; LANES],
    ) {
        let Some(variances) = seen.factors.first().filter(|_| self.sees) else {
            return self.delta.targets(seen, state, targets);
        };
        for (target, (spot, variance)) in targets.iter_mut().zip(seen.mid().iter().zip(variances)) {
            *target = self.position(*spot, seen.remaining, *variance);
        }
    }

    fn uses_value(&self) -> bool {
        false
    }

    fn work(&self) -> u64 {
        if self.sees { 3 } else { 1 }
    }
}

/// The hedge that leaves the least variance under Heston's process.
#[derive(Debug)]
pub struct MinimumVariance {
    instant: InstantDelta,
    /// Absent where the process is another.
    heston: Option<Heston>,
    maturity: f64,
    steps: usize,
    /// Each made when it is first needed: one for each of the dates, [`TABLES`] at most.
    tables: Vec<OnceLock<HedgeTable>>,
}

impl MinimumVariance {
    /// That of `scenario`.
    #[must_use]
    pub fn of(scenario: &Scenario) -> Self {
        let market = &scenario.market;
        Self {
            instant: InstantDelta::of(scenario),
            heston: (market.process == Process::Heston).then(|| Heston::of(market)),
            maturity: scenario.contract.maturity,
            steps: scenario.steps,
            tables: vec![OnceLock::new(); scenario.steps.min(TABLES)],
        }
    }

    /// Table `number`; they are equally far apart in time, from the sale to the last date.
    fn table(&self, heston: &Heston, number: usize) -> &HedgeTable {
        self.tables[number].get_or_init(|| {
            let last = self.maturity / self.steps as f64;
            let apart = (self.maturity - last) / (self.tables.len() - 1).max(1) as f64;
            heston.table((self.maturity - apart * number as f64).max(last))
        })
    }

    /// The tables around a date, each with its share.
    fn around(&self, heston: &Heston, step: usize) -> [(&HedgeTable, f64); 2] {
        let last = self.tables.len() - 1;
        let dates = (self.steps - 1).max(1);
        let low = (step.min(dates) * last / dates).min(last);
        let share = step.min(dates) as f64 * last as f64 / dates as f64 - low as f64;
        let table = |number| self.table(heston, number);
        // One alone where the date is its own.
        let next = if share == 0.0 {
            low
        } else {
            (low + 1).min(last)
        };
        [(table(low), 1.0 - share), (table(next), share)]
    }

    fn position(&self, remaining: f64, seen: [f64; 2], around: [(&HedgeTable, f64); 2]) -> f64 {
        let [spot, variance] = seen;
        let of_call = |x: f64| -> f64 {
            let parts = around.map(|(table, share)| {
                if share == 0.0 {
                    0.0
                } else {
                    // At another time the same number of deviations from the strike.
                    share * table.at(x * (table.remaining() / remaining).sqrt(), variance)
                }
            });
            parts[0] + parts[1]
        };
        let legs = self.instant.delta.models();
        legs.map(|(model, signed, shift)| {
            let x = (spot / model.strike).ln() + model.carry() * remaining;
            signed * model.share(remaining) * (of_call(x) - shift)
        })
        .sum()
    }
}

impl Policy for MinimumVariance {
    fn strategy(&self) -> Strategy {
        Strategy::MinimumVariance
    }

    fn target(&self, seen: &Observation, state: &mut [f64]) -> f64 {
        match &self.heston {
            None => self.instant.target(seen, state),
            Some(heston) => {
                let what = [seen.mid(), seen.factors[0]];
                self.position(seen.remaining, what, self.around(heston, seen.step))
            }
        }
    }

    fn targets(
        &self,
        seen: &Observations<'_>,
        state: &mut [[f64; LANES]],
        targets: &mut [f64; LANES],
    ) {
        let (Some(heston), Some(variances)) = (&self.heston, seen.factors.first()) else {
            return self.instant.targets(seen, state, targets);
        };
        let around = self.around(heston, seen.step);
        for (target, (spot, variance)) in targets.iter_mut().zip(seen.mid().iter().zip(variances)) {
            *target = self.position(seen.remaining, [*spot, *variance], around);
        }
    }

    fn uses_value(&self) -> bool {
        false
    }

    fn work(&self) -> u64 {
        if self.heston.is_some() { 8 } else { 1 }
    }
}
