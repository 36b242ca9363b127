//! A challenge: which scenario is to be hedged by hand, and on which paths.

use crate::policy::LearnedPolicy;
use crate::presets::{self, PresetError, Written, text_of};
use crate::scenario::Scenario;
use crate::training::shipped;
use crate::units::FieldError;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;

/// Version of the format that this program reads.
const VERSION: u32 = 1;
/// Largest file (bytes).
const LIMIT: u64 = 64 << 10;
/// Longest words (characters).
const LONGEST: Longest = Longest {
    title: 100,
    level: 40,
    text: 4000,
};
/// Most paths that one may try.
const MOST_PATHS: u64 = 1000;
/// Most dates that a person can be asked to hedge.
const MOST_DATES: usize = 250;

struct Longest {
    title: usize,
    level: usize,
    text: usize,
}

/// Why there is no challenge.
#[derive(Debug, thiserror::Error)]
pub enum ChallengeError {
    /// Neither built in nor a file.
    #[error("no challenge and no file is called {name:?}; challenges: {known}")]
    Unknown {
        /// What was asked for.
        name: String,
        /// What there is.
        known: String,
    },
    /// The file could not be read, or holds none.
    #[error(transparent)]
    File(#[from] PresetError),
}

/// A challenge as a file holds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename = "Challenge")]
struct Plain {
    version: u32,
    title: String,
    #[serde(default)]
    text: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    level: Option<String>,
    preset: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pin: Option<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    changes: BTreeMap<String, String>,
    seed: u64,
    #[serde(default = "ten")]
    paths: u64,
}

fn ten() -> u64 {
    10
}

/// A checked challenge.
#[derive(Clone, Debug, PartialEq)]
pub struct Challenge {
    name: String,
    plain: Plain,
    scenario: Scenario,
    /// Name of the shipped policy that fits best.
    policy: String,
}

impl Challenge {
    /// The challenge in a text; `origin` names it in messages: a built-in name, or a file.
    ///
    /// # Errors
    /// Where and why the text is no challenge.
    pub fn parse(text: &str, origin: &str) -> Result<Self, ChallengeError> {
        let written = Written { text, origin };
        let plain: Plain = written.read("a challenge", VERSION)?;
        let name = Path::new(origin).file_stem();
        let name = name.map_or(origin.into(), |stem| stem.to_string_lossy().into_owned());
        Self::new(name, plain).map_err(|wrong| written.about(&wrong).into())
    }

    /// The challenge in a file.
    ///
    /// # Errors
    /// When the file cannot be read, or where and why it is no challenge.
    pub fn load_file(path: &Path) -> Result<Self, ChallengeError> {
        Self::parse(&text_of(path, LIMIT)?, &path.display().to_string())
    }

    fn new(name: String, plain: Plain) -> Result<Self, FieldError> {
        check_words(&plain)?;
        if !(1..=MOST_PATHS).contains(&plain.paths) {
            let allowed = format!("1 to {MOST_PATHS}");
            return Err(FieldError::new("paths", plain.paths, allowed));
        }
        let (scenario, policy) = subject(&plain)?;
        Ok(Self {
            name,
            scenario: changed(&scenario, &plain)?,
            policy,
            plain,
        })
    }

    /// Whether a file means to be a challenge, not a preset: it names the preset that it starts from.
    #[must_use]
    pub fn is_meant_in(path: &Path) -> bool {
        text_of(path, LIMIT).is_ok_and(|text| is_meant(&text))
    }

    /// What it is called: its built-in name, or the name of its file without the ending.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// One line for a list.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.plain.title
    }

