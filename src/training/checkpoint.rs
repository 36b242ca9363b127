//! Policies and unfinished trainings as files.
//!
//! One safetensors file. Its metadata entry `hedgelab` holds a checksum of everything else and a
//! JSON document: the version, the scenario as the text of a preset, the base hedge, what
//! validation said, and the position of the training. Tensors: `layers.<i>.weight` `[in, out]` and
//! `layers.<i>.bias` `[out]` are the best weights; `training.*`, absent from a policy that is only
//! to be used, are the present weights, their average, Adam's moments and the history.

use super::Checked;
use super::optimizer::Moments;
use super::rollout::RolloutKind;
use crate::files::{self, FileError};
use crate::policy::learned::{layer_widths, weight_count};
use crate::policy::{Base, LearnedPolicy};
use crate::presets;
use crate::scenario::Scenario;
use safetensors::tensor::{Dtype, SafeTensors, TensorView};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::path::Path;

/// Version of the format that this program reads and writes.
pub const VERSION: u32 = 1;
/// Largest file (bytes): the largest network with all that belongs to its training.
const LIMIT: u64 = 256 << 20;
/// Name of the metadata entry.
const ENTRY: &str = "hedgelab";
/// Numbers in the history for each validation.
const COLUMNS: usize = 7;

/// A policy, perhaps with the state of its training.
#[derive(Clone, Debug)]
pub struct Checkpoint {
    /// The best policy found, with its scenario.
    pub policy: LearnedPolicy,
    /// What validation said of it.
    pub validation: Option<Checked>,
    /// What is needed to go on training; absent from a policy that is only to be used.
    pub training: Option<Progress>,
}

/// The state of a training.
#[derive(Clone, Debug, PartialEq)]
pub struct Progress {
    /// Seed of the run.
    pub seed: u64,
    /// Iterations made.
    pub iteration: u64,
    /// Iterations planned.
    pub iterations: u64,
    /// Share done, where it does not follow from the iterations.
    pub share: Option<f64>,
    /// How rollouts were computed.
    pub rollout: Option<RolloutKind>,
    /// Validations since the lowest objective.
    pub checks_since_best: usize,
    /// Validation of the best weights.
    pub best: Checked,
    /// Every validation.
    pub history: Vec<Checked>,
    /// Present weights, then the CVaR threshold.
    pub parameters: Vec<f32>,
    /// Average of the weights.
    pub average: Vec<f32>,
    /// Weights of the lowest validation objective; empty while that is the base hedge.
    pub lowest: Vec<f32>,
    /// Adam's memory.
    pub moments: Moments,
}

/// Why a file is not taken as a policy.
#[derive(Debug, thiserror::Error)]
pub enum CheckpointError {
    /// It could not be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// It is no policy of ours, or a damaged one.
    #[error("{origin}: {reason}")]
    Refused {
        /// Which file.
        origin: String,
        /// What is wrong with it.
        reason: String,
    },
}

/// The JSON document.
#[derive(Serialize, Deserialize)]
struct About {
    version: u32,
    program: String,
    scenario: String,
    base: Base,
    validated: Option<u64>,
    training: Option<AboutTraining>,
}

#[derive(Serialize, Deserialize)]
struct AboutTraining {
    seed: u64,
    iteration: u64,
    iterations: u64,
    /// Bits of the share, since text might round it.
    share: Option<u64>,
    kernel: bool,
    checks_since_best: usize,
    has_lowest: bool,
    adam_time: usize,
}

impl Checkpoint {
    /// The policy alone, for use: small.
    #[must_use]
    pub fn without_training(mut self) -> Self {
        self.training = None;
        self
    }

    /// Writes the file whole or not at all.
    ///
    /// # Errors
    /// When the system refuses; an old file is untouched then.
    pub fn write(&self, path: &Path) -> Result<(), CheckpointError> {
        Ok(files::write(path, &self.to_bytes())?)
    }

    /// Reads a file.
    ///
    /// # Errors
    /// When it cannot be read, or is damaged, truncated, of another version, or no policy at all.
    pub fn read(path: &Path) -> Result<Self, CheckpointError> {
        let bytes = files::read(path, LIMIT)?;
        Self::from_bytes(&bytes, &path.display().to_string())
    }

    /// The content of the file.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let tensors = self.tensors();
        let about = serde_json::to_string(&self.about()).unwrap_or_default();
        let views: Vec<(String, TensorView<'_>)> = tensors
            .iter()
            .filter_map(|tensor| Some((tensor.name.clone(), tensor.view()?)))
            .collect();
        let parts = views
            .iter()
            .map(|(name, view)| (name.as_str(), view.data()));
        let entry = format!("{:016x} {about}", checksum(&about, parts));
        let metadata = HashMap::from([(ENTRY.to_owned(), entry)]);
        // Names and shapes are ours, so that nothing here can be refused.
        safetensors::serialize(views, Some(metadata)).unwrap_or_default()
    }

