//! Products of matrices of single precision, row after row in one list each.

use multiversion::multiversion;

/// Columns that are computed together.
pub const BLOCK: usize = 16;
/// Rows that are computed together.
pub const ROWS: usize = 4;

/// `out ← keep·out + gain·left·right`, where `right` and `out` have `width` columns and `left` and `out`
/// a multiple of [`ROWS`] rows. Every number is the same sum in the same order, however the rows are cut.
#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+fma", "x86_64+avx2+fma"))]
pub fn add_product(
    [keep, gain]: [f32; 2],
    left: &[f32],
    right: &[f32],
    width: usize,
    out: &mut [f32],
) {
    let inner = right.len() / width;
    let whole = width - width % BLOCK;
    let bands = left.chunks_exact(ROWS * inner);
    for (left, out) in bands.zip(out.chunks_exact_mut(ROWS * width)) {
        for first in (0..whole).step_by(BLOCK) {
            let mut sums = [[0.0f32; BLOCK]; ROWS];
            for (k, right) in right.chunks_exact(width).enumerate() {
                let Some(right) = right[first..].first_chunk::<BLOCK>() else {
                    continue;
                };
                for (row, sums) in sums.iter_mut().enumerate() {
                    let factor = left[row * inner + k];
                    for (sum, value) in sums.iter_mut().zip(right) {
                        *sum = factor.mul_add(*value, *sum);
                    }
                }
            }
            for (sums, out) in sums.iter().zip(out.chunks_exact_mut(width)) {
                for (sum, out) in sums.iter().zip(&mut out[first..first + BLOCK]) {
                    *out = keep.mul_add(*out, gain * sum);
                }
            }
        }
        let rest = whole..width;
        for (left, out) in left
            .chunks_exact(inner)
            .zip(out.chunks_exact_mut(width))
            .filter(|_| !rest.is_empty())
        {
            let mut sums = [0.0f32; BLOCK];
            for (factor, right) in left.iter().zip(right.chunks_exact(width)) {
                for (sum, value) in sums.iter_mut().zip(&right[rest.clone()]) {
                    *sum = factor.mul_add(*value, *sum);
                }
            }
            for (sum, out) in sums.iter().zip(&mut out[rest.clone()]) {
                *out = keep.mul_add(*out, gain * sum);
            }
        }
    }
}

/// Writes the transpose of `matrix`, which has `width` columns.
pub fn transpose(matrix: &[f32], width: usize, out: &mut [f32]) {
    let rows = matrix.len() / width;
    for (row, values) in matrix.chunks_exact(width).enumerate() {
        for (value, turned) in values.iter().zip(out.chunks_exact_mut(rows)) {
            turned[row] = *value;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_are_those_of_the_definition_whatever_the_width() {
        let wave = |count: usize, turn: f32| -> Vec<f32> {
            (0..count).map(|i| (1.7 * i as f32 + turn).sin()).collect()
        };
        for (rows, inner, width) in [(4, 3, 16), (8, 7, 37), (4, 1, 5), (12, 33, 48)] {
            let (left, right) = (wave(rows * inner, 0.1), wave(inner * width, 0.7));
            let before = wave(rows * width, 0.3);
            let mut out = before.clone();
            add_product([0.5, 2.0], &left, &right, width, &mut out);
            let mut turned = vec![0.0; right.len()];
            transpose(&right, width, &mut turned);
            for (place, found) in out.iter().enumerate() {
                let (row, column) = (place / width, place % width);
                let ones = &left[row * inner..][..inner];
                let others = &turned[column * inner..][..inner];
                let sum: f64 = ones
                    .iter()
                    .zip(others)
                    .map(|(x, y)| f64::from(*x) * f64::from(*y))
                    .sum();
                let wanted = 2.0f64.mul_add(sum, 0.5 * f64::from(before[place]));
                assert!((f64::from(*found) - wanted).abs() < 1e-5, "{place}");
            }
        }
    }
}
