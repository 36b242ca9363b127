//! The book as something to draw or to print: levels by size, consumed part included.

use super::{Memory, OrderBook};

/// One depth of the book, on both sides.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct Level {
    /// Shares traded to get here (negative: already consumed, not yet refilled).
    pub size: f64,
    /// Price of the next share bought (currency); absent where that side has not been consumed so far.
    pub ask: Option<f64>,
    /// Average price of buying `size` shares (currency); absent at and below size 0.
    pub average_ask: Option<f64>,
    /// Price of the next share sold (currency); absent where that side has not been consumed so far.
    pub bid: Option<f64>,
    /// Average price of selling `size` shares (currency); absent at and below size 0.
    pub average_bid: Option<f64>,
}

/// The book at the given sizes (shares), `spot` being the unaffected price. A negative size `−c` is the part consumed by past trades:
/// it has a price on a side only where that side's memory is at least `c`.
#[must_use]
pub fn levels(book: &OrderBook, spot: f64, memory: Memory, sizes: &[f64]) -> Vec<Level> {
    let average = |cash: f64, size: f64| (size > 0.0).then(|| cash / size);
    sizes
        .iter()
        .map(|&size| {
            let (ask_there, bid_there) = (size >= -memory.ask, size >= -memory.bid);
            let traded = size.max(0.0);
            Level {
                size,
                ask: ask_there.then(|| book.next_ask(spot, size, memory)),
                average_ask: average(-book.cash_from(spot, -traded, memory), size),
                bid: bid_there.then(|| book.next_bid(spot, size, memory)),
                average_bid: average(book.cash_from(spot, traded, memory), size),
            }
        })
        .collect()
}

/// `points` levels, evenly spaced in size from the consumed part of the deeper-used side to `size`.
#[must_use]
pub fn curve(book: &OrderBook, spot: f64, memory: Memory, size: f64, points: usize) -> Vec<Level> {
    let start = -memory.ask.max(memory.bid);
    let gap = (size - start) / (points.max(2) - 1) as f64;
    let sizes: Vec<f64> = (0..points.max(2))
        .map(|i| gap.mul_add(i as f64, start))
        .collect();
    levels(book, spot, memory, &sizes)
}
