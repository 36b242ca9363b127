//! Presets: scenarios as RON files, built in or the user's own.

pub(crate) mod locate;
mod own;
mod trash;
mod written;

pub(crate) use own::ron_files;
pub use own::{
    duplicate, files_of, folder, new_file, own_file, own_list, own_names, pin_policy_file,
    policy_file, rename,
};
pub use trash::{delete, restore, trashed};
pub(crate) use written::{Written, text_of, written_text};

use crate::files::{self, FileError};
use crate::history;
use crate::scenario::{Parameters, PriceFile, Scenario, VERSION};
use std::path::{Path, PathBuf};

/// Largest preset file (bytes): room for a path of the most steps allowed, each price to the last bit.
const LIMIT: u64 = 4 << 20;

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
    "near-the-strike",
    "objectives",
    "thin-book",
    "deep-book",
    "jumps-year",
    "jumps-month",
    "crashes-month",
    "heston-year",
    "heston-month",
    "heston-wild",
    "garch-month",
    "garch-quarter",
    "straddle-month",
    "collar-month",
    "butterfly-month",
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
        "{name:?} cannot name a preset; allowed: 1 to 64 characters, none of / \\ : * ? \" < > |, not starting with '.', no built-in name and no other ending than .ron"
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
    /// A file that a preset should be saved in, but no preset's.
    #[error("{path}: allowed: a file whose name ends in .ron")]
    WrongSuffix {
        /// Which file.
        path: PathBuf,
    },
    /// None of the user's presets has this name.
    #[error("none of your presets is called {name:?}; there are: {known}")]
    NotOwn {
        /// What was asked for.
        name: String,
        /// What there is.
        known: String,
    },
    /// Nothing of this name was deleted.
    #[error("the trash holds no preset called {name:?}; it holds: {known}")]
    NotInTrash {
        /// What was asked for.
        name: String,
        /// What it holds.
        known: String,
    },
    /// A scenario that would not be read back as it is.
    #[error("this scenario cannot be written as a preset: {reason}")]
    Unwritable {
        /// Why.
        reason: String,
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

/// Where a preset is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// In the program, under this name.
    BuiltIn(&'static str),
    /// In this file.
    File(PathBuf),
}

/// Where the preset is that a person calls `name`: a built-in one, one of the user's, or a file. A
/// path, or a name that ends in `.ron`, is looked for as a file first.
///
/// # Errors
/// When there is no such thing.
pub fn locate(name: &str) -> Result<Place, PresetError> {
    if let Some((known, _)) = BUILT_IN.iter().find(|(known, _)| *known == name) {
        return Ok(Place::BuiltIn(known));
    }
    let file = files::typed(name.as_ref());
    let own = own::existing(name).ok();
    let is_path = own::is_path(name) && file.is_file();
    let place = if is_path { Some(file.clone()) } else { own };
    match place {
        Some(path) => Ok(Place::File(path)),
        // A folder or a pipe is told as what it is.
        None if file.exists() => Ok(Place::File(file)),
        None => Err(unknown(name)),
    }
}

/// The preset that a person calls `name`, see [`locate`].
///
/// # Errors
/// When there is no such thing, or when it does not load.
pub fn load(name: &str) -> Result<Scenario, PresetError> {
    match locate(name)? {
        Place::BuiltIn(name) => built_in(name),
        Place::File(path) => load_file(&path),
    }
}

/// The same with these prices in place of those that it names, which need not be there.
///
/// # Errors
/// As [`load`]'s, and where the prices do not go with the preset.
pub fn load_on(name: &str, prices: &PriceFile) -> Result<Scenario, PresetError> {
    match locate(name)? {
        Place::BuiltIn(name) => built_in(name),
        Place::File(path) => load_file_on(&path, prices),
    }
}

/// The scenario in a file, with these prices in place of those that it names.
///
/// # Errors
/// As [`load_file`]'s, and where the prices do not go with the preset.
pub fn load_file_on(path: &Path, prices: &PriceFile) -> Result<Scenario, PresetError> {
    let text = text_of(path, LIMIT)?;
    let origin = path.display().to_string();
    parse_beside(&text, &origin, path.parent(), Some(prices))
}

/// The prices that the preset in a file names and that are not there, or are others now, as it calls them; `None`
/// where it is not that.
#[must_use]
pub fn missing_prices(path: &Path) -> Option<String> {
    let text = text_of(path, LIMIT).ok()?;
    let origin = &path.display().to_string();
    let written = Written {
        text: &text,
        origin,
    };
    let mut parameters: Parameters = written.read("a preset", VERSION).ok()?;
    let attached = history::attach(&mut parameters, path.parent());
    let recorded = parameters.market.process.is_recorded();
    let prices = parameters.market.recorded.prices.filter(|_| recorded)?;
    (attached.is_err() || prices.returns.0.is_none()).then_some(prices.file)
}

/// The scenario in a file.
///
/// # Errors
/// When the file cannot be read (see [`files::read`]), is not UTF-8, or holds no valid scenario.
pub fn load_file(path: &Path) -> Result<Scenario, PresetError> {
    let text = text_of(path, LIMIT)?;
    parse_beside(&text, &path.display().to_string(), path.parent(), None)
}

/// The scenario in a text; `origin` names it in messages. Recorded prices that it names are read, if they were
/// not before.
///
/// # Errors
/// Where and why the text is no valid scenario.
pub fn parse(text: &str, origin: &str) -> Result<Scenario, PresetError> {
    parse_beside(text, origin, None, None)
}

/// The same of a text in a file of `folder`, beside which prices may lie, or with others in place of those it names.
fn parse_beside(
    text: &str,
    origin: &str,
    folder: Option<&Path>,
    others: Option<&PriceFile>,
) -> Result<Scenario, PresetError> {
    let written = Written { text, origin };
    let mut parameters: Parameters = written.read("a preset", VERSION)?;
    if let (Some(others), true) = (others, parameters.market.process.is_recorded()) {
        parameters.market.recorded.prices = Some(others.clone());
    }
    let prices = history::attach(&mut parameters, folder);
    let scenario = prices.and_then(|()| Scenario::new(parameters));
    scenario.map_err(|wrong| written.about(&wrong))
}

/// A scenario as the text of a preset, which [`parse`] reads back to the same scenario.
///
/// # Errors
/// When it cannot be put into words.
pub fn text(scenario: &Scenario) -> Result<String, PresetError> {
    written_text::<Parameters>(scenario)
}

/// Saves a scenario as a preset file, atomically.
///
/// # Errors
/// When the system refuses, or when the file would not be read back; an old file is untouched then.
pub fn save(scenario: &Scenario, path: &Path) -> Result<(), PresetError> {
    Ok(files::write(path, checked_text(scenario)?.as_bytes())?)
}

/// Saves a scenario as [`save`] does where there is no file.
///
/// # Errors
/// As [`save`], and [`FileError::Exists`].
pub fn save_new(scenario: &Scenario, path: &Path) -> Result<(), PresetError> {
    Ok(files::write_new(path, checked_text(scenario)?.as_bytes())?)
}

/// The text of a preset that opens again.
fn checked_text(scenario: &Scenario) -> Result<String, PresetError> {
    let text = text(scenario)?;
    let unwritable = |reason| Err(PresetError::Unwritable { reason });
    if text.len() as u64 > LIMIT {
        let size = text.len();
        return unwritable(format!("it has {size} bytes; allowed: at most {LIMIT}"));
    }
    match parse(&text, "the preset") {
        Ok(read) if read == *scenario => Ok(text),
        Ok(_) => unwritable("it would be read back as another one".into()),
        Err(error) => unwritable(format!("it would not be read back: {error}")),
    }
}

fn unknown(name: &str) -> PresetError {
    let built_in = BUILT_IN.iter().map(|(known, _)| (*known).to_owned());
    let known: Vec<String> = own_names().into_iter().chain(built_in).collect();
    PresetError::Unknown {
        name: name.into(),
        known: known.join(", "),
    }
}
