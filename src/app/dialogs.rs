//! Asking for a file: a field for the path, and the system's own dialog where there is one.

use super::command::{BooksCommand, Command, Commands, FileCommand, PricesCommand, SaveAs};
use super::document::Origin;
use super::session::Session;
use super::theme::{CAPTION, Tokens};
use super::widgets::select_all;
use crate::engine::{OwnJob, Wake, aside, is_weights};
use crate::files;
use crate::presets;
use crate::record::RecordFolder;
use crate::sweep::Meant;
use egui::{Id, Key, Modal, RichText, TextEdit, Ui};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::mpsc::Receiver;

/// What the file is for.
enum Purpose {
    Open,
    Save(Saving),
    /// Another name of the preset of this name.
    Rename(String),
    /// Keep a record in a folder.
    Record,
    /// Recorded prices, or those of this preset.
    Prices(Option<PathBuf>),
    /// Quoted books.
    Books,
}

/// What stands between the paths of several files.
const BETWEEN: &str = "; ";

/// What goes into a preset that is saved.
struct Saving {
    title: String,
    description: String,
    /// Whether a policy is saved with it.
    carries_policy: bool,
    /// How many scenarios are pinned, and whether they are saved with it.
    pinned: usize,
    pins: bool,
    /// The files that the next attempt may replace.
    replaced: Vec<PathBuf>,
}

/// The dialog, when open.
pub struct FileDialog {
    purpose: Purpose,
    path: String,
    error: Option<String>,
    fresh: bool,
    /// The answer of the system's dialog, which runs on a thread of its own.
    system: Option<Receiver<Option<String>>>,
    /// The system showed no dialog, or it was closed without a choice.
    unanswered: bool,
}

impl FileDialog {
    fn new(purpose: Purpose, path: String) -> Self {
        Self {
            purpose,
            path,
            error: None,
            fresh: true,
            system: None,
            unanswered: false,
        }
    }

    /// Asks what to open.
    #[must_use]
    pub fn open() -> Self {
        Self::new(Purpose::Open, String::new())
    }

    /// Asks for a file of recorded prices.
    #[must_use]
    pub fn prices() -> Self {
        Self::new(Purpose::Prices(None), String::new())
    }

    /// Asks for files of quoted books.
    #[must_use]
    pub fn books() -> Self {
        Self::new(Purpose::Books, String::new())
    }

    /// Asks where the prices are that a preset calls so.
    #[must_use]
    pub fn prices_for(preset: PathBuf, called: &str) -> Self {
        let error = format!("{} names the prices {called:?}", preset.display());
        Self {
            error: Some(error),
            ..Self::new(Purpose::Prices(Some(preset)), String::new())
        }
    }

    /// Asks where to save what is on screen.
    #[must_use]
    pub fn save_as(session: &Session) -> Self {
        let document = &session.place.document;
        let proposal = match document.origin() {
            Origin::BuiltIn(name) => format!("my {name}"),
            Origin::File(path) => path.display().to_string(),
            Origin::Weights(path) => path.with_extension("ron").display().to_string(),
            Origin::Record(_) => document.origin().name(),
        };
        let saving = Saving {
            title: document.scenario().title.clone(),
            description: document.scenario().description.clone(),
            carries_policy: session.learned.policy.is_some(),
            pinned: session.pins().len(),
            pins: !session.pins().is_empty(),
            replaced: Vec::new(),
        };
        Self::new(Purpose::Save(saving), proposal)
    }

    /// Asks where to keep a record of what is on screen.
    #[must_use]
    pub fn record(session: &Session) -> Self {
        let name = session.place.document.origin().name();
        Self::new(Purpose::Record, format!("~/{name} record"))
    }

    /// Asks for another name of a preset of one's own.
    #[must_use]
    pub fn rename(name: String) -> Self {
        Self::new(Purpose::Rename(name.clone()), name)
    }

    /// Draws it; gives back whether it stays open.
    pub fn ui(&mut self, ui: &mut Ui, recent: &[PathBuf], commands: &mut Commands) -> bool {
        self.hear_system();
        let mut open = true;
        let modal = Modal::new(Id::unique("file dialog")).show(ui.ctx(), |ui| {
            ui.set_width(520.0);
            open = self.contents(ui, recent, commands);
        });
        open && !modal.should_close()
    }

