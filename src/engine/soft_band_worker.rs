//! The worker that tunes the soft band which takes trades apart, where the strategies that are compared do
//! without one.

use super::mailbox::Mailbox;
use super::{Asked, Report};
use crate::policy::Tuned;
use crate::scenario::{Scenario, Strategy};
use crate::simulate::tune_watched;
use arc_swap::ArcSwapOption;
use std::sync::Arc;

/// A question: the parameters of the soft band in a scenario.
#[derive(Clone, Debug)]
pub struct SoftBandRequest {
    /// Comes back with the answer.
    pub run: u64,
    /// The scenario.
    pub scenario: Scenario,
}

impl Asked for SoftBandRequest {
    fn run(&self) -> u64 {
        self.run
    }
}

/// An answer.
#[derive(Clone, Copy, Debug)]
pub struct SoftBandTuned {
    /// The request answered.
    pub run: u64,
    /// The parameters.
    pub tuned: Tuned,
}

pub(super) struct Worker {
    pub requests: Arc<Mailbox<SoftBandRequest>>,
    pub slot: Arc<ArcSwapOption<SoftBandTuned>>,
    pub report: Report,
}

impl Worker {
    pub fn run(self) {
        self.report.serve("soft band", &self.requests, |request| {
            let go_on = &mut || self.requests.ask();
            if let Some(tuned) = tune_watched(&request.scenario, &[Strategy::SoftBand], go_on) {
                let run = request.run;
                self.report.show(&self.slot, SoftBandTuned { run, tuned });
            }
        });
    }
}
