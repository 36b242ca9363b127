//! A Monte-Carlo figure with its standard error.

use serde::{Deserialize, Serialize};

/// A Monte-Carlo figure.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// The figure; absent where it is not defined (skewness of errors that are all the same).
    pub value: Option<f64>,
    /// Its standard error; absent where none is defined.
    pub se: Option<f64>,
}

impl Estimate {
    pub(super) const UNDEFINED: Self = Self {
        value: None,
        se: None,
    };

    pub(super) fn exact(value: f64) -> Self {
        Self {
            value: Some(value),
            se: None,
        }
    }
}
