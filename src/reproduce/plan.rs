//! How hard it is tried.

use super::{Cell, ReproduceError};
use crate::scenario::{Named, Network, Scenario, Strategy};

/// The networks that are trained for every cell, in the order of the tables.
pub const NETWORKS: [Network; 3] = [Network::FeedForward, Network::Gru, Network::Lstm];

/// Who hedges besides the networks, in the order of the tables.
pub(super) const RULES: [Strategy; 4] = [
    Strategy::Delta,
    Strategy::Leland,
    Strategy::Band,
    Strategy::SoftBand,
];

/// How long networks are trained, and on how many paths everybody is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effort {
    /// Iterations of the fully connected network, with its usual settings.
    pub iterations: u32,
    /// Iterations of the networks that remember, each of [`Effort::REMEMBERING_BATCH`] paths.
    pub remembering_iterations: u32,
    /// Paths on which everybody is measured.
    pub paths: u64,
}

impl Effort {
    /// What the published table is made with.
    pub const FULL: Self = Self {
        iterations: 3000,
        remembering_iterations: 400,
        paths: 200_000,
    };
    /// A few minutes for all cells.
    pub const QUICK: Self = Self {
        iterations: 300,
        remembering_iterations: 40,
        paths: 20_000,
    };
    /// Paths in an iteration of a network that remembers.
    pub const REMEMBERING_BATCH: u32 = 512;

    /// The scenario of a cell that asks for the training of this network.
    ///
    /// # Errors
    /// As [`Cell::scenario`].
    pub fn training(
        &self,
        cell: &Cell,
        network: Network,
        seed: u64,
    ) -> Result<Scenario, ReproduceError> {
        let remembers = network != Network::FeedForward;
        let iterations = if remembers {
            self.remembering_iterations
        } else {
            self.iterations
        };
        let [seed, iterations] = [seed, iterations.into()].map(|count: u64| count.to_string());
        let batch = Self::REMEMBERING_BATCH.to_string();
        let mut changes = vec![
            ("seed", seed.as_str()),
            ("training.network", network.name()),
            ("training.iterations", &iterations),
        ];
        if remembers {
            changes.push(("training.batch", &batch));
            changes.push(("training.hidden", "32"));
            changes.push(("training.learning_rate", "0.014"));
        }
        cell.scenario(&changes)
    }

    /// About how long the training of `scenario` takes, in path-steps of a fully connected network.
    #[must_use]
    pub fn training_work(scenario: &Scenario) -> u64 {
        let training = &scenario.training;
        let path_steps = (training.iterations * training.batch * scenario.steps) as u64;
        path_steps
            * match training.network {
                Network::FeedForward => 1,
                Network::Gru => 40,
                Network::Lstm => 55,
            }
    }

    /// About how long it takes to measure everybody, in the same.
    #[must_use]
    pub fn measuring_work(&self, steps: usize) -> u64 {
        12 * self.paths * steps as u64
    }
}
