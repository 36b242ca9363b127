//! Writing a record folder: beside its place first, then into it, whole.

use super::errors::{ERRORS, ErrorsWriter};
use super::folder::{RECORD, ledger_name, policy_files, read_manifest};
use super::{FolderError, Listed, MANIFEST, Manifest, Record};
use crate::files::{self, FileError, FolderDraft};
use crate::policy::{LearnedPolicy, Policy};
use crate::scenario::Scenario;
use crate::training::Checkpoint;
use crate::units::ContentHash;
use std::io::Write;
use std::path::{Path, PathBuf};

/// A record folder that is being written; nothing is left of it unless it is finished.
#[derive(Debug)]
pub struct RecordDraft {
    target: PathBuf,
    draft: FolderDraft,
}

impl RecordDraft {
    /// Begins a record that is to lie at `target`.
    ///
    /// # Errors
    /// When something else lies there, its parent is not there, or the system refuses.
    pub fn begin(target: &Path) -> Result<Self, FolderError> {
        files::recover(target)?;
        check_place(target, None)?;
        Ok(Self {
            target: target.to_owned(),
            draft: FolderDraft::beside(target)?,
        })
    }

    /// Begins the file of every error of these policies.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn errors(
        &self,
        policies: &[Box<dyn Policy>],
    ) -> Result<ErrorsWriter<Box<dyn Write + Send>>, FolderError> {
        let names: Vec<_> = policies.iter().map(|policy| policy.who().name).collect();
        let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
        let sink: Box<dyn Write + Send> = Box::new(self.draft.create(ERRORS)?);
        ErrorsWriter::begin(sink, &names, super::PROGRAM).map_err(|error| self.no_errors(&error))
    }

    /// Why errors could not be written.
    #[must_use]
    pub fn no_errors(&self, error: &dyn std::error::Error) -> FolderError {
        FolderError::damaged(
            &self.target.join(ERRORS),
            &format!("was not written: {error}"),
        )
    }

    /// Writes the ledgers of paths.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn ledgers(
        &self,
        record: &Record,
        scenario: &Scenario,
        policies: &[Box<dyn Policy>],
        numbers: &[u64],
    ) -> Result<(), FolderError> {
        let paths = crate::market::Paths::new(scenario, record.sampling());
        for number in numbers {
            let name = ledger_name(*number);
            let text = super::ledger_csv(scenario, policies, &paths.path(*number));
            let text = text.map_err(|error| self.content(&name, &error))?;
            self.draft.write(&name, &text)?;
        }
        Ok(())
    }

    /// Writes what is left and puts the folder in its place.
    ///
    /// # Errors
    /// When something else lies there by now, or the system refuses; what lay there lies there then.
    pub fn finish(self, record: &Record, learned: &[LearnedPolicy]) -> Result<(), FolderError> {
        for (name, file) in policy_files(record) {
            let policy = learned.iter().find(|policy| *policy.who().name == name);
            let Some(policy) = policy else { continue };
            let checkpoint = Checkpoint {
                policy: policy.clone(),
                validation: None,
                training: None,
            };
            self.draft.write(&file, &checkpoint.to_bytes()?)?;
        }
        // All but the manifest is the same whenever it is made.
        let timeless = Record {
            seconds: None,
            ..record.clone()
        };
        let text = super::text(&timeless).map_err(|error| self.content(RECORD, &error))?;
        self.draft.write(RECORD, text.as_bytes())?;
        let files = self.listed()?;
        let manifest = Manifest::new(record.record, record.seconds, files);
        let text = manifest.text();
        let text = text.map_err(|error| self.content(MANIFEST, &error))?;
        self.draft.write(MANIFEST, text.as_bytes())?;
        let name = record.record;
        self.draft.put(|target| check_place(target, Some(name)))
    }

    fn content(&self, name: &str, error: &dyn std::error::Error) -> FolderError {
        FolderError::File(FileError::Content {
            path: self.target.join(name),
            reason: error.to_string(),
        })
    }

    /// The files as they lie there.
    fn listed(&self) -> Result<Vec<Listed>, FolderError> {
        let folder = self.draft.path("");
        let names = files::contents(&folder).map_err(|source| FileError::System {
            path: folder.clone(),
            source,
        })?;
        let list = |name: String| {
            let path = folder.join(&name);
            let failed = |error| FolderError::damaged(&path, &error);
            let mut file = files::open(&path)?;
            let sha256 = ContentHash::of_reader(&mut file).map_err(failed)?;
            let bytes = file.metadata().map_err(failed)?.len();
            Ok(Listed {
                name,
                bytes,
                sha256,
            })
        };
        names.into_iter().map(list).collect()
    }
}

/// Refuses a place for a record where something else lies: not an empty folder, nor a record of the same
/// question, where that is known by now.
///
/// # Errors
/// Says what lies there.
pub fn check_place(target: &Path, question: Option<ContentHash>) -> Result<(), FolderError> {
    let taken = |found: String| FolderError::Taken {
        path: target.to_owned(),
        found,
    };
    if !target.exists() {
        return Ok(());
    }
    if !target.is_dir() {
        return Err(taken("is a file".into()));
    }
    let names = files::contents(target).map_err(|source| FileError::System {
        path: target.to_owned(),
        source,
    })?;
    if names.is_empty() {
        return Ok(());
    }
    let manifest = match read_manifest(target) {
        Err(FolderError::NoRecord(_)) => {
            return Err(taken(format!("holds {} and is no record", names[0])));
        }
        other => other?,
    };
    let of_record = |name: &String| {
        name == MANIFEST || manifest.files.iter().any(|listed| listed.name == *name)
    };
    if let Some(other) = names.iter().find(|name| !of_record(name)) {
        return Err(taken(format!("holds {other}, which is not of its record")));
    }
    match question {
        Some(wanted) if manifest.record != wanted => Err(taken(format!(
            "is the record {}, not {}",
            manifest.record.short(),
            wanted.short()
        ))),
        _ => Ok(()),
    }
}
