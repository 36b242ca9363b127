//! The state that the policy is looked at in: this path's own, or another by hand.

use super::small;
use crate::app::command::{Commands, ViewCommand};
use crate::app::view::{Choice, PolicyChart, Probe, Quantity, ViewModel};
use crate::app::widgets::{Slider, Travel};
use crate::quantity;
use egui::{DragValue, Id, Rect, RichText, Ui, UiBuilder, vec2};

/// From this room on, sliders stand beside the picture (points).
const ROOMY: egui::Vec2 = vec2(540.0, 190.0);
/// Width of the sliders' column.
const COLUMN: f32 = 156.0;

/// The picture, and beside or above it the quantities that it does not show, to be changed by hand.
pub(super) fn beside(
    ui: &mut Ui,
    view: &ViewModel,
    commands: &mut Commands,
    picture: impl FnOnce(&mut Ui, &mut Commands),
) {
    let probe = view.policy.probe;
    let mut wanted = probe;
    let room = ui.available_rect_before_wrap();
    if room.width() < ROOMY.x || room.height() < ROOMY.y {
        ui.scope(|ui| row(ui, view, &mut wanted));
        picture(ui, commands);
    } else {
        let split = room.right() - COLUMN;
        let left = Rect::from_x_y_ranges(room.left()..=split - 12.0, room.y_range());
        let builder = UiBuilder::new().max_rect(left);
        ui.scope_builder(builder, |ui| picture(ui, commands));
        let right = Rect::from_x_y_ranges(split..=room.right(), room.y_range());
        ui.scope_builder(UiBuilder::new().max_rect(right), |ui| {
            column(ui, view, &mut wanted);
        });
    }
    if wanted != probe {
        commands.push(ViewCommand::Probe(wanted));
    }
}

/// One after the other, where there is little room.
fn row(ui: &mut Ui, view: &ViewModel, wanted: &mut Probe) {
    ui.spacing_mut().interact_size.y = 18.0;
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        for choice in &view.policy.choices {
            ui.label(small(ui, choice.quantity.symbol()));
            number(ui, view, choice, wanted);
        }
        back(ui, view, wanted);
    });
}

/// Below one another, each with its slider.
fn column(ui: &mut Ui, view: &ViewModel, wanted: &mut Probe) {
    ui.spacing_mut().interact_size.y = 18.0;
    ui.spacing_mut().item_spacing = vec2(6.0, 2.0);
    for choice in &view.policy.choices {
        ui.horizontal(|ui| {
            let name = small(ui, choice.quantity.symbol());
            ui.add_sized(vec2(26.0, 18.0), egui::Label::new(name));
            slider(ui, view, choice, wanted);
            number(ui, view, choice, wanted);
        });
    }
    back(ui, view, wanted);
}

fn text(view: &ViewModel, quantity: Quantity, x: f64) -> String {
    match quantity {
        Quantity::Value => view.digits.money(x),
        Quantity::Date => quantity::write::fixed(x, 0),
        _ => view.digits.shares(x),
    }
}

fn slider(ui: &mut Ui, view: &ViewModel, choice: &Choice, wanted: &mut Probe) {
    let (low, high) = choice.range;
    if low >= high {
        return;
    }
    let travel = Travel::linear(low, high);
    let grain = if choice.quantity == Quantity::Date {
        1.0
    } else {
        travel.grain()
    };
    let slider = Slider {
        id: Id::unique(("policy slider", choice.quantity.symbol())),
        name: choice.quantity.meaning(),
        spoken: &text(view, choice.quantity, choice.present),
        travel,
        present: choice.present,
        width: 66.0,
    };
    let (response, moved) = slider.ui(ui, |x| quantity::tidy((x / grain).round() * grain));
    response.on_hover_text(format!(
        "{}; a double click goes back",
        choice.quantity.meaning()
    ));
    if moved.reset {
        *wanted = wanted.with(choice.quantity, None);
    } else if let Some(x) = moved.to {
        *wanted = wanted.with(choice.quantity, Some(x));
    }
}

/// A number to drag or to type.
fn number(ui: &mut Ui, view: &ViewModel, choice: &Choice, wanted: &mut Probe) {
    let quantity = choice.quantity;
    let mut value = choice.present;
    let text = |x: f64| text(view, quantity, x);
    let (low, high) = choice.range;
    let step = if quantity == Quantity::Date {
        0.05
    } else {
        2e-3 * (high - low).max(f64::MIN_POSITIVE)
    };
    let response = ui.add(
        DragValue::new(&mut value)
            .speed(step)
            .custom_formatter(|x, _| text(x))
            .custom_parser(|text| quantity::read::number(text).ok())
            .update_while_editing(false),
    );
    // Leaving the field without a change is no wish, though fewer digits are written than known.
    if value.is_finite() && text(value) != text(choice.present) {
        *wanted = wanted.with(quantity, Some(value));
    }
    let about = format!("{}; drag or type to see another state", quantity.meaning());
    response
        .on_hover_text(about)
        .accessible_name(format!("Policy {}", quantity.symbol()));
}

/// The way back.
fn back(ui: &mut Ui, view: &ViewModel, wanted: &mut Probe) {
    if view.policy.probe == Probe::default() {
        return;
    }
    let (name, about) = if view.policy.chart == PolicyChart::PaperFigure {
        ("the paper's", "Back to the state of the paper's figures")
    } else {
        (
            "this path's",
            "Back to what is held and what it is worth on the path on screen",
        )
    };
    let button = ui.button(RichText::new(name).size(crate::app::theme::CAPTION));
    if button.on_hover_text(about).clicked() {
        *wanted = Probe::default();
    }
}