    fn contents(&mut self, ui: &mut Ui, recent: &[PathBuf], commands: &mut Commands) -> bool {
        let tokens = Tokens::of(ui.visuals());
        let (title, action, about, label) = self.words();
        ui.heading(title);
        ui.label(RichText::new(about).size(CAPTION).color(tokens.subdued));
        let field = TextEdit::singleline(&mut self.path).desired_width(f32::INFINITY);
        let response = ui.add(field).accessible_name(label);
        if std::mem::take(&mut self.fresh) {
            response.request_focus();
            select_all(ui, response.id, self.path.chars().count());
        }
        let enter = response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        if let Purpose::Save(saving) = &mut self.purpose {
            saving.ui(ui);
        }
        if let Some(error) = &self.error {
            ui.label(RichText::new(error).color(tokens.error));
        }
        if self.unanswered {
            let text = "The system's dialog gave no file (this system may have none). The field above works everywhere.";
            ui.label(RichText::new(text).size(CAPTION).color(tokens.subdued));
        }
        for path in recent
            .iter()
            .filter(|_| matches!(self.purpose, Purpose::Open))
        {
            if ui.link(path.display().to_string()).clicked() {
                commands.push(FileCommand::OpenFile(path.clone()));
                return false;
            }
        }
        ui.add_space(8.0);
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
            if !matches!(self.purpose, Purpose::Rename(_)) {
                let browse = egui::Button::new("Browse …");
                if ui.add_enabled(self.system.is_none(), browse).clicked() {
                    self.ask_system(ui.ctx().clone());
                }
            }
        });
        open
    }

    /// Title, action, what is said of it, and the name of the field.
    fn words(&self) -> (&'static str, &'static str, &'static str, &'static str) {
        match self.purpose {
            Purpose::Open => (
                "Open a preset",
                "Open",
                "a preset's name, or the path of a .ron file, of .safetensors weights, or of the folder of a record or a sweep",
                "Path",
            ),
            Purpose::Save(_) => (
                "Save as a preset",
                "Save",
                "a name saves among your presets; a path saves there",
                "Path",
            ),
            Purpose::Rename(_) => ("Rename a preset", "Rename", "its new name", "New name"),
            Purpose::Record => (
                "Keep a record",
                "Record",
                "a folder for it: a new one, an empty one, or the record of the same question, which is replaced",
                "Path",
            ),
            Purpose::Prices(None) => (
                "Open recorded prices",
                "Open",
                "a CSV or Parquet file with a date and a price in each row; it is looked at first, and nothing is changed yet",
                "Path",
            ),
            Purpose::Books => (
                "Open quoted books",
                "Open",
                "LOBSTER, Tardis, DBN or snapshots as CSV or Parquet, several files of one format with ; between; they are looked at \
                 first, and nothing is changed yet",
                "Path",
            ),
            Purpose::Prices(Some(_)) => (
                "Where are the prices?",
                "Open",
                "the prices of the preset are not where it says, or are others now: choose the file, or another",
                "Path",
            ),
        }
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
    fn wanted(&mut self) -> Result<Command, String> {
        let text = self.path.trim().to_owned();
        match &mut self.purpose {
            Purpose::Open => to_open(&text),
            Purpose::Save(saving) => saving.wanted(&text),
            Purpose::Prices(preset) => to_prices(preset.clone(), &text),
            Purpose::Books => to_books(&text),
            Purpose::Record if text.is_empty() => Err("name a folder for it".into()),
            Purpose::Record => Ok(FileCommand::Record(files::typed(OsStr::new(&text))).into()),
            Purpose::Rename(from) => {
                let place = presets::own_file(&text).map_err(|error| error.to_string())?;
                if place.exists() {
                    return Err(format!("{text} is there already"));
                }
                let from = from.clone();
                Ok(FileCommand::Own(OwnJob::Rename { from, to: text }).into())
            }
        }
    }

    fn ask_system(&mut self, ctx: egui::Context) {
        let opens = matches!(self.purpose, Purpose::Open);
        let records = matches!(self.purpose, Purpose::Record);
        let prices = matches!(self.purpose, Purpose::Prices(_));
        let books = matches!(self.purpose, Purpose::Books);
        let wake = Wake::new(move || ctx.request_repaint());
        self.system = aside("file dialog", wake, move || {
            let dialog = rfd::FileDialog::new();
            if books {
                let all = dialog.add_filter("All files", &["*"]).pick_files()?;
                let all: Vec<String> = all.iter().map(|path| path.display().to_string()).collect();
                return Some(all.join(BETWEEN));
            }
            let path = if records {
                dialog.pick_folder()
            } else if prices {
                let endings = ["csv", "tsv", "txt", "parquet"];
                dialog
                    .add_filter("Recorded prices", &endings)
                    .add_filter("All files", &["*"])
                    .pick_file()
            } else if opens {
                let endings = ["ron", "safetensors", "json"];
                dialog
                    .add_filter("Hedgelab presets, weights and records", &endings)
                    .pick_file()
            } else {
                dialog
                    .add_filter("Hedgelab preset", &["ron"])
                    .set_file_name("preset.ron")
                    .save_file()
            };
            path.map(|path| path.display().to_string())
        });
        self.unanswered = self.system.is_none();
    }

    /// What the system's dialog answered goes into the field, to be looked at as if it were typed.
    fn hear_system(&mut self) {
        let answer = self.system.as_ref().map(Receiver::try_recv);
        let Some(Ok(answer)) = answer else { return };
        self.system = None;
        self.unanswered = answer.is_none();
        if let Some(path) = answer {
            self.path = path;
            self.error = None;
        }
    }
}

