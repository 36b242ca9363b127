//! How a book gets from one date to the next.

use crate::order_book::Standing;

/// From the trade of one date to that of the next.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Passage {
    pub from: Standing,
    /// What is traded at the first date (shares; positive buys).
    pub trade: f64,
    /// Time between the dates (years).
    pub years: f64,
    pub to: Standing,
    /// What is traded at the second date.
    pub next: f64,
}

/// Shares of a passage until the trade has been taken from the book, and until it has refilled.
const TAKEN: f64 = 0.25;
const REFILLED: f64 = 0.7;

impl Passage {
    /// The book after a share of the passage, and the size that is drawn into it: the first trade is
    /// taken from the book, the book refills through the time between the dates, and the second
    /// trade walks in.
    #[must_use]
    pub fn at(&self, share: f64) -> (Standing, f64) {
        let Self { from, to, .. } = *self;
        if share < TAKEN {
            let done = share / TAKEN;
            let memory = from.book.remember(from.memory, done * self.trade, 0.0);
            return (Standing { memory, ..from }, (1.0 - done) * self.trade);
        }
        if share < REFILLED {
            let passed = Self::time(share);
            let years = passed * self.years;
            let standing = Standing {
                memory: from.book.remember(from.memory, self.trade, years),
                spot: passed.mul_add(to.spot - from.spot, from.spot),
                ..from
            };
            return (standing, 0.0);
        }
        let walked = ((share - REFILLED) / (1.0 - REFILLED)).min(1.0);
        (to, walked * self.next)
    }

    /// How far from the first date to the second a share of the passage is, from 0 to 1.
    #[must_use]
    pub fn time(share: f64) -> f64 {
        ((share - TAKEN) / (REFILLED - TAKEN)).clamp(0.0, 1.0)
    }
}
