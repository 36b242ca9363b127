//! What is there of a sweep, cell by cell; looked for again, it reads only what is new.

use super::cell::Cell;
use super::error::SweepError;
use super::folder::Folder;
use super::laid::{Found, Laid, Surface};
use super::plan::Plan;
use super::row::Row;
use super::shown::Shown;
use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

/// The grid of a sweep with the results that were read.
#[derive(Clone, Debug)]
pub struct Results {
    plan: Arc<Plan>,
    folder: Folder,
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
        Self::of(folder, plan)
    }

    /// The same of a plan and its folder.
    ///
    /// # Errors
    /// Names the first cell that cannot be.
    pub fn of(folder: Folder, plan: Plan) -> Result<Self, SweepError> {
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

    /// Its folder.
    #[must_use]
    pub fn folder(&self) -> &Folder {
        &self.folder
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
    /// [`Folder::row`] does; `go_on` is asked after each. What does not read is told once.
    pub fn look(
        &mut self,
        wanted: &dyn Fn(&Cell) -> bool,
        go_on: &mut dyn FnMut(&Self) -> ControlFlow<()>,
    ) -> Vec<SweepError> {
        let there = self.folder.there();
        let mut wrong = Vec::new();
        let cells = self.cells.clone();
        for cell in cells.iter().flatten() {
            let index = cell.index;
            let known = self.rows[index].is_some() || self.broken.contains(&index);
            if known || !there.contains(&cell.name.to_string()) || !wanted(cell) {
                continue;
            }
            match self.folder.row(cell) {
                Ok(row) => self.rows[index] = row.map(Arc::new),
                Err(error) => {
                    self.broken.insert(index);
                    wrong.push(error);
                }
            }
            if go_on(self).is_break() {
                break;
            }
        }
        wrong
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
