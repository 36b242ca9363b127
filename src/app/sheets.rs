//! The help sheet and the about box.

use super::command::{Commands, WindowCommand};
use super::keys::SHEET;
use super::theme::Tokens;
use crate::crash::versions;
use egui::{Grid, Id, Label, Modal, RichText, ScrollArea, Ui};

/// A sheet over the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sheet {
    Help,
    About,
}

const SIGNS: &str = "The hedging error is what hedging lost: positive is a loss, negative a gain. \
    A strategy's colour and line style are the same in every view. ± is one standard error. \
    Differences between strategies are taken on the same paths.";

const READING: &str = "Move a slider on the left: the book, this path and the baselines follow at once, \
    the distribution a moment later. Click a bin of the distribution to see one of its paths; drag in \
    any plot over time to move the time cursor. Click a strategy's name to see the book as it finds it.";

/// Draws a sheet; gives back whether it stays open.
pub fn ui(ui: &mut Ui, sheet: Sheet, commands: &mut Commands) -> bool {
    let mut open = true;
    let room = ui.ctx().content_rect();
    let modal = Modal::new(Id::unique("sheet")).show(ui.ctx(), |ui| {
        ui.set_width(480.0_f32.min(room.width() - 48.0));
        ScrollArea::vertical()
            .max_height(room.height() - 110.0)
            .min_scrolled_height(room.height() - 110.0)
            .show(ui, |ui| match sheet {
                Sheet::Help => help(ui),
                Sheet::About => about(ui, commands),
            });
        ui.add_space(10.0);
        open = !ui.button("Close").clicked();
    });
    open && !modal.should_close()
}

fn help(ui: &mut Ui) {
    let tokens = Tokens::of(ui.visuals());
    ui.heading("Help");
    ui.label(READING);
    ui.add_space(4.0);
    ui.label(SIGNS);
    ui.add_space(8.0);
    Grid::new("keys")
        .num_columns(2)
        .spacing([24.0, 4.0])
        .min_row_height(16.0)
        .show(ui, |ui| {
            for (keys, what) in SHEET {
                ui.label(RichText::new(*keys).monospace().color(tokens.strong));
                ui.add(Label::new(*what).wrap());
                ui.end_row();
            }
        });
}

fn about(ui: &mut Ui, commands: &mut Commands) {
    ui.heading("About Hedgelab");
    ui.label("See how to hedge an option when your own trades move the market.");
    ui.add_space(4.0);
    ui.label("The model is that of A. Neagu, F. Godin, C. Simard and L. Kosseim, Deep Hedging with Market Impact (arXiv 2402.13326).");
    ui.add_space(6.0);
    let text = versions();
    ui.label(RichText::new(&text).monospace());
    if ui.button("Copy versions").clicked() {
        commands.push(WindowCommand::CopyText(text));
    }
    ui.add_space(4.0);
    ui.label("Licence: MIT or Apache-2.0");
}
