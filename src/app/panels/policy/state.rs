//! The state that the policy is looked at in: this path's own, or another by hand.

use crate::app::command::{Commands, ViewCommand};
use crate::app::panels::levers::{self, Lever, Wish};
use crate::app::view::{PolicyChart, Probe, Quantity, ViewModel};
use crate::quantity;
use egui::Ui;

/// The picture, and beside or above it the quantities that it does not show, to be changed by hand.
pub(super) fn beside(
    ui: &mut Ui,
    view: &ViewModel,
    commands: &mut Commands,
    picture: impl FnOnce(&mut Ui, &mut Commands),
) {
    let choices = &view.policy.choices;
    let texts: Vec<_> = choices
        .iter()
        .map(|choice| move |x: f64| text(view, choice.quantity, x))
        .collect();
    let levers: Vec<Lever<'_>> = choices
        .iter()
        .zip(&texts)
        .map(|(choice, text)| Lever {
            of: "Policy",
            symbol: choice.quantity.symbol(),
            meaning: choice.quantity.meaning(),
            present: choice.present,
            range: choice.range,
            whole: choice.quantity == Quantity::Date,
            text,
        })
        .collect();
    let wish = levers::beside(ui, &levers, back(view), |ui| picture(ui, commands));
    let probe = match wish {
        Some(Wish::Put(place, x)) => view.policy.probe.with(choices[place].quantity, x),
        Some(Wish::Back) => Probe::default(),
        None => return,
    };
    if probe != view.policy.probe {
        commands.push(ViewCommand::Probe(probe));
    }
}

fn text(view: &ViewModel, quantity: Quantity, x: f64) -> String {
    match quantity {
        Quantity::Value => view.digits.money(x),
        Quantity::Date => quantity::write::fixed(x, 0),
        _ => view.digits.shares(x),
    }
}

/// The way back.
fn back(view: &ViewModel) -> levers::Back {
    if view.policy.probe == Probe::default() {
        return None;
    }
    Some(if view.policy.chart == PolicyChart::PaperFigure {
        ("the paper's", "Back to the state of the paper's figures")
    } else {
        (
            "this path's",
            "Back to what is held and what it is worth on the path on screen",
        )
    })
}
