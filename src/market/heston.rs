//! Heston's variance: `dv = κ(θ − v)dt + ξ√v·dW`, `dS = μS·dt + √v·S·dB`, `dW·dB = ρ·dt` (S. L. Heston,
//! *A closed-form solution for options with stochastic volatility*, 1993), by the
//! quadratic–exponential scheme with the martingale correction (L. Andersen, *Simple and efficient
//! simulation of the Heston stochastic volatility model*, 2008, sections 3.2.4 and 4.2–4.3), with
//! `ψ_c = 1.5` and `γ₁ = γ₂ = ½`.
//!
//! The next variance has the exact mean `m` and variance `s²` of the process given this one. Where
//! `ψ = s²/m²` is at most `ψ_c` it is `a(b + W)²`; else it is 0 with probability `p`, and
//! exponentially distributed otherwise. The same normal number `W` makes both, by its distribution
//! function in the second case. The logarithm of the price moves by
//! `μΔ − ln M − ½K₃v + K₂v' + √(K₃v + K₄v')·Z`, where `M = E[e^{Av'}]`, `A = K₂ + ½K₄`: the expected price
//! is exact.
//!
//! That weighs the variance at both ends alike, which is far from its integral where it is drawn back within
//! a step: with `κΔ = 83` the price moved four times too much. From [`COARSE`] on the integral is taken as it
//! is for a process that is drawn back linearly, given its ends: on average
//! `θΔ(1 − 2γ) + γΔ(v + v')` with `γ = tanh(κΔ/2)/(κΔ)`, and around that with a variance of
//! `ξ²θΔ(1 − 2γ)/κ²`, which is added to that of the price's logarithm: `K₅`. Over many steps the variance
//! of the logarithm is then the exact one.

use super::shocks::{self, FARTHEST};
use super::{LANES, PathBlock, PathSource, Sampling};
use crate::math::{exp, ln, normal_cdf};
use crate::scenario::Scenario;
use multiversion::multiversion;

/// `ψ_c`.
const SWITCH: f64 = 1.5;

/// The `κΔ` above which the variance is drawn back within a step.
const COARSE: f64 = 1.0;

/// A price whose variance moves by itself and is drawn back.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Heston {
    steps: usize,
    step: Step,
}

/// What every step is made of.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Step {
    spot: f64,
    /// `v_0` (per year).
    variance: f64,
    /// `μΔ − ½K₅`.
    trend: f64,
    /// `e^(−κΔ)`, and what is drawn in, `θ(1 − e^(−κΔ))`.
    keep: f64,
    drawn: f64,
    /// `s²` is the first of these times `v`, and the second.
    spread: [f64; 2],
    /// `K₂`; `K₃` is `K₄` too.
    k2: f64,
    k3: f64,
    /// `K₅`.
    k5: f64,
    /// `A`.
    loading: f64,
}

impl Heston {
    /// The process of `scenario`.
    #[must_use]
    pub fn of(scenario: &Scenario) -> Self {
        let (market, length) = (&scenario.market, scenario.step_length());
        let (kappa, theta) = (market.mean_reversion, market.long_run_variance);
        let (xi, rho) = (market.volatility_of_variance, market.correlation);
        let keep = (-kappa * length).exp();
        let lost = -(-kappa * length).exp_m1();
        let pull = kappa * length;
        let weight = if pull > COARSE {
            (0.5 * pull).tanh() / pull
        } else {
            0.5
        };
        let k2 = weight * length * (kappa * rho / xi - 0.5) + rho / xi;
        let k3 = weight * length * (1.0 - rho * rho);
        let along = rho - 0.5 * xi / kappa;
        let k5 = theta * length * (1.0 - 2.0 * weight) * (1.0 - rho * rho + along * along);
        Self {
            steps: scenario.steps,
            step: Step {
                spot: market.spot,
                variance: market.initial_variance,
                trend: market.drift * length - 0.5 * k5,
                keep,
                drawn: theta * lost,
                spread: [
                    xi * xi * keep * lost / kappa,
                    theta * xi * xi * lost * lost / (2.0 * kappa),
                ],
                k2,
                k3,
                k5,
                loading: k2 + 0.5 * k3,
            },
        }
    }
}

impl PathSource for Heston {
    fn steps(&self) -> usize {
        self.steps
    }

    fn factors(&self) -> &'static [&'static str] {
        &[super::VARIANCE]
    }

    fn fill(&self, sampling: &Sampling, first: u64, block: &mut PathBlock) {
        let (rows, factors) = block.parts_mut();
        let variances = &mut factors[0].rows;
        shocks::pairs(sampling, first, rows, variances);
        advance(&self.step, rows, variances);
    }
}

#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+fma", "x86_64+avx2+fma"))]
fn advance(step: &Step, rows: &mut [[f64; LANES]], variances: &mut [[f64; LANES]]) {
    plain(step, rows, variances);
}

