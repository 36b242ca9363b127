//! Hedging errors in bins, ready to draw.

use super::sample::Sample;
use crate::policy::Identity;
use crate::scenario::Strategy;

/// The errors of one policy, counted in bins of equal width.
#[derive(Clone, Debug, PartialEq)]
pub struct Histogram {
    /// Whose errors.
    pub policy: Identity,
    /// Left edge of the first bin (currency).
    pub low: f64,
    /// Width of a bin (currency).
    pub width: f64,
    /// Episodes in each bin.
    pub counts: Vec<u64>,
    /// Episodes left of the first bin.
    pub below: u64,
    /// Episodes right of the last bin.
    pub above: u64,
}

impl Histogram {
    /// Density at the middle of each bin (per currency), with the bin's middle.
    pub fn density(&self) -> impl Iterator<Item = (f64, f64)> + '_ {
        let total: u64 = self.counts.iter().sum::<u64>() + self.below + self.above;
        let scale = 1.0 / (total.max(1) as f64 * self.width);
        self.counts.iter().enumerate().map(move |(i, count)| {
            (
                (i as f64 + 0.5).mul_add(self.width, self.low),
                *count as f64 * scale,
            )
        })
    }
}

/// Histograms of several samples over common bins, which span all but the outermost 0.1% of errors
/// on either side of every strategy that goes on hedging; those that do not have tails so long that
/// nothing would be seen of the others, and set the bins only where they are alone. Empty samples
/// give none.
#[must_use]
pub fn histograms(samples: &[Sample], bins: usize) -> Vec<Histogram> {
    let filled: Vec<&Sample> = samples
        .iter()
        .filter(|sample| !sample.errors().is_empty())
        .collect();
    let hedging: Vec<&Sample> = filled
        .iter()
        .copied()
        .filter(|sample| !matches!(sample.policy().who.kind, Strategy::None | Strategy::Static))
        .collect();
    let range = common_range(&hedging).or_else(|| common_range(&filled));
    let Some((low, high)) = range else {
        return Vec::new();
    };
    let bins = bins.max(1);
    let width = (high - low) / bins as f64;
    filled
        .iter()
        .map(|sample| count(sample, low, width, bins))
        .collect()
}

/// From the smallest 0.1% quantile to the largest 99.9% quantile.
fn common_range(samples: &[&Sample]) -> Option<(f64, f64)> {
    let mut range: Option<(f64, f64)> = None;
    for sample in samples {
        let mut errors = sample.errors().to_vec();
        let outermost = errors.len() / 1000;
        let last = errors.len() - 1;
        let low = *errors.select_nth_unstable_by(outermost, f64::total_cmp).1;
        let high = *errors
            .select_nth_unstable_by(last - outermost, f64::total_cmp)
            .1;
        range = Some(range.map_or((low, high), |(a, b)| (a.min(low), b.max(high))));
    }
    // Errors that are all the same still get a bin to stand in.
    range.map(|(low, high)| {
        let least = 1e-9 * low.abs().max(high.abs()).max(1e-6);
        if high - low < least {
            (low - least, high + least)
        } else {
            (low, high)
        }
    })
}

fn count(sample: &Sample, low: f64, width: f64, bins: usize) -> Histogram {
    let mut histogram = Histogram {
        policy: sample.policy().clone(),
        low,
        width,
        counts: vec![0; bins],
        below: 0,
        above: 0,
    };
    let scale = 1.0 / width;
    let high = width.mul_add(bins as f64, low);
    for &error in sample.errors() {
        if error < low {
            histogram.below += 1;
        } else if error > high {
            histogram.above += 1;
        } else {
            histogram.counts[bin_of((error - low) * scale, bins)] += 1;
        }
    }
    histogram
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a place within the bins, checked by the caller"
)]
fn bin_of(place: f64, bins: usize) -> usize {
    (place as usize).min(bins - 1)
}
