//! Loss and validation by iteration or by the clock, against the hedges that need no training.

use super::words::objective;
use crate::app::command::Commands;
use crate::app::format;
use crate::app::panels::{fade, point_at};
use crate::app::theme::{Tokens, strategy_name};
use crate::app::view::{Check, TrainingView, ViewModel};
use crate::app::widgets::{
    End, Frame, Scale, chart, describe, nearest, paint_ends, ticks, x_axis, y_axis,
};
use crate::engine::Progress;
use crate::policy::Who;
use crate::scenario::Strategy;
use egui::{Pos2, Ui, pos2};
use egui_plot::{HLine, Line, PlotPoint, PlotPoints, PlotResponse, PlotUi, Points};

/// Room for the names at the lines' ends (points).
const NAMES: f32 = 76.0;

/// What is drawn, on which axes.
struct Course<'a> {
    curves: &'a TrainingView,
    scale: Scale,
    /// Which of iteration and seconds.
    across: usize,
}

/// Draws it.
pub(super) fn ui(ui: &mut Ui, view: &ViewModel, by_seconds: bool, commands: &mut Commands) {
    let Some(progress) = &view.training else {
        return;
    };
    let tokens = Tokens::of(ui.visuals());
    let curves = &*view.curves;
    let course = Course {
        curves,
        scale: scale(curves),
        across: usize::from(by_seconds),
    };
    let frame = Frame {
        height: ui.available_height(),
        left: 56.0,
    };
    let (id, across) = if by_seconds {
        ("training by seconds", "seconds of training")
    } else {
        ("training", "iteration")
    };
    let name = format!("{} (currency)", objective(progress));
    let scale = course.scale;
    let format = if by_seconds {
        ticks::number
    } else {
        ticks::whole
    };
    let mut plot = chart(ui, id, frame)
        .width(ui.available_width() - NAMES)
        .custom_x_axes(x_axis(ui, across, format))
        .custom_y_axes(y_axis(ui, frame, &name, move |y, _| scale.text(y)))
        .y_grid_spacer(move |input| scale.marks(&input))
        .include_x(0.0)
        .include_x(course.end(progress))
        .set_margin_fraction(egui::vec2(0.0, 0.12));
    for (_, mark) in &curves.marks {
        plot = plot.include_y(scale.height(*mark));
    }
    let plot = plot.show(ui, |plot| course.draw(plot, view, tokens));
    course.names(ui, &plot);
    describe(&plot.response, "Training course", || {
        format!("{name}: {}", course.read(view, f64::INFINITY))
    });
    if let Some(pointer) = plot.response.hover_pos() {
        point_at(commands, course.under(&plot, pointer));
        let at = plot.transform.value_from_position(pointer).x;
        plot.response
            .on_hover_text_at_pointer(course.read(view, at));
    }
}

fn scale(curves: &TrainingView) -> Scale {
    let losses = curves.losses.iter().map(|loss| loss[2]);
    let checks = curves.checks.iter().map(|check| check.objective);
    let marks = curves.marks.iter().map(|(_, x)| *x);
    Scale::of(losses.chain(checks).chain(marks))
}

