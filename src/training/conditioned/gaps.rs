//! How far from the best: what a conditioned policy leaves in a scenario against what a training for that
//! scenario alone does, on common paths that neither has seen.

use super::draw::{self, Mix};
use crate::market::Sampling;
use crate::policy::conditioned::{Measures, shaped};
use crate::policy::{Base, Conditioned, Policy};
use crate::scenario::{Named, Objective, Scenario, Strategy};
use crate::simulate::{Lot, errors_of, tune};
use crate::training::objective::{Goal, standard_error};
use crate::training::{Budget, Interrupt, Start, Trainer, TrainingError, refinement, train};
use serde::{Deserialize, Serialize};
use std::ops::ControlFlow;

/// Seed of the scenarios and paths on which gaps are measured: none that anything was chosen on.
const SEED: u64 = 2_000_003;

/// What a policy leaves above the one trained for the scenario alone, as a share of the latter's objective
/// (of the size of its errors, where the objective may be 0).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Excess {
    /// The share.
    pub share: f64,
    /// Its standard error, on common paths.
    pub error: f64,
}

/// One scenario: what it is, without units, and the excesses there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Gap {
    /// What it is called.
    pub name: String,
    /// What is to be small.
    pub objective: String,
    /// `call` or `put`, `short` or `long`.
    pub kind: String,
    /// See `kind`.
    pub position: String,
    /// As in [`Measures`].
    pub dates: f64,
    /// As in [`Measures`].
    pub width: f64,
    /// As in [`Measures`].
    pub drift: f64,
    /// As in [`Measures`], over the width.
    pub ask_cost: f64,
    /// As in [`Measures`], over the width.
    pub bid_cost: f64,
    /// As in [`Measures`].
    pub size: f64,
    /// As in [`Measures`].
    pub ask_kept: f64,
    /// As in [`Measures`].
    pub bid_kept: f64,
    /// As in [`Measures`].
    pub moneyness: f64,
    /// The objective after training for this scenario alone, over [`Measures::error_size`].
    pub dedicated: f64,
    /// Of the conditioned policy.
    pub at_once: f64,
    /// Its standard error.
    pub at_once_error: f64,
    /// Of the same after a refinement.
    pub refined: f64,
    /// Its standard error.
    pub refined_error: f64,
    /// Of the best hedge without training.
    pub rule: f64,
    /// Its standard error.
    pub rule_error: f64,
}

/// The random scenarios on which gaps are measured: `count` for the RSMSE, and a third as many for each
/// other objective.
#[must_use]
pub fn held_out(count: u64) -> Vec<(String, Scenario)> {
    let others = [Objective::Rmse, Objective::Cvar, Objective::Entropic];
    let of = |objective: Objective, from: u64, count: u64| {
        (0..count).map(move |number| {
            let scenario = draw::scenario(SEED, from + number, Mix::Usual(objective));
            (format!("{}-{number}", objective.name()), scenario)
        })
    };
    let first = of(Objective::Rsmse, 0, count);
    let rest = others
        .into_iter()
        .zip(1..)
        .flat_map(|(objective, place)| of(objective, place * 1_000_000, count.div_ceil(3)));
    first.chain(rest).collect()
}

/// Trains for a scenario alone, with its usual budget, and measures all on so many paths.
///
/// # Errors
/// When a training fails or is interrupted.
pub fn measure(
    policy: &Conditioned,
    name: &str,
    scenario: &Scenario,
    paths: usize,
    interrupt: &Interrupt,
) -> Result<Gap, TrainingError> {
    let alone = shaped(scenario).unwrap_or_else(|_| scenario.clone());
    let dedicated = trained(&alone, &Start::Fresh, interrupt)?;
    let made = policy.policy(&alone)?;
    let short = refinement(&alone).unwrap_or_else(|_| alone.clone());
    let refined = trained(&short, &Start::Refined(made.clone()), interrupt)?;
    let tuned = tune(&alone, &[Strategy::SoftBand]);
    let soft_band = Base::SoftBand(tuned.soft_band_in(&alone));
    let rules = [Base::Delta, Base::Leland, soft_band].map(|base| base.hedge(&alone));
    let mut policies: Vec<&dyn Policy> = vec![&dedicated, &made, &refined];
    policies.extend(rules.iter().map(AsRef::as_ref));
    let goal = Goal::of(&alone);
    let judged: Vec<(f64, Vec<f64>)> = policies
        .into_iter()
        .map(|policy| goal.influences(&errors(&alone, policy, paths)))
        .collect();
    let measures = Measures::of(&alone);
    let unit = judged[0].0.abs().max(0.1 * measures.error_size);
    let excess = |one: &(f64, Vec<f64>)| {
        let pairs = one.1.iter().zip(&judged[0].1);
        Excess {
            share: (one.0 - judged[0].0) / unit,
            error: standard_error(pairs.map(|(x, y)| x - y)) / unit,
        }
    };
    let best = (3..judged.len()).min_by(|a, b| judged[*a].0.total_cmp(&judged[*b].0));
    let [at_once, refined, rule] = [1, 2, best.unwrap_or(3)].map(|place| excess(&judged[place]));
    let [ask_cost, bid_cost] = measures.friction();
    Ok(Gap {
        name: name.to_owned(),
        objective: alone.training.objective.name().to_owned(),
        kind: alone.contract.kind.name().to_owned(),
        position: alone.contract.position.name().to_owned(),
        dates: measures.dates,
        width: measures.width,
        drift: measures.drift,
        ask_cost,
        bid_cost,
        size: measures.size,
        ask_kept: measures.kept[0],
        bid_kept: measures.kept[1],
        moneyness: measures.moneyness,
        dedicated: judged[0].0 / measures.error_size,
        at_once: at_once.share,
        at_once_error: at_once.error,
        refined: refined.share,
        refined_error: refined.error,
        rule: rule.share,
        rule_error: rule.error,
    })
}

fn trained(
    scenario: &Scenario,
    start: &Start,
    interrupt: &Interrupt,
) -> Result<crate::policy::LearnedPolicy, TrainingError> {
    let mut trainer = Trainer::watched(scenario, start, SEED, &mut |_| interrupt.ask())?;
    trainer.heed(interrupt);
    let go_on = &mut |_: &Trainer| ControlFlow::Continue(());
    train(&mut trainer, Budget::Planned, &|| 0.0, go_on)?;
    if interrupt.is_raised() {
        return Err(TrainingError::Interrupted);
    }
    Ok(trainer.policy())
}

fn errors(scenario: &Scenario, policy: &dyn Policy, paths: usize) -> Vec<f64> {
    let sampling = Sampling::evaluation(SEED);
    let lot = Lot {
        scenario,
        policy,
        sampling,
        paths,
    };
    errors_of(&[lot]).remove(0)
}
