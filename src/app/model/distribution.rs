//! Asking for the distribution of what is on screen.

use super::{Model, PATHS};
use crate::app::session::Session;
use crate::engine::{Outcomes, Pinned, Request};
use crate::policy::LearnedPolicy;
use crate::scenario::{Scenario, Strategy};
use std::sync::Arc;

/// Paths of a distribution while training runs.
const PATHS_WHILE_TRAINING: u64 = 16_384;
/// Seconds between two distributions while training runs.
const REFRESH: f64 = 1.0;

/// What a distribution is of.
#[derive(Clone, Debug)]
struct Question {
    scenario: Arc<Scenario>,
    learned: Option<LearnedPolicy>,
    pinned: Option<Arc<Pinned>>,
    reference: Strategy,
    paths: u64,
}

/// The question asked last, and when.
#[derive(Debug, Default)]
pub(super) struct Asked {
    question: Option<Question>,
    /// Number of the request; 0 before the first.
    pub run: u64,
    /// When (seconds of the window's clock).
    at: f64,
}

impl Question {
    fn of(session: &Session, training: bool) -> Self {
        Self {
            scenario: session.scenario().clone(),
            learned: session.learned.policy.clone(),
            pinned: session.pinned.clone(),
            reference: session.reference,
            paths: if training {
                PATHS_WHILE_TRAINING
            } else {
                PATHS
            },
        }
    }

    fn is_same_but_for_the_policy(&self, other: &Self) -> bool {
        let same_pin = match (&self.pinned, &other.pinned) {
            (Some(one), Some(two)) => Arc::ptr_eq(one, two),
            (None, None) => true,
            _ => false,
        };
        let same_kind = self.paths == other.paths && self.reference == other.reference;
        same_pin && same_kind && Arc::ptr_eq(&self.scenario, &other.scenario)
    }

    fn has_policy_of(&self, other: &Self) -> bool {
        match (&self.learned, &other.learned) {
            (Some(one), Some(two)) => one.is_same(two),
            (None, None) => true,
            _ => false,
        }
    }
}

impl Model {
    /// Asks for the distribution of what is on screen, if it is another than the one asked for.
    pub(super) fn ask(&mut self) {
        let training = self.session.is_training();
        let wanted = Question::of(&self.session, training);
        let due = match &self.asked.question {
            Some(known) if known.is_same_but_for_the_policy(&wanted) => {
                // A policy that learns is looked at about once a second.
                let patient =
                    training && !(self.is_answered() && self.clock - self.asked.at > REFRESH);
                !patient && !known.has_policy_of(&wanted)
            }
            _ => true,
        };
        if !due {
            return;
        }
        self.asked.run += 1;
        self.asked.at = self.clock;
        self.engine.simulate(Request {
            run: self.asked.run,
            scenario: wanted.scenario.as_ref().clone(),
            learned: wanted.learned.clone(),
            pinned: wanted.pinned.clone(),
            reference: wanted.reference,
            paths: wanted.paths,
        });
        self.asked.question = Some(wanted);
    }

    /// Whether the distribution on screen is the one asked for, on some of its paths at least.
    pub(super) fn is_present(&self) -> bool {
        let run = self.outcomes.as_ref().map(|outcomes| outcomes.run);
        run == Some(self.asked.run)
    }

    /// Whether the distribution on screen is the one asked for, on all its paths.
    pub(super) fn is_answered(&self) -> bool {
        let full = |outcomes: &Arc<Outcomes>| outcomes.paths == outcomes.wanted;
        self.is_present() && self.outcomes.as_ref().is_some_and(full)
    }
}
