//! The parts of every trade of the path, by date: what buys stands upwards, what sells downwards.

use super::{paint, words};
use crate::app::command::{Commands, TimeCommand};
use crate::app::panels::motion::Motion;
use crate::app::panels::{point_at_date, tip};
use crate::app::theme::Tokens;
use crate::app::view::ViewModel;
use crate::app::widgets::{Ruler, arrows, describe, paint_level, paint_upright, ticks};
use crate::gallery::{reason_fill, reason_stack};
use egui::{Color32, PointerButton, Rect, Response, Sense, Shape, Stroke, Ui, Vec2, pos2, vec2};

/// Room for the numbers at the left, and for the dates below.
const LEFT: f32 = 38.0;
const AXIS: f32 = 17.0;
/// Half of a bar's width (dates).
const HALF: f64 = 0.38;

/// Draws them.
pub(super) fn ui(
    ui: &mut Ui,
    view: &ViewModel,
    motion: &Motion,
    size: Vec2,
    commands: &mut Commands,
) {
    let why = &view.why;
    let (area, _) = ui.allocate_exact_size(size, Sense::hover());
    let chart = Rect::from_min_max(area.min + vec2(LEFT, 3.0), area.max - vec2(6.0, AXIS + 2.0));
    let id = ui.scope_id().with("reasons by date");
    let response = ui.interact(chart, id, Sense::click_and_drag());
    let steps = view.scenario.steps as f64;
    let dates = Ruler::across(chart, -0.6, steps + 0.2);
    let [low, high] = why.ends;
    let room = 0.06 * (high - low).max(f64::MIN_POSITIVE);
    let shares = Ruler::up(chart, low - room, high + room);
    paint_upright(ui, chart, &shares, ticks::number);
    paint_level(ui, chart, &dates, ticks::whole);
    let tokens = Tokens::of(ui.visuals());
    let half = HALF * why.stride as f64;
    for taken in &why.through {
        let at = taken.date as f64;
        let (left, right) = (dates.at(at - half), dates.at(at + half));
        for (place, ends) in reason_stack(&taken.reasons, &why.shown) {
            let [one, other] = ends.map(|end| shares.at(end));
            let bar = Rect::from_x_y_ranges(
                left..=right.max(left + 1.0),
                one.min(other)..=one.max(other),
            );
            paint(ui, bar, reason_fill(place));
        }
        made(ui, pos2(dates.at(at), shares.at(taken.trade)), right - left);
    }
    let painter = ui.painter_at(chart);
    painter.hline(
        chart.x_range(),
        shares.at(0.0),
        Stroke::new(1.0, tokens.subdued),
    );
    if let Some(step) = view.hover.step.filter(|step| *step != view.step) {
        let x = dates.at(step as f64);
        let ends = [pos2(x, chart.top()), pos2(x, chart.bottom())];
        painter.extend(Shape::dotted_line(&ends, tokens.subdued, 4.0, 0.8));
    }
    let x = dates.at(motion.date(view));
    painter.vline(x, chart.y_range(), Stroke::new(1.5, tokens.accent));
    if response.has_focus() {
        let ring = Stroke::new(1.0, tokens.accent);
        painter.rect_stroke(chart, 2.0, ring, egui::StrokeKind::Inside);
    }
    describe(&response, "Reasons by date", || words::through(view));
    react(ui, view, &response, &dates, commands);
}

/// The trade itself: a diamond where there is room, else a point.
fn made(ui: &Ui, at: egui::Pos2, width: f32) {
    let tokens = Tokens::of(ui.visuals());
    let radius = (0.3 * width).clamp(0.8, 4.0);
    let corners = [
        vec2(0.0, -radius),
        vec2(radius, 0.0),
        vec2(0.0, radius),
        vec2(-radius, 0.0),
    ];
    let rim = if radius > 2.0 {
        tokens.panel
    } else {
        Color32::TRANSPARENT
    };
    let corners = corners.map(|corner| at + corner).to_vec();
    let diamond = Shape::convex_polygon(corners, tokens.strong, Stroke::new(1.0, rim));
    ui.painter().add(diamond);
}

/// A click or a drag goes to a date, the arrow keys to the next one; the pointer's date is told.
fn react(ui: &Ui, view: &ViewModel, response: &Response, dates: &Ruler, commands: &mut Commands) {
    let step = arrows(response);
    if step != 0 {
        commands.push(TimeCommand::StepBy(step));
    }
    let pointer = response.hover_pos().or(response.interact_pointer_pos());
    let Some(pointer) = pointer else {
        return;
    };
    let date = dates.value(pointer.x).round();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to the dates"
    )]
    let date = date.clamp(0.0, view.scenario.steps as f64) as usize;
    let held = response.clicked() || response.dragged_by(PointerButton::Primary);
    if held && date != view.step {
        commands.push(TimeCommand::GoTo(date));
    }
    point_at_date(commands, date);
    let near = |date: usize| date.abs_diff(date / view.why.stride * view.why.stride);
    let taken = view.why.through.get(date / view.why.stride);
    if let Some(taken) = taken.filter(|_| response.hovered() && near(date) < view.why.stride) {
        tip(ui, response, words::at(view, taken));
    }
}
