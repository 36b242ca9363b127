//! What can go wrong in training.

use super::kernel::KernelError;
use crate::policy::learned::WeightsError;

/// Why training does not start or go on.
#[derive(Debug, thiserror::Error)]
pub enum TrainingError {
    /// The loss or a weight is no longer a number, however often training went back.
    #[error(
        "the {what} is not finite in iteration {iteration}, although training went back to good weights a dozen times; those are kept; try a smaller training.learning_rate or training.gradient_clip"
    )]
    NotFinite {
        /// Loss, gradient or weights.
        what: &'static str,
        /// In which iteration.
        iteration: u64,
    },
    /// The network to start from has another shape than the scenario asks for.
    #[error(
        "the network to start from has {found}, the scenario asks for {wanted}; set training.network, training.hidden, training.form and training.activation alike"
    )]
    OtherShape {
        /// Shape of the network given.
        found: String,
        /// Shape that the scenario asks for.
        wanted: String,
    },
    /// Nothing to measure a network against.
    #[error(
        "the hedging errors of delta and of Leland's hedge are not finite, so that nothing can be judged; trading must be cheaper: a smaller order_book.ask_exponent or contract.shares, or a larger order_book.depth"
    )]
    NoBaseline,
    /// More memory than is sensible.
    #[error("training would take about {gigabytes} GB of memory; allowed: {limit}; {}", fits(*.batch))]
    TooLarge {
        /// Estimated need (GB).
        gigabytes: f64,
        /// Largest need allowed (GB).
        limit: f64,
        /// The largest batch that would fit, if one would.
        batch: Option<u64>,
    },
    /// Whoever watched broke it off; nothing has changed.
    #[error("training was interrupted")]
    Interrupted,
    /// A checkpoint that holds only a finished policy.
    #[error("the file holds a policy and no state of its training; start a new training from it")]
    NothingToResume,
    /// The kernel refused.
    #[error(transparent)]
    Kernel(KernelError),
    /// Weights that do not fit.
    #[error(transparent)]
    Weights(#[from] WeightsError),
}

/// What would fit.
fn fits(batch: Option<u64>) -> String {
    match batch {
        Some(batch) => format!("a training.batch of at most {batch} would fit"),
        None => "make training.hidden or steps smaller".into(),
    }
}

impl From<KernelError> for TrainingError {
    fn from(error: KernelError) -> Self {
        match error {
            KernelError::Interrupted => Self::Interrupted,
            error => Self::Kernel(error),
        }
    }
}
