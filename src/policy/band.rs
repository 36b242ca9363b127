//! The no-transaction band of Whalley and Wilmott (*An asymptotic analysis of an optimal hedging
//! model for option pricing with transaction costs*, 1997).
//!
//! For a proportional cost `κ` and a risk aversion `a`, do nothing while the position is within
//! `H = [3/2 · e^(−rτ)·κ·S·Γ²/a]^(1/3)` of delta; otherwise trade to the nearest edge. Here `κ` is
//! the half-spread of a full book relative to its price, `((α − 1) + (1 − β))/2`. For a contract on
//! `n` shares the position and gamma are those of the whole contract, and of a portfolio those of all its legs
//! together: where its net gamma changes sign, the band has no width, and the formula's leading order no say. Where the scenario gives no `a`
//! it is found by trying: see [`crate::simulate::tune`].

use super::{Delta, Observations, Policy};
use crate::contract::call_gamma;
use crate::episode::Observation;
use crate::market::LANES;
use crate::math::{exp, ln};
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
    /// The band of `scenario` at a risk aversion (per currency).
    #[must_use]
    pub fn new(scenario: &Scenario, risk_aversion: f64) -> Self {
        Self {
            delta: Delta::of(scenario),
            half_spread: 0.5 * OrderBook::of(scenario).quoted_spread(1.0, Memory::default()),
            risk_aversion,
        }
    }

    /// Half-width `H` of the band (shares).
    #[must_use]
    pub fn half_width(&self, spot: f64, remaining: f64) -> f64 {
        let (contract, model) = (self.delta.contract(), self.delta.model());
        let gamma = contract.gamma(&model, spot, remaining);
        width_of(self.scale(remaining), spot, gamma)
    }

    /// `3/2 · e^(−rτ)·κ/a`.
    fn scale(&self, remaining: f64) -> f64 {
        1.5 * (-self.delta.model().rate * remaining).exp() * self.half_spread / self.risk_aversion
    }
}

impl Policy for Band {
    fn strategy(&self) -> Strategy {
        Strategy::Band
    }

    fn target(&self, seen: &Observation, _state: &mut [f64]) -> f64 {
        let mid = seen.mid();
        let delta = self.delta.position(mid, seen.remaining);
        let half = self.half_width(mid, seen.remaining);
        seen.position.max(delta - half).min(delta + half)
    }

    fn targets(
        &self,
        seen: &Observations<'_>,
        state: &mut [[f64; LANES]],
        targets: &mut [f64; LANES],
    ) {
        self.delta.targets(seen, state, targets);
        let mut gamma = [0.0; LANES];
        for (model, shares, _) in self.delta.models() {
            let strike = model.discounted(seen.remaining);
            let shares = shares * model.share(seen.remaining);
            let width = model.volatility * seen.remaining.max(0.0).sqrt();
            add_gamma([shares, strike, width], seen.mid(), &mut gamma);
        }
        let mut halves = [0.0; LANES];
        half_widths(self.scale(seen.remaining), seen.mid(), &gamma, &mut halves);
        for (lane, target) in targets.iter_mut().enumerate() {
            let half = halves[lane];
            *target = seen.position[lane].max(*target - half).min(*target + half);
        }
    }

    fn settings(&self) -> Vec<(&'static str, f64)> {
        vec![("risk_aversion", self.risk_aversion)]
    }

    fn uses_value(&self) -> bool {
        false
    }
}

/// `[scale·S·Γ²]^(1/3)`; 0 without a spread, whatever gamma is.
#[inline(always)]
fn width_of(scale: f64, spot: f64, gamma: f64) -> f64 {
    let cube = (scale * spot * gamma * gamma).clamp(1e-300, 1e300);
    let root = exp(ln(cube) / 3.0);
    if scale > 0.0 { root } else { 0.0 }
}

/// Half-widths at many prices.
#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+fma", "x86_64+avx2+fma"))]
fn half_widths(scale: f64, spot: &[f64; LANES], gamma: &[f64; LANES], halves: &mut [f64; LANES]) {
    for (half, (&spot, &gamma)) in halves.iter_mut().zip(spot.iter().zip(gamma)) {
        *half = width_of(scale, spot, gamma);
    }
}

/// Adds the gamma of so many shares at many prices.
#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+fma", "x86_64+avx2+fma"))]
fn add_gamma([shares, strike, width]: [f64; 3], spot: &[f64; LANES], gamma: &mut [f64; LANES]) {
    for (gamma, &spot) in gamma.iter_mut().zip(spot) {
        *gamma += shares * call_gamma(spot, strike, width);
    }
}
