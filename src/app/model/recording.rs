//! The record of what the person did: answers, tasks, hedges by hand.

use super::Model;
use crate::engine::FileJob;
use crate::logbook::{Done, Entry};
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

impl Model {
    /// Where what the person does is recorded; nowhere where there is no folder for it.
    pub fn record_in(&mut self, path: Option<PathBuf>) {
        self.record = path;
    }

    /// Has something added to the record, at the present time.
    pub(super) fn record(&self, done: Done) {
        let Some(path) = &self.record else { return };
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let entry = Entry::new(now.map_or(0, |since| since.as_secs()), done);
        let job = FileJob::Record(path.clone(), Box::new(entry));
        self.engine.files().ask(job);
    }
}
