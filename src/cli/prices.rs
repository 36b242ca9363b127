//! `hedgelab prices`: what is in a file of recorded prices, and which process they look like.

mod fit;

pub(super) use fit::{fitted, model};

use super::recorded::{HowRead, read};
use super::table::{Table, grouped};
use super::{Failure, print, print_json, typed_path, usage};
use crate::history::{Found, History, Measured, Note, date_text, ranges_told};
use crate::presets;
use crate::quantity::digits;
use crate::quantity::write::{keyboard, plural, significant};
use crate::scenario::Scenario;
use clap::Args;
use fit::{FitDone, FitRow, Fitted};
use serde::Serialize;
use std::fmt::Write;
use std::path::PathBuf;

/// Gaps and outliers that are told one by one.
const TOLD: usize = 8;
/// The same in JSON.
const LISTED: usize = 1000;
/// Units of calendar time, the longest first: their seconds and signs.
const UNITS: [(f64, &str); 3] = [(86_400.0, "d"), (3600.0, "h"), (60.0, "min")];

#[derive(Debug, Args)]
#[command(
    after_help = "Columns are found by name: date, time or timestamp; adjusted close before close before price. Known are \
    the layouts of Yahoo Finance, Stooq and the klines of exchanges (twelve columns without headings too), columns \
    parted by commas, semicolons or tabs, decimal commas, dates in most forms, Unix times and those of spreadsheets.\n\n\
    Standard errors are those of batch means in the order of time. A gap is longer than twice the calendar's long pauses; an outlier is \
    farther from the median than 10 robust standard deviations.\n\n\
    JSON: {file, content, layout, columns: {time, price}, prices, first, last, frequency: {name, spacing, per_year, \
    longest_pause}, notes, gaps: {count, list: [{from, to}]}, outliers: {count, list: [{date, return, deviations, \
    suspect}]}, figures: {count, volatility: {value, se}, drift, skewness, excess_kurtosis, lower_tail, upper_tail, least, \
    largest, first_percentile, last_percentile, autocorrelation, squares: [{value, se}]}, ranges: {preset, returns_a_date, \
    training: {first, last}, validation, evaluation}, fit: {model, first, last, only_training, preset, returns, together, \
    per_year, parameters: [{field, value, se}], derived: [{name, value, se}], log_likelihood: {fitted, constant}, \
    clusters: {statistic, p}, leverage, notes, volatility: {realised: {value, se}, fitted}, excess_kurtosis, squares}}; times are seconds, figures are of log returns, volatility and drift per year; \
    ranges is there with --for, fit with --fit, where a figure that is not defined is null"
)]
pub(super) struct Prices {
    /// A CSV or Parquet file of prices
    #[arg(value_parser = typed_path())]
    file: PathBuf,
    #[command(flatten)]
    how: HowRead,
    /// Say what it would be as the market of this preset: the ranges of dates, and how many returns a trading date has
    #[arg(long = "for", value_name = "PRESET")]
    preset: Option<String>,
    #[command(flatten)]
    fitted: Fitted,
    /// Print one JSON document instead of text
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Report<'a> {
    file: String,
    content: String,
    layout: &'a str,
    columns: Columns<'a>,
    prices: usize,
    first: String,
    last: String,
    frequency: &'a crate::history::Frequency,
    notes: &'a [Note],
    gaps: Listed<GapRow>,
    outliers: Listed<OutlierRow>,
    figures: &'a crate::history::Figures,
    #[serde(skip_serializing_if = "Option::is_none")]
    ranges: Option<Ranges>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fit: Option<FitRow<'a>>,
}

#[derive(Serialize)]
struct Columns<'a> {
    time: &'a str,
    price: &'a str,
}

#[derive(Serialize)]
struct Listed<T> {
    count: usize,
    list: Vec<T>,
}

#[derive(Serialize)]
struct GapRow {
    from: String,
    to: String,
}

#[derive(Serialize)]
struct OutlierRow {
    date: String,
    r#return: f64,
    deviations: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    suspect: Option<String>,
}

