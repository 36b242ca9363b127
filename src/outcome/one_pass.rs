//! Statistics of more episodes than fit in memory: every error is seen once and let go.
//!
//! Moments and their standard errors come from exact sums, order statistics from a [`Ladder`], paired
//! differences from sums over pairs of strategies. The memory is the same for any number of episodes,
//! and the results are the same for any number of threads.

use super::ladder::Ladder;
use super::moments::{Moments, Unit};
use super::paired::{Difference, PairSums};
use super::representatives::{RANKS, Representatives, rank_of};
use super::sample::{Sample, Tally};
use super::statistics::Statistics;
use super::summary::Summary;
use super::tail::{Beyond, Tail};
use rayon::prelude::*;

/// What is kept of the episodes of several strategies on the same paths.
#[derive(Clone, Debug)]
pub struct OnePass {
    strategies: Vec<OneStrategy>,
    pairs: Vec<(usize, usize, PairSums)>,
    paths: u64,
}

impl OnePass {
    /// Starts with these samples, which set the scale; there should be some thousands of episodes.
    #[must_use]
    pub fn start(samples: &[Sample]) -> Self {
        let pairs = (0..samples.len()).flat_map(|i| (0..i).map(move |j| (i, j)));
        let sums = |(i, j): (usize, usize)| (i, j, PairSums::empty(&samples[i], &samples[j]));
        let mut pass = Self {
            strategies: samples.iter().map(OneStrategy::like).collect(),
            pairs: pairs.map(sums).collect(),
            paths: 0,
        };
        pass.push(&[samples]);
        pass
    }

    /// Adds the next episodes, part after part: in each a sample of every strategy, in the same order.
    /// All parts but the last hold whole blocks of paths.
    pub fn push<S: AsRef<[Sample]> + Sync>(&mut self, parts: &[S]) {
        let start = self.paths;
        rayon::join(
            || {
                let kept = self.strategies.par_iter_mut().enumerate();
                kept.for_each(|(number, kept)| {
                    let mut first = start;
                    for part in parts {
                        let sample = &part.as_ref()[number];
                        kept.push(sample, first);
                        first += sample.errors().len() as u64;
                    }
                });
            },
            || {
                self.pairs.par_iter_mut().for_each(|(i, j, sums)| {
                    for part in parts {
                        sums.push(&part.as_ref()[*i], &part.as_ref()[*j]);
                    }
                });
            },
        );
        let first = |part: &S| part.as_ref().first().map_or(0, |s| s.errors().len());
        self.paths += parts.iter().map(first).sum::<usize>() as u64;
    }

    /// Episodes of each strategy.
    #[must_use]
    pub fn paths(&self) -> u64 {
        self.paths
    }

    /// The figures of each strategy.
    #[must_use]
    pub fn summaries(&self) -> Vec<Summary> {
        let strategies = self.strategies.par_iter();
        strategies.map(OneStrategy::summary).collect()
    }

    /// Each strategy against each before it.
    #[must_use]
    pub fn paired(&self) -> Vec<Difference> {
        let pairs = self.pairs.iter();
        pairs.filter_map(|(_, _, sums)| sums.difference()).collect()
    }
}

/// What is kept of one strategy's episodes.
#[derive(Clone, Debug)]
struct OneStrategy {
    /// Empty; for its policy and pairing.
    kind: Sample,
    moments: Moments,
    ladder: Ladder,
    /// The smaller errors of antithetic pairs.
    pairs: Option<Ladder>,
    turnover: Tally,
    exercised: Tally,
    cost: Tally,
    best: (f64, u64),
    worst: (f64, u64),
}

impl OneStrategy {
    /// Nothing yet, at the scale of this sample.
    fn like(sample: &Sample) -> Self {
        let ladder = Ladder::over(sample.errors());
        Self {
            kind: sample.emptied(),
            moments: Moments::empty(Unit::of(sample.errors())),
            pairs: (sample.draw_size() == 2).then(|| ladder.emptied()),
            ladder,
            turnover: Tally::default(),
            exercised: Tally::default(),
            cost: Tally::default(),
            best: (f64::INFINITY, 0),
            worst: (f64::NEG_INFINITY, 0),
        }
    }

    /// Adds episodes of the paths from `first` on.
    fn push(&mut self, sample: &Sample, first: u64) {
        let errors = sample.errors();
        self.moments.push(errors, sample.draw_size());
        self.turnover.add(sample.turnover());
        self.exercised.add(sample.exercised());
        self.cost.add(sample.cost());
        for (number, &error) in (first..).zip(errors) {
            self.ladder.add(error, number);
            if error < self.best.0 {
                self.best = (error, number);
            }
            if error > self.worst.0 {
                self.worst = (error, number);
            }
        }
        if let Some(pairs) = &mut self.pairs {
            for pair in errors.chunks_exact(2) {
                pairs.add_pair(pair[0], pair[1]);
            }
        }
    }

    fn summary(&self) -> Summary {
        let count = self.count();
        let at = |per_mille: usize| {
            let rank = rank_of(count, per_mille);
            self.ladder.path_at(rank as u64)
        };
        let [_, q05, median, q95, q99, _] = RANKS;
        Summary {
            policy: self.kind.policy().clone(),
            statistics: Statistics::from_parts(
                &self.moments,
                self,
                [self.turnover, self.exercised, self.cost],
            ),
            representatives: Representatives {
                best: self.best.1,
                q05: at(q05),
                median: at(median),
                q95: at(q95),
                q99: at(q99),
                worst: self.worst.1,
            },
        }
    }
}

impl Tail for OneStrategy {
    fn count(&self) -> usize {
        usize::try_from(self.turnover.count).unwrap_or(usize::MAX)
    }

    fn pairs(&self) -> usize {
        match self.pairs {
            Some(_) => self.count() / 2,
            None => 0,
        }
    }

    fn at(&self, rank: usize) -> f64 {
        self.ladder.at(rank as u64)
    }

    fn mean_from(&self, rank: usize) -> f64 {
        self.ladder.mean_from(rank as u64)
    }

    fn above(&self, value: f64) -> Beyond {
        self.ladder.above(value)
    }

    fn both_above(&self, value: f64) -> Beyond {
        let none = Beyond::default();
        self.pairs
            .as_ref()
            .map_or(none, |pairs| pairs.both_above(value))
    }
}
