//! Merton's jumps: `ln S += (μ − σ²/2 − λκ)Δ + σ√Δ·Z + Σ jumps`, as many normal jumps `N(m, δ²)` as a
//! Poisson number with mean `λΔ` says, `κ = e^{m + δ²/2} − 1` (R. C. Merton, *Option pricing when
//! underlying stock returns are discontinuous*, 1976).
//!
//! Given `n` jumps a step is normal with mean `(μ − σ²/2 − λκ)Δ + n·m` and variance `σ²Δ + n·δ²`: one
//! normal number makes it, and a uniform one says `n` by the inverse of the distribution.

use super::shocks::{self, FARTHEST};
use super::{LANES, PathBlock, PathSource, Sampling};
use crate::math::exp;
use crate::scenario::Scenario;
use multiversion::multiversion;

/// Probability of more jumps than the table of their number goes to.
const BEYOND: f64 = 1e-17;

/// A price whose logarithm has independent normal steps, and jumps.
#[derive(Clone, Debug, PartialEq)]
pub struct Merton {
    steps: usize,
    step: Step,
    /// Probability of at most `n` jumps in a step.
    at_most: Vec<f64>,
}

/// What every step is made of.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Step {
    spot: f64,
    /// `(μ − σ²/2 − λκ)Δ`.
    trend: f64,
    /// `σ²Δ`.
    variance: f64,
    jump_mean: f64,
    /// `δ²`.
    jump_variance: f64,
}

impl Merton {
    /// The process of `scenario`.
    #[must_use]
    pub fn of(scenario: &Scenario) -> Self {
        let (market, length) = (&scenario.market, scenario.step_length());
        let growth = market.drift - 0.5 * market.volatility * market.volatility;
        let compensator = market.jump_intensity * market.expected_jump();
        Self {
            steps: scenario.steps,
            step: Step {
                spot: market.spot,
                trend: (growth - compensator) * length,
                variance: market.volatility * market.volatility * length,
                jump_mean: market.jump_mean,
                jump_variance: market.jump_deviation * market.jump_deviation,
            },
            at_most: poisson(market.jump_intensity * length),
        }
    }
}

/// The distribution function of a Poisson number, from 0 on.
fn poisson(mean: f64) -> Vec<f64> {
    let mut probability = (-mean).exp();
    let mut sum = probability;
    let mut all = vec![sum];
    let mut n = 0.0;
    // Beyond the mean probabilities fall faster than by half from twice the mean on.
    while n < 2.0 * mean || probability > BEYOND {
        n += 1.0;
        probability *= mean / n;
        sum += probability;
        all.push(sum);
    }
    all
}

impl PathSource for Merton {
    fn steps(&self) -> usize {
        self.steps
    }

    fn fill(&self, sampling: &Sampling, first: u64, block: &mut PathBlock) {
        let mut uniforms = vec![[0.0; LANES]; self.steps];
        let (rows, _none) = block.parts_mut();
        shocks::normals_and_uniforms(sampling, first, rows, &mut uniforms);
        advance(&self.step, &self.at_most, &uniforms, rows);
    }
}

#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+fma", "x86_64+avx2+fma"))]
fn advance(step: &Step, at_most: &[f64], uniforms: &[[f64; LANES]], rows: &mut [[f64; LANES]]) {
    plain(step, at_most, uniforms, rows);
}

/// Turns shocks into prices: a row holds the shocks that lead to the next date, then this date's
/// prices.
#[inline(always)]
fn plain(step: &Step, at_most: &[f64], uniforms: &[[f64; LANES]], rows: &mut [[f64; LANES]]) {
    let mut price = [step.spot; LANES];
    let mut log = [0.0; LANES];
    let none = [0.0; LANES];
    for (k, row) in rows.iter_mut().enumerate() {
        let shock = *row;
        *row = price;
        let jumps = jumps(at_most, uniforms.get(k).unwrap_or(&none));
        for i in 0..LANES {
            let variance = jumps[i].mul_add(step.jump_variance, step.variance);
            let trend = jumps[i].mul_add(step.jump_mean, step.trend);
            let moved = log[i] + variance.sqrt().mul_add(shock[i], trend);
            log[i] = moved.clamp(-FARTHEST, FARTHEST);
            price[i] = step.spot * exp(log[i]);
        }
    }
}

/// How many jumps each path has, by the inverse of their distribution.
#[inline(always)]
fn jumps(at_most: &[f64], uniform: &[f64; LANES]) -> [f64; LANES] {
    let most = uniform.iter().fold(0.0, |most: f64, u| most.max(*u));
    let mut jumps = [0.0; LANES];
    for limit in at_most {
        if most <= *limit {
            break;
        }
        for i in 0..LANES {
            jumps[i] += if uniform[i] > *limit { 1.0 } else { 0.0 };
        }
    }
    jumps
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::market::tests::{blocks, filled, same_bits};

    #[test]
    fn prices_are_the_same_bits_with_and_without_vector_instructions() {
        for (scenario, sampling) in blocks("merton", &[("market.jump_intensity", "20")]) {
            let source = Merton::of(&scenario);
            let block = filled(&source, &sampling);
            let mut rows = vec![[0.0; LANES]; source.steps + 1];
            let mut uniforms = vec![[0.0; LANES]; source.steps];
            shocks::normals_and_uniforms(&sampling, 64, &mut rows, &mut uniforms);
            plain(&source.step, &source.at_most, &uniforms, &mut rows);
            same_bits(&rows, block.rows());
        }
    }

    #[test]
    fn the_number_of_jumps_has_the_probabilities_of_a_poisson_number() {
        for mean in [0.0, 0.08, 3.0, 100.0] {
            let at_most = poisson(mean);
            let end = at_most.len() - 1;
            assert!(
                (at_most[end] - 1.0).abs() < 1e-13,
                "{mean}: {}",
                at_most[end]
            );
            assert!((at_most[0] - (-mean).exp()).abs() < 1e-16);
            let expected: f64 = at_most.iter().map(|p| 1.0 - p).sum();
            assert!((expected - mean).abs() < 1e-10 * (1.0 + mean), "{mean}");
        }
    }
}
