//! The trainer: one iteration at a time, from a scenario to the weights that are kept.

mod begin;
mod plan;
mod standing;

pub use begin::Start;

use super::network::first_weights;
use super::objective::Goal;
use super::optimizer::{Descent, single};
use super::rollout::{Gradient, Rollout, Surface};
use super::rows::{RowSource, Rows};
use super::validation::Validation;
use super::{Checked, Interrupt, Step, TrainingError, Watch};
use crate::policy::LearnedPolicy;
use crate::policy::features::Features;
use crate::scenario::Scenario;
use std::sync::Arc;

/// The averaged weights look back over this share of the iterations so far.
const AVERAGING_SHARE: f64 = 0.05;
/// Recoveries, one after the other, after which training gives up.
const MOST_RECOVERIES: u32 = 12;

/// Training in progress.
#[derive(Debug)]
pub struct Trainer {
    scenario: Scenario,
    seed: u64,
    features: Features,
    rollout: Rollout,
    source: RowSource,
    rows: Rows,
    /// Paths drawn ahead, while the weights were moved, and the first of them.
    ahead: (Rows, Option<u64>),
    gradient: Gradient,
    validation: Validation,
    descent: Descent,
    /// Weights, then the CVaR threshold over the size of errors.
    parameters: Vec<f32>,
    /// Running average of the weights, which is what validation judges.
    average: Vec<f32>,
    /// What is deployed: the best hedge without training until a network beats it.
    kept: (Checked, LearnedPolicy),
    /// Better weights still, judged out of turn because somebody stopped here.
    aside: Option<(Checked, LearnedPolicy)>,
    history: Arc<Vec<Checked>>,
    checks_since_lowest: usize,
    iteration: u64,
    iterations: u64,
    /// Share of the training done, where the caller keeps count of it.
    share: Option<f64>,
    /// Length of the whole training, where the caller counts by the clock (seconds).
    seconds: Option<f64>,
    loss: Option<f64>,
    gradient_norm: f64,
    recoveries: u64,
    interrupt: Interrupt,
}

impl Trainer {
    /// The scenario that is trained for.
    #[must_use]
    pub fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// Seed of the run's paths and first weights.
    #[must_use]
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// The flag by which another thread breaks off what this trainer is computing: `step` and
    /// `validate` then give up with [`TrainingError::Interrupted`] and can be called again.
    #[must_use]
    pub fn interrupt(&self) -> Interrupt {
        self.interrupt.clone()
    }

    /// Heeds this flag instead of one of its own.
    pub fn heed(&mut self, interrupt: &Interrupt) {
        self.interrupt = interrupt.clone();
        self.rollout.heed(interrupt);
    }

    /// One iteration: fresh paths, the objective's gradient, a step of the optimiser; now
    /// and then a validation. Beyond the end of the plan it goes on at the last learning rate.
    ///
    /// Where a number is not finite, training goes back to the weights that are kept, takes half
    /// the learning rate, and does the next iteration instead.
    ///
    /// # Errors
    /// When that has not helped a dozen times: the policy that is kept is as before. When
    /// interrupted: called again, it goes on as if it had not been.
    pub fn step(&mut self) -> Result<Step, TrainingError> {
        self.aside = None;
        // A validation that was broken off is made up for.
        if !self.owes_validation() {
            let mut failures = 0;
            // On the threads that share the work, whoever asks.
            while let Err(error) = rayon::scope(|_| self.iterate()) {
                failures += 1;
                if failures > MOST_RECOVERIES || !matches!(error, TrainingError::NotFinite { .. }) {
                    return Err(error);
                }
                self.recover();
            }
        }
        let due = self.owes_validation();
        Ok(Step {
            iteration: self.iteration,
            loss: self.gradient.loss,
            gradient_norm: self.gradient_norm,
            checked: if due { self.validate()? } else { None },
        })
    }

    /// Whether these weights are among those that are to be validated, and are not yet.
    fn owes_validation(&self) -> bool {
        self.iteration.is_multiple_of(self.validation_interval())
            && self.history.last().map(|last| last.iteration) != Some(self.iteration)
    }

    /// Moves the weights once.
    fn iterate(&mut self) -> Result<(), TrainingError> {
        self.roll_out()?;
        self.gradient_norm = self.clip()?;
        self.descend();
        if !self.parameters.iter().all(|p| p.is_finite()) {
            return Err(self.not_finite("step of the weights"));
        }
        self.iteration += 1;
        self.loss = Some(self.gradient.loss);
        Ok(())
    }

    /// Loss and gradient of this iteration's batch.
    fn roll_out(&mut self) -> Result<(), TrainingError> {
        let first = self.iteration * self.scenario.training.batch as u64;
        if self.ahead.1.take() != Some(first) && self.draw(first).is_none() {
            return Err(TrainingError::Interrupted);
        }
        std::mem::swap(&mut self.rows, &mut self.ahead.0);
        let surface = self.surface();
        let weights = &self.parameters[..self.average.len()];
        self.rollout
            .gradient(weights, &self.rows, surface, &mut self.gradient)
    }

