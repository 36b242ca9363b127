//! What a map may be drawn over: the state that the hedger sees, and the scenario that the policy is for.

use super::State;
use crate::policy::Delta;
use crate::policy::conditioned::{Measures, outside};
use crate::scenario::fields::Field;
use crate::scenario::{Named, Objective, Scenario, Variation};
use crate::units::FieldError;
use std::f64::consts::LN_2;

/// Least share of an axis that is known, for it to end there.
const LEAST: f64 = 0.01;

/// Something that can be an axis. Those of the scenario have the names of its fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[expect(
    missing_docs,
    reason = "their meaning stands in `meaning` and in the fields"
)]
pub enum Dimension {
    Spot,
    Date,
    Position,
    Gain,
    AskMemory,
    BidMemory,
    AskExponent,
    BidExponent,
    AskHalfLife,
    BidHalfLife,
    Depth,
    Drift,
    Volatility,
    Strike,
    Maturity,
    Dates,
    Shares,
    LendRate,
    BorrowRate,
    CvarLevel,
    RiskAversion,
}

impl Named for Dimension {
    const ALL: &'static [(&'static str, Self)] = &[
        ("spot", Self::Spot),
        ("date", Self::Date),
        ("position", Self::Position),
        ("gain", Self::Gain),
        ("ask_memory", Self::AskMemory),
        ("bid_memory", Self::BidMemory),
        ("order_book.ask_exponent", Self::AskExponent),
        ("order_book.bid_exponent", Self::BidExponent),
        ("order_book.ask_decay", Self::AskHalfLife),
        ("order_book.bid_decay", Self::BidHalfLife),
        ("order_book.depth", Self::Depth),
        ("market.drift", Self::Drift),
        ("market.volatility", Self::Volatility),
        ("contract.strike", Self::Strike),
        ("contract.maturity", Self::Maturity),
        ("steps", Self::Dates),
        ("contract.shares", Self::Shares),
        ("financing.lend_rate", Self::LendRate),
        ("financing.borrow_rate", Self::BorrowRate),
        ("training.cvar_level", Self::CvarLevel),
        ("training.risk_aversion", Self::RiskAversion),
    ];
}

impl Dimension {
    /// Those of the state, in the order of their declaration.
    pub const OF_STATE: [Self; 6] = [
        Self::Spot,
        Self::Date,
        Self::Position,
        Self::Gain,
        Self::AskMemory,
        Self::BidMemory,
    ];

    /// Whether it is of the state that the hedger sees, and not of the scenario.
    #[must_use]
    pub fn is_of_state(self) -> bool {
        Self::OF_STATE.contains(&self)
    }

