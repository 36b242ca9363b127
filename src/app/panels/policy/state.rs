//! The state that the policy is looked at in: this path's own, or another by hand.

use super::shade;
use crate::app::command::{Commands, ViewCommand};
use crate::app::theme::Tokens;
use crate::app::view::{PolicyView, Probe, ViewModel};
use crate::quantity;
use crate::scenario::Strategy;
use egui::{DragValue, RichText, Ui};

/// What is held and what the portfolio is worth, both to be changed by hand, and beside them what
/// else the picture needs.
pub(super) fn ui(
    ui: &mut Ui,
    view: &ViewModel,
    commands: &mut Commands,
    beside: impl FnOnce(&mut Ui),
) {
    let policy = &view.policy;
    let probe = policy.probe;
    let mut wanted = probe;
    ui.spacing_mut().interact_size.y = 18.0;
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        if policy.chart.has_position() {
            let about = "Shares held before the trade; drag or type to see another state";
            let step = 0.005 * view.scenario.contract.shares;
            let text = |x: f64| view.digits.shares(x);
            let position = policy.position;
            if let Some(x) = number(ui, ("X", "Policy X", about), position, step, text) {
                wanted.position = Some(x);
            }
        }
        if let Some(value) = policy.value {
            let about = "Portfolio value before the trade; drag or type to see another state";
            let step = 1e-3 * view.scenario.contract.shares * view.scenario.market.spot;
            let text = |x: f64| view.digits.money(x);
            if let Some(v) = number(ui, ("V", "Policy V", about), value, step, text) {
                wanted.value = Some(v);
            }
        }
        if probe != Probe::default() {
            let back = ui.button(RichText::new("this path's").size(11.0));
            let about = "Back to what is held and what it is worth on the path on screen";
            if back.on_hover_text(about).clicked() {
                wanted = Probe::default();
            }
        }
        beside(ui);
    });
    if wanted != probe {
        commands.push(ViewCommand::Probe(wanted));
    }
}

/// A number to drag or to type; what it became, if it was changed.
fn number(
    ui: &mut Ui,
    (symbol, name, about): (&str, &str, &str),
    present: f64,
    step: f64,
    text: impl Fn(f64) -> String,
) -> Option<f64> {
    let tokens = Tokens::of(ui.visuals());
    ui.label(RichText::new(symbol).size(11.0).color(tokens.subdued));
    let mut value = present;
    let response = ui.add(
        DragValue::new(&mut value)
            .speed(step)
            .custom_formatter(|x, _| text(x))
            .custom_parser(|text| quantity::read::number(text).ok())
            .update_while_editing(false),
    );
    // Leaving the field without a change is no wish, though fewer digits are written than known.
    let changed = value.is_finite() && text(value) != text(present);
    response.on_hover_text(about).accessible_name(name);
    changed.then_some(value)
}

/// Which colour is which portfolio value.
pub(super) fn values(ui: &mut Ui, policy: &PolicyView, strategy: Strategy) {
    let tokens = Tokens::of(ui.visuals());
    let small = |text: String| RichText::new(text).size(11.0);
    if !policy.curves.is_empty() {
        ui.label(small("· thin: V".into()).color(tokens.subdued));
    }
    for (i, curve) in policy.curves.iter().enumerate() {
        let colour = shade(tokens, strategy, i, policy.curves.len());
        let text = quantity::write::significant(curve.value, 3);
        ui.label(small(text).color(colour));
    }
    if policy.ghost.is_some() {
        ui.label(small("· dim: pinned".into()).color(tokens.subdued));
    }
}
