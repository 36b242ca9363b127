//! The panels: each reads the view and pushes commands; it owns only what dies with the window.

mod at_once;
pub mod book;
pub mod column;
pub mod controls;
pub mod costs;
pub mod distribution;
pub mod explorer;
pub mod hand;
pub mod ledger;
pub mod lesson;
mod levers;
pub mod motion;
mod outcome;
pub mod pins;
pub mod policy;
mod preset_menu;
pub mod price;
pub mod sentence;
pub mod status;
pub mod sweep;
pub mod time_line;
pub mod top_bar;
pub mod training;
mod views_menu;
pub mod why;

use super::command::{Commands, Hover, ViewCommand};
use super::theme::{LABEL, name_of};
use super::view::{StrategyPath, ViewModel};
use super::widgets::strategy_label;
use crate::policy::Who;
use egui::{ComboBox, Label, Pos2, Response, RichText, TextWrapMode, Tooltip, Ui};
use egui_plot::{PlotPoint, PlotTransform};

/// A row with every policy's line, name and a number; a click gives the focus.
fn legend(ui: &mut Ui, view: &ViewModel, commands: &mut Commands, number: impl Fn(&Who) -> String) {
    let longest = view.path.strategies.iter().map(|path| name_of(&path.who));
    let longest = longest.map(|name| name.chars().count()).max();
    let beyond = longest.unwrap_or(0).saturating_sub(USUAL) as f32;
    let entry = LETTER.mul_add(beyond, ENTRY);
    let per_row = whole((ui.available_width() / entry).max(1.0));
    for row in view.path.strategies.chunks(per_row) {
        ui.horizontal(|ui| entries(ui, view, commands, row, &number));
    }
}

/// Room for an entry of the legend, where no name has more letters than usual, and for each one more
/// (points).
const ENTRY: f32 = 118.0;
const USUAL: usize = 9;
const LETTER: f32 = 7.0;

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a small count, at least 1"
)]
fn whole(x: f32) -> usize {
    x as usize
}

fn entries(
    ui: &mut Ui,
    view: &ViewModel,
    commands: &mut Commands,
    row: &[StrategyPath],
    number: &impl Fn(&Who) -> String,
) {
    for path in row {
        let who = &path.who;
        ui.horizontal(|ui| {
            let focused = whose(view) == *who;
            let text = number(who);
            let label = strategy_label(ui, who, focused, &text);
            let response = label.interact(egui::Sense::click());
            if response.clicked() {
                commands.push(ViewCommand::Focus(who.clone()));
            }
            if response.hovered() {
                commands.push(ViewCommand::Hover(Hover {
                    who: Some(who.clone()),
                    ..Hover::default()
                }));
            }
        });
        ui.add_space(6.0);
    }
}

/// Whose book, trades, bins and policy are shown.
fn whose(view: &ViewModel) -> Who {
    let shown = view.path.whose(&view.focus);
    shown.map_or(&view.focus, |path| &path.who).clone()
}

/// Lets a person choose the strategy in focus from `choice`, in a view that is of one strategy.
fn focus_choice(
    ui: &mut Ui,
    view: &ViewModel,
    commands: &mut Commands,
    choice: ComboBox,
) -> Response {
    let present = whose(view);
    let shown = choice.show_ui(ui, |ui| {
        for path in &view.path.strategies {
            let chosen = path.who == present;
            if ui.selectable_label(chosen, name_of(&path.who)).clicked() {
                commands.push(ViewCommand::Focus(path.who.clone()));
            }
        }
    });
    shown.response
}

/// Why another policy than the one in focus is shown.
fn instead(view: &ViewModel) -> String {
    if whose(view) == view.focus {
        return String::new();
    }
    let name = name_of(&view.focus);
    let selected = &view.scenario.strategies.selected;
    let why = if selected.contains(&view.focus.kind) {
        "not trained yet"
    } else {
        "switched off"
    };
    format!(" ({name} is {why})")
}

/// Whether a policy is to be drawn back, because the pointer rests on another.
fn fade(view: &ViewModel, who: &Who) -> f32 {
    match &view.hover.who {
        Some(other) if other != who => 0.3,
        _ => 1.0,
    }
}

/// The pointer rests on a policy, which all views show.
fn point_at(commands: &mut Commands, who: Option<Who>) {
    if who.is_some() {
        commands.push(ViewCommand::Hover(Hover { step: None, who }));
    }
}

/// The pointer rests on a date, which all views show.
fn point_at_date(commands: &mut Commands, step: usize) {
    commands.push(ViewCommand::Hover(Hover {
        step: Some(step),
        who: None,
    }));
}

/// A line of a plot, on screen.
fn on_screen(points: &[PlotPoint], transform: &PlotTransform) -> Vec<Pos2> {
    let place = |point| transform.position_from_point(point);
    points.iter().map(place).collect()
}

/// Words beside the pointer.
fn tip(ui: &Ui, response: &Response, text: String) {
    tip_at(ui, response, egui::PopupAnchor::Pointer, text);
}

/// Words beside a place.
fn tip_at(ui: &Ui, response: &Response, anchor: egui::PopupAnchor, text: String) {
    Tooltip::always_open(ui.ctx().clone(), ui.layer_id(), response.id, anchor)
        .gap(14.0)
        .width(460.0)
        .show(|ui| {
            // A number with thousands is not to be broken.
            let text = Label::new(RichText::new(text).size(LABEL));
            ui.add(text.wrap_mode(TextWrapMode::Extend))
        });
}

#[cfg(test)]
mod tests;
