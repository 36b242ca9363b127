//! `hedgelab sweep merge`: one table of all results.

use crate::cli::table::grouped;
use crate::cli::{Failure, note, print, typed_path};
use crate::files;
use crate::sweep::{Folder, SweepError, about, merged, parquet};
use anyhow::Context;
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(
    after_help = "A line for each cell and strategy, in the order of the plan: the cell's name, the fields of the axes, the strategy, each \
    measure with its standard error, the difference to the first strategy on the same paths where its error is known (mean, \
    RSMSE), the position in each probe, which hedge stands in for a network that beat none, and the network's name. Units \
    stand in the headings. Every result is checked: that it is as it was written, answers its cell's question, and was \
    measured with the network that is there. Merged again, the bytes are the same.\n\n\
    Exit codes: 0 done, 75 cells are missing (nothing is written), 1 a file was changed, 2 DIR is no sweep."
)]
pub(in crate::cli) struct Merge {
    /// The folder of a sweep
    #[arg(value_name = "DIR", value_parser = typed_path())]
    folder: PathBuf,
    /// Write the table as CSV
    #[arg(long, value_name = "FILE", required_unless_present = "parquet", value_parser = typed_path())]
    csv: Option<PathBuf>,
    /// Write the table as Parquet
    #[arg(long, value_name = "FILE", value_parser = typed_path())]
    parquet: Option<PathBuf>,
    /// Take what is there, although cells are missing
    #[arg(long)]
    partial: bool,
}

impl Merge {
    pub(super) fn run(&self) -> Result<(), Failure> {
        for (flag, file) in [("--csv", &self.csv), ("--parquet", &self.parquet)] {
            if let Some(file) = file {
                let place = files::typed_new(file.as_os_str());
                place.map_err(|error| crate::cli::usage(format!("{flag} {error}")))?;
            }
        }
        let (folder, plan) = Folder::open(&self.folder)?;
        let merged = merged(&folder, &plan, &plan.chains()?)?;
        if merged.missing > 0 && !self.partial {
            return Err(SweepError::Missing {
                missing: merged.missing,
                all: merged.cells + merged.missing,
            }
            .into());
        }
        let about = about(&plan);
        if let Some(file) = &self.csv {
            let text = merged.table.csv(about.iter());
            files::write(file, text.as_bytes()).context("--csv")?;
        }
        if let Some(file) = &self.parquet {
            let bytes = parquet(&merged.table, &about)?;
            files::write(file, &bytes).context("--parquet")?;
        }
        if merged.missing > 0 {
            note(&format!(
                "{} cells are missing",
                grouped(merged.missing as u64)
            ));
        }
        let written = [&self.csv, &self.parquet].into_iter().flatten();
        let written: Vec<String> = written.map(|file| file.display().to_string()).collect();
        print(&format!(
            "{} cells, {} lines in {}\n",
            grouped(merged.cells as u64),
            grouped(merged.table.rows.len() as u64),
            written.join(" and ")
        ))
    }
}
