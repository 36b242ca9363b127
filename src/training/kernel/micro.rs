//! Register-blocked products: `R` rows by `C` vectors of sums stay in registers while the depth
//! runs.
//!
//! Activations lie path by path, features contiguous, so that in all three products of a layer
//! (forward, back, weight gradient) the vectors run along features and the other factor is a
//! broadcast scalar: nothing is ever transposed.

use pulp::Simd;

/// `R` rows of `C` vectors.
pub(crate) type Block<S, const R: usize, const C: usize> = [[<S as Simd>::f32s; C]; R];

/// `sums[r][·] += Σ_k rows[r][k]·panel[k][·]`; `panel` is `[depth][C·lanes]`, rows have at least
/// `depth` numbers.
#[inline(always)]
pub(crate) fn product<S: Simd, const R: usize, const C: usize>(
    simd: S,
    mut sums: Block<S, R, C>,
    mut rows: [&[f32]; R],
    panel: &[f32],
) -> Block<S, R, C> {
    let panel = S::as_simd_f32s(panel).0.as_chunks::<C>().0;
    let depth = panel.len();
    for row in &mut rows {
        *row = &row[..depth];
    }
    for k in 0..depth {
        let right = panel[k];
        for r in 0..R {
            let left = simd.splat_f32s(rows[r][k]);
            for c in 0..C {
                sums[r][c] = simd.mul_add_e_f32s(left, right[c], sums[r][c]);
            }
        }
    }
    sums
}

/// Weight-gradient product: `sums[r][·] += Σ_t left[t][first + r]·right[t][column..]` over the rows
/// of both, and with `BIAS` also `totals += Σ_t right[t][column..]`. `strides` are the rows'
/// lengths.
#[inline(always)]
pub(crate) fn outer_product<S: Simd, const R: usize, const C: usize, const BIAS: bool>(
    simd: S,
    (mut sums, mut totals): (Block<S, R, C>, [S::f32s; C]),
    [left, right]: [&[f32]; 2],
    strides: [usize; 2],
    [first, column]: [usize; 2],
) -> (Block<S, R, C>, [S::f32s; C]) {
    for (left, right) in left
        .chunks_exact(strides[0])
        .zip(right.chunks_exact(strides[1]))
    {
        let Some(left) = left[first..].first_chunk::<R>() else {
            continue;
        };
        let right: [S::f32s; C] = load(simd, &right[column..]);
        for r in 0..R {
            let scalar = simd.splat_f32s(left[r]);
            for c in 0..C {
                sums[r][c] = simd.mul_add_e_f32s(scalar, right[c], sums[r][c]);
            }
        }
        if BIAS {
            for c in 0..C {
                totals[c] = simd.add_f32s(totals[c], right[c]);
            }
        }
    }
    (sums, totals)
}

/// Work done for one panel of columns, at the block size that fits the machine's registers.
pub(crate) trait Panels {
    /// Does the columns `column..column + C·lanes`.
    fn run<S: Simd, const R: usize, const C: usize>(&mut self, simd: S, column: usize);
}

/// Columns of a full panel. Widths are padded to 16 columns; only 512-bit vectors leave a narrower
/// last panel.
#[inline(always)]
pub(crate) fn panel_columns<S: Simd>() -> usize {
    if S::F32_LANES == 16 { 32 } else { 16 }
}

/// Runs `work` over the panels of `padded` columns. Rows and vectors of a block: 8 × 2 with 32
/// registers of 512 bits, 4 × 2 with 16 of 256, 4 × 4 with 32 of 128, and 2 × 16 scalars that the
/// compiler packs where it can.
#[inline(always)]
pub(crate) fn each_panel<S: Simd, P: Panels>(simd: S, work: &mut P, padded: usize) {
    let columns = panel_columns::<S>();
    let full = padded - padded % columns;
    for column in (0..full).step_by(columns) {
        match S::F32_LANES {
            16 => work.run::<S, 8, 2>(simd, column),
            8 => work.run::<S, 4, 2>(simd, column),
            4 => work.run::<S, 4, 4>(simd, column),
            _ => work.run::<S, 2, 16>(simd, column),
        }
    }
    if S::F32_LANES == 16 && full < padded {
        work.run::<S, 8, 1>(simd, full);
    }
}

/// Reads `C` vectors.
#[inline(always)]
pub(crate) fn load<S: Simd, const C: usize>(simd: S, numbers: &[f32]) -> [S::f32s; C] {
    let numbers = S::as_simd_f32s(&numbers[..C * S::F32_LANES]).0;
    let mut vectors = [simd.splat_f32s(0.0); C];
    vectors.copy_from_slice(numbers);
    vectors
}

/// Writes `C` vectors.
#[inline(always)]
pub(crate) fn store<S: Simd, const C: usize>(numbers: &mut [f32], vectors: [S::f32s; C]) {
    S::as_mut_simd_f32s(&mut numbers[..C * S::F32_LANES])
        .0
        .copy_from_slice(&vectors);
}

/// The sums over the lanes of four vectors.
///
/// From eight lanes up, `deinterleave_shfl` pairs neighbours within each 128 bits (`x0+x1, y0+y1,
/// x2+x3, y2+y3`); the second round, on pairs of numbers, leaves the four partial sums side by side
/// in each 128 bits. A unit test holds it to that.
#[inline(always)]
pub(crate) fn sum_four<S: Simd>(simd: S, vectors: [S::f32s; 4]) -> [f32; 4] {
    let [x, y, z, w] = vectors;
    if S::F32_LANES < 8 {
        return [
            simd.reduce_sum_f32s(x),
            simd.reduce_sum_f32s(y),
            simd.reduce_sum_f32s(z),
            simd.reduce_sum_f32s(w),
        ];
    }
    let [a, b] = simd.deinterleave_shfl_f32s([x, y]);
    let xy = simd.add_f32s(a, b);
    let [a, b] = simd.deinterleave_shfl_f32s([z, w]);
    let zw = simd.add_f32s(a, b);
    let [a, b]: [S::f32s; 2] = simd.deinterleave_shfl_f64s([xy, zw]);
    let sums = [simd.add_f32s(a, b)];
    let quads = quads::<S>(&sums);
    let mut total = quads[0];
    for quad in &quads[1..] {
        for (sum, part) in total.iter_mut().zip(quad) {
            *sum += part;
        }
    }
    total
}

/// A vector's lanes in fours.
#[inline(always)]
fn quads<S: Simd>(vector: &[S::f32s; 1]) -> &[[f32; 4]] {
    pulp::bytemuck::cast_slice::<S::f32s, f32>(vector)
        .as_chunks::<4>()
        .0
}

#[cfg(test)]
mod tests {
    use super::sum_four;
    use pulp::{Arch, Simd, WithSimd};

    struct Sums;

    impl WithSimd for Sums {
        type Output = ();

        fn with_simd<S: Simd>(self, simd: S) {
            let numbers: Vec<f32> = (0..4 * S::F32_LANES).map(|i| (i * i % 37) as f32).collect();
            let vectors = S::as_simd_f32s(&numbers).0;
            let sums = sum_four(simd, [vectors[0], vectors[1], vectors[2], vectors[3]]);
            for (sum, part) in sums.iter().zip(numbers.chunks(S::F32_LANES)) {
                assert_eq!(sum.to_bits(), part.iter().sum::<f32>().to_bits());
            }
        }
    }

    #[test]
    fn sum_four_adds_the_lanes_of_each_vector() {
        for arch in crate::training::kernel::batches::architectures() {
            arch.dispatch(Sums);
        }
        Arch::new().dispatch(Sums);
    }
}
