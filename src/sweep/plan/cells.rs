//! The cells of a plan in their chains, each with its scenario and its question.

use super::Plan;
use crate::scenario::fields::Field;
use crate::scenario::{FieldError, Scenario};
use crate::sweep::axis::Axis;
use crate::sweep::cell::{self, Cell, Chain, Question};
use crate::sweep::error::SweepError;
use crate::sweep::spec::{Condition, Start, Test};
use crate::training::refinement;
use crate::units::ContentHash;

impl Plan {
    /// All chains in their order.
    ///
    /// # Errors
    /// Names the first cell that cannot be.
    pub fn chains(&self) -> Result<Vec<Chain>, SweepError> {
        let (length, stride) = self.along.map_or((1, 1), |along| {
            let after = self.axes[along + 1..].iter().map(Axis::count);
            (self.axes[along].count(), after.product())
        });
        let heads = (0..self.places()).filter(|index| (index / stride) % length == 0);
        let chain = |head: usize| self.chain((0..length).map(|step| head + step * stride));
        let chains: Result<Vec<Chain>, SweepError> = heads.map(chain).collect();
        let mut chains = chains?;
        chains.retain(|chain| !chain.cells.is_empty());
        if chains.is_empty() {
            let wrong = FieldError::new("leave_out", "all cells", "fewer than all");
            return Err(self.about(wrong));
        }
        Ok(chains)
    }

    fn chain(&self, indices: impl Iterator<Item = usize>) -> Result<Chain, SweepError> {
        let mut cells: Vec<Cell> = Vec::new();
        for index in indices {
            let neighbour = cells.last().and_then(|before| before.policy);
            if let Some(cell) = self.cell(index, neighbour)? {
                cells.push(cell);
            }
        }
        Ok(Chain { cells })
    }

    fn cell(
        &self,
        index: usize,
        neighbour: Option<ContentHash>,
    ) -> Result<Option<Cell>, SweepError> {
        let scenario = self.made(index, neighbour.is_none());
        let scenario = scenario.map_err(|wrong| self.about_cell(index, wrong))?;
        if self.is_left_out(&scenario) {
            return Ok(None);
        }
        for probe in &self.spec.probes {
            let state = probe.state(&scenario);
            state.map_err(|wrong| {
                self.about_cell(index, wrong.inside(&format!("probe {:?}", probe.name)))
            })?;
        }
        let policy = if self.has_learned() {
            Some(cell::training_name(self, index, &scenario, neighbour)?)
        } else {
            None
        };
        let question = self.question(&scenario, policy);
        Ok(Some(Cell {
            index,
            name: question.name(&scenario),
            policy,
            neighbour,
        }))
    }

    /// The scenario of a cell, as it is trained and measured.
    ///
    /// # Errors
    /// What of it cannot be.
    pub fn scenario(&self, cell: &Cell) -> Result<Scenario, SweepError> {
        let scenario = self.made(cell.index, cell.neighbour.is_none());
        scenario.map_err(|wrong| self.about_cell(cell.index, wrong))
    }

    fn made(&self, index: usize, is_first: bool) -> Result<Scenario, FieldError> {
        let mut parameters = self.base.clone().into_parameters();
        if let (true, Some(first)) = (is_first, self.spec.training.first_iterations) {
            Field::find("training.iterations")?.set(&mut parameters, &first.to_string())?;
        }
        for (place, axis) in self.place(index).into_iter().zip(&self.axes) {
            axis.set(place, &mut parameters)?;
        }
        let told = self.told(index);
        parameters.title = format!("{}: {told}", self.spec.title);
        if parameters.title.chars().count() > 100 {
            parameters.title = parameters.title.chars().take(99).chain(['…']).collect();
        }
        let scenario = Scenario::new(parameters)?;
        match self.spec.start {
            Start::Conditioned if self.has_learned() => self.refined(&scenario),
            _ => Ok(scenario),
        }
    }

    /// The scenario as what a conditioned policy makes for it is refined: as long as was asked for.
    fn refined(&self, scenario: &Scenario) -> Result<Scenario, FieldError> {
        let refined = refinement(scenario)?;
        let mut moved = self.axes.iter().flat_map(|axis| &axis.fields);
        let asked = self.spec.training.iterations.is_some()
            || moved.any(|(field, _)| field.path == "training.iterations");
        if !asked {
            return Ok(refined);
        }
        let mut parameters = refined.into_parameters();
        parameters.training.iterations = scenario.training.iterations;
        Scenario::new(parameters)
    }

    /// What is asked in a cell.
    pub(in crate::sweep) fn question(
        &self,
        scenario: &Scenario,
        policy: Option<ContentHash>,
    ) -> Question {
        Question {
            scenario: scenario.clone().into_parameters(),
            strategies: self.spec.strategies.clone(),
            measures: self.spec.measures.clone(),
            paths: self.spec.paths,
            seed: self.spec.seed,
            probes: self.spec.probes.clone(),
            policy,
        }
    }

    fn is_left_out(&self, scenario: &Scenario) -> bool {
        let mut lists = self.spec.leave_out.iter();
        lists.any(|all| all.iter().all(|one| holds(one, scenario)))
    }
}

fn holds(condition: &Condition, scenario: &Scenario) -> bool {
    let Ok(field) = Field::find(&condition.field) else {
        return false;
    };
    let number = field.number(scenario);
    match &condition.is {
        Test::Below(x) => number.is_some_and(|found| found < *x),
        Test::Above(x) => number.is_some_and(|found| found > *x),
        Test::Equal(value) => {
            let mut like = scenario.clone().into_parameters();
            field.set(&mut like, &value.text()).is_ok() && field.get(&like) == field.get(scenario)
        }
    }
}
