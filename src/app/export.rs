//! Taking a view away: which one, as what, how large, and where to.

mod system;

use super::command::{Commands, ExportAs, FileCommand};
use super::theme::{CAPTION, Tokens};
use super::view::ViewModel;
use super::widgets::select_all;
use crate::engine::Form;
use crate::figure::{Sheet, Theme};
use crate::files;
use crate::gallery::{Shape, View, usual_size};
use crate::scenario::Named;
use egui::{Button, ComboBox, DragValue, Grid, Id, Key, Modal, RichText, TextEdit, Ui};
use std::ffi::OsStr;
use std::path::PathBuf;
use system::System;

/// The view that a pane shows, by its key.
#[must_use]
pub fn of_pane(key: &str) -> Option<View> {
    View::from_name(key)
}

/// What is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Svg,
    Png,
    Csv,
}

impl Format {
    const ALL: [(Self, &'static str, &'static str); 3] = [
        (Self::Svg, "SVG", "svg"),
        (Self::Png, "PNG", "png"),
        (Self::Csv, "CSV", "csv"),
    ];

    fn ending(self) -> &'static str {
        let mut all = Self::ALL.iter();
        all.find(|(format, ..)| *format == self)
            .map_or("", |(.., ending)| ending)
    }
}

/// The dialog, when open.
#[expect(clippy::struct_excessive_bools, reason = "independent choices")]
pub struct ExportDialog {
    view: View,
    shape: Shape,
    gaps: bool,
    on_average: bool,
    at_date: bool,
    /// By which rule prices are.
    rule: usize,
    format: Format,
    width: u32,
    height: u32,
    scale: f64,
    theme: Theme,
    preset: String,
    path: String,
    error: Option<String>,
    fresh: bool,
    /// The file that the next attempt may replace.
    replaced: Option<PathBuf>,
    system: System,
}

impl ExportDialog {
    /// Asks how to take away a view of what is on screen.
    #[must_use]
    pub fn new(
        view: Option<View>,
        (shape, gaps): (Shape, bool),
        rule: usize,
        on_screen: &ViewModel,
    ) -> Self {
        let view = view.unwrap_or(View::Path);
        let mut dialog = Self {
            view,
            shape,
            gaps,
            on_average: true,
            at_date: false,
            rule,
            format: Format::Svg,
            width: 0,
            height: 0,
            scale: 2.0,
            theme: Theme::Light,
            preset: on_screen.preset.clone(),
            path: String::new(),
            error: None,
            fresh: true,
            replaced: None,
            system: System::default(),
        };
        dialog.choose(view, on_screen);
        dialog
    }

    /// Another view: its usual size, and a file named after it.
    fn choose(&mut self, view: View, on_screen: &ViewModel) {
        self.view = view;
        (self.width, self.height) = usual_size(view, on_screen.path.strategies.len());
        if view.is_table() {
            self.format = Format::Csv;
        }
        let name = format!("{}-{}", self.preset, view.name()).replace([' ', '/'], "-");
        let file = format!("{name}.{}", self.format.ending());
        let folder = PathBuf::from(&self.path);
        let folder = folder.parent().filter(|folder| folder.is_dir());
        self.path = folder.map_or(file.clone(), |folder| {
            folder.join(&file).display().to_string()
        });
        self.error = None;
    }

    /// Draws it; gives back whether it stays open.
    pub fn ui(&mut self, ui: &mut Ui, on_screen: &ViewModel, commands: &mut Commands) -> bool {
        self.hear_system();
        let mut open = true;
        let modal = Modal::new(Id::unique("export dialog")).show(ui.ctx(), |ui| {
            ui.set_width(520.0);
            open = self.contents(ui, on_screen, commands);
        });
        open && !modal.should_close()
    }

