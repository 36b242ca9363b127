//! The price so far and the positions so far, over all the dates to maturity; the next position is
//! dragged up and down at the present date.

use super::own_look;
use crate::app::command::{Commands, HandCommand};
use crate::app::format;
use crate::app::theme::{CAPTION, Look, Tokens, strategy_name};
use crate::app::view::HandView;
use crate::app::widgets::{
    MARK, Ruler, describe, grid, number, paint_mark, paint_strikes, paint_upright, styled, ticks,
};
use crate::hand::Played;
use crate::scenario::Strategy;
use egui::{
    Align2, CursorIcon, Painter, PointerButton, Pos2, Rect, Response, Sense, Shape, Stroke, Ui,
    pos2, vec2,
};

/// Room for numbers left of the pictures and for words right of them, and below for the dates.
const LEFT: f32 = 48.0;
const RIGHT: f32 = 56.0;
const AXIS: f32 = 32.0;
const HEAD: f32 = 20.0;
/// From a picture's edge to the first and to the last date.
const INSET: f32 = 9.0;
/// Share of the height that the price takes.
const PRICE: f32 = 0.45;
/// Radius of the point that is dragged.
const POINT: f32 = 7.0;

/// Draws both.
pub(super) fn ui(ui: &mut Ui, hand: &HandView, commands: &mut Commands) {
    let area = ui.available_rect_before_wrap();
    ui.allocate_rect(area, Sense::hover());
    let height = (area.height() - AXIS - 2.0 * HEAD).max(80.0);
    let inner = Rect::from_min_max(
        area.min + vec2(LEFT, 0.0),
        pos2(area.right() - RIGHT, area.bottom()),
    );
    let row = |top: f32, height: f32| {
        Rect::from_min_size(pos2(inner.left(), top), vec2(inner.width(), height))
    };
    let price = row(area.top() + HEAD, PRICE * height);
    let held = row(price.bottom() + HEAD, height - price.height());
    let last = (hand.seen.steps as f64).max(1.0);
    let dates = Ruler {
        values: [0.0, last],
        points: [inner.left() + INSET, inner.right() - INSET],
    };
    head(ui, price, "Price (currency)");
    head(ui, held, "Position (shares)");
    for rect in [price, held] {
        frame(ui, hand, rect, &dates);
    }
    prices(ui, hand, price, &dates);
    positions(ui, hand, held, &dates, commands);
    axis(ui, hand, &dates, held);
}

fn head(ui: &Ui, below: Rect, text: &str) {
    let tokens = Tokens::of(ui.visuals());
    let at = pos2(below.left() - LEFT, below.top() - HEAD + 2.0);
    number(
        ui.painter(),
        at,
        Align2::LEFT_TOP,
        text.into(),
        tokens.subdued,
    );
}

/// Lines at the dates, and the present one.
fn frame(ui: &Ui, hand: &HandView, rect: Rect, dates: &Ruler) {
    let tokens = Tokens::of(ui.visuals());
    let painter = ui.painter_at(rect);
    for mark in dates.marks(true) {
        if mark.value.fract() == 0.0 {
            painter.vline(dates.at(mark.value), rect.y_range(), grid(tokens));
        }
    }
    let today = dates.at(hand.seen.step as f64);
    painter.vline(today, rect.y_range(), Stroke::new(1.5, tokens.accent));
}

