//! Many episodes of several strategies on common random numbers, in parallel.
//!
//! Every strategy meets the same paths, and a path depends on the seed and its number alone, so
//! that results are the same for any number of threads.

mod block;

use crate::episode::{Episode, Settlement};
use crate::market::{LANES, PathBlock, Paths, Sampling};
use crate::outcome::{Sample, Tally};
use crate::policy::{Policy, build};
use crate::scenario::{Scenario, Strategy};
use rayon::prelude::*;
use std::ops::ControlFlow;

/// Most blocks that one task runs, one after the other.
const BLOCKS_PER_TASK: u64 = 16;
/// Path-steps that one task runs with each policy, about; at least one block.
const TASK_STEPS: u64 = 1 << 18;
/// Path-steps, of all policies together, between two calls of the watcher, about.
const ROUND_STEPS: u64 = 1 << 23;

/// Paths that one task runs: whole blocks, fewer where paths are long.
#[must_use]
pub fn task_paths(scenario: &Scenario) -> u64 {
    let block = LANES as u64 * scenario.steps as u64;
    (TASK_STEPS / block).clamp(1, BLOCKS_PER_TASK) * LANES as u64
}

/// The policies of the strategies that need no training, in the scenario's order.
#[must_use]
pub fn baselines(scenario: &Scenario, strategies: &[Strategy]) -> Vec<Box<dyn Policy>> {
    let of = |strategy: &Strategy| build(*strategy, scenario);
    strategies.iter().filter_map(of).collect()
}

/// Runs one policy on one path: the reference loop.
pub fn replay<'a>(
    scenario: &Scenario,
    policy: &dyn Policy,
    path: &'a [f64],
) -> (Episode<'a>, Settlement) {
    let mut episode = Episode::start(scenario, path);
    while let Some(seen) = episode.observe() {
        episode.trade_to(policy.target(&seen));
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
        .map(|policy| Sample::empty(policy.strategy(), sampling.antithetic))
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
    let rules = block::Rules::of(scenario);
    let source = Paths::new(scenario, sampling);
    let task_paths = task_paths(scenario);
    let task_steps = task_paths * (scenario.steps * policies.len().max(1)) as u64;
    // At least one task for each of a few threads.
    let round = (ROUND_STEPS / task_steps).clamp(4, 64) * task_paths;
    let mut done = samples
        .first()
        .map_or(0, |sample| sample.errors().len() as u64);
    debug_assert_eq!(done % LANES as u64, 0, "samples grow by whole blocks");
    while done < paths {
        let round_end = paths.min(done + round);
        let tasks = (round_end - done).div_ceil(task_paths);
        let finished: Vec<Vec<Sample>> = (0..tasks)
            .into_par_iter()
            .map(|task| {
                let first = done + task * task_paths;
                run_task(
                    &rules,
                    policies,
                    source,
                    sampling,
                    first,
                    round_end.min(first + task_paths),
                )
            })
            .collect();
        for part in finished {
            for (sample, part) in samples.iter_mut().zip(part) {
                sample.append(&part);
            }
        }
        done = round_end;
        watch(done)?;
    }
    ControlFlow::Continue(())
}

/// Runs every policy on the paths `first..end`.
fn run_task(
    rules: &block::Rules,
    policies: &[Box<dyn Policy>],
    source: Paths<'_>,
    sampling: Sampling,
    first: u64,
    end: u64,
) -> Vec<Sample> {
    let mut samples = empty_samples(policies, sampling);
    let mut paths = PathBlock::new(source.steps());
    let mut next = first;
    while next < end {
        source.fill(next, &mut paths);
        let count = usize::try_from(end - next).map_or(LANES, |left| left.min(LANES));
        for (policy, sample) in policies.iter().zip(&mut samples) {
            let ended = block::run(rules, policy.as_ref(), &paths);
            sample.push(
                &ended.errors[..count],
                Tally::of(&ended.turnover[..count], sampling.antithetic),
                Tally::of(&ended.exercised[..count], sampling.antithetic),
            );
        }
        next += LANES as u64;
    }
    samples
}
