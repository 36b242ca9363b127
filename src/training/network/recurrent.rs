//! Networks of gated cells, which remember their path: GRU and LSTM.

use super::{Architecture, Stream, symmetric};
use crate::policy::Layout;
use crate::policy::network::{Piece, Role, pieces};
use crate::scenario::{Form, Network, Scenario};
use burn::tensor::Tensor;
use burn::tensor::activation::sigmoid;

/// A network of cells; [`crate::policy::network`] has its formulas and the order of its weights.
#[derive(Clone, Debug)]
pub struct Recurrent {
    network: Network,
    pieces: Vec<Piece>,
    hidden: Vec<usize>,
    form: Form,
}

/// Columns of a memory, taken one layer after the other.
struct Remembered {
    all: Option<Tensor<2>>,
    taken: usize,
}

impl Remembered {
    fn take(&mut self, count: usize) -> Option<Tensor<2>> {
        let from = self.taken;
        self.taken += count;
        let all = self.all.clone()?;
        Some(all.narrow(1, from, count))
    }
}

impl Recurrent {
    /// The network of `scenario` that sees these inputs.
    #[must_use]
    pub fn of(scenario: &Scenario, layout: Layout) -> Self {
        Self {
            network: scenario.training.network,
            pieces: pieces(layout, scenario),
            hidden: scenario.training.hidden.clone(),
            form: scenario.training.form,
        }
    }

    /// What the gates of a layer are given, gate by gate: from what comes in and from what the layer
    /// said.
    fn gates(weights: &[Tensor<2>], values: &Tensor<2>, said: &Tensor<2>) -> Vec<[Tensor<2>; 2]> {
        let gate = |parts: &[Tensor<2>]| {
            let seen = values.clone().matmul(parts[0].clone()) + parts[2].clone();
            [seen, said.clone().matmul(parts[1].clone())]
        };
        weights.chunks_exact(3).map(gate).collect()
    }
}

/// `[says, remembers besides]` of a layer of gated recurrent units.
fn gru(gates: Vec<[Tensor<2>; 2]>, said: &Tensor<2>) -> Vec<Tensor<2>> {
    let mut gates = gates.into_iter();
    let mut next = || gates.next().unwrap_or_else(|| [said.clone(), said.clone()]);
    let (reset, update, [seen, kept]) = (next(), next(), next());
    let [reset, update] = [reset, update].map(|[seen, kept]| sigmoid(seen + kept));
    let candidate = (seen + reset * kept).tanh();
    vec![candidate.clone() + update * (said.clone() - candidate)]
}

/// `[says, remembers besides]` of a layer of long short-term memory.
fn lstm(gates: Vec<[Tensor<2>; 2]>, inner: &Tensor<2>) -> Vec<Tensor<2>> {
    let mut gates = gates.into_iter().map(|[seen, kept]| seen + kept);
    let mut next = || gates.next().unwrap_or_else(|| inner.clone());
    let [input, forget, output] = [next(), next(), next()].map(sigmoid);
    let candidate = next().tanh();
    let inner = forget * inner.clone() + input * candidate;
    vec![output * inner.clone().tanh(), inner]
}

impl Architecture for Recurrent {
    fn shapes(&self) -> Vec<[usize; 2]> {
        self.pieces.iter().map(|piece| piece.shape).collect()
    }

    /// Uniform within `±1/√inputs` for what is seen and for what is remembered; a cell forgets little
    /// at first. In the residual form the output starts at zeros, so that the network starts as its
    /// base hedge.
    fn first_weights(&self, stream: &mut Stream) -> Vec<f32> {
        let mut weights = Vec::new();
        for piece in &self.pieces {
            let bound = 1.0 / (piece.shape[0] as f32).sqrt();
            let bound = match piece.role {
                Role::Output if self.form == Form::Residual => 0.0,
                Role::Bias { .. } => 0.0,
                Role::Hidden | Role::Memory | Role::Output => bound,
            };
            let start = match piece.role {
                Role::Bias { forget: true } => 1.0,
                _ => 0.0,
            };
            let drawn = (0..piece.count()).map(|_| bound.mul_add(symmetric(stream), start));
            weights.extend(drawn);
        }
        weights
    }

    fn memory(&self) -> usize {
        self.network.remembered() * self.hidden.iter().sum::<usize>()
    }

    fn forward(
        &self,
        weights: &[Tensor<2>],
        inputs: Tensor<2>,
        memory: Option<Tensor<2>>,
    ) -> (Tensor<2>, Option<Tensor<2>>) {
        let mut values = inputs;
        let mut remembered = Remembered {
            all: memory,
            taken: 0,
        };
        let mut next = Vec::new();
        let (cells, output) = weights.split_at(weights.len() - 2);
        let gates = cells.len() / self.hidden.len();
        for (cells, width) in cells.chunks_exact(gates).zip(&self.hidden) {
            let Some(said) = remembered.take(*width) else {
                break;
            };
            let given = Self::gates(cells, &values, &said);
            let layer = match self.network {
                Network::Lstm => lstm(given, &remembered.take(*width).unwrap_or(said)),
                Network::Gru | Network::FeedForward => gru(given, &said),
            };
            values = layer[0].clone();
            next.extend(layer);
        }
        let said = values.matmul(output[0].clone()) + output[1].clone();
        (said, Some(Tensor::cat(next, 1)))
    }
}
