//! The worker that holds policies against each other on common paths: what was made at once against delta's and
//! Leland's hedge, and what was refined against what it was before.

use super::mailbox::Mailbox;
use super::{Asked, Report};
use crate::policy::LearnedPolicy;
use crate::scenario::Scenario;
use crate::training::conditioned::gaps::Excess;
use crate::training::conditioned::{Standing, excess_over};
use arc_swap::ArcSwapOption;
use std::sync::Arc;

/// A question: who is better.
#[derive(Clone, Debug)]
pub struct ContestRequest {
    /// Comes back with the answer.
    pub run: u64,
    /// Where.
    pub scenario: Arc<Scenario>,
    /// Who.
    pub of: Contestants,
}

/// Who is held against whom.
#[derive(Clone, Debug)]
pub enum Contestants {
    /// What was made at once, against delta's and Leland's hedge.
    Rules(LearnedPolicy),
    /// What a refinement came to, against what it began with.
    Refined {
        /// What it began with.
        before: LearnedPolicy,
        /// What it came to.
        after: LearnedPolicy,
        /// Paths that both hedge.
        paths: usize,
    },
}

impl Asked for ContestRequest {
    fn run(&self) -> u64 {
        self.run
    }
}

/// An answer.
#[derive(Clone, Copy, Debug)]
pub struct ContestFound {
    /// The request answered.
    pub run: u64,
    /// Who is better.
    pub verdict: Verdict,
}

/// Who is better.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Verdict {
    /// How what was made at once stands to the rules.
    Standing(Standing),
    /// By what share of its objective the refined policy is below what it was before.
    Gained(Excess),
}

pub(super) struct Worker {
    pub requests: Arc<Mailbox<ContestRequest>>,
    pub slot: Arc<ArcSwapOption<ContestFound>>,
    pub report: Report,
}

impl Worker {
    pub fn run(self) {
        self.report.serve("contest", &self.requests, |request| {
            if let Some(verdict) = self.answer(request) {
                let run = request.run;
                self.report.show(&self.slot, ContestFound { run, verdict });
            }
        });
    }

    /// `None` once there is a newer request.
    fn answer(&self, request: &ContestRequest) -> Option<Verdict> {
        let scenario = &request.scenario;
        let watch = &mut |_| self.requests.ask();
        match &request.of {
            Contestants::Rules(policy) => {
                Standing::of(scenario, policy, watch).map(Verdict::Standing)
            }
            Contestants::Refined {
                before,
                after,
                paths,
            } => {
                let excess = excess_over(before, after, scenario, *paths, watch)?;
                Some(Verdict::Gained(excess.turned()))
            }
        }
    }
}
