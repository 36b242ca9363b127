//! A variance that follows from the moves so far: `ln S += μΔ − h/2 + √h·Z`,
//! `h' = ω + (a + g·1{Z<0})·h·Z² + b·h` (L. R. Glosten, R. Jagannathan and D. E. Runkle, *On the relation
//! between the expected value and the volatility of the nominal excess return on stocks*, 1993).
//!
//! `h` is the variance of a step, `ω = σ²Δ(1 − a − g/2 − b)` what keeps its expectation at `σ²Δ`, where it
//! starts. The factor is `h/Δ`, per year: known at its date, it is the variance of the step that
//! follows.

use super::shocks::{self, FARTHEST};
use super::{LANES, PathBlock, PathSource, Sampling};
use crate::math::exp;
use crate::scenario::Scenario;
use multiversion::multiversion;

/// A price whose steps are normal with a variance that the steps before make.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GjrGarch {
    steps: usize,
    step: Step,
}

/// What every step is made of.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Step {
    spot: f64,
    /// `μΔ`.
    trend: f64,
    /// `σ²Δ`.
    usual: f64,
    /// `ω`.
    added: f64,
    /// `a`, `g` and `b`.
    reaction: f64,
    asymmetry: f64,
    persistence: f64,
    /// `1/Δ`.
    per_year: f64,
}

impl GjrGarch {
    /// The process of `scenario`.
    #[must_use]
    pub fn of(scenario: &Scenario) -> Self {
        let (market, length) = (&scenario.market, scenario.step_length());
        let usual = market.volatility * market.volatility * length;
        Self {
            steps: scenario.steps,
            step: Step {
                spot: market.spot,
                trend: market.drift * length,
                usual,
                added: usual * (1.0 - market.persistence()),
                reaction: market.variance_reaction,
                asymmetry: market.variance_asymmetry,
                persistence: market.variance_persistence,
                per_year: 1.0 / length,
            },
        }
    }
}

impl PathSource for GjrGarch {
    fn steps(&self) -> usize {
        self.steps
    }

    fn factors(&self) -> &'static [&'static str] {
        &[super::VARIANCE]
    }

    fn fill(&self, sampling: &Sampling, first: u64, block: &mut PathBlock) {
        let (rows, factors) = block.parts_mut();
        shocks::normals(sampling, first, rows);
        advance(&self.step, rows, &mut factors[0].rows);
    }
}

#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+fma", "x86_64+avx2+fma"))]
fn advance(step: &Step, rows: &mut [[f64; LANES]], variances: &mut [[f64; LANES]]) {
    plain(step, rows, variances);
}

/// Turns shocks into prices, beside their variances: a row holds the shocks that lead to the next
/// date, then this date's prices.
#[inline(always)]
fn plain(step: &Step, rows: &mut [[f64; LANES]], variances: &mut [[f64; LANES]]) {
    let mut price = [step.spot; LANES];
    let mut variance = [step.usual; LANES];
    let mut log = [0.0; LANES];
    for (row, variances) in rows.iter_mut().zip(variances) {
        let shock = *row;
        *row = price;
        for i in 0..LANES {
            let h = variance[i];
            variances[i] = h * step.per_year;
            let moved = (-0.5_f64).mul_add(h, h.sqrt().mul_add(shock[i], step.trend));
            log[i] = (log[i] + moved).clamp(-FARTHEST, FARTHEST);
            price[i] = step.spot * exp(log[i]);
            let fall = if shock[i] < 0.0 { step.asymmetry } else { 0.0 };
            let kept = (step.reaction + fall).mul_add(shock[i] * shock[i], step.persistence);
            variance[i] = kept.mul_add(h, step.added);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::market::tests::{blocks, filled, same_bits};

    #[test]
    fn prices_are_the_same_bits_with_and_without_vector_instructions() {
        for (scenario, sampling) in blocks("gjr_garch", &[]) {
            let source = GjrGarch::of(&scenario);
            let block = filled(&source, &sampling);
            let mut rows = vec![[0.0; LANES]; source.steps + 1];
            let mut variances = rows.clone();
            shocks::normals(&sampling, 64, &mut rows);
            plain(&source.step, &mut rows, &mut variances);
            same_bits(&rows, block.rows());
            same_bits(&variances, &block.factors()[0].rows);
        }
    }
}
