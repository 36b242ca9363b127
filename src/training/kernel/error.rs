//! What can be wrong with a request to the kernel.

/// Why the kernel refuses its input. The message says what was expected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KernelError {
    /// A slice does not have the length that the shapes imply.
    #[error("{what} has {found} numbers, but {expected} are needed")]
    Length {
        /// Which slice.
        what: &'static str,
        /// Its length.
        found: usize,
        /// The length it should have.
        expected: usize,
    },
    /// The network is of another kind, has no hidden layer, or one of width zero.
    #[error("the network must be fully connected, with a hidden layer, and no width of 0")]
    Network,
    /// An episode needs at least one step.
    #[error("every problem needs at least one step, and there must be a problem")]
    NoSteps,
    /// Problems of one batch in which networks see different things.
    #[error("the problems of a batch must have the same inputs")]
    Inputs,
    /// A tile of a problem that was not posed.
    #[error("a tile is of problem {0}, which was not posed")]
    NoProblem(usize),
    /// A parameter is infinite or not a number: the training has diverged.
    #[error("a parameter of the network is infinite or not a number")]
    NotFinite,
    /// The flag to break off was raised; what was computed so far is worthless.
    #[error("the kernel was interrupted")]
    Interrupted,
    /// A batch needs at least one path.
    #[error("the batch is empty")]
    EmptyBatch,
}

/// Checks a length.
pub(crate) fn expect_length(
    what: &'static str,
    found: usize,
    expected: usize,
) -> Result<(), KernelError> {
    if found == expected {
        Ok(())
    } else {
        Err(KernelError::Length {
            what,
            found,
            expected,
        })
    }
}
