//! Probes: what a policy would hold in a given state, in every cell.

use crate::contract::{BlackScholes, Contract};
use crate::episode::{Bounds, Observation};
use crate::market::usual_factors;
use crate::order_book::{Memory, OrderBook};
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
    /// Since which date the position has been held, come to in one trade: what the book still remembers of
    /// that trade is in its memory too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Date>,
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

impl Date {
    /// Its number in a scenario.
    fn step(self, scenario: &Scenario) -> usize {
        match self {
            Self::First => 0,
            Self::Last => scenario.steps - 1,
            Self::Number(step) => step,
        }
    }
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
    /// When the scenario has no such date, or none before it since which the position could be held.
    pub fn state(&self, scenario: &Scenario) -> Result<Observation, FieldError> {
        let last = scenario.steps - 1;
        let step = self.date.step(scenario);
        if step > last {
            return Err(FieldError::new("date", step, format!("0 to {last}")));
        }
        let since = self.since.map(|date| date.step(scenario));
        if let Some(since) = since.filter(|since| *since >= step) {
            let allowed = format!("a date before that of the probe, which is {step}");
            return Err(FieldError::new("since", since, allowed));
        }
        let contract = Contract::of(scenario);
        let spot = match self.price {
            Price::Moneyness(times) => times * contract.first().strike,
            Price::Spot(spot) => spot,
        };
        let time = step as f64 * scenario.step_length();
        let remaining = contract.maturity - time;
        let on_its_way = || contract.value(&BlackScholes::of(scenario), spot, remaining);
        let shares = scenario.contract.size();
        let position = self.position * shares;
        let remembered = since.map_or_else(Memory::default, |since| {
            let years = (step - since) as f64 * scenario.step_length();
            OrderBook::of(scenario).remember(Memory::default(), position, years)
        });
        Ok(Observation {
            step,
            time,
            remaining,
            spot,
            position,
            value: self.value.unwrap_or_else(on_its_way),
            memory: Memory {
                ask: self.ask_memory * shares + remembered.ask,
                bid: self.bid_memory * shares + remembered.bid,
                mid: remembered.mid,
            },
            factors: usual_factors(scenario),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::presets;
    use crate::scenario::fields::Field;

    fn held(decay: &str, position: f64, since: Option<Date>) -> Result<Memory, FieldError> {
        let mut year = presets::built_in("paper-year").unwrap().into_parameters();
        for side in ["order_book.ask_decay", "order_book.bid_decay"] {
            let field = Field::find(side).unwrap();
            field.set(&mut year, decay).unwrap();
        }
        let text = "(name: \"late\", date: last, price: moneyness(1.0), ask_memory: 0.1)";
        let probe: Probe = ron::from_str(text).unwrap();
        let probe = Probe {
            position,
            since,
            ..probe
        };
        let seen = probe.state(&Scenario::new(year).unwrap())?;
        Ok(seen.memory)
    }

    #[test]
    fn a_position_held_since_a_date_is_remembered_as_far_as_the_book_remembers() {
        let first = Some(Date::First);
        let memory = |ask, bid| {
            Ok(Memory {
                ask,
                bid,
                ..Memory::default()
            })
        };
        assert_eq!(held("0", 0.5, first), memory(0.6, 0.0));
        assert_eq!(held("0", -0.5, first), memory(0.1, 0.5));
        assert_eq!(held("inf", 0.5, first), memory(0.1, 0.0));
        assert_eq!(held("0", 0.5, None), memory(0.1, 0.0));
        // A half-life of a date, eleven dates ago and one.
        let half = (12.0 * std::f64::consts::LN_2).to_string();
        let left = |since| held(&half, 0.5, Some(since)).unwrap().ask - 0.1;
        assert!((left(Date::First) - 0.5 / 2048.0).abs() < 1e-12);
        assert!((left(Date::Number(10)) - 0.25).abs() < 1e-12);
        let wrong = held("0", 0.5, Some(Date::Last)).unwrap_err().to_string();
        assert!(
            wrong.contains("since is 11; allowed: a date before"),
            "{wrong}"
        );
    }
}
