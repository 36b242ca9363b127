//! The folder of a sweep: its spec, a file for each result and each network, and what was said on the way.
//!
//! ```text
//! sweep.ron  scenario.ron     the spec, and the preset as it was
//! rows/HASH.json              a result, under the name of its cell
//! networks/HASH.safetensors   a network, under its own name
//! log/SHARD.jsonl             when and how fast cells were made; no part of the results
//! ```
//! Every file is written beside its place, synced and renamed. A result that is there is never made again.

use super::cell::Cell;
use super::error::SweepError;
use super::plan::Plan;
use super::row::Row;
use super::share::Share;
use crate::files;
use crate::policy::LearnedPolicy;
use crate::training::Checkpoint;
use crate::units::ContentHash;
use serde_json::json;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Name of the file with the spec.
const SPEC: &str = "sweep.ron";
/// Name of the file with the preset's scenario.
const SCENARIO: &str = "scenario.ron";
/// Largest file with a result, a spec or a line of a log (bytes).
const LIMIT: u64 = 4 << 20;
/// Largest log (bytes).
const LOG: u64 = 1 << 30;
/// Age (seconds) at which an unfinished small file belongs to nobody any more.
const ABANDONED: u64 = 600;

/// The folder of a sweep.
#[derive(Clone, Debug)]
pub struct Folder {
    path: PathBuf,
}

/// Whether a folder is one of a sweep, by the file with its spec.
pub(super) fn is_one(path: &Path) -> bool {
    path.join(SPEC).is_file() && path.join("rows").is_dir()
}

impl Folder {
    /// The folder at `path` for a plan: it is made, or is of the same sweep, or, with `extend`, of one whose
    /// spec this one replaces.
    ///
    /// # Errors
    /// When it is a file, or the folder of another sweep, or the system refuses.
    pub fn prepare(path: &Path, plan: &Plan, extend: bool) -> Result<Self, SweepError> {
        let folder = Self {
            path: path.to_owned(),
        };
        if path.exists() && !path.is_dir() {
            let reason = "is a file; allowed: a folder, which is made where it is missing";
            return Err(folder.wrong(reason.into()));
        }
        let (spec, scenario) = plan.texts()?;
        for name in ["rows", "networks", "log"] {
            files::make_folder(&path.join(name))?;
        }
        if path.join(SPEC).exists() && !extend {
            let found = files::read(&path.join(SPEC), LIMIT)?;
            let preset = files::read(&path.join(SCENARIO), LIMIT)?;
            let what = match (found == spec.as_bytes(), preset == scenario.as_bytes()) {
                (true, true) => return Ok(folder),
                (false, _) => "spec",
                (true, false) => "preset",
            };
            let reason = format!(
                "is the folder of a sweep with another {what}; allowed: another folder, or --extend, which takes this one \
                 in its place and keeps every cell that both have"
            );
            return Err(folder.wrong(reason));
        }
        files::write(&path.join(SCENARIO), scenario.as_bytes())?;
        files::write(&path.join(SPEC), spec.as_bytes())?;
        Ok(folder)
    }

