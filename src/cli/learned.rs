//! Who hedges, on the command line, and where trained weights come from.

use super::{Failure, Subject, chosen_strategies, note, typed_path};
use crate::policy::{LearnedPolicy, Policy, build};
use crate::record::{PolicyRecord, WeightsRecord};
use crate::scenario::{Scenario, Strategy};
use crate::simulate::tune;
use crate::training::{Checkpoint, shipped};
use clap::Args;
use std::path::PathBuf;

/// Where the learned strategy comes from.
#[derive(Debug, Args)]
pub(super) struct Weights {
    /// Trained weights, made by hedgelab train, for the strategy `learned` [default: those that come
    /// with a built-in preset]
    #[arg(long, value_name = "FILE", value_parser = typed_path())]
    weights: Option<PathBuf>,
}

/// Policies, and the same as they stand in a record.
pub(super) struct Hedgers {
    /// The policies, in the order asked for.
    pub policies: Vec<Box<dyn Policy>>,
    /// Each by name and content.
    pub records: Vec<PolicyRecord>,
}

/// The name of a policy, marked where its weights were trained for another market.
pub(super) fn heading(policy: &PolicyRecord) -> String {
    let other = policy
        .weights
        .as_ref()
        .is_some_and(|w| !w.differs.is_empty());
    format!("{}{}", policy.name, if other { "*" } else { "" })
}

/// Which weights hedged, a line for each; nothing where none did.
pub(super) fn about_weights<'a>(policies: impl Iterator<Item = &'a PolicyRecord>) -> String {
    let line = |policy: &PolicyRecord| {
        let WeightsRecord { name, differs, .. } = policy.weights.as_ref()?;
        let hash = policy.hash.short();
        let named = format!("{}: weights {hash} of {name}", heading(policy));
        Some(if differs.is_empty() {
            format!("{named}\n")
        } else {
            format!("{named}, trained for {}\n", differs.join(", "))
        })
    };
    policies.filter_map(line).collect()
}

impl Weights {
    /// The policies of the strategies named, or of the scenario's own. Without a file, the policy
    /// that comes with the preset stands in, and a note says so where its market was another.
    pub(super) fn hedgers(
        &self,
        names: Option<&str>,
        subject: &Subject,
        scenario: &Scenario,
    ) -> Result<Hedgers, Failure> {
        let learned = self.learned(subject)?;
        let strategies = chosen_strategies(names, scenario, learned.is_some())?;
        let wanted = scenario.strategies.selected.contains(&Strategy::Learned);
        if names.is_none() && wanted && learned.is_none() {
            note(&format!(
                "learned is left out: no trained weights come with {}; {}",
                subject.preset,
                subject.how_to_train()
            ));
        }
        let mut hedgers = Hedgers {
            policies: Vec::new(),
            records: Vec::new(),
        };
        let tuned = tune(scenario, &strategies);
        for strategy in strategies {
            if let Some(policy) = build(strategy, scenario, &tuned) {
                hedgers.records.push(PolicyRecord::of(policy.as_ref()));
                hedgers.policies.push(policy);
            } else if let Some((policy, name)) = &learned {
                let record = PolicyRecord::learned(policy, name, scenario);
                warn_of_differences(&record, subject);
                hedgers.records.push(record);
                hedgers.policies.push(Box::new(policy.clone()));
            }
        }
        Ok(hedgers)
    }

    /// The trained policy that is at hand, with the name of its file or preset.
    fn learned(&self, subject: &Subject) -> Result<Option<(LearnedPolicy, String)>, Failure> {
        match &self.weights {
            Some(path) => {
                let policy = Checkpoint::read(path)?.policy;
                Ok(Some((policy, path.display().to_string())))
            }
            None => Ok(shipped(&subject.preset).map(|policy| (policy, subject.preset.clone()))),
        }
    }
}

/// Says where weights meet another market than they were trained for, and what to do.
fn warn_of_differences(policy: &PolicyRecord, subject: &Subject) {
    let Some(weights) = &policy.weights else {
        return;
    };
    if !weights.differs.is_empty() {
        note(&format!(
            "the weights were trained for {}; {}",
            weights.differs.join(", "),
            subject.how_to_train()
        ));
    }
}
