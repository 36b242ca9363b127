//! Maps of the position that the policy would take.

use super::{small, spoken};
use crate::app::command::Commands;
use crate::app::format;
use crate::app::panels::point_at_date;
use crate::app::theme::{CAPTION, CASING, ISOLINE, Look, Mark, Tokens};
use crate::app::view::{PolicyMap, PolicyView, ViewModel};
use crate::app::widgets::{Frame, Picture, Strand, chart, describe, ticks, x_axis, y_axis};
use egui::{Color32, FontId, Painter, Pos2, Rect, Sense, Ui, pos2, vec2};
use egui_plot::{HLine, LineStyle, PlotImage, PlotPoint, PlotTransform, PlotUi, Points, VLine};

/// Width from which the key says what the band is; its name stands in the picture (points).
const ROOMY: f32 = 420.0;
/// Shortest isoline that is labelled (points).
const SHORT: f32 = 44.0;

/// Draws one.
pub(super) fn ui(
    ui: &mut Ui,
    view: &ViewModel,
    map: &PolicyMap,
    picture: &mut Picture,
    commands: &mut Commands,
) {
    let tokens = Tokens::of(ui.visuals());
    let texture = picture.texture(ui.ctx(), map.version, &map.image).id();
    key(ui, view, map);
    let frame = Frame {
        height: ui.available_height(),
        left: 40.0,
    };
    let name = if view.policy.chart.over_time() {
        "date"
    } else {
        "held before"
    };
    let plot = chart(ui, "policy map", frame)
        .custom_x_axes(x_axis(ui, "spot (currency)", ticks::number))
        .custom_y_axes(y_axis(ui, frame, name, ticks::number))
        .set_margin_fraction(vec2(0.0, 0.0))
        .show_grid(false)
        .show(ui, |plot| {
            let ((left, right), (bottom, top)) = map.edges;
            let center = PlotPoint::new(f64::midpoint(left, right), f64::midpoint(bottom, top));
            #[expect(clippy::cast_possible_truncation, reason = "sizes on screen")]
            let size = vec2((right - left) as f32, (top - bottom) as f32);
            plot.image(PlotImage::new("map", texture, center, size));
            lines(plot, tokens, view, map);
        });
    describe(&plot.response, "Policy map", || spoken(view));
    let painter = ui.painter_at(*plot.transform.frame());
    let point = plot.transform.position_from_point(&here(&view.policy));
    let mut labels = Labels {
        painter: &painter,
        tokens,
        transform: &plot.transform,
        taken: vec![Rect::from_center_size(point, vec2(14.0, 14.0))],
    };
    labels.paint(view, map);
    if let Some(pointer) = plot.response.hover_pos() {
        let at = plot.transform.value_from_position(pointer);
        if let Some(step) = date(view, at) {
            point_at_date(commands, step);
        }
        if let Some(text) = read(view, map, at) {
            plot.response.on_hover_text_at_pointer(text);
        }
    }
}

fn lines<'a>(plot: &mut PlotUi<'a>, tokens: &Tokens, view: &'a ViewModel, map: &'a PolicyMap) {
    let policy = &view.policy;
    let line = |color, width| Look {
        color,
        style: LineStyle::Solid,
        width,
        mark: Mark::Disc,
    };
    let mut add = |lines: &'a [Vec<PlotPoint>], look| {
        for points in lines {
            plot.add(Strand::new("line", points, look));
        }
    };
    for isoline in &map.isolines {
        add(
            &isoline.lines,
            line(tokens.panel.gamma_multiply(CASING), 2.6),
        );
        add(
            &isoline.lines,
            line(tokens.strong.gamma_multiply(ISOLINE), 0.9),
        );
    }
    add(&map.band, line(tokens.panel.gamma_multiply(CASING), 4.0));
    add(&map.band, line(tokens.strong, 1.8));
    for (pin, lines) in view.shown_pins().zip(&policy.ghosts) {
        let dashed = Look {
            style: LineStyle::Dashed { length: 5.0 },
            ..line(tokens.tint(pin.label.tint), 1.6)
        };
        add(lines, line(tokens.panel.gamma_multiply(CASING), 3.4));
        add(lines, dashed);
    }
    plot.vline(
        VLine::new("spot", policy.here)
            .color(tokens.accent)
            .width(1.0),
    );
    let pointed = view.hover.step.filter(|_| policy.chart.over_time());
    if let Some(step) = pointed {
        let date = |colour: Color32, width| {
            HLine::new("date", step as f64)
                .color(colour)
                .width(width)
                .style(LineStyle::Dotted { spacing: 4.0 })
        };
        plot.hline(date(tokens.panel, 3.0));
        plot.hline(date(tokens.strong, 1.5));
    }
    let here = here(policy);
    for (color, radius) in [
        (tokens.panel, 6.5),
        (tokens.strong, 5.0),
        (tokens.accent, 3.0),
    ] {
        let disc = Points::new("now", vec![[here.x, here.y]]);
        plot.points(disc.color(color).radius(radius));
    }
}

/// The date at a place, where the map is over time.
fn date(view: &ViewModel, at: PlotPoint) -> Option<usize> {
    let last = view.scenario.steps as f64;
    let over_time = view.policy.chart.over_time();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to the dates"
    )]
    over_time.then(|| at.y.round().clamp(0.0, last) as usize)
}

/// Where the path stands on the map.
fn here(policy: &PolicyView) -> PlotPoint {
    let height = if policy.chart.over_time() {
        policy.on_path.step as f64
    } else {
        policy.on_path.position
    };
    PlotPoint::new(policy.here, height)
}

