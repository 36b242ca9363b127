//! The trainer: one iteration at a time, from a scenario to the best weights found.

use super::checkpoint::{Checkpoint, Progress, Watched};
use super::network::first_weights;
use super::objective::Goal;
use super::optimizer::Descent;
use super::rollout::{Gradient, Rollout, RolloutKind, Surface};
use super::rows::{RowSource, Rows};
use super::validation::{Baselines, Validation};
use super::watch::part;
use super::{Checked, Interrupt, TrainingError, Watch};
use crate::market::Sampling;
use crate::policy::features::Features;
use crate::policy::learned::{layer_widths, weight_count};
use crate::policy::{Base, LearnedPolicy};
use crate::scenario::{Form, Scenario, Schedule};
use crate::units::Purpose;
use serde::Serialize;
use std::ops::ControlFlow;
use std::sync::Arc;

/// Share of the time that validation may take.
const VALIDATION_SHARE: f64 = 0.08;
/// What a training path costs, in validation paths: forward and back instead of forward.
const TRAINING_COST: f64 = 3.0;
/// The averaged weights look back over this share of the iterations so far.
const AVERAGING_SHARE: f64 = 0.05;
/// Most memory that training may take (GB).
const MEMORY_LIMIT: u64 = 8;

/// What training starts from.
#[derive(Clone, Debug)]
pub enum Start {
    /// The base hedge (residual form) or random weights (paper form).
    Fresh,
    /// The weights of a policy of the same shape, perhaps of a neighbouring scenario.
    Weights(LearnedPolicy),
}

/// One iteration.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// Iterations made, this one included.
    pub iteration: u64,
    /// The objective on this iteration's batch (currency).
    pub loss: f64,
    /// Norm of the gradient before clipping (no unit: per premium).
    pub gradient_norm: f64,
    /// The validation, if this iteration ended with one.
    pub checked: Option<Checked>,
}

/// How training stands. Cheap to make and to clone.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// Iterations made.
    pub iteration: u64,
    /// Iterations planned; a budget in seconds does not keep to it.
    pub iterations: u64,
    /// Share of the training that is done, 0 to 1.
    pub share: f64,
    /// Training paths used.
    pub paths: u64,
    /// Path-steps used: paths times trading dates.
    pub path_steps: u64,
    /// The objective on the last batch (currency); absent before the first.
    pub loss: Option<f64>,
    /// Adam's present learning rate.
    pub learning_rate: f64,
    /// Validation of the best weights so far, those that are kept.
    pub best: Checked,
    /// Every validation, in order.
    #[serde(serialize_with = "entries")]
    pub history: Arc<Vec<Checked>>,
    /// Validations since the lowest objective.
    pub checks_since_best: usize,
    /// Validation objective of delta hedging (currency).
    pub delta: f64,
    /// Validation objective of Leland's hedge (currency).
    pub leland: f64,
    /// Number of validation paths.
    pub validation_paths: usize,
    /// How rollouts are computed.
    pub rollout: RolloutKind,
}

fn entries<S: serde::Serializer>(history: &Arc<Vec<Checked>>, to: S) -> Result<S::Ok, S::Error> {
    history.as_ref().serialize(to)
}

/// Training in progress.
#[derive(Debug)]
pub struct Trainer {
    scenario: Scenario,
    seed: u64,
    base: Base,
    /// What the portfolio value is measured in (currency): the premium.
    scale: f64,
    rollout: Rollout,
    source: RowSource,
    rows: Rows,
    gradient: Gradient,
    validation: Validation,
    descent: Descent,
    /// Weights, then the CVaR threshold over `scale`.
    parameters: Vec<f32>,
    /// Running average of the weights, which is what validation judges.
    average: Vec<f32>,
    best: (Checked, LearnedPolicy),
    /// Better weights still, judged out of turn because somebody stopped here.
    aside: Option<(Checked, LearnedPolicy)>,
    history: Arc<Vec<Checked>>,
    checks_since_best: usize,
    iteration: u64,
    iterations: u64,
    /// Share of the training done, where the caller keeps count of it.
    share: Option<f64>,
    /// Length of the whole training, where the caller counts by the clock (seconds).
    seconds: Option<f64>,
    loss: Option<f64>,
    gradient_norm: f64,
    interrupt: Interrupt,
}

