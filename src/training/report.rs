//! What a trainer says of itself.

use super::{Checked, RolloutKind};
use serde::Serialize;
use std::sync::Arc;

/// One iteration.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// Iterations made, this one included.
    pub iteration: u64,
    /// The objective on this iteration's batch (currency).
    pub loss: f64,
    /// Norm of the gradient before clipping (no unit: per size of the hedging errors).
    pub gradient_norm: f64,
    /// The validation, if this iteration ended with one.
    pub checked: Option<Checked>,
}

/// How training stands. Cheap to make and to clone.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// Iterations made.
    pub iteration: u64,
    /// Iterations planned; a budget in seconds does not keep to it.
    pub iterations: u64,
    /// Share of the training that is done, 0 to 1.
    pub share: f64,
    /// Training paths used.
    pub paths: u64,
    /// Path-steps used: paths times trading dates.
    pub path_steps: u64,
    /// The objective on the last batch (currency); absent before the first.
    pub loss: Option<f64>,
    /// The present learning rate.
    pub learning_rate: f64,
    /// Validation of the weights that are kept: the latest ones within two standard errors of the
    /// lowest objective that beat the best hedge without training by more than chance; that hedge
    /// until there are any.
    pub kept: Checked,
    /// Every validation, in order.
    #[serde(serialize_with = "entries")]
    pub history: Arc<Vec<Checked>>,
    /// Validations since the lowest objective.
    pub checks_since_lowest: usize,
    /// How often training went back to the weights that are kept, with half the learning rate,
    /// because a number was not finite.
    pub recoveries: u64,
    /// Validation objective of delta hedging (currency); infinite where it cannot be measured.
    pub delta: f64,
    /// Validation objective of Leland's hedge (currency); infinite where it cannot be measured.
    pub leland: f64,
    /// Validation objective of the soft band (currency); infinite where it cannot be measured.
    pub soft_band: f64,
    /// Number of validation paths.
    pub validation_paths: usize,
    /// How rollouts are computed.
    pub rollout: RolloutKind,
    /// Why not by the kernel; absent where it is.
    pub rollout_reason: Option<&'static str>,
}

fn entries<S: serde::Serializer>(history: &Arc<Vec<Checked>>, to: S) -> Result<S::Ok, S::Error> {
    history.as_ref().serialize(to)
}
