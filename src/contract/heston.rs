//! Hedging a call under Heston's variance: how many shares leave the least variance.
//!
//! Of all hedges with the share alone, `∂C/∂S + (ρξ/S)·∂C/∂v` leaves the least variance over the next
//! instant (G. Bakshi, C. Cao and Z. Chen, *Empirical performance of alternative option pricing models*,
//! 1997, equation 18). With `x = ln(S/(K·e^{−(r−q)τ}))` and `C` by A. Lewis, *A simple option formula for general
//! jump-diffusion and other exponential Lévy processes*, 2001, it is
//!
//! `1 − e^{−x/2}/π·∫₀^∞ Re[(s + ρξB)·e^{iux}·e^{A + B·v}]/(u² + ¼)·du`, `s = ½ + iu`,
//!
//! where `E[e^{s·ln(S_T/F)}] = e^{A + B·v}` (H. Albrecher and others, *The little Heston trap*, 2007). Of this the
//! delta of Black and Scholes at the mean variance is taken, whose transform `s·e^{−½w²(u² + ¼)}` has the same
//! poles at `u = ±i/2`: what is left is smooth, and a few nodes do. With dividends all of it is times `e^{−qτ}`.

use crate::math::complex::Complex;
use crate::math::normal_cdf;
use crate::scenario::parameters::Market;
use std::f64::consts::PI;
use std::sync::OnceLock;

/// Deviations of the logarithm to either side that are tabulated, and nodes in each.
const REACH: f64 = 7.0;
const EACH: usize = 6;
/// Nodes of `x`.
const ACROSS: usize = 2 * 7 * EACH + 1;
/// Nodes of `√v`, at squares of equally spaced numbers: the hedge bends most where there is little variance.
const ROOTS: usize = 28;
/// Spacing and first end of the integral, in inverse deviations; the least that counts; most nodes.
const SPACING: f64 = 0.2;
const END: f64 = 8.0;
const LEAST: f64 = 1e-9;
const MOST: usize = 1000;

/// Heston's variance in numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Heston {
    initial: f64,
    theta: f64,
    kappa: f64,
    xi: f64,
    rho: f64,
}

/// The hedge at one time to maturity, over price and variance.
#[derive(Clone, Debug)]
pub struct HedgeTable {
    heston: Heston,
    /// Time to maturity (years).
    remaining: f64,
    /// Largest root of the variance.
    highest: f64,
    /// For each of [`ROOTS`] a row of [`ACROSS`], made when it is first asked for: one path sees few.
    rows: [OnceLock<Vec<f64>>; ROOTS],
}

impl Heston {
    /// That of a market.
    #[must_use]
    pub fn of(market: &Market) -> Self {
        Self {
            initial: market.initial_variance,
            theta: market.long_run_variance,
            kappa: market.mean_reversion,
            xi: market.volatility_of_variance,
            rho: market.correlation,
        }
    }

    /// `A` and `B` at `s = ½ + iu`.
    fn exponents(&self, u: f64, years: f64) -> (Complex, Complex) {
        let (one, xi2) = (Complex::real(1.0), self.xi * self.xi);
        let s = Complex::new(0.5, u);
        let b = Complex::real(self.kappa) - s * (self.rho * self.xi);
        let d = (b * b + Complex::real(xi2 * (u * u + 0.25))).sqrt();
        let low = b - d;
        let g = low / (b + d);
        let fading = (d * -years).exp();
        let rest = one - g * fading;
        let log = (rest / (one - g)).ln();
        let a = (low * years - log * 2.0) * (self.kappa * self.theta / xi2);
        (a, low * ((one - fading) / rest) * (1.0 / xi2))
    }

    /// Standard deviation of the logarithm over `years` from a variance, about.
    fn width(&self, variance: f64, years: f64) -> f64 {
        let pace = self.kappa * years;
        let share = if pace < 1e-9 {
            1.0
        } else {
            -(-pace).exp_m1() / pace
        };
        let mean = self.theta + (variance - self.theta) * share;
        (mean * years).sqrt().max(1e-12)
    }

    /// The hedge at `count` values of `x` from one on, equally far from each other.
    fn hedges(&self, variance: f64, years: f64, from: f64, by: f64, count: usize) -> Vec<f64> {
        let width = self.width(variance, years);
        let spacing = SPACING / width;
        let mut sums = vec![0.0; count];
        for node in 0..MOST {
            let u = spacing * (node as f64 + 0.5);
            let (a, b) = self.exponents(u, years);
            let transform = (a + b * variance).exp();
            let (s, square) = (Complex::new(0.5, u), u * u + 0.25);
            let usual = s * (-0.5 * width * width * square).exp();
            let loaded = (s + b * (self.rho * self.xi)) * transform;
            let part = (loaded - usual) * (1.0 / square);
            if u * width > END && part.size() < LEAST * width {
                break;
            }
            let turn = Complex::new(0.0, u * by).exp();
            let mut turned = part * Complex::new(0.0, u * from).exp();
            for sum in &mut sums {
                *sum += turned.re;
                turned = turned * turn;
            }
        }
        let hedge = |(i, sum): (usize, f64)| {
            let x = from + by * i as f64;
            normal_cdf(x / width + 0.5 * width) - (-0.5 * x).exp() / PI * sum * spacing
        };
        sums.into_iter().enumerate().map(hedge).collect()
    }

