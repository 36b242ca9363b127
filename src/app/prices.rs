//! Looking at recorded prices before they are used: what was found in a file, and what to make of it.

use super::command::{Commands, PricesCommand};
use super::theme::{CAPTION, LABEL, Tokens};
use super::view::{FitView, PricesView, ViewModel};
use crate::engine::{FitSeen, MarketOf, PricesSeen, Wake, aside};
use crate::figure::{Figure, FigureError, Sheet, Theme};
use crate::history::fit::Model;
use crate::history::{Asks, DateOrder, Reading};
use crate::quantity::write::significant;
use crate::scenario::{Named, Process};
use egui::{
    Button, ColorImage, ComboBox, Grid, Id, Modal, ProgressBar, RichText, ScrollArea,
    TextureHandle, TextureOptions, Ui, vec2,
};
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::Receiver;

/// Width of the sheet (points), where the window has room for it.
const WIDTH: f32 = 780.0;
/// Height of the picture (points).
const PICTURE: u32 = 280;
/// What the two ways are called, and what they are.
const WAYS: [(Process, &str, &str); 2] = [
    (
        Process::Bootstrap,
        "Use as bootstrap",
        "Paths are blocks of these returns, put together at random: as many as one likes",
    ),
    (
        Process::RecordedPath,
        "Use as recorded path",
        "Paths are the prices themselves, window by window: as many as there are windows",
    ),
];

/// The sheet over the window.
#[derive(Default)]
pub struct PricesDialog {
    picture: Option<Picture>,
}

/// The series as it is drawn, for one figure, size and theme.
struct Picture {
    of: (Arc<Figure>, Sheet),
    drawing: Option<Receiver<Result<ColorImage, FigureError>>>,
    drawn: Option<Result<TextureHandle, FigureError>>,
}

impl PricesDialog {
    /// Draws it, where there is something to look at.
    pub fn ui(&mut self, ui: &mut Ui, view: &ViewModel, commands: &mut Commands) {
        let Some(prices) = &view.prices else {
            self.picture = None;
            return;
        };
        let room = ui.ctx().content_rect();
        let modal = Modal::new(Id::unique("recorded prices")).show(ui.ctx(), |ui| {
            ui.set_width(WIDTH.min(room.width() - 48.0));
            match prices {
                PricesView::Reading { path, share } => reading(ui, path, *share, commands),
                PricesView::Asked {
                    path,
                    reading,
                    asks,
                } => asked(ui, path, (reading, asks), commands),
                PricesView::Seen(_, FitView::Done(fit)) => self.fitted(ui, fit, commands),
                PricesView::Seen(seen, fit) => self.seen(ui, seen, fit, commands),
            }
        });
        if modal.should_close() {
            commands.push(PricesCommand::Leave);
        }
    }

    fn seen(&mut self, ui: &mut Ui, seen: &PricesSeen, fit: &FitView, commands: &mut Commands) {
        heading(ui, &seen.read.path);
        choices(ui, seen, commands);
        scrolled(ui, |ui| {
            caption(ui, &seen.told.series);
            caption(ui, &seen.told.frequency);
            for note in &seen.told.notes {
                caption(ui, &format!("note: {note}"));
            }
            self.picture(ui, &seen.figure);
            found(ui, seen);
        });
        ranges(ui, seen);
        ui.add_space(8.0);
        buttons(ui, seen, fit, commands);
    }

    /// A process that was fitted, beside the returns.
    fn fitted(&mut self, ui: &mut Ui, seen: &FitSeen, commands: &mut Commands) {
        let (fit, tokens) = (&seen.fit, Tokens::of(ui.visuals()));
        let process = fit.model.process().title();
        ui.heading(format!("{process} {}", fit.model.method()));
        scrolled(ui, |ui| {
            caption(
                ui,
                &format!(
                    "{} returns, {}; band: 95% of samples of the process",
                    significant(fit.returns as f64, 12),
                    fit.dates_told()
                ),
            );
            for note in &fit.notes {
                caption(ui, &format!("note: {note}"));
            }
            self.picture(ui, &seen.figure);
            ui.columns(2, |columns| {
                let [left, right] = columns else { return };
                let parameters = fit.parameters_told().into_iter().map(Vec::from);
                rows(
                    left,
                    "fit",
                    &["parameter", "", "± standard error"],
                    parameters,
                );
                let returns = fit.returns_told().into_iter().map(Vec::from);
                rows(
                    right,
                    "returns",
                    &["of a return", "realised", "±", "fitted"],
                    returns,
                );
            });
            for line in fit.tests_told().lines() {
                caption(ui, line);
            }
        });
        if let Err(why) = &seen.market {
            ui.label(RichText::new(why).size(CAPTION).color(tokens.error));
        }
        ui.add_space(8.0);
        ui.horizontal_wrapped(|ui| {
            let face = RichText::new(format!("Use {process}")).color(tokens.on_accent);
            let button = Button::new(face).fill(tokens.accent);
            if ui.add_enabled(seen.market.is_ok(), button).clicked() {
                commands.push(PricesCommand::UseFit);
            }
            if ui.button("Back to the prices").clicked() {
                commands.push(PricesCommand::LeaveFit);
            }
            cancel(ui, commands);
        });
    }

