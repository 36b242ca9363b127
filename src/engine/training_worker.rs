//! The worker that trains: a loop of *look for orders, step, show progress from time to time*.

use super::inbox::Inbox;
use super::mailbox::Mailbox;
use super::run::{Phase, Progress, Run, Starting};
use super::saver::Letter;
use super::{Event, Pace, Report as Reporter, panic_message};
use crate::files;
use crate::policy::LearnedPolicy;
use crate::scenario::Scenario;
use crate::training::checkpoint::Watched;
use crate::training::{
    Checkpoint, CheckpointError, Interrupt, Start, Trainer, TrainingError, Watch,
};
use arc_swap::ArcSwapOption;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// Where a training run begins.
#[derive(Clone, Debug)]
pub enum Beginning {
    /// From the delta hedge.
    Delta,
    /// From the weights of a policy; afresh if its network has another shape.
    Weights(LearnedPolicy),
    /// Where the last run was left, as kept in the checkpoint: going on if it was running.
    Checkpoint,
}

/// What the training worker is told. An order about a run that is no longer there does nothing.
#[derive(Clone, Debug)]
pub enum Order {
    /// Begin a run. It takes the place of the run in progress once it is prepared; that one stays
    /// if this one cannot start or is no longer wanted.
    Start {
        /// Comes back with progress and events.
        run: u64,
        /// What to train for; a checkpoint brings its own.
        scenario: Box<Scenario>,
        /// Where to begin.
        from: Beginning,
    },
    /// Hold on.
    Pause {
        /// Which run.
        run: u64,
    },
    /// Go on.
    Resume {
        /// Which run.
        run: u64,
    },
    /// End the run; its policy stays. A run that is being prepared is given up.
    Stop {
        /// Which run.
        run: u64,
    },
    /// End any run and forget it and its checkpoint.
    Reset,
    /// End the thread, keeping a run in progress.
    Quit,
}

/// Where the worker's news lies for whoever looks.
#[derive(Clone, Default)]
pub(super) struct Slots {
    pub starting: Arc<ArcSwapOption<Starting>>,
    pub progress: Arc<ArcSwapOption<Progress>>,
}

pub(super) struct Worker {
    pub orders: Inbox,
    pub slots: Slots,
    pub pace: Pace,
    /// Raised with each order, so that a long step is broken off for it.
    pub interrupt: Interrupt,
    /// Where to keep a run for a later start, and the way there.
    pub checkpoint: Option<(PathBuf, Arc<Mailbox<Letter>>)>,
    pub report: Reporter,
}

/// A run that is prepared.
struct Prepared {
    trainer: Trainer,
    watched: Watched,
    paused: bool,
    note: Option<String>,
}

/// Why a run does not start.
enum Unprepared {
    /// It is no longer wanted.
    GivenUp,
    Failed(String),
}

impl From<TrainingError> for Unprepared {
    fn from(error: TrainingError) -> Self {
        match error {
            TrainingError::Interrupted => Self::GivenUp,
            error => Self::Failed(error.to_string()),
        }
    }
}

impl Worker {
    pub fn run(mut self) {
        let mut run: Option<Run> = None;
        loop {
            self.interrupt.lower();
            let running = run.as_ref().is_some_and(|run| run.phase == Phase::Running);
            let order = self.orders.next(!running);
            if matches!(order, Some(Order::Quit)) {
                self.keep(run.as_mut());
                return;
            }
            // A run that panics is dropped whole.
            let served = catch_unwind(AssertUnwindSafe(|| match order {
                Some(order) => self.obey(order, &mut run),
                None => self.step(&mut run),
            }));
            if let Err(payload) = served {
                let number = run.take().map_or(0, |run| run.number);
                self.slots.progress.store(None);
                self.report.event(Event::WorkerPanicked {
                    worker: "training",
                    run: number,
                    message: panic_message(payload.as_ref()),
                });
            }
        }
    }

    fn obey(&mut self, order: Order, run: &mut Option<Run>) {
        match order {
            Order::Start {
                run: number,
                scenario,
                from,
            } => self.start(number, &scenario, from, run),
            Order::Pause { run: number } => {
                self.change_phase(run, number, Phase::Running, Phase::Paused);
            }
            Order::Resume { run: number } => {
                self.change_phase(run, number, Phase::Paused, Phase::Running);
            }
            Order::Stop { run: number } => {
                if let Some(mut stopped) = run.take_if(|run| run.number == number) {
                    self.judge_last(&mut stopped);
                    stopped.enter(Phase::Stopped);
                    self.show(&mut stopped);
                    self.forget();
                }
            }
            Order::Reset => {
                *run = None;
                self.slots.progress.store(None);
                self.forget();
                self.report.wake.call();
            }
            Order::Quit => {}
        }
    }

