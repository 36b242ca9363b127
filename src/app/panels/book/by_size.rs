//! The book by size: the price of the next share against the shares bought or sold. A trade's cost
//! is an area: a rectangle for the spread, the wedge above it for the depth, the band above that for
//! the memory.

use super::ladder;
use super::marks::{LINE, Sign, legend};
use super::words::{Cause, quoted};
use super::{Pointed, Scene};
use crate::app::format;
use crate::app::theme::Tokens;
use crate::app::view::Standing;
use crate::app::widgets::{Ruler, hatched, number, paint_level, paint_upright, ticks};
use egui::{Align2, Painter, Pos2, Rect, Shape, Stroke, Ui, pos2, vec2};

/// Points of a curve.
const POINTS: u16 = 64;
/// Height from which marks are explained in the picture.
const ROOMY: f32 = 130.0;

/// A book being drawn.
struct Canvas<'a> {
    scene: &'a Scene<'a>,
    rect: Rect,
    across: Ruler,
    up: Ruler,
    painter: Painter,
    tokens: &'static Tokens,
}

/// Draws it; gives back what is under the pointer.
pub(super) fn ui(ui: &Ui, scene: &Scene<'_>, rect: Rect, pointer: Option<Pos2>) -> Option<Pointed> {
    let canvas = Canvas {
        scene,
        rect,
        across: Ruler::across(rect, -scene.reach, scene.reach),
        up: Ruler::up(rect, scene.span.0, scene.span.1),
        painter: ui.painter_at(rect.expand(5.0)),
        tokens: Tokens::of(ui.visuals()),
    };
    canvas.axes(ui);
    canvas.ladder();
    canvas.area(ui);
    for ask in [true, false] {
        canvas.side(ui, ask);
    }
    canvas.ghost();
    canvas.trade();
    if rect.height() > ROOMY {
        canvas.quotes();
        canvas.legend(ui);
    }
    let at = pointer?;
    let size = canvas.across.value(at.x.clamp(rect.left(), rect.right()));
    canvas.pointed(size);
    let mut words = quoted(scene.view, &scene.standing.quote(size));
    words.push_str(&ladder::words(scene.view, size, scene.standing.mid()));
    Some(Pointed { size, words })
}

