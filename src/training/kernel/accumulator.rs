//! The gradient of a group of tiles, summed over a *chunk* of several dates at a time: one product
//! per layer, as deep as the chunk has path-steps.

use super::TILE;
use super::buffer::{Buffer, Lanes, input_rows, padded};
use super::micro::{Panels, each_panel, load, outer_product, store};
use super::network_shape::NetworkShape;
use super::packed::Packed;
use pulp::Simd;

/// Sums of a group, in padded layout.
#[derive(Debug)]
pub(crate) struct Accumulator {
    /// Per hidden layer `[rows][padded width]`: the weight's rows, padding, and at `bias_row` the
    /// bias.
    layers: Vec<Buffer>,
    /// `[padded last width]` and one line whose first number is the bias.
    output: Buffer,
}

/// Chunk of dates whose activations and deltas are multiplied at once.
pub(crate) struct Chunk<'a> {
    /// First date and number of dates; deltas start at slot 0, all else at `first`.
    pub first: usize,
    pub dates: usize,
    /// `[input_rows][TILE]` for each date.
    pub inputs: &'a [Lanes],
    pub hidden: &'a [Buffer],
    pub deltas: &'a [Buffer],
    /// Adjoints of the network's output, per date of the chunk.
    pub outputs: &'a [Lanes],
}

/// The row of a layer's sums that holds the bias: the inputs' row of ones, or a row of its own
/// after the padded weight.
fn bias_row(shape: &NetworkShape, layer: usize) -> usize {
    let inputs = shape.layer(layer).0;
    if layer == 0 { inputs } else { padded(inputs) }
}

impl Accumulator {
    pub(crate) fn new(shape: &NetworkShape) -> Self {
        let rows = |layer| {
            if layer == 0 {
                input_rows(shape.inputs())
            } else {
                bias_row(shape, layer) + 1
            }
        };
        let layers: Vec<Buffer> = (shape.hidden().iter().enumerate())
            .map(|(layer, &width)| Buffer::zeros(rows(layer) * padded(width)))
            .collect();
        let last = shape.hidden().last().map_or(0, |&width| padded(width));
        Self {
            layers,
            output: Buffer::zeros(last + 16),
        }
    }

    /// Multiplies every sum: 0 to start afresh.
    pub(crate) fn scale(&mut self, factor: f32) {
        for buffer in self.layers.iter_mut().chain([&mut self.output]) {
            if factor == 0.0 {
                buffer.fill(0.0);
            } else {
                buffer.iter_mut().for_each(|value| *value *= factor);
            }
        }
    }

    /// The sums that belong to a row of a layer's weight, or to its bias (`row = inputs`); `width`
    /// numbers.
    pub(crate) fn row(&self, shape: &NetworkShape, layer: usize, row: usize) -> &[f32] {
        let (inputs, width) = shape.layer(layer);
        if layer + 1 == shape.layers() {
            let place = if row == inputs { padded(inputs) } else { row };
            return &self.output[place..=place];
        }
        let place = if row == inputs {
            bias_row(shape, layer)
        } else {
            row
        };
        &self.layers[layer][place * padded(width)..][..width]
    }

    /// Adds a chunk of dates.
    #[inline(always)]
    pub(crate) fn add<S: Simd>(&mut self, simd: S, packed: &Packed, chunk: &Chunk) {
        let rows = |stride: usize, first: usize| {
            first * TILE * stride..(first + chunk.dates) * TILE * stride
        };
        for (l, (layer, sums)) in packed.layers.iter().zip(&mut self.layers).enumerate() {
            let deltas = &chunk.deltas[l][rows(layer.stride, 0)];
            if l == 0 {
                let dates = chunk.first..chunk.first + chunk.dates;
                let rows = input_rows(layer.inputs);
                let inputs = &chunk.inputs[dates.start * rows..dates.end * rows];
                each_panel(
                    simd,
                    &mut First {
                        inputs,
                        rows,
                        deltas,
                        stride: layer.stride,
                        padded: layer.padded,
                        sums,
                    },
                    layer.padded,
                );
            } else {
                let below = &packed.layers[l - 1];
                let hidden = &chunk.hidden[l - 1][rows(below.stride, chunk.first)];
                let strides = [below.stride, layer.stride];
                let mut work = Later {
                    rows: below.padded,
                    hidden,
                    deltas,
                    strides,
                    padded: layer.padded,
                    sums,
                };
                each_panel(simd, &mut work, layer.padded);
            }
        }
        let last = packed.layers.len() - 1;
        let stride = packed.layers[last].stride;
        let hidden = &chunk.hidden[last][rows(stride, chunk.first)];
        let mut work = Output {
            hidden,
            stride,
            adjoints: &chunk.outputs[..chunk.dates],
            sums: &mut self.output,
        };
        each_panel(simd, &mut work, packed.layers[last].padded);
        let bias = packed.layers[last].padded;
        self.output[bias] += chunk.outputs[..chunk.dates]
            .iter()
            .flat_map(|lanes| lanes.0)
            .sum::<f32>();
    }
}

