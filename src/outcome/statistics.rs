//! Figures of a sample of hedging errors, each with its standard error.
//!
//! Standard errors are asymptotic. A statistic with influence function `f` (its derivative when a
//! little weight moves to one observation) has the standard error `sqrt(mean(f²)/n)`; with
//! antithetic paths the sum over a pair takes the place of each `f`. VaR has no smooth influence:
//! its standard error is half the distance between the order statistics one standard deviation of
//! the binomial count to either side.

use super::sample::{Sample, Tally};
use rayon::prelude::*;
use serde::Serialize;

/// A Monte-Carlo figure.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Estimate {
    /// The figure; absent where it is not defined (skewness of errors that are all the same).
    pub value: Option<f64>,
    /// Its standard error; absent where none is defined.
    pub se: Option<f64>,
}

impl Estimate {
    const UNDEFINED: Self = Self {
        value: None,
        se: None,
    };

    fn exact(value: f64) -> Self {
        Self {
            value: Some(value),
            se: None,
        }
    }
}

/// The specification's list, for one strategy. Currency, except skewness, excess kurtosis and
/// exercise rate (numbers) and turnover (shares).
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Statistics {
    /// Mean hedging error; positive is a loss.
    pub mean: Estimate,
    /// Standard deviation.
    pub std: Estimate,
    /// `sqrt(mean(e²))`.
    pub rmse: Estimate,
    /// `sqrt(mean(max(e,0)²))`.
    pub rsmse: Estimate,
    /// The sorted errors' element at `⌊0.95·n⌋`.
    pub var95: Estimate,
    /// Mean from that element up.
    pub cvar95: Estimate,
    /// The sorted errors' element at `⌊0.99·n⌋`.
    pub var99: Estimate,
    /// Mean from that element up.
    pub cvar99: Estimate,
    /// Third standardised moment.
    pub skewness: Estimate,
    /// Fourth standardised moment less 3.
    pub excess_kurtosis: Estimate,
    /// Smallest error: the largest gain.
    pub min: Estimate,
    /// Largest error: the largest loss.
    pub max: Estimate,
    /// Shares traded after the first trade.
    pub turnover: Estimate,
    /// Share of episodes in which the holder exercised.
    pub exercise_rate: Estimate,
}

impl Statistics {
    /// The figures of a sample; `None` if it is empty.
    #[must_use]
    pub fn of(sample: &Sample) -> Option<Self> {
        let errors = sample.errors();
        let moments = Moments::of(errors)?;
        let draw = sample.draw_size();
        let ordered = UpperTail::of(errors, 0.95)?;
        let Moments {
            mean,
            std,
            rmse,
            rsmse,
            ..
        } = moments;
        let smooth = Smooth { errors, draw };
        Some(Self {
            mean: smooth.estimate(mean, |e| e - mean),
            std: smooth.estimate(std, |e| root_influence((e - mean).powi(2), std)),
            rmse: smooth.estimate(rmse, |e| root_influence(e * e, rmse)),
            rsmse: smooth.estimate(rsmse, |e| root_influence(e.max(0.0).powi(2), rsmse)),
            var95: ordered.value_at_risk(smooth, 0.95),
            cvar95: ordered.conditional_value_at_risk(smooth, 0.95),
            var99: ordered.value_at_risk(smooth, 0.99),
            cvar99: ordered.conditional_value_at_risk(smooth, 0.99),
            skewness: moments.skewness(smooth),
            excess_kurtosis: moments.excess_kurtosis(smooth),
            min: Estimate::exact(moments.min),
            max: Estimate::exact(moments.max),
            turnover: average(sample.turnover()),
            exercise_rate: average(sample.exercised()),
        })
    }
}

/// Influence of `square` on the root `r` of a mean of squares: `(square − r²)/(2r)`.
#[inline]
pub(super) fn root_influence(square: f64, root: f64) -> f64 {
    if root > 0.0 {
        (square - root * root) / (2.0 * root)
    } else {
        0.0
    }
}

/// Errors whose smooth statistics are wanted, with the size of an independent draw.
#[derive(Clone, Copy)]
struct Smooth<'a> {
    errors: &'a [f64],
    draw: usize,
}