    /// A policy from the content of a file; `origin` names it in messages.
    ///
    /// # Errors
    /// As [`Checkpoint::read`].
    pub fn from_bytes(bytes: &[u8], origin: &str) -> Result<Self, CheckpointError> {
        decode(bytes).map_err(|reason| CheckpointError::Refused {
            origin: origin.to_owned(),
            reason,
        })
    }

    fn about(&self) -> About {
        About {
            version: VERSION,
            program: env!("CARGO_PKG_VERSION").to_owned(),
            scenario: presets::text(self.policy.trained_for()),
            base: self.policy.base(),
            validated: self.validation.map(|checked| checked.iteration),
            training: self.training.as_ref().map(|training| AboutTraining {
                seed: training.seed,
                iteration: training.iteration,
                iterations: training.iterations,
                share: training.share.map(f64::to_bits),
                kernel: training.rollout != Some(RolloutKind::Reference),
                checks_since_best: training.checks_since_best,
                has_lowest: !training.lowest.is_empty(),
                adam_time: training.moments.time,
            }),
        }
    }

    fn tensors(&self) -> Vec<Stored> {
        let widths = layer_widths(self.policy.trained_for());
        let mut rest = self.policy.weights();
        let mut all = Vec::new();
        for (i, pair) in widths.windows(2).enumerate() {
            let (weight, after) = rest.split_at(pair[0] * pair[1]);
            let (bias, after) = after.split_at(pair[1]);
            rest = after;
            all.push(Stored::single(format!("layers.{i}.weight"), pair, weight));
            all.push(Stored::single(format!("layers.{i}.bias"), &pair[1..], bias));
        }
        if let Some(checked) = &self.validation {
            all.push(Stored::checks("validation", &[*checked]));
        }
        if let Some(training) = &self.training {
            let mut flat = |name: &str, values: &[f32]| {
                let name = format!("training.{name}");
                all.push(Stored::single(name, &[values.len()], values));
            };
            flat("parameters", &training.parameters);
            flat("average", &training.average);
            flat("lowest", &training.lowest);
            flat("moment_1", &training.moments.first);
            flat("moment_2", &training.moments.second);
            all.push(Stored::checks("training.best", &[training.best]));
            all.push(Stored::checks("training.history", &training.history));
        }
        all
    }
}

/// A tensor on its way into a file.
struct Stored {
    name: String,
    dtype: Dtype,
    shape: Vec<usize>,
    bytes: Vec<u8>,
}

impl Stored {
    fn single(name: String, shape: &[usize], values: &[f32]) -> Self {
        Self {
            name,
            dtype: Dtype::F32,
            shape: shape.to_vec(),
            bytes: values.iter().flat_map(|x| x.to_le_bytes()).collect(),
        }
    }

    fn checks(name: &str, checks: &[Checked]) -> Self {
        let numbers = checks.iter().flat_map(|checked| {
            let iteration = f64::from_bits(checked.iteration);
            [
                iteration,
                checked.objective,
                checked.rsmse,
                checked.rsmse_se,
                checked.gain,
                checked.gain_se,
                f64::from(u8::from(checked.kept)),
            ]
        });
        Self {
            name: name.to_owned(),
            dtype: Dtype::F64,
            shape: vec![checks.len(), COLUMNS],
            bytes: numbers.flat_map(f64::to_le_bytes).collect(),
        }
    }

    fn view(&self) -> Option<TensorView<'_>> {
        TensorView::new(self.dtype, self.shape.clone(), &self.bytes).ok()
    }
}

/// FNV-1a (Fowler, Noll, Vo), 64 bits: against accidents, not against forgery.
fn checksum<'a>(about: &str, parts: impl Iterator<Item = (&'a str, &'a [u8])>) -> u64 {
    let mut parts: Vec<_> = parts.collect();
    parts.sort_unstable_by_key(|(name, _)| *name);
    let eat = |hash: u64, bytes: &[u8]| {
        let step = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        bytes.iter().fold(hash, step)
    };
    let start = eat(0xcbf2_9ce4_8422_2325, about.as_bytes());
    parts.iter().fold(start, |hash, (name, data)| {
        eat(eat(hash, name.as_bytes()), data)
    })
}

