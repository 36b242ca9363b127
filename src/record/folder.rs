//! Reading a record folder: every file is held against the manifest first.

use super::errors::{ERRORS, ErrorsReader};
use super::manifest::{Listed, MANIFEST, Manifest};
use super::{Record, RecordError};
use crate::files::{self, FileError};
use crate::policy::LearnedPolicy;
use crate::scenario::{Scenario, Strategy};
use crate::training::{Checkpoint, CheckpointError};
use crate::units::{ContentHash, FieldError};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Name of the file with the record itself.
pub const RECORD: &str = "record.json";
/// Largest manifest, record and ledger (bytes).
const LIMIT: u64 = 64 << 20;

/// Why a folder is not taken, or not written, as a record.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// A file could not be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// It is no folder with a manifest.
    #[error("{}: is no record: it has no {MANIFEST}", .0.display())]
    NoRecord(PathBuf),
    /// A file is not what was written.
    #[error("{}: {reason}", .path.display())]
    Damaged {
        /// Which.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The record itself is none that this program reads.
    #[error("{}: {source}", .path.display())]
    Record {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: RecordError,
    },
    /// Its scenario is none.
    #[error("{}: {source}", .path.display())]
    Scenario {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: FieldError,
    },
    /// A policy in it does not load, or cannot be written.
    #[error(transparent)]
    Policy(#[from] CheckpointError),
    /// There is something else in its place.
    #[error("{}: {found}; allowed: a folder that is not there or is empty, or the record of the same question", .path.display())]
    Taken {
        /// Where the record was to be.
        path: PathBuf,
        /// What is there.
        found: String,
    },
}

impl FolderError {
    /// A file that is not what it should be.
    pub(super) fn damaged(path: &Path, reason: &(impl ToString + ?Sized)) -> Self {
        Self::Damaged {
            path: path.to_owned(),
            reason: reason.to_string(),
        }
    }
}

/// A record folder whose files are as they were written.
#[derive(Clone, Debug)]
pub struct RecordFolder {
    /// Where it is.
    pub path: PathBuf,
    /// Its files.
    pub manifest: Manifest,
    /// The record, with the time that the run took.
    pub record: Record,
    /// Its scenario, with the seed of its paths and the strategies of its policies.
    pub scenario: Scenario,
    /// Its trained policies, each under its name, in the order of the record.
    pub learned: Vec<LearnedPolicy>,
}

impl RecordFolder {
    /// Whether a folder, or a file in one, is meant as a record: by the name of its manifest alone.
    #[must_use]
    pub fn is_meant_in(path: &Path) -> bool {
        let folder = folder_of(path);
        // Where that fails, it is told when the record is opened.
        let _put_back = files::recover(&folder);
        folder.join(MANIFEST).is_file()
    }

    /// Reads a record in a folder, or the one that a file of it belongs to, once every file in it was found to be as it was
    /// written.
    ///
    /// # Errors
    /// Which file is not, or why it is no record.
    pub fn open(path: &Path) -> Result<Self, FolderError> {
        let path = folder_of(path);
        files::recover(&path)?;
        let manifest = read_manifest(&path)?;
        for listed in &manifest.files {
            check(&path, listed)?;
        }
        let file = path.join(RECORD);
        let text = String::from_utf8(files::read(&file, LIMIT)?)
            .map_err(|error| FolderError::damaged(&file, &error))?;
        let mut record = Record::from_json(&text).map_err(|source| FolderError::Record {
            path: file.clone(),
            source,
        })?;
        record.seconds = manifest.seconds;
        if record.record != manifest.record {
            let reason = format!(
                "is the record {}, and the manifest is of {}",
                record.record.short(),
                manifest.record.short()
            );
            return Err(FolderError::damaged(&file, &reason));
        }
        let scenario = scenario(&record, &path).map_err(|source| FolderError::Scenario {
            path: file.clone(),
            source,
        })?;
        if scenario.market_hash() != record.market {
            let reason = "its scenario is not the market that it names: it was changed";
            return Err(FolderError::damaged(&file, &reason));
        }
        let learned = learned(&path, &record)?;
        Ok(Self {
            path,
            manifest,
            record,
            scenario,
            learned,
        })
    }

    /// The numbers of the paths whose ledgers are kept.
    #[must_use]
    pub fn ledgers(&self) -> Vec<u64> {
        let names = self.manifest.files.iter().map(|listed| &listed.name);
        names.filter_map(|name| ledger_number(name)).collect()
    }

    /// The text of the ledger of a path.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn ledger(&self, number: u64) -> Result<Vec<u8>, FileError> {
        files::read(&self.path.join(ledger_name(number)), LIMIT)
    }

    /// Every hedging error, where they are kept.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn errors(&self) -> Result<Option<ErrorsReader>, FolderError> {
        if !self
            .manifest
            .files
            .iter()
            .any(|listed| listed.name == ERRORS)
        {
            return Ok(None);
        }
        let path = self.path.join(ERRORS);
        let read = ErrorsReader::open(files::open(&path)?);
        read.map(Some)
            .map_err(|error| FolderError::damaged(&path, &error))
    }
}

