//! How far a reproduction is, and how long it will take.

use crate::cli::note;
use crate::reproduce::{Cell, Effort, NETWORKS, ReproduceError, Step};
use crate::scenario::Named;
use indicatif::{ProgressBar, ProgressStyle};

/// A bar on a terminal, a line for each cell elsewhere.
pub(super) struct Progress {
    bar: ProgressBar,
    /// For each cell the work of its networks and of measuring.
    work: Vec<[u64; 4]>,
}

impl Progress {
    pub(super) fn new(cells: &[Cell], effort: &Effort, seed: u64) -> Result<Self, ReproduceError> {
        let of = |cell: &Cell| {
            let mut work = [0; 4];
            for (work, network) in work.iter_mut().zip(NETWORKS) {
                *work = Effort::training_work(&effort.training(cell, network, seed)?);
            }
            work[3] = effort.measuring_work(cell.scenario(&[])?.steps);
            Ok(work)
        };
        let work: Vec<[u64; 4]> = cells
            .iter()
            .map(of)
            .collect::<Result<_, ReproduceError>>()?;
        let bar = ProgressBar::new(work.iter().flatten().sum());
        if let Ok(style) = ProgressStyle::with_template("{bar:30} {percent:>3}%, {eta} left: {msg}")
        {
            bar.set_style(style);
        }
        Ok(Self { bar, work })
    }

    /// Says what is being done for a cell.
    pub(super) fn tell(&self, number: usize, cell: &Cell, step: Step) {
        let (place, share, what) = match step {
            Step::Training(network, share) => (
                NETWORKS
                    .iter()
                    .position(|other| *other == network)
                    .unwrap_or(0),
                share,
                network.name(),
            ),
            Step::Measuring(share) => (3, share, "measuring"),
        };
        let before: u64 = self.work[..number].iter().flatten().sum();
        let within: u64 = self.work[number][..place].iter().sum();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a share between 0 and 1 of a count"
        )]
        let part = (share * self.work[number][place] as f64) as u64;
        self.bar.set_position(before + within + part);
        self.bar.set_message(format!("{cell}, {what}"));
    }

    /// A cell is done.
    pub(super) fn done(&self, number: usize, cell: &Cell, seconds: f64) {
        if !self.bar.is_hidden() {
            return;
        }
        let done: u64 = self.work[..=number].iter().flatten().sum();
        let all: u64 = self.work.iter().flatten().sum();
        let left = seconds * (all - done) as f64 / done.max(1) as f64;
        note(&format!(
            "{cell}: done after {seconds:.0} s; about {left:.0} s left"
        ));
    }

    pub(super) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
