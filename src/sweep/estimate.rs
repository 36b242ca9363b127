//! How long a sweep will take, from a moment's work on one of its cells.

use super::cell::Cell;
use super::error::SweepError;
use super::plan::Plan;
use super::spec::Start as From;
use crate::market::Sampling;
use crate::scenario::{Scenario, Strategy};
use crate::simulate::{baselines, simulate};
use crate::training::{Start, Trainer};

/// Time given to each part of the work that is tried (seconds).
const MOMENT: f64 = 0.3;
/// Paths on which measuring is tried.
const PATHS: u64 = 20_000;

/// Seconds that `cells` will take on one thread, about: the first of them is prepared, trained for a moment and
/// measured on a part of its paths. `clock` tells seconds since some instant.
///
/// # Errors
/// When that cell cannot be trained.
pub fn estimate(plan: &Plan, cells: &[Cell], clock: &dyn Fn() -> f64) -> Result<f64, SweepError> {
    let Some(first) = cells.first() else {
        return Ok(0.0);
    };
    let scenario = plan.scenario(first)?;
    let trains = plan.has_learned() && plan.spec().training.iterations != Some(0);
    let mut tried = Tried::default();
    if trains {
        tried.train(plan, first, &scenario, clock)?;
    }
    tried.measure(plan, &scenario, clock);
    let mut seconds = 0.0;
    for cell in cells {
        let scenario = plan.scenario(cell)?;
        let steps = scenario.steps as f64;
        let training = &scenario.training;
        let trained = steps * training.iterations as f64 * training.batch as f64;
        seconds += tried.fixed + tried.path_step * trained;
        seconds += tried.measured_path_step * steps * plan.spec().paths as f64;
    }
    Ok(seconds)
}

/// What the parts of the work take (seconds).
#[derive(Default)]
struct Tried {
    /// What comes once in a cell.
    fixed: f64,
    /// A date of a path in training.
    path_step: f64,
    /// A date of a path, everybody measured.
    measured_path_step: f64,
}

impl Tried {
    fn train(
        &mut self,
        plan: &Plan,
        cell: &Cell,
        scenario: &Scenario,
        clock: &dyn Fn() -> f64,
    ) -> Result<(), SweepError> {
        let about = |source| SweepError::Training {
            cell: plan.told(cell.index),
            source,
        };
        let start = clock();
        let trainer = Trainer::new(scenario, &Start::Fresh, scenario.seed);
        let mut trainer = trainer.map_err(about)?;
        let begun = clock();
        self.fixed += begun - start;
        if plan.spec().start != From::Nothing {
            // The weights given are judged too.
            self.fixed += 0.5 * (begun - start);
        }
        let mut iterations = 0;
        while clock() - begun < MOMENT && !trainer.is_finished() {
            trainer.step().map_err(about)?;
            iterations += 1;
        }
        let path_steps = iterations * scenario.training.batch * scenario.steps;
        self.path_step = (clock() - begun) / path_steps.max(1) as f64;
        Ok(())
    }

    fn measure(&mut self, plan: &Plan, scenario: &Scenario, clock: &dyn Fn() -> f64) {
        let start = clock();
        let rules = plan.spec().strategies.iter().copied();
        let rules: Vec<Strategy> = rules.filter(|s| *s != Strategy::Learned).collect();
        let mut policies = baselines(scenario, &rules);
        if policies.is_empty() {
            policies = baselines(scenario, &[Strategy::Delta]);
        }
        let tuned = clock();
        self.fixed += tuned - start;
        let paths = plan.spec().paths.min(PATHS);
        let _samples = simulate(
            scenario,
            &policies,
            Sampling::evaluation(plan.spec().seed),
            paths,
        );
        // A network takes a few times as long as a rule.
        let more = if plan.has_learned() { 2.0 } else { 1.0 };
        let path_steps = paths as f64 * scenario.steps as f64;
        self.measured_path_step = more * (clock() - tuned) / path_steps;
    }
}
