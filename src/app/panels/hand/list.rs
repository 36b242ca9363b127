//! The paths of this challenge that were hedged so far, the best one marked.

use super::rows::Rows;
use crate::app::theme::{GAP, LABEL, Tokens};
use crate::app::view::HandView;
use crate::quantity::write::NOTHING;
use egui::{Label, RichText, Ui};

/// Draws it, where there are any.
pub(super) fn ui(ui: &mut Ui, hand: &HandView) {
    if hand.hedged.is_empty() {
        return;
    }
    let tokens = Tokens::of(ui.visuals());
    ui.add_space(GAP);
    let title = "Your hedging errors so far, beside the strategies' on the same path";
    let title = RichText::new(title).size(LABEL).color(tokens.strong);
    ui.add(Label::new(title).wrap());
    let rows = Rows {
        name: "hedged",
        heads: &["you", "delta", "learned"],
    };
    let money = |x: f64| hand.digits.money(x);
    let best = hand.best();
    rows.ui(ui, |ui| {
        for (place, hedged) in hand.hedged.iter().enumerate() {
            let (colour, mark) = if best == Some(place) {
                (tokens.strong, ", your best")
            } else {
                (tokens.text, "")
            };
            let name = format!("path {}{mark}", hedged.path);
            let cells = [
                money(hedged.error),
                money(hedged.delta),
                hedged.learned.map_or(NOTHING.into(), money),
            ];
            let label = |ui: &mut Ui| {
                ui.label(RichText::new(&name).size(LABEL).color(colour));
            };
            rows.row(ui, &name, label, (&cells, colour));
        }
    });
}
