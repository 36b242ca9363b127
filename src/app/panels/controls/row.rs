//! One parameter in a row: name, slider, typed value, and a message when it is refused.

use super::knobs::{Knob, Measure, Span};
use crate::app::command::{Commands, DocumentCommand};
use crate::app::document::{Change, Grain, Value, check};
use crate::app::format;
use crate::app::theme::{ROW, Tokens};
use crate::app::view::ViewModel;
use crate::app::widgets::{Draft, entry};
use crate::scenario::Scenario;
use crate::scenario::fields::{Access, Field};
use crate::units::plain;
use egui::{Align, Id, Label, Layout, Response, RichText, Sense, Slider, Ui, vec2};
use std::f64::consts::LN_2;
use std::ops::RangeInclusive;

/// Width of the names.
const NAME: f32 = 96.0;
/// Width of the typed values.
const VALUE: f32 = 62.0;

/// `Ask exponent` for `ask exponent`.
pub(super) fn capitalised(label: &str) -> String {
    let mut letters = label.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

/// A name with its tooltip, and what belongs to it; a double click on the name resets.
pub(super) fn labelled(
    ui: &mut Ui,
    view: &ViewModel,
    commands: &mut Commands,
    field: &'static Field,
    label: &str,
    contents: impl FnOnce(&mut Ui, &mut Commands),
) {
    ui.horizontal(|ui| {
        ui.set_min_height(ROW);
        name(ui, view, commands, field, label);
        contents(ui, commands);
    });
}

fn name(
    ui: &mut Ui,
    view: &ViewModel,
    commands: &mut Commands,
    field: &'static Field,
    label: &str,
) -> Response {
    let tokens = Tokens::of(ui.visuals());
    let preset = field.get(&view.base);
    let modified = preset != field.get(&view.scenario);
    let colour = if modified { tokens.accent } else { tokens.text };
    let text = RichText::new(label).size(12.5).color(colour);
    let layout = Layout::left_to_right(Align::Center);
    let response = ui
        .allocate_ui_with_layout(vec2(NAME, ROW), layout, |ui| {
            ui.set_min_width(NAME);
            ui.add(Label::new(text).sense(Sense::click()).truncate())
        })
        .inner;
    let unit = if field.unit.is_empty() {
        String::new()
    } else {
        format!(" ({})", field.unit)
    };
    let mut about = format!(
        "{}\n{}{unit}\n{}",
        field.meaning,
        field.path,
        allowed(field)
    );
    if modified {
        about = format!("{about}\npreset: {preset}; double click to reset");
    }
    let response = response.on_hover_text(about);
    if response.double_clicked() {
        commands.push(DocumentCommand::ResetField(field));
    }
    response
}

fn allowed(field: &Field) -> String {
    format!("allowed: {}", field.allowed())
}

/// A number: name, slider, typed value.
pub(super) fn knob(ui: &mut Ui, view: &ViewModel, commands: &mut Commands, knob: &Knob) {
    let Ok(field) = Field::find(knob.path) else {
        return;
    };
    let id = Id::unique(("knob", knob.path, knob.label));
    labelled(ui, view, commands, field, knob.label, |ui, commands| {
        let layout = Layout::right_to_left(Align::Center);
        ui.with_layout(layout, |ui| {
            typed(ui, view, commands, knob, field, id);
            if let Some((low, high)) = ends(knob, field, &view.base) {
                slide(ui, view, commands, knob, field, low..=high);
            }
        });
    });
    refusal(ui, id, field);
}

/// The message beside a field that was refused.
fn refusal(ui: &mut Ui, id: Id, field: &Field) {
    if let Some((_, why)) = Draft::of(ui, id).refused {
        let tokens = Tokens::of(ui.visuals());
        let text = format!("{} — {why}", capitalised(field.label));
        ui.label(RichText::new(text).size(11.0).color(tokens.error));
    }
}

/// The number as the slider moves it.
fn number(knob: &Knob, field: &Field, scenario: &Scenario) -> f64 {
    let raw = match field.access {
        Access::Number { get, .. } => get(scenario),
        Access::Whole { get, .. } => get(scenario) as f64,
        Access::Optional { get, .. } => get(scenario).unwrap_or(f64::NAN),
        _ => f64::NAN,
    };
    match knob.measure {
        Measure::HalfLife => LN_2 / raw,
        _ => raw,
    }
}

fn ends(knob: &Knob, field: &Field, base: &Scenario) -> Option<(f64, f64)> {
    match knob.span {
        Span::Fixed(low, high) => Some((low, high)),
        Span::Around(factor) => {
            let middle = number(knob, field, base);
            Some((middle / factor, middle * factor))
        }
        Span::None => None,
    }
}

/// What writing `x` into a knob changes.
fn changes(view: &ViewModel, knob: &Knob, field: &'static Field, x: f64) -> Vec<Change> {
    let raw = match knob.measure {
        Measure::HalfLife => LN_2 / x,
        _ => x,
    };
    let value = |field: &Field, x: f64| match field.access {
        Access::Number { .. } => Value::Number(x),
        _ => Value::Text(plain(x)),
    };
    let mut changes = vec![(field, value(field, raw))];
    if let (true, Some(twin)) = (view.linked_sides, knob.twin)
        && let Ok(twin) = Field::find(twin)
    {
        let other = match knob.measure {
            Measure::HalfLife | Measure::Decay => raw,
            // α and β lie at the same distance from 1.
            _ => 2.0 - raw,
        };
        if other > 0.0 || matches!(knob.measure, Measure::HalfLife | Measure::Decay) {
            changes.push((twin, Value::Number(other)));
        }
    }
    changes
}

fn slide(
    ui: &mut Ui,
    view: &ViewModel,
    commands: &mut Commands,
    knob: &Knob,
    field: &'static Field,
    range: RangeInclusive<f64>,
) {
    let present = number(knob, field, &view.scenario);
    ui.spacing_mut().slider_width = (ui.available_width() - 4.0).max(30.0);
    // The exponents move logarithmically in their distance from 1.
    let exponent = knob.path.ends_with("_exponent");
    let ask = knob.path.contains("ask");
    let (mut x, range) = match (exponent, ask) {
        (true, true) => (present - 1.0, 0.0..=range.end() - 1.0),
        (true, false) => (1.0 - present, 0.0..=1.0 - range.start()),
        _ => (present, range),
    };
    let before = x;
    let mut slider = Slider::new(&mut x, range)
        .show_value(false)
        .clamping(egui::SliderClamping::Never);
    if let Some(smallest) = knob.log {
        slider = slider
            .logarithmic(true)
            .smallest_positive(smallest)
            .largest_finite(largest(knob));
    }
    if matches!(field.access, Access::Whole { .. }) {
        slider = slider.integer();
    }
    let response = ui
        .add(slider)
        .accessible_name(knob.label)
        .on_hover_text(field.meaning);
    // A slider senses drags alone, so that its own response knows no double click.
    let twice = |input: &egui::InputState| {
        let primary = egui::PointerButton::Primary;
        input.pointer.button_double_clicked(primary)
    };
    if response.contains_pointer() && ui.input(twice) {
        commands.push(DocumentCommand::EndDrag);
        commands.push(DocumentCommand::ResetField(field));
    } else if response.changed() && x != before && !x.is_nan() {
        let value = match (exponent, ask) {
            (true, true) => 1.0 + rounded(x),
            (true, false) => 1.0 - rounded(x),
            _ => rounded(x),
        };
        let grain = if response.dragged() {
            Grain::Drag
        } else {
            Grain::Whole
        };
        forget(ui, knob);
        commands.push(DocumentCommand::Edit(
            changes(view, knob, field, value),
            grain,
        ));
    }
    if response.drag_stopped() {
        commands.push(DocumentCommand::EndDrag);
    }
}

/// Longest finite half-life on the slider (years).
fn largest(knob: &Knob) -> f64 {
    match knob.measure {
        Measure::HalfLife => 20.0,
        _ => f64::MAX,
    }
}

/// To four significant digits: a hand is no finer.
fn rounded(x: f64) -> f64 {
    if x == 0.0 || !x.is_finite() {
        return x;
    }
    format!("{x:.3e}").parse().unwrap_or(x)
}

/// A slider's value replaces what was refused.
fn forget(ui: &Ui, knob: &Knob) {
    let id = Id::unique(("knob", knob.path, knob.label));
    Draft::default().keep(ui, id);
}

fn typed(
    ui: &mut Ui,
    view: &ViewModel,
    commands: &mut Commands,
    knob: &Knob,
    field: &'static Field,
    id: Id,
) {
    let present = number(knob, field, &view.scenario);
    let shown = shown(knob, present);
    let name = format!("{} value", knob.label);
    let plain = editable(knob, present);
    let (response, entered) = entry(ui, id, &name, (&shown, &plain), VALUE);
    response.on_hover_text(allowed(field));
    let Some(text) = entered else { return };
    let wanted = read(view, knob, field, &text);
    let outcome = wanted.and_then(|changes| {
        check(&view.scenario, &changes)
            .map(|()| changes)
            .map_err(|refused| format!("allowed: {}", refused.allowed))
    });
    let mut draft = Draft::of(ui, id);
    match outcome {
        Ok(changes) => {
            draft.refused = None;
            commands.push(DocumentCommand::Edit(changes, Grain::Whole));
        }
        Err(why) => draft.refused = Some((text, why)),
    }
    draft.keep(ui, id);
}

fn shown(knob: &Knob, x: f64) -> String {
    if x.is_nan() {
        return "none".into();
    }
    match knob.measure {
        Measure::Plain(decimals) => format::trimmed(x, decimals),
        Measure::Percent => format!("{} %", format::trimmed(100.0 * x, 2)),
        Measure::Years | Measure::HalfLife => format::years(x),
        Measure::Decay => format!("{} /y", format::short(x)),
        Measure::Short => format::short(x),
    }
}

/// The value as it is edited.
fn editable(knob: &Knob, x: f64) -> String {
    if x.is_nan() {
        return "none".into();
    }
    match knob.measure {
        Measure::Percent => plain((x * 1e14).round() / 1e12),
        Measure::Years | Measure::HalfLife => format::years(x).replace('\u{2009}', ""),
        _ => plain(x),
    }
}

/// Reads what was typed.
fn read(
    view: &ViewModel,
    knob: &Knob,
    field: &'static Field,
    text: &str,
) -> Result<Vec<Change>, String> {
    if matches!(field.access, Access::Optional { .. }) && matches!(text.trim(), "none" | "") {
        return Ok(vec![(field, Value::Text("none".into()))]);
    }
    let trimmed = text.trim();
    let parsed = match knob.measure {
        Measure::Percent => format::read(trimmed.trim_end_matches('%')).map(|x| x / 100.0),
        Measure::Years | Measure::HalfLife => format::read_years(trimmed),
        Measure::Decay => format::read(trimmed.trim_end_matches("/y")),
        _ => format::read(trimmed),
    };
    let what = match knob.measure {
        Measure::Years | Measure::HalfLife => "a duration such as 0.5 y or 21 d",
        _ => "a number",
    };
    match parsed {
        Some(x) if matches!(knob.measure, Measure::HalfLife) && x < 0.0 => {
            Err("allowed: 0 or more, or ∞".into())
        }
        Some(x) => Ok(changes(view, knob, field, x)),
        None => Err(match trimmed {
            "" => format!("nothing was typed; {}", allowed(field)),
            huge if huge.parse().is_ok_and(f64::is_infinite) => {
                format!("{huge} is too large; {}", allowed(field))
            }
            _ => format!("{trimmed:?} is not {what}; {}", allowed(field)),
        }),
    }
}

/// A value with a syntax of its own, typed.
pub(super) fn text(
    ui: &mut Ui,
    view: &ViewModel,
    commands: &mut Commands,
    path: &'static str,
    label: &str,
) {
    let Ok(field) = Field::find(path) else { return };
    let id = Id::unique(("knob", path));
    let present = field.get(&view.scenario);
    labelled(ui, view, commands, field, label, |ui, commands| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let name = format!("{label} value");
            let (response, entered) = entry(ui, id, &name, (&present, &present), 100.0);
            response.on_hover_text(allowed(field));
            let Some(text) = entered else { return };
            let change = vec![(field, Value::Text(text.clone()))];
            let mut draft = Draft::of(ui, id);
            match check(&view.scenario, &change) {
                Ok(()) => {
                    draft.refused = None;
                    commands.push(DocumentCommand::Edit(change, Grain::Whole));
                }
                Err(refused) => {
                    draft.refused = Some((text, format!("allowed: {}", refused.allowed)));
                }
            }
            draft.keep(ui, id);
        });
    });
    refusal(ui, id, field);
}
