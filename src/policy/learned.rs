//! The learned hedge: a network of what the hedger sees.

use super::features::Features;
use super::network::{self, Net};
use super::{Base, Layout, Observations, Policy, Scales, Who, identity};
use crate::episode::Observation;
use crate::market::LANES;
use crate::scenario::{Named, Network, Scenario, Strategy};
use crate::units::ContentHash;
use std::fmt;
use std::sync::{Arc, OnceLock};

/// Weights that do not fit the network they are for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WeightsError {
    /// Too few or too many.
    #[error("there are {found} weights; a network {network} has {wanted}")]
    Count {
        /// How many were given.
        found: usize,
        /// Its kind and its widths from input to output.
        network: String,
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

struct Inner {
    scenario: Scenario,
    features: Features,
    weights: Vec<f32>,
    /// Absent where a hedge stands in for it.
    net: Option<Net>,
    /// The hedge that stands in for a network, until there is one.
    stand_in: Option<StandIn>,
    /// Hash of kind and content, once somebody asked for it.
    hash: OnceLock<ContentHash>,
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

/// A trained network with the scenario it was trained for, under a name; cheap to clone.
///
/// It goes on seeing the world as in that scenario (volatility, strike, maturity), whatever market
/// it is put into.
#[derive(Clone, Debug)]
pub struct LearnedPolicy(Arc<Inner>, Who);

impl LearnedPolicy {
    /// A network for `scenario`, whose settings give its shape, in units of the usual hedging
    /// error. `weights` holds its [`network::pieces`] one after the other: of a fully connected one
    /// layer after layer the weight `[in, out]` row by row, then the bias `[out]`.
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
        Self::with_features(scenario, Features::new(scenario, base, scales), weights)
    }

    /// The same of a network that sees what `features` say.
    ///
    /// # Errors
    /// As [`LearnedPolicy::new`].
    pub fn with_features(
        scenario: &Scenario,
        features: Features,
        weights: &[f32],
    ) -> Result<Self, WeightsError> {
        let layout = features.layout();
        let wanted = network::count(&network::pieces(layout, scenario));
        if weights.len() != wanted {
            return Err(WeightsError::Count {
                found: weights.len(),
                network: network::described(layout, scenario),
                wanted,
            });
        }
        if let Some(index) = weights.iter().position(|w| !w.is_finite()) {
            return Err(WeightsError::NotFinite { index });
        }
        Ok(Self::plain(Inner {
            scenario: scenario.clone(),
            features,
            weights: weights.to_vec(),
            net: Some(Net::new(layout, scenario, weights)),
            stand_in: None,
            hash: OnceLock::new(),
        }))
    }

    /// Called by the word of its kind.
    fn plain(inner: Inner) -> Self {
        Self(Arc::new(inner), Strategy::Learned.into())
    }

    /// The same policy under another name.
    #[must_use]
    pub fn called(self, name: &str) -> Self {
        Self(self.0, Who::called(name, Strategy::Learned))
    }

    /// Whether both are one and the same policy, whatever they are called: the same weights, trained
    /// for the same scenario.
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
        Self::plain(Inner {
            scenario: scenario.clone(),
            features: Features::new(scenario, base, scales),
            weights: vec![0.0; network::count(&network::pieces(Layout::of(scenario), scenario))],
            net: None,
            stand_in: Some(StandIn {
                base: stand_in,
                hedge: stand_in.hedge(scenario),
            }),
            hash: OnceLock::new(),
        })
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
}

/// The same policy under the same name.
impl PartialEq for LearnedPolicy {
    fn eq(&self, other: &Self) -> bool {
        self.1 == other.1 && self.is_same(other)
    }
}

/// Weights that take as long to use as delta's formula and the trade that follows.
const WEIGHTS_PER_STEP: u64 = 1024;

impl Policy for LearnedPolicy {
    fn strategy(&self) -> Strategy {
        Strategy::Learned
    }

    fn who(&self) -> Who {
        self.1.clone()
    }

    fn state_size(&self) -> usize {
        let stand_in = self.0.stand_in.as_ref();
        let net = self.0.net.as_ref();
        stand_in.map_or_else(
            || net.map_or(0, Net::state_size),
            |stand_in| stand_in.hedge.state_size(),
        )
    }

    fn hash(&self) -> ContentHash {
        let hash = || identity::hash(self.strategy(), &self.content());
        *self.0.hash.get_or_init(hash)
    }

    fn content(&self) -> String {
        let Inner {
            scenario, weights, ..
        } = &*self.0;
        let settings = &scenario.training;
        // A fully connected network has no line: it was the only kind once, and keeps its hash.
        let kind = match settings.network {
            Network::FeedForward => String::new(),
            kind => format!("network={}\n", kind.name()),
        };
        let bytes: Vec<u8> = weights.iter().flat_map(|w| w.to_le_bytes()).collect();
        format!(
            "base={:?}\nuntrained={}\nscales={:?}\nform={}\n{kind}hidden={:?}\nactivation={}\nweights={}\n{}",
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

    fn target(&self, seen: &Observation, state: &mut [f64]) -> f64 {
        if let Some(stand_in) = &self.0.stand_in {
            return stand_in.hedge.target(seen, state);
        }
        let (inputs, base) = self.0.features.see(seen);
        let net = self.0.net.as_ref();
        let output = net.map_or(0.0, |net| net.output(&inputs, state));
        base + self.0.features.scales().correction(output, seen.spot)
    }

    fn targets(
        &self,
        seen: &Observations<'_>,
        state: &mut [[f64; LANES]],
        targets: &mut [f64; LANES],
    ) {
        if let Some(stand_in) = &self.0.stand_in {
            stand_in.hedge.targets(seen, state, targets);
            return;
        }
        let (values, base) = self.0.features.see_many(seen);
        let net = self.0.net.as_ref();
        let output = net.map_or([0.0; LANES], |net| net.outputs(values, state));
        let scales = self.0.features.scales();
        for (lane, target) in targets.iter_mut().enumerate() {
            *target = base[lane] + scales.correction(f64::from(output[lane]), seen.spot[lane]);
        }
    }

    fn uses_value(&self) -> bool {
        !self.is_untrained()
    }
}

#[cfg(test)]
mod tests;
