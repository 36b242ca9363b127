//! Writing a preset and its policy, and nothing over what nobody named.

use super::{files, policy_bytes};
use crate::policy::LearnedPolicy;
use crate::presets;
use crate::scenario::Scenario;
use crate::training::Checkpoint;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A preset to be saved, and the policy that it carries.
#[derive(Clone, Debug)]
pub struct Save {
    /// The preset's file; its policy lies beside it.
    pub path: PathBuf,
    /// The scenario.
    pub scenario: Arc<Scenario>,
    /// The policy; without one, a file that lies there stays.
    pub policy: Option<LearnedPolicy>,
    /// What may be replaced.
    pub over: Over,
    /// The scenario that was opened or saved last, to know its document again by.
    pub document: Arc<Scenario>,
}

/// What may be replaced by a preset and its policy.
#[derive(Clone, Debug)]
pub enum Over {
    /// Nothing.
    Nothing,
    /// Both files, whatever is in them: somebody was asked.
    Anything,
    /// What was opened or saved here before, and nothing that was written since by others.
    Opened {
        /// The scenario as it was.
        scenario: Arc<Scenario>,
        /// The policy as it was.
        policy: Option<LearnedPolicy>,
    },
}

impl Save {
    /// Writes the files that are not as they should be; `before` is what was saved there last.
    pub(super) fn write(&self, before: Option<&Self>) -> Result<(), String> {
        // Both are looked at before either is written.
        self.check_preset(before)?;
        let beside = presets::policy_file(&self.path);
        let policy = self
            .policy
            .as_ref()
            .filter(|policy| !holds(&beside, policy));
        if policy.is_some() {
            self.check_policy(before, &beside)?;
        }
        let new = matches!(self.over, Over::Nothing);
        if let Some(policy) = policy {
            let bytes = policy_bytes(policy)?;
            let written = if new {
                files::write_new(&beside, &bytes)
            } else {
                files::write(&beside, &bytes)
            };
            written.map_err(|error| error.to_string())?;
        }
        let written = if new {
            presets::save_new(&self.scenario, &self.path)
        } else {
            presets::save(&self.scenario, &self.path)
        };
        written.map_err(|error| error.to_string())
    }

    fn check_preset(&self, before: Option<&Self>) -> Result<(), String> {
        if !self.path.exists() {
            return Ok(());
        }
        match &self.over {
            Over::Anything => Ok(()),
            Over::Nothing => Err(taken(&self.path)),
            Over::Opened { scenario, .. } => {
                let mut known = [Some(scenario), before.map(|save| &save.scenario)]
                    .into_iter()
                    .flatten()
                    .chain([&self.scenario]);
                match presets::load_file(&self.path) {
                    Ok(found) if known.any(|known| **known == found) => Ok(()),
                    _ => Err(changed(&self.path)),
                }
            }
        }
    }

    fn check_policy(&self, before: Option<&Self>, file: &Path) -> Result<(), String> {
        if !file.exists() {
            return Ok(());
        }
        match &self.over {
            Over::Anything => Ok(()),
            Over::Nothing => Err(taken(file)),
            Over::Opened { policy, .. } => {
                let last = before.and_then(|save| save.policy.as_ref());
                let mut known = [policy.as_ref(), last].into_iter().flatten();
                if known.any(|known| holds(file, known)) {
                    Ok(())
                } else {
                    Err(changed(file))
                }
            }
        }
    }
}

/// Whether a file holds this policy.
fn holds(file: &Path, policy: &LearnedPolicy) -> bool {
    file.exists() && Checkpoint::read(file).is_ok_and(|found| found.policy.is_same(policy))
}

fn taken(path: &Path) -> String {
    format!("{} is there already", path.display())
}

fn changed(path: &Path) -> String {
    format!(
        "{} is not what was opened here: another program or window wrote it. Save as replaces it, or \
         saves under another name",
        path.display()
    )
}
