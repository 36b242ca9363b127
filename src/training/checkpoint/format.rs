//! How a checkpoint lies in its file.

use super::{Checkpoint, Progress, VERSION, Watched};
use crate::policy::network::{Piece, Role, count, pieces};
use crate::policy::{Base, Layout, LearnedPolicy, Scales};
use crate::presets;
use crate::scenario::Scenario;
use crate::training::Checked;
use crate::training::optimizer::Moments;
use crate::training::rollout::RolloutKind;
use crate::training::sealed::{self, Sealed, Stored, Tensors};
use serde::{Deserialize, Serialize};

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
    /// Bits of the price above which its output adds money; absent where it always adds shares.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    full: Option<u64>,
    /// Bits of the position from which its input of the base is counted; absent where that is 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    origin: Option<u64>,
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
    let about = serde_json::to_string(&About::of(checkpoint)?);
    sealed::seal(
        &about.map_err(|error| error.to_string())?,
        &tensors(checkpoint),
    )
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
            full: Some(checkpoint.policy.features().scales().full)
                .filter(|full| full.is_finite())
                .map(f64::to_bits),
            origin: Some(checkpoint.policy.features().scales().origin)
                .filter(|origin| *origin != 0.0)
                .map(f64::to_bits),
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
        all.push(checks("validation", &[*checked]));
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
        all.push(checks("training.best", &[training.kept]));
        all.push(checks("training.history", &training.history));
        all.push(points("training.losses", &training.watched.losses));
    }
    all
}

fn checks(name: &str, checks: &[Checked]) -> Stored {
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
    Stored::double(name, &[checks.len(), COLUMNS], numbers)
}

fn points(name: &str, points: &[(f64, f64)]) -> Stored {
    let numbers = points.iter().flat_map(|(x, y)| [*x, *y]);
    Stored::double(name, &[points.len(), 2], numbers)
}

/// Sides of a piece in the file: one of a bias.
fn shape(piece: &Piece) -> &[usize] {
    match piece.role {
        Role::Bias { .. } => &piece.shape[1..],
        _ => &piece.shape,
    }
}

/// A checkpoint from the content of a file.
pub(super) fn decode(bytes: &[u8]) -> Result<Checkpoint, String> {
    let sealed = Sealed::open(bytes)?;
    let version = serde_json::from_str::<OnlyVersion>(&sealed.about).map_err(|e| e.to_string())?;
    if version.generator.is_some() {
        return Err("is a conditioned policy, which makes the weights of others; it is no policy of one scenario".into());
    }
    if !(1..=VERSION).contains(&version.version) {
        return Err(format!(
            "has version {}; this program reads versions 1 to {VERSION}",
            version.version
        ));
    }
    sealed.check()?;
    let about: About = serde_json::from_str(&sealed.about).map_err(|e| e.to_string())?;
    let scenario = presets::parse(&about.scenario, "its scenario").map_err(|e| e.to_string())?;
    let inputs = Layout::of(&scenario);
    let known = about.inputs.map_or(Ok(()), |names| inputs.expect(&names));
    known.map_err(|error| error.to_string())?;
    let source = Source(&sealed.tensors);
    let weights = source.weights(&pieces(inputs, &scenario))?;
    let mut scales = match about.scales {
        Some(bits) => {
            Scales::from_bits(bits).ok_or("has units of its inputs that are not above 0")?
        }
        None => Scales::by_premium(&scenario),
    };
    if let Some(bits) = about.full {
        scales.full = Some(f64::from_bits(bits))
            .filter(|full| *full > 0.0)
            .ok_or("has a price for its output that is not above 0")?;
    }
    if let Some(bits) = about.origin {
        scales.origin = Some(f64::from_bits(bits))
            .filter(|origin| origin.is_finite())
            .ok_or("counts the base hedge from a position that is not finite")?;
    }
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
    /// Present where the file holds a generator.
    #[serde(default)]
    generator: Option<serde::de::IgnoredAny>,
}

/// Tensors on their way out of a file.
struct Source<'a>(&'a Tensors<'a>);

impl Source<'_> {
    fn weights(&self, pieces: &[Piece]) -> Result<Vec<f32>, String> {
        let mut weights = Vec::with_capacity(count(pieces));
        for piece in pieces {
            weights.extend(self.0.single(&piece.name, shape(piece))?);
        }
        Ok(weights)
    }

    /// A curve of finite points; empty in files that have none.
    fn points(&self, name: &str) -> Vec<(f64, f64)> {
        let numbers = self.0.double(name).unwrap_or_default();
        let (pairs, _rest) = numbers.as_chunks::<2>();
        let points = pairs.iter().map(|[x, y]| (*x, *y));
        let finite = |(x, y): &(f64, f64)| x.is_finite() && y.is_finite();
        points.filter(finite).collect()
    }

    fn checks(&self, name: &str) -> Result<Vec<Checked>, String> {
        let numbers = self.0.double(name)?;
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
        let flat = |name: &str, count: usize| self.0.single(&format!("training.{name}"), &[count]);
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
            kept_weights: match self.0.numbers("training.kept") {
                Some(0) => Some(Vec::new()),
                Some(_) => Some(flat("kept", weights)?),
                None => None,
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