    /// The series, drawn on a thread of its own.
    fn picture(&mut self, ui: &mut Ui, figure: &Arc<Figure>) {
        let size = vec2(ui.available_width().floor(), PICTURE as f32);
        let theme = if ui.visuals().dark_mode {
            Theme::Dark
        } else {
            Theme::Light
        };
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a width on screen"
        )]
        let width = size.x as u32;
        let scale = f64::from(ui.pixels_per_point()).clamp(0.5, 4.0);
        let Ok(sheet) = Sheet::new(width, PICTURE, scale, theme) else {
            return;
        };
        let same = |known: &Picture| Arc::ptr_eq(&known.of.0, figure) && known.of.1 == sheet;
        if !self.picture.as_ref().is_some_and(same) {
            self.picture = Some(Picture::begin(ui, figure, sheet));
        }
        let Some(picture) = &mut self.picture else {
            return;
        };
        picture.hear(ui);
        match &picture.drawn {
            Some(Ok(texture)) => {
                let image = egui::Image::new((texture.id(), size));
                ui.add(image.alt_text("The prices through time, and their returns"));
            }
            Some(Err(error)) => caption(ui, &error.to_string()),
            None => {
                ui.allocate_space(size);
            }
        }
    }
}

impl Picture {
    fn begin(ui: &Ui, figure: &Arc<Figure>, sheet: Sheet) -> Self {
        let (ctx, drawn) = (ui.ctx().clone(), figure.clone());
        let wake = Wake::new(move || ctx.request_repaint());
        let drawing = aside("picture", wake, move || {
            let (size, pixels) = drawn.pixels(&sheet)?;
            Ok(ColorImage::from_rgba_premultiplied(size, &pixels))
        });
        Self {
            of: (figure.clone(), sheet),
            drawing,
            drawn: None,
        }
    }

    fn hear(&mut self, ui: &Ui) {
        let answer = self.drawing.as_ref().map(Receiver::try_recv);
        let Some(Ok(answer)) = answer else { return };
        self.drawing = None;
        let load = |image| {
            ui.ctx()
                .load_texture("recorded prices", image, TextureOptions::LINEAR)
        };
        self.drawn = Some(answer.map(load));
    }
}

fn caption(ui: &mut Ui, text: &str) {
    let tokens = Tokens::of(ui.visuals());
    ui.label(RichText::new(text).size(CAPTION).color(tokens.subdued));
}

fn heading(ui: &mut Ui, path: &Path) {
    let name = path.file_name().unwrap_or(path.as_os_str());
    ui.heading(format!("Recorded prices: {}", name.to_string_lossy()))
        .on_hover_text(path.display().to_string());
}

fn cancel(ui: &mut Ui, commands: &mut Commands) {
    if ui.button("Cancel").clicked() {
        commands.push(PricesCommand::Leave);
    }
}

fn reading(ui: &mut Ui, path: &Path, share: f64, commands: &mut Commands) {
    heading(ui, path);
    #[expect(clippy::cast_possible_truncation, reason = "a share on screen")]
    let bar = ProgressBar::new(share as f32).show_percentage();
    ui.add(bar).accessible_name("Reading the prices");
    ui.add_space(8.0);
    cancel(ui, commands);
}

/// What the reader has to be told: a button for each answer.
fn asked(ui: &mut Ui, path: &Path, (reading, asks): (&Reading, &Asks), commands: &mut Commands) {
    heading(ui, path);
    match asks {
        Asks::Column(names) => {
            ui.label(format!(
                "There are {} columns of prices: which one is read?",
                names.len()
            ));
            ui.add_space(4.0);
            ui.horizontal_wrapped(|ui| {
                for name in names {
                    if ui.button(name).clicked() {
                        commands.push(PricesCommand::Read(with_column(reading, name)));
                    }
                }
            });
        }
        Asks::Dates => {
            ui.label("Its dates can be read in two ways: which comes first?");
            ui.add_space(4.0);
            ui.horizontal(|ui| {
                for (order, text) in ORDERS {
                    if ui.button(text).clicked() {
                        commands.push(PricesCommand::Read(with_dates(reading, order)));
                    }
                }
            });
        }
    }
    ui.add_space(8.0);
    cancel(ui, commands);
}

const ORDERS: [(DateOrder, &str); 2] = [
    (DateOrder::DayFirst, "the day: 31/01/2020"),
    (DateOrder::MonthFirst, "the month: 01/31/2020"),
];

fn with_column(reading: &Reading, name: &str) -> Reading {
    Reading {
        column: Some(name.to_owned()),
        ..reading.clone()
    }
}

fn with_dates(reading: &Reading, order: DateOrder) -> Reading {
    Reading {
        dates: Some(order),
        ..reading.clone()
    }
}

