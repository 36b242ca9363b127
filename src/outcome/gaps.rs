//! Differences between two policies path by path, as a distribution of their own.

use super::estimate::Estimate;
use super::sample::{Sample, Tally};
use super::statistics::average;

/// `e − e'` on each path: a sample of its own, under the name of the one; `None` if the two are empty
/// or of different size. It holds no turnover, exercise and cost.
#[must_use]
pub fn gaps(one: &Sample, other: &Sample) -> Option<Sample> {
    if one.errors().is_empty() || one.errors().len() != other.errors().len() {
        return None;
    }
    let both = one.errors().iter().zip(other.errors());
    let differences: Vec<f64> = both.map(|(one, other)| one - other).collect();
    let mut gaps = one.emptied();
    let none = Tally::default();
    gaps.push(&differences, none, none, none);
    Some(gaps)
}

/// Of [`gaps`], the share of paths below 0, on which the one does better. A path on which both do the
/// same counts for neither.
#[must_use]
pub fn share_better(gaps: &Sample) -> Estimate {
    let better: Vec<f64> = gaps
        .errors()
        .iter()
        .map(|gap| if *gap < 0.0 { 1.0 } else { 0.0 })
        .collect();
    average(Tally::of(&better, gaps.draw_size() == 2))
}
