//! The scenario that a sweep starts from: a preset or a pin of it, with what the spec changes everywhere.

use crate::presets;
use crate::scenario::fields::Field;
use crate::scenario::{FieldError, Scenario};
use crate::sweep::error::SweepError;
use crate::sweep::spec::Spec;
use std::path::Path;

/// The scenario of the preset that a spec names.
pub(super) fn preset_of(spec: &Spec, folder: Option<&Path>) -> Result<Scenario, SweepError> {
    let beside = folder.map(|folder| folder.join(&spec.preset));
    let is_file = Path::new(&spec.preset).extension().is_some();
    let set = match beside.filter(|file| is_file && file.is_file()) {
        Some(file) => presets::load_file(&file)?,
        None => presets::load(&spec.preset)?,
    };
    let Some(name) = &spec.pin else {
        return Ok(set.alone());
    };
    let pins = set.pinned();
    let names: Vec<&str> = pins.iter().map(|pin| pin.label.name.as_str()).collect();
    let refused = || {
        let allowed = format!("a pin of {}: {}", spec.preset, names.join(", "));
        FieldError::new("pin", format!("{name:?}"), allowed)
    };
    let pin = pins.iter().find(|pin| pin.label.name == *name);
    Ok(pin.ok_or_else(refused)?.scenario.clone())
}

/// The scenario of every cell before its axes move.
pub(super) fn base(spec: &Spec, preset: &Scenario) -> Result<Scenario, FieldError> {
    let mut parameters = preset.clone().into_parameters();
    for (path, value) in &spec.changes {
        let inside = |wrong: FieldError| wrong.inside("changes");
        let field = Field::find(path).map_err(inside)?;
        field.set(&mut parameters, value).map_err(inside)?;
    }
    let effort = &spec.training;
    for (path, count) in [
        ("training.iterations", effort.iterations.filter(|n| *n > 0)),
        ("training.batch", effort.batch),
    ] {
        if let Some(count) = count {
            Field::find(path)?.set(&mut parameters, &count.to_string())?;
        }
    }
    parameters.strategies.selected.clone_from(&spec.strategies);
    // A cell is no preset to be shown.
    parameters.shown_path = None;
    parameters.description = String::new();
    Scenario::new(parameters)
}