#[derive(Serialize)]
struct Ranges {
    preset: String,
    returns_a_date: usize,
    training: Dates,
    validation: Dates,
    evaluation: Dates,
    #[serde(skip)]
    told: String,
}

#[derive(Serialize)]
struct Dates {
    first: String,
    last: String,
}

impl Prices {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let history = read(&self.file, &self.how.reading())?;
        let found = Found::of(&history);
        let ranges = self.ranges(&history)?;
        let fitted = self.fit(&history)?;
        if self.json {
            let report = self.report(&history, &found, (ranges, fitted.as_ref()));
            return print_json(&report);
        }
        if let Some(fitted) = fitted {
            return print(&keyboard(&fitted.text(&self.file.display().to_string())));
        }
        print(&keyboard(&self.text(&history, &found, ranges.as_ref())))
    }

    fn ranges(&self, history: &History) -> Result<Option<Ranges>, Failure> {
        let Some(preset) = &self.preset else {
            return Ok(None);
        };
        let file = crate::history::price_file("", &self.how.reading(), history);
        let file = file.map_err(|error| Failure::Run(error.into()))?;
        let scenario = presets::load(preset)?.with_prices(file, [])?;
        let missing = || usage("no ranges".into());
        let [training, validation, evaluation] = scenario.recorded_dates().ok_or_else(missing)?;
        let dates = |(first, last)| Dates {
            first: date_text(first),
            last: date_text(last),
        };
        Ok(Some(Ranges {
            preset: preset.clone(),
            returns_a_date: a_date(&scenario),
            training: dates(training),
            validation: dates(validation),
            evaluation: dates(evaluation),
            told: ranges_told(&scenario).unwrap_or_default(),
        }))
    }

    fn report<'a>(
        &self,
        history: &'a History,
        found: &'a Found,
        (ranges, fitted): (Option<Ranges>, Option<&'a FitDone>),
    ) -> Report<'a> {
        let gaps = found.gaps.iter().take(LISTED).map(|gap| GapRow {
            from: date_text(gap.from),
            to: date_text(gap.to),
        });
        let outliers = found
            .outliers
            .iter()
            .take(LISTED)
            .map(|outlier| OutlierRow {
                date: date_text(outlier.time),
                r#return: outlier.value,
                deviations: outlier.deviations,
                suspect: outlier.suspect.map(|suspect| suspect.to_string()),
            });
        Report {
            file: self.file.to_string_lossy().into_owned(),
            content: history.hash.to_string(),
            layout: history.layout,
            columns: Columns {
                time: &history.time_column,
                price: &history.price_column,
            },
            prices: history.prices.len(),
            first: date_text(history.times[0]),
            last: date_text(history.times[history.times.len() - 1]),
            frequency: &found.frequency,
            notes: &history.notes,
            gaps: Listed {
                count: found.gaps.len(),
                list: gaps.collect(),
            },
            outliers: Listed {
                count: found.outliers.len(),
                list: outliers.collect(),
            },
            figures: &found.figures,
            ranges,
            fit: fitted.map(FitDone::row),
        }
    }

    fn text(&self, history: &History, found: &Found, ranges: Option<&Ranges>) -> String {
        let mut text = format!(
            "{}: {} prices, {} to {} ({}; columns {} and {})\n",
            self.file.display(),
            grouped(history.prices.len() as u64),
            date_text(history.times[0]),
            date_text(history.times[history.times.len() - 1]),
            history.layout,
            history.time_column,
            history.price_column,
        );
        let frequency = &found.frequency;
        let _infallible = writeln!(
            text,
            "{}: {} returns a year; without a price for more than {} there is a gap",
            frequency.name,
            significant(frequency.per_year, 4),
            pause(frequency.longest_pause)
        );
        for Note(note) in &history.notes {
            let _infallible = writeln!(text, "note: {note}");
        }
        text.push_str(&gaps(found));
        text.push_str(&outliers(found));
        text.push('\n');
        text.push_str(&figures(found).text());
        if let Some(ranges) = ranges {
            let _infallible = write!(
                text,
                "\nAs the market of {}: {} recorded return{} a trading date; {}\n",
                ranges.preset,
                ranges.returns_a_date,
                plural(ranges.returns_a_date as u64),
                ranges.told
            );
        }
        text
    }
}

