//! Opening and saving presets.

use super::Model;
use crate::app::command::Command;
use crate::app::document::{Document, Origin};
use crate::app::notice::Notice;
use crate::policy::LearnedPolicy;
use crate::presets;
use std::path::{Path, PathBuf};

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

    /// A trained policy kept beside a preset file.
    #[expect(
        clippy::unused_self,
        reason = "stands for a lookup that the trainer brings"
    )]
    pub(super) fn policy_beside(&self, _preset: &Path) -> Option<LearnedPolicy> {
        None
    }
}
