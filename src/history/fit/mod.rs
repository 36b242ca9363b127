//! From recorded prices to the parameters of a process.
//!
//! [`fit()`] finds those of GJR-GARCH by quasi-maximum likelihood (`garch.rs`) or of Heston's variance by moments
//! (`heston.rs`), with standard errors, and lays what the returns did beside what the process does. Where returns do not tell
//! a parameter it says so, in words or as an error. [`Fit::adopted`] hands it to a scenario.

mod adopted;
mod blocks;
mod compared;
mod garch;
mod heston;
mod tables;
mod told;

pub use compared::{Chance, Compared, LAGS};

use super::date::date_text;
use super::{History, Watch, found};
use crate::scenario::{FieldError, Process, Scenario};
use compared::{Realised, above, clusters, moments};
use garch::Form;
use heston::Untold;
use serde::Serialize;
use std::ops::{ControlFlow, Range};

/// Fewest returns of which anything is told.
pub const FEWEST: usize = 250;
/// What chance makes once in a hundred is no chance: below this large returns come together.
const RARE: f64 = 0.01;
/// The same for whether falls raise the variance more than rises.
const SELDOM: f64 = 0.05;
/// How often a likelihood is computed, about: for the share that is done.
const USUAL: f64 = 600.0;

/// A process that can be fitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Model {
    /// GJR-GARCH.
    GjrGarch,
    /// Heston's variance.
    Heston,
}

impl Model {
    /// Every one.
    pub const ALL: [Self; 2] = [Self::GjrGarch, Self::Heston];

    /// The process.
    #[must_use]
    pub fn process(self) -> Process {
        match self {
            Self::GjrGarch => Process::GjrGarch,
            Self::Heston => Process::Heston,
        }
    }

    /// How it is fitted, in words.
    #[must_use]
    pub fn method(self) -> &'static str {
        match self {
            Self::GjrGarch => "by quasi-maximum likelihood",
            Self::Heston => "by moments of returns and of their squares",
        }
    }
}

/// Which returns a fit takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// Places of recorded returns, from 0.
    pub range: Range<usize>,
    /// How many of them a trading date has. GJR-GARCH, whose parameters are those of a step, is fitted to so many together.
    pub together: usize,
}

impl Taken {
    /// All returns, each by itself.
    #[must_use]
    pub fn all(history: &History) -> Self {
        Self {
            range: 0..history.prices.len().saturating_sub(1),
            together: 1,
        }
    }

    /// All returns, as the trading dates of `scenario` have them.
    ///
    /// # Errors
    /// Where a date has no whole number of them, with steps that fit.
    pub fn for_dates(history: &History, scenario: &Scenario) -> Result<Self, FieldError> {
        let mut taken = Self::all(history);
        if let Some(returns) = history.returns() {
            taken.together = scenario.returns_a_date(&returns)?;
        }
        Ok(taken)
    }

    /// Those of them that training draws from, so that a hedge in the fitted market can be measured on the rest.
    ///
    /// # Errors
    /// As [`Taken::for_dates`].
    pub fn for_training(history: &History, scenario: &Scenario) -> Result<Self, FieldError> {
        let taken = Self::for_dates(history, scenario)?;
        let [training, _, _] = scenario.market.recorded.ranges(taken.range.end);
        Ok(Self {
            range: training,
            ..taken
        })
    }
}

/// A parameter of the process.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Estimate {
    /// The field of a scenario, by its dotted name.
    pub field: &'static str,
    /// Its value, in the field's unit; a year is one of the file's.
    pub value: f64,
    /// Its standard error; absent where it is at its bound or not told.
    pub se: Option<f64>,
}

/// A figure that follows from the parameters.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Derived {
    /// What it is, with its unit.
    pub name: &'static str,
    /// Its value.
    pub value: f64,
    /// Its standard error.
    pub se: Option<f64>,
}

/// The logarithm of a likelihood.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Likelihood {
    /// Under the process.
    pub fitted: f64,
    /// Under a variance that stays.
    pub constant: f64,
}

