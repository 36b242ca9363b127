//! Lines along which numbers on a grid take one value: marching squares, with the place between two
//! grid points by linear interpolation (W. E. Lorensen and H. E. Cline, 1987, in two dimensions).

use egui_plot::PlotPoint;

/// Where the numbers of a map stand.
#[derive(Clone, Debug, Default)]
pub struct Grid {
    /// Across, ascending.
    pub xs: Vec<f64>,
    /// Up, ascending.
    pub ys: Vec<f64>,
}

/// No neighbour.
const NONE: usize = usize::MAX;

impl Grid {
    /// How many numbers there are: row by row, the lowest first.
    #[must_use]
    pub fn count(&self) -> usize {
        self.xs.len() * self.ys.len()
    }

    /// The number at a place, between grid points bilinear, beyond them that of the nearest.
    #[must_use]
    pub fn read(&self, numbers: &[f64], (x, y): (f64, f64)) -> Option<f64> {
        let ((i, u), (j, v)) = (place(&self.xs, x)?, place(&self.ys, y)?);
        let width = self.xs.len();
        let at = |i: usize, j: usize| {
            let (i, j) = (i.min(width - 1), j.min(self.ys.len() - 1));
            numbers.get(j * width + i).copied()
        };
        let low = at(i, j)? * (1.0 - u) + at(i + 1, j)? * u;
        let high = at(i, j + 1)? * (1.0 - u) + at(i + 1, j + 1)? * u;
        Some(low * (1.0 - v) + high * v)
    }

    /// The lines at `level`, as long as they go.
    #[must_use]
    pub fn isolines(&self, numbers: &[f64], level: f64) -> Vec<Vec<PlotPoint>> {
        let mut links = vec![[NONE; 2]; 2 * self.count()];
        let mut join = |a: usize, b: usize| {
            for (from, to) in [(a, b), (b, a)] {
                let free = usize::from(links[from][0] != NONE);
                links[from][free] = to;
            }
        };
        let width = self.xs.len();
        for j in 1..self.ys.len() {
            for i in 1..width {
                let below = (j - 1) * width + i - 1;
                let above = below + width;
                let corners = [below, below + 1, above + 1, above];
                let over = corners.map(|corner| numbers[corner] > level);
                // The edges of a cell: below, right, above, left.
                let edges = [2 * below, 2 * (below + 1) + 1, 2 * above, 2 * below + 1];
                let crossed: Vec<usize> =
                    (0..4).filter(|k| over[*k] != over[(k + 1) % 4]).collect();
                match crossed[..] {
                    [a, b] => join(edges[a], edges[b]),
                    [_, _, _, _] => {
                        let mean = corners.iter().map(|c| numbers[*c]).sum::<f64>() / 4.0;
                        if (mean > level) == over[0] {
                            join(edges[0], edges[1]);
                            join(edges[2], edges[3]);
                        } else {
                            join(edges[3], edges[0]);
                            join(edges[1], edges[2]);
                        }
                    }
                    _ => {}
                }
            }
        }
        let point = |edge: usize| self.crossing(numbers, edge, level);
        let chains = chains(&mut links);
        let line = |chain: Vec<usize>| chain.into_iter().map(point).collect();
        chains.into_iter().map(line).collect()
    }

    /// Where the level lies on an edge: from point `edge / 2` to the right, or up for odd ones.
    fn crossing(&self, numbers: &[f64], edge: usize, level: f64) -> PlotPoint {
        let (from, up) = (edge / 2, edge % 2 == 1);
        let (i, j) = (from % self.xs.len(), from / self.xs.len());
        let to = from + if up { self.xs.len() } else { 1 };
        let share = (level - numbers[from]) / (numbers[to] - numbers[from]);
        let share = if share.is_finite() { share } else { 0.5 };
        let along = |a: f64, b: f64| (b - a).mul_add(share, a);
        if up {
            PlotPoint::new(self.xs[i], along(self.ys[j], self.ys[j + 1]))
        } else {
            PlotPoint::new(along(self.xs[i], self.xs[i + 1]), self.ys[j])
        }
    }
}

