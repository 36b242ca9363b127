//! What a step puts on screen: a preset, changed, with its policy and pins, on a path and a date.

use super::{Chart, View};
use crate::policy::LearnedPolicy;
use crate::presets::{self, Place, PresetError};
use crate::scenario::{Label, PinnedScenario, Scenario, Strategy};
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
        let (place, written) = self.found()?;
        let pins = written.pinned();
        let chosen = match &self.pin {
            None => None,
            Some(name) => Some(find(&pins, "pin", name)?),
        };
        for name in self.beside.iter().flatten() {
            find(&pins, "beside", name)?;
        }
        let learned = |pin: &PinnedScenario| policy(&place, Some(pin.policy.as_ref()?));
        let scenario = match chosen {
            None => written.alone(),
            Some(pin) => on_path_of(&pin.scenario, &written)?,
        };
        let staged = pins.iter().filter(|pin| self.lays_beside(pin));
        Ok(Stage {
            pins: staged
                .map(|pin| StagedPin {
                    label: pin.label.clone(),
                    scenario: pin.scenario.clone(),
                    learned: learned(pin),
                })
                .collect(),
            learned: chosen.map_or_else(|| policy(&place, None), learned),
            scenario: self.changed(&scenario)?,
            setup: self.clone(),
            place,
            written,
        })
    }

    /// Where the preset is, and the preset.
    fn found(&self) -> Result<(Place, Scenario), FieldError> {
        let absent = |error: PresetError| {
            let allowed = format!("a preset that is there ({error})");
            FieldError::new("preset", format!("{:?}", self.preset), allowed)
        };
        let place = presets::locate(&self.preset).map_err(absent)?;
        let written = match &place {
            Place::BuiltIn(name) => presets::built_in(name),
            Place::File(path) => presets::load_file(path),
        };
        Ok((place, written.map_err(absent)?))
    }

    /// Whether a pin of the set is laid beside the scenario.
    fn lays_beside(&self, pin: &PinnedScenario) -> bool {
        let name = &pin.label.name;
        let wanted = self.beside.as_ref();
        wanted.is_none_or(|wanted| wanted.contains(name)) && Some(name) != self.pin.as_ref()
    }

    /// The scenario with the changes, in which the date must be one.
    fn changed(&self, scenario: &Scenario) -> Result<Scenario, FieldError> {
        let changes = self.changes.iter();
        let changes = changes.map(|(field, value)| (field.as_str(), value.as_str()));
        let scenario = scenario.with(changes).map_err(|error| FieldError {
            field: format!("changes: {}", error.field),
            ..error
        })?;
        match self.date {
            Some(date) if date > scenario.steps => {
                let allowed = format!("0 to {}", scenario.steps);
                Err(FieldError::new("date", date, allowed))
            }
            _ => Ok(scenario),
        }
    }
}

/// The pin of a set that is called so; `field` names it in the message where there is none.
fn find<'a>(
    pins: &'a [PinnedScenario],
    field: &str,
    name: &str,
) -> Result<&'a PinnedScenario, FieldError> {
    let found = pins.iter().find(|pin| pin.label.name == name);
    found.ok_or_else(|| {
        let names: Vec<&str> = pins.iter().map(|pin| pin.label.name.as_str()).collect();
        let allowed = match names.len() {
            0 => "nothing: the preset has no pins".to_owned(),
            _ => format!("one of {}", names.join(", ")),
        };
        FieldError::new(field, format!("{name:?}"), allowed)
    })
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
