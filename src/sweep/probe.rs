//! Probes: what a policy would hold in a given state, in every cell.

use crate::contract::{BlackScholes, Contract};
use crate::episode::{Bounds, Factors, Observation};
use crate::order_book::Memory;
use crate::policy::Policy;
use crate::scenario::Scenario;
use crate::units::FieldError;
use serde::{Deserialize, Serialize};

/// A state in which policies are asked for a position. Numbers of shares are counted in the contract's.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Probe {
    /// What it is called in tables.
    pub name: String,
    /// At which date.
    pub date: Date,
    /// At which price.
    pub price: Price,
    /// Shares held before the trade, over the contract's.
    #[serde(default)]
    pub position: f64,
    /// Shares lately bought and not yet refilled, over the contract's.
    #[serde(default)]
    pub ask_memory: f64,
    /// Shares lately sold and not yet refilled, over the contract's.
    #[serde(default)]
    pub bid_memory: f64,
    /// Portfolio value if liquidated now (currency); absent: what the option is worth after Black and
    /// Scholes, as where the hedge is on its way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<f64>,
}

/// A date of a scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Date {
    /// The sale.
    First,
    /// The last one on which one trades.
    Last,
    /// This one, counted from 0.
    Number(usize),
}

/// A price.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Price {
    /// So many times the strike.
    Moneyness(f64),
    /// This (currency).
    Spot(f64),
}

impl Probe {
    /// Whether its numbers are allowed, whatever the scenario.
    ///
    /// # Errors
    /// Names the first that is not.
    pub fn check(&self) -> Result<(), FieldError> {
        let (field, price) = match self.price {
            Price::Moneyness(x) => ("price.moneyness", x),
            Price::Spot(x) => ("price.spot", x),
        };
        if !(price.is_finite() && price > 0.0) {
            return Err(FieldError::new(field, price, "above 0"));
        }
        for (field, x) in [
            ("ask_memory", self.ask_memory),
            ("bid_memory", self.bid_memory),
        ] {
            if !(x.is_finite() && x >= 0.0) {
                return Err(FieldError::new(field, x, "0 or more"));
            }
        }
        for (field, x) in [
            ("position", self.position),
            ("value", self.value.unwrap_or(0.0)),
        ] {
            if !x.is_finite() {
                return Err(FieldError::new(field, x, "a finite number"));
            }
        }
        Ok(())
    }

    /// The state in a scenario.
    ///
    /// # Errors
    /// When the scenario has no such date.
    pub fn state(&self, scenario: &Scenario) -> Result<Observation, FieldError> {
        let last = scenario.steps - 1;
        let step = match self.date {
            Date::First => 0,
            Date::Last => last,
            Date::Number(step) => step,
        };
        if step > last {
            return Err(FieldError::new("date", step, format!("0 to {last}")));
        }
        let contract = Contract::of(scenario);
        let spot = match self.price {
            Price::Moneyness(times) => times * contract.strike,
            Price::Spot(spot) => spot,
        };
        let time = step as f64 * scenario.step_length();
        let remaining = contract.maturity - time;
        let on_its_way = || {
            let price = BlackScholes::of(scenario).price(contract.kind, spot, remaining);
            contract.sign() * contract.shares * price
        };
        Ok(Observation {
            step,
            time,
            remaining,
            spot,
            position: self.position * contract.shares,
            value: self.value.unwrap_or_else(on_its_way),
            memory: Memory {
                ask: self.ask_memory * contract.shares,
                bid: self.bid_memory * contract.shares,
            },
            factors: Factors::default(),
        })
    }
}

/// What a policy would hold in a state (shares), limits respected; one that remembers its path is asked as
/// at its first date. Absent where it says nothing finite.
#[must_use]
pub fn position(policy: &dyn Policy, scenario: &Scenario, seen: &Observation) -> Option<f64> {
    let mut fresh = vec![0.0; policy.state_size()];
    let target = policy.target(seen, &mut fresh);
    let held = Bounds::of(scenario).nearest(seen.position, target);
    held.is_finite().then_some(held)
}
