//! The curves of the distribution, with marks for tail figures and for the path on screen.

use super::bins::{self, Bins};
use super::tags::{self, Tag};
use super::{Of, Sight};
use crate::app::panels::{fade, whose};
use crate::app::theme::Tokens;
use crate::app::view::{Density, Shape, ViewModel};
use crate::app::widgets::{
    Frame, MARK, Strand, chart, describe, paint_mark, ticks, x_axis, y_axis,
};
use crate::engine::Outcomes;
use crate::outcome::{Histogram, Measure};
use egui::{Painter, Sense, Ui, vec2};
use egui_plot::{Line, LineStyle, PlotPoint, PlotPoints, PlotResponse, PlotUi, VLine};

/// Where an error of a strategy stands on the horizontal axis: at itself, or among quantiles at the
/// share of paths (percent) below it.
pub(super) fn across(shape: Shape, histogram: &Histogram, error: f64) -> Option<f64> {
    if shape == Shape::Quantile {
        let share = histogram.share_below(error)?.value?;
        Some(100.0 * share)
    } else {
        histogram.bin(error).map(|_| error)
    }
}

/// Draws it.
pub(super) fn ui(
    ui: &mut Ui,
    view: &ViewModel,
    outcomes: &Outcomes,
    sight: Sight,
    bins: &Bins,
    height: f32,
) -> PlotResponse<()> {
    let tokens = Tokens::of(ui.visuals());
    let picture = sight.picture(view);
    let frame = Frame { height, left: 56.0 };
    let (id, name) = title(sight);
    let (across, up) = axes(view, sight, outcomes);
    let of = sight.shown(view, outcomes);
    let mut plot = chart(ui, id, frame)
        .sense(Sense::click_and_drag())
        .custom_x_axes(x_axis(ui, &across, ticks::number))
        .custom_y_axes(y_axis(ui, frame, up, ticks::number))
        .set_margin_fraction(vec2(0.0, 0.02));
    plot = match sight.shape {
        Shape::Density => plot.include_y(0.0).include_y(picture.top * 1.05),
        Shape::Histogram => {
            let per_bin = 100.0 * picture.top * picture.bins.1;
            plot.include_y(0.0).include_y(per_bin * 1.05)
        }
        Shape::Cumulative => plot.include_y(0.0).include_y(100.0),
        Shape::Quantile => plot.include_x(0.0).include_x(100.0),
    };
    if sight.gaps && sight.shape != Shape::Quantile {
        plot = plot.include_x(0.0);
    }
    let plot = plot.show(ui, |plot| {
        if sight.shape == Shape::Quantile {
            let zero = egui_plot::HLine::new("zero", 0.0);
            plot.hline(zero.color(tokens.subdued).width(1.0));
        } else {
            plot.vline(VLine::new("zero", 0.0).color(tokens.subdued).width(1.0));
        }
        let edges = of.zip(bins.chosen()).and_then(|(of, bin)| {
            let edges = bins::edges(of.histogram, bin)?;
            Some([edges.0, edges.1].map(|edge| self::across(sight.shape, of.histogram, edge)))
        });
        for edge in edges.into_iter().flatten().flatten() {
            plot.vline(VLine::new("bin", edge).color(tokens.accent).width(1.0));
        }
        ghosts(plot, view, sight, tokens);
        for density in picture.densities.iter().rev() {
            curve(plot, view, density, sight.shape, tokens);
        }
        if let Some(of) = of {
            marks(plot, view, sight, of, tokens);
        }
    });
    describe(&plot.response, name, || {
        let mut text = of.map_or_else(String::new, |of| tags::spoken(view, sight, of));
        if let Some((of, bin)) = of.zip(bins.chosen()) {
            text = format!("{}; {text}", bins::text(view, outcomes, sight, of, bin));
        }
        text
    });
    let painter = ui.painter_at(*plot.transform.frame());
    peaks(&painter, view, sight, &plot, tokens);
    here(&painter, view, outcomes, sight, &plot, tokens);
    if let Some(of) = of {
        let tags: Vec<Tag> = tags::of(view, sight, of, tokens);
        tags::paint(&painter, &plot.transform, &tags, tokens.panel);
    }
    plot
}

/// The curves of pinned scenarios: of all strategies where there is one pin, else of the one in focus.
fn ghosts<'a>(plot: &mut PlotUi<'a>, view: &'a ViewModel, sight: Sight, tokens: &Tokens) {
    let ghosts = &sight.picture(view).ghosts;
    let focus = whose(view);
    for (pinned, densities) in ghosts.iter().rev() {
        let Some(pin) = view.pin_of(pinned) else {
            continue;
        };
        let all = ghosts.len() == 1;
        for density in densities
            .iter()
            .filter(|density| all || density.who == focus)
        {
            let look = tokens.ghost(pin.label.tint, density.who.kind);
            let look = look.faded(fade(view, &density.who), 0.9);
            plot.add(Strand::new("pinned", density.curve(sight.shape), look));
        }
    }
}

