//! Numbers and times in cells, read quickly.

use super::SECOND;
use chrono::{DateTime, NaiveDateTime};

/// A whole number.
#[inline]
pub(super) fn whole(cell: &[u8]) -> Option<i64> {
    let (negative, digits) = match cell {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, cell),
    };
    // Nanoseconds since 1970 have nineteen digits.
    if digits.is_empty() || digits.len() > 19 {
        return None;
    }
    let mut sum: u64 = 0;
    for digit in digits {
        let value = digit.wrapping_sub(b'0');
        if value > 9 {
            return None;
        }
        sum = 10 * sum + u64::from(value);
    }
    let sum = i64::try_from(sum).ok()?;
    Some(if negative { -sum } else { sum })
}

/// Powers of ten that a double holds exactly.
const TENS: [f64; 16] = [
    1.0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
];

/// A finite number, of the same bits as the standard library reads.
#[inline]
pub(super) fn number(cell: &[u8]) -> Option<f64> {
    plain(cell).or_else(|| {
        let text = std::str::from_utf8(cell).ok()?.trim();
        text.parse().ok().filter(|x: &f64| x.is_finite())
    })
}

/// Up to fifteen digits with a point at most: a quotient of two numbers that a double holds, and so exactly rounded.
fn plain(cell: &[u8]) -> Option<f64> {
    let (mut sum, mut decimals, mut point) = (0_u64, 0, false);
    if cell.is_empty() || cell.len() > 16 {
        return None;
    }
    for byte in cell {
        let value = byte.wrapping_sub(b'0');
        if value <= 9 {
            sum = 10 * sum + u64::from(value);
            decimals += usize::from(point);
        } else if *byte == b'.' && !point {
            point = true;
        } else {
            return None;
        }
    }
    let digits = cell.len() - usize::from(point);
    (1..=15)
        .contains(&digits)
        .then(|| sum as f64 / TENS[decimals])
}

/// Nanoseconds of a number of seconds such as 34200.017459617, to the last digit.
pub(super) fn seconds(cell: &[u8]) -> Option<i64> {
    let point = cell.iter().position(|byte| *byte == b'.');
    let (before, after) = match point {
        Some(place) => (&cell[..place], &cell[place + 1..]),
        None => (cell, &[][..]),
    };
    let before = whole(before).filter(|seconds| (0..=9_000_000_000).contains(seconds))?;
    let digits = &after[..after.len().min(9)];
    let fraction = if digits.is_empty() {
        0
    } else {
        whole(digits).filter(|x| *x >= 0)?
    };
    if !after.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let mut nanoseconds = fraction;
    for _ in digits.len()..9 {
        nanoseconds *= 10;
    }
    Some(before * SECOND + nanoseconds)
}

/// How times are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Clock {
    /// Numbers of so many nanoseconds each.
    Units(i64),
    /// Numbers of seconds with fractions.
    Seconds,
    /// 2020-01-31T09:30:00.000000Z, or with a blank.
    Text,
}

impl Clock {
    /// How this one is written; the unit of a whole number is told by its size.
    pub fn of(cell: &[u8]) -> Option<Self> {
        if let Some(number) = whole(cell).filter(|x| *x >= 0) {
            return Some(Self::of_size(number));
        }
        if seconds(cell).is_some() {
            return Some(Self::Seconds);
        }
        text(cell).map(|_| Self::Text)
    }

    /// The unit of a number since 1970, or of seconds since anything.
    pub fn of_size(number: i64) -> Self {
        let sizes = [
            (100_000_000_000, SECOND),
            (100_000_000_000_000, 1_000_000),
            (100_000_000_000_000_000, 1000),
        ];
        let unit = sizes.iter().find(|(end, _)| number < *end);
        Self::Units(unit.map_or(1, |(_, unit)| *unit))
    }

    /// The nanoseconds of a time.
    pub fn read(self, cell: &[u8]) -> Option<i64> {
        match self {
            // Seconds may have fractions in some rows alone.
            Self::Units(SECOND) | Self::Seconds => seconds(cell),
            Self::Units(unit) => whole(cell).filter(|x| *x >= 0)?.checked_mul(unit),
            Self::Text => text(cell),
        }
    }
}

fn text(cell: &[u8]) -> Option<i64> {
    let text = std::str::from_utf8(cell).ok()?.trim();
    if let Ok(time) = DateTime::parse_from_rfc3339(text) {
        return time.timestamp_nanos_opt();
    }
    let plain = text.trim_end_matches('Z').replacen(' ', "T", 1);
    let time = NaiveDateTime::parse_from_str(&plain, "%Y-%m-%dT%H:%M:%S%.f").ok()?;
    time.and_utc().timestamp_nanos_opt()
}

/// The first characters of a cell, for a message.
pub(super) fn shown(cell: &[u8]) -> String {
    let text = String::from_utf8_lossy(cell);
    let text = text.trim();
    let short: String = text.chars().take(40).collect();
    if short.len() < text.len() {
        format!("{short:?}…")
    } else {
        format!("{short:?}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn times_are_told_by_their_form_and_size() {
        for (text, nanoseconds) in [
            ("34200.017459617", 34_200_017_459_617),
            ("34200", 34_200 * SECOND),
            ("1577923200", 1_577_923_200 * SECOND),
            ("1577923200123", 1_577_923_200_123_000_000),
            ("1577923200123456", 1_577_923_200_123_456_000),
            ("1577923200123456789", 1_577_923_200_123_456_789),
            ("2020-01-02T00:00:00.5Z", 1_577_923_200_500_000_000),
            ("2020-01-02 00:00:00", 1_577_923_200 * SECOND),
            ("2020-01-02T01:00:00+01:00", 1_577_923_200 * SECOND),
        ] {
            let clock = Clock::of(text.as_bytes()).unwrap();
            assert_eq!(clock.read(text.as_bytes()), Some(nanoseconds), "{text}");
        }
        for text in ["", "noon", "-5", "1.5.5", "12:30"] {
            assert_eq!(Clock::of(text.as_bytes()), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn numbers_are_those_of_the_standard_library(x in any::<f64>(), digits in 0_usize..18) {
            for text in [format!("{x}"), format!("{:.*}", digits, x % 1e6), format!("{x:e}")] {
                let expected = text.parse::<f64>().ok().filter(|x| x.is_finite());
                prop_assert_eq!(number(text.as_bytes()).map(f64::to_bits), expected.map(f64::to_bits));
            }
        }

        #[test]
        fn whole_numbers_are_those_of_the_standard_library(x in -999_999_999_999_999_999_i64..=999_999_999_999_999_999) {
            prop_assert_eq!(whole(x.to_string().as_bytes()), Some(x));
        }
    }
}
