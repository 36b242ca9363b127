//! `hedgelab sweep`: a grid of scenarios, hedged and trained for, on one machine or on many.

mod merge;
mod plan;
mod progress;
mod run;
mod show;
mod status;
mod submit;
pub(super) mod which;

use super::{Failure, print, usage};
use crate::sweep::{BUILT_IN, SweepError};
use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub(super) enum Sweep {
    /// Print a sweep that comes with the program: a small one that runs in under a minute, to begin with
    Example {
        /// Another one: impact-and-memory, of which the manual has a chapter
        #[arg(default_value = "example")]
        name: String,
    },
    /// Say which cells a sweep has, what of it is there, and how long the rest will take
    Plan(plan::PlanOf),
    /// Compute the cells that are not there yet
    Run(run::RunOf),
    /// Hand a sweep over to Slurm, Kubernetes or GNU parallel
    Submit(Box<submit::Submit>),
    /// Say how far a sweep is
    Status(status::Status),
    /// Check all results and make one table of them
    Merge(merge::Merge),
    /// Show one figure over two axes
    Show(show::Show),
}

impl Sweep {
    pub(super) fn run(&self) -> Result<(), Failure> {
        match self {
            Self::Example { name } => print(built_in(name)?),
            Self::Plan(plan) => plan.run(),
            Self::Run(run) => run.run(),
            Self::Submit(submit) => submit.run(),
            Self::Status(status) => status.run(),
            Self::Merge(merge) => merge.run(),
            Self::Show(show) => show.run(),
        }
    }
}

/// The text of a sweep that comes with the program.
fn built_in(name: &str) -> Result<&'static str, Failure> {
    let found = BUILT_IN.iter().find(|(known, _)| *known == name);
    let known = || BUILT_IN.map(|(known, _)| known).join(", ");
    let (_, text) = found.ok_or_else(|| usage(format!("{name:?}: allowed: {}", known())))?;
    Ok(text)
}

impl From<SweepError> for Failure {
    fn from(error: SweepError) -> Self {
        match error {
            SweepError::Spec(_)
            | SweepError::Cell { .. }
            | SweepError::Field(_)
            | SweepError::Folder { .. } => Self::Usage(error.into()),
            SweepError::Missing { .. } => Self::Again(error.into()),
            other => Self::Run(other.into()),
        }
    }
}

/// A time as people say it: `42 s`, `17 min`, `3.5 h`.
fn told_time(seconds: f64) -> String {
    match seconds {
        s if s < 10.0 => format!("{s:.1} s"),
        s if s < 120.0 => format!("{s:.0} s"),
        s if s < 7200.0 => format!("{:.0} min", s / 60.0),
        s => format!("{:.1} h", s / 3600.0),
    }
}
