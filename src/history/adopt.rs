//! Prices handed to a scenario.

use super::date::date_text;
use super::{DAY, History, HistoryError, Reading, Watch, read};
use crate::scenario::{FieldError, Held, Parameters, PriceFile, Returns, Scenario};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

/// The file of a history as a scenario names it, with its returns; `file` is how it is called.
///
/// # Errors
/// Where there is no return that a path could be made of.
pub fn price_file(
    file: &str,
    reading: &Reading,
    history: &History,
) -> Result<PriceFile, HistoryError> {
    let returns = history.returns().ok_or_else(|| HistoryError::Whole {
        path: PathBuf::from(file),
        message: "has no return that could be drawn; allowed: 2 prices or more".into(),
    })?;
    Ok(PriceFile {
        file: file.to_owned(),
        column: reading.column.clone(),
        dates: reading.dates,
        content: history.hash,
        returns: Held(Some(Returns::shared(history.hash, returns))),
    })
}

/// Reads a file of prices and makes the paths of `scenario` of it, with fields changed.
///
/// # Errors
/// Where the file cannot be read, or where its prices do not go with the scenario.
pub fn adopt<'a>(
    scenario: &Scenario,
    (path, reading, now): (&Path, &Reading, Option<i64>),
    changes: impl IntoIterator<Item = (&'a str, &'a str)>,
    watch: Watch<'_>,
) -> Result<(Scenario, History), AdoptError> {
    let history = read(path, reading, now, watch)?;
    let prices = price_file(&path.to_string_lossy(), reading, &history)?;
    Ok((scenario.with_prices(prices, changes)?, history))
}

/// Why prices were not handed to a scenario.
#[derive(Debug, thiserror::Error)]
pub enum AdoptError {
    /// The file cannot be read.
    #[error(transparent)]
    History(#[from] HistoryError),
    /// They do not go with the scenario.
    #[error(transparent)]
    Field(#[from] FieldError),
}

/// Reads what parameters name, where it was not read yet: the file beside the preset in `folder`, or as it is called
/// from where the program runs.
///
/// # Errors
/// Where it is there and cannot be read, or has another content now. One that is not there is left for the checks of
/// a scenario to tell.
pub fn attach(parameters: &mut Parameters, folder: Option<&Path>) -> Result<(), FieldError> {
    let recorded = parameters.market.process.is_recorded();
    let Some(prices) = &mut parameters.market.recorded.prices else {
        return Ok(());
    };
    if !recorded || prices.returns.0.is_some() {
        return Ok(());
    }
    prices.returns.0 = Returns::known(&prices.content);
    if prices.returns.0.is_some() {
        return Ok(());
    }
    let beside = folder.map(|folder| folder.join(&prices.file));
    let places = beside.into_iter().chain([PathBuf::from(&prices.file)]);
    let Some(path) = places.into_iter().find(|path| path.is_file()) else {
        return Ok(());
    };
    let found = load(&path, prices)
        .map_err(|error| about(&prices.file, &format!("a file of prices; {error}")))?;
    if found.content != prices.content {
        let allowed = format!(
            "the prices it was saved with ({}); it holds others now ({}), which --prices takes as they are",
            prices.content.short(),
            found.content.short()
        );
        return Err(about(&prices.file, &allowed));
    }
    prices.returns = found.returns;
    Ok(())
}

fn about(file: &str, allowed: &str) -> FieldError {
    FieldError::new("market.recorded.prices", format!("{file:?}"), allowed)
}

/// The file at `path`, read as it was the first time.
fn load(path: &Path, prices: &PriceFile) -> Result<PriceFile, HistoryError> {
    let reading = Reading {
        column: prices.column.clone(),
        dates: prices.dates,
    };
    let history = read(path, &reading, None, &mut |_| ControlFlow::Continue(()))?;
    price_file(&prices.file, &reading, &history)
}

/// The recorded prices at the dates of `scenario` from the first one at or after `from` (microseconds since 1970), or
/// the last there are, scaled to the spot; and when they begin and end.
///
/// # Errors
/// Where there are not enough.
pub fn window(
    scenario: &Scenario,
    history: &History,
    from: Option<i64>,
) -> Result<(Vec<f64>, (i64, i64)), FieldError> {
    let missing = || FieldError::new("market.recorded.prices", "none", "prices that were read");
    let returns = scenario.recorded_returns().ok_or_else(missing)?;
    let apart = scenario.returns_a_date(returns)?;
    let needed = apart.saturating_mul(scenario.steps);
    let prices = &history.prices;
    let Some(latest) = (prices.len() - 1).checked_sub(needed) else {
        let value = format!("{} prices", prices.len());
        let allowed = format!("{} or more, for {} dates", needed + 1, scenario.steps);
        return Err(FieldError::new("the window", value, allowed));
    };
    let first = match from {
        None => latest,
        Some(from) => history.times.partition_point(|time| *time < from),
    };
    let first_day = history.times[0].div_euclid(DAY) * DAY;
    if first > latest || from.is_some_and(|from| from < first_day) {
        let value = from.map_or(String::new(), date_text);
        let allowed = format!(
            "{} to {}: {} returns must follow",
            date_text(history.times[0]),
            date_text(history.times[latest]),
            needed
        );
        return Err(FieldError::new("the window's first date", value, allowed));
    }
    let scale = scenario.market.spot / prices[first];
    let mut path: Vec<f64> = prices[first..=first + needed]
        .iter()
        .step_by(apart)
        .map(|price| price * scale)
        .collect();
    path[0] = scenario.market.spot;
    Ok((path, (history.times[first], history.times[first + needed])))
}
