//! What stands where: bars, controls, the views in the middle, and what lies over them.

use super::Window;
use crate::app::command::Commands;
use crate::app::layout::{self, Room};
use crate::app::model::Wants;
use crate::app::panels::{controls, lesson, pins, sentence, status, time_line, top_bar};
use crate::app::theme::{self, Tokens};
use crate::app::view::ViewModel;
use crate::app::{overlay, sheets};
use crate::scenario::Named;
use egui::{CentralPanel, Frame, Margin, Panel, Ui};

/// The views that a class sees where no lesson says which.
const PRESENTED: [&str; 2] = ["path", "book"];

/// The few views that are shown; none where it is the arrangement of one's own.
fn few(view: &ViewModel, presenting: bool) -> Vec<&'static str> {
    let of_lesson = view.lesson.iter().flat_map(|lesson| &lesson.views);
    let of_lesson: Vec<&str> = of_lesson.map(|view| view.name()).collect();
    if of_lesson.is_empty() && presenting {
        return PRESENTED.to_vec();
    }
    of_lesson
}

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
        if !self.presenting {
            Panel::top("top bar")
                .exact_size(theme::TOP_BAR)
                .frame(bar)
                .show(ui, |ui| top_bar::ui(ui, view, &self.views, commands));
        }
        let height = sentence::height(ui, view);
        if height > 0.0 && view.lesson.is_none() && !self.presenting {
            Panel::top("sentence")
                .exact_size(height)
                .frame(bar)
                .show(ui, |ui| sentence::ui(ui, view, self.offers, commands));
        }
        if !view.pins.is_empty() {
            Panel::top("pins")
                .exact_size(pins::HEIGHT)
                .frame(bar)
                .show(ui, |ui| self.panels.pins.ui(ui, view, commands));
        }
        if !self.presenting {
            Panel::bottom("status bar")
                .exact_size(theme::STATUS_BAR)
                .frame(bar)
                .show_separator_line(false)
                .show(ui, |ui| status::ui(ui, view));
        }
        Panel::bottom("time line")
            .exact_size(theme::TIME_LINE)
            .frame(bar)
            .show(ui, |ui| time_line::ui(ui, view, commands));
        if let Some(shown) = view.lesson.clone() {
            let frame = Frame::new().fill(tokens.panel).inner_margin(Margin {
                left: 12,
                right: 6,
                top: 6,
                bottom: 0,
            });
            Panel::left("lesson")
                .default_size(lesson::WIDTH)
                .size_range(280.0..=520.0)
                .frame(frame)
                .show(ui, |ui| self.panels.lesson.ui(ui, view, &shown, commands));
        } else if self.show_controls && !self.presenting {
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
        self.panels.wants = Wants::default();
        let frame = Frame::new()
            .fill(tokens.window)
            .inner_margin(Margin::same(4));
        CentralPanel::default().frame(frame).show(ui, |ui| {
            let room = Room::of(ui.available_size());
            let view = &self.model.view;
            let few = few(view, self.presenting);
            let (tree, large) = if few.is_empty() || self.views.large().is_some() {
                self.views.drawn(room)
            } else {
                (self.views.only(&few), false)
            };
            self.panels.fold(tree, view);
            layout::ui((tree, large), &mut self.panels, ui, view, commands);
        });
        if self.model.look_at(self.panels.wants) {
            // What is newly looked at is asked for in the frame that follows.
            ui.ctx().request_repaint();
        }
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
        if let Some(dialog) = &mut self.export
            && !dialog.ui(ui, &self.model.view, commands)
        {
            self.export = None;
        }
        self.prices.ui(ui, &self.model.view, commands);
        self.books.ui(ui, &self.model.view, commands);
        overlay::drop_hint(ui.ctx());
        self.notices.ui(ui, theme::TIME_LINE + theme::STATUS_BAR);
        overlay::focus_ring(ui.ctx());
    }
}
