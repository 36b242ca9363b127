//! The conditioned policy: a network whose weights are *made from the scenario*, so that it answers at
//! once, without training.
//!
//! A small network, the generator of its objective, is told the scenario in dimensionless numbers
//! ([`context`]) and makes the weights of an ordinary learned policy ([`super::LearnedPolicy`]): everything that works
//! with one works with it. What that sees and says is counted in units of the scenario
//! ([`scales`]), so that currency and shares drop out.

mod context;
pub mod generator;
mod measures;
mod ranges;

pub use context::{CONTEXT, OF_OBJECTIVE, context};
pub use measures::Measures;
pub use ranges::{Outside, RANGES, Range, outside, outside_aside_from_objective, untrained};

use super::features::Features;
use super::learned::WeightsError;
use super::network::{self, narrow};
use super::{Base, Layout, LearnedPolicy, Scales, SoftBandSettings};
use crate::scenario::{
    Activation, BaseChoice, FieldError, Form, Network, Objective, Parameters, Scenario, Variance,
};
use generator::{Shape, generate};
use half::f16;

use std::sync::Arc;

/// Widths of the hidden layers of the network that is made.
const HIDDEN: [usize; 2] = [32, 32];
/// The objectives, each of which has a generator of its own.
pub const OBJECTIVES: [Objective; 4] = [
    Objective::Rsmse,
    Objective::Rmse,
    Objective::Cvar,
    Objective::Entropic,
];
/// Numbers made besides weights: the logarithm of the objective's size over
/// [`Measures::error_size`], and the CVaR's threshold over it. Training alone uses them.
pub const BESIDES: usize = 2;
/// Risk aversion at which the soft band's aim feels no drift.
const FEARFUL: f64 = 1e40;

/// Log-moneyness over `σ√T`, and distances of position and value, beyond which the network sees no
/// difference.
const REACH: f64 = 6.0;
const MOST: f64 = 3.0;
/// Contracts by which its position may differ from the hedge that it corrects.
const SPAN: f64 = 1.5;

/// The scenario as the network that is made for it is shaped: form, layers and activation are the
/// generator's.
///
/// # Errors
/// Never, for a scenario that is valid.
pub fn shaped(scenario: &Scenario) -> Result<Scenario, FieldError> {
    let mut parameters = scenario.clone().into_parameters();
    shape(&mut parameters);
    Scenario::new(parameters)
}

fn shape(parameters: &mut Parameters) {
    let training = &mut parameters.training;
    training.form = Form::Residual;
    training.base = BaseChoice::Auto;
    training.variance = Variance::Hidden;
    training.network = Network::FeedForward;
    training.hidden = HIDDEN.to_vec();
    training.activation = Activation::Relu;
}

/// What the network that is made corrects: Leland's delta at the cost of the whole size, in either
/// half of the world, whatever the scenario says of Leland's hedge.
#[must_use]
pub fn base(measures: &Measures) -> Base {
    let raise = std::f64::consts::FRAC_2_PI.sqrt() * measures.against_step();
    Base::SoftBand(SoftBandSettings {
        risk_aversion: FEARFUL,
        volatility_factor: (1.0 + raise).sqrt(),
    })
}

/// Units of its inputs and output. Without friction position and memories are of no matter and are
/// not seen at all.
#[must_use]
pub fn scales(measures: &Measures) -> Scales {
    let shares = measures.shares;
    let seen = shares / measures.grip();
    Scales {
        center: 0.0,
        reach: REACH,
        most: MOST,
        position: seen,
        value: measures.error_size,
        ask: seen,
        bid: seen,
        output: shares,
        span: SPAN,
        full: measures.strike,
        origin: measures.origin * shares,
    }
}

/// Features of the network that is made for `scenario`, which is [`shaped`].
#[must_use]
pub fn features(scenario: &Scenario, measures: &Measures) -> Features {
    Features::new(scenario, base(measures), scales(measures))
}

/// The context in single precision.
#[must_use]
pub fn told(scenario: &Scenario, measures: &Measures) -> [f32; CONTEXT] {
    context(scenario, measures).map(narrow)
}

