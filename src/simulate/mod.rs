//! Many episodes of several strategies on common random numbers, in parallel.
//!
//! Every strategy meets the same paths, and a path depends on the seed and its number alone, so
//! that results are the same for any number of threads.

mod block;
mod evaluation;
mod lots;
mod money;
mod played;
mod price;
mod price_curve;
mod rules;
mod spent;
mod tune;
mod why;

pub use evaluation::{Evaluation, Extent, IN_MEMORY, evaluate, evaluate_seen, memory};
pub use lots::{Lot, errors_of};
pub use money::mean_money;
pub use played::{Carried, Played};
pub use price::{Price, PriceDifference, PriceRule, price, price_difference};
pub use price_curve::{
    PRICE_RULES, PriceCurve, PricePoint, StrategyPrices, black_scholes, price_point,
};
pub use rules::Rules;
pub use spent::{Spent, mean_spent};
pub use tune::{needs_tuning, tune, tune_on, tune_watched};
pub use why::{tuned_soft_band, why, why_traded};

use crate::episode::{Episode, Settlement};
use crate::market::{LANES, PathBlock, PathView, Paths, Sampling};
use crate::outcome::{Sample, Tally};
use crate::policy::{Policy, line_up};
use crate::scenario::{Scenario, Strategy};
use rayon::prelude::*;
use std::ops::{ControlFlow, Range};

/// Most blocks that one task runs, one after the other.
const BLOCKS_PER_TASK: u64 = 16;
/// Path-steps that one task runs with each policy, about; at least one block.
const TASK_STEPS: u64 = 1 << 18;
/// Work between two calls of the watcher, about (path-steps of delta).
const ROUND_WORK: u64 = 1 << 23;
/// Most tasks between two calls of the watcher, unless there are more threads.
const TASKS_PER_ROUND: u64 = 64;

/// Paths that one task runs: a power of two of blocks, fewer where paths are long. Sums are taken
/// task by task, so that this may depend on nothing but the scenario, and whoever goes on in parts must end each
/// of them with a whole task.
#[must_use]
pub fn task_paths(scenario: &Scenario) -> u64 {
    let blocks = TASK_STEPS / (LANES as u64 * scenario.steps as u64);
    LANES as u64 * (1 << blocks.clamp(1, BLOCKS_PER_TASK).ilog2())
}

/// The policies of the strategies that need no training, tuned to the scenario, in the order given.
#[must_use]
pub fn baselines(scenario: &Scenario, strategies: &[Strategy]) -> Vec<Box<dyn Policy>> {
    line_up(strategies, scenario, &tune(scenario, strategies), &[])
}

/// Work that a path of `steps` dates takes with all of `policies` (path-steps of delta).
#[must_use]
pub fn path_work(steps: usize, policies: &[Box<dyn Policy>]) -> u64 {
    let work: u64 = policies.iter().map(|policy| policy.work()).sum();
    steps as u64 * work.max(1)
}

/// Runs one policy on one path: the reference loop.
pub fn replay<'a>(
    scenario: &Scenario,
    policy: &dyn Policy,
    path: impl Into<PathView<'a>>,
) -> (Episode<'a>, Settlement) {
    let mut episode = Episode::start(scenario, path);
    let mut state = vec![0.0; policy.state_size()];
    while let Some(seen) = episode.observe() {
        episode.trade_to(policy.target(&seen, &mut state));
    }
    let settlement = episode.settle();
    (episode, settlement)
}

/// Runs every policy on the paths `0..paths`.
#[must_use]
pub fn simulate(
    scenario: &Scenario,
    policies: &[Box<dyn Policy>],
    sampling: Sampling,
    paths: u64,
) -> Vec<Sample> {
    let mut samples = empty_samples(policies, sampling);
    let _finished = extend(
        scenario,
        policies,
        sampling,
        &mut samples,
        paths,
        &mut |_| ControlFlow::Continue(()),
    );
    samples
}

/// One empty sample for each policy.
#[must_use]
pub fn empty_samples(policies: &[Box<dyn Policy>], sampling: Sampling) -> Vec<Sample> {
    policies
        .iter()
        .map(|policy| Sample::empty(policy.identity(), sampling.antithetic))
        .collect()
}

