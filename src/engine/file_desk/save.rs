//! Writing a preset and its policy, and nothing over what nobody named.

use super::{Pin, files, policy_bytes};
use crate::policy::LearnedPolicy;
use crate::presets;
use crate::scenario::{PinnedScenario, Scenario};
use crate::training::Checkpoint;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A preset to be saved, and the policy that it carries.
#[derive(Clone, Debug)]
pub struct Save {
    /// The preset's file; its policy lies beside it.
    pub path: PathBuf,
    /// The scenario; once it is saved, as it was written, with what lies beside it.
    pub scenario: Arc<Scenario>,
    /// What is to lie beside it, where it is saved as a set.
    pub pins: Option<Vec<Pin>>,
    /// The policy; without one, a file that lies there stays.
    pub policy: Option<LearnedPolicy>,
    /// What may be replaced.
    pub over: Over,
    /// The scenario that was opened or saved last, to know its document again by.
    pub document: Arc<Scenario>,
}

/// The file of a policy, and what is to be in it.
type PolicyFile = (PathBuf, Vec<u8>);

/// What may be replaced by a preset and its policy.
#[derive(Clone, Debug)]
pub enum Over {
    /// Nothing.
    Nothing,
    /// Both files, whatever is in them: somebody was asked.
    Anything,
    /// What was opened or saved here before, and nothing that was written since by others.
    Opened {
        /// The scenario as it was, with what lay beside it.
        scenario: Arc<Scenario>,
        /// The policy as it was.
        policy: Option<LearnedPolicy>,
    },
}

impl Save {
    /// Writes the files that are not as they should be, and gives back the scenario as it is written;
    /// `before` is what was saved there last.
    pub(super) fn write(&self, before: Option<&Self>) -> Result<Scenario, String> {
        let (set, of_pins) = self.set()?;
        let folder = self.path.parent();
        let _turn = folder.and_then(files::turn);
        // All are looked at before any is written.
        self.check_preset(before, &set)?;
        let beside = presets::policy_file(&self.path);
        let policy = self
            .policy
            .as_ref()
            .filter(|policy| !holds(&beside, policy));
        if policy.is_some() {
            self.check_policy(before, &beside)?;
        }
        for (file, bytes) in of_pins {
            if !file.exists() {
                files::write(&file, &bytes).map_err(|error| error.to_string())?;
            }
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
            presets::save_new(&set, &self.path)
        } else {
            presets::save(&set, &self.path)
        };
        written.map_err(|error| error.to_string())?;
        Ok(set)
    }

    /// The scenario with its pins, and the files of their policies, which are called by their content.
    fn set(&self) -> Result<(Scenario, Vec<PolicyFile>), String> {
        let mut policies = Vec::new();
        let mut whole = |pin: &Pin| {
            let mut mark = None;
            if let Some(policy) = &pin.pinned.learned {
                let bytes = policy_bytes(policy)?;
                let name = format!("pin-{:016x}", files::fingerprint(&bytes));
                policies.push((presets::pin_policy_file(&self.path, &name), bytes));
                mark = Some(name);
            }
            Ok(PinnedScenario {
                label: pin.label.clone(),
                policy: mark,
                scenario: pin.pinned.scenario.clone(),
            })
        };
        let pins = self.pins.iter().flatten().map(&mut whole);
        let pins: Vec<PinnedScenario> = pins.collect::<Result<_, String>>()?;
        let set = self
            .scenario
            .beside(&pins)
            .map_err(|error| error.to_string())?;
        Ok((set, policies))
    }

    fn check_preset(&self, before: Option<&Self>, set: &Scenario) -> Result<(), String> {
        if !self.path.exists() {
            return Ok(());
        }
        match &self.over {
            Over::Anything => Ok(()),
            Over::Nothing => Err(taken(&self.path)),
            Over::Opened { scenario, .. } => {
                let known = [Some(scenario), before.map(|save| &save.scenario)];
                let known = known.into_iter().flatten().map(Arc::as_ref);
                match presets::load_file(&self.path) {
                    Ok(found) if known.chain([set]).any(|known| *known == found) => Ok(()),
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
