//! The worker that finds the distribution of hedging errors: a coarse answer at once, the full one
//! while nothing newer is asked for.

use super::against::{Against, members, reference};
use super::mailbox::Mailbox;
use super::tunings::Tunings;
use super::{Event, Report, panic_message};
use crate::market::{LANES, Sampling};
use crate::outcome::{
    Difference, Estimate, Goal, Histogram, Representatives, Sample, Statistics, histograms, paired,
};
use crate::policy::{Identity, LearnedPolicy, Policy, Tuned, Who, line_up};
use crate::scenario::Scenario;
use crate::simulate::{empty_samples, extend, path_work};
use arc_swap::ArcSwapOption;
use rayon::prelude::*;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Bins of a histogram.
pub(super) const BINS: usize = 120;
/// The worker looks for a newer request after one to four times this long, about.
const PATIENCE: Duration = Duration::from_millis(4);
/// Work of the first answer, about (path-steps of delta).
const FIRST_WORK: u64 = 1 << 20;
/// Most paths of the first answer; whole blocks.
const FIRST: u64 = 2048;

/// A question: the distribution of every selected strategy in a scenario.
#[derive(Clone, Debug)]
pub struct Request {
    /// Comes back with the answer.
    pub run: u64,
    /// Where the strategies are to be tried.
    pub scenario: Scenario,
    /// The learned policies, each under a name of its own.
    pub learned: Vec<LearnedPolicy>,
    /// Another scenario to compare with on the same random numbers.
    pub pinned: Option<Arc<Pinned>>,
    /// Whom the others are compared with, where it is selected; delta or else the first where not.
    pub reference: Who,
    /// Paths of the full answer.
    pub paths: u64,
}

/// A scenario kept for comparison, with the learned policy it had.
#[derive(Clone, Debug)]
pub struct Pinned {
    /// The scenario.
    pub scenario: Scenario,
    /// Its learned policy.
    pub learned: Option<LearnedPolicy>,
}

/// An answer, perhaps not yet on all paths.
#[derive(Clone, Debug)]
pub struct Outcomes {
    /// The request answered.
    pub run: u64,
    /// Paths so far.
    pub paths: u64,
    /// Paths asked for.
    pub wanted: u64,
    /// What the learned policies of this scenario are trained for.
    pub goal: Goal,
    /// Whom the others are compared with; absent where there is nobody.
    pub reference: Option<Who>,
    /// Time since work on the request began.
    pub elapsed: Duration,
    /// The parameters that its tuned strategies had.
    pub tuned: Tuned,
    /// Those in the pinned scenario.
    pub pinned_tuned: Tuned,
    /// Each policy, in the order of the scenario's strategies.
    pub rows: Vec<StrategyOutcome>,
    /// Those of the pinned scenario, in its order.
    pub pinned: Vec<StrategyOutcome>,
    /// Policies against those of the same name in the pinned scenario, on the same random numbers.
    pub against_pinned: Vec<Difference>,
}

/// What became of one policy.
#[derive(Clone, Debug)]
pub struct StrategyOutcome {
    /// Which.
    pub policy: Identity,
    /// Its figures.
    pub statistics: Statistics,
    /// What the learned policies are trained for, of its errors (currency).
    pub goal: Estimate,
    /// Its errors over bins common to all rows, pinned ones included.
    pub histogram: Histogram,
    /// For each bin, the numbers of a few of its paths.
    pub members: Vec<Vec<u64>>,
    /// Its best, typical and worst paths.
    pub representatives: Representatives,
    /// Against the reference on the same paths; absent for the reference itself.
    pub against: Option<Against>,
}

impl Outcomes {
    /// The row of a policy.
    #[must_use]
    pub fn row(&self, who: impl Into<Who>) -> Option<&StrategyOutcome> {
        let who = who.into();
        self.rows.iter().find(|row| row.policy.who == who)
    }
}

pub(super) struct Worker {
    requests: Arc<Mailbox<Request>>,
    slot: Arc<ArcSwapOption<Outcomes>>,
    report: Report,
    tunings: Tunings,
}

impl Worker {
    pub fn new(
        requests: Arc<Mailbox<Request>>,
        slot: Arc<ArcSwapOption<Outcomes>>,
        report: Report,
    ) -> Self {
        Self {
            requests,
            slot,
            report,
            tunings: Tunings::default(),
        }
    }

    pub fn run(mut self) {
        while let Some(request) = self.requests.take() {
            // Nothing of an abandoned request is used again, so a panic leaves nothing half done.
            if let Err(payload) = catch_unwind(AssertUnwindSafe(|| self.answer(&request))) {
                self.report.event(Event::WorkerPanicked {
                    worker: "simulation",
                    run: request.run,
                    message: panic_message(payload.as_ref()),
                });
            }
        }
    }

    fn answer(&mut self, request: &Request) {
        let began = Instant::now();
        #[cfg(test)]
        assert_ne!(request.run, super::tests::BROKEN, "as a test asks");
        let tunings = &self.tunings;
        let trial = |scenario, learned| Trial::new(scenario, learned, tunings.at_once(scenario));
        let mut live = trial(&request.scenario, &request.learned);
        let of_pinned = request.pinned.as_ref();
        let mut pinned = of_pinned.map(|pinned| trial(&pinned.scenario, pinned.learned.as_slice()));
        let work = |trial: &Trial<'_>| path_work(trial.scenario.steps, &trial.policies);
        let work = work(&live) + pinned.as_ref().map_or(0, work);
        let first = whole_blocks(FIRST_WORK / work.max(1)).min(FIRST);
        for stage in [first, 8 * first, request.paths].map(|paths| paths.min(request.paths)) {
            let trials = std::iter::once(&mut live).chain(pinned.as_mut());
            for trial in trials {
                // Tuning takes longer than the first answer may.
                if (stage > first || stage == request.paths) && self.settle(trial).is_break() {
                    return;
                }
                trial.stride = trial.stride.max(first);
                if self.extend(trial, stage, stage > first).is_break() {
                    return;
                }
            }
            let answer = summary(request, &live, pinned.as_ref(), stage, began.elapsed());
            if self.requests.has_news() && stage > first {
                return;
            }
            self.slot.store(Some(Arc::new(answer)));
            self.report.wake.call();
            if stage == request.paths {
                return;
            }
        }
    }

