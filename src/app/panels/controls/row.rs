//! One parameter in a row: name, slider, typed value, and a message when it is refused.

use super::knobs::Knob;
use super::number::Number;
use crate::app::command::{Commands, DocumentCommand};
use crate::app::document::{Grain, Value, check};
use crate::app::theme::{CAPTION, LABEL, ROW, Tokens};
use crate::app::view::ViewModel;
use crate::app::widgets::{Draft, Entry, Refusal, Slider};
use crate::quantity::TimeUnit;
use crate::scenario::fields::Field;
use egui::{Align, Id, Label, Layout, Response, RichText, Sense, Ui, vec2};

/// Width of the names.
const NAME: f32 = 96.0;
/// Width of the typed values.
const VALUE: f32 = 72.0;
/// Width of typed values without a slider.
const WIDE: f32 = 100.0;

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
    let preset = field.get(&view.base);
    let modified = preset != field.get(&view.scenario);
    let about = || {
        let allowed = field.allowed();
        format!("{}\n{}\nallowed: {allowed}", field.meaning, field.path)
    };
    ui.horizontal(|ui| {
        ui.set_min_height(ROW);
        let name = name(ui, label, modified.then_some(preset), about);
        if name.double_clicked() {
            commands.push(DocumentCommand::ResetField(field));
        }
        contents(ui, commands);
    });
}

/// The name of a control, marked where its value is another than the preset's.
fn name(
    ui: &mut Ui,
    label: &str,
    preset: Option<String>,
    about: impl FnOnce() -> String,
) -> Response {
    let tokens = Tokens::of(ui.visuals());
    let colour = if preset.is_some() {
        tokens.accent
    } else {
        tokens.text
    };
    let text = RichText::new(label).size(LABEL).color(colour);
    let layout = Layout::left_to_right(Align::Center);
    let sense = Sense::CLICK | Sense::HOVER;
    let response = ui
        .allocate_ui_with_layout(vec2(NAME, ROW), layout, |ui| {
            ui.set_min_width(NAME);
            ui.add(Label::new(text).sense(sense).truncate())
        })
        .inner;
    hint(response, || match preset {
        Some(preset) => format!(
            "{}\npreset: {preset}; double click, or Enter in the empty field, resets",
            about()
        ),
        None => about(),
    })
}

/// A tooltip that is put into words only where it is shown.
fn hint(response: Response, text: impl FnOnce() -> String) -> Response {
    response.on_hover_ui(|ui| {
        ui.set_max_width(ui.spacing().tooltip_width);
        ui.label(text());
    })
}

/// A number: name, slider, typed value.
pub(super) fn knob(
    ui: &mut Ui,
    view: &ViewModel,
    commands: &mut Commands,
    knob: &Knob,
    lives: TimeUnit,
) {
    let Some(number) = Number::new(knob, view, lives) else {
        return;
    };
    let id = Id::unique(("knob", knob.path, knob.label));
    ui.horizontal(|ui| {
        ui.set_min_height(ROW);
        let about = || format!("{}\nallowed: {}", number.meaning(), number.limits());
        let name = name(ui, knob.label, number.preset(), about);
        if name.double_clicked() {
            Draft::accept(ui.ctx(), id);
            number.reset(commands);
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            typed(ui, commands, knob, &number, id);
            slide(ui, commands, knob, &number, id);
        });
    });
    if let Some(text) = refusal(ui, id) {
        enter(
            ui,
            id,
            &text,
            |text, commands| number.enter(text, commands),
            commands,
        );
    }
}

fn slide(ui: &mut Ui, commands: &mut Commands, knob: &Knob, number: &Number<'_>, id: Id) {
    let Some(travel) = number.travel() else {
        return;
    };
    let slider = Slider {
        id: id.with("slider"),
        name: knob.label,
        spoken: &number.spoken(),
        travel,
        present: number.present(),
        width: (ui.available_width() - 4.0).max(30.0),
    };
    let (response, moved) = slider.ui(ui, |x| number.round(travel, x));
    response.on_hover_text(number.field.meaning);
    if moved.let_go {
        commands.push(DocumentCommand::EndDrag);
    }
    if moved.reset {
        Draft::accept(ui.ctx(), id);
        number.reset(commands);
    } else if let Some(x) = moved.to {
        let grain = if moved.held {
            Grain::Drag
        } else {
            Grain::Whole
        };
        // A slider's value replaces what was refused.
        Draft::accept(ui.ctx(), id);
        number.write(x, grain, commands);
    }
}