/// What could be read otherwise.
fn choices(ui: &mut Ui, seen: &PricesSeen, commands: &mut Commands) {
    let reading = &seen.read.reading;
    let (columns, present) = &seen.columns;
    if columns.len() < 2 && reading.dates.is_none() {
        return;
    }
    ui.horizontal(|ui| {
        if columns.len() > 1 {
            ui.label(RichText::new("Column").size(LABEL));
            let menu = ComboBox::from_id_salt("column of prices")
                .selected_text(present)
                .show_ui(ui, |ui| {
                    for name in columns {
                        let chosen = name == present;
                        if ui.selectable_label(chosen, name).clicked() && !chosen {
                            commands.push(PricesCommand::Read(with_column(reading, name)));
                        }
                    }
                });
            menu.response.accessible_name("Column of prices");
        }
        if reading.dates.is_some() {
            ui.label(RichText::new("First in a date").size(LABEL));
            for (order, text) in ORDERS {
                let chosen = reading.dates == Some(order);
                if ui.radio(chosen, text).clicked() && !chosen {
                    commands.push(PricesCommand::Read(with_dates(reading, order)));
                }
            }
        }
    });
}

/// Gaps and outliers, and beside them the figures of the returns.
fn found(ui: &mut Ui, seen: &PricesSeen) {
    let told = &seen.told;
    ui.columns(2, |columns| {
        let [left, right] = columns else { return };
        let text = |ui: &mut Ui, text: &str| {
            ui.label(RichText::new(text).size(CAPTION));
        };
        text(left, &told.gaps);
        for line in &told.outliers {
            text(left, line);
        }
        let figures = told.figures.iter().map(|(name, value, error)| {
            let error = error.clone().unwrap_or_default();
            vec![(*name).to_owned(), value.clone(), error]
        });
        rows(
            right,
            "figures",
            &["log returns", "", "± standard error"],
            figures,
        );
    });
}

/// Which dates training, validation and evaluation would take, or why prices do not go with what is on screen.
fn ranges(ui: &mut Ui, seen: &PricesSeen) {
    let tokens = Tokens::of(ui.visuals());
    if let MarketOf::Preset(preset) = &seen.read.market {
        caption(ui, &format!("For {}", preset.display()));
    }
    let mut said: Vec<&String> = Vec::new();
    for (_, way) in &seen.ways {
        let (Ok(text) | Err(text)) = way;
        if said.contains(&text) {
            continue;
        }
        said.push(text);
        match way {
            Ok(ranges) => caption(ui, ranges),
            Err(why) => {
                ui.label(RichText::new(why).size(CAPTION).color(tokens.error));
            }
        }
    }
}

/// What may be longer than the window: what stands below it stays in sight.
fn scrolled(ui: &mut Ui, contents: impl FnOnce(&mut Ui)) {
    let height = (ui.ctx().content_rect().height() - 230.0).max(120.0);
    ScrollArea::vertical()
        .max_height(height)
        .min_scrolled_height(height)
        .auto_shrink([false, true])
        .show(ui, contents);
}

/// A table of words.
fn rows(ui: &mut Ui, name: &str, titles: &[&str], rows: impl Iterator<Item = Vec<String>>) {
    Grid::new(("recorded prices", name))
        .num_columns(titles.len())
        .spacing([14.0, 1.0])
        .min_row_height(14.0)
        .show(ui, |ui| {
            for title in titles {
                caption(ui, title);
            }
            ui.end_row();
            for row in rows {
                for cell in row {
                    ui.label(RichText::new(cell).size(CAPTION));
                }
                ui.end_row();
            }
        });
}

/// What may be fitted to the prices, what is, and why one could not be.
fn fits(ui: &mut Ui, fit: &FitView, commands: &mut Commands) {
    let tokens = Tokens::of(ui.visuals());
    ui.horizontal_wrapped(|ui| {
        ui.label(RichText::new("Or fit a process to them:").size(LABEL));
        for model in Model::ALL {
            let button = ui.button(model.process().title());
            let about = format!("Its parameters {}, with their errors", model.method());
            if button.on_hover_text(about).clicked() {
                commands.push(PricesCommand::Fit(model));
            }
        }
        match fit {
            FitView::Working(model) => {
                caption(ui, &format!("fitting {} …", model.process().title()));
            }
            FitView::Failed(why) => {
                ui.label(RichText::new(why).size(CAPTION).color(tokens.error));
            }
            FitView::Nothing | FitView::Done(_) => {}
        }
    });
}

fn buttons(ui: &mut Ui, seen: &PricesSeen, fit: &FitView, commands: &mut Commands) {
    let tokens = Tokens::of(ui.visuals());
    if let MarketOf::Scenario(_) = &seen.read.market {
        fits(ui, fit, commands);
        ui.add_space(4.0);
    }
    ui.horizontal_wrapped(|ui| {
        for (process, text, about) in WAYS {
            let way = seen.ways.iter().find(|(known, _)| *known == process);
            let fits = way.is_some_and(|(_, way)| way.is_ok());
            let face = RichText::new(text).color(tokens.on_accent);
            let button = ui.add_enabled(fits, Button::new(face).fill(tokens.accent));
            let button =
                button.on_hover_text(format!("{about}. market.process={}", process.name()));
            if button.clicked() {
                commands.push(PricesCommand::Use(process));
            }
        }
        cancel(ui, commands);
    });
}
