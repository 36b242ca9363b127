//! The worker that finds where the money went on average: soon on few paths, then on all of them.

use super::mailbox::Mailbox;
use super::{Asked, Report};
use crate::market::Sampling;
use crate::outcome::Estimate;
use crate::policy::{LearnedPolicy, Policy, Tuned, line_up};
use crate::scenario::Scenario;
use crate::simulate::{Spent, evaluate, mean_spent};
use arc_swap::ArcSwapOption;
use std::ops::ControlFlow;
use std::sync::Arc;

/// Paths of the first answer.
const FIRST: u64 = 8192;

/// A question: where the money of every selected strategy goes in a scenario.
#[derive(Clone, Debug)]
pub struct CostsRequest {
    /// Comes back with the answer.
    pub run: u64,
    /// Where the strategies are tried.
    pub scenario: Scenario,
    /// The learned policies, each under a name of its own.
    pub learned: Vec<LearnedPolicy>,
    /// The parameters of the tuned strategies.
    pub tuned: Tuned,
    /// Paths of the full answer.
    pub paths: u64,
}

impl Asked for CostsRequest {
    fn run(&self) -> u64 {
        self.run
    }
}

/// An answer, perhaps not yet on all paths.
#[derive(Clone, Debug)]
pub struct Costs {
    /// The request answered.
    pub run: u64,
    /// Paths that it is of.
    pub paths: u64,
    /// Paths asked for.
    pub wanted: u64,
    /// The parts of each policy's mean error (currency), in the order of the scenario's strategies, with
    /// that mean, which they add up to.
    pub rows: Vec<Spent>,
}

pub(super) struct Worker {
    pub requests: Arc<Mailbox<CostsRequest>>,
    pub slot: Arc<ArcSwapOption<Costs>>,
    pub report: Report,
}

impl Worker {
    pub fn run(self) {
        self.report
            .serve("costs", &self.requests, |request| self.answer(request));
    }

    fn answer(&self, request: &CostsRequest) {
        let scenario = &request.scenario;
        let strategies = &scenario.strategies.selected;
        let sampling = Sampling::evaluation(scenario.seed);
        let policies = line_up(strategies, scenario, &request.tuned, &request.learned);
        for paths in [FIRST.min(request.paths), request.paths] {
            let watch = &mut |_| self.requests.ask();
            let Some(rows) = rows(scenario, &policies, sampling, paths, watch) else {
                return;
            };
            let costs = Costs {
                run: request.run,
                paths,
                wanted: request.paths,
                rows,
            };
            self.report.show(&self.slot, costs);
            if paths == request.paths {
                return;
            }
        }
    }
}

/// Where the money of each policy went on the paths `0..paths`; `None` once `watch` breaks off.
pub(super) fn rows(
    scenario: &Scenario,
    policies: &[Box<dyn Policy>],
    sampling: Sampling,
    paths: u64,
    watch: &mut dyn FnMut(u64) -> ControlFlow<()>,
) -> Option<Vec<Spent>> {
    let evaluation = evaluate(scenario, policies, sampling, paths, watch);
    if evaluation.paths < paths {
        return None;
    }
    let errors = evaluation.summaries.iter().map(|s| s.statistics.mean);
    let errors: Vec<Estimate> = errors.collect();
    mean_spent(scenario, policies, sampling, paths, &errors, watch)
}
