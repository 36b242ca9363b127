//! Figures of the window: what [`crate::quantity`] writes, and durations of the clock.

use crate::outcome::Estimate;
use crate::quantity::digits;
use crate::quantity::write::significant;
use std::time::Duration;

pub use crate::quantity::time::duration as years;
pub use crate::quantity::write::{NOTHING, fixed, signed, trimmed};

/// `23.74 ± 0.08`, or `23.74` alone.
#[must_use]
pub fn estimate(estimate: &Estimate, with_error: bool) -> String {
    let Some(value) = estimate.value else {
        return NOTHING.into();
    };
    let (value, error) = digits::estimate(value, estimate.se);
    match error.filter(|_| with_error) {
        None => value,
        Some(error) => format!("{value} ± {error}"),
    }
}

/// What happens to cash at the end of a contract: received, or paid where it is not above 0.
#[must_use]
pub fn paid(cash: f64) -> &'static str {
    if cash > 0.0 { "received" } else { "paid" }
}

/// A figure without a standard error.
#[must_use]
pub fn figure(x: f64) -> String {
    digits::estimate(x, None).0
}

/// A whole number.
#[must_use]
pub fn count(n: u64) -> String {
    fixed(n as f64, 0)
}

/// `1.9 M`, `340 k`.
#[must_use]
pub fn compact(x: f64) -> String {
    let (scale, unit) = match x.abs() {
        x if x >= 1e9 => (1e9, " G"),
        x if x >= 1e6 => (1e6, " M"),
        x if x >= 1e4 => (1e3, " k"),
        _ => (1.0, ""),
    };
    let scaled = x / scale;
    let decimals = usize::from(scaled.abs() < 100.0 && scale > 1.0);
    format!("{}{unit}", fixed(scaled, decimals))
}

/// Four significant digits, in scientific form where that is shorter.
#[must_use]
pub fn short(x: f64) -> String {
    significant(x, 4)
}

/// How long something took or will take.
#[must_use]
pub fn duration(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    if seconds < 0.9995 {
        format!("{} ms", fixed(seconds * 1e3, 0))
    } else if seconds < 60.0 {
        format!("{} s", fixed(seconds, 1))
    } else if seconds < 5940.0 {
        format!("{} min", fixed(seconds / 60.0, 1))
    } else if seconds < 360_000.0 {
        format!("{} h", fixed(seconds / 3600.0, 1))
    } else {
        "days".into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn estimates_carry_their_standard_error() {
        let of = |value, se| Estimate { value, se };
        let known = of(Some(23.744), Some(0.081));
        assert_eq!(estimate(&known, true), "23.74 ± 0.08");
        assert_eq!(estimate(&known, false), "23.74");
        assert_eq!(estimate(&of(None, None), true), NOTHING);
    }

    #[test]
    fn large_numbers_are_told_in_millions() {
        assert_eq!(compact(1_900_000.0), "1.9 M");
        assert_eq!(compact(950.0), "950");
    }
}
