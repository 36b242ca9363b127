//! The desk for sweeps: one worker that looks at the results of a sweep as they come, wherever they are computed,
//! and computes those that are missing when somebody asks for it.
//!
//! It looks about once a second, and reads only what is new. What is computed here leaves a thread for the rest
//! of the window, holds on between two steps of a training when it is told to, and is in the folder as soon as
//! it is done: whoever comes back goes on from there.

mod gate;
mod look;
mod open;
mod said;
mod work;

pub(super) use said::Message;
pub use said::{LoadedCell, SweepJob, SweepNews, SweepSeen};
pub use work::{SweepPhase, SweepWork};

use super::{Wake, panic_message};
use crate::sweep::{Folder, Meant, Results, SweepError};
use arc_swap::ArcSwapOption;
use open::Open;
use said::Ending;
use std::any::Any;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::time::Duration;
use work::Work;

/// How often a folder is looked at in which somebody else may work, and one in which work is done here.
const LOOK: Duration = Duration::from_secs(1);
const PACE: Duration = Duration::from_millis(250);

pub(super) struct Worker {
    pub messages: Receiver<Message>,
    pub sender: Sender<Message>,
    pub slot: Arc<ArcSwapOption<SweepSeen>>,
    pub news: Sender<SweepNews>,
    pub wake: Wake,
    pub state: State,
}

/// What the worker knows.
#[derive(Default)]
pub(super) struct State {
    /// What came while something else was done.
    waiting: VecDeque<Message>,
    runs: u64,
    open: Option<Open>,
    work: Option<Work>,
}

impl Worker {
    pub fn run(mut self) {
        loop {
            let message = self.next();
            if matches!(message, Some(Message::Quit)) {
                return self.end();
            }
            // What is open stays as it was.
            let served = catch_unwind(AssertUnwindSafe(|| {
                if let Some(message) = message {
                    self.obey(message);
                }
                self.look();
            }));
            if let Err(payload) = served {
                self.broke_down(payload.as_ref());
            }
        }
    }

    /// The next message; `None` when it is time to look.
    fn next(&mut self) -> Option<Message> {
        if let Some(message) = self.state.waiting.pop_front() {
            return Some(message);
        }
        let Some(pace) = self.pace() else {
            return Some(self.messages.recv().unwrap_or(Message::Quit));
        };
        match self.messages.recv_timeout(pace) {
            Ok(message) => Some(message),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => Some(Message::Quit),
        }
    }

    /// When to look next; never where nothing can come.
    fn pace(&self) -> Option<Duration> {
        let open = self.state.open.as_ref()?;
        if self.is_working() {
            return Some(PACE);
        }
        let may_come = open.results.folder().is_some() && open.results.waiting().next().is_some();
        may_come.then_some(LOOK)
    }

    fn is_working(&self) -> bool {
        let work = self.state.work.as_ref();
        work.is_some_and(|work| work.phase() == SweepPhase::Running)
    }

    fn obey(&mut self, message: Message) {
        match message {
            Message::Job(job) => self.serve(job),
            Message::Failed(reason) => self.tell(SweepNews::Failed(reason)),
            Message::Ended(run, ended) if run == self.state.runs => self.ended(ended),
            // Of a sweep that is looked at no more; or nothing to do.
            Message::Ended(..) | Message::Done | Message::Quit => {}
        }
    }

    fn serve(&mut self, job: SweepJob) {
        match job {
            SweepJob::Open { sweep, again } => self.open(&sweep, again),
            SweepJob::Start(folder) => {
                if let Err(error) = self.start(folder) {
                    self.tell(SweepNews::NotStarted(error.to_string()));
                }
            }
            SweepJob::Pause => self.on_work(Work::pause),
            SweepJob::Resume => self.on_work(Work::resume),
            SweepJob::Stop => self.on_work(Work::stop),
            SweepJob::Load { index, pin } => self.load(index, pin),
            SweepJob::Close => {
                self.on_work(Work::stop);
                self.state.open = None;
                self.slot.store(None);
                self.wake.call();
            }
        }
    }

    fn open(&mut self, sweep: &Meant, again: bool) {
        let source = sweep.path().to_owned();
        match Open::of(sweep) {
            Ok(open) => {
                self.on_work(Work::stop);
                self.state.work = None;
                self.state.runs += 1;
                self.state.open = Some(open);
                self.show();
                self.tell(SweepNews::Opened { source, again });
            }
            Err(_) if again => {}
            Err(error) => self.tell(SweepNews::NotOpened {
                path: source,
                reason: error.to_string(),
            }),
        }
    }

    fn start(&mut self, folder: PathBuf) -> Result<(), SweepError> {
        let over = |work: &Work| work.phase().is_over();
        if !self.state.work.as_ref().is_none_or(over) {
            return Ok(());
        }
        let Some(open) = &mut self.state.open else {
            return Ok(());
        };
        let plan = open.results.plan().clone();
        let prepared = Folder::prepare(&folder, &plan, false)?;
        prepared.tidy();
        if open
            .results
            .folder()
            .is_none_or(|known| known.path() != folder)
        {
            open.results = Results::of(Some(prepared.clone()), plan.as_ref().clone())?;
            open.folder = folder;
        }
        let work = Work::begin(plan, prepared, (self.state.runs, self.sender.clone()))?;
        self.state.work = Some(work);
        self.show();
        Ok(())
    }

    fn ended(&mut self, ended: Ending) {
        let Some(work) = &mut self.state.work else {
            return;
        };
        let phase = work.end(!matches!(ended, Ending::Well));
        self.look();
        let open = self.state.open.as_ref();
        if let (SweepPhase::Finished, Some(open)) = (phase, open) {
            self.tell(SweepNews::Finished {
                title: open.results.plan().spec().title.clone(),
                cells: open.results.there(),
            });
        }
        if let Ending::Broken(reason) = ended {
            self.tell(SweepNews::Failed(reason));
        }
        self.show();
    }

    fn load(&self, index: usize, pin: bool) {
        let Some(open) = &self.state.open else {
            return;
        };
        self.tell(match open.results.loaded(index) {
            Ok((scenario, policy)) => SweepNews::Loaded(Box::new(LoadedCell {
                name: open.results.plan().told(index),
                scenario,
                policy,
                pin,
            })),
            Err(error) => SweepNews::Failed(error.to_string()),
        });
    }

    fn on_work(&mut self, change: fn(&mut Work)) {
        if let Some(work) = &mut self.state.work {
            change(work);
            self.show();
        }
    }

    fn end(mut self) {
        if let Some(work) = &mut self.state.work {
            work.stop();
            work.join();
        }
    }

    fn show(&self) {
        let Some(open) = &self.state.open else {
            return;
        };
        self.slot.store(Some(Arc::new(SweepSeen {
            run: self.state.runs,
            source: open.source.clone(),
            folder: open.folder.clone(),
            results: Arc::new(open.results.clone()),
            seconds: open.seconds,
            work: self.state.work.as_ref().map(Work::seen),
        })));
        self.wake.call();
    }

    /// Tells whoever asked; one that is gone needs no telling.
    fn tell(&self, news: SweepNews) {
        let _gone = self.news.send(news);
        self.wake.call();
    }

    fn broke_down(&mut self, payload: &(dyn Any + Send)) {
        let said = panic_message(payload);
        self.tell(SweepNews::Failed(format!(
            "by an error of the program's own: {said}"
        )));
    }
}

/// Threads that compute: one is left for the rest of the window.
pub(super) fn threads() -> usize {
    rayon::current_num_threads().saturating_sub(1).max(1)
}
