//! The network as a burn module: for the autodiff reference, and for first weights.

use crate::policy::learned::{layer_widths, weight_count};
use crate::scenario::{Activation, Form, Scenario};
use crate::units::{Purpose, stream_seed};
use burn::module::{Module, Param, ParamId};
use burn::nn::Linear;
use burn::optim::GradientsParams;
use burn::tensor::activation::{relu, silu};
use burn::tensor::{DType, Device, Gradients, Tensor, TensorData};
use rand::{Rng, RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

/// A fully connected network with one activation and a linear output.
#[derive(Module, Debug)]
pub struct Network {
    layers: Vec<Linear>,
    #[module(skip)]
    smooth: bool,
}

impl Network {
    /// The network of `scenario` from a flat list of weights (see
    /// [`crate::policy::LearnedPolicy::new`]), in the precision `dtype` on `device`.
    #[must_use]
    pub fn new(scenario: &Scenario, weights: &[f32], device: &Device, dtype: DType) -> Self {
        let widths = layer_widths(scenario);
        debug_assert_eq!(weights.len(), weight_count(&widths));
        let mut rest = weights;
        let mut take = |count: usize| {
            let (taken, left) = rest.split_at(count);
            rest = left;
            taken.to_vec()
        };
        let layers = widths.windows(2).map(|w| {
            let weight = TensorData::new(take(w[0] * w[1]), [w[0], w[1]]);
            let bias = TensorData::new(take(w[1]), [w[1]]);
            Linear {
                weight: parameter(Tensor::from_data(weight, (device, dtype))),
                bias: Some(parameter(Tensor::from_data(bias, (device, dtype)))),
            }
        });
        Self {
            layers: layers.collect(),
            smooth: scenario.training.activation == Activation::Silu,
        }
    }

    /// `[paths, inputs]` to `[paths, 1]`.
    #[must_use]
    pub fn forward(&self, inputs: Tensor<2>) -> Tensor<2> {
        let mut values = inputs;
        for (number, layer) in self.layers.iter().enumerate() {
            values = layer.forward(values);
            if number + 1 < self.layers.len() {
                values = if self.smooth {
                    silu(values)
                } else {
                    relu(values)
                };
            }
        }
        values
    }

    /// The gradient of every weight, in the order of the flat list; 0 where there is none.
    #[must_use]
    pub fn flat_gradient(&self, gradients: &mut Gradients) -> Vec<f32> {
        let gradients = GradientsParams::from_module(gradients, self);
        let mut flat = Vec::new();
        for layer in &self.layers {
            let [inputs, outputs] = layer.weight.dims();
            extend(
                &mut flat,
                gradients.get::<2>(layer.weight.id),
                inputs * outputs,
            );
            let bias = layer.bias.as_ref();
            let gradient = bias.and_then(|bias| gradients.get::<1>(bias.id));
            extend(&mut flat, gradient, outputs);
        }
        flat
    }
}

fn parameter<const D: usize>(tensor: Tensor<D>) -> Param<Tensor<D>> {
    Param::initialized(ParamId::new(), tensor.require_grad())
}

fn extend<const D: usize>(flat: &mut Vec<f32>, gradient: Option<Tensor<D>>, count: usize) {
    let values = gradient.map(|gradient| gradient.into_data().iter::<f32>().collect::<Vec<_>>());
    flat.extend(values.unwrap_or_else(|| vec![0.0; count]));
}

/// First weights, from the seed's stream for weights. In the paper form uniform within `±1/√inputs`
/// for each layer; in the residual form `√2` times as wide, which trains a little faster, with a
/// last layer of zeros, so that the network starts as its base hedge.
#[must_use]
pub fn first_weights(scenario: &Scenario, seed: u64) -> Vec<f32> {
    let stream = stream_seed(seed, Purpose::Weights, 0);
    let mut stream = Xoshiro256PlusPlus::seed_from_u64(stream);
    let widths = layer_widths(scenario);
    let mut weights = Vec::with_capacity(weight_count(&widths));
    for (number, pair) in widths.windows(2).enumerate() {
        let last = number + 2 == widths.len();
        let gain = match scenario.training.form {
            Form::Paper => 1.0,
            Form::Residual if last => 0.0,
            Form::Residual => std::f32::consts::SQRT_2,
        };
        let bound = gain / (pair[0] as f32).sqrt();
        let count = (pair[0] + 1) * pair[1];
        weights.extend((0..count).map(|_| bound * symmetric(&mut stream)));
    }
    weights
}

/// Uniform on `[−1, 1)`.
fn symmetric(stream: &mut impl Rng) -> f32 {
    2.0f32.mul_add(stream.random::<f32>(), -1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::presets;

    #[test]
    fn first_weights_depend_on_the_seed_alone() {
        let scenario = presets::built_in("paper-year").unwrap();
        assert_eq!(first_weights(&scenario, 3), first_weights(&scenario, 3));
        assert_ne!(first_weights(&scenario, 3), first_weights(&scenario, 4));
    }
}
