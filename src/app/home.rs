//! The folder in which a window keeps its state, and which no other window writes to.

use super::keep::Kept;
use crate::engine::claim;
use crate::files::{self, Claim, FileError};
use crate::logbook;
use std::path::{Path, PathBuf};

/// A window's folder; nothing is kept where there is none.
#[derive(Debug, Default)]
pub struct Home {
    claim: Option<Claim>,
    /// The folder of all windows.
    settings: Option<PathBuf>,
    /// What the person should know about it: a title and its details.
    told: Option<(String, String)>,
}

impl Home {
    /// Claims `folder`, or one in it where another window has it.
    #[must_use]
    pub fn claim(folder: Option<PathBuf>) -> Self {
        let Some(folder) = folder else {
            return Self::default();
        };
        match claim(&folder) {
            Ok(claim) => {
                files::sweep(claim.folder());
                let told = (claim.number() > 1).then(|| second(&claim));
                let claim = Some(claim);
                let settings = Some(folder);
                Self {
                    claim,
                    settings,
                    told,
                }
            }
            Err(error) => Self::nothing_kept(&error),
        }
    }

    fn nothing_kept(error: &FileError) -> Self {
        let title = "This window will keep nothing for the next start".to_owned();
        Self {
            claim: None,
            settings: None,
            told: Some((title, error.to_string())),
        }
    }

    /// The folder.
    #[must_use]
    pub fn folder(&self) -> Option<&Path> {
        self.claim.as_ref().map(Claim::folder)
    }

    /// Where what the person does is recorded: one file, whichever window they do it in.
    #[must_use]
    pub fn record(&self) -> Option<PathBuf> {
        self.settings.as_deref().map(logbook::in_folder)
    }

    /// What was kept here, and what must be told of it. A file that can be neither read nor set aside
    /// is not written over: nothing is kept then.
    pub fn kept(&mut self) -> (Kept, Vec<String>) {
        match self.folder().map(Kept::load) {
            None => (Kept::default(), Vec::new()),
            Some(Ok(loaded)) => (loaded.value, loaded.troubles),
            Some(Err(error)) => {
                *self = Self::nothing_kept(&error);
                (Kept::default(), Vec::new())
            }
        }
    }

    /// What the person should know, once: a title and its details.
    pub fn told(&mut self) -> Option<(String, String)> {
        self.told.take()
    }
}

fn second(claim: &Claim) -> (String, String) {
    let title = "Hedgelab is open in another window".to_owned();
    let folder = claim.folder().display();
    let details = format!("This one keeps its own layout, edits and training, in {folder}.");
    (title, details)
}
