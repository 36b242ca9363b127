//! Reading small files with care and writing files whole or not at all.

mod aside;
mod claim;
mod draft;
mod folder;
mod lines;
mod memory;
mod place;
mod record;

pub use aside::{put_by, set_aside};
pub use claim::{Claim, turn};
pub use draft::FileDraft;
pub use folder::{FolderDraft, contents, open, recover};
pub use lines::{append_line, list};
pub use memory::free_memory;
pub use place::{settings, typed, typed_new};
pub use record::{Loaded, load, text};
/// A file that [`open`] has opened, for who reads it piece by piece.
pub use std::fs::File;

use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// How the names of unfinished files begin.
const DRAFT: &str = ".hedgelab-";

/// Why a file could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The system said no.
    #[error("{path}: {source}")]
    System {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A directory, a pipe or a device.
    #[error("{path}: is not a file but {found}")]
    NotAFile {
        /// Which.
        path: PathBuf,
        /// What it is instead.
        found: &'static str,
    },
    /// Larger than such a file can be.
    #[error("{path}: has {size} bytes; allowed: at most {limit}")]
    TooLarge {
        /// Which file.
        path: PathBuf,
        /// Its size (bytes).
        size: u64,
        /// Largest size allowed (bytes).
        limit: u64,
    },
    /// A place for a file in a folder that is not there.
    #[error(
        "{path}: there is no folder {folder}; allowed: a file in a folder that exists, or a name without a separator"
    )]
    NoFolder {
        /// Which file.
        path: PathBuf,
        /// The folder it would be in.
        folder: PathBuf,
    },
    /// A file that would be replaced although nobody asked for it.
    #[error("{path}: exists already")]
    Exists {
        /// Which file.
        path: PathBuf,
    },
    /// What should be written cannot be put into the format of the file.
    #[error("{path}: was not written: {reason}")]
    Content {
        /// Which file.
        path: PathBuf,
        /// What cannot be written.
        reason: String,
    },
}

/// What tells one content from another (FNV-1a of Fowler, Noll and Vo, 64 bits): against accidents,
/// not against forgery.
#[must_use]
pub fn fingerprint(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// Reads a whole file of at most `limit` bytes; a larger one is not touched.
///
/// # Errors
/// When it cannot be read, is no regular file, or is too large.
pub fn read(path: &Path, limit: u64) -> Result<Vec<u8>, FileError> {
    let system = |source| FileError::System {
        path: path.to_owned(),
        source,
    };
    let about = fs::metadata(path).map_err(system)?;
    if !about.is_file() {
        let found = if about.is_dir() {
            "a directory"
        } else {
            "a pipe or a device"
        };
        let path = path.to_owned();
        return Err(FileError::NotAFile { path, found });
    }
    let too_large = |size| FileError::TooLarge {
        path: path.to_owned(),
        size,
        limit,
    };
    if about.len() > limit {
        return Err(too_large(about.len()));
    }
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(system)?;
    // It may have grown since it was measured.
    file.take(limit.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(system)?;
    if bytes.len() as u64 > limit {
        return Err(too_large(bytes.len() as u64));
    }
    Ok(bytes)
}

/// A file's name without its folder, for people.
#[must_use]
pub fn name_of(path: &Path) -> String {
    let name = path.file_name().unwrap_or(path.as_os_str());
    name.to_string_lossy().into_owned()
}

/// Makes a folder and those that it lies in, where they are missing.
///
/// # Errors
/// When the system refuses.
pub fn make_folder(path: &Path) -> Result<(), FileError> {
    fs::create_dir_all(path).map_err(|source| FileError::System {
        path: path.to_owned(),
        source,
    })
}

/// Writes a whole file atomically: a crash at any instant leaves the old one or the new one.
/// Missing folders are made; a link is followed; the permissions of an old file are kept.
///
/// # Errors
/// When the system refuses any step; the old file is untouched then.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    replace(path, bytes, false)
}

/// Names of the files in a folder and in the folders in it, so many levels deep; none where it cannot
/// be read.
#[must_use]
pub fn names(folder: &Path, levels: usize) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let of = |entry: fs::DirEntry| match entry.path() {
        path if !path.is_dir() => vec![entry.file_name().to_string_lossy().into_owned()],
        path if levels > 0 => names(&path, levels - 1),
        _ => Vec::new(),
    };
    entries.flatten().flat_map(of).collect()
}

/// Adds to the end of a file, which is made where there is none, unless it has more than `most` bytes
/// already.
///
/// # Errors
/// When the system refuses any step.
pub fn append(path: &Path, bytes: &[u8], most: u64) -> Result<(), FileError> {
    let add = || {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let mut file = fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(path)?;
        if file.metadata()?.len() <= most {
            file.write_all(bytes)?;
        }
        file.sync_all()
    };
    add().map_err(|source| FileError::System {
        path: path.to_owned(),
        source,
    })
}

/// Writes a whole file as [`write()`] does where there is none.
///
/// # Errors
/// [`FileError::Exists`] where there is one; when the system refuses any step.
pub fn write_new(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    replace(path, bytes, true)
}

