//! Drawing a curve by hand in the place of the view that would show it, and the truth laid over it.

use crate::app::command::{Commands, LessonCommand};
use crate::app::theme::{CAPTION, Look, Tokens, strategy_name};
use crate::app::view::Canvas;
use crate::app::widgets::{Ruler, describe, number, paint_level, paint_upright, styled, ticks};
use crate::lessons::{Answer, Curve};
use crate::quantity::write::significant;
use egui::{
    Align2, EventFilter, Id, Key, Pos2, Rect, Response, RichText, Sense, Shape, Stroke, Ui, pos2,
    vec2,
};
use egui_plot::LineStyle;

/// Room for the numbers beside and below the picture.
const LEFT: f32 = 48.0;
const BELOW: f32 = 34.0;

/// Draws it; what one draws is the draft of one's answer.
pub(super) fn ui(ui: &mut Ui, canvas: &Canvas, commands: &mut Commands) {
    legend(ui, canvas);
    let whole = ui.available_rect_before_wrap();
    let whole_picture =
        Rect::from_min_max(whole.min + vec2(LEFT, 6.0), whole.max - vec2(12.0, BELOW));
    let (prices, rect) = split(whole_picture, canvas);
    let at = &canvas.knots.at;
    let (Some(first), Some(last)) = (at.first(), at.last()) else {
        return;
    };
    // Over dates it ends at maturity.
    let end = canvas
        .prices
        .len()
        .checked_sub(1)
        .map_or(*last, |date| date as f64);
    let margin = 0.02 * (end - first).max(1e-9);
    let across = Ruler::across(rect, first - margin, end + margin);
    let up = Ruler::up(rect, canvas.knots.span.0, canvas.knots.span.1);
    paint_upright(ui, rect, &up, ticks::number);
    paint_level(ui, rect, &across, ticks::number);
    given(ui, canvas, prices, rect, &across);
    names(ui, canvas, whole, rect);
    let open = canvas.truth.is_none();
    let sense = if open {
        Sense::click_and_drag()
    } else {
        Sense::hover()
    };
    let response = ui.interact(rect, Id::unique("lesson canvas"), sense);
    describe(&response, "Sketch", || spoken(canvas));
    if open && let Some(values) = stroke(&response, canvas, &across, &up) {
        commands.push(LessonCommand::Draft(Answer::Curve(values)));
    }
    paint(ui, canvas, rect, &across, &up);
    if response.has_focus() {
        paint_hand(ui, canvas, &response, &across, rect);
    }
}

/// Room for the prices of the path, where one draws over dates, and for the drawing.
fn split(rect: Rect, canvas: &Canvas) -> (Rect, Rect) {
    if canvas.prices.is_empty() {
        return (Rect::NOTHING, rect);
    }
    let (above, below) = rect.split_top_bottom_at_fraction(0.34);
    (above, below.with_min_y(below.top() + 14.0))
}

/// What is given: the price over the dates, the strike, no error.
fn given(ui: &Ui, canvas: &Canvas, prices: Rect, rect: Rect, across: &Ruler) {
    let tokens = Tokens::of(ui.visuals());
    let painter = ui.painter();
    let mark = |x: f64, name: &str| {
        let x = across.at(x);
        painter.vline(x, rect.y_range(), Stroke::new(1.0, tokens.subdued));
        let at = pos2(x + 3.0, rect.bottom() - 3.0);
        number(
            painter,
            at,
            Align2::LEFT_BOTTOM,
            name.into(),
            tokens.subdued,
        );
    };
    if let Some(strike) = canvas.strike {
        mark(strike, "strike");
    }
    if matches!(canvas.curve, Curve::Errors { .. }) {
        mark(0.0, "no error");
    }
    if canvas.prices.is_empty() {
        return;
    }
    let low = canvas.prices.iter().copied().fold(f64::INFINITY, f64::min);
    let high = canvas
        .prices
        .iter()
        .copied()
        .fold(f64::NEG_INFINITY, f64::max);
    let margin = 0.06 * (high - low).max(1e-9);
    let up = Ruler::up(prices, low - margin, high + margin);
    paint_upright(ui, prices, &up, ticks::number);
    let dates = canvas.prices.iter().enumerate();
    let points = dates.map(|(date, price)| pos2(across.at(date as f64), up.at(*price)));
    let inside = points.filter(|point| point.x <= prices.right() + 1.0);
    painter.line(inside.collect(), Stroke::new(1.8, tokens.text));
    let at = pos2(prices.left() + 4.0, prices.top());
    number(
        painter,
        at,
        Align2::LEFT_TOP,
        "price".into(),
        tokens.subdued,
    );
}

