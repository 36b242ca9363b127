//! The limit order book: what size costs, and what is remembered of past trades.
//!
//! All formulas are those of the paper's sections on market impact and its persistence, with a
//! depth `D` (shares) that scales size; the paper has `D = 1`. In the paper one exponent says what the first share
//! costs and how fast the next ones become dearer. With half-spreads `s_a`, `s_b` of their own buying costs
//! `f_a = (1+s_a)/α` times what the exponent says and selling brings `f_b = (1−s_b)/β` times that; the paper is
//! `s_a = α−1`, `s_b = 1−β`, where both factors are exactly 1. Trades may displace the mid itself
//! ([`MidImpact`]); without that, as in the paper, the mid is the unaffected price.

mod curve;
mod displacement;
mod refill;
mod standing;

pub use curve::{Level, curve, levels};
pub use displacement::{Displacement, LEAST, MidImpact, over_unaffected};
pub use refill::Refill;
pub use standing::{Quote, Standing};

use crate::scenario::Scenario;
use crate::units::is_default;

/// What a market remembers of own trades: shares taken from each side and not yet refilled, and where the mid is.
#[derive(Clone, Copy, Debug, Default, PartialEq, serde::Serialize)]
pub struct Memory {
    /// `A ≥ 0` (shares).
    pub ask: f64,
    /// `B ≥ 0` (shares).
    pub bid: f64,
    /// `J`: how far the mid is displaced.
    #[serde(skip_serializing_if = "is_default")]
    pub mid: Displacement,
}

/// What a trade costs against the unaffected mid price, by its cause (currency). The parts add up to the
/// whole; all but the last are non-negative.
#[derive(Clone, Copy, Debug, Default, PartialEq, serde::Serialize)]
pub struct Cost {
    /// Crossing the spread of a full book: the first share's price, for every share.
    pub spread: f64,
    /// Walking into the book: later shares are dearer than the first.
    pub depth: f64,
    /// Finding the book depleted by one's own past trades.
    pub memory: f64,
    /// Meeting a mid that is displaced by one's own past trades and by half of this one's impact: below 0 where that is to
    /// one's advantage; 0 where trades leave the mid.
    #[serde(skip_serializing_if = "is_default")]
    pub mid: f64,
}

impl Cost {
    /// All of it.
    #[must_use]
    pub fn total(&self) -> f64 {
        self.spread + self.depth + self.memory + self.mid
    }
}

/// The order book of a scenario.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OrderBook {
    ask_exponent: f64,
    bid_exponent: f64,
    /// `f_a`, `f_b`.
    ask_factor: f64,
    bid_factor: f64,
    /// `s_a`, `s_b`.
    ask_half_spread: f64,
    bid_half_spread: f64,
    ask_decay: f64,
    bid_decay: f64,
    depth: f64,
    mid_impact: MidImpact,
}

impl OrderBook {
    /// The book of `scenario`.
    #[must_use]
    pub fn of(scenario: &Scenario) -> Self {
        let book = &scenario.order_book;
        Self {
            ask_exponent: book.ask_exponent,
            bid_exponent: book.bid_exponent,
            ask_factor: (book.ask_half_spread).map_or(1.0, |s| (1.0 + s) / book.ask_exponent),
            bid_factor: (book.bid_half_spread).map_or(1.0, |s| (1.0 - s) / book.bid_exponent),
            ask_half_spread: book.ask_half_spread.unwrap_or(book.ask_exponent - 1.0),
            bid_half_spread: book.bid_half_spread.unwrap_or(1.0 - book.bid_exponent),
            ask_decay: book.ask_decay,
            bid_decay: book.bid_decay,
            depth: book.depth,
            mid_impact: MidImpact::of(book),
        }
    }

    /// `f_a` and `f_b`: what the half-spreads make of the costs and proceeds of the exponents.
    #[must_use]
    pub fn factors(&self) -> [f64; 2] {
        [self.ask_factor, self.bid_factor]
    }

    /// `s_a` and `s_b`: best ask above and best bid below the mid in a full book, relative to it.
    #[must_use]
    pub fn half_spreads(&self) -> [f64; 2] {
        [self.ask_half_spread, self.bid_half_spread]
    }

    /// Whether trading costs nothing, whatever the size.
    #[must_use]
    pub fn is_frictionless(&self) -> bool {
        let even = self.ask_exponent == 1.0 && self.bid_exponent == 1.0;
        even && self.half_spreads() == [0.0, 0.0] && !self.mid_impact.moves()
    }

    /// `F^a(S,x,A) = f_a·D·S·[(1+(x+A)/D)^α − (1+A/D)^α]`: cash paid for buying `size >= 0` shares
    /// around the mid price `mid`.
    #[must_use]
    pub fn buy_cost(&self, mid: f64, size: f64, ask_memory: f64) -> f64 {
        mid * (self.ask_factor * power_gain(self.ask_exponent, size, ask_memory, self.depth))
    }

