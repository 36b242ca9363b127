//! One side of a book as a ladder: how far from the mid the next share is, after so many.

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
