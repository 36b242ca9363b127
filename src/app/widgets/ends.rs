//! Names at the ends of lines, beside a plot: so that a line is known without its colour.

use crate::app::theme::{CAPTION, Tokens};
use egui::{Color32, FontId, Painter, Rect, Stroke, pos2};
use egui_plot::{PlotPoint, PlotTransform};

/// Room for the line that leads from an end to its name (points).
const LEAD: f32 = 12.0;
/// Height of a name (points).
const LINE: f32 = 12.0;

/// A line's end at the right side of a plot.
#[derive(Clone, Debug)]
pub struct End {
    /// Height on screen.
    pub at: f32,
    pub name: String,
    pub colour: Color32,
    /// Which stays where there is no room for all: the larger.
    pub weight: u8,
}

/// Where a line leaves the plot to the right: its height on screen, unless it is out of sight.
#[must_use]
pub fn height_at(points: &[PlotPoint], transform: &PlotTransform) -> Option<f32> {
    let right = transform.bounds().max()[0];
    let y = reading(points, right).or_else(|| points.last().map(|last| last.y))?;
    let at = transform.position_from_point(&PlotPoint::new(right, y)).y;
    let frame = transform.frame();
    (frame.top() - 1.0..=frame.bottom() + 1.0)
        .contains(&at)
        .then_some(at)
}

/// The height of a line at `x`, between its points; none beyond its ends.
#[must_use]
pub fn reading(points: &[PlotPoint], x: f64) -> Option<f64> {
    let above = points.partition_point(|point| point.x <= x);
    let (from, to) = (points.get(above.checked_sub(1)?)?, points.get(above));
    match to {
        Some(to) => Some((to.y - from.y).mul_add((x - from.x) / (to.x - from.x), from.y)),
        None => (from.x == x).then_some(from.y),
    }
}

/// Writes the names beside the plot's frame, none over another.
pub fn paint_ends(painter: &Painter, tokens: &Tokens, frame: Rect, mut ends: Vec<End>) {
    thin(&mut ends, frame.height());
    ends.sort_by(|a, b| a.at.total_cmp(&b.at));
    let wanted: Vec<f32> = ends.iter().map(|end| end.at).collect();
    let places = spread(
        &wanted,
        frame.top() + 0.5 * LINE,
        frame.bottom() - 0.5 * LINE,
    );
    for (end, at) in ends.into_iter().zip(places) {
        let (x, to) = (frame.right(), frame.right() + LEAD);
        painter.line_segment(
            [pos2(x + 1.0, end.at), pos2(to - 2.0, at)],
            Stroke::new(1.0, end.colour),
        );
        let font = FontId::proportional(CAPTION);
        let galley = painter.layout_no_wrap(end.name, font, tokens.text);
        painter.galley(pos2(to, at - 0.5 * galley.size().y), galley, tokens.text);
    }
}

/// Leaves out the lightest until the others find room.
fn thin(ends: &mut Vec<End>, height: f32) {
    while ends.len() > 1 && ends.len() as f32 * LINE > height {
        let lightest = ends.iter().map(|end| end.weight).min();
        let of_those = |end: &End| Some(end.weight) == lightest;
        let count = ends.iter().filter(|end| of_those(end)).count();
        // From the middle, so that the first and the last of a family stay.
        let middle = ends.iter().enumerate().filter(|(_, end)| of_those(end));
        let middle = middle.map(|(i, _)| i).nth(count / 2);
        ends.remove(middle.unwrap_or(0));
    }
}

/// Places in order, at least a line apart, within limits, and not far from where they are wanted.
fn spread(wanted: &[f32], top: f32, bottom: f32) -> Vec<f32> {
    let mut places = wanted.to_vec();
    let mut least = top;
    for place in &mut places {
        *place = place.max(least);
        least = *place + LINE;
    }
    let mut most = bottom;
    for place in places.iter_mut().rev() {
        *place = place.min(most);
        most = *place - LINE;
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_never_lie_over_one_another_while_there_is_room() {
        for wanted in [
            vec![50.0, 50.0, 50.0],
            vec![0.0, 1.0, 2.0, 99.0],
            vec![97.0, 98.0, 99.0],
            vec![10.0, 40.0, 90.0],
        ] {
            let places = spread(&wanted, 6.0, 94.0);
            let apart = |pair: &[f32]| pair[1] - pair[0] >= LINE - 1e-3;
            assert!(places.windows(2).all(apart), "{places:?}");
            assert!(places.iter().all(|place| (6.0..=94.0).contains(place)));
        }
        assert_eq!(spread(&[10.0, 40.0, 90.0], 6.0, 94.0), [10.0, 40.0, 90.0]);
    }

    #[test]
    fn where_there_is_no_room_the_heavy_ones_and_the_outer_ones_stay() {
        let end = |name: &str, weight| End {
            at: 0.0,
            name: name.into(),
            colour: Color32::WHITE,
            weight,
        };
        let mut ends: Vec<End> = ["a", "b", "c", "d"].map(|name| end(name, 0)).into();
        ends.push(end("own", 1));
        thin(&mut ends, 3.0 * LINE);
        let names: Vec<&str> = ends.iter().map(|end| end.name.as_str()).collect();
        assert_eq!(names, ["a", "d", "own"]);
    }

    #[test]
    fn a_line_is_read_between_its_points_and_not_beyond() {
        let line = [PlotPoint::new(0.0, 1.0), PlotPoint::new(2.0, 3.0)];
        assert_eq!(reading(&line, 1.0), Some(2.0));
        assert_eq!(reading(&line, 2.0), Some(3.0));
        assert_eq!(reading(&line, 2.5), None);
        assert_eq!(reading(&line, -0.1), None);
    }
}