/// First layer: `[rows][width]`, inputs stored input by input; the row of ones sums the bias.
struct First<'a> {
    inputs: &'a [Lanes],
    rows: usize,
    deltas: &'a [f32],
    stride: usize,
    padded: usize,
    sums: &'a mut [f32],
}

impl Panels for First<'_> {
    #[inline(always)]
    fn run<S: Simd, const R: usize, const C: usize>(&mut self, simd: S, column: usize) {
        for first in (0..self.rows).step_by(R) {
            let mut sums = [[simd.splat_f32s(0.0); C]; R];
            for r in 0..R {
                sums[r] = load(simd, &self.sums[(first + r) * self.padded + column..]);
            }
            for (inputs, deltas) in self
                .inputs
                .chunks_exact(self.rows)
                .zip(self.deltas.chunks_exact(TILE * self.stride))
            {
                let Some(inputs) = inputs[first..].first_chunk::<R>() else {
                    continue;
                };
                for (path, delta) in deltas.chunks_exact(self.stride).take(TILE).enumerate() {
                    let right: [S::f32s; C] = load(simd, &delta[column..]);
                    for r in 0..R {
                        let left = simd.splat_f32s(inputs[r].0[path]);
                        for c in 0..C {
                            sums[r][c] = simd.mul_add_e_f32s(left, right[c], sums[r][c]);
                        }
                    }
                }
            }
            for r in 0..R {
                store::<S, C>(
                    &mut self.sums[(first + r) * self.padded + column..],
                    sums[r],
                );
            }
        }
    }
}

/// Later layers: `[padded inputs + 1][width]`, the bias in the last row.
struct Later<'a> {
    rows: usize,
    hidden: &'a [f32],
    deltas: &'a [f32],
    strides: [usize; 2],
    padded: usize,
    sums: &'a mut [f32],
}

impl Later<'_> {
    #[inline(always)]
    fn block<S: Simd, const R: usize, const C: usize, const BIAS: bool>(
        &mut self,
        simd: S,
        first: usize,
        column: usize,
    ) {
        let zero = simd.splat_f32s(0.0);
        let factors = [self.hidden, self.deltas];
        // Starting from zero and adding at the end lets the next block start while these sums come
        // from a far cache.
        let (sums, totals) = outer_product::<S, R, C, BIAS>(
            simd,
            ([[zero; C]; R], [zero; C]),
            factors,
            self.strides,
            [first, column],
        );
        for r in 0..R {
            add_to::<S, C>(
                simd,
                &mut self.sums[(first + r) * self.padded + column..],
                sums[r],
            );
        }
        if BIAS {
            add_to::<S, C>(
                simd,
                &mut self.sums[self.rows * self.padded + column..],
                totals,
            );
        }
    }
}

/// Adds `C` vectors to memory.
#[inline(always)]
fn add_to<S: Simd, const C: usize>(simd: S, numbers: &mut [f32], vectors: [S::f32s; C]) {
    let mut total: [S::f32s; C] = load(simd, numbers);
    for c in 0..C {
        total[c] = simd.add_f32s(total[c], vectors[c]);
    }
    store::<S, C>(numbers, total);
}

impl Panels for Later<'_> {
    #[inline(always)]
    fn run<S: Simd, const R: usize, const C: usize>(&mut self, simd: S, column: usize) {
        self.block::<S, R, C, true>(simd, 0, column);
        for first in (R..self.rows).step_by(R) {
            self.block::<S, R, C, false>(simd, first, column);
        }
    }
}

/// Output layer: `Σ adjoint[path]·hidden[path][·]`, four independent sums at a time.
struct Output<'a> {
    hidden: &'a [f32],
    stride: usize,
    adjoints: &'a [Lanes],
    sums: &'a mut [f32],
}

impl Panels for Output<'_> {
    #[inline(always)]
    fn run<S: Simd, const R: usize, const C: usize>(&mut self, simd: S, column: usize) {
        let mut sums = [[simd.splat_f32s(0.0); C]; 4];
        for (adjoints, rows) in self
            .adjoints
            .iter()
            .zip(self.hidden.chunks_exact(TILE * self.stride))
        {
            for (adjoints, rows) in adjoints
                .0
                .as_chunks::<4>()
                .0
                .iter()
                .zip(rows.chunks_exact(4 * self.stride))
            {
                for r in 0..4 {
                    let row: [S::f32s; C] = load(simd, &rows[r * self.stride + column..]);
                    let adjoint = simd.splat_f32s(adjoints[r]);
                    for c in 0..C {
                        sums[r][c] = simd.mul_add_e_f32s(adjoint, row[c], sums[r][c]);
                    }
                }
            }
        }
        for sums in sums {
            add_to::<S, C>(simd, &mut self.sums[column..], sums);
        }
    }
}
