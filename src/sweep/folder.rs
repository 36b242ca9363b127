//! The folder of a sweep: its spec, a file for each result and each network, and what was said on the way.
//!
//! ```text
//! sweep.ron  scenario.ron     the spec, and the preset as it was
//! rows/HASH.json              a result, under the name of its cell
//! networks/HASH.safetensors   a network, under its own name
//! log/SHARE.jsonl             when and how fast cells were made; no part of the results
//! ```
//! It is one of this machine, or lies in a bucket under the same names: `kept/` knows which. Every file is whole or
//! not there. A result that is there is never made again, and never replaced.

use super::cell::Cell;
use super::error::SweepError;
use super::kept::{self, Kept, NETWORKS, ROWS, SCENARIO, SPEC};
use super::plan::Plan;
use super::row::Row;
use super::share::Share;
use crate::policy::LearnedPolicy;
use crate::training::Checkpoint;
use crate::units::ContentHash;
use serde_json::json;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Largest file with a result or a spec (bytes).
const LIMIT: u64 = 4 << 20;
/// Results that are read together.
pub(super) const TOGETHER: usize = 32;

/// The folder of a sweep.
#[derive(Clone, Debug)]
pub struct Folder {
    path: PathBuf,
    kept: Arc<dyn Kept>,
}

impl Folder {
    fn at(path: &Path) -> Result<Self, SweepError> {
        Ok(Self {
            path: path.to_owned(),
            kept: kept::at(path)?,
        })
    }

    /// The folder at `path` for a plan: it is made, or is of the same sweep, or, with `extend`, of one whose
    /// spec this one replaces.
    ///
    /// # Errors
    /// When it is a file, or the folder of another sweep, or the system or the storage refuses.
    pub fn prepare(path: &Path, plan: &Plan, extend: bool) -> Result<Self, SweepError> {
        Self::at(path)?.prepared(plan, extend)
    }

    pub(super) fn prepared(self, plan: &Plan, extend: bool) -> Result<Self, SweepError> {
        let (spec, scenario) = plan.texts()?;
        let (spec, scenario) = (spec.as_bytes(), scenario.as_bytes());
        self.kept.begin()?;
        if extend {
            self.kept.replace(SCENARIO, scenario)?;
            self.kept.replace(SPEC, spec)?;
            return Ok(self);
        }
        // Of several that begin at once, with another sweep perhaps, one is first.
        self.kept.put(SCENARIO, scenario)?;
        if self.kept.put(SPEC, spec)? && self.kept.put(SPEC, spec)? {
            let reason = "is in a storage that replaces what is there although it is told not to; allowed: one that \
                          honours If-None-Match, or a folder";
            return Err(self.wrong(reason));
        }
        let is_other = |name, own: &[u8]| -> Result<bool, SweepError> {
            Ok(self.read(name, LIMIT)?.as_deref() != Some(own))
        };
        let what = match (is_other(SPEC, spec)?, is_other(SCENARIO, scenario)?) {
            (false, false) => return Ok(self),
            (true, _) => "spec",
            (false, true) => "preset",
        };
        Err(self.wrong(&format!(
            "is the folder of a sweep with another {what}; allowed: another folder, or --extend, which takes this one \
             in its place and keeps every cell that both have"
        )))
    }

    /// The folder of a sweep with its plan.
    ///
    /// # Errors
    /// When it is none, or its spec does not load.
    pub fn open(path: &Path) -> Result<(Self, Plan), SweepError> {
        let folder = Self::at(path)?;
        let opened = folder.clone().opened()?;
        let none = || {
            folder.wrong(
                "is no folder of a sweep; allowed: one that hedgelab sweep run --out DIR made",
            )
        };
        opened.ok_or_else(none)
    }

    /// The same where there is anything at `path`.
    ///
    /// # Errors
    /// When there is something else than a sweep, or its spec does not load.
    pub fn find(path: &Path) -> Result<Option<(Self, Plan)>, SweepError> {
        if !kept::is_address(path) {
            return path.exists().then(|| Self::open(path)).transpose();
        }
        Self::at(path)?.opened()
    }

