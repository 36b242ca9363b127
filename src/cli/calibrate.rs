//! `hedgelab calibrate`: the order book of the model from quoted books.

mod text;

use super::{Failure, print, print_json, stop, typed_path, usage};
use crate::calibrate::{
    Aftermath, Asked, BASIS, CalibrateError, Calibration, Common, Families, Residuals, calibrate,
    with_book,
};
use crate::files::FileError;
use crate::presets::{self, PresetError};
use crate::quantity::time::TimeUnit;
use crate::quantity::write::keyboard;
use crate::quotes::{Counts, Format, QuotesError, example};
use crate::scenario::Scenario;
use anyhow::anyhow;
use clap::Args;
use clap::builder::PossibleValuesParser;
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use std::path::PathBuf;

/// How far into the book quotes are fitted.
#[derive(Clone, Debug, Args)]
pub(super) struct HowFitted {
    /// Of quoted books, how far into the book levels count: basis points of the mid from the best price on
    #[arg(long, value_name = "BP", default_value_t = 25.0)]
    within: f64,
}

impl HowFitted {
    /// Reads the files with a bar of its progress, until Ctrl-C; memory is long or short against the steps of a scenario.
    pub(super) fn calibrated(
        &self,
        files: &[PathBuf],
        format: Option<Format>,
        scenario: &Scenario,
    ) -> Result<Calibration, Failure> {
        if !(self.within > 0.0 && self.within <= 5000.0) {
            return Err(usage(format!(
                "--within {}: allowed: above 0 and up to 5000 basis points",
                self.within
            )));
        }
        let asked = Asked {
            format,
            within: self.within / BASIS,
            step: TimeUnit::Second.count(scenario.step_length(), 1.0),
        };
        let stop = stop::listen();
        let bar = ProgressBar::new(1000);
        if let Ok(style) = ProgressStyle::with_template("reading {bar:40} {percent}%, {eta} left") {
            bar.set_style(style);
        }
        let found = calibrate(files, &asked, &mut |share| {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a share of a thousand"
            )]
            bar.set_position((1000.0 * share) as u64);
            stop.ask()
        });
        bar.finish_and_clear();
        found.map_err(|error| match error {
            CalibrateError::Quotes(QuotesError::File(error)) => Failure::Usage(error.into()),
            error @ CalibrateError::TooFew { .. } => {
                Failure::Run(anyhow!("{error}; --within BP looks farther"))
            }
            error => Failure::Run(error.into()),
        })
    }
}

#[derive(Debug, Args)]
#[command(
    after_help = "Formats, told by the content: LOBSTER (a file of messages and a file of books; the other of the pair is found beside \
    the first by its name), Tardis incremental_book_L2, Databento DBN with records of mbp-10, and snapshots in CSV or Parquet with \
    columns time, bid_price_1, bid_size_1, ask_price_1, ask_size_1, bid_price_2 … (or a row for each level: time, side, price, \
    size); all but Parquet packed by gzip or Zstandard or not. Files of one format are read one after the other.\n\n\
    A second is one of trading, of which a year has 252 days of eight hours. Figures are medians over books at even times, each fitted by itself, and of what follows large trades means of the middle half; standard errors \
    are over blocks of time.\n\n\
    JSON: {format, files, counts: {records, books, trades, dropped: {crossed, empty, halted, stale}, stale_levels, \
    other_instruments, hidden_trades}, fitted, shallow, span, mid, within, families: {paper, spread_exponent, spread_slope, each with ask and bid: \
    {half_spread, exponent, depth, slope, r2}}, residuals, common, event_study: {trades_told, large, radius, lags, step, ask and bid: \
    {trades, share, missing, half_life, decay, left, told_from_infinity}, mid: {displacement, permanent, transient, half_life, \
    permanent_per_share, transient_per_share}}, notes}; figures with an error are {value, se}; half-spreads, slopes (a share), residuals and displacements are \
    relative to the mid, depths in shares, times in seconds, decays per second"
)]
pub(super) struct Calibrate {
    /// Files of quoted books
    #[arg(value_parser = typed_path(), value_name = "FILE", required_unless_present = "example")]
    files: Vec<PathBuf>,
    /// The format of the files [default: as their content says]
    #[arg(long, value_name = "FORMAT", value_parser = PossibleValuesParser::new(Format::ALL.map(|(name, _)| name)))]
    format: Option<String>,
    #[command(flatten)]
    how: HowFitted,
    /// Print one JSON document instead of text
    #[arg(long)]
    json: bool,
    /// Write a preset with the book found, half-spreads apart from the rest: a name, or with a slash or the ending .ron a file in a folder
    /// that exists
    #[arg(long, value_name = "PRESET")]
    out: Option<String>,
    /// The preset of which everything but the book is taken, and whose steps memory is told against
    #[arg(long, value_name = "PRESET", default_value = "paper-day")]
    from: String,
    /// Replace a preset or file that exists
    #[arg(long, requires = "out")]
    force: bool,
    /// Print fifty minutes of made-up snapshots as CSV, to try it with
    #[arg(long, conflicts_with_all = ["files", "out", "json"])]
    example: bool,
}

/// What is printed as JSON.
#[derive(Serialize)]
struct Report<'a> {
    format: &'a str,
    files: Vec<String>,
    counts: &'a Counts,
    fitted: usize,
    shallow: u64,
    span: f64,
    mid: f64,
    within: f64,
    families: &'a Families,
    residuals: &'a Residuals,
    common: &'a Common,
    event_study: &'a Aftermath,
    notes: Vec<String>,
}

impl Calibrate {
    pub(super) fn run(&self) -> Result<(), Failure> {
        if self.example {
            return print(&example());
        }
        let scenario = presets::load(&self.from)?;
        // Better before the run than after it.
        let place = self.out.as_deref().map(presets::new_file).transpose()?;
        let format = self.format.as_deref();
        let known = Format::ALL.iter().find(|(name, _)| Some(*name) == format);
        let format = known.map(|(_, format)| *format);
        let found = self.how.calibrated(&self.files, format, &scenario)?;
        if let Some(place) = &place {
            let name = self.files[0]
                .file_name()
                .unwrap_or_default()
                .to_string_lossy();
            let scenario = with_book(&scenario, &found, &name)?;
            let saved = if self.force {
                presets::save(&scenario, place)
            } else {
                presets::save_new(&scenario, place)
            };
            saved.map_err(|error| match error {
                PresetError::File(FileError::Exists { path }) => Failure::Run(anyhow!(
                    "{}: exists already; --force replaces it",
                    path.display()
                )),
                error => error.into(),
            })?;
        }
        if self.json {
            return print_json(&self.report(&found));
        }
        let mut text = text::report(&self.files, &found, &self.from);
        if let Some(place) = &place {
            text.push_str(&format!("\nsaved {}\n", place.display()));
        }
        print(&keyboard(&text))
    }

    fn report<'a>(&self, found: &'a Calibration) -> Report<'a> {
        let names = self
            .files
            .iter()
            .map(|path| path.to_string_lossy().into_owned());
        Report {
            format: found.format.name(),
            files: names.collect(),
            counts: &found.counts,
            fitted: found.books.len(),
            shallow: found.shallow,
            span: found.span,
            mid: found.mid,
            within: self.how.within / BASIS,
            families: &found.families,
            residuals: &found.residuals,
            common: &found.common,
            event_study: &found.aftermath,
            notes: found.notes().iter().map(|note| keyboard(note)).collect(),
        }
    }
}
