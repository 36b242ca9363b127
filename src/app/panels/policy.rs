//! The policy itself: curves by portfolio value, maps of the position it would take.

mod state;

use super::book::empty;
use crate::app::command::{Commands, ViewCommand};
use crate::app::format;
use crate::app::theme::{Look, Mark, Tokens, name_of};
use crate::app::view::{PolicyChart, PolicyMap, ViewModel};
use crate::app::widgets::{
    Frame, MARK, Picture, Strand, chart, describe, paint_mark, ticks, x_axis, y_axis,
};
use crate::scenario::Strategy;
use egui::{Color32, ComboBox, Rect, RichText, Sense, Ui, pos2, vec2};
use egui_plot::{HLine, LineStyle, PlotImage, PlotPoint, Points, VLine};

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
        let Some(who) = &policy.who else {
            let text = "Select a strategy under Strategies on the left to see what it would hold.";
            empty(ui, ui.available_height(), text);
            return;
        };
        if let Some(map) = &policy.map {
            self.map(ui, view, map, commands);
        } else {
            curves(ui, view, who.kind, commands);
        }
    }

    fn map(&mut self, ui: &mut Ui, view: &ViewModel, map: &PolicyMap, commands: &mut Commands) {
        let tokens = Tokens::of(ui.visuals());
        let policy = &view.policy;
        let texture = self.picture.texture(ui.ctx(), map.version, &map.image).id();
        state::ui(ui, view, commands, |ui| key(ui, view, map));
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
        let plot = chart(ui, "policy map", frame)
            .custom_x_axes(x_axis(ui, "spot (currency)", ticks::number))
            .custom_y_axes(y_axis(ui, frame, name, ticks::number))
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
                    let dashed = Look {
                        color: tokens.strong,
                        style: LineStyle::Dashed { length: 5.0 },
                        width: 1.5,
                        mark: Mark::Disc,
                    };
                    plot.add(Strand::new("pinned", ghost, dashed));
                }
                let ring = Points::new("now", vec![[policy.here, height]]);
                plot.points(ring.color(tokens.strong).radius(5.0).filled(false));
                plot.vline(
                    VLine::new("spot", policy.here)
                        .color(tokens.accent)
                        .width(1.0),
                );
            });
        describe(&plot.response, "Policy map", || spoken(view));
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

/// Whose policy is shown, and at which date.
fn caption(view: &ViewModel) -> String {
    let policy = &view.policy;
    let Some(who) = &policy.who else {
        return String::new();
    };
    let name = format!("{}{}", name_of(who), super::instead(view));
    match policy.chart {
        PolicyChart::SpotTime | PolicyChart::SpotTimeLessDelta => name,
        _ if policy.step < view.step => format!("{name}, last trade, date {}", policy.step),
        _ => format!("{name}, date {}", policy.step),
    }
}

/// The picture in words.
fn spoken(view: &ViewModel) -> String {
    let caption = caption(view);
    let held = view.digits.shares(view.policy.position);
    let value = view.policy.value.map_or_else(String::new, |value| {
        format!("; portfolio value {}", view.digits.money(value))
    });
    let point = view.policy.point.map_or_else(String::new, |point| {
        format!(
            "; at spot {} it holds {} after its trade",
            view.digits.price(point.x),
            view.digits.shares(point.y)
        )
    });
    format!("{caption}: from {held} shares{value}{point}")
}

/// The choice of the picture, whose policy it is, and in which state.
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
}

/// The colour scale and what shading means.
fn key(ui: &mut Ui, view: &ViewModel, map: &PolicyMap) {
    let tokens = Tokens::of(ui.visuals());
    let small = |text: String| RichText::new(text).size(11.0).color(tokens.subdued);
    ui.label(small(view.digits.shares(map.range.0)));
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
    ui.label(small(format!("{} shares", view.digits.shares(map.range.1))));
    if map.still > 0.0 {
        let within = format::trimmed(map.within, 3);
        ui.label(small(format!("· shaded: trades under {within}")));
    }
    if view.policy.ghost.is_some() {
        ui.label(small("· dashed: pinned, no trade".into()));
    }
}

fn curves(ui: &mut Ui, view: &ViewModel, strategy: Strategy, commands: &mut Commands) {
    let tokens = Tokens::of(ui.visuals());
    let policy = &view.policy;
    let look = tokens.look(strategy);
    state::ui(ui, view, commands, |ui| state::values(ui, policy, strategy));
    let frame = Frame {
        height: ui.available_height(),
        left: 40.0,
    };
    let plot = chart(ui, "policy curves", frame)
        .custom_x_axes(x_axis(ui, "spot (currency)", ticks::number))
        .custom_y_axes(y_axis(ui, frame, "shares", ticks::number))
        .set_margin_fraction(vec2(0.0, 0.06))
        .show(ui, |plot| {
            plot.hline(
                HLine::new("held", policy.position)
                    .color(tokens.subdued.gamma_multiply(0.6))
                    .style(LineStyle::Dotted { spacing: 4.0 })
                    .width(1.0),
            );
            if let Some(ghost) = &policy.ghost {
                plot.add(Strand::new("pinned", ghost, look.faded(0.45, 1.4)));
            }
            for (i, curve) in policy.curves.iter().enumerate() {
                let thin = Look {
                    color: shade(tokens, strategy, i, policy.curves.len()),
                    style: LineStyle::Solid,
                    width: 1.2,
                    ..look
                };
                plot.add(Strand::new("target", &curve.points, thin));
            }
            if strategy != Strategy::Delta {
                let delta = tokens.look(Strategy::Delta);
                plot.add(Strand::new("delta", &policy.delta, delta));
            }
            plot.add(Strand::new("own", &policy.own, look.faded(1.0, 1.2)));
            plot.vline(
                VLine::new("spot", policy.here)
                    .color(tokens.accent)
                    .width(1.0),
            );
            if let Some(point) = policy.point {
                // The axes hold it; it is drawn on top of all lines below.
                let here = Points::new("now", vec![[point.x, point.y]]);
                plot.points(here.color(tokens.strong).radius(1.0));
            }
        });
    describe(&plot.response, "Policy curves", || spoken(view));
    if let Some(point) = policy.point {
        let painter = ui.painter_at(*plot.transform.frame());
        let at = plot.transform.position_from_point(&point);
        paint_mark(&painter, at, 1.4 * MARK, look, tokens.strong);
    }
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
