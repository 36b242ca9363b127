//! Setting a file aside that could not be read, so that nothing writes over it.

use super::FileError;
use std::ffi::OsString;
use std::fs::{self, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

/// Renames a file that could not be read to the first free name of the form `NAME.unreadable-1`,
/// and says which.
///
/// # Errors
/// When the system refuses; the file is where it was then.
pub fn set_aside(path: &Path) -> Result<PathBuf, FileError> {
    put_by(path, "unreadable")
}

/// Renames a file to the first free name of the form `NAME.WORD-1`, and says which.
///
/// # Errors
/// When there is no such file, or when the system refuses; the file is where it was then.
pub fn put_by(path: &Path, word: &str) -> Result<PathBuf, FileError> {
    let system = |source| FileError::System {
        path: path.to_owned(),
        source,
    };
    let aside = free_name(path, word).map_err(system)?;
    if let Err(source) = fs::rename(path, &aside) {
        let _reserved = fs::remove_file(&aside);
        return Err(system(source));
    }
    Ok(aside)
}

/// Copies a file of which only a part could be read to such a name.
pub(super) fn copy_aside(path: &Path, bytes: &[u8]) -> Result<PathBuf, FileError> {
    let aside = free_name(path, "unreadable").map_err(|source| FileError::System {
        path: path.to_owned(),
        source,
    })?;
    super::write(&aside, bytes)?;
    Ok(aside)
}

/// Reserves a name by an empty file, so that no other program takes it.
fn free_name(path: &Path, word: &str) -> io::Result<PathBuf> {
    let mut number = 1_u32;
    loop {
        let mut name = OsString::from(path);
        name.push(format!(".{word}-{number}"));
        let aside = PathBuf::from(name);
        match OpenOptions::new().write(true).create_new(true).open(&aside) {
            Ok(_reserved) => return Ok(aside),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => number += 1,
            Err(error) => return Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_set_aside_is_never_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("window.ron");
        for text in ["first", "second"] {
            fs::write(&path, text).unwrap();
            set_aside(&path).unwrap();
            assert!(!path.exists());
        }
        let aside = |number| {
            fs::read(
                folder
                    .path()
                    .join(format!("window.ron.unreadable-{number}")),
            )
        };
        assert_eq!(aside(1).unwrap(), b"first");
        assert_eq!(aside(2).unwrap(), b"second");
        assert!(set_aside(&path).is_err(), "there is nothing left");
        assert!(aside(3).is_err());
    }
}
