//! The policy itself: curves by portfolio value, maps of the position it would take.

use super::book::empty;
use crate::app::command::{Commands, ViewCommand};
use crate::app::format;
use crate::app::theme::{Tokens, strategy_name};
use crate::app::view::{PolicyChart, PolicyMap, PolicyView, ViewModel};
use crate::app::widgets::{Frame, Picture, chart, x_axis, y_axis};
use crate::scenario::Strategy;
use egui::{Color32, ComboBox, Rect, RichText, Sense, Ui, pos2, vec2};
use egui_plot::{HLine, Line, LineStyle, PlotImage, PlotPoint, PlotPoints, Points, VLine};

/// Below this width the caption has a line of its own.
const NARROW: f32 = 330.0;

/// The panel.
#[derive(Default)]
pub struct PolicyPanel {
    picture: Picture,
}

impl PolicyPanel {
    /// Draws it.
    pub fn ui(&mut self, ui: &mut Ui, view: &ViewModel, commands: &mut Commands) {
        let policy = &view.policy;
        header(ui, view, commands);
        if policy.strategy.is_none() {
            let text = "No learned policy for this preset yet: press Train, or choose another strategy in the table.";
            empty(ui, ui.available_height(), text);
            return;
        }
        if let Some(map) = &policy.map {
            self.map(ui, view, map);
        } else {
            curves(ui, view);
        }
    }

    fn map(&mut self, ui: &mut Ui, view: &ViewModel, map: &PolicyMap) {
        let tokens = Tokens::of(ui.visuals());
        let policy = &view.policy;
        let texture = self.picture.texture(ui.ctx(), map.version, &map.image).id();
        key(ui, map, policy.ghost.is_some());
        let frame = Frame {
            height: ui.available_height(),
            left: 40.0,
        };
        let over_time = matches!(
            policy.chart,
            PolicyChart::SpotTime | PolicyChart::SpotTimeLessDelta
        );
        let (low, high) = policy.spots;
        let (bottom, top) = map.vertical;
        let center = PlotPoint::new(f64::midpoint(low, high), f64::midpoint(bottom, top));
        #[expect(clippy::cast_possible_truncation, reason = "sizes on screen")]
        let size = vec2((high - low) as f32, (top - bottom) as f32);
        let name = if over_time { "date" } else { "shares held" };
        chart(ui, "policy map", frame)
            .custom_x_axes(x_axis(ui, "spot (currency)", |x| format::trimmed(x, 2)))
            .custom_y_axes(y_axis(ui, frame, name, |y| format::trimmed(y, 2)))
            .set_margin_fraction(vec2(0.0, 0.0))
            .show_grid(false)
            .show(ui, |plot| {
                plot.image(PlotImage::new("map", texture, center, size));
                let height = if over_time {
                    policy.step as f64 + 0.5
                } else {
                    policy.position
                };
                if let Some(ghost) = &policy.ghost {
                    let line = Line::new("pinned", PlotPoints::Borrowed(ghost));
                    let dashed = LineStyle::Dashed { length: 5.0 };
                    plot.line(line.color(tokens.strong).width(1.5).style(dashed));
                }
                let ring = Points::new("now", vec![[policy.here, height]]);
                plot.points(ring.color(tokens.strong).radius(5.0).filled(false));
                plot.vline(
                    VLine::new("spot", policy.here)
                        .color(tokens.accent)
                        .width(1.0),
                );
            });
    }
}

fn choose(ui: &mut Ui, view: &ViewModel, commands: &mut Commands) {
    let policy = &view.policy;
    let shown = PolicyChart::ALL
        .iter()
        .find(|(chart, _)| *chart == policy.chart)
        .map_or("", |(_, name)| name);
    ComboBox::from_id_salt("policy chart")
        .selected_text(RichText::new(shown).size(12.0))
        .width(ui.available_width().min(176.0))
        .truncate()
        .show_ui(ui, |ui| {
            for (chart, name) in PolicyChart::ALL {
                if ui.selectable_label(policy.chart == chart, name).clicked() {
                    commands.push(ViewCommand::Policy(chart));
                }
            }
        })
        .response
        .accessible_name("Policy view");
}

/// Whose policy is shown, and in which state.
fn caption(view: &ViewModel) -> String {
    let policy = &view.policy;
    let name = strategy_name(view.focus);
    let value = policy
        .value
        .map_or_else(String::new, |v| format!(", value {}", format::money(v)));
    let held = format::shares(policy.position);
    match policy.chart {
        PolicyChart::SpotTime | PolicyChart::SpotTimeLessDelta => {
            format!("{name}, holding {held}{value}")
        }
        PolicyChart::Curves => format!("{name} at date {}, holding {held}", policy.step),
        _ => format!("{name} at date {}{value}", policy.step),
    }
}

/// The choice of the picture, whose policy it is, and whether that fits the parameters.
fn header(ui: &mut Ui, view: &ViewModel, commands: &mut Commands) {
    let tokens = Tokens::of(ui.visuals());
    let text = RichText::new(caption(view)).size(11.0);
    let text = egui::Label::new(text.color(tokens.subdued)).truncate();
    if ui.available_width() < NARROW {
        choose(ui, view, commands);
        ui.add(text);
    } else {
        ui.horizontal(|ui| {
            choose(ui, view, commands);
            ui.add(text);
        });
    }
    if view.focus == Strategy::Learned && !view.learned.stale.is_empty() {
        ui.horizontal(|ui| {
            super::stale_mark(ui, view, view.focus);
            let what = view.learned.stale.join(", ");
            let text = format!("policy trained for other parameters: {what}");
            let text = RichText::new(text).size(11.0).color(tokens.warning);
            ui.add(egui::Label::new(text).truncate());
        });
    }
}

