//! `hedgelab plot sweep`: one figure of a sweep over two of its axes.

use super::Plot;
use crate::cli::sweep::which::Read;
use crate::cli::{Failure, usage};
use crate::figure::Figure;
use crate::files;
use crate::gallery;

/// Most panels of a figure.
const PANELS: usize = 8;

impl Plot {
    /// The map of the sweep whose folder stands in the place of a preset.
    pub(super) fn sweep(&self) -> Result<Figure, Failure> {
        if self.subject.is_changed() {
            let allowed = "none of a sweep, whose folder says what its cells are";
            return Err(usage(format!("--set, --pin: allowed: {allowed}")));
        }
        let folder = files::typed(self.subject.preset.as_ref());
        let against = self.against.as_deref();
        let read = Read::of(&folder, &self.swept, against, &self.explored.at)?;
        let plan = read.results.plan();
        let panels = read.laid.combinations(plan).len();
        if panels > PANELS {
            let others = read.laid.others(plan);
            let names = others.filter(|axis| !read.laid.held.contains_key(axis));
            let names = names.map(|axis| plan.axes()[axis].name.as_str());
            let names: Vec<&str> = names.collect();
            return Err(usage(format!(
                "sweep: {panels} panels, one for each value of {}; allowed: up to {PANELS}; --at AXIS=VALUE holds one",
                names.join(" and ")
            )));
        }
        Ok(gallery::sweep(&read.results, &read.shown, &read.laid))
    }
}
