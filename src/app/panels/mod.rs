//! The panels: each reads the view and pushes commands; it owns only what dies with the window.

pub mod book;
pub mod column;
pub mod controls;
pub mod distribution;
pub mod motion;
mod outcome;
pub mod policy;
mod preset_menu;
pub mod status;
pub mod time_line;
pub mod top_bar;
pub mod training;

use super::command::{Commands, Hover, ViewCommand};
use super::theme::{LABEL, strategy_name};
use super::view::{StrategyPath, ViewModel};
use super::widgets::strategy_label;
use crate::scenario::Strategy;
use egui::{Label, Response, RichText, TextWrapMode, Tooltip, Ui};

/// A row with every strategy's line, name and a number; a click gives the focus.
fn legend(
    ui: &mut Ui,
    view: &ViewModel,
    commands: &mut Commands,
    number: impl Fn(Strategy) -> String,
) {
    let per_row = whole((ui.available_width() / ENTRY).max(1.0));
    for row in view.path.strategies.chunks(per_row) {
        ui.horizontal(|ui| entries(ui, view, commands, row, &number));
    }
}

/// Room for an entry of the legend.
const ENTRY: f32 = 118.0;

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
    number: &impl Fn(Strategy) -> String,
) {
    for path in row {
        let strategy = path.strategy;
        ui.horizontal(|ui| {
            let focused = whose(view) == strategy;
            let text = number(strategy);
            let label = strategy_label(ui, strategy, focused, &text);
            let response = label.interact(egui::Sense::click());
            if response.clicked() {
                commands.push(ViewCommand::Focus(strategy));
            }
            if response.hovered() {
                commands.push(ViewCommand::Hover(Hover {
                    strategy: Some(strategy),
                    ..Hover::default()
                }));
            }
        });
        ui.add_space(6.0);
    }
}

/// Whose book, trades, bins and policy are shown.
fn whose(view: &ViewModel) -> Strategy {
    let shown = view.path.whose(view.focus);
    shown.map_or(view.focus, |path| path.strategy)
}

/// Why another strategy than the one in focus is shown.
fn instead(view: &ViewModel) -> String {
    if whose(view) == view.focus {
        return String::new();
    }
    let name = strategy_name(view.focus);
    let selected = &view.scenario.strategies.selected;
    let why = if selected.contains(&view.focus) {
        "not trained yet"
    } else {
        "switched off"
    };
    format!(" ({name} is {why})")
}

/// Whether a strategy is to be drawn back, because the pointer rests on another.
fn fade(view: &ViewModel, strategy: Strategy) -> f32 {
    match view.hover.strategy {
        Some(other) if other != strategy => 0.3,
        _ => 1.0,
    }
}

/// Words beside the pointer.
fn tip(ui: &Ui, response: &Response, text: String) {
    let anchor = egui::PopupAnchor::Pointer;
    Tooltip::always_open(ui.ctx().clone(), ui.layer_id(), response.id, anchor)
        .gap(14.0)
        .width(460.0)
        .show(|ui| {
            // A number with thousands is not to be broken.
            let text = Label::new(RichText::new(text).size(LABEL));
            ui.add(text.wrap_mode(TextWrapMode::Extend))
        });
}