    fn contents(&mut self, ui: &mut Ui, on_screen: &ViewModel, commands: &mut Commands) -> bool {
        let tokens = Tokens::of(ui.visuals());
        ui.heading("Export a view");
        let about = "What is on screen, with a caption from which it can be found back; a table holds the \
                     data behind it in full resolution.";
        ui.label(RichText::new(about).size(CAPTION).color(tokens.subdued));
        ui.add_space(6.0);
        let mut enter = false;
        Grid::new("export")
            .num_columns(2)
            .spacing([16.0, 6.0])
            .show(ui, |ui| {
                ui.label("View");
                self.choose_view(ui, on_screen);
                ui.end_row();
                ui.label("As");
                self.choose_format(ui);
                ui.end_row();
                ui.label("Size");
                self.choose_size(ui);
                ui.end_row();
                ui.label("File");
                let field = TextEdit::singleline(&mut self.path).desired_width(f32::INFINITY);
                let response = ui.add(field).accessible_name("Path");
                if std::mem::take(&mut self.fresh) {
                    response.request_focus();
                    select_all(ui, response.id, self.path.chars().count());
                }
                let pressed = ui.input(|input| input.key_pressed(Key::Enter));
                enter = response.lost_focus() && pressed;
                ui.end_row();
            });
        if let Some(error) = &self.error {
            ui.label(RichText::new(error).color(tokens.error));
        }
        if self.system.unanswered {
            let text = "The system's dialog gave no file (this system may have none). The field above works everywhere.";
            ui.label(RichText::new(text).size(CAPTION).color(tokens.subdued));
        }
        ui.add_space(8.0);
        self.buttons(ui, enter, commands)
    }

    fn choose_view(&mut self, ui: &mut Ui, on_screen: &ViewModel) {
        let mut chosen = self.view;
        ui.horizontal(|ui| {
            ComboBox::from_id_salt("exported view")
                .selected_text(chosen.title())
                .width(230.0)
                .show_ui(ui, |ui| {
                    for (_, view) in View::ALL {
                        let there = match view {
                            View::Training => on_screen.training.is_some(),
                            View::Explorer => on_screen.learned.policy.is_some(),
                            View::Price => !on_screen.price.lines.is_empty(),
                            _ => true,
                        };
                        ui.add_enabled_ui(there, |ui| {
                            ui.selectable_value(&mut chosen, *view, view.title());
                        });
                    }
                })
                .response
                .accessible_name("View to export");
            if chosen == View::Distribution {
                ui.radio_value(&mut self.gaps, false, "errors");
                ui.radio_value(&mut self.gaps, true, "differences");
            }
            if chosen == View::Costs {
                ui.radio_value(&mut self.on_average, true, "on average");
                ui.radio_value(&mut self.on_average, false, "on this path");
            }
            if chosen == View::Why {
                ui.radio_value(&mut self.at_date, false, "date by date");
                ui.radio_value(&mut self.at_date, true, "at the cursor");
            }
        });
        if chosen != self.view {
            self.choose(chosen, on_screen);
        }
    }

    fn choose_format(&mut self, ui: &mut Ui) {
        let before = self.format;
        ui.horizontal(|ui| {
            for (format, name, _) in Format::ALL {
                let there = format == Format::Csv || !self.view.is_table();
                ui.add_enabled_ui(there, |ui| {
                    ui.radio_value(&mut self.format, format, name);
                });
            }
            ui.separator();
            ui.add_enabled_ui(self.format != Format::Csv, |ui| {
                ui.radio_value(&mut self.theme, Theme::Light, "light, for paper");
                ui.radio_value(&mut self.theme, Theme::Dark, "dark");
            });
        });
        if self.format != before {
            let path = PathBuf::from(&self.path).with_extension(self.format.ending());
            self.path = path.display().to_string();
        }
    }

