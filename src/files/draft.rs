//! A file that is written piece by piece beside the place it is for, so that it may be larger than memory.

use super::{DRAFT, FileError};
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// A file that is being written; nothing is left of it unless it is put in its place.
#[derive(Debug)]
pub struct FileDraft {
    /// As it was named, for messages.
    path: PathBuf,
    /// The file a link points to.
    target: PathBuf,
    file: BufWriter<NamedTempFile>,
}

impl FileDraft {
    /// Begins a file that is to take its place at `path`. Missing folders are made.
    ///
    /// # Errors
    /// When something other than a file is there, or the system refuses.
    pub fn beside(path: &Path) -> Result<Self, FileError> {
        let target = fs::canonicalize(path).unwrap_or_else(|_missing| path.to_owned());
        if target.is_dir() {
            let found = "a directory";
            return Err(FileError::NotAFile {
                path: target,
                found,
            });
        }
        let begun = begun(&target).map_err(|source| FileError::System {
            path: path.to_owned(),
            source,
        })?;
        Ok(Self {
            path: path.to_owned(),
            target,
            file: BufWriter::new(begun),
        })
    }

    /// Adds to its end.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn add(&mut self, bytes: &[u8]) -> Result<(), FileError> {
        let added = self.file.write_all(bytes);
        added.map_err(|source| FileError::System {
            path: self.path.clone(),
            source,
        })
    }

    /// Puts it in its place, with everything on disk; the permissions of an old file are kept.
    ///
    /// # Errors
    /// When the system refuses any step; the old file is untouched then.
    pub fn put(self) -> Result<(), FileError> {
        self.finish(false)
    }

    /// The same where there is no file yet.
    ///
    /// # Errors
    /// [`FileError::Exists`] where there is one; when the system refuses any step.
    pub fn put_new(self) -> Result<(), FileError> {
        self.finish(true)
    }

    fn finish(self, only_new: bool) -> Result<(), FileError> {
        let Self { path, target, file } = self;
        put_in_place(file, &target, only_new).map_err(|source| match source.kind() {
            io::ErrorKind::AlreadyExists if only_new => FileError::Exists { path },
            _ => FileError::System { path, source },
        })
    }
}

impl Write for FileDraft {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// The folder that a file lies in.
fn folder(target: &Path) -> &Path {
    match target.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

fn begun(target: &Path) -> io::Result<NamedTempFile> {
    let folder = folder(target);
    fs::create_dir_all(folder)?;
    let mut builder = tempfile::Builder::new();
    builder.prefix(DRAFT);
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644));
    builder.tempfile_in(folder)
}

fn put_in_place(file: BufWriter<NamedTempFile>, target: &Path, only_new: bool) -> io::Result<()> {
    let draft = file.into_inner()?;
    if let Ok(about) = fs::metadata(target) {
        draft.as_file().set_permissions(about.permissions())?;
    }
    draft.as_file().sync_all()?;
    let persisted = if only_new {
        draft.persist_noclobber(target)
    } else {
        draft.persist(target)
    };
    persisted.map_err(|failed| failed.error)?;
    // The new name is safe only once the folder is on disk too; not every system allows it.
    if let Ok(folder) = File::open(folder(target)) {
        let _best_effort = folder.sync_all();
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_make_a_whole_file_and_what_is_let_go_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("table.csv");
        let mut draft = FileDraft::beside(&path).unwrap();
        draft.add(b"one\n").unwrap();
        draft.write_all(b"two\n").unwrap();
        assert!(!path.exists());
        draft.put().unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"one\ntwo\n");
        let mut other = FileDraft::beside(&path).unwrap();
        other.add(b"three").unwrap();
        drop(other);
        assert_eq!(fs::read(&path).unwrap(), b"one\ntwo\n");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        assert!(FileDraft::beside(folder.path()).is_err());
    }
}
