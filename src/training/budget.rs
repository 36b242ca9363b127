//! The loop of training: step, report, ask whether to go on.

use super::{Trainer, TrainingError};
use crate::policy::conditioned::shaped;
use crate::scenario::{FieldError, Scenario};
use std::ops::ControlFlow;

/// Iterations after which weights of a neighbouring scenario fit a new one about as well as they
/// ever will (`tests/model/retraining.rs`).
pub const RETRAIN_ITERATIONS: usize = 600;

/// First learning rate of a refinement: what a conditioned policy made is near its end already.
const REFINING_RATE: f64 = 2e-3;

/// `scenario` as a policy that a conditioned one made for it is refined: about a second of training.
///
/// # Errors
/// Never, for a scenario that is valid.
pub fn refinement(scenario: &Scenario) -> Result<Scenario, FieldError> {
    let mut parameters = short_training(scenario)?.into_parameters();
    let training = &mut parameters.training;
    training.learning_rate = training.learning_rate.min(REFINING_RATE);
    training.final_learning_rate = training.final_learning_rate.min(training.learning_rate);
    Scenario::new(parameters)
}

/// `scenario` as a network of the shape of conditioned ones is trained for it in about a second: fewer
/// iterations where there are more dates than usual.
///
/// # Errors
/// Never, for a scenario that is valid.
pub fn short_training(scenario: &Scenario) -> Result<Scenario, FieldError> {
    let mut parameters = shaped(scenario)?.into_parameters();
    let most = RETRAIN_ITERATIONS * USUAL_DATES / parameters.steps.max(USUAL_DATES);
    let training = &mut parameters.training;
    training.iterations = training.iterations.min(most.max(FEWEST_ITERATIONS));
    Scenario::new(parameters)
}

/// Dates up to which a short training has all its iterations, and fewest iterations of one.
const USUAL_DATES: usize = 64;
const FEWEST_ITERATIONS: usize = 40;

/// Share of a budget in seconds that training itself gets, however long its preparation took.
const TRAINING_SHARE: f64 = 0.5;
/// Most that a stopped training takes to judge its last weights (seconds).
const LAST_JUDGEMENT: f64 = 0.5;

/// How long to train.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Budget {
    /// What was planned: the scenario's number of iterations, or what is left of the time of a
    /// training that was interrupted.
    Planned,
    /// Wall time, preparation included, of which training itself gets at least half; the learning
    /// rate follows the share of it that has passed.
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
/// to stop, or the trainer is interrupted. The last weights are judged in either case: in turn at
/// the end, out of turn where it is stopped, so that going on later gives the bits of a training
/// that was not. `clock` tells the seconds that count against a budget in seconds; it may have
/// started before, to count preparations too.
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
    while !plan.is_over(trainer) {
        let before = clock();
        let step = match trainer.step() {
            Err(TrainingError::Interrupted) => return stop(trainer, clock),
            step => step?,
        };
        if step.checked.is_some() {
            plan.reserve = plan.reserve.max(clock() - before);
        }
        if ask(trainer).is_break() {
            return stop(trainer, clock);
        }
    }
    match trainer.validate() {
        Ok(_) => Ok(Ending::Finished),
        Err(TrainingError::Interrupted) => stop(trainer, clock),
        Err(error) => Err(error),
    }
}

/// Judges the last weights if that does not take long.
fn stop(trainer: &mut Trainer, clock: &dyn Fn() -> f64) -> Result<Ending, TrainingError> {
    trainer.interrupt().lower();
    let end = clock() + LAST_JUDGEMENT;
    let judged = trainer.judge_aside(&mut |_| {
        if clock() > end {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    });
    match judged {
        Ok(()) | Err(TrainingError::Interrupted) => Ok(Ending::Stopped),
        Err(error) => Err(error),
    }
}

/// When the budget is used up.
struct Plan<'a> {
    clock: &'a dyn Fn() -> f64,
    /// Seconds for training, from the start on.
    seconds: Option<f64>,
    start: f64,
    first_share: f64,
    /// Seconds kept for the last validation.
    reserve: f64,
}

impl<'a> Plan<'a> {
    fn new(trainer: &mut Trainer, budget: Budget, clock: &'a dyn Fn() -> f64) -> Self {
        let batch = trainer.scenario().training.batch as u64;
        let start = clock();
        let left = 1.0 - trainer.share();
        let seconds = match budget {
            Budget::Planned => {
                let whole = trainer.seconds();
                if whole.is_none() {
                    trainer.count_iterations();
                }
                whole.map(|whole| whole * left)
            }
            Budget::Seconds(seconds) => {
                let seconds = (seconds - start).max(TRAINING_SHARE * seconds);
                trainer.set_seconds(if left > 0.0 { seconds / left } else { seconds });
                Some(seconds)
            }
            Budget::Iterations(count) => {
                trainer.set_iterations(count);
                None
            }
            Budget::Paths(count) => {
                trainer.set_iterations(count.div_ceil(batch));
                None
            }
        };
        Self {
            clock,
            seconds,
            start,
            first_share: trainer.share(),
            reserve: 0.0,
        }
    }

    /// Also tells the trainer how much of the time has passed.
    fn is_over(&self, trainer: &mut Trainer) -> bool {
        let Some(seconds) = self.seconds else {
            return trainer.is_finished();
        };
        let for_steps = seconds - self.reserve.min(0.5 * seconds);
        let passed = if for_steps > 0.0 {
            ((self.clock)() - self.start) / for_steps
        } else {
            1.0
        };
        let left = 1.0 - self.first_share;
        trainer.set_share(left.mul_add(passed.min(1.0), self.first_share));
        passed >= 1.0
    }
}
