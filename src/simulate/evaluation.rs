//! Statistics of any number of paths, in memory that does not grow with them.

use super::{Run, append, empty_samples};
use crate::market::{LANES, Sampling};
use crate::outcome::{Difference, OnePass, Sample, Summary, paired};
use crate::policy::Policy;
use crate::scenario::Scenario;
use std::ops::ControlFlow;

/// Hedging errors of all strategies together that are kept, so that quantiles are exact; of more
/// paths each error is seen once and let go.
pub const IN_MEMORY: u64 = 1 << 24;
/// Paths that set the scale of what is kept of more.
const PILOT: u64 = 1 << 16;
/// Bytes that one strategy's bins and sums take, two sets of bins where paths are antithetic.
const ONE_PASS_BYTES: u64 = 4 << 20;

/// What became of several policies on the same paths.
#[derive(Clone, Debug, PartialEq)]
pub struct Evaluation {
    /// Paths that were run: fewer than asked for where it was broken off.
    pub paths: u64,
    /// Each, in the order of the policies; empty without paths.
    pub summaries: Vec<Summary>,
    /// Each against each before it.
    pub paired: Vec<Difference>,
}

impl Evaluation {
    /// The evaluation of samples of the same paths.
    #[must_use]
    pub fn of(samples: &[Sample]) -> Self {
        let pairs = (0..samples.len()).flat_map(|i| (0..i).map(move |j| (i, j)));
        let paths = samples.first().map_or(0, |sample| sample.errors().len());
        Self {
            paths: paths as u64,
            summaries: samples.iter().filter_map(Summary::of).collect(),
            paired: pairs
                .filter_map(|(i, j)| paired(&samples[i], &samples[j]))
                .collect(),
        }
    }
}

/// How many paths are run, of how many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extent {
    /// Paths that are run.
    pub paths: u64,
    /// Paths that were wanted; more where a run was broken off, and is to be made again.
    pub wanted: u64,
}

impl Extent {
    /// All that are wanted.
    #[must_use]
    pub fn all(paths: u64) -> Self {
        Self {
            paths,
            wanted: paths,
        }
    }
}

/// Runs every policy on the paths `0..paths`. After each round of work `watch` is told how many
/// paths there are and may break off; the evaluation is of those that were run.
///
/// Up to [`IN_MEMORY`] errors quantiles are those of the sorted errors; of more, they are known to a
/// small part of their standard error.
pub fn evaluate(
    scenario: &Scenario,
    policies: &[Box<dyn Policy>],
    sampling: Sampling,
    paths: u64,
    watch: &mut dyn FnMut(u64) -> ControlFlow<()>,
) -> Evaluation {
    let extent = Extent::all(paths);
    let blind = &mut |_: &[Vec<Sample>]| ();
    evaluate_seen(scenario, policies, sampling, extent, blind, watch)
}

/// The same, while `seen` is shown every error: after each round the parts in the order of their
/// paths, in each a sample of each policy. Of a run of `wanted` paths that was broken off after `paths`
/// the figures are what they were.
pub fn evaluate_seen(
    scenario: &Scenario,
    policies: &[Box<dyn Policy>],
    sampling: Sampling,
    extent: Extent,
    seen: &mut dyn FnMut(&[Vec<Sample>]),
    watch: &mut dyn FnMut(u64) -> ControlFlow<()>,
) -> Evaluation {
    let Extent { paths, wanted } = extent;
    let mut samples = empty_samples(policies, sampling);
    let kept = wanted.saturating_mul(policies.len() as u64) <= IN_MEMORY;
    let first = if kept { paths } else { PILOT.min(paths) };
    let run = Run::new(scenario, policies, sampling, &samples);
    let ended = run.rounds(0..first, &mut |parts, done| {
        seen(&parts);
        append(&mut samples, &parts);
        watch(done)
    });
    let broken_off = ended.is_break() || (first == paths && paths < wanted);
    if kept || broken_off {
        return Evaluation::of(&samples);
    }
    let mut pass = OnePass::start(&samples);
    drop(samples);
    let _finished = run.rounds(first..paths, &mut |parts, done| {
        seen(&parts);
        pass.push(&parts);
        watch(done)
    });
    Evaluation {
        paths: pass.paths(),
        summaries: pass.summaries(),
        paired: pass.paired(),
    }
}

/// Bytes that [`evaluate`] takes, about, for `paths` paths of so many strategies on so many threads.
#[must_use]
pub fn memory(steps: usize, strategies: usize, paths: u64, threads: usize) -> u64 {
    let (strategies, threads) = (strategies as u64, threads as u64);
    let errors = paths.saturating_mul(strategies);
    // Errors are copied where their order is looked for.
    let kept = if errors <= IN_MEMORY {
        errors.saturating_mul(3 * 8)
    } else {
        strategies * (ONE_PASS_BYTES + PILOT * 2 * 8)
    };
    // A block of prices and the stack of each thread.
    let block = (steps as u64 + 1) * LANES as u64 * 8;
    kept.saturating_add(threads.saturating_mul(block + (1 << 20)))
}
