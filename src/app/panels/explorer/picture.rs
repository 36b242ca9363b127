//! The map itself: cells, the place on screen, what the pointer rests on, and what a click does.

use super::words::{off_the_map, read, spoken};
use crate::app::command::{Commands, DocumentCommand, ViewCommand};
use crate::app::document::{Change, Grain, Value};
use crate::app::link;
use crate::app::panels::tip;
use crate::app::theme::Tokens;
use crate::app::view::{ExplorerPicture, ViewModel};
use crate::app::widgets::{
    Frame, Picture, Travel, chart, describe, hatched, ticks, x_axis, y_axis,
};
use crate::explore::{Axis, Look};
use crate::gallery::axis_name;
use crate::quantity::tidy;
use egui::{Pos2, Ui, vec2};
use egui_plot::{GridInput, GridMark, HLine, PlotImage, PlotPoint, PlotTransform, Points, VLine};

/// Height from which on the axes are named (points).
const ROOMY: f32 = 150.0;

/// Draws it.
pub(super) fn ui(
    ui: &mut Ui,
    view: &ViewModel,
    picture: &ExplorerPicture,
    texture: &mut Picture,
    commands: &mut Commands,
) {
    let (Some(map), Some(axes)) = (picture.map(), picture.axes()) else {
        return;
    };
    let tokens = Tokens::of(ui.visuals());
    let image = texture
        .texture(ui.ctx(), picture.version, &picture.image)
        .id();
    let frame = Frame {
        height: ui.available_height(),
        left: 46.0,
    };
    let both = picture.explored().ask.both_sides;
    let lines = axes.each_ref().map(Line::of);
    let [across, up] = lines;
    // The choices above say it too.
    let roomy = frame.height >= ROOMY;
    let names = axes.each_ref().map(|axis| {
        let name = roomy.then(|| name(axis, both));
        name.unwrap_or_default()
    });
    let plot = chart(ui, "explorer", frame)
        .custom_x_axes(x_axis(ui, &names[0], move |x, step| across.text(x, step)))
        .custom_y_axes(y_axis(ui, frame, &names[1], move |y, step| {
            up.text(y, step)
        }))
        .x_grid_spacer(move |input| across.marks(&input, true))
        .y_grid_spacer(move |input| up.marks(&input, false))
        .set_margin_fraction(vec2(0.0, 0.0))
        .show_grid(false)
        .show(ui, |plot| {
            let ([left, right], [bottom, top]) = (across.ends, up.ends);
            let center = PlotPoint::new(f64::midpoint(left, right), f64::midpoint(bottom, top));
            #[expect(clippy::cast_possible_truncation, reason = "sizes on screen")]
            let size = vec2((right - left) as f32, (top - bottom) as f32);
            plot.image(PlotImage::new("map", image, center, size));
            let here = [across.to(map.here[0]), up.to(map.here[1])];
            if across.holds(here[0]) {
                let line = VLine::new("here", here[0]).color(tokens.accent);
                plot.vline(line.width(1.0));
            }
            if up.holds(here[1]) {
                let line = HLine::new("here", here[1]).color(tokens.accent);
                plot.hline(line.width(1.0));
            }
            if !off_the_map(picture) {
                for (color, radius) in [
                    (tokens.panel, 6.5),
                    (tokens.strong, 5.0),
                    (tokens.accent, 3.0),
                ] {
                    let disc = Points::new("here", vec![here]);
                    plot.points(disc.color(color).radius(radius));
                }
            }
        });
    hatch(ui, picture, axes, lines, &plot.transform);
    describe(&plot.response, "Explorer map", || spoken(view, picture));
    let Some(pointer) = plot.response.hover_pos() else {
        return;
    };
    let at = plot.transform.value_from_position(pointer);
    let at = [across.from(at.x), up.from(at.y)];
    if plot.response.clicked() {
        go(view, axes, at, commands);
    }
    if let Some(text) = read(view, picture, at) {
        tip(ui, &plot.response, text);
    }
}

