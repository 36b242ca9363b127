//! The desk for sweeps: one worker that looks at the results of a sweep as they come, wherever they are computed,
//! and computes those that are missing when somebody asks for it.
//!
//! It looks about once a second, and reads only what is new. What is computed here leaves a thread for the rest
//! of the window, holds on between two steps of a training when it is told to, and is in the folder as soon as
//! it is done: whoever comes back goes on from there.

mod gate;
mod work;

pub use work::{SweepPhase, SweepWork};

use super::{Wake, panic_message};
use crate::policy::LearnedPolicy;
use crate::scenario::Scenario;
use crate::sweep::{Cell, Folder, Meant, Plan, Results, SweepError, estimate};
use arc_swap::ArcSwapOption;
use std::any::Any;
use std::collections::VecDeque;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};
use work::Work;

/// How often a folder is looked at in which somebody else may work, and one in which work is done here.
const LOOK: Duration = Duration::from_secs(1);
const PACE: Duration = Duration::from_millis(250);

/// What the desk is asked.
#[derive(Clone, Debug)]
pub enum SweepJob {
    /// Look at a sweep; `again` where it is the one that was looked at in an earlier session.
    Open {
        /// Which.
        sweep: Meant,
        /// Whether nobody asked for it just now.
        again: bool,
    },
    /// Compute what is missing, in this folder.
    Start(PathBuf),
    /// Hold on.
    Pause,
    /// Go on.
    Resume,
    /// End the work; what is done stays.
    Stop,
    /// Read what a cell is of; `pin` comes back with it.
    Load {
        /// Its number.
        index: usize,
        /// What it is wanted for.
        pin: bool,
    },
    /// Look at no sweep any more; work that is done here ends.
    Close,
}

/// What a worker of the desk hears.
pub(super) enum Message {
    Job(SweepJob),
    /// A cell is done here.
    Done,
    /// A cell cannot be done.
    Failed(String),
    /// The work done here for the sweep of this number has ended.
    Ended(u64, Ending),
    /// The engine is closed.
    Quit,
}

/// How work that is done here ended.
pub(super) enum Ending {
    /// It came to the end, or was stopped.
    Well,
    /// Cells failed, each of which was told.
    WithoutSome,
    /// By something that concerns all cells.
    Broken(String),
}

/// What the desk has to say.
#[derive(Debug)]
pub enum SweepNews {
    /// A sweep is looked at.
    Opened {
        /// What was opened.
        source: PathBuf,
        /// Whether nobody asked for it just now.
        again: bool,
    },
    /// It is none.
    NotOpened {
        /// What was to be opened.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// The work cannot start.
    NotStarted(String),
    /// The work cannot go on, or a cell of it cannot be made, or a result does not read.
    Failed(String),
    /// All cells are there.
    Finished {
        /// What the sweep is called.
        title: String,
        /// How many.
        cells: usize,
    },
    /// What a cell is of.
    Loaded(Box<LoadedCell>),
}

/// What a cell is of.
#[derive(Clone, Debug)]
pub struct LoadedCell {
    /// What it is called.
    pub name: String,
    /// Its scenario.
    pub scenario: Scenario,
    /// The network that was trained for it, where one was.
    pub policy: Option<LearnedPolicy>,
    /// Whether it is to be laid beside the present scenario.
    pub pin: bool,
}

/// A sweep that is looked at.
#[derive(Clone, Debug)]
pub struct SweepSeen {
    /// Counts the sweeps that were opened.
    pub run: u64,
    /// What was opened.
    pub source: PathBuf,
    /// Where its results are, or would be.
    pub folder: PathBuf,
    /// What is there.
    pub results: Arc<Results>,
    /// Seconds that what is missing will take on the threads here, about; absent until that is found out.
    pub seconds: Option<f64>,
    /// The work that is or was done here.
    pub work: Option<SweepWork>,
}

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

/// The sweep that is open.
struct Open {
    source: PathBuf,
    folder: PathBuf,
    results: Results,
    seconds: Option<f64>,
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
            // What has ended may be of a sweep that is looked at no more.
            Message::Done | Message::Quit | Message::Ended(..) => {}
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
        match opened(sweep) {
            Ok((results, folder)) => {
                self.on_work(Work::stop);
                self.state.work = None;
                self.state.runs += 1;
                self.state.open = Some(Open {
                    source: source.clone(),
                    folder,
                    results,
                    seconds: None,
                });
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

    /// Reads what is new, shows it from time to time, and finds out how long the rest will take.
    fn look(&mut self) {
        while !self.look_for_a_while() {}
        if self.state.waiting.is_empty() {
            self.find_out_how_long();
        }
    }

    /// Reads what is new, as long as nobody asks for anything else; whether that was all.
    fn look_for_a_while(&mut self) -> bool {
        let (messages, waiting) = (&self.messages, &mut self.state.waiting);
        let Some(open) = &mut self.state.open else {
            return true;
        };
        let (begun, there) = (Instant::now(), open.results.there());
        let mut whole = true;
        let wrong = open.results.look(&|_| true, &mut |_| {
            waiting.extend(messages.try_iter());
            if waiting.is_empty() && begun.elapsed() < PACE {
                return ControlFlow::Continue(());
            }
            whole = false;
            ControlFlow::Break(())
        });
        let asked = !waiting.is_empty();
        let news = open.results.there() != there;
        for error in wrong {
            self.tell(SweepNews::Failed(error.to_string()));
        }
        if news || self.is_working() {
            self.show();
        }
        whole || asked
    }

    /// Works for a moment on a cell, once, where nothing is computed yet.
    fn find_out_how_long(&mut self) {
        let Some(open) = &mut self.state.open else {
            return;
        };
        if open.seconds.is_some() || self.state.work.is_some() {
            return;
        }
        let cells: Vec<Cell> = open.results.waiting().copied().collect();
        let begun = Instant::now();
        let clock = || begun.elapsed().as_secs_f64();
        let plan = open.results.plan().clone();
        let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build();
        let seconds = match pool {
            Ok(pool) => pool.install(|| estimate(&plan, &cells, &clock)),
            Err(_) => return,
        };
        // A cell that cannot be trained is told when it is its turn.
        open.seconds = Some(seconds.map_or(f64::NAN, |seconds| seconds / threads() as f64));
        self.show();
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

/// A sweep, and the folder of its results. That of a spec lies beside it and is called as it is; where it is
/// there already and of the same sweep, its results are shown.
fn opened(sweep: &Meant) -> Result<(Results, PathBuf), SweepError> {
    match sweep {
        Meant::Folder(folder) => Ok((Results::open(folder)?, folder.clone())),
        Meant::Spec(file) => {
            let plan = Plan::load(file)?;
            let folder = file.with_extension("");
            let there = Folder::open(&folder).ok();
            let same = |other: &Plan| {
                let texts = other.texts().ok().zip(plan.texts().ok());
                texts.is_some_and(|(one, other)| one == other)
            };
            let there = there.filter(|(_, other)| same(other));
            let there = there.map(|(known, _)| known);
            Ok((Results::of(there, plan)?, folder))
        }
    }
}