impl Trainer {
    /// Prepares training: draws the validation set, measures delta and Leland's hedge on it.
    ///
    /// # Errors
    /// When the weights to start from have another shape, or the scenario asks for too much memory.
    pub fn new(scenario: &Scenario, start: &Start, seed: u64) -> Result<Self, TrainingError> {
        Self::with_rollout(scenario, start, seed, None)
    }

    /// The same under the eyes of `watch`, which is told how much of the preparation is done.
    ///
    /// # Errors
    /// As [`Trainer::new`], and [`TrainingError::Interrupted`] when `watch` breaks off.
    pub fn watched(
        scenario: &Scenario,
        start: &Start,
        seed: u64,
        watch: &mut Watch<'_>,
    ) -> Result<Self, TrainingError> {
        Self::build(scenario, start, seed, None, watch)
    }

    /// The same with a given kind of rollout instead of the one that suits.
    ///
    /// # Errors
    /// As [`Trainer::new`].
    pub fn with_rollout(
        scenario: &Scenario,
        start: &Start,
        seed: u64,
        kind: Option<RolloutKind>,
    ) -> Result<Self, TrainingError> {
        let watch = &mut |_| ControlFlow::Continue(());
        Self::build(scenario, start, seed, kind, watch)
    }

    fn build(
        scenario: &Scenario,
        start: &Start,
        seed: u64,
        kind: Option<RolloutKind>,
        watch: &mut Watch<'_>,
    ) -> Result<Self, TrainingError> {
        let weights = match start {
            Start::Fresh => first_weights(scenario, seed),
            Start::Weights(policy) => fitting(scenario, policy)?,
        };
        let mut trainer = {
            let watch = &mut part(watch, 0.0..=0.9);
            Self::prepare(scenario, seed, None, kind, &weights, watch)?
        };
        trainer.judge_start(&mut part(watch, 0.9..=1.0))?;
        Ok(trainer)
    }

    fn prepare(
        scenario: &Scenario,
        seed: u64,
        base: Option<Base>,
        kind: Option<RolloutKind>,
        weights: &[f32],
        watch: &mut Watch<'_>,
    ) -> Result<Self, TrainingError> {
        check_memory(scenario)?;
        let baselines = Baselines::new(scenario, seed, base, &mut part(watch, 0.0..=0.6))?;
        let features = Features::of(scenario, baselines.base);
        let kind = kind.unwrap_or_else(|| RolloutKind::suited(scenario, &features));
        let scale = features.value_scale().abs();
        let mut parameters = weights.to_vec();
        parameters.push(single(baselines.threshold / scale));
        let sampling = Sampling {
            purpose: Purpose::Training,
            ..Sampling::evaluation(seed)
        };
        let start = baselines.start;
        let hedge = vec![0.0; weights.len()];
        let hedge = LearnedPolicy::new(scenario, baselines.base, &hedge)?;
        let mut rollout = Rollout::new(kind, scenario, features)?;
        let interrupt = Interrupt::default();
        rollout.heed(&interrupt);
        let rest = &mut part(watch, 0.6..=1.0);
        Ok(Self {
            scenario: scenario.clone(),
            seed,
            base: baselines.base,
            scale,
            rollout,
            source: RowSource::new(scenario, features, sampling),
            rows: Rows::default(),
            gradient: Gradient::default(),
            descent: Descent::new(&parameters, None),
            parameters,
            average: weights.to_vec(),
            best: (start, hedge),
            aside: None,
            history: Arc::new(Vec::new()),
            checks_since_best: 0,
            iteration: 0,
            iterations: scenario.training.iterations as u64,
            share: None,
            seconds: None,
            loss: None,
            gradient_norm: 0.0,
            interrupt,
            validation: Validation::new(scenario, features, seed, baselines, rest)?,
        })
    }

