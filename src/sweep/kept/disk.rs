//! Files of a sweep in a folder of this machine, or of one that all machines see. Every file is written beside its
//! place, synced and renamed; a log is a file that grows.

use super::{Kept, LOG, NETWORKS, ROWS, SPEC};
use crate::files::{self, FileError};
use crate::sweep::error::SweepError;
use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// Largest log (bytes).
const MOST: u64 = 1 << 30;
/// Age (seconds) at which an unfinished small file belongs to nobody any more.
const ABANDONED: u64 = 600;

/// A folder.
#[derive(Debug)]
pub(super) struct Disk {
    path: PathBuf,
}

/// Whether a folder is one of a sweep, by the file with its spec.
pub(in crate::sweep) fn is_one(path: &Path) -> bool {
    path.join(SPEC).is_file() && path.join(ROWS).is_dir()
}

impl Disk {
    /// The folder at a path.
    pub fn at(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
        }
    }
}

impl Kept for Disk {
    fn begin(&self) -> Result<(), SweepError> {
        if self.path.exists() && !self.path.is_dir() {
            return Err(SweepError::Folder {
                path: self.path.clone(),
                reason: "is a file; allowed: a folder, which is made where it is missing".into(),
            });
        }
        for name in [ROWS, NETWORKS, LOG] {
            files::make_folder(&self.path.join(name))?;
        }
        Ok(())
    }

    fn read(&self, names: &[String], limit: u64) -> Vec<Result<Option<Vec<u8>>, SweepError>> {
        let one = |name: &String| match files::read(&self.path.join(name), limit) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(FileError::System { source, .. })
                if matches!(
                    source.kind(),
                    ErrorKind::NotFound | ErrorKind::NotADirectory
                ) =>
            {
                Ok(None)
            }
            Err(error) => Err(error.into()),
        };
        names.iter().map(one).collect()
    }

    fn there(&self, names: &[String]) -> Result<BTreeSet<String>, SweepError> {
        let there = names.iter().filter(|name| self.path.join(name).exists());
        Ok(there.cloned().collect())
    }

    fn put(&self, name: &str, bytes: &[u8]) -> Result<bool, SweepError> {
        let path = self.path.join(name);
        if path.exists() {
            return Ok(false);
        }
        // Not every folder that machines share can refuse a name that is taken in between: who takes it then
        // writes the same bytes.
        files::write(&path, bytes)?;
        Ok(true)
    }

    fn replace(&self, name: &str, bytes: &[u8]) -> Result<(), SweepError> {
        Ok(files::write(&self.path.join(name), bytes)?)
    }

    fn log(&self, share: &str, _at: u64, line: &str) -> Result<(), SweepError> {
        let file = self.path.join(LOG).join(format!("{share}.jsonl"));
        Ok(files::append(&file, format!("{line}\n").as_bytes(), MOST)?)
    }

    fn end_logs(&self) -> Result<(), SweepError> {
        Ok(())
    }

    fn logged(&self) -> Result<Vec<String>, SweepError> {
        let folder = self.path.join(LOG);
        let mut names = files::names(&folder, 0);
        names.sort();
        let read = |name: String| files::read(&folder.join(name), MOST).ok();
        let texts = names.into_iter().filter_map(read);
        let lines = |bytes: Vec<u8>| {
            let text = String::from_utf8_lossy(&bytes).into_owned();
            text.lines().map(str::to_owned).collect::<Vec<_>>()
        };
        Ok(texts.flat_map(lines).collect())
    }

    fn tidy(&self) {
        for name in ["", ROWS, NETWORKS] {
            files::sweep_older(&self.path.join(name), ABANDONED);
        }
    }
}
