//! In what a quantity is shown and typed: hundredths, durations, so many a year, or as it is.

use super::read::{Unread, number};
use super::time::{TimeUnit, read as read_duration, told};
use super::write::{keyboard, significant};
use super::{same, tidy};
use crate::units::Interval;

/// In what a number is shown and typed. Inside, hundredths are fractions and durations are years.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Unit {
    /// As it is; the word for what it counts is empty where there is none.
    Bare(&'static str),
    /// In hundredths.
    Percent,
    /// In hundredths of hundredths.
    BasisPoints,
    /// So many a year.
    PerYear,
    /// As a duration, where a step takes `step` years.
    Time {
        /// What it is shown in, and what a bare number counts.
        shown: TimeUnit,
        /// Length of a step (years).
        step: f64,
    },
}

impl Unit {
    /// The number as it is shown: hundredths, days.
    #[must_use]
    pub fn count(self, x: f64) -> f64 {
        match self {
            Self::Bare(_) | Self::PerYear => x,
            Self::Percent => tidy(100.0 * x),
            Self::BasisPoints => tidy(1e4 * x),
            Self::Time { shown, step } => shown.count(x, step),
        }
    }

    /// The number of which so many hundredths, or days, are shown.
    #[must_use]
    pub fn of_count(self, count: f64) -> f64 {
        match self {
            Self::Bare(_) | Self::PerYear => count,
            Self::Percent => tidy(count / 100.0),
            Self::BasisPoints => tidy(count / 1e4),
            Self::Time { shown, step } => shown.years(count, step),
        }
    }

    /// The number with its sign, in at most so many significant digits: `18.98 %`, `21 d`.
    #[must_use]
    pub fn write(self, x: f64, digits: usize) -> String {
        match self {
            Self::Bare(_) => significant(x, digits),
            Self::Percent => format!("{} %", significant(self.count(x), digits)),
            Self::BasisPoints => format!("{} bp", significant(self.count(x), digits)),
            Self::PerYear => format!("{} /y", significant(x, digits)),
            Self::Time { shown, step } => told(x, shown, step, digits),
        }
    }

    /// The number to be edited: every digit, in the signs of a keyboard.
    #[must_use]
    pub fn edit(self, x: f64) -> String {
        match self {
            Self::Bare(_) | Self::Percent | Self::BasisPoints | Self::PerYear => {
                let exact = (6..=15)
                    .map(|digits| keyboard(&self.write(x, digits)))
                    .find(|text| self.read(text, x).is_ok_and(|back| back == x));
                exact.unwrap_or_else(|| keyboard(&self.write(x, 17)))
            }
            Self::Time { .. } => keyboard(&self.write(x, 14)),
        }
    }

    /// The number with its unit in words, for the ear.
    #[must_use]
    pub fn spoken(self, x: f64) -> String {
        let told = |x: f64| {
            if x.is_infinite() {
                "infinite".to_owned()
            } else {
                significant(x, 6)
            }
        };
        match self {
            Self::Bare("") => told(x),
            Self::Bare(word) => {
                let count = told(x);
                let word = if count == "1" {
                    word.trim_end_matches('s')
                } else {
                    word
                };
                format!("{count} {word}")
            }
            Self::Percent => format!("{} percent", told(self.count(x))),
            Self::BasisPoints => format!("{} basis points", told(self.count(x))),
            Self::PerYear => format!("{} per year", told(x)),
            Self::Time { shown, .. } => {
                let count = told(self.count(x));
                if x.is_infinite() {
                    return count;
                }
                format!("{count} {}", shown.name(&count))
            }
        }
    }

    /// Reads what was typed, where `present` is the value now.
    ///
    /// # Errors
    /// Says what is wrong with it; a fraction where hundredths are told is asked about.
    pub fn read(self, text: &str, present: f64) -> Result<f64, Unread> {
        let text = text.trim();
        match self {
            Self::Bare(word) => number(without(text, &[word, word.trim_end_matches('s')])),
            Self::PerYear => number(without(text, &["/y", "/year", "per year", "a year"])),
            Self::Percent => percent(text, present),
            Self::BasisPoints => points(text),
            Self::Time { shown, step } => read_duration(text, shown, step),
        }
    }