impl Course<'_> {
    /// Where the axis ends.
    fn end(&self, progress: &Progress) -> f64 {
        let planned = progress.report.iterations as f64;
        let [iteration, seconds] = self.curves.now;
        let whole = if self.across == 0 {
            planned
        } else {
            seconds * (planned / iteration.max(1.0)).clamp(1.0, 50.0)
        };
        1.02 * whole.max(1e-3)
    }

    fn draw(&self, plot: &mut PlotUi<'_>, view: &ViewModel, tokens: &Tokens) {
        let shade = |strategy: Strategy| fade(view, &strategy.into());
        let learned = tokens.look(Strategy::Learned);
        let learned = learned.faded(shade(Strategy::Learned), 1.0);
        for (strategy, value) in &self.curves.marks {
            let look = tokens.look(*strategy).faded(shade(*strategy), 1.0);
            plot.hline(
                HLine::new("reference", self.scale.height(*value))
                    .color(look.color)
                    .style(look.style)
                    .width(look.width),
            );
        }
        let losses = self.curves.losses.iter();
        let losses = losses.map(|loss| [loss[self.across], self.scale.height(loss[2])]);
        let losses: PlotPoints<'_> = losses.collect();
        let faint = tokens.faint(tokens.look(Strategy::Learned).color);
        let faint = faint.gamma_multiply(shade(Strategy::Learned));
        plot.line(Line::new("loss", losses).color(faint).width(1.0));
        let checks = &self.curves.checks;
        for check in checks {
            let error = [-check.error, check.error];
            let bar = error.map(|error| {
                [
                    check.at[self.across],
                    self.scale.height(check.objective + error),
                ]
            });
            plot.line(
                Line::new("error", bar.to_vec())
                    .color(learned.color)
                    .width(1.0),
            );
        }
        let at = |check: &Check| [check.at[self.across], self.scale.height(check.objective)];
        let points: Vec<[f64; 2]> = checks.iter().map(at).collect();
        plot.line(
            Line::new("validation", points)
                .color(learned.color)
                .width(2.0),
        );
        for kept in [false, true] {
            let those = checks.iter().filter(|check| check.kept == kept);
            let those: Vec<[f64; 2]> = those.map(at).collect();
            let marks = Points::new("validation", those).color(learned.color);
            plot.points(marks.radius(2.6).filled(kept));
        }
        if let Some([_, told]) = self.curves.told.filter(|_| self.curves.back.is_some()) {
            let ring = Points::new("looked at", vec![at(&told)]);
            plot.points(ring.color(tokens.strong).radius(5.0).filled(false));
        }
    }

    fn names<R>(&self, ui: &Ui, plot: &PlotResponse<R>) {
        let tokens = Tokens::of(ui.visuals());
        let frame = *plot.transform.frame();
        let learned = tokens.look(Strategy::Learned).color;
        let end = |value: f64, name: &str, colour, weight| {
            let point = PlotPoint::new(0.0, self.scale.height(value));
            let at = plot.transform.position_from_point(&point).y;
            let seen = at >= frame.top() && at <= frame.bottom();
            seen.then(|| End {
                at,
                name: name.into(),
                colour,
                weight,
            })
        };
        let marks = self.curves.marks.iter().map(|(strategy, value)| {
            let colour = tokens.look(*strategy).color;
            end(*value, strategy_name(*strategy), colour, 1)
        });
        let check = self.curves.checks.last();
        let check = check.and_then(|check| end(check.objective, "validated", learned, 2));
        let loss = self.curves.losses.last();
        let faint = tokens.faint(learned);
        let loss = loss.and_then(|loss| end(loss[2], "batch loss", faint, 0));
        let ends = marks.chain([check, loss]).flatten().collect();
        paint_ends(&ui.painter_at(ui.max_rect()), tokens, frame, ends);
    }

    /// Whose line a place on screen is on.
    fn under<R>(&self, plot: &PlotResponse<R>, at: Pos2) -> Option<Who> {
        let across = plot.transform.frame().x_range();
        let marks = self.curves.marks.iter().map(|(strategy, value)| {
            let point = PlotPoint::new(0.0, self.scale.height(*value));
            let y = plot.transform.position_from_point(&point).y;
            let ends = vec![pos2(across.min, y), pos2(across.max, y)];
            (*strategy, ends)
        });
        let place = |check: &Check| {
            let height = self.scale.height(check.objective);
            let point = PlotPoint::new(check.at[self.across], height);
            plot.transform.position_from_point(&point)
        };
        let validated = self.curves.checks.iter().map(place).collect();
        let lines = marks.chain([(Strategy::Learned, validated)]);
        nearest(lines, at).map(Who::from)
    }

    /// Loss and validation nearest to a place of the axis, beside the baselines.
    fn read(&self, view: &ViewModel, at: f64) -> String {
        let money = |x: f64| view.digits.money(x);
        let at = at.min(self.curves.now[self.across]);
        let gap = |place: f64| (place - at).abs();
        let mut lines = Vec::new();
        let losses = self.curves.losses.iter();
        let loss = losses.min_by(|a, b| gap(a[self.across]).total_cmp(&gap(b[self.across])));
        if let Some([iteration, seconds, loss]) = loss {
            lines.push(format!(
                "iteration {} · {} s",
                format::fixed(*iteration, 0),
                format::fixed(*seconds, 2)
            ));
            lines.push(format!("batch loss {}", money(*loss)));
        }
        let checks = self.curves.checks.iter();
        let check = checks.min_by(|a, b| gap(a.at[self.across]).total_cmp(&gap(b.at[self.across])));
        if let Some(check) = check {
            let kept = if check.kept { ", kept" } else { "" };
            let (figure, error) =
                crate::quantity::digits::estimate(check.objective, Some(check.error));
            let error = error.map_or_else(String::new, |error| format!(" ± {error}"));
            let iteration = format::fixed(check.at[0], 0);
            lines.push(format!("validated {figure}{error} at {iteration}{kept}"));
        }
        for (strategy, value) in &self.curves.marks {
            lines.push(format!("{} {}", strategy_name(*strategy), money(*value)));
        }
        lines.join("\n")
    }
}
