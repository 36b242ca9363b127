//! Opening and saving presets.

use super::Model;
use crate::app::command::{FileCommand, WindowCommand};
use crate::app::document::{Document, Origin};
use crate::app::notice::Notice;
use crate::policy::LearnedPolicy;
use crate::presets;
use crate::training::Checkpoint;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where the trained policy of a preset file stands.
fn beside(preset: &Path) -> PathBuf {
    preset.with_extension("safetensors")
}

impl Model {
    pub(super) fn apply_file(&mut self, command: FileCommand) -> Option<WindowCommand> {
        match command {
            FileCommand::OpenPreset(name) => self.open_preset(&name),
            FileCommand::OpenFile(path) => self.open_file(&path),
            FileCommand::Save => {
                let Origin::File(path) = self.document().origin().clone() else {
                    return Some(WindowCommand::AskSaveAs);
                };
                self.save(path);
            }
            FileCommand::SaveTo(path) => self.save(path),
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
                self.session.remember_file(path.to_owned());
            }
            Err(error) => self.refuse_open(&path.display().to_string(), &error.to_string()),
        }
    }

    /// Shows another document; undo brings back the present one with its policy and its run.
    fn open(&mut self, document: Document) {
        let brought = policy_of(document.origin(), &mut self.notices);
        let training = self.session.is_training();
        let name = self.document().origin().name();
        self.session.open(document, brought);
        self.moved();
        if training {
            self.tell(Notice::info(format!(
                "Training for {name} is paused; undo brings it back"
            )));
        }
    }

    fn refuse_open(&mut self, name: &str, error: &str) {
        self.tell(Notice::error(
            format!("{name} does not open; nothing was changed"),
            error,
        ));
    }

    fn save(&mut self, path: PathBuf) {
        match presets::save(self.session.scenario(), &path) {
            Ok(()) => {
                self.tell(Notice::info(format!("Saved {}", path.display())));
                // A saved preset carries the learned policy on screen.
                if let Some(policy) = self.session.learned.policy.clone() {
                    self.write_policy(policy, &beside(&path));
                }
                self.session.saved(path);
                self.own_presets = Arc::new(presets::own_names());
            }
            Err(error) => self.tell(Notice::error(
                format!("{} was not saved", path.display()),
                error.to_string(),
            )),
        }
    }

    pub(super) fn policy_in(&mut self, path: &Path) -> Option<LearnedPolicy> {
        policy_in(path, &mut self.notices)
    }

    /// Keeps the policy on screen in `file`, if it is another than the one that was opened or
    /// saved; whether it is.
    pub fn keep_policy(&mut self, file: &Path) -> bool {
        let policy = self.new_policy().cloned();
        let some = policy.is_some();
        if let Some(policy) = policy {
            self.write_policy(policy, file);
        }
        some
    }

    fn write_policy(&mut self, policy: LearnedPolicy, path: &Path) {
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

/// The trained policy that a document brings along.
pub(super) fn policy_of(origin: &Origin, notices: &mut Vec<Notice>) -> Option<LearnedPolicy> {
    match origin {
        Origin::BuiltIn(name) => crate::training::shipped(name),
        Origin::File(path) => policy_in(&beside(path), notices),
    }
}

/// The policy in a file; a file that is there and cannot be read is told of.
fn policy_in(path: &Path, notices: &mut Vec<Notice>) -> Option<LearnedPolicy> {
    if !path.exists() {
        return None;
    }
    match Checkpoint::read(path) {
        Ok(read) => Some(read.policy),
        Err(error) => {
            let title = "The trained policy beside the preset does not load";
            notices.push(Notice::error(title, error.to_string()));
            None
        }
    }
}
