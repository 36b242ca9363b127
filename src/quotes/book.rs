//! A book as it is quoted.

use std::cmp::Ordering;

/// Shares on offer or wanted at one price.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Level {
    /// The price (currency), above 0.
    pub price: f64,
    /// Shares, above 0.
    pub size: f64,
}

/// Both sides of a book. The best level of a side is its last, so that it is cheap to change.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Book {
    /// Shares on offer, the highest price first.
    pub asks: Vec<Level>,
    /// Shares wanted, the lowest price first.
    pub bids: Vec<Level>,
}

impl Book {
    /// Takes all levels out.
    pub fn clear(&mut self) {
        self.asks.clear();
        self.bids.clear();
    }

    /// The mid price (currency): half of best ask and best bid; `None` where a side is empty.
    #[must_use]
    pub fn mid(&self) -> Option<f64> {
        Some(0.5 * (self.asks.last()?.price + self.bids.last()?.price))
    }

    /// The levels of a side, the best first.
    pub fn side(&self, ask: bool) -> impl Iterator<Item = &Level> {
        let side = if ask { &self.asks } else { &self.bids };
        side.iter().rev()
    }

    /// Whether somebody wants to pay what somebody asks, or more.
    #[must_use]
    pub fn is_crossed(&self) -> bool {
        match (self.asks.last(), self.bids.last()) {
            (Some(ask), Some(bid)) => bid.price >= ask.price,
            _ => false,
        }
    }

    /// Sets the size at a price of a side; 0 takes the level out.
    pub fn set(&mut self, ask: bool, level: Level) {
        let side = if ask { &mut self.asks } else { &mut self.bids };
        let behind = |other: &Level| {
            if ask {
                other.price > level.price
            } else {
                other.price < level.price
            }
        };
        // Most changes are near the best price.
        let place = side.iter().rposition(behind).map_or(0, |place| place + 1);
        let there = side.get(place).is_some_and(|at| at.price == level.price);
        match (there, level.size > 0.0) {
            (true, true) => side[place] = level,
            (true, false) => {
                side.remove(place);
            }
            (false, true) => side.insert(place, level),
            (false, false) => {}
        }
    }

    /// Brings the levels into their order, those of one price into one.
    pub(super) fn arrange(&mut self) {
        arrange(&mut self.asks, |a, b| b.total_cmp(&a));
        arrange(&mut self.bids, |a, b| a.total_cmp(&b));
    }
}

/// Sorts a side by its prices where it is not sorted.
fn arrange(side: &mut Vec<Level>, order: fn(f64, f64) -> Ordering) {
    let fine = |a: &Level, b: &Level| order(a.price, b.price).is_lt();
    if side.is_sorted_by(fine) {
        return;
    }
    side.sort_by(|a, b| order(a.price, b.price));
    side.dedup_by(|later, first| {
        let same = later.price == first.price;
        if same {
            first.size += later.size;
        }
        same
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prices(side: &[Level]) -> Vec<f64> {
        side.iter().map(|level| level.price).collect()
    }

    #[test]
    fn levels_are_set_changed_and_taken_out_where_they_belong() {
        let mut book = Book::default();
        for price in [101.0, 103.0, 102.0] {
            book.set(true, Level { price, size: 1.0 });
            book.set(
                false,
                Level {
                    price: price - 5.0,
                    size: 1.0,
                },
            );
        }
        assert_eq!(prices(&book.asks), [103.0, 102.0, 101.0]);
        assert_eq!(prices(&book.bids), [96.0, 97.0, 98.0]);
        book.set(
            true,
            Level {
                price: 102.0,
                size: 0.0,
            },
        );
        book.set(
            false,
            Level {
                price: 97.0,
                size: 5.0,
            },
        );
        assert_eq!(prices(&book.asks), [103.0, 101.0]);
        assert_eq!(book.bids[1].size, 5.0);
        assert_eq!(book.mid(), Some(99.5));
        assert!(!book.is_crossed());
    }

    #[test]
    fn levels_in_no_order_are_arranged_and_those_of_one_price_are_one() {
        let side = |prices: &[f64]| {
            prices
                .iter()
                .map(|price| Level {
                    price: *price,
                    size: 1.0,
                })
                .collect()
        };
        let mut book = Book {
            asks: side(&[101.0, 103.0, 102.0, 103.0]),
            bids: side(&[98.0, 99.0, 97.0]),
        };
        book.arrange();
        assert_eq!(prices(&book.asks), [103.0, 102.0, 101.0]);
        assert_eq!(book.asks[0].size, 2.0);
        assert_eq!(prices(&book.bids), [97.0, 98.0, 99.0]);
    }
}
