//! A generator judged on scenarios that it never learns from: on all of them, and on the worst.

use super::draw::{self, Mix};
use crate::market::Sampling;
use crate::policy::{Base, Conditioned, Policy};
use crate::scenario::{Objective, Scenario};
use crate::simulate::{Lot, errors_of};
use crate::training::TrainingError;
use crate::training::objective::Goal;
use crate::units::Purpose;
use serde::{Deserialize, Serialize};

/// Scenarios that are held out.
const SCENARIOS: u64 = 48;
/// Paths of each, half of them with the opposite shocks of the others.
const PATHS: usize = 4096;
/// What the worst scenario weighs against the mean of all.
const WORST: f64 = 0.1;

/// What is said of some weights. Excesses are those of the objective over that of the better of delta
/// and Leland's hedge, in sizes of that one's errors: below 0 where the policy is better.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Judged {
    /// Iterations made when it was done.
    pub iteration: u64,
    /// Mean excess over the scenarios.
    pub mean: f64,
    /// Largest excess.
    pub worst: f64,
    /// Whether these weights were kept.
    pub kept: bool,
}

impl Judged {
    /// What is to be low: the mean, and a share of the worst.
    #[must_use]
    pub fn score(&self) -> f64 {
        WORST.mul_add(self.worst, self.mean)
    }
}

/// A scenario that is held out, and what is to be beaten there.
struct HeldOut {
    scenario: Scenario,
    beaten: f64,
    size: f64,
}

/// The scenarios that are held out.
pub(super) struct Watch {
    seed: u64,
    held_out: Vec<HeldOut>,
}

impl Watch {
    /// Draws the scenarios and measures delta and Leland's hedge there.
    pub fn new(seed: u64) -> Self {
        let scenarios: Vec<Scenario> = (0..SCENARIOS)
            .map(|number| draw::scenario(!seed, number, Mix::Usual(objective(number))))
            .collect();
        let hedges = |base: Base| -> Vec<Box<dyn Policy>> {
            scenarios.iter().map(|s| base.hedge(s)).collect()
        };
        let policies = [hedges(Base::Delta), hedges(Base::Leland)];
        let errors = policies.map(|policies| errors(seed, &scenarios, &policies));
        let held_out = scenarios.into_iter().enumerate().map(|(place, scenario)| {
            let goal = Goal::of(&scenario);
            let value = |by: usize| goal.value(&errors[by][place]);
            let best = usize::from(value(1) < value(0));
            HeldOut {
                beaten: value(best),
                size: Goal::Rmse.value(&errors[best][place]),
                scenario,
            }
        });
        Self {
            seed,
            held_out: held_out.collect(),
        }
    }

    /// Judges a generator.
    ///
    /// # Errors
    /// When it makes weights that are not finite.
    pub fn judge(&self, policy: &Conditioned, iteration: u64) -> Result<Judged, TrainingError> {
        let scenarios: Vec<Scenario> = self.held_out.iter().map(|h| h.scenario.clone()).collect();
        let mut policies: Vec<Box<dyn Policy>> = Vec::new();
        for scenario in &scenarios {
            policies.push(Box::new(policy.policy(scenario)?));
        }
        let errors = errors(self.seed, &scenarios, &policies);
        let excess = |(held_out, errors): (&HeldOut, &Vec<f64>)| {
            let value = Goal::of(&held_out.scenario).value(errors);
            let excess = (value - held_out.beaten) / held_out.size;
            if excess.is_finite() {
                excess
            } else {
                f64::INFINITY
            }
        };
        let excesses: Vec<f64> = self.held_out.iter().zip(&errors).map(excess).collect();
        Ok(Judged {
            iteration,
            mean: excesses.iter().sum::<f64>() / excesses.len() as f64,
            worst: excesses.iter().copied().fold(f64::NEG_INFINITY, f64::max),
            kept: false,
        })
    }
}

/// Half of the scenarios are for the RSMSE.
fn objective(number: u64) -> Objective {
    match number % 6 {
        1 => Objective::Rmse,
        3 => Objective::Cvar,
        5 => Objective::Entropic,
        _ => Objective::Rsmse,
    }
}

fn errors(seed: u64, scenarios: &[Scenario], policies: &[Box<dyn Policy>]) -> Vec<Vec<f64>> {
    let sampling = Sampling {
        seed,
        purpose: Purpose::Validation,
        antithetic: true,
    };
    let lots: Vec<Lot<'_>> = scenarios
        .iter()
        .zip(policies)
        .map(|(scenario, policy)| Lot {
            scenario,
            policy: policy.as_ref(),
            sampling,
            paths: PATHS,
        })
        .collect();
    errors_of(&lots)
}
