//! Depth by price: the shares to be had beyond the best price of each side, which starts at nothing.
//! The empty spread between the sides is left out.

use super::ladder;
use super::marks::{self, Sign};
use super::words::quoted;
use super::{Pointed, Scene};
use crate::app::theme::Tokens;
use crate::app::view::Standing;
use crate::app::widgets::{Ruler, filled, hatched, number, paint_level, paint_upright, ticks};
use egui::{Align2, Color32, Painter, Pos2, Rect, Shape, Stroke, Ui, pos2, vec2};

/// Width of the break between the sides.
const BREAK: f32 = 58.0;
/// Height from which marks are explained in the picture.
const ROOMY: f32 = 140.0;
/// Points of a curve.
const POINTS: u16 = 64;

/// One side.
struct Half<'a> {
    scene: &'a Scene<'a>,
    ask: bool,
    rect: Rect,
    across: Ruler,
    up: Ruler,
    painter: Painter,
    colour: Color32,
    tokens: &'static Tokens,
}

/// Draws it; gives back what is under the pointer.
pub(super) fn ui(ui: &Ui, scene: &Scene<'_>, rect: Rect, pointer: Option<Pos2>) -> Option<Pointed> {
    let tokens = Tokens::of(ui.visuals());
    let sides = [false, true].map(|ask| Half::new(ui, scene, rect, ask));
    // One scale of shares for both.
    paint_upright(ui, rect, &sides[0].up, ticks::number);
    spread(ui, scene, rect);
    for side in &sides {
        side.ui(ui);
    }
    let below = |text: &str| {
        let at = pos2(rect.center().x, rect.bottom() + 16.0);
        number(
            ui.painter(),
            at,
            Align2::CENTER_TOP,
            text.into(),
            tokens.subdued,
        );
    };
    below("price (currency); up: shares beyond the best price");
    if rect.height() > ROOMY {
        explain(ui, scene, rect);
    }
    let at = pointer?;
    let side = &sides[usize::from(at.x >= rect.center().x)];
    Some(side.pointed(at))
}

/// What the marks mean, between the curves, where these leave room.
fn explain(ui: &Ui, scene: &Scene<'_>, rect: Rect) {
    let mut signs = vec![Sign::Full, Sign::Missing, Sign::Average, Sign::Point];
    if let Some(pin) = scene.view.shown_pins().next() {
        signs.push(Sign::Pinned(pin.label.tint));
    }
    if scene.view.shown_ladder().is_some() {
        signs.push(Sign::Quoted);
    }
    let right = rect.center_top() + vec2(62.0, 42.0);
    marks::legend(ui, ui.painter(), right, &signs);
}

/// The spread that is left out: a break in the axis, and how wide it is.
fn spread(ui: &Ui, scene: &Scene<'_>, rect: Rect) {
    let tokens = Tokens::of(ui.visuals());
    let (ask, bid) = scene.standing.best();
    let text = format!("spread\n{}", scene.view.digits.price(ask - bid));
    let at = rect.center_top() + vec2(0.0, 2.0);
    number(ui.painter(), at, Align2::CENTER_TOP, text, tokens.subdued);
    let stroke = Stroke::new(1.2, tokens.subdued);
    for x in [-3.0, 3.0] {
        let middle = rect.center_bottom() + vec2(x, 0.0);
        let slant = vec2(2.5, -6.0);
        ui.painter()
            .line_segment([middle - slant, middle + slant], stroke);
    }
}

impl<'a> Half<'a> {
    fn new(ui: &Ui, scene: &'a Scene<'a>, whole: Rect, ask: bool) -> Self {
        let tokens = Tokens::of(ui.visuals());
        let middle = whole.center().x;
        let rect = if ask {
            whole.with_min_x(middle + 0.5 * BREAK)
        } else {
            whole.with_max_x(middle - 0.5 * BREAK)
        };
        let standing = &scene.standing;
        let edge = standing.full().price_on(ask, 0.0);
        let far = standing.price_on(ask, 1.03 * scene.reach);
        // All of the quoted ladder that is as near.
        let quoted = scene.view.shown_ladder().map(|shown| &shown.quoted);
        let price = |at: f64| standing.mid() * (1.0 + at);
        let best = quoted.and_then(|quoted| quoted.next(ask, 0.0));
        let best = best.map_or(edge, price);
        let last = price(scene.far[usize::from(!ask)]);
        let (edge, far) = if ask {
            (edge.min(best), far.max(last))
        } else {
            (edge.max(best), far.min(last))
        };
        let across = if ask {
            Ruler::across(rect, edge, far)
        } else {
            Ruler::across(rect, far, edge)
        };
        Self {
            scene,
            ask,
            rect,
            across,
            up: Ruler::up(rect, 0.0, scene.reach),
            painter: ui.painter_at(rect.expand(5.0)),
            colour: if ask { tokens.ask } else { tokens.bid },
            tokens,
        }
    }

