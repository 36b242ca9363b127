//! `hedgelab sweep merge`: one table of all results.

use crate::cli::table::grouped;
use crate::cli::{Failure, note, print, typed_path, usage};
use crate::figure::{Cell, Column, csv_head, csv_line};
use crate::files::{self, FileDraft};
use crate::sweep::{Folder, Heading, Lines, ParquetTable, Plan, SweepError, about};
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
    With --over every figure is the mean over an axis, such as the seed of trainings that were repeated: beside it stands its \
    standard error, of which the part that the common paths bring does not average out. Positions in probes then have \
    errors too, and how many cells there are stands in the place of their names.\n\n\
    Exit codes: 0 done, 75 cells are missing (nothing is written), 1 a file was changed, 2 DIR is no sweep."
)]
pub(in crate::cli) struct Merge {
    /// The folder of a sweep, or its object storage (`s3://BUCKET/NAME`)
    #[arg(value_name = "DIR", value_parser = typed_path())]
    folder: PathBuf,
    /// Write the table as CSV
    #[arg(long, value_name = "FILE", required_unless_present = "parquet", value_parser = typed_path())]
    csv: Option<PathBuf>,
    /// Write the table as Parquet
    #[arg(long, value_name = "FILE", value_parser = typed_path())]
    parquet: Option<PathBuf>,
    /// Average over the values of this axis
    #[arg(long, value_name = "AXIS")]
    over: Option<String>,
    /// Take what is there, although cells are missing
    #[arg(long)]
    partial: bool,
}

impl Merge {
    pub(super) fn run(&self) -> Result<(), Failure> {
        for (flag, file) in [("--csv", &self.csv), ("--parquet", &self.parquet)] {
            if let Some(file) = file {
                let place = files::typed_new(file.as_os_str());
                place.map_err(|error| usage(format!("{flag} {error}")))?;
            }
        }
        let (folder, plan) = Folder::open(&self.folder)?;
        let lines = Lines::of(&plan, self.over.as_deref());
        let lines = lines.map_err(|wrong| usage(format!("--over: {wrong}")))?;
        let chains = plan.chains()?;
        let cells: Vec<_> = chains.iter().flat_map(|chain| &chain.cells).collect();
        let missing = cells.len() - folder.there(cells.iter().copied())?.len();
        if missing > 0 && !self.partial {
            let all = cells.len();
            return Err(SweepError::Missing { missing, all }.into());
        }
        let mut tables = self.begin(&plan, &lines.headings())?;
        let merged = lines.each(&folder, &chains, &mut |line| tables.line(line))?;
        tables.put()?;
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
            grouped(merged.lines as u64),
            written.join(" and ")
        ))
    }

    /// Begins what is asked for, beside its place.
    fn begin(&self, plan: &Plan, headings: &[Heading]) -> Result<Tables, Failure> {
        let about = about(plan);
        let mut tables = Tables::default();
        if let Some(file) = &self.csv {
            let columns = headings.iter().map(|heading| heading.column.clone());
            let columns: Vec<Column> = columns.collect();
            let mut draft = FileDraft::beside(file).context("--csv")?;
            draft
                .add(csv_head(&columns, about.iter()).as_bytes())
                .context("--csv")?;
            tables.csv = Some(draft);
        }
        if let Some(file) = &self.parquet {
            let draft = FileDraft::beside(file).context("--parquet")?;
            let table = ParquetTable::begin(draft, headings, &about);
            tables.parquet = Some(table.context("--parquet")?);
        }
        Ok(tables)
    }
}

/// The table in the forms that are asked for, while it is being written.
#[derive(Default)]
struct Tables {
    csv: Option<FileDraft>,
    parquet: Option<ParquetTable<FileDraft>>,
}

impl Tables {
    fn line(&mut self, cells: &[Cell]) -> Result<(), SweepError> {
        if let Some(csv) = &mut self.csv {
            csv.add(csv_line(cells).as_bytes())?;
        }
        if let Some(parquet) = &mut self.parquet {
            parquet.row(cells).map_err(|error| SweepError::Other {
                what: "Parquet",
                reason: error.to_string(),
            })?;
        }
        Ok(())
    }

    fn put(self) -> Result<(), Failure> {
        let parquet = self.parquet.map(ParquetTable::finish).transpose();
        let parquet = parquet.context("--parquet")?;
        if let Some(csv) = self.csv {
            csv.put().context("--csv")?;
        }
        if let Some(parquet) = parquet {
            parquet.put().context("--parquet")?;
        }
        Ok(())
    }
}
