//! The order book at the time cursor: depth by price, what past trades took, the trade now.

mod trades;

use crate::app::command::Commands;
use crate::app::theme::{Tokens, name_of};
use crate::app::view::{BookView, ViewModel, standing};
use crate::app::widgets::{Frame, chart, describe, paint_hatch, ticks, x_axis, y_axis};
use egui::{Color32, Pos2, RichText, Stroke, Ui};
use egui_plot::{Line, PlotPoint, PlotPoints, PlotTransform, Points, VLine};

/// Draws it.
pub fn ui(ui: &mut Ui, view: &ViewModel, commands: &mut Commands) {
    let tokens = Tokens::of(ui.visuals());
    let book = &view.book;
    ui.horizontal_wrapped(|ui| {
        ui.label(RichText::new(headline(view)).size(12.0).color(tokens.text));
        let owner = RichText::new(owner(view)).size(11.0);
        ui.label(owner.color(tokens.subdued));
    });
    let rows = book.trades.len() as f32;
    let table = rows * 19.0 + 22.0;
    let height = (ui.available_height() - table).max(60.0);
    if book.frictionless {
        empty(
            ui,
            height,
            "Frictionless: any size trades at the mid price. Raise the ask exponent or lower the bid exponent to give the book a depth.",
        );
    } else {
        plot(ui, view, height);
    }
    trades::ui(ui, view, commands);
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
            super::outcome::of_option(&settled, view)
        ),
        None => format!("maturity · spot {}", view.digits.price(book.spot)),
    }
}

/// Whose trades have worn the book.
fn owner(view: &ViewModel) -> String {
    let Some(of) = &view.book.of else {
        return "a full book".into();
    };
    let pinned = if view.book.ghost.is_some() {
        " · thin: pinned"
    } else {
        ""
    };
    format!("{}'s book{}{pinned}", name_of(of), super::instead(view))
}

/// A sentence in place of a picture.
pub(super) fn empty(ui: &mut Ui, height: f32, text: &str) {
    let tokens = Tokens::of(ui.visuals());
    let size = egui::vec2(ui.available_width(), height);
    ui.allocate_ui(size, |ui| {
        ui.set_min_size(size);
        ui.vertical_centered(|ui| {
            ui.add_space((0.5 * height - 16.0).max(0.0));
            ui.label(RichText::new(text).color(tokens.subdued).size(12.0));
        });
    });
}

fn plot(ui: &mut Ui, view: &ViewModel, height: f32) {
    let book = &view.book;
    let tokens = Tokens::of(ui.visuals());
    let dark = ui.visuals().dark_mode;
    let strength = if dark { 0.60 } else { 0.45 };
    let frame = Frame { height, left: 34.0 };
    let response = chart(ui, "book", frame)
        .custom_x_axes(x_axis(ui, "price (currency)", ticks::number))
        .custom_y_axes(y_axis(ui, frame, "shares", ticks::number))
        .include_y(0.0)
        .include_y(book.reach)
        .include_x(book.prices.0)
        .include_x(book.prices.1)
        .show(ui, |plot| {
            for (side, colour, taken, edge) in [
                (&book.asks, tokens.ask, book.memory.ask, book.prices.1),
                (&book.bids, tokens.bid, book.memory.bid, book.prices.0),
            ] {
                let standing = standing(side, taken);
                let points: PlotPoints<'_> = standing.iter().copied().collect();
                plot.line(
                    Line::new("depth", points)
                        .color(colour)
                        .width(1.5)
                        .fill(0.0)
                        .fill_alpha(strength),
                );
                // Deeper than the picture is high: filled to its edge.
                if let Some(top) = standing.last() {
                    let beyond = vec![*top, [edge, top[1]]];
                    plot.line(
                        Line::new("deeper", beyond)
                            .color(colour)
                            .width(0.0)
                            .fill(0.0)
                            .fill_alpha(strength),
                    );
                }
                if let Some(top) = standing.first() {
                    let edge = vec![[top[0], 0.0], *top];
                    plot.line(Line::new("best", edge).color(colour).width(1.5));
                }
            }
            if let Some((asks, bids)) = &book.ghost {
                for side in [asks, bids] {
                    let points: PlotPoints<'_> = side.iter().copied().collect();
                    plot.line(Line::new("pinned", points).color(tokens.subdued).width(1.0));
                }
            }
            plot.vline(
                VLine::new("spot", book.spot)
                    .color(tokens.subdued)
                    .width(1.0),
            );
            draw_trade(plot, book, tokens);
        });
    describe(&response.response, "Depth by price", || spoken(view));
    let painter = ui.painter_at(*response.transform.frame());
    for (side, colour, taken) in [
        (&book.asks, tokens.ask, book.memory.ask),
        (&book.bids, tokens.bid, book.memory.bid),
    ] {
        hatch(&painter, &response.transform, side, taken, colour);
    }
}

/// The picture in words.
fn spoken(view: &ViewModel) -> String {
    let book = &view.book;
    let trade = book.trade.as_ref().map_or_else(String::new, |trade| {
        format!("; trade: {}", trades::trade_text(view, trade))
    });
    format!(
        "{}: {}; taken and not back: {} at the ask, {} at the bid{trade}",
        owner(view),
        headline(view),
        view.digits.shares(book.memory.ask),
        view.digits.shares(book.memory.bid)
    )
}

/// The part that past trades took and that refills.
fn hatch(
    painter: &egui::Painter,
    transform: &PlotTransform,
    side: &[[f64; 2]],
    taken: f64,
    colour: Color32,
) {
    let place =
        |point: &[f64; 2]| transform.position_from_point(&PlotPoint::new(point[0], point[1]));
    let gone: Vec<Pos2> = side
        .iter()
        .filter(|point| point[1] <= taken + 1e-9)
        .map(place)
        .collect();
    if taken <= 0.0 || gone.len() < 2 {
        return;
    }
    let bottom = transform.position_from_point(&PlotPoint::new(0.0, 0.0)).y;
    paint_hatch(painter, &gone, bottom, colour.gamma_multiply(0.55));
    painter.line(gone, Stroke::new(1.0, colour.gamma_multiply(0.55)));
}

/// The trade of the strategy in focus, from the best price to the last share's.
fn draw_trade<'a>(plot: &mut egui_plot::PlotUi<'a>, book: &'a BookView, tokens: &Tokens) {
    let (Some(trade), Some(last)) = (&book.trade, book.last_price) else {
        return;
    };
    if trade.size.abs() < 1e-9 {
        return;
    }
    let strategy = tokens.strong;
    let taken = if trade.size > 0.0 {
        book.memory.ask
    } else {
        book.memory.bid
    };
    let deep = taken + trade.size.abs();
    let best = if trade.size > 0.0 {
        book.best.0
    } else {
        book.best.1
    };
    let level = vec![[best, deep], [last, deep]];
    plot.line(Line::new("size", level).color(strategy).width(1.5));
    let down = vec![[last, 0.0], [last, deep]];
    plot.line(Line::new("reach", down).color(strategy).width(1.5));
    plot.points(
        Points::new("last share", vec![[last, deep]])
            .color(strategy)
            .radius(4.0),
    );
    if let Some(price) = trade.price {
        plot.points(
            Points::new("average", vec![[price, 0.0]])
                .shape(egui_plot::MarkerShape::Up)
                .color(strategy)
                .radius(5.0),
        );
    }
}