/// What the colours are, and what the band is.
fn key(ui: &mut Ui, view: &ViewModel, map: &PolicyMap) {
    let what = if view.policy.chart.less_delta() {
        "position minus delta's, shares"
    } else {
        "position after, shares"
    };
    let roomy = ui.available_width() >= ROOMY;
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        ui.label(small(ui, what));
        ui.label(small(ui, view.digits.shares(map.range.0)));
        ramp(ui, &map.scale);
        ui.label(small(ui, view.digits.shares(map.range.1)));
        if roomy && !map.band.is_empty() {
            let within = format::trimmed(map.within, 4);
            ui.label(small(ui, format!("· band: trades under {within}")));
        }
        if view.policy.ghosts.iter().any(|lines| !lines.is_empty()) {
            ui.label(small(ui, "· dashed: pinned"));
        }
    });
}

/// Colours from lowest to highest.
pub(in crate::app::panels) fn ramp(ui: &mut Ui, scale: &[Color32]) {
    let (rect, _) = ui.allocate_exact_size(vec2(72.0, 8.0), Sense::hover());
    let width = rect.width() / scale.len() as f32;
    for (i, colour) in scale.iter().enumerate() {
        let left = width.mul_add(i as f32, rect.left());
        let right = left + width + 0.5;
        let cell = Rect::from_min_max(pos2(left, rect.top()), pos2(right, rect.bottom()));
        ui.painter().rect_filled(cell, 0.0, *colour);
    }
}

/// The map at a place, in words.
fn read(view: &ViewModel, map: &PolicyMap, at: PlotPoint) -> Option<String> {
    let over_time = view.policy.chart.over_time();
    let up = if over_time { at.y.round() } else { at.y };
    let (held, delta) = map.read((at.x, up))?;
    let before = if over_time {
        view.policy.state.position
    } else {
        up
    };
    let shares = |x: f64| view.digits.shares(x);
    let mut lines = vec![format!("spot {}", view.digits.price(at.x))];
    lines.push(if over_time {
        format!("date {}", format::fixed(up, 0))
    } else {
        format!("held before: {}", shares(up))
    });
    lines.push(format!("held after: {}", shares(held)));
    lines.push(format!("trade: {}", format::signed(&shares(held - before))));
    lines.push(format!("delta: {}", shares(delta)));
    lines.push(format!(
        "minus delta's: {}",
        format::signed(&shares(held - delta))
    ));
    Some(lines.join("\n"))
}

/// Names on the picture, none over another.
struct Labels<'a> {
    painter: &'a Painter,
    tokens: &'a Tokens,
    transform: &'a PlotTransform,
    taken: Vec<Rect>,
}

impl Labels<'_> {
    fn paint(&mut self, view: &ViewModel, map: &PolicyMap) {
        if let Some(at) = self.along(&map.middle, "no trade") {
            self.sides(view, map, at);
        }
        for isoline in &map.isolines {
            self.along(&isoline.lines, &isoline.label);
        }
    }

    /// On either side of the band, what is done there.
    fn sides(&mut self, view: &ViewModel, map: &PolicyMap, band: Pos2) {
        let over_time = view.policy.chart.over_time();
        let frame = *self.transform.frame();
        let places = if over_time {
            [frame.left(), frame.right()].map(|x| pos2(f32::midpoint(x, band.x), band.y))
        } else {
            [frame.top(), frame.bottom()].map(|y| pos2(band.x, f32::midpoint(y, band.y)))
        };
        for place in places {
            let at = self.transform.value_from_position(place);
            let Some((held, _)) = map.read((at.x, at.y)) else {
                continue;
            };
            let before = if over_time {
                view.policy.state.position
            } else {
                at.y
            };
            self.write(place, if held > before { "buys" } else { "sells" });
        }
    }

    /// Writes on the longest of some lines, where there is room; gives back where.
    fn along(&mut self, lines: &[Vec<PlotPoint>], text: &str) -> Option<Pos2> {
        let frame = *self.transform.frame();
        let seen = |points: &Vec<PlotPoint>| {
            let on_screen = points.iter().map(|p| self.transform.position_from_point(p));
            let inside = on_screen.filter(|at| frame.contains(*at));
            inside.collect::<Vec<Pos2>>()
        };
        let length = |line: &[Pos2]| line.windows(2).map(|p| p[0].distance(p[1])).sum::<f32>();
        let line = lines.iter().map(seen);
        let line = line.max_by(|a, b| length(a).total_cmp(&length(b)))?;
        if length(&line) < SHORT {
            return None;
        }
        let places = [5, 4, 6, 3, 7, 2, 8].map(|tenth| line[tenth * (line.len() - 1) / 10]);
        places.into_iter().find(|at| self.write(*at, text))
    }

    /// Writes around a place, unless something else stands there.
    fn write(&mut self, at: Pos2, text: &str) -> bool {
        let font = FontId::proportional(CAPTION);
        let galley = self
            .painter
            .layout_no_wrap(text.into(), font, self.tokens.strong);
        let rect = Rect::from_center_size(at, galley.size() + vec2(6.0, 0.0));
        let free = self.transform.frame().contains_rect(rect)
            && !self.taken.iter().any(|other| other.intersects(rect));
        if free {
            let ground = self.tokens.panel.gamma_multiply(0.8);
            self.painter.rect_filled(rect, 3.0, ground);
            let corner = rect.min + vec2(3.0, 0.0);
            self.painter.galley(corner, galley, self.tokens.strong);
            self.taken.push(rect);
        }
        free
    }
}
