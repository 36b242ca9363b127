//! Liquidity through time: what the book offers at each price and date.

use super::book::empty;
use super::path::{cursors, react};
use crate::app::command::{Commands, ViewCommand};
use crate::app::format;
use crate::app::theme::{Look, Mark, Tokens, name_of};
use crate::app::view::ViewModel;
use crate::app::widgets::{Frame, Picture, Strand, chart, describe, ticks, x_axis, y_axis};
use egui::{Painter, RichText, Stroke, Ui};
use egui_plot::{Line, LineStyle, PlotImage, PlotPoint, PlotPoints, PlotTransform};

/// The panel.
#[derive(Default)]
pub struct LiquidityPanel {
    picture: Picture,
}

impl LiquidityPanel {
    /// Draws it.
    pub fn ui(&mut self, ui: &mut Ui, view: &ViewModel, commands: &mut Commands) {
        header(ui, view, commands);
        if view.liquidity.frictionless {
            let text = "Frictionless: unlimited liquidity at the mid price, at every date.";
            empty(ui, ui.available_height(), text);
            return;
        }
        self.plot(ui, view, commands);
    }

    fn plot(&mut self, ui: &mut Ui, view: &ViewModel, commands: &mut Commands) {
        let tokens = Tokens::of(ui.visuals());
        let liquidity = &view.liquidity;
        let texture = self
            .picture
            .texture(ui.ctx(), liquidity.version, &liquidity.image)
            .id();
        let frame = Frame {
            height: ui.available_height(),
            left: 56.0,
        };
        let height = liquidity.high - liquidity.low;
        let vertical = if liquidity.relative {
            ticks::signed_percent
        } else {
            ticks::number
        };
        let name = if liquidity.relative {
            "price − mid"
        } else {
            "price (currency)"
        };
        let center = PlotPoint::new(
            0.5 * (liquidity.dates - 1.0),
            f64::midpoint(liquidity.low, liquidity.high),
        );
        #[expect(clippy::cast_possible_truncation, reason = "sizes on screen")]
        let size = egui::vec2(liquidity.dates as f32, height as f32);
        let dates = format!(
            "date (steps of {})",
            format::years(view.scenario.step_length())
        );
        let plot = chart(ui, "liquidity", frame)
            .custom_x_axes(x_axis(ui, &dates, ticks::whole))
            .custom_y_axes(y_axis(ui, frame, name, vertical))
            .set_margin_fraction(egui::vec2(0.0, 0.0))
            .include_x(-0.5)
            .include_x(liquidity.last + 0.5)
            .show_grid(false)
            .show(ui, |plot| {
                plot.image(PlotImage::new("liquidity", texture, center, size));
                let mid = PlotPoints::Borrowed(&liquidity.mid);
                let faint = tokens.strong.gamma_multiply(0.6);
                plot.line(Line::new("mid", mid).color(faint).width(1.0));
                let pinned = Look {
                    color: tokens.strong.gamma_multiply(0.7),
                    style: LineStyle::Dashed { length: 4.0 },
                    width: 1.2,
                    mark: Mark::Disc,
                };
                for edge in liquidity.ghost.iter().flatten() {
                    plot.add(Strand::new("pinned", edge, pinned));
                }
                cursors(plot, view, tokens);
            });
        describe(&plot.response, "Liquidity by date and price", || {
            format!("{}; {}", caption(view), trades(view))
        });
        let painter = ui.painter_at(*plot.transform.frame());
        bubbles(&painter, &plot.transform, view, tokens);
        react(view, &plot, commands);
    }
}

/// What the colours mean, and the switch between relative prices and prices as they are.
fn header(ui: &mut Ui, view: &ViewModel, commands: &mut Commands) {
    let tokens = Tokens::of(ui.visuals());
    let text = caption(view);
    let row = egui::vec2(ui.available_width(), 20.0);
    let layout = egui::Layout::right_to_left(egui::Align::Center);
    ui.allocate_ui_with_layout(row, layout, |ui| {
        let mut relative = view.relative_prices;
        let about = "Prices relative to the mid price, or as they are";
        if ui
            .checkbox(&mut relative, RichText::new("relative").size(11.0))
            .on_hover_text(about)
            .changed()
        {
            commands.push(ViewCommand::RelativePrices(relative));
        }
        ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
            let text = RichText::new(text).size(11.0).color(tokens.subdued);
            ui.add(egui::Label::new(text).truncate());
        });
    });
}

/// Whose trades have worn the book, and how deep the brightest colour is.
fn caption(view: &ViewModel) -> String {
    let liquidity = &view.liquidity;
    let pinned = if liquidity.ghost.is_some() {
        " · dashed: pinned best prices"
    } else {
        ""
    };
    let after = liquidity.of.as_ref().map_or_else(
        || "a full book".into(),
        |of| {
            let instead = super::instead(view);
            format!("after {}'s trades (bubbles){instead}", name_of(of))
        },
    );
    let full = format::short(liquidity.full);
    format!("{after} · bright: {full} shares or more{pinned}")
}

/// How often and how much it trades.
fn trades(view: &ViewModel) -> String {
    let of = view.liquidity.of.as_ref();
    let own = view.liquidity.bubbles.iter();
    let own = own.filter(|bubble| Some(&bubble.who) == of);
    let (count, shares) = own.fold((0, 0.0), |(count, shares), bubble| {
        (count + 1, shares + bubble.size.abs())
    });
    format!(
        "{} trades of {} shares in all",
        format::count(count),
        view.digits.shares(shares)
    )
}

/// Trades of the strategy in focus, and of the one that the pointer rests on.
fn bubbles(painter: &Painter, transform: &PlotTransform, view: &ViewModel, tokens: &Tokens) {
    let bubbles = &view.liquidity.bubbles;
    let largest = bubbles
        .iter()
        .fold(1e-12, |most: f64, bubble| most.max(bubble.size.abs()));
    let shown =
        |who| view.liquidity.of.as_ref() == Some(who) || view.hover.who.as_ref() == Some(who);
    for bubble in bubbles.iter().filter(|bubble| shown(&bubble.who)) {
        let place = PlotPoint::new(bubble.step as f64, bubble.price);
        let at = transform.position_from_point(&place);
        #[expect(clippy::cast_possible_truncation, reason = "a radius on screen")]
        let radius = (2.5 + 6.5 * (bubble.size.abs() / largest).sqrt()) as f32;
        let colour = tokens.look(bubble.who.kind).color;
        painter.circle_filled(at, radius + 1.5, tokens.panel);
        painter.circle(at, radius, colour, Stroke::new(1.0, tokens.strong));
    }
}
