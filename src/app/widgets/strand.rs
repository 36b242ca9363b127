//! Lines in a strategy's style, cut to what is visible before they are dashed: a dashed line that
//! runs far beyond the picture would be made of millions of dashes.

use crate::app::theme::Look;
use egui::{Color32, Shape, Stroke, Ui};
use egui_plot::{
    LineStyle, PlotBounds, PlotGeometry, PlotItem, PlotItemBase, PlotPoint, PlotTransform,
};
use std::ops::RangeInclusive;

/// A line of a plot.
pub struct Strand<'a> {
    base: PlotItemBase,
    points: &'a [PlotPoint],
    look: Look,
}

impl<'a> Strand<'a> {
    /// A line through `points` in a style.
    #[must_use]
    pub fn new(name: &str, points: &'a [PlotPoint], look: Look) -> Self {
        Self {
            base: PlotItemBase::new(name.into()),
            points,
            look,
        }
    }
}

impl PlotItem for Strand<'_> {
    fn shapes(&self, _ui: &Ui, transform: &PlotTransform, shapes: &mut Vec<Shape>) {
        for piece in cut(self.points, transform.bounds()) {
            let piece: Vec<_> = piece
                .iter()
                .map(|point| transform.position_from_point(point))
                .collect();
            shapes.extend(styled(&piece, self.look));
        }
    }

    fn initialize(&mut self, _x_range: RangeInclusive<f64>) {}

    fn color(&self) -> Color32 {
        self.look.color
    }

    fn geometry(&self) -> PlotGeometry<'_> {
        PlotGeometry::None
    }

    fn bounds(&self) -> PlotBounds {
        let mut bounds = PlotBounds::NOTHING;
        for point in self.points {
            bounds.extend_with(point);
        }
        bounds
    }

    fn base(&self) -> &PlotItemBase {
        &self.base
    }

    fn base_mut(&mut self) -> &mut PlotItemBase {
        &mut self.base
    }
}

/// A line on screen in a style.
#[must_use]
pub fn styled(points: &[egui::Pos2], look: Look) -> Vec<Shape> {
    let stroke = Stroke::new(look.width, look.color);
    match look.style {
        LineStyle::Solid => vec![Shape::line(points.to_vec(), stroke)],
        LineStyle::Dotted { spacing } => {
            Shape::dotted_line(points, look.color, spacing, look.width)
        }
        LineStyle::Dashed { length } => {
            let gap = length / std::f32::consts::GOLDEN_RATIO;
            Shape::dashed_line(points, stroke, length, gap)
        }
    }
}

/// The pieces of a line that lie within bounds, or within a fiftieth of their size beyond.
fn cut(points: &[PlotPoint], bounds: &PlotBounds) -> Vec<Vec<PlotPoint>> {
    let mut seen = *bounds;
    seen.expand_x(0.02 * bounds.width());
    seen.expand_y(0.02 * bounds.height());
    let mut pieces: Vec<Vec<PlotPoint>> = Vec::new();
    let mut piece: Vec<PlotPoint> = Vec::new();
    for pair in points.windows(2) {
        let Some((from, to)) = within(pair[0], pair[1], &seen) else {
            continue;
        };
        if piece.last() != Some(&from) {
            pieces.push(std::mem::replace(&mut piece, vec![from]));
        }
        piece.push(to);
    }
    pieces.push(piece);
    pieces.retain(|piece| piece.len() > 1);
    pieces
}

/// The part of a segment within bounds, after Y.-D. Liang and B. A. Barsky (1984).
fn within(from: PlotPoint, to: PlotPoint, bounds: &PlotBounds) -> Option<(PlotPoint, PlotPoint)> {
    let (min, max) = (bounds.min(), bounds.max());
    let (dx, dy) = (to.x - from.x, to.y - from.y);
    if !(dx.is_finite() && dy.is_finite()) {
        return None;
    }
    let (mut enters, mut leaves) = (0.0_f64, 1.0_f64);
    for (along, room) in [
        (-dx, from.x - min[0]),
        (dx, max[0] - from.x),
        (-dy, from.y - min[1]),
        (dy, max[1] - from.y),
    ] {
        if along == 0.0 {
            if room < 0.0 {
                return None;
            }
        } else if along < 0.0 {
            enters = enters.max(room / along);
        } else {
            leaves = leaves.min(room / along);
        }
    }
    if enters > leaves {
        return None;
    }
    let at = |share: f64| {
        if share == 0.0 {
            from
        } else if share == 1.0 {
            to
        } else {
            PlotPoint::new(dx.mul_add(share, from.x), dy.mul_add(share, from.y))
        }
    };
    Some((at(enters), at(leaves)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(of: &[[f64; 2]]) -> Vec<PlotPoint> {
        of.iter().map(|p| PlotPoint::new(p[0], p[1])).collect()
    }

    #[test]
    fn a_line_far_beyond_the_picture_is_cut_to_it() {
        let line = points(&[[-1e12, -1e12], [1e12, 1e12]]);
        let bounds = PlotBounds::from_min_max([0.0, 0.0], [1.0, 1.0]);
        let pieces = cut(&line, &bounds);
        assert_eq!(pieces.len(), 1);
        for point in &pieces[0] {
            assert!(point.x >= -0.03 && point.x <= 1.03, "{point:?}");
            assert!((point.x - point.y).abs() < 1e-3, "{point:?}");
        }
    }

    #[test]
    fn a_line_that_leaves_and_comes_back_falls_into_pieces() {
        let line = points(&[[0.1, 0.5], [0.2, 9.0], [0.8, 9.0], [0.9, 0.5], [0.95, 0.5]]);
        let bounds = PlotBounds::from_min_max([0.0, 0.0], [1.0, 1.0]);
        let pieces = cut(&line, &bounds);
        assert_eq!(pieces.len(), 2);
        assert_eq!(pieces[0][0], line[0]);
        assert_eq!(pieces[1].last(), line.last());
    }

    #[test]
    fn a_line_within_the_picture_is_left_as_it_is() {
        let line = points(&[[0.1, 0.5], [0.2, 0.6], [0.8, 0.1]]);
        let bounds = PlotBounds::from_min_max([0.0, 0.0], [1.0, 1.0]);
        assert_eq!(cut(&line, &bounds), vec![line]);
    }
}
