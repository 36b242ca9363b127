//! Hatching: slanted lines over the region under a curve.

use egui::{Color32, Painter, Pos2, Rect, Stroke, pos2};

/// Distance between two slanted lines (points).
const GAP: f32 = 6.0;
/// Width of a column in which a curve counts as level (points).
const COLUMN: f32 = 2.0;

/// Slanted lines over a region between the horizontal axis and a falling or rising curve, as far as
/// it can be seen.
pub fn paint_hatch(painter: &Painter, outline: &[Pos2], bottom: f32, colour: Color32) {
    let stroke = Stroke::new(1.0, colour);
    for segment in hatching(outline, bottom, painter.clip_rect()) {
        painter.line_segment(segment, stroke);
    }
}

/// The pieces of the slanted lines that lie under a curve and within what is `seen`.
fn hatching(outline: &[Pos2], bottom: f32, seen: Rect) -> Vec<[Pos2; 2]> {
    let Some(area) = region(outline, bottom).map(|region| region.intersect(seen)) else {
        return Vec::new();
    };
    if !area.is_finite() || area.width() < 1.0 || area.height() < 1.0 {
        return Vec::new();
    }
    let columns = whole(area.width() / COLUMN) + 1;
    let tops: Vec<f32> = (0..columns)
        .map(|i| height_at(outline, COLUMN.mul_add(i as f32, area.left())))
        .collect();
    let mut segments = Vec::new();
    // On a slanted line x + y is the same everywhere.
    let first = ((area.left() + area.top()) / GAP).floor() * GAP;
    let lines = whole((area.width() + area.height()) / GAP) + 2;
    for line in 0..lines {
        let sum = GAP.mul_add(line as f32, first);
        let mut inside: Option<Pos2> = None;
        let mut last = None;
        for (i, top) in tops.iter().enumerate() {
            let at = COLUMN.mul_add(i as f32, area.left());
            let place = pos2(at, sum - at);
            let under = place.y >= top.max(area.top()) && place.y <= area.bottom();
            match (under, inside) {
                (true, None) => inside = Some(place),
                (false, Some(from)) => {
                    segments.push([from, place]);
                    inside = None;
                }
                _ => {}
            }
            last = Some(place);
        }
        if let (Some(from), Some(to)) = (inside, last) {
            segments.push([from, to]);
        }
    }
    segments
}

/// The rectangle around the region under a curve.
fn region(outline: &[Pos2], bottom: f32) -> Option<Rect> {
    let (first, last) = (outline.first()?, outline.last()?);
    let top = outline.iter().fold(bottom, |top, point| top.min(point.y));
    let (left, right) = (first.x.min(last.x), first.x.max(last.x));
    Some(Rect::from_min_max(pos2(left, top), pos2(right, bottom)))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a length on screen over a few points"
)]
fn whole(x: f32) -> usize {
    x.max(0.0) as usize
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

#[cfg(test)]
mod tests {
    use super::*;
    use egui::vec2;

    fn seen() -> Rect {
        Rect::from_min_size(pos2(50.0, 20.0), vec2(300.0, 120.0))
    }

    #[test]
    fn a_region_far_larger_than_the_picture_is_hatched_where_it_is_seen_only() {
        for size in [1e3, 1e6, 1e9, 1e12] {
            let outline = [pos2(-size, -size), pos2(size, -size)];
            let segments = hatching(&outline, size, seen());
            assert!(segments.len() > 50 && segments.len() < 90, "{size}");
            let around = seen().expand(COLUMN + 0.1);
            let inside = |point: &Pos2| around.contains(*point);
            assert!(segments.iter().flatten().all(inside), "{size}");
        }
    }

    #[test]
    fn hatching_stays_under_its_curve() {
        let outline = [pos2(60.0, 120.0), pos2(260.0, 40.0)];
        let segments = hatching(&outline, 120.0, seen());
        assert!(segments.len() > 20);
        for point in segments.iter().flatten() {
            let curve = 120.0 - 0.4 * (point.x - 60.0);
            assert!(point.y >= curve - 3.0 && point.y <= 122.1, "{point:?}");
        }
    }

    #[test]
    fn what_is_not_seen_is_not_hatched() {
        let outline = [pos2(1e4, 0.0), pos2(2e4, 0.0)];
        assert!(hatching(&outline, 100.0, seen()).is_empty());
        assert!(hatching(&[], 100.0, seen()).is_empty());
        let broken = [pos2(f32::NAN, 0.0), pos2(f32::INFINITY, 0.0)];
        assert!(hatching(&broken, 100.0, seen()).is_empty());
    }
}
