//! A generator as a file, perhaps with the state of its training.

use super::watch::Judged;
use crate::files;
use crate::policy::conditioned::{CONTEXT, OBJECTIVES, generator::Shape};
use crate::policy::{Conditioned, LearnedPolicy};
use crate::scenario::{Named, Objective, Scenario};
use crate::training::optimizer::Moments;
use crate::training::sealed::{Sealed, Stored, seal};
use crate::training::{Checkpoint, CheckpointError};
use serde::{Deserialize, Serialize};
use std::path::Path;

/// Version of the format that this program writes and reads.
const VERSION: u32 = 2;
/// Largest file (bytes).
const LIMIT: u64 = 256 << 20;

/// A conditioned policy, perhaps with the state of its training.
#[derive(Clone, Debug)]
pub struct ConditionedFile {
    /// The policy that is kept.
    pub policy: Conditioned,
    /// What is needed to go on training.
    pub training: Option<ConditionedProgress>,
}

/// The state of a training.
#[derive(Clone, Debug, PartialEq)]
pub struct ConditionedProgress {
    /// Where it is.
    pub place: Place,
    /// Present weights.
    pub weights: Vec<f32>,
    /// Average of the weights.
    pub average: Vec<f32>,
    /// The optimiser's memory.
    pub moments: Moments,
}

/// Where a training is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Place {
    /// Seed of the run.
    pub seed: u64,
    /// Iterations made.
    pub iteration: u64,
    /// Iterations planned.
    pub iterations: u64,
    /// Path-steps made.
    pub path_steps: u64,
    /// Every judgement.
    pub history: Vec<Judged>,
    /// The one of the weights that are kept; none before the first.
    pub kept: Option<Judged>,
}

/// The line about the file.
#[derive(Serialize, Deserialize)]
struct About {
    version: u32,
    program: String,
    /// Inputs, and numbers made, of each generator.
    generator: [usize; 2],
    training: Option<Place>,
}

impl ConditionedFile {
    /// The policy alone: small.
    #[must_use]
    pub fn without_training(self) -> Self {
        Self {
            training: None,
            ..self
        }
    }

    /// Writes the file whole or not at all.
    ///
    /// # Errors
    /// When the system refuses; an old file is untouched then.
    pub fn write(&self, path: &Path) -> Result<(), CheckpointError> {
        Ok(files::write(path, &self.to_bytes()?)?)
    }

    /// Reads a file.
    ///
    /// # Errors
    /// When it cannot be read, is damaged, or holds something else.
    pub fn read(path: &Path) -> Result<Self, CheckpointError> {
        let bytes = files::read(path, LIMIT)?;
        Self::from_bytes(&bytes, &path.display().to_string())
    }

    /// The content of the file.
    ///
    /// # Errors
    /// When it cannot be put into that form.
    pub fn to_bytes(&self) -> Result<Vec<u8>, CheckpointError> {
        self.encode()
            .map_err(|reason| CheckpointError::Unwritable { reason })
    }

    /// From the content of a file; `origin` names it in messages.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn from_bytes(bytes: &[u8], origin: &str) -> Result<Self, CheckpointError> {
        decode(bytes).map_err(|reason| CheckpointError::Refused {
            origin: origin.to_owned(),
            reason,
        })
    }

    fn encode(&self) -> Result<Vec<u8>, String> {
        let shape = Conditioned::shape();
        let about = About {
            version: VERSION,
            program: env!("CARGO_PKG_VERSION").to_owned(),
            generator: [CONTEXT, shape.outputs],
            training: self.training.as_ref().map(|t| t.place.clone()),
        };
        let about = serde_json::to_string(&about).map_err(|error| error.to_string())?;
        let mut tensors = Vec::new();
        for objective in OBJECTIVES {
            let weights = &self.policy.weights()[Conditioned::place(objective)];
            for ((name, sides), place) in shape.pieces().into_iter().zip(shape.places()) {
                let name = tensor(objective, name);
                tensors.push(Stored::half(name, &sides, &weights[place]));
            }
        }
        if let Some(training) = &self.training {
            let flat = [
                ("weights", &training.weights),
                ("average", &training.average),
                ("moment_1", &training.moments.first),
                ("moment_2", &training.moments.second),
            ];
            let flat = flat.map(|(name, values)| {
                Stored::single(format!("training.{name}"), &[values.len()], values)
            });
            tensors.extend(flat);
        }
        seal(&about, &tensors)
    }
}

/// The policy that a file holds, or makes for `scenario` where it holds a conditioned one.
///
/// # Errors
/// When it cannot be read, is damaged, or has no answer for the scenario.
pub fn policy_of_file(path: &Path, scenario: &Scenario) -> Result<LearnedPolicy, CheckpointError> {
    let bytes = files::read(path, LIMIT)?;
    let origin = path.display().to_string();
    let about = Sealed::open(&bytes).ok().map(|sealed| sealed.about);
    if about.is_none_or(|about| serde_json::from_str::<About>(&about).is_err()) {
        return Ok(Checkpoint::from_bytes(&bytes, &origin)?.policy);
    }
    let made = ConditionedFile::from_bytes(&bytes, &origin)?.policy;
    made.policy(scenario)
        .map_err(|error| CheckpointError::Refused {
            origin,
            reason: format!("has no answer for this scenario: {error}"),
        })
}

/// Name of a piece of an objective's generator.
fn tensor(objective: Objective, piece: &str) -> String {
    format!("{}.{piece}", objective.name())
}

fn decode(bytes: &[u8]) -> Result<ConditionedFile, String> {
    let sealed = Sealed::open(bytes)?;
    sealed.check()?;
    let about: About = serde_json::from_str(&sealed.about)
        .map_err(|_other| "is no conditioned policy; hedgelab train --conditioned makes one")?;
    let [context, outputs] = about.generator;
    if about.version != VERSION || context != CONTEXT {
        return Err(format!(
            "is a conditioned policy of version {} that is told {context} numbers; this program reads \
             version {VERSION} with {CONTEXT}",
            about.version
        ));
    }
    let shape = Shape { outputs };
    if shape != Conditioned::shape() {
        let wanted = Conditioned::shape().outputs;
        return Err(format!(
            "makes {outputs} numbers; this program expects {wanted}"
        ));
    }
    let mut weights = Vec::with_capacity(Conditioned::count());
    for objective in OBJECTIVES {
        for (name, sides) in shape.pieces() {
            let name = tensor(objective, name);
            weights.extend(sealed.tensors.half(&name, &sides)?);
        }
    }
    let flat = |name: &str| {
        let name = format!("training.{name}");
        sealed.tensors.single(&name, &[Conditioned::count()])
    };
    let training = match about.training {
        None => None,
        Some(place) => Some(ConditionedProgress {
            weights: flat("weights")?,
            average: flat("average")?,
            moments: Moments {
                time: usize::try_from(place.iteration).unwrap_or(usize::MAX),
                first: flat("moment_1")?,
                second: flat("moment_2")?,
            },
            place,
        }),
    };
    let policy = Conditioned::new(&weights).map_err(|error| error.to_string())?;
    Ok(ConditionedFile { policy, training })
}
