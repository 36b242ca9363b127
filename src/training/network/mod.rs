//! Architectures that training knows, a file for each, behind one trait.
//!
//! The reference rollout trains any [`Architecture`]: burn differentiates what `forward` does. The
//! fused kernel is written for fully connected networks, and takes over where it can.

mod feed_forward;
mod recurrent;

pub use feed_forward::FeedForward;
pub use recurrent::Recurrent;

use crate::policy::Layout;
use crate::scenario::{Network, Scenario};
use crate::units::{Purpose, stream_seed};
use burn::tensor::Tensor;
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use std::fmt::Debug;
use std::sync::Arc;

/// A stream of random numbers for first weights.
pub type Stream = Xoshiro256PlusPlus;

/// A network that says what to hold from what it sees and, perhaps, from what it remembers.
pub trait Architecture: Debug + Send + Sync {
    /// Shapes `[rows, columns]` of the weights, in the order in which they lie in the flat list, row
    /// by row each.
    fn shapes(&self) -> Vec<[usize; 2]>;

    /// First weights, as a flat list.
    fn first_weights(&self, stream: &mut Stream) -> Vec<f32>;

    /// Numbers that it remembers of a path from date to date, all 0 at the first.
    fn memory(&self) -> usize {
        0
    }

    /// One date, on many paths at once: from `weights` in the shapes above, inputs `[paths, inputs]`
    /// and memory `[paths, memory]` (absent where nothing is remembered) to the output `[paths, 1]`
    /// and the memory that the next date finds.
    fn forward(
        &self,
        weights: &[Tensor<2>],
        inputs: Tensor<2>,
        memory: Option<Tensor<2>>,
    ) -> (Tensor<2>, Option<Tensor<2>>);

    /// Widths of the hidden layers if it is fully connected, which is all that the fused kernel knows.
    fn hidden_layers(&self) -> Option<&[usize]> {
        None
    }
}

/// The network that `scenario` asks for, of these inputs.
#[must_use]
pub fn of(scenario: &Scenario, layout: Layout) -> Arc<dyn Architecture> {
    match scenario.training.network {
        Network::FeedForward => Arc::new(FeedForward::of(scenario, layout)),
        Network::Gru | Network::Lstm => Arc::new(Recurrent::of(scenario, layout)),
    }
}

/// First weights of the network that `scenario` asks for, from the seed's stream for weights.
#[must_use]
pub fn first_weights(scenario: &Scenario, seed: u64) -> Vec<f32> {
    let stream = stream_seed(seed, Purpose::Weights, 0);
    of(scenario, Layout::of(scenario)).first_weights(&mut Stream::seed_from_u64(stream))
}

/// Uniform on `[−1, 1)`.
fn symmetric(stream: &mut Stream) -> f32 {
    2.0f32.mul_add(stream.random::<f32>(), -1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::network::{count, pieces, remembered};
    use crate::presets;
    use crate::scenario::Named;

    #[test]
    fn first_weights_depend_on_the_seed_alone() {
        let scenario = presets::built_in("paper-year").unwrap();
        assert_eq!(first_weights(&scenario, 3), first_weights(&scenario, 3));
        assert_ne!(first_weights(&scenario, 3), first_weights(&scenario, 4));
    }

    #[test]
    fn there_are_as_many_weights_as_a_policy_wants() {
        for form in ["paper", "residual"] {
            for (network, _) in Network::ALL {
                let changes = [
                    ("training.form", form),
                    ("training.hidden", "5,4,3"),
                    ("training.network", network),
                ];
                let scenario = presets::built_in("paper-year").unwrap();
                let scenario = scenario.with(changes).unwrap();
                let layout = Layout::of(&scenario);
                let network = of(&scenario, layout);
                let shapes = network.shapes();
                let wanted: usize = shapes.iter().map(|[rows, columns]| rows * columns).sum();
                assert_eq!(count(&pieces(layout, &scenario)), wanted);
                assert_eq!(first_weights(&scenario, 1).len(), wanted);
                assert_eq!(network.memory(), remembered(&scenario));
            }
        }
    }
}
