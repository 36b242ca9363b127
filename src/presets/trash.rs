//! Where deleted presets wait to be brought back.
//!
//! Each lies, with its policy, in a numbered folder of the trash; the latest has the highest number.

use super::own::{self, existing, list, to_place};
use super::{PresetError, files_of};
use crate::files;
use std::path::{Path, PathBuf};

fn folder() -> Result<PathBuf, PresetError> {
    files::settings()
        .map(|folder| folder.join("trash"))
        .ok_or(PresetError::NoFolder)
}

/// Moves a preset of the user's, and its policy, to the trash.
///
/// # Errors
/// When there is none of that name, or when the system refuses; nothing is changed then.
pub fn delete(name: &str) -> Result<(), PresetError> {
    let from = existing(name)?;
    let next = 1 + numbered(&folder()?)
        .first()
        .map_or(0, |(number, _)| *number);
    let place = folder()?.join(format!("{next:06}"));
    let moves: Vec<(PathBuf, PathBuf)> = files_of(&from)
        .into_iter()
        .filter_map(|file| {
            let to = place.join(file.file_name()?);
            Some((file, to))
        })
        .collect();
    Ok(files::move_together(&moves)?)
}

/// Brings back the preset of this name that was deleted last, and gives back its file.
///
/// # Errors
/// When there is none, when there is one of this name again, or when the system refuses.
pub fn restore(name: &str) -> Result<PathBuf, PresetError> {
    let deleted = numbered(&folder()?).into_iter().find_map(|(_, place)| {
        let mut names = own::ron_files(&place).into_iter();
        let found = names.find(|known| known == name)?;
        Some(place.join(own::file_name(&found)))
    });
    let from = deleted.ok_or_else(|| PresetError::NotInTrash {
        name: name.into(),
        known: list(&trashed()),
    })?;
    let to = own::folder()?.join(from.file_name().unwrap_or_default());
    files::move_together(&to_place(&from, &to)?)?;
    Ok(to)
}

/// Names of what [`restore`] can bring back, the latest first.
#[must_use]
pub fn trashed() -> Vec<String> {
    let mut names = Vec::new();
    for (_, place) in folder().map_or_else(|_none| Vec::new(), |folder| numbered(&folder)) {
        for name in own::ron_files(&place) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    names
}

/// The folders of the trash, the latest first.
fn numbered(trash: &Path) -> Vec<(u64, PathBuf)> {
    let Ok(entries) = std::fs::read_dir(trash) else {
        return Vec::new();
    };
    let number = |entry: std::fs::DirEntry| {
        let number = entry.file_name().to_str()?.parse().ok()?;
        Some((number, entry.path()))
    };
    let mut all: Vec<(u64, PathBuf)> = entries.flatten().filter_map(number).collect();
    all.sort_by_key(|(number, _)| std::cmp::Reverse(*number));
    all
}
