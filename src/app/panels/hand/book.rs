//! The order book now, by size: what the trade that is chosen would cost is an area, split by cause,
//! and its point is dragged to choose another.

use super::choice::rounded;
use crate::app::command::{Commands, HandCommand};
use crate::app::format;
use crate::app::panels::book::Cause;
use crate::app::theme::{LABEL, Tokens};
use crate::app::view::{HandView, Standing};
use crate::app::widgets::{Ruler, describe, hatched, number, paint_level, paint_upright, ticks};
use egui::{
    Align2, CursorIcon, Label, Painter, PointerButton, Pos2, Rect, Response, RichText, Sense,
    Shape, Stroke, Ui, pos2, vec2,
};

/// Share of the window's height that the picture takes with its axes.
const SHARE: f32 = 0.25;
/// Points of a curve.
const POINTS: u16 = 64;

/// Draws it.
pub(super) fn ui(ui: &mut Ui, hand: &HandView, commands: &mut Commands) {
    let tokens = Tokens::of(ui.visuals());
    let (best_ask, best_bid) = hand.now.best();
    let digits = hand.digits;
    let quotes = format!(
        "Order book now: bid {}, ask {}",
        digits.price(best_bid),
        digits.price(best_ask)
    );
    ui.label(RichText::new(quotes).size(LABEL).color(tokens.strong));
    if hand.frictionless {
        let text = "Any size trades at the mid price: there is nothing to draw.";
        let text = RichText::new(text).size(LABEL).color(tokens.subdued);
        ui.add(Label::new(text).wrap());
        return;
    }
    let height = super::height(ui, SHARE);
    let size = vec2(ui.available_width(), height);
    let (area, _) = ui.allocate_exact_size(size, Sense::hover());
    let rect = Rect::from_min_max(area.min + vec2(44.0, 6.0), area.max - vec2(10.0, 34.0));
    let canvas = Canvas::new(ui, hand, rect);
    let id = ui.scope_id().with("book");
    let response = ui.interact(rect, id, Sense::CLICK | Sense::DRAG);
    canvas.draw(ui);
    canvas.drag(ui, &response, commands);
    describe(&response, "Order book by size", || canvas.spoken());
}

struct Canvas<'a> {
    hand: &'a HandView,
    rect: Rect,
    across: Ruler,
    up: Ruler,
    painter: Painter,
    tokens: &'static Tokens,
    /// The trade that is chosen (shares; positive buys).
    size: f64,
    reach: f64,
}

impl<'a> Canvas<'a> {
    fn new(ui: &Ui, hand: &'a HandView, rect: Rect) -> Self {
        let size = hand.chosen - hand.seen.position;
        let reach = (1.15 * hand.scenario.contract.shares).max(1.1 * size.abs());
        let edge = |ask: bool| 1.08 * (hand.now.price_on(ask, reach) - hand.now.mid());
        Self {
            hand,
            rect,
            across: Ruler::across(rect, -reach, reach),
            up: Ruler::up(rect, edge(false), edge(true)),
            painter: ui.painter_at(rect.expand(5.0)),
            tokens: Tokens::of(ui.visuals()),
            size,
            reach,
        }
    }

    fn at(&self, book: &Standing, size: f64, ask: bool) -> Pos2 {
        let price = book.price_on(ask, size.abs());
        pos2(self.across.at(size), self.up.at(price - book.mid()))
    }

    /// A curve of a book from no shares to `size`.
    fn curve(&self, book: &Standing, size: f64, ask: bool) -> Vec<Pos2> {
        sizes(size).map(|size| self.at(book, size, ask)).collect()
    }

    fn draw(&self, ui: &Ui) {
        let Self { rect, tokens, .. } = self;
        paint_upright(ui, *rect, &self.up, |value, step| {
            format::signed(&ticks::number(value, step))
        });
        paint_level(ui, *rect, &self.across, |value, step| {
            ticks::number(value.abs(), step)
        });
        let stroke = Stroke::new(1.0, tokens.subdued);
        self.painter.hline(rect.x_range(), self.up.at(0.0), stroke);
        self.painter
            .vline(self.across.at(0.0), rect.y_range(), stroke);
        let below = |x, anchor, text: &str| {
            let at = pos2(x, rect.bottom() + 17.0);
            number(ui.painter(), at, anchor, text.into(), tokens.subdued);
        };
        below(rect.left(), Align2::LEFT_TOP, "sold");
        below(rect.center().x, Align2::CENTER_TOP, "shares");
        below(rect.right(), Align2::RIGHT_TOP, "bought");
        let at = rect.min + vec2(4.0, 2.0);
        let text = "price of next share − mid".to_owned();
        number(&self.painter, at, Align2::LEFT_TOP, text, tokens.subdued);
        self.area(ui);
        for ask in [true, false] {
            self.side(ui, ask);
        }
        self.point();
    }