/// Turns shocks into prices and variances: a row holds the shocks that lead to the next date, then
/// what is at this one.
#[inline(always)]
fn plain(step: &Step, rows: &mut [[f64; LANES]], variances: &mut [[f64; LANES]]) {
    let mut price = [step.spot; LANES];
    let mut variance = [step.variance; LANES];
    let mut log = [0.0; LANES];
    for (row, variances) in rows.iter_mut().zip(variances) {
        let (shock, other) = (*row, *variances);
        (*row, *variances) = (price, variance);
        for i in 0..LANES {
            let (next, moved) = step.next(variance[i], shock[i], other[i]);
            log[i] = (log[i] + moved).clamp(-FARTHEST, FARTHEST);
            variance[i] = next;
            price[i] = step.spot * exp(log[i]);
        }
    }
}

impl Step {
    /// The next variance, and by how much the price's logarithm moves.
    #[inline(always)]
    fn next(&self, variance: f64, z: f64, w: f64) -> (f64, f64) {
        let mean = variance.mul_add(self.keep, self.drawn);
        let spread = variance.mul_add(self.spread[0], self.spread[1]);
        let psi = spread / (mean * mean);
        let calm = psi <= SWITCH;
        // a(b + W)².
        let inverse = 2.0 / psi;
        let root = (inverse * (inverse - 1.0)).max(0.0).sqrt();
        let b_square = (inverse - 1.0 + root).max(0.0);
        let a = mean / (1.0 + b_square);
        let by_square = b_square.sqrt() + w;
        let square = a * by_square * by_square;
        let room = (-2.0 * self.loading).mul_add(a, 1.0);
        // 0 with probability p, of which this is what is left to 1; else exponential with this rate.
        let rest = 2.0 / (psi + 1.0);
        let rate = rest / mean;
        let exponential = (ln(rest / normal_cdf(-w)) / rate).max(0.0);
        let grown = rest.mul_add(self.loading / (rate - self.loading), 1.0);
        let next = if calm { square } else { exponential };
        let log = ln(if calm { room } else { grown });
        let quadratic = (-0.5_f64).mul_add(log, self.loading * a * b_square / room);
        let correction = if calm { quadratic } else { log };
        let drift = self.k2.mul_add(next, self.trend - correction);
        let around = self.k3 * (variance + next) + self.k5;
        let moved = around.sqrt().mul_add(z, drift);
        (next, (-0.5 * self.k3).mul_add(variance, moved))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::market::tests::{blocks, filled, same_bits};

    #[test]
    fn prices_are_the_same_bits_with_and_without_vector_instructions() {
        for (scenario, sampling) in blocks("heston", &[("market.volatility_of_variance", "1.5")]) {
            let source = Heston::of(&scenario);
            let block = filled(&source, &sampling);
            let mut rows = vec![[0.0; LANES]; source.steps + 1];
            let mut variances = rows.clone();
            shocks::pairs(&sampling, 64, &mut rows, &mut variances);
            plain(&source.step, &mut rows, &mut variances);
            same_bits(&rows, block.rows());
            same_bits(&variances, &block.factors()[0].rows);
            let none = variances.iter().flatten().filter(|v| **v == 0.0).count();
            assert!(none > 0, "the variance never comes down to 0");
        }
    }

    /// By the trapezoidal rule over the normal numbers, in both cases of the scheme.
    #[test]
    fn a_step_has_the_mean_variance_and_price_that_it_should() {
        for (scenario, _) in blocks("heston", &[("market.volatility_of_variance", "1.5")]) {
            let Heston { step, .. } = Heston::of(&scenario);
            for variance in [0.0, 0.002, 0.01, 0.036, 0.2] {
                let nodes = 40_000;
                let mut sums = [0.0; 4];
                for i in 0..=nodes {
                    let w = 20.0 * f64::from(i) / f64::from(nodes) - 10.0;
                    let weight = (-0.5 * w * w).exp();
                    let (next, moved) = step.next(variance, 0.0, w);
                    // Over the other normal number the price is expected to be this.
                    let around = step.k3 * (variance + next) + step.k5;
                    let price = (moved + 0.5 * around).exp();
                    for (sum, x) in sums.iter_mut().zip([1.0, next, next * next, price]) {
                        *sum += weight * x;
                    }
                }
                let [all, mean, square, price] = sums;
                let (mean, square, price) = (mean / all, square / all, price / all);
                let wanted = variance.mul_add(step.keep, step.drawn);
                let spread = variance.mul_add(step.spread[0], step.spread[1]);
                assert!((mean / wanted - 1.0).abs() < 1e-3, "{mean} {wanted}");
                let found = square - mean * mean;
                assert!((found / spread - 1.0).abs() < 2e-3, "{found} {spread}");
                let expected = step.trend.exp();
                assert!((price / expected - 1.0).abs() < 1e-4, "{price} {expected}");
            }
        }
    }
}
