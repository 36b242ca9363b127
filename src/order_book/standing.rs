//! A book in one state: what any size costs in it.

use super::{Cost, Memory, OrderBook};

/// Halvings until a depth is known to a double's digits.
const HALVINGS: usize = 60;

/// A book as somebody finds it. Sizes are signed: positive buys.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Standing {
    /// The book.
    pub book: OrderBook,
    /// Unaffected price (currency).
    pub spot: f64,
    /// What past trades took and has not come back (shares).
    pub memory: Memory,
}

/// What a size costs in a book.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quote {
    /// Shares; positive buys.
    pub size: f64,
    /// Price of the next share (currency).
    pub next: f64,
    /// Average price (currency); absent without a trade.
    pub average: Option<f64>,
    /// Against the mid price, by cause.
    pub cost: Cost,
}

impl Standing {
    /// Price of the next share after `size` (currency); at 0 the best ask.
    #[must_use]
    pub fn price(&self, size: f64) -> f64 {
        self.price_on(size >= 0.0, size.abs())
    }

    /// The mid price that is shown (currency).
    #[must_use]
    pub fn mid(&self) -> f64 {
        self.memory.shown_mid(self.spot)
    }

    /// Price of the next share after `shares` into the ask or the bid side (currency).
    #[must_use]
    pub fn price_on(&self, ask: bool, shares: f64) -> f64 {
        if ask {
            self.book.next_ask(self.spot, shares, self.memory)
        } else {
            self.book.next_bid(self.spot, shares, self.memory)
        }
    }

    /// What has been taken from a side and is not back (shares).
    #[must_use]
    pub fn taken(&self, ask: bool) -> f64 {
        if ask {
            self.memory.ask
        } else {
            self.memory.bid
        }
    }

    /// Best ask and bid (currency).
    #[must_use]
    pub fn best(&self) -> (f64, f64) {
        (self.price_on(true, 0.0), self.price_on(false, 0.0))
    }

    /// Shares to be had up to a price, beyond the best one of a side.
    #[must_use]
    pub fn depth_to(&self, ask: bool, price: f64) -> f64 {
        let beside = if ask {
            self.book.ask_depth_to(price, self.mid(), self.memory.ask)
        } else {
            self.book.bid_depth_to(price, self.mid(), self.memory.bid)
        };
        let per_share = self.book.mid_impact().per_share;
        if per_share == 0.0 {
            return beside;
        }
        // The mid's own move makes shares dearer, so that there are fewer: no more than move it as far.
        let far = (price / self.spot - 1.0).abs() + 1.0;
        let (mut low, mut high) = (0.0, beside.min(far / per_share));
        for _ in 0..HALVINGS {
            let middle = f64::midpoint(low, high);
            let there = self.price_on(ask, middle);
            let within = if ask { there <= price } else { there >= price };
            if within {
                low = middle;
            } else {
                high = middle;
            }
        }
        low
    }

    /// The same book with nothing taken from it, around the same mid.
    #[must_use]
    pub fn full(&self) -> Self {
        Self {
            memory: Memory {
                mid: self.memory.mid,
                ..Memory::default()
            },
            ..*self
        }
    }

    /// What `size` shares would cost.
    #[must_use]
    pub fn quote(&self, size: f64) -> Quote {
        let cash = self.book.cash_from(self.spot, -size, self.memory);
        Quote {
            size,
            next: self.price(size),
            average: (size != 0.0).then(|| -cash / size),
            cost: self.book.cost(self.spot, size, self.memory),
        }
    }
}
