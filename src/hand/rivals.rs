//! The strategies that one is measured against, and how they fare in general.

use super::Challenge;
use crate::market::Sampling;
use crate::outcome::{Estimate, Sample};
use crate::policy::{Policy, line_up};
use crate::scenario::{Scenario, Strategy};
use crate::simulate::{empty_samples, extend, tune_watched};
use std::ops::ControlFlow;

/// The rules among them.
pub const RULES: [Strategy; 4] = [
    Strategy::Delta,
    Strategy::Leland,
    Strategy::Band,
    Strategy::SoftBand,
];

/// Paths that tell how they fare: enough for a share to a percent.
pub const PATHS: u64 = 1 << 13;

/// Delta, Leland, the tuned bands and the trained policy that comes with the scenario, with their
/// hedging errors on many paths of a challenge.
pub struct Rivals {
    scenario: Scenario,
    policies: Vec<Box<dyn Policy>>,
    samples: Vec<Sample>,
    learned_is_exact: Option<bool>,
}

impl Rivals {
    /// Tunes them and lets each hedge `paths` paths; `None` once `go_on`, asked now and then, says no.
    #[must_use]
    pub fn of(
        challenge: &Challenge,
        paths: u64,
        go_on: &mut dyn FnMut() -> ControlFlow<()>,
    ) -> Option<Self> {
        let scenario = challenge.scenario();
        let tuned = tune_watched(scenario, &RULES, go_on)?;
        let learned = challenge.learned();
        let exact = learned.as_ref().map(|learned| {
            let differs = scenario.market_differences(learned.trained_for());
            differs.is_empty()
        });
        let who: Vec<Strategy> = RULES.into_iter().chain([Strategy::Learned]).collect();
        let learned: Vec<_> = learned.into_iter().collect();
        let policies = line_up(&who, scenario, &tuned, &learned);
        let sampling = Sampling::evaluation(challenge.seed());
        let mut samples = empty_samples(&policies, sampling);
        let ended = extend(
            scenario,
            &policies,
            sampling,
            &mut samples,
            paths,
            &mut |_done| go_on(),
        );
        ended.is_continue().then(|| Self {
            scenario: scenario.clone(),
            policies,
            samples,
            learned_is_exact: exact,
        })
    }

    /// What they hedge.
    #[must_use]
    pub fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// Each.
    #[must_use]
    pub fn policies(&self) -> &[Box<dyn Policy>] {
        &self.policies
    }

    /// Their hedging errors, in the same order.
    #[must_use]
    pub fn samples(&self) -> &[Sample] {
        &self.samples
    }

    /// Whether the trained policy was trained for exactly this market; `None` without one.
    #[must_use]
    pub fn learned_is_exact(&self) -> Option<bool> {
        self.learned_is_exact
    }

    /// On which share of paths each does worse than with this hedging error.
    pub(super) fn worse_than(&self, error: f64) -> impl Iterator<Item = Estimate> {
        self.samples.iter().map(move |sample| {
            let errors = sample.errors();
            let worse = errors.iter().filter(|other| **other > error).count();
            let count = errors.len() as f64;
            let share = worse as f64 / count;
            Estimate {
                value: (count > 0.0).then_some(share),
                se: (count > 0.0).then(|| (share * (1.0 - share) / count).sqrt()),
            }
        })
    }
}
