//! What is in a series: its frequency, gaps, and returns to look at before they are used.

use super::figures::Figures;
use super::{DAY, History, YEAR};
use crate::scenario::Returns;
use serde::Serialize;
use std::ops::Range;

/// Robust standard deviations beyond which a return is an outlier.
const FAR: f64 = 10.0;
/// Shares for which one was given, and how many one became.
const SPLITS: [(f64, f64); 13] = [
    (3.0, 2.0),
    (2.0, 1.0),
    (3.0, 1.0),
    (4.0, 1.0),
    (5.0, 1.0),
    (6.0, 1.0),
    (7.0, 1.0),
    (8.0, 1.0),
    (10.0, 1.0),
    (15.0, 1.0),
    (20.0, 1.0),
    (50.0, 1.0),
    (100.0, 1.0),
];

/// What is in a series.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// How often there is a price.
    pub frequency: Frequency,
    /// Where prices are missing.
    pub gaps: Vec<Gap>,
    /// Returns far from all others.
    pub outliers: Vec<Outlier>,
    /// Figures of the returns, those over gaps left out.
    pub figures: Figures,
}

/// How often there is a price.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Frequency {
    /// In words.
    pub name: String,
    /// Usual time between two prices (seconds): the median.
    pub spacing: f64,
    /// Returns in a year of 365.25 days, gaps left out.
    pub per_year: f64,
    /// A longer time without a price is a gap (seconds).
    pub longest_pause: f64,
}

/// A time without prices that is longer than the usual pauses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gap {
    /// Which return goes over it, from 0.
    pub place: usize,
    /// The last price before it (microseconds since 1970).
    pub from: i64,
    /// The first price after it.
    pub to: i64,
}

/// A return far from all others.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outlier {
    /// Which return, from 0.
    pub place: usize,
    /// When it ended (microseconds since 1970).
    pub time: i64,
    /// The log return.
    pub value: f64,
    /// Its distance from the median in robust standard deviations (1.4826 times the median distance).
    pub deviations: f64,
    /// What it may be besides a move of the market.
    pub suspect: Option<Suspect>,
}

/// What an outlier may be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Suspect {
    /// So many shares became so many.
    Split(f64, f64),
    /// One wrong price: the next return takes it back.
    WrongPrice,
}

impl std::fmt::Display for Suspect {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Split(now, before) => write!(out, "like a split {now}:{before}"),
            Self::WrongPrice => {
                out.write_str("like one wrong price: the next return takes it back")
            }
        }
    }
}

impl Found {
    /// What is in a series.
    #[must_use]
    pub fn of(history: &History) -> Self {
        let (frequency, gaps) = frequency(&history.times);
        let all = 0..history.prices.len().saturating_sub(1);
        let returns = returns(history, &gaps, all);
        let outliers = outliers(history, &gaps, &returns);
        let figures = Figures::of(&returns, frequency.per_year);
        Self {
            frequency,
            gaps,
            outliers,
            figures,
        }
    }
}

impl History {
    /// Return `place`: the logarithm of what the price at that place is multiplied by until the next.
    #[must_use]
    pub fn log_return(&self, place: usize) -> Option<f64> {
        let pair = self.prices.get(place..place + 2)?;
        Some((pair[1] / pair[0]).ln())
    }

    /// The returns as a market takes them; `None` where there are none but over gaps.
    #[must_use]
    pub fn returns(&self) -> Option<Returns> {
        let (frequency, gaps) = frequency(&self.times);
        let places: Vec<usize> = gaps.iter().map(|gap| gap.place).collect();
        Returns::new(
            self.times.clone(),
            &self.prices,
            &places,
            frequency.per_year,
        )
    }
}

/// Log returns at these places, those over gaps left out.
pub(super) fn returns(history: &History, gaps: &[Gap], places: Range<usize>) -> Vec<f64> {
    let before = gaps.partition_point(|gap| gap.place < places.start);
    let mut gaps = gaps[before..].iter().map(|gap| gap.place).peekable();
    let within = places.filter(|place| gaps.next_if_eq(place).is_none());
    within
        .filter_map(|place| history.log_return(place))
        .collect()
}

