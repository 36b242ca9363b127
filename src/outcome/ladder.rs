//! Errors counted in narrow bins: order statistics of any number of errors in bounded memory.
//!
//! The bins span all but the outermost 0.1% on either side of the first errors; what lies beyond is
//! counted in one bin to each side. A bin knows how many errors it holds, their sum and the sum of
//! their squares, so that means beyond a rank are exact but for the bin in which the rank falls. With
//! 2^16 bins a rank's error is known to a small part of its standard error, even at 10^9 errors.

use super::tail::Beyond;

/// Bins between the two that are open to one side.
const BINS: usize = 1 << 16;

/// One rung: the errors between two values.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Bin {
    count: u64,
    /// Sum of the errors' places, in bins from the lowest edge.
    sum: f64,
    /// Sum of the squares of these, or of products over pairs.
    squares: f64,
    /// Number of the first path here.
    first: u64,
}

/// Errors in bins of equal width.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Ladder {
    low: f64,
    width: f64,
    bins: Vec<Bin>,
}

impl Ladder {
    /// Empty bins over the range of errors like these.
    pub fn over(errors: &[f64]) -> Self {
        let mut errors = errors.to_vec();
        let outermost = errors.len() / 1000;
        let last = errors.len().saturating_sub(1);
        let mut at = |rank: usize| match errors.get(rank) {
            Some(_) => *errors.select_nth_unstable_by(rank, f64::total_cmp).1,
            None => 0.0,
        };
        let (low, high) = (at(outermost), at(last - outermost));
        // Errors that are all the same still get bins to stand in.
        let least = 1e-9 * low.abs().max(high.abs()).max(1e-6);
        let (low, span) = if high - low > least {
            (low, high - low)
        } else {
            (low - least, 2.0 * least)
        };
        Self {
            low,
            width: span / BINS as f64,
            bins: vec![Bin::default(); BINS + 2],
        }
    }

    /// The same bins, empty.
    pub fn emptied(&self) -> Self {
        Self {
            bins: vec![Bin::default(); self.bins.len()],
            ..*self
        }
    }

    /// Counts the error of path `number`.
    pub fn add(&mut self, error: f64, number: u64) {
        let place = (error - self.low) / self.width;
        self.count(place, place, place * place, number);
    }

    /// Counts a pair of errors at the smaller one.
    pub fn add_pair(&mut self, one: f64, other: f64) {
        let places = [one, other].map(|error| (error - self.low) / self.width);
        let smaller = places[0].min(places[1]);
        self.count(smaller, places[0] + places[1], places[0] * places[1], 0);
    }

    fn count(&mut self, place: f64, sum: f64, squares: f64, number: u64) {
        let bin = &mut self.bins[bin_of(place)];
        if bin.count == 0 {
            bin.first = number;
        }
        bin.count += 1;
        bin.sum += sum;
        bin.squares += squares;
    }

    /// The bin of a rank, and how many errors lie in the bins below.
    fn bin_of_rank(&self, rank: u64) -> (usize, u64) {
        let mut below = 0;
        for (number, bin) in self.bins.iter().enumerate() {
            if below + bin.count > rank {
                return (number, below);
            }
            below += bin.count;
        }
        (self.bins.len() - 1, below.saturating_sub(1))
    }

    /// The place of a rank, as if its bin's errors stood at equal distances.
    fn place_of_rank(&self, rank: u64) -> f64 {
        let (number, below) = self.bin_of_rank(rank);
        let bin = &self.bins[number];
        if number == 0 || number == BINS + 1 {
            return bin.sum / bin.count.max(1) as f64;
        }
        let within = ((rank - below) as f64 + 0.5) / bin.count.max(1) as f64;
        (number - 1) as f64 + within
    }

    /// The error of a rank (currency).
    pub fn at(&self, rank: u64) -> f64 {
        self.place_of_rank(rank).mul_add(self.width, self.low)
    }

    /// Number of a path whose error is that of a rank, to the width of a bin.
    pub fn path_at(&self, rank: u64) -> u64 {
        self.bins[self.bin_of_rank(rank).0].first
    }

    /// Mean of the `above` errors from a rank up (currency).
    pub fn mean_from(&self, rank: u64) -> f64 {
        let (number, below) = self.bin_of_rank(rank);
        let bin = &self.bins[number];
        let taken = bin.count - (rank - below).min(bin.count);
        let middle = if number == 0 || number == BINS + 1 {
            bin.sum / bin.count.max(1) as f64
        } else {
            // The upper part of the bin, as if its errors stood at equal distances.
            f64::midpoint(self.place_of_rank(rank), number as f64)
        };
        let beyond = &self.bins[number + 1..];
        let sum: f64 = beyond.iter().map(|bin| bin.sum).sum();
        let count: u64 = beyond.iter().map(|bin| bin.count).sum();
        let mean = (taken as f64).mul_add(middle, sum) / (taken + count).max(1) as f64;
        mean.mul_add(self.width, self.low)
    }

    /// What lies above a value (currency).
    pub fn above(&self, value: f64) -> Beyond {
        let place = (value - self.low) / self.width;
        let (first, share, all) = self.beyond(place);
        let within = share * self.bins[first].count as f64;
        let rest = 0.5 * share;
        Beyond {
            count: all.count as f64 + within,
            sum: self.width * (all.sum - all.count as f64 * place + within * rest),
            squares: self.width.powi(2)
                * (all.squares - 2.0 * place * all.sum
                    + all.count as f64 * place * place
                    + within * rest * rest),
        }
    }

    /// Of pairs counted by [`Ladder::add_pair`]: those with both errors above a value.
    pub fn both_above(&self, value: f64) -> Beyond {
        let place = (value - self.low) / self.width;
        let (first, share, all) = self.beyond(place);
        let products = all.squares - place * all.sum + all.count as f64 * place * place;
        Beyond {
            count: all.count as f64 + share * self.bins[first].count as f64,
            sum: 0.0,
            squares: self.width.powi(2) * products,
        }
    }

    /// The bin in which a place falls, the share of it above, and what all the bins above it hold.
    fn beyond(&self, place: f64) -> (usize, f64, Bin) {
        let first = bin_of(place);
        let mut all = Bin::default();
        for bin in &self.bins[first + 1..] {
            all.count += bin.count;
            all.sum += bin.sum;
            all.squares += bin.squares;
        }
        (first, (first as f64 - place).clamp(0.0, 1.0), all)
    }
}

/// The bin of a place; 0 and the last are open to one side.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a place within the bins, clamped"
)]
fn bin_of(place: f64) -> usize {
    (place.floor() + 1.0).clamp(0.0, (BINS + 1) as f64) as usize
}
