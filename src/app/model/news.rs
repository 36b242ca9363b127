//! What the workers have to say.

use super::Model;
use crate::app::notice::Notice;
use crate::app::session::{Cause, Heard, Learned};
use crate::crash;
use crate::engine::Event;
use crate::policy::LearnedPolicy;

/// What went wrong, with the place of the report where there is one.
fn with_report(message: String) -> String {
    match crash::report() {
        Some(path) => format!("{message}\nA report of the error is in {}.", path.display()),
        None => message,
    }
}

impl Model {
    pub(super) fn hear(&mut self) {
        let events: Vec<Event> = self.engine.events().collect();
        for event in events {
            self.hear_event(event);
        }
        if let Some(outcomes) = self.engine.outcomes()
            && outcomes.run <= self.asked.run
        {
            self.outcomes = Some(outcomes);
        }
        self.hear_files();
        self.hear_progress();
    }

    fn hear_progress(&mut self) {
        let Some(progress) = self.engine.progress() else {
            return;
        };
        let policy = Some(progress.policy.clone());
        match self.session.run.hear(&progress) {
            Heard::Nothing => {}
            Heard::Started { run, cause, left } => {
                self.session.park(left);
                self.session.parked.retain(|parked| parked.run != run);
                self.take_started(cause, policy, run);
            }
            Heard::More { run } => {
                if self.session.learned.run == Some(run) {
                    self.session.learned.policy = policy;
                }
            }
        }
    }

    /// The policy of a run that has begun.
    fn take_started(&mut self, cause: Cause, policy: Option<LearnedPolicy>, run: u64) {
        let session = &mut self.session;
        session.started_by_itself = cause.follows_an_edit();
        let learned = Learned {
            policy,
            run: Some(run),
            made: match cause {
                Cause::Refine | Cause::RefineEdit => true,
                Cause::Asked | Cause::Edit => false,
                Cause::Earlier | Cause::Parked => session.learned.made,
            },
        };
        match cause {
            Cause::Asked | Cause::Refine => session.take_policy(learned, false),
            Cause::Edit | Cause::RefineEdit => session.take_policy(learned, true),
            Cause::Earlier => session.learned = learned,
            Cause::Parked if session.learned.run == Some(run) => session.learned = learned,
            Cause::Parked => {}
        }
    }

    /// Takes in one event.
    pub fn hear_event(&mut self, event: Event) {
        match event {
            Event::WorkerPanicked {
                worker,
                run,
                message,
            } => {
                match worker {
                    "training" => {
                        self.session.run.fail(run);
                    }
                    "comparison" => {}
                    "measurement" | "contest" => self.gap_worker_broke_down(worker),
                    // What is on screen may be of another scenario.
                    _ if run == self.asked.run && !self.is_answered() => self.outcomes = None,
                    _ => {}
                }
                self.tell(Notice::error(
                    format!("The {worker} stopped by an error of its own and was started again"),
                    with_report(message),
                ));
            }
            Event::TrainingStarted { run, note } => {
                self.hear_progress();
                let left = self.session.run.replaced_by(run);
                self.session.park(left);
                if let Some(note) = note {
                    self.tell(Notice::info(note));
                }
            }
            Event::TrainingGivenUp { run, .. } => {
                self.session.run.fail(run);
            }
            Event::TrainingFailed { run, message, .. } => {
                self.hear_progress();
                if self.session.run.fail(run) {
                    self.tell(Notice::error("Training could not go on", message));
                }
            }
            Event::AutosaveFailed { message } => self.tell(Notice::error(
                "The training run could not be kept for later",
                message,
            )),
            Event::TrainingFinished { run } => {
                if self.session.learned.run == Some(run) {
                    self.retrain_at = Some(self.clock);
                }
            }
        }
    }
}