    /// A few sentences: what it is and what to mind.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.plain.text
    }

    /// What makes it hard, in a word or two, where it is one of a row of levels.
    #[must_use]
    pub fn level(&self) -> Option<&str> {
        self.plain.level.as_deref()
    }

    /// The built-in preset that it starts from.
    #[must_use]
    pub fn preset(&self) -> &str {
        &self.plain.preset
    }

    /// Which scenario of the preset, where it is a pinned one.
    #[must_use]
    pub fn pin(&self) -> Option<&str> {
        self.plain.pin.as_deref()
    }

    /// Seed of the paths: the same for everybody who takes the challenge.
    #[must_use]
    pub fn seed(&self) -> u64 {
        self.plain.seed
    }

    /// How many paths one may try; they are numbered from 1.
    #[must_use]
    pub fn paths(&self) -> u64 {
        self.plain.paths
    }

    /// The text of a file that holds it.
    ///
    /// # Errors
    /// When it cannot be put into words.
    pub fn file_text(&self) -> Result<String, ChallengeError> {
        Ok(presets::written_text(&self.plain)?)
    }

    /// What is hedged, with the seed of the challenge.
    #[must_use]
    pub fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// The trained policy that comes with the preset or the pin, if one does.
    #[must_use]
    pub fn learned(&self) -> Option<LearnedPolicy> {
        shipped(&self.policy)
    }
}

fn check_words(plain: &Plain) -> Result<(), FieldError> {
    let one_line = |field: &str, text: &str, longest: usize| {
        let length = text.trim().chars().count();
        if (1..=longest).contains(&length) && !text.chars().any(char::is_control) {
            return Ok(());
        }
        let allowed = format!("one line of 1 to {longest} characters");
        Err(FieldError::new(field, told(text), allowed))
    };
    one_line("title", &plain.title, LONGEST.title)?;
    if let Some(level) = &plain.level {
        one_line("level", level, LONGEST.level)?;
    }
    let length = plain.text.chars().count();
    if length > LONGEST.text {
        let allowed = format!("at most {} characters", LONGEST.text);
        let value = format!("{length} characters long");
        return Err(FieldError::new("text", value, allowed));
    }
    Ok(())
}

/// A text as a message quotes it: its beginning, where it is long.
fn told(text: &str) -> String {
    const MOST: usize = 60;
    if text.chars().count() <= MOST {
        return format!("{text:?}");
    }
    let start: String = text.chars().take(MOST).collect();
    format!("{start:?}…")
}

/// The scenario that is named, and the name of its shipped policy.
fn subject(plain: &Plain) -> Result<(Scenario, String), FieldError> {
    let names: Vec<&str> = presets::BUILT_IN.iter().map(|(name, _)| *name).collect();
    let absent = || FieldError::new("preset", told(&plain.preset), names.join(", "));
    let set = presets::built_in(&plain.preset).map_err(|_unknown| absent())?;
    let Some(name) = &plain.pin else {
        return Ok((set.alone(), plain.preset.clone()));
    };
    let pins = set.pinned();
    let Some(pin) = pins.iter().find(|pin| pin.label.name == *name) else {
        let names: Vec<&str> = pins.iter().map(|pin| pin.label.name.as_str()).collect();
        let allowed = if names.is_empty() {
            format!("none: {} has no pins", plain.preset)
        } else {
            names.join(", ")
        };
        return Err(FieldError::new("pin", told(name), allowed));
    };
    let mark = pin.policy.as_deref().unwrap_or_default();
    Ok((pin.scenario.clone(), format!("{}.{mark}", plain.preset)))
}

/// The scenario with the changes and the seed of the challenge, on no path of its own.
fn changed(scenario: &Scenario, plain: &Plain) -> Result<Scenario, FieldError> {
    let about = |wrong: FieldError| FieldError {
        field: format!("changes.{}", wrong.field),
        ..wrong
    };
    let changes = plain.changes.iter();
    let changes = changes.map(|(field, value)| (field.as_str(), value.as_str()));
    let scenario = scenario.with(changes).map_err(about)?;
    let mut parameters = scenario.into_parameters();
    parameters.seed = plain.seed;
    parameters.shown_path = None;
    if parameters.steps > MOST_DATES {
        let allowed = format!("1 to {MOST_DATES}, to be hedged by hand");
        return Err(FieldError::new("changes.steps", parameters.steps, allowed));
    }
    Scenario::new(parameters)
}

/// Whether a text means to be a challenge, not a preset: it names the preset that it starts from.
fn is_meant(text: &str) -> bool {
    #[derive(Deserialize)]
    struct Start {
        #[serde(rename = "preset")]
        _preset: String,
    }
    ron::from_str::<Start>(text).is_ok()
}
