//! Records of what is on screen: written by a thread of their own, and told of when they are shown.

use super::Model;
use super::distribution::{MOST_PATHS, paths};
use crate::app::format::count;
use crate::app::notice::Notice;
use crate::engine::{self, aside};
use crate::record::Record;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, TryRecvError};

/// A record that is being written.
pub struct Recording {
    folder: PathBuf,
    answer: Receiver<Result<Record, String>>,
}

impl Model {
    /// Runs what is on screen once more and keeps it as a record.
    pub(super) fn keep_record(&mut self, folder: PathBuf) {
        if let Some(recording) = &self.recording {
            let folder = recording.folder.display();
            self.tell(Notice::info(format!("{folder} is being written already")));
            return;
        }
        let folder = std::path::absolute(&folder).unwrap_or(folder);
        let document = self.document();
        let origin = if self.session.policy_is_new() {
            "the window".to_owned()
        } else {
            document.origin().name()
        };
        let learned = self.session.learned().iter().cloned();
        let job = engine::Recording {
            folder: folder.clone(),
            preset: document.origin().name(),
            scenario: document.scenario().as_ref().clone(),
            learned: learned.map(|policy| (policy, origin.clone())).collect(),
            paths: paths(document),
        };
        let wake = self.engine.wake();
        match aside("record", wake, move || job.perform()) {
            Some(answer) => self.recording = Some(Recording { folder, answer }),
            None => self.tell(not_recorded(&folder, "the system gave no thread")),
        }
    }

    /// Tells of a record that is written, or that could not be.
    pub(super) fn hear_record(&mut self) {
        let Some(recording) = &self.recording else {
            return;
        };
        let folder = recording.folder.clone();
        let notice = match recording.answer.try_recv() {
            Err(TryRecvError::Empty) => return,
            Err(TryRecvError::Disconnected) => {
                not_recorded(&folder, "an error of the program's own")
            }
            Ok(Err(reason)) => not_recorded(&folder, &reason),
            Ok(Ok(record)) => Notice::info(format!(
                "Recorded {} paths as {} in {}",
                count(record.paths),
                record.record.short(),
                folder.display()
            )),
        };
        self.recording = None;
        self.tell(notice);
    }
}

fn not_recorded(folder: &Path, reason: &str) -> Notice {
    Notice::error(format!("{} was not written", folder.display()), reason)
}

/// What to know of a record that is shown.
pub(super) fn shown(record: &Record) -> Notice {
    let mut title = format!(
        "Record {} of {}: {} paths, seed {}, by {}",
        record.record.short(),
        record.preset,
        count(record.paths),
        record.seed,
        record.program
    );
    if record.antithetic {
        title.push_str("; in antithetic pairs, which the window does not draw");
    }
    if record.paths > MOST_PATHS {
        title.push_str(&format!("; shown on {}", count(MOST_PATHS)));
    }
    let trained = record
        .strategies
        .iter()
        .filter(|s| s.policy.weights.is_some());
    let names: Vec<&str> = trained.map(|s| s.policy.name.as_str()).collect();
    if let [first, _, ..] = names[..] {
        title.push_str(&format!("; of its trained policies, {first} is on screen"));
    }
    Notice::info(title)
}