impl Canvas<'_> {
    /// Where a size's next share stands in a book.
    fn at(&self, book: &Standing, size: f64, ask: bool) -> Pos2 {
        let price = book.price_on(ask, size.abs());
        pos2(self.across.at(size), self.up.at(price - book.mid()))
    }

    /// A curve of a book from no shares to `size`.
    fn curve(&self, book: &Standing, size: f64, ask: bool) -> Vec<Pos2> {
        let sizes = (0..=POINTS).map(|i| size * f64::from(i) / f64::from(POINTS));
        sizes.map(|size| self.at(book, size, ask)).collect()
    }

    fn axes(&self, ui: &Ui) {
        let Self { rect, tokens, .. } = self;
        paint_upright(ui, *rect, &self.up, |value, step| {
            format::signed(&ticks::number(value, step))
        });
        paint_level(ui, *rect, &self.across, |value, step| {
            ticks::number(value.abs(), step)
        });
        let mid = self.up.at(0.0);
        let stroke = Stroke::new(1.0, tokens.subdued);
        self.painter.hline(rect.x_range(), mid, stroke);
        self.painter
            .vline(self.across.at(0.0), rect.y_range(), stroke);
        let below = |x, anchor, text: &str| {
            let at = pos2(x, rect.bottom() + 16.0);
            number(ui.painter(), at, anchor, text.into(), tokens.subdued);
        };
        below(rect.left(), Align2::LEFT_TOP, "sold");
        below(rect.center().x, Align2::CENTER_TOP, "shares");
        below(rect.right(), Align2::RIGHT_TOP, "bought");
        self.best(mid);
    }

    /// Mid, bid and ask and the spread between them, over the sold side of the mid line, where no curve
    /// comes.
    fn best(&self, mid: f32) {
        let (standing, digits) = (&self.scene.standing, self.scene.view.digits);
        let (ask, bid) = standing.best();
        let lines = [
            format!("mid {}", digits.price(standing.mid())),
            format!("bid {} · ask {}", digits.price(bid), digits.price(ask)),
            format!("spread {}", digits.price(ask - bid)),
        ];
        // Where there is room for it, all but the first stands in the corner.
        let told = if self.rect.height() > ROOMY { 1 } else { 3 };
        let room = mid - 1.0 - self.rect.top();
        for (line, text) in lines.into_iter().take(told).enumerate() {
            let up = 14.0 * line as f32;
            if up + 14.0 <= room {
                let at = pos2(self.rect.left() + 3.0, mid - 1.0 - up);
                number(
                    &self.painter,
                    at,
                    Align2::LEFT_BOTTOM,
                    text,
                    self.tokens.subdued,
                );
            }
        }
    }

    /// One side now and in a full book, and between them what is not there.
    fn side(&self, ui: &Ui, ask: bool) {
        let Self { scene, tokens, .. } = self;
        let colour = if ask { tokens.ask } else { tokens.bid };
        let size = if ask { scene.reach } else { -scene.reach };
        let now = self.curve(&scene.standing, size, ask);
        if scene.standing.taken(ask) > 1e-9 * scene.reach {
            let full = self.curve(&scene.standing.full(), size, ask);
            self.painter
                .add(hatched(ui.ctx(), &now, &full, colour.gamma_multiply(0.7)));
            let stroke = Stroke::new(1.2, colour);
            self.painter
                .extend(Shape::dashed_line(&full, stroke, 5.0, 3.5));
        }
        self.painter.add(Shape::line(now, Stroke::new(2.4, colour)));
    }

    /// The quoted ladder, around this mid.
    fn ladder(&self) {
        let (scene, tokens) = (self.scene, self.tokens);
        let Some(shown) = scene.view.shown_ladder() else {
            return;
        };
        let mid = scene.standing.mid();
        for (ask, colour) in [(true, tokens.ask), (false, tokens.bid)] {
            let steps = shown.quoted.line(ask, scene.reach, mid);
            let steps = steps.into_iter();
            let places = steps.map(|[size, at]| pos2(self.across.at(size), self.up.at(at)));
            ladder::paint(&self.painter, places, colour);
        }
    }

    fn ghost(&self) {
        let (view, reach) = (self.scene.view, self.scene.reach);
        for (pin, book) in view.shown_pins().zip(&view.book.ghosts) {
            let stroke = Stroke::new(1.2, self.tokens.tint(pin.label.tint));
            for (size, ask) in [(reach, true), (-reach, false)] {
                let line = self.curve(book, size, ask);
                self.painter.add(Shape::line(line, stroke));
            }
        }
    }

    /// The cost of the size, by cause.
    fn area(&self, ui: &Ui) {
        let Self { scene, tokens, .. } = self;
        let size = scene.size;
        if size == 0.0 {
            return;
        }
        let ask = size > 0.0;
        let full = scene.standing.full();
        let level = |distance: f64| -> Vec<Pos2> {
            let y = self.up.at(distance);
            let sizes = (0..=POINTS).map(|i| size * f64::from(i) / f64::from(POINTS));
            sizes.map(|size| pos2(self.across.at(size), y)).collect()
        };
        let lines = [
            level(0.0),
            level(full.price_on(ask, 0.0) - full.mid()),
            self.curve(&full, size, ask),
            self.curve(&scene.standing, size, ask),
        ];
        let colour = if ask { tokens.ask } else { tokens.bid };
        for (cause, pair) in Cause::ALL.into_iter().zip(lines.windows(2)) {
            let between: [&[Pos2]; 2] = [&pair[0], &pair[1]];
            self.painter.add(cause.area(ui.ctx(), between, colour));
        }
    }

    /// The size on the curve: to be taken and moved.
    fn trade(&self) {
        let Self { scene, tokens, .. } = self;
        let traded = scene
            .view
            .book
            .trade
            .as_ref()
            .map_or(0.0, |trade| trade.size);
        if scene.asked && traded != 0.0 {
            let at = self.at(&scene.standing, traded, traded > 0.0);
            self.painter
                .circle(at, 3.0, tokens.panel, Stroke::new(1.5, tokens.strong));
        }
        let at = self.at(&scene.standing, scene.size, scene.size >= 0.0);
        let foot = pos2(at.x, self.up.at(0.0));
        self.painter
            .line_segment([foot, at], Stroke::new(1.5, tokens.strong));
        self.painter.circle_filled(at, 6.5, tokens.panel);
        self.painter.circle_filled(at, 5.0, tokens.strong);
    }

    /// Where the pointer would ask.
    fn pointed(&self, size: f64) {
        let at = self.at(&self.scene.standing, size, size >= 0.0);
        let ends = [pos2(at.x, self.rect.top()), pos2(at.x, self.rect.bottom())];
        let colour = self.tokens.subdued;
        self.painter
            .extend(Shape::dotted_line(&ends, colour, 4.0, 0.8));
        self.painter
            .circle_stroke(at, 4.0, Stroke::new(1.5, self.tokens.strong));
    }

    /// Best prices, in the corner that no curve enters.
    fn quotes(&self) {
        let digits = &self.scene.view.digits;
        let (ask, bid) = self.scene.standing.best();
        let rows = [
            "price of the next share − mid".to_owned(),
            format!("best ask {}", digits.price(ask)),
            format!("best bid {}", digits.price(bid)),
            format!("spread {}", digits.price(ask - bid)),
        ];
        let ground = Rect::from_min_size(self.rect.min, vec2(150.0, 4.0 * LINE));
        let left = ground.intersect(self.rect.with_max_x(self.across.at(0.0) - 2.0));
        let colour = self.tokens.panel.gamma_multiply(0.85);
        self.painter.rect_filled(left, 0.0, colour);
        for (row, text) in rows.into_iter().enumerate() {
            let at = self.rect.min + vec2(4.0, 2.0 + LINE * row as f32);
            let colour = if row == 0 {
                self.tokens.subdued
            } else {
                self.tokens.text
            };
            number(&self.painter, at, Align2::LEFT_TOP, text, colour);
        }
    }

    /// What the marks mean, in the other such corner.
    fn legend(&self, ui: &Ui) {
        let mut signs = vec![Sign::Full, Sign::Missing, Sign::Point];
        if let Some(pin) = self.scene.view.shown_pins().next() {
            signs.insert(0, Sign::Pinned(pin.label.tint));
        }
        if self.scene.view.shown_ladder().is_some() {
            signs.insert(0, Sign::Quoted);
        }
        let height = LINE * (signs.len() - 1) as f32;
        let right = self.rect.max - vec2(4.0, 9.0 + height);
        legend(ui, &self.painter, right, &signs);
    }
}
