//! Asking for a path that takes longer to replay than a frame.

use super::Model;
use crate::app::same::PathKey;
use crate::app::session::Session;
use crate::engine::{Outcomes, Pinned, ReplayRequest, Replayed};
use crate::policy::Tuned;
use crate::scenario::{Process, Scenario, Strategy};
use std::sync::Arc;

/// Dates of all strategies together that are replayed within a frame; more are left to a worker.
const SHORT: usize = 20_000;
/// As so many dates counts one of the minimum-variance hedge under Heston's process, which makes its tables on the way.
const TABLED: usize = 1000;

/// The path asked for last.
#[derive(Debug, Default)]
pub(super) struct AskedPath {
    question: Option<PathKey>,
    /// Number of the request; 0 before the first.
    run: u64,
}

/// Whether the path of the session is too long to be replayed within a frame.
fn is_long(session: &Session) -> bool {
    let dates = |scenario: &Scenario| {
        let selected = &scenario.strategies.selected;
        let tabled = scenario.market.process == Process::Heston
            && selected.contains(&Strategy::MinimumVariance);
        let more = if tabled { TABLED } else { 0 };
        scenario.steps * (1 + selected.len() + more)
    };
    let pins = session.shown_pins();
    let behind: usize = pins.map(|pin| dates(&pin.pinned.scenario)).sum();
    dates(session.scenario()) + behind > SHORT
}

/// The parameters of tuned strategies, first live, then of each pinned scenario: found by the
/// simulation worker, as that is no work for a frame; those of the scenario before will do until it
/// has answered.
pub(super) fn tuned(session: &Session, outcomes: Option<&Arc<Outcomes>>) -> Vec<Tuned> {
    let of_pin = |pinned: &Arc<Pinned>| {
        let mut known = outcomes.iter().flat_map(|outcomes| &outcomes.pinned);
        known.find(|known| Arc::ptr_eq(&known.pinned, pinned))
    };
    let live = outcomes.map_or(Tuned::GUESS, |outcomes| outcomes.tuned);
    let pins = session.shown_pins().map(|pin| of_pin(&pin.pinned));
    let pins = pins.map(|known| known.map_or(Tuned::GUESS, |known| known.tuned));
    std::iter::once(live).chain(pins).collect()
}

impl Model {
    /// Asks for the path on screen, if it is long and another than the one asked for.
    pub(super) fn ask_path(&mut self) {
        if !is_long(&self.session) {
            self.asked_path.question = None;
            return;
        }
        let wanted = PathKey::of(&self.session, tuned(&self.session, self.outcomes.as_ref()));
        if self.asked_path.question.as_ref() == Some(&wanted) {
            return;
        }
        self.asked_path.run += 1;
        self.engine.replay(ReplayRequest {
            run: self.asked_path.run,
            scenario: wanted.scenario.0.as_ref().clone(),
            learned: wanted.learned.clone(),
            pinned: wanted
                .pinned
                .iter()
                .map(|pinned| pinned.0.clone())
                .collect(),
            tuned: wanted.tuned.clone(),
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