    /// The scenario's field.
    #[must_use]
    pub fn field(self) -> Option<&'static Field> {
        Field::find(self.name()).ok()
    }

    /// What it is called.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Spot => "spot",
            Self::Date => "date",
            Self::Position => "shares held before",
            Self::Gain => "profit so far",
            Self::AskMemory => "ask memory",
            Self::BidMemory => "bid memory",
            Self::AskHalfLife => "ask half-life",
            Self::BidHalfLife => "bid half-life",
            _ => self.field().map_or("", |field| field.label),
        }
    }

    /// Its unit; empty where there is none.
    #[must_use]
    pub fn unit(self) -> &'static str {
        match self {
            Self::Spot | Self::Gain => "currency",
            Self::Date | Self::AskHalfLife | Self::BidHalfLife => "steps",
            Self::Position | Self::AskMemory | Self::BidMemory => "shares",
            _ => self.field().map_or("", |field| field.unit),
        }
    }

    /// What it means.
    #[must_use]
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Spot => "Price when the hedger decides",
            Self::Date => "Trading date",
            Self::Position => "Shares held before the trade",
            Self::Gain => {
                "Portfolio value, if liquidated, less the Black–Scholes value of the option"
            }
            Self::AskMemory => "Shares bought lately and not yet refilled",
            Self::BidMemory => "Shares sold lately and not yet refilled",
            Self::AskHalfLife => "Half-life of what was bought, in steps of the scenario on screen",
            Self::BidHalfLife => "Half-life of what was sold, in steps of the scenario on screen",
            _ => self.field().map_or("", |field| field.meaning),
        }
    }

    /// Whether each octave of its axis is as long as the next.
    #[must_use]
    pub fn is_logarithmic(self) -> bool {
        matches!(
            self,
            Self::AskHalfLife
                | Self::BidHalfLife
                | Self::Depth
                | Self::Maturity
                | Self::Shares
                | Self::RiskAversion
        )
    }

    /// Whether it counts.
    #[must_use]
    pub fn is_whole(self) -> bool {
        matches!(self, Self::Date | Self::Dates)
    }

    /// Whether it makes a difference in `scenario`.
    #[must_use]
    pub fn applies(self, scenario: &Scenario) -> bool {
        let objective = scenario.training.objective;
        match self {
            Self::CvarLevel => objective == Objective::Cvar,
            Self::RiskAversion => objective == Objective::Entropic,
            _ => self.field().is_none_or(|field| field.applies(scenario)),
        }
    }

    /// What it is in a scenario and a state.
    #[must_use]
    pub fn present(self, scenario: &Scenario, state: &State) -> f64 {
        let held = || {
            let variation = Variation::named(self.name(), false).ok()?;
            Some(self.turned(variation.present(scenario)?, scenario.step_length()))
        };
        state.get(self).or_else(held).unwrap_or(f64::NAN)
    }

    /// From what the field holds to what the axis tells, or back: decays are told as half-lives.
    fn turned(self, x: f64, step_length: f64) -> f64 {
        match self {
            Self::AskHalfLife | Self::BidHalfLife => LN_2 / (x * step_length),
            _ => x,
        }
    }

    /// What the scenario's field holds where the axis of `scenario` says `x`.
    #[must_use]
    pub fn held(self, x: f64, scenario: &Scenario) -> f64 {
        self.turned(x, scenario.step_length())
    }

    /// Where an axis begins and ends: as far as one looks, and no farther than the conditioned policy was
    /// trained, if that knows the present scenario and more than it alone; `both_sides` moves the book's other side alike.
    #[must_use]
    pub fn ends(self, scenario: &Scenario, state: &State, both_sides: bool) -> [f64; 2] {
        let now = self.present(scenario, state);
        let [low, high] = self.widest(scenario);
        let seen = |x: f64| x.is_finite() && (x > 0.0 || !self.is_logarithmic());
        let ends = if seen(now) {
            [low.min(now), high.max(now)]
        } else {
            [low, high]
        };
        let Some(mover) = Mover::new(self, scenario, both_sides) else {
            return ends;
        };
        if !seen(now) || !outside(scenario).is_empty() {
            return ends;
        }
        let known = ends.map(|end| mover.as_far_as_known(scenario, now, end));
        // Where there is next to nothing to see, what lies beyond is shown instead.
        if known[1] - known[0] > LEAST * (ends[1] - ends[0]) {
            known
        } else {
            ends
        }
    }

    fn widest(self, scenario: &Scenario) -> [f64; 2] {
        let measures = Measures::of(scenario);
        let (shares, width) = (scenario.contract.shares, measures.width);
        let spot = scenario.market.spot;
        match self {
            Self::Spot => {
                let reach = (1.6 * width).clamp(1e-4, 3.0).exp();
                [spot / reach, spot * reach]
            }
            Self::Date => [0.0, scenario.steps.saturating_sub(1) as f64],
            Self::Position => {
                let held = Delta::of(scenario).position(spot, scenario.contract.maturity);
                if held < 0.0 {
                    [-1.5 * shares, 0.5 * shares]
                } else {
                    [-0.5 * shares, 1.5 * shares]
                }
            }
            Self::Gain => [-1.5 * measures.error_size, 1.5 * measures.error_size],
            Self::AskMemory | Self::BidMemory => [0.0, 4.0 * shares],
            // From no friction on, as steep as the price moves.
            Self::AskExponent => [1.0, 1.0 + 0.2 * width],
            Self::BidExponent => [1.0 - (0.2 * width).min(0.5), 1.0],
            Self::AskHalfLife | Self::BidHalfLife => [0.1, 100.0],
            Self::Depth => [0.1 * shares, 100.0 * shares],
            Self::Drift => [-0.5, 0.5],
            Self::Volatility => [0.05, 0.6],
            Self::Strike => [spot / 1.6, spot * 1.6],
            Self::Maturity => [1.0 / 260.0, 2.0],
            Self::Dates => [4.0, 64.0],
            Self::Shares => {
                let depth = scenario.order_book.depth;
                [0.01 * depth, 10.0 * depth]
            }
            Self::LendRate | Self::BorrowRate => [0.0, 0.2],
            Self::CvarLevel => [0.8, 0.99],
            Self::RiskAversion => [0.5, 5.0].map(|x| x / measures.error_size),
        }
    }
}

