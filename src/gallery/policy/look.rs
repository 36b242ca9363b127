//! What is looked at: which picture of the policy, and in which state.

use crate::episode::{LedgerLine, Observation};
use crate::market::usual_factors;
use crate::order_book::Memory;
use crate::scenario::Scenario;

/// What the policy view shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub enum PolicyChart {
    /// Position against spot, one curve for each portfolio value.
    #[default]
    Curves,
    /// One curve for each position held.
    ByPosition,
    /// One curve for each memory of the ask side.
    ByAskMemory,
    /// One curve for each memory of the bid side.
    ByBidMemory,
    /// One curve for each of some dates.
    ByDate,
    /// Figures 1 and 2 of the paper: curves by portfolio value, in the paper's state, on its axes.
    PaperFigure,
    /// Position over spot and present position.
    SpotPosition,
    /// The same minus delta's.
    SpotPositionLessDelta,
    /// Position over spot and date.
    SpotTime,
    /// The same minus delta's.
    SpotTimeLessDelta,
}

impl PolicyChart {
    /// Each with its name.
    pub const ALL: [(Self, &'static str); 10] = [
        (Self::Curves, "curves by portfolio value"),
        (Self::ByPosition, "curves by shares held"),
        (Self::ByAskMemory, "curves by ask memory"),
        (Self::ByBidMemory, "curves by bid memory"),
        (Self::ByDate, "curves by time left"),
        (Self::PaperFigure, "the paper's figures 1 and 2"),
        (Self::SpotPosition, "map: spot × position"),
        (
            Self::SpotPositionLessDelta,
            "map: spot × position, minus delta's",
        ),
        (Self::SpotTime, "map: spot × date"),
        (Self::SpotTimeLessDelta, "map: spot × date, minus delta's"),
    ];

    /// The quantity that tells the curves apart; none in a map.
    #[must_use]
    pub fn family(self) -> Option<Quantity> {
        match self {
            Self::Curves | Self::PaperFigure => Some(Quantity::Value),
            Self::ByPosition => Some(Quantity::Position),
            Self::ByAskMemory => Some(Quantity::AskMemory),
            Self::ByBidMemory => Some(Quantity::BidMemory),
            Self::ByDate => Some(Quantity::Date),
            _ => None,
        }
    }

    /// The quantity that the picture itself shows, along its curves or up its axis.
    #[must_use]
    pub fn shows(self) -> Quantity {
        self.family().unwrap_or(if self.over_time() {
            Quantity::Date
        } else {
            Quantity::Position
        })
    }

    /// Whether delta's position is taken off.
    #[must_use]
    pub fn less_delta(self) -> bool {
        matches!(self, Self::SpotPositionLessDelta | Self::SpotTimeLessDelta)
    }

    /// Whether it is a map over spot and date.
    #[must_use]
    pub fn over_time(self) -> bool {
        matches!(self, Self::SpotTime | Self::SpotTimeLessDelta)
    }
}

/// Something that a policy sees besides the price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantity {
    /// Shares held `X`.
    Position,
    /// Portfolio value `V` (currency).
    Value,
    /// Memory of the ask side `A` (shares).
    AskMemory,
    /// Memory of the bid side `B` (shares).
    BidMemory,
    /// Trading date `k`.
    Date,
}

impl Quantity {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Position,
        Self::Value,
        Self::AskMemory,
        Self::BidMemory,
        Self::Date,
    ];

    /// How it is written.
    #[must_use]
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Position => "X",
            Self::Value => "V",
            Self::AskMemory => "A",
            Self::BidMemory => "B",
            Self::Date => "date",
        }
    }

    /// What it is.
    #[must_use]
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Position => "Shares held before the trade",
            Self::Value => "Portfolio value before the trade, if liquidated",
            Self::AskMemory => "Ask memory: shares bought lately and not yet refilled",
            Self::BidMemory => "Bid memory: shares sold lately and not yet refilled",
            Self::Date => "Trading date",
        }
    }
}

/// The state that the policy is looked at in, by [`Quantity`]; what is absent is as on the shown
/// path.
#[derive(Clone, Copy, Debug, PartialEq, Default, serde::Serialize, serde::Deserialize)]
pub struct Probe([Option<f64>; Quantity::ALL.len()]);

impl Probe {
    /// The quantity as chosen.
    #[must_use]
    pub fn of(&self, quantity: Quantity) -> Option<f64> {
        self.0[quantity as usize]
    }

    /// The same with a quantity chosen, or as on the path.
    #[must_use]
    pub fn with(mut self, quantity: Quantity, x: Option<f64>) -> Self {
        self.0[quantity as usize] = x;
        self
    }
}

/// What the hedger sees besides the price.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct State {
    /// Trading date `k`.
    pub step: usize,
    /// Shares held `X_k`.
    pub position: f64,
    /// Portfolio value `V_k` (currency).
    pub value: f64,
    /// Book memory `A_k`, `B_k` (shares).
    pub memory: Memory,
}

impl State {
    /// The state before a trade.
    #[must_use]
    pub fn before(line: &LedgerLine) -> Self {
        Self {
            step: line.step,
            position: line.position_before,
            value: line.value_before,
            memory: line.memory_before,
        }
    }

    /// The state of the paper's figures 1 and 2, for `scenario`: half-way, half of the shares held,
    /// in a full book.
    #[must_use]
    pub fn of_paper(scenario: &Scenario, side: f64) -> Self {
        Self {
            step: scenario.steps / 2,
            position: 0.5 * side * scenario.contract.shares,
            ..Self::default()
        }
    }

    /// A quantity of it.
    #[must_use]
    pub fn get(&self, quantity: Quantity) -> f64 {
        match quantity {
            Quantity::Position => self.position,
            Quantity::Value => self.value,
            Quantity::AskMemory => self.memory.ask,
            Quantity::BidMemory => self.memory.bid,
            Quantity::Date => self.step as f64,
        }
    }

    /// The same with another quantity: a memory below 0 is none, a date is one of the calendar.
    #[must_use]
    pub fn with(mut self, quantity: Quantity, x: f64, scenario: &Scenario) -> Self {
        match quantity {
            Quantity::Position => self.position = x,
            Quantity::Value => self.value = x,
            Quantity::AskMemory => self.memory.ask = x.max(0.0),
            Quantity::BidMemory => self.memory.bid = x.max(0.0),
            Quantity::Date => self.step = date(x, scenario),
        }
        self
    }

    /// The same with what a person chose.
    #[must_use]
    pub fn probed(self, probe: Probe, scenario: &Scenario) -> Self {
        Quantity::ALL.into_iter().fold(self, |state, quantity| {
            probe
                .of(quantity)
                .map_or(state, |x| state.with(quantity, x, scenario))
        })
    }

    /// What a policy sees in this state at a price of 0.
    #[must_use]
    pub fn seen(&self, scenario: &Scenario) -> Observation {
        let step = date(self.step as f64, scenario);
        let time = step as f64 * scenario.step_length();
        Observation {
            step,
            time,
            remaining: scenario.contract.maturity - time,
            spot: 0.0,
            position: self.position,
            value: self.value,
            memory: self.memory,
            factors: usual_factors(scenario),
        }
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
