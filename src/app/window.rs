//! The window: hears keys and workers, draws bars and panels, does what commands ask.

mod drawing;
mod exporting;
mod game;
mod keeping;

use super::books::BooksDialog;
use super::command::{
    Command, Commands, FileCommand, HandCommand, LayoutCommand, WindowCommand, ZoomBy,
};
use super::dialogs::FileDialog;
use super::document::Document;
use super::export::ExportDialog;
use super::home::Home;
use super::keep::Kept;
use super::layout::Arrangements;
use super::model::Model;
use super::notice::{Notice, Notices};
use super::panels::column::Strips;
use super::panes::Panels;
use super::prices::PricesDialog;
use super::sheets::Sheet;
use super::theme;
use super::widgets::Draft;
use super::{keys, typing, view};
use crate::crash;
use crate::engine::{Engine, Event, Wake};
use crate::files;
use crate::presets::{self, Place};
use egui::{Context, Key, Modifiers, Popup, Theme, ThemePreference, Ui};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Height (points) that a window is drawn for which is shown to a class: the larger the screen, the
/// larger the type.
const PRESENTED: f32 = 600.0;

/// What the window starts from.
#[derive(Clone, Debug, Default)]
pub struct Setup {
    /// Folder in which state is kept; nothing is kept where there is none.
    pub folder: Option<PathBuf>,
    /// Preset or file to open instead of the one last open.
    pub preset: Option<String>,
}

/// The window.
#[expect(clippy::struct_excessive_bools, reason = "independent switches")]
pub struct Window {
    model: Model,
    views: Arrangements,
    panels: Panels,
    show_controls: bool,
    /// Whether it is shown to a class.
    presenting: bool,
    /// Whether the first lesson is offered.
    offers: bool,
    notices: Notices,
    sheet: Option<Sheet>,
    dialog: Option<FileDialog>,
    export: Option<ExportDialog>,
    prices: PricesDialog,
    books: BooksDialog,
    commands: Commands,
    theme: ThemePreference,
    home: Home,
    zoom: f32,
    looked_at: f64,
    /// Time of the last frame (seconds).
    clock: f64,
    /// Something was asked for since the last look, or a training run began or ended.
    unkept: bool,
    /// Whether there was a training run at the last frame.
    runs: bool,
    /// The widget that the keyboard was at, at the last frame.
    focused: Option<egui::Id>,
    /// What is still to be opened of what was asked for at the start.
    asked: Option<Document>,
}

impl Window {
    /// A window on `ctx`.
    ///
    /// # Errors
    /// When the system gives no threads, or the preset asked for does not load.
    pub fn new(ctx: &Context, setup: &Setup) -> anyhow::Result<Self> {
        let document = setup.preset.as_deref().map(named).transpose()?;
        Self::at_home(ctx, Home::claim(setup.folder.clone()), document)
    }