/// A record by its folder, or by a file in it that is called as one of its own.
fn folder_of(path: &Path) -> PathBuf {
    let own = path
        .file_name()
        .is_some_and(|name| name == RECORD || name == MANIFEST);
    match path.parent() {
        Some(folder) if own && !path.is_dir() => {
            let here = folder.as_os_str().is_empty();
            if here {
                PathBuf::from(".")
            } else {
                folder.to_owned()
            }
        }
        _ => path.to_owned(),
    }
}

/// The manifest of a folder.
pub(super) fn read_manifest(folder: &Path) -> Result<Manifest, FolderError> {
    let path = folder.join(MANIFEST);
    if !path.is_file() {
        return Err(FolderError::NoRecord(folder.to_owned()));
    }
    let bytes = files::read(&path, LIMIT)?;
    Manifest::from_bytes(&bytes).map_err(|reason| FolderError::damaged(&path, &reason))
}

/// Holds a file against the manifest.
fn check(folder: &Path, listed: &Listed) -> Result<(), FolderError> {
    let path = folder.join(&listed.name);
    let mut file = files::open(&path)?;
    let found = ContentHash::of_reader(&mut file);
    let found = found.map_err(|error| FolderError::damaged(&path, &error))?;
    if found == listed.sha256 {
        return Ok(());
    }
    let reason = format!(
        "was changed: its SHA-256 is {found}; when the record was written it was {}",
        listed.sha256
    );
    Err(FolderError::damaged(&path, &reason))
}

/// The scenario of a record, as the record asked for it.
fn scenario(record: &Record, folder: &Path) -> Result<Scenario, FieldError> {
    let mut parameters = record.scenario.clone();
    parameters.seed = record.seed;
    let mut kinds: Vec<Strategy> = Vec::new();
    for strategy in &record.strategies {
        if !kinds.contains(&strategy.policy.kind) {
            kinds.push(strategy.policy.kind);
        }
    }
    parameters.strategies.selected = kinds;
    crate::history::attach(&mut parameters, Some(folder))?;
    Scenario::new(parameters)
}

/// The trained policies, which must be those that the record names.
fn learned(folder: &Path, record: &Record) -> Result<Vec<LearnedPolicy>, FolderError> {
    let mut policies = Vec::new();
    for (name, file) in policy_files(record) {
        let path = folder.join(file);
        let policy = Checkpoint::read(&path)?.policy.called(&name);
        let mut strategies = record.strategies.iter().map(|s| &s.policy);
        let known = strategies.find(|known| known.name == name);
        let hash = crate::policy::Policy::hash(&policy);
        if let Some(known) = known.filter(|known| known.hash != hash) {
            let reason = format!(
                "holds the policy {}, and the record is of {}",
                hash.short(),
                known.hash.short()
            );
            return Err(FolderError::damaged(&path, &reason));
        }
        policies.push(policy);
    }
    Ok(policies)
}

/// The trained policies of a record by name, and the file of each: called as the policy is, as far as
/// every system allows that in the name of a file, and numbered where two would be called the same.
pub(super) fn policy_files(record: &Record) -> Vec<(String, String)> {
    let mut taken = BTreeSet::new();
    let trained = record
        .strategies
        .iter()
        .filter(|s| s.policy.weights.is_some());
    let file = |name: &str| {
        let plain = |c: char| {
            if c.is_alphanumeric() || "-_ ".contains(c) {
                c
            } else {
                '_'
            }
        };
        let stem: String = name.chars().map(plain).collect();
        let stem = stem.trim().to_owned();
        let numbered = |number: u32| match number {
            1 => stem.clone(),
            _ => format!("{stem}-{number}"),
        };
        let names = (1..).map(numbered);
        let mut free = names.filter(|name| taken.insert(name.to_lowercase()));
        free.next().unwrap_or_default()
    };
    let mut file = file;
    trained
        .map(|s| {
            let name = s.policy.name.clone();
            let file = format!("policies/{}.safetensors", file(&name));
            (name, file)
        })
        .collect()
}

/// The file of a path's ledger.
pub(super) fn ledger_name(number: u64) -> String {
    format!("paths/{number}.csv")
}

fn ledger_number(name: &str) -> Option<u64> {
    let number = name.strip_prefix("paths/")?.strip_suffix(".csv")?;
    number.parse().ok()
}
