//! What the workers have to say.

use super::{Model, REFRESH};
use crate::app::notice::Notice;
use crate::app::view::DistributionView;
use crate::engine::{Event, Outcomes, Phase, Progress};
use std::sync::Arc;

impl Model {
    pub(super) fn hear(&mut self) {
        let events: Vec<Event> = self.engine.events().collect();
        for event in events {
            self.hear_event(event);
        }
        let newer = |new: &Arc<Outcomes>, old: Option<&Arc<Outcomes>>| {
            old.is_none_or(|old| !Arc::ptr_eq(new, old))
        };
        if let Some(outcomes) = self.engine.outcomes()
            && newer(&outcomes, self.view.outcomes.as_ref())
        {
            self.view.distribution = DistributionView::new(&outcomes);
            self.view.computing =
                outcomes.run != self.simulation_run || outcomes.paths < outcomes.wanted;
            self.view.outcomes = Some(outcomes);
        }
        let progress = self.engine.progress();
        let same = match (&progress, &self.view.training) {
            (Some(new), Some(old)) => Arc::ptr_eq(new, old),
            (None, None) => true,
            _ => false,
        };
        if !same {
            self.take_progress(progress);
        }
    }

    fn take_progress(&mut self, progress: Option<Arc<Progress>>) {
        if let Some(progress) = &progress
            && progress.run == self.training_run
        {
            self.learned = Some(progress.policy.clone());
            self.trained = true;
            self.dirty.path = true;
            self.dirty.book = true;
            self.dirty.policy = true;
            self.dirty.liquidity = true;
            let full = self.view.outcomes.as_ref().is_some_and(|outcomes| {
                outcomes.run == self.simulation_run && outcomes.paths == outcomes.wanted
            });
            let running = progress.phase == Phase::Running;
            if !running || (full && self.clock - self.asked_at > REFRESH) {
                self.dirty.distribution = true;
            }
        }
        self.view.training = progress;
    }

    /// Takes in one event.
    pub fn hear_event(&mut self, event: Event) {
        match event {
            Event::WorkerPanicked { worker, message } => self.tell(Notice::error(
                format!("The {worker} stopped by an error of its own and was started again"),
                message,
            )),
            Event::TrainingFailed { run, message } if run == self.training_run => {
                self.tell(Notice::error("Training could not go on", message));
            }
            Event::AutosaveFailed { message } => self.tell(Notice::error(
                "The training run could not be kept for later",
                message,
            )),
            Event::TrainingFinished { run } if run == self.training_run => {
                self.training_finished();
            }
            Event::TrainingFailed { .. } | Event::TrainingFinished { .. } => {}
        }
    }
}
