//! A fully connected network on [`LANES`] paths at once, in the widest vectors of the machine, and
//! in single precision, as it was trained.

use crate::market::LANES;
use crate::math::exp;
use crate::scenario::Activation;
use pulp::{Simd, WithSimd};

/// One layer: `out = in·W + b`.
#[derive(Clone, Debug)]
pub(in crate::policy) struct Layer {
    /// `[in, out]`, row by row.
    pub weight: Vec<f32>,
    pub bias: Vec<f32>,
}

/// Columns of a layer that are computed together.
const COLUMNS: usize = 4;

/// Sends `values`, a row for each input, through all layers; one row is left.
pub(super) struct Dense<'a> {
    pub layers: &'a [Layer],
    pub activation: Activation,
    pub values: Vec<[f32; LANES]>,
}

impl WithSimd for Dense<'_> {
    type Output = Vec<[f32; LANES]>;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> Self::Output {
        let mut values = self.values;
        let mut next = Vec::new();
        for (number, layer) in self.layers.iter().enumerate() {
            layer.apply(simd, &values, &mut next);
            std::mem::swap(&mut values, &mut next);
            if number + 1 < self.layers.len() {
                activate_all(self.activation, &mut values);
            }
        }
        values
    }
}

#[inline(always)]
fn activate_all(activation: Activation, values: &mut [[f32; LANES]]) {
    for z in values.as_flattened_mut() {
        *z = match activation {
            Activation::Relu => z.max(0.0),
            Activation::Silu => narrow(activate(activation, f64::from(*z))),
        };
    }
}

/// The nearest number of single precision.
#[inline(always)]
#[expect(
    clippy::cast_possible_truncation,
    reason = "networks are trained and evaluated in single precision"
)]
pub(in crate::policy) fn narrow(x: f64) -> f32 {
    x as f32
}

/// The activation of one number.
#[inline(always)]
pub(super) fn activate(activation: Activation, z: f64) -> f64 {
    match activation {
        Activation::Relu => z.max(0.0),
        Activation::Silu => z / (1.0 + exp(-z)),
    }
}

impl Layer {
    /// `in·W + b` on one path, in double precision.
    pub fn plain(&self, values: &[f64]) -> Vec<f64> {
        let outputs = self.bias.len();
        let sum = |out: usize| {
            let column = self.weight.iter().skip(out).step_by(outputs);
            let products = values.iter().zip(column).map(|(x, w)| x * f64::from(*w));
            f64::from(self.bias[out]) + products.sum::<f64>()
        };
        (0..outputs).map(sum).collect()
    }

    /// The same on many paths at once, a row for each number.
    #[inline(always)]
    pub fn apply<S: Simd>(&self, simd: S, values: &[[f32; LANES]], out: &mut Vec<[f32; LANES]>) {
        let outputs = self.bias.len();
        out.clear();
        out.resize(outputs, [0.0; LANES]);
        for (block, out) in out.chunks_mut(COLUMNS).enumerate() {
            let first = block * COLUMNS;
            if out.len() == COLUMNS {
                self.columns::<S, COLUMNS>(simd, first, values, out);
            } else {
                for (column, out) in out.chunks_mut(1).enumerate() {
                    self.columns::<S, 1>(simd, first + column, values, out);
                }
            }
        }
    }

    /// `C` outputs from `first` on: two vectors of lanes at a time, so that sums stay in registers.
    #[inline(always)]
    fn columns<S: Simd, const C: usize>(
        &self,
        simd: S,
        first: usize,
        values: &[[f32; LANES]],
        out: &mut [[f32; LANES]],
    ) {
        let outputs = self.bias.len();
        let pairs = S::as_simd_f32s(&[0.0; LANES]).0.len() / 2;
        for pair in 0..pairs {
            let mut sums = [[simd.splat_f32s(0.0); 2]; C];
            for (sum, bias) in sums.iter_mut().zip(&self.bias[first..]) {
                *sum = [simd.splat_f32s(*bias); 2];
            }
            for (row, weights) in values.iter().zip(self.weight.chunks_exact(outputs)) {
                let x = S::as_simd_f32s(row).0;
                let x = [x[2 * pair], x[2 * pair + 1]];
                // A block of known length, so that the sums stay in registers.
                let Some(weights) = weights[first..].first_chunk::<C>() else {
                    continue;
                };
                for c in 0..C {
                    let weight = simd.splat_f32s(weights[c]);
                    sums[c][0] = simd.mul_add_f32s(weight, x[0], sums[c][0]);
                    sums[c][1] = simd.mul_add_f32s(weight, x[1], sums[c][1]);
                }
            }
            for (out, sum) in out.iter_mut().zip(sums) {
                let out = S::as_mut_simd_f32s(out).0;
                out[2 * pair] = sum[0];
                out[2 * pair + 1] = sum[1];
            }
        }
    }
}
