//! The worker that trains: a loop of *step, look for orders, show progress from time to time*.

use super::{Event, Pace, Report as Reporter, panic_message};
use crate::files;
use crate::policy::LearnedPolicy;
use crate::scenario::Scenario;
use crate::training::{Checkpoint, Report, Start, Trainer};
use arc_swap::ArcSwapOption;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, TryRecvError};
use std::time::{Duration, Instant};

/// Time between two checkpoints.
const AUTOSAVE: Duration = Duration::from_secs(20);
/// Points kept of the loss curve; beyond, neighbours are averaged.
const CURVE: usize = 600;

/// Where a training run begins.
#[derive(Clone, Debug)]
pub enum Beginning {
    /// From the delta hedge.
    Delta,
    /// From the weights of a policy.
    Weights(LearnedPolicy),
    /// Where the last run was left, as kept in the checkpoint.
    Checkpoint,
}

/// What the training worker is told.
#[derive(Clone, Debug)]
pub enum Order {
    /// Begin a run; one in progress is dropped.
    Start {
        /// Comes back with progress and events.
        run: u64,
        /// What to train for; a checkpoint brings its own.
        scenario: Box<Scenario>,
        /// Where to begin.
        from: Beginning,
        /// Whether to wait for [`Order::Resume`] before the first step.
        paused: bool,
    },
    /// Hold on after the present step.
    Pause,
    /// Go on.
    Resume,
    /// End the run; its policy stays.
    Stop,
    /// End the run and forget it and its checkpoint.
    Reset,
    /// End the thread, keeping a run in progress.
    Quit,
}

/// What a run is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Stepping.
    Running,
    /// Waiting to go on.
    Paused,
    /// Stopped before its last iteration.
    Stopped,
    /// Through all its iterations.
    Finished,
}

/// The state of a training run.
#[derive(Clone, Debug)]
pub struct Progress {
    /// Which run.
    pub run: u64,
    /// What it is doing.
    pub phase: Phase,
    /// What it is trained for.
    pub scenario: Arc<Scenario>,
    /// The trainer's own figures.
    pub report: Report,
    /// Loss by iteration, thinned to a few hundred points.
    pub losses: Vec<(f64, f64)>,
    /// The policy as it stands.
    pub policy: LearnedPolicy,
    /// Path-steps a second over the last second or so; absent while not running.
    pub throughput: Option<f64>,
    /// Time spent training.
    pub elapsed: Duration,
    /// Time left at the present speed; absent while not running.
    pub left: Option<Duration>,
}

pub(super) struct Worker {
    orders: Receiver<Order>,
    slot: Arc<ArcSwapOption<Progress>>,
    pace: Pace,
    checkpoint: Option<PathBuf>,
    report: Reporter,
}

/// A run in progress.
struct Run {
    number: u64,
    trainer: Trainer,
    scenario: Arc<Scenario>,
    phase: Phase,
    losses: Curve,
    elapsed: Duration,
    shown: Instant,
    saved: Instant,
    speed: Speed,
}

impl Worker {
    pub fn new(
        orders: Receiver<Order>,
        slot: Arc<ArcSwapOption<Progress>>,
        pace: Pace,
        checkpoint: Option<PathBuf>,
        report: Reporter,
    ) -> Self {
        Self {
            orders,
            slot,
            pace,
            checkpoint,
            report,
        }
    }

