//! Buttons with a drawn face, so that no font needs to hold it.

use egui::{
    Color32, Painter, Pos2, Rect, Response, Role, Sense, Shape, Stroke, Ui, Vec2, WidgetInfo, pos2,
    vec2,
};
use std::f32::consts::{PI, TAU};

/// A face.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icon {
    Play,
    Pause,
    First,
    Last,
    Back,
    On,
    Undo,
    Redo,
    Sun,
    Moon,
    Warning,
    Down,
    Up,
    Dot,
    Larger,
    Smaller,
    Close,
}

/// A button with a face; `name` is its tooltip and its accessible name.
pub fn icon_button(ui: &mut Ui, icon: Icon, name: &str, enabled: bool) -> Response {
    let sense = if enabled {
        Sense::click()
    } else {
        Sense::hover()
    };
    let (rect, response) = ui.allocate_exact_size(vec2(28.0, 24.0), sense);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, enabled && ui.is_enabled(), name));
    let style = ui.style().interact(&response);
    if enabled && (response.hovered() || response.has_focus()) {
        ui.painter().rect(
            rect,
            4.0,
            style.weak_bg_fill,
            style.bg_stroke,
            egui::StrokeKind::Inside,
        );
    }
    let colour = if enabled {
        style.text_color()
    } else {
        ui.visuals().weak_text_color().gamma_multiply(0.5)
    };
    paint(ui.painter(), rect.center(), icon, colour);
    response.on_hover_text(name)
}

/// A face among text.
pub fn icon_label(ui: &mut Ui, icon: Icon, colour: Color32) -> Response {
    let (rect, response) = ui.allocate_exact_size(vec2(14.0, 14.0), Sense::hover());
    paint(ui.painter(), rect.center(), icon, colour);
    response
}

/// Paints a face of about 12 by 12 around `at`.
pub fn paint(painter: &Painter, at: Pos2, icon: Icon, colour: Color32) {
    let pen = Stroke::new(1.5, colour);
    let triangle = |tip: f32, base: f32| {
        let points = vec![
            at + vec2(base, -5.0),
            at + vec2(tip, 0.0),
            at + vec2(base, 5.0),
        ];
        Shape::convex_polygon(points, colour, Stroke::NONE)
    };
    let bar = |x: f32| Rect::from_center_size(at + vec2(x, 0.0), vec2(2.2, 10.0));
    match icon {
        Icon::Play => {
            painter.add(triangle(5.0, -4.0));
        }
        Icon::Pause => {
            painter.rect_filled(bar(-2.6), 0.5, colour);
            painter.rect_filled(bar(2.6), 0.5, colour);
        }
        Icon::First => {
            painter.add(triangle(-3.5, 5.0));
            painter.rect_filled(bar(-5.0), 0.5, colour);
        }
        Icon::Last => {
            painter.add(triangle(3.5, -5.0));
            painter.rect_filled(bar(5.0), 0.5, colour);
        }
        Icon::Back => chevron(painter, at, vec2(-3.0, 0.0), pen),
        Icon::On => chevron(painter, at, vec2(3.0, 0.0), pen),
        Icon::Down => chevron(painter, at + vec2(0.0, 1.0), vec2(0.0, 2.5), pen),
        Icon::Up => chevron(painter, at - vec2(0.0, 1.0), vec2(0.0, -2.5), pen),
        Icon::Undo => turn(painter, at, 1.0, pen),
        Icon::Redo => turn(painter, at, -1.0, pen),
        Icon::Sun => sun(painter, at, pen),
        Icon::Moon => moon(painter, at, colour),
        Icon::Warning => warning(painter, at, pen),
        Icon::Dot => {
            painter.circle_filled(at, 3.5, colour);
        }
        Icon::Larger => corners(painter, at, [5.0, 1.2], colour),
        Icon::Smaller => corners(painter, at, [1.6, 5.0], colour),
        Icon::Close => {
            for way in [vec2(4.0, 4.0), vec2(4.0, -4.0)] {
                painter.line_segment([at - way, at + way], pen);
            }
        }
    }
}

fn chevron(painter: &Painter, at: Pos2, toward: Vec2, pen: Stroke) {
    let side = toward.rot90() * 1.5;
    let points = vec![
        at - toward * 0.5 + side,
        at + toward * 0.7,
        at - toward * 0.5 - side,
    ];
    painter.line(points, pen);
}

/// Two corners over a diagonal, that point from one distance to another.
fn corners(painter: &Painter, at: Pos2, [tip, end]: [f32; 2], colour: Color32) {
    let pen = Stroke::new(1.2, colour);
    for way in [vec2(1.0, -1.0), vec2(-1.0, 1.0)] {
        let corner = at + way * tip;
        painter.line_segment([at + way * end, corner], pen);
        let back = if tip > end { -4.0 } else { 4.0 };
        for side in [vec2(way.x, 0.0), vec2(0.0, way.y)] {
            painter.line_segment([corner, corner + side * back], pen);
        }
    }
}

/// An arrow that turns back.
fn turn(painter: &Painter, at: Pos2, way: f32, pen: Stroke) {
    let arc: Vec<Pos2> = (0..=12)
        .map(|i| {
            let angle = -PI * 0.95 + PI * 1.25 * (i as f32 / 12.0);
            at + vec2(way * -angle.cos() * -4.5, angle.sin() * 4.5 + 1.0)
        })
        .collect();
    let Some(start) = arc.first().copied() else {
        return;
    };
    painter.line(arc, pen);
    painter.line(
        vec![
            start + vec2(-way * 3.0, -2.2),
            start + vec2(0.0, 1.0),
            start + vec2(way * 3.4, -1.6),
        ],
        pen,
    );
}

fn sun(painter: &Painter, at: Pos2, pen: Stroke) {
    painter.circle_stroke(at, 2.8, pen);
    for i in 0..8 {
        let way = Vec2::angled(TAU * i as f32 / 8.0);
        painter.line_segment([at + way * 4.6, at + way * 6.4], pen);
    }
}

fn moon(painter: &Painter, at: Pos2, colour: Color32) {
    let outer = (0..=14).map(|i| Vec2::angled(0.3 * PI + 1.4 * PI * i as f32 / 14.0) * 5.5);
    let inner = (0..=14).rev().map(|i| {
        let way = Vec2::angled(0.36 * PI + 1.28 * PI * i as f32 / 14.0);
        way * 4.6 + vec2(2.6, 0.0)
    });
    let points: Vec<Pos2> = outer
        .chain(inner)
        .map(|v| at + v - vec2(0.5, 0.0))
        .collect();
    painter.line(points, Stroke::new(1.4, colour));
}

fn warning(painter: &Painter, at: Pos2, pen: Stroke) {
    let corner = |x: f32, y: f32| pos2(at.x + x, at.y + y);
    painter.add(Shape::closed_line(
        vec![corner(0.0, -5.0), corner(5.8, 5.0), corner(-5.8, 5.0)],
        pen,
    ));
    painter.line_segment([corner(0.0, -1.6), corner(0.0, 1.6)], pen);
    painter.circle_filled(corner(0.0, 3.3), 0.8, pen.color);
}
