//! The background threads: commands in, events and snapshots out. Knows no window.
//!
//! What must arrive (an error, the end of a run) goes by channel as an [`Event`]; what may be
//! skipped (the state of a distribution, the progress of a training run) lies in a slot that holds
//! the latest value. After either, a [`Wake`] is called. A watcher that is slow or gone never slows
//! the work. A panic in a worker becomes an event, and the worker starts afresh.

mod against;
mod books_reader;
mod contest_worker;
mod costs_worker;
mod curve;
mod explorer_worker;
mod export;
mod file_desk;
mod fitting;
mod gap_worker;
mod history_reader;
mod inbox;
mod mailbox;
mod milestones;
mod pins;
mod preparation;
mod price_worker;
mod recorder;
mod replay_worker;
mod report;
mod rivals_worker;
mod run;
mod saver;
mod simulation_worker;
mod soft_band_worker;
mod sweep_desk;
mod termination;
mod training_worker;
mod tunings;
mod tutor;
mod watched;

pub use against::Against;
pub use books_reader::{BooksReading, BooksSeen, BooksToRead, NoBooks};
pub use contest_worker::{ContestFound, ContestRequest, Contestants, Verdict};
pub use costs_worker::{Costs, CostsRequest};
pub use explorer_worker::{ExploreRequest, Explored};
pub use export::{Export, Exported, Form, What};
pub use file_desk::{
    FileDesk, FileJob, FileNews, Keep, Opened, Over, OwnJob, OwnPresets, Save, claim, is_weights,
};
pub use fitting::{FitSeen, Fitting};
pub use gap_worker::{GapAnswer, GapFound, GapRequest};
pub use history_reader::{HistoryReading, MarketOf, NotSeen, PricesSeen, PricesToRead};
pub use milestones::Milestone;
pub use pins::{Pin, Pinned, PinnedOutcomes, Reference, brought as pins_brought};
pub use price_worker::{PriceRequest, Priced};
pub use recorder::Recording;
pub use replay_worker::{Replay, ReplayRequest, Replayed};
pub use report::{Event, Wake};
pub use rivals_worker::{RivalsReady, RivalsRequest};
pub use run::{Phase, Progress, Starting};
pub use simulation_worker::{Outcomes, Request, StrategyOutcome, compared};
pub use soft_band_worker::{SoftBandRequest, SoftBandTuned};
pub use sweep_desk::{LoadedCell, SweepJob, SweepNews, SweepPhase, SweepSeen, SweepWork};
pub use termination::on_termination;
pub use training_worker::{Beginning, Order};
pub use tutor::{Tutor, TutorJob, TutorNews};

use crate::training::Interrupt;
use arc_swap::ArcSwapOption;
use mailbox::Mailbox;
use report::{Asked, Report, panic_message};
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{Builder, JoinHandle};
use std::time::{Duration, Instant};

/// Most that closing waits for workers to come to a stop.
const CLOSING: Duration = Duration::from_millis(400);

/// Shortest time between two snapshots of a training run (microseconds), set by the watcher.
type Pace = Arc<AtomicU64>;

/// The workers and what they have to say.
pub struct Engine {
    requests: Arc<Mailbox<Request>>,
    replays: Arc<Mailbox<ReplayRequest>>,
    rivals: Arc<Mailbox<RivalsRequest>>,
    costs: Arc<Mailbox<CostsRequest>>,
    prices: Arc<Mailbox<PriceRequest>>,
    soft_bands: Arc<Mailbox<SoftBandRequest>>,
    maps: Arc<Mailbox<ExploreRequest>>,
    gaps: Arc<Mailbox<GapRequest>>,
    contests: Arc<Mailbox<ContestRequest>>,
    orders: Sender<Order>,
    interrupt: Interrupt,
    events: Receiver<Event>,
    outcomes: Arc<ArcSwapOption<Outcomes>>,
    replayed: Arc<ArcSwapOption<Replayed>>,
    rivals_ready: Arc<ArcSwapOption<RivalsReady>>,
    costs_found: Arc<ArcSwapOption<Costs>>,
    priced: Arc<ArcSwapOption<Priced>>,
    soft_band: Arc<ArcSwapOption<SoftBandTuned>>,
    explored: Arc<ArcSwapOption<Explored>>,
    gap: Arc<ArcSwapOption<GapFound>>,
    contest: Arc<ArcSwapOption<ContestFound>>,
    training: training_worker::Slots,
    pace: Pace,
    threads: Vec<JoinHandle<()>>,
    files: FileDesk,
    tutor: Tutor,
    sweeps: Sender<sweep_desk::Message>,
    sweep: Arc<ArcSwapOption<SweepSeen>>,
    sweep_news: Receiver<SweepNews>,
    saver: Option<(Arc<Mailbox<saver::Letter>>, JoinHandle<()>)>,
    wake: Wake,
}

