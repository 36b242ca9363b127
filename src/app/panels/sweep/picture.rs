//! The map of a sweep: cells, isolines, what the pointer rests on or the keyboard is at, and what a click or Enter does.

use super::hand::AtHand;
use super::words::{CLICK, ENTER, read, spoken};
use crate::app::command::{Commands, SweepCommand};
use crate::app::panels::{tip, tip_at};
use crate::app::theme::{CAPTION, Tokens};
use crate::app::view::{SweepPicture, SweepView};
use crate::app::widgets::{Frame, Picture, chart, describe, hatched, x_axis, y_axis};
use crate::sweep::Found;
use egui::{Event, FontId, PopupAnchor, Pos2, Rect, Sense, Shape, Stroke, StrokeKind, Ui, vec2};
use egui_plot::{GridMark, PlotImage, PlotPoint, PlotTransform};

/// Height from which on the axes are named (points).
const ROOMY: f32 = 150.0;
/// Widest grid in which figures are tried to be written.
const MOST: usize = 2_000;

/// Draws it.
pub(super) fn ui(
    ui: &mut Ui,
    sweep: &SweepView,
    picture: &SweepPicture,
    (texture, hand): (&mut Picture, &mut AtHand),
    commands: &mut Commands,
) {
    let columns = picture.surface.columns as f64;
    let rows = picture.surface.rows() as f64;
    let image = texture
        .texture(ui.ctx(), picture.version, &picture.image)
        .id();
    let frame = Frame {
        height: ui.available_height(),
        left: 46.0,
    };
    let roomy = frame.height >= ROOMY;
    let titles = [0, 1].map(|i| {
        if roomy {
            picture.titles[i].as_str()
        } else {
            ""
        }
    });
    let [across, down] = &picture.names;
    let name = |names: &[String], place: f64| -> String {
        let named = whole(place).and_then(|place| names.get(place));
        named.cloned().unwrap_or_default()
    };
    let (x_marks, y_marks) = (marks(across, 1.0), marks(down, -1.0));
    let plot = chart(ui, "sweep", frame)
        .sense(Sense::click_and_drag())
        .custom_x_axes(x_axis(ui, titles[0], |x, _| name(across, x)))
        .custom_y_axes(y_axis(ui, frame, titles[1], |y, _| name(down, -y)))
        .x_grid_spacer(move |_| x_marks.clone())
        .y_grid_spacer(move |_| y_marks.clone())
        .set_margin_fraction(vec2(0.0, 0.0))
        .show_grid(false)
        .show(ui, |plot| {
            let center = PlotPoint::new(0.5 * (columns - 1.0), -0.5 * (rows - 1.0));
            #[expect(clippy::cast_possible_truncation, reason = "sizes on screen")]
            let size = vec2(columns as f32, rows as f32);
            plot.image(PlotImage::new("cells", image, center, size));
        });
    let at_hand = hand.follow(&plot.response, picture);
    over(ui, picture, at_hand, &plot.transform);
    describe(&plot.response, "Sweep map", || {
        spoken(sweep, picture, at_hand)
    });
    let pointer = plot.response.hover_pos();
    let under = pointer.and_then(|at| place(picture, &plot.transform, at));
    let by_hand = plot.response.interact_pointer_pos().is_some();
    let clicked = if by_hand { under } else { at_hand };
    if let Some(place) = clicked.filter(|_| plot.response.clicked()) {
        let point = picture.surface.points[place];
        if matches!(point.found, Found::There(_)) {
            commands.push(if with_shift(ui) {
                SweepCommand::Pin(point.index)
            } else {
                SweepCommand::Take(point.index)
            });
        }
    }
    if let Some(text) = under.and_then(|place| read(sweep, picture, place, CLICK)) {
        tip(ui, &plot.response, text);
    } else if let Some(place) = at_hand
        && let Some(text) = read(sweep, picture, place, ENTER)
    {
        let corner = rect_of(picture, place, &plot.transform).right_bottom();
        tip_at(ui, &plot.response, PopupAnchor::Position(corner), text);
    }
}

/// Whether Shift was down when the button was let go in this frame.
fn with_shift(ui: &Ui) -> bool {
    let released = |event: &Event| match event {
        Event::PointerButton {
            pressed: false,
            modifiers,
            ..
        } => Some(modifiers.shift),
        _ => None,
    };
    ui.input(|input| {
        let last = input.events.iter().rev().find_map(released);
        last.unwrap_or(input.modifiers.shift)
    })
}

