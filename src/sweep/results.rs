//! What is there of a sweep, cell by cell; looked for again, it reads only what is new.

use super::cell::Cell;
use super::error::SweepError;
use super::folder::{Folder, TOGETHER};
use super::laid::{Found, Laid, Surface};
use super::plan::Plan;
use super::row::Row;
use super::shown::Shown;
use crate::policy::LearnedPolicy;
use crate::scenario::Scenario;
use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

/// The grid of a sweep with the results that were read.
#[derive(Clone, Debug)]
pub struct Results {
    plan: Arc<Plan>,
    /// Absent where nothing is computed yet.
    folder: Option<Folder>,
    /// By their number in the grid; absent where it is left out.
    cells: Arc<Vec<Option<Cell>>>,
    rows: Vec<Option<Arc<Row>>>,
    /// Cells whose results do not read.
    broken: BTreeSet<usize>,
}

impl Results {
    /// The sweep in a folder, nothing of it read yet.
    ///
    /// # Errors
    /// When it is no folder of a sweep, or its spec does not load.
    pub fn open(path: &Path) -> Result<Self, SweepError> {
        let (folder, plan) = Folder::open(path)?;
        Self::of(Some(folder), plan)
    }

    /// The same of a plan, with its folder where it has one.
    ///
    /// # Errors
    /// Names the first cell that cannot be.
    pub fn of(folder: Option<Folder>, plan: Plan) -> Result<Self, SweepError> {
        let mut cells = vec![None; plan.places()];
        for cell in plan.chains()?.iter().flat_map(|chain| &chain.cells) {
            cells[cell.index] = Some(*cell);
        }
        Ok(Self {
            rows: vec![None; cells.len()],
            plan: Arc::new(plan),
            folder,
            cells: Arc::new(cells),
            broken: BTreeSet::new(),
        })
    }

    /// The sweep.
    #[must_use]
    pub fn plan(&self) -> &Arc<Plan> {
        &self.plan
    }

    /// Its folder, where it has one.
    #[must_use]
    pub fn folder(&self) -> Option<&Folder> {
        self.folder.as_ref()
    }

    /// The cells whose results were not read.
    pub fn waiting(&self) -> impl Iterator<Item = &Cell> {
        let cells = self.cells.iter().flatten();
        cells.filter(|cell| self.rows[cell.index].is_none())
    }

    /// What a cell is of: its scenario, and the network that was trained for it.
    ///
    /// # Errors
    /// When its result was not read, or its network does not load.
    pub fn loaded(&self, index: usize) -> Result<(Scenario, Option<LearnedPolicy>), SweepError> {
        let there = self.cell(index).zip(self.row(index)).zip(self.folder());
        let Some(((cell, row), folder)) = there else {
            return Err(SweepError::Missing {
                missing: self.cells() - self.there(),
                all: self.cells(),
            });
        };
        let scenario = Scenario::new(row.question.scenario.clone())?;
        let Some(name) = cell.policy else {
            return Ok((scenario, None));
        };
        let policy = folder.network(name)?.map(|(policy, _)| policy);
        Ok((scenario, policy))
    }

    /// The cell of a number in the grid; absent where it is left out.
    #[must_use]
    pub fn cell(&self, index: usize) -> Option<&Cell> {
        self.cells.get(index)?.as_ref()
    }

    /// Number of cells.
    #[must_use]
    pub fn cells(&self) -> usize {
        self.cells.iter().flatten().count()
    }

    /// Number of cells whose results were read.
    #[must_use]
    pub fn there(&self) -> usize {
        self.rows.iter().flatten().count()
    }

    /// The result of a cell, where it was read.
    #[must_use]
    pub fn row(&self, index: usize) -> Option<&Arc<Row>> {
        self.rows.get(index)?.as_ref()
    }

    /// Reads the results of the cells that are `wanted` and were not read yet, each checked as
    /// [`Folder::row`] does; `go_on` is asked after every few. What does not read is told once.
    pub fn look(
        &mut self,
        wanted: &dyn Fn(&Cell) -> bool,
        go_on: &mut dyn FnMut(&Self) -> ControlFlow<()>,
    ) -> Vec<SweepError> {
        let Some(folder) = self.folder.clone() else {
            return Vec::new();
        };
        let cells = self.cells.clone();
        let is_new = |cell: &&Cell| {
            let known = self.rows[cell.index].is_some() || self.broken.contains(&cell.index);
            !known && wanted(cell)
        };
        let new: Vec<&Cell> = cells.iter().flatten().filter(is_new).collect();
        let there = match folder.there(new.iter().copied()) {
            Ok(there) => there,
            Err(error) => return vec![error],
        };
        let new = new.into_iter().filter(|cell| there.contains(&cell.index));
        let new: Vec<&Cell> = new.collect();
        let mut wrong = Vec::new();
        for cells in new.chunks(TOGETHER) {
            for (cell, row) in cells.iter().zip(folder.rows(cells)) {
                match row {
                    Ok(row) => self.rows[cell.index] = row.map(Arc::new),
                    Err(error) => {
                        self.broken.insert(cell.index);
                        wrong.push(error);
                    }
                }
            }
            if go_on(self).is_break() {
                break;
            }
        }
        wrong
    }

    /// The cell whose scenario this is, whatever it is called and whichever path it shows; absent where no cell
    /// that was read has it.
    #[must_use]
    pub fn of_scenario(&self, scenario: &Scenario) -> Option<usize> {
        let axes = self.plan.axes().iter();
        let place: Option<Vec<usize>> = axes.map(|axis| axis.place_of(scenario)).collect();
        let index = self.plan.index(&place?);
        let row = self.row(index)?;
        let of_cell = Scenario::new(row.question.scenario.clone()).ok()?;
        of_cell.differences(scenario).is_empty().then_some(index)
    }

    /// What is known of a place in the grid.
    #[must_use]
    pub fn found(&self, shown: &Shown, index: usize) -> Found {
        match (self.cell(index), self.row(index)) {
            (None, _) => Found::LeftOut,
            (Some(_), None) => Found::Waiting,
            (Some(_), Some(row)) => Found::There(shown.of(row)),
        }
    }

    /// A figure over both axes, the others where `held` says.
    #[must_use]
    pub fn surface(&self, shown: &Shown, laid: &Laid, held: &[usize]) -> Surface {
        let found = |index| self.found(shown, index);
        laid.surface(&self.plan, held, &found)
    }
}
