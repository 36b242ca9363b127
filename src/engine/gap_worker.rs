//! The worker that measures how far from the best what is made at once is: it trains for the scenario alone
//! and lets all hedge common paths, as long as nobody says otherwise.

use super::mailbox::Mailbox;
use super::{Asked, Report};
use crate::scenario::Scenario;
use crate::training::conditioned::gaps::{Gap, measure_watched};
use crate::training::{Interrupt, TrainingError, conditioned_policy};
use arc_swap::ArcSwapOption;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Shortest time between two words on how far it is.
const PACE: Duration = Duration::from_millis(50);

/// A question: what is left of the best in a scenario.
#[derive(Clone, Debug)]
pub struct GapRequest {
    /// Comes back with the answer.
    pub run: u64,
    /// The scenario.
    pub scenario: Arc<Scenario>,
    /// Paths that all hedge.
    pub paths: usize,
    /// Raised where the answer is no longer wanted.
    pub stop: Interrupt,
}

impl Asked for GapRequest {
    fn run(&self) -> u64 {
        self.run
    }
}

/// How far the answer to a question is.
#[derive(Clone, Debug)]
pub struct GapFound {
    /// The request answered.
    pub run: u64,
    /// The scenario that was asked about.
    pub scenario: Arc<Scenario>,
    /// What is known.
    pub answer: GapAnswer,
}

/// What is known of a gap.
#[derive(Clone, Debug, PartialEq)]
pub enum GapAnswer {
    /// So much of the work is done, 0 to 1.
    Share(f64),
    /// It is measured.
    Measured(Arc<Gap>),
    /// It was not wanted any more.
    Stopped,
    /// It cannot be measured, and why.
    Failed(String),
}

pub(super) struct Worker {
    pub requests: Arc<Mailbox<GapRequest>>,
    pub slot: Arc<ArcSwapOption<GapFound>>,
    pub report: Report,
}

impl Worker {
    pub fn run(self) {
        self.report.serve("measurement", &self.requests, |request| {
            self.answer(request);
        });
    }

    fn answer(&self, request: &GapRequest) {
        let GapRequest {
            scenario,
            paths,
            stop,
            ..
        } = request;
        let mut told: Option<Instant> = None;
        let watch = &mut |share| {
            if stop.is_raised() || self.requests.has_news() {
                return ControlFlow::Break(());
            }
            if told.is_none_or(|told| told.elapsed() > PACE) {
                self.tell(request, GapAnswer::Share(share));
                told = Some(Instant::now());
            }
            ControlFlow::Continue(())
        };
        let policy = conditioned_policy();
        let gap = measure_watched(&policy, "", scenario, *paths, stop, watch);
        self.tell(
            request,
            match gap {
                Ok(gap) => GapAnswer::Measured(Arc::new(gap)),
                Err(TrainingError::Interrupted) => GapAnswer::Stopped,
                Err(error) => GapAnswer::Failed(error.to_string()),
            },
        );
    }

    fn tell(&self, request: &GapRequest, answer: GapAnswer) {
        let (run, scenario) = (request.run, request.scenario.clone());
        let found = GapFound {
            run,
            scenario,
            answer,
        };
        self.report.show(&self.slot, found);
    }
}
