//! What training takes in memory, asked for before it is spent.

use super::{RolloutKind, TrainingError};
use crate::files::free_memory;
use crate::policy::Layout;
use crate::policy::network::{count, layer_widths, pieces};
use crate::scenario::{Activation, Network, Scenario};

/// Most memory that training may take (bytes), whatever the machine has.
const LIMIT: f64 = 8e9;
/// What is never refused (bytes): most trainings take less.
const ALWAYS: f64 = 2.5e8;
/// Paths in a tile of the kernel.
const TILE: f64 = 32.0;

/// Refuses what would not fit, and says what would.
pub(super) fn check(scenario: &Scenario, kind: RolloutKind) -> Result<(), TrainingError> {
    let (fixed, per_path) = (fixed(scenario, kind), per_path(scenario, kind));
    let need = per_path.mul_add(scenario.training.batch as f64, fixed);
    if need <= ALWAYS {
        return Ok(());
    }
    let limit = free_memory().map_or(LIMIT, |free| LIMIT.min(free as f64));
    if need <= limit {
        return Ok(());
    }
    let fits = ((limit - fixed) / per_path).floor();
    Err(TrainingError::TooLarge {
        gigabytes: tenths(need),
        limit: tenths(limit),
        batch: (fits >= 1.0).then(|| whole(fits)),
    })
}

/// Bytes that do not depend on the batch.
fn fixed(scenario: &Scenario, kind: RolloutKind) -> f64 {
    let widths = layer_widths(scenario);
    let weights = 24.0 * count(&pieces(Layout::of(scenario), scenario)) as f64;
    let per_step = widths.iter().sum::<usize>() as f64 + 40.0;
    let tiles = match kind {
        RolloutKind::Kernel => {
            let threads = rayon::current_num_threads() as f64;
            3.0 * TILE * threads * per_step * scenario.steps as f64
        }
        RolloutKind::Reference => 0.0,
    };
    // Errors and influences of the candidate, of the lowest, and of three hedges.
    let validation = 16.0 * scenario.training.validation_paths as f64;
    4.0 * (tiles + weights + validation)
}

/// Bytes for each path of the batch. Those of the reference, whose tensors wait for the way back,
/// are measured: 270 a step and, for each hidden unit, two or three numbers, of cells 8 or 13.
fn per_path(scenario: &Scenario, kind: RolloutKind) -> f64 {
    let hidden = scenario.training.hidden.iter().sum::<usize>() as f64;
    let units: f64 = match (scenario.training.network, scenario.training.activation) {
        (Network::Gru, _) => 8.0,
        (Network::Lstm, _) => 13.0,
        (Network::FeedForward, Activation::Relu) => 2.0,
        (Network::FeedForward, Activation::Silu) => 3.0,
    };
    let per_step = match kind {
        RolloutKind::Kernel => 40.0,
        RolloutKind::Reference => 270.0 + 8.0 * units * hidden,
    };
    per_step * (scenario.steps + 1) as f64
}

/// Gigabytes, to a tenth.
fn tenths(bytes: f64) -> f64 {
    (bytes / 1e8).round() / 10.0
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a positive estimate far below 2^52"
)]
fn whole(x: f64) -> u64 {
    x as u64
}
