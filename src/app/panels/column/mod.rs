//! What happens through time, in one column on one date axis: the book that is eaten and comes back,
//! the price, what each hedge does, what that costs. One cursor runs through all of it.

mod curves;
mod head;
mod liquidity;
mod strips;

pub use strips::{Strip, Strips};

use super::motion::Motion;
use super::outcome;
use crate::app::command::{Commands, Hover, TimeCommand, ViewCommand};
use crate::app::format;
use crate::app::theme::{CAPTION, Tokens, name_of};
use crate::app::view::{StrategyPath, ViewModel};
use crate::app::widgets::{Ruler, arrows, describe, grid, number, ticks};
use crate::policy::Who;
use egui::{
    Align2, Color32, FontId, PointerButton, Rect, Response, Sense, Shape, Stroke, Ui, pos2, vec2,
};

/// Width kept for the numbers left of the strips, and for labels right of them.
const LEFT: f32 = 46.0;
const RIGHT: f32 = 48.0;
/// From a strip's edge to the first and to the last date.
const INSET: f32 = 9.0;
/// Height of a strip's head, and of the date axis.
const HEAD: f32 = 18.0;
const AXIS: f32 = 30.0;

/// The column.
#[derive(Default)]
pub struct Column {
    /// The arrangement of its strips, which is kept.
    pub strips: Strips,
    /// The dates shown, where not all are.
    zoom: Option<[f64; 2]>,
    picture: liquidity::Picture,
}

/// Where a strip draws.
#[derive(Clone, Copy)]
struct Place {
    rect: Rect,
    dates: Ruler,
}

impl Column {
    /// Draws it.
    pub fn ui(&mut self, ui: &mut Ui, view: &ViewModel, motion: &Motion, commands: &mut Commands) {
        head::legend(ui, view, commands);
        let area = ui.available_rect_before_wrap();
        ui.allocate_rect(area, Sense::hover());
        let heads = HEAD * Strip::ALL.len() as f32;
        let room = area.height() - heads - AXIS;
        let empty = view.liquidity.frictionless.then_some(Strip::Liquidity);
        self.strips.leave_out(empty);
        let heights = self.strips.heights(room);
        let dates = self.dates(view, area);
        let mut top = area.top();
        let mut open = Vec::new();
        for (strip, height) in Strip::ALL.into_iter().zip(heights) {
            let row = Rect::from_min_size(pos2(area.left(), top), vec2(area.width(), HEAD));
            let is_open = height.is_some();
            match head::ui(ui, view, (strip, is_open), row, commands) {
                head::Asked::Nothing => {}
                head::Asked::Toggle => self.strips.toggle(strip, is_open),
                head::Asked::Move(by) => self.strips.move_edge(strip, by, room),
            }
            top += HEAD;
            if let Some(height) = height {
                let left = pos2(area.left() + LEFT, top);
                let size = vec2(area.width() - LEFT - RIGHT, height - 3.0);
                open.push((strip, Rect::from_min_size(left, size)));
                top += height;
            }
        }
        for (strip, rect) in &open {
            let place = Place { rect: *rect, dates };
            self.strip(ui, view, *strip, place, commands);
        }
        let pictures: Vec<Rect> = open.iter().map(|(_, rect)| *rect).collect();
        cursors(ui, view, &dates, &pictures, motion);
        axis(ui, view, &dates, area.with_min_y(top), motion);
    }

    /// Where the dates stand, from edge to edge of the column.
    fn dates(&self, view: &ViewModel, area: Rect) -> Ruler {
        let last = (view.scenario.steps as f64).max(1.0);
        Ruler {
            values: self.zoom.unwrap_or([0.0, last]),
            points: [area.left() + LEFT + INSET, area.right() - RIGHT - INSET],
        }
    }

    fn strip(
        &mut self,
        ui: &Ui,
        view: &ViewModel,
        strip: Strip,
        place: Place,
        commands: &mut Commands,
    ) {
        // A stop of the Tab key only where the keyboard can do something.
        let sense = if strip == Strip::Positions {
            Sense::click_and_drag()
        } else {
            Sense::CLICK | Sense::DRAG
        };
        let id = ui.scope_id().with(strip);
        let response = ui.interact(place.rect, id, sense);
        frame(ui, place);
        let nearest = match strip {
            Strip::Liquidity => {
                self.picture.ui(ui, view, place, &response);
                None
            }
            _ => curves::ui(ui, view, strip, place, response.hover_pos()),
        };
        describe(&response, name(strip), || spoken(view, strip));
        react(view, place, &response, nearest, commands);
        self.zoom(ui, view, place, &response);
    }

    /// Ctrl + wheel shows fewer dates, a double click all.
    fn zoom(&mut self, ui: &Ui, view: &ViewModel, place: Place, response: &Response) {
        let last = view.scenario.steps as f64;
        if response.double_clicked() || self.zoom.is_some_and(|zoom| zoom[1] > last) {
            self.zoom = None;
        }
        let by = f64::from(ui.input(egui::InputState::zoom_delta));
        let Some(pointer) = response.hover_pos().filter(|_| by != 1.0) else {
            return;
        };
        let at = place.dates.value(pointer.x).clamp(0.0, last);
        let [from, to] = place.dates.values;
        let width = ((to - from) / by).clamp(2f64.min(last), last);
        let share = (at - from) / (to - from);
        let from = share.mul_add(-width, at).clamp(0.0, last - width);
        self.zoom = (width < last).then_some([from, from + width]);
    }
}

