//! What a run was: the question, who answered it, and the answer.
//!
//! A record holds all that made its figures (scenario, sampling, policies with the hash of their
//! content, version of the program) and the figures themselves, and reads back. Its name is a hash of
//! the question alone: the market's identity, the sampling and the policies. Titles, descriptions,
//! the strategies that a preset selects, and training settings do not matter to the answer, and do not
//! change the name; nor does the version, so that two versions' answers to one question can be found
//! and compared.
//!
//! A record is one JSON document ([`Record`]), or a folder that holds all that it takes to find its
//! numbers anew: the document, the weights of trained policies, where they were asked for every error
//! and ledgers of single paths, and a manifest with the hash of each file. [`RecordDraft`] writes one,
//! [`RecordFolder`] reads one, [`verify()`] computes it anew.

mod errors;
mod folder;
mod ledger;
mod manifest;
mod policies;
pub mod seal;
mod verify;
mod write;

pub use errors::{ERRORS, ErrorsReader, ErrorsWriter, PATH};
pub use folder::{FolderError, RECORD, RecordFolder};
pub use ledger::{LedgerRow, ledger_csv, ledger_rows};
pub use manifest::{Listed, MANIFEST, Manifest};
pub use policies::{PolicyRecord, WeightsRecord};
pub use verify::{Differs, Verdict, verify};
pub use write::{RecordDraft, check_place};

use crate::episode::Money;
use crate::market::Sampling;
use crate::outcome::{Difference, Estimate, Representatives, Statistics, Summary};
use crate::scenario::{Parameters, Scenario};
use crate::simulate::Evaluation;
use crate::units::ContentHash;
use serde::{Deserialize, Serialize};

/// Version of the format that this program reads and writes.
pub const VERSION: u32 = 1;

/// This program with its version.
pub const PROGRAM: &str = concat!("hedgelab ", env!("CARGO_PKG_VERSION"));

/// A run with its results.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Version of the format.
    pub version: u32,
    /// Which program made it, with its version.
    pub program: String,
    /// The name of the question: see the module.
    pub record: ContentHash,
    /// What the scenario is called.
    pub preset: String,
    /// The scenario.
    pub scenario: Parameters,
    /// Its market's identity.
    pub market: ContentHash,
    /// Paths that were run.
    pub paths: u64,
    /// Paths that were asked for; more where the run was broken off.
    pub wanted: u64,
    /// Seed of their random numbers.
    pub seed: u64,
    /// Whether they come in antithetic pairs.
    pub antithetic: bool,
    /// Time that the run took (seconds); a folder has it in its manifest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds: Option<f64>,
    /// Each policy.
    pub strategies: Vec<StrategyRecord>,
    /// Each policy against each before it.
    pub paired: Vec<PairRecord>,
}

/// One policy and what became of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StrategyRecord {
    /// Who hedged.
    #[serde(flatten)]
    pub policy: PolicyRecord,
    /// The figures.
    #[serde(flatten)]
    pub statistics: Statistics,
    /// Numbers of paths worth replaying, under the same seed and pairing.
    pub representatives: Representatives,
    /// Where the money went on average, where that was asked for: the parts of the mean error, which
    /// they add up to in their order, to the last bit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub costs: Option<Money<Estimate>>,
}

/// Two policies on the same paths (currency).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PairRecord {
    /// The name of the one.
    pub strategy: String,
    /// The name of the other.
    pub against: String,
    /// RSMSE less the other's.
    pub rsmse: Estimate,
    /// Mean error less the other's.
    pub mean: Estimate,
}

impl From<&Difference> for PairRecord {
    fn from(difference: &Difference) -> Self {
        Self {
            strategy: difference.policy.who.to_string(),
            against: difference.against.who.to_string(),
            rsmse: difference.rsmse,
            mean: difference.mean,
        }
    }
}

/// What was asked.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// What the scenario is called.
    pub preset: &'a str,
    /// The scenario.
    pub scenario: &'a Scenario,
    /// Which paths.
    pub sampling: Sampling,
    /// How many.
    pub paths: u64,
    /// Who hedges, in the order of the evaluation.
    pub policies: &'a [PolicyRecord],
}

impl Record {
    /// The record of an evaluation that took `seconds`.
    #[must_use]
    pub fn new(question: Question<'_>, evaluation: &Evaluation, seconds: f64) -> Self {
        let of_strategy = |(policy, summary): (&PolicyRecord, &Summary)| StrategyRecord {
            policy: policy.clone(),
            statistics: summary.statistics,
            representatives: summary.representatives,
            costs: None,
        };
        let strategies = question.policies.iter().zip(&evaluation.summaries);
        let mut record = Self {
            version: VERSION,
            program: PROGRAM.into(),
            record: ContentHash::of(&[]),
            preset: question.preset.into(),
            scenario: question.scenario.clone().into_parameters(),
            market: question.scenario.market_hash(),
            paths: evaluation.paths,
            wanted: question.paths,
            seed: question.sampling.seed,
            antithetic: question.sampling.antithetic,
            seconds: Some(seconds),
            strategies: strategies.map(of_strategy).collect(),
            paired: evaluation.paired.iter().map(PairRecord::from).collect(),
        };
        record.record = record.name();
        record
    }

    /// The same with where the money went, strategy by strategy.
    #[must_use]
    pub fn with_costs(mut self, costs: Vec<Money<Estimate>>) -> Self {
        for (strategy, costs) in self.strategies.iter_mut().zip(costs) {
            strategy.costs = Some(costs);
        }
        self
    }

    /// Which paths it is of.
    #[must_use]
    pub fn sampling(&self) -> Sampling {
        Sampling {
            antithetic: self.antithetic,
            ..Sampling::evaluation(self.seed)
        }
    }

    /// The hash of the question.
    fn name(&self) -> ContentHash {
        let mut policies: Vec<String> = self
            .strategies
            .iter()
            .map(|strategy| format!("policy={}\n", strategy.policy.hash))
            .collect();
        policies.sort();
        let question = format!(
            "market={}\npaths={}\nseed={}\nantithetic={}\n{}",
            self.market,
            self.paths,
            self.seed,
            self.antithetic,
            policies.concat()
        );
        ContentHash::of(question.as_bytes())
    }

    /// The record in this JSON text.
    ///
    /// # Errors
    /// When it is no record, of another version, or one whose name is not that of its question.
    pub fn from_json(text: &str) -> Result<Self, RecordError> {
        let OnlyVersion { version } = serde_json::from_str(text)?;
        if version != VERSION {
            return Err(RecordError::Version { version });
        }
        let record: Self = serde_json::from_str(text)?;
        let name = record.name();
        if name == record.record {
            Ok(record)
        } else {
            Err(RecordError::Name {
                found: record.record.short(),
                name: name.short(),
            })
        }
    }
}

#[derive(Deserialize)]
struct OnlyVersion {
    version: u32,
}

/// Why a text is not taken as a record.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// It is no JSON, or has not the fields of a record.
    #[error("is no record: {0}")]
    Text(#[from] serde_json::Error),
    /// It was written by another version.
    #[error("has version {version}; allowed: {VERSION}")]
    Version {
        /// Which.
        version: u32,
    },
    /// Somebody changed it.
    #[error("is called {found}, but what it holds is called {name}: it was changed")]
    Name {
        /// What it says.
        found: String,
        /// What it should say.
        name: String,
    },
}

/// A record as the text of a file.
fn text(record: &Record) -> Result<String, serde_json::Error> {
    Ok(serde_json::to_string_pretty(record)? + "\n")
}
