//! The prices at the present value: a row for each strategy, a column for each rule.

use super::RULES;
use crate::app::format;
use crate::app::theme::{CAPTION, LABEL, Tokens};
use crate::app::view::{PriceView, ViewModel};
use crate::app::widgets::strategy_label;
use crate::quantity::write::significant;
use egui::{Grid, RichText, Ui};

/// Height of a row (points).
const ROW: f32 = 19.0;

/// Height of the table (points).
pub(super) fn height(price: &PriceView) -> f32 {
    ROW * price.rows() as f32 + 4.0
}

/// Draws it.
pub(super) fn ui(ui: &mut Ui, view: &ViewModel, rule: usize) {
    let tokens = Tokens::of(ui.visuals());
    let price = &view.price;
    let Some(present) = price.present else {
        return;
    };
    let caption = |text: String| RichText::new(text).size(CAPTION).color(tokens.subdued);
    let figure = |text: String, strong: bool| {
        let colour = if strong { tokens.strong } else { tokens.text };
        RichText::new(text).size(LABEL).color(colour)
    };
    Grid::new("prices now")
        .num_columns(1 + RULES.len())
        .min_row_height(ROW - 3.0)
        .spacing([18.0, 3.0])
        .show(ui, |ui| {
            ui.spacing_mut().interact_size.y = ROW - 3.0;
            ui.label(caption(format!(
                "at {} {}",
                view.swept.label,
                significant(present, 6)
            )));
            for (name, about) in RULES {
                ui.label(caption(name.to_owned())).on_hover_text(about);
            }
            ui.end_row();
            for line in &price.lines {
                let Some(mark) = line.at(present) else {
                    continue;
                };
                ui.horizontal(|ui| strategy_label(ui, &line.who, false, ""));
                for (place, premium) in mark.premiums.iter().enumerate() {
                    let text = format::estimate(premium, true);
                    let cell = ui.label(figure(text, place == rule));
                    if premium.value.is_none() {
                        cell.on_hover_text(
                            "It would hang on a handful of paths: choose a smaller risk aversion",
                        );
                    }
                }
                ui.end_row();
            }
            if let Some(closed) = price.closed_now() {
                ui.label(caption("Black–Scholes".to_owned()));
                ui.label(figure(format::figure(closed), false));
                ui.end_row();
            }
        });
}
