//! Who hedged, by name and by content.

use crate::policy::{LearnedPolicy, Policy};
use crate::scenario::{Named, Scenario};
use crate::units::ContentHash;
use serde::{Deserialize, Serialize};

/// A policy by name and content.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PolicyRecord {
    /// What it is called.
    pub name: String,
    /// Its hash: the same for the same rule with the same parameters and weights.
    pub hash: ContentHash,
    /// Its weights, where it was trained.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weights: Option<WeightsRecord>,
}

/// Trained weights.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WeightsRecord {
    /// The file, or the preset that brings them.
    pub name: String,
    /// The market they were trained for.
    pub trained_for: ContentHash,
    /// Where that market is another than the run's: `field = value there (here value)`.
    pub differs: Vec<String>,
}

impl PolicyRecord {
    /// A rule that was not trained.
    #[must_use]
    pub fn of(policy: &dyn Policy) -> Self {
        Self {
            name: policy.strategy().name().into(),
            hash: policy_hash(policy),
            weights: None,
        }
    }

    /// A trained one, from a file or a preset of this name, in a scenario.
    #[must_use]
    pub fn learned(policy: &LearnedPolicy, name: &str, scenario: &Scenario) -> Self {
        let trained_for = policy.trained_for();
        let differs = scenario.market_differences(trained_for);
        let told = differs.into_iter().map(|field| {
            let (there, here) = (field.get(trained_for), field.get(scenario));
            format!("{} = {there} (here {here})", field.path)
        });
        Self {
            weights: Some(WeightsRecord {
                name: name.into(),
                trained_for: trained_for.market_hash(),
                differs: told.collect(),
            }),
            ..Self::of(policy)
        }
    }
}

/// The hash of a policy's kind and content.
#[must_use]
pub fn policy_hash(policy: &dyn Policy) -> ContentHash {
    let content = format!("{}\n{}", policy.strategy().name(), policy.content());
    ContentHash::of(content.as_bytes())
}
