//! What stands where: bars, controls, the views in the middle, and what lies over them.

use super::Window;
use crate::app::command::Commands;
use crate::app::layout::{self, Room};
use crate::app::panels::{controls, pins, sentence, status, time_line, top_bar};
use crate::app::theme::{self, Tokens};
use crate::app::{overlay, sheets};
use egui::{CentralPanel, Frame, Margin, Panel, Ui};

impl Window {
    pub(super) fn bars(&mut self, ui: &mut Ui, commands: &mut Commands) {
        if self.plays() {
            return;
        }
        let tokens = Tokens::of(ui.visuals());
        let view = &self.model.view;
        let bar = Frame::new()
            .fill(tokens.panel)
            .inner_margin(Margin::symmetric(12, 0));
        Panel::top("top bar")
            .exact_size(theme::TOP_BAR)
            .frame(bar)
            .show(ui, |ui| top_bar::ui(ui, view, &self.views, commands));
        let height = sentence::height(ui, view);
        if height > 0.0 {
            Panel::top("sentence")
                .exact_size(height)
                .frame(bar)
                .show(ui, |ui| sentence::ui(ui, view));
        }
        if !view.pins.is_empty() {
            Panel::top("pins")
                .exact_size(pins::HEIGHT)
                .frame(bar)
                .show(ui, |ui| self.panels.pins.ui(ui, view, commands));
        }
        Panel::bottom("status bar")
            .exact_size(theme::STATUS_BAR)
            .frame(bar)
            .show_separator_line(false)
            .show(ui, |ui| status::ui(ui, view));
        Panel::bottom("time line")
            .exact_size(theme::TIME_LINE)
            .frame(bar)
            .show(ui, |ui| time_line::ui(ui, view, commands));
        if self.show_controls {
            let frame = Frame::new().fill(tokens.panel).inner_margin(Margin {
                left: 12,
                right: 4,
                top: 2,
                bottom: 0,
            });
            Panel::left("controls")
                .default_size(292.0)
                .size_range(264.0..=420.0)
                .frame(frame)
                .show(ui, |ui| {
                    Frame::new()
                        .inner_margin(Margin {
                            right: 10,
                            ..Margin::ZERO
                        })
                        .show(ui, |ui| controls::ui(ui, view, commands));
                });
        }
    }

    pub(super) fn middle(&mut self, ui: &mut Ui, commands: &mut Commands) {
        if self.plays() {
            return self.game(ui, commands);
        }
        let tokens = Tokens::of(ui.visuals());
        let frame = Frame::new()
            .fill(tokens.window)
            .inner_margin(Margin::same(4));
        CentralPanel::default().frame(frame).show(ui, |ui| {
            let room = Room::of(ui.available_size());
            let view = &self.model.view;
            let (tree, large) = self.views.drawn(room);
            self.panels.fold(tree, view);
            layout::ui((tree, large), &mut self.panels, ui, view, commands);
        });
    }

    pub(super) fn overlays(&mut self, ui: &mut Ui, commands: &mut Commands) {
        if let Some(sheet) = self.sheet
            && !sheets::ui(ui, sheet, commands)
        {
            self.sheet = None;
        }
        if let Some(dialog) = &mut self.dialog
            && !dialog.ui(ui, &self.model.view.recent, commands)
        {
            self.dialog = None;
        }
        overlay::drop_hint(ui.ctx());
        self.notices.ui(ui, theme::TIME_LINE + theme::STATUS_BAR);
        overlay::focus_ring(ui.ctx());
    }
}
