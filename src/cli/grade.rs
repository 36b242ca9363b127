//! `hedgelab grade`: the records of a class as one table.

use super::{Failure, csv_text, print, typed_path};
use crate::files;
use crate::logbook::grade;
use anyhow::{Context, anyhow};
use clap::Args;
use std::io::{self, Write};
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(
    after_help = "A row for each person and question, task or path; the last answer counts. CSV: person, file, kind (answer, task \
    or hedge), lesson (or challenge), step, question, answer, truth, distance, unit, right, skipped, attempts, error, delta, \
    learned, at (seconds since 1970)"
)]
pub(super) struct Grade {
    /// Folder with the records, one file NAME.jsonl for each person
    #[arg(value_name = "DIR", value_parser = typed_path())]
    folder: PathBuf,
    /// Write the table to a file instead of printing it
    #[arg(long, value_name = "FILE", value_parser = typed_path())]
    out: Option<PathBuf>,
}

impl Grade {
    pub(super) fn run(&self) -> Result<(), Failure> {
        if let Some(path) = &self.out {
            files::typed_new(path.as_os_str())
                .map_err(|error| super::usage(format!("--out {error}")))?;
        }
        let grades = grade(&self.folder).map_err(anyhow::Error::new)?;
        for note in &grades.notes {
            super::note(note);
        }
        if grades.rows.is_empty() && grades.failed.is_empty() {
            let folder = self.folder.display();
            super::note(&format!(
                "nothing is recorded in the files *.jsonl of {folder}"
            ));
        }
        for error in &grades.failed {
            let _closed_pipe = writeln!(io::stderr(), "{error}");
        }
        let text = csv_text(&grades.rows)?;
        match &self.out {
            Some(path) => {
                files::write(path, text.as_bytes()).context("the table")?;
                let (rows, path) = (grades.rows.len(), path.display());
                print(&format!("saved {path}: {rows} rows\n"))?;
            }
            None => print(&text)?,
        }
        match grades.failed.len() {
            0 => Ok(()),
            failed => Err(Failure::Run(anyhow!("{failed} records do not read"))),
        }
    }
}
