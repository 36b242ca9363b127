//! The presets of one's own: what there is, and what is done to them.

use super::files;
use crate::presets::{self, PresetError};
use std::path::PathBuf;

/// What to do to a preset of one's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OwnJob {
    /// Say what there is.
    List,
    /// Give it another name.
    Rename {
        /// Its name.
        from: String,
        /// Its new name.
        to: String,
    },
    /// Copy it under a new name.
    Duplicate(String),
    /// Move it to the trash.
    Delete(String),
    /// Bring it back from the trash.
    Restore(String),
}

/// The presets of one's own, after something was done to them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnPresets {
    /// Name and title of each, sorted.
    pub presets: Vec<(String, String)>,
    /// Names of those that can be brought back, the latest first.
    pub trashed: Vec<String>,
    /// What was done, in a sentence.
    pub done: Option<String>,
    /// Why it was not done.
    pub refused: Option<String>,
    /// A file that has another name now: its old one and its new one.
    pub moved: Option<(PathBuf, PathBuf)>,
}

impl OwnJob {
    /// Does it, and says what there is then.
    pub(super) fn perform(self) -> OwnPresets {
        let mut moved = None;
        let (done, refused) = match self.attempt(&mut moved) {
            Ok(done) => (done, None),
            Err(error) => (None, Some(error.to_string())),
        };
        OwnPresets {
            presets: presets::own_list(),
            trashed: presets::trashed(),
            done,
            refused,
            moved,
        }
    }

    fn attempt(
        self,
        moved: &mut Option<(PathBuf, PathBuf)>,
    ) -> Result<Option<String>, PresetError> {
        Ok(Some(match self {
            Self::List => {
                if let Ok(folder) = presets::folder() {
                    files::sweep(&folder);
                }
                return Ok(None);
            }
            Self::Rename { from, to } => {
                *moved = Some(presets::rename(&from, &to)?);
                format!("{from} is {to} now")
            }
            Self::Duplicate(name) => {
                let copy = presets::duplicate(&name)?;
                format!("Copied {name} to {copy}")
            }
            Self::Delete(name) => {
                presets::delete(&name)?;
                format!("{name} is in the trash; the preset menu brings it back")
            }
            Self::Restore(name) => {
                presets::restore(&name)?;
                format!("Brought back {name}")
            }
        }))
    }
}
