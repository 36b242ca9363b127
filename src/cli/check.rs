//! Checking files of one kind: each that is fine is named with its title, each problem is told.

use super::{Failure, print};
use anyhow::anyhow;
use std::fmt::Display;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Checks files, each of which has the title that `load` gives, or does not load.
pub(super) fn check_files<E: Display>(
    files: &[PathBuf],
    load: impl Fn(&Path) -> Result<String, E>,
) -> Result<(), Failure> {
    let mut bad = 0;
    let mut good = String::new();
    for file in files {
        match load(file) {
            Ok(title) => good.push_str(&format!("{}: fine: {title}\n", file.display())),
            Err(error) => {
                bad += 1;
                let _closed_pipe = writeln!(io::stderr(), "{error}");
            }
        }
    }
    print(&good)?;
    if bad == 0 {
        return Ok(());
    }
    Err(Failure::Run(anyhow!(
        "{bad} of {} files do not load",
        files.len()
    )))
}
