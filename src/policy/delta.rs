//! The Black–Scholes delta hedge: `X_{k+1} = n·Δ_BS(S_k, T − t_k, σ)`.

use super::{Observations, Policy};
use crate::contract::{BlackScholes, Contract, call_delta};
use crate::episode::Observation;
use crate::market::LANES;
use crate::scenario::{OptionKind, Scenario, Strategy};
use multiversion::multiversion;

/// Holds the delta of the option at every date, whatever it costs.
#[derive(Clone, Copy, Debug)]
pub struct Delta {
    model: BlackScholes,
    contract: Contract,
}

impl Delta {
    /// Delta hedging of `scenario` at its own volatility.
    #[must_use]
    pub fn of(scenario: &Scenario) -> Self {
        Self {
            model: BlackScholes::of(scenario),
            contract: Contract::of(scenario),
        }
    }

    /// The same at another volatility.
    #[must_use]
    pub fn at_volatility(self, volatility: f64) -> Self {
        Self {
            model: self.model.with_volatility(volatility),
            ..self
        }
    }

    /// The hedger's model.
    #[must_use]
    pub fn model(&self) -> BlackScholes {
        self.model
    }

    /// The option that is hedged.
    #[must_use]
    pub fn contract(&self) -> Contract {
        self.contract
    }

    /// The position that offsets the option at this price, `remaining` years before maturity.
    #[must_use]
    pub fn position(&self, spot: f64, remaining: f64) -> f64 {
        let delta = self.model.delta(self.contract.kind, spot, remaining);
        self.contract.sign() * self.contract.shares * delta
    }
}

impl Policy for Delta {
    fn strategy(&self) -> Strategy {
        Strategy::Delta
    }

    fn target(&self, seen: &Observation, _state: &mut [f64]) -> f64 {
        self.position(seen.spot, seen.remaining)
    }

    fn targets(
        &self,
        seen: &Observations<'_>,
        _state: &mut [[f64; LANES]],
        targets: &mut [f64; LANES],
    ) {
        let strike = self.model.strike * (-self.model.rate * seen.remaining).exp();
        let width = self.model.volatility * seen.remaining.max(0.0).sqrt();
        let scale = self.contract.sign() * self.contract.shares;
        let shift = match self.contract.kind {
            OptionKind::Call => 0.0,
            OptionKind::Put => 1.0,
        };
        deltas(seen.spot, strike, width, targets);
        for target in targets {
            *target = scale * (*target - shift);
        }
    }

    fn uses_value(&self) -> bool {
        false
    }
}

/// Call deltas at many prices.
#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+fma", "x86_64+avx2+fma"))]
fn deltas(spot: &[f64; LANES], strike: f64, width: f64, deltas: &mut [f64; LANES]) {
    for (delta, &spot) in deltas.iter_mut().zip(spot) {
        *delta = call_delta(spot, strike, width);
    }
}
