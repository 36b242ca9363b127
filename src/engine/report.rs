//! How workers tell a watcher what is new, whatever becomes of them.

use super::mailbox::Mailbox;
use arc_swap::ArcSwapOption;
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::Sender;

/// Something that a watcher must learn of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A worker broke down and was replaced; what it was doing is lost.
    WorkerPanicked {
        /// Which worker.
        worker: &'static str,
        /// The run or request it was at.
        run: u64,
        /// What it said.
        message: String,
    },
    /// A training run is prepared and has taken the place of any other.
    TrainingStarted {
        /// Which run.
        run: u64,
        /// Something to know: that it starts afresh instead of from the weights given, and why.
        note: Option<String>,
    },
    /// A training run was given up while it was prepared, because of a newer order.
    TrainingGivenUp {
        /// Which run.
        run: u64,
        /// The run in progress, which stays as it was.
        stays: Option<u64>,
    },
    /// A training run could not start or go on.
    TrainingFailed {
        /// Which run.
        run: u64,
        /// Why.
        message: String,
        /// The run in progress, which stays as it was.
        stays: Option<u64>,
    },
    /// A training run reached its last iteration.
    TrainingFinished {
        /// Which run.
        run: u64,
    },
    /// The state of a training run could not be kept for a later start.
    AutosaveFailed {
        /// Why.
        message: String,
    },
}

/// Called, from any thread, when there is something new to look at.
#[derive(Clone)]
pub struct Wake(Arc<dyn Fn() + Send + Sync>);

impl Wake {
    /// Wakes the watcher by calling `wake`.
    pub fn new(wake: impl Fn() + Send + Sync + 'static) -> Self {
        Self(Arc::new(wake))
    }

    pub(super) fn call(&self) {
        (self.0)();
    }
}

/// What every worker needs to report.
#[derive(Clone)]
pub(super) struct Report {
    pub events: Sender<Event>,
    pub wake: Wake,
}

impl Report {
    /// Tells the watcher; one that is gone needs no telling.
    pub fn event(&self, event: Event) {
        let _gone = self.events.send(event);
        self.wake.call();
    }

    /// Answers what comes into a box, until that is closed. Nothing of an abandoned request is used
    /// again, so that a panic leaves nothing half done: it becomes an event.
    pub fn serve<T: Asked>(
        &self,
        worker: &'static str,
        requests: &Mailbox<T>,
        mut answer: impl FnMut(&T),
    ) {
        while let Some(request) = requests.take() {
            if let Err(payload) = catch_unwind(AssertUnwindSafe(|| answer(&request))) {
                self.event(Event::WorkerPanicked {
                    worker,
                    run: request.run(),
                    message: panic_message(payload.as_ref()),
                });
            }
        }
    }

    /// Shows an answer.
    pub fn show<T>(&self, slot: &ArcSwapOption<T>, answer: T) {
        slot.store(Some(Arc::new(answer)));
        self.wake.call();
    }
}

/// A question for a worker.
pub(super) trait Asked {
    /// The number that comes back with the answer.
    fn run(&self) -> u64;
}

/// What a panic said.
pub(super) fn panic_message(payload: &(dyn Any + Send)) -> String {
    payload
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "no message".into())
}
