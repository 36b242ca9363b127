//! What came of a cell: a file that says what was asked and answered, and seals itself.
//!
//! As in a manifest of a record, the last entry is the hash of all others, and a row is taken only as it
//! would be written. It holds nothing of when, where and how fast it was made: the same cell gives the
//! same bytes everywhere.

use super::cell::Question;
use super::probe;
use crate::outcome::Estimate;
use crate::policy::{Base, LearnedPolicy, Policy};
use crate::record::seal::{self, Sealed};
use crate::record::{PROGRAM, PairRecord};
use crate::scenario::{Scenario, Strategy};
use crate::simulate::Evaluation;
use crate::units::ContentHash;
use serde::{Deserialize, Serialize};

/// Version of the format that this program reads and writes.
const VERSION: u32 = 1;

/// A cell with its results.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// Version of the format.
    pub version: u32,
    /// Which program made it, with its version.
    pub program: String,
    /// The name of the cell: the hash of its question.
    pub cell: ContentHash,
    /// What was asked.
    pub question: Question,
    /// The network that hedged as `learned`, where one did.
    pub network: Option<NetworkRow>,
    /// Each strategy, in the order of the question.
    pub strategies: Vec<StrategyRow>,
    /// Each strategy against each before it, on the same paths.
    pub differences: Vec<PairRecord>,
    /// The hash of all this without the seal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    seal: Option<ContentHash>,
}

/// A network in a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NetworkRow {
    /// The hash of its file.
    pub file: ContentHash,
    /// The hedge that stands in where no network beat the best one without training.
    pub stand_in: Option<Strategy>,
}

/// One strategy in a cell.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StrategyRow {
    /// What it is called.
    pub name: String,
    /// Its hash: the same for the same rule with the same parameters and weights.
    pub hash: ContentHash,
    /// Its figures, in the order of the question's measures.
    pub figures: Vec<Estimate>,
    /// What it would hold in each state (shares), in the order of the question's probes.
    pub positions: Vec<Option<f64>>,
}

impl Sealed for Row {
    const WHAT: &'static str = "result of a cell";
    const VERSION: u32 = VERSION;

    fn seal(&mut self) -> &mut Option<ContentHash> {
        &mut self.seal
    }
}

impl Row {
    /// The row of an evaluation.
    #[must_use]
    pub fn new(
        question: Question,
        scenario: &Scenario,
        policies: &[Box<dyn Policy>],
        learned: Option<(&LearnedPolicy, ContentHash)>,
        evaluation: &Evaluation,
    ) -> Self {
        let strategies = policies.iter().zip(&evaluation.summaries);
        let strategies = strategies.map(|(policy, summary)| StrategyRow {
            name: policy.who().to_string(),
            hash: policy.hash(),
            figures: question
                .measures
                .iter()
                .map(|asked| asked.0.of(&summary.statistics))
                .collect(),
            positions: positions(&question, scenario, policy.as_ref()),
        });
        Self {
            version: VERSION,
            program: PROGRAM.into(),
            cell: question.name(scenario),
            network: learned.map(|(policy, file)| NetworkRow {
                file,
                stand_in: policy.stand_in().map(Base::strategy),
            }),
            strategies: strategies.collect(),
            differences: evaluation.paired.iter().map(PairRecord::from).collect(),
            question,
            seal: None,
        }
    }

    /// The text of the file, sealed.
    ///
    /// # Errors
    /// What cannot be written.
    pub fn text(&self) -> Result<String, serde_json::Error> {
        seal::text(self)
    }

    /// The row in the content of a file.
    ///
    /// # Errors
    /// Why it is not taken.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, String> {
        let row: Self = seal::read(bytes)?;
        let scenario = Scenario::new(row.question.scenario.clone());
        let scenario = scenario.map_err(|wrong| format!("holds no scenario: {wrong}"))?;
        if row.question.name(&scenario) != row.cell {
            return Err("is called otherwise than what it holds: it was changed".into());
        }
        Ok(row)
    }
}

/// What a policy would hold in the states of the question.
fn positions(question: &Question, scenario: &Scenario, policy: &dyn Policy) -> Vec<Option<f64>> {
    let held = |probe: &probe::Probe| {
        let seen = probe.state(scenario).ok()?;
        probe::position(policy, scenario, &seen)
    };
    question.probes.iter().map(held).collect()
}
