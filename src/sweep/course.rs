//! How far a run is, and how long it will take.

use super::run::News;
use std::collections::BTreeMap;

/// The course of a run over some cells.
#[derive(Clone, Debug, Default)]
pub struct Course {
    cells: usize,
    there: usize,
    done: usize,
    /// Which share of their training cells at work have behind them, by number.
    at_work: BTreeMap<usize, f64>,
}

impl Course {
    /// The course of a run over `cells` cells, `there` of which are there from before.
    #[must_use]
    pub fn new(cells: usize, there: usize) -> Self {
        Self {
            cells,
            there,
            ..Self::default()
        }
    }

    /// Takes in what is heard of the run.
    pub fn hear(&mut self, news: &News<'_>) {
        match news {
            News::There(_) => {}
            News::Training(cell, share) => {
                self.at_work.insert(cell.index, *share);
            }
            News::Done(cell, _) => {
                self.at_work.remove(&cell.index);
                self.done += 1;
            }
            News::Failed(cell, _) => {
                self.at_work.remove(&cell.index);
            }
        }
    }

    /// Number of cells.
    #[must_use]
    pub fn cells(&self) -> usize {
        self.cells
    }

    /// Cells that were there when it began.
    #[must_use]
    pub fn there(&self) -> usize {
        self.there
    }

    /// Cells that are there now.
    #[must_use]
    pub fn done(&self) -> usize {
        self.there + self.done
    }

    /// The share of the cells that is there, those at work by the share of their training.
    #[must_use]
    pub fn share(&self) -> f64 {
        (self.done() as f64 + self.under_way()) / self.cells.max(1) as f64
    }

    /// Seconds left, from those that it has taken; absent before anything is done.
    #[must_use]
    pub fn left(&self, taken: f64) -> Option<f64> {
        let waiting = self.cells.saturating_sub(self.done()) as f64;
        let done = self.done as f64 + self.under_way();
        (done > 0.0).then(|| taken * (waiting - self.under_way()).max(0.0) / done)
    }

    fn under_way(&self) -> f64 {
        self.at_work.values().sum()
    }
}