impl Saving {
    fn ui(&mut self, ui: &mut Ui) {
        let tokens = Tokens::of(ui.visuals());
        let caption = |text: &str| RichText::new(text).size(CAPTION).color(tokens.subdued);
        ui.add_space(4.0);
        ui.label(caption("title"));
        let title = TextEdit::singleline(&mut self.title).desired_width(f32::INFINITY);
        ui.add(title).accessible_name("Title");
        ui.label(caption("description"));
        let description = TextEdit::multiline(&mut self.description)
            .desired_rows(3)
            .desired_width(f32::INFINITY);
        ui.add(description).accessible_name("Description");
        if self.pinned > 0 {
            let scenarios = if self.pinned == 1 {
                "scenario"
            } else {
                "scenarios"
            };
            let text = format!("with the {} pinned {scenarios}, as a set", self.pinned);
            ui.checkbox(&mut self.pins, text);
        }
    }

    /// Files that are there are replaced when it is asked for twice.
    fn wanted(&mut self, text: &str) -> Result<Command, String> {
        let title = self.title.trim();
        if title.is_empty() || title.chars().count() > 100 {
            return Err("the title is one line of 1 to 100 characters".into());
        }
        let path = presets::new_file(text).map_err(|error| error.to_string())?;
        let policy = presets::policy_file(&path);
        let mut there: Vec<PathBuf> = vec![path.clone()];
        there.extend(self.carries_policy.then_some(policy));
        there.retain(|file| file.exists());
        if there != self.replaced {
            let names: Vec<String> = there
                .iter()
                .map(|file| file.display().to_string())
                .collect();
            let (are, them) = match names.len() {
                1 => ("is", "it"),
                _ => ("are", "them"),
            };
            self.replaced = there;
            if !names.is_empty() {
                return Err(format!(
                    "{} {are} there already; save once more to replace {them}",
                    names.join(" and ")
                ));
            }
        }
        let save = SaveAs {
            path,
            replace: !self.replaced.is_empty(),
            pins: self.pins,
            title: title.to_owned(),
            description: self.description.clone(),
        };
        Ok(FileCommand::SaveTo(save).into())
    }
}

/// A file of prices, perhaps for a preset.
fn to_prices(preset: Option<PathBuf>, text: &str) -> Result<Command, String> {
    if text.is_empty() {
        return Err("name a file of prices".into());
    }
    let prices = files::typed(OsStr::new(text));
    if !prices.is_file() {
        return Err(format!("there is no file {}", prices.display()));
    }
    Ok(match preset {
        Some(preset) => PricesCommand::LookFor { preset, prices },
        None => PricesCommand::Look(prices),
    }
    .into())
}

/// Files of quoted books, one or several.
fn to_books(text: &str) -> Result<Command, String> {
    let file = |text: &str| files::typed(OsStr::new(text.trim()));
    let whole = file(text);
    let parts = text.split(BETWEEN.trim());
    let parts = parts.filter(|part| !part.trim().is_empty());
    let paths: Vec<PathBuf> = if whole.is_file() {
        vec![whole]
    } else {
        parts.map(file).collect()
    };
    if paths.is_empty() {
        return Err("name a file of quoted books".into());
    }
    match paths.iter().find(|path| !path.is_file()) {
        Some(missing) => Err(format!("there is no file {}", missing.display())),
        None => Ok(BooksCommand::Look(paths).into()),
    }
}

/// A preset by its name, or a file.
fn to_open(text: &str) -> Result<Command, String> {
    let typed = files::typed(OsStr::new(text));
    let is_file = text.contains(std::path::is_separator) || has_known_ending(&typed);
    if !is_weights(&typed) && (RecordFolder::is_meant_in(&typed) || Meant::by(&typed).is_some()) {
        return Ok(FileCommand::OpenFile(typed).into());
    }
    match presets::locate(text) {
        Ok(presets::Place::File(path)) => Ok(FileCommand::OpenFile(path).into()),
        Ok(presets::Place::BuiltIn(name)) => Ok(FileCommand::OpenPreset(name.to_owned()).into()),
        Err(_) if is_file => Err(format!("there is no file {}", typed.display())),
        Err(error) => Err(error.to_string()),
    }
}

fn has_known_ending(path: &Path) -> bool {
    let preset = path
        .extension()
        .is_some_and(|ending| ending.eq_ignore_ascii_case("ron"));
    preset || is_weights(path)
}
