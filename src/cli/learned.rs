//! Trained weights on the command line.

use super::{Failure, Subject, chosen_strategies, typed_path};
use crate::policy::{Policy, build};
use crate::quantity::write::keyboard;
use crate::scenario::Scenario;
use crate::scenario::fields::Field;
use crate::simulate::tune;
use crate::training::{Checkpoint, shipped};
use clap::Args;
use std::io::{self, Write};
use std::path::PathBuf;

/// Where the learned strategy comes from.
#[derive(Debug, Args)]
pub(super) struct Weights {
    /// Trained weights, made by hedgelab train, for the strategy `learned` [default: those that come
    /// with a built-in preset]
    #[arg(long, value_name = "FILE", value_parser = typed_path())]
    weights: Option<PathBuf>,
}

impl Weights {
    /// The policies of the strategies named, or of the scenario's own. Without a file, the policy
    /// that comes with the preset stands in: by default only where nothing was changed.
    pub(super) fn policies(
        &self,
        names: Option<&str>,
        subject: &Subject,
        scenario: &Scenario,
    ) -> Result<Vec<Box<dyn Policy>>, Failure> {
        let learned = match &self.weights {
            Some(path) => Some(Checkpoint::read(path)?.policy),
            None => shipped(&subject.preset),
        };
        let usable = learned.as_ref().is_some_and(|policy| {
            let asked_for = names.is_some() || self.weights.is_some();
            asked_for || differences(scenario, policy.trained_for()).is_empty()
        });
        let strategies = chosen_strategies(names, scenario, usable)?;
        let tuned = tune(scenario, &strategies);
        let mut policies = Vec::new();
        for strategy in strategies {
            if let Some(policy) = build(strategy, scenario, &tuned) {
                policies.push(policy);
            } else if let Some(policy) = &learned {
                warn_of_differences(scenario, policy.trained_for());
                policies.push(Box::new(policy.clone()) as Box<dyn Policy>);
            }
        }
        Ok(policies)
    }
}

/// Fields, those about training and strategies aside, in which a policy's scenario differs.
fn differences(scenario: &Scenario, trained_for: &Scenario) -> Vec<&'static Field> {
    let aside = |path: &str| {
        path == "seed" || path.starts_with("training.") || path.starts_with("strategies.")
    };
    let mut different = scenario.differences(trained_for);
    different.retain(|field| !aside(field.path));
    different
}

/// Says where weights meet another scenario than they were trained for.
fn warn_of_differences(scenario: &Scenario, trained_for: &Scenario) {
    let different: Vec<String> = differences(scenario, trained_for)
        .into_iter()
        .map(|field| {
            let (then, here) = field.told(trained_for, scenario);
            format!("{} = {then} (here {here})", field.path)
        })
        .collect();
    if !different.is_empty() {
        let _closed_pipe = writeln!(
            io::stderr(),
            "hedgelab: note: the weights were trained for {}",
            keyboard(&different.join(", "))
        );
    }
}
