//! How a strategy's line looks, beside its name.

use super::strand::styled;
use crate::app::theme::{LABEL, Look, Mark, Tokens, name_of};
use crate::policy::Who;
use crate::scenario::Tint;
use egui::{Color32, Painter, Pos2, Response, RichText, Sense, Shape, Stroke, Ui, pos2, vec2};

/// A short piece of a strategy's line, with its mark.
pub fn line_sample(ui: &mut Ui, look: Look) -> Response {
    let (rect, response) = ui.allocate_exact_size(vec2(22.0, 12.0), Sense::hover());
    let ends = [
        pos2(rect.left(), rect.center().y),
        pos2(rect.right(), rect.center().y),
    ];
    ui.painter().extend(styled(&ends, look));
    paint_mark(
        ui.painter(),
        rect.center(),
        MARK,
        look,
        ui.visuals().panel_fill,
    );
    response
}

/// Radius of a mark (points).
pub const MARK: f32 = 3.6;

/// A strategy's mark, set off from what lies below it.
pub fn paint_mark(painter: &Painter, at: Pos2, radius: f32, look: Look, ground: Color32) {
    let rim = Stroke::new(1.0, ground);
    let shape = |corners: &[(f32, f32)]| {
        let corners = corners.iter().map(|(x, y)| at + radius * vec2(*x, *y));
        Shape::convex_polygon(corners.collect(), look.color, rim)
    };
    let cross = |arms: [(f32, f32); 2]| {
        let arm = |(x, y): (f32, f32), stroke| {
            let arm = radius * vec2(x, y);
            Shape::line_segment([at - arm, at + arm], stroke)
        };
        let (wide, narrow) = (Stroke::new(3.6, ground), Stroke::new(1.6, look.color));
        Shape::Vec(vec![
            arm(arms[0], wide),
            arm(arms[1], wide),
            arm(arms[0], narrow),
            arm(arms[1], narrow),
        ])
    };
    painter.add(match look.mark {
        Mark::Disc => Shape::Vec(vec![
            Shape::circle_filled(at, radius + 1.0, ground),
            Shape::circle_filled(at, radius, look.color),
        ]),
        Mark::Square => shape(&[(-0.85, -0.85), (0.85, -0.85), (0.85, 0.85), (-0.85, 0.85)]),
        Mark::Diamond => shape(&[(0.0, -1.2), (1.2, 0.0), (0.0, 1.2), (-1.2, 0.0)]),
        Mark::Triangle => shape(&[(0.0, -1.2), (1.15, 0.9), (-1.15, 0.9)]),
        Mark::Down => shape(&[(0.0, 1.2), (1.15, -0.9), (-1.15, -0.9)]),
        Mark::Bar => shape(&[(-0.5, -1.2), (0.5, -1.2), (0.5, 1.2), (-0.5, 1.2)]),
        Mark::Hexagon => shape(&[
            (0.0, -1.2),
            (1.04, -0.6),
            (1.04, 0.6),
            (0.0, 1.2),
            (-1.04, 0.6),
            (-1.04, -0.6),
        ]),
        Mark::Cross => cross([(0.9, 0.9), (0.9, -0.9)]),
        Mark::Plus => cross([(1.1, 0.0), (0.0, 1.1)]),
    });
}

/// The same in a pinned scenario: in its colour, with its name.
pub fn ghost_label(ui: &mut Ui, who: &Who, tint: Tint, pin: &str) -> Response {
    let tokens = Tokens::of(ui.visuals());
    ui.spacing_mut().item_spacing.x = 5.0;
    line_sample(ui, tokens.ghost(tint, who.kind));
    let text = RichText::new(format!("{} {pin}", name_of(who)));
    let label = egui::Label::new(text.color(tokens.text).size(LABEL));
    ui.add(label.selectable(false))
}

/// A policy's line and name; strong when it has the focus.
pub fn strategy_label(ui: &mut Ui, who: &Who, focused: bool, text: &str) -> Response {
    let tokens = Tokens::of(ui.visuals());
    let look = tokens.look(who.kind);
    ui.spacing_mut().item_spacing.x = 5.0;
    line_sample(ui, look);
    let name = name_of(who);
    let caption = if text.is_empty() {
        RichText::new(name)
    } else {
        RichText::new(format!("{name} {text}"))
    };
    let colour = if focused { tokens.strong } else { tokens.text };
    let label = egui::Label::new(caption.color(colour).size(LABEL)).selectable(false);
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