/// The number at a share of the way through `numbers` in their order.
pub(super) fn quantile<T: Copy>(
    numbers: &mut [T],
    share: f64,
    order: impl FnMut(&T, &T) -> std::cmp::Ordering,
) -> Option<T> {
    let last = numbers.len().checked_sub(1)?;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a share of a length"
    )]
    let place = (share * last as f64).round() as usize;
    Some(*numbers.select_nth_unstable_by(place, order).1)
}

/// How often there is a price, and where it is missing.
///
/// Times longer than one and a half the usual one are pauses. Where there is one in ten days or more they are
/// the calendar's (nights, weekends), and a gap is what is longer than twice the longest tenth of them; elsewhere each is a
/// gap.
pub(super) fn frequency(times: &[i64]) -> (Frequency, Vec<Gap>) {
    let mut apart: Vec<i64> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let spacing = quantile(&mut apart, 0.5, i64::cmp).unwrap_or(DAY).max(1);
    let span = times.last().unwrap_or(&0) - times.first().unwrap_or(&0);
    let mut pauses: Vec<i64> = apart
        .iter()
        .copied()
        .filter(|t| 2 * t > 3 * spacing)
        .collect();
    let regular = apart
        .iter()
        .filter(|t| (*t - spacing).abs() <= spacing / 5)
        .count();
    let is_regular = 2 * regular > apart.len();
    let calendar = !pauses.is_empty() && pauses.len() as f64 >= (span / (10 * DAY)) as f64;
    let usual = 3 * spacing / 2;
    let limit = match quantile(&mut pauses, 0.9, i64::cmp) {
        Some(long) if !is_regular => 20 * long,
        Some(long) if calendar => 2 * long,
        _ => usual,
    };
    drop(apart);
    let gaps: Vec<Gap> = times
        .windows(2)
        .enumerate()
        .filter(|(_, pair)| pair[1] - pair[0] > limit)
        .map(|(place, pair)| Gap {
            place,
            from: pair[0],
            to: pair[1],
        })
        .collect();
    let without: i64 = gaps.iter().map(|gap| gap.to - gap.from).sum();
    let count = (times.len() - 1).saturating_sub(gaps.len()).max(1);
    let per_year = count as f64 / ((span - without).max(1) as f64 / YEAR);
    let frequency = Frequency {
        name: name(spacing, is_regular, times),
        spacing: spacing as f64 / 1e6,
        per_year,
        longest_pause: limit as f64 / 1e6,
    };
    (frequency, gaps)
}

fn name(spacing: i64, is_regular: bool, times: &[i64]) -> String {
    if !is_regular {
        return "irregular".into();
    }
    let seconds = spacing as f64 / 1e6;
    let near = |wanted: f64| (seconds / wanted - 1.0).abs() < 0.02;
    let days = seconds / 86_400.0;
    if near(86_400.0) {
        // 1970-01-01 was a Thursday.
        let weekend = |time: &&i64| matches!((*time).div_euclid(DAY).rem_euclid(7), 2 | 3);
        let weekends = times.iter().filter(weekend).count();
        let business = 50 * weekends < times.len();
        return if business {
            "daily, business days"
        } else {
            "daily"
        }
        .into();
    }
    for (wanted, name) in [
        (1.0, "each second"),
        (60.0, "each minute"),
        (3600.0, "hourly"),
        (7.0 * 86_400.0, "weekly"),
        (365.25 * 86_400.0, "yearly"),
    ] {
        if near(wanted) {
            return name.into();
        }
    }
    match seconds {
        _ if (27.5..31.5).contains(&days) => "monthly".into(),
        _ if (89.0..93.0).contains(&days) => "quarterly".into(),
        s if s < 60.0 => format!("every {} seconds", (s * 1e3).round() / 1e3),
        s if s < 3600.0 => format!("every {} minutes", (s / 6.0).round() / 10.0),
        s if s < 86_400.0 => format!("every {} hours", (s / 360.0).round() / 10.0),
        _ => format!("every {} days", (days * 10.0).round() / 10.0),
    }
}