/// Moves a scenario along a dimension.
pub(super) struct Mover {
    dimension: Dimension,
    variation: Variation,
    /// Length of the steps in which half-lives are told (years).
    step_length: f64,
}

impl Mover {
    /// Nothing where the dimension is the state's.
    pub fn new(dimension: Dimension, scenario: &Scenario, both_sides: bool) -> Option<Self> {
        Some(Self {
            dimension,
            variation: Variation::named(dimension.name(), both_sides).ok()?,
            step_length: scenario.step_length(),
        })
    }

    /// The field's value where the axis says `x`.
    pub fn held(&self, x: f64) -> f64 {
        self.dimension.turned(x, self.step_length)
    }

    /// The scenario at a place of the axis.
    pub fn at(&self, scenario: &Scenario, x: f64) -> Result<Scenario, FieldError> {
        self.variation.at(scenario, self.held(x))
    }

    /// The farthest place on the way from `now`, which is known, to `end` that the conditioned policy knows.
    fn as_far_as_known(&self, scenario: &Scenario, now: f64, end: f64) -> f64 {
        let known = |x: f64| {
            let there = self.at(scenario, x);
            there.is_ok_and(|there| outside(&there).is_empty())
        };
        if known(end) {
            return end;
        }
        let (mut known_to, mut beyond) = (now, end);
        for _ in 0..20 {
            let middle = f64::midpoint(known_to, beyond);
            if known(middle) {
                known_to = middle;
            } else {
                beyond = middle;
            }
        }
        known_to
    }
}

/// An axis, cut into cells.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// What it measures.
    pub dimension: Dimension,
    /// The middles of its cells.
    pub values: Vec<f64>,
    /// Their edges, one more.
    pub edges: Vec<f64>,
}

impl Axis {
    /// About `count` cells between two ends: whole numbers where it counts.
    pub(super) fn new(dimension: Dimension, [low, high]: [f64; 2], count: usize) -> Self {
        let count = count.max(1);
        if dimension.is_whole() {
            return Self::whole(dimension, [low, high], count);
        }
        let place = |share: f64| {
            if dimension.is_logarithmic() {
                low * (high / low).powf(share)
            } else {
                (high - low).mul_add(share, low)
            }
        };
        let cells = count as f64;
        Self {
            dimension,
            values: (0..count)
                .map(|i| place((i as f64 + 0.5) / cells))
                .collect(),
            edges: (0..=count).map(|i| place(i as f64 / cells)).collect(),
        }
    }

    fn whole(dimension: Dimension, [low, high]: [f64; 2], most: usize) -> Self {
        let (low, high) = (low.ceil(), high.floor());
        let stride = ((high - low + 1.0) / most as f64).ceil().max(1.0);
        let all = (0..most).map(|i| stride.mul_add(i as f64, low));
        let values: Vec<f64> = all.take_while(|x| *x <= high).collect();
        let edges = values.iter().map(|x| x - 0.5 * stride);
        let last = values.last().map(|x| x + 0.5 * stride);
        Self {
            dimension,
            edges: edges.chain(last).collect(),
            values,
        }
    }

    /// Its ends.
    #[must_use]
    pub fn ends(&self) -> [f64; 2] {
        let end = |edge: Option<&f64>| edge.copied().unwrap_or(f64::NAN);
        [end(self.edges.first()), end(self.edges.last())]
    }

    /// The cell that holds `x`.
    #[must_use]
    pub fn cell(&self, x: f64) -> Option<usize> {
        let [low, high] = self.ends();
        let inside = (low..=high).contains(&x);
        let after = self.edges.partition_point(|edge| *edge <= x);
        inside.then(|| after.clamp(1, self.values.len().max(1)) - 1)
    }
}
