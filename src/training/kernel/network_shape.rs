//! The network's shape and the layout of its parameters in one flat slice.

use super::KernelError;
use crate::scenario::Activation;
use std::ops::Range;

/// A fully connected network: inputs, hidden layers with one activation, one linear output.
///
/// Parameters lie in one flat slice, layer after layer: the weight, row-major `[in, out]`, then the
/// bias `[out]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NetworkShape {
    inputs: usize,
    hidden: Vec<usize>,
    activation: Activation,
}

impl NetworkShape {
    /// A network of `inputs` inputs and the given hidden widths.
    ///
    /// # Errors
    /// [`KernelError::Network`] when there is no hidden layer or a width is zero.
    pub fn new(
        inputs: usize,
        hidden: &[usize],
        activation: Activation,
    ) -> Result<Self, KernelError> {
        if inputs == 0 || hidden.is_empty() || hidden.contains(&0) {
            return Err(KernelError::Network);
        }
        Ok(Self {
            inputs,
            hidden: hidden.to_vec(),
            activation,
        })
    }

    /// Number of inputs.
    #[must_use]
    pub fn inputs(&self) -> usize {
        self.inputs
    }

    /// Widths of the hidden layers.
    #[must_use]
    pub fn hidden(&self) -> &[usize] {
        &self.hidden
    }

    /// The hidden layers' activation.
    #[must_use]
    pub fn activation(&self) -> Activation {
        self.activation
    }

    /// Number of layers with parameters: the hidden ones and the output.
    #[must_use]
    pub fn layers(&self) -> usize {
        self.hidden.len() + 1
    }

    /// `(in, out)` of a layer; the output layer is `(last width, 1)`.
    #[must_use]
    pub fn layer(&self, layer: usize) -> (usize, usize) {
        let inputs = if layer == 0 {
            self.inputs
        } else {
            self.hidden[layer - 1]
        };
        (inputs, self.hidden.get(layer).copied().unwrap_or(1))
    }

    fn start(&self, layer: usize) -> usize {
        (0..layer)
            .map(|l| self.layer(l))
            .map(|(inputs, outputs)| (inputs + 1) * outputs)
            .sum()
    }

    /// Where a layer's weight `[in, out]` lies in the flat slice.
    #[must_use]
    pub fn weight(&self, layer: usize) -> Range<usize> {
        let (inputs, outputs) = self.layer(layer);
        let start = self.start(layer);
        start..start + inputs * outputs
    }

    /// Where a layer's bias `[out]` lies in the flat slice.
    #[must_use]
    pub fn bias(&self, layer: usize) -> Range<usize> {
        let start = self.weight(layer).end;
        start..start + self.layer(layer).1
    }

    /// Length of the flat slice.
    #[must_use]
    pub fn parameters(&self) -> usize {
        self.start(self.layers())
    }

    /// Multiplications of one path-step, forward: `Σ in·out`. A training step costs about six
    /// floating-point operations (a multiply and an add in each of three products) for each.
    #[must_use]
    pub fn products(&self) -> usize {
        (0..self.layers())
            .map(|l| self.layer(l))
            .map(|(inputs, outputs)| inputs * outputs)
            .sum()
    }
}