/// Returns farther from the median than [`FAR`] robust standard deviations.
fn outliers(history: &History, gaps: &[Gap], returns: &[f64]) -> Vec<Outlier> {
    let mut sorted = returns.to_vec();
    let Some(middle) = quantile(&mut sorted, 0.5, f64::total_cmp) else {
        return Vec::new();
    };
    for x in &mut sorted {
        *x = (*x - middle).abs();
    }
    let scale = 1.4826 * quantile(&mut sorted, 0.5, f64::total_cmp).unwrap_or(0.0);
    drop(sorted);
    if scale <= 0.0 {
        return Vec::new();
    }
    let mut gaps = gaps.iter().map(|gap| gap.place).peekable();
    let mut outliers = Vec::new();
    let mut spike_ends = None;
    for place in 0..history.prices.len() - 1 {
        if gaps.next_if_eq(&place).is_some() {
            continue;
        }
        let Some(x) = history.log_return(place) else {
            continue;
        };
        let deviations = (x - middle).abs() / scale;
        if deviations <= FAR {
            continue;
        }
        let back = history.log_return(place + 1).is_some_and(|next| {
            (x + next).abs() < 0.2 * x.abs() && (next - middle).abs() > FAR * scale
        });
        let is_split = |(now, before): &&(f64, f64)| {
            (x.abs() - (now / before).ln()).abs() < (3.0 * scale).min(0.05)
        };
        let split = SPLITS.iter().find(is_split).map(|(now, before)| {
            if x < 0.0 {
                Suspect::Split(*now, *before)
            } else {
                Suspect::Split(*before, *now)
            }
        });
        let suspect = if back || spike_ends == Some(place) {
            Some(Suspect::WrongPrice)
        } else {
            split
        };
        if back && spike_ends != Some(place) {
            spike_ends = Some(place + 1);
        }
        outliers.push(Outlier {
            place,
            time: history.times[place + 1],
            value: x,
            deviations,
            suspect,
        });
    }
    outliers
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::{Reading, read_text};

    /// Business days from a Thursday on, at the prices of a rule.
    fn daily(count: usize, price: impl Fn(usize) -> f64) -> History {
        let days = (0..).filter(|day| !matches!(day % 7, 2 | 3)).take(count);
        let mut text = String::from("date,close\n");
        for (i, day) in days.enumerate() {
            let date = crate::history::date_text(day * DAY);
            text.push_str(&format!("{date},{}\n", price(i)));
        }
        read_text(text.as_bytes(), "x", &Reading::default()).unwrap()
    }

    /// A price that moves by about a percent each day.
    fn wobbling(i: usize) -> f64 {
        100.0 * (0.01 * ((i * i) as f64 * 0.7).sin()).exp()
    }

    #[test]
    fn business_days_are_known_and_their_weekends_are_no_gaps() {
        let found = Found::of(&daily(600, wobbling));
        assert_eq!(found.frequency.name, "daily, business days");
        assert!((found.frequency.per_year - 260.9).abs() < 1.0);
        assert!(found.gaps.is_empty() && found.outliers.is_empty());
    }

    #[test]
    fn a_split_and_a_wrong_price_are_flagged_as_what_they_look_like() {
        let split = Found::of(&daily(300, |i| {
            wobbling(i) / if i >= 200 { 4.0 } else { 1.0 }
        }));
        assert_eq!(split.outliers.len(), 1);
        assert_eq!(split.outliers[0].suspect, Some(Suspect::Split(4.0, 1.0)));
        let wrong = Found::of(&daily(300, |i| {
            wobbling(i) * if i == 200 { 10.0 } else { 1.0 }
        }));
        let suspects: Vec<_> = wrong.outliers.iter().map(|o| o.suspect).collect();
        assert_eq!(suspects, [Some(Suspect::WrongPrice); 2]);
    }

    #[test]
    fn missing_weeks_are_a_gap_and_no_part_of_the_year() {
        let mut history = daily(600, wobbling);
        let usual = Found::of(&history).frequency.per_year;
        for time in &mut history.times[300..] {
            *time += 60 * DAY;
        }
        let found = Found::of(&history);
        assert_eq!(found.gaps.len(), 1);
        assert_eq!(found.gaps[0].place, 299);
        assert!((found.frequency.per_year - usual).abs() < 1.0);
        assert_eq!(found.figures.count, 598);
    }

    #[test]
    fn hours_without_a_night_have_a_gap_where_one_is_missing() {
        let times: Vec<i64> = (0..2000)
            .filter(|i| *i != 700)
            .map(|i| i * DAY / 24)
            .collect();
        let (frequency, gaps) = frequency(&times);
        assert_eq!(frequency.name, "hourly");
        assert_eq!(gaps.len(), 1);
    }
}
