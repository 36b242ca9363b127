//! The worker that finds where the money went on average: soon on few paths, then on all of them.

use super::mailbox::Mailbox;
use super::{Event, Report, panic_message};
use crate::episode::Money;
use crate::market::Sampling;
use crate::outcome::Estimate;
use crate::policy::{LearnedPolicy, Policy, Tuned, Who, line_up};
use crate::scenario::Scenario;
use crate::simulate::{evaluate, mean_money};
use arc_swap::ArcSwapOption;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
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
    pub rows: Vec<(Who, Money<Estimate>, Estimate)>,
}

pub(super) struct Worker {
    pub requests: Arc<Mailbox<CostsRequest>>,
    pub slot: Arc<ArcSwapOption<Costs>>,
    pub report: Report,
}

impl Worker {
    pub fn run(self) {
        while let Some(request) = self.requests.take() {
            let run = request.run;
            let served = catch_unwind(AssertUnwindSafe(|| self.answer(&request)));
            if let Err(payload) = served {
                self.report.event(Event::WorkerPanicked {
                    worker: "costs",
                    run,
                    message: panic_message(payload.as_ref()),
                });
            }
        }
    }

    fn answer(&self, request: &CostsRequest) {
        let scenario = &request.scenario;
        let strategies = &scenario.strategies.selected;
        let policies = line_up(strategies, scenario, &request.tuned, &request.learned);
        for paths in [FIRST.min(request.paths), request.paths] {
            let Some(rows) = self.rows(scenario, &policies, paths) else {
                return;
            };
            self.slot.store(Some(Arc::new(Costs {
                run: request.run,
                paths,
                wanted: request.paths,
                rows,
            })));
            self.report.wake.call();
            if paths == request.paths {
                return;
            }
        }
    }

    /// `None` once there is a newer request.
    fn rows(
        &self,
        scenario: &Scenario,
        policies: &[Box<dyn Policy>],
        paths: u64,
    ) -> Option<Vec<(Who, Money<Estimate>, Estimate)>> {
        let watch = &mut |_| {
            if self.requests.has_news() {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        };
        let sampling = Sampling::evaluation(scenario.seed);
        let evaluation = evaluate(scenario, policies, sampling, paths, watch);
        if evaluation.paths < paths {
            return None;
        }
        let errors = evaluation.summaries.iter().map(|s| s.statistics.mean);
        let errors: Vec<Estimate> = errors.collect();
        let means = errors.iter().map(|mean| mean.value.unwrap_or(f64::NAN));
        let means: Vec<f64> = means.collect();
        let parts = mean_money(scenario, policies, sampling, paths, &means, watch)?;
        let rows = policies.iter().zip(parts).zip(errors);
        Some(
            rows.map(|((policy, parts), error)| (policy.who(), parts, error))
                .collect(),
        )
    }
}
