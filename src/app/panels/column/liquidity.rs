//! Liquidity through time: each side from its full book's edge outward, what was eaten and how it
//! comes back, and the trades that did it.

mod bites;
mod paint;

use super::Place;
use crate::app::format;
use crate::app::panels::tip;
use crate::app::theme::{Tokens, name_of};
use crate::app::view::{LiquidityView, Side, ViewModel};
use crate::app::widgets::{Ruler, number, paint_upright, ticks};
use crate::scenario::Tint;
use egui::{Align2, Pos2, Rect, Response, Shape, Ui, pos2};
use std::sync::Arc;

/// Between the two sides.
const GAP: f32 = 6.0;
/// Height of a line of text.
const TEXT: f32 = 11.0;

/// What is drawn of the book, made once a change and not each frame.
#[derive(Default)]
pub struct Picture {
    made: Option<(Key, Made)>,
}

/// Meshes and lines of both sides, and the trades that are shown as bubbles.
struct Made {
    shapes: [Vec<Shape>; 2],
    bubbles: Vec<bites::Bubble>,
}

/// What a picture is made from.
struct Key {
    view: Arc<LiquidityView>,
    rect: Rect,
    dates: Ruler,
    dark: bool,
    /// Colours of the pins.
    tints: Vec<Tint>,
}

impl Key {
    fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.view, &other.view)
            && (self.rect, self.dates, self.dark) == (other.rect, other.dates, other.dark)
            && self.tints == other.tints
    }
}

/// A side and where it is drawn.
#[derive(Clone, Copy)]
struct Field<'a> {
    side: &'a Side,
    rect: Rect,
    dates: Ruler,
    /// From distances to heights: outward is up at the ask, down at the bid.
    out: Ruler,
}

impl<'a> Field<'a> {
    fn new(side: &'a Side, place: Place) -> Self {
        let (top, bottom) = halves(place.rect);
        let rect = if side.ask { top } else { bottom };
        let margin = 0.03 * (side.high - side.low);
        let values = [side.low - margin, side.high];
        let points = if side.ask {
            [rect.bottom(), rect.top()]
        } else {
            [rect.top(), rect.bottom()]
        };
        Self {
            side,
            rect,
            dates: place.dates,
            out: Ruler { values, points },
        }
    }

    fn at(&self, date: f64, distance: f64) -> Pos2 {
        pos2(self.dates.at(date), self.out.at(distance))
    }
}

fn halves(rect: Rect) -> (Rect, Rect) {
    let middle = rect.center().y;
    (
        rect.with_max_y(middle - 0.5 * GAP),
        rect.with_min_y(middle + 0.5 * GAP),
    )
}

impl Picture {
    /// Draws it, and tells what is under the pointer.
    pub(super) fn ui(&mut self, ui: &Ui, view: &ViewModel, place: Place, response: &Response) {
        let tokens = Tokens::of(ui.visuals());
        let Some(sides) = &view.liquidity.sides else {
            return;
        };
        let fields = [0, 1].map(|side| Field::new(&sides[side], place));
        let key = Key {
            view: view.liquidity.clone(),
            rect: place.rect,
            dates: place.dates,
            dark: ui.visuals().dark_mode,
            tints: view.shown_pins().map(|pin| pin.label.tint).collect(),
        };
        if !self.made.as_ref().is_some_and(|(known, _)| known.is(&key)) {
            let made = Made {
                shapes: fields.map(|field| paint::shapes(ui.ctx(), &field, &key.tints, tokens)),
                bubbles: bites::shown(view, &fields),
            };
            self.made = Some((key, made));
        }
        let Some((_, made)) = &self.made else {
            return;
        };
        for (field, shapes) in fields.iter().zip(&made.shapes) {
            ui.painter_at(field.rect).extend(shapes.iter().cloned());
            numbers(ui, view, field);
            labels(ui, field);
            bites::paint(ui, view, field, &made.bubbles);
        }
        let bites = &made.bubbles;
        if let Some(at) = response.hover_pos().filter(|_| !response.dragged()) {
            let words = bites::told(view, &fields, bites, at).or_else(|| told(view, &fields, at));
            if let Some(words) = words {
                tip(ui, response, words);
            }
        }
    }
}

