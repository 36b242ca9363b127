//! Liquidity through time: what the book offers at each price and date.

use super::book::empty;
use super::path::{cursors, react};
use crate::app::command::Command;
use crate::app::format;
use crate::app::theme::{Tokens, strategy_name};
use crate::app::view::ViewModel;
use crate::app::widgets::{Frame, Picture, chart, x_axis, y_axis};
use egui::{RichText, Stroke, Ui};
use egui_plot::{Line, PlotImage, PlotPoint, PlotPoints};

/// The panel.
#[derive(Default)]
pub struct LiquidityPanel {
    picture: Picture,
}

impl LiquidityPanel {
    /// Draws it.
    pub fn ui(&mut self, ui: &mut Ui, view: &ViewModel, commands: &mut Vec<Command>) {
        let tokens = Tokens::of(ui.visuals());
        ui.horizontal(|ui| {
            let text = format!(
                "after {}'s trades · bright: {} shares or more",
                strategy_name(view.focus),
                format::trimmed(view.liquidity.full, 2)
            );
            ui.label(RichText::new(text).size(11.0).color(tokens.subdued));
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                let mut relative = view.relative_prices;
                let about = "Prices relative to the mid price, or as they are";
                if ui
                    .checkbox(&mut relative, RichText::new("relative").size(11.0))
                    .on_hover_text(about)
                    .changed()
                {
                    commands.push(Command::RelativePrices(relative));
                }
            });
        });
        if view.liquidity.frictionless {
            let text = "Frictionless: unlimited liquidity at the mid price, at every date.";
            empty(ui, ui.available_height(), text);
            return;
        }
        self.plot(ui, view, commands);
    }

    fn plot(&mut self, ui: &mut Ui, view: &ViewModel, commands: &mut Vec<Command>) {
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
        let digits = if height > 0.02 { 1 } else { 2 };
        let relative = liquidity.relative;
        let vertical = move |y: f64| {
            if relative {
                format::signed(&format!("{}%", format::fixed(100.0 * y, digits)))
            } else {
                format::trimmed(y, 2)
            }
        };
        let name = if relative { "price − mid" } else { "price" };
        let center = PlotPoint::new(
            0.5 * liquidity.dates,
            f64::midpoint(liquidity.low, liquidity.high),
        );
        #[expect(clippy::cast_possible_truncation, reason = "sizes on screen")]
        let size = egui::vec2(liquidity.dates as f32, height as f32);
        let plot = chart(ui, "liquidity", frame)
            .custom_x_axes(x_axis(ui, "date", |x| {
                if x.fract() == 0.0 {
                    format::fixed(x, 0)
                } else {
                    String::new()
                }
            }))
            .custom_y_axes(y_axis(ui, frame, name, vertical))
            .set_margin_fraction(egui::vec2(0.0, 0.0))
            .show_grid(false)
            .show(ui, |plot| {
                plot.image(PlotImage::new("liquidity", texture, center, size));
                let mid: PlotPoints<'_> = liquidity.mid.iter().copied().collect();
                let faint = tokens.strong.gamma_multiply(0.6);
                plot.line(Line::new("mid", mid).color(faint).width(1.0));
                cursors(plot, view, tokens);
            });
        let painter = ui.painter_at(*plot.transform.frame());
        let largest = liquidity
            .bubbles
            .iter()
            .fold(1e-12, |most: f64, bubble| most.max(bubble.size.abs()));
        for bubble in &liquidity.bubbles {
            let place = PlotPoint::new(bubble.step as f64 + 0.5, bubble.price);
            let at = plot.transform.position_from_point(&place);
            #[expect(clippy::cast_possible_truncation, reason = "a radius on screen")]
            let radius = (2.0 + 7.0 * (bubble.size.abs() / largest).sqrt()) as f32;
            let look = tokens.look(bubble.strategy);
            if bubble.strategy == view.focus {
                painter.circle(
                    at,
                    radius,
                    look.color.gamma_multiply(0.75),
                    Stroke::new(1.0, tokens.panel),
                );
            } else {
                let colour = look.color.gamma_multiply(0.8);
                painter.circle_stroke(at, radius, Stroke::new(1.0, colour));
            }
        }
        react(view, &plot, commands);
    }
}
