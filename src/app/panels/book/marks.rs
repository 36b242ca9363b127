//! What the marks in the book's pictures mean.

use crate::app::theme::Tokens;
use crate::app::widgets::{hatched, number};
use crate::scenario::Tint;
use egui::{Align2, Painter, Pos2, Shape, Stroke, Ui, pos2, vec2};

/// Height of a row.
pub(super) const LINE: f32 = 14.0;
/// Width of a sample, and from the edge to the text.
const SAMPLE: f32 = 18.0;
const TEXT: f32 = 24.0;

/// A mark.
#[derive(Clone, Copy)]
pub(super) enum Sign {
    /// The size in the book.
    Point,
    /// What was taken and has not come back.
    Missing,
    /// The book with nothing taken from it.
    Full,
    /// The average price of the size.
    Average,
    /// The book of a pinned scenario.
    Pinned(Tint),
    /// A ladder that a market quoted.
    Quoted,
}

impl Sign {
    fn name(self) -> &'static str {
        match self {
            Self::Point => "drag: ask for a size",
            Self::Missing => "not yet back",
            Self::Full => "in a full book",
            Self::Average => "average price",
            Self::Pinned(_) => "pinned",
            Self::Quoted => "quoted ladder",
        }
    }

    fn paint(self, ui: &Ui, painter: &Painter, right: Pos2) {
        let tokens = Tokens::of(ui.visuals());
        let ends = [right - vec2(SAMPLE, 0.0), right];
        let middle = ends[0].lerp(right, 0.5);
        let around = |dy: f32| ends.map(|end| end + vec2(0.0, dy));
        match self {
            Self::Point => {
                painter.circle_filled(middle, 4.0, tokens.strong);
            }
            Self::Missing => {
                let colour = tokens.ask.gamma_multiply(0.7);
                painter.add(hatched(ui.ctx(), &around(-5.0), &around(5.0), colour));
            }
            Self::Full => {
                let stroke = Stroke::new(1.2, tokens.ask);
                painter.extend(Shape::dashed_line(&ends, stroke, 5.0, 3.5));
            }
            Self::Average => average(painter, middle - vec2(0.0, 4.0), tokens),
            Self::Pinned(tint) => {
                painter.line_segment(ends, Stroke::new(1.2, tokens.tint(tint)));
            }
            Self::Quoted => {
                let up = vec2(0.0, -3.0);
                let steps = [ends[0] - up, middle - up, middle + up, right + up];
                super::ladder::paint(painter, steps.into_iter(), tokens.ask);
            }
        }
    }
}

/// A triangle below a price on an axis.
pub(super) fn average(painter: &Painter, tip: Pos2, tokens: &Tokens) {
    let corners = [tip, tip + vec2(-5.0, 8.0), tip + vec2(5.0, 8.0)];
    let mark = Shape::convex_polygon(corners.to_vec(), tokens.strong, Stroke::NONE);
    painter.add(mark);
}

/// Rows of marks with their names, from the one that ends at `right` downwards.
pub(super) fn legend(ui: &Ui, painter: &Painter, right: Pos2, signs: &[Sign]) {
    let tokens = Tokens::of(ui.visuals());
    for (row, sign) in signs.iter().enumerate() {
        let end = right + vec2(0.0, LINE * row as f32);
        sign.paint(ui, painter, end);
        let at = pos2(end.x - TEXT, end.y);
        let name = sign.name().to_owned();
        number(painter, at, Align2::RIGHT_CENTER, name, tokens.subdued);
    }
}
