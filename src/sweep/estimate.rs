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

/// Seconds that `cells` will take on one thread, about, as [`Pace::tried`] on the first of them says.
///
/// # Errors
/// When that cell cannot be trained.
pub fn estimate(plan: &Plan, cells: &[Cell], clock: &dyn Fn() -> f64) -> Result<f64, SweepError> {
    let Some(first) = cells.first() else {
        return Ok(0.0);
    };
    let pace = Pace::tried(plan, first, clock)?;
    cells.iter().map(|cell| pace.seconds(plan, cell)).sum()
}

/// What the parts of the work take on one thread (seconds).
#[derive(Clone, Copy, Debug, Default)]
pub struct Pace {
    /// What comes once in a cell.
    fixed: f64,
    /// A date of a path in training.
    path_step: f64,
    /// A date of a path, everybody measured.
    measured_path_step: f64,
}

impl Pace {
    /// What they take here: a cell is prepared, trained for a moment and measured on a part of its paths. `clock`
    /// tells seconds since some instant.
    ///
    /// # Errors
    /// When the cell cannot be trained.
    pub fn tried(plan: &Plan, cell: &Cell, clock: &dyn Fn() -> f64) -> Result<Self, SweepError> {
        let scenario = plan.scenario(cell)?;
        let mut tried = Self::default();
        if plan.has_learned() && plan.spec().training.iterations != Some(0) {
            tried.train(plan, cell, &scenario, clock)?;
        }
        tried.measure(plan, &scenario, clock);
        Ok(tried)
    }

    /// What a cell will take (seconds).
    ///
    /// # Errors
    /// When the cell cannot be.
    pub fn seconds(&self, plan: &Plan, cell: &Cell) -> Result<f64, SweepError> {
        let scenario = plan.scenario(cell)?;
        let steps = scenario.steps as f64;
        let training = &scenario.training;
        let trained = steps * training.iterations as f64 * training.batch as f64;
        let measured = steps * plan.spec().paths as f64;
        Ok(self.fixed + self.path_step * trained + self.measured_path_step * measured)
    }

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
