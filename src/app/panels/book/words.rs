//! The book in words and figures: the trade, its price, and its cost by cause.

use super::Scene;
use crate::app::panels::{instead, outcome};
use crate::app::theme::{CAPTION, LABEL, Tokens, name_of};
use crate::app::view::{Quote, ViewModel};
use crate::app::widgets::{filled, hatched};
use crate::order_book::Cost;
use crate::quantity::Digits;
use egui::{Color32, Label, Rect, RichText, Sense, Shape, Ui, pos2, vec2};

/// A cause of cost, in the order in which the areas stand on each other.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    Spread,
    Depth,
    Memory,
}

/// What the displaced mid's part of a cost is.
const MOVED: &str = "Trading at a mid that own trades have moved, and half of what this one moves it by: below 0 where that helps";

impl Cause {
    pub const ALL: [Self; 3] = [Self::Spread, Self::Depth, Self::Memory];

    pub fn name(self) -> &'static str {
        match self {
            Self::Spread => "spread",
            Self::Depth => "depth",
            Self::Memory => "memory",
        }
    }

    fn about(self) -> &'static str {
        match self {
            Self::Spread => "Crossing the spread of a full book, for every share",
            Self::Depth => "Walking into the book: later shares are dearer than the first",
            Self::Memory => "Finding the book depleted by one's own past trades",
        }
    }

    pub fn of(self, cost: &Cost) -> f64 {
        match self {
            Self::Spread => cost.spread,
            Self::Depth => cost.depth,
            Self::Memory => cost.memory,
        }
    }

    /// Its area between two lines, in the colour of the side that is traded on.
    pub fn area(self, ctx: &egui::Context, lines: [&[egui::Pos2]; 2], side: Color32) -> Shape {
        let fill = |strength| filled(lines[0], lines[1], side.gamma_multiply(strength));
        match self {
            Self::Spread => fill(0.30),
            Self::Depth => fill(0.68),
            Self::Memory => Shape::Vec(vec![fill(0.22), hatched(ctx, lines[0], lines[1], side)]),
        }
    }
}

/// The sentence and the parts of the cost, over the picture.
pub(super) fn ui(ui: &mut Ui, scene: &Scene<'_>) {
    let tokens = Tokens::of(ui.visuals());
    let view = scene.view;
    let quote = quote(scene);
    let text = RichText::new(sentence(scene, &quote)).size(LABEL);
    ui.add(Label::new(text.color(tokens.strong)).wrap());
    causes(ui, view.digits, &quote.cost, quote.size >= 0.0);
}

/// A cost and its parts, each with the look of its area.
pub fn causes(ui: &mut Ui, digits: Digits, cost: &Cost, buys: bool) {
    let tokens = Tokens::of(ui.visuals());
    let side = if buys { tokens.ask } else { tokens.bid };
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        let money = |amount: f64| digits.money(amount);
        let word = |ui: &mut Ui, text: String| {
            let text = RichText::new(text).size(CAPTION).color(tokens.text);
            ui.add(Label::new(text).selectable(false))
        };
        word(ui, format!("costs {} =", money(cost.total())));
        for cause in Cause::ALL {
            if cause != Cause::Spread {
                word(ui, "+".into());
            }
            swatch(ui, cause, side);
            let text = format!("{} {}", cause.name(), money(cause.of(cost)));
            word(ui, text).on_hover_text(cause.about());
        }
        if money(cost.mid) != money(0.0) && money(cost.mid) != money(-0.0) {
            let sign = if cost.mid < 0.0 { "−" } else { "+" };
            let text = format!("{sign} mid {}", money(cost.mid.abs()));
            word(ui, text).on_hover_text(MOVED);
        }
    });
}

/// What the size that is told costs: the one asked for, else that of the trade made.
fn quote(scene: &Scene<'_>) -> Quote {
    let traded = scene
        .view
        .book
        .trade
        .as_ref()
        .map_or(0.0, |trade| trade.size);
    let size = if scene.asked { scene.size } else { traded };
    scene.view.book.now.quote(size)
}

fn swatch(ui: &mut Ui, cause: Cause, side: Color32) {
    let (rect, _) = ui.allocate_exact_size(vec2(13.0, 11.0), Sense::hover());
    let [top, bottom] = edges(rect);
    let area = cause.area(ui.ctx(), [&top, &bottom], side);
    ui.painter().add(area);
}

