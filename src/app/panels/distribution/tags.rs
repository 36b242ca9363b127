//! Small words beside the marks of the distribution, none over another.

use super::choice::percent;
use super::{Of, Sight, name, picture};
use crate::app::format;
use crate::app::theme::{FINE, Tokens, name_of};
use crate::app::view::{Mark, Shape, ViewModel};
use egui::{Color32, FontId, Painter, Rect, pos2, vec2};
use egui_plot::PlotTransform;

/// Height of a row of words (points).
const ROW: f32 = 13.0;

/// Words at a place on the axis.
pub(super) struct Tag {
    /// Where on the axis (currency).
    at: f64,
    text: String,
    colour: Color32,
}

/// The path on screen, then the marks of the strategy that is shown.
pub(super) fn of(view: &ViewModel, sight: Sight, of: Of<'_>, tokens: &Tokens) -> Vec<Tag> {
    let place = |error: f64| picture::across(sight.shape, of.histogram, error);
    let mut tags = Vec::new();
    if let Some(error) = sight.here(view, of.who()) {
        let last = of.histogram.counts.len();
        let ends = (
            of.histogram.edge(0),
            of.histogram.edge(last) - 0.5 * of.histogram.width,
        );
        let (inside, beyond) = match place(error) {
            Some(_) => (error, ""),
            None => (error.clamp(ends.0, ends.1.max(ends.0)), ", beyond"),
        };
        tags.extend(place(inside).map(|at| Tag {
            at,
            text: format!("{}{beyond}", here(view, of, error)),
            colour: tokens.accent,
        }));
    }
    for mark in own(view, sight, of) {
        tags.extend(place(mark.at).map(|at| Tag {
            at,
            text: told(mark),
            colour: tokens.look(mark.who.kind).color,
        }));
    }
    // At the left, where what is better stands.
    let left = match sight.shape {
        Shape::Quantile => 0.0,
        _ => of.histogram.edge(0),
    };
    tags.extend(better(sight, of).map(|text| Tag {
        at: left,
        text,
        colour: tokens.strong,
    }));
    tags
}

/// The share of paths on which the strategy does better, where differences are shown.
fn better(sight: Sight, of: Of<'_>) -> Option<String> {
    let against = of.row.against.as_ref().filter(|_| sight.gaps)?;
    let name = name_of(of.who());
    let share = percent(&against.better);
    Some(format!("{name} better on {share} of paths"))
}

/// The same for who cannot see it.
pub(super) fn spoken(view: &ViewModel, sight: Sight, of: Of<'_>) -> String {
    let mut parts = Vec::new();
    if let Some(error) = sight.here(view, of.who()) {
        parts.push(here(view, of, error));
    }
    parts.extend(own(view, sight, of).map(told));
    parts.extend(better(sight, of));
    parts.join(", ")
}

/// The marks of the strategy that is shown.
fn own<'a>(view: &'a ViewModel, sight: Sight, of: Of<'a>) -> impl Iterator<Item = &'a Mark> {
    let marks = sight.picture(view).marks.iter();
    marks.filter(move |mark| mark.who == *of.who())
}

fn here(view: &ViewModel, of: Of<'_>, error: f64) -> String {
    format!("{} here {}", name(view, of), view.digits.money(error))
}

/// `VaR 95% 51.31 ± 0.28`.
fn told(mark: &Mark) -> String {
    let figure = format::estimate(&mark.figure, true);
    format!("{} {figure}", mark.measure.name())
}

/// Draws the words, each in the first row in which it is free.
pub(super) fn paint(painter: &Painter, transform: &PlotTransform, tags: &[Tag], ground: Color32) {
    let frame = *transform.frame();
    let font = FontId::proportional(FINE);
    let galleys: Vec<_> = tags
        .iter()
        .map(|tag| painter.layout_no_wrap(tag.text.clone(), font.clone(), tag.colour))
        .collect();
    let wanted: Vec<(f32, f32)> = tags
        .iter()
        .zip(&galleys)
        .map(|(tag, galley)| (transform.position_from_point_x(tag.at), galley.size().x))
        .collect();
    let places = places(&wanted, frame);
    for ((galley, tag), place) in galleys.into_iter().zip(tags).zip(places) {
        painter.rect_filled(
            place.expand2(vec2(2.0, 0.0)),
            2.0,
            ground.gamma_multiply(0.8),
        );
        painter.galley(place.min, galley, tag.colour);
    }
}

/// Where words of a width go that belong to a place: to its right, or to its left where there is no
/// room, in the first row in which no other is in the way.
fn places(wanted: &[(f32, f32)], frame: Rect) -> Vec<Rect> {
    let mut placed: Vec<Rect> = Vec::new();
    for (at, width) in wanted {
        let beyond = at + 8.0 + width > frame.right();
        let left = if beyond { at - 6.0 - width } else { at + 5.0 };
        let left = left.max(frame.left() + 2.0);
        let in_row = |row: f32| {
            let top = ROW.mul_add(row, frame.top() + 2.0);
            Rect::from_min_max(pos2(left, top), pos2(left + width, top + ROW - 1.0))
        };
        let free = |rect: &Rect| {
            placed
                .iter()
                .all(|other| !other.expand2(vec2(3.0, 0.0)).intersects(*rect))
        };
        let rows = 0..=u8::try_from(placed.len()).unwrap_or(u8::MAX);
        let mut rows = rows.map(|row| in_row(f32::from(row)));
        let place = rows.find(free).unwrap_or_else(|| in_row(0.0));
        placed.push(place);
    }
    placed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_never_over_one_another() {
        let frame = Rect::from_min_size(pos2(10.0, 20.0), vec2(400.0, 100.0));
        for shift in 0..40 {
            for other in 0..40 {
                let (shift, other) = (10.0 * shift as f32, 10.0 * other as f32);
                let wanted = [(12.0 + shift, 90.0), (12.0 + other, 70.0), (200.0, 75.0)];
                let places = places(&wanted, frame);
                for (i, one) in places.iter().enumerate() {
                    assert!(one.left() >= frame.left() && one.right() <= frame.right() + 1.0);
                    let others = &places[i + 1..];
                    assert!(
                        others.iter().all(|other| !other.intersects(*one)),
                        "{places:?}"
                    );
                }
            }
        }
    }
}
