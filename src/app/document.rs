//! The scenario being edited: where it came from, what changed, undo and redo.

use super::view::PolicyChart;
use crate::engine::{Opened, is_weights};
use crate::presets::{self, PresetError};
use crate::scenario::fields::{Access, Field};
use crate::scenario::{Parameters, Scenario, said_by_prices};
use crate::units::{FieldError, plain};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where a scenario was loaded from.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Origin {
    /// A read-only preset that comes with the program.
    BuiltIn(String),
    /// A file of the user's.
    File(PathBuf),
    /// A file of weights, with the scenario that they were trained for.
    Weights(PathBuf),
    /// The folder of a record.
    Record(PathBuf),
}

impl Origin {
    /// The chart of the policy that it is there to show: the paper's figures 1 and 2 are of this kind.
    #[must_use]
    pub fn chart(&self) -> Option<PolicyChart> {
        match self {
            Self::BuiltIn(name) if ["figure-1", "figure-2"].contains(&name.as_str()) => {
                Some(PolicyChart::PaperFigure)
            }
            _ => None,
        }
    }

    /// What a person calls it.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::BuiltIn(name) => name.clone(),
            Self::File(path) | Self::Weights(path) => path
                .file_stem()
                .map_or_else(String::new, |stem| stem.to_string_lossy().into_owned()),
            Self::Record(path) => path
                .file_name()
                .map_or_else(String::new, |name| name.to_string_lossy().into_owned()),
        }
    }
}

/// A value to write into a field.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// For fields that are numbers.
    Number(f64),
    /// For any field, as typed.
    Text(String),
}

/// One field and what to write into it.
pub type Change = (&'static Field, Value);

/// Whether an edit stands alone or belongs to the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grain {
    /// A step of its own for undo.
    Whole,
    /// Part of a drag: the drag is one step for undo.
    Drag,
}

/// A scenario being edited, and what it was when it was opened or saved. What a set lays beside it is
/// the session's.
#[derive(Clone, Debug)]
pub struct Document {
    origin: Origin,
    /// As it stands in its file.
    written: Arc<Scenario>,
    base: Arc<Scenario>,
    current: Arc<Scenario>,
    /// Paths that its record is of, where it is one.
    paths: Option<u64>,
}

impl Document {
    /// A scenario just loaded.
    #[must_use]
    pub fn new(origin: Origin, scenario: Scenario) -> Self {
        let base = Arc::new(scenario.alone());
        Self {
            origin,
            written: Arc::new(scenario),
            current: base.clone(),
            base,
            paths: None,
        }
    }

    /// The built-in preset `name`.
    ///
    /// # Errors
    /// When there is none of that name.
    pub fn built_in(name: &str) -> Result<Self, PresetError> {
        Ok(Self::new(
            Origin::BuiltIn(name.into()),
            presets::built_in(name)?,
        ))
    }

    /// What was read from a file.
    #[must_use]
    pub fn opened(opened: Opened) -> Self {
        let paths = opened.record.map(|record| record.paths);
        let origin = if paths.is_some() {
            Origin::Record(opened.path)
        } else if is_weights(&opened.path) {
            Origin::Weights(opened.path)
        } else {
            Origin::File(opened.path)
        };
        Self {
            paths,
            ..Self::new(origin, opened.scenario)
        }
    }

    /// The preset in a file, or the scenario that a file of weights was trained for.
    ///
    /// # Errors
    /// When the file holds no valid scenario.
    pub fn file(path: &Path) -> Result<Self, String> {
        Opened::read(path).map(Self::opened)
    }

    /// Puts another scenario in the place of the present one.
    pub fn put(&mut self, scenario: Arc<Scenario>) {
        self.current = scenario;
    }

    /// Where it came from.
    #[must_use]
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// Paths that its record is of, where it is one.
    #[must_use]
    pub fn paths(&self) -> Option<u64> {
        self.paths
    }

    /// Whether it is no preset file that can be saved to.
    #[must_use]
    pub fn is_read_only(&self) -> bool {
        !matches!(self.origin, Origin::File(_))
    }

    /// The preset as it stands in its file, with what it lays beside its scenario.
    #[must_use]
    pub fn written(&self) -> &Arc<Scenario> {
        &self.written
    }

