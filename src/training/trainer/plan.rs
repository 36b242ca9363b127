//! How long a training is, and what follows from how much of it is done.

use super::Trainer;
use crate::scenario::Schedule;

/// Share of the time that validation may take.
const VALIDATION_SHARE: f64 = 0.03;
/// What a training path costs, in validation paths (a network of 2×32).
const TRAINING_COST: f64 = 1.1;

impl Trainer {
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

    pub(super) fn learning_rate(&self) -> f64 {
        let training = &self.scenario.training;
        let (first, last) = (training.learning_rate, training.final_learning_rate);
        let left = match training.schedule {
            Schedule::Cosine => 0.5 + 0.5 * (std::f64::consts::PI * self.share()).cos(),
            Schedule::Linear => 1.0 - self.share(),
        };
        let slowdown = (-(self.recoveries as f64)).exp2();
        slowdown * (last + (first - last) * left)
    }

    /// Iterations between two validations, so that they take a fixed share of the time.
    pub(super) fn validation_interval(&self) -> u64 {
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
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::presets;
    use crate::training::Start;

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