    /// The first entry of the history: the base hedge, or the weights given if they are better.
    fn judge_start(&mut self, watch: &mut Watch<'_>) -> Result<(), TrainingError> {
        let residual = self.scenario.training.form == Form::Residual;
        let zero = residual && self.output_layer_is_zero();
        if zero {
            self.best.1 = self.current_policy()?;
            self.history = Arc::new(vec![self.best.0]);
            return Ok(());
        }
        let Self {
            validation,
            rollout,
            average,
            ..
        } = self;
        let checked = validation.check(rollout, average, 0, watch)?;
        if checked.kept {
            self.best = (checked, self.current_policy()?);
        }
        self.history = Arc::new(vec![checked]);
        Ok(())
    }

    fn output_layer_is_zero(&self) -> bool {
        let last = self.scenario.training.hidden.last().map_or(1, |w| w + 1);
        let tail = self.average.len() - last;
        self.average[tail..].iter().all(|w| *w == 0.0)
    }

    /// Goes on with a training that was saved.
    ///
    /// # Errors
    /// When the checkpoint holds no training, or as [`Trainer::new`].
    pub fn resume(checkpoint: Checkpoint) -> Result<Self, TrainingError> {
        Self::resume_watched(checkpoint, &mut |_| ControlFlow::Continue(()))
    }

    /// The same under the eyes of `watch`, which is told how much of the preparation is done.
    ///
    /// # Errors
    /// As [`Trainer::resume`], and [`TrainingError::Interrupted`] when `watch` breaks off.
    pub fn resume_watched(
        checkpoint: Checkpoint,
        watch: &mut Watch<'_>,
    ) -> Result<Self, TrainingError> {
        let Some(progress) = checkpoint.training else {
            return Err(TrainingError::NothingToResume);
        };
        let policy = checkpoint.policy;
        let weights = &progress.average;
        let scenario = policy.trained_for();
        let (seed, base, kind) = (progress.seed, Some(policy.base()), progress.rollout);
        let best = match &progress.kept {
            Some(kept) => LearnedPolicy::new(scenario, policy.base(), kept)?,
            None => policy.clone(),
        };
        let mut trainer = {
            let watch = &mut part(watch, 0.0..=0.9);
            Self::prepare(scenario, seed, base, kind, weights, watch)?
        };
        if !progress.lowest.is_empty() {
            let Self {
                validation,
                rollout,
                ..
            } = &mut trainer;
            let watch = &mut part(watch, 0.9..=1.0);
            validation.check(rollout, &progress.lowest, 0, watch)?;
        }
        trainer.descent = Descent::new(&progress.parameters, Some(&progress.moments));
        trainer.parameters = progress.parameters;
        trainer.iteration = progress.iteration;
        trainer.iterations = progress.iterations;
        trainer.share = progress.share;
        trainer.seconds = progress.seconds;
        trainer.checks_since_best = progress.checks_since_best;
        trainer.history = Arc::new(progress.history);
        trainer.best = (progress.best, best);
        Ok(trainer)
    }

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

    /// Changes the number of iterations planned, and gives the count back to the trainer.
    pub fn set_iterations(&mut self, iterations: u64) {
        self.iterations = iterations;
        self.count_iterations();
    }

    /// Gives the count back to the trainer: the number of iterations planned decides.
    pub fn count_iterations(&mut self) {
        self.share = None;
        self.seconds = None;
    }

    /// How long the whole training is to take (seconds), where the caller counts by the clock.
    #[must_use]
    pub fn seconds(&self) -> Option<f64> {
        self.seconds
    }

    /// Tells how long the whole training is to take (seconds), for whoever goes on with it.
    pub fn set_seconds(&mut self, seconds: f64) {
        self.seconds = Some(seconds);
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

    /// Tells how much of the training is done (0 to 1) where the caller keeps count, by the clock
    /// for instance; the learning rate follows it.
    pub fn set_share(&mut self, share: f64) {
        self.share = Some(share.clamp(0.0, 1.0));
    }

    /// Share of the training that is done, 0 to 1.
    #[must_use]
    pub fn share(&self) -> f64 {
        let counted = self.iteration as f64 / self.iterations.max(1) as f64;
        self.share.unwrap_or(counted).min(1.0)
    }

    /// Whether as much has been done as was planned.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.share() >= 1.0
    }