/// What the plot is called, for itself and for who cannot see it.
fn title(sight: Sight) -> (&'static str, &'static str) {
    match (sight.gaps, sight.shape) {
        (false, Shape::Density) => ("distribution", "Density of hedging errors"),
        (false, Shape::Histogram) => ("histogram", "Histogram of hedging errors"),
        (false, Shape::Cumulative) => ("cumulative", "Cumulative shares of hedging errors"),
        (false, Shape::Quantile) => ("quantiles", "Quantiles of hedging errors"),
        (true, Shape::Density) => ("density of gaps", "Density of differences"),
        (true, Shape::Histogram) => ("histogram of gaps", "Histogram of differences"),
        (true, Shape::Cumulative) => ("cumulative gaps", "Cumulative shares of differences"),
        (true, Shape::Quantile) => ("quantiles of gaps", "Quantiles of differences"),
    }
}

/// What the axes say.
fn axes(view: &ViewModel, sight: Sight, outcomes: &Outcomes) -> (String, &'static str) {
    let error = if sight.gaps {
        let other = view.compared_with(outcomes);
        format!("error less that of {other}, path by path (currency); better to the left")
    } else {
        "hedging error (currency); losses to the right".to_owned()
    };
    let shares = "share of paths (%), from the best on".to_owned();
    match (sight.shape, sight.gaps) {
        (Shape::Density, _) => (error, "density"),
        (Shape::Histogram, _) => (error, "% of paths"),
        (Shape::Cumulative, _) => (error, "% below"),
        (Shape::Quantile, false) => (shares, "error"),
        (Shape::Quantile, true) => (shares, "difference"),
    }
}

fn curve<'a>(
    plot: &mut PlotUi<'a>,
    view: &ViewModel,
    density: &'a Density,
    shape: Shape,
    tokens: &Tokens,
) {
    let shade = fade(view, &density.who);
    let look = tokens.look(density.who.kind).faded(shade, 0.8);
    let points = density.curve(shape);
    if matches!(shape, Shape::Density | Shape::Histogram) {
        plot.line(
            Line::new("area", PlotPoints::Borrowed(points))
                .allow_band(false)
                .color(look.color)
                .width(0.0)
                .fill(0.0)
                .fill_alpha(0.07 * shade),
        );
    }
    plot.add(Strand::new("curve", points, look));
}

/// `VaR` and `CVaR` of every strategy, or the mean difference, and the path on screen.
fn marks(plot: &mut PlotUi<'_>, view: &ViewModel, sight: Sight, of: Of<'_>, tokens: &Tokens) {
    let picture = sight.picture(view);
    let place = |error: f64| across(sight.shape, of.histogram, error);
    for mark in &picture.marks {
        let strong = mark.who == *of.who();
        // Among quantiles those of the others stand at nearly the same shares.
        let Some(at) = place(mark.at).filter(|_| strong || sight.shape != Shape::Quantile) else {
            continue;
        };
        let look = tokens.look(mark.who.kind);
        let style = if mark.measure == Measure::Var95 {
            LineStyle::Dotted { spacing: 4.0 }
        } else {
            LineStyle::Solid
        };
        let colour = if strong {
            look.color
        } else {
            tokens.faint(look.color)
        };
        plot.vline(
            VLine::new(mark.measure.name(), at)
                .color(colour)
                .width(1.0)
                .style(style),
        );
    }
    if let Some(at) = sight.here(view, of.who()).and_then(place) {
        plot.vline(VLine::new("this path", at).color(tokens.accent).width(1.5));
    }
}

/// Each strategy's mark at the top of its curve, to tell them apart without colour; in the middle of
/// it where curves rise all the way.
fn peaks(
    painter: &Painter,
    view: &ViewModel,
    sight: Sight,
    plot: &PlotResponse<()>,
    tokens: &Tokens,
) {
    for density in sight.picture(view).densities.iter().rev() {
        let points = density.curve(sight.shape);
        let found = match sight.shape {
            Shape::Density | Shape::Histogram => points.iter().max_by(|a, b| a.y.total_cmp(&b.y)),
            Shape::Cumulative => points.iter().find(|point| point.y >= 50.0),
            Shape::Quantile => points.iter().find(|point| point.x >= 50.0),
        };
        let Some(top) = found else {
            continue;
        };
        let look = tokens
            .look(density.who.kind)
            .faded(fade(view, &density.who), 1.0);
        let at = plot.transform.position_from_point(top);
        paint_mark(painter, at, MARK, look, tokens.panel);
    }
}

/// Each strategy's mark on the axis, where the path on screen comes out for it.
fn here(
    painter: &Painter,
    view: &ViewModel,
    outcomes: &Outcomes,
    sight: Sight,
    plot: &PlotResponse<()>,
    tokens: &Tokens,
) {
    let floor = plot.transform.frame().bottom() - MARK - 1.0;
    for path in view.path.strategies.iter().rev() {
        let of = outcomes.row(&path.who).and_then(|row| sight.of(row));
        let error = sight.here(view, &path.who);
        let place = of.zip(error).and_then(|(of, error)| {
            let x = across(sight.shape, of.histogram, error)?;
            let quantile = sight.shape == Shape::Quantile;
            Some(PlotPoint::new(x, if quantile { error } else { 0.0 }))
        });
        let Some(place) = place else {
            continue;
        };
        let mut at = plot.transform.position_from_point(&place);
        if sight.shape != Shape::Quantile {
            at.y = floor;
        }
        let look = tokens.look(path.who.kind).faded(fade(view, &path.who), 1.0);
        let size = if path.who == whose(view) {
            MARK + 1.0
        } else {
            MARK
        };
        paint_mark(painter, at, size, look, tokens.panel);
    }
}
