//! Figures of recorded returns, each with its error.
//!
//! Errors of means are those of batch means: returns are put into some √n batches in the order of time, so
//! that what hangs together from day to day stays in one batch. Figures that are no means use their
//! influence functions.

use super::found::quantile;
use serde::Serialize;

/// Fewest returns of which moments are told.
const FEWEST: usize = 30;
/// Share of the returns in each tail.
const TAIL: f64 = 0.025;
/// Lags of autocorrelations.
const LAGS: usize = 10;

/// A figure with its standard error.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Measured {
    /// The figure.
    pub value: f64,
    /// Its standard error.
    pub se: f64,
}

impl Measured {
    /// The same in another unit.
    #[must_use]
    pub fn times(self, unit: f64) -> Self {
        Self {
            value: unit * self.value,
            se: unit * self.se,
        }
    }
}

/// Figures of log returns; absent where there are too few.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Figures {
    /// Number of returns.
    pub count: usize,
    /// Realised volatility (per square-root year).
    pub volatility: Option<Measured>,
    /// Drift (per year): the logarithm of the mean growth, so that mean prices grow as `e^(μt)`.
    pub drift: Option<Measured>,
    /// Skewness of a return.
    pub skewness: Option<Measured>,
    /// Excess kurtosis of a return; 0 for normal ones.
    pub excess_kurtosis: Option<Measured>,
    /// Exponent of the lower tail (B. Hill, 1975): chances beyond a loss `x` fall as `x^(−α)`.
    pub lower_tail: Option<Measured>,
    /// Exponent of the upper tail.
    pub upper_tail: Option<Measured>,
    /// Least return.
    pub least: Option<f64>,
    /// Largest return.
    pub largest: Option<f64>,
    /// The return that one in a hundred is below.
    pub first_percentile: Option<f64>,
    /// The return that one in a hundred is above.
    pub last_percentile: Option<f64>,
    /// Autocorrelation of returns at a lag of one.
    pub autocorrelation: Option<Measured>,
    /// Autocorrelations of squared returns at lags of 1 to 10; with independent returns each has the standard
    /// error `1/√n`.
    pub squares: Vec<Measured>,
}

impl Figures {
    /// The figures of log returns, so many a year.
    #[must_use]
    pub fn of(returns: &[f64], per_year: f64) -> Self {
        let n = returns.len() as f64;
        let mut figures = Self {
            count: returns.len(),
            least: returns.iter().copied().reduce(f64::min),
            largest: returns.iter().copied().reduce(f64::max),
            ..Self::default()
        };
        if returns.len() < FEWEST {
            return figures;
        }
        let mean = returns.iter().sum::<f64>() / n;
        let moment = |power: i32| returns.iter().map(|r| (r - mean).powi(power)).sum::<f64>() / n;
        let variance = moment(2);
        if variance <= 0.0 {
            return figures;
        }
        let deviation = variance.sqrt();
        let year = per_year.sqrt();
        figures.volatility = Some(Measured {
            value: deviation * year,
            se: year
                * error(returns, |r| {
                    ((r - mean).powi(2) - variance) / (2.0 * deviation)
                }),
        });
        let growth = returns.iter().map(|r| (r - mean).exp()).sum::<f64>() / n;
        figures.drift = Some(Measured {
            value: per_year * (mean + growth.ln()),
            se: per_year * error(returns, |r| (r - mean).exp() / growth),
        });
        let scaled = |r: f64| (r - mean) / deviation;
        let skewness = moment(3) / deviation.powi(3);
        figures.skewness = Some(Measured {
            value: skewness,
            se: error(returns, |r| {
                let z = scaled(r);
                z.powi(3) - 3.0 * z - 1.5 * skewness * (z * z - 1.0)
            }),
        });
        let kurtosis = moment(4) / variance.powi(2);
        figures.excess_kurtosis = Some(Measured {
            value: kurtosis - 3.0,
            se: error(returns, |r| {
                let z = scaled(r);
                z.powi(4) - 4.0 * skewness * z - 2.0 * kurtosis * (z * z - 1.0)
            }),
        });
        figures.tails(returns);
        let centred = |r: f64| r - mean;
        figures.autocorrelation = correlation(returns, centred, 1);
        let squares = |r: f64| (r - mean).powi(2) - variance;
        let lags = LAGS.min(returns.len() / 4);
        figures.squares = (1..=lags)
            .filter_map(|lag| correlation(returns, squares, lag))
            .collect();
        figures
    }

    fn tails(&mut self, returns: &[f64]) {
        let mut sorted = returns.to_vec();
        self.first_percentile = quantile(&mut sorted, 0.01, f64::total_cmp);
        self.last_percentile = quantile(&mut sorted, 0.99, f64::total_cmp);
        self.upper_tail = hill(&mut sorted);
        for r in &mut sorted {
            *r = -*r;
        }
        self.lower_tail = hill(&mut sorted);
    }

