//! Weights judged on a fixed set of paths that training never sees.

use super::objective::{Goal, standard_error};
use super::rollout::Rollout;
use super::rows::{RowSource, Rows};
use super::{TrainingError, rows};
use crate::market::Sampling;
use crate::policy::features::Features;
use crate::policy::{Base, Delta, Leland, Policy};
use crate::scenario::{Form, Scenario};
use crate::simulate::simulate;
use crate::units::Purpose;
use serde::Serialize;

/// Most numbers that the validation set may hold; with very many dates it has fewer paths.
const MOST_NUMBERS: usize = 1 << 27;

/// What validation says of some weights.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Checked {
    /// Iterations made when it was done.
    pub iteration: u64,
    /// The objective (currency).
    pub objective: f64,
    /// RSMSE (currency), whatever the objective.
    pub rsmse: f64,
    /// Standard error of the RSMSE (currency).
    pub rsmse_se: f64,
    /// How much lower the objective is than that of the hedge training started from (currency).
    pub gain: f64,
    /// Standard error of that difference, on common paths (currency).
    pub gain_se: f64,
    /// Whether these weights were kept.
    pub kept: bool,
}

/// The untrained hedges on the validation paths.
#[derive(Clone, Debug)]
pub(super) struct Baselines {
    /// Objective of delta and of Leland's hedge (currency).
    pub delta: f64,
    pub leland: f64,
    /// The better one, from which a residual network starts.
    pub base: Base,
    /// Validation of that one.
    pub start: Checked,
    /// Errors of that one at the level of the CVaR objective, and their spread (currency).
    pub threshold: f64,
    pub spread: f64,
    influences: Vec<f64>,
}

/// Paths of the validation set.
pub(super) fn sampling(seed: u64) -> Sampling {
    Sampling {
        purpose: Purpose::Validation,
        ..Sampling::evaluation(seed)
    }
}

/// Number of validation paths.
fn paths(scenario: &Scenario) -> usize {
    let most = MOST_NUMBERS / (scenario.steps * rows::NUMBERS_PER_STEP);
    scenario.training.validation_paths.min(most.max(64))
}

impl Baselines {
    /// Runs delta and Leland's hedge; `base` overrides the choice between them.
    pub(super) fn new(scenario: &Scenario, seed: u64, base: Option<Base>) -> Self {
        let goal = Goal::of(scenario);
        let policies: Vec<Box<dyn Policy>> = vec![
            Box::new(Delta::of(scenario)),
            Box::new(Leland::of(scenario)),
        ];
        let samples = simulate(scenario, &policies, sampling(seed), paths(scenario) as u64);
        let (delta, leland) = (samples[0].errors(), samples[1].errors());
        let objectives = (goal.value(delta), goal.value(leland));
        let better = if objectives.1 < objectives.0 && scenario.training.form == Form::Residual {
            Base::Leland
        } else {
            Base::Delta
        };
        let base = base.unwrap_or(better);
        let errors = if base == Base::Leland { leland } else { delta };
        let (objective, influences) = goal.influences(errors);
        let (rsmse, of_rsmse) = Goal::Rsmse.influences(errors);
        let count = errors.len() as f64;
        let mean = errors.iter().sum::<f64>() / count;
        let variance = errors.iter().map(|e| (e - mean).powi(2)).sum::<f64>() / count;
        Self {
            delta: objectives.0,
            leland: objectives.1,
            base,
            start: Checked {
                iteration: 0,
                objective,
                rsmse,
                rsmse_se: standard_error(of_rsmse.into_iter()),
                gain: 0.0,
                gain_se: 0.0,
                kept: true,
            },
            threshold: goal.threshold(errors),
            spread: variance.sqrt(),
            influences,
        }
    }
}

/// Standard error of the difference between two objectives on common paths.
fn spread(one: &[f64], other: &[f64]) -> f64 {
    standard_error(one.iter().zip(other).map(|(one, other)| one - other))
}

/// The lowest objective so far, to compare others with.
#[derive(Debug)]
struct Lowest {
    objective: f64,
    influences: Vec<f64>,
    weights: Vec<f32>,
}

/// The validation set.
#[derive(Debug)]
pub(super) struct Validation {
    goal: Goal,
    /// Whether weights are kept only where they beat the base hedge by more than chance.
    guarded: bool,
    rows: Rows,
    pub baselines: Baselines,
    lowest: Lowest,
    single: Vec<f32>,
    errors: Vec<f64>,
}

impl Validation {
    pub(super) fn new(
        scenario: &Scenario,
        features: Features,
        seed: u64,
        baselines: Baselines,
    ) -> Self {
        let guarded = scenario.training.form == Form::Residual;
        let mut rows = Rows::default();
        RowSource::new(scenario, features, sampling(seed)).fill(0, paths(scenario), &mut rows);
        Self {
            goal: Goal::of(scenario),
            guarded,
            rows,
            lowest: Lowest {
                objective: if guarded {
                    baselines.start.objective
                } else {
                    f64::INFINITY
                },
                influences: baselines.influences.clone(),
                weights: Vec::new(),
            },
            baselines,
            single: Vec::new(),
            errors: Vec::new(),
        }
    }

    /// Number of paths.
    pub(super) fn paths(&self) -> usize {
        self.rows.paths
    }

    /// The weights with the lowest objective so far; none while that is the base hedge.
    pub(super) fn lowest(&self) -> &[f32] {
        &self.lowest.weights
    }

    /// Whether `checked` is the lowest objective so far.
    pub(super) fn is_lowest(&self, checked: &Checked) -> bool {
        checked.objective <= self.lowest.objective
    }

    /// Judges `weights`.
    pub(super) fn check(
        &mut self,
        rollout: &mut Rollout,
        weights: &[f32],
        iteration: u64,
    ) -> Result<Checked, TrainingError> {
        rollout.errors(weights, &self.rows, &mut self.single)?;
        self.errors.clear();
        self.errors
            .extend(self.single.iter().map(|&e| f64::from(e)));
        let (objective, influences) = self.goal.influences(&self.errors);
        let (rsmse, of_rsmse) = Goal::Rsmse.influences(&self.errors);
        let gain = self.baselines.start.objective - objective;
        let gain_se = spread(&influences, &self.baselines.influences);
        // Of weights that the validation set cannot tell apart the latest are the better ones:
        // they have seen more paths. So all within two standard errors of the lowest are kept.
        let above = objective - self.lowest.objective;
        let near = above <= 2.0 * spread(&influences, &self.lowest.influences);
        if above < 0.0 {
            self.lowest = Lowest {
                objective,
                influences,
                weights: weights.to_vec(),
            };
        }
        Ok(Checked {
            iteration,
            objective,
            rsmse,
            rsmse_se: standard_error(of_rsmse.into_iter()),
            gain,
            gain_se,
            kept: near && (!self.guarded || gain > 2.0 * gain_se),
        })
    }
}
