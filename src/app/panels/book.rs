//! The order book at the time cursor: depth by price, what past trades took, the trade now.

use super::legend;
use crate::app::command::{Commands, ViewCommand};
use crate::app::format;
use crate::app::theme::{Tokens, strategy_name};
use crate::app::view::{BookView, TradeNow, ViewModel};
use crate::app::widgets::{Frame, chart, paint_hatch, x_axis, y_axis};
use egui::{Color32, Grid, Pos2, RichText, Stroke, Ui};
use egui_plot::{Line, PlotPoint, PlotPoints, PlotTransform, Points, VLine};

/// Draws it.
pub fn ui(ui: &mut Ui, view: &ViewModel, commands: &mut Commands) {
    let tokens = Tokens::of(ui.visuals());
    let book = &view.book;
    let headline = if book.at_maturity {
        format!("maturity · spot {}", format::price(book.spot))
    } else {
        format!(
            "bid {} · ask {} · spread {}",
            format::price(book.best.1),
            format::price(book.best.0),
            format::money(book.best.0 - book.best.1)
        )
    };
    ui.horizontal_wrapped(|ui| {
        ui.label(RichText::new(headline).size(12.0).color(tokens.text));
        let left_by = format!("as {} finds it", strategy_name(view.focus));
        ui.label(RichText::new(left_by).size(11.0).color(tokens.subdued));
        super::stale_mark(ui, view, view.focus);
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
        plot(ui, book, height);
    }
    trades(ui, view, commands);
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

fn plot(ui: &mut Ui, book: &BookView, height: f32) {
    let tokens = Tokens::of(ui.visuals());
    let dark = ui.visuals().dark_mode;
    let strength = if dark { 0.60 } else { 0.45 };
    let frame = Frame { height, left: 34.0 };
    let response = chart(ui, "book", frame)
        .custom_x_axes(x_axis(ui, "price (currency)", |x| {
            format::fixed(x, decimals(book))
        }))
        .custom_y_axes(y_axis(ui, frame, "shares", |y| format::trimmed(y, 3)))
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
    let painter = ui.painter_at(*response.transform.frame());
    for (side, colour, taken) in [
        (&book.asks, tokens.ask, book.memory.ask),
        (&book.bids, tokens.bid, book.memory.bid),
    ] {
        hatch(&painter, &response.transform, side, taken, colour);
    }
}

/// Enough decimals to tell neighbouring prices apart.
fn decimals(book: &BookView) -> usize {
    let width = book.prices.1 - book.prices.0;
    match width.abs() {
        w if w > 8.0 => 0,
        w if w > 0.8 => 1,
        w if w > 0.08 => 2,
        _ => 4,
    }
}

/// The part of a side that is still there.
fn standing(side: &[[f64; 2]], taken: f64) -> Vec<[f64; 2]> {
    side.iter()
        .filter(|point| point[1] >= taken - 1e-9)
        .copied()
        .collect()
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
    let (Some(line), Some(last)) = (book.trade, book.last_price) else {
        return;
    };
    if line.trade.abs() < 1e-9 {
        return;
    }
    let strategy = tokens.strong;
    let taken = if line.trade > 0.0 {
        book.memory.ask
    } else {
        book.memory.bid
    };
    let deep = taken + line.trade.abs();
    let best = if line.trade > 0.0 {
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
    if let Some(price) = line.price {
        plot.points(
            Points::new("average", vec![[price, 0.0]])
                .shape(egui_plot::MarkerShape::Up)
                .color(strategy)
                .radius(5.0),
        );
    }
}

/// What each strategy trades at this date.
fn trades(ui: &mut Ui, view: &ViewModel, commands: &mut Commands) {
    let tokens = Tokens::of(ui.visuals());
    let caption = |text: &str| RichText::new(text).size(11.0).color(tokens.subdued);
    ui.spacing_mut().interact_size.y = 16.0;
    let area = egui::ScrollArea::horizontal().id_salt("trades now");
    area.show(ui, |ui| grid(ui, view, commands));
    if view.book.trades.is_empty() {
        legend(ui, view, commands, |_| String::new());
        ui.label(caption("Select a strategy to see its trades."));
    }
}

fn grid(ui: &mut Ui, view: &ViewModel, commands: &mut Commands) {
    let tokens = Tokens::of(ui.visuals());
    let caption = |text: &str| RichText::new(text).size(11.0).color(tokens.subdued);
    Grid::new("trades now")
        .num_columns(5)
        .spacing([12.0, 2.0])
        .min_row_height(17.0)
        .show(ui, |ui| {
            for title in ["now", "trades", "average price", "cost", "holds"] {
                ui.label(caption(title));
            }
            ui.end_row();
            for trade in &view.book.trades {
                row(ui, view, trade, commands);
                ui.end_row();
            }
        });
}

fn row(ui: &mut Ui, view: &ViewModel, trade: &TradeNow, commands: &mut Commands) {
    let tokens = Tokens::of(ui.visuals());
    let number = |text: String| RichText::new(text).size(12.0).color(tokens.text);
    ui.horizontal(|ui| {
        let focused = view.focus == trade.strategy;
        if crate::app::widgets::strategy_label(ui, trade.strategy, focused, "").clicked() {
            commands.push(ViewCommand::Focus(trade.strategy));
        }
        super::stale_mark(ui, view, trade.strategy);
    });
    let side = if trade.price.is_none() {
        "–".to_owned()
    } else {
        let verb = if trade.size >= 0.0 { "buys" } else { "sells" };
        format!("{verb} {}", format::shares(trade.size.abs()))
    };
    ui.label(number(side));
    ui.label(number(trade.price.map_or("–".into(), format::price)));
    let cost = trade.cost;
    ui.label(number(format::money(cost.total())))
        .on_hover_text(format!(
            "against the mid price: spread {}, depth {}, own past trades {}",
            format::money(cost.spread),
            format::money(cost.depth),
            format::money(cost.memory)
        ));
    ui.label(number(format::shares(trade.position)));
}
