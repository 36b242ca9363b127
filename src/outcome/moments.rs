//! Mean, spread, semi-quadratic size and shape of hedging errors, each with its standard error.

use super::estimate::Estimate;
use super::gram::{BLOCK, Gram, Rows};
use multiversion::multiversion;
use rayon::prelude::*;

/// Numbers of a draw: episodes, `Σz … Σz⁴` and `Σ max(e/s, 0)²`, with `z = (e − c)/s`.
const NUMBERS: usize = 6;
/// Place of the last.
const LOSS: usize = 5;
/// Errors that one task adds.
const PART: usize = 1 << 14;
/// Errors from which centre and scale are taken.
const PILOT: usize = 1 << 12;

/// Sums over errors, from which their moments follow.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Moments {
    unit: Unit,
    gram: Gram<NUMBERS>,
    /// Smallest error.
    pub min: f64,
    /// Largest error.
    pub max: f64,
}

/// Where sums are taken from and in what unit, so that they neither cancel nor overflow.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Unit {
    /// An error in the middle, `c` (currency).
    pub centre: f64,
    /// The size of their differences, `s > 0` (currency).
    pub scale: f64,
}

impl Unit {
    /// A unit that suits errors like the first of these.
    pub fn of(errors: &[f64]) -> Self {
        let some = &errors[..errors.len().min(PILOT)];
        let count = some.len().max(1) as f64;
        let centre = some.iter().sum::<f64>() / count;
        let square = some.iter().map(|e| (e - centre).powi(2)).sum::<f64>() / count;
        let scale = square.sqrt();
        Self {
            centre,
            scale: if scale > 0.0 { scale } else { 1.0 },
        }
    }
}

impl Moments {
    /// No errors yet.
    pub fn empty(unit: Unit) -> Self {
        Self {
            unit,
            gram: Gram::EMPTY,
            min: f64::INFINITY,
            max: f64::NEG_INFINITY,
        }
    }

    /// The sums over `errors`, `draw` neighbours of which belong together; `None` without any. They
    /// are the same for any number of threads.
    pub fn of(errors: &[f64], draw: usize) -> Option<Self> {
        if errors.is_empty() {
            return None;
        }
        let empty = Self::empty(Unit::of(errors));
        let parts: Vec<Self> = errors
            .par_chunks(PART)
            .map(|part| {
                let mut sums = empty;
                sums.push(part, draw);
                sums
            })
            .collect();
        let mut all = empty;
        for part in &parts {
            all.gram.merge(&part.gram);
            all.min = all.min.min(part.min);
            all.max = all.max.max(part.max);
        }
        Some(all)
    }

    /// Adds errors that follow those counted, in whole draws.
    pub fn push(&mut self, errors: &[f64], draw: usize) {
        for block in errors.chunks(BLOCK) {
            add(self, block, draw);
        }
    }

    /// Episodes.
    fn count(&self) -> f64 {
        self.gram.sums[0]
    }

    /// Mean of `z` to a power.
    fn raw(&self, power: usize) -> f64 {
        self.gram.sums[power] / self.count()
    }

    /// A figure whose influence on a draw is `Σ c_k b_k`.
    fn estimate(&self, value: f64, influence: &[f64; NUMBERS]) -> Estimate {
        Estimate {
            value: Some(value),
            se: self.gram.standard_error(influence, self.count()),
        }
    }

    /// Mean error.
    pub fn mean(&self) -> Estimate {
        let Unit { centre, scale } = self.unit;
        let z = self.raw(1);
        self.estimate(
            scale.mul_add(z, centre),
            &[-scale * z, scale, 0., 0., 0., 0.],
        )
    }

    /// Second central moment of `z`.
    fn variance(&self) -> f64 {
        let z = self.raw(1);
        (self.raw(2) - z * z).max(0.0)
    }

    /// Standard deviation, with the influence `((e − mean)² − std²)/(2·std)`.
    pub fn std(&self) -> Estimate {
        let (z, variance) = (self.raw(1), self.variance());
        let half = if variance > 0.0 {
            0.5 * self.unit.scale / variance.sqrt()
        } else {
            0.0
        };
        let influence = [half * (z * z - variance), -2.0 * half * z, half, 0., 0., 0.];
        self.estimate(self.unit.scale * variance.sqrt(), &influence)
    }

    /// `sqrt(mean(e²))`, with the influence `(e² − r²)/(2r)`.
    pub fn rmse(&self) -> Estimate {
        let Unit { centre, scale } = self.unit;
        // e² = c² + 2cs·z + s²·z².
        let square = [centre * centre, 2.0 * centre * scale, scale * scale];
        let mean = square[0] + square[1] * self.raw(1) + square[2] * self.raw(2);
        let root = mean.max(0.0).sqrt();
        let half = if root > 0.0 { 0.5 / root } else { 0.0 };
        let influence = [
            half * (square[0] - mean),
            half * square[1],
            half * square[2],
            0.,
            0.,
            0.,
        ];
        self.estimate(root, &influence)
    }

