//! Durations: years inside; read and shown in steps, seconds … years. A year has 252 trading days
//! of eight hours, five to the week, and twelve months.

use super::read::{Unread, number};
use super::write::{keyboard, significant};

/// Trading days in a year.
const DAYS: f64 = 252.0;
/// Trading hours in a day.
const HOURS: f64 = 8.0;

/// What durations are counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeUnit {
    /// From one trading date to the next.
    Step,
    /// Second of trading.
    Second,
    /// Minute of trading.
    Minute,
    /// Hour of trading, eight to the day.
    Hour,
    /// Trading day, 252 to the year.
    Day,
    /// Five trading days.
    Week,
    /// A twelfth of a year.
    Month,
    /// The year in which volatility and rates are told.
    Year,
}

use TimeUnit::{Day, Hour, Minute, Month, Second, Step, Week, Year};

/// Each unit with its sign, its name for one and for many, and other words for it.
const WORDS: [(TimeUnit, [&str; 3], &[&str]); 8] = [
    (Step, ["step", "step", "steps"], &[]),
    (Second, ["s", "second", "seconds"], &["sec"]),
    (Minute, ["min", "minute", "minutes"], &["mins"]),
    (Hour, ["h", "hour", "hours"], &["hr", "hrs"]),
    (Day, ["d", "day", "days"], &[]),
    (Week, ["w", "week", "weeks"], &["wk"]),
    (Month, ["mo", "month", "months"], &["mon", "mth"]),
    (Year, ["y", "year", "years"], &["yr", "yrs"]),
];

impl TimeUnit {
    /// `count` of these in years, where a step takes `step` years.
    #[must_use]
    pub fn years(self, count: f64, step: f64) -> f64 {
        match self {
            // Whatever a step takes: none is no time, and without end is without end.
            Step if count == 0.0 => 0.0,
            Step => count * step,
            _ => count / self.per_year(),
        }
    }

    /// How many of these `years` are.
    #[must_use]
    pub fn count(self, years: f64, step: f64) -> f64 {
        match self {
            Step if years == 0.0 => 0.0,
            Step => years / step,
            _ => years * self.per_year(),
        }
    }

    fn per_year(self) -> f64 {
        match self {
            Step | Year => 1.0,
            Second => DAYS * HOURS * 3600.0,
            Minute => DAYS * HOURS * 60.0,
            Hour => DAYS * HOURS,
            Day => DAYS,
            Week => DAYS / 5.0,
            Month => 12.0,
        }
    }

    /// The unit in which a person would tell a duration given in years.
    #[must_use]
    pub fn natural(years: f64) -> Self {
        // What is a unit but for rounding is a whole one.
        let years = years * (1.0 + 1e-9);
        [Day, Hour, Minute]
            .into_iter()
            .rev()
            .chain([Year])
            .rev()
            .find(|unit| years == 0.0 || years * unit.per_year() >= 1.0)
            .unwrap_or(Second)
    }

    /// Its sign: `d`.
    #[must_use]
    pub fn sign(self) -> &'static str {
        self.words()[0]
    }

    /// Its name for so many: `days`.
    #[must_use]
    pub fn name(self, count: &str) -> &'static str {
        self.words()[if count == "1" { 1 } else { 2 }]
    }

    fn words(self) -> [&'static str; 3] {
        let row = WORDS.iter().find(|(unit, ..)| *unit == self);
        row.map_or([""; 3], |(_, words, _)| *words)
    }

    fn named(word: &str) -> Option<Self> {
        WORDS
            .iter()
            .find(|(_, words, more)| words.contains(&word) || more.contains(&word))
            .map(|(unit, ..)| *unit)
    }
}

/// A duration in years, told in the unit that a person would choose.
#[must_use]
pub fn duration(years: f64) -> String {
    told(years, TimeUnit::natural(years), 1.0, 4)
}

/// A duration in years, told in `unit`, with so many significant digits: `21 d`, `1.5 steps`, `∞`.
#[must_use]
pub fn told(years: f64, unit: TimeUnit, step: f64, digits: usize) -> String {
    let count = significant(unit.count(years, step), digits);
    match unit {
        _ if !years.is_finite() => count,
        Step => format!("{count} {}", Step.name(&count)),
        _ => format!("{count} {}", unit.sign()),
    }
}

