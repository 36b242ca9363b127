//! What returns did, beside what the fitted process does.

use super::blocks::{Cells, spread};
use crate::history::Measured;
use crate::math::normal_cdf;
use serde::Serialize;

/// Lags of autocorrelations.
pub const LAGS: usize = 40;
/// Lags of the test for clusters.
const TESTED: usize = 10;

/// A figure of the returns, and of the process in the long run.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Compared {
    /// Of the returns, with its standard error by the block bootstrap.
    pub realised: Measured,
    /// Of the process; absent where it is infinite or not defined.
    pub fitted: Option<f64>,
}

/// What chance says of a figure.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Chance {
    /// The figure.
    pub statistic: f64,
    /// How likely chance alone makes one as large.
    pub p: f64,
}

/// Figures of returns as they were.
pub(super) struct Realised {
    /// Standard deviation.
    pub deviation: Measured,
    /// Excess kurtosis.
    pub excess_kurtosis: Measured,
    /// Autocorrelations of squares at lags from 1 on.
    pub squares: Vec<Measured>,
}

impl Realised {
    pub(super) fn of(returns: &[f64]) -> Self {
        let n = returns.len();
        let (mean, deviation) = moments(returns);
        let scaled: Vec<f64> = returns.iter().map(|r| (r - mean) / deviation).collect();
        let square = |i: usize| scaled[i] * scaled[i] - 1.0;
        let cells = Cells::of(n, 2 + LAGS, |i, sums| {
            sums[0] += square(i);
            sums[1] += square(i) * square(i);
            for (lag, sum) in sums[2..].iter_mut().enumerate() {
                if i + lag + 1 < n {
                    *sum += square(i) * square(i + lag + 1);
                }
            }
        });
        let figures = |means: Vec<f64>| {
            let unit = 1.0 + means[0];
            let own = means[1] - means[0] * means[0];
            let mut figures = vec![unit.sqrt(), own / (unit * unit) - 2.0];
            let lags = means[2..].iter().map(|x| (x - means[0] * means[0]) / own);
            figures.extend(lags);
            figures
        };
        let found = figures(cells.means());
        let errors = spread(cells.drawn().map(figures), found.len());
        let measured = |i: usize, unit: f64| Measured {
            value: unit * found[i],
            se: unit * errors[i].unwrap_or(f64::NAN),
        };
        Self {
            deviation: measured(0, deviation),
            excess_kurtosis: measured(1, 1.0),
            squares: (0..LAGS).map(|lag| measured(2 + lag, 1.0)).collect(),
        }
    }
}

/// Mean and standard deviation.
pub(super) fn moments(returns: &[f64]) -> (f64, f64) {
    let n = returns.len() as f64;
    let mean = returns.iter().sum::<f64>() / n;
    let variance = returns.iter().map(|r| (r - mean).powi(2)).sum::<f64>() / n;
    (mean, variance.sqrt())
}

/// Whether large returns come together: `Q = n·Σρ²` over the autocorrelations of distances from the mean at ten lags, which of
/// independent returns has the χ² distribution (G. E. P. Box and D. A. Pierce, 1970). Distances rather than
/// squares, since a single crash is much of all squares.
pub(super) fn clusters(returns: &[f64]) -> Chance {
    let (mean, _) = moments(returns);
    let distances: Vec<f64> = returns.iter().map(|r| (r - mean).abs()).collect();
    let (middle, deviation) = moments(&distances);
    let correlation = |lag: usize| {
        let pairs = distances.iter().zip(&distances[lag..]);
        let sum: f64 = pairs.map(|(a, b)| (a - middle) * (b - middle)).sum();
        sum / (returns.len() as f64 * deviation * deviation)
    };
    let sum: f64 = (1..=TESTED).map(|lag| correlation(lag).powi(2)).sum();
    let statistic = returns.len() as f64 * sum;
    Chance {
        statistic,
        p: beyond(statistic),
    }
}

/// What of the χ² distribution with [`TESTED`] degrees, an even number, is above `x`: `e^(−x/2)·Σ (x/2)^i/i!` over less than half of
/// them.
fn beyond(x: f64) -> f64 {
    let half = 0.5 * x;
    let mut term = (-half).exp();
    let mut sum = 0.0;
    for i in 0..TESTED / 2 {
        sum += term;
        term *= half / (i + 1) as f64;
    }
    sum
}

/// How likely a normal number is above `value` standard errors.
pub(super) fn above(value: f64) -> Chance {
    Chance {
        statistic: value,
        p: normal_cdf(-value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use rand_distr::{Distribution, StudentT};
    use rand_xoshiro::Xoshiro256PlusPlus;

    #[test]
    fn quantiles_of_chi_square_are_those_of_the_tables() {
        for (x, p) in [(18.307, 0.05), (23.209, 0.01), (9.342, 0.5)] {
            assert!((beyond(x) - p).abs() < 2e-4, "{x}");
        }
        assert_eq!(beyond(0.0), 1.0);
    }

    #[test]
    fn independent_returns_with_heavy_tails_seldom_look_like_clusters() {
        let student = StudentT::new(4.0).unwrap();
        let rejected = (0..400).filter(|seed| {
            let mut dice = Xoshiro256PlusPlus::seed_from_u64(*seed);
            let returns: Vec<f64> = (0..1000).map(|_| student.sample(&mut dice)).collect();
            clusters(&returns).p < 0.05
        });
        // Of 400 tests at 5% there are 20 ± 4.4.
        let rejected = rejected.count();
        assert!((5..=36).contains(&rejected), "{rejected}");
    }
}
