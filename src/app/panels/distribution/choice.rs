//! What the distribution view shows: errors or differences, in which shape, against whom.

use super::Sight;
use crate::app::command::{Commands, TimeCommand, ViewCommand};
use crate::app::format;
use crate::app::session::Compared;
use crate::app::theme::{self, name_of};
use crate::app::view::{PinView, Shape, ViewModel, in_words};
use crate::engine::{Against, Outcomes, Reference};
use crate::outcome::Estimate;
use crate::policy::Who;
use egui::{Button, ComboBox, RichText, Ui};

/// Draws it.
pub(super) fn ui(
    ui: &mut Ui,
    view: &ViewModel,
    outcomes: &Outcomes,
    sight: &mut Sight,
    commands: &mut Commands,
) {
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        shape(ui, &mut sight.shape);
        for (gaps, name, about) in [
            (false, "errors", "Hedging errors of every strategy"),
            (
                true,
                "differences",
                "Path by path, each strategy's error less that of the one all are compared with",
            ),
        ] {
            let face = RichText::new(name).size(theme::LABEL);
            let button = ui.add(Button::selectable(sight.gaps == gaps, face));
            if button.on_hover_text(about).clicked() {
                sight.gaps = gaps;
            }
        }
        reference(ui, view, outcomes, commands);
        let shown = sight.shown(view, outcomes).filter(|_| sight.gaps);
        let against = shown.and_then(|of| Some((of.who(), of.row.against.as_ref()?)));
        if let Some((who, against)) = against {
            apart(ui, against, name_of(who), commands);
        }
    });
}

fn shape(ui: &mut Ui, shape: &mut Shape) {
    let known = Shape::ALL.iter().find(|(known, _)| known == shape);
    let name = known.map_or("", |(_, name)| *name);
    ComboBox::from_id_salt("shape")
        .selected_text(RichText::new(name).size(theme::LABEL))
        .width(84.0)
        .show_ui(ui, |ui| {
            for (other, name) in Shape::ALL {
                ui.selectable_value(shape, other, name);
            }
        })
        .response
        .accessible_name("Shape of the distribution");
}

/// Whom the others are compared with.
fn reference(ui: &mut Ui, view: &ViewModel, outcomes: &Outcomes, commands: &mut Commands) {
    let Some(present) = &outcomes.reference else {
        return;
    };
    let text = format!("compared with {}", view.compared_with(outcomes));
    ComboBox::from_id_salt("reference")
        .selected_text(RichText::new(text).size(theme::LABEL))
        .width(150.0)
        .show_ui(ui, |ui| {
            for (name, compared, reference) in choices(view) {
                if ui.selectable_label(reference == *present, name).clicked() {
                    commands.push(ViewCommand::Compare(compared));
                }
            }
        })
        .response
        .on_hover_text("The strategy that all others are compared with")
        .accessible_name("Compared with");
}

/// With whom one can compare: the strategies here, then in each pin.
fn choices(view: &ViewModel) -> Vec<(String, Compared, Reference)> {
    let choice = |place: Option<usize>, pin: Option<&PinView>, who: Option<&Who>| {
        let name = pin.map(|pin| pin.label.name.clone());
        let whom = who.map_or("The same", name_of);
        let told = match &name {
            Some(pin) => format!("{whom} in {pin}"),
            None => whom.to_owned(),
        };
        let who = who.cloned();
        let compared = Compared {
            pin: name,
            who: who.clone(),
        };
        (told, compared, Reference { pin: place, who })
    };
    let here = view.path.strategies.iter();
    let mut all: Vec<_> = here
        .map(|path| choice(None, None, Some(&path.who)))
        .collect();
    for (place, (pin, ghost)) in view.shown_pins().zip(&view.path.ghosts).enumerate() {
        all.push(choice(Some(place), Some(pin), None));
        let there = ghost.strategies.iter();
        all.extend(there.map(|path| choice(Some(place), Some(pin), Some(&path.who))));
    }
    all
}

/// Paths on which the two come out furthest apart.
fn apart(ui: &mut Ui, against: &Against, name: &str, commands: &mut Commands) {
    let other = in_words(&against.difference.against.who);
    let menu = ui.menu_button(RichText::new("most apart").size(theme::LABEL), |ui| {
        for (verb, number) in [
            ("gains", against.apart.better),
            ("loses", against.apart.worse),
        ] {
            if ui
                .button(format!("where {name} {verb} most against {other}"))
                .clicked()
            {
                commands.push(TimeCommand::ShowPath(number));
                ui.close();
            }
        }
    });
    menu.response
        .on_hover_text("The paths on which the two differ most, either way");
}

/// `84.3 ± 0.1%`.
pub(super) fn percent(share: &Estimate) -> String {
    let scaled = Estimate {
        value: share.value.map(|value| 100.0 * value),
        se: share.se.map(|se| 100.0 * se),
    };
    format!("{}%", format::estimate(&scaled, true))
}
