//! The network in reverse, for one tile at one date: from the adjoint of its output to the adjoints
//! `δ_l = ∂loss/∂z_l` of the hidden layers' sums and of the state inputs.

use super::TILE;
use super::buffer::{Buffer, Lanes};
use super::forward::Curve;
use super::micro::{Panels, each_panel, load, product, store, sum_four};
use super::packed::{Packed, PackedLayer};
use pulp::Simd;
use std::marker::PhantomData;

/// One hidden layer: `δ_{l−1} = (δ_l·W_lᵀ)·activation'`.
struct Back<'a, A> {
    layer: &'a PackedLayer,
    deltas: &'a [f32],
    /// What [`Curve::chain`] needs of the layer below, and that layer's row stride.
    kept: &'a [f32],
    stride: usize,
    target: &'a mut [f32],
    curve: PhantomData<A>,
}

impl<A: Curve> Panels for Back<'_, A> {
    #[inline(always)]
    fn run<S: Simd, const R: usize, const C: usize>(&mut self, simd: S, column: usize) {
        let depth = self.layer.width;
        let panel = &self.layer.backward[column * depth..][..depth * C * S::F32_LANES];
        for path in (0..TILE).step_by(R) {
            let mut rows: [&[f32]; R] = [&[]; R];
            for (r, row) in rows.iter_mut().enumerate() {
                *row = &self.deltas[(path + r) * self.layer.stride..][..depth];
            }
            let sums = product::<S, R, C>(simd, [[simd.splat_f32s(0.0); C]; R], rows, panel);
            for r in 0..R {
                let place = (path + r) * self.stride + column;
                let kept: [S::f32s; C] = load(simd, &self.kept[place..]);
                let mut delta = sums[r];
                for c in 0..C {
                    delta[c] = A::chain(simd, kept[c], delta[c]);
                }
                store::<S, C>(&mut self.target[place..], delta);
            }
        }
    }
}

/// `δ_last[path][i] = adjoint[path]·w[i]·activation'`.
#[inline(always)]
fn output_layer<S: Simd, A: Curve>(
    simd: S,
    weight: &[f32],
    adjoint: &Lanes,
    kept: &[f32],
    stride: usize,
    target: &mut [f32],
) {
    let weights = S::as_simd_f32s(weight).0;
    let rows = target
        .chunks_exact_mut(stride)
        .zip(kept.chunks_exact(stride));
    for ((target, kept), &adjoint) in rows.zip(&adjoint.0) {
        let adjoint = simd.splat_f32s(adjoint);
        let target = S::as_mut_simd_f32s(&mut target[..weight.len()]).0;
        let kept = S::as_simd_f32s(&kept[..weight.len()]).0;
        for ((target, &kept), &w) in target.iter_mut().zip(kept).zip(weights) {
            *target = A::chain(simd, kept, simd.mul_f32s(adjoint, w));
        }
    }
}

/// Adjoints of the state inputs but the fifth: `Σ_o δ_0[path][o]·W_0[input][o]`, two paths at a time to reuse the
/// weights.
#[inline(always)]
fn state_inputs<S: Simd>(simd: S, layer: &PackedLayer, deltas: &[f32], inputs: &mut [Lanes; 5]) {
    let padded = layer.padded;
    let mut weights: [&[S::f32s]; 4] = [&[]; 4];
    for (row, source) in weights.iter_mut().zip(layer.backward.chunks_exact(padded)) {
        *row = S::as_simd_f32s(source).0;
    }
    let vectors = padded / S::F32_LANES;
    for path in (0..TILE).step_by(2) {
        let mut sums = [[simd.splat_f32s(0.0); 4]; 2];
        let first = S::as_simd_f32s(&deltas[path * layer.stride..][..padded]).0;
        let second = S::as_simd_f32s(&deltas[(path + 1) * layer.stride..][..padded]).0;
        for v in 0..vectors {
            for j in 0..4 {
                let w = weights[j][v];
                sums[0][j] = simd.mul_add_e_f32s(first[v], w, sums[0][j]);
                sums[1][j] = simd.mul_add_e_f32s(second[v], w, sums[1][j]);
            }
        }
        for (p, sums) in sums.into_iter().enumerate() {
            let totals = sum_four(simd, sums);
            for (input, total) in inputs.iter_mut().zip(totals) {
                input.0[path + p] = total;
            }
        }
    }
}

/// The adjoint of the fifth state input, the mid's displacement, which few networks have.
#[inline(always)]
fn displacement<S: Simd>(simd: S, layer: &PackedLayer, deltas: &[f32], input: &mut Lanes) {
    let weights = S::as_simd_f32s(&layer.backward[4 * layer.padded..]).0;
    for (input, deltas) in input.0.iter_mut().zip(deltas.chunks_exact(layer.stride)) {
        let deltas = S::as_simd_f32s(&deltas[..layer.padded]).0;
        let products = deltas.iter().zip(weights);
        let sum = products.fold(simd.splat_f32s(0.0), |sum, (delta, weight)| {
            simd.mul_add_e_f32s(*delta, *weight, sum)
        });
        *input = simd.reduce_sum_f32s(sum);
    }
}

/// Goes back through the network, to its fifth state input where it `moves`. `kept` are activations or slopes (see [`Curve`]) with date slot
/// `slot`; `deltas` have date slot `delta_slot`.
#[inline(always)]
pub(crate) fn network<S: Simd, A: Curve>(
    simd: S,
    packed: &Packed,
    adjoint: &Lanes,
    kept: &[Buffer],
    deltas: &mut [Buffer],
    [slot, delta_slot]: [usize; 2],
    (inputs, moves): (&mut [Lanes; 5], bool),
) {
    let place = |slot: usize, stride: usize| slot * TILE * stride..(slot + 1) * TILE * stride;
    let last = packed.layers.len() - 1;
    let stride = packed.layers[last].stride;
    let (kept_rows, target) = (
        &kept[last][place(slot, stride)],
        &mut deltas[last][place(delta_slot, stride)],
    );
    output_layer::<S, A>(simd, &packed.output, adjoint, kept_rows, stride, target);
    for l in (1..=last).rev() {
        let layer = &packed.layers[l];
        let stride = packed.layers[l - 1].stride;
        let (below, above) = deltas.split_at_mut(l);
        let mut work = Back {
            layer,
            deltas: &above[0][place(delta_slot, layer.stride)],
            kept: &kept[l - 1][place(slot, stride)],
            stride,
            target: &mut below[l - 1][place(delta_slot, stride)],
            curve: PhantomData::<A>,
        };
        each_panel(simd, &mut work, packed.layers[l - 1].padded);
    }
    let layer = &packed.layers[0];
    let deltas = &deltas[0][place(delta_slot, layer.stride)];
    state_inputs(simd, layer, deltas, inputs);
    if moves {
        displacement(simd, layer, deltas, &mut inputs[4]);
    }
}