impl Engine {
    /// Starts the workers. A training run in progress is kept in `checkpoint` from time to time,
    /// and when the engine is dropped.
    ///
    /// # Errors
    /// When the system gives no threads.
    pub fn start(wake: Wake, checkpoint: Option<PathBuf>) -> io::Result<Self> {
        let (event_sender, events) = channel();
        let report = Report {
            events: event_sender,
            wake,
        };
        let (orders, order_receiver) = channel();
        let (sweeps, sweep_messages) = channel();
        let (sweep_teller, sweep_news) = channel();
        let mut engine = Self {
            requests: Arc::default(),
            replays: Arc::default(),
            rivals: Arc::default(),
            costs: Arc::default(),
            prices: Arc::default(),
            soft_bands: Arc::default(),
            maps: Arc::default(),
            gaps: Arc::default(),
            contests: Arc::default(),
            orders,
            interrupt: Interrupt::default(),
            events,
            outcomes: Arc::default(),
            replayed: Arc::default(),
            rivals_ready: Arc::default(),
            costs_found: Arc::default(),
            priced: Arc::default(),
            soft_band: Arc::default(),
            explored: Arc::default(),
            gap: Arc::default(),
            contest: Arc::default(),
            training: training_worker::Slots::default(),
            pace: Arc::new(AtomicU64::new(33_000)),
            threads: Vec::new(),
            files: FileDesk::start(report.wake.clone())?,
            tutor: Tutor::start(report.wake.clone())?,
            sweeps,
            sweep: Arc::default(),
            sweep_news,
            saver: None,
            wake: report.wake.clone(),
        };
        let simulation = simulation_worker::Worker::new(
            engine.requests.clone(),
            engine.outcomes.clone(),
            report.clone(),
        );
        let replay = replay_worker::Worker {
            requests: engine.replays.clone(),
            slot: engine.replayed.clone(),
            report: report.clone(),
        };
        let rivals = rivals_worker::Worker {
            requests: engine.rivals.clone(),
            slot: engine.rivals_ready.clone(),
            report: report.clone(),
        };
        if let Some(path) = &checkpoint {
            let saver = saver::Saver {
                letters: Arc::default(),
                path: path.clone(),
                report: report.clone(),
            };
            let letters = saver.letters.clone();
            engine.saver = Some((letters, spawn("saver", || saver.run())?));
        }
        let letters = engine.saver.as_ref().map(|(letters, _)| letters.clone());
        let training = training_worker::Worker {
            orders: inbox::Inbox::new(order_receiver),
            slots: engine.training.clone(),
            pace: engine.pace.clone(),
            interrupt: engine.interrupt.clone(),
            checkpoint: checkpoint.zip(letters),
            parked: Vec::new(),
            report: report.clone(),
        };
        let sweep = sweep_desk::Worker {
            messages: sweep_messages,
            sender: engine.sweeps.clone(),
            slot: engine.sweep.clone(),
            news: sweep_teller,
            wake: report.wake.clone(),
            state: sweep_desk::State::default(),
        };
        engine.threads = vec![
            spawn("simulation", || simulation.run())?,
            spawn("replay", || replay.run())?,
            spawn("rivals", || rivals.run())?,
            spawn("training", || training.run())?,
            spawn("sweep", || sweep.run())?,
        ];
        let looked_at = engine.start_what_is_looked_at(&report)?;
        engine.threads.extend(looked_at);
        Ok(engine)
    }

