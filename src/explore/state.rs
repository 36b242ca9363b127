//! The state that a policy is looked at in.

use super::Dimension;
use crate::contract::opening_cash;
use crate::episode::LedgerLine;
use crate::order_book::{Memory, OrderBook};
use crate::policy::Delta;
use crate::scenario::Scenario;

/// What the hedger sees, with the profit so far in the place of the portfolio value: a price that moves
/// changes what is owed, and the value with it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct State {
    /// Trading date `k`.
    pub step: usize,
    /// `S_k` (currency).
    pub spot: f64,
    /// Shares held `X_k`.
    pub position: f64,
    /// Profit so far (currency): the portfolio value `V_k` less the Black–Scholes value of what is owed.
    pub gain: f64,
    /// Book memory `A_k`, `B_k` (shares).
    pub memory: Memory,
}

impl State {
    /// The state before a trade of a path of `scenario`.
    #[must_use]
    pub fn before(scenario: &Scenario, line: &LedgerLine) -> Self {
        let remaining = scenario.contract.maturity - line.time;
        Self {
            step: line.step,
            spot: line.spot,
            position: line.position_before,
            gain: line.value_before - Delta::of(scenario).owed(line.spot, remaining),
            memory: line.memory_before,
        }
    }

    /// The state when the option is sold.
    #[must_use]
    pub fn at_sale(scenario: &Scenario) -> Self {
        let (initial, spot) = (&scenario.initial, scenario.market.spot);
        let memory = Memory {
            ask: initial.ask_memory,
            bid: initial.bid_memory,
            ..Memory::default()
        };
        let held = OrderBook::of(scenario).cash_from(spot, initial.position, memory);
        let owed = Delta::of(scenario).owed(spot, scenario.contract.maturity);
        Self {
            step: 0,
            spot,
            position: initial.position,
            gain: opening_cash(scenario) + held - owed,
            memory,
        }
    }

    /// A number of it; absent where the dimension is the scenario's.
    #[must_use]
    pub fn get(&self, dimension: Dimension) -> Option<f64> {
        match dimension {
            Dimension::Spot => Some(self.spot),
            Dimension::Date => Some(self.step as f64),
            Dimension::Position => Some(self.position),
            Dimension::Gain => Some(self.gain),
            Dimension::AskMemory => Some(self.memory.ask),
            Dimension::BidMemory => Some(self.memory.bid),
            _ => None,
        }
    }

    /// The same with another number: a memory below 0 is none, a date is one of the calendar. What is the
    /// scenario's changes nothing.
    #[must_use]
    pub fn with(mut self, dimension: Dimension, x: f64, scenario: &Scenario) -> Self {
        match dimension {
            Dimension::Spot => self.spot = x,
            Dimension::Date => self.step = date(x, scenario),
            Dimension::Position => self.position = x,
            Dimension::Gain => self.gain = x,
            Dimension::AskMemory => self.memory.ask = x.max(0.0),
            Dimension::BidMemory => self.memory.bid = x.max(0.0),
            _ => {}
        }
        self
    }

    /// The same with what a person chose.
    #[must_use]
    pub fn chosen(self, chosen: &Chosen, scenario: &Scenario) -> Self {
        let all = Dimension::OF_STATE.into_iter();
        all.fold(self, |state, dimension| {
            let x = chosen.of(dimension);
            x.map_or(state, |x| state.with(dimension, x, scenario))
        })
    }
}

/// What a person chose of a state; what is absent is as on the path.
#[derive(Clone, Copy, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Chosen([Option<f64>; Dimension::OF_STATE.len()]);

impl Chosen {
    /// A number as chosen.
    #[must_use]
    pub fn of(&self, dimension: Dimension) -> Option<f64> {
        self.0.get(dimension as usize).copied().flatten()
    }

    /// The same with a number chosen, or as on the path.
    #[must_use]
    pub fn with(mut self, dimension: Dimension, x: Option<f64>) -> Self {
        if let Some(place) = self.0.get_mut(dimension as usize) {
            *place = x;
        }
        self
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a trading date of the calendar"
)]
fn date(x: f64, scenario: &Scenario) -> usize {
    x.round()
        .clamp(0.0, scenario.steps.saturating_sub(1) as f64) as usize
}
