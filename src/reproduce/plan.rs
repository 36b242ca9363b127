//! How hard it is tried.

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

    /// The changes by which a scenario asks for the training of this network.
    #[must_use]
    pub fn changes(&self, network: Network, seed: u64) -> Vec<(&'static str, String)> {
        let mut changes = vec![
            ("seed", seed.to_string()),
            ("training.network", network.name().to_owned()),
        ];
        if network == Network::FeedForward {
            changes.push(("training.iterations", self.iterations.to_string()));
        } else {
            let iterations = self.remembering_iterations.to_string();
            changes.push(("training.iterations", iterations));
            changes.push(("training.batch", Self::REMEMBERING_BATCH.to_string()));
            changes.push(("training.hidden", "32".to_owned()));
            changes.push(("training.learning_rate", "0.014".to_owned()));
        }
        changes
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