    /// One iteration: fresh paths, the objective's gradient, a step of Adam; now and then a
    /// validation. Beyond the end of the plan it goes on at the last learning rate.
    ///
    /// # Errors
    /// When loss, gradient or weights are not finite: the weights are then as before. When
    /// interrupted: called again, it goes on as if it had not been.
    pub fn step(&mut self) -> Result<Step, TrainingError> {
        self.aside = None;
        // A validation that was broken off is made up for.
        if !self.owes_validation() {
            self.iterate()?;
        }
        let due = self.owes_validation();
        Ok(Step {
            iteration: self.iteration,
            loss: self.gradient.loss,
            gradient_norm: self.gradient_norm,
            checked: if due { Some(self.validate()?) } else { None },
        })
    }

    /// Whether these weights are among those that are to be validated, and are not yet.
    fn owes_validation(&self) -> bool {
        self.iteration.is_multiple_of(self.validation_interval())
            && self.history.last().map(|last| last.iteration) != Some(self.iteration)
    }

    fn iterate(&mut self) -> Result<(), TrainingError> {
        let batch = self.scenario.training.batch;
        let first = self.iteration * batch as u64;
        let interrupt = self.interrupt.clone();
        let mut watch = |_| interrupt.ask();
        let filled = self
            .source
            .fill_watched(first, batch, &mut self.rows, &mut watch);
        if filled.is_break() {
            return Err(TrainingError::Interrupted);
        }
        let weights = self.average.len();
        let surface = self.surface();
        let present = &self.parameters[..weights];
        self.rollout
            .gradient(present, &self.rows, surface, &mut self.gradient)?;
        self.gradient_norm = self.clip()?;
        let rate = self.learning_rate();
        self.descend(rate)?;
        self.average_weights();
        self.iteration += 1;
        self.loss = Some(self.gradient.loss);
        Ok(())
    }

    fn surface(&self) -> Surface {
        let threshold = self.parameters.last().copied().unwrap_or(0.0);
        match Goal::of(&self.scenario) {
            Goal::Rsmse => Surface::Rsmse,
            Goal::Rmse => Surface::Rmse,
            Goal::Cvar { level } => Surface::Cvar {
                level,
                threshold: f64::from(threshold) * self.scale,
                smoothing: (0.05 * self.validation.baselines.spread).max(1e-6 * self.scale),
            },
            Goal::Entropic { aversion } => Surface::Entropic { aversion },
        }
    }

    /// Brings the gradient to a common scale, appends the threshold's, and limits its norm.
    fn clip(&mut self) -> Result<f64, TrainingError> {
        let gradient = &mut self.gradient;
        let not_finite = |what| TrainingError::NotFinite {
            what,
            iteration: self.iteration,
        };
        if !gradient.loss.is_finite() {
            return Err(not_finite("loss"));
        }
        // The threshold is counted in units of the scale, the loss too.
        gradient
            .weights
            .push(single(gradient.threshold * self.scale));
        let square: f64 = gradient.weights.iter().map(|g| f64::from(*g).powi(2)).sum();
        let norm = square.sqrt() / self.scale;
        if !norm.is_finite() {
            return Err(not_finite("gradient"));
        }
        let limit = self.scenario.training.gradient_clip;
        let factor = single((limit / norm).min(1.0) / self.scale);
        gradient.weights.iter_mut().for_each(|g| *g *= factor);
        Ok(norm)
    }

    fn descend(&mut self, rate: f64) -> Result<(), TrainingError> {
        self.descent
            .step(rate, &self.gradient.weights, &mut self.parameters);
        if self.parameters.iter().all(|p| p.is_finite()) {
            return Ok(());
        }
        // Back to weights that are known to be good.
        let weights = self.average.len();
        self.parameters[..weights].copy_from_slice(self.best.1.weights());
        let threshold = self.validation.baselines.threshold / self.scale;
        self.parameters[weights] = single(threshold);
        self.descent = Descent::new(&self.parameters, None);
        Err(TrainingError::NotFinite {
            what: "step of the weights",
            iteration: self.iteration,
        })
    }

