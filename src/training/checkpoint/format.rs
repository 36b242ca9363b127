//! How a checkpoint lies in its file.

mod stored;

use super::{Checkpoint, Progress, VERSION, Watched};
use crate::policy::network::{Piece, Role, count, pieces};
use crate::policy::{Base, Layout, LearnedPolicy, Scales};
use crate::presets;
use crate::scenario::Scenario;
use crate::training::Checked;
use crate::training::optimizer::Moments;
use crate::training::rollout::RolloutKind;
use safetensors::tensor::{Dtype, SafeTensors, TensorView};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use stored::Stored;

/// Name of the metadata entry.
const ENTRY: &str = "hedgelab";
/// Numbers in the history for each validation.
const COLUMNS: usize = 7;

/// The JSON document.
#[derive(Serialize, Deserialize)]
struct About {
    version: u32,
    program: String,
    scenario: String,
    base: Base,
    /// Bits of the network's [`Scales`], in the order of its fields; absent from version 1.
    #[serde(default)]
    scales: Option<[u64; 9]>,
    /// Names of the network's inputs; absent from older files, whose inputs are those of the form.
    #[serde(default)]
    inputs: Option<Vec<String>>,
    /// Whether there is no network yet.
    #[serde(default)]
    untrained: bool,
    /// What stands in for it then; before version 3 that was the base.
    #[serde(default)]
    stand_in: Option<Base>,
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
    #[serde(alias = "checks_since_best")]
    checks_since_lowest: usize,
    has_lowest: bool,
    adam_time: usize,
    // Absent from the first files of this version.
    #[serde(default)]
    seconds: Option<f64>,
    #[serde(default)]
    elapsed: f64,
    #[serde(default)]
    running: bool,
    #[serde(default)]
    recoveries: u64,
}

/// The content of the file.
pub(super) fn encode(checkpoint: &Checkpoint) -> Result<Vec<u8>, String> {
    let tensors = tensors(checkpoint);
    let about =
        serde_json::to_string(&About::of(checkpoint)?).map_err(|error| error.to_string())?;
    let views = tensors
        .iter()
        .map(|tensor| Ok((tensor.name.clone(), tensor.view()?)))
        .collect::<Result<Vec<_>, String>>()?;
    let parts = views
        .iter()
        .map(|(name, view)| (name.as_str(), view.data()));
    let entry = format!("{:016x} {about}", checksum(&about, parts));
    let metadata = HashMap::from([(ENTRY.to_owned(), entry)]);
    safetensors::serialize(views, Some(metadata)).map_err(|error| error.to_string())
}

impl About {
    fn of(checkpoint: &Checkpoint) -> Result<Self, String> {
        let scenario = presets::text(checkpoint.policy.trained_for());
        Ok(Self {
            version: VERSION,
            program: env!("CARGO_PKG_VERSION").to_owned(),
            scenario: scenario.map_err(|error| error.to_string())?,
            base: checkpoint.policy.base(),
            scales: Some(checkpoint.policy.features().scales().to_bits()),
            inputs: Some(
                checkpoint
                    .policy
                    .features()
                    .layout()
                    .names()
                    .map(str::to_owned)
                    .collect(),
            ),
            untrained: checkpoint.policy.is_untrained(),
            stand_in: checkpoint.policy.stand_in(),
            validated: checkpoint.validation.map(|checked| checked.iteration),
            training: checkpoint.training.as_ref().map(|training| AboutTraining {
                seed: training.seed,
                iteration: training.iteration,
                iterations: training.iterations,
                share: training.share.map(f64::to_bits),
                kernel: training.rollout != Some(RolloutKind::Reference),
                checks_since_lowest: training.checks_since_lowest,
                has_lowest: !training.lowest.is_empty(),
                adam_time: training.moments.time,
                seconds: training.seconds,
                elapsed: training.watched.elapsed,
                running: training.watched.running,
                recoveries: training.recoveries,
            }),
        })
    }
}

fn tensors(checkpoint: &Checkpoint) -> Vec<Stored> {
    let policy = &checkpoint.policy;
    let mut rest = policy.weights();
    let mut all = Vec::new();
    for piece in pieces(policy.features().layout(), policy.trained_for()) {
        let (own, after) = rest.split_at(piece.count());
        rest = after;
        all.push(Stored::single(piece.name.clone(), shape(&piece), own));
    }
    if let Some(checked) = &checkpoint.validation {
        all.push(Stored::checks("validation", &[*checked]));
    }
    if let Some(training) = &checkpoint.training {
        let mut flat = |name: &str, values: &[f32]| {
            let name = format!("training.{name}");
            all.push(Stored::single(name, &[values.len()], values));
        };
        flat("parameters", &training.parameters);
        flat("average", &training.average);
        flat("lowest", &training.lowest);
        flat("moment_1", &training.moments.first);
        flat("moment_2", &training.moments.second);
        if let Some(kept) = &training.kept_weights {
            flat("kept", kept);
        }
        all.push(Stored::checks("training.best", &[training.kept]));
        all.push(Stored::checks("training.history", &training.history));
        all.push(Stored::points("training.losses", &training.watched.losses));
    }
    all
}

