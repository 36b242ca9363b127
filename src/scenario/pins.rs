//! Pins: other scenarios that are laid beside one, to compare. A preset holds each as the changes that
//! make it from the preset's own scenario.

use super::{Parameters, Scenario};
use crate::scenario::fields::{FIELDS, Field};
use crate::units::FieldError;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Most scenarios that are laid beside one.
pub const MOST_PINS: usize = 6;
/// Longest name of a pin (characters).
const LONGEST: usize = 40;
/// Title of a pinned scenario: its name is the pin's.
const TITLE: &str = "Pinned";

/// What a pin is called and how it looks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Label {
    /// Its name, another for each.
    pub name: String,
    /// Its colour.
    pub tint: Tint,
    /// Whether it is kept aside, not compared with.
    pub hidden: bool,
}

/// A colour of a pin.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each is what its name says")]
pub enum Tint {
    #[default]
    Rose,
    Lime,
    Violet,
    Sand,
    Copper,
    Grey,
}

impl Tint {
    /// Every one, in the order in which pins take them.
    pub const ALL: [Self; MOST_PINS] = [
        Self::Rose,
        Self::Lime,
        Self::Violet,
        Self::Sand,
        Self::Copper,
        Self::Grey,
    ];

    /// What it is called.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Rose => "rose",
            Self::Lime => "lime",
            Self::Violet => "violet",
            Self::Sand => "sand",
            Self::Copper => "copper",
            Self::Grey => "grey",
        }
    }
}

/// A pin as a preset file holds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pin {
    /// Its name, another for each.
    pub name: String,
    /// Its colour.
    #[serde(default)]
    pub tint: Tint,
    /// Whether it is kept aside.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub hidden: bool,
    /// Mark of its policy's file: `NAME.MARK.safetensors` beside the preset `NAME.ron`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<String>,
    /// Fields in which it differs from the preset's own scenario, as `name: value`.
    pub changes: BTreeMap<String, String>,
}

/// A pin made whole.
#[derive(Clone, Debug, PartialEq)]
pub struct PinnedScenario {
    /// What it is called.
    pub label: Label,
    /// Mark of its policy's file.
    pub policy: Option<String>,
    /// Its scenario.
    pub scenario: Scenario,
}

impl Scenario {
    /// The scenarios that are laid beside it.
    #[must_use]
    pub fn pinned(&self) -> Vec<PinnedScenario> {
        let whole = |(place, pin): (usize, &Pin)| {
            Some(PinnedScenario {
                label: Label {
                    name: pin.name.clone(),
                    tint: pin.tint,
                    hidden: pin.hidden,
                },
                policy: pin.policy.clone(),
                scenario: made(self, place, pin).ok()?,
            })
        };
        self.pins.iter().enumerate().filter_map(whole).collect()
    }

    /// The same with none beside it.
    #[must_use]
    pub fn alone(&self) -> Self {
        let mut parameters = self.0.clone();
        parameters.pins.clear();
        Self(parameters)
    }

    /// What is pinned of it: the market and who hedges there, under no title and on no path of its own.
    #[must_use]
    pub fn to_pin(&self) -> Self {
        let mut parameters = self.0.clone();
        parameters.title = TITLE.into();
        parameters.description.clear();
        parameters.shown_path = None;
        parameters.pins.clear();
        Self(parameters)
    }

    /// The same with others beside it, in place of those that are there.
    ///
    /// # Errors
    /// When there are too many, or two of one name.
    pub fn beside(&self, pins: &[PinnedScenario]) -> Result<Self, FieldError> {
        let mut parameters = self.0.clone();
        let changes = |other: &Self| {
            let differ = self.differences(other).into_iter();
            differ
                .map(|field| (field.path.to_owned(), field.get(other)))
                .collect()
        };
        parameters.pins = pins
            .iter()
            .map(|pin| Pin {
                name: pin.label.name.clone(),
                tint: pin.label.tint,
                hidden: pin.label.hidden,
                policy: pin.policy.clone(),
                changes: changes(&pin.scenario),
            })
            .collect();
        Self::new(parameters)
    }
}

