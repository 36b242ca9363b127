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

use super::command::Command;
use super::view::ViewModel;
use super::widgets::strategy_label;
use crate::scenario::Strategy;
use egui::Ui;

/// A row with every strategy's line, name and a number; a click gives the focus.
fn legend(
    ui: &mut Ui,
    view: &ViewModel,
    commands: &mut Vec<Command>,
    number: impl Fn(Strategy) -> String,
) {
    ui.horizontal(|ui| {
        for path in &view.path.strategies {
            let strategy = path.strategy;
            ui.horizontal(|ui| {
                let focused = view.focus == strategy;
                let text = number(strategy);
                let response = strategy_label(ui, strategy, focused, &text);
                if response.clicked() {
                    commands.push(Command::Focus(strategy));
                }
                if response.hovered() {
                    commands.push(Command::Hover(super::command::Hover {
                        strategy: Some(strategy),
                        ..view.hover
                    }));
                }
            });
            ui.add_space(6.0);
        }
    });
}

/// Whether a strategy is to be drawn back, because the pointer rests on another.
fn fade(view: &ViewModel, strategy: Strategy) -> f32 {
    match view.hover.strategy {
        Some(other) if other != strategy => 0.3,
        _ => 1.0,
    }
}
