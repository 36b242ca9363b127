//! What all plots share: quiet grids, small labels, hatching, pictures on axes.

use crate::app::theme::{PLOT_LABEL, Tokens};
use egui::{
    Color32, ColorImage, Context, FontId, Painter, Pos2, Rect, Response, RichText, Stroke,
    TextureHandle, TextureOptions, Ui, pos2, vec2,
};
use egui_plot::{AxisHints, GridInput, GridMark, Plot, PlotTransform};
use std::ops::RangeInclusive;

/// Room and axes of a plot.
#[derive(Clone, Copy, Debug)]
pub struct Frame {
    pub height: f32,
    /// Width kept for the numbers of the vertical axis, so that plots above each other line up.
    pub left: f32,
}

/// A plot in the house style: no panning by drag (a drag moves the time cursor), zoom with
/// Ctrl + wheel, back with a double click.
#[must_use]
pub fn chart<'a>(ui: &Ui, id: &'static str, frame: Frame) -> Plot<'a> {
    let tokens = Tokens::of(ui.visuals());
    Plot::new(id)
        .height(frame.height.max(40.0))
        // The last number of an axis hangs over its end.
        .width(ui.available_width() - 10.0)
        .show_background(false)
        .grid_color(tokens.grid)
        .grid_fade(0.4)
        .allow_drag(false)
        .allow_scroll(false)
        .allow_axis_zoom_drag(false)
        .show_crosshair(false)
        .label_formatter(|_| None)
        .set_margin_fraction(vec2(0.02, 0.08))
        .x_grid_spacer(|input| round_marks(&input, 58.0))
        .y_grid_spacer(|input| round_marks(&input, 24.0))
}

/// Marks at round numbers, at least about `points` points apart on screen.
fn round_marks(input: &GridInput, points: f64) -> Vec<GridMark> {
    let (low, high) = input.bounds;
    // `base_step_size` stands for the 8 points below which egui_plot draws no line.
    let least = input.base_step_size / 8.0 * points;
    if !(low.is_finite() && high.is_finite() && least > 0.0) {
        return Vec::new();
    }
    let power = 10f64.powf(least.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0]
        .iter()
        .map(|digit| digit * power)
        .find(|step| *step >= least)
        .unwrap_or(least);
    let step = if fits(low, high, step) < 3 {
        // A little closer than wished, rather than an axis with one number.
        [0.5, 1.0, 2.0, 5.0]
            .iter()
            .map(|digit| digit * power)
            .find(|finer| *finer >= 0.6 * least && *finer < step)
            .unwrap_or(step)
    } else {
        step
    };
    let mut marks = Vec::new();
    let mut value = (low / step).ceil() * step;
    while value <= high && marks.len() < 64 {
        // Numbers next to 0 are 0.
        let rounded = if value.abs() < 1e-9 * step {
            0.0
        } else {
            value
        };
        marks.push(GridMark {
            value: rounded,
            step_size: step,
        });
        value += step;
    }
    marks
}

/// How many multiples of `step` lie between two numbers.
fn fits(low: f64, high: f64, step: f64) -> i64 {
    #[expect(clippy::cast_possible_truncation, reason = "a small count")]
    let count = ((high / step).floor() - (low / step).ceil()) as i64;
    count + 1
}

type Format<'a> = Box<dyn Fn(GridMark, &RangeInclusive<f64>) -> String + 'a>;

/// A horizontal axis with its name and unit.
#[must_use]
pub fn x_axis<'a>(ui: &Ui, label: &str, format: impl Fn(f64) -> String + 'a) -> Vec<AxisHints<'a>> {
    let format: Format<'a> = Box::new(move |mark, _range| format(mark.value));
    vec![axis(ui, AxisHints::new_x(), label, format)]
}

/// A vertical axis with its name and unit.
#[must_use]
pub fn y_axis<'a>(
    ui: &Ui,
    frame: Frame,
    label: &str,
    format: impl Fn(f64) -> String + 'a,
) -> Vec<AxisHints<'a>> {
    let format: Format<'a> = Box::new(move |mark, _range| format(mark.value));
    vec![axis(ui, AxisHints::new_y(), label, format).min_thickness(frame.left)]
}

