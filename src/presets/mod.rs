//! Presets: scenarios as RON files, built in or the user's own.

mod locate;

use crate::files::{self, FileError};
use crate::scenario::{Parameters, Scenario, VERSION};
use crate::units::FieldError;
use ron::extensions::Extensions;
use std::path::{Path, PathBuf};

/// Largest preset file (bytes).
const LIMIT: u64 = 1 << 20;

macro_rules! built_in {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../presets/", $name, ".ron")))),*]
    };
}

/// Name and text of each preset that comes with the program.
pub static BUILT_IN: &[(&str, &str)] = built_in![
    "paper-year",
    "paper-month",
    "paper-day",
    "paper-frictionless",
    "paper-network",
    "figure-1",
    "figure-2",
    "figure-3",
    "figure-4",
    "figure-5",
    "thin-book",
    "deep-book",
];

/// Why a preset did not load.
#[derive(Debug, thiserror::Error)]
pub enum PresetError {
    /// Neither built in, nor the user's, nor a file.
    #[error("no preset and no file is called {name:?}; presets: {known}")]
    Unknown {
        /// What was asked for.
        name: String,
        /// What there is.
        known: String,
    },
    /// A name that cannot be a file's.
    #[error(
        "{name:?} cannot name a preset; allowed: 1 to 64 letters, digits, '-', '_', '.' and spaces, not starting with '.', and no built-in name"
    )]
    BadName {
        /// What was asked for.
        name: String,
    },
    /// The file could not be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// The text is no scenario.
    #[error("{origin}:{line}:{column}: {message}")]
    Text {
        /// File or preset.
        origin: String,
        /// Line, from 1.
        line: usize,
        /// Column, from 1 (characters).
        column: usize,
        /// What is wrong and what is allowed.
        message: String,
    },
    /// The system has no folder for a user's settings.
    #[error("this system names no configuration folder; give a file instead of a preset's name")]
    NoFolder,
}

/// The built-in preset `name`.
///
/// # Errors
/// When there is none of that name.
pub fn built_in(name: &str) -> Result<Scenario, PresetError> {
    match BUILT_IN.iter().find(|(known, _)| *known == name) {
        Some((known, text)) => parse(text, known),
        None => Err(unknown(name)),
    }
}

/// A built-in preset, a file, or a preset of the user's, in this order.
///
/// # Errors
/// When there is no such thing, or when it does not load.
pub fn load(name: &str) -> Result<Scenario, PresetError> {
    if BUILT_IN.iter().any(|(known, _)| *known == name) {
        return built_in(name);
    }
    if Path::new(name).exists() {
        return load_file(Path::new(name));
    }
    match own_file(name) {
        Ok(path) if path.exists() => load_file(&path),
        _ => Err(unknown(name)),
    }
}

/// The scenario in a file.
///
/// # Errors
/// When the file cannot be read (see [`files::read`]), is not UTF-8, or holds no valid scenario.
pub fn load_file(path: &Path) -> Result<Scenario, PresetError> {
    let bytes = files::read(path, LIMIT)?;
    let origin = path.display().to_string();
    match std::str::from_utf8(&bytes) {
        Ok(text) => parse(text.trim_start_matches('\u{feff}'), &origin),
        Err(error) => {
            let (line, column) = position_after(&bytes[..error.valid_up_to()]);
            let message = "is not UTF-8 text".into();
            Err(PresetError::Text {
                origin,
                line,
                column,
                message,
            })
        }
    }
}

/// Line and column of the byte that follows `before`.
fn position_after(before: &[u8]) -> (usize, usize) {
    let text = String::from_utf8_lossy(before);
    let line = text.matches('\n').count() + 1;
    let column = text
        .rsplit('\n')
        .next()
        .map_or(0, |last| last.chars().count())
        + 1;
    (line, column)
}