    /// Prepares a run and, when that succeeds, puts it in the place of the one before.
    fn start(&mut self, number: u64, scenario: &Scenario, from: Beginning, live: &mut Option<Run>) {
        // Whatever happens meanwhile, the run before is safe.
        self.keep(live.as_mut());
        let prepared = catch_unwind(AssertUnwindSafe(|| self.prepare(number, scenario, from)))
            .unwrap_or_else(|payload| {
                let said = panic_message(payload.as_ref());
                Err(Unprepared::Failed(format!(
                    "by a fault of the program: {said}"
                )))
            });
        let stays = live.as_ref().map(|run| run.number);
        match prepared {
            Ok(prepared) => {
                let Prepared {
                    trainer,
                    watched,
                    paused,
                    note,
                } = prepared;
                let run = live.insert(Run::new(number, trainer, &watched, paused));
                self.show(run);
                self.keep(Some(run));
                self.slots.starting.store(None);
                self.report
                    .event(Event::TrainingStarted { run: number, note });
            }
            Err(reason) => {
                self.slots.starting.store(None);
                self.report.event(match reason {
                    Unprepared::GivenUp => Event::TrainingGivenUp { run: number, stays },
                    Unprepared::Failed(message) => Event::TrainingFailed {
                        run: number,
                        message,
                        stays,
                    },
                });
            }
        }
    }

    fn prepare(
        &mut self,
        number: u64,
        scenario: &Scenario,
        from: Beginning,
    ) -> Result<Prepared, Unprepared> {
        #[cfg(test)]
        assert_ne!(number, super::tests::BROKEN, "as a test asks");
        let kept = match (&from, &self.checkpoint) {
            (Beginning::Checkpoint, Some((path, _))) => Some(read_kept(path)?),
            (Beginning::Checkpoint, None) => {
                return Err(Unprepared::Failed("no training run was kept".into()));
            }
            _ => None,
        };
        let watched = kept
            .as_ref()
            .and_then(|kept| kept.training.as_ref())
            .map_or_else(Watched::default, |training| training.watched.clone());
        let mut starting = Starting {
            run: number,
            share: 0.0,
            paused: kept.is_some() && !watched.running,
        };
        let (slots, wake, orders) = (&self.slots, &self.report.wake, &mut self.orders);
        let mut told = None;
        let mut watch = |share: f64| {
            let before = starting.paused;
            if !orders.still_wants(number, &mut starting.paused) {
                return ControlFlow::Break(());
            }
            starting.share = share;
            let long_ago =
                told.is_none_or(|told: Instant| told.elapsed() > Duration::from_millis(33));
            if long_ago || starting.paused != before {
                slots.starting.store(Some(Arc::new(starting.clone())));
                wake.call();
                told = Some(Instant::now());
            }
            ControlFlow::Continue(())
        };
        let _wanted = watch(0.0);
        let (mut trainer, note) = match (from, kept) {
            (Beginning::Checkpoint, Some(kept)) => {
                let resumed = Trainer::resume_watched(kept, &mut watch);
                (resumed.map_err(|error| self.refused(error))?, None)
            }
            (Beginning::Weights(policy), _) => from_weights(scenario, policy, &mut watch)?,
            _ => {
                let seed = scenario.seed;
                let fresh = Trainer::watched(scenario, &Start::Fresh, seed, &mut watch)?;
                (fresh, None)
            }
        };
        trainer.heed(&self.interrupt);
        // Nobody keeps a clock here.
        trainer.count_iterations();
        Ok(Prepared {
            trainer,
            watched,
            paused: starting.paused,
            note,
        })
    }

    /// A checkpoint that is whole but cannot be gone on with would be refused at each start.
    fn refused(&self, error: TrainingError) -> Unprepared {
        match (error, &self.checkpoint) {
            (TrainingError::Interrupted, _) => Unprepared::GivenUp,
            (error, Some((path, _))) => Unprepared::Failed(aside(path, &error.to_string())),
            (error, None) => Unprepared::Failed(error.to_string()),
        }
    }

