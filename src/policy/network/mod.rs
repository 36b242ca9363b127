//! Networks: of what pieces their weights are made, and what they say of what they see.
//!
//! A fully connected network follows from what is seen at one date; one of gated cells remembers its
//! path, as numbers that the policy's state carries from date to date.

mod cells;
mod dense;

pub(super) use dense::narrow;

use super::Layout;
use crate::market::LANES;
use crate::scenario::{Activation, Named, Network, Scenario};
use cells::{Cells, Remembering};
use dense::{Dense, Layer, activate};

/// Part of a network's weights: a matrix `[rows, columns]`, row by row in the flat list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// What it is called in a file.
    pub name: String,
    /// Numbers that come in, 1 for a bias, and numbers that go out.
    pub shape: [usize; 2],
    /// What it does.
    pub role: Role,
}

/// What a piece of a network does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A matrix into a hidden layer, from the layer before it.
    Hidden,
    /// A matrix into a hidden layer, from what that remembers.
    Memory,
    /// The matrix into the output.
    Output,
    /// Added to what a matrix gives; `forget` where it says what a cell keeps.
    Bias {
        /// Whether it belongs to the gate by which a cell keeps what it remembers.
        forget: bool,
    },
}

impl Piece {
    fn new(name: String, shape: [usize; 2], role: Role) -> Self {
        Self { name, shape, role }
    }

    /// Numbers in it.
    #[must_use]
    pub fn count(&self) -> usize {
        self.shape[0] * self.shape[1]
    }
}

impl Network {
    /// The gates of a cell, in the order of their weights; none where there are no cells.
    pub(super) fn gates(self) -> &'static [&'static str] {
        match self {
            Self::FeedForward => &[],
            Self::Gru => &["reset", "update", "candidate"],
            Self::Lstm => &["input", "forget", "output", "candidate"],
        }
    }

    /// Numbers that a cell remembers.
    #[must_use]
    pub fn remembered(self) -> usize {
        match self {
            Self::FeedForward => 0,
            Self::Gru => 1,
            Self::Lstm => 2,
        }
    }
}

/// Widths from the inputs to the one output of the network that `scenario` asks for.
#[must_use]
pub fn layer_widths(scenario: &Scenario) -> Vec<usize> {
    widths_for(Layout::of(scenario), scenario)
}

/// The same of a network that sees these inputs.
#[must_use]
pub fn widths_for(layout: Layout, scenario: &Scenario) -> Vec<usize> {
    let hidden = scenario.training.hidden.iter().copied();
    let inputs = std::iter::once(layout.inputs().len());
    inputs.chain(hidden).chain([1]).collect()
}

/// Number of weights and biases of a fully connected network with these widths.
#[must_use]
pub fn weight_count(widths: &[usize]) -> usize {
    widths.windows(2).map(|w| (w[0] + 1) * w[1]).sum()
}

/// The pieces of the network that `scenario` asks for, of these inputs, in the order in which they lie
/// in the flat list of weights.
#[must_use]
pub fn pieces(layout: Layout, scenario: &Scenario) -> Vec<Piece> {
    let widths = widths_for(layout, scenario);
    match scenario.training.network {
        Network::FeedForward => fully_connected(&widths),
        cells => of_cells(cells, &widths),
    }
}

/// Number of weights of these pieces.
#[must_use]
pub fn count(pieces: &[Piece]) -> usize {
    pieces.iter().map(Piece::count).sum()
}

/// What the network that `scenario` asks for is, in words: `gru [7, 32, 32, 1]`.
#[must_use]
pub fn described(layout: Layout, scenario: &Scenario) -> String {
    let kind = scenario.training.network.name();
    format!("{kind} {:?}", widths_for(layout, scenario))
}

/// Numbers that the network of `scenario` remembers of a path.
#[must_use]
pub fn remembered(scenario: &Scenario) -> usize {
    let units: usize = scenario.training.hidden.iter().sum();
    units * scenario.training.network.remembered()
}

const BIAS: Role = Role::Bias { forget: false };

