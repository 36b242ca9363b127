//! Folders that are written whole or not at all.
//!
//! A new folder is made beside the old one, with everything in it on disk, before anything else happens.
//! Then, in turn with other programs: the old one is renamed to a name of its own, the new one takes
//! its place, the old one is removed. Each rename is whole or not at all, so that there are three states
//! to be killed in: the old folder stands in its place; nothing does, and the old one lies aside; the
//! new one stands in its place. [`recover`] knows the one in the middle by its name and puts the old
//! folder back, and whoever opens or writes a folder calls it first.

use super::FileError;
use super::claim::turn;
use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// How the names of unfinished folders begin.
const DRAFT: &str = ".hedgelab-draft-";
/// How the name of a folder begins that lies aside while another takes its place.
const ASIDE: &str = ".hedgelab-before-";
/// Age (seconds) at which an unfinished folder belongs to nobody any more.
const ABANDONED: u64 = 86_400;

/// A folder that is being written beside the place it is for; nothing is left of it unless it is put
/// there.
#[derive(Debug)]
pub struct FolderDraft {
    target: PathBuf,
    parent: PathBuf,
    draft: TempDir,
}

impl FolderDraft {
    /// Begins a folder that is to take its place at `target`.
    ///
    /// # Errors
    /// When `target` is in no folder that exists, or the system refuses.
    pub fn beside(target: &Path) -> Result<Self, FileError> {
        let (parent, name) = place(target)?;
        sweep(&parent);
        let mut builder = tempfile::Builder::new();
        builder.prefix(DRAFT);
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o755));
        let draft = builder.tempdir_in(&parent).map_err(system(target))?;
        Ok(Self {
            target: parent.join(name),
            parent,
            draft,
        })
    }

    /// Where a file of the folder lies while it is being written.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.draft.path().join(name)
    }

    /// Begins a file of the folder; whoever writes it has it on disk with [`FolderDraft::sync`].
    ///
    /// # Errors
    /// When the system refuses; named by where it would be in the end.
    pub fn create(&self, name: &str) -> Result<impl Write + Send + use<>, FileError> {
        let path = self.path(name);
        let made = path.parent().map_or(Ok(()), fs::create_dir_all);
        made.and_then(|()| File::create_new(&path))
            .map_err(system(&self.target.join(name)))
    }

    /// Writes a file of the folder.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn write(&self, name: &str, bytes: &[u8]) -> Result<(), FileError> {
        let mut file = self.create(name)?;
        file.write_all(bytes)
            .map_err(system(&self.target.join(name)))
    }

    /// Has everything in the folder on disk.
    ///
    /// # Errors
    /// When the system refuses: a disk may be full only now.
    pub fn sync(&self) -> Result<(), FileError> {
        for name in contents(self.draft.path()).map_err(system(&self.target))? {
            let file = File::open(self.path(&name));
            file.and_then(|file| file.sync_all())
                .map_err(system(&self.target.join(&name)))?;
        }
        sync_folders(self.draft.path());
        Ok(())
    }

    /// Puts the folder in its place, unless `check`, which is asked while nobody else has their turn,
    /// does not want what stands there replaced. Only an empty folder and a folder are replaced.
    ///
    /// # Errors
    /// What `check` says; when the system refuses. What stood there stands there then.
    pub fn put<E: From<FileError>>(
        self,
        check: impl FnOnce(&Path) -> Result<(), E>,
    ) -> Result<(), E> {
        self.sync()?;
        let _turn = turn(&self.parent);
        put_back(&self.target)?;
        check(&self.target)?;
        Ok(self.exchange()?)
    }

    fn exchange(self) -> Result<(), FileError> {
        let failed = system(&self.target);
        let aside = aside(&self.target);
        if !self.target.exists() {
            fs::rename(self.draft.path(), &self.target).map_err(&failed)?;
        } else if fs::remove_dir(&self.target).is_ok() {
            // It was empty.
            fs::rename(self.draft.path(), &self.target).map_err(&failed)?;
        } else {
            fs::rename(&self.target, &aside).map_err(&failed)?;
            if let Err(error) = fs::rename(self.draft.path(), &self.target) {
                fs::rename(&aside, &self.target).map_err(&failed)?;
                return Err(failed(error));
            }
        }
        // It is no draft any more.
        let _moved = self.draft.keep();
        sync_folder(&self.parent);
        if aside.exists() {
            let _removed_next_time = fs::remove_dir_all(&aside);
        }
        Ok(())
    }
}

/// Puts a folder back that lies aside because a program was killed while it put another in its place.
/// Whoever opens such a folder calls this first.
///
/// # Errors
/// When the system refuses.
pub fn recover(target: &Path) -> Result<(), FileError> {
    // Without a turn first: hardly ever is there anything to do.
    let Ok((parent, name)) = place(target) else {
        return Ok(());
    };
    let target = parent.join(name);
    if !target.exists() && aside(&target).exists() {
        let _turn = turn(&parent);
        put_back(&target)?;
    }
    Ok(())
}

/// The same, by whoever has the turn; what lies aside of a folder that was replaced is removed.
fn put_back(target: &Path) -> Result<(), FileError> {
    let aside = aside(target);
    if !aside.exists() {
        return Ok(());
    }
    if target.exists() {
        fs::remove_dir_all(&aside).map_err(system(&aside))
    } else {
        fs::rename(&aside, target).map_err(system(target))
    }
}

/// Opens a file to be read.
///
/// # Errors
/// When the system refuses.
pub fn open(path: &Path) -> Result<File, FileError> {
    File::open(path).map_err(system(path))
}