    pub(super) fn opened(self) -> Result<Option<(Self, Plan)>, SweepError> {
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        let Some(spec) = self.read(SPEC, LIMIT)?.map(text) else {
            return Ok(None);
        };
        let scenario = self.read(SCENARIO, LIMIT)?.map(text);
        let gone =
            || self.wrong("has no scenario.ron any more; allowed: as hedgelab sweep run made it");
        let scenario = scenario.ok_or_else(gone)?;
        let origin = self.path.join(SPEC).display().to_string();
        let plan = Plan::reopened(&spec, &scenario, &origin)?;
        Ok(Some((self, plan)))
    }

    #[cfg(all(test, feature = "object-storage"))]
    pub(super) fn of(kept: Arc<dyn Kept>, path: &Path) -> Self {
        let path = path.to_owned();
        Self { path, kept }
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn read(&self, name: &str, limit: u64) -> Result<Option<Vec<u8>>, SweepError> {
        self.kept
            .read(&[name.to_owned()], limit)
            .pop()
            .unwrap_or(Ok(None))
    }

    /// Whether a cell has its result, and its network where it has one.
    ///
    /// # Errors
    /// When the storage cannot be asked.
    pub fn has(&self, cell: &Cell) -> Result<bool, SweepError> {
        Ok(!self.there([cell])?.is_empty())
    }

    /// Which of these cells have their results, and their networks where they have one: their numbers.
    ///
    /// # Errors
    /// When the storage cannot be asked.
    pub fn there<'c>(
        &self,
        cells: impl IntoIterator<Item = &'c Cell>,
    ) -> Result<BTreeSet<usize>, SweepError> {
        let named = cells.into_iter().map(|cell| {
            let network = cell.policy.map(network_name);
            (cell.index, row_name(cell), network)
        });
        let named: Vec<(usize, String, Option<String>)> = named.collect();
        let names = named
            .iter()
            .flat_map(|(_, row, network)| [Some(row), network.as_ref()]);
        let names: Vec<String> = names.flatten().cloned().collect();
        let there = self.kept.there(&names)?;
        let is_there = |(_, row, network): &&(usize, String, Option<String>)| {
            there.contains(row) && network.as_ref().is_none_or(|name| there.contains(name))
        };
        Ok(named
            .iter()
            .filter(is_there)
            .map(|(index, ..)| *index)
            .collect())
    }

