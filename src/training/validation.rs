//! Policies judged on a fixed set of paths that training never sees, by the simulation that
//! everybody is measured with.

use super::objective::{Goal, standard_error};
use super::{TrainingError, Watch};
use crate::market::Sampling;
use crate::outcome::Sample;
use crate::policy::{Base, LearnedPolicy, Policy};
use crate::scenario::{BaseChoice, Scenario, Strategy};
use crate::simulate::{empty_samples, extend, tune};
use crate::units::Purpose;
use serde::Serialize;
use std::ops::ControlFlow;

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

/// A hedge on the validation paths.
#[derive(Clone, Debug)]
struct Judged {
    objective: f64,
    /// How much each path moves the objective.
    influences: Vec<f64>,
    rsmse: f64,
    rsmse_se: f64,
}

impl Judged {
    /// `None` where an error, or the objective, is not finite.
    fn of(goal: Goal, errors: &[f64]) -> Option<Self> {
        let (objective, influences) = goal.influences(errors);
        let (rsmse, of_rsmse) = Goal::Rsmse.influences(errors);
        let judged = Self {
            objective,
            influences,
            rsmse,
            rsmse_se: standard_error(of_rsmse.into_iter()),
        };
        (objective.is_finite() && rsmse.is_finite()).then_some(judged)
    }

    /// Standard error of the difference between two objectives on common paths.
    fn apart(&self, other: &Self) -> f64 {
        let pairs = self.influences.iter().zip(&other.influences);
        standard_error(pairs.map(|(one, other)| one - other))
    }
}

/// The untrained hedges on the validation paths.
#[derive(Clone, Debug)]
pub(super) struct Baselines {
    /// Objective of delta and of Leland's hedge (currency); infinite where an error is not finite.
    pub delta: f64,
    pub leland: f64,
    /// The better one, or the one asked for: where a residual network starts, and what every network
    /// has to beat.
    pub base: Base,
    /// Errors of that one: their value at risk at the level of the CVaR objective, their standard
    /// deviation and their root mean square (currency).
    pub threshold: f64,
    pub spread: f64,
    pub size: f64,
    start: Judged,
}

/// Paths of the validation set.
fn sampling(seed: u64) -> Sampling {
    Sampling {
        purpose: Purpose::Validation,
        ..Sampling::evaluation(seed)
    }
}

/// The validation paths under `policies`.
fn run(
    scenario: &Scenario,
    seed: u64,
    policies: &[Box<dyn Policy>],
    watch: &mut Watch<'_>,
) -> Result<Vec<Sample>, TrainingError> {
    let paths = scenario.training.validation_paths as u64;
    let mut samples = empty_samples(policies, sampling(seed));
    let watch = &mut |done| watch(done as f64 / paths as f64);
    let sampling = sampling(seed);
    if extend(scenario, policies, sampling, &mut samples, paths, watch).is_break() {
        return Err(TrainingError::Interrupted);
    }
    Ok(samples)
}

/// The objective of a hedge that is not trained (currency) on the paths that training with this
/// seed is judged on; `None` where it is not finite.
#[must_use]
pub fn validated(scenario: &Scenario, seed: u64, policy: Box<dyn Policy>) -> Option<f64> {
    let watch = &mut |_| ControlFlow::Continue(());
    let samples = run(scenario, seed, &[policy], watch).ok()?;
    let judged = Judged::of(Goal::of(scenario), samples.first()?.errors())?;
    Some(judged.objective)
}

/// The base that the scenario asks for; none where it leaves the choice.
fn chosen(scenario: &Scenario) -> Option<Base> {
    match scenario.training.base {
        BaseChoice::Auto => None,
        BaseChoice::Delta => Some(Base::Delta),
        BaseChoice::Leland => Some(Base::Leland),
        BaseChoice::SoftBand => {
            let settings = tune(scenario, &[Strategy::SoftBand]).soft_band_in(scenario);
            Some(Base::SoftBand(settings.rounded()))
        }
    }
}

