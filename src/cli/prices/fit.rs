//! `--fit`: the process that recorded prices look like, and a preset of it.

use super::Prices;
use crate::cli::table::{Table, grouped};
use crate::cli::{Failure, stop};
use crate::files::name_of;
use crate::history::fit::{Fit, FitError, Model, Taken, fit};
use crate::history::{History, date_text};
use crate::presets;
use crate::scenario::{Named, Scenario};
use anyhow::anyhow;
use clap::Args;
use clap::builder::PossibleValuesParser;
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use std::fmt::Write;
use std::path::PathBuf;

/// The preset that lends option, book and dates where none is named.
const USUAL: &str = "paper-month";

/// What is to be fitted, and where it goes.
#[derive(Debug, Args)]
pub(super) struct Fitted {
    /// Fit this process to the returns: `gjr_garch` by quasi-maximum likelihood, or heston by moments. With --for only to the
    /// range of dates for training
    #[arg(long = "fit", value_name = "MODEL", value_parser = PossibleValuesParser::new(["gjr_garch", "heston"]))]
    model: Option<String>,
    /// With --fit: save a preset whose market is the fitted process, under a name or in a file
    #[arg(long = "out", value_name = "PRESET", requires = "model")]
    place: Option<String>,
    /// With --fit: the preset whose option, book and trading dates it has; all prices are taken [default: that of --for, or
    /// paper-month]
    #[arg(
        long = "from",
        value_name = "PRESET",
        requires = "model",
        conflicts_with = "preset"
    )]
    base: Option<String>,
    /// With --out: replace a preset or file that exists
    #[arg(long, requires = "place")]
    force: bool,
}

/// What was fitted and written.
pub(super) struct FitDone {
    fit: Fit,
    /// Whether only the range for training was taken.
    only_training: bool,
    /// Where the preset is.
    saved: Option<PathBuf>,
}

/// The same in JSON.
#[derive(Serialize)]
pub(super) struct FitRow<'a> {
    first: String,
    last: String,
    only_training: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    preset: Option<String>,
    #[serde(flatten)]
    fit: &'a Fit,
}

/// The model of a word.
pub(in crate::cli) fn model(word: &str) -> Model {
    let mut all = Model::ALL.into_iter();
    let known = all.find(|model| model.process().name() == word);
    known.unwrap_or(Model::GjrGarch)
}

/// Fits with a bar of its progress, until Ctrl-C; `name` is the file's.
pub(in crate::cli) fn fitted(
    history: &History,
    taken: &Taken,
    model: Model,
    name: &str,
) -> Result<Fit, Failure> {
    let stop = stop::listen();
    let bar = ProgressBar::new(1000);
    if let Ok(style) = ProgressStyle::with_template("fitting {bar:40} {percent}%") {
        bar.set_style(style);
    }
    let found = fit(history, taken, model, &mut |share| {
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
        FitError::Stopped => Failure::Run(error.into()),
        error => Failure::Run(anyhow!("{name}: {error}")),
    })
}

impl Prices {
    /// What was asked for of a fit.
    pub(super) fn fit(&self, history: &History) -> Result<Option<FitDone>, Failure> {
        let Some(word) = &self.fitted.model else {
            return Ok(None);
        };
        let place = self.place()?;
        let base = self.base(place.is_some())?;
        let only_training = self.preset.is_some();
        let taken = match &base {
            None => Taken::all(history),
            Some((_, base)) if only_training => Taken::for_training(history, base)?,
            Some((_, base)) => Taken::for_dates(history, base)?,
        };
        let name = self.file.display().to_string();
        let fit = fitted(history, &taken, model(word), &name)?;
        if let (Some(path), Some((named, base))) = (&place, base) {
            let scenario = self.scenario(&fit, history, (&named, &base))?;
            if self.fitted.force {
                presets::save(&scenario, path)?;
            } else {
                presets::save_new(&scenario, path)?;
            }
        }
        Ok(Some(FitDone {
            fit,
            only_training,
            saved: place,
        }))
    }

    /// Where a preset goes; better refused before the fit than after it.
    fn place(&self) -> Result<Option<PathBuf>, Failure> {
        let Some(text) = &self.fitted.place else {
            return Ok(None);
        };
        let path = presets::new_file(text)?;
        if path.exists() && !self.fitted.force {
            let path = path.display();
            return Err(Failure::Run(anyhow!(
                "{path}: exists already; --force replaces it"
            )));
        }
        Ok(Some(path))
    }

    /// The preset that lends its dates, by its name.
    fn base(&self, is_needed: bool) -> Result<Option<(String, Scenario)>, Failure> {
        let named = self.preset.as_ref().or(self.fitted.base.as_ref());
        let usual = is_needed.then_some(USUAL);
        let Some(name) = named.map(String::as_str).or(usual) else {
            return Ok(None);
        };
        Ok(Some((name.to_owned(), presets::load(name)?)))
    }

    fn scenario(
        &self,
        fit: &Fit,
        history: &History,
        (named, base): (&str, &Scenario),
    ) -> Result<Scenario, Failure> {
        let mut parameters = fit.adopted(base)?.into_parameters();
        let file = name_of(&self.file);
        let process = fit.model.process().title();
        let title = format!("{process} fitted to {file}");
        parameters.title = title.chars().take(100).collect();
        parameters.description = format!(
            "{process}, fitted to {} returns of {file} (content {}), {}, {}. Option, book and dates are those of {named}.",
            grouped(fit.returns as u64),
            history.hash.short(),
            fit.dates_told(),
            fit.model.method()
        );
        Ok(Scenario::new(parameters)?)
    }
}

impl FitDone {
    pub(super) fn row(&self) -> FitRow<'_> {
        let (first, last) = self.fit.dates;
        FitRow {
            first: date_text(first),
            last: date_text(last),
            only_training: self.only_training,
            preset: self.saved.as_ref().map(|path| path.display().to_string()),
            fit: &self.fit,
        }
    }

    pub(super) fn text(&self, file: &str) -> String {
        let fit = &self.fit;
        let range = if self.only_training {
            "the range for training alone"
        } else {
            "all prices"
        };
        let mut text = format!(
            "{file}: {} {}\n{} returns{}, {} ({range})\n",
            fit.model.process().title(),
            fit.model.method(),
            grouped(fit.returns as u64),
            together(fit.together),
            fit.dates_told(),
        );
        for note in &fit.notes {
            let _infallible = writeln!(text, "note: {note}");
        }
        let _infallible = write!(text, "\n{}\n{}", parameters(fit).text(), fit.tests_told());
        let _infallible = write!(text, "\n{}", beside(fit).text());
        if let Some(path) = &self.saved {
            let _infallible = writeln!(text, "\nsaved {}", path.display());
        }
        text
    }
}

fn together(count: usize) -> String {
    match count {
        1 => String::new(),
        _ => format!(" of {count} recorded ones each"),
    }
}

fn parameters(fit: &Fit) -> Table {
    let mut table = Table::new(&["parameter", "", "± standard error"]);
    for row in fit.parameters_told() {
        table.row(row.into());
    }
    table
}

fn beside(fit: &Fit) -> Table {
    let mut table = Table::new(&["of a return", "realised", "± standard error", "fitted"]);
    for row in fit.returns_told() {
        table.row(row.into());
    }
    table
}