    /// A window on `ctx` that keeps its state in `home`, on what was kept there or on what was
    /// `asked` for: one step from what was kept, where somebody's work is in that.
    ///
    /// # Errors
    /// When the system gives no threads.
    pub fn at_home(
        ctx: &Context,
        mut home: Home,
        mut asked: Option<Document>,
    ) -> anyhow::Result<Self> {
        theme::install(ctx);
        let (kept, mut troubles) = home.kept();
        let waker = ctx.clone();
        let checkpoint = home
            .folder()
            .map(|folder| folder.join("training.checkpoint"));
        let unfinished = match checkpoint.as_deref().filter(|path| path.exists()) {
            Some(path) if !kept.training => {
                troubles.push(left_behind(path));
                false
            }
            run => run.is_some(),
        };
        let place = unfinished || kept.has_work() || asked.is_none();
        let (document, reason) = match asked.take_if(|_| !place) {
            Some(document) => (Some(document), None),
            None => kept.document(home.folder()),
        };
        let unread = reason.as_ref().and_then(|unread| unread.file.clone());
        troubles.extend(reason.map(|unread| unread.reason));
        let document = document.ok_or_else(|| anyhow::anyhow!("no preset to start from"))?;
        let engine = Engine::start(Wake::new(move || waker.request_repaint()), checkpoint)?;
        let mut model = Model::new(document, engine);
        model.record_in(home.record());
        model.restore(&kept, place);
        if place && kept == Kept::default() {
            model.show_telling_path();
        }
        if unfinished {
            model.resume_earlier();
        }
        if let Some(preset) = unread {
            model.ask_where_prices_are(preset);
        }
        if !troubles.is_empty() {
            let title = "Not everything came back from the last session";
            model.tell(Notice::error(title, troubles.join("\n")));
        }
        if let Some((title, details)) = home.told() {
            model.tell(Notice::error(title, details));
        }
        if let Some(report) = home.folder().and_then(crash::earlier) {
            let title = "The last session broke down by an error of its own";
            model.tell(Notice::error(title, what_came_back(&report)));
        }
        ctx.set_theme(kept.theme);
        ctx.set_zoom_factor(kept.zoom);
        ctx.options_mut(|options| options.zoom_with_keyboard = false);
        let mut window = Self {
            model,
            asked,
            views: Arrangements::new(
                kept.purpose,
                [&kept.layout, &kept.compare, &kept.teach].map(Clone::clone),
                kept.large.clone(),
            ),
            panels: Panels::default(),
            show_controls: kept.controls,
            presenting: false,
            offers: kept.offers_lesson,
            notices: Notices::default(),
            sheet: None,
            dialog: None,
            export: None,
            prices: PricesDialog::default(),
            books: BooksDialog::default(),
            commands: Commands::default(),
            theme: kept.theme,
            home,
            zoom: kept.zoom,
            looked_at: 0.0,
            clock: 0.0,
            unkept: false,
            runs: false,
            focused: None,
        };
        window.panels.restore(&kept);
        window.open_asked();
        Ok(window)
    }

    /// Opens what was asked for at the start, once the run that an earlier session left is there to
    /// be left in its turn.
    fn open_asked(&mut self) {
        if !self.model.session().run.is_starting()
            && let Some(document) = self.asked.take()
        {
            self.model.open_document(document);
        }
    }

    /// The state behind the window.
    #[must_use]
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// Asks for something, as a panel would; it is done with the next frame.
    pub fn push(&mut self, command: impl Into<Command>) {
        self.commands.push(command);
    }

    /// Takes in what a worker reports, as if the engine had passed it on.
    pub fn hear(&mut self, event: Event) {
        self.model.hear_event(event);
    }

    /// What is on screen.
    #[must_use]
    pub fn view(&self) -> &view::ViewModel {
        &self.model.view
    }

    /// Lets time pass and does what was asked for outside of the panels.
    pub fn logic(&mut self, ctx: &Context, drawing_seconds: Option<f32>) {
        self.model.set_dark(ctx.theme() == Theme::Dark);
        self.drops(ctx);
        let now = ctx.input(|input| input.time);
        let seconds = (now - self.clock).max(0.0);
        self.clock = now;
        self.run_commands(ctx);
        if self.presenting {
            // The screen is larger once the window has all of it.
            self.set_zoom(ctx);
        }
        self.model.update(seconds);
        self.copy(ctx);
        self.open_asked();
        let runs = self.model.session().shown_run().is_some();
        self.unkept |= std::mem::replace(&mut self.runs, runs) != runs;
        if let Some(key) = self.model.to_show() {
            self.views.obey(&LayoutCommand::Show(key, true));
            self.unkept = true;
        }
        if let Some((preset, prices)) = self.model.asks_for_prices() {
            let wanted = WindowCommand::AskPricesFor { preset, prices };
            self.obey(ctx, wanted);
        }
        for notice in self.model.notices() {
            self.notices.add(notice, now);
        }
        if let Some(seconds) = drawing_seconds {
            // Drawing takes at most about a third of the time while training runs.
            let pace = Duration::from_secs_f32((seconds * 3.0).clamp(0.0, 1.0));
            self.model.engine().set_pace(pace);
        }
        if let Some(seconds) = self.model.next_tick() {
            ctx.request_repaint_after(Duration::from_secs_f64(seconds.max(0.001)));
        }
        self.keep_in_time(ctx, now);
    }

