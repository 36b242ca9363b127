//! Small checked numbers, names for content, and the error that names a field.

mod hash;

pub use hash::ContentHash;

use std::fmt;

/// Whether it is what it is where nothing is said of it: files leave it out then.
#[must_use]
pub fn is_default<T: Default + PartialEq>(x: &T) -> bool {
    *x == T::default()
}

/// An interval of numbers that a field accepts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// Smallest number (in the unit of the field).
    pub low: f64,
    /// Largest number (in the unit of the field); may be infinite.
    pub high: f64,
    /// Whether `low` itself is accepted.
    pub low_included: bool,
}

impl Interval {
    /// `low <= x <= high`.
    #[must_use]
    pub const fn closed(low: f64, high: f64) -> Self {
        Self {
            low,
            high,
            low_included: true,
        }
    }

    /// `low < x <= high`.
    #[must_use]
    pub const fn above(low: f64, high: f64) -> Self {
        Self {
            low,
            high,
            low_included: false,
        }
    }

    /// Whether the interval holds `x`; never for NaN.
    #[must_use]
    pub fn contains(&self, x: f64) -> bool {
        x <= self.high && (x > self.low || (self.low_included && x == self.low))
    }
}

impl fmt::Display for Interval {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (low, high) = (plain(self.low), plain(self.high));
        match (self.low_included, self.high.is_infinite()) {
            (true, true) => write!(out, "{low} or more, or inf"),
            (false, true) => write!(out, "above {low}, or inf"),
            (true, false) => write!(out, "{low} to {high}"),
            (false, false) => write!(out, "above {low} and up to {high}"),
        }
    }
}

/// One field that holds what it may not hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field} is {value}; allowed: {allowed}")]
pub struct FieldError {
    /// Dotted name, as in a preset file and after `--set`.
    pub field: String,
    /// What was given.
    pub value: String,
    /// What would be accepted.
    pub allowed: String,
}

impl FieldError {
    /// An error about `field`.
    pub fn new(
        field: impl Into<String>,
        value: impl fmt::Display,
        allowed: impl fmt::Display,
    ) -> Self {
        Self {
            field: field.into(),
            value: value.to_string(),
            allowed: allowed.to_string(),
        }
    }

    /// The same of a field in the part `outer` of a file.
    #[must_use]
    pub fn inside(self, outer: &str) -> Self {
        let dot = if self.field.starts_with('[') { "" } else { "." };
        Self {
            field: format!("{outer}{dot}{}", self.field),
            ..self
        }
    }
}

/// A number to the bit, for files and for the command line: plain digits where they are short,
/// `inf` for infinity.
#[must_use]
pub fn plain(x: f64) -> String {
    if x.is_infinite() {
        return if x > 0.0 { "inf".into() } else { "-inf".into() };
    }
    if x != 0.0 && !(1e-9..1e18).contains(&x.abs()) {
        return format!("{x:e}");
    }
    let (digits, scientific) = (format!("{x}"), format!("{x:e}"));
    if scientific.len() + 4 <= digits.len() {
        scientific
    } else {
        digits
    }
}

/// What a stream of random numbers is for; streams never share numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// Paths on which strategies are measured.
    Evaluation,
    /// Paths on which a network learns.
    Training,
    /// Paths on which a training run chooses its best weights.
    Validation,
    /// Paths on which strategies find their parameters.
    Tuning,
    /// First weights of a network.
    Weights,
    /// Scenarios drawn at random.
    Scenarios,
}

/// A seed for one purpose and one path: the same for any number of threads and any batch size.
#[must_use]
pub fn stream_seed(seed: u64, purpose: Purpose, path: u64) -> u64 {
    let purpose = match purpose {
        Purpose::Evaluation => 0x45,
        Purpose::Training => 0x54,
        Purpose::Validation => 0x56,
        Purpose::Tuning => 0x50,
        Purpose::Weights => 0x57,
        Purpose::Scenarios => 0x53,
    };
    mix(mix(mix(seed).wrapping_add(purpose)).wrapping_add(path))
}

/// The finaliser of `SplitMix64` (Steele, Lea, Flood 2014): a bijection that scatters neighbours.
fn mix(x: u64) -> u64 {
    let x = x.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_refuses_nan_and_its_open_end() {
        let positive = Interval::above(0.0, 10.0);
        assert!(positive.contains(10.0) && !positive.contains(0.0) && !positive.contains(f64::NAN));
        assert!(Interval::closed(0.0, f64::INFINITY).contains(f64::INFINITY));
    }

    #[test]
    fn a_number_for_files_is_exact_and_no_longer_than_it_need_be() {
        for (x, text) in [
            (0.1898, "0.1898"),
            (1e12, "1e12"),
            (-2e9, "-2e9"),
            (100_000.0, "100000"),
            (0.000_01, "0.00001"),
            (1e-60, "1e-60"),
            (f64::NEG_INFINITY, "-inf"),
            (0.0, "0"),
        ] {
            assert_eq!(plain(x), text);
        }
        assert_eq!(Interval::closed(0.0, 1e12).to_string(), "0 to 1e12");
    }

    #[test]
    fn streams_of_different_purposes_and_paths_differ() {
        let mut seen = std::collections::HashSet::new();
        for path in 0..1000 {
            for purpose in [
                Purpose::Evaluation,
                Purpose::Training,
                Purpose::Validation,
                Purpose::Tuning,
            ] {
                assert!(seen.insert(stream_seed(7, purpose, path)));
            }
        }
    }
}
