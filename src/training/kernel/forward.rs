//! The network forward, for one tile at one date.

use super::TILE;
use super::buffer::{Buffer, Lanes};
use super::micro::{Panels, each_panel, load, product, store, sum_four};
use super::packed::{Packed, PackedLayer};
use super::vector_math::sigmoid;
use pulp::Simd;
use std::marker::PhantomData;

/// A hidden layer's non-linearity and its derivative.
pub(crate) trait Curve {
    /// Whether the derivative is kept apart (otherwise it follows from the activation).
    const KEEPS_SLOPE: bool;

    /// The activation and its derivative.
    fn apply<S: Simd>(simd: S, z: S::f32s) -> [S::f32s; 2];

    /// `upstream · derivative`, from what was kept: the derivative or the activation.
    fn chain<S: Simd>(simd: S, kept: S::f32s, upstream: S::f32s) -> S::f32s;
}

/// `max(z, 0)`.
pub(crate) struct Relu;

impl Curve for Relu {
    const KEEPS_SLOPE: bool = false;

    #[inline(always)]
    fn apply<S: Simd>(simd: S, z: S::f32s) -> [S::f32s; 2] {
        // In this order a NaN gets through on x86 and shows in the loss.
        let value = simd.max_f32s(simd.splat_f32s(0.0), z);
        [value, value]
    }

    #[inline(always)]
    fn chain<S: Simd>(simd: S, kept: S::f32s, upstream: S::f32s) -> S::f32s {
        let zero = simd.splat_f32s(0.0);
        simd.select_f32s(simd.greater_than_f32s(kept, zero), upstream, zero)
    }
}

/// `z·σ(z)`, with derivative `σ + z·σ·(1 − σ)`.
pub(crate) struct Silu;

impl Curve for Silu {
    const KEEPS_SLOPE: bool = true;

    #[inline(always)]
    fn apply<S: Simd>(simd: S, z: S::f32s) -> [S::f32s; 2] {
        let s = sigmoid(simd, z);
        let value = simd.mul_f32s(z, s);
        [
            value,
            simd.mul_add_e_f32s(value, simd.sub_f32s(simd.splat_f32s(1.0), s), s),
        ]
    }

    #[inline(always)]
    fn chain<S: Simd>(simd: S, kept: S::f32s, upstream: S::f32s) -> S::f32s {
        simd.mul_f32s(kept, upstream)
    }
}

/// Where a layer's activations of one date go: `[TILE][stride]`. `slopes` is empty where
/// derivatives are not kept.
struct Activations<'a> {
    values: &'a mut [f32],
    slopes: &'a mut [f32],
    stride: usize,
}

impl Activations<'_> {
    /// Writes a row of a block of sums: the activation where that is cheap, otherwise the sums as
    /// they are, for [`Activations::apply`] (a long formula among this many live registers would
    /// spill them).
    #[inline(always)]
    fn finish<S: Simd, A: Curve, const C: usize>(
        &mut self,
        simd: S,
        path: usize,
        column: usize,
        sums: [S::f32s; C],
    ) {
        let mut values = sums;
        if !A::KEEPS_SLOPE {
            for c in 0..C {
                [values[c], _] = A::apply(simd, sums[c]);
            }
        }
        store::<S, C>(&mut self.values[path * self.stride + column..], values);
    }

    /// Turns the layer's sums into activations and slopes.
    #[inline(always)]
    fn apply<S: Simd, A: Curve>(&mut self, simd: S, padded: usize) {
        let rows = self
            .values
            .chunks_exact_mut(self.stride)
            .zip(self.slopes.chunks_exact_mut(self.stride));
        for (values, slopes) in rows {
            let values = S::as_mut_simd_f32s(&mut values[..padded]).0;
            let slopes = S::as_mut_simd_f32s(&mut slopes[..padded]).0;
            for (value, slope) in values.iter_mut().zip(slopes) {
                [*value, *slope] = A::apply(simd, *value);
            }
        }
    }
}

/// The first layer: few inputs, stored input by input.
struct First<'a, 'b, A> {
    layer: &'a PackedLayer,
    inputs: &'a [Lanes],
    target: &'a mut Activations<'b>,
    curve: PhantomData<A>,
}

