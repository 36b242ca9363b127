//! The orthogonal matrix next to a given one, by Newton and Schulz's iteration with the coefficients
//! of K. Jordan and others (*Muon: an optimizer for hidden layers in neural networks*, 2024): of
//! `G = U·Σ·Vᵀ` about `U·Vᵀ`, with singular values between 0.7 and 1.2.
//!
//! With `X = G/‖G‖`, five times: `A = X·Xᵀ`, `X ← a·X + (b·A + c·A²)·X`.

use crate::math::products::{BLOCK, add_product, transpose};

/// `a`, `b` and `c`.
const COEFFICIENTS: [f32; 3] = [3.4445, -4.7750, 2.0315];
/// Times that the iteration is made.
const TIMES: usize = 5;
/// Smallest norm (of a gradient) that is divided by; below, there is no direction.
const SMALLEST: f64 = 1e-30;

/// Memory for the iteration on matrices of one shape.
#[derive(Clone, Debug)]
pub(super) struct Orthogonal {
    rows: usize,
    columns: usize,
    /// Sides of `X`, the smaller one first, filled up with zeros to a multiple of [`BLOCK`], which changes
    /// nothing else.
    low: usize,
    wide: usize,
    /// `X`, `[low, wide]`, and what it becomes.
    x: Vec<f32>,
    next: Vec<f32>,
    /// `Xᵀ`, `A` and `b·A + c·A²`.
    turned: Vec<f32>,
    square: Vec<f32>,
    factor: Vec<f32>,
}

impl Orthogonal {
    /// For matrices of `rows` by `columns`.
    pub(super) fn new(rows: usize, columns: usize) -> Self {
        let low = rows.min(columns).next_multiple_of(BLOCK);
        let wide = rows.max(columns).next_multiple_of(BLOCK);
        Self {
            rows,
            columns,
            low,
            wide,
            x: vec![0.0; low * wide],
            next: vec![0.0; low * wide],
            turned: vec![0.0; wide * low],
            square: vec![0.0; low * low],
            factor: vec![0.0; low * low],
        }
    }

    /// Finds the one next to `matrix`, `[rows, columns]`; zeros where that is zero.
    pub(super) fn find(&mut self, matrix: &[f32]) {
        let square: f64 = matrix.iter().map(|x| f64::from(*x).powi(2)).sum();
        let norm = square.sqrt().max(SMALLEST);
        for (number, value) in matrix.iter().enumerate() {
            let place = self.place(number / self.columns, number % self.columns);
            self.x[place] = super::optimizer::single(f64::from(*value) / norm);
        }
        for _ in 0..TIMES {
            self.improve();
        }
    }

    /// What was found, at a row and a column.
    pub(super) fn at(&self, row: usize, column: usize) -> f32 {
        self.x[self.place(row, column)]
    }

    fn place(&self, row: usize, column: usize) -> usize {
        if self.rows <= self.columns {
            row * self.wide + column
        } else {
            column * self.wide + row
        }
    }

    /// One iteration.
    fn improve(&mut self) {
        let [a, b, c] = COEFFICIENTS;
        let (low, wide) = (self.low, self.wide);
        transpose(&self.x, wide, &mut self.turned);
        add_product([0.0, 1.0], &self.x, &self.turned, low, &mut self.square);
        self.factor.copy_from_slice(&self.square);
        add_product([b, c], &self.square, &self.square, low, &mut self.factor);
        self.next.copy_from_slice(&self.x);
        add_product([a, 1.0], &self.factor, &self.x, wide, &mut self.next);
        std::mem::swap(&mut self.x, &mut self.next);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(rows: usize, columns: usize, matrix: &[f32]) -> Vec<f64> {
        let mut orthogonal = Orthogonal::new(rows, columns);
        // What was found before leaves nothing behind.
        orthogonal.find(&vec![1.0; rows * columns]);
        orthogonal.find(matrix);
        (0..rows * columns)
            .map(|i| f64::from(orthogonal.at(i / columns, i % columns)))
            .collect()
    }

    #[test]
    fn of_a_diagonal_matrix_the_signs_are_left() {
        let mut matrix = vec![0.0f32; 3 * 5];
        for (i, value) in [3.0, -1.0, 0.5].into_iter().enumerate() {
            matrix[i * 5 + i] = value;
        }
        let found = found(3, 5, &matrix);
        for (i, (value, was)) in found.iter().zip(&matrix).enumerate() {
            if *was == 0.0 {
                assert!(value.abs() < 1e-6, "{i}: {value}");
            } else {
                let size = value * f64::from(was.signum());
                assert!((0.65..1.25).contains(&size), "{i}: {value}");
            }
        }
    }

    /// Rows of the found one (columns where those are fewer) are about orthonormal, whatever the
    /// shape, and it goes the way of the matrix.
    #[test]
    fn whatever_the_shape_it_is_about_orthogonal_and_goes_the_same_way() {
        for (rows, columns) in [(7, 32), (32, 7), (32, 32), (1, 5), (20, 17), (64, 64)] {
            let mut state = 1u64;
            let matrix: Vec<f32> = (0..rows * columns)
                .map(|_| {
                    state = state
                        .wrapping_mul(6_364_136_223_846_793_005)
                        .wrapping_add(1);
                    ((state >> 40) as f32 / (1u64 << 24) as f32) - 0.5
                })
                .collect();
            let found = found(rows, columns, &matrix);
            let energy: f64 = found.iter().map(|x| x * x).sum();
            let along: f64 = found
                .iter()
                .zip(&matrix)
                .map(|(x, g)| x * f64::from(*g))
                .sum();
            let sides = rows.min(columns) as f64;
            assert!(
                (0.45 * sides..1.45 * sides).contains(&energy),
                "{rows} by {columns}: {energy}"
            );
            assert!(along > 0.0);
        }
    }

    #[test]
    fn nothing_has_no_direction() {
        assert!(found(4, 6, &[0.0; 24]).iter().all(|x| *x == 0.0));
    }
}
