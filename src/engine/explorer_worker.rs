//! The worker that draws maps of the learned policy: coarse within about a frame, then finer.

use super::mailbox::Mailbox;
use super::{Asked, Report};
use crate::explore::{Ask, FULL, Map, Refusal, steps};
use arc_swap::ArcSwapOption;
use std::ops::ControlFlow;
use std::sync::Arc;

/// A question: what a policy does over two axes.
#[derive(Clone, Debug)]
pub struct ExploreRequest {
    /// Comes back with the answer.
    pub run: u64,
    /// What is asked.
    pub ask: Ask,
}

impl Asked for ExploreRequest {
    fn run(&self) -> u64 {
        self.run
    }
}

/// An answer, perhaps not yet a full one.
#[derive(Clone, Debug)]
pub struct Explored {
    /// The request answered.
    pub run: u64,
    /// What was asked.
    pub ask: Ask,
    /// Whether it is a full one, or the last that there will be.
    pub whole: bool,
    /// The map, or why there is none.
    pub map: Result<Map, Refusal>,
}

pub(super) struct Worker {
    pub requests: Arc<Mailbox<ExploreRequest>>,
    pub slot: Arc<ArcSwapOption<Explored>>,
    pub report: Report,
}

impl Worker {
    pub fn run(self) {
        self.report
            .serve("explorer", &self.requests, |request| self.answer(request));
    }

    fn answer(&self, request: &ExploreRequest) {
        for (i, cells) in steps(&request.ask).iter().enumerate() {
            // The first answer is short, and comes however fast a hand asks for the next.
            let requests = &self.requests;
            let go_on = || match i {
                0 => ControlFlow::Continue(()),
                _ => requests.ask(),
            };
            let map = match Map::of(&request.ask, *cells, &go_on) {
                Ok(Some(map)) => Ok(map),
                Ok(None) => return,
                Err(refusal) => Err(refusal),
            };
            let whole = map.is_err() || *cells == FULL;
            let explored = Explored {
                run: request.run,
                ask: request.ask.clone(),
                whole,
                map,
            };
            self.report.show(&self.slot, explored);
            if whole {
                return;
            }
        }
    }
}
