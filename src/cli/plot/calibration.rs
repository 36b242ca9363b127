//! Quoted books and what was fitted to them.

use super::Plot;
use crate::cli::Failure;
use crate::figure::Figure;
use crate::files;
use crate::gallery;
use crate::presets;
use std::iter::once;
use std::path::PathBuf;

/// The preset against whose steps memory would be told; a figure tells nothing of them.
const PRESET: &str = "paper-day";

impl Plot {
    pub(super) fn calibration(&self) -> Result<Figure, Failure> {
        let first = files::typed(self.subject.preset.as_ref());
        let all: Vec<PathBuf> = once(first.clone())
            .chain(self.more.iter().cloned())
            .collect();
        let scenario = presets::load(PRESET)?;
        let found = self.fitted.calibrated(&all, None, &scenario)?;
        let name = first
            .file_name()
            .unwrap_or(first.as_os_str())
            .to_string_lossy();
        Ok(if self.aftermath {
            gallery::event_study(&name, &found)
        } else {
            gallery::calibration(&name, &found)
        })
    }
}
