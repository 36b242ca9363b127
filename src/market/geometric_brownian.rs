//! Geometric Brownian motion: `S_{k+1} = S_k·exp((μ − σ²/2)Δ + σ√Δ·Z)` (the paper's section on the
//! numerical experiments).

use super::shocks;
use super::{LANES, PathBlock, PathSource, Sampling};
use crate::math::exp;
use crate::scenario::Scenario;
use multiversion::multiversion;

/// A price whose logarithm has independent normal steps.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GeometricBrownian {
    /// Number of steps `N`.
    pub steps: usize,
    /// Length of a step `Δ` (years).
    pub step: f64,
    /// Price at the sale `S_0` (currency).
    pub spot: f64,
    /// Expected return `μ` (per year).
    pub drift: f64,
    /// Volatility `σ` (per square-root year).
    pub volatility: f64,
}

impl GeometricBrownian {
    /// The process of `scenario`.
    #[must_use]
    pub fn of(scenario: &Scenario) -> Self {
        Self {
            steps: scenario.steps,
            step: scenario.step_length(),
            spot: scenario.market.spot,
            drift: scenario.market.drift,
            volatility: scenario.market.volatility,
        }
    }
}

impl PathSource for GeometricBrownian {
    fn steps(&self) -> usize {
        self.steps
    }

    fn fill(&self, sampling: &Sampling, first: u64, block: &mut PathBlock) {
        let (rows, _none) = block.parts_mut();
        shocks::normals(sampling, first, rows);
        let trend = (self.drift - 0.5 * self.volatility * self.volatility) * self.step;
        let scale = self.volatility * self.step.sqrt();
        advance(self.spot, trend, scale, rows);
    }
}

/// Turns shocks into prices: a row holds the shocks that lead to the next date, then this date's
/// prices.
#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+fma", "x86_64+avx2+fma"))]
pub(super) fn advance(spot: f64, trend: f64, scale: f64, rows: &mut [[f64; LANES]]) {
    let mut price = [spot; LANES];
    for row in rows.iter_mut() {
        for (price, entry) in price.iter_mut().zip(row.iter_mut()) {
            let shock = *entry;
            *entry = *price;
            *price *= exp(scale.mul_add(shock, trend));
        }
    }
}
