//! The panels: each reads the view and pushes commands; it owns only what dies with the window.

pub mod book;
pub mod controls;
pub mod distribution;
pub mod liquidity;
pub mod path;
pub mod policy;
pub mod status;
pub mod time_line;
pub mod top_bar;
pub mod training;

use super::command::{Commands, ViewCommand};
use super::theme::Tokens;
use super::view::{StrategyPath, ViewModel};
use super::widgets::{Icon, icon_label, strategy_label};
use crate::scenario::Strategy;
use egui::Ui;

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
            let focused = view.focus == strategy;
            let text = number(strategy);
            let response = strategy_label(ui, strategy, focused, &text);
            if response.clicked() {
                commands.push(ViewCommand::Focus(strategy));
            }
            stale_mark(ui, view, strategy);
            if response.hovered() {
                commands.push(ViewCommand::Hover(super::command::Hover {
                    strategy: Some(strategy),
                    ..view.hover
                }));
            }
        });
        ui.add_space(6.0);
    }
}

/// A mark beside a learned policy that was trained for other parameters.
fn stale_mark(ui: &mut Ui, view: &ViewModel, strategy: Strategy) {
    if strategy == Strategy::Learned && !view.learned.stale.is_empty() {
        let tokens = Tokens::of(ui.visuals());
        let what = view.learned.stale.join(", ");
        icon_label(ui, Icon::Warning, tokens.warning)
            .on_hover_text(format!("Trained for other parameters: {what}"));
    }
}

/// Whether a strategy is to be drawn back, because the pointer rests on another.
fn fade(view: &ViewModel, strategy: Strategy) -> f32 {
    match view.hover.strategy {
        Some(other) if other != strategy => 0.3,
        _ => 1.0,
    }
}
