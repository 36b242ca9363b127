//! The recorded prices themselves, window by window, each scaled to the spot.
//!
//! Path `n` for evaluation is the window that begins at return `n` of the range for evaluation; after the last one they
//! begin anew. For other purposes windows are drawn at random from their ranges. Neighbouring windows share all returns
//! but two, so that standard errors that take paths as independent are too small.

use super::bootstrap::pick;
use super::{LANES, PathBlock, PathSource, Sampling};
use crate::math::exp;
use crate::scenario::{Recorded, Returns, Scenario};
use crate::units::Purpose;
use rand::Rng;
use std::ops::Range;
use std::sync::Arc;

/// Windows of recorded prices.
#[derive(Clone, Debug)]
pub struct RecordedPath {
    returns: Arc<Returns>,
    steps: usize,
    /// Recorded returns of a date.
    per_date: usize,
    spot: f64,
    /// What training, validation and evaluation take.
    ranges: [Range<usize>; 3],
}

impl RecordedPath {
    /// The process of `scenario`, whose returns these are.
    #[must_use]
    pub fn of(scenario: &Scenario, returns: &Arc<Returns>) -> Self {
        Self {
            returns: Arc::clone(returns),
            steps: scenario.steps,
            per_date: scenario.returns_a_date(returns).unwrap_or(1),
            spot: scenario.market.spot,
            ranges: scenario.market.recorded.ranges(returns.count()),
        }
    }

    fn range(&self, purpose: Purpose) -> &Range<usize> {
        &self.ranges[Recorded::place(purpose)]
    }

    /// Windows in a range.
    fn windows(&self, purpose: Purpose) -> usize {
        let needed = self.per_date * self.steps;
        (self.range(purpose).len() + 1)
            .saturating_sub(needed)
            .max(1)
    }
}

impl PathSource for RecordedPath {
    fn steps(&self) -> usize {
        self.steps
    }

    fn distinct(&self, purpose: Purpose) -> Option<u64> {
        (purpose == Purpose::Evaluation).then_some(self.windows(purpose) as u64)
    }

    fn fill(&self, sampling: &Sampling, first: u64, block: &mut PathBlock) {
        let (rows, _none) = block.parts_mut();
        let windows = self.windows(sampling.purpose);
        for lane in 0..LANES {
            let number = first + lane as u64;
            let offset = if sampling.purpose == Purpose::Evaluation {
                usize::try_from(number % windows as u64).unwrap_or(0)
            } else {
                pick(sampling.stream(number).0.next_u64(), windows)
            };
            let begin = self.range(sampling.purpose).start + offset;
            for (date, row) in rows.iter_mut().enumerate() {
                let place = begin + date * self.per_date;
                row[lane] = self.spot * exp(self.returns.log_growth(begin, place));
            }
        }
    }
}
