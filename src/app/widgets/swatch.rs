//! How a strategy's line looks, beside its name.

use crate::app::theme::{Look, Tokens, strategy_name};
use crate::scenario::Strategy;
use egui::{Pos2, Response, RichText, Sense, Shape, Stroke, Ui, pos2, vec2};
use egui_plot::LineStyle;

/// A short piece of a strategy's line.
pub fn line_sample(ui: &mut Ui, look: Look) -> Response {
    let (rect, response) = ui.allocate_exact_size(vec2(22.0, 12.0), Sense::hover());
    let ends = [
        pos2(rect.left(), rect.center().y),
        pos2(rect.right(), rect.center().y),
    ];
    ui.painter().extend(styled(&ends, look));
    response
}

/// A line in a strategy's style.
#[must_use]
fn styled(points: &[Pos2], look: Look) -> Vec<Shape> {
    let stroke = Stroke::new(look.width, look.color);
    match look.style {
        LineStyle::Solid => vec![Shape::line(points.to_vec(), stroke)],
        LineStyle::Dotted { spacing } => {
            Shape::dotted_line(points, look.color, spacing, look.width)
        }
        LineStyle::Dashed { length } => {
            let gap = length / 1.618;
            Shape::dashed_line(points, stroke, length, gap)
        }
    }
}

/// A strategy's line and name; strong when it has the focus. Clicking it asks for the focus.
pub fn strategy_label(ui: &mut Ui, strategy: Strategy, focused: bool, text: &str) -> Response {
    let tokens = Tokens::of(ui.visuals());
    let look = tokens.look(strategy);
    ui.spacing_mut().item_spacing.x = 5.0;
    line_sample(ui, look);
    let name = strategy_name(strategy);
    let caption = if text.is_empty() {
        RichText::new(name)
    } else {
        RichText::new(format!("{name} {text}"))
    };
    let colour = if focused { tokens.strong } else { tokens.text };
    let label = egui::Label::new(caption.color(colour).size(12.0))
        .sense(Sense::click())
        .selectable(false);
    let response = ui.add(label);
    if focused {
        let rect = response.rect;
        ui.painter().hline(
            rect.x_range(),
            rect.bottom() + 1.0,
            Stroke::new(1.0, look.color),
        );
    }
    response
}