fn prices(ui: &Ui, hand: &HandView, rect: Rect, dates: &Ruler) {
    let tokens = Tokens::of(ui.visuals());
    let response = ui.interact(rect, ui.scope_id().with("price"), Sense::hover());
    let up = Ruler::up(rect, hand.prices.0, hand.prices.1);
    paint_upright(ui, rect, &up, ticks::number);
    let painter = ui.painter_at(rect);
    paint_strikes(ui, rect, &up, &hand.scenario.contract.strikes());
    let place = |(step, price): (usize, &f64)| pos2(dates.at(step as f64), up.at(*price));
    let line: Vec<Pos2> = hand.seen.prices.iter().enumerate().map(place).collect();
    for at in &line {
        painter.circle_filled(*at, 2.5, tokens.strong);
    }
    painter.add(Shape::line(line.clone(), Stroke::new(1.6, tokens.strong)));
    if let Some(at) = line.last() {
        painter.circle_filled(*at, 4.5, tokens.strong);
        let text = hand.digits.price(hand.now.mid());
        told(&painter, rect, *at, text, tokens);
    }
    describe(&response, "Price so far", || spoken_prices(hand));
}

/// A figure beside a point, on the side where there is room.
fn told(painter: &Painter, rect: Rect, at: Pos2, text: String, tokens: &Tokens) {
    let left = at.x > rect.right() - 90.0;
    let (anchor, dx) = if left {
        (Align2::RIGHT_BOTTOM, -8.0)
    } else {
        (Align2::LEFT_BOTTOM, 8.0)
    };
    let y = (at.y - 4.0).max(rect.top() + 16.0);
    number(painter, pos2(at.x + dx, y), anchor, text, tokens.strong);
}

fn spoken_prices(hand: &HandView) -> String {
    let prices: Vec<String> = hand
        .seen
        .prices
        .iter()
        .map(|p| hand.digits.price(*p))
        .collect();
    format!("date {}: {}", hand.seen.step, prices.join(", "))
}

/// What is held from each date to the next, as a line of steps from the first date on.
fn steps(before: f64, held: impl Iterator<Item = f64>) -> Vec<(f64, f64)> {
    let mut line = vec![(0.0, before)];
    for (step, position) in held.enumerate() {
        line.extend([(step as f64, position), (step as f64 + 1.0, position)]);
    }
    line
}

fn positions(ui: &mut Ui, hand: &HandView, rect: Rect, dates: &Ruler, commands: &mut Commands) {
    let tokens = Tokens::of(ui.visuals());
    let sense = if hand.is_over() {
        Sense::hover()
    } else {
        Sense::CLICK | Sense::DRAG
    };
    let response = ui.interact(rect, ui.scope_id().with("positions"), sense);
    let up = Ruler::up(rect, hand.positions.0, hand.positions.1);
    paint_upright(ui, rect, &up, ticks::number);
    let painter = ui.painter_at(rect);
    let zero = Stroke::new(1.0, tokens.hairline);
    painter.hline(rect.x_range(), up.at(0.0), zero);
    let place = |(step, held): &(f64, f64)| pos2(dates.at(*step), up.at(*held));
    let line = |held: &[f64]| -> Vec<Pos2> {
        let line = steps(hand.scenario.initial.position, held.iter().copied());
        line.iter().map(place).collect()
    };
    if let Some(end) = &hand.end {
        for played in end.outcome.others.iter().filter(|p| is_drawn(p)) {
            let look = tokens.look(played.kind.unwrap_or(Strategy::Delta));
            other(ui, &painter, &line(&played.positions), look);
        }
        legend(ui, hand, rect);
    }
    let own: Vec<f64> = hand.seen.ledger.iter().map(|line| line.position).collect();
    let look = own_look(tokens);
    painter.extend(styled(&line(&own), look));
    if hand.is_over() {
        described(&response, hand);
        return;
    }
    let at = pos2(dates.at(hand.seen.step as f64), up.at(hand.chosen));
    let held = pos2(at.x, up.at(hand.seen.position));
    choice(&painter, hand, [held, at], dates, tokens);
    drag(ui, hand, &response, &up, commands);
    described(&response, hand);
}

fn is_drawn(played: &Played) -> bool {
    matches!(played.kind, Some(Strategy::Delta | Strategy::Learned))
}

fn other(ui: &Ui, painter: &Painter, line: &[Pos2], look: Look) {
    painter.extend(styled(line, look.faded(1.0, 0.8)));
    if let Some(at) = line.last() {
        paint_mark(painter, *at, MARK, look, ui.visuals().panel_fill);
    }
}

