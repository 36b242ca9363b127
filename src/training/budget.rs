//! The loop of training: step, report, ask whether to go on.

use super::{Trainer, TrainingError};
use std::ops::ControlFlow;

/// Iterations after which weights of a neighbouring scenario fit a new one about as well as they
/// ever will (`tests/retraining.rs`).
pub const RETRAIN_ITERATIONS: usize = 600;

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

/// Trains until the budget is used up or `ask`, which sees the trainer after each iteration, says
/// to stop. The last weights are validated in either case. `clock` tells the seconds that count
/// against a budget in seconds; it may have started before, to count preparations too.
///
/// # Errors
/// When the loss or a weight is no longer finite; the trainer's best policy is still good.
pub fn train(
    trainer: &mut Trainer,
    budget: Budget,
    clock: &dyn Fn() -> f64,
    ask: &mut dyn FnMut(&Trainer) -> ControlFlow<()>,
) -> Result<Ending, TrainingError> {
    let mut plan = Plan::new(trainer, budget, clock);
    let mut ending = Ending::Finished;
    while !plan.is_over(trainer) {
        let before = clock();
        let step = trainer.step()?;
        if step.checked.is_some() {
            plan.reserve = plan.reserve.max(clock() - before);
        }
        if ask(trainer).is_break() {
            ending = Ending::Stopped;
            break;
        }
    }
    trainer.validate()?;
    Ok(ending)
}

/// When the budget is used up.
struct Plan<'a> {
    clock: &'a dyn Fn() -> f64,
    seconds: Option<f64>,
    start: f64,
    first_share: f64,
    /// Seconds kept for the last validation.
    reserve: f64,
}

impl<'a> Plan<'a> {
    fn new(trainer: &mut Trainer, budget: Budget, clock: &'a dyn Fn() -> f64) -> Self {
        let batch = trainer.scenario().training.batch as u64;
        match budget {
            Budget::Scenario | Budget::Seconds(_) => {}
            Budget::Iterations(count) => trainer.set_iterations(count),
            Budget::Paths(count) => trainer.set_iterations(count.div_ceil(batch)),
        }
        Self {
            clock,
            seconds: match budget {
                Budget::Seconds(seconds) => Some(seconds),
                _ => None,
            },
            start: clock(),
            first_share: trainer.share(),
            reserve: 0.0,
        }
    }

    /// Also tells the trainer how much of the time has passed.
    fn is_over(&self, trainer: &mut Trainer) -> bool {
        let Some(seconds) = self.seconds else {
            return trainer.is_finished();
        };
        let whole = (seconds - self.start - self.reserve).max(1e-9);
        let passed = ((self.clock)() - self.start) / whole;
        let left = 1.0 - self.first_share;
        trainer.set_share(left.mul_add(passed.min(1.0), self.first_share));
        passed >= 1.0
    }
}
