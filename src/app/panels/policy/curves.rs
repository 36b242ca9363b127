//! Curves of the position against spot.

use super::{small, spoken};
use crate::app::command::Commands;
use crate::app::panels::{fade, on_screen, point_at};
use crate::app::theme::{Look, Tokens, name_of};
use crate::app::view::{PolicyChart, PolicyView, Quantity, ViewModel, short};
use crate::app::widgets::{
    End, Frame, MARK, Strand, chart, describe, height_at, nearest, paint_ends, paint_mark, reading,
    ticks, x_axis, y_axis,
};
use crate::policy::Who;
use crate::scenario::Strategy;
use egui::Ui;
use egui_plot::{HLine, LineStyle, PlotPoint, PlotResponse, PlotUi, Points, VLine};

/// Height from which the paper's figure has two lines of words (points).
const TALL: f32 = 170.0;
/// Room for the names at the lines' ends (points).
const NAMES: f32 = 68.0;

/// Draws them.
pub(super) fn ui(ui: &mut Ui, view: &ViewModel, who: &Who, commands: &mut Commands) {
    let (policy, strategy) = (&view.policy, who.kind);
    if let Some(reading) = &policy.reading {
        // Where there is little room, what is seen here comes first.
        let whole = format!("{}\n{}", reading.paper, reading.here);
        let lines = if ui.available_height() >= TALL {
            vec![reading.paper.to_owned(), reading.here.clone()]
        } else {
            vec![format!("{} {}", reading.here, reading.paper)]
        };
        for line in lines {
            let label = egui::Label::new(small(ui, line)).truncate();
            ui.add(label).on_hover_text(&whole);
        }
    }
    let frame = Frame {
        height: ui.available_height(),
        left: 40.0,
    };
    let paper = policy.chart == PolicyChart::PaperFigure;
    let name = if paper {
        "paper figure"
    } else {
        "policy curves"
    };
    let mut plot = chart(ui, name, frame)
        .width(ui.available_width() - NAMES)
        .custom_x_axes(x_axis(ui, "spot (currency)", ticks::number))
        .custom_y_axes(y_axis(ui, frame, "shares", ticks::number))
        .set_margin_fraction(egui::vec2(0.0, 0.06));
    if let Some((low, high)) = policy.shares {
        let (left, right) = policy.spots;
        plot = plot
            .set_margin_fraction(egui::vec2(0.0, 0.0))
            .default_x_bounds(left, right)
            .default_y_bounds(low, high);
    }
    let tokens = Tokens::of(ui.visuals());
    let plot = plot.show(ui, |plot| lines(plot, tokens, view, who));
    describe(&plot.response, "Policy curves", || spoken(view));
    names(ui, view, strategy, &plot);
    mark(ui, policy, strategy, &plot);
    if let Some(pointer) = plot.response.hover_pos() {
        let of = [
            (who.clone(), &policy.own),
            (Strategy::Delta.into(), &policy.delta),
        ];
        let of = of
            .into_iter()
            .map(|(who, points)| (who, on_screen(points, &plot.transform)));
        point_at(commands, nearest(of, pointer));
        let spot = plot.transform.value_from_position(pointer).x;
        plot.response
            .on_hover_text_at_pointer(read(view, who, spot));
    }
}