fn axis<'a>(ui: &Ui, hints: AxisHints<'a>, label: &str, format: Format<'a>) -> AxisHints<'a> {
    let tokens = Tokens::of(ui.visuals());
    let hints = hints
        .formatter(format)
        .tick_label_font(FontId::proportional(PLOT_LABEL))
        .tick_label_color(tokens.subdued)
        .label_spacing(egui::Rangef::new(11.0, 14.0));
    if label.is_empty() {
        hints
    } else {
        hints.label(RichText::new(label).size(PLOT_LABEL).color(tokens.subdued))
    }
}

/// The date under the pointer, if the pointer is over the plot.
#[must_use]
pub fn date_at(response: &Response, transform: &PlotTransform, last: usize) -> Option<usize> {
    let pointer = response.hover_pos().or(response.interact_pointer_pos())?;
    let date = transform.value_from_position(pointer).x.round();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to the dates"
    )]
    let date = date.clamp(0.0, last as f64) as usize;
    Some(date)
}

/// Slanted lines over a region between the horizontal axis and a falling or rising curve.
pub fn paint_hatch(painter: &Painter, outline: &[Pos2], bottom: f32, colour: Color32) {
    let (Some(first), Some(last)) = (outline.first(), outline.last()) else {
        return;
    };
    let (left, right) = (first.x.min(last.x), first.x.max(last.x));
    let region = Rect::from_min_max(
        pos2(left, outline.iter().fold(bottom, |top, p| top.min(p.y))),
        pos2(right, bottom),
    );
    if !region.is_finite() || region.width() < 1.0 || region.height() < 1.0 {
        return;
    }
    let stroke = Stroke::new(1.0, colour);
    // Each slanted line is cut where it leaves the region under the curve.
    let mut start = left - region.height();
    while start < right {
        let mut inside: Option<Pos2> = None;
        let mut x = start.max(left);
        while x <= right {
            let y = bottom - (x - start);
            let under = y >= height_at(outline, x) && y <= bottom;
            match (under, inside) {
                (true, None) => inside = Some(pos2(x, y)),
                (false, Some(from)) => {
                    painter.line_segment([from, pos2(x, y)], stroke);
                    inside = None;
                }
                _ => {}
            }
            x += 2.0;
        }
        if let Some(from) = inside {
            painter.line_segment([from, pos2(right, bottom - (right - start))], stroke);
        }
        start += 6.0;
    }
}

/// Height of a curve at `x`, by its nearest points.
fn height_at(outline: &[Pos2], x: f32) -> f32 {
    outline
        .windows(2)
        .find(|pair| {
            let (a, b) = (pair[0].x.min(pair[1].x), pair[0].x.max(pair[1].x));
            (a..=b).contains(&x)
        })
        .map_or(f32::INFINITY, |pair| {
            let width = pair[1].x - pair[0].x;
            let share = if width.abs() < 1e-6 {
                0.0
            } else {
                (x - pair[0].x) / width
            };
            pair[0].y + share * (pair[1].y - pair[0].y)
        })
}

/// A picture kept on the graphics side until it changes.
#[derive(Default)]
pub struct Picture {
    texture: Option<(u64, TextureHandle)>,
}

impl Picture {
    /// The texture of `image`, uploaded again when `version` is another than last time.
    pub fn texture(&mut self, ctx: &Context, version: u64, image: &ColorImage) -> &TextureHandle {
        let known = self.texture.take();
        let fresh = match known {
            Some((old, texture)) if old == version => (version, texture),
            Some((_, mut texture)) => {
                texture.set(image.clone(), TextureOptions::NEAREST);
                (version, texture)
            }
            None => {
                let texture = ctx.load_texture("picture", image.clone(), TextureOptions::NEAREST);
                (version, texture)
            }
        };
        &self.texture.insert(fresh).1
    }
}
