//! How a training begins: afresh, from given weights, or where it was left.

use super::Trainer;
use crate::market::Sampling;
use crate::policy::features::Features;
use crate::policy::network::described;
use crate::policy::{Base, Layout, LearnedPolicy, Scales};
use crate::scenario::Scenario;
use crate::training::checkpoint::{Checkpoint, Progress};
use crate::training::network::first_weights;
use crate::training::optimizer::{Descent, single};
use crate::training::rollout::{Gradient, Rollout, RolloutKind};
use crate::training::rows::{RowSource, Rows};
use crate::training::validation::{Baselines, Validation};
use crate::training::watch::part;
use crate::training::{Checked, Interrupt, TrainingError, Watch, memory};
use crate::units::Purpose;
use std::ops::ControlFlow;
use std::sync::Arc;

/// What training starts from.
#[derive(Clone, Debug)]
pub enum Start {
    /// The base hedge (residual form) or random weights (paper form).
    Fresh,
    /// The weights of a policy of the same shape, perhaps of a neighbouring scenario.
    Weights(LearnedPolicy),
    /// A policy as it is, with the hedge that it corrects and the units that it sees in: what a
    /// conditioned policy made for this scenario.
    Refined(LearnedPolicy),
}

impl Trainer {
    /// Prepares training: measures delta, Leland's hedge and the soft band on the validation set.
    ///
    /// # Errors
    /// When the weights to start from have another shape, the scenario asks for too much memory, or
    /// the hedge to correct has an error that is not finite.
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
        let (given, set) = match start {
            Start::Fresh => (None, None),
            Start::Weights(policy) => (fitting(scenario, policy)?, None),
            Start::Refined(policy) => {
                let set = (policy.base(), *policy.features().scales());
                (fitting(scenario, policy)?, Some(set))
            }
        };
        let Some(given) = given else {
            let weights = first_weights(scenario, seed);
            return Self::prepare(scenario, seed, None, kind, &weights, watch);
        };
        let mut trainer = {
            let watch = &mut part(watch, 0.0..=0.7);
            Self::prepare(scenario, seed, set, kind, &given, watch)?
        };
        trainer.judge_start(&mut part(watch, 0.7..=1.0))?;
        Ok(trainer)
    }

    fn prepare(
        scenario: &Scenario,
        seed: u64,
        set: Option<(Base, Scales)>,
        kind: Option<RolloutKind>,
        weights: &[f32],
        watch: &mut Watch<'_>,
    ) -> Result<Self, TrainingError> {
        memory::check(scenario, kind.unwrap_or(RolloutKind::Kernel))?;
        let baselines = Baselines::new(scenario, seed, set.map(|(base, _)| base), watch)?;
        let scales = set.map_or_else(
            || Scales::of(scenario, baselines.size),
            |(_, scales)| scales,
        );
        let features = Features::new(scenario, baselines.base, scales);
        let kind = kind.unwrap_or_else(|| RolloutKind::suited(scenario, &features));
        memory::check(scenario, kind)?;
        let start = baselines.checked();
        let mut parameters = weights.to_vec();
        parameters.push(single(baselines.threshold / features.error_size()));
        let sampling = Sampling {
            purpose: Purpose::Training,
            ..Sampling::evaluation(seed)
        };
        let (base, best) = (baselines.base, baselines.best);
        let hedge = LearnedPolicy::untrained(scenario, base, best, scales);
        let mut rollout = Rollout::new(kind, scenario, features)?;
        let interrupt = Interrupt::default();
        rollout.heed(&interrupt);
        Ok(Self {
            scenario: scenario.clone(),
            seed,
            features,
            rollout,
            source: RowSource::new(scenario, features, sampling),
            rows: Rows::default(),
            ahead: (Rows::default(), None),
            gradient: Gradient::default(),
            descent: Descent::new(scenario, 1, None),
            parameters,
            average: weights.to_vec(),
            kept: (start, hedge),
            aside: None,
            history: Arc::new(vec![start]),
            checks_since_lowest: 0,
            iteration: 0,
            iterations: scenario.training.iterations as u64,
            share: None,
            seconds: None,
            loss: None,
            gradient_norm: 0.0,
            recoveries: 0,
            interrupt,
            validation: Validation::new(scenario, seed, baselines),
        })
    }

    /// Weights that were given are the first entry of the history, and kept if they are good.
    fn judge_start(&mut self, watch: &mut Watch<'_>) -> Result<(), TrainingError> {
        let policy = self.current_policy()?;
        if let Some(checked) = self.validation.check(&policy, 0, watch)? {
            if checked.kept {
                self.kept = (checked, policy);
            }
            self.history = Arc::new(vec![checked]);
        }
        Ok(())
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
        let (seed, kind) = (progress.seed, progress.rollout);
        let scenario = policy.trained_for();
        let scales = *policy.features().scales();
        let mut trainer = {
            let (set, watch) = (Some((policy.base(), scales)), &mut part(watch, 0.0..=0.7));
            Self::prepare(scenario, seed, set, kind, &progress.average, watch)?
        };
        if !progress.lowest.is_empty() {
            let lowest = trainer.policy_of(&progress.lowest)?;
            let watch = &mut part(watch, 0.7..=1.0);
            trainer.validation.check(&lowest, 0, watch)?;
        }
        let kept = match progress.kept_weights.as_deref() {
            None => (progress.kept, policy),
            Some([]) => trainer.kept.clone(),
            Some(weights) => (progress.kept, trainer.policy_of(weights)?),
        };
        trainer.restore(progress, kept);
        Ok(trainer)
    }

    fn restore(&mut self, progress: Progress, kept: (Checked, LearnedPolicy)) {
        self.descent = Descent::new(&self.scenario, 1, Some(&progress.moments));
        self.parameters = progress.parameters;
        self.iteration = progress.iteration;
        self.iterations = progress.iterations;
        self.share = progress.share;
        self.seconds = progress.seconds;
        self.checks_since_lowest = progress.checks_since_lowest;
        self.recoveries = progress.recoveries;
        self.history = Arc::new(progress.history);
        self.kept = kept;
    }
}

/// The weights of `policy`, if it has the shape that `scenario` asks for; none if it has no
/// network.
fn fitting(scenario: &Scenario, policy: &LearnedPolicy) -> Result<Option<Vec<f32>>, TrainingError> {
    let shape = |scenario: &Scenario| {
        let training = &scenario.training;
        let network = described(Layout::of(scenario), scenario);
        (training.form, training.activation, network)
    };
    let describe = |scenario: &Scenario| {
        let (form, activation, network) = shape(scenario);
        format!("layers {network} in the form {form:?} with {activation:?}")
    };
    let from = policy.trained_for();
    if policy.is_untrained() {
        return Ok(None);
    }
    if shape(from) == shape(scenario) {
        return Ok(Some(policy.weights().to_vec()));
    }
    Err(TrainingError::OtherShape {
        found: describe(from),
        wanted: describe(scenario),
    })
}
