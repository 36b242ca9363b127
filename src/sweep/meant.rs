//! What a file or folder that somebody opens means as a sweep.

use super::kept::is_one;
use crate::presets::text_of;
use std::path::{Path, PathBuf};

/// Largest file that is looked at (bytes).
const LIMIT: u64 = 1 << 20;

/// A sweep that is meant by a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meant {
    /// The folder of a sweep.
    Folder(PathBuf),
    /// The spec of one.
    Spec(PathBuf),
}

impl Meant {
    /// The sweep that is meant by a folder, by a file in one, or by a spec; absent where none is. A spec is known
    /// by its axes, which no preset has.
    #[must_use]
    pub fn by(path: &Path) -> Option<Self> {
        if path.is_dir() {
            return is_one(path).then(|| Self::Folder(path.to_owned()));
        }
        if path.extension().is_none_or(|ending| ending != "ron") {
            return None;
        }
        let inside = path.parent().filter(|folder| is_one(folder));
        let of_folder = ["sweep.ron", "scenario.ron"].map(Some);
        let name = path.file_name().map(|name| name.to_string_lossy());
        if let Some(folder) = inside.filter(|_| of_folder.contains(&name.as_deref())) {
            return Some(Self::Folder(folder.to_owned()));
        }
        let text = text_of(path, LIMIT).ok()?;
        let mut lines = text.lines().map(str::trim_start);
        let has_axes = lines.any(|line| line.starts_with("axes:"));
        has_axes.then(|| Self::Spec(path.to_owned()))
    }

    /// The path.
    #[must_use]
    pub fn path(&self) -> &Path {
        match self {
            Self::Folder(path) | Self::Spec(path) => path,
        }
    }
}