    /// `F^b(S,x,B) = f_b·D·S·[(1+(x+B)/D)^β − (1+B/D)^β]`: cash received for selling `size >= 0` shares
    /// around the mid price `mid`.
    #[must_use]
    pub fn sell_proceeds(&self, mid: f64, size: f64, bid_memory: f64) -> f64 {
        mid * (self.bid_factor * power_gain(self.bid_exponent, size, bid_memory, self.depth))
    }

    /// `L(S,x,A,B)`: cash from trading `size` out of a position; negative `size` buys. `spot` is the unaffected price.
    #[must_use]
    pub fn cash_from(&self, spot: f64, size: f64, memory: Memory) -> f64 {
        let mid = self.met(spot, -size, memory);
        if size >= 0.0 {
            self.sell_proceeds(mid, size, memory.bid)
        } else {
            -self.buy_cost(mid, -size, memory.ask)
        }
    }

    /// `∂F^a/∂x = f_a·S·α·(1+(x+A)/D)^(α−1)`: price of the next share at `size` into the ask side.
    #[must_use]
    pub fn marginal_ask(&self, mid: f64, size: f64, ask_memory: f64) -> f64 {
        mid * (self.ask_factor * marginal(self.ask_exponent, size, ask_memory, self.depth))
    }

    /// `∂F^b/∂x = f_b·S·β·(1+(x+B)/D)^(β−1)`: price of the next share at `size` into the bid side.
    #[must_use]
    pub fn marginal_bid(&self, mid: f64, size: f64, bid_memory: f64) -> f64 {
        mid * (self.bid_factor * marginal(self.bid_exponent, size, bid_memory, self.depth))
    }

    /// Price of the next share after buying `size` in one go, `spot` being the unaffected price: the book's, and what this
    /// trade's own move of the mid adds. A negative size is the part consumed by earlier trades.
    #[must_use]
    pub fn next_ask(&self, spot: f64, size: f64, memory: Memory) -> f64 {
        let traded = size.max(0.0);
        let mid = self.met(spot, traded, memory);
        let pushed = 0.5 * spot * self.mid_impact.per_share;
        self.marginal_ask(mid, size, memory.ask) + self.buy_cost(pushed, traded, memory.ask)
    }

    /// Price of the next share after selling `size` in one go; see [`OrderBook::next_ask`].
    #[must_use]
    pub fn next_bid(&self, spot: f64, size: f64, memory: Memory) -> f64 {
        let traded = size.max(0.0);
        let mid = self.met(spot, -traded, memory);
        let pushed = 0.5 * spot * self.mid_impact.per_share;
        self.marginal_bid(mid, size, memory.bid) - self.sell_proceeds(pushed, traded, memory.bid)
    }

    /// Best ask less best bid. `spot` is the unaffected price.
    #[must_use]
    pub fn quoted_spread(&self, spot: f64, memory: Memory) -> f64 {
        let mid = memory.shown_mid(spot);
        self.marginal_ask(mid, 0.0, memory.ask) - self.marginal_bid(mid, 0.0, memory.bid)
    }

    /// Shares on offer at `price` or below: `D·[(p/(f_a·Sα))^(1/(α−1)) − 1] − A`, infinite in a
    /// book whose one price is at or below `price`.
    #[must_use]
    pub fn ask_depth_to(&self, price: f64, mid: f64, ask_memory: f64) -> f64 {
        let ratio = price / (mid * (self.ask_factor * self.ask_exponent));
        if self.ask_exponent == 1.0 {
            return if ratio >= 1.0 { f64::INFINITY } else { 0.0 };
        }
        let shares = self.depth * (ratio.ln() / (self.ask_exponent - 1.0)).exp_m1();
        (shares - ask_memory).max(0.0)
    }

    /// Shares wanted at `price` or above: `D·[(p/(f_b·Sβ))^(1/(β−1)) − 1] − B`, infinite in a
    /// book whose one price is at or above `price`.
    #[must_use]
    pub fn bid_depth_to(&self, price: f64, mid: f64, bid_memory: f64) -> f64 {
        let ratio = price / (mid * (self.bid_factor * self.bid_exponent));
        if self.bid_exponent == 1.0 {
            return if ratio <= 1.0 { f64::INFINITY } else { 0.0 };
        }
        let shares = self.depth * (ratio.ln() / (self.bid_exponent - 1.0)).exp_m1();
        (shares - bid_memory).max(0.0)
    }

    /// What `size` shares (positive buys) cost against the unaffected price `spot`, by cause.
    #[must_use]
    pub fn cost(&self, spot: f64, size: f64, memory: Memory) -> Cost {
        let buys = size >= 0.0;
        let (exponent, factor, half, remembered) = if buys {
            let half = self.ask_half_spread;
            (self.ask_exponent, self.ask_factor, half, memory.ask)
        } else {
            let half = self.bid_half_spread;
            (self.bid_exponent, self.bid_factor, half, memory.bid)
        };
        let shares = size.abs();
        let sign = if buys { factor } else { -factor };
        let mid = self.met(spot, size, memory);
        let fresh = power_gain(exponent, shares, 0.0, self.depth);
        let worn = power_gain(exponent, shares, remembered, self.depth);
        Cost {
            spread: mid * half * shares,
            depth: sign * mid * (fresh - exponent * shares),
            memory: sign * mid * (worn - fresh),
            mid: (mid - spot) * size,
        }
    }

