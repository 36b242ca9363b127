//! Geometric Brownian motion: `S_{k+1} = S_k·exp((μ − σ²/2)Δ + σ√Δ·Z)` (the paper's section on the
//! numerical experiments).

use super::{LANES, PathBlock, PathSource, Sampling};
use crate::math::exp;
use crate::scenario::Scenario;
use multiversion::multiversion;
use rand_distr::{Distribution, StandardNormal};

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
        draw_shocks(sampling, first, rows);
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

/// Standard normal shocks, date by date for each path from its own stream; row `k` leads from date
/// `k` to date `k + 1`, and the last row stays unused.
fn draw_shocks(sampling: &Sampling, first: u64, rows: &mut [[f64; LANES]]) {
    let dates = rows.len() - 1;
    for lane in 0..LANES {
        let (mut stream, sign) = sampling.stream(first + lane as u64);
        for row in &mut rows[..dates] {
            let shock: f64 = StandardNormal.sample(&mut stream);
            row[lane] = sign * shock;
        }
    }
    rows[dates] = [0.0; LANES];
}