/// Reads a duration as years: `2w`, `3 h`, `1 month`, `0.5 steps`, `inf`; a bare number counts
/// `unit`.
///
/// # Errors
/// Says what is wrong with it.
pub fn read(text: &str, unit: TimeUnit, step: f64) -> Result<f64, Unread> {
    let text = text.trim();
    let bare = number(text);
    if bare != Err(Unread::Nonsense) {
        return bare.map(|count| unit.years(count, step));
    }
    let start = text
        .char_indices()
        .rev()
        .take_while(|(_, c)| c.is_alphabetic())
        .last();
    let (count, word) = text.split_at(start.map_or(text.len(), |(at, _)| at));
    let unit = TimeUnit::named(&word.to_lowercase()).ok_or(Unread::Nonsense)?;
    let with_word = |way: &str| format!("{} {word}", keyboard(way));
    match number(count) {
        Ok(count) => Ok(unit.years(count, step)),
        // A unit alone says how long only where it is no more than a word.
        Err(Unread::Empty) => Err(Unread::Nonsense),
        Err(unread) => Err(unread.map(with_word)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const MONTHLY: f64 = 1.0 / 12.0;

    #[test]
    fn durations_are_read_with_their_unit_or_in_the_unit_shown() {
        for (text, years) in [
            ("2w", 10.0 / 252.0),
            ("3h", 3.0 / 2016.0),
            ("1 month", 1.0 / 12.0),
            ("6mo", 0.5),
            ("30 min", 0.5 / 2016.0),
            ("1 step", MONTHLY),
            ("0,5 Steps", 0.5 * MONTHLY),
            ("1e1 d", 10.0 / 252.0),
            ("1 y", 1.0),
            ("30", 30.0 / 252.0),
            ("inf", f64::INFINITY),
            ("∞ d", f64::INFINITY),
            ("0", 0.0),
        ] {
            assert_eq!(read(text, Day, MONTHLY), Ok(years), "{text}");
        }
        assert_eq!(read("30", Year, MONTHLY), Ok(30.0));
    }

    #[test]
    fn a_word_that_is_no_unit_is_refused_and_a_question_keeps_the_unit() {
        for text in ["2 fortnights", "d", "two days", "1 d 3 h"] {
            assert_eq!(read(text, Day, MONTHLY), Err(Unread::Nonsense), "{text}");
        }
        let ways = vec!["1.085 d".into(), "1085 d".into()];
        assert_eq!(read("1,085 d", Day, MONTHLY), Err(Unread::Ambiguous(ways)));
    }

    #[test]
    fn a_duration_is_told_in_the_unit_a_person_would_choose() {
        for (years, text) in [
            (1.0, "1 y"),
            (0.0, "0 y"),
            (21.0 / 252.0, "21 d"),
            (30.0 / 252.0, "30 d"),
            (1.0 / 252.0, "1 d"),
            (1.0 / 252.0 / 8.0, "1 h"),
            (1.0 / 252.0 / 32.0, "15 min"),
            (1e-9, "0.007258 s"),
            (f64::INFINITY, "∞"),
        ] {
            assert_eq!(duration(years), text);
        }
        assert_eq!(told(MONTHLY, Step, MONTHLY, 4), "1 step");
        assert_eq!(told(1.5 * MONTHLY, Step, MONTHLY, 4), "1.5 steps");
    }

    proptest! {
        #[test]
        fn what_is_told_is_read_back(years in 1e-9..1e4_f64, step in 1e-6..10.0_f64, unit in 0..8_usize) {
            let unit = WORDS[unit].0;
            let text = told(years, unit, step, 14);
            let back = read(&text, Year, step).unwrap();
            prop_assert!((back - years).abs() <= 1e-12 * years, "{} gives {}", text, back);
            let count = keyboard(text.split(' ').next().unwrap());
            let bare = read(&count, unit, step).unwrap();
            prop_assert!((bare - years).abs() <= 1e-12 * years);
        }

        #[test]
        fn reading_never_panics(text in "\\PC{0,10}", unit in "[0-9., ]{0,6}[a-zA-Zéß∞]{0,4}") {
            let _any = (read(&text, Day, MONTHLY), read(&unit, Step, MONTHLY));
        }
    }
}
