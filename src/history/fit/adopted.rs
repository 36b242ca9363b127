//! A fitted process handed to a scenario.

use super::{Estimate, Fit};
use crate::scenario::fields::Field;
use crate::scenario::{FieldError, Scenario};
use crate::units::plain;

/// By what share a trading date may be longer or shorter than the returns that the fit took together.
const TOLERANCE: f64 = 0.2;

/// How a parameter goes with time: its power of 1 over a length of time.
fn power(field: &str) -> f64 {
    match field {
        "market.drift"
        | "market.initial_variance"
        | "market.long_run_variance"
        | "market.mean_reversion"
        | "market.volatility_of_variance" => 1.0,
        "market.volatility" => 0.5,
        _ => 0.0,
    }
}

impl Fit {
    /// The scenario with the fitted process as its market. Spot, option, book and dates stay; a trading date has as many recorded
    /// returns as were taken together, whatever length of time it has, as under [`crate::history::adopt()`].
    ///
    /// # Errors
    /// Where a trading date has another number of returns, or where a parameter is not allowed.
    pub fn adopted(&self, scenario: &Scenario) -> Result<Scenario, FieldError> {
        let together = self.taken.together as f64;
        let faster = together / (scenario.step_length() * self.per_year);
        if (faster - 1.0).abs() > TOLERANCE {
            let years = scenario.contract.maturity;
            let fits = (years * self.per_year / together).round().max(1.0);
            let allowed = format!(
                "trading dates of {} recorded return{}, to which it was fitted: such as steps={fits}",
                self.taken.together,
                crate::quantity::write::plural(self.taken.together as u64)
            );
            return Err(FieldError::new("steps", scenario.steps, allowed));
        }
        let mut parameters = scenario.clone().into_parameters();
        parameters.market.process = self.model.process();
        for Estimate { field, value, .. } in &self.parameters {
            let value = value * faster.powf(power(field));
            Field::find(field)?.set(&mut parameters, &plain(value))?;
        }
        parameters.market.recorded.prices = None;
        Scenario::new(parameters)
    }
}
