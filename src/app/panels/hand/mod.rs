//! A hedge by hand, in place of all views: what is known so far, what each choice would cost, and at
//! the end what came of it.

mod book;
mod chart;
mod choice;
mod end;
mod errors;
mod list;
mod rows;

pub use choice::keys;

use super::outcome;
use super::top_bar;
use crate::app::command::{Commands, HandCommand, WindowCommand};
use crate::app::format;
use crate::app::theme::{BODY, CAPTION, GAP, HEADING, LABEL, Look, Mark, Tokens};
use crate::app::view::{HandView, ViewModel};
use crate::hand::{self, BUILT_IN};
use egui::{
    Align, Button, Frame, Label, Layout, Margin, Rect, RichText, ScrollArea, Ui, UiBuilder,
};
use egui_plot::LineStyle;
use std::sync::LazyLock;

/// Width of the column with the choice, or with what came of it (points).
const COLUMN: f32 = 452.0;
/// Width of the window below which the column takes its half.
const NARROW: f32 = 900.0;

/// Name, level and title of the built-in challenges.
static LEVELS: LazyLock<Vec<(&str, String, String)>> = LazyLock::new(|| {
    let about = |name: &'static str| {
        let challenge = hand::built_in(name).ok()?;
        let level = challenge.level().unwrap_or(name).to_owned();
        Some((name, level, challenge.title().to_owned()))
    };
    BUILT_IN
        .iter()
        .filter_map(|(name, _)| about(name))
        .collect()
});

/// The list of levels: a click begins one.
pub fn menu(ui: &mut Ui, view: &ViewModel, commands: &mut Commands) {
    let tokens = Tokens::of(ui.visuals());
    ui.set_width(320.0);
    ui.label(
        RichText::new("Hedge it yourself, on a path that shows itself as it goes")
            .size(CAPTION)
            .color(tokens.subdued),
    );
    let played = view.hand.as_ref().map(|hand| hand.seen.challenge.as_str());
    for (number, (name, level, title)) in (1..).zip(LEVELS.iter()) {
        let chosen = played == Some(*name);
        let face = Button::selectable(chosen, format!("{number}  {title}"));
        let face = ui.add(face.shortcut_text(level.as_str()));
        let spoken = format!("Level {number}, {level}: {title}");
        if face.accessible_name(spoken).clicked() {
            commands.push(HandCommand::Start((*name).to_owned()));
            ui.close();
        }
    }
    ui.separator();
    if ui.button("Open a challenge").clicked() {
        commands.push(WindowCommand::AskOpen);
        ui.close();
    }
}

/// The bar at the top of the window.
pub fn bar(ui: &mut Ui, view: &ViewModel, hand: &HandView, commands: &mut Commands) {
    let tokens = Tokens::of(ui.visuals());
    ui.horizontal_centered(|ui| {
        ui.visuals_mut().button_frame = false;
        ui.spacing_mut().item_spacing.x = 12.0;
        if ui.available_width() > 760.0 {
            top_bar::title(ui);
        }
        let levels = ui.menu_button("Levels", |ui| menu(ui, view, commands));
        levels.response.accessible_name("Levels");
        ui.separator();
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            top_bar::window_menus(ui, commands);
            ui.separator();
            ui.visuals_mut().button_frame = true;
            let leave = ui.button("Leave").on_hover_text("Back to the views (Esc)");
            if leave.clicked() {
                commands.push(HandCommand::Leave);
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                let text = RichText::new(&hand.title).color(tokens.strong);
                ui.add(Label::new(text).truncate());
                let path = format!("path {} of {}", hand.seen.path, hand.seen.paths);
                ui.label(RichText::new(path).size(LABEL).color(tokens.text));
            });
        });
    });
}

/// Everything below the bar.
pub fn ui(ui: &mut Ui, hand: &HandView, commands: &mut Commands) {
    let area = ui.available_rect_before_wrap();
    let width = if area.width() < NARROW {
        0.5 * area.width()
    } else {
        COLUMN
    };
    let (left, right) = area.split_left_right_at_x(area.right() - width);
    panel(ui, left.with_max_x(left.right() - 4.0), "charts", |ui| {
        when(ui, hand);
        chart::ui(ui, hand, commands);
    });
    panel(ui, right, "column", |ui| {
        let scroll = ScrollArea::both().auto_shrink(false);
        scroll.show(ui, |ui| {
            if hand.is_over() {
                end::ui(ui, hand, commands);
            } else {
                about(ui, hand);
                book::ui(ui, hand, commands);
                choice::ui(ui, hand, commands);
                choice::amounts(ui, hand);
                list::ui(ui, hand);
            }
        });
    });
}

/// A part of the window with a ground of its own.
fn panel(ui: &mut Ui, rect: Rect, name: &str, add: impl FnOnce(&mut Ui)) {
    let tokens = Tokens::of(ui.visuals());
    let mut ui = ui.new_child(UiBuilder::new().id_salt(name).max_rect(rect));
    ui.set_clip_rect(rect.intersect(ui.clip_rect()));
    let frame = Frame::new()
        .fill(tokens.panel)
        .corner_radius(4.0)
        .inner_margin(Margin::same(10));
    frame.show(&mut ui, |ui| {
        ui.set_min_size(ui.available_size());
        add(ui);
    });
}

/// The height of a picture that takes a share of the window's.
fn height(ui: &Ui, share: f32) -> f32 {
    (share * ui.ctx().content_rect().height()).clamp(130.0, 320.0)
}

/// The present date, and how long is left.
fn when(ui: &mut Ui, hand: &HandView) {
    let tokens = Tokens::of(ui.visuals());
    let seen = &hand.seen;
    let text = if hand.is_over() {
        "Maturity".to_owned()
    } else {
        format!("Date {} of {}", seen.step, seen.steps)
    };
    let left = if hand.is_over() {
        String::new()
    } else {
        format!("{} left", format::years(seen.remaining))
    };
    let price = format!("price {}", hand.digits.price(hand.now.mid()));
    ui.horizontal_wrapped(|ui| {
        ui.label(RichText::new(text).size(HEADING).color(tokens.strong));
        for word in [left, price, format!("strike {}", strike(hand))] {
            if !word.is_empty() {
                let word = RichText::new(word).size(BODY).color(tokens.text);
                // A number with thousands is not to be broken.
                ui.add(Label::new(word).extend());
            }
        }
    });
}

fn strike(hand: &HandView) -> String {
    outcome::strikes(&hand.scenario, hand.digits)
}

/// What is hedged, and what to mind.
fn about(ui: &mut Ui, hand: &HandView) {
    let tokens = Tokens::of(ui.visuals());
    let text = RichText::new(&hand.text).size(LABEL).color(tokens.text);
    ui.add(Label::new(text).wrap());
    ui.add_space(GAP);
}

/// How the person's own line is drawn: in no strategy's colour, line and mark.
fn own_look(tokens: &Tokens) -> Look {
    Look {
        color: tokens.strong,
        style: LineStyle::Solid,
        width: 2.2,
        mark: Mark::Plus,
    }
}
