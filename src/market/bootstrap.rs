//! Recorded returns in blocks: the stationary bootstrap of D. Politis and J. Romano (1994).
//!
//! A path begins at a random place of the recorded returns and goes on from there; at each date, with
//! probability `1/L`, it jumps to another, so that blocks have geometric lengths of mean `L`. Behind the last return comes the
//! first. A date has the sum of as many recorded returns as it is long.

use super::geometric_brownian::advance;
use super::shocks::uniform;
use super::{LANES, PathBlock, PathSource, Sampling};
use crate::scenario::{Recorded, RecordedDrift, Returns, Scenario};
use rand::Rng;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

/// Dates times returns up to which the mean of all paths is computed exactly.
const EXACT: usize = 100_000_000;

/// Blocks of recorded returns.
#[derive(Clone, Debug)]
pub struct Bootstrap {
    returns: Arc<Returns>,
    steps: usize,
    /// Recorded returns of a date.
    per_date: usize,
    spot: f64,
    /// Chance `1/L` that a block ends at a date.
    ends: f64,
    /// Logarithm of the growth that the mean of all paths is to have until maturity; absent: as recorded.
    growth: Option<f64>,
    /// What training, validation and evaluation draw from.
    ranges: [Range<usize>; 3],
    /// What is added to the return of each date, by range.
    shifts: [OnceLock<f64>; 3],
}

impl Bootstrap {
    /// The process of `scenario`, whose returns these are.
    #[must_use]
    pub fn of(scenario: &Scenario, returns: &Arc<Returns>) -> Self {
        let recorded = &scenario.market.recorded;
        let given = recorded.drift == RecordedDrift::Given;
        Self {
            returns: Arc::clone(returns),
            steps: scenario.steps,
            per_date: scenario.returns_a_date(returns).unwrap_or(1),
            spot: scenario.market.spot,
            ends: 1.0 / recorded.block_length,
            growth: given.then_some(scenario.market.drift * scenario.contract.maturity),
            ranges: recorded.ranges(returns.count()),
            shifts: Default::default(),
        }
    }

    /// The place that is `by` recorded returns behind `place`, wrapped.
    fn behind(range: &Range<usize>, place: usize, by: usize) -> usize {
        let place = place + by;
        if place < range.end {
            place
        } else {
            range.start + (place - range.start) % range.len()
        }
    }

    /// What is added to the return of each date, so that the mean price at maturity is as asked for.
    fn shift(&self, which: usize) -> f64 {
        let Some(growth) = self.growth else {
            return 0.0;
        };
        *self.shifts[which].get_or_init(|| {
            let range = &self.ranges[which];
            let dates = self.steps as f64;
            let one = self.returns.moments(range, self.per_date).growth;
            if range.len().saturating_mul(self.steps) > EXACT {
                return growth / dates - one;
            }
            (growth - self.mean_growth(range, one)) / dates
        })
    }

    /// Logarithm of the mean of all paths at maturity over the spot. Backwards from there: the mean growth from a place
    /// on is its own times the mean of what may follow.
    fn mean_growth(&self, range: &Range<usize>, one: f64) -> f64 {
        let sum = |place| self.returns.sum(range, place, self.per_date);
        let own: Vec<f64> = range
            .clone()
            .map(|place| (sum(place) - one).exp())
            .collect();
        let next = range
            .clone()
            .map(|place| Self::behind(range, place, self.per_date) - range.start);
        let next: Vec<usize> = next.collect();
        let mean = |of: &[f64]| of.iter().sum::<f64>() / of.len() as f64;
        let mut follows = own.clone();
        for _ in 1..self.steps {
            let any = mean(&follows);
            let of = |(own, next): (&f64, &usize)| {
                own * ((1.0 - self.ends) * follows[*next] + self.ends * any)
            };
            follows = own.iter().zip(&next).map(of).collect();
        }
        mean(&follows).ln() + one * self.steps as f64
    }
}

impl PathSource for Bootstrap {
    fn steps(&self) -> usize {
        self.steps
    }

    fn fill(&self, sampling: &Sampling, first: u64, block: &mut PathBlock) {
        let which = Recorded::place(sampling.purpose);
        let range = &self.ranges[which];
        let (rows, _none) = block.parts_mut();
        let dates = rows.len() - 1;
        for lane in 0..LANES {
            let (mut stream, sign) = sampling.stream(first + lane as u64);
            let mut place = None;
            for row in &mut rows[..dates] {
                let goes_on = place.filter(|_| uniform(&mut stream) >= self.ends);
                let now = goes_on.unwrap_or_else(|| {
                    let offset = pick(stream.next_u64(), range.len());
                    // The other of a pair begins as far from the last return as this one from the first.
                    let offset = if sign < 0.0 {
                        range.len() - 1 - offset
                    } else {
                        offset
                    };
                    range.start + offset
                });
                row[lane] = self.returns.sum(range, now, self.per_date);
                place = Some(Self::behind(range, now, self.per_date));
            }
        }
        rows[dates] = [0.0; LANES];
        advance(self.spot, self.shift(which), 1.0, rows);
    }
}

/// One of so many places.
pub(super) fn pick(bits: u64, count: usize) -> usize {
    let place = (u128::from(bits) * count as u128) >> 64;
    usize::try_from(place).unwrap_or(0)
}
