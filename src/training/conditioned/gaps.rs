//! How far from the best: what a conditioned policy leaves in a scenario against what a training for that
//! scenario alone does, on common paths that neither has seen.

mod near;
mod spread;
mod table;

pub use super::contest::Excess;
pub use near::{Expected, NEAREST, WEIGHTS};
pub use spread::{Group, Hedge, Spread, groups};
pub use table::{COLUMNS, GapTable, TableError};

use super::contest::{Contest, SEED};
use super::draw::{self, Mix};
use crate::policy::conditioned::{Measures, outside_aside_from_objective, shaped};
use crate::policy::{Base, Conditioned, LearnedPolicy, Policy};
use crate::scenario::{Named, Objective, Scenario, Strategy};
use crate::simulate::tune;
use crate::training::watch::part;
use crate::training::{
    Budget, Ending, Interrupt, Start, Trainer, TrainingError, Watch, refinement, train,
};
use serde::{Deserialize, Serialize};

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

/// Of the random scenarios: others than those that were looked at while the policy was made what it is.
const HELD_OUT: u64 = 2611;
/// How far away the next one stands, where one lies outside of what the policy answers for.
const AGAIN: u64 = 1_000_000_000;

/// The random scenarios on which gaps are measured: `count` for the RSMSE, and three for each 25 of them
/// for each other objective.
#[must_use]
pub fn held_out(count: u64) -> Vec<(String, Scenario)> {
    let others = [Objective::Rmse, Objective::Cvar, Objective::Entropic];
    let of = |objective: Objective, from: u64, count: u64| {
        (0..count).map(move |number| {
            let name = format!("{}-{number}", objective.name());
            (name, held_out_for(objective, from + number))
        })
    };
    let first = of(Objective::Rsmse, 0, count);
    let rest = others
        .into_iter()
        .zip(1..)
        .flat_map(|(objective, place)| of(objective, place * 1_000_000, of_others(count)));
    first.chain(rest).collect()
}

/// The first one of a number for which the policy answers; for a CVaR the first one for which it would if it did for
/// that.
fn held_out_for(objective: Objective, number: u64) -> Scenario {
    let mut number = number;
    loop {
        let scenario = draw::scenario(HELD_OUT, number, Mix::Usual(objective));
        if outside_aside_from_objective(&scenario).is_empty() {
            return scenario;
        }
        number += AGAIN;
    }
}

/// Scenarios of each other objective beside `count` for the RSMSE.
fn of_others(count: u64) -> u64 {
    count.saturating_mul(3).div_ceil(25)
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
    measure_watched(policy, name, scenario, paths, interrupt, &mut |_| {
        interrupt.ask()
    })
}

/// The same under the eyes of `watch`, which is told the share that is done and may break it off; raising
/// `interrupt` does so in the midst of a step.
///
/// # Errors
/// As [`measure`].
pub fn measure_watched(
    policy: &Conditioned,
    name: &str,
    scenario: &Scenario,
    paths: usize,
    interrupt: &Interrupt,
    watch: &mut Watch<'_>,
) -> Result<Gap, TrainingError> {
    let alone = shaped(scenario).unwrap_or_else(|_| scenario.clone());
    let made = policy.policy(&alone)?;
    let dedicated = {
        let watch = &mut part(watch, 0.0..=0.7);
        trained(&alone, &Start::Fresh, interrupt, watch)?
    };
    let short = refinement(&alone).unwrap_or_else(|_| alone.clone());
    let refined = {
        let watch = &mut part(watch, 0.7..=0.85);
        trained(&short, &Start::Refined(made.clone()), interrupt, watch)?
    };
    let tuned = tune(&alone, &[Strategy::SoftBand]);
    let soft_band = Base::SoftBand(tuned.soft_band_in(&alone));
    let rules = [Base::Delta, Base::Leland, soft_band].map(|base| base.hedge(&alone));
    let mut policies: Vec<&dyn Policy> = vec![&dedicated, &made, &refined];
    policies.extend(rules.iter().map(AsRef::as_ref));
    let contest = Contest::of(&alone, &policies, paths, &mut part(watch, 0.85..=1.0));
    let contest = contest.ok_or(TrainingError::Interrupted)?;
    Ok(Gap::of(name, &alone, &contest))
}

impl Gap {
    /// What a contest says of the policy trained for `scenario`, the one made at once, the refined one and
    /// the rules, in this order.
    fn of(name: &str, scenario: &Scenario, contest: &Contest) -> Self {
        let measures = Measures::of(scenario);
        let places = [1, 2, contest.lowest_from(3)];
        let [at_once, refined, rule] = places.map(|place| contest.excess(place, 0));
        let [ask_cost, bid_cost] = measures.friction();
        Self {
            name: name.to_owned(),
            objective: scenario.training.objective.name().to_owned(),
            kind: scenario.contract.kind.name().to_owned(),
            position: scenario.contract.position.name().to_owned(),
            dates: measures.dates,
            width: measures.width,
            drift: measures.drift,
            ask_cost,
            bid_cost,
            size: measures.size,
            ask_kept: measures.kept[0],
            bid_kept: measures.kept[1],
            moneyness: measures.moneyness,
            dedicated: contest.objective(0) / measures.error_size,
            at_once: at_once.share,
            at_once_error: at_once.error,
            refined: refined.share,
            refined_error: refined.error,
            rule: rule.share,
            rule_error: rule.error,
        }
    }

    /// Whether it is one of the paper's cells, and not drawn at random.
    #[must_use]
    pub fn is_of_the_paper(&self) -> bool {
        self.name.starts_with("paper-")
    }

    /// What a hedge leaves above the training for this scenario alone.
    #[must_use]
    pub fn excess(&self, of: Hedge) -> Excess {
        let (share, error) = match of {
            Hedge::AtOnce => (self.at_once, self.at_once_error),
            Hedge::Refined => (self.refined, self.refined_error),
            Hedge::Rule => (self.rule, self.rule_error),
        };
        Excess { share, error }
    }
}

fn trained(
    scenario: &Scenario,
    start: &Start,
    interrupt: &Interrupt,
    watch: &mut Watch<'_>,
) -> Result<LearnedPolicy, TrainingError> {
    // What is prepared is a fifth of a usual training.
    let mut trainer = Trainer::watched(scenario, start, SEED, &mut part(watch, 0.0..=0.2))?;
    trainer.heed(interrupt);
    let go_on = &mut |trainer: &Trainer| watch(0.8f64.mul_add(trainer.report().share, 0.2));
    match train(&mut trainer, Budget::Planned, &|| 0.0, go_on)? {
        Ending::Finished => Ok(trainer.policy()),
        Ending::Stopped => Err(TrainingError::Interrupted),
    }
}