/// Sides of a piece in the file: one of a bias.
fn shape(piece: &Piece) -> &[usize] {
    match piece.role {
        Role::Bias { .. } => &piece.shape[1..],
        _ => &piece.shape,
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

/// A checkpoint from the content of a file.
pub(super) fn decode(bytes: &[u8]) -> Result<Checkpoint, String> {
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
    if !(1..=VERSION).contains(&version.version) {
        return Err(format!(
            "has version {}; this program reads versions 1 to {VERSION}",
            version.version
        ));
    }
    if !right {
        return Err("is damaged: its checksum does not match its content".into());
    }
    let about: About = serde_json::from_str(about).map_err(|e| e.to_string())?;
    let scenario = presets::parse(&about.scenario, "its scenario").map_err(|e| e.to_string())?;
    let inputs = Layout::of(&scenario);
    let known = about.inputs.map_or(Ok(()), |names| inputs.expect(&names));
    known.map_err(|error| error.to_string())?;
    let source = Source { tensors: &tensors };
    let weights = source.weights(&pieces(inputs, &scenario))?;
    let scales = match about.scales {
        Some(bits) => {
            Scales::from_bits(bits).ok_or("has units of its inputs that are not above 0")?
        }
        None => Scales::by_premium(&scenario),
    };
    let base = match about.base {
        Base::Leland if about.version == 1 && scenario.contract.shares != 1.0 => {
            Base::LelandOfOneShare
        }
        base => base,
    };
    let policy = if about.untrained {
        LearnedPolicy::untrained(&scenario, base, about.stand_in.unwrap_or(base), scales)
    } else {
        LearnedPolicy::with_scales(&scenario, base, scales, &weights).map_err(|e| e.to_string())?
    };
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
    fn weights(&self, pieces: &[Piece]) -> Result<Vec<f32>, String> {
        let mut weights = Vec::with_capacity(count(pieces));
        for piece in pieces {
            weights.extend(self.single(&piece.name, shape(piece))?);
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

    fn double(&self, name: &str) -> Result<Vec<f64>, String> {
        let tensor = self.find(name, Dtype::F64)?;
        let (numbers, _rest) = tensor.data().as_chunks::<8>();
        Ok(numbers.iter().map(|x| f64::from_le_bytes(*x)).collect())
    }

    /// A curve of finite points; empty in files that have none.
    fn points(&self, name: &str) -> Vec<(f64, f64)> {
        let numbers = self.double(name).unwrap_or_default();
        let (pairs, _rest) = numbers.as_chunks::<2>();
        let points = pairs.iter().map(|[x, y]| (*x, *y));
        let finite = |(x, y): &(f64, f64)| x.is_finite() && y.is_finite();
        points.filter(finite).collect()
    }

    fn checks(&self, name: &str) -> Result<Vec<Checked>, String> {
        let numbers = self.double(name)?;
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
        let weights = count(&pieces(Layout::of(scenario), scenario));
        let flat = |name: &str, count: usize| self.single(&format!("training.{name}"), &[count]);
        let moments = if about.adam_time == 0 { 0 } else { weights + 1 };
        let kept = self.checks("training.best")?;
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
            checks_since_lowest: about.checks_since_lowest,
            recoveries: about.recoveries,
            kept: *kept.first().ok_or("lacks the validation of its weights")?,
            history: self.checks("training.history")?,
            parameters: flat("parameters", weights + 1)?,
            average: flat("average", weights)?,
            lowest: flat("lowest", if about.has_lowest { weights } else { 0 })?,
            seconds: about
                .seconds
                .filter(|seconds| seconds.is_finite() && *seconds > 0.0),
            kept_weights: match self.tensors.tensor("training.kept") {
                Ok(kept) if kept.shape() == [0] => Some(Vec::new()),
                Ok(_) => Some(flat("kept", weights)?),
                Err(_absent) => None,
            },
            watched: Watched {
                losses: self.points("training.losses"),
                elapsed: about.elapsed.max(0.0),
                running: about.running,
            },
            moments: Moments {
                time: about.adam_time,
                first: flat("moment_1", moments)?,
                second: flat("moment_2", moments)?,
            },
        })
    }
}
