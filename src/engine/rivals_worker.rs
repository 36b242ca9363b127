//! The worker that makes ready what a hedge by hand is measured against: it tunes the bands and lets
//! every strategy hedge many paths, while the person is at the first dates.

use super::mailbox::Mailbox;
use super::{Event, Report, panic_message};
use crate::hand::{Challenge, PATHS, Rivals};
use arc_swap::ArcSwapOption;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// A question: how strategies fare in a challenge.
#[derive(Clone, Debug)]
pub struct RivalsRequest {
    /// Comes back with the answer.
    pub run: u64,
    /// Which challenge.
    pub challenge: Challenge,
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
        while let Some(request) = self.requests.take() {
            let run = request.run;
            let served = catch_unwind(AssertUnwindSafe(|| {
                if let Some(rivals) = self.answer(&request) {
                    let rivals = Arc::new(rivals);
                    self.slot.store(Some(Arc::new(RivalsReady { run, rivals })));
                    self.report.wake.call();
                }
            }));
            if let Err(payload) = served {
                self.report.event(Event::WorkerPanicked {
                    worker: "comparison",
                    run,
                    message: panic_message(payload.as_ref()),
                });
            }
        }
    }

    /// `None` once there is a newer request.
    fn answer(&self, request: &RivalsRequest) -> Option<Rivals> {
        Rivals::of(&request.challenge, PATHS, &mut || {
            if self.requests.has_news() {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        })
    }
}