    /// The scenario as it was opened or saved.
    #[must_use]
    pub fn base(&self) -> &Arc<Scenario> {
        &self.base
    }

    /// The scenario as it is.
    #[must_use]
    pub fn scenario(&self) -> &Arc<Scenario> {
        &self.current
    }

    /// Whether it differs from the preset.
    #[must_use]
    pub fn is_modified(&self) -> bool {
        self.current != self.base
    }

    /// The scenario with fields changed together. A path that the preset brings goes with its
    /// calendar and its start, and comes back with them.
    ///
    /// # Errors
    /// The field, its value and what is allowed.
    pub fn edited(&self, changes: &[Change]) -> Result<Scenario, FieldError> {
        let mut parameters = changed(&self.current, changes)?;
        parameters.shown_path = self.path_for(&parameters);
        Scenario::new(parameters)
    }

    /// The path that is shown, or else the preset's, where it has the calendar and the start of other
    /// parameters.
    #[must_use]
    pub fn path_for(&self, parameters: &Parameters) -> Option<Vec<f64>> {
        let fits = |scenario: &&Arc<Scenario>| {
            parameters.steps == scenario.steps && parameters.market.spot == scenario.market.spot
        };
        let there = [&self.current, &self.base].into_iter().find(fits);
        there.and_then(|scenario| scenario.shown_path.clone())
    }

    /// `written` is in the file `path`, which is its origin from now on.
    pub fn saved(&mut self, path: PathBuf, written: Arc<Scenario>) {
        self.origin = Origin::File(path);
        self.paths = None;
        self.base = Arc::new(written.alone());
        self.written = written;
    }

    /// A file has another name now.
    pub fn moved(&mut self, from: &Path, to: &Path) {
        if matches!(&self.origin, Origin::File(path) if path == from) {
            self.origin = Origin::File(to.to_owned());
        }
    }
}

/// The value of a field in the preset, as a change.
#[must_use]
pub fn preset_value(field: &'static Field, base: &Scenario) -> Change {
    (field, Value::Text(field.get(base)))
}

/// Whether changes would be allowed.
///
/// # Errors
/// The field, its value and what is allowed.
pub fn check(scenario: &Scenario, changes: &[Change]) -> Result<(), FieldError> {
    let mut parameters = changed(scenario, changes)?;
    if parameters.steps != scenario.steps || parameters.market.spot != scenario.market.spot {
        parameters.shown_path = None;
    }
    Scenario::new(parameters).map(|_| ())
}

fn changed(scenario: &Scenario, changes: &[Change]) -> Result<Parameters, FieldError> {
    let mut parameters = scenario.clone().into_parameters();
    for (field, value) in changes {
        write(field, value, &mut parameters)?;
    }
    // What recorded prices have is theirs.
    for (field, _) in changes {
        let value = field.get(&parameters);
        if let Some(allowed) = said_by_prices(&parameters, field)
            && value != field.get(scenario)
        {
            return Err(FieldError::new(field.path, value, allowed));
        }
    }
    Ok(parameters)
}

fn write(field: &Field, value: &Value, parameters: &mut Parameters) -> Result<(), FieldError> {
    match (value, field.access) {
        (Value::Number(x), Access::Number { set, .. }) => {
            set(parameters, *x);
            field.check(parameters)
        }
        (Value::Number(x), _) => field.set(parameters, &plain(*x)),
        (Value::Text(text), _) => field.set(parameters, text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(path: &str, x: f64) -> Vec<Change> {
        vec![(Field::find(path).unwrap(), Value::Number(x))]
    }

    #[test]
    fn what_is_not_allowed_is_refused_by_name() {
        let document = Document::built_in("paper-year").unwrap();
        let refused = document.edited(&number("market.volatility", -1.0));
        let error = refused.unwrap_err().to_string();
        assert!(error.contains("market.volatility"), "{error}");
    }

    #[test]
    fn the_path_of_a_preset_comes_back_with_its_start() {
        let mut document = Document::built_in("figure-3").unwrap();
        for spot in [990.0, 1000.0] {
            let edited = document.edited(&number("market.spot", spot)).unwrap();
            assert_eq!(edited.shown_path.is_some(), spot == 1000.0);
            document.put(Arc::new(edited));
        }
        assert!(!document.is_modified());
    }
}
