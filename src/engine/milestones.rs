//! The policies that a training run kept on its way, so that one can look back.

use crate::policy::LearnedPolicy;
use crate::training::Checked;
use std::sync::Arc;

/// Most policies that are remembered.
const MOST: usize = 32;
/// Most weights that are remembered, all policies together.
const WEIGHTS: usize = 4 << 20;

/// A policy as a validation kept it.
#[derive(Clone, Debug)]
pub struct Milestone {
    /// What validation said of it.
    pub checked: Checked,
    /// The policy.
    pub policy: LearnedPolicy,
}

/// The milestones of a run, in order. When there are too many, every second one is forgotten, but
/// never the first nor the latest.
#[derive(Clone, Debug, Default)]
pub(super) struct Milestones(Arc<Vec<Milestone>>);

impl Milestones {
    pub fn list(&self) -> Arc<Vec<Milestone>> {
        Arc::clone(&self.0)
    }

    pub fn push(&mut self, milestone: Milestone) {
        let most = WEIGHTS / milestone.policy.weights().len().max(1);
        let list = Arc::make_mut(&mut self.0);
        list.push(milestone);
        if list.len() > most.clamp(2, MOST) {
            let last = list.len() - 1;
            let mut place = 0..;
            list.retain(|_| place.next().is_some_and(|i| i == last || i % 2 == 0));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::training::{Start, Trainer};

    #[test]
    fn few_milestones_stand_for_many_with_the_first_and_the_latest_among_them() {
        let scenario = crate::presets::built_in("paper-year").unwrap();
        let scenario = scenario
            .with([("training.validation_paths", "64")])
            .unwrap();
        let trainer = Trainer::new(&scenario, &Start::Fresh, 1).unwrap();
        let (kept, policy) = (trainer.report().kept, trainer.policy());
        let mut milestones = Milestones::default();
        for iteration in 0..1000 {
            milestones.push(Milestone {
                checked: Checked { iteration, ..kept },
                policy: policy.clone(),
            });
            let list = milestones.list();
            let dates: Vec<u64> = list.iter().map(|one| one.checked.iteration).collect();
            assert!(dates.len() <= MOST && dates.is_sorted());
            assert_eq!((dates[0], dates.last()), (0, Some(&iteration)));
        }
        assert!(milestones.list().len() >= MOST / 2);
    }
}