    pub fn run(self) {
        let mut run: Option<Run> = None;
        loop {
            let running = run.as_ref().is_some_and(|run| run.phase == Phase::Running);
            let order = if running {
                match self.orders.try_recv() {
                    Ok(order) => Some(order),
                    Err(TryRecvError::Empty) => None,
                    Err(TryRecvError::Disconnected) => Some(Order::Quit),
                }
            } else {
                Some(self.orders.recv().unwrap_or(Order::Quit))
            };
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
                run = None;
                self.slot.store(None);
                self.report.event(Event::WorkerPanicked {
                    worker: "training",
                    message: panic_message(payload.as_ref()),
                });
            }
        }
    }

    fn obey(&self, order: Order, run: &mut Option<Run>) {
        match order {
            Order::Start {
                run: number,
                scenario,
                from,
                paused,
            } => *run = self.begin(number, &scenario, from, paused),
            Order::Pause => self.change_phase(run, Phase::Running, Phase::Paused),
            Order::Resume => self.change_phase(run, Phase::Paused, Phase::Running),
            Order::Stop => {
                if let Some(run) = run.as_mut() {
                    judge_last(run);
                }
                self.change_phase(run, Phase::Running, Phase::Stopped);
                self.change_phase(run, Phase::Paused, Phase::Stopped);
                self.forget();
                *run = None;
            }
            Order::Reset => {
                *run = None;
                self.slot.store(None);
                self.forget();
                self.report.wake.call();
            }
            Order::Quit => {}
        }
    }

    fn begin(
        &self,
        number: u64,
        scenario: &Scenario,
        from: Beginning,
        paused: bool,
    ) -> Option<Run> {
        #[cfg(test)]
        assert_ne!(number, super::tests::BROKEN, "as a test asks");
        let trainer = match from {
            Beginning::Delta => Trainer::new(scenario, &Start::Fresh, scenario.seed)
                .map_err(|error| error.to_string()),
            Beginning::Weights(policy) => {
                Trainer::new(scenario, &Start::Weights(policy), scenario.seed)
                    .map_err(|error| error.to_string())
            }
            Beginning::Checkpoint => {
                let path = self.checkpoint.as_ref()?;
                Checkpoint::read(path)
                    .map_err(|error| error.to_string())
                    .and_then(|kept| Trainer::resume(kept).map_err(|error| error.to_string()))
            }
        };
        let trainer = match trainer {
            Ok(trainer) => trainer,
            Err(message) => {
                self.report.event(Event::TrainingFailed {
                    run: number,
                    message,
                });
                return None;
            }
        };
        let now = Instant::now();
        let mut run = Run {
            number,
            scenario: Arc::new(trainer.scenario().clone()),
            trainer,
            phase: if paused {
                Phase::Paused
            } else {
                Phase::Running
            },
            losses: Curve::default(),
            elapsed: Duration::ZERO,
            shown: now,
            saved: now,
            speed: Speed::new(now),
        };
        self.show(&mut run);
        Some(run)
    }

    fn step(&self, slot: &mut Option<Run>) {
        let Some(run) = slot else { return };
        let began = Instant::now();
        let step = run.trainer.step();
        run.elapsed += began.elapsed();
        match step {
            Err(error) => {
                run.phase = Phase::Stopped;
                self.show(run);
                self.report.event(Event::TrainingFailed {
                    run: run.number,
                    message: error.to_string(),
                });
            }
            Ok(step) => {
                run.losses.push(step.iteration as f64, step.loss);
                if run.trainer.is_finished() {
                    judge_last(run);
                    run.phase = Phase::Finished;
                    self.show(run);
                    self.forget();
                    self.report
                        .event(Event::TrainingFinished { run: run.number });
                }
            }
        }
        if run.phase != Phase::Running {
            *slot = None;
            return;
        }
        let pace = Duration::from_micros(self.pace.load(Ordering::Relaxed));
        if run.shown.elapsed() >= pace {
            self.show(run);
        }
        if run.saved.elapsed() >= AUTOSAVE {
            self.keep(Some(run));
        }
    }

    fn change_phase(&self, run: &mut Option<Run>, from: Phase, to: Phase) {
        if let Some(run) = run.as_mut().filter(|run| run.phase == from) {
            run.phase = to;
            run.speed = Speed::new(Instant::now());
            self.show(run);
            if to == Phase::Paused {
                self.keep(Some(run));
            }
        }
    }

    fn show(&self, run: &mut Run) {
        let report = run.trainer.report();
        let running = run.phase == Phase::Running;
        let speed = run.speed.at(Instant::now(), report.path_steps as f64);
        let throughput = speed.filter(|_| running);
        let remaining = report.iterations.saturating_sub(report.iteration) as f64;
        let left = throughput.filter(|speed| *speed > 0.0).map(|speed| {
            let batch = run.scenario.training.batch as f64;
            let seconds = remaining * batch * run.scenario.steps as f64 / speed;
            Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX)
        });
        let progress = Progress {
            run: run.number,
            phase: run.phase,
            scenario: run.scenario.clone(),
            report,
            losses: run.losses.points.clone(),
            policy: run.trainer.policy(),
            throughput,
            elapsed: run.elapsed,
            left,
        };
        self.slot.store(Some(Arc::new(progress)));
        run.shown = Instant::now();
        self.report.wake.call();
    }

    /// Writes the checkpoint of an unfinished run.
    fn keep(&self, run: Option<&mut Run>) {
        let (Some(run), Some(path)) = (run, &self.checkpoint) else {
            return;
        };
        if let Err(error) = run.trainer.checkpoint().write(path) {
            self.report.event(Event::AutosaveFailed {
                message: error.to_string(),
            });
        }
        run.saved = Instant::now();
    }

    /// Removes the checkpoint of a run that is over.
    fn forget(&self) {
        if let Some(path) = &self.checkpoint
            && let Err(error) = files::remove(path)
        {
            self.report.event(Event::AutosaveFailed {
                message: error.to_string(),
            });
        }
    }
}

/// Validates the last weights, so that the best ones are known; where that fails, the best so far
/// stay.
fn judge_last(run: &mut Run) {
    let _kept = run.trainer.validate();
}

/// A curve of at most [`CURVE`] points: when full, neighbours are merged.
#[derive(Default)]
struct Curve {
    points: Vec<(f64, f64)>,
    pending: (f64, f64),
    weight: f64,
    stride: u32,
}

impl Curve {
    fn push(&mut self, x: f64, y: f64) {
        self.pending.0 += x;
        self.pending.1 += y;
        self.weight += 1.0;
        if self.weight < f64::from(self.stride.max(1)) {
            return;
        }
        let weight = self.weight;
        self.points
            .push((self.pending.0 / weight, self.pending.1 / weight));
        self.pending = (0.0, 0.0);
        self.weight = 0.0;
        if self.points.len() >= CURVE {
            let merge = |pair: &[(f64, f64)]| {
                let n = pair.len() as f64;
                let sum = pair.iter().fold((0.0, 0.0), |s, p| (s.0 + p.0, s.1 + p.1));
                (sum.0 / n, sum.1 / n)
            };
            self.points = self.points.chunks(2).map(merge).collect();
            self.stride = self.stride.max(1) * 2;
        }
    }
}

/// Work done a second, smoothed over about a second.
struct Speed {
    since: Instant,
    from: Option<f64>,
    rate: Option<f64>,
}

impl Speed {
    fn new(now: Instant) -> Self {
        Self {
            since: now,
            from: None,
            rate: None,
        }
    }

    fn at(&mut self, now: Instant, work: f64) -> Option<f64> {
        let Some(from) = self.from else {
            self.from = Some(work);
            self.since = now;
            return None;
        };
        let seconds = now.duration_since(self.since).as_secs_f64();
        if seconds > 0.2 {
            let fresh = (work - from) / seconds;
            let keep = (-seconds).exp();
            self.rate = Some(
                self.rate
                    .map_or(fresh, |old| old * keep + fresh * (1.0 - keep)),
            );
            self.from = Some(work);
            self.since = now;
        }
        self.rate
    }
}
