//! How a training stands: its report, its policies, its checkpoint.

use super::Trainer;
use crate::policy::LearnedPolicy;
use crate::training::checkpoint::{Checkpoint, Progress, Watched};
use crate::training::{Checked, Report, TrainingError};
use std::sync::Arc;

impl Trainer {
    /// What is kept, weights that were judged out of turn included.
    fn shown(&self) -> &(Checked, LearnedPolicy) {
        self.aside.as_ref().unwrap_or(&self.kept)
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
            kept: self.shown().0,
            history: Arc::clone(&self.history),
            checks_since_lowest: self.checks_since_lowest,
            recoveries: self.recoveries,
            delta: self.validation.baselines.delta,
            leland: self.validation.baselines.leland,
            soft_band: self.validation.baselines.soft_band,
            validation_paths: self.validation.paths(),
            rollout: self.rollout.kind(),
            rollout_reason: self.rollout.reason(),
        }
    }

    /// The policy that is kept.
    #[must_use]
    pub fn policy(&self) -> LearnedPolicy {
        self.shown().1.clone()
    }

    /// The averaged weights as they are now, better or not.
    ///
    /// # Errors
    /// When the average has overflowed.
    pub fn current_policy(&self) -> Result<LearnedPolicy, TrainingError> {
        self.policy_of(&self.average)
    }

    pub(super) fn policy_of(&self, weights: &[f32]) -> Result<LearnedPolicy, TrainingError> {
        let (base, scales) = (self.features.base(), *self.features.scales());
        let policy = LearnedPolicy::with_scales(&self.scenario, base, scales, weights)?;
        Ok(policy)
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
                checks_since_lowest: self.checks_since_lowest,
                recoveries: self.recoveries,
                kept: self.kept.0,
                history: self.history.as_ref().clone(),
                parameters: self.parameters.clone(),
                average: self.average.clone(),
                lowest: self.validation.lowest().to_vec(),
                kept_weights: self.aside.as_ref().map(|_other| self.kept_weights()),
                watched: Watched::default(),
                moments: self.descent.moments(),
            }),
        }
    }

    /// Weights of the policy that is kept; none while no network is.
    fn kept_weights(&self) -> Vec<f32> {
        if self.kept.1.is_untrained() {
            Vec::new()
        } else {
            self.kept.1.weights().to_vec()
        }
    }
}