    fn average_weights(&mut self) {
        let share = single(1.0 / (1.0 + AVERAGING_SHARE * self.iteration as f64));
        for (average, weight) in self.average.iter_mut().zip(&self.parameters) {
            *average += share * (weight - *average);
        }
    }

    fn learning_rate(&self) -> f64 {
        let training = &self.scenario.training;
        let (first, last) = (training.learning_rate, training.final_learning_rate);
        let left = match training.schedule {
            Schedule::Cosine => 0.5 + 0.5 * (std::f64::consts::PI * self.share()).cos(),
            Schedule::Linear => 1.0 - self.share(),
        };
        last + (first - last) * left
    }

    /// Iterations between two validations, so that they take a fixed share of the time.
    fn validation_interval(&self) -> u64 {
        let training = TRAINING_COST * self.scenario.training.batch as f64;
        let interval = self.validation.paths() as f64 / (training * VALIDATION_SHARE);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a count that is at least 1 and far below 2^52"
        )]
        let interval = interval.ceil().max(1.0) as u64;
        interval
    }

    /// Judges the averaged weights on the validation set. They are kept if they are as good as the
    /// best so far, within two standard errors, and better than the base hedge by more than chance.
    ///
    /// # Errors
    /// When the kernel refuses, or when interrupted.
    pub fn validate(&mut self) -> Result<Checked, TrainingError> {
        if let Some(last) = self.history.last()
            && last.iteration == self.iteration
        {
            return Ok(*last);
        }
        let interrupt = self.interrupt.clone();
        let watch = &mut |_| interrupt.ask();
        let checked =
            self.validation
                .check(&mut self.rollout, &self.average, self.iteration, watch)?;
        Arc::make_mut(&mut self.history).push(checked);
        if checked.kept {
            self.best = (checked, self.current_policy()?);
        }
        self.checks_since_best = if self.validation.is_lowest(&checked) {
            0
        } else {
            self.checks_since_best + 1
        };
        Ok(checked)
    }

    /// Judges the last weights out of turn, for whoever stops here: the policy is then theirs if
    /// they are kept. Training goes on later as if nobody had asked.
    ///
    /// # Errors
    /// When the kernel refuses or `watch` breaks off; the best policy so far stays.
    pub fn judge_aside(&mut self, watch: &mut Watch<'_>) -> Result<(), TrainingError> {
        if self.history.last().map(|last| last.iteration) == Some(self.iteration) {
            return Ok(());
        }
        let Self {
            validation,
            rollout,
            average,
            ..
        } = self;
        let checked = validation.check_aside(rollout, average, self.iteration, watch)?;
        if checked.kept {
            self.aside = Some((checked, self.current_policy()?));
        }
        Ok(())
    }

    /// The best weights so far, those judged out of turn included.
    fn shown(&self) -> &(Checked, LearnedPolicy) {
        self.aside.as_ref().unwrap_or(&self.best)
    }

    /// How training stands.
    #[must_use]
    pub fn report(&self) -> Report {
        let paths = self.iteration * self.scenario.training.batch as u64;
        Report {
            iteration: self.iteration,
            iterations: self.iterations,
            share: self.share(),
            paths,
            path_steps: paths * self.scenario.steps as u64,
            loss: self.loss,
            learning_rate: self.learning_rate(),
            best: self.shown().0,
            history: Arc::clone(&self.history),
            checks_since_best: self.checks_since_best,
            delta: self.validation.baselines.delta,
            leland: self.validation.baselines.leland,
            validation_paths: self.validation.paths(),
            rollout: self.rollout.kind(),
        }
    }

    /// The best policy so far.
    #[must_use]
    pub fn policy(&self) -> LearnedPolicy {
        self.shown().1.clone()
    }

    /// The averaged weights as they are now, better or not.
    ///
    /// # Errors
    /// When the average has overflowed.
    pub fn current_policy(&self) -> Result<LearnedPolicy, TrainingError> {
        Ok(LearnedPolicy::new(
            &self.scenario,
            self.base,
            &self.average,
        )?)
    }

    /// Everything that is needed to go on later as if there had been no interruption.
    #[must_use]
    pub fn checkpoint(&self) -> Checkpoint {
        Checkpoint {
            policy: self.policy(),
            validation: Some(self.shown().0),
            training: Some(Progress {
                seed: self.seed,
                iteration: self.iteration,
                iterations: self.iterations,
                share: self.share,
                seconds: self.seconds,
                rollout: Some(self.rollout.kind()),
                checks_since_best: self.checks_since_best,
                best: self.best.0,
                history: self.history.as_ref().clone(),
                parameters: self.parameters.clone(),
                average: self.average.clone(),
                lowest: self.validation.lowest().to_vec(),
                kept: self
                    .aside
                    .as_ref()
                    .map(|_other| self.best.1.weights().to_vec()),
                watched: Watched::default(),
                moments: self.descent.moments(),
            }),
        }
    }
}

