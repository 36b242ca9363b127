//! The line over the views: how learned does against another strategy, and what the last change did.

use super::lesson;
use crate::app::command::Commands;
use crate::app::theme::{self, Tokens};
use crate::app::view::ViewModel;
use egui::text::{LayoutJob, TextFormat};
use egui::{Align, Color32, FontId, Label, Layout, Response, Ui};

/// Heights (points) of the window below which the line stands in the status bar.
const LOW: f32 = 500.0;
/// Height of a line.
const LINE: f32 = 22.0;
/// Room between the two parts.
const APART: f32 = 24.0;
/// Between what was and what is.
const ARROW: &str = "→";

/// Height of the bar in a window of this size: two lines where one is too short, none where the window
/// is low.
#[must_use]
pub fn height(ui: &Ui, view: &ViewModel) -> f32 {
    let size = ui.ctx().content_rect().size();
    if size.y < LOW {
        return 0.0;
    }
    let room = size.x - 2.0 * theme::PADDING;
    let change = view
        .said
        .change
        .as_deref()
        .map_or(0.0, |change| APART + width(ui, change, theme::LABEL));
    let verdict = width(ui, &verdict(view), theme::BODY);
    if verdict + change > room {
        2.0 * LINE + 4.0
    } else {
        LINE + 4.0
    }
}

/// Draws it as a bar of its own.
///
/// Where nothing was changed yet it has room to offer the first lesson, if it `offers` that.
pub fn ui(ui: &mut Ui, view: &ViewModel, offers: bool, commands: &mut Commands) {
    let tokens = Tokens::of(ui.visuals());
    let one_line = ui.available_height() < 1.5 * LINE;
    let room = ui.available_width();
    let change = view.said.change.as_deref();
    let change = change.map(|change| (change, job(change, theme::LABEL, tokens.accent)));
    let add = |ui: &mut Ui| {
        spoken(ui, view);
        if let Some((text, label)) = change {
            let layout = if one_line {
                Layout::right_to_left(Align::Center)
            } else {
                Layout::left_to_right(Align::Center)
            };
            ui.with_layout(layout, |ui| {
                ui.add(Label::new(label).truncate()).on_hover_text(text);
            });
        } else if offers && width(ui, &verdict(view), theme::BODY) + lesson::OFFER < room {
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                lesson::offer(ui, view, commands);
            });
        }
    };
    if one_line {
        ui.horizontal_centered(add);
    } else {
        ui.spacing_mut().item_spacing.y = 2.0;
        ui.vertical(|ui| {
            ui.add_space(4.0);
            add(ui);
        });
    }
}

/// Draws what it says at the end of the status bar of a low window.
pub fn in_status_bar(ui: &mut Ui, view: &ViewModel) {
    if ui.ctx().content_rect().height() < LOW {
        spoken(ui, view);
    }
}

fn spoken(ui: &mut Ui, view: &ViewModel) -> Response {
    let tokens = Tokens::of(ui.visuals());
    let text = verdict(view);
    let colour = if view.said.of_before {
        tokens.subdued
    } else {
        tokens.strong
    };
    let label = job(&text, theme::BODY, colour);
    let about = "Against the strategy that all are compared with, on the same paths; what lies within two standard errors is no difference";
    ui.add(Label::new(label).truncate())
        .on_hover_text(format!("{text}\n{about}"))
}

/// What is said of the strategies, marked where it is not of what is on screen.
fn verdict(view: &ViewModel) -> String {
    let said = &view.said;
    if said.of_before {
        format!("{} — as of before", said.verdict)
    } else {
        said.verdict.clone()
    }
}

/// The text, its arrows in the face that has them.
fn job(text: &str, size: f32, colour: Color32) -> LayoutJob {
    let mut job = LayoutJob::default();
    let (plain, arrows) = (FontId::proportional(size), FontId::monospace(size));
    for (place, part) in text.split(ARROW).enumerate() {
        if place > 0 {
            let arrow = TextFormat::simple(arrows.clone(), colour);
            job.append(ARROW, 0.0, arrow);
        }
        job.append(part, 0.0, TextFormat::simple(plain.clone(), colour));
    }
    job
}

fn width(ui: &Ui, text: &str, size: f32) -> f32 {
    let job = job(text, size, ui.visuals().text_color());
    ui.painter().layout_job(job).size().x
}
