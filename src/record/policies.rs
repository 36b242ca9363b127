//! Who hedged, by name, kind and content.

use crate::policy::network::described;
use crate::policy::{Identity, LearnedPolicy, Policy};
use crate::scenario::{Named, Network, Scenario, Strategy};
use crate::training::conditioned::gaps::Expected;
use crate::units::ContentHash;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A policy by name, kind and content.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "Written")]
pub struct PolicyRecord {
    /// What it is called.
    pub name: String,
    /// Which strategy it is of.
    pub kind: Strategy,
    /// Its hash: the same for the same rule with the same parameters and weights.
    pub hash: ContentHash,
    /// Parameters of its own, by name, given or tuned.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub settings: BTreeMap<String, f64>,
    /// Its weights, where it was trained.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weights: Option<WeightsRecord>,
}

/// The same as it may stand in a file: records of before called each by the word of its kind alone.
#[derive(Deserialize)]
struct Written {
    name: String,
    #[serde(default)]
    kind: Option<Strategy>,
    hash: ContentHash,
    #[serde(default)]
    settings: BTreeMap<String, f64>,
    #[serde(default)]
    weights: Option<WeightsRecord>,
}

impl From<Written> for PolicyRecord {
    fn from(written: Written) -> Self {
        let Written {
            name,
            kind,
            hash,
            settings,
            weights,
        } = written;
        let kind = kind.or_else(|| Strategy::from_name(&name));
        Self {
            kind: kind.unwrap_or(Strategy::Learned),
            name,
            hash,
            settings,
            weights,
        }
    }
}

/// Trained weights.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WeightsRecord {
    /// The file, or the preset that brings them.
    pub name: String,
    /// The market they were trained for.
    pub trained_for: ContentHash,
    /// What the network is, where it is no fully connected one: `gru [7, 32, 1]`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network: Option<String>,
    /// Where that market is another than the run's: `field = value there (here value)`.
    pub differs: Vec<String>,
    /// What a conditioned policy, which made them at once, is expected to leave above a training for the
    /// scenario alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<Expected>,
}

impl PolicyRecord {
    /// The policies of a run; `trained` are those among them that were trained, each with the file or the
    /// preset that it came from.
    #[must_use]
    pub fn all<'a>(
        policies: &[Box<dyn Policy>],
        trained: impl Iterator<Item = (&'a LearnedPolicy, &'a str)>,
        scenario: &Scenario,
    ) -> Vec<Self> {
        let trained: Vec<_> = trained.collect();
        let record = |policy: &dyn Policy| {
            let who = policy.who();
            match trained.iter().find(|(learned, _)| learned.who() == who) {
                Some((learned, origin)) => Self::learned(learned, origin, scenario),
                None => Self::of(policy),
            }
        };
        policies
            .iter()
            .map(|policy| record(policy.as_ref()))
            .collect()
    }

    /// A rule that was not trained.
    #[must_use]
    pub fn of(policy: &dyn Policy) -> Self {
        let Identity { who, hash } = policy.identity();
        let settings = policy.settings().into_iter();
        Self {
            name: who.to_string(),
            kind: who.kind,
            hash,
            settings: settings.map(|(name, x)| (name.to_owned(), x)).collect(),
            weights: None,
        }
    }

    /// A trained one, from a file or a preset of this name, in a scenario.
    #[must_use]
    pub fn learned(policy: &LearnedPolicy, name: &str, scenario: &Scenario) -> Self {
        let trained_for = policy.trained_for();
        let differs = scenario.market_differences(trained_for);
        // What another process has no use for differs without another value.
        let told = differs.into_iter().filter_map(|field| {
            let (there, here) = field.told(trained_for, scenario);
            (there != here).then(|| format!("{} = {there} (here {here})", field.path))
        });
        Self {
            weights: Some(WeightsRecord {
                name: name.into(),
                trained_for: trained_for.market_hash(),
                network: (trained_for.training.network != Network::FeedForward)
                    .then(|| described(policy.features().layout(), trained_for)),
                differs: told.collect(),
                expected: None,
            }),
            ..Self::of(policy)
        }
    }
}
