//! Which lessons there are: built in, and in a folder of one's own.

use super::read::{LessonError, Ready, parse, read_file};
use crate::files;
use crate::presets;
use std::path::PathBuf;

macro_rules! built_in {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../assets/lessons/", $name, ".ron")))),*]
    };
}

/// Name and text of each lesson that comes with the program, in the order to take them.
pub static BUILT_IN: &[(&str, &str)] = built_in![
    "order-book",
    "memory",
    "delta-pays-too-much",
    "waiting-and-damping",
    "portfolio-value",
    "portfolio-value-impact",
    "impact-on-a-path",
    "persistence-on-a-path",
    "pin-risk",
    "drift",
    "objectives",
    "not-always",
    "open-question",
];

/// A lesson in a list.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Listed {
    /// By which it is asked for.
    pub name: String,
    /// What it is called, or why it does not load.
    pub title: String,
    /// What one will be able to say afterwards.
    pub aim: String,
    /// How long it takes (minutes).
    pub minutes: u32,
    /// How many steps it has; none where it does not load.
    pub steps: usize,
    /// Whether it is one's own.
    pub own: bool,
}

/// The folder of one's own lessons, beside the presets.
#[must_use]
pub fn folder() -> Option<PathBuf> {
    files::settings().map(|folder| folder.join("lessons"))
}

/// The built-in lesson `name`.
///
/// # Errors
/// When there is none of that name.
pub fn built_in(name: &str) -> Result<Ready, LessonError> {
    match BUILT_IN.iter().find(|(known, _)| *known == name) {
        Some((known, text)) => parse(text, known),
        None => Err(unknown(name)),
    }
}

/// Where one's own lesson `name` stands, or the file of that name.
///
/// # Errors
/// When there is no such thing.
pub fn locate(name: &str) -> Result<PathBuf, LessonError> {
    let file = files::typed(name.as_ref());
    let ends = file.extension().is_some_and(|ending| ending == "ron");
    if (ends || name.contains(std::path::is_separator)) && file.exists() {
        return Ok(file);
    }
    let own = own_names().into_iter().find(|own| own == name);
    let own = own.and_then(|name| Some(folder()?.join(format!("{name}.ron"))));
    own.or_else(|| file.is_file().then_some(file))
        .ok_or_else(|| unknown(name))
}

/// The lesson that a person calls `name`: a built-in one, one's own, or a file.
///
/// # Errors
/// When there is no such thing, or when it does not load.
pub fn load(name: &str) -> Result<Ready, LessonError> {
    if BUILT_IN.iter().any(|(known, _)| *known == name) {
        built_in(name)
    } else {
        read_file(&locate(name)?)
    }
}

/// All lessons: the built-in ones in their order, then one's own by name. One that does not load says
/// why, and the others are there.
#[must_use]
pub fn list() -> Vec<Listed> {
    let built_in = BUILT_IN.iter().map(|(name, _)| ((*name).to_owned(), false));
    let own = own_names().into_iter().map(|name| (name, true));
    built_in
        .chain(own)
        .map(|(name, own)| {
            let loaded = load(&name);
            let mut listed = Listed {
                name,
                own,
                title: String::new(),
                aim: String::new(),
                minutes: 0,
                steps: 0,
            };
            match loaded {
                Ok(ready) => {
                    listed.title = ready.lesson.title;
                    listed.aim = ready.lesson.aim;
                    listed.minutes = ready.lesson.minutes;
                    listed.steps = ready.lesson.steps.len();
                }
                Err(error) => listed.title = format!("does not load: {error}"),
            }
            listed
        })
        .collect()
}

/// Names of one's own lessons, sorted; one called as a built-in lesson is not reached by its name.
fn own_names() -> Vec<String> {
    let names = folder().map(|folder| presets::ron_files(&folder));
    let built_in = |name: &String| BUILT_IN.iter().any(|(known, _)| known == name);
    let mut names: Vec<String> = names.unwrap_or_default();
    names.retain(|name| !built_in(name));
    names.sort();
    names
}

fn unknown(name: &str) -> LessonError {
    let built_in = BUILT_IN.iter().map(|(known, _)| (*known).to_owned());
    let known: Vec<String> = own_names().into_iter().chain(built_in).collect();
    LessonError::Unknown {
        name: name.into(),
        known: known.join(", "),
    }
}