    /// Starts those that work only while somebody looks or asks.
    fn start_what_is_looked_at(&self, report: &Report) -> io::Result<Vec<JoinHandle<()>>> {
        let costs = costs_worker::Worker {
            requests: self.costs.clone(),
            slot: self.costs_found.clone(),
            report: report.clone(),
        };
        let prices = price_worker::Worker {
            requests: self.prices.clone(),
            slot: self.priced.clone(),
            report: report.clone(),
        };
        let soft_bands = soft_band_worker::Worker {
            requests: self.soft_bands.clone(),
            slot: self.soft_band.clone(),
            report: report.clone(),
        };
        let explorer = explorer_worker::Worker {
            requests: self.maps.clone(),
            slot: self.explored.clone(),
            report: report.clone(),
        };
        let gaps = gap_worker::Worker {
            requests: self.gaps.clone(),
            slot: self.gap.clone(),
            report: report.clone(),
        };
        let contests = contest_worker::Worker {
            requests: self.contests.clone(),
            slot: self.contest.clone(),
            report: report.clone(),
        };
        Ok(vec![
            spawn("costs", || costs.run())?,
            spawn("prices", || prices.run())?,
            spawn("soft band", || soft_bands.run())?,
            spawn("explorer", || explorer.run())?,
            spawn("measurement", || gaps.run())?,
            spawn("contest", || contests.run())?,
        ])
    }

    /// Asks for the distribution of a scenario; an older request is abandoned.
    pub fn simulate(&self, request: Request) {
        self.requests.put(request);
    }

    /// Gives an order to the training worker.
    pub fn train(&self, order: Order) {
        // The worker lives as long as the engine.
        let _gone = self.orders.send(order);
        self.interrupt.raise();
    }

    /// Asks what every strategy does on one path; an older request is abandoned.
    pub fn replay(&self, request: ReplayRequest) {
        self.replays.put(request);
    }

    /// Asks for the strategies that a hedge by hand is measured against; an older request is abandoned.
    pub fn prepare_rivals(&self, request: RivalsRequest) {
        self.rivals.put(request);
    }

    /// Asks where the money went on average; an older request is abandoned.
    pub fn take_apart(&self, request: CostsRequest) {
        self.costs.put(request);
    }

    /// Asks what an option costs to hedge against a parameter; an older request is abandoned.
    pub fn price(&self, request: PriceRequest) {
        self.prices.put(request);
    }

    /// Asks for the soft band that takes trades apart in a scenario; an older request is abandoned.
    pub fn tune_soft_band(&self, request: SoftBandRequest) {
        self.soft_bands.put(request);
    }

    /// Asks what a policy does over two axes; an older request is abandoned.
    pub fn explore(&self, request: ExploreRequest) {
        self.maps.put(request);
    }

    /// Asks how far from the best what is made at once is; an older request is abandoned.
    pub fn measure_gap(&self, request: GapRequest) {
        self.gaps.put(request);
    }

    /// Asks who is better on common paths; an older request is abandoned.
    pub fn compare(&self, request: ContestRequest) {
        self.contests.put(request);
    }

    /// Asks the desk for sweeps for something.
    pub fn sweep(&self, job: SweepJob) {
        // The worker lives as long as the engine.
        let _gone = self.sweeps.send(sweep_desk::Message::Job(job));
    }

    /// The sweep that is looked at, as far as it is known.
    #[must_use]
    pub fn sweep_seen(&self) -> Option<Arc<SweepSeen>> {
        self.sweep.load_full()
    }

