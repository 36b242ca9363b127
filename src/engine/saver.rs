//! The thread that writes checkpoints, so that training never waits for a disk.

use super::mailbox::Mailbox;
use super::{Event, Report, panic_message};
use crate::files;
use crate::training::Checkpoint;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What the file is to be. Of two, the newer one counts.
pub(super) enum Letter {
    /// This state of a run.
    Keep(Box<Checkpoint>),
    /// Gone: there is no run to go on with.
    Forget,
}

pub(super) struct Saver {
    pub letters: Arc<Mailbox<Letter>>,
    pub path: PathBuf,
    pub report: Report,
}

impl Saver {
    pub fn run(self) {
        let mut failed = false;
        while let Some(letter) = self.letters.take() {
            let obeyed = catch_unwind(AssertUnwindSafe(|| obey(letter, &self.path)));
            match obeyed.unwrap_or_else(|payload| Err(panic_message(payload.as_ref()))) {
                Ok(()) => failed = false,
                // A full disk is told of once, not every time.
                Err(_) if failed => {}
                Err(message) => {
                    failed = true;
                    self.report.event(Event::AutosaveFailed { message });
                }
            }
        }
    }
}

fn obey(letter: Letter, path: &Path) -> Result<(), String> {
    match letter {
        Letter::Keep(checkpoint) => checkpoint.write(path).map_err(|error| error.to_string()),
        Letter::Forget => files::remove(path).map_err(|error| error.to_string()),
    }
}
