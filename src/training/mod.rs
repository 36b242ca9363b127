//! Training: the objective, rollouts with their gradient, the trainer and its checkpoints.
//!
//! ```text
//! rows ──► rollout (kernel or reference) ──► descent ──► weights
//!                                             │ now and then
//!                                             ▼
//!                                         validation ──► weights that are kept ──► LearnedPolicy, Checkpoint
//! ```
//! A run is a loop of *step, report, ask whether to go on* ([`train`]); the trainer does not know
//! who watches. Everything but a budget in seconds is reproducible bit for bit from the seed, at
//! any number of threads.

pub mod budget;
pub mod checkpoint;
pub mod conditioned;
mod error;
pub mod fused;
pub mod kernel;
mod memory;
pub mod network;
pub mod optimizer;
mod orthogonal;
pub mod reference;
mod report;
pub mod rollout;
pub mod rows;
mod sealed;
mod shipped;
mod trainer;
mod validation;
mod watch;

pub use crate::outcome::objective;
pub use budget::{Budget, Ending, RETRAIN_ITERATIONS, refinement, short_training, train};
pub use checkpoint::{Checkpoint, CheckpointError};
pub use error::TrainingError;
pub use report::{Report, Step};
pub use rollout::RolloutKind;
pub use shipped::{conditioned_gaps, conditioned_policy, shipped, shipped_for_pin};
pub use trainer::{Start, Trainer};
pub use validation::Checked;
pub use watch::{Interrupt, Watch};