/// Adds paths to `samples` until each holds `paths` of them; samples can be extended as often as
/// one likes, in steps of whole blocks ([`LANES`] paths) except for the last. After each round of
/// work `watch` is told how many paths there are and may break off, which leaves the samples valid.
pub fn extend(
    scenario: &Scenario,
    policies: &[Box<dyn Policy>],
    sampling: Sampling,
    samples: &mut [Sample],
    paths: u64,
    watch: &mut dyn FnMut(u64) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let done = samples
        .first()
        .map_or(0, |sample| sample.errors().len() as u64);
    debug_assert_eq!(done % LANES as u64, 0, "samples grow by whole blocks");
    let run = Run::new(scenario, policies, sampling, samples);
    run.rounds(done..paths, &mut |parts, done| {
        append(samples, &parts);
        watch(done)
    })
}

/// Adds the parts of a round to the samples, part after part.
fn append(samples: &mut [Sample], parts: &[Vec<Sample>]) {
    for part in parts {
        for (sample, part) in samples.iter_mut().zip(part) {
            sample.append(part);
        }
    }
}

/// Everything that a task needs to know.
struct Run<'a> {
    rules: Rules,
    source: Paths,
    policies: &'a [Box<dyn Policy>],
    /// A sample of each policy, without episodes.
    empty: Vec<Sample>,
    task_paths: u64,
}

impl<'a> Run<'a> {
    /// The run that adds to `samples`, of the same policies.
    fn new(
        scenario: &Scenario,
        policies: &'a [Box<dyn Policy>],
        sampling: Sampling,
        samples: &[Sample],
    ) -> Self {
        Self {
            rules: Rules::of(scenario),
            source: Paths::new(scenario, sampling),
            policies,
            empty: samples.iter().map(Sample::emptied).collect(),
            task_paths: task_paths(scenario),
        }
    }

    /// Runs every policy on a range of paths, in rounds that take a fraction of a second: `take` is
    /// handed what became of each task's paths, in their order, with the number of paths that are
    /// done, and may break off.
    fn rounds(
        &self,
        paths: Range<u64>,
        take: &mut dyn FnMut(Vec<Vec<Sample>>, u64) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let task_paths = self.task_paths;
        let of_round = task_paths * self.tasks_per_round();
        let mut done = paths.start;
        while done < paths.end {
            let end = paths.end.min(done + of_round);
            let tasks = (end - done).div_ceil(task_paths);
            let finished: Vec<Vec<Sample>> = (0..tasks)
                .into_par_iter()
                .map(|task| {
                    let first = done + task * task_paths;
                    self.task(first..end.min(first + task_paths))
                })
                .collect();
            done = end;
            take(finished, done)?;
        }
        ControlFlow::Continue(())
    }

    /// As many as take a fraction of a second, and one for each thread at the least.
    fn tasks_per_round(&self) -> u64 {
        let work = self.task_paths * path_work(self.source.steps(), self.policies);
        let threads = rayon::current_num_threads() as u64;
        (ROUND_WORK / work).clamp(1, TASKS_PER_ROUND).max(threads)
    }

    /// Runs every policy on the paths of one task.
    fn task(&self, paths: Range<u64>) -> Vec<Sample> {
        let mut samples = self.empty.clone();
        let mut block = PathBlock::new(self.source.steps());
        let mut next = paths.start;
        while next < paths.end {
            self.source.fill(next, &mut block);
            let count = usize::try_from(paths.end - next).map_or(LANES, |left| left.min(LANES));
            for (policy, sample) in self.policies.iter().zip(&mut samples) {
                let ended = block::run(&self.rules, policy.as_ref(), &block);
                let antithetic = sample.draw_size() == 2;
                sample.push(
                    &ended.errors[..count],
                    Tally::of(&ended.turnover[..count], antithetic),
                    Tally::of(&ended.exercised[..count], antithetic),
                    Tally::of(&ended.cost[..count], antithetic),
                );
            }
            next += LANES as u64;
        }
        samples
    }
}
