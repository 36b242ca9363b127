//! Asking for a file: a field for the path, and the system's own dialog where there is one.

use super::command::{Commands, FileCommand};
use super::theme::Tokens;
use super::widgets::select_all;
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
    /// The file that the next attempt may replace.
    replaced: Option<PathBuf>,
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
            replaced: None,
            fresh: true,
            system: None,
            unanswered: false,
        }
    }

    /// Draws it; gives back whether it stays open.
    pub fn ui(&mut self, ui: &mut Ui, recent: &[PathBuf], commands: &mut Commands) -> bool {
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

    fn contents(&mut self, ui: &mut Ui, recent: &[PathBuf], commands: &mut Commands) -> bool {
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
            select_all(ui, response.id, self.path.chars().count());
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
                commands.push(FileCommand::OpenFile(path.clone()));
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

    fn accept(&mut self, commands: &mut Commands) -> bool {
        match self.wanted() {
            Ok(command) => {
                commands.push(command);
                true
            }
            Err(error) => {
                self.error = Some(error);
                false
            }
        }
    }

    /// What the path or name in the field asks for, or why it cannot be done.
    fn wanted(&mut self) -> Result<FileCommand, String> {
        let text = self.path.trim().to_owned();
        let is_path =
            text.contains(std::path::MAIN_SEPARATOR) || text.to_lowercase().ends_with(".ron");
        match self.purpose {
            Purpose::Open if is_path => existing(&text),
            Purpose::Open => known(&text),
            Purpose::SaveAs => {
                let path = if is_path {
                    with_extension(PathBuf::from(text))
                } else {
                    presets::own_file(&text).map_err(|error| error.to_string())?
                };
                self.unless_it_is_there(path)
            }
        }
    }

    /// A file that is there is replaced when it is asked for twice.
    fn unless_it_is_there(&mut self, path: PathBuf) -> Result<FileCommand, String> {
        if path.exists() && self.replaced.as_ref() != Some(&path) {
            let name = path.display().to_string();
            self.replaced = Some(path);
            return Err(format!(
                "{name} is there already; save once more to replace it"
            ));
        }
        Ok(FileCommand::SaveTo(path))
    }

    fn command(&self, path: PathBuf) -> FileCommand {
        match self.purpose {
            Purpose::Open => FileCommand::OpenFile(path),
            Purpose::SaveAs => FileCommand::SaveTo(path),
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

fn existing(text: &str) -> Result<FileCommand, String> {
    let path = PathBuf::from(text);
    if path.exists() {
        Ok(FileCommand::OpenFile(path))
    } else {
        Err(format!("there is no file {text}"))
    }
}

fn known(name: &str) -> Result<FileCommand, String> {
    let built_in = presets::BUILT_IN.iter().any(|(known, _)| *known == name);
    let own = presets::own_names();
    if built_in || own.iter().any(|known| known == name) {
        return Ok(FileCommand::OpenPreset(name.to_owned()));
    }
    let names: Vec<&str> = presets::BUILT_IN
        .iter()
        .map(|(known, _)| *known)
        .chain(own.iter().map(String::as_str))
        .collect();
    Err(format!(
        "there is no preset {name:?}; there are: {}",
        names.join(", ")
    ))
}

/// A preset is a `.ron` file.
fn with_extension(path: PathBuf) -> PathBuf {
    if path.extension().is_some() {
        path
    } else {
        path.with_extension("ron")
    }
}
