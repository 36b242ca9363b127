//! The worker that finds the distribution of hedging errors: a coarse answer at once, the full one
//! while nothing newer is asked for.

use super::against::{Against, members};
use super::mailbox::Mailbox;
use super::pins::{Pinned, PinnedOutcomes, Reference};
use super::tunings::Tunings;
use super::{Asked, Report};
use crate::market::{LANES, Paths, Sampling};
use crate::outcome::{Estimate, Goal, Histogram, Representatives, Sample, Statistics, histograms};
use crate::policy::{Identity, LearnedPolicy, Policy, Tuned, Who, line_up};
use crate::scenario::Scenario;
use crate::simulate::{empty_samples, extend, path_work, task_paths, tune};
use arc_swap::ArcSwapOption;
use rayon::prelude::*;
use std::ops::ControlFlow;
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
    /// Other scenarios to compare with, on the random numbers of this one's seed.
    pub pinned: Vec<Arc<Pinned>>,
    /// With whom policies are compared, where it is there; delta here or else the first where not.
    pub reference: Reference,
    /// Paths of the full answer; fewer where a scenario has not so many different ones.
    pub paths: u64,
}

impl Request {
    /// Paths of the full answer: of scenarios whose paths are counted no more than there are. All have as many, so
    /// that they can be compared path by path.
    fn paths(&self) -> u64 {
        let sampling = Sampling::evaluation(self.scenario.seed);
        let pinned = self.pinned.iter().map(|pinned| &pinned.scenario);
        let all = std::iter::once(&self.scenario).chain(pinned);
        all.fold(self.paths, |paths, scenario| {
            Paths::new(scenario, sampling).at_most(paths)
        })
    }
}

impl Asked for Request {
    fn run(&self) -> u64 {
        self.run
    }
}

/// An answer, perhaps not yet on all paths.
#[derive(Clone, Debug)]
pub struct Outcomes {
    /// The request answered.
    pub run: u64,
    /// Paths so far.
    pub paths: u64,
    /// Paths of the full answer.
    pub wanted: u64,
    /// Whether those are all the paths there are, and fewer than were asked for.
    pub counted: bool,
    /// What the learned policies of this scenario are trained for.
    pub goal: Goal,
    /// With whom policies are compared; absent where there is nobody.
    pub reference: Option<Reference>,
    /// Time since work on the request began.
    pub elapsed: Duration,
    /// The parameters that its tuned strategies had.
    pub tuned: Tuned,
    /// Each policy, in the order of the scenario's strategies.
    pub rows: Vec<StrategyOutcome>,
    /// Those of the pinned scenarios, in the order of the request.
    pub pinned: Vec<PinnedOutcomes>,
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
    /// Its errors over bins common to all rows, those of pinned scenarios included.
    pub histogram: Histogram,
    /// For each bin, the numbers of a few of its paths.
    pub members: Vec<Vec<u64>>,
    /// Its best, typical and worst paths.
    pub representatives: Representatives,
    /// Against the reference on the same random numbers; absent for the reference itself.
    pub against: Option<Against>,
}

impl Outcomes {
    /// The row of a policy.
    #[must_use]
    pub fn row(&self, who: impl Into<Who>) -> Option<&StrategyOutcome> {
        let who = who.into();
        self.rows.iter().find(|row| row.policy.who == who)
    }

    /// The rows of the present scenario, or of a pinned one by its place.
    #[must_use]
    pub fn rows_of(&self, pin: Option<usize>) -> &[StrategyOutcome] {
        match pin {
            None => &self.rows,
            Some(place) => self.pinned.get(place).map_or(&[], |pinned| &pinned.rows),
        }
    }

    /// The row that a policy of the present scenario is compared with; none for the reference itself.
    #[must_use]
    pub fn other(&self, who: &Who) -> Option<&StrategyOutcome> {
        let reference = self.reference.as_ref()?;
        let other = reference.other(None, who)?;
        let mut rows = self.rows_of(reference.pin).iter();
        rows.find(|row| row.policy.who == *other)
    }
}

