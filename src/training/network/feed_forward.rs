//! The fully connected network: layers with one activation, and a linear output.

use super::{Architecture, Stream, symmetric};
use crate::policy::Layout;
use crate::policy::network::widths_for;
use crate::scenario::{Activation, Form, Scenario};
use burn::tensor::Tensor;
use burn::tensor::activation::{relu, silu};

/// Layer after layer: the weight `[in, out]`, then the bias `[1, out]`, as
/// [`crate::policy::LearnedPolicy::new`] takes them.
#[derive(Clone, Debug)]
pub struct FeedForward {
    /// Widths from the inputs to the one output.
    widths: Vec<usize>,
    activation: Activation,
    form: Form,
}

impl FeedForward {
    /// The network of `scenario` that sees these inputs.
    #[must_use]
    pub fn of(scenario: &Scenario, layout: Layout) -> Self {
        Self {
            widths: widths_for(layout, scenario),
            activation: scenario.training.activation,
            form: scenario.training.form,
        }
    }
}

impl Architecture for FeedForward {
    fn shapes(&self) -> Vec<[usize; 2]> {
        let layers = self.widths.windows(2);
        layers.flat_map(|w| [[w[0], w[1]], [1, w[1]]]).collect()
    }

    /// In the paper form uniform within `±1/√inputs` for each layer; in the residual form `√2` times
    /// as wide, which trains a little faster, with a last layer of zeros, so that the network starts
    /// as its base hedge.
    fn first_weights(&self, stream: &mut Stream) -> Vec<f32> {
        let mut weights = Vec::new();
        for (number, pair) in self.widths.windows(2).enumerate() {
            let last = number + 2 == self.widths.len();
            let gain = match self.form {
                Form::Paper => 1.0,
                Form::Residual if last => 0.0,
                Form::Residual => std::f32::consts::SQRT_2,
            };
            let bound = gain / (pair[0] as f32).sqrt();
            let count = (pair[0] + 1) * pair[1];
            weights.extend((0..count).map(|_| bound * symmetric(stream)));
        }
        weights
    }

    fn forward(
        &self,
        weights: &[Tensor<2>],
        inputs: Tensor<2>,
        _memory: Option<Tensor<2>>,
    ) -> (Tensor<2>, Option<Tensor<2>>) {
        let mut values = inputs;
        for (number, layer) in weights.chunks_exact(2).enumerate() {
            values = values.matmul(layer[0].clone()) + layer[1].clone();
            if number + 2 < self.widths.len() {
                values = match self.activation {
                    Activation::Relu => relu(values),
                    Activation::Silu => silu(values),
                };
            }
        }
        (values, None)
    }

    fn hidden_layers(&self) -> Option<&[usize]> {
        let [_, hidden @ .., _] = self.widths.as_slice() else {
            return None;
        };
        Some(hidden)
    }
}
