//! The unaffected price, by seed and path number.
//!
//! Where paths come from is a [`PathSource`]: it fills a block of [`LANES`] paths with prices and
//! with the named factors that its process has besides (a variance, say). A process is a file beside
//! this one that holds its own parameters; what it reads from data it holds behind an `Arc`. A single
//! path is one lane of a block, so that a path has the same prices wherever it is asked for.

mod block;
mod bootstrap;
mod geometric_brownian;
mod gjr_garch;
mod heston;
mod merton;
mod path;
mod recorded_path;
mod shocks;

pub use block::{Factor, LANES, PathBlock};
pub use bootstrap::Bootstrap;
pub use geometric_brownian::GeometricBrownian;
pub use gjr_garch::GjrGarch;
pub use heston::Heston;
pub use merton::Merton;
pub use path::{Path, PathView};
pub use recorded_path::RecordedPath;

use crate::scenario::{Process, Scenario};
use crate::units::{Purpose, stream_seed};
use rand::SeedableRng;
use rand_xoshiro::Xoshiro256PlusPlus;
use std::fmt::Debug;
use std::sync::Arc;

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
    #[must_use]
    pub fn stream(&self, number: u64) -> (Xoshiro256PlusPlus, f64) {
        let (stream, sign) = match (self.antithetic, number % 2) {
            (false, _) => (number, 1.0),
            (true, 0) => (number / 2, 1.0),
            (true, _) => (number / 2, -1.0),
        };
        let seed = stream_seed(self.seed, self.purpose, stream);
        (Xoshiro256PlusPlus::seed_from_u64(seed), sign)
    }
}

/// A price process with its parameters.
///
/// Path `n` under a sampling is the same whichever block it is asked for in: its random numbers come
/// from [`Sampling::stream`] of its own number, and from nowhere else.
pub trait PathSource: Debug + Send + Sync {
    /// Steps of each path.
    fn steps(&self) -> usize;

    /// Names of the factors that come with the price, in the order of [`PathBlock::factors`]; four
    /// at most, which is how many a policy can see.
    fn factors(&self) -> &'static [&'static str] {
        &[]
    }

    /// How many different paths there are for a purpose, where they are counted; path numbers begin anew after them.
    fn distinct(&self, _purpose: Purpose) -> Option<u64> {
        None
    }

    /// Fills every row of `block`, which has this source's shape, with the paths
    /// `first..first + LANES`.
    fn fill(&self, sampling: &Sampling, first: u64, block: &mut PathBlock);
}

/// The source that `scenario` names.
#[must_use]
pub fn source(scenario: &Scenario) -> Arc<dyn PathSource> {
    // A checked scenario has the returns that its process draws from.
    let recorded = scenario.recorded_returns();
    match (scenario.market.process, recorded) {
        (Process::Merton, _) => Arc::new(Merton::of(scenario)),
        (Process::Heston, _) => Arc::new(Heston::of(scenario)),
        (Process::GjrGarch, _) => Arc::new(GjrGarch::of(scenario)),
        (Process::Bootstrap, Some(returns)) => Arc::new(Bootstrap::of(scenario, returns)),
        (Process::RecordedPath, Some(returns)) => Arc::new(RecordedPath::of(scenario, returns)),
        _ => Arc::new(GeometricBrownian::of(scenario)),
    }
}

/// The name of the factor that is the price's instantaneous variance (per year).
pub const VARIANCE: &str = "variance";

/// What factors usually are, in the order of the source that `scenario` names: the variance in the long
/// run. It stands in where a price is given without them.
#[must_use]
pub fn usual_factors(scenario: &Scenario) -> [f64; 4] {
    let market = &scenario.market;
    let mut factors = [0.0; 4];
    if market.process.has_variance() {
        factors[0] = market.long_run_variance();
    }
    factors
}

/// All the paths of a source under a sampling; cheap to clone.
#[derive(Clone, Debug)]
pub struct Paths {
    source: Arc<dyn PathSource>,
    sampling: Sampling,
}

impl Paths {
    /// The paths of `scenario`.
    #[must_use]
    pub fn new(scenario: &Scenario, sampling: Sampling) -> Self {
        Self::from_source(source(scenario), sampling)
    }

    /// The paths of any source.
    #[must_use]
    pub fn from_source(source: Arc<dyn PathSource>, sampling: Sampling) -> Self {
        Self { source, sampling }
    }

    /// Steps of each path.
    #[must_use]
    pub fn steps(&self) -> usize {
        self.source.steps()
    }

    /// How many different paths there are, where they are counted.
    #[must_use]
    pub fn distinct(&self) -> Option<u64> {
        self.source.distinct(self.sampling.purpose)
    }

    /// So many paths, or as many as there are, where they are counted.
    #[must_use]
    pub fn at_most(&self, paths: u64) -> u64 {
        self.distinct().map_or(paths, |there| paths.min(there))
    }

    /// The number of a path, or of the last one, where they are counted and there are not so many.
    #[must_use]
    pub fn within(&self, number: u64) -> u64 {
        let last = self.distinct().map(|there| there.saturating_sub(1));
        last.map_or(number, |last| number.min(last))
    }

    /// Fills `block` with the paths `first..first + LANES`; it takes the shape it needs.
    pub fn fill(&self, first: u64, block: &mut PathBlock) {
        block.shape(self.source.steps(), self.source.factors());
        self.source.fill(&self.sampling, first, block);
    }

    /// Names of the factors that come with the price.
    #[must_use]
    pub fn factors(&self) -> &'static [&'static str] {
        self.source.factors()
    }

    /// Path `number`: `steps + 1` prices from the spot on (currency), with its factors.
    #[must_use]
    pub fn path(&self, number: u64) -> Path {
        let lanes = LANES as u64;
        let mut block = PathBlock::new(self.source.steps());
        self.fill(number / lanes * lanes, &mut block);
        let lane = usize::try_from(number % lanes).unwrap_or(0);
        let series = |rows: &[[f64; LANES]]| rows.iter().map(|row| row[lane]).collect();
        let factors = block.factors().iter().map(|factor| series(&factor.rows));
        Path::new(series(block.rows()), factors.collect())
    }
}

#[cfg(test)]
mod tests;
