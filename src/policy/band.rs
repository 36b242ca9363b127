//! The no-transaction band of Whalley and Wilmott (*An asymptotic analysis of an optimal hedging
//! model for option pricing with transaction costs*, 1997).
//!
//! For a proportional cost `κ` and a risk aversion `a`, do nothing while the position is within
//! `H = [3/2 · e^(−rτ)·κ·S·Γ²/a]^(1/3)` of delta; otherwise trade to the nearest edge. Here `κ` is
//! the half-spread of a full book relative to its price, `((α − 1) + (1 − β))/2`. For a contract on
//! `n` shares the position and gamma are those of the whole contract.

use super::{Delta, Observations, Policy};
use crate::contract::call_gamma;
use crate::episode::Observation;
use crate::market::LANES;
use crate::order_book::{Memory, OrderBook};
use crate::scenario::{Scenario, Strategy};
use multiversion::multiversion;

/// Trades only when delta has moved too far from the position.
#[derive(Clone, Copy, Debug)]
pub struct Band {
    delta: Delta,
    half_spread: f64,
    risk_aversion: f64,
}

impl Band {
    /// The band of `scenario`.
    #[must_use]
    pub fn of(scenario: &Scenario) -> Self {
        Self {
            delta: Delta::of(scenario),
            half_spread: 0.5 * OrderBook::of(scenario).quoted_spread(1.0, Memory::default()),
            risk_aversion: scenario.strategies.band_risk_aversion,
        }
    }

    /// Half-width `H` of the band (shares).
    #[must_use]
    pub fn half_width(&self, spot: f64, remaining: f64) -> f64 {
        let gamma = self.delta.contract().shares * self.delta.model().gamma(spot, remaining);
        self.width_of(spot, gamma, remaining)
    }

    fn width_of(&self, spot: f64, gamma: f64, remaining: f64) -> f64 {
        let discount = (-self.delta.model().rate * remaining).exp();
        let cube = 1.5 * discount * self.half_spread * spot * gamma * gamma / self.risk_aversion;
        cube.cbrt()
    }
}

impl Policy for Band {
    fn strategy(&self) -> Strategy {
        Strategy::Band
    }

    fn target(&self, seen: &Observation) -> f64 {
        let delta = self.delta.position(seen.spot, seen.remaining);
        let half = self.half_width(seen.spot, seen.remaining);
        seen.position.max(delta - half).min(delta + half)
    }

    fn targets(&self, seen: &Observations<'_>, targets: &mut [f64; LANES]) {
        self.delta.targets(seen, targets);
        let model = self.delta.model();
        let strike = model.strike * (-model.rate * seen.remaining).exp();
        let width = model.volatility * seen.remaining.max(0.0).sqrt();
        let mut gamma = [0.0; LANES];
        gammas(seen.spot, strike, width, &mut gamma);
        let shares = self.delta.contract().shares;
        for (lane, target) in targets.iter_mut().enumerate() {
            let half = self.width_of(seen.spot[lane], shares * gamma[lane], seen.remaining);
            *target = seen.position[lane].max(*target - half).min(*target + half);
        }
    }

    fn uses_value(&self) -> bool {
        false
    }
}

/// Gammas at many prices.
#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+fma", "x86_64+avx2+fma"))]
fn gammas(spot: &[f64; LANES], strike: f64, width: f64, gammas: &mut [f64; LANES]) {
    for (gamma, &spot) in gammas.iter_mut().zip(spot) {
        *gamma = call_gamma(spot, strike, width);
    }
}