/// Seconds by the calendar in the unit that a person would choose; a day has 24 hours here.
fn pause(seconds: f64) -> String {
    let unit = UNITS.iter().find(|(unit, _)| seconds >= *unit);
    let (unit, sign) = unit.copied().unwrap_or((1.0, "s"));
    format!("{} {sign}", significant(seconds / unit, 3))
}

fn a_date(scenario: &Scenario) -> usize {
    let returns = scenario.recorded_returns();
    let count = returns.and_then(|returns| scenario.returns_a_date(returns).ok());
    count.unwrap_or(1)
}

fn gaps(found: &Found) -> String {
    let count = found.gaps.len();
    let mut text = match count {
        0 => return "no gaps\n".into(),
        1 => "1 gap:".to_owned(),
        _ => format!("{} gaps:", grouped(count as u64)),
    };
    for gap in found.gaps.iter().take(TOLD) {
        let _infallible = write!(text, " {} to {};", date_text(gap.from), date_text(gap.to));
    }
    text.pop();
    text + if count > TOLD { "; …\n" } else { "\n" }
}

fn outliers(found: &Found) -> String {
    let count = found.outliers.len();
    if count == 0 {
        return "no outliers\n".into();
    }
    let mut text = format!(
        "{} outlier{}, to be looked at:\n",
        grouped(count as u64),
        plural(count as u64)
    );
    // What may be no move of the market comes first.
    let suspects = found.outliers.iter().filter(|o| o.suspect.is_some());
    let others = found.outliers.iter().filter(|o| o.suspect.is_none());
    for outlier in suspects.chain(others).take(TOLD) {
        let suspect = outlier.suspect.map_or(String::new(), |s| format!(", {s}"));
        let _infallible = writeln!(
            text,
            "  {}: return {}%, {} robust deviations{suspect}",
            date_text(outlier.time),
            significant(100.0 * outlier.value, 4),
            significant(outlier.deviations, 2),
        );
    }
    if count > TOLD {
        text.push_str("  …\n");
    }
    text
}

fn figures(found: &Found) -> Table {
    let mut table = Table::new(&["log returns", "", "± standard error"]);
    let figures = &found.figures;
    table.row(vec!["number".into(), grouped(figures.count as u64)]);
    let mut row = |name: &str, measured: Option<Measured>, unit: f64| {
        let cells = measured.map(|m| digits::estimate(unit * m.value, Some(unit * m.se)));
        let (value, se) = cells.unwrap_or(("-".into(), None));
        table.row(vec![name.into(), value, se.unwrap_or_default()]);
    };
    row(
        "realised volatility (% per √year)",
        figures.volatility,
        100.0,
    );
    row("drift (% per year)", figures.drift, 100.0);
    row("skewness", figures.skewness, 1.0);
    row("excess kurtosis", figures.excess_kurtosis, 1.0);
    row("exponent of the lower tail", figures.lower_tail, 1.0);
    row("exponent of the upper tail", figures.upper_tail, 1.0);
    row("autocorrelation, lag 1", figures.autocorrelation, 1.0);
    row(
        "of squared returns, lag 1",
        figures.squares.first().copied(),
        1.0,
    );
    row(
        "of squared returns, mean of lags 1 to 10",
        figures.mean_of_squares(),
        1.0,
    );
    for (name, value) in [
        ("least (%)", figures.least),
        ("1% quantile (%)", figures.first_percentile),
        ("99% quantile (%)", figures.last_percentile),
        ("largest (%)", figures.largest),
    ] {
        let value = value.map_or("-".into(), |x| significant(100.0 * x, 4));
        table.row(vec![name.into(), value]);
    }
    table
}
