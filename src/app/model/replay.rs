//! Asking for a path that takes longer to replay than a frame.

use super::Model;
use crate::app::session::Session;
use crate::engine::{Outcomes, Pinned, ReplayRequest, Replayed};
use crate::policy::{LearnedPolicy, Tuned};
use crate::scenario::Scenario;
use std::sync::Arc;

/// Dates of all strategies together that are replayed within a frame; more are left to a worker.
const SHORT: usize = 20_000;

/// What is on the path.
#[derive(Clone, Debug)]
struct Question {
    scenario: Arc<Scenario>,
    learned: Option<LearnedPolicy>,
    pinned: Option<Arc<Pinned>>,
    tuned: [Tuned; 2],
    number: Option<u64>,
}

/// The path asked for last.
#[derive(Debug, Default)]
pub(super) struct AskedPath {
    question: Option<Question>,
    /// Number of the request; 0 before the first.
    run: u64,
}

impl Question {
    fn is(&self, other: &Self) -> bool {
        let same_policy = match (&self.learned, &other.learned) {
            (Some(one), Some(two)) => one.is_same(two),
            (None, None) => true,
            _ => false,
        };
        let same_pin = match (&self.pinned, &other.pinned) {
            (Some(one), Some(two)) => Arc::ptr_eq(one, two),
            (None, None) => true,
            _ => false,
        };
        let same_path = self.number == other.number && self.tuned == other.tuned;
        same_policy && same_pin && same_path && Arc::ptr_eq(&self.scenario, &other.scenario)
    }
}

/// Whether the path of the session is too long to be replayed within a frame.
fn is_long(session: &Session) -> bool {
    let dates = |scenario: &Scenario| scenario.steps * (1 + scenario.strategies.selected.len());
    let pinned = session.pinned.as_ref();
    let behind = pinned.map_or(0, |pinned| dates(&pinned.scenario));
    dates(session.scenario()) + behind > SHORT
}

/// The parameters of tuned strategies, live and pinned: found by the simulation worker, as that is
/// no work for a frame; those of the scenario before will do until it has answered.
pub(super) fn tuned(outcomes: Option<&Arc<Outcomes>>) -> [Tuned; 2] {
    outcomes.map_or([Tuned::GUESS; 2], |outcomes| {
        [outcomes.tuned, outcomes.pinned_tuned]
    })
}

impl Model {
    /// Asks for the path on screen, if it is long and another than the one asked for.
    pub(super) fn ask_path(&mut self) {
        if !is_long(&self.session) {
            self.asked_path.question = None;
            return;
        }
        let session = &self.session;
        let wanted = Question {
            scenario: session.scenario().clone(),
            learned: session.learned.policy.clone(),
            pinned: session.pinned.clone(),
            tuned: tuned(self.outcomes.as_ref()),
            number: session.place.shown,
        };
        let known = self.asked_path.question.as_ref();
        if known.is_some_and(|known| known.is(&wanted)) {
            return;
        }
        self.asked_path.run += 1;
        self.engine.replay(ReplayRequest {
            run: self.asked_path.run,
            scenario: wanted.scenario.as_ref().clone(),
            learned: wanted.learned.clone(),
            pinned: wanted.pinned.clone(),
            tuned: wanted.tuned,
            number: wanted.number,
        });
        self.asked_path.question = Some(wanted);
    }

    /// How the path on screen comes there.
    pub(super) fn path_source(&self) -> PathSource {
        if self.asked_path.question.is_none() {
            return PathSource::AtOnce;
        }
        let answer = self.engine.replayed();
        PathSource::Worker(answer.filter(|answer| answer.run == self.asked_path.run))
    }
}

/// How a path comes on screen.
pub enum PathSource {
    /// It is short enough to be replayed within the frame.
    AtOnce,
    /// A worker replays it; absent until it is there.
    Worker(Option<Arc<Replayed>>),
}
