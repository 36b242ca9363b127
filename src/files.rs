//! Reading small files with care and writing files whole or not at all.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

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
    file.take(limit + 1)
        .read_to_end(&mut bytes)
        .map_err(system)?;
    if bytes.len() as u64 > limit {
        return Err(too_large(bytes.len() as u64));
    }
    Ok(bytes)
}

/// Writes a whole file atomically: a crash at any instant leaves the old one or the new one.
/// Missing folders are made; a link is followed; the permissions of an old file are kept.
///
/// # Errors
/// When the system refuses any step; the old file is untouched then.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    // The file a link points to is the one to replace.
    let target = fs::canonicalize(path).unwrap_or_else(|_missing| path.to_owned());
    if target.is_dir() {
        let found = "a directory";
        return Err(FileError::NotAFile {
            path: target,
            found,
        });
    }
    write_atomically(&target, bytes).map_err(|source| FileError::System {
        path: path.to_owned(),
        source,
    })
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

fn write_atomically(target: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = match target.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    fs::create_dir_all(folder)?;
    let mut builder = tempfile::Builder::new();
    builder.prefix(".hedgelab-");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644));
    let mut draft = builder.tempfile_in(folder)?;
    draft.write_all(bytes)?;
    if let Ok(about) = fs::metadata(target) {
        draft.as_file().set_permissions(about.permissions())?;
    }
    draft.as_file().sync_all()?;
    draft.persist(target).map_err(|failed| failed.error)?;
    // The new name is safe only once the folder is on disk too; not every system allows it.
    if let Ok(folder) = File::open(folder) {
        let _best_effort = folder.sync_all();
    }
    Ok(())
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
