//! The window while a path is hedged by hand: nothing of the document is drawn, so that no view can
//! tell a later price.

use super::Window;
use crate::app::command::Commands;
use crate::app::panels::{hand, status};
use crate::app::theme::{self, Tokens};
use egui::{CentralPanel, Frame, Margin, Panel, Ui};

impl Window {
    /// Whether a path is hedged by hand.
    pub(super) fn plays(&self) -> bool {
        self.model.view.hand.is_some()
    }

    pub(super) fn game(&mut self, ui: &mut Ui, commands: &mut Commands) {
        let view = &self.model.view;
        let Some(hand) = view.hand.clone() else {
            return;
        };
        if self.sheet.is_none() && self.dialog.is_none() {
            hand::keys(ui.ctx(), &hand, commands);
        }
        let tokens = Tokens::of(ui.visuals());
        let bar = Frame::new()
            .fill(tokens.panel)
            .inner_margin(Margin::symmetric(12, 0));
        Panel::top("game bar")
            .exact_size(theme::TOP_BAR)
            .frame(bar)
            .show(ui, |ui| hand::bar(ui, view, &hand, commands));
        Panel::bottom("status bar")
            .exact_size(theme::STATUS_BAR)
            .frame(bar)
            .show_separator_line(false)
            .show(ui, |ui| status::ui(ui, view));
        let frame = Frame::new()
            .fill(tokens.window)
            .inner_margin(Margin::same(4));
        CentralPanel::default()
            .frame(frame)
            .show(ui, |ui| hand::ui(ui, &hand, commands));
    }
}
