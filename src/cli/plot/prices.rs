//! A file of recorded prices.

use super::Plot;
use crate::cli::Failure;
use crate::cli::recorded::read;
use crate::figure::Figure;
use crate::files;
use crate::gallery;
use crate::history::Found;

impl Plot {
    pub(super) fn prices(&self) -> Result<Figure, Failure> {
        let path = files::typed(self.subject.preset.as_ref());
        let history = read(&path, &self.subject.prices.reading())?;
        let found = Found::of(&history);
        let name = path.file_name().unwrap_or(path.as_os_str());
        Ok(gallery::prices(&name.to_string_lossy(), &history, &found))
    }
}
