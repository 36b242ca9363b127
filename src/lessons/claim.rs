//! What a lesson claims, held against what the program measures.

use super::{Measured, Stage};
use crate::units::FieldError;
use serde::Deserialize;

/// Joint standard errors by which a claim must hold, where its figures have any.
const BEYOND: f64 = 3.0;

/// One quantity is less than another.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// In words, as the lesson says it.
    pub says: String,
    /// What is less.
    pub less: Measured,
    /// Than what.
    pub than: Measured,
    /// By how much at least.
    #[serde(default)]
    pub by: f64,
}

/// A claim held against what was measured.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// What is claimed.
    pub says: String,
    /// What is less, and than what.
    pub values: [f64; 2],
    /// The joint standard error; 0 of exact figures.
    pub se: f64,
    /// Whether it holds, by three joint standard errors at least.
    pub holds: bool,
}

impl Claim {
    /// Holds it against what is measured on a stage.
    ///
    /// # Errors
    /// When one of its quantities cannot be measured there.
    pub fn found(&self, stage: Option<&Stage>) -> Result<Finding, FieldError> {
        let less = self.less.on(stage).map_err(|error| error.inside("less"))?;
        let than = self.than.on(stage).map_err(|error| error.inside("than"))?;
        let gap = than.less(&less);
        let se = gap.se.unwrap_or(0.0);
        let margin = self.by + BEYOND * se;
        Ok(Finding {
            says: self.says.clone(),
            values: [less, than].map(|figure| figure.value.unwrap_or(f64::NAN)),
            se,
            holds: gap
                .value
                .is_some_and(|gap| gap > margin || (gap == margin && se == 0.0 && self.by > 0.0)),
        })
    }
}
