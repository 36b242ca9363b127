//! Asking for a file: a field for the path, and the system's own dialog where there is one.

use super::command::Command;
use super::theme::Tokens;
use crate::engine::{Wake, aside};
use crate::presets;
use egui::{Id, Key, Modal, RichText, TextEdit, Ui};
use std::path::PathBuf;
use std::sync::mpsc::Receiver;

/// What the file is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    Open,
    SaveAs,
}

/// The dialog, when open.
pub struct FileDialog {
    purpose: Purpose,
    path: String,
    error: Option<String>,
    fresh: bool,
    /// The answer of the system's dialog, which runs on a thread of its own.
    system: Option<Receiver<Option<PathBuf>>>,
    /// The system showed no dialog, or it was closed without a choice.
    unanswered: bool,
}

impl FileDialog {
    /// Opens the dialog with a proposal.
    #[must_use]
    pub fn new(purpose: Purpose, proposal: String) -> Self {
        Self {
            purpose,
            path: proposal,
            error: None,
            fresh: true,
            system: None,
            unanswered: false,
        }
    }

    /// Draws it; gives back whether it stays open.
    pub fn ui(&mut self, ui: &mut Ui, recent: &[PathBuf], commands: &mut Vec<Command>) -> bool {
        if let Some(path) = self.answer() {
            commands.push(self.command(path));
            return false;
        }
        let mut open = true;
        let modal = Modal::new(Id::unique("file dialog")).show(ui.ctx(), |ui| {
            ui.set_width(520.0);
            open = self.contents(ui, recent, commands);
        });
        open && !modal.should_close()
    }

    fn contents(&mut self, ui: &mut Ui, recent: &[PathBuf], commands: &mut Vec<Command>) -> bool {
        let tokens = Tokens::of(ui.visuals());
        let (title, action, about) = match self.purpose {
            Purpose::Open => (
                "Open a preset",
                "Open",
                "a preset's name, or the path of a .ron file",
            ),
            Purpose::SaveAs => (
                "Save as a preset",
                "Save",
                "a name saves among your presets; a path saves there",
            ),
        };
        ui.heading(title);
        ui.label(RichText::new(about).size(11.0).color(tokens.subdued));
        let field = TextEdit::singleline(&mut self.path).desired_width(f32::INFINITY);
        let response = ui.add(field).accessible_name("Path");
        if std::mem::take(&mut self.fresh) {
            response.request_focus();
        }
        if let Some(error) = &self.error {
            ui.label(RichText::new(error).color(tokens.error));
        }
        if self.unanswered {
            let text = "The system's dialog gave no file (this system may have none). The field above works everywhere.";
            ui.label(RichText::new(text).size(11.0).color(tokens.subdued));
        }
        for path in recent.iter().filter(|_| self.purpose == Purpose::Open) {
            if ui.link(path.display().to_string()).clicked() {
                commands.push(Command::OpenFile(path.clone()));
                return false;
            }
        }
        ui.add_space(8.0);
        let enter = response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        let mut open = true;
        ui.horizontal(|ui| {
            let face = RichText::new(action).color(tokens.on_accent);
            let go = ui.add(egui::Button::new(face).fill(tokens.accent));
            if go.clicked() || enter {
                open = !self.accept(commands);
            }
            if ui.button("Cancel").clicked() {
                open = false;
            }
            let waiting = self.system.is_some();
            let browse = ui.add_enabled(!waiting, egui::Button::new("Browse …"));
            if browse.clicked() {
                self.ask_system(ui.ctx().clone());
            }
        });
        open
    }

    fn accept(&mut self, commands: &mut Vec<Command>) -> bool {
        let text = self.path.trim();
        let is_path =
            text.contains(std::path::MAIN_SEPARATOR) || text.to_lowercase().ends_with(".ron");
        match (self.purpose, is_path) {
            (_, true) => commands.push(self.command(PathBuf::from(text))),
            (Purpose::Open, false) => commands.push(Command::OpenPreset(text.to_owned())),
            (Purpose::SaveAs, false) => match presets::own_file(text) {
                Ok(path) => commands.push(Command::SaveTo(path)),
                Err(error) => {
                    self.error = Some(error.to_string());
                    return false;
                }
            },
        }
        true
    }

    fn command(&self, path: PathBuf) -> Command {
        match self.purpose {
            Purpose::Open => Command::OpenFile(path),
            Purpose::SaveAs => Command::SaveTo(path),
        }
    }

    fn ask_system(&mut self, ctx: egui::Context) {
        let purpose = self.purpose;
        let wake = Wake::new(move || ctx.request_repaint());
        self.system = aside("file dialog", wake, move || {
            let dialog = rfd::FileDialog::new().add_filter("Hedgelab preset", &["ron"]);
            match purpose {
                Purpose::Open => dialog.pick_file(),
                Purpose::SaveAs => dialog.set_file_name("preset.ron").save_file(),
            }
        });
        self.unanswered = self.system.is_none();
    }

    fn answer(&mut self) -> Option<PathBuf> {
        let answer = self.system.as_ref()?.try_recv().ok()?;
        self.system = None;
        self.unanswered = answer.is_none();
        answer
    }
}
