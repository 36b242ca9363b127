//! Standard errors of what follows from means over time, by a circular block bootstrap: blocks of neighbours are drawn
//! with replacement, the first following the last (D. N. Politis and J. P. Romano, *A circular block-resampling
//! procedure for stationary data*, 1992).
//!
//! What is drawn are sums over cells of neighbours, so that a hundred thousand returns are drawn as fast as a few
//! hundred. A block has `n^(2/3)` returns: what hangs together stays together for longer, the more there are.

use rand::Rng;
use rand::SeedableRng;
use rand_xoshiro::Xoshiro256PlusPlus;

/// Most cells.
const CELLS: usize = 400;
/// How often everything is drawn anew.
pub(super) const DRAWS: usize = 300;
/// Seed of the draws.
const SEED: u64 = 0x5eed;

/// Sums over cells of neighbours.
#[derive(Clone, Debug)]
pub(super) struct Cells {
    sums: Vec<Vec<f64>>,
    count: f64,
    /// Cells in a block.
    together: usize,
}

impl Cells {
    /// `fill` adds what each of `count` returns has to the `width` sums of its cell.
    pub(super) fn of(count: usize, width: usize, fill: impl Fn(usize, &mut [f64])) -> Self {
        let cells = count.clamp(1, CELLS);
        let sums = (0..cells).map(|cell| {
            let mut sums = vec![0.0; width];
            let within = cell * count / cells..(cell + 1) * count / cells;
            within.for_each(|i| fill(i, &mut sums));
            sums
        });
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a share of a length"
        )]
        let together = (cells as f64 / (count as f64).cbrt()).round() as usize;
        Self {
            sums: sums.collect(),
            count: count as f64,
            together: together.max(1),
        }
    }

    /// The means.
    pub(super) fn means(&self) -> Vec<f64> {
        self.mean_of(0..self.sums.len())
    }

    /// The means of each draw, of [`DRAWS`].
    pub(super) fn drawn(&self) -> impl Iterator<Item = Vec<f64>> {
        let mut dice = Xoshiro256PlusPlus::seed_from_u64(SEED);
        let cells = self.sums.len();
        (0..DRAWS).map(move |_| {
            let mut start = 0;
            let places = (0..cells).map(|i| {
                if i % self.together == 0 {
                    start = place(&mut dice, cells);
                }
                (start + i % self.together) % cells
            });
            self.mean_of(places)
        })
    }

    fn mean_of(&self, cells: impl Iterator<Item = usize>) -> Vec<f64> {
        let width = self.sums.first().map_or(0, Vec::len);
        let mut means = vec![0.0; width];
        for cell in cells {
            for (mean, sum) in means.iter_mut().zip(&self.sums[cell]) {
                *mean += sum / self.count;
            }
        }
        means
    }
}

/// A place among so many, by the high bits of a number.
fn place(dice: &mut Xoshiro256PlusPlus, count: usize) -> usize {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "less than a count that fits"
    )]
    let place = ((u128::from(dice.next_u64()) * count as u128) >> 64) as usize;
    place
}

/// Standard deviations over draws of so many figures each; a figure that is no number in a tenth of the draws or more has
/// none.
pub(super) fn spread(draws: impl Iterator<Item = Vec<f64>>, width: usize) -> Vec<Option<f64>> {
    let mut columns = vec![Vec::new(); width];
    for draw in draws {
        for (column, x) in columns.iter_mut().zip(draw) {
            if x.is_finite() {
                column.push(x);
            }
        }
    }
    columns.iter().map(|column| deviation(column)).collect()
}

fn deviation(column: &[f64]) -> Option<f64> {
    let n = column.len() as f64;
    let mean = column.iter().sum::<f64>() / n;
    let variance = column.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (n - 1.0);
    (10 * column.len() >= 9 * DRAWS).then(|| variance.sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_distr::{Distribution, StandardNormal};

    #[test]
    fn the_mean_of_what_hangs_together_has_its_error_and_not_that_of_independent_numbers() {
        // An autoregression of 0.8: the variance of the mean is 1/(1 − 0.8)² over n.
        let mut dice = Xoshiro256PlusPlus::seed_from_u64(1);
        let (mut x, n) = (0.0, 20_000);
        let series: Vec<f64> = (0..n)
            .map(|_| {
                let shock: f64 = StandardNormal.sample(&mut dice);
                x = 0.8 * x + shock;
                x
            })
            .collect();
        let cells = Cells::of(n, 1, |i, sums| sums[0] += series[i]);
        let found = spread(cells.drawn(), 1)[0].unwrap();
        let wanted = 5.0 / (n as f64).sqrt();
        assert!((found / wanted - 1.0).abs() < 0.25, "{found} {wanted}");
        let mean = series.iter().sum::<f64>() / n as f64;
        assert!((cells.means()[0] - mean).abs() < 1e-12);
    }

    #[test]
    fn a_figure_that_is_often_no_number_has_no_error() {
        let draws = (0..DRAWS).map(|i| vec![1.0, if i % 5 == 0 { f64::NAN } else { i as f64 }]);
        let found = spread(draws, 2);
        assert_eq!((found[0], found[1]), (Some(0.0), None));
    }
}