/// A process fitted to recorded prices.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Fit {
    /// Which process.
    pub model: Model,
    /// Which returns.
    #[serde(skip)]
    pub taken: Taken,
    /// When the first and the last price of them were (microseconds since 1970).
    #[serde(skip)]
    pub dates: (i64, i64),
    /// How many returns it was fitted to, gaps left out.
    pub returns: usize,
    /// Of recorded returns, how many make one of these.
    pub together: usize,
    /// Recorded returns in a year.
    pub per_year: f64,
    /// The parameters.
    pub parameters: Vec<Estimate>,
    /// What follows from them.
    pub derived: Vec<Derived>,
    /// The logarithm of the likelihood (GJR-GARCH).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log_likelihood: Option<Likelihood>,
    /// Whether large returns come together: Box and Pierce's `Q` of distances from the mean, at ten lags.
    pub clusters: Chance,
    /// Whether falls raise the variance more than rises: `g` in standard errors (GJR-GARCH), or the correlation in negative ones
    /// (Heston).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub leverage: Option<Chance>,
    /// What could not be told, each in a line.
    pub notes: Vec<String>,
    /// Volatility of the returns (per square-root year).
    pub volatility: Compared,
    /// Excess kurtosis of the returns.
    pub excess_kurtosis: Compared,
    /// Autocorrelations of their squares at lags of 1 to [`LAGS`].
    pub squares: Vec<Compared>,
    /// The returns themselves.
    #[serde(skip)]
    pub log_returns: Vec<f64>,
}

/// Why nothing was fitted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FitError {
    /// Too few returns.
    #[error("there are {found} returns{} to fit to; allowed: at least {FEWEST}", each(*.together))]
    TooFew {
        /// How many there are.
        found: usize,
        /// Of how many recorded ones each.
        together: usize,
    },
    /// Nothing moves.
    #[error("the prices never move; allowed: prices with some volatility")]
    Constant,
    /// The returns do not tell the parameters.
    #[error("{0}")]
    Untold(String),
    /// Somebody broke off.
    #[error("stopped while fitting; nothing was written")]
    Stopped,
}

/// What is said of returns that are put together.
fn each(together: usize) -> String {
    match together {
        1 => String::new(),
        _ => format!(" of {together} recorded ones each, as long as a trading date,"),
    }
}

/// Fits a process to the returns of `history` that are `taken`. `watch` is told the share that is done, and may break off.
///
/// # Errors
/// One line, where there are too few returns, where they do not tell the parameters, or where `watch` broke off.
pub fn fit(
    history: &History,
    taken: &Taken,
    model: Model,
    watch: Watch<'_>,
) -> Result<Fit, FitError> {
    let (frequency, gaps) = found::frequency(&history.times);
    let recorded = found::returns(history, &gaps, taken.range.clone());
    let together = match model {
        Model::GjrGarch => taken.together.max(1),
        Model::Heston => 1,
    };
    // What is left over is left out at the beginning, which is farthest from the present.
    let over = recorded.len() % together;
    let returns: Vec<f64> = recorded[over..]
        .chunks_exact(together)
        .map(|together| together.iter().sum())
        .collect();
    if returns.len() < FEWEST {
        let found = returns.len();
        return Err(FitError::TooFew { found, together });
    }
    let (_, deviation) = moments(&returns);
    if deviation.is_nan() || deviation < 1e-12 {
        return Err(FitError::Constant);
    }
    let last = history.times.len() - 1;
    let realised = Realised::of(&returns);
    let year = frequency.per_year / together as f64;
    let compared = |realised| Compared {
        realised,
        fitted: None,
    };
    let mut fit = Fit {
        model,
        taken: taken.clone(),
        dates: (
            history.times[taken.range.start.min(last)],
            history.times[taken.range.end.min(last)],
        ),
        returns: returns.len(),
        together,
        per_year: frequency.per_year,
        parameters: Vec::new(),
        derived: Vec::new(),
        log_likelihood: None,
        clusters: clusters(&returns),
        leverage: None,
        notes: Vec::new(),
        volatility: Compared {
            realised: realised.deviation.times(year.sqrt()),
            fitted: None,
        },
        excess_kurtosis: compared(realised.excess_kurtosis),
        squares: realised.squares.into_iter().map(compared).collect(),
        log_returns: returns,
    };
    match model {
        Model::GjrGarch => fit.garch(year, watch)?,
        Model::Heston => fit.heston(year, watch)?,
    }
    Ok(fit)
}

impl Fit {
    fn garch(&mut self, year: f64, watch: Watch<'_>) -> Result<(), FitError> {
        let mut asked = 0.0;
        let mut go_on = || {
            asked += 1.0;
            watch((asked / (asked + USUAL)).min(1.0))
        };
        let mut under = |form: Form| match garch::estimate(&self.log_returns, form, &mut go_on) {
            ControlFlow::Continue(found) => Ok(found),
            ControlFlow::Break(()) => Err(FitError::Stopped),
        };
        let constant = under(Form::Constant)?;
        let mut found = constant.clone();
        if self.clusters.p < RARE {
            found = under(Form::Free)?;
            let [rise, fall] = [found.garch.rise, found.garch.fall];
            let error = found.error([0.0, 0.0, -1.0, 1.0, 0.0]);
            self.leverage = error.map(|error| above((fall - rise) / error));
            self.notes.extend(told::leverage(self.leverage));
            if fall < rise {
                found = under(Form::Symmetric)?;
            }
            self.notes
                .extend(told::persistence(found.garch.persistence()));
        } else {
            self.notes.push(told::no_clusters(self.clusters));
        }
        self.log_likelihood = Some(Likelihood {
            fitted: found.log_likelihood,
            constant: constant.log_likelihood,
        });
        self.take_garch(&found, year);
        Ok(())
    }