/// The files of a folder and of the folders in it, as paths below it with `/` between their parts,
/// sorted.
///
/// # Errors
/// When one of the folders cannot be read.
pub fn contents(folder: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.file_type()?.is_dir() {
            let below = contents(&entry.path())?.into_iter();
            let before = names.len();
            names.extend(below.map(|file| format!("{name}/{file}")));
            if names.len() == before {
                names.push(format!("{name}/"));
            }
        } else {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

/// The folder in which `target` lies, and its name there; a link to a folder stands for that folder.
fn place(target: &Path) -> Result<(PathBuf, OsString), FileError> {
    let whole = fs::canonicalize(target).or_else(|_missing| std::path::absolute(target));
    let whole = whole.map_err(system(target))?;
    let (Some(parent), Some(name)) = (whole.parent(), whole.file_name()) else {
        return Err(FileError::Content {
            path: target.to_owned(),
            reason: "it is in no folder".into(),
        });
    };
    if parent.is_dir() {
        return Ok((parent.to_owned(), name.to_owned()));
    }
    Err(FileError::NoFolder {
        path: target.to_owned(),
        folder: parent.to_owned(),
    })
}

fn aside(target: &Path) -> PathBuf {
    let mut name = OsString::from(ASIDE);
    name.push(target.file_name().unwrap_or(OsStr::new("")));
    target.with_file_name(name)
}

/// Removes unfinished folders that killed programs left more than a day ago.
fn sweep(parent: &Path) {
    let Ok(entries) = fs::read_dir(parent) else {
        return;
    };
    for entry in entries.flatten() {
        let draft = entry.file_name().to_string_lossy().starts_with(DRAFT);
        let old = entry
            .metadata()
            .and_then(|about| about.modified())
            .is_ok_and(|when| when.elapsed().is_ok_and(|age| age.as_secs() > ABANDONED));
        if draft && old {
            let _stays_for_another_day = fs::remove_dir_all(entry.path());
        }
    }
}

/// New names are safe only once their folders are on disk too; not every system allows it.
fn sync_folders(folder: &Path) {
    let below = fs::read_dir(folder).into_iter().flatten().flatten();
    for entry in below.filter(|entry| entry.path().is_dir()) {
        sync_folders(&entry.path());
    }
    sync_folder(folder);
}

fn sync_folder(folder: &Path) {
    if let Ok(folder) = File::open(folder) {
        let _best_effort = folder.sync_all();
    }
}

fn system(path: &Path) -> impl Fn(io::Error) -> FileError + use<> {
    let path = path.to_owned();
    move |source| FileError::System {
        path: path.clone(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(target: &Path, text: &str) -> Result<(), FileError> {
        let draft = FolderDraft::beside(target)?;
        draft.write("a", text.as_bytes())?;
        draft.write("b/c", text.as_bytes())?;
        draft.put(|_| Ok(()))
    }

    #[test]
    fn a_folder_takes_the_place_of_nothing_of_an_empty_one_and_of_one_before() {
        let home = tempfile::tempdir().unwrap();
        let target = home.path().join("x");
        put(&target, "first").unwrap();
        assert_eq!(contents(&target).unwrap(), ["a", "b/c"]);
        put(&target, "second").unwrap();
        assert_eq!(fs::read(target.join("b/c")).unwrap(), b"second");
        let empty = home.path().join("empty");
        fs::create_dir(&empty).unwrap();
        put(&empty, "third").unwrap();
        assert_eq!(fs::read(empty.join("a")).unwrap(), b"third");
        assert_eq!(fs::read_dir(home.path()).unwrap().count(), 2);
        assert!(matches!(
            put(&home.path().join("no/y"), "x"),
            Err(FileError::NoFolder { .. })
        ));
    }

    #[test]
    fn a_draft_that_is_not_wanted_leaves_nothing() {
        let home = tempfile::tempdir().unwrap();
        let target = home.path().join("x");
        put(&target, "first").unwrap();
        let draft = FolderDraft::beside(&target).unwrap();
        draft.write("a", b"second").unwrap();
        let no = |path: &Path| {
            let path = path.to_owned();
            Err(FileError::Exists { path })
        };
        assert!(draft.put(no).is_err());
        assert_eq!(fs::read(target.join("a")).unwrap(), b"first");
        assert_eq!(fs::read_dir(home.path()).unwrap().count(), 1);
    }

    #[test]
    fn whatever_state_a_kill_leaves_is_the_old_folder_or_the_new_one() {
        let home = tempfile::tempdir().unwrap();
        let (target, aside) = (
            home.path().join("x"),
            home.path().join(".hedgelab-before-x"),
        );
        let read = || fs::read_to_string(target.join("a")).unwrap();
        // While the draft was written, and before the first rename.
        put(&target, "old").unwrap();
        fs::create_dir(home.path().join(".hedgelab-draft-1")).unwrap();
        recover(&target).unwrap();
        assert_eq!(read(), "old");
        // Between the renames.
        fs::rename(&target, &aside).unwrap();
        recover(&target).unwrap();
        assert_eq!(read(), "old");
        assert!(!aside.exists());
        // The next one is written from that state, too.
        fs::rename(&target, &aside).unwrap();
        put(&target, "new").unwrap();
        assert_eq!(read(), "new");
        assert!(!aside.exists());
        // After them, before the old one was removed.
        fs::create_dir(&aside).unwrap();
        fs::write(aside.join("a"), "old").unwrap();
        recover(&target).unwrap();
        assert_eq!(read(), "new");
        put(&target, "newest").unwrap();
        assert_eq!(read(), "newest");
        assert!(!aside.exists());
    }
}
