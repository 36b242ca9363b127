//! The small network that makes the weights of a large one: `context → 80 → 80 → all weights`.
//!
//! `h₁ = silu(W₁·c + b₁)`, `h₂ = silu(W₂·h₁ + b₂)`, `θ = θ₀ + G·h₂/√80`.

use super::context::CONTEXT;
use crate::math::products::{ROWS, add_product, transpose};
use multiversion::multiversion;
use rayon::prelude::*;
use std::ops::Range;

/// Units of each of its hidden layers.
pub const UNITS: usize = 80;
/// `1/√80`.
const SHARE: f32 = 0.111_803_4;
/// Contexts of which the large products are made at a time, by one thread.
const BAND: usize = ROWS;

/// Where the generator's weights lie in one flat list, for so many outputs: `W₁` `[in, out]`, `b₁`,
/// `W₂`, `b₂`, `G` `[80, outputs]`, `θ₀`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Numbers that it makes.
    pub outputs: usize,
}

impl Shape {
    /// The pieces in their order.
    #[must_use]
    pub fn pieces(self) -> [(&'static str, [usize; 2]); 6] {
        [
            ("encoder.0.weight", [CONTEXT, UNITS]),
            ("encoder.0.bias", [1, UNITS]),
            ("encoder.1.weight", [UNITS, UNITS]),
            ("encoder.1.bias", [1, UNITS]),
            ("weights.weight", [UNITS, self.outputs]),
            ("weights.bias", [1, self.outputs]),
        ]
    }

    /// Places of the pieces.
    #[must_use]
    pub fn places(self) -> [Range<usize>; 6] {
        let mut end = 0;
        self.pieces().map(|(_, [rows, columns])| {
            let start = end;
            end += rows * columns;
            start..end
        })
    }

    /// Numbers in all.
    #[must_use]
    pub fn count(self) -> usize {
        self.places()[5].end
    }
}

/// What the generator computes on its way, which its gradient needs.
#[derive(Clone, Debug)]
pub struct Encoded {
    /// The context.
    pub context: [f32; CONTEXT],
    /// `W₁·c + b₁`, and `h₁`.
    pub first: [[f32; UNITS]; 2],
    /// `W₂·h₁ + b₂`, and `h₂`.
    pub second: [[f32; UNITS]; 2],
}

impl Default for Encoded {
    fn default() -> Self {
        Self {
            context: [0.0; CONTEXT],
            first: [[0.0; UNITS]; 2],
            second: [[0.0; UNITS]; 2],
        }
    }
}

/// Makes the numbers for one context.
pub fn generate(
    shape: Shape,
    weights: &[f32],
    context: &[f32; CONTEXT],
    out: &mut [f32],
) -> Encoded {
    let [.., g, bias] = shape.places();
    let encoded = encoded(shape, weights, context);
    out.copy_from_slice(&weights[bias]);
    let rows = weights[g].chunks_exact(shape.outputs);
    for (h, row) in encoded.second[1].iter().zip(rows) {
        add(SHARE * h, row, out);
    }
    encoded
}

/// The same for many contexts, whose number is a multiple of 4: a row of `out` for each, on several threads.
pub fn generate_all(
    shape: Shape,
    weights: &[f32],
    contexts: &[[f32; CONTEXT]],
    encoded: &mut [Encoded],
    out: &mut [f32],
) {
    let [.., g, bias] = shape.places();
    let bands = out.par_chunks_mut(BAND * shape.outputs);
    let parts = contexts.par_chunks(BAND).zip(encoded.par_chunks_mut(BAND));
    bands.zip(parts).for_each(|(out, (contexts, encoded))| {
        let mut units = [0.0f32; BAND * UNITS];
        for (row, context) in contexts.iter().enumerate() {
            encoded[row] = self::encoded(shape, weights, context);
            units[row * UNITS..][..UNITS].copy_from_slice(&encoded[row].second[1]);
            out[row * shape.outputs..][..shape.outputs].copy_from_slice(&weights[bias.clone()]);
        }
        let g = &weights[g.clone()];
        add_product([1.0, SHARE], &units, g, shape.outputs, out);
    });
}

fn encoded(shape: Shape, weights: &[f32], context: &[f32; CONTEXT]) -> Encoded {
    let [w1, b1, w2, b2, ..] = shape.places();
    let mut encoded = Encoded {
        context: *context,
        ..Encoded::default()
    };
    encode(context, &weights[w1], &weights[b1], &mut encoded.first);
    let [_, outputs] = encoded.first;
    encode(&outputs, &weights[w2], &weights[b2], &mut encoded.second);
    encoded
}

fn encode(input: &[f32], weight: &[f32], bias: &[f32], [sums, outputs]: &mut [[f32; UNITS]; 2]) {
    sums.copy_from_slice(bias);
    for (x, row) in input.iter().zip(weight.chunks_exact(UNITS)) {
        add(*x, row, sums);
    }
    for (out, z) in outputs.iter_mut().zip(&*sums) {
        *out = z / (1.0 + (-z).exp());
    }
}

/// `to += factor·row`.
#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+fma", "x86_64+avx2+fma"))]
pub fn add(factor: f32, row: &[f32], to: &mut [f32]) {
    for (to, x) in to.iter_mut().zip(row) {
        *to = factor.mul_add(*x, *to);
    }
}

/// The sum of products, in sixteen strands that do not wait for each other.
#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+fma", "x86_64+avx2+fma"))]
fn product(one: &[f32], other: &[f32]) -> f32 {
    let mut sums = [0.0f32; 16];
    let (ones, others) = (one.chunks_exact(16), other.chunks_exact(16));
    let rest = ones.remainder().iter().zip(others.remainder());
    let rest: f32 = rest.map(|(x, y)| x * y).sum();
    for (x, y) in ones.zip(others) {
        for lane in 0..16 {
            sums[lane] = x[lane].mul_add(y[lane], sums[lane]);
        }
    }
    sums.iter().sum::<f32>() + rest
}

/// `∂h/∂z` of silu at `z`.
fn slope(z: f32) -> f32 {
    let gate = 1.0 / (1.0 + (-z).exp());
    gate * (1.0 + z * (1.0 - gate))
}

/// The way back: from what each number that was made moves, a row for each context, to what each of
/// the generator's weights does; on several threads.
pub fn backward(
    shape: Shape,
    weights: &[f32],
    encoded: &[Encoded],
    moved: &[f32],
    gradient: &mut [f32],
) {
    let (outputs, many) = (shape.outputs, encoded.len());
    let [_, _, _, _, g, bias] = shape.places();
    gradient.fill(0.0);
    // What comes back to each unit, of each context, is G·movedᵀ, and what moves G is units·moved.
    let mut units = vec![0.0f32; UNITS * many];
    for (column, encoded) in encoded.iter().enumerate() {
        for (row, h) in encoded.second[1].iter().enumerate() {
            units[row * many + column] = *h;
        }
    }
    let mut turned = vec![0.0f32; moved.len()];
    transpose(moved, outputs, &mut turned);
    let mut back = vec![0.0f32; UNITS * many];
    let of_g = gradient[g.clone()].par_chunks_mut(BAND * outputs);
    let rows = weights[g].par_chunks(BAND * outputs);
    let backs = back.par_chunks_mut(BAND * many);
    let units = units.par_chunks(BAND * many);
    of_g.zip(rows)
        .zip(backs.zip(units))
        .for_each(|((of_g, g), (back, units))| {
            add_product([0.0, SHARE], units, moved, outputs, of_g);
            add_product([0.0, SHARE], g, &turned, many, back);
        });
    for moved in moved.chunks_exact(outputs) {
        add(1.0, moved, &mut gradient[bias.clone()]);
    }
    for (number, encoded) in encoded.iter().enumerate() {
        let back = std::array::from_fn(|unit| back[unit * many + number]);
        backward_of_encoder(shape, weights, encoded, &back, gradient);
    }
}

/// The same through the encoder, from what comes back to its last units.
fn backward_of_encoder(
    shape: Shape,
    weights: &[f32],
    encoded: &Encoded,
    back: &[f32; UNITS],
    gradient: &mut [f32],
) {
    let [w1, b1, w2, b2, ..] = shape.places();
    let mut second = *back;
    for (x, z) in second.iter_mut().zip(&encoded.second[0]) {
        *x *= slope(*z);
    }
    add(1.0, &second, &mut gradient[b2]);
    let mut first = [0.0f32; UNITS];
    for ((i, at), h) in w2.step_by(UNITS).enumerate().zip(&encoded.first[1]) {
        add(*h, &second, &mut gradient[at..at + UNITS]);
        first[i] = product(&weights[at..at + UNITS], &second) * slope(encoded.first[0][i]);
    }
    add(1.0, &first, &mut gradient[b1]);
    for (at, x) in w1.step_by(UNITS).zip(&encoded.context) {
        add(*x, &first, &mut gradient[at..at + UNITS]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The gradient of `Σ moved·made` against what happens to it.
    #[test]
    fn the_way_back_is_the_derivative_of_the_way_there() {
        let shape = Shape { outputs: 37 };
        let wave = |count: usize, size: f64, turn: f64| -> Vec<f32> {
            #[expect(clippy::cast_possible_truncation, reason = "single precision is meant")]
            let numbers = (0..count).map(|i| (size * (1.7 * i as f64 + turn).sin()) as f32);
            numbers.collect()
        };
        let weights = wave(shape.count(), 0.3, 0.3);
        let contexts: Vec<[f32; CONTEXT]> = (0..4)
            .map(|number| {
                let numbers = wave(CONTEXT, 1.0, f64::from(number));
                std::array::from_fn(|i| numbers[i])
            })
            .collect();
        let moved = wave(4 * shape.outputs, 1.0, 0.9);
        let made = |weights: &[f32]| -> (f64, Vec<Encoded>) {
            let mut sum = 0.0;
            let mut encoded = Vec::new();
            let mut all = vec![0.0; moved.len()];
            let mut also = vec![Encoded::default(); contexts.len()];
            generate_all(shape, weights, &contexts, &mut also, &mut all);
            let rows = moved
                .chunks_exact(shape.outputs)
                .zip(all.chunks_exact(shape.outputs));
            for (context, (moved, made)) in contexts.iter().zip(rows) {
                let mut out = vec![0.0; shape.outputs];
                encoded.push(generate(shape, weights, context, &mut out));
                let apart = out.iter().zip(made).map(|(x, y)| (x - y).abs());
                assert!(apart.fold(0.0, f32::max) < 1e-5);
                let products = out.iter().zip(moved).map(|(x, y)| f64::from(x * y));
                sum += products.sum::<f64>();
            }
            (sum, encoded)
        };
        let mut gradient = vec![0.0; shape.count()];
        backward(shape, &weights, &made(&weights).1, &moved, &mut gradient);
        for place in shape.places() {
            let direction = wave(place.len(), 1e-2, 2.1);
            let along = |sign: f32| {
                let mut there = weights.clone();
                for (x, d) in there[place.clone()].iter_mut().zip(&direction) {
                    *x += sign * d;
                }
                made(&there).0
            };
            let found = 0.5 * (along(1.0) - along(-1.0));
            let parts = gradient[place.clone()].iter().zip(&direction);
            let predicted: f64 = parts.map(|(g, d)| f64::from(g * d)).sum();
            assert!(
                (found - predicted).abs() < 2e-3 * predicted.abs().max(1e-2),
                "{place:?}: {found} {predicted}"
            );
        }
    }
}
