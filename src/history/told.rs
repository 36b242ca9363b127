//! What is in a file of prices, in words: for a terminal and for a window.

use super::date::date_text;
use super::{Figures, Found, History, Measured};
use crate::quantity::digits;
use crate::quantity::write::{plural, significant};
use crate::scenario::Parameters;

/// Gaps and outliers that are told one by one.
const TOLD: usize = 8;
/// Units of calendar time, the longest first: their seconds and signs.
const UNITS: [(f64, &str); 3] = [(86_400.0, "d"), (3600.0, "h"), (60.0, "min")];

/// A series and what was found in it, in words.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    /// How many prices, from when to when, and from which columns.
    pub series: String,
    /// How often there is one, and what is a gap.
    pub frequency: String,
    /// What was done to the rows.
    pub notes: Vec<String>,
    /// Where prices are missing.
    pub gaps: String,
    /// Returns to be looked at, a line each below the first.
    pub outliers: Vec<String>,
    /// Figures of the returns: name, value, and standard error where there is one.
    pub figures: Vec<(&'static str, String, Option<String>)>,
}

impl Told {
    /// Puts a series into words.
    #[must_use]
    pub fn of(history: &History, found: &Found) -> Self {
        let last = history.times.len() - 1;
        Self {
            series: format!(
                "{} prices, {} to {} ({}; columns {} and {})",
                counted(history.prices.len()),
                date_text(history.times[0]),
                date_text(history.times[last]),
                history.layout,
                history.time_column,
                history.price_column,
            ),
            frequency: format!(
                "{}: {} returns a year; without a price for more than {} there is a gap",
                found.frequency.name,
                significant(found.frequency.per_year, 4),
                pause(found.frequency.longest_pause)
            ),
            notes: history.notes.iter().map(|note| note.0.clone()).collect(),
            gaps: gaps(found),
            outliers: outliers(found),
            figures: figures(&found.figures),
        }
    }
}

/// A whole number with its thousands apart.
fn counted(count: usize) -> String {
    let digits = count.to_string();
    let apart = |(i, digit): (usize, char)| {
        let gap = i > 0 && (digits.len() - i).is_multiple_of(3);
        gap.then_some(' ').into_iter().chain([digit])
    };
    digits.chars().enumerate().flat_map(apart).collect()
}

/// Seconds by the calendar in the unit that a person would choose; a day has 24 hours here.
fn pause(seconds: f64) -> String {
    let unit = UNITS.iter().find(|(unit, _)| seconds >= *unit);
    let (unit, sign) = unit.copied().unwrap_or((1.0, "s"));
    format!("{} {sign}", significant(seconds / unit, 3))
}

fn gaps(found: &Found) -> String {
    let count = found.gaps.len();
    if count == 0 {
        return "no gaps".into();
    }
    let first = found.gaps.iter().take(TOLD);
    let mut listed: Vec<String> = first
        .map(|gap| format!("{} to {}", date_text(gap.from), date_text(gap.to)))
        .collect();
    if count > TOLD {
        listed.push("…".into());
    }
    let plural = plural(count as u64);
    format!("{} gap{plural}: {}", counted(count), listed.join("; "))
}

fn outliers(found: &Found) -> Vec<String> {
    let count = found.outliers.len();
    if count == 0 {
        return vec!["no outliers".into()];
    }
    let plural = plural(count as u64);
    let mut lines = vec![format!(
        "{} outlier{plural}, to be looked at:",
        counted(count)
    )];
    // What may be no move of the market comes first.
    let suspects = found.outliers.iter().filter(|o| o.suspect.is_some());
    let others = found.outliers.iter().filter(|o| o.suspect.is_none());
    lines.extend(suspects.chain(others).take(TOLD).map(|outlier| {
        let suspect = outlier.suspect.map_or(String::new(), |s| format!(", {s}"));
        format!(
            "{}: return {}%, {} robust deviations{suspect}",
            date_text(outlier.time),
            significant(100.0 * outlier.value, 4),
            significant(outlier.deviations, 2),
        )
    }));
    if count > TOLD {
        lines.push("…".into());
    }
    lines
}

fn figures(figures: &Figures) -> Vec<(&'static str, String, Option<String>)> {
    let row = |name, measured: Option<Measured>, unit: f64| {
        let cells = measured.map(|m| digits::estimate(unit * m.value, Some(unit * m.se)));
        let (value, se) = cells.unwrap_or(("-".into(), None));
        (name, value, se)
    };
    let bare = |name, value: Option<f64>| {
        let value = value.map_or("-".into(), |x| significant(100.0 * x, 4));
        (name, value, None)
    };
    vec![
        ("number", counted(figures.count), None),
        row(
            "realised volatility (% per √year)",
            figures.volatility,
            100.0,
        ),
        row("drift (% per year)", figures.drift, 100.0),
        row("skewness", figures.skewness, 1.0),
        row("excess kurtosis", figures.excess_kurtosis, 1.0),
        row("exponent of the lower tail", figures.lower_tail, 1.0),
        row("exponent of the upper tail", figures.upper_tail, 1.0),
        row("autocorrelation, lag 1", figures.autocorrelation, 1.0),
        row(
            "of squared returns, lag 1",
            figures.squares.first().copied(),
            1.0,
        ),
        row(
            "of squared returns, mean of lags 1 to 10",
            figures.mean_of_squares(),
            1.0,
        ),
        bare("least (%)", figures.least),
        bare("1% quantile (%)", figures.first_percentile),
        bare("99% quantile (%)", figures.last_percentile),
        bare("largest (%)", figures.largest),
    ]
}

/// Which dates training, validation and evaluation take, in words; absent where paths are not made of recorded
/// prices.
#[must_use]
pub fn ranges_told(parameters: &Parameters) -> Option<String> {
    let [training, validation, evaluation] = parameters.recorded_dates()?;
    let range = |(from, to)| format!("{} to {}", date_text(from), date_text(to));
    Some(format!(
        "training {}, validation {}, evaluation {}",
        range(training),
        range(validation),
        range(evaluation)
    ))
}