/// The scenario in a text; `origin` names it in messages.
///
/// # Errors
/// Where and why the text is no valid scenario.
pub fn parse(text: &str, origin: &str) -> Result<Scenario, PresetError> {
    let error = |line, column, message| PresetError::Text {
        origin: origin.to_owned(),
        line,
        column,
        message,
    };
    if text.trim().is_empty() {
        return Err(error(
            1,
            1,
            "is empty; a preset starts like: (version: 1, title: \"…\", …)".into(),
        ));
    }
    let about_field = |wrong: &FieldError| {
        let (line, column) = locate::field(text, &wrong.field);
        error(line, column, wrong.to_string())
    };
    // Another version may have other fields: say that first.
    if let Ok(OnlyVersion { version }) = options().from_str::<OnlyVersion>(text)
        && version != VERSION
    {
        return Err(about_field(&FieldError::new("version", version, VERSION)));
    }
    let parameters: Parameters = options().from_str(text).map_err(|wrong| {
        let at = wrong.span.start;
        error(at.line, at.col, wrong.code.to_string())
    })?;
    Scenario::new(parameters).map_err(|wrong| about_field(&wrong))
}

#[derive(serde::Deserialize)]
struct OnlyVersion {
    version: u32,
}

fn options() -> ron::Options {
    ron::Options::default().with_default_extension(Extensions::IMPLICIT_SOME)
}

/// A scenario as the text of a preset, which [`parse`] reads back to the same scenario.
#[must_use]
pub fn text(scenario: &Scenario) -> String {
    let config = ron::ser::PrettyConfig::new()
        .compact_arrays(true)
        .indentor("    ");
    let mut text = options()
        .to_string_pretty::<Parameters>(scenario, config)
        .unwrap_or_default();
    text.push('\n');
    text
}

/// The folder of the user's own presets.
///
/// # Errors
/// When the system names no place for settings.
pub fn folder() -> Result<PathBuf, PresetError> {
    directories::ProjectDirs::from("", "", "hedgelab")
        .map(|folders| folders.config_dir().join("presets"))
        .ok_or(PresetError::NoFolder)
}

/// File of the user's preset `name`.
///
/// # Errors
/// When `name` cannot be a preset's, is built in, or there is no folder.
pub fn own_file(name: &str) -> Result<PathBuf, PresetError> {
    let letters = |c: char| c.is_alphanumeric() || "-_. ".contains(c);
    let short = (1..=64).contains(&name.chars().count());
    let fine = short && name.chars().all(letters) && !name.starts_with('.') && name.trim() == name;
    if !fine || BUILT_IN.iter().any(|(known, _)| *known == name) {
        return Err(PresetError::BadName { name: name.into() });
    }
    Ok(folder()?.join(format!("{name}.ron")))
}

/// Names of the user's own presets, sorted; none where there is no folder.
#[must_use]
pub fn own_names() -> Vec<String> {
    let Ok(entries) = folder().and_then(|folder| {
        std::fs::read_dir(&folder).map_err(|source| {
            PresetError::File(FileError::System {
                path: folder,
                source,
            })
        })
    }) else {
        return Vec::new();
    };
    let name = |entry: std::fs::DirEntry| {
        let path = entry.path();
        let ron = path.extension().is_some_and(|ending| ending == "ron");
        ron.then(|| {
            path.file_stem()
                .map(|stem| stem.to_string_lossy().into_owned())
        })?
    };
    let mut names: Vec<String> = entries.flatten().filter_map(name).collect();
    names.sort();
    names
}

/// Saves a scenario as a preset file, atomically.
///
/// # Errors
/// When the system refuses; an old file is untouched then.
pub fn save(scenario: &Scenario, path: &Path) -> Result<(), PresetError> {
    Ok(files::write(path, text(scenario).as_bytes())?)
}

fn unknown(name: &str) -> PresetError {
    let built_in = BUILT_IN.iter().map(|(known, _)| (*known).to_owned());
    let known: Vec<String> = built_in.chain(own_names()).collect();
    PresetError::Unknown {
        name: name.into(),
        known: known.join(", "),
    }
}