fn legend(ui: &mut Ui, canvas: &Canvas) {
    let tokens = Tokens::of(ui.visuals());
    ui.horizontal(|ui| {
        let drawn = RichText::new("your drawing").size(CAPTION);
        ui.label(drawn.color(tokens.strong));
        let truth = match canvas.truth {
            Some(_) => format!("{} as it is", strategy_name(canvas.curve.of())),
            None => format!(
                "{}: hidden until you answer",
                strategy_name(canvas.curve.of())
            ),
        };
        let colour = tokens.look(canvas.curve.of()).color;
        ui.label(RichText::new(truth).size(CAPTION).color(colour));
    });
}

fn names(ui: &Ui, canvas: &Canvas, whole: Rect, rect: Rect) {
    let tokens = Tokens::of(ui.visuals());
    let painter = ui.painter();
    let [along, aloft] = canvas.knots.axes;
    let at = pos2(rect.center().x, whole.bottom());
    number(
        painter,
        at,
        Align2::CENTER_BOTTOM,
        along.into(),
        tokens.subdued,
    );
    let at = pos2(rect.left() + 4.0, rect.top());
    number(painter, at, Align2::LEFT_TOP, aloft.into(), tokens.subdued);
}

/// The knot that the keyboard is at.
fn at_hand(response: &Response) -> usize {
    let id = response.id.with("knot");
    response.ctx.data(|data| data.get_temp(id)).unwrap_or(0)
}

/// What is drawn after the pointer or the keys moved; nothing where they did not.
fn stroke(response: &Response, canvas: &Canvas, across: &Ruler, up: &Ruler) -> Option<Vec<f64>> {
    let span = canvas.knots.span;
    let fresh = |y: f64| {
        canvas
            .drawn
            .clone()
            .unwrap_or_else(|| vec![y; canvas.knots.at.len()])
    };
    if let Some(pointer) = response.interact_pointer_pos() {
        let delta = response.ctx.input(|input| input.pointer.delta());
        let from = if response.dragged() {
            pointer - delta
        } else {
            pointer
        };
        let mut values = fresh(up.value(pointer.y).clamp(span.0, span.1));
        for (knot, y) in passed(canvas, across, from, pointer) {
            values[knot] = up.value(y).clamp(span.0, span.1);
        }
        return (canvas.drawn.as_ref() != Some(&values)).then_some(values);
    }
    if !response.has_focus() {
        return None;
    }
    let filter = EventFilter {
        horizontal_arrows: true,
        vertical_arrows: true,
        ..EventFilter::default()
    };
    let ctx = &response.ctx;
    ctx.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
    let pressed = |key| ctx.input(|input| i32::from(input.key_pressed(key)));
    let side = pressed(Key::ArrowRight) - pressed(Key::ArrowLeft);
    let aloft = pressed(Key::ArrowUp) - pressed(Key::ArrowDown);
    let last = canvas.knots.at.len() - 1;
    let before = at_hand(response).min(last);
    let knot = before.saturating_add_signed(side as isize).min(last);
    let id = response.id.with("knot");
    ctx.data_mut(|data| data.insert_temp(id, knot));
    if aloft == 0 {
        return None;
    }
    let middle = f64::midpoint(span.0, span.1);
    let mut values = fresh(middle);
    let step = 0.02 * (span.1 - span.0) * f64::from(aloft);
    values[knot] = (values[knot] + step).clamp(span.0, span.1);
    Some(values)
}

