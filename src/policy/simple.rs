//! The two simplest hedges: none, and delta once.

use super::{Delta, Observations, Policy};
use crate::episode::Observation;
use crate::market::LANES;
use crate::scenario::{Scenario, Strategy};

/// Holds nothing.
#[derive(Clone, Copy, Debug)]
pub struct NoHedge;

impl Policy for NoHedge {
    fn strategy(&self) -> Strategy {
        Strategy::None
    }

    fn target(&self, _seen: &Observation, _state: &mut [f64]) -> f64 {
        0.0
    }

    fn targets(
        &self,
        _seen: &Observations<'_>,
        _state: &mut [[f64; LANES]],
        targets: &mut [f64; LANES],
    ) {
        *targets = [0.0; LANES];
    }

    fn uses_value(&self) -> bool {
        false
    }
}

/// Trades to the Black–Scholes delta at the sale and holds it to maturity.
#[derive(Clone, Copy, Debug)]
pub struct Static(Delta);

impl Static {
    /// The static hedge of `scenario`.
    #[must_use]
    pub fn of(scenario: &Scenario) -> Self {
        Self(Delta::of(scenario))
    }
}

impl Policy for Static {
    fn strategy(&self) -> Strategy {
        Strategy::Static
    }

    fn target(&self, seen: &Observation, state: &mut [f64]) -> f64 {
        if seen.step == 0 {
            self.0.target(seen, state)
        } else {
            seen.position
        }
    }

    fn targets(
        &self,
        seen: &Observations<'_>,
        state: &mut [[f64; LANES]],
        targets: &mut [f64; LANES],
    ) {
        if seen.step == 0 {
            self.0.targets(seen, state, targets);
        } else {
            *targets = *seen.position;
        }
    }

    fn uses_value(&self) -> bool {
        false
    }
}
