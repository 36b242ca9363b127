//! `hedgelab prices`: what is in a file of recorded prices, and which process they look like.

mod fit;

pub(super) use fit::{fitted, model};

use super::recorded::{HowRead, read};
use super::table::Table;
use super::{Failure, print, print_json, typed_path, usage};
use crate::history::{Found, History, Note, Told, date_text, ranges_told};
use crate::presets;
use crate::quantity::write::{keyboard, plural};
use crate::scenario::Scenario;
use clap::Args;
use fit::{FitDone, FitRow, Fitted};
use serde::Serialize;
use std::fmt::Write;
use std::path::PathBuf;

/// Gaps and outliers that JSON lists.
const LISTED: usize = 1000;

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
        let told = Told::of(history, found);
        let mut text = format!(
            "{}: {}\n{}\n",
            self.file.display(),
            told.series,
            told.frequency
        );
        for note in &told.notes {
            let _infallible = writeln!(text, "note: {note}");
        }
        let _infallible = writeln!(text, "{}", told.gaps);
        text.push_str(&told.outliers.join("\n  "));
        text.push_str("\n\n");
        text.push_str(&figures(&told).text());
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

fn a_date(scenario: &Scenario) -> usize {
    let returns = scenario.recorded_returns();
    let count = returns.and_then(|returns| scenario.returns_a_date(returns).ok());
    count.unwrap_or(1)
}

fn figures(told: &Told) -> Table {
    let mut table = Table::new(&["log returns", "", "± standard error"]);
    for (name, value, se) in &told.figures {
        let mut cells = vec![(*name).to_owned(), value.clone()];
        cells.extend(se.clone());
        table.row(cells);
    }
    table
}
