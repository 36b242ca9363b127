//! Training one network over whole ranges of markets: the generators of a [`Conditioned`] policy, one for each
//! objective, in turns.
//!
//! ```text
//! draw ──► batch: scenarios, their paths, the networks made for them ──► kernel ──► back to the generator
//!                                                                                   │ now and then
//!                                                                                   ▼
//!                                            watch: scenarios that are held out ──► what is kept
//! ```
//! Each scenario weighs alike, whatever its errors: what it asks for is divided by the size of its
//! errors, which the generator learns to expect beside the weights.
//!
//! [`Conditioned`]: crate::policy::Conditioned

mod batch;
mod contest;
mod descent;
pub mod draw;
mod file;
pub mod gaps;
mod trainer;
mod turns;
mod watch;

pub use contest::{Contest, Standing, excess_over};
pub use file::{ConditionedFile, ConditionedProgress, Place, policy_of_file};
pub use trainer::{ConditionedTrainer, ITERATIONS};
pub use watch::Judged;