fn lines<'a>(plot: &mut PlotUi<'a>, tokens: &Tokens, view: &'a ViewModel, who: &Who) {
    let (policy, strategy) = (&*view.policy, who.kind);
    let look = tokens.look(strategy);
    let shade = fade(view, who);
    plot.hline(
        HLine::new("held", policy.state.position)
            .color(tokens.subdued)
            .style(LineStyle::Dotted { spacing: 4.0 })
            .width(1.0),
    );
    for (pin, lines) in view.shown_pins().zip(&policy.ghosts) {
        for line in lines {
            plot.add(Strand::new(
                "pinned",
                line,
                tokens.ghost(pin.label.tint, strategy),
            ));
        }
    }
    for (i, curve) in policy.curves.iter().enumerate() {
        let thin = Look {
            color: tokens
                .of_family(i, policy.curves.len())
                .gamma_multiply(shade),
            style: LineStyle::Solid,
            width: 1.4,
            ..look
        };
        plot.add(Strand::new("family", &curve.points, thin));
    }
    if strategy != Strategy::Delta {
        let delta = tokens.look(Strategy::Delta);
        let delta = delta.faded(fade(view, &Strategy::Delta.into()), 1.0);
        plot.add(Strand::new("delta", &policy.delta, delta));
    }
    plot.add(Strand::new("own", &policy.own, look.faded(shade, 1.3)));
    plot.vline(
        VLine::new("spot", policy.here)
            .color(tokens.accent)
            .width(1.0),
    );
    if let Some(point) = policy.point {
        // The axes hold it; it is drawn on top of all lines.
        let here = Points::new("now", vec![[point.x, point.y]]);
        plot.points(here.color(tokens.strong).radius(1.0));
    }
}

/// The point on the path's own curve, if the axes hold it.
fn mark<R>(ui: &Ui, policy: &PolicyView, strategy: Strategy, plot: &PlotResponse<R>) {
    let Some(point) = policy.point else { return };
    let tokens = Tokens::of(ui.visuals());
    let painter = ui.painter_at(*plot.transform.frame());
    let at = plot.transform.position_from_point(&point);
    paint_mark(
        &painter,
        at,
        1.4 * MARK,
        tokens.look(strategy),
        tokens.strong,
    );
}

/// Longest name of a pin beside the plot (characters).
const NAME: usize = 11;

/// What a curve of the family is called.
fn name(chart: PolicyChart, label: &str) -> String {
    match chart.shows() {
        Quantity::Date => format!("{label} left"),
        quantity => format!("{} {label}", quantity.symbol()),
    }
}

/// A name at the end of each line.
fn names<R>(ui: &Ui, view: &ViewModel, strategy: Strategy, plot: &PlotResponse<R>) {
    let policy = &view.policy;
    let tokens = Tokens::of(ui.visuals());
    let end = |points: &[PlotPoint], name: String, colour, weight| {
        let at = height_at(points, &plot.transform)?;
        Some(End {
            at,
            name,
            colour,
            weight,
        })
    };
    let own = tokens.look(strategy).color;
    let mut ends = vec![end(&policy.own, "this path".into(), own, 2)];
    if strategy != Strategy::Delta {
        let delta = tokens.look(Strategy::Delta).color;
        ends.push(end(&policy.delta, "delta".into(), delta, 1));
    }
    for (pin, lines) in view.shown_pins().zip(&policy.ghosts) {
        for line in lines {
            let tint = tokens.tint(pin.label.tint);
            ends.push(end(line, short(&pin.label.name, NAME), tint, 1));
        }
    }
    for (i, curve) in policy.curves.iter().enumerate() {
        let colour = tokens.of_family(i, policy.curves.len());
        ends.push(end(
            &curve.points,
            name(policy.chart, &curve.label),
            colour,
            0,
        ));
    }
    let painter = ui.painter_at(ui.max_rect());
    let ends = ends.into_iter().flatten().collect();
    paint_ends(&painter, tokens, *plot.transform.frame(), ends);
}

/// All lines at a spot.
fn read(view: &ViewModel, who: &Who, spot: f64) -> String {
    let policy = &view.policy;
    let mut lines = vec![format!("spot {}", view.digits.price(spot))];
    let mut add = |name: String, points: &[PlotPoint]| {
        if let Some(y) = reading(points, spot) {
            lines.push(format!("{name}: {}", view.digits.shares(y)));
        }
    };
    add(format!("{} on this path", name_of(who)), &policy.own);
    for curve in &policy.curves {
        add(name(policy.chart, &curve.label), &curve.points);
    }
    if who.kind != Strategy::Delta {
        add("delta".into(), &policy.delta);
    }
    for (pin, lines) in view.shown_pins().zip(&policy.ghosts) {
        for line in lines {
            add(pin.label.name.clone(), line);
        }
    }
    lines.join("\n")
}
