//! The user's own presets: a folder of files, each with its policy beside it.

use super::{BUILT_IN, PresetError};
use crate::files::{self, FileError};
use crate::scenario::Scenario;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

/// Longest name of a preset (characters).
const LONGEST: usize = 64;

/// The folder of the user's own presets.
///
/// # Errors
/// When the system names no place for settings.
pub fn folder() -> Result<PathBuf, PresetError> {
    files::settings()
        .map(|folder| folder.join("presets"))
        .ok_or(PresetError::NoFolder)
}

/// Where the trained policy of a preset file stands.
#[must_use]
pub fn policy_file(preset: &Path) -> PathBuf {
    preset.with_extension("safetensors")
}

/// Where the trained policy of one of its pins stands, by the pin's mark.
#[must_use]
pub fn pin_policy_file(preset: &Path, mark: &str) -> PathBuf {
    preset.with_extension(format!("{mark}.safetensors"))
}

/// A preset's file, and those of its policy and of its pins' where there are any.
#[must_use]
pub fn files_of(preset: &Path) -> Vec<PathBuf> {
    let marks = super::load_file(preset).map(|scenario| marks(&scenario));
    let of_pins = marks.unwrap_or_default().into_iter();
    let of_pins = of_pins.map(|mark| pin_policy_file(preset, &mark));
    let policies = std::iter::once(policy_file(preset)).chain(of_pins);
    let mut files = vec![preset.to_owned()];
    files.extend(policies.filter(|policy| policy.is_file()));
    files
}

/// The marks of the policies of a scenario's pins, each once.
fn marks(scenario: &Scenario) -> Vec<String> {
    let mut marks: Vec<String> = scenario
        .pins
        .iter()
        .filter_map(|p| p.policy.clone())
        .collect();
    marks.sort();
    marks.dedup();
    marks
}

/// Whether a text means a file rather than a preset by its name.
pub(super) fn is_path(text: &str) -> bool {
    text.contains(std::path::is_separator) || text == "~" || has_ending(text, "ron")
}

fn has_ending(text: &str, ending: &str) -> bool {
    let found = Path::new(text).extension();
    found.is_some_and(|found| found.eq_ignore_ascii_case(ending))
}

/// The file that a person means who saves a preset as `text`: a path, which needs no ending, or the
/// name of a preset of their own.
///
/// # Errors
/// When there is no such folder, when the name ends otherwise than in `.ron`, or as [`own_file`].
pub fn new_file(text: &str) -> Result<PathBuf, PresetError> {
    if !is_path(text) {
        return own_file(text);
    }
    let path = files::typed_new(OsStr::new(text))?;
    match path.extension() {
        None => Ok(path.with_extension("ron")),
        Some(ending) if ending.eq_ignore_ascii_case("ron") => Ok(path),
        Some(_) => Err(PresetError::WrongSuffix { path }),
    }
}

/// File of the user's preset `name`, which need not be there.
///
/// # Errors
/// When `name` cannot be a preset's, is built in, or there is no folder.
pub fn own_file(name: &str) -> Result<PathBuf, PresetError> {
    let letter = |c: char| !c.is_control() && !"/\\:*?\"<>|".contains(c);
    let fine = (1..=LONGEST).contains(&name.chars().count())
        && name.chars().all(letter)
        && !name.starts_with('.')
        && name.trim() == name
        && !has_ending(name, "safetensors")
        && !has_ending(name, "ron");
    if !fine || BUILT_IN.iter().any(|(known, _)| *known == name) {
        return Err(PresetError::BadName { name: name.into() });
    }
    Ok(folder()?.join(format!("{name}.ron")))
}

/// Names of the user's own presets, sorted; none where there is no folder. Each is one that
/// [`super::load`] opens: a file called as a built-in preset keeps its ending in the list.
#[must_use]
pub fn own_names() -> Vec<String> {
    let Ok(folder) = folder() else {
        return Vec::new();
    };
    let mut names = ron_files(&folder);
    names.sort();
    names
}

/// The user's own presets, sorted, each with its title, or why it does not load.
#[must_use]
pub fn own_list() -> Vec<(String, String)> {
    let about = |name: String| {
        let title = match super::load(&name) {
            Ok(scenario) => scenario.title.clone(),
            Err(error) => format!("does not load: {error}"),
        };
        (name, title)
    };
    own_names().into_iter().map(about).collect()
}

