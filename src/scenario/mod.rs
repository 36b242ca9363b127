//! The scenario: market, order book, contract, financing, calendar and strategies, checked.

mod amounts;
pub mod fields;
mod identity;
pub mod legs;
pub mod names;
pub mod parameters;
mod pins;
mod process;
mod returns;
mod sides;
mod variation;

pub use crate::units::FieldError;
use crate::units::plain;
use fields::{FIELDS, Field};
pub use legs::{Leg, MOST_LEGS};
pub use names::Named;
pub use parameters::{
    Activation, BaseChoice, Form, LelandConvention, Network, Objective, OptionKind, Parameters,
    Premium, PriceFile, Process, RecordedDrift, Schedule, SettledBy, Side, Strategy, Variance,
};
pub use parameters::{DateOrder, Held, Recorded};
pub use pins::{Label, MOST_PINS, Pin, PinnedScenario, Tint, is_name as is_pin_name};

pub use returns::{Moments, Returns};
pub use sides::{Mirror, of_ask, other_side};
pub use variation::Variation;

/// Version of the parameters' format that this program reads and writes.
pub const VERSION: u32 = 1;

/// Checked parameters. They can be read (through `Deref`) and not changed: to change one, take a
/// copy of the [`Parameters`], edit it and pass [`Scenario::new`] again.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario(Parameters);

impl std::ops::Deref for Scenario {
    type Target = Parameters;

    fn deref(&self) -> &Parameters {
        &self.0
    }
}

impl Scenario {
    /// Checks every field, then what fields must be to each other. Strikes that are kept relative to the spot become
    /// amounts; volatility and drift of recorded prices are what the range for training has.
    ///
    /// # Errors
    /// The first field, in the order of [`FIELDS`], that holds what it may not hold.
    pub fn new(mut parameters: Parameters) -> Result<Self, FieldError> {
        if parameters.version != VERSION {
            return Err(FieldError::new("version", parameters.version, VERSION));
        }
        parameters.place_strikes();
        FIELDS
            .iter()
            .try_for_each(|field| field.check(&parameters))?;
        parameters.market.settle();
        process::check(&parameters)?;
        legs::settle(&mut parameters)?;
        check_title(&parameters)?;
        check_limits(&parameters)?;
        returns::settle(&mut parameters)?;
        amounts::check(&parameters)?;
        check_shown_path(&parameters)?;
        let scenario = Self(parameters);
        pins::check(&scenario)?;
        Ok(scenario)
    }

    /// A copy with fields changed, given as `(dotted name, value as text)`.
    ///
    /// # Errors
    /// The first unknown field, unreadable value, or combination that is not allowed.
    pub fn with<'a>(
        &self,
        changes: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, FieldError> {
        Self::changed(self.0.clone(), self, changes)
    }

    /// A copy whose paths are made of these prices, with fields changed as in [`Scenario::with`]; by the
    /// bootstrap, where they do not say otherwise.
    ///
    /// # Errors
    /// As [`Scenario::with`], and where the prices do not go with the trading dates.
    pub fn with_prices<'a>(
        &self,
        prices: PriceFile,
        changes: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, FieldError> {
        let mut parameters = self.0.clone();
        if !parameters.market.process.is_recorded() {
            parameters.market.process = Process::Bootstrap;
        }
        parameters.market.recorded.prices = Some(prices);
        Self::changed(parameters, self, changes)
    }

    fn changed<'a>(
        mut parameters: Parameters,
        before: &Self,
        changes: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, FieldError> {
        let mut typed = Vec::new();
        for (path, value) in changes {
            let field = Field::find(path)?;
            field.set(&mut parameters, value)?;
            typed.push((field, value));
        }
        refuse_what_prices_say(&parameters, &typed)?;
        typed
            .iter()
            .try_for_each(|(field, _)| field.expect_use(&parameters))?;
        if parameters.steps != before.steps || parameters.market.spot != before.market.spot {
            // A path drawn for another calendar or another start no longer fits.
            parameters.shown_path = None;
        }
        Self::new(parameters)
    }

