//! Price and positions on the shown path.

use super::{fade, legend};
use crate::app::command::{Commands, Hover, TimeCommand, ViewCommand};
use crate::app::format;
use crate::app::theme::{Tokens, name_of};
use crate::app::view::{StrategyPath, ViewModel};
use crate::app::widgets::{
    Frame, MARK, Strand, arrows, chart, date_at, describe, paint_mark, ticks, x_axis, y_axis,
};
use egui::{Align2, Id, RichText, Sense, Ui, Vec2b};
use egui_plot::{
    Bar, BarChart, HLine, Line, LineStyle, PlotPoint, PlotPoints, PlotResponse, Text, VLine,
};

/// Draws it.
pub fn ui(ui: &mut Ui, view: &ViewModel, commands: &mut Commands) {
    // The values under the pointer, else those at the time cursor.
    let step = view.hover.step.unwrap_or(view.step);
    legend(ui, view, commands, |who| {
        let path = view.path.of(who);
        path.map_or_else(String::new, |path| at(view, path, step))
    });
    ui.spacing_mut().item_spacing.y = 5.0;
    let room = ui.available_height();
    let prices = plot_prices(ui, view, room * 0.42);
    describe(&prices.response, "Price by date", || spoken_price(view));
    react(view, &prices, commands);
    let positions = plot_positions(ui, view, ui.available_height());
    describe(&positions.response, "Positions by date", || {
        let at = |path: &StrategyPath| format!("{} {}", name_of(&path.who), at(view, path, step));
        let all: Vec<String> = view.path.strategies.iter().map(at).collect();
        format!("date {step}: {}", all.join(", "))
    });
    dots(ui, view, &positions);
    react(view, &positions, commands);
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
        view.digits.price(view.scenario.contract.strike)
    )
}

/// Each strategy's mark on its line at the time cursor.
fn dots(ui: &Ui, view: &ViewModel, plot: &PlotResponse<()>) {
    let tokens = Tokens::of(ui.visuals());
    let painter = ui.painter_at(*plot.transform.frame());
    for path in view.path.strategies.iter().rev() {
        let place = PlotPoint::new(view.step as f64, path.held(view.step));
        let at = plot.transform.position_from_point(&place);
        let look = tokens.look(path.who.kind).faded(fade(view, &path.who), 1.0);
        paint_mark(&painter, at, MARK, look, tokens.panel);
    }
}

/// What a strategy holds after a date's trade; at maturity, what the hedge lost or gained.
fn at(view: &ViewModel, path: &StrategyPath, step: usize) -> String {
    if step < path.ledger.len() {
        view.digits.shares(path.held(step))
    } else {
        super::outcome::error(view, path.settlement.error)
    }
}

/// A click or drag moves the time cursor; the pointer's date is shown everywhere.
pub(super) fn react<R>(view: &ViewModel, plot: &PlotResponse<R>, commands: &mut Commands) {
    let step = arrows(&plot.response);
    if step != 0 {
        commands.push(TimeCommand::StepBy(step));
    }
    let Some(date) = date_at(&plot.response, &plot.transform, view.scenario.steps) else {
        return;
    };
    if plot.response.clicked() || plot.response.dragged_by(egui::PointerButton::Primary) {
        commands.push(TimeCommand::GoTo(date));
    }
    commands.push(ViewCommand::Hover(Hover {
        step: Some(date),
        ..Hover::default()
    }));
}

/// The time cursor and the pointer's date.
pub(super) fn cursors(plot: &mut egui_plot::PlotUi<'_>, view: &ViewModel, tokens: &Tokens) {
    if let Some(step) = view.hover.step.filter(|step| *step != view.step) {
        plot.vline(
            VLine::new("pointer", step as f64)
                .color(tokens.subdued.gamma_multiply(0.6))
                .width(1.0)
                .style(LineStyle::Dotted { spacing: 4.0 }),
        );
    }
    plot.vline(
        VLine::new("now", view.step as f64)
            .color(tokens.accent)
            .width(1.5),
    );
}

fn group() -> Id {
    Id::unique("dates")
}

fn plot_prices(ui: &mut Ui, view: &ViewModel, height: f32) -> PlotResponse<()> {
    let tokens = Tokens::of(ui.visuals());
    let frame = Frame { height, left: 56.0 };
    let last = view.scenario.steps as f64;
    let strike = view.scenario.contract.strike;
    chart(ui, "prices", frame)
        .custom_x_axes(x_axis(ui, "", |_, _| String::new()))
        .show_axes(Vec2b::new(false, true))
        .custom_y_axes(y_axis(ui, frame, "price (currency)", ticks::number))
        .include_x(-0.3)
        .include_x(last + 0.1)
        .include_y(strike)
        .link_axis(group(), Vec2b::new(true, false))
        .show(ui, |plot| {
            plot.hline(
                HLine::new("strike", strike)
                    .color(tokens.subdued)
                    .width(1.0)
                    .style(LineStyle::Dashed { length: 6.0 }),
            );
            let label = RichText::new("strike").size(11.0).color(tokens.subdued);
            plot.text(
                Text::new("strike", PlotPoint::new(last, strike), label)
                    .anchor(Align2::RIGHT_BOTTOM),
            );
            if let Some(ghost) = &view.path.ghost {
                let points = PlotPoints::Borrowed(&ghost.line);
                let faint = tokens.strong.gamma_multiply(0.35);
                plot.line(Line::new("pinned", points).color(faint).width(1.2));
            }
            plot.line(
                Line::new("spot", PlotPoints::Borrowed(&view.path.line))
                    .color(tokens.strong)
                    .width(1.6),
            );
            cursors(plot, view, tokens);
        })
}

fn plot_positions(ui: &mut Ui, view: &ViewModel, height: f32) -> PlotResponse<()> {
    let tokens = Tokens::of(ui.visuals());
    let frame = Frame { height, left: 56.0 };
    let last = view.scenario.steps as f64;
    let step = format::years(view.scenario.step_length());
    let label = format!("date (steps of {step})");
    chart(ui, "positions", frame)
        .sense(Sense::click_and_drag())
        .custom_x_axes(x_axis(ui, &label, ticks::whole))
        .custom_y_axes(y_axis(ui, frame, "shares", ticks::number))
        .include_x(-0.3)
        .include_x(last + 0.1)
        .include_y(0.0)
        .link_axis(group(), Vec2b::new(true, false))
        .show(ui, |plot| {
            if let Some(focus) = view.path.whose(&view.focus) {
                plot.bar_chart(trade_bars(focus, tokens));
            }
            if let Some(ghost) = &view.path.ghost {
                for path in &ghost.strategies {
                    let look = tokens.look(path.who.kind).faded(0.35, 0.7);
                    plot.add(Strand::new("pinned", &path.positions, look));
                }
            }
            // The first stands in front.
            for path in view.path.strategies.iter().rev() {
                let mut look = tokens.look(path.who.kind);
                look = look.faded(fade(view, &path.who), 1.0);
                if view.hover.who.as_ref() == Some(&path.who) {
                    look.width += 1.0;
                }
                plot.add(Strand::new("position", &path.positions, look));
            }
            cursors(plot, view, tokens);
        })
}

fn trade_bars(path: &StrategyPath, tokens: &Tokens) -> BarChart {
    let colour = tokens.look(path.who.kind).color;
    let fill = colour.gamma_multiply(0.35);
    let bars = if path.trades.len() > 500 {
        Vec::new()
    } else {
        path.trades
            .iter()
            .map(|(date, size)| Bar::new(*date, *size).width(0.35).fill(fill))
            .collect()
    };
    BarChart::new("trades", bars).color(fill)
}
