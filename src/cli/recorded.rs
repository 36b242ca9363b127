//! Recorded prices of which paths are made: `--prices` and what goes with it.

use super::stop;
use super::{Failure, quoted, typed_path, usage};
use crate::history::{self, AdoptError, DateOrder, History, HistoryError, Reading};
use crate::scenario::{PriceFile, Scenario};
use clap::Args;
use clap::builder::PossibleValuesParser;
use indicatif::{ProgressBar, ProgressStyle};
use std::path::{Path, PathBuf, absolute};
use std::time::{SystemTime, UNIX_EPOCH};

/// How a file of prices is read.
#[derive(Clone, Debug, Default, Args)]
pub(super) struct HowRead {
    /// Of recorded prices, the column to read [default: adjusted close, close or price]
    #[arg(long, value_name = "NAME")]
    column: Option<String>,
    /// Of recorded prices, whether 01/02/2020 has the day first or the month, where the file does not tell
    #[arg(long, value_name = "ORDER", value_parser = PossibleValuesParser::new(["day-first", "month-first"]))]
    dates: Option<String>,
}

impl HowRead {
    pub(super) fn reading(&self) -> Reading {
        Reading {
            column: self.column.clone(),
            dates: self.dates.as_deref().map(|order| match order {
                "day-first" => DateOrder::DayFirst,
                _ => DateOrder::MonthFirst,
            }),
        }
    }

    pub(super) fn words(&self) -> String {
        let column = self.column.iter();
        let column = column.map(|name| format!(" --column {}", quoted(name)));
        let dates = self.dates.iter();
        let dates = dates.map(|order| format!(" --dates {order}"));
        column.chain(dates).collect()
    }
}

/// Recorded prices in place of the preset's process.
#[derive(Clone, Debug, Default, Args)]
pub(super) struct Prices {
    /// Make paths of these recorded prices (CSV or Parquet; see: hedgelab prices FILE): by the stationary bootstrap,
    /// or with --set `market.process=recorded_path` by their own windows
    #[arg(long, value_name = "FILE", value_parser = typed_path())]
    #[expect(clippy::struct_field_names, reason = "the name of the flag")]
    prices: Option<PathBuf>,
    #[command(flatten)]
    how: HowRead,
    /// Of recorded prices, the window to show with --path shown: from this date on, or the `last`
    #[arg(long, value_name = "DATE", requires = "prices")]
    window: Option<String>,
}

impl Prices {
    pub(super) fn is_given(&self) -> bool {
        self.prices.is_some()
    }

    /// How the file is read.
    pub(super) fn reading(&self) -> Reading {
        self.how.reading()
    }

    /// What was typed, with a blank before each flag.
    pub(super) fn words(&self) -> String {
        let Some(path) = &self.prices else {
            return String::new();
        };
        let window = self.window.iter();
        let window = window.map(|date| format!(" --window {}", quoted(date)));
        format!(
            " --prices {}{}{}",
            quoted(&path.to_string_lossy()),
            self.how.words(),
            window.collect::<String>()
        )
    }

    /// The prices, where there are any.
    pub(super) fn given(&self) -> Result<Option<(PriceFile, History)>, Failure> {
        let Some(path) = &self.prices else {
            return Ok(None);
        };
        let history = read(path, &self.how.reading())?;
        let file = history::price_file(&path.to_string_lossy(), &self.how.reading(), &history)
            .map_err(|error| failed(error.into()))?;
        Ok(Some((file, history)))
    }

    /// How a preset in the file `preset` should call the prices: by their name where they lie beside it, else by
    /// their whole path, so that they are found from any folder.
    pub(super) fn called_from(&self, preset: &Path) -> Option<String> {
        let prices = absolute(self.prices.as_ref()?).ok()?;
        let preset = absolute(preset).ok()?;
        let beside = prices.parent() == preset.parent();
        let name = prices.file_name().filter(|_| beside);
        let called = name.unwrap_or(prices.as_os_str());
        Some(called.to_string_lossy().into_owned())
    }

    /// The scenario with these prices, where there are any, and with fields changed.
    pub(super) fn applied(
        &self,
        scenario: &Scenario,
        prices: Option<(PriceFile, History)>,
        changes: &[(&str, &str)],
    ) -> Result<Scenario, Failure> {
        let Some((file, history)) = prices else {
            if changes.is_empty() {
                return Ok(scenario.clone());
            }
            return scenario
                .with(changes.iter().copied())
                .map_err(|wrong| Failure::Usage(anyhow::Error::new(wrong).context("--set")));
        };
        let scenario = scenario.with_prices(file, changes.iter().copied())?;
        let Some(window) = &self.window else {
            return Ok(scenario);
        };
        let from = match window.as_str() {
            "last" => None,
            date => Some(history::parse_day(date).ok_or_else(|| {
                usage(format!(
                    "--window {date:?}: allowed: a date such as 2020-01-31, or last"
                ))
            })?),
        };
        let (path, (first, last)) = history::window(&scenario, &history, from)
            .map_err(|wrong| Failure::Usage(anyhow::Error::new(wrong).context("--window")))?;
        super::note(&format!(
            "the path shown is that of the prices from {} to {}",
            history::date_text(first),
            history::date_text(last)
        ));
        let mut parameters = scenario.into_parameters();
        parameters.shown_path = Some(path);
        Ok(Scenario::new(parameters)?)
    }
}

/// Reads a file of prices with a bar of its progress, until Ctrl-C.
pub(super) fn read(path: &Path, reading: &Reading) -> Result<History, Failure> {
    let stop = stop::listen();
    let bar = ProgressBar::new(1000);
    if let Ok(style) = ProgressStyle::with_template("reading {bar:40} {percent}%") {
        bar.set_style(style);
    }
    let now = SystemTime::now().duration_since(UNIX_EPOCH).ok();
    let now = now.and_then(|now| i64::try_from(now.as_micros()).ok());
    let history = history::read(path, reading, now, &mut |share| {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a share of a thousand"
        )]
        bar.set_position((1000.0 * share) as u64);
        stop.ask()
    });
    bar.finish_and_clear();
    history.map_err(|error| failed(error.into()))
}

fn failed(error: AdoptError) -> Failure {
    match error {
        AdoptError::History(HistoryError::File(error)) => Failure::Usage(error.into()),
        error => Failure::Run(error.into()),
    }
}