/// The whole answer at once, for who can wait.
#[must_use]
pub fn compared(request: &Request) -> Outcomes {
    let began = Instant::now();
    let paths = request.paths();
    let sampling = Sampling::evaluation(request.scenario.seed);
    let tried = |scenario, learned| {
        let tuned = tune(scenario, &scenario.strategies.selected);
        let mut trial = Trial::new(scenario, learned, sampling, tuned);
        let go_on = &mut |_paths| ControlFlow::Continue(());
        let (policies, samples) = (&trial.policies, &mut trial.samples);
        let _whole = extend(scenario, policies, sampling, samples, paths, go_on);
        trial
    };
    let mut trials = vec![tried(&request.scenario, &request.learned)];
    let pinned = request.pinned.iter();
    trials.extend(pinned.map(|pinned| tried(&pinned.scenario, pinned.learned.as_slice())));
    summary(request, &trials, (paths, paths), began.elapsed())
}

pub(super) struct Worker {
    requests: Arc<Mailbox<Request>>,
    slot: Arc<ArcSwapOption<Outcomes>>,
    report: Report,
    tunings: Tunings,
    /// What became of pinned scenarios on all paths: they stay while the present one moves.
    known: Vec<Known>,
}

/// All episodes of a pinned scenario.
struct Known {
    pinned: Arc<Pinned>,
    sampling: Sampling,
    tuned: Tuned,
    samples: Vec<Sample>,
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
            known: Vec::new(),
        }
    }

    pub fn run(mut self) {
        let (report, requests) = (self.report.clone(), Arc::clone(&self.requests));
        report.serve("simulation", &requests, |request| self.answer(request));
    }

    fn answer(&mut self, request: &Request) {
        let began = Instant::now();
        #[cfg(test)]
        assert_ne!(request.run, super::tests::BROKEN, "as a test asks");
        let tunings = &self.tunings;
        let sampling = Sampling::evaluation(request.scenario.seed);
        let trial =
            |scenario, learned| Trial::new(scenario, learned, sampling, tunings.at_once(scenario));
        let mut trials = vec![trial(&request.scenario, &request.learned)];
        let pinned = request.pinned.iter();
        trials.extend(pinned.map(|pinned| trial(&pinned.scenario, pinned.learned.as_slice())));
        let work = |trial: &Trial<'_>| path_work(trial.scenario.steps, &trial.policies);
        let work: u64 = trials.iter().map(work).sum();
        let first = whole(FIRST_WORK / work.max(1), LANES as u64).min(FIRST);
        // What comes out must not depend on how fast that was: all but the first answer come task by task. Of two
        // scenarios' tasks the longer one is whole tasks of the other.
        let tasks = trials.iter().map(|trial| task_paths(trial.scenario));
        let task = tasks.max().unwrap_or(first);
        let second = whole(8 * first, task);
        let wanted = request.paths();
        for stage in [first, second, wanted].map(|paths| paths.min(wanted)) {
            for (place, trial) in trials.iter_mut().enumerate() {
                let pinned = place.checked_sub(1).map(|pin| &request.pinned[pin]);
                if pinned.is_some_and(|pinned| self.recall(pinned, trial, stage)) {
                    continue;
                }
                // Tuning takes longer than the first answer may.
                if (stage > first || stage == wanted) && self.settle(trial).is_break() {
                    return;
                }
                if stage > first {
                    trial.end_with(task);
                }
                trial.stride = whole(trial.stride.max(first), task);
                if self.extend(trial, stage, task, stage > first).is_break() {
                    return;
                }
            }
            let answer = summary(request, &trials, (stage, wanted), began.elapsed());
            if self.requests.has_news() && stage > first {
                return;
            }
            self.slot.store(Some(Arc::new(answer)));
            self.report.wake.call();
            if stage == wanted {
                self.remember(request, trials);
                return;
            }
        }
    }

    /// Whether the episodes of a pinned scenario are known on so many paths; the trial has them then.
    fn recall(&self, pinned: &Arc<Pinned>, trial: &mut Trial<'_>, paths: u64) -> bool {
        let known = self.known.iter().find(|known| {
            let same = Arc::ptr_eq(&known.pinned, pinned) && known.sampling == trial.sampling;
            same && known
                .samples
                .iter()
                .all(|s| s.errors().len() as u64 == paths)
        });
        if let Some(known) = known {
            trial.tuned = known.tuned;
            trial.samples.clone_from(&known.samples);
        }
        known.is_some()
    }

    /// Keeps the episodes of the pinned scenarios for the next request.
    fn remember(&mut self, request: &Request, trials: Vec<Trial<'_>>) {
        let of_pinned = request.pinned.iter().zip(trials.into_iter().skip(1));
        self.known = of_pinned
            .map(|(pinned, trial)| Known {
                pinned: pinned.clone(),
                sampling: trial.sampling,
                tuned: trial.tuned,
                samples: trial.samples,
            })
            .collect();
    }

    /// Begins anew with the parameters tuned to the scenario, if it had others; gives up when there
    /// is a newer request.
    fn settle(&mut self, trial: &mut Trial<'_>) -> ControlFlow<()> {
        let requests = &self.requests;
        let tuned = self.tunings.of(trial.scenario, &mut || requests.ask());
        let Some(tuned) = tuned else {
            return ControlFlow::Break(());
        };
        if tuned != trial.tuned {
            *trial = Trial::new(trial.scenario, trial.learned, trial.sampling, tuned);
        }
        ControlFlow::Continue(())
    }

    /// Adds paths in strides, and gives up when there is a newer request if it `may`: the first
    /// answer is finished unless the window closes, so that something moves under a hand that never
    /// rests.
    fn extend(&self, trial: &mut Trial<'_>, paths: u64, task: u64, may: bool) -> ControlFlow<()> {
        let mut done = trial.known().unwrap_or(paths);
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
                trial.stride = whole(trial.stride / 2, task);
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
    fn new(
        scenario: &'a Scenario,
        learned: &'a [LearnedPolicy],
        sampling: Sampling,
        tuned: Tuned,
    ) -> Self {
        let policies = line_up(&scenario.strategies.selected, scenario, &tuned, learned);
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

    /// Paths known so far; none where nobody hedges.
    fn known(&self) -> Option<u64> {
        let first = self.samples.first();
        first.map(|sample| sample.errors().len() as u64)
    }

    /// Begins anew where what is known ends in the midst of a task.
    fn end_with(&mut self, task: u64) {
        if self
            .known()
            .is_some_and(|paths| !paths.is_multiple_of(task))
        {
            *self = Trial::new(self.scenario, self.learned, self.sampling, self.tuned);
        }
    }
}

/// The largest number of whole blocks or tasks in `paths`, at least one.
fn whole(paths: u64, part: u64) -> u64 {
    (paths / part).max(1) * part
}

/// The figures of the present scenario's trial and of those of the pinned ones after it, on so many paths of so many.
fn summary(
    request: &Request,
    trials: &[Trial<'_>],
    (paths, wanted): (u64, u64),
    elapsed: Duration,
) -> Outcomes {
    let samples: Vec<&[Sample]> = trials.iter().map(|trial| &trial.samples[..]).collect();
    let all: Vec<Sample> = samples.concat();
    let mut binned = histograms(&all, BINS).into_iter();
    let goal = Goal::of(&request.scenario);
    let reference = request.reference.settled(&samples);
    let mut rows = samples.iter().enumerate().map(|(place, of_trial)| {
        let histograms: Vec<Histogram> = binned.by_ref().take(of_trial.len()).collect();
        let place = place.checked_sub(1);
        let other = |sample: &Sample| {
            let reference = reference.as_ref()?;
            let who = reference.other(place, &sample.policy().who)?;
            let mut others = samples[reference.pin.map_or(0, |pin| pin + 1)].iter();
            others.find(|other| other.policy().who == *who)
        };
        self::rows(of_trial, &histograms, goal, &other)
    });
    Outcomes {
        run: request.run,
        paths,
        wanted,
        counted: wanted < request.paths,
        goal,
        elapsed,
        tuned: trials[0].tuned,
        rows: rows.next().unwrap_or_default(),
        pinned: rows
            .zip(request.pinned.iter().zip(&trials[1..]))
            .map(|(rows, (pinned, trial))| PinnedOutcomes {
                pinned: pinned.clone(),
                tuned: trial.tuned,
                rows,
            })
            .collect(),
        reference: reference.clone(),
    }
}

fn rows<'a>(
    samples: &'a [Sample],
    histograms: &[Histogram],
    goal: Goal,
    other: &(dyn Fn(&'a Sample) -> Option<&'a Sample> + Sync),
) -> Vec<StrategyOutcome> {
    samples
        .par_iter()
        .zip(histograms)
        .filter_map(|(sample, histogram)| {
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
                against: other(sample).and_then(|other| Against::of(sample, other, goal)),
            })
        })
        .collect()
}
