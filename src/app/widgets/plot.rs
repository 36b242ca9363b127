//! What all plots share: quiet grids, small labels, a name for who cannot see them, pictures on axes.

use super::ticks;
use crate::app::theme::{CAPTION, Tokens};
use egui::{
    ColorImage, Context, EventFilter, FontId, Key, Response, RichText, Role, Sense, TextureHandle,
    TextureOptions, Ui, WidgetInfo, vec2,
};
use egui_plot::{AxisHints, GridMark, Plot};
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
        // A stop of the Tab key only where the keyboard can do something.
        .sense(Sense::CLICK | Sense::DRAG)
        .label_formatter(|_| None)
        .set_margin_fraction(vec2(0.02, 0.08))
        .x_grid_spacer(|input| ticks::across(&input))
        .y_grid_spacer(|input| ticks::up(&input))
}

type Format<'a> = Box<dyn Fn(GridMark, &RangeInclusive<f64>) -> String + 'a>;

/// A horizontal axis with its name and unit; `format` is given a mark and the distance to the next.
#[must_use]
pub fn x_axis<'a>(
    ui: &Ui,
    label: &str,
    format: impl Fn(f64, f64) -> String + 'a,
) -> Vec<AxisHints<'a>> {
    let format: Format<'a> = Box::new(move |mark, _range| format(mark.value, mark.step_size));
    vec![axis(ui, AxisHints::new_x(), label, format)]
}

/// A vertical axis with its name and unit; `format` is given a mark and the distance to the next.
#[must_use]
pub fn y_axis<'a>(
    ui: &Ui,
    frame: Frame,
    label: &str,
    format: impl Fn(f64, f64) -> String + 'a,
) -> Vec<AxisHints<'a>> {
    let format: Format<'a> = Box::new(move |mark, _range| format(mark.value, mark.step_size));
    vec![axis(ui, AxisHints::new_y(), label, format).min_thickness(frame.left)]
}

fn axis<'a>(ui: &Ui, hints: AxisHints<'a>, label: &str, format: Format<'a>) -> AxisHints<'a> {
    let tokens = Tokens::of(ui.visuals());
    let hints = hints
        .formatter(format)
        .tick_label_font(FontId::proportional(CAPTION))
        .tick_label_color(tokens.subdued)
        .label_spacing(egui::Rangef::new(11.0, 14.0));
    if label.is_empty() {
        hints
    } else {
        hints.label(RichText::new(label).size(CAPTION).color(tokens.subdued))
    }
}

/// How far the arrow keys go in a plot that has the keyboard: −1 to the left, 1 to the right.
pub fn arrows(response: &Response) -> isize {
    let filter = EventFilter {
        horizontal_arrows: true,
        ..EventFilter::default()
    };
    kept(response, filter)[0]
}

/// The same in both directions: −1 to the left and up, 1 to the right and down.
pub fn arrows_both(response: &Response) -> [isize; 2] {
    let filter = EventFilter {
        horizontal_arrows: true,
        vertical_arrows: true,
        ..EventFilter::default()
    };
    kept(response, filter)
}

/// The arrow keys, of which those of the filter do not lead to other widgets.
fn kept(response: &Response, filter: EventFilter) -> [isize; 2] {
    if !response.has_focus() {
        return [0, 0];
    }
    let ctx = &response.ctx;
    ctx.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
    ctx.input(|input| {
        let pressed = |key| isize::from(input.key_pressed(key));
        [
            pressed(Key::ArrowRight) - pressed(Key::ArrowLeft),
            pressed(Key::ArrowDown) - pressed(Key::ArrowUp),
        ]
    })
}

/// Names a plot and says what it shows, for who cannot see it.
pub fn describe(response: &Response, name: &str, value: impl FnOnce() -> String) {
    response.widget_info(|| WidgetInfo::labeled(Role::GraphicsDocument, true, name));
    let ctx = &response.ctx;
    if ctx.has_accesskit_node(response.id) {
        let value = value();
        ctx.accesskit_node_builder(response.id, |node| node.set_value(value));
    }
}

/// A picture kept on the graphics side until it changes.
#[derive(Default)]
pub struct Picture {
    texture: Option<(u64, TextureHandle)>,
    smooth: bool,
}

impl Picture {
    /// One in which colours go over into one another between the points.
    #[must_use]
    pub fn smooth() -> Self {
        Self {
            texture: None,
            smooth: true,
        }
    }

    /// The texture of `image`, uploaded again when `version` is another than last time.
    pub fn texture(&mut self, ctx: &Context, version: u64, image: &ColorImage) -> &TextureHandle {
        let options = if self.smooth {
            TextureOptions::LINEAR
        } else {
            TextureOptions::NEAREST
        };
        let known = self.texture.take();
        let fresh = match known {
            Some((old, texture)) if old == version => (version, texture),
            Some((_, mut texture)) => {
                texture.set(image.clone(), options);
                (version, texture)
            }
            None => {
                let texture = ctx.load_texture("picture", image.clone(), options);
                (version, texture)
            }
        };
        &self.texture.insert(fresh).1
    }
}