/// The colour scale and what shading means.
fn key(ui: &mut Ui, map: &PolicyMap, pinned: bool) {
    let tokens = Tokens::of(ui.visuals());
    let small = |text: String| RichText::new(text).size(11.0).color(tokens.subdued);
    ui.horizontal_wrapped(|ui| {
        ui.label(small(format::shares(map.range.0)));
        let (rect, _) = ui.allocate_exact_size(vec2(90.0, 8.0), Sense::hover());
        let width = rect.width() / map.scale.len() as f32;
        for (i, colour) in map.scale.iter().enumerate() {
            let left = width.mul_add(i as f32, rect.left());
            let cell = Rect::from_min_max(
                pos2(left, rect.top()),
                pos2(left + width + 0.5, rect.bottom()),
            );
            ui.painter().rect_filled(cell, 0.0, *colour);
        }
        ui.label(small(format!("{} shares", format::shares(map.range.1))));
        if map.still > 0.0 {
            let within = format::trimmed(map.within, 3);
            ui.label(small(format!("· shaded: trades under {within}")));
        }
        if pinned {
            ui.label(small("· dashed: pinned, no trade".into()));
        }
    });
}

fn curves(ui: &mut Ui, view: &ViewModel) {
    let tokens = Tokens::of(ui.visuals());
    let policy = &view.policy;
    value_key(ui, policy, view.focus);
    let frame = Frame {
        height: ui.available_height(),
        left: 40.0,
    };
    chart(ui, "policy curves", frame)
        .custom_x_axes(x_axis(ui, "spot (currency)", |x| format::trimmed(x, 2)))
        .custom_y_axes(y_axis(ui, frame, "shares", |y| format::trimmed(y, 2)))
        .set_margin_fraction(vec2(0.0, 0.06))
        .show(ui, |plot| {
            plot.hline(
                HLine::new("held", policy.position)
                    .color(tokens.subdued.gamma_multiply(0.6))
                    .style(LineStyle::Dotted { spacing: 4.0 })
                    .width(1.0),
            );
            let look = tokens.look(view.focus);
            if let Some(ghost) = &policy.ghost {
                plot.line(
                    Line::new("pinned", PlotPoints::Borrowed(ghost))
                        .color(look.color.gamma_multiply(0.45))
                        .style(look.style)
                        .width(look.width + 1.0),
                );
            }
            // A single curve is the strategy itself, and looks like it.
            let (style, width) = if policy.curves.len() == 1 {
                (look.style, look.width)
            } else {
                (LineStyle::Solid, 1.8)
            };
            for (i, curve) in policy.curves.iter().enumerate() {
                plot.line(
                    Line::new("target", PlotPoints::Borrowed(&curve.points))
                        .color(shade(tokens, view.focus, i, policy.curves.len()))
                        .style(style)
                        .width(width),
                );
            }
            let look = tokens.look(Strategy::Delta);
            if view.focus != Strategy::Delta {
                plot.line(
                    Line::new("delta", PlotPoints::Borrowed(&policy.delta))
                        .color(look.color)
                        .style(look.style)
                        .width(look.width),
                );
            }
            plot.vline(
                VLine::new("spot", policy.here)
                    .color(tokens.accent)
                    .width(1.0),
            );
        });
}

/// By portfolio value: from red over purple and the strategy's own hue to the text's colour.
fn shade(tokens: &Tokens, strategy: Strategy, place: usize, count: usize) -> Color32 {
    let colour = tokens.look(strategy).color;
    if count < 2 {
        return colour;
    }
    let purple = tokens.look(Strategy::Band).color;
    let along = 3.0 * place as f32 / (count - 1) as f32;
    if along < 1.0 {
        tokens.error.lerp_to_gamma(purple, along)
    } else if along < 2.0 {
        purple.lerp_to_gamma(colour, along - 1.0)
    } else {
        colour.lerp_to_gamma(tokens.strong, along - 2.0)
    }
}

/// Which colour is which portfolio value.
fn value_key(ui: &mut Ui, policy: &PolicyView, focus: Strategy) {
    let tokens = Tokens::of(ui.visuals());
    if policy.curves.len() < 2 {
        return;
    }
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 7.0;
        let title = RichText::new("value V").size(11.0).color(tokens.subdued);
        ui.label(title);
        for (i, curve) in policy.curves.iter().enumerate() {
            let colour = shade(tokens, focus, i, policy.curves.len());
            let text = format::fixed(
                curve.value,
                usize::from(curve.value < 10.0 && curve.value > 0.0),
            );
            ui.label(RichText::new(text).size(11.0).color(colour));
        }
        if let (Some(_), Some(middle)) = (&policy.ghost, policy.middle()) {
            let text = format!("· dim: pinned at {}", format::fixed(middle.value, 0));
            ui.label(RichText::new(text).size(11.0).color(tokens.subdued));
        }
    });
}
