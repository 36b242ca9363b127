//! Asking for the distribution of what is on screen.

use super::{Model, PATHS};
use crate::app::document::Document;
use crate::app::same::{DistributionKey, Same, pinned};
use crate::engine::{Outcomes, Request};
use crate::policy::LearnedPolicy;
use crate::scenario::Scenario;
use std::sync::Arc;

/// Paths of a distribution while training runs.
const PATHS_WHILE_TRAINING: u64 = 16_384;
/// Most paths of a distribution, whose errors are kept to be looked at.
pub(super) const MOST_PATHS: u64 = 1_000_000;
/// Seconds between two distributions while training runs.
const REFRESH: f64 = 1.0;

/// Paths of a full distribution: those of a record, as far as they fit.
pub(super) fn paths(document: &Document) -> u64 {
    document
        .paths()
        .map_or(PATHS, |paths| paths.clamp(1, MOST_PATHS))
}

/// The question asked last, and when.
#[derive(Debug, Default)]
pub(super) struct Asked {
    question: Option<(DistributionKey, Vec<LearnedPolicy>)>,
    /// Number of the request; 0 before the first.
    pub run: u64,
    /// When (seconds of the window's clock).
    at: f64,
}

impl Asked {
    /// The scenario and the learned policies that it is of.
    pub fn of(&self) -> Option<(&Arc<Scenario>, &[LearnedPolicy])> {
        let (key, learned) = self.question.as_ref()?;
        Some((&key.scenario.0, learned))
    }
}

impl Model {
    /// Asks for the distribution of what is on screen, if it is another than the one asked for.
    pub(super) fn ask(&mut self) {
        let training = self.session.is_training();
        let session = &self.session;
        let wanted = DistributionKey {
            scenario: Same::of(session.scenario()),
            pinned: pinned(session),
            reference: session.reference(),
            paths: if training {
                PATHS_WHILE_TRAINING
            } else {
                paths(self.document())
            },
        };
        let due = match &self.asked.question {
            Some((known, learned)) if *known == wanted => {
                // A policy that learns is looked at about once a second.
                let patient =
                    training && !(self.is_answered() && self.clock - self.asked.at > REFRESH);
                !patient && learned != session.learned()
            }
            _ => true,
        };
        if !due {
            return;
        }
        let learned = session.learned().to_vec();
        self.asked.run += 1;
        self.asked.at = self.clock;
        self.engine.simulate(Request {
            run: self.asked.run,
            scenario: wanted.scenario.0.as_ref().clone(),
            learned: learned.clone(),
            pinned: wanted
                .pinned
                .iter()
                .map(|pinned| pinned.0.clone())
                .collect(),
            reference: wanted.reference.clone(),
            paths: wanted.paths,
        });
        self.asked.question = Some((wanted, learned));
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
