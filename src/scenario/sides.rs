//! The two sides of the book: which field of one is like which of the other.

use super::fields::Field;
use crate::quantity::tidy;

/// What a side of the book has, what the other one has, and what that holds when this one holds `x`.
type Pair = (&'static str, &'static str, Mirror);
/// What the other side holds when one holds this.
pub type Mirror = fn(f64) -> f64;

const PAIRS: [Pair; 3] = [
    // The exponents lie at the same distance from 1.
    ("order_book.ask_exponent", "order_book.bid_exponent", |x| {
        tidy(2.0 - x)
    }),
    (
        "order_book.ask_half_spread",
        "order_book.bid_half_spread",
        |x| x,
    ),
    ("order_book.ask_decay", "order_book.bid_decay", |x| x),
];

/// The field of the other side, if `field` is one of a side, and what that holds when this one holds a number.
#[must_use]
pub fn other_side(field: &Field) -> Option<(&'static Field, Mirror)> {
    let path = field.path;
    let mut pairs = PAIRS.iter();
    let (ask, bid, mirror) = pairs.find(|(ask, bid, _)| path == *ask || path == *bid)?;
    let other = if path == *ask { bid } else { ask };
    Some((Field::find(other).ok()?, *mirror))
}

/// What the ask side has that the bid side has too.
pub fn of_ask() -> impl Iterator<Item = &'static Field> {
    let fields = PAIRS.iter().map(|(ask, _, _)| Field::find(ask));
    fields.filter_map(Result::ok)
}
