//! Policies judged on a fixed set of paths that training never sees, by the simulation that
//! everybody is measured with.

use super::objective::{Goal, standard_error};
use super::{TrainingError, Watch};
use crate::market::Sampling;
use crate::outcome::Sample;
use crate::policy::{Base, LearnedPolicy, Policy};
use crate::scenario::{BaseChoice, Scenario, Strategy};
use crate::simulate::{empty_samples, extend, tune_watched};
use crate::units::Purpose;
use serde::Serialize;

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
    /// How much lower the objective is than that of the best hedge without training (currency).
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
    /// Objective of delta, of Leland's hedge and of the soft band (currency); infinite where an error
    /// is not finite.
    pub delta: f64,
    pub leland: f64,
    pub soft_band: f64,
    /// What a residual network corrects: the better of delta and Leland's hedge, or the one asked
    /// for.
    pub base: Base,
    /// Errors of that one: their value at risk at the level of the CVaR objective, their standard
    /// deviation and their root mean square (currency).
    pub threshold: f64,
    pub spread: f64,
    pub size: f64,
    /// The best of all: what every network has to beat, and what stands in for it until then.
    pub best: Base,
    beaten: Judged,
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

/// The soft band as it is tuned to the scenario.
fn soft_band(scenario: &Scenario, watch: &mut Watch<'_>) -> Result<Base, TrainingError> {
    let tuned = tune_watched(scenario, &[Strategy::SoftBand], &mut || watch(0.0));
    let tuned = tuned.ok_or(TrainingError::Interrupted)?;
    Ok(Base::SoftBand(tuned.soft_band_in(scenario).rounded()))
}

impl Baselines {
    /// Runs delta, Leland's hedge, the tuned soft band, and the base where it is another; `base`
    /// overrides what the scenario asks for.
    ///
    /// # Errors
    /// When the base has an error that is not finite, or `watch` breaks off.
    pub(super) fn new(
        scenario: &Scenario,
        seed: u64,
        base: Option<Base>,
        watch: &mut Watch<'_>,
    ) -> Result<Self, TrainingError> {
        let goal = Goal::of(scenario);
        let soft_band = soft_band(scenario, watch)?;
        let chosen = base.or(match scenario.training.base {
            BaseChoice::Auto => None,
            BaseChoice::Delta => Some(Base::Delta),
            BaseChoice::Leland => Some(Base::Leland),
            BaseChoice::SoftBand => Some(soft_band),
        });
        let mut hedges = vec![Base::Delta, Base::Leland, soft_band];
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
        let objectives: Vec<f64> = judged.iter().map(objective).collect();
        let better = usize::from(objectives[1] < objectives[0]);
        let place = chosen.and_then(|base| hedges.iter().position(|hedge| *hedge == base));
        let place = place.unwrap_or(better);
        if judged[place].is_none() {
            return Err(TrainingError::NoBaseline);
        }
        // Of equals the base, which is where training starts from.
        let best = (0..hedges.len()).fold(place, |best, other| {
            if objectives[other] < objectives[best] {
                other
            } else {
                best
            }
        });
        let errors = samples[place].errors();
        let count = errors.len() as f64;
        let mean = errors.iter().sum::<f64>() / count;
        let variance = errors.iter().map(|e| (e - mean).powi(2)).sum::<f64>() / count;
        Ok(Self {
            delta: objectives[0],
            leland: objectives[1],
            soft_band: objectives[2],
            base: hedges[place],
            threshold: goal.threshold(errors),
            spread: variance.sqrt(),
            size: variance.sqrt().hypot(mean),
            best: hedges[best],
            beaten: judged.swap_remove(best).ok_or(TrainingError::NoBaseline)?,
        })
    }

    /// Validation of the best hedge without training.
    pub(super) fn checked(&self) -> Checked {
        Checked {
            iteration: 0,
            objective: self.beaten.objective,
            rsmse: self.beaten.rsmse,
            rsmse_se: self.beaten.rsmse_se,
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
    /// The lowest objective so far, and its weights: none while no network has it.
    lowest: Judged,
    weights: Vec<f32>,
}

impl Validation {
    pub(super) fn new(scenario: &Scenario, seed: u64, baselines: Baselines) -> Self {
        Self {
            scenario: scenario.clone(),
            seed,
            lowest: baselines.beaten.clone(),
            weights: Vec::new(),
            baselines,
        }
    }

    /// Number of paths.
    pub(super) fn paths(&self) -> usize {
        self.scenario.training.validation_paths
    }

    /// The weights with the lowest objective so far; none while no network has it.
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
        let beaten = &self.baselines.beaten;
        let gain = beaten.objective - judged.objective;
        let gain_se = judged.apart(beaten);
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