    fn choose_size(&mut self, ui: &mut Ui) {
        ui.horizontal(|ui| {
            let drawn = !self.view.is_table();
            ui.add_enabled_ui(drawn, |ui| {
                let size = |number| DragValue::new(number).range(200..=10_000).suffix(" px");
                ui.add(size(&mut self.width)).accessible_name("Width");
                ui.label("×");
                ui.add(size(&mut self.height)).accessible_name("Height");
                let scale = DragValue::new(&mut self.scale)
                    .range(0.25..=10.0)
                    .speed(0.05);
                ui.label("PNG: pixels for each px");
                ui.add(scale).accessible_name("Scale");
            });
        });
    }

    fn buttons(&mut self, ui: &mut Ui, enter: bool, commands: &mut Commands) -> bool {
        let tokens = Tokens::of(ui.visuals());
        let mut open = true;
        ui.horizontal(|ui| {
            let face = RichText::new("Export").color(tokens.on_accent);
            let go = ui.add(Button::new(face).fill(tokens.accent));
            let go = go.accessible_name("Export to the file");
            if go.clicked() || enter {
                open = !self.accept(commands);
            }
            let drawn = !self.view.is_table();
            if ui.add_enabled(drawn, Button::new("Copy image")).clicked() {
                open = !self.ask(Form::Image, commands);
            }
            if ui.button("Copy text").clicked() {
                open = !self.ask(Form::Text, commands);
            }
            if ui.button("Cancel").clicked() {
                open = false;
            }
            if ui
                .add_enabled(self.system.answer.is_none(), Button::new("Browse …"))
                .clicked()
            {
                self.ask_system(ui.ctx().clone());
            }
        });
        open
    }

    fn accept(&mut self, commands: &mut Commands) -> bool {
        match self.file() {
            Ok(form) => self.ask(form, commands),
            Err(error) => {
                self.error = Some(error);
                false
            }
        }
    }

    /// Asks for it; whether it can be done.
    fn ask(&mut self, form: Form, commands: &mut Commands) -> bool {
        match Sheet::new(self.width, self.height, self.scale, self.theme) {
            Ok(sheet) => {
                commands.push(FileCommand::Export(Box::new(ExportAs {
                    view: self.view,
                    shape: self.shape,
                    gaps: self.gaps,
                    on_average: self.on_average,
                    at_date: self.at_date,
                    rule: self.rule,
                    form,
                    sheet,
                })));
                true
            }
            Err(error) => {
                self.error = Some(error.to_string());
                false
            }
        }
    }

    /// The file in the field, by its ending or with that of the form chosen; one that is there is replaced
    /// when it is asked for twice.
    fn file(&mut self) -> Result<Form, String> {
        let text = self.path.trim();
        let mut path = files::typed_new(OsStr::new(text)).map_err(|error| error.to_string())?;
        let ending = path
            .extension()
            .map(|ending| ending.to_string_lossy().to_lowercase());
        let known = Format::ALL
            .iter()
            .find(|(.., known)| Some(*known) == ending.as_deref());
        if let Some((format, ..)) = known {
            self.format = *format;
        } else {
            path.as_mut_os_string()
                .push(format!(".{}", self.format.ending()));
        }
        if self.view.is_table() && self.format != Format::Csv {
            return Err("the ledger is a table; allowed: a file that ends in .csv".into());
        }
        let path = std::path::absolute(&path).unwrap_or(path);
        if path.exists() && self.replaced.as_ref() != Some(&path) {
            let error = format!(
                "{} is there already; export once more to replace it",
                path.display()
            );
            self.replaced = Some(path);
            return Err(error);
        }
        Ok(match self.format {
            Format::Svg => Form::Svg(path),
            Format::Png => Form::Png(path),
            Format::Csv => Form::Csv(path),
        })
    }

    fn ask_system(&mut self, ctx: egui::Context) {
        let path = PathBuf::from(&self.path);
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned());
        self.system.ask(ctx, name.unwrap_or_default());
    }

    /// What the system's dialog answered goes into the field, to be looked at as if it were typed.
    fn hear_system(&mut self) {
        if let Some(path) = self.system.hear() {
            self.path = path.display().to_string();
            self.error = None;
            // The system has asked already.
            self.replaced = Some(path);
        }
    }
}
