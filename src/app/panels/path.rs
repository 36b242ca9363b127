//! Price and positions on the shown path.

use super::{fade, legend};
use crate::app::command::{Commands, Hover, TimeCommand, ViewCommand};
use crate::app::format;
use crate::app::theme::Tokens;
use crate::app::view::{PathView, StrategyPath, ViewModel};
use crate::app::widgets::{Frame, chart, date_at, x_axis, y_axis};
use egui::{Align2, Id, RichText, Ui, Vec2b};
use egui_plot::{
    Bar, BarChart, HLine, Line, LineStyle, PlotPoint, PlotPoints, PlotResponse, Text, VLine,
};

/// Draws it.
pub fn ui(ui: &mut Ui, view: &ViewModel, commands: &mut Commands) {
    // The values under the pointer, else those at the time cursor.
    let step = view.hover.step.unwrap_or(view.step);
    legend(ui, view, commands, |strategy| {
        let held = view.path.of(strategy).and_then(|path| {
            let line = path.ledger.get(step).or(path.ledger.last())?;
            Some(format::shares(line.position))
        });
        held.unwrap_or_default()
    });
    ui.spacing_mut().item_spacing.y = 5.0;
    let room = ui.available_height();
    let prices = plot_prices(ui, view, room * 0.42);
    react(view, &prices, commands);
    let positions = plot_positions(ui, view, ui.available_height());
    react(view, &positions, commands);
}

/// A click or drag moves the time cursor; the pointer's date is shown everywhere.
pub(super) fn react<R>(view: &ViewModel, plot: &PlotResponse<R>, commands: &mut Commands) {
    let Some(date) = date_at(&plot.response, &plot.transform, view.scenario.steps) else {
        return;
    };
    if plot.response.clicked() || plot.response.dragged_by(egui::PointerButton::Primary) {
        commands.push(TimeCommand::GoTo(date));
    }
    commands.push(ViewCommand::Hover(Hover {
        step: Some(date),
        ..view.hover
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
        .custom_x_axes(x_axis(ui, "", |_| String::new()))
        .show_axes(Vec2b::new(false, true))
        .custom_y_axes(y_axis(ui, frame, "price (currency)", |y| {
            format::trimmed(y, 2)
        }))
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
    let step_marks = move |x: f64| {
        if x.fract() == 0.0 {
            format::fixed(x, 0)
        } else {
            String::new()
        }
    };
    chart(ui, "positions", frame)
        .custom_x_axes(x_axis(ui, &label, step_marks))
        .custom_y_axes(y_axis(ui, frame, "shares", |y| format::trimmed(y, 3)))
        .include_x(-0.3)
        .include_x(last + 0.1)
        .include_y(0.0)
        .link_axis(group(), Vec2b::new(true, false))
        .show(ui, |plot| {
            if let Some(focus) = view.path.of(view.focus) {
                plot.bar_chart(trade_bars(focus, tokens));
            }
            if let Some(ghost) = &view.path.ghost {
                draw_positions(
                    plot,
                    ghost,
                    |look| (look.color.gamma_multiply(0.35), look.width * 0.7),
                    tokens,
                );
            }
            draw_positions(plot, &view.path, |look| (look.color, look.width), tokens);
            if let Some(other) = view.hover.strategy {
                // Drawn again on top, so that it stands out.
                if let Some(path) = view.path.of(other) {
                    let look = tokens.look(other);
                    plot.line(
                        Line::new("hovered", PlotPoints::Borrowed(&path.positions))
                            .allow_band(false)
                            .color(look.color)
                            .style(look.style)
                            .width(look.width + 1.5 * (1.0 - fade(view, other)) + 1.0),
                    );
                }
            }
            cursors(plot, view, tokens);
        })
}

fn draw_positions<'a>(
    plot: &mut egui_plot::PlotUi<'a>,
    path: &'a PathView,
    pen: impl Fn(crate::app::theme::Look) -> (egui::Color32, f32),
    tokens: &Tokens,
) {
    for strategy in &path.strategies {
        let look = tokens.look(strategy.strategy);
        let (colour, width) = pen(look);
        plot.line(
            Line::new("position", PlotPoints::Borrowed(&strategy.positions))
                .allow_band(false)
                .color(colour)
                .style(look.style)
                .width(width),
        );
    }
}

fn trade_bars(path: &StrategyPath, tokens: &Tokens) -> BarChart {
    let colour = tokens.look(path.strategy).color;
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
