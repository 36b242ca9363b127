//! Who owns a folder: one program at a time, for as long as it lives.

use super::FileError;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

/// Name of the file whose lock says that a folder is owned.
const LOCK: &str = "window.lock";
/// Windows with a folder of their own.
const MOST: usize = 64;

/// A folder that nobody else claims while this lives; a program that is killed gives it up too.
#[derive(Debug)]
pub struct Claim {
    folder: PathBuf,
    number: usize,
    _lock: File,
}

impl Claim {
    /// Claims `folder`, or where another program has it, the first free one of `window-2`,
    /// `window-3` and so on in it.
    ///
    /// # Errors
    /// When the system refuses to make or lock a file there.
    pub fn take(folder: &Path) -> Result<Self, FileError> {
        for number in 1..=MOST {
            let folder = match number {
                1 => folder.to_owned(),
                _ => folder.join(format!("window-{number}")),
            };
            if let Some(lock) = lock(&folder)? {
                return Ok(Self {
                    folder,
                    number,
                    _lock: lock,
                });
            }
        }
        Err(FileError::Content {
            path: folder.to_owned(),
            reason: format!("{MOST} windows are open"),
        })
    }

    /// Claims `folder` itself; `None` where another program has it.
    ///
    /// # Errors
    /// When the system refuses to make or lock a file there.
    pub fn first(folder: &Path) -> Result<Option<Self>, FileError> {
        let claim = |lock| Self {
            folder: folder.to_owned(),
            number: 1,
            _lock: lock,
        };
        Ok(lock(folder)?.map(claim))
    }

    /// The folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// 1 for the first window, 2 for the one opened beside it, and so on.
    #[must_use]
    pub fn number(&self) -> usize {
        self.number
    }
}

/// The lock of a folder, which is made; `None` where another program holds it.
fn lock(folder: &Path) -> Result<Option<File>, FileError> {
    let path = folder.join(LOCK);
    let system = |source| FileError::System {
        path: path.clone(),
        source,
    };
    fs::create_dir_all(folder).map_err(system)?;
    let mut options = OpenOptions::new();
    let file = options.create(true).truncate(false).write(true);
    let file = file.open(&path).map_err(system)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(source)) => Err(system(source)),
    }
}

/// Waits until no other program has its turn at a folder, and takes it for as long as what is given back
/// lives; nothing on systems where folders cannot be locked.
#[must_use]
pub fn turn(folder: &Path) -> Option<File> {
    let folder = File::open(folder).ok()?;
    folder.lock().ok()?;
    Some(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_owner_at_a_time_and_the_next_one_stands_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let first = Claim::take(folder.path()).unwrap();
        let second = Claim::take(folder.path()).unwrap();
        let third = Claim::take(folder.path()).unwrap();
        assert_eq!((first.number(), first.folder()), (1, folder.path()));
        assert_eq!(second.folder(), folder.path().join("window-2"));
        assert_eq!(third.number(), 3);
        drop(first);
        assert_eq!(Claim::take(folder.path()).unwrap().number(), 1);
    }

    #[test]
    fn a_place_that_cannot_be_locked_is_told_by_name() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, b"no folder").unwrap();
        let error = Claim::take(&file).unwrap_err().to_string();
        assert!(error.contains("window.lock"), "{error}");
    }
}