impl Baselines {
    /// Runs delta and Leland's hedge, and the base that is asked for; `base` overrides that.
    ///
    /// # Errors
    /// When neither has finite errors, or `watch` breaks off.
    pub(super) fn new(
        scenario: &Scenario,
        seed: u64,
        base: Option<Base>,
        watch: &mut Watch<'_>,
    ) -> Result<Self, TrainingError> {
        let goal = Goal::of(scenario);
        let mut hedges = vec![Base::Delta, Base::Leland];
        let chosen = base.or_else(|| chosen(scenario));
        hedges.extend(chosen.filter(|base| !hedges.contains(base)));
        let policies: Vec<Box<dyn Policy>> =
            hedges.iter().map(|base| base.hedge(scenario)).collect();
        let samples = run(scenario, seed, &policies, watch)?;
        let mut judged: Vec<Option<Judged>> = samples
            .iter()
            .map(|sample| Judged::of(goal, sample.errors()))
            .collect();
        let objective = |judged: &Option<Judged>| {
            let judged = judged.as_ref();
            judged.map_or(f64::INFINITY, |judged| judged.objective)
        };
        let objectives = [objective(&judged[0]), objective(&judged[1])];
        let better = usize::from(objectives[1] < objectives[0]);
        let place = chosen.and_then(|base| hedges.iter().position(|hedge| *hedge == base));
        let place = place.unwrap_or(better);
        let (start, errors) = (judged.swap_remove(place), samples[place].errors());
        let count = errors.len() as f64;
        let mean = errors.iter().sum::<f64>() / count;
        let variance = errors.iter().map(|e| (e - mean).powi(2)).sum::<f64>() / count;
        Ok(Self {
            delta: objectives[0],
            leland: objectives[1],
            base: hedges[place],
            threshold: goal.threshold(errors),
            spread: variance.sqrt(),
            size: variance.sqrt().hypot(mean),
            start: start.ok_or(TrainingError::NoBaseline)?,
        })
    }

    /// Validation of the base hedge.
    pub(super) fn checked(&self) -> Checked {
        Checked {
            iteration: 0,
            objective: self.start.objective,
            rsmse: self.start.rsmse,
            rsmse_se: self.start.rsmse_se,
            gain: 0.0,
            gain_se: 0.0,
            kept: true,
        }
    }
}

/// The validation set.
#[derive(Debug)]
pub(super) struct Validation {
    scenario: Scenario,
    seed: u64,
    pub baselines: Baselines,
    /// The lowest objective so far, and its weights: none while that is the base hedge.
    lowest: Judged,
    weights: Vec<f32>,
}

impl Validation {
    pub(super) fn new(scenario: &Scenario, seed: u64, baselines: Baselines) -> Self {
        Self {
            scenario: scenario.clone(),
            seed,
            lowest: baselines.start.clone(),
            weights: Vec::new(),
            baselines,
        }
    }

    /// Number of paths.
    pub(super) fn paths(&self) -> usize {
        self.scenario.training.validation_paths
    }

    /// The weights with the lowest objective so far; none while that is the base hedge.
    pub(super) fn lowest(&self) -> &[f32] {
        &self.weights
    }

    /// Whether `checked` is the lowest objective so far.
    pub(super) fn is_lowest(&self, checked: &Checked) -> bool {
        checked.objective <= self.lowest.objective
    }

    /// Judges a policy; `None` where it is refused because an error on some path is not finite.
    ///
    /// # Errors
    /// When `watch` breaks off; nothing has changed then.
    pub(super) fn check(
        &mut self,
        policy: &LearnedPolicy,
        iteration: u64,
        watch: &mut Watch<'_>,
    ) -> Result<Option<Checked>, TrainingError> {
        let Some(judged) = self.judge(policy, watch)? else {
            return Ok(None);
        };
        let checked = self.compare(&judged, iteration);
        if judged.objective < self.lowest.objective {
            self.lowest = judged;
            self.weights = policy.weights().to_vec();
        }
        Ok(Some(checked))
    }

    /// The same, and remembers nothing.
    ///
    /// # Errors
    /// As [`Self::check`].
    pub(super) fn check_aside(
        &self,
        policy: &LearnedPolicy,
        iteration: u64,
        watch: &mut Watch<'_>,
    ) -> Result<Option<Checked>, TrainingError> {
        let judged = self.judge(policy, watch)?;
        Ok(judged.map(|judged| self.compare(&judged, iteration)))
    }

    fn judge(
        &self,
        policy: &LearnedPolicy,
        watch: &mut Watch<'_>,
    ) -> Result<Option<Judged>, TrainingError> {
        let policies: [Box<dyn Policy>; 1] = [Box::new(policy.clone())];
        let samples = run(&self.scenario, self.seed, &policies, watch)?;
        Ok(Judged::of(Goal::of(&self.scenario), samples[0].errors()))
    }

    fn compare(&self, judged: &Judged, iteration: u64) -> Checked {
        let start = &self.baselines.start;
        let gain = start.objective - judged.objective;
        let gain_se = judged.apart(start);
        // Of weights that the validation set cannot tell apart the latest are the better ones:
        // they have seen more paths. So all within two standard errors of the lowest are kept.
        let above = judged.objective - self.lowest.objective;
        let near = above <= 2.0 * judged.apart(&self.lowest);
        Checked {
            iteration,
            objective: judged.objective,
            rsmse: judged.rsmse,
            rsmse_se: judged.rsmse_se,
            gain,
            gain_se,
            kept: near && gain > 2.0 * gain_se,
        }
    }
}