    /// The mean of the autocorrelations of squares.
    #[must_use]
    pub fn mean_of_squares(&self) -> Option<Measured> {
        let count = self.squares.len() as f64;
        let value = self.squares.iter().map(|lag| lag.value).sum::<f64>() / count;
        let se = self.squares.first()?.se / count.sqrt();
        Some(Measured { value, se })
    }
}

/// Hill's estimator over the largest [`TAIL`] of the numbers, its error as for independent ones.
fn hill(numbers: &mut [f64]) -> Option<Measured> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a share of a length"
    )]
    let count = (TAIL * numbers.len() as f64) as usize;
    if count < 10 {
        return None;
    }
    let place = numbers.len() - count - 1;
    let (_, threshold, beyond) = numbers.select_nth_unstable_by(place, f64::total_cmp);
    let threshold = *threshold;
    if threshold <= 0.0 {
        return None;
    }
    let mean = beyond.iter().map(|x| (x / threshold).ln()).sum::<f64>() / count as f64;
    let value = 1.0 / mean;
    let se = value / (count as f64).sqrt();
    value.is_finite().then_some(Measured { value, se })
}

/// Standard error of the mean of `f` by batch means.
fn error(returns: &[f64], f: impl Fn(f64) -> f64) -> f64 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the root of a length"
    )]
    let batches = ((returns.len() as f64).sqrt() as usize).clamp(5, 1000);
    let length = returns.len() / batches;
    let means = returns.chunks_exact(length).take(batches);
    let means = means.map(|batch| batch.iter().map(|r| f(*r)).sum::<f64>() / length as f64);
    let means: Vec<f64> = means.collect();
    let count = means.len() as f64;
    let middle = means.iter().sum::<f64>() / count;
    let variance = means.iter().map(|m| (m - middle).powi(2)).sum::<f64>() / (count - 1.0);
    (variance / count).sqrt()
}

/// Autocorrelation of what `f`, whose mean is 0, makes of returns.
fn correlation(returns: &[f64], f: impl Fn(f64) -> f64, lag: usize) -> Option<Measured> {
    let own: f64 = returns.iter().map(|r| f(*r).powi(2)).sum();
    let pairs = returns.iter().zip(&returns[lag.min(returns.len())..]);
    let with: f64 = pairs.map(|(a, b)| f(*a) * f(*b)).sum();
    let se = 1.0 / (returns.len() as f64).sqrt();
    (own > 0.0).then_some(Measured {
        value: with / own,
        se,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use rand_distr::{Distribution, StandardNormal, StudentT};
    use rand_xoshiro::Xoshiro256PlusPlus;

    #[test]
    fn figures_of_normal_returns_are_within_four_errors_of_what_they_were_drawn_with() {
        let mut dice = Xoshiro256PlusPlus::seed_from_u64(5);
        let (volatility, drift, step) = (0.2, 0.1, 1.0 / 252.0);
        let mut normal = || -> f64 { StandardNormal.sample(&mut dice) };
        let trend = (drift - 0.5 * volatility * volatility) * step;
        let scale = volatility * f64::sqrt(step);
        let returns: Vec<f64> = (0..20_000).map(|_| trend + scale * normal()).collect();
        let figures = Figures::of(&returns, 252.0);
        for (found, truth) in [
            (figures.volatility, volatility),
            (figures.drift, drift),
            (figures.skewness, 0.0),
            (figures.excess_kurtosis, 0.0),
            (figures.autocorrelation, 0.0),
            (figures.mean_of_squares(), 0.0),
        ] {
            let found = found.unwrap();
            assert!(
                (found.value - truth).abs() < 4.0 * found.se,
                "{found:?} {truth}"
            );
            assert!(found.se > 0.0);
        }
        let usual = volatility / (2.0 * 20_000_f64).sqrt();
        assert!((figures.volatility.unwrap().se / usual - 1.0).abs() < 0.3);
    }

    #[test]
    fn the_exponent_of_heavy_tails_is_found() {
        let mut dice = Xoshiro256PlusPlus::seed_from_u64(6);
        let student = StudentT::new(3.0).unwrap();
        let returns: Vec<f64> = (0..200_000)
            .map(|_| 0.01 * student.sample(&mut dice))
            .collect();
        let figures = Figures::of(&returns, 252.0);
        for tail in [figures.lower_tail, figures.upper_tail] {
            // Hill's estimator is biased downwards by what is no pure power.
            let tail = tail.unwrap();
            assert!((2.5..3.3).contains(&tail.value), "{tail:?}");
        }
        assert!(figures.excess_kurtosis.unwrap().value > 3.0);
    }

    #[test]
    fn what_is_not_defined_is_absent() {
        let few = Figures::of(&[0.01, -0.02], 252.0);
        assert!(few.volatility.is_none() && few.squares.is_empty());
        assert_eq!(few.least, Some(-0.02));
        assert!(Figures::of(&[0.0; 100], 252.0).volatility.is_none());
    }
}
