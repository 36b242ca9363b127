//! Quantities as people read and type them: digits by need, units, thousands, decimal commas.
//!
//! One set of rules for the window, the tables of the command line, the ticks of axes and what is
//! typed. It knows numbers and units, and nobody who shows them.

pub mod digits;
pub mod read;
pub mod time;
pub mod unit;
pub mod write;

pub use digits::Digits;
pub use read::Unread;
pub use time::TimeUnit;
pub use unit::Unit;

/// Whether two numbers are the same for a person: to twelve digits. What comes back from a
/// conversion (a half-life from a decay, a month from years) need not have the same bits.
#[must_use]
pub fn same(a: f64, b: f64) -> bool {
    let gap = (a - b).abs();
    a == b || (gap.is_finite() && gap <= 1e-12 * a.abs().max(b.abs()))
}

/// A number without what arithmetic left in its last bits: 0.985 for 0.9850000000000001.
#[must_use]
pub fn tidy(x: f64) -> f64 {
    if x.is_finite() {
        format!("{x:.14e}").parse().unwrap_or(x) + 0.0
    } else {
        x
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arithmetic_leaves_no_trace_in_the_last_digits() {
        assert_eq!(tidy(2.0 - 1.015), 0.985);
        assert_eq!(tidy(18.98 / 100.0), 0.1898);
        assert_eq!(tidy(-0.0).to_bits(), 0);
        assert_eq!(tidy(f64::INFINITY), f64::INFINITY);
    }

    #[test]
    fn what_a_conversion_gives_back_is_the_same_for_a_person() {
        let decay = 8.317_766_166_719_343;
        let half_life = std::f64::consts::LN_2 / decay;
        assert!(same(std::f64::consts::LN_2 / half_life, decay));
        assert!(same(f64::INFINITY, f64::INFINITY) && same(0.0, 0.0));
        assert!(!same(0.0, f64::INFINITY) && !same(f64::INFINITY, f64::NEG_INFINITY));
        assert!(!same(0.0, 1e-300) && !same(1.0, 1.000_000_1) && !same(1.0, f64::NAN));
    }
}