    /// The plain record, to edit.
    #[must_use]
    pub fn into_parameters(self) -> Parameters {
        self.0
    }

    /// Length of a step `Δ = T/N` (years).
    #[must_use]
    pub fn step_length(&self) -> f64 {
        self.contract.maturity / self.steps as f64
    }

    /// Fields in which two scenarios differ; not the strike where the other one's follows from its spot, so that the
    /// values of these fields make the other one of this.
    #[must_use]
    pub fn differences(&self, other: &Self) -> Vec<&'static Field> {
        let follows =
            |field: &Field| field.path == "contract.strike" && other.contract.moneyness.is_some();
        let differs = |field: &&Field| !follows(field) && field.get(self) != field.get(other);
        FIELDS.iter().filter(differs).collect()
    }
}

/// Volatility and drift of recorded prices are theirs: who types another is told what to type instead.
fn refuse_what_prices_say(
    parameters: &Parameters,
    typed: &[(&Field, &str)],
) -> Result<(), FieldError> {
    for (field, value) in typed {
        if let Some(allowed) = said_by_prices(parameters, field) {
            return Err(FieldError::new(field.path, value, allowed));
        }
    }
    Ok(())
}

/// What a field may be where recorded prices say what it is; absent where they do not.
#[must_use]
pub fn said_by_prices(parameters: &Parameters, field: &Field) -> Option<&'static str> {
    let market = &parameters.market;
    let drift_is_given = market.recorded.drift == RecordedDrift::Given;
    let allowed = match field.path {
        "market.volatility" => {
            "what the recorded prices have; what the hedger believes is contract.model_volatility"
        }
        "market.drift" if !drift_is_given => {
            "what the recorded prices have; another with market.recorded.drift=given"
        }
        _ => return None,
    };
    market.process.is_recorded().then_some(allowed)
}

fn check_title(parameters: &Parameters) -> Result<(), FieldError> {
    let title = &parameters.title;
    let fine = !title.trim().is_empty() && title.chars().count() <= 100 && !title.contains('\n');
    let allowed = "one line of 1 to 100 characters";
    if fine {
        Ok(())
    } else {
        Err(FieldError::new("title", format!("{title:?}"), allowed))
    }
}

fn check_limits(parameters: &Parameters) -> Result<(), FieldError> {
    let low = parameters.limits.min_position.unwrap_or(f64::NEG_INFINITY);
    let high = parameters.limits.max_position.unwrap_or(f64::INFINITY);
    if low > high {
        let allowed = format!("at most limits.max_position, which is {}", plain(high));
        return Err(FieldError::new("limits.min_position", plain(low), allowed));
    }
    let start = parameters.initial.position;
    if !(low..=high).contains(&start) {
        let allowed = format!(
            "within the position limits, {} to {}",
            plain(low),
            plain(high)
        );
        return Err(FieldError::new("initial.position", plain(start), allowed));
    }
    Ok(())
}

fn check_shown_path(parameters: &Parameters) -> Result<(), FieldError> {
    let Some(path) = &parameters.shown_path else {
        return Ok(());
    };
    let wanted = parameters.steps + 1;
    if path.len() != wanted {
        let value = format!("{} prices", path.len());
        let allowed = format!("{wanted} prices: the spot and one for each step");
        return Err(FieldError::new("shown_path", value, allowed));
    }
    if path[0] != parameters.market.spot {
        let allowed = format!("the spot, {}", plain(parameters.market.spot));
        return Err(FieldError::new("shown_path[0]", plain(path[0]), allowed));
    }
    match path
        .iter()
        .position(|price| !(price.is_finite() && *price > 0.0))
    {
        None => Ok(()),
        Some(i) => {
            let field = format!("shown_path[{i}]");
            Err(FieldError::new(field, plain(path[i]), "a price above 0"))
        }
    }
}
