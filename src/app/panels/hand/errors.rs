//! Where one landed: the hedging errors of delta and the trained policy on many paths, and one's own
//! among them.

use super::own_look;
use crate::app::theme::{Look, Tokens, name_of};
use crate::app::view::EndView;
use crate::app::widgets::{MARK, Ruler, describe, number, paint_level, paint_mark, styled, ticks};
use crate::scenario::Strategy;
use egui::{Align2, Pos2, Rect, Sense, Shape, Stroke, Ui, pos2, vec2};
use egui_plot::PlotPoint;

/// Share of the window's height that the picture takes with its axis.
const SHARE: f32 = 0.19;

/// Draws it.
pub(super) fn ui(ui: &mut Ui, end: &EndView) {
    let height = super::height(ui, SHARE);
    let size = vec2(ui.available_width(), height);
    let (area, response) = ui.allocate_exact_size(size, Sense::hover());
    let rect = Rect::from_min_max(area.min + vec2(8.0, 18.0), area.max - vec2(8.0, 32.0));
    let tokens = Tokens::of(ui.visuals());
    let margin = 0.02 * (end.errors.1 - end.errors.0);
    let across = Ruler::across(rect, end.errors.0 - margin, end.errors.1 + margin);
    let up = Ruler::up(rect, 0.0, 1.08 * end.top);
    paint_level(ui, rect, &across, ticks::number);
    let caption = "hedging error (currency); losses to the right".to_owned();
    let below = pos2(rect.center().x, rect.bottom() + 17.0);
    number(
        ui.painter(),
        below,
        Align2::CENTER_TOP,
        caption,
        tokens.subdued,
    );
    let painter = ui.painter_at(rect.expand(6.0));
    painter.hline(
        rect.x_range(),
        rect.bottom(),
        Stroke::new(1.0, tokens.subdued),
    );
    for (who, line) in end.densities.iter().rev() {
        let place = |point: &PlotPoint| pos2(across.at(point.x), up.at(point.y));
        let line: Vec<Pos2> = line.iter().map(place).collect();
        let look = tokens.look(who.kind);
        let floor: Vec<Pos2> = line.iter().map(|at| pos2(at.x, rect.bottom())).collect();
        let ground = look.color.gamma_multiply(0.12);
        painter.add(crate::app::widgets::filled(&line, &floor, ground));
        painter.extend(styled(&line, look));
    }
    let mark = |error: f64, look: Look| {
        let at = pos2(across.at(error), rect.bottom() - MARK);
        paint_mark(&painter, at, MARK + 1.0, look, tokens.panel);
    };
    for played in &end.outcome.others {
        if let Some(kind @ (Strategy::Delta | Strategy::Learned)) = played.kind {
            mark(played.error, tokens.look(kind));
        }
    }
    let x = across.at(end.outcome.you.error);
    let ends = [pos2(x, rect.top()), pos2(x, rect.bottom())];
    painter.add(Shape::line_segment(ends, Stroke::new(1.5, tokens.strong)));
    mark(end.outcome.you.error, own_look(tokens));
    let beside = pos2(x.clamp(rect.left() + 10.0, rect.right() - 10.0), rect.top());
    number(
        ui.painter(),
        beside,
        Align2::CENTER_BOTTOM,
        "you".into(),
        tokens.strong,
    );
    describe(&response, "Where you landed", || spoken(end));
}

fn spoken(end: &EndView) -> String {
    let names: Vec<&str> = end.densities.iter().map(|(who, _)| name_of(who)).collect();
    let error = crate::app::format::figure(end.outcome.you.error);
    format!("your error {error} among those of {}", names.join(" and "))
}