/// Distances from the mid price, left of a side.
fn numbers(ui: &Ui, view: &ViewModel, field: &Field<'_>) {
    let unit = if view.liquidity.relative { 1e4 } else { 1.0 };
    let ruler = Ruler {
        values: field.out.values.map(|value| unit * value),
        points: field.out.points,
    };
    let sign = if field.side.ask { "+" } else { "−" };
    paint_upright(ui, field.rect, &ruler, |value, step| {
        format!("{sign}{}", ticks::number(value, step))
    });
}

/// What the lines are, right of a side where they end: from the best price outward, those that have
/// room.
fn labels(ui: &Ui, field: &Field<'_>) {
    let tokens = Tokens::of(ui.visuals());
    let side = field.side;
    let last = field.dates.values[1];
    let Some(end) = side.moments.iter().rev().find(|moment| moment.date <= last) else {
        return;
    };
    let best = if side.ask { "best ask" } else { "best bid" };
    let lines = side.lines.iter().map(|row| {
        let shares = format!("{} sh", format::trimmed(side.sizes[*row], 4));
        (end.rows[*row], shares)
    });
    let mut before = f32::NEG_INFINITY;
    let all = std::iter::once((end.rows[0], best.to_owned())).chain(lines);
    for (distance, text) in all {
        let y = field.out.at(distance);
        if !field.rect.y_range().expand(1.0).contains(y) {
            continue;
        }
        let y = y.clamp(field.rect.top() + 5.0, field.rect.bottom() - 5.0);
        if (y - before).abs() < TEXT {
            continue;
        }
        before = y;
        let at = pos2(field.rect.right() + 4.0, y);
        let strong = distance == end.rows[0];
        let colour = if strong { tokens.text } else { tokens.subdued };
        number(ui.painter(), at, Align2::LEFT_CENTER, text, colour);
    }
}

/// What the book offers at a place: date, price, shares to be had up to there, what is missing.
fn told(view: &ViewModel, fields: &[Field<'_>; 2], at: Pos2) -> Option<String> {
    let field = fields.iter().find(|field| field.rect.contains(at))?;
    let ask = field.side.ask;
    let last = view.scenario.steps as f64;
    let date = field.dates.value(at.x).clamp(0.0, last);
    let standing = view.liquidity.standing(ask, date)?;
    let distance = field.out.value(at.y);
    let out = if view.liquidity.relative {
        distance * standing.mid()
    } else {
        distance
    };
    let price = if ask {
        standing.mid() + out
    } else {
        standing.mid() - out
    };
    let shares = standing.depth_to(ask, price);
    let missing = standing.taken(ask);
    let (name, verb) = if ask {
        ("ask", "bought")
    } else {
        ("bid", "sold")
    };
    let best = standing.price_on(ask, 0.0);
    let offer = if shares > 0.0 {
        let direction = if ask { "up" } else { "down" };
        let shares = view.digits.shares(shares);
        format!(
            "{shares} shares can be {verb} {direction} to {}",
            view.digits.price(price)
        )
    } else {
        format!("nothing at {}: eaten", view.digits.price(price))
    };
    Some(format!(
        "date {} · best {name} {}\n{offer}\n{} eaten and not back",
        format::fixed(date, 1),
        view.digits.price(best),
        view.digits.shares(missing),
    ))
}

/// The strip in words.
pub(super) fn spoken(view: &ViewModel) -> String {
    let Some(of) = &view.liquidity.of else {
        return "a full book at every date".into();
    };
    let bites = &view.liquidity.bites;
    let shares: f64 = bites.iter().map(|bite| bite.size.abs()).sum();
    let now = view.book.memory;
    format!(
        "{}'s book{}; {} trades of {} shares in all; at date {} {} eaten and not back at the ask, {} at the bid",
        name_of(of),
        crate::app::panels::instead(view),
        format::count(bites.len() as u64),
        view.digits.shares(shares),
        view.step,
        view.digits.shares(now.ask),
        view.digits.shares(now.bid),
    )
}