    /// What may be typed, in this unit: `0 % to 500 %`.
    #[must_use]
    pub fn limits(self, range: Interval) -> String {
        let end = |x: f64| self.write(x, 6);
        let low = end(range.low);
        match (range.low_included, range.high.is_infinite()) {
            (true, true) => format!("{low} or more, or ∞"),
            (false, true) => format!("above {low}, or ∞"),
            (true, false) => format!("{low} to {}", end(range.high)),
            (false, false) => format!("above {low} and up to {}", end(range.high)),
        }
    }

    /// What is wanted, for a message about something else.
    #[must_use]
    pub fn wanted(self) -> &'static str {
        match self {
            Self::Bare(_) | Self::PerYear => "a number",
            Self::Percent => "a percentage such as 18.98 %",
            Self::BasisPoints => "basis points such as 2.5 bp, or a percentage",
            Self::Time { .. } => "a duration such as 2 steps, 3 h, 21 d, 1 month or 0.5 y",
        }
    }
}

/// `text` without one of these words at its end.
fn without<'a>(text: &'a str, words: &[&str]) -> &'a str {
    words
        .iter()
        .filter(|word| !word.is_empty())
        .find_map(|word| text.strip_suffix(word))
        .unwrap_or(text)
        .trim_end()
}

/// Reads basis points, or hundredths where the sign says so.
fn points(text: &str) -> Result<f64, Unread> {
    if let Some(hundredths) = text.strip_suffix('%') {
        return number(hundredths).map(|x| tidy(x / 100.0));
    }
    let bare = without(text, &["basis points", "basis point", "bps", "bp"]);
    number(bare).map(|x| tidy(x / 1e4))
}

