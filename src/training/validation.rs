//! Weights judged on a fixed set of paths that training never sees.

use super::objective::{Goal, standard_error};
use super::rollout::Rollout;
use super::rows::{RowSource, Rows};
use super::{TrainingError, Watch, rows};
use crate::market::{LANES, Sampling};
use crate::policy::features::Features;
use crate::policy::learned::{layer_widths, weight_count};
use crate::policy::{Base, Delta, Leland, Policy};
use crate::scenario::{Form, Scenario};
use crate::simulate::{empty_samples, extend};
use crate::units::Purpose;
use serde::Serialize;

/// Most numbers that the validation set may hold; with very many dates it has fewer paths.
const MOST_NUMBERS: usize = 1 << 27;
/// Path-steps times weights that are judged between two looks at the watcher, about.
const PART_WORK: usize = 1 << 31;

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
    ///
    /// # Errors
    /// When `watch` breaks off.
    pub(super) fn new(
        scenario: &Scenario,
        seed: u64,
        base: Option<Base>,
        watch: &mut Watch<'_>,
    ) -> Result<Self, TrainingError> {
        let goal = Goal::of(scenario);
        let policies: Vec<Box<dyn Policy>> = vec![
            Box::new(Delta::of(scenario)),
            Box::new(Leland::of(scenario)),
        ];
        let count = paths(scenario) as u64;
        let mut samples = empty_samples(&policies, sampling(seed));
        let watch = &mut |done| watch(done as f64 / count as f64);
        let ended = extend(
            scenario,
            &policies,
            sampling(seed),
            &mut samples,
            count,
            watch,
        );
        if ended.is_break() {
            return Err(TrainingError::Interrupted);
        }
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
        Ok(Self {
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
        })
    }
}

/// Standard error of the difference between two objectives on common paths.
fn spread(one: &[f64], other: &[f64]) -> f64 {
    standard_error(one.iter().zip(other).map(|(one, other)| one - other))
}

/// The lowest objective so far, to compare others with.
#[derive(Clone, Debug)]
struct Lowest {
    objective: f64,
    influences: Vec<f64>,
    weights: Vec<f32>,
}

/// The paths of the validation set, in parts.
fn draw(
    scenario: &Scenario,
    features: Features,
    seed: u64,
    watch: &mut Watch<'_>,
) -> Result<Vec<Rows>, TrainingError> {
    let all = paths(scenario);
    let work = scenario.steps * weight_count(&layer_widths(scenario));
    let part = (PART_WORK / work / LANES).max(1) * LANES;
    let mut source = RowSource::new(scenario, features, sampling(seed));
    let mut parts = Vec::with_capacity(all.div_ceil(part));
    for first in (0..all).step_by(part) {
        let count = part.min(all - first);
        let mut rows = Rows::default();
        let mut drawn = |share: f64| watch((first as f64 + share * count as f64) / all as f64);
        let ended = source.fill_watched(first as u64, count, &mut rows, &mut drawn);
        if ended.is_break() {
            return Err(TrainingError::Interrupted);
        }
        parts.push(rows);
    }
    Ok(parts)
}

/// The validation set.
#[derive(Debug)]
pub(super) struct Validation {
    goal: Goal,
    /// Whether weights are kept only where they beat the base hedge by more than chance.
    guarded: bool,
    /// The paths, in parts of which each is judged in a few dozen milliseconds.
    parts: Vec<Rows>,
    pub baselines: Baselines,
    lowest: Lowest,
    single: Vec<f32>,
    errors: Vec<f64>,
}

impl Validation {
    /// Draws the validation set.
    ///
    /// # Errors
    /// When `watch` breaks off.
    pub(super) fn new(
        scenario: &Scenario,
        features: Features,
        seed: u64,
        baselines: Baselines,
        watch: &mut Watch<'_>,
    ) -> Result<Self, TrainingError> {
        let guarded = scenario.training.form == Form::Residual;
        let parts = draw(scenario, features, seed, watch)?;
        Ok(Self {
            goal: Goal::of(scenario),
            guarded,
            parts,
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
        })
    }

    /// Number of paths.
    pub(super) fn paths(&self) -> usize {
        self.parts.iter().map(|part| part.paths).sum()
    }

    /// Judges `weights` as [`Self::check`] does, and remembers nothing.
    pub(super) fn check_aside(
        &mut self,
        rollout: &mut Rollout,
        weights: &[f32],
        iteration: u64,
        watch: &mut Watch<'_>,
    ) -> Result<Checked, TrainingError> {
        let lowest = self.lowest.clone();
        let checked = self.check(rollout, weights, iteration, watch);
        self.lowest = lowest;
        checked
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
    ///
    /// # Errors
    /// When the rollout refuses or `watch` breaks off; nothing has changed then.
    pub(super) fn check(
        &mut self,
        rollout: &mut Rollout,
        weights: &[f32],
        iteration: u64,
        watch: &mut Watch<'_>,
    ) -> Result<Checked, TrainingError> {
        let paths = self.paths() as f64;
        self.errors.clear();
        for part in &self.parts {
            rollout.errors(weights, part, &mut self.single)?;
            self.errors
                .extend(self.single.iter().map(|&e| f64::from(e)));
            if watch(self.errors.len() as f64 / paths).is_break() {
                return Err(TrainingError::Interrupted);
            }
        }
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
