//! A learned policy that answers at once: where nobody trained or loaded one, the conditioned policy
//! makes one for whatever is on screen, in the frame in which a slider moves.

use super::{Learned, Session};
use crate::app::document::Origin;
use crate::app::view::stale;
use crate::policy::conditioned::shaped;
use crate::policy::{Base, LearnedPolicy};
use crate::scenario::Scenario;
use crate::training::conditioned_policy;

impl Session {
    /// Whether the learned policy gives way to one that is made for the scenario: it came with a
    /// built-in preset, or was made, or there is none. One that somebody trained or loaded stays.
    #[must_use]
    pub fn gives_way(&self) -> bool {
        let built_in = matches!(self.place.document.origin(), Origin::BuiltIn(_));
        let brought = built_in || self.place.brought.is_none();
        let untouched = self.learned.run.is_none() && !self.policy_is_new();
        self.answers_at_once && (self.learned.made || (brought && untouched))
    }

    /// Whether the learned policy is what follows from the scenario alone, without anybody's training.
    #[must_use]
    pub fn made_it_itself(&self) -> bool {
        self.gives_way() && self.learned.run.is_none()
    }

    /// The learned policy, unless it was made at once and nobody refined it.
    #[must_use]
    pub fn own_policy(&self) -> Option<LearnedPolicy> {
        let learned = &self.learned;
        let own = !learned.made || learned.run.is_some();
        learned.policy.clone().filter(|_| own)
    }

    /// By what the scenario differs from the one that the learned policy is for.
    #[must_use]
    pub fn differs(&self) -> Vec<&'static str> {
        let policy = self.learned.policy.as_ref();
        policy.map_or_else(Vec::new, |policy| self.differs_from(policy.trained_for()))
    }

    /// By what the scenario differs from one that the learned policy is, or is about to be, for.
    #[must_use]
    pub fn differs_from(&self, goal: &Scenario) -> Vec<&'static str> {
        away(goal, self.learned.made, self.scenario())
    }

    /// Makes a learned policy for the scenario on screen where that is wanted. In a lesson, which is
    /// about the policy that it brings, and in a hedge by hand it is not.
    pub(super) fn follow(&mut self) {
        if self.lesson.is_some() || self.hand.is_some() || !self.gives_way() {
            return;
        }
        if self.learned.policy.is_some() && self.differs().is_empty() {
            return;
        }
        let brought = self.place.brought.clone();
        let fits =
            |policy: &LearnedPolicy| away(policy.trained_for(), false, self.scenario()).is_empty();
        let learned = match brought.filter(fits) {
            Some(policy) => Learned::still(Some(policy)),
            None => Learned {
                policy: conditioned_policy().policy(self.scenario()).ok(),
                run: None,
                made: true,
            },
        };
        let before = std::mem::replace(&mut self.learned, learned);
        // What somebody waited for comes back with the step that it left with.
        if before.run.is_some() {
            self.history.remember_policy(before, true);
        }
    }

    /// Puts a rule in the place of what was made at once, which nobody refined: where it is the better hedge.
    pub fn stand_in(&mut self, rule: Base) {
        if let Some(made) = self.learned.policy.as_ref().filter(|_| self.learned.made) {
            let (scenario, scales) = (made.trained_for(), *made.features().scales());
            let hedge = LearnedPolicy::untrained(scenario, made.base(), rule, scales);
            self.learned.policy = Some(hedge);
        }
    }

    /// Whether a learned policy is made for every scenario from now on.
    pub fn answer_at_once(&mut self, on: bool) {
        self.answers_at_once = on;
        if !on && self.learned.made && self.learned.run.is_none() {
            self.learned = Learned::still(self.place.brought.clone());
        }
        self.follow();
    }
}

/// By what a scenario differs from the one that a policy is for; one that was made has a shape of its
/// own, whatever the scenario says of networks.
fn away(trained_for: &Scenario, made: bool, scenario: &Scenario) -> Vec<&'static str> {
    let shaped = made.then(|| shaped(scenario).ok()).flatten();
    stale(trained_for, shaped.as_ref().unwrap_or(scenario))
}