impl Smooth<'_> {
    /// A figure with the standard error that its influence function gives.
    fn estimate(self, value: f64, influence: impl Fn(f64) -> f64 + Sync) -> Estimate {
        Estimate {
            value: Some(value),
            se: self.standard_error(influence),
        }
    }

    /// `sqrt(Σ over draws of (Σ influence)²)/n`; absent for fewer than two draws.
    fn standard_error(self, influence: impl Fn(f64) -> f64 + Sync) -> Option<f64> {
        if self.errors.len() < 2 * self.draw {
            return None;
        }
        let squares = if self.draw == 1 {
            sum(self.errors, |e| influence(e).powi(2))
        } else {
            let of_draw = |draw: &[f64]| draw.iter().map(|e| influence(*e)).sum::<f64>().powi(2);
            self.errors.chunks(self.draw).map(of_draw).sum()
        };
        Some(squares.sqrt() / self.errors.len() as f64)
    }
}

/// Mean of a tally with its standard error.
fn average(tally: Tally) -> Estimate {
    let count = tally.count as f64;
    let mean = tally.sum / count;
    let draws = tally.draws as f64;
    let spread = (tally.squares - tally.sum * tally.sum / draws).max(0.0);
    Estimate {
        value: Some(mean),
        se: (tally.draws >= 2).then(|| spread.sqrt() / count),
    }
}

/// Moments of the errors.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moments {
    pub mean: f64,
    pub std: f64,
    pub rmse: f64,
    pub rsmse: f64,
    third: f64,
    fourth: f64,
    min: f64,
    max: f64,
}

impl Moments {
    pub(super) fn of(errors: &[f64]) -> Option<Self> {
        if errors.is_empty() {
            return None;
        }
        let n = errors.len() as f64;
        let mean = sum(errors, |e| e) / n;
        let central = |power: i32| sum(errors, move |e| (e - mean).powi(power)) / n;
        let std = central(2).sqrt();
        // Errors that differ by rounding alone have no shape.
        let shapeless = std <= 1e-12 * mean.abs().max(1e-300);
        let standard = |moment: f64, power: i32| {
            if shapeless {
                f64::NAN
            } else {
                moment / std.powi(power)
            }
        };
        Some(Self {
            mean,
            std,
            rmse: (sum(errors, |e| e * e) / n).sqrt(),
            rsmse: (sum(errors, |e| e.max(0.0).powi(2)) / n).sqrt(),
            third: standard(central(3), 3),
            fourth: standard(central(4), 4),
            min: errors.iter().copied().fold(f64::INFINITY, f64::min),
            max: errors.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        })
    }

    /// With `z = (e − mean)/std` the influence is `z³ − g − 3z − (3/2)·g·(z² − 1)`.
    fn skewness(&self, smooth: Smooth<'_>) -> Estimate {
        if self.third.is_nan() {
            return Estimate::UNDEFINED;
        }
        let Self {
            mean, std, third, ..
        } = *self;
        let influence = move |e: f64| {
            let z = (e - mean) / std;
            z.powi(3) - third - 3.0 * z - 1.5 * third * (z * z - 1.0)
        };
        smooth.estimate(third, influence)
    }

    /// With `z = (e − mean)/std` the influence is `z⁴ − k − 4gz − 2k(z² − 1)`.
    fn excess_kurtosis(&self, smooth: Smooth<'_>) -> Estimate {
        if self.fourth.is_nan() {
            return Estimate::UNDEFINED;
        }
        let Self {
            mean,
            std,
            third,
            fourth,
            ..
        } = *self;
        let influence = move |e: f64| {
            let z = (e - mean) / std;
            let square = z * z;
            square * square - fourth - 4.0 * third * z - 2.0 * fourth * (square - 1.0)
        };
        smooth.estimate(fourth - 3.0, influence)
    }
}

/// Terms that one task adds.
const PART: usize = 1 << 14;

/// Sum over the errors, in parallel parts of fixed size, so that it is the same for any number of
/// threads.
pub(super) fn sum(errors: &[f64], term: impl Fn(f64) -> f64 + Sync) -> f64 {
    let parts: Vec<f64> = errors
        .par_chunks(PART)
        .map(|part| sum_part(part, &term))
        .collect();
    parts.iter().sum()
}

