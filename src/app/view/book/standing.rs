//! A book in one state: what any size costs in it, and how it gets from one date to the next.

use crate::order_book::{Cost, Memory, OrderBook};

/// A book as somebody finds it. Sizes are signed: positive buys.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Standing {
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
    pub cost: Cost,
}

impl Standing {
    /// Price of the next share after `size` (currency); at 0 the best ask.
    #[must_use]
    pub fn price(&self, size: f64) -> f64 {
        self.price_on(size >= 0.0, size.abs())
    }

    /// Price of the next share after `shares` into the ask or the bid side (currency).
    #[must_use]
    pub fn price_on(&self, ask: bool, shares: f64) -> f64 {
        if ask {
            self.book.marginal_ask(self.spot, shares, self.memory.ask)
        } else {
            self.book.marginal_bid(self.spot, shares, self.memory.bid)
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
        if ask {
            self.book.ask_depth_to(price, self.spot, self.memory.ask)
        } else {
            self.book.bid_depth_to(price, self.spot, self.memory.bid)
        }
    }

    /// The same book with nothing taken from it.
    #[must_use]
    pub fn full(&self) -> Self {
        Self {
            memory: Memory::default(),
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