    /// What the desk for sweeps has to say since the last call.
    pub fn sweep_news(&self) -> impl Iterator<Item = SweepNews> + '_ {
        self.sweep_news.try_iter()
    }

    /// The desk for files. It is the last to go: what was asked of it is written.
    #[must_use]
    pub fn files(&self) -> &FileDesk {
        &self.files
    }

    /// The tutor, who reads lessons and measures what they ask for.
    #[must_use]
    pub fn tutor(&self) -> &Tutor {
        &self.tutor
    }

    /// Wakes the window, for work that is done [`aside`].
    #[must_use]
    pub fn wake(&self) -> Wake {
        self.wake.clone()
    }

    /// Events since the last call.
    pub fn events(&self) -> impl Iterator<Item = Event> + '_ {
        self.events.try_iter()
    }

    /// The latest distribution.
    #[must_use]
    pub fn outcomes(&self) -> Option<Arc<Outcomes>> {
        self.outcomes.load_full()
    }

    /// The path asked for last that is ready.
    #[must_use]
    pub fn replayed(&self) -> Option<Arc<Replayed>> {
        self.replayed.load_full()
    }

    /// Those asked for last that are ready.
    #[must_use]
    pub fn rivals(&self) -> Option<Arc<RivalsReady>> {
        self.rivals_ready.load_full()
    }

    /// The latest of where the money went on average.
    #[must_use]
    pub fn costs(&self) -> Option<Arc<Costs>> {
        self.costs_found.load_full()
    }

    /// The latest prices.
    #[must_use]
    pub fn priced(&self) -> Option<Arc<Priced>> {
        self.priced.load_full()
    }

    /// The soft band tuned last.
    #[must_use]
    pub fn soft_band(&self) -> Option<Arc<SoftBandTuned>> {
        self.soft_band.load_full()
    }

    /// The latest map of a policy.
    #[must_use]
    pub fn explored(&self) -> Option<Arc<Explored>> {
        self.explored.load_full()
    }

    /// How far the measurement of a gap is that was asked for last, or what came of it.
    #[must_use]
    pub fn gap(&self) -> Option<Arc<GapFound>> {
        self.gap.load_full()
    }

    /// Who was better, of those asked about last.
    #[must_use]
    pub fn contest(&self) -> Option<Arc<ContestFound>> {
        self.contest.load_full()
    }

    /// The latest state of the training run that began last; one that another has taken the place
    /// of is never seen again.
    #[must_use]
    pub fn progress(&self) -> Option<Arc<Progress>> {
        self.training.progress.load_full()
    }

    /// The training run that is being prepared.
    #[must_use]
    pub fn starting(&self) -> Option<Arc<Starting>> {
        self.training.starting.load_full()
    }

    /// Sets the shortest time between two snapshots of a training run; at least a thirtieth of a
    /// second. A watcher that draws slowly asks for fewer, so that training keeps its speed.
    pub fn set_pace(&self, interval: Duration) {
        let micros = u64::try_from(interval.as_micros()).unwrap_or(u64::MAX);
        self.pace.store(micros.max(33_000), Ordering::Relaxed);
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.requests.close();
        self.replays.close();
        self.rivals.close();
        self.costs.close();
        self.prices.close();
        self.soft_bands.close();
        self.maps.close();
        self.gaps.close();
        self.contests.close();
        let _gone = self.sweeps.send(sweep_desk::Message::Quit);
        self.train(Order::Quit);
        let began = Instant::now();
        while began.elapsed() < CLOSING && !self.threads.iter().all(JoinHandle::is_finished) {
            std::thread::sleep(Duration::from_millis(1));
        }
        // One that is at something it cannot break off ends with the process; it holds nothing that
        // was not handed over. A worker's panic was caught and reported inside.
        for thread in self.threads.drain(..).filter(JoinHandle::is_finished) {
            let _ended = thread.join();
        }
        // What is to be kept is written first.
        if let Some((letters, thread)) = self.saver.take() {
            letters.finish();
            let _ended = thread.join();
        }
    }
}

/// A worker on a thread of its own.
fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> io::Result<JoinHandle<()>> {
    Builder::new().name(name.into()).spawn(work)
}

/// Does `work` on a thread of its own and wakes the watcher; `None` when the system gives no
/// thread. For questions to the system that may take as long as a person takes.
pub fn aside<T: Send + 'static>(
    name: &str,
    wake: Wake,
    work: impl FnOnce() -> T + Send + 'static,
) -> Option<Receiver<T>> {
    let (sender, receiver) = channel();
    Builder::new()
        .name(name.into())
        .spawn(move || {
            // Whoever asked may be gone by now.
            let _gone = sender.send(work());
            wake.call();
        })
        .ok()
        .map(|_thread| receiver)
}

#[cfg(test)]
mod tests;