/// Sum in eight interleaved parts: a fixed order that the compiler can turn into vectors.
fn sum_part(errors: &[f64], term: impl Fn(f64) -> f64) -> f64 {
    let mut parts = [0.0; 8];
    let chunks = errors.chunks_exact(8);
    let rest: f64 = chunks.remainder().iter().map(|e| term(*e)).sum();
    for chunk in chunks {
        for (part, e) in parts.iter_mut().zip(chunk) {
            *part += term(*e);
        }
    }
    parts.iter().sum::<f64>() + rest
}

/// The largest errors in order.
#[derive(Clone, Debug)]
pub(super) struct UpperTail {
    /// Errors from rank `first` on, ascending.
    sorted: Vec<f64>,
    first: usize,
    count: usize,
}

impl UpperTail {
    /// Everything that figures at level `lowest` or above need.
    pub(super) fn of(errors: &[f64], lowest: f64) -> Option<Self> {
        let count = errors.len();
        if count == 0 {
            return None;
        }
        // Eight standard deviations of the binomial count below the lowest level.
        let margin = 8.0 * (count as f64 * lowest * (1.0 - lowest)).sqrt();
        let first = rank(count, lowest).saturating_sub(whole(margin) + 1);
        let mut sorted = largest(errors, count - first);
        sorted.sort_unstable_by(f64::total_cmp);
        let first = count - sorted.len();
        Some(Self {
            sorted,
            first,
            count,
        })
    }

    /// The error of a rank, the nearest held.
    fn at(&self, rank: usize) -> f64 {
        let place = rank.saturating_sub(self.first).min(self.sorted.len() - 1);
        self.sorted[place]
    }

    pub(super) fn value(&self, level: f64) -> f64 {
        self.at(rank(self.count, level))
    }

    fn value_at_risk(&self, smooth: Smooth<'_>, level: f64) -> Estimate {
        let value = self.value(level);
        let above = |e: f64| f64::from(u8::from(e > value)) - (1.0 - level);
        let spread = smooth.standard_error(above).map(|se| {
            let ranks = whole(se * self.count as f64).max(1);
            let middle = rank(self.count, level);
            let (low, high) = (
                middle.saturating_sub(ranks),
                (middle + ranks).min(self.count - 1),
            );
            (self.at(high) - self.at(low)) / (high - low).max(1) as f64 * ranks as f64
        });
        Estimate {
            value: Some(value),
            se: spread,
        }
    }

    /// Influence `v + (e − v)⁺/(1 − q) − CVaR`.
    fn conditional_value_at_risk(&self, smooth: Smooth<'_>, level: f64) -> Estimate {
        let start = rank(self.count, level) - self.first;
        let tail = &self.sorted[start..];
        let mean = tail.iter().sum::<f64>() / tail.len() as f64;
        let value = tail[0];
        let influence = move |e: f64| value + (e - value).max(0.0) / (1.0 - level) - mean;
        smooth.estimate(mean, influence)
    }
}

/// At least the `wanted` largest errors, in no order: those from a threshold up that a regular
/// sample of the errors suggests; if that turns out too high, exactly the largest.
fn largest(errors: &[f64], wanted: usize) -> Vec<f64> {
    /// Errors looked at to find the threshold.
    const SAMPLE: usize = 4096;
    let mut sample: Vec<f64> = errors
        .iter()
        .copied()
        .step_by(errors.len().div_ceil(SAMPLE))
        .collect();
    let share = wanted as f64 / errors.len() as f64;
    let count = sample.len() as f64;
    // Five standard deviations of the sample's count on the safe side.
    let above = 5.0f64.mul_add((count * share).sqrt(), count * share);
    let place = sample.len().saturating_sub(whole(above) + 1);
    let threshold = *sample.select_nth_unstable_by(place, f64::total_cmp).1;
    let parts: Vec<Vec<f64>> = errors
        .par_chunks(PART)
        .map(|part| part.iter().copied().filter(|e| *e >= threshold).collect())
        .collect();
    let found = parts.concat();
    if found.len() >= wanted {
        return found;
    }
    let mut all = errors.to_vec();
    all.select_nth_unstable_by(errors.len() - wanted, f64::total_cmp);
    all.split_off(errors.len() - wanted)
}

/// `⌊q·n⌋`, the rank of the VaR element.
fn rank(count: usize, level: f64) -> usize {
    whole(level * count as f64).min(count - 1)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "ranks are non-negative and far below 2^52"
)]
fn whole(x: f64) -> usize {
    x as usize
}
