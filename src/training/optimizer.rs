//! burn's Adam on the flat list of parameters, with a state that can be saved and restored.
//!
//! All parameters are one tensor: Adam works number by number, so that this gives the same as a
//! tensor for each layer, at a fraction of the cost for small networks.

use burn::optim::{Adam, AdamConfig, AdamState, AdaptiveMomentumState, Optimizer};
use burn::tensor::{Device, Tensor, TensorData};

/// The reference's `ε`; burn's own default is 1e−5.
const EPSILON: f32 = 1e-8;

/// What Adam remembers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Moments {
    /// Steps made so far.
    pub time: usize,
    /// Running mean of gradients.
    pub first: Vec<f32>,
    /// Running mean of squared gradients.
    pub second: Vec<f32>,
}

/// Parameters and the optimiser that moves them.
pub struct Descent {
    adam: Adam,
    state: Option<AdamState<1>>,
    parameters: Tensor<1>,
    device: Device,
}

impl std::fmt::Debug for Descent {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Descent")
            .field("parameters", &self.parameters.dims())
            .finish_non_exhaustive()
    }
}

impl Descent {
    /// Starts from `parameters`, with the memory of an earlier run if there is one.
    #[must_use]
    pub fn new(parameters: &[f32], moments: Option<&Moments>) -> Self {
        let device = Device::flex();
        let state = moments.filter(|moments| moments.time > 0).map(|moments| {
            AdamState::new(AdaptiveMomentumState::new(
                moments.time,
                vector(&moments.first, &device),
                vector(&moments.second, &device),
            ))
        });
        Self {
            adam: AdamConfig::new().with_epsilon(EPSILON).build(),
            state,
            parameters: vector(parameters, &device),
            device,
        }
    }

    /// One step against `gradient`; the new parameters are written into `parameters`.
    pub fn step(&mut self, rate: f64, gradient: &[f32], parameters: &mut [f32]) {
        let gradient = vector(gradient, &self.device);
        let present = self.parameters.clone();
        let (next, state) = self.adam.step(rate, present, gradient, self.state.take());
        self.state = state;
        self.parameters = next;
        let data = self.parameters.to_data();
        for (to, from) in parameters.iter_mut().zip(data.iter::<f32>()) {
            *to = from;
        }
    }

    /// What Adam remembers.
    #[must_use]
    pub fn moments(&self) -> Moments {
        let Some(state) = &self.state else {
            return Moments::default();
        };
        let numbers = |tensor: &Tensor<1>| tensor.to_data().iter::<f32>().collect();
        Moments {
            time: state.momentum.time,
            first: numbers(&state.momentum.moment_1),
            second: numbers(&state.momentum.moment_2),
        }
    }
}

fn vector(values: &[f32], device: &Device) -> Tensor<1> {
    Tensor::from_data(TensorData::new(values.to_vec(), [values.len()]), device)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[expect(
        clippy::cast_possible_truncation,
        reason = "rounding to single precision is what is asked for"
    )]
    fn round(x: f64) -> f32 {
        x as f32
    }

    /// Adam as in Kingma and Ba (2015), algorithm 1, in double precision.
    #[test]
    fn steps_are_those_of_the_published_algorithm() {
        let mut parameters = vec![1.0f32, -2.0, 0.5];
        let mut descent = Descent::new(&parameters, None);
        let (mut x, mut m, mut v) = (vec![1.0, -2.0, 0.5], [0.0; 3], [0.0; 3]);
        for t in 1..=20 {
            let gradient: Vec<f64> = x.iter().map(|x: &f64| 2.0 * x + 0.1).collect();
            for i in 0..3 {
                m[i] = 0.9 * m[i] + 0.1 * gradient[i];
                v[i] = 0.999 * v[i] + 0.001 * gradient[i] * gradient[i];
                let (m, v) = (
                    m[i] / (1.0 - 0.9f64.powi(t)),
                    v[i] / (1.0 - 0.999f64.powi(t)),
                );
                x[i] -= 0.01 * m / (v.sqrt() + 1e-8);
            }
            let single: Vec<f32> = gradient.iter().map(|g| round(*g)).collect();
            descent.step(0.01, &single, &mut parameters);
        }
        for (x, single) in x.iter().zip(&parameters) {
            assert!((x - f64::from(*single)).abs() < 1e-5);
        }
    }

    #[test]
    fn a_restored_optimiser_goes_on_as_if_never_stopped() {
        let start = [0.3f32, -0.7];
        let gradient = |i: u32| [round(f64::from(i).sin()), 0.1];
        let run = |descent: &mut Descent, range: std::ops::Range<u32>| {
            let mut parameters = start;
            range.for_each(|i| descent.step(0.01, &gradient(i), &mut parameters));
            parameters
        };
        let mut whole = Descent::new(&start, None);
        let expected = run(&mut whole, 0..10);
        let mut half = Descent::new(&start, None);
        let middle = run(&mut half, 0..5);
        let mut rest = Descent::new(&middle, Some(&half.moments()));
        assert_eq!(run(&mut rest, 5..10), expected);
    }
}