    /// Memory after a trade (positive buys) and `years` of refilling:
    /// `(A + ΔX⁺)·e^(−λ_a Δ)`, `(B + ΔX⁻)·e^(−λ_b Δ)`, and the mid as [`MidImpact::after`] has it.
    #[must_use]
    pub fn remember(&self, memory: Memory, trade: f64, years: f64) -> Memory {
        let (ask_keep, bid_keep) = self.kept(years);
        Memory {
            ask: (memory.ask + trade.max(0.0)) * ask_keep,
            bid: (memory.bid + (-trade).max(0.0)) * bid_keep,
            mid: self.mid_impact.after(memory.mid, trade, years),
        }
    }

    /// Share of each side's memory left after `years`: `e^(−λΔ)`, 0 at infinite decay; all of it
    /// after no time.
    #[must_use]
    pub fn kept(&self, years: f64) -> (f64, f64) {
        if years == 0.0 {
            return (1.0, 1.0);
        }
        (
            (-self.ask_decay * years).exp(),
            (-self.bid_decay * years).exp(),
        )
    }
}

/// `D·[(1+(x+m)/D)^e − (1+m/D)^e]`, written as `D·(1+m/D)^e·expm1(e·log1p(x/(D+m)))`, which keeps
/// its accuracy where the plain difference cancels: for small sizes and exponents near 1.
fn power_gain(exponent: f64, size: f64, memory: f64, depth: f64) -> f64 {
    if exponent == 1.0 {
        return size;
    }
    let before = (memory / depth).ln_1p();
    let growth = (exponent * (size / (depth + memory)).ln_1p()).exp_m1();
    depth * (exponent * before).exp() * growth
}

/// `e·(1+(x+m)/D)^(e−1)`.
fn marginal(exponent: f64, size: f64, memory: f64, depth: f64) -> f64 {
    exponent * ((exponent - 1.0) * ((size + memory) / depth).ln_1p()).exp()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn book(ask_exponent: f64, bid_exponent: f64, depth: f64) -> OrderBook {
        OrderBook {
            ask_exponent,
            bid_exponent,
            ask_factor: 1.0,
            bid_factor: 1.0,
            ask_half_spread: ask_exponent - 1.0,
            bid_half_spread: 1.0 - bid_exponent,
            ask_decay: 0.0,
            bid_decay: f64::INFINITY,
            depth,
            mid_impact: MidImpact::default(),
        }
    }

    #[test]
    fn one_share_costs_what_the_paper_says() {
        let book = book(1.01, 0.99, 1.0);
        let cost = book.buy_cost(1000.0, 1.0, 0.0);
        assert!((cost - 1000.0 * (2f64.powf(1.01) - 1.0)).abs() < 1e-9);
        let proceeds = book.sell_proceeds(1000.0, 0.5, 0.25);
        assert!((proceeds - 1000.0 * (1.75f64.powf(0.99) - 1.25f64.powf(0.99))).abs() < 1e-9);
    }

    #[test]
    fn tiny_and_huge_sizes_keep_their_accuracy() {
        let book = book(1.0 + 1e-12, 0.5, 1.0);
        // For tiny x the cost is the marginal price times x.
        let (x, spot) = (1e-14, 1000.0);
        let expected = x * book.marginal_ask(spot, 0.0, 3.0);
        assert!((book.buy_cost(spot, x, 3.0) / expected - 1.0).abs() < 1e-12);
        assert!(book.sell_proceeds(spot, 1e300, 0.0).is_finite());
        // (1 + 1e12)^0.5 − 1.
        let proceeds = book.sell_proceeds(1.0, 1e12, 0.0);
        assert!((proceeds - ((1e12f64 + 1.0).sqrt() - 1.0)).abs() < 1e-3);
    }

    #[test]
    fn depth_to_a_price_inverts_the_marginal_price() {
        let book = book(1.02, 0.97, 5.0);
        for (size, memory) in [(0.5, 0.0), (3.0, 2.0), (40.0, 0.1)] {
            let ask = book.marginal_ask(100.0, size, memory);
            assert!((book.ask_depth_to(ask, 100.0, memory) - size).abs() < 1e-9);
            let bid = book.marginal_bid(100.0, size, memory);
            assert!((book.bid_depth_to(bid, 100.0, memory) - size).abs() < 1e-9);
        }
        assert_eq!(book.ask_depth_to(90.0, 100.0, 0.0), 0.0);
    }

    #[test]
    fn infinite_decay_forgets_and_zero_decay_does_not() {
        let book = book(1.01, 0.99, 1.0);
        let of = |ask: f64, bid: f64| Memory {
            ask,
            bid,
            ..Memory::default()
        };
        assert_eq!(book.remember(of(1.0, 1.0), 0.5, 0.1), of(1.5, 0.0));
        assert_eq!(book.remember(of(1.0, 1.0), 0.5, 0.0), of(1.5, 1.0));
    }
}