    /// Begins anew with the parameters tuned to the scenario, if it had others; gives up when there
    /// is a newer request.
    fn settle(&mut self, trial: &mut Trial<'_>) -> ControlFlow<()> {
        let requests = &self.requests;
        let tuned = self.tunings.of(trial.scenario, &mut || {
            if requests.has_news() {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        });
        let Some(tuned) = tuned else {
            return ControlFlow::Break(());
        };
        if tuned != trial.tuned {
            *trial = Trial::new(trial.scenario, trial.learned, tuned);
        }
        ControlFlow::Continue(())
    }

    /// Adds paths in strides, and gives up when there is a newer request if it `may`: the first
    /// answer is finished unless the window closes, so that something moves under a hand that never
    /// rests.
    fn extend(&self, trial: &mut Trial<'_>, paths: u64, may: bool) -> ControlFlow<()> {
        let mut done = trial
            .samples
            .first()
            .map_or(paths, |s| s.errors().len() as u64);
        while done < paths {
            if self.requests.is_closed() || (may && self.requests.has_news()) {
                return ControlFlow::Break(());
            }
            let began = Instant::now();
            done = paths.min(done + trial.stride);
            let go_on = &mut |_paths| ControlFlow::Continue(());
            extend(
                trial.scenario,
                &trial.policies,
                trial.sampling,
                &mut trial.samples,
                done,
                go_on,
            )?;
            if began.elapsed() < PATIENCE {
                trial.stride *= 2;
            } else if began.elapsed() > 4 * PATIENCE {
                trial.stride = whole_blocks(trial.stride / 2);
            }
        }
        ControlFlow::Continue(())
    }
}

/// A scenario with its policies and what became of them so far.
struct Trial<'a> {
    scenario: &'a Scenario,
    learned: &'a [LearnedPolicy],
    tuned: Tuned,
    policies: Vec<Box<dyn Policy>>,
    sampling: Sampling,
    samples: Vec<Sample>,
    /// Paths between two looks for a newer request.
    stride: u64,
}

impl<'a> Trial<'a> {
    fn new(scenario: &'a Scenario, learned: &'a [LearnedPolicy], tuned: Tuned) -> Self {
        let policies = line_up(&scenario.strategies.selected, scenario, &tuned, learned);
        let sampling = Sampling::evaluation(scenario.seed);
        let samples = empty_samples(&policies, sampling);
        Self {
            scenario,
            learned,
            tuned,
            policies,
            sampling,
            samples,
            stride: LANES as u64,
        }
    }
}

/// The largest number of whole blocks in `paths`, at least one.
fn whole_blocks(paths: u64) -> u64 {
    let block = LANES as u64;
    (paths / block).max(1) * block
}

fn summary(
    request: &Request,
    live: &Trial<'_>,
    pinned: Option<&Trial<'_>>,
    paths: u64,
    elapsed: Duration,
) -> Outcomes {
    let of_pinned = pinned.map_or(&[][..], |trial| &trial.samples);
    let all: Vec<Sample> = live.samples.iter().chain(of_pinned).cloned().collect();
    let binned = histograms(&all, BINS);
    let goal = Goal::of(&request.scenario);
    let reference = reference(&request.reference, &live.samples);
    let (of_live, of_ghost) = binned.split_at(live.samples.len().min(binned.len()));
    let against_pinned = live
        .samples
        .iter()
        .filter_map(|sample| {
            let same = |other: &&Sample| other.policy().who == sample.policy().who;
            paired(sample, of_pinned.iter().find(same)?)
        })
        .collect();
    Outcomes {
        run: request.run,
        paths,
        wanted: request.paths,
        goal,
        elapsed,
        tuned: live.tuned,
        pinned_tuned: pinned.map_or(Tuned::GUESS, |trial| trial.tuned),
        rows: rows(&live.samples, of_live, goal, reference.as_ref()),
        pinned: rows(of_pinned, of_ghost, goal, reference.as_ref()),
        against_pinned,
        reference,
    }
}

fn rows(
    samples: &[Sample],
    histograms: &[Histogram],
    goal: Goal,
    reference: Option<&Who>,
) -> Vec<StrategyOutcome> {
    let other = samples
        .iter()
        .find(|sample| Some(&sample.policy().who) == reference);
    samples
        .par_iter()
        .zip(histograms)
        .filter_map(|(sample, histogram)| {
            let other = other.filter(|other| other.policy().who != sample.policy().who);
            let statistics = Statistics::of(sample)?;
            Some(StrategyOutcome {
                policy: sample.policy().clone(),
                goal: match goal {
                    Goal::Rsmse => statistics.rsmse,
                    Goal::Rmse => statistics.rmse,
                    _ => goal.estimate(sample),
                },
                statistics,
                histogram: histogram.clone(),
                members: members(sample, histogram),
                representatives: Representatives::of(sample)?,
                against: other.and_then(|other| Against::of(sample, other, goal)),
            })
        })
        .collect()
}