    /// `sqrt(mean(max(e,0)²))`, with the influence `(max(e,0)² − r²)/(2r)`.
    pub fn rsmse(&self) -> Estimate {
        let scale = self.unit.scale;
        let mean = self.raw(LOSS);
        let root = mean.sqrt();
        let half = if root > 0.0 { 0.5 * scale / root } else { 0.0 };
        let influence = [-half * mean, 0., 0., 0., 0., half];
        self.estimate(scale * root, &influence)
    }

    /// Third and fourth standardised moment; `None` where errors differ by rounding alone.
    fn shape(&self) -> Option<(f64, f64)> {
        let (z, variance) = (self.raw(1), self.variance());
        let spread = variance.sqrt();
        let mean = self.unit.scale.mul_add(z, self.unit.centre);
        // Not one comparison: a spread that is no number has no shape either.
        let shaped = spread * self.unit.scale > 1e-12 * mean.abs().max(1e-300);
        let third = self.raw(3) - 3.0 * z * self.raw(2) + 2.0 * z.powi(3);
        let fourth =
            self.raw(4) - 4.0 * z * self.raw(3) + 6.0 * z * z * self.raw(2) - 3.0 * z.powi(4);
        shaped.then(|| (third / spread.powi(3), fourth / spread.powi(4)))
    }

    /// With `y = (e − mean)/std` the influence is `y³ − g − 3y − (3/2)·g·(y² − 1)`.
    pub fn skewness(&self) -> Estimate {
        let Some((third, _)) = self.shape() else {
            return Estimate::UNDEFINED;
        };
        let influence = self.of_standard([0.5 * third, -3.0, -1.5 * third, 1.0, 0.0]);
        self.estimate(third, &influence)
    }

    /// With `y = (e − mean)/std` the influence is `y⁴ − k − 4gy − 2k(y² − 1)`.
    pub fn excess_kurtosis(&self) -> Estimate {
        let Some((third, fourth)) = self.shape() else {
            return Estimate::UNDEFINED;
        };
        let influence = self.of_standard([fourth, -4.0 * third, -2.0 * fourth, 0.0, 1.0]);
        self.estimate(fourth - 3.0, &influence)
    }

    /// Coefficients in the powers of `z` of a polynomial in the standardised error.
    fn of_standard(&self, polynomial: [f64; 5]) -> [f64; NUMBERS] {
        let (shift, inverse) = (self.raw(1), 1.0 / self.variance().sqrt());
        // Horner's rule: multiply by (z − shift)·inverse, add the next coefficient.
        let mut powers = [0.0; NUMBERS];
        for coefficient in polynomial.into_iter().rev() {
            for k in (1..=4).rev() {
                powers[k] = inverse * (powers[k - 1] - shift * powers[k]);
            }
            powers[0] = coefficient - inverse * shift * powers[0];
        }
        powers
    }
}

/// Adds up to [`BLOCK`] errors.
#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+fma", "x86_64+avx2+fma"))]
fn add(moments: &mut Moments, errors: &[f64], draw: usize) {
    let Unit { centre, scale } = moments.unit;
    let inverse = 1.0 / scale;
    let mut rows: Rows<NUMBERS> = [[0.0; BLOCK]; NUMBERS];
    for (i, &e) in errors.iter().enumerate().take(BLOCK) {
        let z = (e - centre) * inverse;
        let loss = e.max(0.0) * inverse;
        let square = z * z;
        rows[0][i] = 1.0;
        rows[1][i] = z;
        rows[2][i] = square;
        rows[3][i] = square * z;
        rows[4][i] = square * square;
        rows[LOSS][i] = loss * loss;
    }
    for &e in errors {
        moments.min = moments.min.min(e);
        moments.max = moments.max.max(e);
    }
    moments
        .gram
        .add(&joined(rows, draw), errors.len().div_ceil(draw));
}

/// Adds up the rows of neighbours that form one draw.
#[inline(always)]
pub(super) fn joined<const K: usize>(rows: Rows<K>, draw: usize) -> Rows<K> {
    if draw == 1 {
        return rows;
    }
    let mut pairs = [[0.0; BLOCK]; K];
    for (pairs, row) in pairs.iter_mut().zip(&rows) {
        for i in 0..BLOCK / 2 {
            pairs[i] = row[2 * i] + row[2 * i + 1];
        }
    }
    pairs
}