    /// Draws everything.
    pub fn ui(&mut self, ui: &mut Ui) {
        if !self.has_modal() {
            if self.plays() {
                keys::in_game(ui.ctx(), &mut self.commands);
            } else {
                keys::pressed(ui.ctx(), &mut self.commands);
            }
        }
        let asked = std::mem::take(&mut self.commands);
        let can_leave = self.can_leave(ui.ctx());
        let refused = typing::settle(ui.ctx(), asked.is_empty());
        let mut commands = Commands::default();
        self.bars(ui, &mut commands);
        self.middle(ui, &mut commands);
        self.overlays(ui, &mut commands);
        self.leave(ui.ctx(), can_leave, &mut commands);
        commands.settle_hover(&self.model.view.hover);
        commands.append(asked);
        if let Some(notice) = typing::hold_back(ui.ctx(), &mut commands, refused.as_ref()) {
            self.model.tell(notice);
        }
        let busy = !commands.is_empty();
        self.commands = commands;
        let ctx = ui.ctx().clone();
        self.run_commands(&ctx);
        if busy {
            // What the commands changed is built and drawn in the frame that follows at once.
            self.model.update(0.0);
            ctx.request_repaint();
            self.unkept = true;
        }
    }

    /// Whether something lies over the window that has the keyboard.
    fn has_modal(&self) -> bool {
        self.sheet.is_some()
            || self.dialog.is_some()
            || self.export.is_some()
            || self.model.view.prices.is_some()
            || self.model.view.books.is_some()
    }

    /// Whether Escape would have nothing else to leave: no sheet, menu or field.
    fn can_leave(&self, ctx: &Context) -> bool {
        let over = self.has_modal() || Popup::is_any_open(ctx);
        let somewhere = self.plays() || self.presenting || self.views.large().is_some();
        somewhere && !over && self.focused.is_none()
    }

