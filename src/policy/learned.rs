//! The learned hedge: a fully connected network of what the hedger sees.

use super::dense::{Dense, Layer, activate, narrow};
use super::features::{Base, Features, Hedger, MOST_INPUTS, PriceFeatures};
use super::{Observations, Policy, Scales};
use crate::episode::Observation;
use crate::market::LANES;
use crate::scenario::{Form, Named, Scenario, Strategy};
use crate::units::ContentHash;
use std::fmt;
use std::sync::Arc;

/// Weights that do not fit the network they are for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WeightsError {
    /// Too few or too many.
    #[error("there are {found} weights; a network of layers {layers:?} has {wanted}")]
    Count {
        /// How many were given.
        found: usize,
        /// Widths from input to output.
        layers: Vec<usize>,
        /// How many there should be.
        wanted: usize,
    },
    /// NaN or infinite.
    #[error("weight number {index} is not a finite number")]
    NotFinite {
        /// Which, from 0.
        index: usize,
    },
}

/// Widths from the inputs to the one output of the network that `scenario` asks for.
#[must_use]
pub fn layer_widths(scenario: &Scenario) -> Vec<usize> {
    let inputs = match scenario.training.form {
        Form::Paper => MOST_INPUTS - 1,
        Form::Residual => MOST_INPUTS,
    };
    let hidden = scenario.training.hidden.iter().copied();
    std::iter::once(inputs).chain(hidden).chain([1]).collect()
}

/// Number of weights and biases of a network with these widths.
#[must_use]
pub fn weight_count(widths: &[usize]) -> usize {
    widths.windows(2).map(|w| (w[0] + 1) * w[1]).sum()
}

struct Inner {
    scenario: Scenario,
    features: Features,
    weights: Vec<f32>,
    layers: Vec<Layer>,
    /// The hedge that stands in for a network, until there is one.
    stand_in: Option<StandIn>,
}

struct StandIn {
    base: Base,
    hedge: Box<dyn Policy>,
}

impl fmt::Debug for Inner {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Inner")
            .field("features", &self.features)
            .field("untrained", &self.stand_in.is_some())
            .finish_non_exhaustive()
    }
}

/// A trained network with the scenario it was trained for; cheap to clone.
///
/// It goes on seeing the world as in that scenario (volatility, strike, maturity), whatever market
/// it is put into.
#[derive(Clone, Debug)]
pub struct LearnedPolicy(Arc<Inner>);

impl LearnedPolicy {
    /// A network for `scenario`, whose settings give its shape, in units of the usual hedging
    /// error. `weights` holds layer after layer: the weight `[in, out]` row by row, then the bias
    /// `[out]`.
    ///
    /// # Errors
    /// When there are too few or too many weights, or one is not finite.
    pub fn new(scenario: &Scenario, base: Base, weights: &[f32]) -> Result<Self, WeightsError> {
        Self::with_scales(scenario, base, Scales::of(scenario, 0.0), weights)
    }

    /// The same in the units that it was trained in.
    ///
    /// # Errors
    /// As [`LearnedPolicy::new`].
    pub fn with_scales(
        scenario: &Scenario,
        base: Base,
        scales: Scales,
        weights: &[f32],
    ) -> Result<Self, WeightsError> {
        let widths = layer_widths(scenario);
        let wanted = weight_count(&widths);
        if weights.len() != wanted {
            return Err(WeightsError::Count {
                found: weights.len(),
                layers: widths,
                wanted,
            });
        }
        if let Some(index) = weights.iter().position(|w| !w.is_finite()) {
            return Err(WeightsError::NotFinite { index });
        }
        let mut rest = weights;
        let mut take = |count: usize| {
            let (taken, left) = rest.split_at(count);
            rest = left;
            taken.to_vec()
        };
        let layers = widths
            .windows(2)
            .map(|w| Layer {
                weight: take(w[0] * w[1]),
                bias: take(w[1]),
            })
            .collect();
        Ok(Self(Arc::new(Inner {
            scenario: scenario.clone(),
            features: Features::new(scenario, base, scales),
            weights: weights.to_vec(),
            layers,
            stand_in: None,
        })))
    }