fn edges(rect: Rect) -> [[egui::Pos2; 2]; 2] {
    [rect.top(), rect.bottom()].map(|y| [pos2(rect.left(), y), pos2(rect.right(), y)])
}

/// Who trades what at which price; at maturity how the option ends.
fn sentence(scene: &Scene<'_>, quote: &Quote) -> String {
    let view = scene.view;
    let size = view.digits.shares(quote.size.abs());
    let buys = quote.size >= 0.0;
    let price = quote.average.map_or_else(String::new, |average| {
        format!(
            "at {} on average, the last at {}",
            view.digits.price(average),
            view.digits.price(quote.next)
        )
    });
    if scene.asked {
        let verb = if buys { "buying" } else { "selling" };
        return format!("Asked: {verb} {size} {price}");
    }
    let settled = view.book.trade.as_ref().and_then(|trade| trade.settlement);
    let name = view.book.of.as_ref().map_or("Nobody", name_of);
    let verb = if buys { "buys" } else { "sells" };
    match settled {
        Some(settled) => format!(
            "Maturity, spot {}: {}; {name} {verb} {size}",
            view.digits.price(view.book.spot),
            outcome::of_option(&settled, view)
        ),
        None if quote.average.is_none() => format!("{name} does not trade"),
        None => format!("{name} {verb} {size} {price}"),
    }
}

/// `cost 5.43 = spread 3.50 + depth 0.56 + memory 1.37`.
pub fn parts(view: &ViewModel, cost: &Cost) -> String {
    format!("cost {}", parts_of(view.digits, cost))
}

/// `5.43 = spread 3.50 + depth 0.56 + memory 1.37`.
pub fn parts_of(digits: Digits, cost: &Cost) -> String {
    let parts = Cause::ALL.map(|cause| {
        let amount = digits.money(cause.of(cost));
        format!("{} {amount}", cause.name())
    });
    format!("{} = {}", digits.money(cost.total()), parts.join(" + "))
}

/// What a size costs, beside the pointer.
pub(super) fn quoted(view: &ViewModel, quote: &Quote) -> String {
    let verb = if quote.size >= 0.0 {
        "buying"
    } else {
        "selling"
    };
    let average = quote.average.map_or_else(String::new, |average| {
        format!(", on average {}", view.digits.price(average))
    });
    format!(
        "{verb} {}: the next share at {}{average}\n{}",
        view.digits.shares(quote.size.abs()),
        view.digits.price(quote.next),
        parts(view, &quote.cost)
    )
}

/// Whose trades have worn the book.
pub(super) fn owner(view: &ViewModel) -> String {
    view.book.of.as_ref().map_or_else(
        || "a full book".into(),
        |of| format!("{}'s book", name_of(of)),
    )
}

/// What the book quotes, and at maturity how the option ends.
fn headline(view: &ViewModel) -> String {
    let book = &view.book;
    let settled = book.trade.as_ref().and_then(|trade| trade.settlement);
    match settled {
        _ if !book.at_maturity => format!(
            "bid {} · ask {} · spread {}",
            view.digits.price(book.best.1),
            view.digits.price(book.best.0),
            view.digits.price(book.best.0 - book.best.1)
        ),
        Some(settled) => format!(
            "maturity, spot {}: {}",
            view.digits.price(book.spot),
            outcome::of_option(&settled, view)
        ),
        None => format!("maturity · spot {}", view.digits.price(book.spot)),
    }
}

/// The picture in words.
pub(super) fn spoken(view: &ViewModel) -> String {
    let book = &view.book;
    let trade = book.trade.as_ref().map_or_else(String::new, |trade| {
        let text = super::trades::trade_text(view, trade);
        format!("; trade: {text}, {}", parts(view, &trade.cost))
    });
    let quoted = view.shown_ladder().map_or_else(String::new, |ladder| {
        format!("; behind it the ladder quoted in {}", ladder.quoted.name)
    });
    format!(
        "{}{}: {}; taken and not back: {} at the ask, {} at the bid{trade}{quoted}",
        owner(view),
        instead(view),
        headline(view),
        view.digits.shares(book.memory.ask),
        view.digits.shares(book.memory.bid)
    )
}