    /// Escape leaves a hedge by hand, or brings all views back, where nobody else took it.
    fn leave(&mut self, ctx: &Context, can: bool, commands: &mut Commands) {
        if can && ctx.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape)) {
            if self.plays() {
                commands.push(HandCommand::Leave);
            } else if self.presenting {
                commands.push(WindowCommand::Present);
            } else {
                commands.push(LayoutCommand::Back);
            }
        }
        self.focused = ctx.memory(egui::Memory::focused);
    }

    fn run_commands(&mut self, ctx: &Context) {
        for command in std::mem::take(&mut self.commands) {
            if command.replaces_values() {
                Draft::forget_all(ctx);
            }
            if let Some(own) = self.model.apply(command) {
                self.obey(ctx, own);
            }
        }
    }

    /// What concerns the window alone.
    fn obey(&mut self, ctx: &Context, command: WindowCommand) {
        match command {
            WindowCommand::AskOpen => {
                self.dialog = Some(FileDialog::open());
            }
            WindowCommand::AskPrices => self.dialog = Some(FileDialog::prices()),
            WindowCommand::AskBooks => self.dialog = Some(FileDialog::books()),
            WindowCommand::AskPricesFor { preset, prices } => {
                self.dialog = Some(FileDialog::prices_for(preset, &prices));
            }
            WindowCommand::AskSaveAs => {
                self.dialog = Some(FileDialog::save_as(self.model.session()));
            }
            WindowCommand::AskRecord => {
                self.dialog = Some(FileDialog::record(self.model.session()));
            }
            WindowCommand::AskExport(view) => self.ask_export(view),
            WindowCommand::AskRename(name) => self.dialog = Some(FileDialog::rename(name)),
            WindowCommand::SetTheme(theme) => {
                self.theme = theme;
                ctx.set_theme(theme);
            }
            WindowCommand::Zoom(by) => {
                self.zoom = match by {
                    ZoomBy::In => (self.zoom + 0.1).min(4.0),
                    ZoomBy::Out => (self.zoom - 0.1).max(0.5),
                    ZoomBy::Reset => 1.0,
                };
                self.set_zoom(ctx);
            }
            WindowCommand::Present => self.present(ctx),
            WindowCommand::DismissOffer => self.offers = false,
            WindowCommand::ResetLayout => {
                self.views.reset();
                self.panels.unfold();
                self.panels.column.strips = Strips::default();
                self.show_controls = true;
            }
            WindowCommand::Layout(command) => self.views.obey(&command),
            WindowCommand::ToggleControls => self.show_controls = !self.show_controls,
            WindowCommand::Help => self.sheet = Some(Sheet::Help),
            WindowCommand::About => self.sheet = Some(Sheet::About),
            WindowCommand::CopyText(text) => ctx.copy_text(text),
            WindowCommand::Quit => ctx.send_viewport_cmd(egui::ViewportCommand::Close),
        }
    }

    /// Larger type where it is shown to a class.
    fn set_zoom(&self, ctx: &Context) {
        let height = ctx.content_rect().height() * ctx.zoom_factor();
        let larger = if self.presenting {
            (height / PRESENTED).clamp(1.0, 4.0)
        } else {
            1.0
        };
        ctx.set_zoom_factor(self.zoom * larger);
    }

    /// Shows it to a class, on the whole screen, or no more.
    fn present(&mut self, ctx: &Context) {
        self.presenting = !self.presenting;
        self.set_zoom(ctx);
        ctx.send_viewport_cmd(egui::ViewportCommand::Fullscreen(self.presenting));
    }

    /// Files dropped onto the window.
    fn drops(&mut self, ctx: &Context) {
        let dropped = ctx.input(|input| input.raw.dropped_files.clone());
        let files = dropped.into_iter().map(|file| file.path().to_owned());
        let files: Vec<PathBuf> = files.collect();
        match files.as_slice() {
            [] => {}
            [file] => self.commands.push(FileCommand::OpenFile(file.clone())),
            _ => self.commands.push(FileCommand::OpenFiles(files)),
        }
    }
}

/// The document that a person calls `name`: a preset, or a file.
///
/// # Errors
/// When there is none, or when it does not load.
pub fn named(name: &str) -> anyhow::Result<Document> {
    Ok(match presets::locate(name)? {
        Place::BuiltIn(name) => Document::built_in(name)?,
        // The next start may be in another folder.
        Place::File(path) => {
            Document::file(&std::path::absolute(path)?).map_err(anyhow::Error::msg)?
        }
    })
}

/// What to know after a breakdown.
fn what_came_back(report: &Path) -> String {
    let report = report.display();
    format!("What was in the window is here again. A report of the error is in {report}.")
}

/// Sets aside the run of a document that was no longer on screen, and says so.
fn left_behind(checkpoint: &Path) -> String {
    match files::set_aside(checkpoint) {
        Ok(kept) => format!(
            "training that had been left for another preset was not finished; it is kept, and \
             goes on with: hedgelab train --resume {}",
            kept.display()
        ),
        Err(error) => error.to_string(),
    }
}

impl eframe::App for Window {
    fn logic(&mut self, ctx: &Context, frame: &mut eframe::Frame) {
        let drawing_seconds = frame.info().cpu_usage;
        self.survive(|window| Self::logic(window, ctx, drawing_seconds));
    }

    fn ui(&mut self, ui: &mut Ui, _frame: &mut eframe::Frame) {
        self.survive(|window| Self::ui(window, ui));
    }

    fn save(&mut self, _storage: &mut dyn eframe::Storage) {
        self.keep();
    }

    fn on_exit(&mut self, _gl: Option<&eframe::glow::Context>) {
        self.keep();
    }
}
