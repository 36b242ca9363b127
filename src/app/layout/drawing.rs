//! How an arrangement is drawn: titles, what they do, and the views below them.

use crate::app::command::{Commands, LayoutCommand, WindowCommand};
use crate::app::export::of_pane;
use crate::app::panels::lesson;
use crate::app::panes::{Entry, Pane, Panels};
use crate::app::theme::{BODY, Tokens};
use crate::app::view::ViewModel;
use crate::app::widgets::{Icon, icon_button};
use egui::{
    Button, Color32, Frame, InputState, Key, Margin, Modifiers, Response, RichText, Stroke, Style,
    Ui, Visuals, WidgetText,
};
use egui_tiles::{
    Behavior, ResizeState, SimplificationOptions, TabState, Tabs, TileId, Tiles, Tree, UiResponse,
};

/// Draws an arrangement, or the one view that is large.
pub fn ui(
    (tree, large): (&mut Tree<Pane>, bool),
    panels: &mut Panels,
    ui: &mut Ui,
    view: &ViewModel,
    commands: &mut Commands,
) {
    panels.motion.update(ui.ctx(), view);
    let mut drawing = Drawing {
        panels,
        view,
        commands,
        large,
    };
    tree.ui(&mut drawing, ui);
}

struct Drawing<'a> {
    panels: &'a mut Panels,
    view: &'a ViewModel,
    commands: &'a mut Commands,
    /// Whether one view has all the room.
    large: bool,
}

impl Drawing<'_> {
    /// What can be done with a view from its title.
    fn menu(&mut self, ui: &mut Ui, entry: &Entry) {
        let size = if self.large {
            "Back to all views"
        } else {
            "Maximise"
        };
        if ui.button(size).clicked() {
            self.commands.push(LayoutCommand::Large(entry.key));
            ui.close();
        }
        let view = of_pane(entry.key);
        let may = view.is_some() && !self.view.keeps_quiet();
        if ui.add_enabled(may, Button::new("Export …")).clicked() {
            self.commands.push(WindowCommand::AskExport(view));
            ui.close();
        }
        if ui.button("Hide").clicked() {
            self.commands.push(LayoutCommand::Show(entry.key, false));
            ui.close();
        }
    }
}

impl Behavior<Pane> for Drawing<'_> {
    fn pane_ui(&mut self, ui: &mut Ui, _tile: TileId, pane: &mut Pane) -> UiResponse {
        let Self {
            panels,
            view,
            commands,
            ..
        } = self;
        let tokens = Tokens::of(ui.visuals());
        Frame::new()
            .fill(tokens.panel)
            .inner_margin(Margin {
                left: 10,
                right: 10,
                top: 4,
                bottom: 4,
            })
            .show(ui, |ui| {
                ui.set_min_size(ui.available_size());
                ui.spacing_mut().item_spacing.y = 3.0;
                if let Some(entry) = pane.entry()
                    && !lesson::instead(ui, view, entry.key, commands)
                {
                    (entry.draw)(panels, ui, view, commands);
                }
            });
        lesson::outline(ui, view, pane.key(), ui.max_rect());
        UiResponse::None
    }

    fn tab_title_for_pane(&mut self, pane: &Pane) -> WidgetText {
        let title = pane.entry().map_or("", |entry| entry.title);
        RichText::new(title).size(BODY).into()
    }

    /// Double click: as large as there is room, and back; Delete hides; right click: both.
    fn on_tab_button(&mut self, tiles: &mut Tiles<Pane>, tile: TileId, tab: Response) -> Response {
        let Some(entry) = tiles.get_pane(&tile).and_then(Pane::entry) else {
            return tab;
        };
        let delete = |input: &mut InputState| input.consume_key(Modifiers::NONE, Key::Delete);
        if tab.double_clicked() {
            self.commands.push(LayoutCommand::Large(entry.key));
        } else if tab.has_focus() && tab.ctx.input_mut(delete) {
            self.commands.push(LayoutCommand::Show(entry.key, false));
        }
        tab.context_menu(|ui| self.menu(ui, entry));
        tab
    }

    fn top_bar_right_ui(
        &mut self,
        tiles: &Tiles<Pane>,
        ui: &mut Ui,
        _tile: TileId,
        tabs: &Tabs,
        _offset: &mut f32,
    ) {
        let active = tabs.active.and_then(|id| tiles.get_pane(&id));
        let Some(entry) = active.and_then(Pane::entry) else {
            return;
        };
        let (icon, name) = if self.large {
            (Icon::Smaller, "Back to all views (Esc)".to_owned())
        } else {
            (Icon::Larger, format!("Maximise {}", entry.title))
        };
        if icon_button(ui, icon, &name, true).clicked() {
            self.commands.push(LayoutCommand::Large(entry.key));
        }
    }

    fn tab_bar_height(&self, _style: &Style) -> f32 {
        24.0
    }

    fn gap_width(&self, _style: &Style) -> f32 {
        4.0
    }

    fn min_size(&self) -> f32 {
        90.0
    }

    fn tab_bar_color(&self, visuals: &Visuals) -> Color32 {
        Tokens::of(visuals).panel
    }

    fn tab_bg_color(
        &self,
        visuals: &Visuals,
        _tiles: &Tiles<Pane>,
        _tile: TileId,
        _state: &TabState,
    ) -> Color32 {
        Tokens::of(visuals).panel
    }

    fn tab_outline_stroke(
        &self,
        _visuals: &Visuals,
        _tiles: &Tiles<Pane>,
        _tile: TileId,
        _state: &TabState,
    ) -> Stroke {
        Stroke::NONE
    }

    fn tab_bar_hline_stroke(&self, visuals: &Visuals) -> Stroke {
        Stroke::new(1.0, Tokens::of(visuals).hairline)
    }

    fn tab_text_color(
        &self,
        visuals: &Visuals,
        _tiles: &Tiles<Pane>,
        _tile: TileId,
        state: &TabState,
    ) -> Color32 {
        let tokens = Tokens::of(visuals);
        if state.active {
            tokens.strong
        } else {
            tokens.subdued
        }
    }

    fn resize_stroke(&self, style: &Style, state: ResizeState) -> Stroke {
        let tokens = Tokens::of(&style.visuals);
        match state {
            ResizeState::Idle => Stroke::NONE,
            ResizeState::Hovering => Stroke::new(2.0, tokens.hovered),
            ResizeState::Dragging => Stroke::new(2.0, tokens.accent),
        }
    }

    fn simplification_options(&self) -> SimplificationOptions {
        SimplificationOptions {
            all_panes_must_have_tabs: true,
            ..SimplificationOptions::default()
        }
    }
}