/// The interval of a row of places that holds `x`, and how far along it.
fn place(places: &[f64], x: f64) -> Option<(usize, f64)> {
    let last = places.len().checked_sub(1)?;
    let above = places.partition_point(|place| *place <= x);
    let from = above.saturating_sub(1).min(last.saturating_sub(1));
    let (low, high) = (places[from], places[(from + 1).min(last)]);
    let share = if high > low {
        ((x - low) / (high - low)).clamp(0.0, 1.0)
    } else {
        0.0
    };
    Some((from, share))
}

/// Follows the links from edge to edge: lines that end first, then those that close.
fn chains(links: &mut [[usize; 2]]) -> Vec<Vec<usize>> {
    let mut chains = Vec::new();
    for closed in [false, true] {
        for start in 0..links.len() {
            let [first, second] = links[start];
            if first != NONE && (closed || second == NONE) {
                chains.push(follow(links, start));
            }
        }
    }
    chains
}

fn follow(links: &mut [[usize; 2]], start: usize) -> Vec<usize> {
    let mut chain = vec![start];
    let mut edge = start;
    loop {
        let next = links[edge].into_iter().find(|next| *next != NONE);
        let Some(next) = next else { return chain };
        for (from, to) in [(edge, next), (next, edge)] {
            if let Some(link) = links[from].iter_mut().find(|link| **link == to) {
                *link = NONE;
            }
        }
        chain.push(next);
        edge = next;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid(width: usize, height: usize) -> Grid {
        let row = |count: usize| (0..count).map(move |i| i as f64 / (count - 1) as f64 * 2.0 - 1.0);
        Grid {
            xs: row(width).collect(),
            ys: row(height).collect(),
        }
    }

    fn numbers(grid: &Grid, of: impl Fn(f64, f64) -> f64) -> Vec<f64> {
        let row = |y: &f64| grid.xs.iter().map(|x| of(*x, *y)).collect::<Vec<_>>();
        grid.ys.iter().flat_map(row).collect()
    }

    #[test]
    fn a_circle_is_one_closed_line_at_its_radius() {
        let grid = grid(61, 41);
        let lines = grid.isolines(&numbers(&grid, f64::hypot), 0.7);
        assert_eq!(lines.len(), 1);
        let line = &lines[0];
        assert_eq!(line.first(), line.last());
        assert!(line.len() > 100);
        for point in line {
            assert!((point.x.hypot(point.y) - 0.7).abs() < 2e-3, "{point:?}");
        }
    }

    #[test]
    fn a_plane_is_cut_in_one_straight_line_from_side_to_side() {
        let grid = grid(9, 33);
        let lines = grid.isolines(&numbers(&grid, |x, y| 0.3 * x + y), 0.1);
        assert_eq!(lines.len(), 1);
        let line = &lines[0];
        assert_eq!((line[0].x.abs(), line[line.len() - 1].x.abs()), (1.0, 1.0));
        for point in line {
            assert!((0.3 * point.x + point.y - 0.1).abs() < 1e-12);
        }
    }

    #[test]
    fn a_saddle_falls_into_two_lines_and_what_is_not_reached_into_none() {
        let grid = grid(21, 21);
        let saddle = numbers(&grid, |x, y| x * y);
        assert_eq!(grid.isolines(&saddle, 0.2).len(), 2);
        assert!(grid.isolines(&saddle, 2.0).is_empty());
        let rows = Grid {
            ys: vec![0.0],
            ..grid
        };
        assert!(rows.isolines(&saddle[..21], 0.0).is_empty());
    }

    #[test]
    fn what_is_read_lies_between_the_points_around() {
        let grid = grid(11, 7);
        let plane = numbers(&grid, |x, y| 2.0 * x - y);
        let read = grid.read(&plane, (0.33, -0.41)).unwrap();
        assert!((read - (0.66 + 0.41)).abs() < 1e-12);
        assert_eq!(grid.read(&plane, (5.0, 5.0)), Some(1.0));
        assert_eq!(Grid::default().read(&[], (0.0, 0.0)), None);
    }
}
