//! One policy against another, path by path.

use super::simulation_worker::BINS;
use crate::outcome::{
    Apart, Difference, Estimate, Goal, Histogram, Sample, gaps, histograms, paired, share_better,
};

/// Path numbers kept for each bin.
const MEMBERS: usize = 6;

/// One policy against another on the same paths.
#[derive(Clone, Debug)]
pub struct Against {
    /// Differences of their figures.
    pub difference: Difference,
    /// What learned policies are trained for, less the other's (currency).
    pub goal: Estimate,
    /// Share of paths on which the one does better.
    pub better: Estimate,
    /// Where they come out furthest apart, either way.
    pub apart: Apart,
    /// Their differences path by path, in bins of their own (currency).
    pub histogram: Histogram,
    /// For each of these bins, the numbers of a few of its paths.
    pub members: Vec<Vec<u64>>,
}

impl Against {
    /// Compares two samples of the same paths; `None` if they are empty or of different size.
    pub(super) fn of(one: &Sample, other: &Sample, goal: Goal) -> Option<Self> {
        let difference = paired(one, other)?;
        let gaps = gaps(one, other)?;
        let histogram = histograms(std::slice::from_ref(&gaps), BINS).pop()?;
        Some(Self {
            goal: match goal {
                Goal::Rsmse => difference.rsmse,
                _ => goal.paired(one, other)?,
            },
            difference,
            better: share_better(&gaps),
            apart: Apart::of(one.errors(), other.errors())?,
            members: members(&gaps, &histogram),
            histogram,
        })
    }
}

/// A few path numbers for each bin; rare errors stand in the outermost bins.
pub(super) fn members(sample: &Sample, histogram: &Histogram) -> Vec<Vec<u64>> {
    let mut members = vec![Vec::new(); histogram.counts.len()];
    let last = histogram.counts.len() as f64 - 1.0;
    for (number, error) in sample.errors().iter().enumerate() {
        let place = ((error - histogram.low) / histogram.width).floor();
        let bin: &mut Vec<u64> = &mut members[bin_of(place.clamp(0.0, last))];
        if bin.len() < MEMBERS {
            bin.push(number as u64);
        }
    }
    members
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a place within the bins, clamped by the caller"
)]
fn bin_of(place: f64) -> usize {
    place as usize
}
