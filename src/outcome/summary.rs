//! All that a table says of one policy.

use super::representatives::Representatives;
use super::sample::Sample;
use super::statistics::Statistics;
use crate::policy::Identity;

/// What became of one policy on many paths.
#[derive(Clone, Debug, PartialEq)]
pub struct Summary {
    /// Whose episodes.
    pub policy: Identity,
    /// Their figures.
    pub statistics: Statistics,
    /// Paths worth replaying.
    pub representatives: Representatives,
}

/// Errors beyond this (currency) have fourth moments beyond double precision.
const LARGEST: f64 = 1e70;

impl Summary {
    /// The summary of a sample; `None` if it is empty.
    #[must_use]
    pub fn of(sample: &Sample) -> Option<Self> {
        Some(Self {
            policy: sample.policy().clone(),
            statistics: Statistics::of(sample)?,
            representatives: Representatives::of(sample)?,
        })
    }

    /// Whether every error was a number of a size that double precision can square twice.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        let Statistics { mean, min, max, .. } = self.statistics;
        // An error that is no number shows in the mean alone.
        let small = |x: Option<f64>| x.is_some_and(|x| x.abs() < LARGEST);
        [mean.value, min.value, max.value].into_iter().all(small)
    }
}