/// The knots that a stroke of the pointer passed, each with the height of the stroke there.
fn passed(canvas: &Canvas, across: &Ruler, from: Pos2, to: Pos2) -> Vec<(usize, f32)> {
    let places: Vec<f32> = canvas.knots.at.iter().map(|x| across.at(*x)).collect();
    let (low, high) = (from.x.min(to.x), from.x.max(to.x));
    let height = |x: f32| {
        let whole = to.x - from.x;
        let share = if whole.abs() < 1e-3 {
            1.0
        } else {
            (x - from.x) / whole
        };
        from.y + share.clamp(0.0, 1.0) * (to.y - from.y)
    };
    let inside = places.iter().enumerate();
    let inside = inside.filter(|(_, x)| (low..=high).contains(*x));
    let mut passed: Vec<(usize, f32)> = inside.map(|(knot, x)| (knot, height(*x))).collect();
    let gap = |(_, x): &(usize, &f32)| (**x - to.x).abs();
    let nearest = places
        .iter()
        .enumerate()
        .min_by(|a, b| gap(a).total_cmp(&gap(b)));
    passed.extend(nearest.map(|(knot, _)| (knot, to.y)));
    passed
}

fn paint(ui: &Ui, canvas: &Canvas, rect: Rect, across: &Ruler, up: &Ruler) {
    let tokens = Tokens::of(ui.visuals());
    let painter = ui.painter().with_clip_rect(rect.expand(2.0));
    let mine = Look {
        color: tokens.strong,
        style: LineStyle::Solid,
        width: 2.0,
        ..tokens.look(canvas.curve.of())
    };
    let truth = tokens.look(canvas.curve.of());
    let lines = [(&canvas.drawn, mine), (&canvas.truth, truth)];
    for (values, look) in lines {
        let Some(values) = values else { continue };
        let at = canvas.knots.at.iter().zip(values);
        let points: Vec<Pos2> = at.map(|(x, y)| pos2(across.at(*x), up.at(*y))).collect();
        match canvas.curve {
            Curve::PositionBySpot { .. } => {
                painter.extend(styled(&points, look));
            }
            Curve::PositionByDate { .. } => {
                let end = across.at(canvas.knots.at.len() as f64);
                painter.extend(styled(&stairs(&points, end), look));
            }
            Curve::Errors { .. } => painter.extend(columns(&points, up.at(0.0), look)),
        }
    }
    if canvas.drawn.is_none() && canvas.truth.is_none() {
        let at = rect.center();
        let text = "draw here what you expect".into();
        number(&painter, at, Align2::CENTER_CENTER, text, tokens.subdued);
    }
}

/// A level from each date to the next.
fn stairs(points: &[Pos2], end: f32) -> Vec<Pos2> {
    let next = points.iter().skip(1).map(|point| point.x).chain([end]);
    points
        .iter()
        .zip(next)
        .flat_map(|(point, next)| [*point, pos2(next, point.y)])
        .collect()
}

/// A column around each bin's middle.
fn columns(points: &[Pos2], ground: f32, look: Look) -> Vec<Shape> {
    let width = match points {
        [one, two, ..] => 0.44 * (two.x - one.x),
        _ => 6.0,
    };
    let column = |point: &Pos2| {
        let rect = Rect::from_min_max(
            pos2(point.x - width, point.y),
            pos2(point.x + width, ground),
        );
        let fill = Shape::rect_filled(rect, 0.0, look.color.gamma_multiply(0.25));
        let line = [
            rect.left_bottom(),
            rect.left_top(),
            rect.right_top(),
            rect.right_bottom(),
        ];
        vec![
            fill,
            Shape::line(line.to_vec(), Stroke::new(1.5, look.color)),
        ]
    };
    points.iter().flat_map(column).collect()
}

fn paint_hand(ui: &Ui, canvas: &Canvas, response: &Response, across: &Ruler, rect: Rect) {
    let tokens = Tokens::of(ui.visuals());
    if let Some(x) = canvas.knots.at.get(at_hand(response)) {
        let stroke = Stroke::new(1.0, tokens.accent);
        ui.painter().vline(across.at(*x), rect.y_range(), stroke);
    }
}

/// What is drawn and what is true, in words.
fn spoken(canvas: &Canvas) -> String {
    let told = |values: &[f64]| {
        let each = canvas.knots.at.iter().zip(values);
        let each = each.map(|(x, y)| format!("{}: {}", significant(*x, 4), significant(*y, 3)));
        each.collect::<Vec<_>>().join(", ")
    };
    let drawn = canvas.drawn.as_deref().map(told);
    let drawn = drawn.map_or_else(|| "nothing drawn".into(), |text| format!("drawn {text}"));
    match canvas.truth.as_deref() {
        Some(truth) => format!("{drawn}; true {}", told(truth)),
        None => drawn,
    }
}
