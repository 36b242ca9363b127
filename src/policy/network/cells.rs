//! Layers of gated cells, which remember: gated recurrent units and long short-term memory.
//!
//! With `σ` the logistic function, `x` what comes in, `h` what the layer said at the date before:
//!
//! - GRU (K. Cho and others, *Learning phrase representations using RNN encoder–decoder*, 2014, with
//!   the reset after the product, as in common libraries): `r = σ(x·W_r + h·U_r + b_r)`,
//!   `z = σ(x·W_z + h·U_z + b_z)`, `n = tanh(x·W_n + b_n + r ⊙ (h·U_n))`, and it says
//!   `(1 − z) ⊙ n + z ⊙ h`.
//! - LSTM (S. Hochreiter and J. Schmidhuber, *Long short-term memory*, 1997, with the forget gate of
//!   F. Gers and others, 2000): `i, f, o = σ(x·W + h·U + b)`, `g = tanh(x·W_g + h·U_g + b_g)`, it
//!   remembers `c' = f ⊙ c + i ⊙ g` as well, and says `o ⊙ tanh(c')`.

use super::dense::{Layer, narrow};
use crate::market::LANES;
use crate::math::exp;
use crate::scenario::Network;
use pulp::{Simd, WithSimd};

/// Most gates of a cell.
const MOST_GATES: usize = 4;

/// A network of cells with its weights.
#[derive(Clone, Debug)]
pub(in crate::policy) struct Cells {
    kind: Network,
    /// Layer by layer its gates.
    layers: Vec<Vec<Gate>>,
    output: Layer,
}

/// What goes into a gate of every cell of a layer.
#[derive(Clone, Debug)]
struct Gate {
    /// From the layer before.
    seen: Layer,
    /// From what this layer said at the date before; no bias of its own.
    kept: Layer,
}

impl Gate {
    fn width(&self) -> usize {
        self.seen.bias.len()
    }
}

impl Cells {
    /// Of weights in the order of the pieces of such a network.
    pub fn new(kind: Network, pieces: Vec<Vec<f32>>) -> Self {
        let mut pieces = pieces.into_iter();
        let mut take = || pieces.next().unwrap_or_default();
        let mut gates = Vec::new();
        let output = loop {
            let (weight, next, bias) = (take(), take(), take());
            if bias.is_empty() {
                break Layer { weight, bias: next };
            }
            gates.push(Gate {
                kept: Layer {
                    weight: next,
                    bias: vec![0.0; bias.len()],
                },
                seen: Layer { weight, bias },
            });
        };
        let layers = gates.chunks(kind.gates().len().max(1));
        Self {
            kind,
            layers: layers.map(<[Gate]>::to_vec).collect(),
            output,
        }
    }

    pub fn state_size(&self) -> usize {
        let units = self.layers.iter().filter_map(|gates| gates.first());
        self.kind.remembered() * units.map(Gate::width).sum::<usize>()
    }

    /// The output on one path; `state` is layer by layer what was said, then what else is remembered.
    pub fn output(&self, inputs: &[f64], state: &mut [f64]) -> f64 {
        let mut values = inputs.to_vec();
        let mut rest = state;
        for gates in &self.layers {
            let width = gates.first().map_or(0, Gate::width);
            let (own, after) = rest.split_at_mut(self.kind.remembered() * width);
            rest = after;
            let said = own[..width].to_vec();
            let seen: Vec<_> = gates.iter().map(|gate| gate.seen.plain(&values)).collect();
            let kept: Vec<_> = gates.iter().map(|gate| gate.kept.plain(&said)).collect();
            for unit in 0..width {
                let of = |rows: &[Vec<f64>]| {
                    let mut sums = [0.0; MOST_GATES];
                    for (sum, row) in sums.iter_mut().zip(rows) {
                        *sum = row[unit];
                    }
                    sums
                };
                let inner = own.get(width + unit).copied().unwrap_or(0.0);
                let (says, inner) = cell(self.kind, of(&seen), of(&kept), [own[unit], inner]);
                own[unit] = says;
                if let Some(place) = own.get_mut(width + unit) {
                    *place = inner;
                }
            }
            values = own[..width].to_vec();
        }
        self.output.plain(&values).first().copied().unwrap_or(0.0)
    }
}

/// What a cell says, and what else it remembers, from what goes into its gates and from the same two
/// at the date before.
#[inline(always)]
fn cell(
    kind: Network,
    seen: [f64; MOST_GATES],
    kept: [f64; MOST_GATES],
    [said, inner]: [f64; 2],
) -> (f64, f64) {
    match kind {
        Network::Lstm => {
            let gate = |i: usize| logistic(seen[i] + kept[i]);
            let inner = gate(1) * inner + gate(0) * tanh(seen[3] + kept[3]);
            (gate(2) * tanh(inner), inner)
        }
        Network::Gru | Network::FeedForward => {
            let reset = logistic(seen[0] + kept[0]);
            let update = logistic(seen[1] + kept[1]);
            let candidate = tanh(seen[2] + reset * kept[2]);
            (candidate + update * (said - candidate), 0.0)
        }
    }
}

#[inline(always)]
fn logistic(z: f64) -> f64 {
    1.0 / (1.0 + exp(-z))
}

#[inline(always)]
fn tanh(z: f64) -> f64 {
    1.0 - 2.0 / (1.0 + exp(2.0 * z))
}

/// Sends `values`, a row for each input, through all layers, which remember in `state`.
pub(super) struct Remembering<'a> {
    pub cells: &'a Cells,
    pub values: Vec<[f32; LANES]>,
    pub state: &'a mut [[f64; LANES]],
}

impl WithSimd for Remembering<'_> {
    type Output = Vec<[f32; LANES]>;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> Self::Output {
        let Self {
            cells,
            mut values,
            state,
        } = self;
        let mut seen: [Vec<[f32; LANES]>; MOST_GATES] = Default::default();
        let mut kept: [Vec<[f32; LANES]>; MOST_GATES] = Default::default();
        let mut rest = state;
        for gates in &cells.layers {
            let width = gates.first().map_or(0, Gate::width);
            let (own, after) = rest.split_at_mut(cells.kind.remembered() * width);
            rest = after;
            let (said, inner) = own.split_at_mut(width);
            let before: Vec<[f32; LANES]> = said.iter().map(|row| row.map(narrow)).collect();
            for (gate, (seen, kept)) in gates.iter().zip(seen.iter_mut().zip(&mut kept)) {
                gate.seen.apply(simd, &values, seen);
                gate.kept.apply(simd, &before, kept);
            }
            values.resize(width, [0.0; LANES]);
            for unit in 0..width {
                let mut nothing = [0.0; LANES];
                let inner = inner.get_mut(unit).unwrap_or(&mut nothing);
                for lane in 0..LANES {
                    let of = |rows: &[Vec<[f32; LANES]>; MOST_GATES]| {
                        let mut sums = [0.0; MOST_GATES];
                        for (sum, rows) in sums.iter_mut().zip(rows).take(gates.len()) {
                            *sum = f64::from(rows[unit][lane]);
                        }
                        sums
                    };
                    let before = [said[unit][lane], inner[lane]];
                    let now = cell(cells.kind, of(&seen), of(&kept), before);
                    (said[unit][lane], inner[lane]) = now;
                    values[unit][lane] = narrow(now.0);
                }
            }
        }
        let mut out = Vec::new();
        cells.output.apply(simd, &values, &mut out);
        out
    }
}