    fn take_garch(&mut self, found: &garch::Estimate, year: f64) {
        let garch = &found.garch;
        let volatility = (garch.variance * year).sqrt();
        let of_variance = found.error([0.0, 1.0, 0.0, 0.0, 0.0]);
        let trend = found.error([1.0, 0.0, 0.0, 0.0, 0.0]);
        let estimate = |field, value, se| Estimate { field, value, se };
        self.parameters = vec![
            estimate("market.drift", garch.trend * year, trend.map(|e| e * year)),
            estimate(
                "market.volatility",
                volatility,
                of_variance.map(|e| 0.5 * volatility * e / garch.variance),
            ),
            estimate(
                "market.variance_persistence",
                garch.keep,
                found.error([0.0, 0.0, 0.0, 0.0, 1.0]),
            ),
            estimate(
                "market.variance_reaction",
                garch.rise,
                found.error([0.0, 0.0, 1.0, 0.0, 0.0]),
            ),
            estimate(
                "market.variance_asymmetry",
                garch.fall - garch.rise,
                found.error([0.0, 0.0, -1.0, 1.0, 0.0]),
            ),
        ];
        let persistence = garch.persistence();
        self.derived.push(Derived {
            name: "persistence (a + g/2 + b)",
            value: persistence,
            se: found.error([0.0, 0.0, 0.5, 0.5, 1.0]),
        });
        if persistence > 0.0 {
            self.derived.push(Derived {
                name: "half-life of the variance (steps)",
                value: 0.5_f64.ln() / persistence.ln(),
                se: None,
            });
        }
        self.volatility.fitted = Some(volatility);
        self.excess_kurtosis.fitted = garch.excess_kurtosis();
        for (lag, row) in self.squares.iter_mut().enumerate() {
            row.fitted = garch.autocorrelation(lag + 1);
        }
    }

    fn heston(&mut self, year: f64, watch: Watch<'_>) -> Result<(), FitError> {
        if watch(0.0).is_break() {
            return Err(FitError::Stopped);
        }
        if self.clusters.p >= RARE {
            return Err(FitError::Untold(told::no_heston(self.clusters)));
        }
        let found = heston::estimate(&self.log_returns, &mut |share| watch(share));
        let found = found.map_err(|why| match why {
            Untold::Stopped => FitError::Stopped,
            why => FitError::Untold(told::untold(why, year)),
        })?;
        let of = &found.heston;
        let estimate = |field, value: f64, place: usize| Estimate {
            field,
            value: year * value,
            se: found.errors[place].map(|e| year * e),
        };
        let variance = estimate("market.long_run_variance", of.variance, 1);
        let reversion = estimate("market.mean_reversion", of.reversion, 2);
        self.parameters = vec![
            estimate("market.drift", of.trend, 0),
            Estimate {
                field: "market.initial_variance",
                se: None,
                ..variance
            },
            variance,
            reversion,
            estimate("market.volatility_of_variance", of.volatility, 3),
            Estimate {
                field: "market.correlation",
                value: of.correlation,
                se: found.errors[4],
            },
        ];
        let volatility = variance.value.sqrt();
        let half_life = 2.0_f64.ln() / reversion.value;
        self.derived = vec![
            Derived {
                name: "long-run volatility (per √year)",
                value: volatility,
                se: variance.se.map(|e| 0.5 * e / volatility),
            },
            Derived {
                name: "half-life of the variance (years)",
                value: half_life,
                se: reversion.se.map(|e| half_life * e / reversion.value),
            },
        ];
        self.leverage = found.errors[4].map(|error| above(-of.correlation / error));
        self.notes.extend(told::correlation(self.leverage));
        self.volatility.fitted = Some(volatility);
        self.excess_kurtosis.fitted = Some(of.excess_kurtosis());
        for (lag, row) in self.squares.iter_mut().enumerate() {
            row.fitted = Some(of.autocorrelation(lag + 1));
        }
        Ok(())
    }

    /// The dates of the first and the last price, in words.
    #[must_use]
    pub fn dates_told(&self) -> String {
        let (first, last) = self.dates;
        format!("{} to {}", date_text(first), date_text(last))
    }
}
