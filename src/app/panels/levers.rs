//! Numbers of the state that a view is looked at in, beside the picture or above it: each with a slider where
//! there is room, and a field.

use crate::app::theme::{CAPTION, Tokens};
use crate::app::widgets::{Slider, Travel};
use crate::quantity;
use egui::{DragValue, Id, Rect, RichText, Ui, UiBuilder, vec2};

/// From this room on, sliders stand beside the picture (points).
const ROOMY: egui::Vec2 = vec2(540.0, 190.0);
/// Width of the sliders' column.
const COLUMN: f32 = 156.0;

/// One number.
pub(super) struct Lever<'a> {
    /// The view that it is of, as a prefix of its names.
    pub of: &'static str,
    pub symbol: &'static str,
    pub meaning: &'static str,
    pub present: f64,
    pub range: (f64, f64),
    /// Whether it counts.
    pub whole: bool,
    /// How it is told.
    pub text: &'a dyn Fn(f64) -> String,
}

/// The way back to the numbers of the path: its name and what it does; absent where there is nothing to take
/// back.
pub(super) type Back = Option<(&'static str, &'static str)>;

/// What is wished.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Wish {
    /// Another number, by the place of its lever; absent: as on the path.
    Put(usize, Option<f64>),
    /// All as on the path.
    Back,
}

/// The picture, and beside or above it the numbers.
pub(super) fn beside(
    ui: &mut Ui,
    levers: &[Lever<'_>],
    back: Back,
    picture: impl FnOnce(&mut Ui),
) -> Option<Wish> {
    let mut wish = None;
    let room = ui.available_rect_before_wrap();
    if room.width() < ROOMY.x || room.height() < ROOMY.y {
        ui.scope(|ui| row(ui, levers, back, &mut wish));
        picture(ui);
    } else {
        let split = room.right() - COLUMN;
        let left = Rect::from_x_y_ranges(room.left()..=split - 12.0, room.y_range());
        ui.scope_builder(UiBuilder::new().max_rect(left), |ui| picture(ui));
        let right = Rect::from_x_y_ranges(split..=room.right(), room.y_range());
        ui.scope_builder(UiBuilder::new().max_rect(right), |ui| {
            column(ui, levers, back, &mut wish);
        });
    }
    wish
}

/// One after the other, where there is little room.
fn row(ui: &mut Ui, levers: &[Lever<'_>], back: Back, wish: &mut Option<Wish>) {
    ui.spacing_mut().interact_size.y = 18.0;
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        for (place, lever) in levers.iter().enumerate() {
            ui.label(small(ui, lever.symbol));
            number(ui, place, lever, wish);
        }
        way_back(ui, back, wish);
    });
}

/// Below one another, each with its slider.
fn column(ui: &mut Ui, levers: &[Lever<'_>], back: Back, wish: &mut Option<Wish>) {
    ui.spacing_mut().interact_size.y = 18.0;
    ui.spacing_mut().item_spacing = vec2(6.0, 2.0);
    for (place, lever) in levers.iter().enumerate() {
        ui.horizontal(|ui| {
            let name = small(ui, lever.symbol);
            ui.add_sized(vec2(26.0, 18.0), egui::Label::new(name));
            slider(ui, place, lever, wish);
            number(ui, place, lever, wish);
        });
    }
    way_back(ui, back, wish);
}

fn slider(ui: &mut Ui, place: usize, lever: &Lever<'_>, wish: &mut Option<Wish>) {
    let (low, high) = lever.range;
    if low >= high {
        return;
    }
    let travel = Travel::linear(low, high);
    let grain = if lever.whole { 1.0 } else { travel.grain() };
    let slider = Slider {
        id: Id::unique((lever.of, "slider", lever.symbol)),
        name: lever.meaning,
        spoken: &(lever.text)(lever.present),
        travel,
        present: lever.present,
        width: 66.0,
    };
    let (response, moved) = slider.ui(ui, |x| quantity::tidy((x / grain).round() * grain));
    response.on_hover_text(format!("{}; a double click goes back", lever.meaning));
    if moved.reset {
        *wish = Some(Wish::Put(place, None));
    } else if let Some(x) = moved.to {
        *wish = Some(Wish::Put(place, Some(x)));
    }
}

/// A number to drag or to type.
fn number(ui: &mut Ui, place: usize, lever: &Lever<'_>, wish: &mut Option<Wish>) {
    let mut value = lever.present;
    let (low, high) = lever.range;
    let step = if lever.whole {
        0.05
    } else {
        2e-3 * (high - low).max(f64::MIN_POSITIVE)
    };
    let response = ui.add(
        DragValue::new(&mut value)
            .speed(step)
            .custom_formatter(|x, _| (lever.text)(x))
            .custom_parser(|text| quantity::read::number(text).ok())
            .update_while_editing(false),
    );
    // Leaving the field without a change is no wish, though fewer digits are written than known.
    if value.is_finite() && (lever.text)(value) != (lever.text)(lever.present) {
        *wish = Some(Wish::Put(place, Some(value)));
    }
    let about = format!("{}; drag or type to see another state", lever.meaning);
    response
        .on_hover_text(about)
        .accessible_name(format!("{} {}", lever.of, lever.symbol));
}

fn way_back(ui: &mut Ui, back: Back, wish: &mut Option<Wish>) {
    let Some((name, about)) = back else { return };
    let button = ui.button(RichText::new(name).size(CAPTION));
    if button.on_hover_text(about).clicked() {
        *wish = Some(Wish::Back);
    }
}

/// A line of a caption.
pub(super) fn small(ui: &Ui, text: impl Into<String>) -> RichText {
    let tokens = Tokens::of(ui.visuals());
    RichText::new(text).size(CAPTION).color(tokens.subdued)
}
