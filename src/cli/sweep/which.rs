//! Which figure of a sweep is meant, and how its axes are to lie.

use crate::cli::{Failure, usage};
use crate::sweep::{Cell, Laid, Plan, Results, Shown, Surface, Wish};
use crate::units::FieldError;
use clap::Args;
use std::ops::ControlFlow;
use std::path::Path;

/// A figure of a sweep, as it is typed.
#[derive(Debug, Args)]
pub(in crate::cli) struct Which {
    /// Of a sweep: which measure [default: RSMSE where it is kept, else the first]
    #[arg(long, value_name = "MEASURE", conflicts_with = "probe")]
    measure: Option<String>,
    /// Of a sweep: a probe in the place of a measure
    #[arg(long, value_name = "NAME")]
    probe: Option<String>,
    /// Of a sweep: whose [default: the last strategy]
    #[arg(long, value_name = "NAME")]
    strategy: Option<String>,
    /// Of a sweep: the axis that runs down
    #[arg(long, value_name = "AXIS")]
    down: Option<String>,
    /// Of a sweep: the axis that runs across
    #[arg(long, value_name = "AXIS")]
    across: Option<String>,
}

impl Which {
    /// The figure, and how the axes lie; `against` and `at` are what these flags say.
    fn of(
        &self,
        plan: &Plan,
        against: Option<&str>,
        at: &[String],
    ) -> Result<(Shown, Laid), Failure> {
        let wish = Wish {
            measure: self.measure.clone(),
            probe: self.probe.clone(),
            strategy: self.strategy.clone(),
            against: against.map(str::to_owned),
            down: self.down.clone(),
            across: self.across.clone(),
            at: at.to_vec(),
        };
        let shown = wish.shown(plan).map_err(refused)?;
        Ok((shown, wish.laid(plan).map_err(refused)?))
    }
}

/// What was typed after a flag and is not there.
fn refused(wrong: FieldError) -> Failure {
    let FieldError {
        field,
        value,
        allowed,
    } = wrong;
    usage(format!("--{field} {value}: allowed: {allowed}"))
}

/// A sweep with the results that are shown, the figure and how its axes lie.
pub(in crate::cli) struct Read {
    pub results: Results,
    pub shown: Shown,
    pub laid: Laid,
}

impl Read {
    /// Reads the results that are needed for it, each checked.
    pub(in crate::cli) fn of(
        folder: &Path,
        which: &Which,
        against: Option<&str>,
        at: &[String],
    ) -> Result<Self, Failure> {
        let mut results = Results::open(folder)?;
        let plan = results.plan().clone();
        let (shown, laid) = which.of(&plan, against, at)?;
        let wanted = |cell: &Cell| laid.holds(&plan.place(cell.index));
        let wrong = results.look(&wanted, &mut |_| ControlFlow::Continue(()));
        match wrong.into_iter().next() {
            Some(error) => Err(error.into()),
            None => Ok(Self {
                results,
                shown,
                laid,
            }),
        }
    }

    /// The figure for each combination of the axes that run neither down nor across.
    pub(in crate::cli) fn surfaces(&self) -> Vec<Surface> {
        let all = self.laid.combinations(self.results.plan());
        let surface = |held: &Vec<usize>| self.results.surface(&self.shown, &self.laid, held);
        all.iter().map(surface).collect()
    }
}
