//! The plain record behind a scenario: what a preset file holds, field by field, not yet checked.

mod market;
mod rate;
mod recorded;
mod training;

use super::legs::Leg;
use super::pins::Pin;
use crate::units::is_default;
pub use market::{Market, Process};
pub use recorded::{DateOrder, Held, PriceFile, Recorded, RecordedDrift};
use serde::{Deserialize, Serialize};
pub use training::{
    Activation, BaseChoice, Form, Network, Objective, Schedule, Training, Variance,
};

/// Everything that defines an experiment, as plain data.
///
/// A [`super::Scenario`] is the checked form; nothing computes from unchecked parameters.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameters {
    /// Version of the format, [`super::VERSION`].
    pub version: u32,
    /// One line for a list of presets.
    pub title: String,
    /// A few sentences: what it is and what to look for.
    #[serde(default)]
    pub description: String,
    /// The unaffected price.
    pub market: Market,
    /// What trading costs and how the book refills.
    pub order_book: Book,
    /// The option that was sold or bought.
    pub contract: Contract,
    /// Number of trading dates `N` before maturity.
    pub steps: usize,
    /// What cash earns and costs.
    pub financing: Financing,
    /// Where the hedger starts.
    #[serde(default)]
    pub initial: Initial,
    /// What the hedger may do.
    #[serde(default)]
    pub limits: Limits,
    /// Who hedges.
    pub strategies: Strategies,
    /// How a network learns.
    #[serde(default)]
    pub training: Training,
    /// Seed of all random numbers.
    pub seed: u64,
    /// A price path to show instead of a simulated one: `steps + 1` prices from the spot on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shown_path: Option<Vec<f64>>,
    /// Other scenarios to lay beside this one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pins: Vec<Pin>,
}

impl Parameters {
    /// Volatility of the hedger's Black–Scholes model (per square-root year).
    #[must_use]
    pub fn model_volatility(&self) -> f64 {
        let believed = self.contract.model_volatility;
        believed.unwrap_or_else(|| self.market.long_run_volatility())
    }
}

/// The order book's cost of size and its memory.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Book {
    /// `α ≥ 1`: convexity of the cost of buying; 1 is frictionless.
    pub ask_exponent: f64,
    /// `0 < β ≤ 1`: concavity of the proceeds of selling; 1 is frictionless.
    pub bid_exponent: f64,
    /// `s_a ≥ 0`: the full book's best ask is `1 + s_a` times the mid; absent, as the exponent says: `α − 1`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ask_half_spread: Option<f64>,
    /// `0 ≤ s_b ≤ 0.99`: the full book's best bid is `1 − s_b` times the mid; absent, as the exponent says: `1 − β`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bid_half_spread: Option<f64>,
    /// `λ_a ≥ 0` (per year): how fast the ask side refills; infinity forgets at once.
    #[serde(with = "rate")]
    pub ask_decay: f64,
    /// `λ_b ≥ 0` (per year): how fast the bid side refills; infinity forgets at once.
    #[serde(with = "rate")]
    pub bid_decay: f64,
    /// `D > 0` (shares): the scale of size; 1 in the paper.
    pub depth: f64,
    /// `η ≥ 0` (a share, relative to the mid): by how much a trade displaces the mid; 0, as in the paper: not at all.
    #[serde(default, skip_serializing_if = "is_default")]
    pub mid_impact: f64,
    /// `0 ≤ p ≤ 1`: the share of that which stays for good.
    #[serde(default, skip_serializing_if = "is_default")]
    pub mid_permanent: f64,
    /// `ρ ≥ 0` (per year): how fast the rest comes back; infinity at once.
    #[serde(default, with = "rate", skip_serializing_if = "is_default")]
    pub mid_decay: f64,
}

/// The option.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contract {
    /// Call or put.
    pub kind: OptionKind,
    /// Whether the hedger sold or bought it.
    pub position: Side,
    /// Strike `K` (currency a share).
    pub strike: f64,
    /// Strike over the spot at the sale, where it is kept so; absent: the strike is an amount, whatever the spot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moneyness: Option<f64>,
    /// Time to maturity `T` (years).
    pub maturity: f64,
    /// Shares `n` delivered at exercise.
    pub shares: f64,
    /// Every option of a portfolio, the first as in the fields above; empty where they are the only one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub legs: Vec<Leg>,
    /// What changes hands at maturity.
    #[serde(default, skip_serializing_if = "SettledBy::is_delivery")]
    pub settlement: SettledBy,
    /// What was received (short) or paid (long) for it.
    pub premium: Premium,
    /// Volatility that the hedger believes in (per square-root year): what premium, deltas, bands and
    /// a network's base are computed with; absent: the market's own in the long run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model_volatility: Option<f64>,
}