fn fully_connected(widths: &[usize]) -> Vec<Piece> {
    let last = widths.len().saturating_sub(2);
    let layer = |(i, pair): (usize, &[usize])| {
        let role = if i == last {
            Role::Output
        } else {
            Role::Hidden
        };
        let weight = Piece::new(format!("layers.{i}.weight"), [pair[0], pair[1]], role);
        let bias = Piece::new(format!("layers.{i}.bias"), [1, pair[1]], BIAS);
        [weight, bias]
    };
    widths.windows(2).enumerate().flat_map(layer).collect()
}

/// Layer after layer of cells, gate after gate; then the output.
fn of_cells(network: Network, widths: &[usize]) -> Vec<Piece> {
    let [layers @ .., output] = widths else {
        return Vec::new();
    };
    let mut pieces = Vec::new();
    for (i, pair) in layers.windows(2).enumerate() {
        for gate in network.gates() {
            let forget = *gate == "forget";
            let piece = |part: &str, shape: [usize; 2], role: Role| {
                Piece::new(format!("cells.{i}.{gate}.{part}"), shape, role)
            };
            pieces.push(piece("weight", [pair[0], pair[1]], Role::Hidden));
            pieces.push(piece("memory", [pair[1], pair[1]], Role::Memory));
            pieces.push(piece("bias", [1, pair[1]], Role::Bias { forget }));
        }
    }
    let last = layers.last().copied().unwrap_or(0);
    let weight = Piece::new("output.weight".into(), [last, *output], Role::Output);
    pieces.push(weight);
    pieces.push(Piece::new("output.bias".into(), [1, *output], BIAS));
    pieces
}

/// A network with its weights.
#[derive(Clone, Debug)]
pub(super) enum Net {
    /// Layers with one activation, the last without.
    FullyConnected(Vec<Layer>, Activation),
    /// Layers of cells, and a last one without.
    OfCells(Cells),
}

impl Net {
    /// The network that `scenario` asks for, of these inputs, with weights for its [`pieces`].
    pub fn new(layout: Layout, scenario: &Scenario, weights: &[f32]) -> Self {
        let mut rest = weights;
        let taken = pieces(layout, scenario).into_iter().map(|piece| {
            let (taken, left) = rest.split_at(piece.count().min(rest.len()));
            rest = left;
            taken.to_vec()
        });
        let taken: Vec<Vec<f32>> = taken.collect();
        match scenario.training.network {
            Network::FeedForward => {
                let layer = |pair: &[Vec<f32>]| Layer {
                    weight: pair[0].clone(),
                    bias: pair[1].clone(),
                };
                let layers = taken.chunks_exact(2).map(layer).collect();
                Self::FullyConnected(layers, scenario.training.activation)
            }
            cells => Self::OfCells(Cells::new(cells, taken)),
        }
    }

    /// Numbers that it remembers of a path.
    pub fn state_size(&self) -> usize {
        match self {
            Self::FullyConnected(..) => 0,
            Self::OfCells(cells) => cells.state_size(),
        }
    }

    /// Its output for these inputs, in double precision: the readable form of [`Net::outputs`].
    pub fn output(&self, inputs: &[f64], state: &mut [f64]) -> f64 {
        let (layers, activation) = match self {
            Self::FullyConnected(layers, activation) => (layers, *activation),
            Self::OfCells(cells) => return cells.output(inputs, state),
        };
        let mut values = inputs.to_vec();
        for (number, layer) in layers.iter().enumerate() {
            values = layer.plain(&values);
            if number + 1 < layers.len() {
                for z in &mut values {
                    *z = activate(activation, *z);
                }
            }
        }
        values.first().copied().unwrap_or(0.0)
    }

    /// Its output on many paths at once, a row for each input and each number of the state.
    pub fn outputs(&self, values: Vec<[f32; LANES]>, state: &mut [[f64; LANES]]) -> [f32; LANES] {
        let arch = pulp::Arch::new();
        let rows = match self {
            Self::FullyConnected(layers, activation) => arch.dispatch(Dense {
                layers,
                activation: *activation,
                values,
            }),
            Self::OfCells(cells) => arch.dispatch(Remembering {
                cells,
                values,
                state,
            }),
        };
        rows.first().copied().unwrap_or([0.0; LANES])
    }
}