    /// Shares against one call sold, `years` before maturity, at `x = ln(S/(K·e^{−(r−q)τ}))` and a variance, dividends
    /// aside.
    #[must_use]
    pub fn hedge(&self, x: f64, variance: f64, years: f64) -> f64 {
        self.hedges(variance, years, x, 1.0, 1)[0]
    }

    /// The hedge tabulated, `remaining` years before maturity.
    #[must_use]
    pub fn table(&self, remaining: f64) -> HedgeTable {
        let spread = self.xi * (self.theta / (2.0 * self.kappa)).sqrt();
        let highest = (self.initial.max(self.theta) + 8.0 * spread).sqrt();
        HedgeTable {
            heston: *self,
            remaining,
            highest,
            rows: [const { OnceLock::new() }; ROOTS],
        }
    }
}

impl HedgeTable {
    /// Time to maturity (years) for which it was made.
    #[must_use]
    pub fn remaining(&self) -> f64 {
        self.remaining
    }

    /// [`Heston::hedge`] by interpolation; beyond the table as at its end.
    #[must_use]
    pub fn at(&self, x: f64, variance: f64) -> f64 {
        let variance = variance.max(0.0);
        let width = self.heston.width(variance, self.remaining);
        let last = (ACROSS - 1) as f64;
        let across = ((x / width + REACH) * EACH as f64).clamp(0.0, last);
        let last = (ROOTS - 1) as f64;
        let root = (variance.sqrt() / self.highest).min(1.0);
        let low = whole(root.sqrt() * last, ROOTS - 2);
        let (below, above) = (low as f64 / last, (low + 1) as f64 / last);
        let share = (root - below * below) / (above * above - below * below);
        (1.0 - share) * self.along(low, across) + share * self.along(low + 1, across)
    }

    fn row(&self, number: usize) -> &[f64] {
        self.rows[number].get_or_init(|| {
            let root = self.highest * (number as f64 / (ROOTS - 1) as f64).powi(2);
            let (variance, years) = (root * root, self.remaining);
            let width = self.heston.width(variance, years);
            let by = width / EACH as f64;
            self.heston
                .hedges(variance, years, -REACH * width, by, ACROSS)
        })
    }

    /// Along a row, by the cubic through four neighbours.
    fn along(&self, number: usize, across: f64) -> f64 {
        let row = self.row(number);
        let first = whole((across - 1.0).max(0.0), ACROSS - 4);
        let t = across - first as f64;
        let (a, b, c, d) = (t, t - 1.0, t - 2.0, t - 3.0);
        -b * c * d / 6.0 * row[first] + a * c * d / 2.0 * row[first + 1]
            - a * b * d / 2.0 * row[first + 2]
            + a * b * c / 6.0 * row[first + 3]
    }
}

/// The whole number below, at most so large.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "bounded, and not below 0"
)]
fn whole(x: f64, most: usize) -> usize {
    (x as usize).min(most)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cases() -> [Heston; 3] {
        let usual = Heston {
            initial: 0.036,
            theta: 0.036,
            kappa: 2.0,
            xi: 0.5,
            rho: -0.7,
        };
        let wild = Heston {
            xi: 1.0,
            rho: -0.9,
            initial: 0.02,
            ..usual
        };
        let against = Heston { rho: 0.3, ..usual };
        [usual, wild, against]
    }

    #[test]
    fn a_table_agrees_with_the_integral() {
        for heston in cases() {
            for years in [1.0, 0.25, 1.0 / 12.0, 1.0 / 252.0] {
                let table = heston.table(years);
                for variance in [0.0, 0.004, 0.02, 0.036, 0.1, 0.2] {
                    let width = heston.width(variance, years);
                    for i in -30..=30 {
                        let x = 0.17 * f64::from(i) * width;
                        let exact = heston.hedge(x, variance, years);
                        let found = table.at(x, variance);
                        let tolerance = if variance < 0.004 { 0.02 } else { 0.004 };
                        assert!(
                            (found - exact).abs() < tolerance,
                            "{heston:?} {years} {variance} {x}: {found} {exact}"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn without_volatility_of_variance_it_is_the_delta_of_black_and_scholes() {
        let heston = Heston {
            xi: 1e-3,
            ..cases()[0]
        };
        for x in [-0.2_f64, 0.0, 0.1] {
            let width = 0.036_f64.sqrt();
            let delta = crate::math::normal_cdf(x / width + 0.5 * width);
            let found = heston.hedge(x, 0.036, 1.0);
            assert!((found - delta).abs() < 1e-3, "{found} {delta}");
        }
    }
}
