//! How a network is shaped and trained.

use serde::{Deserialize, Serialize};

/// How a network is shaped and trained.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Training {
    /// What the network sees and what its output means.
    pub form: Form,
    /// Which hedge a residual network corrects.
    pub base: BaseChoice,
    /// Whether the network sees the variance of the path, where its process has one.
    #[serde(skip_serializing_if = "Variance::is_usual")]
    pub variance: Variance,
    /// What the hidden layers are made of.
    pub network: Network,
    /// Width of each hidden layer.
    pub hidden: Vec<usize>,
    /// What stands between fully connected layers.
    pub activation: Activation,
    /// What is made small.
    pub objective: Objective,
    /// Level `q` of the CVaR objective.
    pub cvar_level: f64,
    /// Risk aversion `γ` (per currency) of the entropic objective.
    pub risk_aversion: f64,
    /// Fresh paths in each iteration.
    pub batch: usize,
    /// Number of iterations.
    pub iterations: usize,
    /// First learning rate.
    pub learning_rate: f64,
    /// Last learning rate.
    pub final_learning_rate: f64,
    /// How the learning rate falls from first to last.
    pub schedule: Schedule,
    /// Largest norm of a gradient before it is scaled down; infinite never.
    #[serde(with = "super::rate")]
    pub gradient_clip: f64,
    /// Paths on which the best weights are chosen.
    pub validation_paths: usize,
}

impl Default for Training {
    fn default() -> Self {
        Self {
            form: Form::Residual,
            base: BaseChoice::Auto,
            variance: Variance::Seen,
            network: Network::FeedForward,
            hidden: vec![32, 32],
            activation: Activation::Relu,
            objective: Objective::Rsmse,
            cvar_level: 0.95,
            risk_aversion: 0.01,
            batch: 1024,
            iterations: 4000,
            learning_rate: 7e-3,
            final_learning_rate: 5e-5,
            schedule: Schedule::Cosine,
            gradient_clip: 10.0,
            validation_paths: 20_000,
        }
    }
}

/// Input and output form of the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// Raw features; the output is the position itself.
    Paper,
    /// Normalised features; the output is added to the Black–Scholes delta.
    Residual,
}

/// The hedge that a residual network corrects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BaseChoice {
    /// The better of delta and Leland's.
    Auto,
    /// Black–Scholes delta.
    Delta,
    /// Leland's delta.
    Leland,
    /// The soft band, tuned to the scenario.
    SoftBand,
}

/// Whether a network sees the variance of the path.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Variance {
    /// As an input beside the price, where the process has one.
    #[default]
    Seen,
    /// It sees the price alone.
    Hidden,
}

impl Variance {
    /// Whether a file need not say so.
    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "the signature serde asks for"
    )]
    fn is_usual(&self) -> bool {
        *self == Self::default()
    }
}

/// What the hidden layers of a network are made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Network {
    /// Fully connected: what is held follows from what is seen at this date.
    FeedForward,
    /// Gated recurrent units (K. Cho and others, 2014), which remember their path.
    Gru,
    /// Long short-term memory (S. Hochreiter and J. Schmidhuber, 1997), which remembers its path.
    Lstm,
}

/// Activation between fully connected layers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Activation {
    /// `max(x, 0)`.
    Relu,
    /// `x / (1 + e^(−x))`.
    Silu,
}

/// What training makes small, a function of the hedging errors `e`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Objective {
    /// `sqrt(mean(max(e,0)²))`: only losses hurt.
    Rsmse,
    /// `sqrt(mean(e²))`.
    Rmse,
    /// Mean of the worst `1 − q` of `e`.
    Cvar,
    /// `log(mean(exp(γ e)))/γ`.
    Entropic,
}

/// How the learning rate falls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Schedule {
    /// Half a cosine.
    Cosine,
    /// A straight line.
    Linear,
}
