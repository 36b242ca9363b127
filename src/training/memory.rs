//! What a training needs of the machine's memory, refused before it is asked for.

use super::TrainingError;
use crate::policy::learned::{layer_widths, weight_count};
use crate::scenario::Scenario;

/// Most memory that training may take (GB).
const LIMIT: u64 = 8;

/// Refuses what would not fit a common machine.
pub(super) fn check(scenario: &Scenario) -> Result<(), TrainingError> {
    let widths = layer_widths(scenario);
    let per_step = widths.iter().sum::<usize>() as f64 + 40.0;
    let threads = rayon::current_num_threads() as f64;
    let tiles = 3.0 * 32.0 * threads * per_step * scenario.steps as f64;
    let rows = 10.0 * scenario.training.batch as f64 * (scenario.steps + 1) as f64;
    let weights = 24.0 * weight_count(&widths) as f64;
    // Errors and influences of the candidate, of the lowest, and of three hedges.
    let validation = 16.0 * scenario.training.validation_paths as f64;
    let gigabytes = 4.0 * (tiles + rows + weights + validation) / 1e9;
    if gigabytes <= LIMIT as f64 {
        return Ok(());
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a positive estimate far below 2^52"
    )]
    let gigabytes = gigabytes.ceil() as u64;
    Err(TrainingError::TooLarge {
        gigabytes,
        limit: LIMIT,
    })
}
