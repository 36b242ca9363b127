//! The challenges that come with the program, from the easiest to the hardest.

use super::challenge::{Challenge, ChallengeError};
use crate::files;

macro_rules! built_in {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../assets/challenges/", $name, ".ron")))),*]
    };
}

/// Name and text of each.
pub static BUILT_IN: &[(&str, &str)] =
    built_in!["frictionless", "spread", "depth", "memory", "pin"];

/// The built-in challenge `name`.
///
/// # Errors
/// When there is none of that name.
pub fn built_in(name: &str) -> Result<Challenge, ChallengeError> {
    match BUILT_IN.iter().find(|(known, _)| *known == name) {
        Some((known, text)) => Challenge::parse(text, known),
        None => Err(unknown(name)),
    }
}

/// The challenge that a person calls `name`: a built-in one, or a file.
///
/// # Errors
/// When there is no such thing, or when it does not load.
pub fn load(name: &str) -> Result<Challenge, ChallengeError> {
    if BUILT_IN.iter().any(|(known, _)| *known == name) {
        return built_in(name);
    }
    let path = files::typed(name.as_ref());
    if path.exists() {
        Challenge::load_file(&path)
    } else {
        Err(unknown(name))
    }
}

fn unknown(name: &str) -> ChallengeError {
    let known: Vec<&str> = BUILT_IN.iter().map(|(known, _)| *known).collect();
    ChallengeError::Unknown {
        name: name.into(),
        known: known.join(", "),
    }
}
