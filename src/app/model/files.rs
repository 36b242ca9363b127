//! Opening and saving: what is asked of the desk for files, and what becomes of its answers.

use super::Model;
use crate::app::command::{FileCommand, LessonCommand, SaveAs, WindowCommand};
use crate::app::document::{Document, Grain, Origin};
use crate::app::notice::Notice;
use crate::engine::{FileJob, FileNews, Opened, Over, OwnPresets, Pin, Save, pins_brought};
use crate::policy::LearnedPolicy;
use crate::presets::{self, Place};
use crate::scenario::Scenario;
use crate::training::Checkpoint;
use std::path::{Path, PathBuf};
use std::sync::Arc;

impl Model {
    pub(super) fn apply_file(&mut self, command: FileCommand) -> Option<WindowCommand> {
        match command {
            FileCommand::OpenPreset(name) => self.open_preset(&name),
            FileCommand::OpenFile(path) => self.open_file(path),
            FileCommand::OpenFiles(paths) => self.open_files(paths),
            FileCommand::Save => {
                let Origin::File(path) = self.document().origin().clone() else {
                    return Some(WindowCommand::AskSaveAs);
                };
                let over = Over::Opened {
                    scenario: self.document().written().clone(),
                    policy: self.session.place.brought.clone(),
                };
                self.save(path, over, self.session.place.brought_pins.is_some());
            }
            FileCommand::SaveTo(target) => self.save_as(target),
            FileCommand::Record(folder) => self.keep_record(folder),
            FileCommand::Export(wanted) => self.export(*wanted),
            FileCommand::Own(job) => self.engine.files().ask(FileJob::Own(job)),
        }
        None
    }

    fn open_preset(&mut self, name: &str) {
        match presets::locate(name) {
            Ok(Place::BuiltIn(name)) => match Document::built_in(name) {
                Ok(document) => self.open_document(document),
                Err(error) => self.refuse_open(name, &error.to_string()),
            },
            Ok(Place::File(path)) => self.open_file(path),
            Err(error) => self.refuse_open(name, &error.to_string()),
        }
    }

    /// It is opened once it is read.
    fn open_file(&mut self, path: PathBuf) {
        if let Some(path) = self.findable(path) {
            self.engine.files().ask(FileJob::Open(path));
        }
    }

    fn open_files(&mut self, paths: Vec<PathBuf>) {
        let all = paths.into_iter().map(|path| self.findable(path));
        if let Some(paths) = all.collect() {
            self.engine.files().ask(FileJob::OpenAll(paths));
        }
    }

    /// A relative path is one of the folder we are in now; a name that cannot be kept is refused.
    pub(super) fn findable(&mut self, path: PathBuf) -> Option<PathBuf> {
        let path = std::path::absolute(&path).unwrap_or(path);
        if path.to_str().is_none() {
            let reason = "its name is not UTF-8 text, so that it could not be found again";
            self.refuse_open(&path.display().to_string(), reason);
            return None;
        }
        Some(path)
    }

    /// Shows a document that was read already.
    pub fn open_document(&mut self, document: Document) {
        let brought = policy_of(document.origin(), &mut self.notices);
        let pins = pins_of(&document, &mut self.notices);
        self.open(document, brought, pins);
    }

    /// Shows another document; undo brings back the present one with its policy, its pins and its run.
    fn open(&mut self, document: Document, brought: Option<LearnedPolicy>, pins: Option<Vec<Pin>>) {
        self.leave_hand();
        self.leave_lesson();
        let training = self.session.is_training();
        let name = self.document().origin().name();
        self.session.open(document, brought, pins);
        self.moved();
        if training {
            self.tell(Notice::info(format!(
                "Training for {name} is paused; undo brings it back"
            )));
        }
    }

    pub(super) fn refuse_open(&mut self, name: &str, error: &str) {
        self.tell(Notice::error(
            format!("{name} does not open; nothing was changed"),
            error,
        ));
    }

    fn save_as(&mut self, target: SaveAs) {
        let mut parameters = self.session.scenario().as_ref().clone().into_parameters();
        parameters.title = target.title;
        parameters.description = target.description;
        match Scenario::new(parameters) {
            Ok(scenario) => {
                self.session.edit(Arc::new(scenario), Grain::Whole, None);
                let over = if target.replace {
                    Over::Anything
                } else {
                    Over::Nothing
                };
                self.save(target.path, over, target.pins);
            }
            Err(refused) => self.tell(not_saved(&target.path, &refused.to_string())),
        }
    }

    /// A saved preset carries the learned policy on screen, and where it is a set the pins with theirs.
    fn save(&self, path: PathBuf, over: Over, as_set: bool) {
        let path = std::path::absolute(&path).unwrap_or(path);
        self.engine.files().ask(FileJob::Save(Box::new(Save {
            path,
            scenario: self.session.scenario().clone(),
            pins: as_set.then(|| self.session.pins().to_vec()),
            // One that is made at once is made again.
            policy: self.session.own_policy(),
            over,
            document: self.document().base().clone(),
        })));
    }

