//! A Monte-Carlo figure with its standard error.

use serde::{Deserialize, Serialize};

/// A Monte-Carlo figure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
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

    /// A figure that is the same on every path: it has no standard error.
    #[must_use]
    pub fn exact(value: f64) -> Self {
        Self {
            value: Some(value),
            se: None,
        }
    }

    /// Whether it is further from 0 than chance explains: by more than two standard errors.
    #[must_use]
    pub fn is_beyond_chance(&self) -> bool {
        let error = self.se.unwrap_or(0.0);
        self.value.is_some_and(|value| value.abs() > 2.0 * error)
    }

    /// This less another figure. The standard error is that of figures that know nothing of each
    /// other, and too large for those of the same paths, which rise and fall together.
    #[must_use]
    pub fn less(&self, other: &Self) -> Self {
        let both = self.value.zip(other.value);
        let errors = [self.se, other.se];
        let known = errors.iter().any(Option::is_some);
        let [one, another] = errors.map(|se| se.unwrap_or(0.0));
        Self {
            value: both.map(|(one, other)| one - other),
            se: known.then(|| one.hypot(another)),
        }
    }
}
