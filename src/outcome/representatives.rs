//! Paths worth replaying: those with the worst, the best and the typical errors.

use super::sample::Sample;
use serde::{Deserialize, Serialize};

/// Path numbers by the rank of their hedging error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Representatives {
    /// Largest gain.
    pub best: u64,
    /// 5% of errors are smaller.
    pub q05: u64,
    /// Half of the errors are smaller.
    pub median: u64,
    /// 5% of errors are larger.
    pub q95: u64,
    /// 1% of errors are larger.
    pub q99: u64,
    /// Largest loss.
    pub worst: u64,
}

/// The ranks of the representatives, in thousandths of the errors.
pub(super) const RANKS: [usize; 6] = [0, 50, 500, 950, 990, 1000];

/// The rank of an error among `count`.
pub(super) fn rank_of(count: usize, per_mille: usize) -> usize {
    (count * per_mille / 1000).min(count.saturating_sub(1))
}

impl Representatives {
    /// The representatives of a sample; `None` if it is empty.
    #[must_use]
    pub fn of(sample: &Sample) -> Option<Self> {
        let errors = sample.errors();
        if errors.is_empty() {
            return None;
        }
        let mut values = errors.to_vec();
        // Each selection leaves what lies above it to its right, where the next one looks.
        let mut start = 0;
        let mut at = |per_mille: usize| {
            let place = rank_of(errors.len(), per_mille) - start;
            let value = *values[start..]
                .select_nth_unstable_by(place, f64::total_cmp)
                .1;
            start += place;
            number_of(errors, value)
        };
        let [best, q05, median, q95, q99, worst] = RANKS.map(&mut at);
        Some(Self {
            best,
            q05,
            median,
            q95,
            q99,
            worst,
        })
    }

    /// Each with its name, from best to worst.
    #[must_use]
    pub fn named(&self) -> [(&'static str, u64); 6] {
        [
            ("best", self.best),
            ("q05", self.q05),
            ("median", self.median),
            ("q95", self.q95),
            ("q99", self.q99),
            ("worst", self.worst),
        ]
    }
}

/// The first path with this very error.
fn number_of(errors: &[f64], value: f64) -> u64 {
    let place = errors
        .iter()
        .position(|error| error.total_cmp(&value).is_eq());
    place.map_or(0, |place| place as u64)
}