    /// The folder of a sweep with its plan.
    ///
    /// # Errors
    /// When it is none, or its spec does not load.
    pub fn open(path: &Path) -> Result<(Self, Plan), SweepError> {
        let folder = Self {
            path: path.to_owned(),
        };
        let file = path.join(SPEC);
        if !file.is_file() {
            let reason =
                "is no folder of a sweep; allowed: one that hedgelab sweep run --out DIR made";
            return Err(folder.wrong(reason.into()));
        }
        let text = |name| -> Result<String, SweepError> {
            let bytes = files::read(&path.join(name), LIMIT)?;
            Ok(String::from_utf8_lossy(&bytes).into_owned())
        };
        let origin = file.display().to_string();
        let plan = Plan::reopened(&text(SPEC)?, &text(SCENARIO)?, &origin)?;
        Ok((folder, plan))
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The file for a cell's result.
    #[must_use]
    pub fn row_file(&self, cell: ContentHash) -> PathBuf {
        self.path.join("rows").join(format!("{cell}.json"))
    }

    /// The file for a network.
    #[must_use]
    pub fn network_file(&self, name: ContentHash) -> PathBuf {
        self.path
            .join("networks")
            .join(format!("{name}.safetensors"))
    }

    /// Whether a cell has its result, and its network where it has one.
    #[must_use]
    pub fn has(&self, cell: &Cell) -> bool {
        let network = cell.policy.map(|name| self.network_file(name));
        self.row_file(cell.name).exists() && network.is_none_or(|file| file.exists())
    }

    /// The names of the results that are there, as texts; whether their networks are is another matter.
    #[must_use]
    pub fn there(&self) -> BTreeSet<String> {
        let names = files::names(&self.path.join("rows"), 0).into_iter();
        let hash = |name: String| name.strip_suffix(".json").map(str::to_owned);
        names.filter_map(hash).collect()
    }

    /// The result of a cell, checked: that it is as it was written, answers the cell's question, and that the
    /// network is the one it speaks of. Absent where there is none yet.
    ///
    /// # Errors
    /// Says which file was changed.
    pub fn row(&self, cell: &Cell) -> Result<Option<Row>, SweepError> {
        if !self.has(cell) {
            return Ok(None);
        }
        let path = self.row_file(cell.name);
        let bytes = files::read(&path, LIMIT)?;
        let changed = |path: PathBuf, reason: String| SweepError::Changed { path, reason };
        let row = Row::from_bytes(&bytes).map_err(|reason| changed(path.clone(), reason))?;
        if row.cell != cell.name {
            return Err(changed(path, "is the result of another cell".into()));
        }
        if let (Some(network), Some(name)) = (&row.network, cell.policy) {
            let file = self.network_file(name);
            if ContentHash::of(&files::read(&file, u64::MAX)?) != network.file {
                let reason = "is not the network that its cell was measured with";
                return Err(changed(file, reason.into()));
            }
        }
        Ok(Some(row))
    }

    /// Puts a result in its place.
    pub(super) fn put_row(&self, row: &Row) -> Result<(), SweepError> {
        let path = self.row_file(row.cell);
        let text = row.text().map_err(|error| SweepError::Other {
            what: "result",
            reason: error.to_string(),
        })?;
        Ok(files::write(&path, text.as_bytes())?)
    }

    /// A network that is there, with the hash of its file.
    ///
    /// # Errors
    /// When its file does not load.
    pub fn network(
        &self,
        name: ContentHash,
    ) -> Result<Option<(LearnedPolicy, ContentHash)>, SweepError> {
        let path = self.network_file(name);
        if !path.exists() {
            return Ok(None);
        }
        let bytes = files::read(&path, u64::MAX)?;
        let read = Checkpoint::from_bytes(&bytes, &path.display().to_string())?;
        Ok(Some((read.policy, ContentHash::of(&bytes))))
    }

    /// Puts a network in its place.
    pub(super) fn put_network(
        &self,
        name: ContentHash,
        checkpoint: &Checkpoint,
    ) -> Result<(), SweepError> {
        let bytes = checkpoint.to_bytes()?;
        Ok(files::write(&self.network_file(name), &bytes)?)
    }

    /// Adds a line to the log of a share of the work.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn log(&self, share: &str, line: &str) -> Result<(), SweepError> {
        let file = self.path.join("log").join(format!("{share}.jsonl"));
        Ok(files::append(&file, format!("{line}\n").as_bytes(), LOG)?)
    }

    /// Notes in the log of a share when a cell was made (seconds since 1970), and how many seconds that took.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn log_cell(
        &self,
        share: Share,
        cell: &Cell,
        (at, seconds): (u64, f64),
    ) -> Result<(), SweepError> {
        let line = json!({"cell": cell.name, "seconds": seconds, "at": at});
        self.log(&share.file_name(), &line.to_string())
    }

    /// All lines of all logs.
    #[must_use]
    pub fn logged(&self) -> Vec<String> {
        let folder = self.path.join("log");
        let mut names = files::names(&folder, 0);
        names.sort();
        let read = |name: String| files::read(&folder.join(name), LOG).ok();
        let texts = names.into_iter().filter_map(read);
        let lines = |bytes: Vec<u8>| {
            let text = String::from_utf8_lossy(&bytes).into_owned();
            text.lines().map(str::to_owned).collect::<Vec<_>>()
        };
        texts.flat_map(lines).collect()
    }

    /// Removes what killed programs left unfinished; what somebody may still be writing stays.
    pub fn tidy(&self) {
        for name in ["", "rows", "networks"] {
            files::sweep_older(&self.path.join(name), ABANDONED);
        }
    }

    fn wrong(&self, reason: String) -> SweepError {
        SweepError::Folder {
            path: self.path.clone(),
            reason,
        }
    }
}
