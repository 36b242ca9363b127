//! The scenario being edited: where it came from, what changed, undo and redo.

use crate::presets::{self, PresetError};
use crate::scenario::fields::{Access, Field};
use crate::scenario::{Parameters, Scenario};
use crate::units::{FieldError, plain};
use std::path::{Path, PathBuf};

/// Edits that undo can take back.
const DEPTH: usize = 200;

/// Where a scenario was loaded from.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Origin {
    /// A read-only preset that comes with the program.
    BuiltIn(String),
    /// A file of the user's.
    File(PathBuf),
}

impl Origin {
    /// What a person calls it.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::BuiltIn(name) => name.clone(),
            Self::File(path) => path
                .file_stem()
                .map_or_else(String::new, |stem| stem.to_string_lossy().into_owned()),
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

/// A scenario with its history.
#[derive(Clone, Debug)]
pub struct Document {
    origin: Origin,
    base: Scenario,
    current: Scenario,
    past: Vec<Scenario>,
    future: Vec<Scenario>,
    /// Field under the hand during a drag.
    dragged: Option<&'static str>,
}

impl Document {
    /// A scenario just loaded.
    #[must_use]
    pub fn new(origin: Origin, scenario: Scenario) -> Self {
        Self {
            origin,
            base: scenario.clone(),
            current: scenario,
            past: Vec::new(),
            future: Vec::new(),
            dragged: None,
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

    /// The preset in a file.
    ///
    /// # Errors
    /// When the file holds no valid scenario.
    pub fn file(path: &Path) -> Result<Self, PresetError> {
        Ok(Self::new(
            Origin::File(path.to_owned()),
            presets::load_file(path)?,
        ))
    }

    /// Puts unsaved edits of an earlier session on top.
    pub fn restore(&mut self, edited: Scenario) {
        self.current = edited;
    }

    /// Where it came from.
    #[must_use]
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// The scenario as edited.
    #[must_use]
    pub fn scenario(&self) -> &Scenario {
        &self.current
    }

    /// The scenario as loaded or saved.
    #[must_use]
    pub fn base(&self) -> &Scenario {
        &self.base
    }

    /// Whether there is something to save.
    #[must_use]
    pub fn is_modified(&self) -> bool {
        self.current != self.base
    }

    /// Fields that differ from the preset.
    #[must_use]
    pub fn differences(&self) -> Vec<&'static Field> {
        self.current.differences(&self.base)
    }

    /// Whether there is an edit to take back, and one to do again.
    #[must_use]
    pub fn can_undo_redo(&self) -> (bool, bool) {
        (!self.past.is_empty(), !self.future.is_empty())
    }

    /// Changes fields together; nothing changes when the result is not allowed.
    ///
    /// # Errors
    /// The field, its value and what is allowed.
    pub fn edit(&mut self, changes: &[Change], grain: Grain) -> Result<(), FieldError> {
        let edited = applied(&self.current, changes)?;
        if edited == self.current {
            return Ok(());
        }
        let field = changes.first().map(|(field, _)| field.path);
        let goes_on = grain == Grain::Drag && self.dragged.is_some() && self.dragged == field;
        if !goes_on {
            self.remember();
        }
        self.dragged = field.filter(|_| grain == Grain::Drag);
        self.current = edited;
        Ok(())
    }

    /// The hand let go: the next drag is a step of its own.
    pub fn end_drag(&mut self) {
        self.dragged = None;
    }

    /// Replaces the whole scenario as one step.
    pub fn replace(&mut self, scenario: Scenario) {
        if scenario != self.current {
            self.remember();
            self.current = scenario;
            self.dragged = None;
        }
    }

    fn remember(&mut self) {
        self.past.push(self.current.clone());
        self.future.clear();
        if self.past.len() > DEPTH {
            self.past.remove(0);
        }
    }

    /// Takes the last edit back.
    pub fn undo(&mut self) {
        if let Some(before) = self.past.pop() {
            self.future
                .push(std::mem::replace(&mut self.current, before));
            self.dragged = None;
        }
    }

    /// Does an edit again that was taken back.
    pub fn redo(&mut self) {
        if let Some(after) = self.future.pop() {
            self.past.push(std::mem::replace(&mut self.current, after));
            self.dragged = None;
        }
    }

    /// Back to the preset; undo brings the edits back.
    pub fn revert(&mut self) {
        self.replace(self.base.clone());
    }

    /// The scenario was written to `path`, which is its origin from now on.
    pub fn saved(&mut self, path: PathBuf) {
        self.origin = Origin::File(path);
        self.base = self.current.clone();
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
    applied(scenario, changes).map(|_| ())
}

fn applied(scenario: &Scenario, changes: &[Change]) -> Result<Scenario, FieldError> {
    let mut parameters = scenario.clone().into_parameters();
    for (field, value) in changes {
        write(field, value, &mut parameters)?;
    }
    if parameters.steps != scenario.steps || parameters.market.spot != scenario.market.spot {
        // A path drawn for another calendar or another start no longer fits.
        parameters.shown_path = None;
    }
    Scenario::new(parameters)
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

    fn volatility(x: f64) -> Vec<Change> {
        vec![(Field::find("market.volatility").unwrap(), Value::Number(x))]
    }

    #[test]
    fn a_drag_is_one_step_for_undo() {
        let mut document = Document::built_in("paper-year").unwrap();
        let before = document.scenario().clone();
        for x in [0.2, 0.21, 0.22] {
            document.edit(&volatility(x), Grain::Drag).unwrap();
        }
        document.end_drag();
        document.edit(&volatility(0.3), Grain::Whole).unwrap();
        assert!(document.is_modified());
        document.undo();
        assert_eq!(document.scenario().market.volatility, 0.22);
        document.undo();
        assert_eq!(*document.scenario(), before);
        document.redo();
        assert_eq!(document.scenario().market.volatility, 0.22);
    }

    #[test]
    fn what_is_not_allowed_changes_nothing() {
        let mut document = Document::built_in("paper-year").unwrap();
        let refused = document.edit(&volatility(-1.0), Grain::Whole);
        assert!(
            refused
                .unwrap_err()
                .to_string()
                .contains("market.volatility")
        );
        assert!(!document.is_modified());
        assert_eq!(document.can_undo_redo(), (false, false));
    }

    #[test]
    fn reverting_can_be_undone() {
        let mut document = Document::built_in("paper-year").unwrap();
        document.edit(&volatility(0.4), Grain::Whole).unwrap();
        assert_eq!(document.differences().len(), 1);
        document.revert();
        assert!(!document.is_modified());
        document.undo();
        assert_eq!(document.scenario().market.volatility, 0.4);
    }
}