/// Checks the pins of a scenario that is well otherwise.
pub(super) fn check(scenario: &Scenario) -> Result<(), FieldError> {
    let pins = &scenario.pins;
    if pins.len() > MOST_PINS {
        let allowed = format!("at most {MOST_PINS}");
        return Err(FieldError::new("pins", pins.len(), allowed));
    }
    for (place, pin) in pins.iter().enumerate() {
        let refused = |part: &str, value: &str, allowed: &str| {
            FieldError::new(
                format!("pins[{place}].{part}"),
                format!("{value:?}"),
                allowed,
            )
        };
        if !is_name(&pin.name) {
            let allowed = format!("one line of 1 to {LONGEST} characters");
            return Err(refused("name", &pin.name, &allowed));
        }
        if pins[..place].iter().any(|other| other.name == pin.name) {
            return Err(refused("name", &pin.name, "another name for each pin"));
        }
        if let Some(mark) = pin.policy.as_ref().filter(|mark| !is_mark(mark)) {
            return Err(refused("policy", mark, "up to 40 letters, digits and -"));
        }
        made(scenario, place, pin)?;
    }
    Ok(())
}

/// Whether a text can be a pin's name.
#[must_use]
pub fn is_name(name: &str) -> bool {
    (1..=LONGEST).contains(&name.chars().count())
        && name.trim() == name
        && !name.chars().any(char::is_control)
}

fn is_mark(mark: &str) -> bool {
    let letter = |c: char| c.is_ascii_alphanumeric() || c == '-';
    (1..=40).contains(&mark.len()) && mark.chars().all(letter)
}

/// A pin's scenario.
fn made(scenario: &Scenario, place: usize, pin: &Pin) -> Result<Scenario, FieldError> {
    let about = |error: FieldError| FieldError {
        field: format!("pins[{place}].changes: {}", error.field),
        ..error
    };
    let mut parameters: Parameters = scenario.to_pin().into_parameters();
    for path in pin.changes.keys() {
        Field::find(path).map_err(about)?;
    }
    for field in FIELDS {
        if let Some(value) = pin.changes.get(field.path) {
            field.set(&mut parameters, value).map_err(about)?;
        }
    }
    Scenario::new(parameters).map_err(about)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::presets;

    fn pin(name: &str, scenario: &Scenario) -> PinnedScenario {
        PinnedScenario {
            label: Label {
                name: name.into(),
                tint: Tint::Copper,
                hidden: true,
            },
            policy: Some("a-1".into()),
            scenario: scenario.to_pin(),
        }
    }

    #[test]
    fn any_preset_beside_any_other_is_read_back_as_it_is() {
        let all: Vec<Scenario> = presets::BUILT_IN
            .iter()
            .map(|(name, _)| presets::built_in(name).unwrap().alone())
            .collect();
        for base in &all {
            for (i, group) in all.chunks(MOST_PINS).enumerate() {
                let names = (0..).map(|n| format!("pin {i}.{n}"));
                let pins: Vec<_> = group
                    .iter()
                    .zip(names)
                    .map(|(other, name)| pin(&name, other))
                    .collect();
                let set = base.beside(&pins).unwrap();
                let text = presets::text(&set).unwrap();
                let read = presets::parse(&text, "test").unwrap();
                assert_eq!(read.pinned(), pins);
                assert_eq!(read.alone(), *base);
            }
        }
    }

    #[test]
    fn a_pin_that_cannot_be_is_refused_with_its_place() {
        let base = presets::built_in("paper-year").unwrap();
        let refused = |change: &dyn Fn(&mut Vec<Pin>)| {
            let two = [pin("one", &base), pin("two", &base)];
            let mut parameters = base.beside(&two).unwrap().into_parameters();
            change(&mut parameters.pins);
            Scenario::new(parameters).unwrap_err().to_string()
        };
        let volatile = |pins: &mut Vec<Pin>| {
            let (name, value) = ("market.volatility".into(), "-1".into());
            pins[1].changes.insert(name, value);
        };
        assert!(refused(&volatile).starts_with("pins[1].changes: market.volatility is"));
        let unknown = |pins: &mut Vec<Pin>| {
            pins[0].changes.insert("nothing".into(), "1".into());
        };
        assert!(refused(&unknown).contains("\"nothing\""));
        assert!(refused(&|pins| pins[1].name = "one".into()).starts_with("pins[1].name"));
        assert!(refused(&|pins| pins[0].name = " ".into()).contains("1 to 40"));
        assert!(refused(&|pins| pins[0].policy = Some("../x".into())).contains("letters"));
        let seven = |pins: &mut Vec<Pin>| {
            *pins = (0..7)
                .map(|n| Pin {
                    name: n.to_string(),
                    ..pins[0].clone()
                })
                .collect();
        };
        assert!(refused(&seven).contains("at most 6"));
    }
}