/// A generator for each objective, with their weights; cheap to clone.
#[derive(Clone, Debug)]
pub struct Conditioned(Arc<Vec<f32>>);

impl Conditioned {
    /// The shape of every generator: it makes the weights of a network of the usual inputs, and
    /// [`BESIDES`].
    #[must_use]
    pub fn shape() -> Shape {
        let inputs = Layout::of_form(Form::Residual).inputs().len();
        let [first, second] = HIDDEN;
        Shape {
            outputs: network::weight_count(&[inputs, first, second, 1]) + BESIDES,
        }
    }

    /// Where the matrix between the two hidden layers lies among what a generator makes, and its sides.
    #[must_use]
    pub fn hidden_matrix() -> (std::ops::Range<usize>, [usize; 2]) {
        let inputs = Layout::of_form(Form::Residual).inputs().len();
        let [first, second] = HIDDEN;
        let start = (inputs + 1) * first;
        (start..start + first * second, HIDDEN)
    }

    /// Weights of all generators.
    #[must_use]
    pub fn count() -> usize {
        OBJECTIVES.len() * Self::shape().count()
    }

    /// Where the weights of an objective's generator lie among them.
    #[must_use]
    pub fn place(objective: Objective) -> std::ops::Range<usize> {
        let count = Self::shape().count();
        let number = OBJECTIVES.iter().position(|known| *known == objective);
        let start = number.unwrap_or_default() * count;
        start..start + count
    }

    /// From all weights: of each objective's generator, in the order of [`OBJECTIVES`], those in the order of
    /// [`Shape::pieces`]; rounded to half precision, in which files keep them.
    ///
    /// # Errors
    /// When there are too few or too many, or one is not finite in half precision.
    pub fn new(weights: &[f32]) -> Result<Self, WeightsError> {
        if weights.len() != Self::count() {
            return Err(WeightsError::Count {
                found: weights.len(),
                network: format!(
                    "{} × [{CONTEXT}, {1}, {1}, {2}]",
                    OBJECTIVES.len(),
                    generator::UNITS,
                    Self::shape().outputs
                ),
                wanted: Self::count(),
            });
        }
        let rounded = weights.iter().map(|weight| f16::from_f32(*weight).to_f32());
        let rounded: Vec<f32> = rounded.collect();
        match rounded.iter().position(|w| !w.is_finite()) {
            Some(index) => Err(WeightsError::NotFinite { index }),
            None => Ok(Self(Arc::new(rounded))),
        }
    }

    /// All weights.
    #[must_use]
    pub fn weights(&self) -> &[f32] {
        &self.0
    }

    /// The weights of the network for `scenario`, whatever that says of networks.
    #[must_use]
    pub fn weights_for(&self, scenario: &Scenario) -> Vec<f32> {
        self.made(scenario, &Measures::of(scenario))
    }

    fn made(&self, scenario: &Scenario, measures: &Measures) -> Vec<f32> {
        let shape = Self::shape();
        let weights = &self.0[Self::place(scenario.training.objective)];
        let mut made = vec![0.0; shape.outputs];
        generate(shape, weights, &told(scenario, measures), &mut made);
        made.truncate(shape.outputs - BESIDES);
        made
    }

    /// The policy for `scenario`, which may lie outside its ranges: see [`outside`].
    ///
    /// # Errors
    /// When the scenario has no volatility or the like, so that its measures are not finite.
    pub fn policy(&self, scenario: &Scenario) -> Result<LearnedPolicy, WeightsError> {
        let scenario = shaped(scenario).unwrap_or_else(|_| scenario.clone());
        let measures = Measures::of(&scenario);
        let mut made = self.made(&scenario, &measures);
        if scenario.order_book.mid_impact != 0.0 {
            blind_to_the_mid(&mut made);
        }
        LearnedPolicy::with_scales(&scenario, base(&measures), scales(&measures), &made)
    }
}

/// Adds to the weights those of one more input, where the mid is, of which the network makes nothing.
fn blind_to_the_mid(made: &mut Vec<f32>) {
    let [first, _] = HIDDEN;
    let seen = Layout::of_form(Form::Residual).inputs().len() * first;
    made.splice(seen..seen, std::iter::repeat_n(0.0, first));
}
