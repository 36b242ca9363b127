//! One side of a book as a ladder: how far from the mid the next share is, after so many.

use super::family::Side;
use crate::quotes::Book;

/// Fewest levels that are fitted.
pub const LEAST: usize = 4;
/// Most rungs that are kept; of more levels every second, third … is.
const MOST: usize = 64;

/// One side of a book, from the best price on.
#[derive(Clone, Debug, PartialEq)]
pub struct Ladder {
    /// Best price's distance from the mid, relative to the mid.
    pub half_spread: f64,
    /// Shares in front of each level, 0 for the first.
    pub sizes: Vec<f64>,
    /// `|ln(price/mid)|` of each level.
    pub logs: Vec<f64>,
}

impl Ladder {
    /// The ladder of a side, as far as levels lie within a distance (relative to the mid) of the best price; `None` where
    /// these are fewer than four.
    #[must_use]
    pub fn of(book: &Book, ask: bool, within: f64) -> Option<Self> {
        let mid = book.mid()?;
        let best = book.side(ask).next()?.price;
        let near = |price: f64| (price - best).abs() <= within * mid;
        let count = book.side(ask).take_while(|level| near(level.price)).count();
        if count < LEAST {
            return None;
        }
        let every = count.div_ceil(MOST);
        let (mut sizes, mut logs, mut before) = (Vec::new(), Vec::new(), 0.0);
        for (place, level) in book.side(ask).take(count).enumerate() {
            if place.is_multiple_of(every) {
                sizes.push(before);
                logs.push((level.price / mid).ln().abs());
            }
            before += level.size;
        }
        let half_spread = (best / mid - 1.0).abs();
        let fine = sizes.len() >= LEAST && half_spread < 1.0;
        fine.then_some(Self {
            half_spread,
            sizes,
            logs,
        })
    }

    /// Shares in front of the last level.
    #[must_use]
    pub fn reach(&self) -> f64 {
        self.sizes.last().copied().unwrap_or(0.0)
    }

    /// The ladder as steps, from the first share on: shares in front, and the price's distance from the mid, relative to the
    /// mid and negative for bids. It ends at the last level that is kept, whose own shares are not known.
    #[must_use]
    pub fn steps(&self, ask: bool) -> Vec<[f64; 2]> {
        let out = if ask { 1.0 } else { -1.0 };
        let price = |log: &f64| out * Side::of(ask).distance(*log);
        let mut steps: Vec<[f64; 2]> = Vec::with_capacity(2 * self.sizes.len());
        for (size, log) in self.sizes.iter().zip(&self.logs) {
            if let Some([_, before]) = steps.last() {
                steps.push([*size, *before]);
            }
            steps.push([*size, price(log)]);
        }
        steps
    }

    /// `|ln(price/mid)|` after so many shares, between levels as a line; `None` beyond the last.
    #[must_use]
    pub fn at(&self, size: f64) -> Option<f64> {
        let next = self.sizes.partition_point(|x| *x < size);
        if next == 0 {
            return self.logs.first().copied();
        }
        let (a, b) = (self.sizes[next - 1], *self.sizes.get(next)?);
        let share = (size - a) / (b - a);
        Some(self.logs[next - 1] + share * (self.logs[next] - self.logs[next - 1]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_go_from_level_to_level_and_bids_lie_below_the_mid() {
        let ladder = Ladder {
            half_spread: 1e-4,
            sizes: vec![0.0, 100.0, 250.0],
            logs: [1e-4_f64, 3e-4, 4e-4].map(f64::ln_1p).to_vec(),
        };
        let steps = ladder.steps(true);
        let expected = [
            [0.0, 1e-4],
            [100.0, 1e-4],
            [100.0, 3e-4],
            [250.0, 3e-4],
            [250.0, 4e-4],
        ];
        assert_eq!(steps.len(), expected.len());
        for (step, wanted) in steps.iter().zip(expected) {
            assert_eq!(step[0], wanted[0]);
            assert!((step[1] - wanted[1]).abs() < 1e-15, "{steps:?}");
        }
        let bids = ladder.steps(false);
        for (bid, ask) in bids.iter().zip(&steps) {
            // A price p times above the mid is as far in logarithms as one p times below.
            assert!((bid[1] + ask[1] / (1.0 + ask[1])).abs() < 1e-15, "{bids:?}");
        }
    }
}