fn replace(path: &Path, bytes: &[u8], only_new: bool) -> Result<(), FileError> {
    let mut draft = FileDraft::beside(path)?;
    draft.add(bytes)?;
    if only_new {
        draft.put_new()
    } else {
        draft.put()
    }
}

/// Moves files, as `(from, to)`, together: nothing is replaced, and at any instant each is whole
/// under its old name, its new one, or both.
///
/// # Errors
/// When a new name is taken or the system refuses; then all stay where they were.
pub fn move_together(files: &[(PathBuf, PathBuf)]) -> Result<(), FileError> {
    copy_together(files)?;
    for (from, _) in files {
        remove(from)?;
    }
    Ok(())
}

/// Copies files, as `(from, to)`, together; nothing is replaced.
///
/// # Errors
/// When a new name is taken or the system refuses; then no copy is left.
pub fn copy_together(files: &[(PathBuf, PathBuf)]) -> Result<(), FileError> {
    for (done, (from, to)) in files.iter().enumerate() {
        let copied = read(from, u64::MAX).and_then(|bytes| write_new(to, &bytes));
        if let Err(error) = copied {
            for (_, copy) in &files[..done] {
                remove(copy)?;
            }
            return Err(error);
        }
    }
    Ok(())
}

/// Removes a file; one that is not there is gone already.
///
/// # Errors
/// When the system refuses.
pub fn remove(path: &Path) -> Result<(), FileError> {
    match fs::remove_file(path) {
        Err(source) if source.kind() != io::ErrorKind::NotFound => Err(FileError::System {
            path: path.to_owned(),
            source,
        }),
        _ => Ok(()),
    }
}

/// Removes drafts that a killed program left in `folder` more than a day ago.
pub fn sweep(folder: &Path) {
    sweep_older(folder, 86_400);
}

/// Removes drafts in `folder` that are older than so many seconds: who writes small files is done by then.
pub fn sweep_older(folder: &Path, seconds: u64) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let draft = entry.file_name().to_string_lossy().starts_with(DRAFT);
        let old = entry
            .metadata()
            .and_then(|about| about.modified())
            .is_ok_and(|when| when.elapsed().is_ok_and(|age| age.as_secs() > seconds));
        if draft && old {
            let _stays_until_next_time = fs::remove_file(entry.path());
        }
    }
}

/// Removes files in `folder` whose names start with `start`, but for those of `named` and the latest
/// `spare` others.
pub fn keep_latest(folder: &Path, start: &str, spare: usize, named: &[PathBuf]) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    let other = |entry: fs::DirEntry| {
        let path = entry.path();
        let wanted = entry.file_name().to_string_lossy().starts_with(start);
        let when = entry.metadata().and_then(|about| about.modified()).ok()?;
        (wanted && !named.contains(&path)).then_some((when, path))
    };
    let mut others: Vec<_> = entries.flatten().filter_map(other).collect();
    others.sort_by(|a, b| b.cmp(a));
    for (_, path) in others.into_iter().skip(spare) {
        let _stays = fs::remove_file(path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_write_replaces_the_whole_file_and_leaves_no_draft() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new/preset.ron");
        write(&path, b"first, and longer").unwrap();
        write(&path, b"second").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"second");
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }

    #[test]
    fn a_new_file_replaces_none() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x");
        write_new(&path, b"mine").unwrap();
        assert!(matches!(
            write_new(&path, b"theirs"),
            Err(FileError::Exists { .. })
        ));
        assert_eq!(fs::read(&path).unwrap(), b"mine");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn files_move_together_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::write(at("a.ron"), b"preset").unwrap();
        fs::write(at("a.weights"), b"weights").unwrap();
        fs::write(at("b.weights"), b"of another").unwrap();
        let both = |to: &str| {
            [
                (at("a.ron"), at(&format!("{to}.ron"))),
                (at("a.weights"), at(&format!("{to}.weights"))),
            ]
        };
        assert!(move_together(&both("b")).is_err());
        assert!(!at("b.ron").exists());
        assert_eq!(fs::read(at("b.weights")).unwrap(), b"of another");
        move_together(&both("new/c")).unwrap();
        assert!(!at("a.ron").exists() && !at("a.weights").exists());
        assert_eq!(fs::read(at("new/c.weights")).unwrap(), b"weights");
    }

    #[test]
    fn a_file_over_the_limit_and_a_directory_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("big");
        fs::write(&path, [0; 100]).unwrap();
        assert!(matches!(
            read(&path, 99),
            Err(FileError::TooLarge { size: 100, .. })
        ));
        assert!(matches!(
            read(folder.path(), 99),
            Err(FileError::NotAFile { .. })
        ));
        assert!(matches!(
            write(folder.path(), b"x"),
            Err(FileError::NotAFile { .. })
        ));
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_a_link() {
        let folder = tempfile::tempdir().unwrap();
        let (real, link) = (folder.path().join("real"), folder.path().join("link"));
        fs::write(&real, b"old").unwrap();
        std::os::unix::fs::symlink(&real, &link).unwrap();
        write(&link, b"new").unwrap();
        assert_eq!(fs::read(&real).unwrap(), b"new");
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    }
}
