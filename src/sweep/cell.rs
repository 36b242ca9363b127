//! A cell, and how it and its network are named: by what makes their numbers, and nothing else.

use super::asked::Asked;
use super::error::SweepError;
use super::plan::Plan;
use super::probe::Probe;
use super::spec::Start;
use crate::policy::Policy;
use crate::scenario::{Named, Parameters, Scenario, Strategy};
use crate::training::conditioned_policy;
use crate::units::ContentHash;
use serde::{Deserialize, Serialize};

/// Version of what is computed in a cell: another one names all cells anew.
const FORMAT: u32 = 1;

/// A cell of a sweep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Its number in the grid, from 0; see [`Plan::place`].
    pub index: usize,
    /// The hash of its question.
    pub name: ContentHash,
    /// The name of its network: the hash of what that was trained for, how, and from what.
    pub policy: Option<ContentHash>,
    /// The name of the network that its training starts from.
    pub neighbour: Option<ContentHash>,
}

/// Cells that one worker computes, one after the other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chain {
    /// In their order.
    pub cells: Vec<Cell>,
}

/// What is asked in a cell.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// The scenario, its training included.
    pub scenario: Parameters,
    /// Who hedges.
    pub strategies: Vec<Strategy>,
    /// Which figures are kept.
    pub measures: Vec<Asked>,
    /// Number of paths.
    pub paths: u64,
    /// Their seed.
    pub seed: u64,
    /// In which states everybody is asked for a position.
    pub probes: Vec<Probe>,
    /// The network that hedges as `learned`.
    pub policy: Option<ContentHash>,
}

impl Question {
    /// Its name; `scenario` is its own, checked.
    #[must_use]
    pub fn name(&self, scenario: &Scenario) -> ContentHash {
        let strategies: Vec<&str> = self.strategies.iter().map(|s| s.name()).collect();
        let measures: Vec<&str> = self.measures.iter().map(|asked| asked.0.word()).collect();
        let probes = self.probes.iter().map(ron::to_string);
        let probes = probes.map(|text| format!("probe={}\n", text.unwrap_or_default()));
        let policy = self
            .policy
            .map_or("none".to_owned(), |hash| hash.to_string());
        let text = format!(
            "sweep cell {FORMAT}\n{}strategies={}\nmeasures={}\npaths={}\nseed={}\n{}policy={policy}\n",
            scenario.identity(),
            strategies.join(","),
            measures.join(","),
            self.paths,
            self.seed,
            probes.collect::<String>(),
        );
        ContentHash::of(text.as_bytes())
    }
}

/// The name of a cell's network.
pub(super) fn training_name(
    plan: &Plan,
    index: usize,
    scenario: &Scenario,
    neighbour: Option<ContentHash>,
) -> Result<ContentHash, SweepError> {
    let start = match (&plan.spec().start, neighbour) {
        (Start::Conditioned, _) => {
            let made = conditioned_policy().policy(scenario);
            let made = made.map_err(|source| SweepError::Conditioned {
                cell: plan.told(index),
                source,
            })?;
            let trained = plan.spec().training.iterations != Some(0);
            let how = if trained { "refined" } else { "as it is" };
            format!("conditioned {} {how}", made.hash())
        }
        (_, Some(neighbour)) => neighbour.to_string(),
        (_, None) => "nothing".to_owned(),
    };
    let identity = scenario.identity();
    let text = format!("sweep network {FORMAT}\n{identity}start={start}\n");
    Ok(ContentHash::of(text.as_bytes()))
}