/// Marks at the names that are told.
fn marks(names: &[String], side: f64) -> Vec<GridMark> {
    let told = names
        .iter()
        .enumerate()
        .filter(|(_, name)| !name.is_empty());
    let places: Vec<f64> = told.map(|(place, _)| place as f64).collect();
    // Names that stand apart have room for themselves.
    let step_size = match places.as_slice() {
        [first, second, ..] => second - first,
        _ => 1.0,
    };
    let mark = |place: &f64| GridMark {
        value: side * place,
        step_size,
    };
    places.iter().map(mark).collect()
}

/// A whole number at a place of an axis.
fn whole(place: f64) -> Option<usize> {
    let place = place.round();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "not below 0, and as many as there are cells"
    )]
    (place >= 0.0).then_some(place as usize)
}

/// The cell under a point of the screen.
fn place(picture: &SweepPicture, transform: &PlotTransform, at: Pos2) -> Option<usize> {
    let at = transform.value_from_position(at);
    picture.place(whole(at.x)?, whole(-at.y)?)
}

/// Where a cell is on the screen.
fn rect_of(picture: &SweepPicture, place: usize, transform: &PlotTransform) -> Rect {
    let at = |x: f64, y: f64| transform.position_from_point(&PlotPoint::new(x, -y));
    let columns = picture.surface.columns.max(1);
    let (x, y) = ((place % columns) as f64, (place / columns) as f64);
    Rect::from_two_pos(at(x - 0.5, y - 0.5), at(x + 0.5, y + 0.5))
}

/// What lies over the colours: hatching, isolines, figures, and frames around what is on screen and what the keyboard
/// is at.
fn over(ui: &Ui, picture: &SweepPicture, at_hand: Option<usize>, transform: &PlotTransform) {
    let tokens = Tokens::of(ui.visuals());
    let painter = ui.painter_at(*transform.frame());
    let at = |x: f64, y: f64| transform.position_from_point(&PlotPoint::new(x, -y));
    let cell = |place: usize| rect_of(picture, place, transform);
    let by_chance = picture.by_chance.iter().enumerate();
    for (place, _) in by_chance.filter(|(_, chance)| **chance) {
        let rect = cell(place);
        let (upper, lower) = (
            [rect.left_top(), rect.right_top()],
            [rect.left_bottom(), rect.right_bottom()],
        );
        let colour = tokens.strong.gamma_multiply(0.55);
        painter.add(hatched(ui.ctx(), &upper, &lower, colour));
    }
    for line in &picture.lines {
        for [from, to] in &line.pieces {
            let ends = [at(from[0], from[1]), at(to[0], to[1])];
            painter.add(Shape::line_segment(ends, Stroke::new(1.2, tokens.strong)));
        }
    }
    if picture.texts.len() <= MOST {
        for (place, text) in picture.texts.iter().enumerate() {
            if let Some(text) = text {
                write(&painter, cell(place), text, tokens);
            }
        }
    }
    if let Some(place) = picture.here {
        let rect = cell(place).shrink(1.0);
        painter.rect_stroke(
            rect,
            0.0,
            Stroke::new(2.0, tokens.accent),
            StrokeKind::Inside,
        );
    }
    if let Some(place) = at_hand {
        let rect = cell(place).shrink(3.0);
        painter.rect_stroke(
            rect,
            0.0,
            Stroke::new(2.0, tokens.strong),
            StrokeKind::Inside,
        );
    }
}

/// A figure in its cell, where it has room.
fn write(painter: &egui::Painter, cell: Rect, text: &str, tokens: &Tokens) {
    let font = FontId::proportional(CAPTION);
    let galley = painter.layout_no_wrap(text.to_owned(), font, tokens.strong);
    let rect = Rect::from_center_size(cell.center(), galley.size() + vec2(6.0, 0.0));
    if !cell.contains_rect(rect) {
        return;
    }
    painter.rect_filled(rect, 3.0, tokens.panel.gamma_multiply(0.8));
    painter.galley(rect.min + vec2(3.0, 0.0), galley, tokens.strong);
}
