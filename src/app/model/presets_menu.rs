//! Opening and saving presets.

use super::Model;
use crate::app::command::Command;
use crate::app::document::{Document, Origin};
use crate::app::notice::Notice;
use crate::policy::LearnedPolicy;
use crate::presets;
use crate::training::Checkpoint;
use std::path::{Path, PathBuf};

/// Where the trained policy of a preset file stands.
fn beside(preset: &Path) -> PathBuf {
    preset.with_extension("safetensors")
}

/// Files remembered in the menu.
const RECENT: usize = 8;

impl Model {
    pub(super) fn apply_presets(&mut self, command: Command) -> Option<Command> {
        match command {
            Command::OpenPreset(name) => self.open_preset(&name),
            Command::OpenFile(path) => self.open_file(&path),
            Command::Save => {
                let Origin::File(path) = self.document.origin().clone() else {
                    return Some(Command::AskSaveAs);
                };
                self.save(path);
            }
            Command::SaveTo(path) => self.save(path),
            other => return Some(other),
        }
        None
    }

    fn open_preset(&mut self, name: &str) {
        if presets::BUILT_IN.iter().any(|(known, _)| *known == name) {
            match Document::built_in(name) {
                Ok(document) => self.open(document),
                Err(error) => self.refuse_open(name, &error.to_string()),
            }
            return;
        }
        match presets::own_file(name) {
            Ok(path) => self.open_file(&path),
            Err(error) => self.refuse_open(name, &error.to_string()),
        }
    }

    fn open_file(&mut self, path: &Path) {
        match Document::file(path) {
            Ok(document) => {
                self.open(document);
                self.remember_file(path.to_owned());
            }
            Err(error) => self.refuse_open(&path.display().to_string(), &error.to_string()),
        }
    }

    fn refuse_open(&mut self, name: &str, error: &str) {
        self.tell(Notice::error(
            format!("{name} does not open; nothing was changed"),
            error,
        ));
    }

    fn save(&mut self, path: PathBuf) {
        match presets::save(self.document.scenario(), &path) {
            Ok(()) => {
                self.tell(Notice::info(format!("Saved {}", path.display())));
                self.save_policy_beside(&path);
                self.document.saved(path.clone());
                self.remember_file(path);
                self.view.own_presets = presets::own_names();
                self.view.take_document(&self.document);
            }
            Err(error) => self.tell(Notice::error(
                format!("{} was not saved", path.display()),
                error.to_string(),
            )),
        }
    }

    fn remember_file(&mut self, path: PathBuf) {
        self.view.recent.retain(|known| *known != path);
        self.view.recent.insert(0, path);
        self.view.recent.truncate(RECENT);
    }

    /// The trained policy that a preset file brings along.
    pub(super) fn policy_beside(&mut self, preset: &Path) -> Option<LearnedPolicy> {
        self.policy_in(&beside(preset))
    }

    /// The policy in a file; a file that is there and cannot be read is told of.
    pub(super) fn policy_in(&mut self, path: &Path) -> Option<LearnedPolicy> {
        if !path.exists() {
            return None;
        }
        match Checkpoint::read(path) {
            Ok(read) => Some(read.policy),
            Err(error) => {
                let title = "The trained policy beside the preset does not load";
                self.tell(Notice::error(title, error.to_string()));
                None
            }
        }
    }

    /// A saved preset carries the learned policy on screen.
    fn save_policy_beside(&mut self, preset: &Path) {
        if let Some(policy) = self.learned.clone() {
            self.write_policy(policy, &beside(preset));
        }
    }

    pub(super) fn write_policy(&mut self, policy: LearnedPolicy, path: &Path) {
        let kept = Checkpoint {
            policy,
            validation: None,
            training: None,
        };
        if let Err(error) = kept.write(path) {
            let title = "The trained policy was not saved";
            self.tell(Notice::error(title, error.to_string()));
        }
    }
}