/// Lines at the dates behind a strip.
fn frame(ui: &Ui, place: Place) {
    let tokens = Tokens::of(ui.visuals());
    let painter = ui.painter_at(place.rect);
    for mark in place.dates.marks(true) {
        if mark.value.fract() == 0.0 {
            painter.vline(
                place.dates.at(mark.value),
                place.rect.y_range(),
                grid(tokens),
            );
        }
    }
}

/// What a strip is called where it cannot be seen.
fn name(strip: Strip) -> &'static str {
    match strip {
        Strip::Liquidity => "Liquidity by date and price",
        Strip::Price => "Price by date",
        Strip::Positions => "Positions by date",
        Strip::Cost => "Cost by date",
        Strip::Value => "Value by date",
    }
}

/// A strip in words.
fn spoken(view: &ViewModel, strip: Strip) -> String {
    let step = shown(view);
    match strip {
        Strip::Liquidity => liquidity::spoken(view),
        Strip::Price => spoken_price(view),
        _ => {
            let figure = |path: &StrategyPath| {
                let figure = figure(view, strip, path, step);
                format!("{} {figure}", name_of(&path.who))
            };
            let all: Vec<String> = view.path.strategies.iter().map(figure).collect();
            format!("date {step}: {}", all.join(", "))
        }
    }
}

/// The date whose figures are told: the one under the pointer, else that of the time cursor.
fn shown(view: &ViewModel) -> usize {
    view.hover.step.unwrap_or(view.step)
}

/// A strategy's figure in a strip, at a date; at maturity its position comes to what the hedge lost
/// or gained.
fn figure(view: &ViewModel, strip: Strip, path: &StrategyPath, step: usize) -> String {
    match strip {
        Strip::Positions if step >= path.ledger.len() => {
            outcome::error(view, path.settlement.error)
        }
        Strip::Cost => view.digits.money(path.cost_so_far(step)),
        Strip::Value => format::signed(&view.digits.money(path.value(step))),
        _ => view.digits.shares(path.held(step)),
    }
}

/// Where the price stands, and what it comes to.
fn spoken_price(view: &ViewModel) -> String {
    let (low, high) = view.path.range();
    let price = view.path.prices.get(view.step).copied();
    format!(
        "date {}: {}; from {} to {} over the path; strike {}",
        view.step,
        view.digits.price(price.unwrap_or(f64::NAN)),
        view.digits.price(low),
        view.digits.price(high),
        outcome::strikes(&view.scenario, view.digits)
    )
}

/// A click or drag moves the time cursor; the pointer's date, and the strategy whose line it is on,
/// are shown everywhere.
fn react(
    view: &ViewModel,
    place: Place,
    response: &Response,
    nearest: Option<Who>,
    commands: &mut Commands,
) {
    let step = arrows(response);
    if step != 0 {
        commands.push(TimeCommand::StepBy(step));
    }
    let pointer = response.hover_pos().or(response.interact_pointer_pos());
    let Some(pointer) = pointer else {
        return;
    };
    let date = place.dates.value(pointer.x).round();
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
    commands.push(ViewCommand::Hover(Hover {
        step: Some(date),
        who: nearest,
    }));
}

/// The pointer's date and the time cursor, through all strips.
fn cursors(ui: &Ui, view: &ViewModel, dates: &Ruler, pictures: &[Rect], motion: &Motion) {
    let tokens = Tokens::of(ui.visuals());
    let pointed = view.hover.step.filter(|step| *step != view.step);
    for picture in pictures {
        let painter = ui.painter_at(*picture);
        if let Some(step) = pointed {
            let x = dates.at(step as f64);
            let ends = [pos2(x, picture.top()), pos2(x, picture.bottom())];
            painter.extend(Shape::dotted_line(&ends, tokens.subdued, 4.0, 0.8));
        }
        let x = dates.at(motion.date(view));
        painter.vline(x, picture.y_range(), Stroke::new(1.5, tokens.accent));
    }
}

/// The dates, once, below all strips; the cursor's own in a flag.
fn axis(ui: &Ui, view: &ViewModel, dates: &Ruler, area: Rect, motion: &Motion) {
    let tokens = Tokens::of(ui.visuals());
    let painter = ui.painter();
    let [left, right] = dates.points;
    let flag = format!("date {}", view.step);
    let x = dates.at(motion.date(view));
    let seen = (left - 1.0..=right + 1.0).contains(&x);
    let font = FontId::proportional(CAPTION);
    let text = painter.layout_no_wrap(flag, font, tokens.on_accent);
    let size = text.size() + vec2(10.0, 1.0);
    let middle = x.clamp(left - INSET + 0.5 * size.x, right + INSET - 0.5 * size.x);
    let flag = Rect::from_min_size(pos2(middle - 0.5 * size.x, area.top()), size);
    for mark in dates.marks(true) {
        let text = ticks::whole(mark.value, mark.step_size);
        let at = pos2(dates.at(mark.value), area.top());
        let covered = seen && flag.expand(12.0).x_range().contains(at.x);
        if !covered {
            number(painter, at, Align2::CENTER_TOP, text, tokens.subdued);
        }
    }
    if seen {
        painter.rect_filled(flag, 3.0, tokens.accent);
        painter.galley(flag.min + vec2(5.0, 0.5), text, Color32::PLACEHOLDER);
    }
    let step = format::years(view.scenario.step_length());
    let caption = format!("date (steps of {step})");
    let at = pos2(0.5 * (left + right), area.top() + 14.0);
    number(painter, at, Align2::CENTER_TOP, caption, tokens.subdued);
}