    pub(super) fn hear_files(&mut self) {
        let news: Vec<FileNews> = self.engine.files().news().collect();
        for news in news {
            match news {
                FileNews::Opened(opened) => self.opened(*opened),
                FileNews::NotOpened { path, reason } => {
                    self.refuse_open(&path.display().to_string(), &reason);
                }
                FileNews::WithoutPrices {
                    path,
                    prices,
                    reason,
                } => self.ask_for_prices(path, prices, &reason),
                FileNews::Prices(path) => self.look_at_prices(path, None),
                FileNews::Books(paths) => self.look_at_books(paths),
                FileNews::Saved(save) => self.saved(*save),
                FileNews::NotSaved { path, reason } => self.tell(not_saved(&path, &reason)),
                FileNews::NotKept { reason } => self.tell(Notice::error(
                    "The state of the window could not be kept; what was kept before stands",
                    reason,
                )),
                FileNews::Own(own) => self.own_changed(*own),
                FileNews::Lesson(path) => {
                    let name = path.display().to_string();
                    self.apply_lesson(LessonCommand::Begin(name));
                }
                FileNews::Sweep(sweep) => self.open_sweep(sweep),
                FileNews::Challenge(challenge) => self.begin_hand(&challenge),
                FileNews::NotRecorded { path, reason } => self.tell(Notice::error(
                    format!("What you did was not recorded in {}", path.display()),
                    reason,
                )),
                FileNews::Panicked { message } => self.tell(Notice::error(
                    "A file was left by an error of the program's own",
                    message,
                )),
            }
        }
    }

    fn opened(&mut self, opened: Opened) {
        let (path, policy, pins) = (
            opened.path.clone(),
            opened.policy.clone(),
            opened.pins.clone(),
        );
        if let Some(trouble) = &opened.trouble {
            self.tell(policy_does_not_load(trouble));
        }
        if let Some(record) = &opened.record {
            self.tell(super::records::shown(record));
        }
        self.open(Document::opened(opened), policy, pins);
        self.session.remember_file(path);
    }

    fn saved(&mut self, save: Save) {
        self.tell(Notice::info(format!("Saved {}", save.path.display())));
        // Another document may have been opened meanwhile.
        let own = self.session.own().place.document.base();
        if Arc::ptr_eq(own, &save.document) {
            self.session.saved(save);
        }
    }

    fn own_changed(&mut self, own: OwnPresets) {
        if let Some(done) = &own.done {
            self.tell(Notice::info(done));
        }
        if let Some(refused) = &own.refused {
            self.tell(Notice::error("That was not done", refused));
        }
        if let Some((from, to)) = &own.moved {
            self.session.moved_file(from, to);
        }
        self.own_presets = Arc::new(own);
    }

    pub(super) fn policy_in(&mut self, path: &Path) -> Option<LearnedPolicy> {
        policy_in(path, &mut self.notices)
    }
}

fn not_saved(path: &Path, reason: &str) -> Notice {
    Notice::error(format!("{} was not saved", path.display()), reason)
}

fn policy_does_not_load(reason: &str) -> Notice {
    Notice::error("The trained policy beside the preset does not load", reason)
}

/// The trained policy that a document brings along.
pub(super) fn policy_of(origin: &Origin, notices: &mut Vec<Notice>) -> Option<LearnedPolicy> {
    match origin {
        Origin::BuiltIn(name) => crate::training::shipped(name),
        Origin::File(path) => policy_in(&presets::policy_file(path), notices),
        Origin::Weights(path) => policy_in(path, notices),
        Origin::Record(path) => policy_of_record(path, notices),
    }
}

fn policy_of_record(path: &Path, notices: &mut Vec<Notice>) -> Option<LearnedPolicy> {
    match Opened::read(path) {
        Ok(opened) => {
            notices.extend(opened.record.as_deref().map(super::records::shown));
            opened.policy
        }
        Err(error) => {
            notices.push(policy_does_not_load(&error));
            None
        }
    }
}

/// The pins that a document brings along, where it is a set.
pub(super) fn pins_of(document: &Document, notices: &mut Vec<Notice>) -> Option<Vec<Pin>> {
    pins_brought(document.written(), |mark| match document.origin() {
        Origin::BuiltIn(name) => crate::training::shipped_for_pin(name, mark),
        Origin::File(path) => policy_in(&presets::pin_policy_file(path, mark), notices),
        Origin::Weights(_) | Origin::Record(_) => None,
    })
}

/// The policy in a file; a file that is there and cannot be read is told of.
fn policy_in(path: &Path, notices: &mut Vec<Notice>) -> Option<LearnedPolicy> {
    if !path.exists() {
        return None;
    }
    match Checkpoint::read(path) {
        Ok(read) => Some(read.policy),
        Err(error) => {
            notices.push(policy_does_not_load(&error.to_string()));
            None
        }
    }
}