/// The weights of `policy`, if it has the shape that `scenario` asks for.
fn fitting(scenario: &Scenario, policy: &LearnedPolicy) -> Result<Vec<f32>, TrainingError> {
    let shape = |scenario: &Scenario| {
        let training = &scenario.training;
        (training.form, training.activation, layer_widths(scenario))
    };
    let describe = |scenario: &Scenario| {
        let (form, activation, widths) = shape(scenario);
        format!("layers {widths:?} in the form {form:?} with {activation:?}")
    };
    let from = policy.trained_for();
    if shape(from) == shape(scenario) {
        return Ok(policy.weights().to_vec());
    }
    Err(TrainingError::OtherShape {
        found: describe(from),
        wanted: describe(scenario),
    })
}

/// Refuses what would not fit a common machine.
fn check_memory(scenario: &Scenario) -> Result<(), TrainingError> {
    let widths = layer_widths(scenario);
    let per_step = widths.iter().sum::<usize>() as f64 + 40.0;
    let threads = rayon::current_num_threads() as f64;
    let tiles = 3.0 * 32.0 * threads * per_step * scenario.steps as f64;
    let rows = 6.0 * scenario.training.batch as f64 * (scenario.steps + 1) as f64;
    let weights = 24.0 * weight_count(&widths) as f64;
    let gigabytes = 4.0 * (tiles + rows + weights) / 1e9;
    if gigabytes <= MEMORY_LIMIT as f64 {
        return Ok(());
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a positive estimate far below 2^52"
    )]
    let gigabytes = gigabytes.ceil() as u64;
    Err(TrainingError::TooLarge {
        gigabytes,
        limit: MEMORY_LIMIT,
    })
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "rounding to single precision is what is asked for"
)]
fn single(x: f64) -> f32 {
    x as f32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::presets;

    #[test]
    fn a_trainer_may_move_to_another_thread() {
        const fn may_move<T: Send>() {}
        may_move::<Trainer>();
        may_move::<Report>();
    }

    #[test]
    fn the_learning_rate_falls_from_the_first_to_the_last() {
        for schedule in ["cosine", "linear"] {
            let scenario = presets::built_in("paper-year").unwrap();
            let changes = [
                ("training.schedule", schedule),
                ("training.validation_paths", "64"),
                ("training.hidden", "2"),
            ];
            let scenario = scenario.with(changes).unwrap();
            let mut trainer = Trainer::new(&scenario, &Start::Fresh, 1).unwrap();
            let mut at = |share: f64| {
                trainer.set_share(share);
                trainer.learning_rate()
            };
            let (first, middle, last) = (at(0.0), at(0.5), at(1.0));
            let training = &scenario.training;
            assert!((first - training.learning_rate).abs() < 1e-12);
            assert!((last - training.final_learning_rate).abs() < 1e-12);
            assert!((middle - f64::midpoint(first, last)).abs() < 1e-12);
        }
    }
}
