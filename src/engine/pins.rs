//! Scenarios that are laid beside the present one, and with whom policies are compared.

use super::StrategyOutcome;
use crate::outcome::Sample;
use crate::policy::{LearnedPolicy, Tuned, Who};
use crate::scenario::{Label, Scenario, Strategy};
use std::sync::Arc;

/// A scenario kept for comparison, with the learned policy it had.
#[derive(Clone, Debug, PartialEq)]
pub struct Pinned {
    /// The scenario, under no title and on no path of its own.
    pub scenario: Scenario,
    /// Its learned policy.
    pub learned: Option<LearnedPolicy>,
}

impl Pinned {
    /// Keeps a scenario with its policy.
    #[must_use]
    pub fn new(scenario: &Scenario, learned: Option<LearnedPolicy>) -> Self {
        Self {
            scenario: scenario.to_pin(),
            learned,
        }
    }
}

/// A pinned scenario, and what it is called.
#[derive(Clone, Debug, PartialEq)]
pub struct Pin {
    /// Its name and its look.
    pub label: Label,
    /// What it keeps.
    pub pinned: Arc<Pinned>,
}

/// The pins that a preset brings, where it is a set: each with its policy, found by its mark.
#[must_use]
pub fn brought(
    preset: &Scenario,
    mut policy: impl FnMut(&str) -> Option<LearnedPolicy>,
) -> Option<Vec<Pin>> {
    let pins = preset.pinned().into_iter().map(|pin| Pin {
        label: pin.label,
        pinned: Arc::new(Pinned {
            learned: pin.policy.as_deref().and_then(&mut policy),
            scenario: pin.scenario,
        }),
    });
    (!preset.pins.is_empty()).then(|| pins.collect())
}

/// With whom policies are compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// In which of the pinned scenarios; absent: in the present one.
    pub pin: Option<usize>,
    /// With whom there; absent: each policy with that of the same name.
    pub who: Option<Who>,
}

impl From<Who> for Reference {
    fn from(who: Who) -> Self {
        Self {
            pin: None,
            who: Some(who),
        }
    }
}

impl From<Strategy> for Reference {
    fn from(strategy: Strategy) -> Self {
        Who::from(strategy).into()
    }
}

impl Reference {
    /// The reference where it is there, among the samples of the present scenario and those of the
    /// pinned ones; delta or else the first where not.
    pub(super) fn settled(&self, samples: &[&[Sample]]) -> Option<Self> {
        let there = |who: &Who, samples: &[Sample]| samples.iter().any(|s| s.policy().who == *who);
        let wanted = samples.get(self.pin.map_or(0, |pin| pin + 1));
        let stands = wanted.is_some_and(|samples| match &self.who {
            Some(who) => there(who, samples),
            None => !samples.is_empty(),
        });
        if stands {
            return Some(self.clone());
        }
        let live = samples.first()?;
        let delta = Who::from(Strategy::Delta);
        let first = live.first().map(|sample| sample.policy().who.clone());
        let who = if there(&delta, live) {
            Some(delta)
        } else {
            first
        };
        who.map(Self::from)
    }

    /// Whom a policy is compared with, in its scenario: the place of the other's scenario, and who.
    /// None for the reference itself.
    pub(super) fn other<'a>(&'a self, place: Option<usize>, who: &'a Who) -> Option<&'a Who> {
        let other = self.who.as_ref().unwrap_or(who);
        (self.pin != place || other != who).then_some(other)
    }
}

/// What became of the policies of a pinned scenario.
#[derive(Clone, Debug)]
pub struct PinnedOutcomes {
    /// The scenario, with its policy.
    pub pinned: Arc<Pinned>,
    /// The parameters that its tuned strategies had.
    pub tuned: Tuned,
    /// Each policy, in the order of its strategies.
    pub rows: Vec<StrategyOutcome>,
}
