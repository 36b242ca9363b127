//! The unaffected price, by seed and path number.
//!
//! A process fills a block of [`LANES`] paths; a single path is one lane of a block, so that a path
//! has the same prices wherever it is asked for. Another process, or recorded prices, is another
//! variant of [`crate::scenario::Process`] with a file beside this one.

mod geometric_brownian;

use crate::scenario::{Process, Scenario};
use crate::units::{Purpose, stream_seed};
use rand::SeedableRng;
use rand_xoshiro::Xoshiro256PlusPlus;

/// Paths in a block.
pub const LANES: usize = 64;

/// Prices of [`LANES`] neighbouring paths; row `k` holds the price of each at date `k`.
#[derive(Clone, Debug)]
pub struct PathBlock {
    rows: Vec<[f64; LANES]>,
}

impl PathBlock {
    /// Room for paths of `steps` steps.
    #[must_use]
    pub fn new(steps: usize) -> Self {
        Self {
            rows: vec![[0.0; LANES]; steps + 1],
        }
    }

    /// Prices at each date, `steps + 1` rows.
    #[must_use]
    pub fn rows(&self) -> &[[f64; LANES]] {
        &self.rows
    }
}

/// Which paths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sampling {
    /// Seed of the streams.
    pub seed: u64,
    /// What the paths are for.
    pub purpose: Purpose,
    /// Whether path `2j + 1` takes the negative of path `2j`'s shocks.
    pub antithetic: bool,
}

impl Sampling {
    /// Independent paths for measuring strategies.
    #[must_use]
    pub fn evaluation(seed: u64) -> Self {
        Self {
            seed,
            purpose: Purpose::Evaluation,
            antithetic: false,
        }
    }

    /// The stream of path `number`, and the sign of its shocks.
    fn stream(&self, number: u64) -> (Xoshiro256PlusPlus, f64) {
        let (stream, sign) = match (self.antithetic, number % 2) {
            (false, _) => (number, 1.0),
            (true, 0) => (number / 2, 1.0),
            (true, _) => (number / 2, -1.0),
        };
        let seed = stream_seed(self.seed, self.purpose, stream);
        (Xoshiro256PlusPlus::seed_from_u64(seed), sign)
    }
}

/// All the paths of a scenario under a sampling.
#[derive(Clone, Copy, Debug)]
pub struct Paths<'a> {
    scenario: &'a Scenario,
    sampling: Sampling,
}

impl<'a> Paths<'a> {
    /// The paths of `scenario`.
    #[must_use]
    pub fn new(scenario: &'a Scenario, sampling: Sampling) -> Self {
        Self { scenario, sampling }
    }

    /// Steps of each path.
    #[must_use]
    pub fn steps(&self) -> usize {
        self.scenario.steps
    }

    /// Fills `block` with the paths `first..first + LANES`.
    pub fn fill(&self, first: u64, block: &mut PathBlock) {
        match self.scenario.market.process {
            Process::GeometricBrownian => {
                geometric_brownian::fill(self.scenario, &self.sampling, first, &mut block.rows);
            }
        }
    }

    /// Prices of path `number`, `steps + 1` of them from the spot on (currency).
    #[must_use]
    pub fn path(&self, number: u64) -> Vec<f64> {
        let lanes = LANES as u64;
        let mut block = PathBlock::new(self.scenario.steps);
        self.fill(number / lanes * lanes, &mut block);
        let lane = usize::try_from(number % lanes).unwrap_or(0);
        block.rows.iter().map(|row| row[lane]).collect()
    }
}
