//! The sweep that is open.

use crate::sweep::{Folder, Meant, Plan, Results, SweepError};
use std::path::PathBuf;

/// The sweep that is open.
pub(super) struct Open {
    pub source: PathBuf,
    pub folder: PathBuf,
    pub results: Results,
    /// Seconds that what is missing will take here, about; absent until that is found out.
    pub seconds: Option<f64>,
}

impl Open {
    /// Opens it, nothing of its results read yet.
    ///
    /// # Errors
    /// When it is none.
    pub fn of(sweep: &Meant) -> Result<Self, SweepError> {
        let (results, folder) = opened(sweep)?;
        Ok(Self {
            source: sweep.path().to_owned(),
            folder,
            results,
            seconds: None,
        })
    }
}

/// A sweep, and the folder of its results. That of a spec lies beside it and is called as it is; where it is
/// there already and of the same sweep, its results are shown.
fn opened(sweep: &Meant) -> Result<(Results, PathBuf), SweepError> {
    match sweep {
        Meant::Folder(folder) => Ok((Results::open(folder)?, folder.clone())),
        Meant::Spec(file) => {
            let plan = Plan::load(file)?;
            let folder = file.with_extension("");
            let there = Folder::open(&folder).ok();
            let same = |other: &Plan| {
                let texts = other.texts().ok().zip(plan.texts().ok());
                texts.is_some_and(|(one, other)| one == other)
            };
            let there = there.filter(|(_, other)| same(other));
            let there = there.map(|(known, _)| known);
            Ok((Results::of(there, plan)?, folder))
        }
    }
}