/// Right to buy or to sell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OptionKind {
    /// The holder may buy the shares at the strike.
    Call,
    /// The holder may sell the shares at the strike.
    Put,
}

/// The hedger's side of the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The hedger sold the option.
    Short,
    /// The hedger holds the option.
    Long,
}

impl Side {
    /// The side of whoever stands against it.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Short => Self::Long,
            Self::Long => Self::Short,
        }
    }
}

/// What changes hands at maturity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SettledBy {
    /// Shares against the strike, where the holder exercises.
    #[default]
    Delivery,
    /// The payoff at the mid price, in cash.
    Cash,
}

impl SettledBy {
    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "the signature serde asks for"
    )]
    fn is_delivery(&self) -> bool {
        *self == Self::Delivery
    }
}

/// The price of the option at the sale.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Premium {
    /// The Black–Scholes price at the model volatility and the scenario's rates.
    BlackScholes,
    /// A given amount for the whole contract (currency).
    Fixed(f64),
}

/// Interest on the hedger's cash, compounded at each step: `(1 + r)^Δ`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Financing {
    /// What a positive balance earns (per year).
    pub lend_rate: f64,
    /// What a negative balance costs (per year).
    pub borrow_rate: f64,
}

/// The hedger's state before the first trade.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Initial {
    /// `X_0` (shares).
    pub position: f64,
    /// `A_0` (shares).
    pub ask_memory: f64,
    /// `B_0` (shares).
    pub bid_memory: f64,
}

/// Bounds that every strategy respects; absent means none.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Smallest position (shares).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_position: Option<f64>,
    /// Largest position (shares).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_position: Option<f64>,
    /// Largest single trade (shares, either way).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_trade: Option<f64>,
}

/// Who hedges, and the parameters of those who need one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Strategies {
    /// Compared with each other, in this order.
    pub selected: Vec<Strategy>,
    /// How Leland's volatility is raised.
    #[serde(default)]
    pub leland_convention: LelandConvention,
    /// Bid-side memory `b` (shares) at which Leland's proportional cost is taken;
    /// absent: `0.5·n·e^(−λ_b Δ)`, as in the published tables.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leland_memory: Option<f64>,
    /// Risk aversion (per currency) of the Whalley–Wilmott band; absent: tuned to the scenario.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub band_risk_aversion: Option<f64>,
    /// Risk aversion (per currency) of the soft band; absent: tuned to the scenario.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub soft_band_risk_aversion: Option<f64>,
    /// Volatility of the soft band's delta over the scenario's; absent: tuned to the scenario.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub soft_band_volatility_factor: Option<f64>,
}

/// How Leland's volatility takes the cost of trading.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LelandConvention {
    /// As in the published tables: the cost of one way, and raised for sold and bought options alike.
    #[default]
    Paper,
    /// As in Leland (1985): the cost of the round trip, raised for a sold option and lowered for a
    /// bought one.
    #[serde(rename = "leland_1985")]
    Leland1985,
}

/// A strategy by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Strategy {
    /// Holds nothing.
    None,
    /// Black–Scholes delta at every date.
    Delta,
    /// Black–Scholes delta at the instantaneous volatility of the price.
    InstantDelta,
    /// Under Heston's process, what leaves the least variance.
    MinimumVariance,
    /// Leland's delta at a volatility raised for costs.
    Leland,
    /// Whalley–Wilmott no-transaction band around delta.
    Band,
    /// Part of the way to an aim, where that is worth the cost of crossing.
    SoftBand,
    /// Delta once, then hold.
    Static,
    /// A trained network.
    Learned,
}

impl Strategy {
    /// Whether it is a hedge of its own under a price process, and not another by another name.
    #[must_use]
    pub fn means_something_under(self, process: Process) -> bool {
        match self {
            Self::InstantDelta => process.has_variance(),
            Self::MinimumVariance => process == Process::Heston,
            _ => true,
        }
    }
}
