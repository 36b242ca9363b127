//! How a row of the table is written down: one macro for each kind of value.

use crate::units::Interval;

macro_rules! number {
    ($path:literal, $label:literal, $unit:literal, $range:expr, $($field:ident).+, $meaning:literal) => {
        Field {
            path: $path, label: $label, unit: $unit, meaning: $meaning, only: &[],
            access: Access::Number {
                range: $range,
                get: |p| p.$($field).+,
                set: |p, x| p.$($field).+ = x,
            },
        }
    };
}
macro_rules! optional {
    ($path:literal, $label:literal, $unit:literal, $range:expr, $($field:ident).+, $meaning:literal) => {
        Field {
            path: $path, label: $label, unit: $unit, meaning: $meaning, only: &[],
            access: Access::Optional {
                range: $range,
                get: |p| p.$($field).+,
                set: |p, x| p.$($field).+ = x,
            },
        }
    };
}
macro_rules! whole {
    ($path:literal, $label:literal, $low:literal ..= $high:expr, $type:ty, $($field:ident).+, $meaning:literal) => {
        Field {
            path: $path, label: $label, unit: "", meaning: $meaning, only: &[],
            access: Access::Whole {
                low: $low, high: $high,
                get: |p| p.$($field).+ as u64,
                #[allow(clippy::cast_possible_truncation, reason = "counts are checked against the range and usize is 64 bits wide where this runs")]
                set: |p, x| p.$($field).+ = x as $type,
            },
        }
    };
}
macro_rules! choice {
    ($path:literal, $label:literal, $type:ty, $($field:ident).+, $meaning:literal) => {
        Field {
            path: $path, label: $label, unit: "", meaning: $meaning, only: &[],
            access: Access::Choice {
                words: <$type as Named>::words,
                get: |p| p.$($field).+.name(),
                set: |p, word| {
                    let value = <$type as Named>::from_name(word);
                    value.map(|value| p.$($field).+ = value).is_some()
                },
            },
        }
    };
}
pub(super) use {choice, number, optional, whole};

/// Amounts of money and of shares beyond which double precision and good sense both end.
const HUGE: f64 = 1e12;
/// Any amount, of either sign.
pub(super) const ANY_AMOUNT: Interval = Interval::closed(-HUGE, HUGE);
/// More than nothing.
pub(in crate::scenario) const POSITIVE: Interval = Interval::closed(1.0 / HUGE, HUGE);
/// Strike over spot.
pub(in crate::scenario) const MONEYNESS: Interval = Interval::closed(1e-3, 1e3);
/// Nothing or more.
pub(super) const SOME: Interval = Interval::closed(0.0, HUGE);
/// More paths, dates or neurons than this in one go would not fit any machine.
pub(super) const MANY: u64 = 100_000_000;