fn typed(ui: &mut Ui, commands: &mut Commands, knob: &Knob, number: &Number<'_>, id: Id) {
    let plain = number.plain();
    let entry = Entry {
        id,
        name: &format!("{} value", knob.label),
        spoken: &number.spoken(),
        plain: &plain,
        width: VALUE,
    };
    let (response, entered) = entry.ui(ui, number.shown());
    hint(response, || {
        let limits = number.limits();
        format!(
            "{plain}\nallowed: {limits}\nUp and Down move it; Enter in the empty field resets it"
        )
    });
    if let Some(travel) = number.travel().filter(|_| entered.steps != 0.0) {
        let round = |x| number.round(travel, x);
        let x = travel.stepped(number.present(), entered.steps, round);
        number.write(x, Grain::Whole, commands);
    }
    if let Some(text) = entered.text {
        enter(
            ui,
            id,
            &text,
            |text, commands| number.enter(text, commands),
            commands,
        );
    }
}

/// Does what was typed asks for, or keeps it with the reason why not.
fn enter(
    ui: &Ui,
    id: Id,
    text: &str,
    take: impl FnOnce(&str, &mut Commands) -> Result<(), Refusal>,
    commands: &mut Commands,
) {
    match take(text, commands) {
        Ok(()) => Draft::accept(ui.ctx(), id),
        Err(refusal) => Draft::refuse(ui.ctx(), id, refusal),
    }
}

/// The message beside a field that was refused, and what would be taken instead; gives back what
/// of that was chosen.
fn refusal(ui: &mut Ui, id: Id) -> Option<String> {
    let refusal = Draft::refused_in(ui.ctx(), id)?;
    let tokens = Tokens::of(ui.visuals());
    let text = format!("{} — {}", refusal.name, refusal.why);
    ui.label(RichText::new(text).size(CAPTION).color(tokens.error));
    if refusal.offers.is_empty() {
        return None;
    }
    let offered = ui.horizontal_wrapped(|ui| {
        let chosen = refusal.offers.iter().find(|offer| {
            let button = ui.small_button(offer.as_str());
            let name = format!("{}: {offer}", refusal.name);
            button.accessible_name(name).clicked()
        });
        chosen.cloned()
    });
    offered.inner
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
            let entry = Entry {
                id,
                name: &format!("{label} value"),
                spoken: &format!("{present} {}", field.unit),
                plain: &present,
                width: WIDE,
            };
            let (response, entered) = entry.ui(ui, std::iter::once(present.clone()));
            hint(response, || {
                format!("{present}\nallowed: {}", field.allowed())
            });
            if let Some(text) = entered.text {
                let take = |text: &str, commands: &mut Commands| {
                    enter_text(view, field, label, text, commands)
                };
                enter(ui, id, &text, take, commands);
            }
        });
    });
    let _no_offers = refusal(ui, id);
}

fn enter_text(
    view: &ViewModel,
    field: &'static Field,
    label: &str,
    text: &str,
    commands: &mut Commands,
) -> Result<(), Refusal> {
    if text.trim().is_empty() {
        commands.push(DocumentCommand::ResetField(field));
        return Ok(());
    }
    let change = vec![(field, Value::Text(text.to_owned()))];
    check(&view.scenario, &change).map_err(|refused| Refusal {
        name: label.to_owned(),
        text: text.trim().to_owned(),
        why: format!("{} is not allowed: {}", refused.value, refused.allowed),
        offers: Vec::new(),
    })?;
    commands.push(DocumentCommand::Edit(change, Grain::Whole));
    Ok(())
}
