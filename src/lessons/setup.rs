//! What a step puts on screen: a preset, changed, with its policy and pins, on a path and a date.

use super::{Chart, View};
use crate::policy::LearnedPolicy;
use crate::presets::{self, Place};
use crate::scenario::{Label, Scenario, Strategy};
use crate::training::{Checkpoint, shipped, shipped_for_pin};
use crate::units::FieldError;
use serde::Deserialize;
use std::collections::BTreeMap;

/// What a step puts on screen.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Setup {
    /// A built-in preset, or one of one's own.
    pub preset: String,
    /// Of a set: the pinned scenario that takes the preset's place, with its policy.
    #[serde(default)]
    pub pin: Option<String>,
    /// Fields of it that are changed.
    #[serde(default)]
    pub changes: BTreeMap<String, String>,
    /// Of a set: the names of the pins laid beside; absent: all.
    #[serde(default)]
    pub beside: Option<Vec<String>>,
    /// Number of the path; absent: the preset's own, or the first.
    #[serde(default)]
    pub path: Option<u64>,
    /// Date under the time cursor; absent: half-way.
    #[serde(default)]
    pub date: Option<usize>,
    /// Whose book, trades and policy are shown.
    #[serde(default)]
    pub focus: Option<Strategy>,
    /// What the policy view shows.
    #[serde(default)]
    pub chart: Option<Chart>,
    /// The views that are shown, the first one large; none: those of the layout.
    #[serde(default)]
    pub views: Vec<View>,
    /// The controls that are shown, by the fields' names.
    #[serde(default)]
    pub controls: Vec<String>,
}

/// A setup made ready: what it names was found and read.
#[derive(Clone, Debug, PartialEq)]
pub struct Stage {
    /// Where the preset is.
    pub place: Place,
    /// The preset as it stands in its file, set and all.
    pub written: Scenario,
    /// The scenario, changed.
    pub scenario: Scenario,
    /// The policy that the preset, or its pin, brings.
    pub learned: Option<LearnedPolicy>,
    /// What is laid beside it.
    pub pins: Vec<StagedPin>,
    /// The setup itself.
    pub setup: Setup,
}

/// A pinned scenario with its policy.
#[derive(Clone, Debug, PartialEq)]
pub struct StagedPin {
    /// What it is called.
    pub label: Label,
    /// Its scenario.
    pub scenario: Scenario,
    /// Its policy.
    pub learned: Option<LearnedPolicy>,
}

impl Setup {
    /// The setup of a preset as it is.
    #[must_use]
    pub fn of(preset: &str) -> Self {
        Self {
            preset: preset.into(),
            ..Self::default()
        }
    }

    /// Finds and reads what it names.
    ///
    /// # Errors
    /// When there is no such preset, pin or field, or a value does not fit; fields are named from the
    /// setup on.
    pub fn ready(&self) -> Result<Stage, FieldError> {
        let unknown = |field: &str, value: &str, allowed: String| {
            FieldError::new(field, format!("{value:?}"), allowed)
        };
        let absent = |error: presets::PresetError| {
            unknown(
                "preset",
                &self.preset,
                format!("a preset that is there ({error})"),
            )
        };
        let place = presets::locate(&self.preset).map_err(absent)?;
        let written = match &place {
            Place::BuiltIn(name) => presets::built_in(name),
            Place::File(path) => presets::load_file(path),
        }
        .map_err(absent)?;
        let pins = written.pinned();
        let names: Vec<&str> = pins.iter().map(|pin| pin.label.name.as_str()).collect();
        let no_pin = |field: &str, name: &str| {
            let allowed = match names.len() {
                0 => "nothing: the preset has no pins".to_owned(),
                _ => format!("one of {}", names.join(", ")),
            };
            unknown(field, name, allowed)
        };
        let chosen = match &self.pin {
            None => None,
            Some(name) => Some(
                pins.iter()
                    .find(|pin| pin.label.name == *name)
                    .ok_or_else(|| no_pin("pin", name))?,
            ),
        };
        for name in self.beside.iter().flatten() {
            if !names.contains(&name.as_str()) {
                return Err(no_pin("beside", name));
            }
        }
        let learned = match chosen {
            None => policy(&place, None),
            Some(pin) => pin
                .policy
                .as_ref()
                .and_then(|mark| policy(&place, Some(mark))),
        };
        let scenario = match chosen {
            None => written.alone(),
            Some(pin) => on_path_of(&pin.scenario, &written)?,
        };
        let beside = |name: &String| {
            self.beside
                .as_ref()
                .is_none_or(|wanted| wanted.contains(name))
                && Some(name) != self.pin.as_ref()
        };
        let staged = pins.iter().filter(|pin| beside(&pin.label.name));
        let staged = staged.map(|pin| StagedPin {
            label: pin.label.clone(),
            scenario: pin.scenario.clone(),
            learned: pin
                .policy
                .as_ref()
                .and_then(|mark| policy(&place, Some(mark))),
        });
        let changes = self.changes.iter();
        let scenario = scenario
            .with(changes.map(|(field, value)| (field.as_str(), value.as_str())))
            .map_err(|error| FieldError {
                field: format!("changes: {}", error.field),
                ..error
            })?;
        let steps = scenario.steps;
        if self.date.is_some_and(|date| date > steps) {
            let date = self.date.unwrap_or(0);
            return Err(FieldError::new("date", date, format!("0 to {steps}")));
        }
        Ok(Stage {
            pins: staged.collect(),
            place,
            scenario,
            learned,
            setup: self.clone(),
            written,
        })
    }
}

/// A pinned scenario on the path that its preset shows.
fn on_path_of(pinned: &Scenario, preset: &Scenario) -> Result<Scenario, FieldError> {
    let mut parameters = pinned.clone().into_parameters();
    parameters.title.clone_from(&preset.title);
    if (parameters.steps, parameters.market.spot) == (preset.steps, preset.market.spot) {
        parameters.shown_path.clone_from(&preset.shown_path);
    }
    Scenario::new(parameters)
}

/// The trained policy of a preset, or of one of its pins by its mark; a file that does not load is
/// as one that is not there.
fn policy(place: &Place, mark: Option<&str>) -> Option<LearnedPolicy> {
    match (place, mark) {
        (Place::BuiltIn(name), None) => shipped(name),
        (Place::BuiltIn(name), Some(mark)) => shipped_for_pin(name, mark),
        (Place::File(path), mark) => {
            let file = match mark {
                None => presets::policy_file(path),
                Some(mark) => presets::pin_policy_file(path, mark),
            };
            Checkpoint::read(&file).ok().map(|read| read.policy)
        }
    }
}
