//! The loop of training: step, report, ask whether to go on. The one place of training that reads
//! the clock, for budgets in seconds.

use super::{Report, Trainer, TrainingError};
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

/// How long to train.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Budget {
    /// The scenario's number of iterations.
    Scenario,
    /// Wall time; the learning rate follows the share of it that has passed.
    Seconds(f64),
    /// Number of iterations in all.
    Iterations(u64),
    /// Number of training paths in all.
    Paths(u64),
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The budget is used up.
    Finished,
    /// The watcher asked to stop.
    Stopped,
}

/// Trains until the budget is used up or `ask`, which sees a report after each iteration, says to
/// stop. The last weights are validated in either case.
///
/// # Errors
/// When the loss or a weight is no longer finite; the trainer's best policy is still good.
pub fn train(
    trainer: &mut Trainer,
    budget: Budget,
    ask: &mut dyn FnMut(&Report) -> ControlFlow<()>,
) -> Result<Ending, TrainingError> {
    let mut clock = Clock::new(trainer, budget);
    let mut ending = Ending::Finished;
    while !clock.is_over(trainer) {
        let before = clock.start.elapsed();
        let step = trainer.step()?;
        if step.checked.is_some() {
            clock.reserve = clock.reserve.max(clock.start.elapsed().saturating_sub(before));
        }
        if ask(&trainer.report()).is_break() {
            ending = Ending::Stopped;
            break;
        }
    }
    trainer.validate()?;
    Ok(ending)
}

/// When the budget is used up.
struct Clock {
    start: Instant,
    seconds: Option<f64>,
    first_share: f64,
    /// Time kept for the last validation.
    reserve: Duration,
}

impl Clock {
    fn new(trainer: &mut Trainer, budget: Budget) -> Self {
        let batch = trainer.scenario().training.batch as u64;
        match budget {
            Budget::Scenario | Budget::Seconds(_) => {}
            Budget::Iterations(count) => trainer.set_iterations(count),
            Budget::Paths(count) => trainer.set_iterations(count.div_ceil(batch)),
        }
        let seconds = match budget {
            Budget::Seconds(seconds) => Some(seconds),
            _ => None,
        };
        Self {
            start: Instant::now(),
            seconds,
            first_share: trainer.share(),
            reserve: Duration::ZERO,
        }
    }

    /// Also tells the trainer how much of the time has passed.
    fn is_over(&self, trainer: &mut Trainer) -> bool {
        let Some(seconds) = self.seconds else {
            return trainer.is_finished();
        };
        let left = seconds - self.reserve.as_secs_f64();
        let passed = self.start.elapsed().as_secs_f64() / left.max(1e-9);
        trainer.set_share(self.first_share + (1.0 - self.first_share) * passed.min(1.0));
        passed >= 1.0
    }
}