impl<A: Curve> Panels for First<'_, '_, A> {
    #[inline(always)]
    fn run<S: Simd, const R: usize, const C: usize>(&mut self, simd: S, column: usize) {
        let depth = self.layer.inputs;
        let panel = &self.layer.forward[column * depth..][..depth * C * S::F32_LANES];
        let bias: [S::f32s; C] = load(simd, &self.layer.bias[column..]);
        for block in 0..TILE / R {
            let mut sums = [bias; R];
            for (input, weights) in self.inputs.iter().zip(panel.chunks_exact(C * S::F32_LANES)) {
                let left = input.0.as_chunks::<R>().0[block];
                let right: [S::f32s; C] = load(simd, weights);
                for r in 0..R {
                    let left = simd.splat_f32s(left[r]);
                    for c in 0..C {
                        sums[r][c] = simd.mul_add_e_f32s(left, right[c], sums[r][c]);
                    }
                }
            }
            for r in 0..R {
                self.target
                    .finish::<S, A, C>(simd, block * R + r, column, sums[r]);
            }
        }
    }
}

/// Any later hidden layer.
struct Later<'a, 'b, A> {
    layer: &'a PackedLayer,
    inputs: &'a [f32],
    input_stride: usize,
    target: &'a mut Activations<'b>,
    curve: PhantomData<A>,
}

impl<A: Curve> Panels for Later<'_, '_, A> {
    #[inline(always)]
    fn run<S: Simd, const R: usize, const C: usize>(&mut self, simd: S, column: usize) {
        let depth = self.layer.inputs;
        let panel = &self.layer.forward[column * depth..][..depth * C * S::F32_LANES];
        let bias: [S::f32s; C] = load(simd, &self.layer.bias[column..]);
        for path in (0..TILE).step_by(R) {
            let mut rows: [&[f32]; R] = [&[]; R];
            for (r, row) in rows.iter_mut().enumerate() {
                *row = &self.inputs[(path + r) * self.input_stride..][..depth];
            }
            let sums = product::<S, R, C>(simd, [bias; R], rows, panel);
            for r in 0..R {
                self.target
                    .finish::<S, A, C>(simd, path + r, column, sums[r]);
            }
        }
    }
}

/// Runs the network on `inputs`, keeping the hidden activations in `slot`.
#[inline(always)]
pub(crate) fn network<S: Simd, A: Curve>(
    simd: S,
    packed: &Packed,
    inputs: &[Lanes],
    [hidden, slopes]: [&mut [Buffer]; 2],
    slot: usize,
    output: &mut Lanes,
) {
    for (l, layer) in packed.layers.iter().enumerate() {
        let place = slot * TILE * layer.stride..(slot + 1) * TILE * layer.stride;
        let (before, rest) = hidden.split_at_mut(l);
        let Some(values) = rest.first_mut() else {
            continue;
        };
        let slopes: &mut [f32] = if A::KEEPS_SLOPE {
            &mut slopes[l][place.clone()]
        } else {
            &mut []
        };
        let mut target = Activations {
            values: &mut values[place],
            slopes,
            stride: layer.stride,
        };
        let curve = PhantomData::<A>;
        if let Some(previous) = before.last() {
            let input_stride = packed.layers[l - 1].stride;
            let inputs = &previous[slot * TILE * input_stride..(slot + 1) * TILE * input_stride];
            each_panel(
                simd,
                &mut Later {
                    layer,
                    inputs,
                    input_stride,
                    target: &mut target,
                    curve,
                },
                layer.padded,
            );
        } else {
            each_panel(
                simd,
                &mut First {
                    layer,
                    inputs,
                    target: &mut target,
                    curve,
                },
                layer.padded,
            );
        }
        if A::KEEPS_SLOPE {
            target.apply::<S, A>(simd, layer.padded);
        }
    }
    let (Some(layer), Some(values)) = (packed.layers.last(), hidden.last()) else {
        return;
    };
    let rows = &values[slot * TILE * layer.stride..][..TILE * layer.stride];
    output_layer(simd, packed, rows, layer.stride, output);
}

/// `output[path] = bias + Σ_i w[i]·activation[path][i]`, four paths at a time.
#[inline(always)]
fn output_layer<S: Simd>(
    simd: S,
    packed: &Packed,
    rows: &[f32],
    stride: usize,
    output: &mut Lanes,
) {
    let weight = S::as_simd_f32s(&packed.output).0;
    let paths = rows
        .chunks_exact(4 * stride)
        .zip(output.0.as_chunks_mut::<4>().0);
    for (rows, output) in paths {
        let mut sums = [simd.splat_f32s(0.0); 4];
        for r in 0..4 {
            let row = S::as_simd_f32s(&rows[r * stride..][..packed.output.len()]).0;
            for (&value, &w) in row.iter().zip(weight) {
                sums[r] = simd.mul_add_e_f32s(value, w, sums[r]);
            }
        }
        *output = sum_four(simd, sums);
        for value in output {
            *value += packed.output_bias;
        }
    }
}