fn decode(bytes: &[u8]) -> Result<Checkpoint, String> {
    let broken = |error| format!("is no policy file, or is cut off: {error}");
    let (_, header) = SafeTensors::read_metadata(bytes).map_err(broken)?;
    let entry = header.metadata().as_ref().and_then(|all| all.get(ENTRY));
    let entry = entry.ok_or("is a safetensors file of another program")?;
    let (sum, about) = entry.split_once(' ').ok_or("has a damaged header")?;
    let tensors = SafeTensors::deserialize(bytes).map_err(broken)?;
    let views = tensors.tensors();
    let parts = views
        .iter()
        .map(|(name, view)| (name.as_str(), view.data()));
    let right = format!("{:016x}", checksum(about, parts)) == sum;
    let version = serde_json::from_str::<OnlyVersion>(about).map_err(|e| e.to_string())?;
    if version.version != VERSION {
        return Err(format!(
            "has version {}; this program reads version {VERSION}",
            version.version
        ));
    }
    if !right {
        return Err("is damaged: its checksum does not match its content".into());
    }
    let about: About = serde_json::from_str(about).map_err(|e| e.to_string())?;
    let scenario = presets::parse(&about.scenario, "its scenario").map_err(|e| e.to_string())?;
    let source = Source { tensors: &tensors };
    let weights = source.layers(&layer_widths(&scenario))?;
    let policy = LearnedPolicy::new(&scenario, about.base, &weights).map_err(|e| e.to_string())?;
    let validation = match about.validated {
        Some(_) => source.checks("validation")?.first().copied(),
        None => None,
    };
    let training = about
        .training
        .map(|training| source.progress(&scenario, &training));
    Ok(Checkpoint {
        policy,
        validation,
        training: training.transpose()?,
    })
}

#[derive(Deserialize)]
struct OnlyVersion {
    version: u32,
}

/// Tensors on their way out of a file.
struct Source<'a> {
    tensors: &'a SafeTensors<'a>,
}

impl Source<'_> {
    fn layers(&self, widths: &[usize]) -> Result<Vec<f32>, String> {
        let mut weights = Vec::with_capacity(weight_count(widths));
        for (i, pair) in widths.windows(2).enumerate() {
            weights.extend(self.single(&format!("layers.{i}.weight"), pair)?);
            weights.extend(self.single(&format!("layers.{i}.bias"), &pair[1..])?);
        }
        Ok(weights)
    }

    fn find(&self, name: &str, dtype: Dtype) -> Result<TensorView<'_>, String> {
        let tensor = self.tensors.tensor(name);
        let tensor = tensor.map_err(|_missing| format!("lacks the tensor {name}"))?;
        if tensor.dtype() == dtype {
            Ok(tensor)
        } else {
            let found = tensor.dtype();
            Err(format!("has {name} as {found:?}; expected {dtype:?}"))
        }
    }

    fn single(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>, String> {
        let tensor = self.find(name, Dtype::F32)?;
        if tensor.shape() != shape {
            let found = tensor.shape();
            return Err(format!("has {name} of shape {found:?}; expected {shape:?}"));
        }
        let (numbers, _rest) = tensor.data().as_chunks::<4>();
        let numbers: Vec<f32> = numbers.iter().map(|x| f32::from_le_bytes(*x)).collect();
        if numbers.iter().all(|x| x.is_finite()) {
            Ok(numbers)
        } else {
            Err(format!("has a number in {name} that is not finite"))
        }
    }

    fn checks(&self, name: &str) -> Result<Vec<Checked>, String> {
        let tensor = self.find(name, Dtype::F64)?;
        let (numbers, _rest) = tensor.data().as_chunks::<8>();
        let numbers: Vec<f64> = numbers.iter().map(|x| f64::from_le_bytes(*x)).collect();
        let (rows, _rest) = numbers.as_chunks::<COLUMNS>();
        let checked = |row: &[f64; COLUMNS]| Checked {
            iteration: row[0].to_bits(),
            objective: row[1],
            rsmse: row[2],
            rsmse_se: row[3],
            gain: row[4],
            gain_se: row[5],
            kept: row[6] != 0.0,
        };
        Ok(rows.iter().map(checked).collect())
    }

    fn progress(&self, scenario: &Scenario, about: &AboutTraining) -> Result<Progress, String> {
        let weights = weight_count(&layer_widths(scenario));
        let flat = |name: &str, count: usize| self.single(&format!("training.{name}"), &[count]);
        let moments = if about.adam_time == 0 { 0 } else { weights + 1 };
        let best = self.checks("training.best")?;
        Ok(Progress {
            seed: about.seed,
            iteration: about.iteration,
            iterations: about.iterations,
            share: about.share.map(f64::from_bits),
            rollout: Some(if about.kernel {
                RolloutKind::Kernel
            } else {
                RolloutKind::Reference
            }),
            checks_since_best: about.checks_since_best,
            best: *best
                .first()
                .ok_or("lacks the validation of its best weights")?,
            history: self.checks("training.history")?,
            parameters: flat("parameters", weights + 1)?,
            average: flat("average", weights)?,
            lowest: flat("lowest", if about.has_lowest { weights } else { 0 })?,
            moments: Moments {
                time: about.adam_time,
                first: flat("moment_1", moments)?,
                second: flat("moment_2", moments)?,
            },
        })
    }
}