    fn at(&self, book: &Standing, shares: f64) -> Pos2 {
        let price = book.price_on(self.ask, shares);
        pos2(self.across.at(price), self.up.at(shares))
    }

    /// Depth by price, from the best one to `shares` beyond it.
    fn curve(&self, book: &Standing, shares: f64) -> Vec<Pos2> {
        let sizes = (0..=POINTS).map(|i| shares * f64::from(i) / f64::from(POINTS));
        sizes.map(|shares| self.at(book, shares)).collect()
    }

    fn ui(&self, ui: &Ui) {
        let Self {
            scene,
            rect,
            colour,
            ..
        } = self;
        paint_level(ui, *rect, &self.across, ticks::number);
        self.ladder();
        let standing = &scene.standing;
        let now = self.curve(standing, scene.reach);
        let floor: Vec<Pos2> = now.iter().map(|at| pos2(at.x, rect.bottom())).collect();
        self.painter
            .add(filled(&now, &floor, colour.gamma_multiply(0.35)));
        if standing.taken(self.ask) > 1e-9 * scene.reach {
            let full = self.curve(&standing.full(), scene.reach);
            self.painter
                .add(hatched(ui.ctx(), &now, &full, colour.gamma_multiply(0.7)));
            let stroke = Stroke::new(1.2, *colour);
            self.painter
                .extend(Shape::dashed_line(&full, stroke, 5.0, 3.5));
        }
        self.painter
            .add(Shape::line(now, Stroke::new(2.2, *colour)));
        for (pin, ghost) in scene.view.shown_pins().zip(&scene.view.book.ghosts) {
            let line = self.curve(ghost, scene.reach);
            let stroke = Stroke::new(1.2, self.tokens.tint(pin.label.tint));
            self.painter.add(Shape::line(line, stroke));
        }
        let stroke = Stroke::new(1.0, self.tokens.subdued);
        self.painter.hline(rect.x_range(), rect.bottom(), stroke);
        if scene.size != 0.0 && (scene.size > 0.0) == self.ask {
            self.trade();
        }
    }

    /// The quoted ladder, around this mid.
    fn ladder(&self) {
        let Some(shown) = self.scene.view.shown_ladder() else {
            return;
        };
        let mid = self.scene.standing.mid();
        let steps = shown.quoted.line(self.ask, self.scene.reach, mid);
        let steps = steps.into_iter();
        let places = steps.map(|[size, at]| pos2(self.across.at(mid + at), self.up.at(size.abs())));
        ladder::paint(&self.painter, places, self.colour);
    }

    /// The size from the best price to its last share's, and its average price on the axis.
    fn trade(&self) {
        let Self {
            scene,
            rect,
            tokens,
            ..
        } = self;
        let shares = scene.size.abs();
        let eaten = self.curve(&scene.standing, shares);
        let floor: Vec<Pos2> = eaten.iter().map(|at| pos2(at.x, rect.bottom())).collect();
        self.painter
            .add(filled(&eaten, &floor, self.colour.gamma_multiply(0.8)));
        let last = self.at(&scene.standing, shares);
        let foot = pos2(last.x, rect.bottom());
        self.painter
            .line_segment([foot, last], Stroke::new(1.5, tokens.strong));
        self.painter.circle_filled(last, 6.5, tokens.panel);
        self.painter.circle_filled(last, 5.0, tokens.strong);
        if let Some(average) = scene.standing.quote(scene.size).average {
            let tip = pos2(self.across.at(average), rect.bottom());
            marks::average(&self.painter, tip, tokens);
        }
    }

    /// What is to be had up to a place, and what that would cost.
    fn pointed(&self, at: Pos2) -> Pointed {
        let Self {
            scene,
            rect,
            tokens,
            ..
        } = self;
        let x = at.x.clamp(rect.left(), rect.right());
        let price = self.across.value(x);
        let shares = scene.standing.depth_to(self.ask, price);
        // One side may be frictionless.
        let shares = if shares.is_finite() {
            shares
        } else {
            scene.reach
        };
        let place = pos2(x, self.up.at(shares));
        let ends = [pos2(x, rect.top()), pos2(x, rect.bottom())];
        self.painter
            .extend(Shape::dotted_line(&ends, tokens.subdued, 4.0, 0.8));
        self.painter
            .circle_stroke(place, 4.0, Stroke::new(1.5, tokens.strong));
        let size = if self.ask { shares } else { -shares };
        let digits = &scene.view.digits;
        let words = if shares > 0.0 {
            let quote = scene.standing.quote(size);
            format!(
                "up to {}\n{}",
                digits.price(price),
                quoted(scene.view, &quote)
            )
        } else {
            format!("nothing at {}: not yet back", digits.price(price))
        } + &ladder::words(scene.view, size, scene.standing.mid());
        Pointed { size, words }
    }
}
