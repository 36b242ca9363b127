//! Looking at recorded prices before they are used: what was found in a file, and what to make of it.

use super::command::{Commands, PricesCommand};
use super::preview::{Drawn, caption, progress, refusal, rows, scrolled};
use super::theme::{CAPTION, LABEL, Tokens};
use super::view::{FitView, PricesView, ViewModel};
use crate::engine::{FitSeen, MarketOf, PricesSeen};
use crate::files::name_of;
use crate::history::fit::Model;
use crate::history::{Asks, DateOrder, Reading};
use crate::quantity::write::significant;
use crate::scenario::{Named, Process};
use egui::{Button, ComboBox, Id, Modal, RichText, Ui};
use std::path::Path;

/// Width of the sheet (points), where the window has room for it.
const WIDTH: f32 = 780.0;
/// What the picture is.
const SERIES: &str = "The prices through time, and their returns";
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
    picture: Drawn,
}

impl PricesDialog {
    /// Draws it, where there is something to look at.
    pub fn ui(&mut self, ui: &mut Ui, view: &ViewModel, commands: &mut Commands) {
        let Some(prices) = &view.prices else {
            self.picture = Drawn::default();
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
            self.picture.ui(ui, &seen.figure, SERIES);
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
            self.picture.ui(ui, &seen.figure, SERIES);
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
            refusal(ui, why);
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
}

fn heading(ui: &mut Ui, path: &Path) {
    ui.heading(format!("Recorded prices: {}", name_of(path)))
        .on_hover_text(path.display().to_string());
}

fn cancel(ui: &mut Ui, commands: &mut Commands) {
    if ui.button("Cancel").clicked() {
        commands.push(PricesCommand::Leave);
    }
}

fn reading(ui: &mut Ui, path: &Path, share: f64, commands: &mut Commands) {
    heading(ui, path);
    progress(ui, share, "Reading the prices");
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
            Err(why) => refusal(ui, why),
        }
    }
}

/// What may be fitted to the prices, what is, and why one could not be.
fn fits(ui: &mut Ui, fit: &FitView, commands: &mut Commands) {
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
            FitView::Failed(why) => refusal(ui, why),
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