    /// A step of the optimiser, and of the average after it; meanwhile the next batch's paths are
    /// drawn, for the optimiser keeps one thread busy.
    fn descend(&mut self) {
        let rate = self.learning_rate();
        let share = single(1.0 / (1.0 + AVERAGING_SHARE * self.iteration as f64));
        let batch = self.scenario.training.batch;
        let first = (self.iteration + 1) * batch as u64;
        let Self {
            source,
            ahead: (ahead, drawn),
            interrupt,
            descent,
            gradient,
            parameters,
            average,
            ..
        } = self;
        let step = || {
            descent.step(rate, &gradient.weights, parameters);
            for (average, weight) in average.iter_mut().zip(&*parameters) {
                *average += share * (weight - *average);
            }
        };
        let draw = || draw(source, first, batch, ahead, interrupt);
        ((), *drawn) = rayon::join(step, draw);
    }

    /// Draws a batch ahead; none when interrupted.
    fn draw(&mut self, first: u64) -> Option<u64> {
        let batch = self.scenario.training.batch;
        let (source, ahead) = (&mut self.source, &mut self.ahead.0);
        draw(source, first, batch, ahead, &self.interrupt)
    }

    /// Back to weights that are known to be good, slower from there on, and on to other paths.
    fn recover(&mut self) {
        let weights = if self.kept.1.is_untrained() {
            first_weights(&self.scenario, self.seed)
        } else {
            self.kept.1.weights().to_vec()
        };
        let threshold = self.validation.baselines.threshold / self.features.error_size();
        self.parameters.clone_from(&weights);
        self.parameters.push(single(threshold));
        self.average = weights;
        self.descent = Descent::new(&self.scenario, 1, None);
        self.recoveries += 1;
        self.iteration += 1;
    }

    fn not_finite(&self, what: &'static str) -> TrainingError {
        TrainingError::NotFinite {
            what,
            iteration: self.iteration,
        }
    }

    fn surface(&self) -> Surface {
        let size = self.features.error_size();
        let threshold = self.parameters.last().copied().unwrap_or(0.0);
        match Goal::of(&self.scenario) {
            Goal::Rsmse => Surface::Rsmse,
            Goal::Rmse => Surface::Rmse,
            Goal::Cvar { level } => Surface::Cvar {
                level,
                threshold: f64::from(threshold) * size,
                smoothing: (0.05 * self.validation.baselines.spread).max(1e-6 * size),
            },
            Goal::Entropic { aversion } => Surface::Entropic { aversion },
        }
    }

    /// Brings the gradient to a common scale, appends the threshold's, and limits its norm.
    fn clip(&mut self) -> Result<f64, TrainingError> {
        let size = self.features.error_size();
        if !self.gradient.loss.is_finite() {
            return Err(self.not_finite("loss"));
        }
        let gradient = &mut self.gradient;
        // The threshold is counted in sizes of errors, the loss too.
        gradient.weights.push(single(gradient.threshold * size));
        let square: f64 = gradient.weights.iter().map(|g| f64::from(*g).powi(2)).sum();
        let norm = square.sqrt() / size;
        if !norm.is_finite() {
            return Err(self.not_finite("gradient"));
        }
        let limit = self.scenario.training.gradient_clip;
        let factor = single((limit / norm).min(1.0) / size);
        gradient.weights.iter_mut().for_each(|g| *g *= factor);
        Ok(norm)
    }

    /// Judges the averaged weights on the validation set. They are kept if they are as good as the
    /// lowest so far, within two standard errors, and better than every hedge without training by
    /// more than chance. `None` where they are refused: an error on some path is not finite.
    ///
    /// # Errors
    /// When interrupted.
    pub fn validate(&mut self) -> Result<Option<Checked>, TrainingError> {
        if let Some(last) = self.history.last()
            && last.iteration == self.iteration
        {
            return Ok(Some(*last));
        }
        let policy = self.current_policy()?;
        let interrupt = self.interrupt.clone();
        let watch = &mut |_| interrupt.ask();
        let checked = self.validation.check(&policy, self.iteration, watch)?;
        let Some(checked) = checked else {
            self.recover();
            return Ok(None);
        };
        Arc::make_mut(&mut self.history).push(checked);
        if checked.kept {
            self.kept = (checked, policy);
        }
        self.checks_since_lowest = if self.validation.is_lowest(&checked) {
            0
        } else {
            self.checks_since_lowest + 1
        };
        Ok(Some(checked))
    }

    /// Judges the last weights out of turn, for whoever stops here: the policy is then theirs if
    /// they are kept. Training goes on later as if nobody had asked.
    ///
    /// # Errors
    /// When `watch` breaks off; the policy that is kept stays.
    pub fn judge_aside(&mut self, watch: &mut Watch<'_>) -> Result<(), TrainingError> {
        if self.history.last().map(|last| last.iteration) == Some(self.iteration) {
            return Ok(());
        }
        let policy = self.current_policy()?;
        let checked = self
            .validation
            .check_aside(&policy, self.iteration, watch)?;
        if let Some(checked) = checked.filter(|checked| checked.kept) {
            self.aside = Some((checked, policy));
        }
        Ok(())
    }
}

/// Draws the paths from `first` on, and says so; none when interrupted.
fn draw(
    source: &mut RowSource,
    first: u64,
    batch: usize,
    rows: &mut Rows,
    interrupt: &Interrupt,
) -> Option<u64> {
    let filled = source.fill_watched(first, batch, rows, &mut |_| interrupt.ask());
    filled.is_continue().then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::training::Report;

    #[test]
    fn a_trainer_may_move_to_another_thread() {
        const fn may_move<T: Send>() {}
        may_move::<Trainer>();
        may_move::<Report>();
    }
}
