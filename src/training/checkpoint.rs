//! Policies and unfinished trainings as files.
//!
//! One safetensors file. Its metadata entry `hedgelab` holds a checksum of everything else and a
//! JSON document: the version, the scenario as the text of a preset, the base hedge, the one that
//! stands in for a network, the units of its inputs, what validation said, and the position of the training. Tensors:
//! `layers.<i>.weight` `[in, out]` and `layers.<i>.bias` `[out]` are the weights kept;
//! `training.*`, absent from a policy that is only to be used, are the present weights, their
//! average, the optimiser's moments and the history.

mod format;

use super::Checked;
use super::optimizer::Moments;
use super::rollout::RolloutKind;
use crate::files::{self, FileError};
use crate::policy::LearnedPolicy;
use std::path::Path;

/// Version of the format that this program writes. It also reads version 2, in which a base hedge
/// stands in for the network that is to correct it, and version 1, in which the units of a network's
/// inputs follow from the premium.
pub const VERSION: u32 = 3;
/// Largest file (bytes): the largest network with all that belongs to its training.
const LIMIT: u64 = 256 << 20;

/// A policy, perhaps with the state of its training.
#[derive(Clone, Debug)]
pub struct Checkpoint {
    /// The policy that is kept, with its scenario.
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
    /// Length of the whole training where it is counted by the clock (seconds).
    pub seconds: Option<f64>,
    /// How rollouts were computed.
    pub rollout: Option<RolloutKind>,
    /// Validations since the lowest objective.
    pub checks_since_lowest: usize,
    /// How often training went back to the policy that is kept.
    pub recoveries: u64,
    /// Validation in turn of the policy that is kept.
    pub kept: Checked,
    /// Every validation.
    pub history: Vec<Checked>,
    /// Present weights, then the CVaR threshold.
    pub parameters: Vec<f32>,
    /// Average of the weights.
    pub average: Vec<f32>,
    /// Weights of the lowest validation objective; empty while no network has it.
    pub lowest: Vec<f32>,
    /// Weights kept in turn, where the policy is one that was judged out of turn; empty where none
    /// were.
    pub kept_weights: Option<Vec<f32>>,
    /// The optimiser's memory.
    pub moments: Moments,
    /// What whoever watches the training keeps with it.
    pub watched: Watched,
}

/// What whoever watches a training keeps with it. The training itself does not depend on it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Watched {
    /// Loss (currency) by iteration, thinned.
    pub losses: Vec<(f64, f64)>,
    /// Time spent training (seconds).
    pub elapsed: f64,
    /// Whether it goes on by itself at the next start.
    pub running: bool,
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
    /// It cannot be put into the form of a file.
    #[error("the policy could not be put into a file: {reason}")]
    Unwritable {
        /// Why.
        reason: String,
    },
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
        let bytes = self.to_bytes()?;
        // What is saved must open again.
        if bytes.len() as u64 > LIMIT {
            let size = bytes.len();
            let reason = format!("it has {size} bytes; allowed: at most {LIMIT}");
            return Err(CheckpointError::Unwritable { reason });
        }
        Ok(files::write(path, &bytes)?)
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
    ///
    /// # Errors
    /// When it cannot be put into that form.
    pub fn to_bytes(&self) -> Result<Vec<u8>, CheckpointError> {
        format::encode(self).map_err(|reason| CheckpointError::Unwritable { reason })
    }

    /// A policy from the content of a file; `origin` names it in messages.
    ///
    /// # Errors
    /// As [`Checkpoint::read`].
    pub fn from_bytes(bytes: &[u8], origin: &str) -> Result<Self, CheckpointError> {
        format::decode(bytes).map_err(|reason| CheckpointError::Refused {
            origin: origin.to_owned(),
            reason,
        })
    }
}