    fn step(&self, slot: &mut Option<Run>) {
        let Some(run) = slot else { return };
        let began = Instant::now();
        let result = if run.trainer.is_finished() {
            run.trainer.validate().map(|_last| None)
        } else {
            run.trainer.step().map(Some)
        };
        run.spent(began.elapsed());
        match result {
            // There is an order to look at.
            Err(TrainingError::Interrupted) => {}
            Err(error) => {
                run.enter(Phase::Failed);
                self.end(run, |run| Event::TrainingFailed {
                    run,
                    message: error.to_string(),
                    stays: None,
                });
                *slot = None;
            }
            Ok(None) => {
                run.enter(Phase::Finished);
                self.end(run, |run| Event::TrainingFinished { run });
                *slot = None;
            }
            Ok(Some(step)) => {
                run.losses.push(step.iteration as f64, step.loss);
                self.look_after(run);
            }
        }
    }

    fn end(&self, run: &mut Run, event: impl FnOnce(u64) -> Event) {
        self.show(run);
        self.forget();
        self.report.event(event(run.number));
    }

    /// Shows and keeps a run from time to time.
    fn look_after(&self, run: &mut Run) {
        let pace = Duration::from_micros(self.pace.load(Ordering::Relaxed));
        if run.shown.elapsed() >= pace {
            self.show(run);
        }
        if run.is_due() {
            self.keep(Some(run));
        }
    }

    fn change_phase(&self, run: &mut Option<Run>, number: u64, from: Phase, to: Phase) {
        let meant = |run: &&mut Run| run.number == number && run.phase == from;
        if let Some(run) = run.as_mut().filter(meant) {
            run.enter(to);
            self.show(run);
            self.keep(Some(run));
        }
    }

    fn show(&self, run: &mut Run) {
        self.slots.progress.store(Some(Arc::new(run.progress())));
        run.shown = Instant::now();
        self.report.wake.call();
    }

    /// Judges the last weights, unless a newer order comes.
    fn judge_last(&mut self, run: &mut Run) {
        let orders = &mut self.orders;
        loop {
            // The flag may have been raised for the order that is being obeyed.
            self.interrupt.lower();
            let judged = run.trainer.judge_aside(&mut |_share| {
                if orders.has_news() {
                    ControlFlow::Break(())
                } else {
                    ControlFlow::Continue(())
                }
            });
            let again = matches!(judged, Err(TrainingError::Interrupted)) && !orders.has_news();
            // Where it fails, the best weights so far stay.
            if !again {
                return;
            }
        }
    }

    /// Hands the state of an unfinished run over to be written.
    fn keep(&self, run: Option<&mut Run>) {
        if let (Some(run), Some((_, letters))) = (run, &self.checkpoint) {
            letters.put(Letter::Keep(Box::new(run.checkpoint())));
            run.saved = Instant::now();
        }
    }

    /// Lets the checkpoint of a run that is over be removed.
    fn forget(&self) {
        if let Some((_, letters)) = &self.checkpoint {
            letters.put(Letter::Forget);
        }
    }
}

/// From the weights of a policy, or afresh, with the reason, where they do not fit.
fn from_weights(
    scenario: &Scenario,
    policy: LearnedPolicy,
    watch: &mut Watch<'_>,
) -> Result<(Trainer, Option<String>), TrainingError> {
    let seed = scenario.seed;
    match Trainer::watched(scenario, &Start::Weights(policy), seed, watch) {
        Err(TrainingError::OtherShape { found, wanted }) => {
            let trainer = Trainer::watched(scenario, &Start::Fresh, seed, watch)?;
            let note = format!(
                "The policy so far has {found}, the scenario asks for {wanted}: training starts afresh"
            );
            Ok((trainer, Some(note)))
        }
        trainer => Ok((trainer?, None)),
    }
}

/// The run that was kept. A file that cannot be one is set aside, so that it is told of once.
fn read_kept(path: &Path) -> Result<Checkpoint, Unprepared> {
    Checkpoint::read(path).map_err(|error| {
        let message = error.to_string();
        Unprepared::Failed(match error {
            CheckpointError::Refused { .. } => aside(path, &message),
            _ => message,
        })
    })
}

/// Sets a file aside and says so.
fn aside(path: &Path, reason: &str) -> String {
    match files::set_aside(path) {
        Ok(kept) => format!("{reason}; it was set aside as {}", kept.display()),
        Err(error) => format!("{reason}; it could not be set aside: {error}"),
    }
}