    /// One side now and in a full book, and between them what is not there.
    fn side(&self, ui: &Ui, ask: bool) {
        let Self { hand, tokens, .. } = self;
        let colour = if ask { tokens.ask } else { tokens.bid };
        let size = if ask { self.reach } else { -self.reach };
        let now = self.curve(&hand.now, size, ask);
        if hand.now.taken(ask) > 1e-9 * self.reach {
            let full = self.curve(&hand.now.full(), size, ask);
            let missing = colour.gamma_multiply(0.7);
            self.painter.add(hatched(ui.ctx(), &now, &full, missing));
            let stroke = Stroke::new(1.2, colour);
            self.painter
                .extend(Shape::dashed_line(&full, stroke, 5.0, 3.5));
        }
        self.painter.add(Shape::line(now, Stroke::new(2.4, colour)));
    }

    /// The cost of the trade that is chosen, by cause.
    fn area(&self, ui: &Ui) {
        if self.size == 0.0 {
            return;
        }
        let (now, ask) = (&self.hand.now, self.size > 0.0);
        let full = now.full();
        let level = |distance: f64| -> Vec<Pos2> {
            let y = self.up.at(distance);
            let points = sizes(self.size).map(|size| pos2(self.across.at(size), y));
            points.collect()
        };
        let lines = [
            level(0.0),
            level(full.price_on(ask, 0.0) - full.mid()),
            self.curve(&full, self.size, ask),
            self.curve(now, self.size, ask),
        ];
        let tokens = self.tokens;
        let colour = if ask { tokens.ask } else { tokens.bid };
        for (cause, pair) in Cause::ALL.into_iter().zip(lines.windows(2)) {
            let between: [&[Pos2]; 2] = [&pair[0], &pair[1]];
            self.painter.add(cause.area(ui.ctx(), between, colour));
        }
    }

    /// The trade on the curve.
    fn point(&self) {
        let at = self.at(&self.hand.now, self.size, self.size >= 0.0);
        let foot = pos2(at.x, self.up.at(0.0));
        let stroke = Stroke::new(1.5, self.tokens.accent);
        self.painter.line_segment([foot, at], stroke);
        self.painter.circle_filled(at, 6.5, self.tokens.panel);
        self.painter.circle_filled(at, 5.0, self.tokens.accent);
    }

    /// A drag or a click chooses the trade.
    fn drag(&self, ui: &Ui, response: &Response, commands: &mut Commands) {
        if response.hovered() || response.dragged() {
            ui.ctx().set_cursor_icon(CursorIcon::ResizeHorizontal);
        }
        let held = response.clicked() || response.dragged_by(PointerButton::Primary);
        let Some(pointer) = response.interact_pointer_pos().filter(|_| held) else {
            return;
        };
        let x = pointer.x.clamp(self.rect.left(), self.rect.right());
        let position = self.hand.seen.position + self.across.value(x);
        commands.push(HandCommand::Choose(rounded(self.hand, position)));
    }

    fn spoken(&self) -> String {
        let (hand, digits) = (self.hand, self.hand.digits);
        let sizes = [0.25, 0.5, 1.0].map(|share| share * hand.scenario.contract.shares);
        let told = sizes.map(|size| {
            let cost = |size| digits.money(hand.now.quote(size).cost.total());
            let (bought, sold) = (cost(size), cost(-size));
            let size = digits.shares(size);
            format!("buying {size} costs {bought}, selling {size} costs {sold}")
        });
        told.join("; ")
    }
}

fn sizes(size: f64) -> impl Iterator<Item = f64> {
    (0..=POINTS).map(move |i| size * f64::from(i) / f64::from(POINTS))
}
