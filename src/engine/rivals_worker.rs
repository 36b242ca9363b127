//! The worker that makes ready what a hedge by hand is measured against: it tunes the bands and lets
//! every strategy hedge many paths, while the person is at the first dates.

use super::mailbox::Mailbox;
use super::{Asked, Report};
use crate::hand::{Challenge, PATHS, Rivals};
use arc_swap::ArcSwapOption;
use std::sync::Arc;

/// A question: how strategies fare in a challenge.
#[derive(Clone, Debug)]
pub struct RivalsRequest {
    /// Comes back with the answer.
    pub run: u64,
    /// Which challenge.
    pub challenge: Challenge,
}

impl Asked for RivalsRequest {
    fn run(&self) -> u64 {
        self.run
    }
}

/// An answer.
pub struct RivalsReady {
    /// The request answered.
    pub run: u64,
    /// The strategies.
    pub rivals: Arc<Rivals>,
}

pub(super) struct Worker {
    pub requests: Arc<Mailbox<RivalsRequest>>,
    pub slot: Arc<ArcSwapOption<RivalsReady>>,
    pub report: Report,
}

impl Worker {
    pub fn run(self) {
        self.report.serve("comparison", &self.requests, |request| {
            if let Some(rivals) = self.answer(request) {
                let (run, rivals) = (request.run, Arc::new(rivals));
                self.report.show(&self.slot, RivalsReady { run, rivals });
            }
        });
    }

    /// `None` once there is a newer request.
    fn answer(&self, request: &RivalsRequest) -> Option<Rivals> {
        Rivals::of(&request.challenge, PATHS, &mut || self.requests.ask())
    }
}