/// Reads hundredths. A bare number below 1 may be a fraction (0.1898 for 18.98 %): that is asked
/// about where the fraction would be nearer to the present value, or to some percent where that is
/// nought.
fn percent(text: &str, present: f64) -> Result<f64, Unread> {
    const USUAL: f64 = 0.05;
    if let Some(bare) = text.strip_suffix('%').or(text.strip_suffix("percent")) {
        let with_sign = |way: &str| format!("{way} %");
        return number(bare)
            .map(|x| tidy(x / 100.0))
            .map_err(|unread| unread.map(with_sign));
    }
    let x = number(text)?;
    let hundredths = tidy(x / 100.0);
    if x == 0.0 || x.abs() >= 1.0 || same(hundredths, present) {
        return Ok(hundredths);
    }
    let near = if present == 0.0 { USUAL } else { present.abs() };
    let far = |x: f64| (x.abs() / near).ln().abs();
    if far(x) < far(hundredths) * (1.0 - 1e-9) {
        let way = |x: f64| format!("{} %", keyboard(&significant(x, 12)));
        Err(Unread::Ambiguous(vec![way(tidy(100.0 * x)), way(x)]))
    } else {
        Ok(hundredths)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn basis_points_are_shown_and_read() {
        let unit = Unit::BasisPoints;
        assert_eq!(unit.write(0.000_25, 6), "2.5 bp");
        assert_eq!(unit.spoken(0.000_25), "2.5 basis points");
        for text in ["2.5", "2.5 bp", "2.5bps", "0.025 %", "2.5 basis points"] {
            assert_eq!(unit.read(text, 0.01), Ok(0.000_25), "{text}");
        }
        assert_eq!(unit.edit(0.000_006_4), "0.064 bp");
    }

    const STEPS: Unit = Unit::Time {
        shown: TimeUnit::Step,
        step: 1.0 / 12.0,
    };

    #[test]
    fn limits_are_told_in_the_unit_typed() {
        let volatility = Interval::closed(0.0, 5.0);
        assert_eq!(Unit::Percent.limits(volatility), "0 % to 500 %");
        let half_life = Interval::closed(0.0, f64::INFINITY);
        assert_eq!(STEPS.limits(half_life), "0 steps or more, or ∞");
        let rate = Interval::above(-1.0, 10.0);
        assert_eq!(
            Unit::Percent.limits(rate),
            "above −100 % and up to 1\u{2009}000 %"
        );
        let positive = Interval::above(0.0, 1e12);
        assert_eq!(Unit::Bare("").limits(positive), "above 0 and up to 1e12");
    }

    #[test]
    fn a_fraction_typed_for_a_percentage_is_asked_about() {
        let asked = |ways: [&str; 2]| Err(Unread::Ambiguous(ways.map(str::to_owned).to_vec()));
        assert_eq!(
            Unit::Percent.read("0.1898", 0.25),
            asked(["18.98 %", "0.1898 %"])
        );
        assert_eq!(Unit::Percent.read("0,05", 0.0), asked(["5 %", "0.05 %"]));
        assert_eq!(Unit::Percent.read("0.1898 %", 0.25), Ok(0.001_898));
        assert_eq!(Unit::Percent.read("18.98", 0.25), Ok(0.1898));
        // Half a percent is a rate like another.
        assert_eq!(Unit::Percent.read("0.5", 0.02), Ok(0.005));
        assert_eq!(Unit::Percent.read("0.5", 0.0), Ok(0.005));
        assert_eq!(Unit::Percent.read("0", 0.25), Ok(0.0));
        assert_eq!(
            Unit::Percent.read("1,085 %", 0.25),
            asked(["1.085 %", "1085 %"])
        );
    }

    #[test]
    fn the_ear_gets_the_unit_in_words() {
        assert_eq!(Unit::Percent.spoken(0.1898), "18.98 percent");
        assert_eq!(STEPS.spoken(1.0 / 12.0), "1 step");
        assert_eq!(STEPS.spoken(1.0), "12 steps");
        assert_eq!(STEPS.spoken(f64::INFINITY), "infinite");
        assert_eq!(Unit::Bare("shares").spoken(0.5), "0.5 shares");
        assert_eq!(Unit::Bare("shares").spoken(1.0), "1 share");
        assert_eq!(Unit::PerYear.spoken(2.0), "2 per year");
    }

    #[test]
    fn a_unit_may_be_typed_behind_the_number() {
        assert_eq!(Unit::Bare("shares").read("1 share", 0.0), Ok(1.0));
        assert_eq!(Unit::Bare("shares").read("12 shares", 0.0), Ok(12.0));
        assert_eq!(Unit::PerYear.read("8.3 /y", 0.0), Ok(8.3));
        assert_eq!(Unit::Bare("").read("12 shares", 0.0), Err(Unread::Nonsense));
    }

    #[test]
    fn what_is_edited_has_no_noise_in_its_last_digits() {
        assert_eq!(Unit::Percent.edit(0.1898), "18.98 %");
        assert_eq!(Unit::Bare("").edit(0.985), "0.985");
        assert_eq!(Unit::Bare("").edit(1234.5), "1234.5");
        assert_eq!(STEPS.edit(1.0 / 12.0), "1 step");
    }

    proptest! {
        #[test]
        fn what_is_shown_for_editing_is_read_back_as_the_same_number(
            mantissa in -10.0..10.0_f64, exponent in -12..12_i32, kind in 0..4_usize
        ) {
            let unit = [Unit::Bare("shares"), Unit::Percent, Unit::PerYear, STEPS][kind];
            let x = mantissa * 10f64.powi(exponent);
            let text = unit.edit(x);
            let back = unit.read(&text, x).unwrap();
            prop_assert!((back - x).abs() <= 2e-12 * x.abs(), "{} gives {} for {}", text, back, x);
        }

        #[test]
        fn reading_never_panics_and_limits_are_never_empty(
            text in "\\PC{0,10}", present: f64, low: f64, high: f64
        ) {
            for unit in [Unit::Bare(""), Unit::Percent, Unit::PerYear, STEPS] {
                let _any = unit.read(&text, present);
                prop_assert!(!unit.limits(Interval::closed(low, high)).is_empty());
            }
        }
    }
}
