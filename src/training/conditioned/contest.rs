//! Policies held against each other on common paths, by what their scenario wants to be small.

use crate::market::Sampling;
use crate::policy::conditioned::Measures;
use crate::policy::{Base, LearnedPolicy, Policy};
use crate::scenario::Scenario;
use crate::simulate::{Lot, errors_of};
use crate::training::Watch;
use crate::training::objective::{Goal, standard_error};
use serde::{Deserialize, Serialize};

/// Seed of the scenarios and paths on which policies are held against each other: none that anything was
/// chosen on.
pub(super) const SEED: u64 = 2_000_003;

/// Share of the size of a scenario's errors below which its objective is not divided by.
const LEAST: f64 = 0.1;

/// By how much one policy's objective lies above another's, as a share of the latter (of the size of its
/// errors, where the objective may be 0): positive is worse.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Excess {
    /// The share.
    pub share: f64,
    /// Its standard error, on common paths.
    pub error: f64,
}

impl Excess {
    /// The same of the other one's lead: what is worse by this is better by that.
    #[must_use]
    pub fn turned(self) -> Self {
        Self {
            share: -self.share,
            ..self
        }
    }

    /// Whether it is more than chance makes of nothing: beyond two standard errors.
    #[must_use]
    pub fn is_beyond_chance(self) -> bool {
        self.share.abs() > 2.0 * self.error
    }
}

/// Policies on the same paths.
pub struct Contest {
    /// The objective of each (currency), and how much each path moves it.
    judged: Vec<(f64, Vec<f64>)>,
    /// Least objective that is divided by (currency).
    least: f64,
}

impl Contest {
    /// Lets `policies` hedge so many paths of `scenario` that none of them was trained on; `None` once
    /// `watch`, which is told the share that is done, breaks off.
    pub fn of(
        scenario: &Scenario,
        policies: &[&dyn Policy],
        paths: usize,
        watch: &mut Watch<'_>,
    ) -> Option<Self> {
        let goal = Goal::of(scenario);
        let mut judged = Vec::with_capacity(policies.len());
        for (place, policy) in policies.iter().enumerate() {
            if watch(place as f64 / policies.len() as f64).is_break() {
                return None;
            }
            let lot = Lot {
                scenario,
                policy: *policy,
                sampling: Sampling::evaluation(SEED),
                paths,
            };
            judged.push(goal.influences(&errors_of(&[lot]).remove(0)));
        }
        Some(Self {
            judged,
            least: LEAST * Measures::of(scenario).error_size,
        })
    }

    /// The objective of a policy (currency).
    #[must_use]
    pub fn objective(&self, of: usize) -> f64 {
        self.judged[of].0
    }

    /// By how much the objective of a policy lies above that of another.
    #[must_use]
    pub fn excess(&self, of: usize, over: usize) -> Excess {
        let (one, other) = (&self.judged[of], &self.judged[over]);
        let unit = other.0.abs().max(self.least);
        let pairs = one.1.iter().zip(&other.1);
        Excess {
            share: (one.0 - other.0) / unit,
            error: standard_error(pairs.map(|(x, y)| x - y)) / unit,
        }
    }

    /// The policy of the lowest objective, of those from `first` on; one that has none never is.
    #[must_use]
    pub fn lowest_from(&self, first: usize) -> usize {
        let known = (first..self.judged.len()).filter(|of| self.judged[*of].0.is_finite());
        let lowest = known.min_by(|a, b| self.judged[*a].0.total_cmp(&self.judged[*b].0));
        lowest.unwrap_or(first)
    }
}

/// How a policy stands to delta's and Leland's hedge where nothing was promised of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Standing {
    /// The better of the two.
    pub rule: Base,
    /// By how much that one's objective lies above the policy's: below 0 where the rule is better.
    pub excess: Excess,
}

impl Standing {
    /// Paths on which it is found.
    pub const PATHS: usize = 20_000;

    /// That of `policy` in `scenario`; `None` once `watch` breaks off.
    pub fn of(scenario: &Scenario, policy: &LearnedPolicy, watch: &mut Watch<'_>) -> Option<Self> {
        let rules = [Base::Delta, Base::Leland];
        let hedges = rules.map(|rule| rule.hedge(scenario));
        let policies: [&dyn Policy; 3] = [policy, hedges[0].as_ref(), hedges[1].as_ref()];
        let contest = Contest::of(scenario, &policies, Self::PATHS, watch)?;
        let best = contest.lowest_from(1);
        let excess = if contest.objective(0).is_finite() {
            contest.excess(best, 0)
        } else {
            // Beyond all numbers: whatever the rule does is better.
            Excess {
                share: -1.0,
                error: 0.0,
            }
        };
        Some(Self {
            rule: rules[best - 1],
            excess,
        })
    }

    /// Whether the rule is better by more than chance.
    #[must_use]
    pub fn prefers_rule(self) -> bool {
        self.excess.share < 0.0 && self.excess.is_beyond_chance()
    }
}

/// By how much the objective of `policy` is above that of `before` in `scenario`, on so many common paths;
/// `None` once `watch` breaks off.
pub fn excess_over(
    before: &LearnedPolicy,
    policy: &LearnedPolicy,
    scenario: &Scenario,
    paths: usize,
    watch: &mut Watch<'_>,
) -> Option<Excess> {
    let contest = Contest::of(scenario, &[policy, before], paths, watch)?;
    Some(contest.excess(0, 1))
}
