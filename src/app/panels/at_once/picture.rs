//! A small picture of all gaps that were measured, from the least to the largest.

use crate::app::format;
use crate::app::theme::{CAPTION, Tokens};
use crate::app::widgets::describe;
use crate::gallery::gap_quantiles;
use crate::scenario::{Named, Objective, Strategy};
use crate::training::conditioned::gaps::{Expected, Gap, Hedge};
use crate::training::conditioned_gaps;
use egui::{Align2, FontId, Pos2, Rect, Sense, Shape, Stroke, Ui, pos2, vec2};

/// Height of the picture, and room for numbers to its left and below (points).
const HEIGHT: f32 = 112.0;
const LEFT: f32 = 36.0;
const BELOW: f32 = 16.0;

/// Draws the gaps of the scenarios of an objective, and what is expected.
pub(super) fn ui(ui: &mut Ui, objective: Objective, expected: Option<Expected>) {
    let own: Vec<&Gap> = conditioned_gaps()
        .gaps()
        .iter()
        .filter(|gap| gap.objective == objective.name())
        .collect();
    let curves =
        [Hedge::AtOnce, Hedge::Refined].map(|hedge| gap_quantiles(own.iter().copied(), hedge));
    let size = vec2(ui.available_width(), HEIGHT);
    let (whole, response) = ui.allocate_exact_size(size, Sense::hover());
    describe(&response, "Gaps that were measured", || spoken(&curves[0]));
    let plot = Rect::from_min_max(whole.min + vec2(LEFT, 6.0), whole.max - vec2(8.0, BELOW));
    let heights = curves.iter().flatten().map(|[_, gap, _]| *gap);
    let (low, high) = heights.fold((0.0f64, 0.1f64), |(low, high), gap| {
        (low.min(gap), high.max(gap))
    });
    let place = |[share, gap]: [f64; 2]| -> Pos2 {
        #[expect(clippy::cast_possible_truncation, reason = "a place on screen")]
        let (x, y) = ((share / 100.0) as f32, ((gap - low) / (high - low)) as f32);
        pos2(
            egui::lerp(plot.x_range(), x),
            egui::lerp(plot.bottom()..=plot.top(), y),
        )
    };
    let tokens = Tokens::of(ui.visuals());
    let painter = ui.painter_at(whole);
    if let Some(expected) = expected {
        let percent = |share: f64| (100.0 * share).clamp(low, high);
        let (top, bottom) = (percent(expected.high), percent(expected.low));
        let band = Rect::from_two_pos(place([0.0, top]), place([100.0, bottom]));
        painter.rect_filled(band, 0.0, tokens.accent.gamma_multiply(0.22));
        let middle = percent(expected.middle);
        let line = [place([0.0, middle]), place([100.0, middle])];
        painter.line_segment(line, Stroke::new(1.0, tokens.accent));
    }
    let grid = Stroke::new(1.0, tokens.grid);
    for share in [0.0, 50.0, 90.0, 100.0] {
        painter.line_segment([place([share, low]), place([share, high])], grid);
        // The last two would lie on each other.
        if share < 100.0 {
            painter.text(
                place([share, low]) + vec2(0.0, 3.0),
                Align2::CENTER_TOP,
                format!("{share:.0}%"),
                FontId::proportional(CAPTION),
                tokens.subdued,
            );
        }
    }
    for gap in [0.0, high] {
        painter.line_segment([place([0.0, gap]), place([100.0, gap])], grid);
        painter.text(
            place([0.0, gap]) - vec2(5.0, 0.0),
            Align2::RIGHT_CENTER,
            format!("{}%", format::fixed(gap, 1)),
            FontId::proportional(CAPTION),
            tokens.subdued,
        );
    }
    let look = tokens.look(Strategy::Learned);
    for (curve, dashed) in curves.iter().zip([false, true]) {
        let points: Vec<Pos2> = curve.iter().map(|[x, y, _]| place([*x, *y])).collect();
        let stroke = Stroke::new(if dashed { 1.2 } else { 2.0 }, look.color);
        if dashed {
            painter.extend(Shape::dashed_line(&points, stroke, 4.0, 3.0));
        } else {
            painter.line(points, stroke);
        }
    }
}

/// The picture in words.
fn spoken(curve: &[[f64; 3]]) -> String {
    let at = |share: f64| {
        let found = curve.iter().rev().find(|[at, ..]| *at <= share);
        let gap = found.or(curve.first()).map_or(f64::NAN, |[_, gap, _]| *gap);
        format::fixed(gap, 1)
    };
    format!(
        "At once, half of the scenarios leave at most {}%, nine in ten {}%, the worst {}%",
        at(50.0),
        at(90.0),
        at(100.0)
    )
}