    /// Whether both are one and the same policy: the same weights, trained for the same scenario.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
            || (self.base() == other.base()
                && self.stand_in() == other.stand_in()
                && self.0.features.scales() == other.0.features.scales()
                && self.0.weights == other.0.weights
                && self.0.scenario == other.0.scenario)
    }

    /// The hedge `stand_in` alone, in place of a network correcting `base` that has not beaten it
    /// yet.
    #[must_use]
    pub fn untrained(scenario: &Scenario, base: Base, stand_in: Base, scales: Scales) -> Self {
        Self(Arc::new(Inner {
            scenario: scenario.clone(),
            features: Features::new(scenario, base, scales),
            weights: vec![0.0; weight_count(&layer_widths(scenario))],
            layers: Vec::new(),
            stand_in: Some(StandIn {
                base: stand_in,
                hedge: stand_in.hedge(scenario),
            }),
        }))
    }

    /// Whether there is no network, but a hedge that stands in for it.
    #[must_use]
    pub fn is_untrained(&self) -> bool {
        self.0.stand_in.is_some()
    }

    /// The hedge that stands in for a network; none where there is one.
    #[must_use]
    pub fn stand_in(&self) -> Option<Base> {
        self.0.stand_in.as_ref().map(|stand_in| stand_in.base)
    }

    /// The scenario it was trained for.
    #[must_use]
    pub fn trained_for(&self) -> &Scenario {
        &self.0.scenario
    }

    /// The hedge that it corrects.
    #[must_use]
    pub fn base(&self) -> Base {
        self.0.features.base()
    }

    /// What it sees.
    #[must_use]
    pub fn features(&self) -> &Features {
        &self.0.features
    }

    /// All weights, as given to [`LearnedPolicy::new`]; zeros without a network.
    #[must_use]
    pub fn weights(&self) -> &[f32] {
        &self.0.weights
    }

    /// The network's output for these inputs, in double precision: the readable form of what
    /// [`Policy::targets`] does in single precision.
    #[must_use]
    pub fn output(&self, inputs: &[f64]) -> f64 {
        if self.is_untrained() {
            return 0.0;
        }
        let activation = self.0.scenario.training.activation;
        let mut values = inputs.to_vec();
        for (number, layer) in self.0.layers.iter().enumerate() {
            let outputs = layer.bias.len();
            let sum = |out: usize| {
                let column = layer.weight.iter().skip(out).step_by(outputs);
                let products = values.iter().zip(column).map(|(x, w)| x * f64::from(*w));
                f64::from(layer.bias[out]) + products.sum::<f64>()
            };
            let sums: Vec<f64> = (0..outputs).map(sum).collect();
            values = if number + 1 == self.0.layers.len() {
                sums
            } else {
                sums.iter().map(|z| activate(activation, *z)).collect()
            };
        }
        values.first().copied().unwrap_or(0.0)
    }

    fn inputs(&self, seen: &Observations<'_>) -> (Vec<[f32; LANES]>, [f64; LANES]) {
        let features = &self.0.features;
        let mut price = PriceFeatures::ZERO;
        features.of_prices(seen.remaining, seen.spot, &mut price);
        let time = features.time(seen.time);
        let mut rows = vec![[0.0; LANES]; features.inputs()];
        for lane in 0..LANES {
            let hedger = Hedger {
                position: seen.position[lane],
                value: seen.value.map_or(0.0, |value| value[lane]),
                ask: seen.ask_memory[lane],
                bid: seen.bid_memory[lane],
            };
            let of_price = [price.moneyness[lane], price.base[lane], price.anchor[lane]];
            let inputs = features.inputs_of(time, of_price, hedger);
            for (row, input) in rows.iter_mut().zip(inputs) {
                row[lane] = narrow(input);
            }
        }
        (rows, price.base)
    }
}

/// Weights that take as long to use as delta's formula and the trade that follows.
const WEIGHTS_PER_STEP: u64 = 1024;

impl Policy for LearnedPolicy {
    fn strategy(&self) -> Strategy {
        Strategy::Learned
    }

    fn content(&self) -> String {
        let Inner {
            scenario, weights, ..
        } = &*self.0;
        let settings = &scenario.training;
        let bytes: Vec<u8> = weights.iter().flat_map(|w| w.to_le_bytes()).collect();
        format!(
            "base={:?}\nuntrained={}\nscales={:?}\nform={}\nhidden={:?}\nactivation={}\nweights={}\n{}",
            self.stand_in().unwrap_or(self.base()),
            self.is_untrained(),
            self.0.features.scales(),
            settings.form.name(),
            settings.hidden,
            settings.activation.name(),
            ContentHash::of(&bytes),
            scenario.market_identity()
        )
    }

    fn work(&self) -> u64 {
        1 + self.0.weights.len() as u64 / WEIGHTS_PER_STEP
    }

    fn target(&self, seen: &Observation) -> f64 {
        if let Some(stand_in) = &self.0.stand_in {
            return stand_in.hedge.target(seen);
        }
        let (inputs, base) = self.0.features.see(seen);
        let output = self.output(&inputs[..self.0.features.inputs()]);
        base + self.0.features.scales().correction(output)
    }

    fn targets(&self, seen: &Observations<'_>, targets: &mut [f64; LANES]) {
        if let Some(stand_in) = &self.0.stand_in {
            stand_in.hedge.targets(seen, targets);
            return;
        }
        let (values, base) = self.inputs(seen);
        let output = pulp::Arch::new().dispatch(Dense {
            layers: &self.0.layers,
            activation: self.0.scenario.training.activation,
            values,
        });
        let scales = self.0.features.scales();
        for (lane, target) in targets.iter_mut().enumerate() {
            *target = base[lane] + scales.correction(f64::from(output[0][lane]));
        }
    }

    fn uses_value(&self) -> bool {
        !self.is_untrained()
    }
}

#[cfg(test)]
mod tests;
