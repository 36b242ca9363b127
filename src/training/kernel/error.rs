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
    /// The network has no hidden layer, or one of width zero.
    #[error("the network needs at least one hidden layer, and every width must be at least 1")]
    Network,
    /// An episode needs at least one step.
    #[error("the problem needs at least one step")]
    NoSteps,
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
