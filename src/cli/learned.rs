//! Trained weights on the command line.

use super::{Failure, chosen_strategies};
use crate::policy::{Policy, build};
use crate::scenario::{Scenario, Strategy};
use crate::training::Checkpoint;
use clap::Args;
use std::io::{self, Write};
use std::path::PathBuf;

/// Where the learned strategy comes from.
#[derive(Debug, Args)]
pub(super) struct Weights {
    /// Trained weights, made by hedgelab train; adds the strategy `learned`
    #[arg(long, value_name = "FILE")]
    weights: Option<PathBuf>,
}

impl Weights {
    /// The policies of the strategies named, or of the scenario's own.
    pub(super) fn policies(
        &self,
        names: Option<&str>,
        scenario: &Scenario,
    ) -> Result<Vec<Box<dyn Policy>>, Failure> {
        let strategies = chosen_strategies(names, scenario, self.weights.is_some())?;
        let mut policies = Vec::new();
        for strategy in strategies {
            match (&self.weights, build(strategy, scenario)) {
                (_, Some(policy)) => policies.push(policy),
                (Some(path), None) => {
                    let policy = Checkpoint::read(path)?.policy;
                    warn_of_differences(scenario, policy.trained_for());
                    policies.push(Box::new(policy) as Box<dyn Policy>);
                }
                (None, None) => debug_assert_eq!(strategy, Strategy::Learned),
            }
        }
        Ok(policies)
    }
}

/// Says where weights meet another scenario than they were trained for.
fn warn_of_differences(scenario: &Scenario, trained_for: &Scenario) {
    let about_training = |path: &str| {
        path == "seed" || path.starts_with("training.") || path.starts_with("strategies.")
    };
    let different: Vec<String> = scenario
        .differences(trained_for)
        .into_iter()
        .filter(|field| !about_training(field.path))
        .map(|field| {
            format!(
                "{} = {} (here {})",
                field.path,
                field.get(trained_for),
                field.get(scenario)
            )
        })
        .collect();
    if !different.is_empty() {
        let _closed_pipe = writeln!(
            io::stderr(),
            "hedgelab: note: the weights were trained for {}",
            different.join(", ")
        );
    }
}
