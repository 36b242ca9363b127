//! The work on a sweep that is done here, on a thread of its own.

use super::gate::Gate;
use super::{Ending, Message, threads};
use crate::engine::{panic_message, spawn};
use crate::sweep::{Course, Folder, News, Plan, Run, Share, SweepError};
use crate::training::Interrupt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{SystemTime, UNIX_EPOCH};

/// What work on a sweep is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SweepPhase {
    /// It computes.
    Running,
    /// It holds on.
    Paused,
    /// It comes to an end before its time.
    Stopping,
    /// It came to one.
    Stopped,
    /// All cells are there.
    Finished,
    /// Some cells could not be made.
    Failed,
}

impl SweepPhase {
    /// Whether nothing is done any more.
    #[must_use]
    pub fn is_over(self) -> bool {
        matches!(self, Self::Stopped | Self::Finished | Self::Failed)
    }
}

/// How far the work is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SweepWork {
    /// What it is doing.
    pub phase: SweepPhase,
    /// Share of all cells that is there, those at work by the share of their training.
    pub share: f64,
    /// Seconds left, about.
    pub left: Option<f64>,
    /// Number of threads.
    pub threads: usize,
}

/// The work.
pub(super) struct Work {
    phase: SweepPhase,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

/// What the one who works and the one who watches both know.
struct Shared {
    stop: Interrupt,
    gate: Gate,
    course: Mutex<Course>,
}

impl Shared {
    /// A panic elsewhere leaves the course whole.
    fn course(&self) -> MutexGuard<'_, Course> {
        self.course.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Work {
    /// Begins with what is missing; `run` comes back when it ends.
    ///
    /// # Errors
    /// When a cell cannot be, or the system gives no thread.
    pub fn begin(
        plan: Arc<Plan>,
        folder: Folder,
        (run, told): (u64, Sender<Message>),
    ) -> Result<Self, SweepError> {
        let chains = plan.chains()?;
        let cells = || chains.iter().flat_map(|chain| &chain.cells);
        let there = folder.there(cells())?.len();
        let shared = Arc::new(Shared {
            stop: Interrupt::default(),
            gate: Gate::new(),
            course: Mutex::new(Course::new(cells().count(), there)),
        });
        let own = shared.clone();
        let work = move || {
            let hear = |news: News<'_>| own.hear(&folder, &news, &told);
            let job = Run {
                plan: &plan,
                folder: &folder,
                chains: &chains,
                threads: threads(),
                stop: &own.stop,
                clock: &|| own.gate.seconds(),
                told: &hear,
            };
            let ended = catch_unwind(AssertUnwindSafe(|| job.go()));
            let ended = match ended {
                Ok(Ok(())) => Ending::Well,
                Ok(Err(error)) if error.is_of_one_cell() => Ending::WithoutSome,
                Ok(Err(error)) => Ending::Broken(error.to_string()),
                Err(payload) => Ending::Broken(format!(
                    "by an error of the program's own: {}",
                    panic_message(payload.as_ref())
                )),
            };
            let _gone = told.send(Message::Ended(run, ended));
        };
        let thread = spawn("sweep run", work).map_err(|error| SweepError::Other {
            what: "threads",
            reason: error.to_string(),
        })?;
        Ok(Self {
            phase: SweepPhase::Running,
            shared,
            thread: Some(thread),
        })
    }

    pub fn phase(&self) -> SweepPhase {
        self.phase
    }

    /// How far it is.
    pub fn seen(&self) -> SweepWork {
        let course = self.shared.course();
        SweepWork {
            phase: self.phase,
            share: course.share(),
            left: course.left(self.shared.gate.seconds()),
            threads: threads(),
        }
    }

    /// Holds on before the next step of each training.
    pub fn pause(&mut self) {
        if self.phase == SweepPhase::Running {
            self.shared.gate.close();
            self.phase = SweepPhase::Paused;
        }
    }

    /// Goes on.
    pub fn resume(&mut self) {
        if self.phase == SweepPhase::Paused {
            self.shared.gate.open();
            self.phase = SweepPhase::Running;
        }
    }

    /// Gives up the cells that are at work.
    pub fn stop(&mut self) {
        if !self.phase.is_over() {
            self.shared.stop.raise();
            self.shared.gate.open();
            self.phase = SweepPhase::Stopping;
        }
    }

    /// It has ended; gives back how.
    pub fn end(&mut self, failed: bool) -> SweepPhase {
        let course = self.shared.course();
        let whole = course.done() >= course.cells();
        drop(course);
        self.phase = match (failed, whole) {
            (true, _) => SweepPhase::Failed,
            (false, true) => SweepPhase::Finished,
            (false, false) => SweepPhase::Stopped,
        };
        self.join();
        self.phase
    }

    /// Waits for its end.
    pub fn join(&mut self) {
        if let Some(thread) = self.thread.take() {
            // Its panics were caught and told.
            let _ended = thread.join();
        }
    }
}

impl Shared {
    fn hear(&self, folder: &Folder, news: &News<'_>, told: &Sender<Message>) {
        self.course().hear(news);
        match news {
            News::Done(cell, seconds) => {
                let now = SystemTime::now().duration_since(UNIX_EPOCH);
                let now = now.map_or(0, |passed| passed.as_secs());
                let _best_effort = folder.log_cell(Share::ALL, cell, (now, *seconds));
                let _gone = told.send(Message::Done);
            }
            News::Failed(_, error) => {
                let _gone = told.send(Message::Failed(error.to_string()));
            }
            News::There(_) | News::Training(..) => {}
        }
        self.gate.pass();
    }
}
