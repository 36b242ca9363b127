//! A training run that has begun.

use super::curve::{Curve, Speed};
use super::milestones::{Milestone, Milestones};
use crate::policy::LearnedPolicy;
use crate::scenario::Scenario;
use crate::training::checkpoint::Watched;
use crate::training::{Checkpoint, Report, Step, Trainer};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Time between two checkpoints.
const AUTOSAVE: Duration = Duration::from_secs(20);

/// What a run that has begun is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Stepping.
    Running,
    /// Waiting to go on.
    Paused,
    /// Ended before its last iteration.
    Stopped,
    /// Ended with its last iteration.
    Finished,
    /// Ended by an error.
    Failed,
}

impl Phase {
    /// Whether the run can still go on.
    #[must_use]
    pub fn is_live(self) -> bool {
        matches!(self, Self::Running | Self::Paused)
    }
}

/// A run that is being prepared: its baselines are measured, its validation set is drawn.
#[derive(Clone, Debug)]
pub struct Starting {
    /// Which run.
    pub run: u64,
    /// Share of the preparation that is done, 0 to 1.
    pub share: f64,
    /// Whether it will wait once it is prepared.
    pub paused: bool,
}

/// The state of a training run that has begun.
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
    /// Seconds of training at the iterations of `losses`.
    pub clock: Vec<(f64, f64)>,
    /// What was kept on the way, from where this run began; the latest is the policy as it stands,
    /// unless weights were judged out of turn.
    pub milestones: Arc<Vec<Milestone>>,
    /// The policy as it stands.
    pub policy: LearnedPolicy,
    /// Path-steps a second over the last second or so; absent while not running.
    pub throughput: Option<f64>,
    /// Time spent training, that before an interruption included.
    pub elapsed: Duration,
    /// Time left at the present speed; absent while not running.
    pub left: Option<Duration>,
}

/// A run that has begun, in the worker's hands.
pub(super) struct Run {
    pub number: u64,
    pub trainer: Trainer,
    pub phase: Phase,
    losses: Curve,
    clock: Curve,
    milestones: Milestones,
    pub shown: Instant,
    pub saved: Instant,
    scenario: Arc<Scenario>,
    elapsed: Duration,
    last_step: Duration,
    speed: Speed,
}

impl Run {
    /// A run with a trainer that is prepared; `watched` is what an earlier session kept.
    pub fn new(number: u64, trainer: Trainer, watched: &Watched, paused: bool) -> Self {
        let now = Instant::now();
        let report = trainer.report();
        let elapsed = Duration::try_from_secs_f64(watched.elapsed).unwrap_or_default();
        let clock = evenly(&watched.losses, report.iteration, elapsed);
        let scenario = Arc::new(trainer.scenario().clone());
        let mut run = Self {
            number,
            scenario,
            trainer,
            phase: if paused {
                Phase::Paused
            } else {
                Phase::Running
            },
            losses: Curve::from_points(&watched.losses, report.iteration),
            clock: Curve::from_points(&clock, report.iteration),
            milestones: Milestones::default(),
            elapsed,
            last_step: Duration::ZERO,
            shown: now,
            saved: now,
            speed: Speed::new(now),
        };
        run.mark();
        run
    }

    /// Goes into another phase.
    pub fn enter(&mut self, phase: Phase) {
        self.phase = phase;
        self.mark();
        self.speed = Speed::new(Instant::now());
    }

    /// Time spent on a step.
    pub fn spent(&mut self, time: Duration) {
        self.elapsed += time;
        self.last_step = time;
    }

    /// A step was made.
    pub fn stepped(&mut self, step: &Step) {
        let at = step.iteration as f64;
        self.losses.push(at, step.loss);
        self.clock.push(at, self.elapsed.as_secs_f64());
        if step.checked.is_some() {
            self.mark();
        }
    }

    /// Remembers what is kept now, if that is something new.
    fn mark(&mut self) {
        let checked = self.trainer.report().kept;
        let latest = self.milestones.list().last().map(|last| last.checked);
        if latest != Some(checked) {
            self.milestones.push(Milestone {
                checked,
                policy: self.trainer.policy(),
            });
        }
    }

    /// Whether it is time to keep the run: soon where steps take long, for closing does not wait
    /// for one.
    pub fn is_due(&self) -> bool {
        let slow = self.last_step > Duration::from_millis(200);
        self.saved.elapsed() >= if slow { AUTOSAVE / 10 } else { AUTOSAVE }
    }

    /// What a later start needs to go on.
    pub fn checkpoint(&self) -> Checkpoint {
        let mut checkpoint = self.trainer.checkpoint();
        if let Some(training) = &mut checkpoint.training {
            training.watched = Watched {
                losses: self.losses.points().to_vec(),
                elapsed: self.elapsed.as_secs_f64(),
                running: self.phase == Phase::Running,
            };
        }
        checkpoint
    }

    /// How the run stands.
    pub fn progress(&mut self) -> Progress {
        let report = self.trainer.report();
        let running = self.phase == Phase::Running;
        let speed = self.speed.at(Instant::now(), report.path_steps as f64);
        let throughput = speed.filter(|_| running);
        let remaining = report.iterations.saturating_sub(report.iteration) as f64;
        let left = throughput.filter(|speed| *speed > 0.0).map(|speed| {
            let batch = self.scenario.training.batch as f64;
            let seconds = remaining * batch * self.scenario.steps as f64 / speed;
            Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX)
        });
        Progress {
            run: self.number,
            phase: self.phase,
            scenario: self.scenario.clone(),
            report,
            losses: self.losses.points().to_vec(),
            clock: self.clock.points().to_vec(),
            milestones: self.milestones.list(),
            policy: self.trainer.policy(),
            throughput,
            elapsed: self.elapsed,
            left,
        }
    }
}

/// Seconds at iterations of an earlier session, as if each had taken as long.
fn evenly(losses: &[(f64, f64)], iterations: u64, elapsed: Duration) -> Vec<(f64, f64)> {
    let each = elapsed.as_secs_f64() / iterations.max(1) as f64;
    losses.iter().map(|(at, _)| (*at, at * each)).collect()
}