    /// How many of these cells have the networks that were trained for them.
    ///
    /// # Errors
    /// When the storage cannot be asked.
    pub fn networks<'c>(
        &self,
        cells: impl IntoIterator<Item = &'c Cell>,
    ) -> Result<usize, SweepError> {
        let names = cells.into_iter().filter_map(|cell| cell.policy);
        let names: Vec<String> = names.map(network_name).collect();
        let there = self.kept.there(&names)?;
        Ok(names.iter().filter(|name| there.contains(*name)).count())
    }

    /// The result of a cell, checked: that it is as it was written, answers the cell's question, and that the
    /// network is the one it speaks of. Absent where there is none yet.
    ///
    /// # Errors
    /// Says which file was changed.
    pub fn row(&self, cell: &Cell) -> Result<Option<Row>, SweepError> {
        self.rows(&[cell]).pop().unwrap_or(Ok(None))
    }

    /// The same of several cells, read together.
    pub fn rows(&self, cells: &[&Cell]) -> Vec<Result<Option<Row>, SweepError>> {
        let rows: Vec<String> = cells.iter().map(|cell| row_name(cell)).collect();
        let read = cells.iter().zip(self.kept.read(&rows, LIMIT));
        let networks = cells.iter().filter_map(|cell| cell.policy);
        let networks: Vec<String> = networks.map(network_name).collect();
        let mut networks = self.kept.read(&networks, u64::MAX).into_iter();
        let row = |(cell, row): (&&Cell, Result<_, SweepError>)| {
            let network = cell.policy.and_then(|_| networks.next());
            self.checked(cell, row?, network.transpose()?.flatten())
        };
        read.map(row).collect()
    }

    /// The result of a cell in the content of its file, with that of its network's.
    fn checked(
        &self,
        cell: &Cell,
        row: Option<Vec<u8>>,
        network: Option<Vec<u8>>,
    ) -> Result<Option<Row>, SweepError> {
        let Some(bytes) = row.filter(|_| cell.policy.is_none() || network.is_some()) else {
            return Ok(None);
        };
        let changed = |name: String, reason: String| SweepError::Changed {
            path: self.path.join(name),
            reason,
        };
        let row = Row::from_bytes(&bytes).map_err(|reason| changed(row_name(cell), reason))?;
        if row.cell != cell.name {
            return Err(changed(
                row_name(cell),
                "is the result of another cell".into(),
            ));
        }
        if let (Some(of_row), Some(name), Some(bytes)) = (&row.network, cell.policy, network)
            && ContentHash::of(&bytes) != of_row.file
        {
            let reason = "is not the network that its cell was measured with";
            return Err(changed(network_name(name), reason.into()));
        }
        Ok(Some(row))
    }

    /// Puts a result in its place.
    pub(super) fn put_row(&self, cell: &Cell, row: &Row) -> Result<(), SweepError> {
        let text = row.text().map_err(|error| SweepError::Other {
            what: "result",
            reason: error.to_string(),
        })?;
        self.kept
            .put(&row_name(cell), text.as_bytes())
            .map(|_was_free| ())
    }

    /// A network that is there, with the hash of its file.
    ///
    /// # Errors
    /// When its file does not load.
    pub fn network(
        &self,
        name: ContentHash,
    ) -> Result<Option<(LearnedPolicy, ContentHash)>, SweepError> {
        let name = network_name(name);
        let Some(bytes) = self.read(&name, u64::MAX)? else {
            return Ok(None);
        };
        let origin = self.path.join(name).display().to_string();
        let read = Checkpoint::from_bytes(&bytes, &origin)?;
        Ok(Some((read.policy, ContentHash::of(&bytes))))
    }

    /// Puts a network in its place.
    pub(super) fn put_network(
        &self,
        name: ContentHash,
        checkpoint: &Checkpoint,
    ) -> Result<(), SweepError> {
        let bytes = checkpoint.to_bytes()?;
        self.kept
            .put(&network_name(name), &bytes)
            .map(|_was_free| ())
    }

    /// Notes in the log of a share when a cell was made (seconds since 1970), and how many seconds that took.
    ///
    /// # Errors
    /// When the system or the storage refuses.
    pub fn log_cell(
        &self,
        share: Share,
        cell: &Cell,
        (at, seconds): (u64, f64),
    ) -> Result<(), SweepError> {
        let line = json!({"cell": cell.name, "seconds": seconds, "at": at});
        self.kept.log(&share.file_name(), at, &line.to_string())
    }

    /// Keeps what was noted and waits for more to be kept with.
    ///
    /// # Errors
    /// When the storage refuses.
    pub fn end_logs(&self) -> Result<(), SweepError> {
        self.kept.end_logs()
    }

    /// All lines of all logs.
    ///
    /// # Errors
    /// When the storage cannot be asked.
    pub fn logged(&self) -> Result<Vec<String>, SweepError> {
        self.kept.logged()
    }

    /// Removes what killed programs left unfinished; what somebody may still be writing stays.
    pub fn tidy(&self) {
        self.kept.tidy();
    }

    fn wrong(&self, reason: &str) -> SweepError {
        SweepError::Folder {
            path: self.path.clone(),
            reason: reason.to_owned(),
        }
    }
}

/// The name of the file with a cell's result.
fn row_name(cell: &Cell) -> String {
    format!("{ROWS}/{}.json", cell.name)
}

/// The name of the file with a network.
fn network_name(name: ContentHash) -> String {
    format!("{NETWORKS}/{name}.safetensors")
}