/// Where the policy does not know the scenario.
fn hatch(
    ui: &Ui,
    picture: &ExplorerPicture,
    axes: &[Axis; 2],
    [across, up]: [Line; 2],
    transform: &PlotTransform,
) {
    let tokens = Tokens::of(ui.visuals());
    let painter = ui.painter_at(*transform.frame());
    let place = |column: usize, row: usize| -> Pos2 {
        let (x, y) = (axes[0].edges[column], axes[1].edges[row]);
        transform.position_from_point(&PlotPoint::new(across.to(x), up.to(y)))
    };
    for [[left, right], [bottom, top]] in &picture.unknown {
        let edge = |row: usize| [place(*left, row), place(*right, row)];
        let (upper, lower) = (edge(*top), edge(*bottom));
        painter.add(hatched(
            ui.ctx(),
            &upper,
            &lower,
            tokens.strong.gamma_multiply(0.55),
        ));
    }
}

/// Goes to a place: what is the scenario's is edited as its control would, what is the state's is chosen.
fn go(view: &ViewModel, axes: &[Axis; 2], at: [f64; 2], commands: &mut Commands) {
    let look = view.explorer.look;
    let mut chosen = look.chosen;
    let mut changes: Vec<Change> = Vec::new();
    for (axis, x) in axes.iter().zip(at) {
        let dimension = axis.dimension;
        let x = round(axis, x);
        let Some(field) = dimension.field() else {
            chosen = chosen.with(dimension, Some(x));
            continue;
        };
        let held = tidy(dimension.held(x, &view.scenario));
        changes.push((field, Value::Number(held)));
        let twin = link::mirrored(field, held).filter(|_| view.linked_sides);
        changes.extend(twin);
    }
    if !changes.is_empty() {
        commands.push(DocumentCommand::Edit(changes, Grain::Whole));
    }
    if chosen != look.chosen {
        commands.push(ViewCommand::Explore(Look { chosen, ..look }));
    }
}

/// A number that a hand means.
fn round(axis: &Axis, x: f64) -> f64 {
    let [low, high] = axis.ends();
    let grain = if axis.dimension.is_whole() {
        1.0
    } else if axis.dimension.is_logarithmic() {
        10f64.powf(x.log10().floor() - 2.0)
    } else {
        Travel::linear(low, high).grain()
    };
    tidy((x / grain).round() * grain)
}

fn name(axis: &Axis, both_sides: bool) -> String {
    let name = axis_name(axis.dimension, both_sides);
    match axis.dimension.unit() {
        "" => name.to_owned(),
        unit => format!("{name} ({unit})"),
    }
}

/// An axis on screen: evenly, or by the logarithm.
#[derive(Clone, Copy)]
struct Line {
    logarithmic: bool,
    whole: bool,
    /// Its ends on screen.
    ends: [f64; 2],
}

impl Line {
    fn of(axis: &Axis) -> Self {
        let logarithmic = axis.dimension.is_logarithmic();
        let line = Self {
            logarithmic,
            whole: axis.dimension.is_whole(),
            ends: [0.0; 2],
        };
        let ends = axis.ends().map(|end| line.to(end));
        Self { ends, ..line }
    }

    /// Where a number stands.
    fn to(self, x: f64) -> f64 {
        if self.logarithmic { x.log10() } else { x }
    }

    /// The number at a place.
    fn from(self, place: f64) -> f64 {
        if self.logarithmic {
            10f64.powf(place)
        } else {
            place
        }
    }

    fn holds(self, place: f64) -> bool {
        (self.ends[0]..=self.ends[1]).contains(&place)
    }

    fn text(self, place: f64, step: f64) -> String {
        if self.logarithmic {
            ticks::by_log(place)
        } else if self.whole {
            ticks::whole(place, step)
        } else {
            ticks::number(place, step)
        }
    }

    fn marks(self, input: &GridInput, across: bool) -> Vec<GridMark> {
        match (self.logarithmic, across) {
            (true, _) => ticks::logarithmic(input),
            (false, true) => ticks::across(input),
            (false, false) => ticks::up(input),
        }
    }
}