/// Whose lines are drawn beside one's own.
fn legend(ui: &Ui, hand: &HandView, rect: Rect) {
    let tokens = Tokens::of(ui.visuals());
    let Some(end) = &hand.end else {
        return;
    };
    let others = end.outcome.others.iter().filter(|played| is_drawn(played));
    let others = others.filter_map(|played| played.kind);
    let rows = others.map(|kind| (strategy_name(kind), tokens.look(kind)));
    let rows = std::iter::once(("You", own_look(tokens))).chain(rows);
    let mut right = rect.right();
    let y = rect.top() - HEAD + 8.0;
    for (name, look) in rows {
        let font = egui::FontId::proportional(CAPTION);
        let at = pos2(right, y);
        let drawn = ui
            .painter()
            .text(at, Align2::RIGHT_CENTER, name, font, tokens.text);
        let ends = [pos2(drawn.left() - 26.0, y), pos2(drawn.left() - 5.0, y)];
        ui.painter().extend(styled(&ends, look));
        right = drawn.left() - 40.0;
    }
}

/// The position held, the one chosen, and how it would go on from here.
fn choice(
    painter: &Painter,
    hand: &HandView,
    [held, at]: [Pos2; 2],
    dates: &Ruler,
    tokens: &Tokens,
) {
    let next = pos2(dates.at(hand.seen.step as f64 + 1.0), at.y);
    let stroke = Stroke::new(2.0, tokens.accent);
    painter.line_segment([held, at], stroke);
    painter.extend(Shape::dashed_line(&[at, next], stroke, 5.0, 4.0));
    painter.circle_filled(at, POINT + 1.5, tokens.panel);
    painter.circle_filled(at, POINT, tokens.accent);
    let text = format!("hold {}", hand.digits.shares(hand.chosen));
    let rect = painter.clip_rect();
    told(painter, rect, pos2(at.x, at.y - 5.0), text, tokens);
}

/// A drag or a click up or down chooses the next position.
fn drag(ui: &Ui, hand: &HandView, response: &Response, up: &Ruler, commands: &mut Commands) {
    if response.hovered() || response.dragged() {
        ui.ctx().set_cursor_icon(CursorIcon::ResizeVertical);
    }
    let held = response.clicked() || response.dragged_by(PointerButton::Primary);
    let Some(pointer) = response.interact_pointer_pos().filter(|_| held) else {
        return;
    };
    let y = pointer.y.clamp(response.rect.top(), response.rect.bottom());
    commands.push(HandCommand::Choose(super::choice::rounded(
        hand,
        up.value(y),
    )));
}

fn described(response: &Response, hand: &HandView) {
    describe(response, "Positions so far", || {
        let shares = |x: f64| hand.digits.shares(x);
        let held = hand.seen.ledger.iter().map(|line| shares(line.position));
        let held: Vec<String> = held.collect();
        let next = if hand.is_over() {
            String::new()
        } else {
            format!("; next {}", shares(hand.chosen))
        };
        format!("held so far: {}{next}", held.join(", "))
    });
}

/// The dates, once, below both.
fn axis(ui: &Ui, hand: &HandView, dates: &Ruler, above: Rect) {
    let tokens = Tokens::of(ui.visuals());
    let painter = ui.painter();
    let y = above.bottom() + 3.0;
    for mark in dates.marks(true) {
        let text = ticks::whole(mark.value, mark.step_size);
        let at = pos2(dates.at(mark.value), y);
        number(painter, at, Align2::CENTER_TOP, text, tokens.subdued);
    }
    let step = format::years(hand.scenario.step_length());
    let caption = format!("date (steps of {step}); maturity at {}", hand.seen.steps);
    let at = pos2(above.center().x, y + 14.0);
    number(painter, at, Align2::CENTER_TOP, caption, tokens.subdued);
}
