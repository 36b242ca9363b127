//! Lines along which a figure over a grid is the same: marching squares between the middles of cells.

use crate::quantity::digits::tick;
use crate::sweep::Surface;

/// Lines at most, about.
const MOST: f64 = 6.0;

/// The line of one level, in counts of columns and lines of the grid: the middle of the first cell is at 0, 0.
#[derive(Clone, Debug, PartialEq)]
pub struct Isoline {
    /// The level.
    pub level: f64,
    /// The level as it is told.
    pub text: String,
    /// Its pieces, each from an edge between two middles to another: column and line of both ends.
    pub pieces: Vec<[[f64; 2]; 2]>,
}

/// The lines of a surface at round levels of what is there. Where one of four neighbours is missing, nothing
/// is drawn between them.
#[must_use]
pub fn isolines(surface: &Surface) -> Vec<Isoline> {
    let Some([low, high]) = Surface::range([surface]) else {
        return Vec::new();
    };
    let line = |(level, text): (f64, String)| Isoline {
        level,
        text,
        pieces: pieces(surface, level),
    };
    let mut lines: Vec<Isoline> = levels(low, high).into_iter().map(line).collect();
    lines.retain(|line| !line.pieces.is_empty());
    lines
}

/// Round numbers between two others.
fn levels(low: f64, high: f64) -> Vec<(f64, String)> {
    let span = high - low;
    if !(span.is_finite() && span > 1e-9 * low.abs().max(high.abs())) {
        return Vec::new();
    }
    let power = 10f64.powf((span / MOST).log10().floor());
    let rounds = [1.0, 2.0, 5.0, 10.0].into_iter().map(|digit| digit * power);
    let mut steps = rounds.filter(|step| span / step <= MOST);
    let step = steps.next().unwrap_or(10.0 * power);
    let mut levels = Vec::new();
    let mut count = (low / step).floor() + 1.0;
    while count * step < high {
        levels.push((count * step, tick(count * step, step)));
        count += 1.0;
    }
    levels
}

fn pieces(surface: &Surface, level: f64) -> Vec<[[f64; 2]; 2]> {
    let mut pieces = Vec::new();
    for row in 1..surface.rows() {
        for column in 1..surface.columns {
            square(surface, [row, column], level, &mut pieces);
        }
    }
    pieces
}

/// The pieces in the square whose last corner is this one.
fn square(
    surface: &Surface,
    [row, column]: [usize; 2],
    level: f64,
    pieces: &mut Vec<[[f64; 2]; 2]>,
) {
    // Around it, from the first corner.
    let around = [
        [row - 1, column - 1],
        [row - 1, column],
        [row, column],
        [row, column - 1],
    ];
    let value = |[row, column]: [usize; 2]| surface.at(row, column)?.found.value();
    let values = around.map(value);
    let [Some(a), Some(b), Some(c), Some(d)] = values else {
        return;
    };
    let values = [a, b, c, d];
    let at = |[row, column]: [usize; 2]| [column as f64, row as f64];
    let mut cuts: Vec<[f64; 2]> = Vec::with_capacity(4);
    for i in 0..4 {
        let j = (i + 1) % 4;
        let (one, other) = (values[i] - level, values[j] - level);
        if (one < 0.0) == (other < 0.0) {
            continue;
        }
        let share = one / (one - other);
        let (from, to) = (at(around[i]), at(around[j]));
        cuts.push([0, 1].map(|k| share.mul_add(to[k] - from[k], from[k])));
    }
    match cuts.as_slice() {
        [one, other] => pieces.push([*one, *other]),
        // A saddle: the middle says which corners belong together.
        [p, q, r, s] => {
            let middle = values.iter().sum::<f64>() / 4.0;
            if (middle < level) == (a < level) {
                pieces.extend([[*p, *q], [*r, *s]]);
            } else {
                pieces.extend([[*p, *s], [*q, *r]]);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::Estimate;
    use crate::sweep::{Found, Point};

    fn surface(columns: usize, values: &[f64]) -> Surface {
        let point = |(index, value): (usize, &f64)| Point {
            index,
            found: if value.is_nan() {
                Found::Waiting
            } else {
                Found::There(Estimate::exact(*value))
            },
        };
        Surface {
            held: Vec::new(),
            columns,
            points: values.iter().enumerate().map(point).collect(),
        }
    }

    #[test]
    fn on_a_plane_they_are_straight_and_where_the_level_is() {
        // 3 across + 2 down.
        let values: Vec<f64> = (0..20)
            .map(|i| f64::from(3 * (i % 5) + 2 * (i / 5)))
            .collect();
        let lines = isolines(&surface(5, &values));
        assert!(lines.len() > 2, "{lines:?}");
        for line in &lines {
            for [x, y] in line.pieces.iter().flatten() {
                assert!((3.0 * x + 2.0 * y - line.level).abs() < 1e-12, "{line:?}");
            }
        }
    }

    #[test]
    fn nothing_is_drawn_beside_a_cell_that_is_missing_or_where_all_is_the_same() {
        let lines = isolines(&surface(2, &[0.0, 1.0, f64::NAN, 1.0]));
        assert!(lines.is_empty(), "{lines:?}");
        assert!(isolines(&surface(2, &[1.0; 4])).is_empty());
        assert!(isolines(&surface(2, &[f64::NAN; 4])).is_empty());
    }

    #[test]
    fn at_a_saddle_the_middle_decides() {
        let lines = isolines(&surface(2, &[1.0, -1.0, -1.0, 1.2]));
        for line in lines {
            assert_eq!(line.pieces.len(), 2, "{line:?}");
        }
    }
}