/// Names of the presets in a folder, without their ending where that leaves them apart.
pub(crate) fn ron_files(folder: &Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let name = |entry: std::fs::DirEntry| {
        let path = entry.path();
        let file = path.is_file() && path.extension().is_some_and(|ending| ending == "ron");
        let name = entry.file_name().into_string().ok().filter(|_| file)?;
        let stem = path.file_stem()?.to_str()?.to_owned();
        let taken = BUILT_IN.iter().any(|(known, _)| *known == stem);
        Some(if taken { name } else { stem })
    };
    entries.flatten().filter_map(name).collect()
}

/// File name of a preset that is listed as `name`.
pub(super) fn file_name(name: &str) -> String {
    if has_ending(name, "ron") {
        name.to_owned()
    } else {
        format!("{name}.ron")
    }
}

/// File of the user's preset that is listed as `name`, with or without its ending.
pub(super) fn existing(name: &str) -> Result<PathBuf, PresetError> {
    let names = own_names();
    let mut files = names.iter().map(|known| (known, file_name(known)));
    match files.find(|(known, file)| *known == name || file == name) {
        Some((_, file)) => Ok(folder()?.join(file)),
        None => Err(PresetError::NotOwn {
            name: name.into(),
            known: list(&names),
        }),
    }
}

/// Names in a sentence.
pub(super) fn list(names: &[String]) -> String {
    if names.is_empty() {
        "none".into()
    } else {
        names.join(", ")
    }
}

/// Renames a preset of the user's, and its policy with it; gives back its old and its new file.
///
/// # Errors
/// When there is none of that name, when the new name is taken or cannot be a preset's, or when the
/// system refuses; nothing is changed then.
pub fn rename(from: &str, to: &str) -> Result<(PathBuf, PathBuf), PresetError> {
    let (from, to) = (existing(from)?, own_file(to)?);
    files::move_together(&to_place(&from, &to)?)?;
    Ok((from, to))
}

/// Copies a preset of the user's, and its policy with it, under a name of its own, which is given
/// back.
///
/// # Errors
/// When there is none of that name, or when the system refuses.
pub fn duplicate(name: &str) -> Result<String, PresetError> {
    let from = existing(name)?;
    let stem: String = from
        .file_stem()
        .map_or_else(String::new, |stem| stem.to_string_lossy().into());
    for number in 1_u32.. {
        let ending = match number {
            1 => " copy".to_owned(),
            _ => format!(" copy {number}"),
        };
        let room = LONGEST - ending.chars().count();
        let begin: String = stem.chars().take(room).collect();
        let copy = format!("{}{ending}", begin.trim_end());
        let to = own_file(&copy)?;
        if to.exists() || policy_file(&to).exists() {
            continue;
        }
        match files::copy_together(&to_place(&from, &to)?) {
            Err(FileError::Exists { .. }) => {}
            copied => return Ok(copied.map(|()| copy)?),
        }
    }
    Err(PresetError::BadName { name: name.into() })
}

/// A preset's files, each with the place it has beside the preset `to`, where nothing may stand.
pub(super) fn to_place(from: &Path, to: &Path) -> Result<Vec<(PathBuf, PathBuf)>, FileError> {
    let stem = from.with_extension("").into_os_string();
    let ending = |path: &Path| {
        let bytes = path.as_os_str().as_encoded_bytes();
        let ending = bytes.strip_prefix(stem.as_encoded_bytes());
        ending
            .and_then(|ending| std::str::from_utf8(ending).ok())
            .map(str::to_owned)
    };
    let place = |path: PathBuf| {
        let mut place = to.with_extension("").into_os_string();
        place.push(ending(&path)?);
        Some((path, PathBuf::from(place)))
    };
    let moves: Vec<(PathBuf, PathBuf)> = files_of(from).into_iter().filter_map(place).collect();
    // A policy left there by itself would become this preset's.
    let places = moves.iter().map(|(_, place)| place.clone());
    match places.chain([policy_file(to)]).find(|path| path.exists()) {
        Some(path) => Err(FileError::Exists { path }),
        None => Ok(moves),
    }
}
