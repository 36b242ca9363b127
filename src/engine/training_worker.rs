//! The worker that trains: a loop of *look for orders, step, show progress from time to time*.

use super::inbox::Inbox;
use super::mailbox::Mailbox;
use super::preparation::{Preparation, Prepared, Unprepared};
use super::run::{Phase, Progress, Run, Starting};
use super::saver::Letter;
use super::{Event, Pace, Report as Reporter, panic_message};
use crate::policy::LearnedPolicy;
use crate::scenario::Scenario;
use crate::training::{Checkpoint, Interrupt, TrainingError};
use arc_swap::ArcSwapOption;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// Runs that stay parked; beyond, the oldest is dropped.
const PARKED: usize = 16;

/// Where a training run begins.
#[derive(Clone, Debug)]
pub enum Beginning {
    /// A policy that was made for this scenario at once.
    Made(LearnedPolicy),
    /// From the delta hedge.
    Delta,
    /// From the weights of a policy; afresh if its network has another shape.
    Weights(LearnedPolicy),
    /// Where the last run was left, as kept in the checkpoint: going on if it was running.
    Checkpoint,
    /// Where this run was when another one took its place.
    Parked,
}

/// What the training worker is told. An order about a run that is no longer there does nothing.
#[derive(Clone, Debug)]
pub enum Order {
    /// Begin a run. It takes the place of the run in progress once it is prepared; that one is
    /// parked then, and stays if this one cannot start or is no longer wanted.
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
    /// Unfinished runs that gave way to others, the latest last.
    pub parked: Vec<(u64, Checkpoint)>,
    pub report: Reporter,
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
        let preparation = Preparation {
            number,
            orders: &mut self.orders,
            slot: &self.slots.starting,
            wake: &self.report.wake,
            checkpoint: self.checkpoint.as_ref().map(|(path, _)| path.as_path()),
            parked: &self.parked,
        };
        let prepared = catch_unwind(AssertUnwindSafe(|| preparation.run(scenario, from)))
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
                    mut trainer,
                    watched,
                    paused,
                    note,
                } = prepared;
                trainer.heed(&self.interrupt);
                let run = Run::new(number, trainer, &watched, paused);
                self.park(number, live.replace(run));
                if let Some(run) = live.as_mut() {
                    self.show(run);
                }
                self.keep(live.as_mut());
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

    /// Keeps an unfinished run aside that gives way to run `number`, which itself is no longer aside.
    fn park(&mut self, number: u64, before: Option<Run>) {
        self.parked.retain(|(parked, _)| *parked != number);
        if let Some(before) = before.filter(|run| run.phase.is_live()) {
            self.parked.push((before.number, before.checkpoint()));
        }
        if self.parked.len() > PARKED {
            self.parked.remove(0);
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
                run.stepped(&step);
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
