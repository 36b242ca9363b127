//! `hedgelab reproduce`: the paper's table and figures, made anew.

mod figures;
mod progress;

use super::table::{Table, grouped};
use super::{Failure, note, on_threads, print, print_json, stop, typed_path, usage};
use crate::files;
use crate::outcome::Measure;
use crate::quantity::write::keyboard;
use crate::reproduce::{
    Cell, Effort, Figure, MEASURES, Place, Published, ReproduceError, Row, rows, run, to_csv,
    to_markdown, told,
};
use crate::scenario::Named;
use anyhow::Context;
use clap::Args;
use progress::Progress;
use std::path::{Path, PathBuf};
use std::time::Instant;

#[derive(Debug, Args)]
#[command(
    after_help = "Cells: day, month or year; the impact; and how the book comes back (never, half in a step, at-once): \
    day-0.001-never, year-0.02-at-once. Without impact memory is of no matter and there is one cell, year-0. year means all \
    that begin so.\n\n\
    In each cell three networks are trained (feed_forward, gru, lstm) and measured beside delta, Leland's hedge and both \
    bands on the same paths. Into DIR go networks/, cells/ with a record of each (hedgelab open, verify), table.md, \
    table.csv and figures/. What is there already is not made again: after Ctrl-C or a crash the same command goes on \
    with the cell that it was in. Results depend on the seed and the effort alone.\n\n\
    JSON: [{cell, strategy, stand_in, paths, figures: [{measure, value, se, published, joint_standard_errors}]}]"
)]
pub(super) struct Reproduce {
    /// Only these cells of the table, by name or its beginning
    #[arg(long, value_name = "CELL", value_delimiter = ',')]
    cell: Vec<String>,
    /// Only these of the paper's figures, 1 to 5
    #[arg(long, value_name = "N", value_delimiter = ',', value_parser = clap::value_parser!(u8).range(1..=5))]
    figure: Vec<u8>,
    /// Short trainings and few paths: all cells in a few minutes
    #[arg(long)]
    quick: bool,
    /// Seed of all random numbers
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// Folder for table, figures, networks and records, in which the same command goes on
    #[arg(long, value_name = "DIR", value_parser = typed_path())]
    out: Option<PathBuf>,
    /// Number of threads; the results do not depend on it [default: all cores]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// Print one JSON document instead of a table
    #[arg(long)]
    json: bool,
}

impl From<ReproduceError> for Failure {
    fn from(error: ReproduceError) -> Self {
        match error {
            ReproduceError::Other { .. } => Self::Usage(error.into()),
            other => Self::Run(other.into()),
        }
    }
}

impl Reproduce {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let cells = self.cells()?;
        let figures = self.figures()?;
        if let Some(folder) = &self.out {
            check_folder(folder)?;
            files::make_folder(&folder.join("cells")).context("--out")?;
        }
        let work = || -> Result<(), Failure> {
            if !cells.is_empty() {
                self.table(&cells)?;
            }
            if let (Some(folder), false) = (&self.out, figures.is_empty()) {
                let said = figures::write(&figures, &folder.join("figures"))?;
                if !self.json {
                    print(&said)?;
                }
            }
            Ok(())
        };
        on_threads(self.threads, work)?
    }

    fn effort(&self) -> Effort {
        if self.quick {
            Effort::QUICK
        } else {
            Effort::FULL
        }
    }

    /// The cells that are asked for; none where only figures are.
    fn cells(&self) -> Result<Vec<Cell>, Failure> {
        let all = Cell::all();
        if self.cell.is_empty() {
            return Ok(if self.figure.is_empty() {
                all
            } else {
                Vec::new()
            });
        }
        for word in &self.cell {
            if !all.iter().any(|cell| cell.is_meant_by(word)) {
                let names: Vec<String> = all.iter().map(Cell::to_string).collect();
                return Err(usage(format!(
                    "--cell {word:?}: allowed: {}, or the beginning of a name such as year or year-0.01",
                    names.join(", ")
                )));
            }
        }
        let meant = |cell: &Cell| self.cell.iter().any(|word| cell.is_meant_by(word));
        Ok(all.into_iter().filter(meant).collect())
    }

    /// The figures that are asked for: all with the whole table, where there is a folder for them.
    fn figures(&self) -> Result<Vec<u8>, Failure> {
        let mut figures = self.figure.clone();
        figures.sort_unstable();
        figures.dedup();
        if self.out.is_none() && !figures.is_empty() {
            return Err(usage(
                "--figure: needs a folder for the files; give --out DIR".into(),
            ));
        }
        if figures.is_empty() && self.cell.is_empty() && self.out.is_some() {
            figures = (1..=5).collect();
        }
        Ok(figures)
    }

    fn table(&self, cells: &[Cell]) -> Result<(), Failure> {
        let (effort, published) = (self.effort(), Published::read());
        let start = Instant::now();
        let interrupt = stop::listen();
        let clock = || start.elapsed().as_secs_f64();
        let place = Place {
            folder: self.out.as_deref(),
            interrupt,
            clock: &clock,
        };
        let progress = Progress::new(cells, &effort, self.seed)?;
        let mut table = Vec::new();
        for (number, cell) in cells.iter().enumerate() {
            let told = &mut |step| progress.tell(number, cell, step);
            let Some(done) = run(cell, &effort, self.seed, &place, told)? else {
                break;
            };
            progress.done(number, cell, clock());
            table.extend(rows(cell, &done, &published));
            if let Some(folder) = &self.out {
                self.write(folder, &table)?;
            }
        }
        progress.finish();
        let made = table.iter().filter(|row| row.strategy == "delta").count();
        if made < cells.len() {
            let next = match self.out {
                Some(_) => "the same command goes on from here",
                None => "with --out DIR the same command would go on from here",
            };
            note(&format!(
                "stopped after {made} of {} cells; {next}",
                cells.len()
            ));
        }
        if self.json {
            print_json(&documents(&table))
        } else {
            print(&self.text(&table))
        }
    }

    fn write(&self, folder: &Path, table: &[Row]) -> Result<(), Failure> {
        let title = "# The paper's cells, reproduced\n\n";
        let text = format!("{title}{}", to_markdown(table, &self.effort(), self.seed));
        files::write(&folder.join("table.md"), text.as_bytes()).context("table.md")?;
        let text = to_csv(table, self.seed);
        files::write(&folder.join("table.csv"), text.as_bytes()).context("table.csv")?;
        Ok(())
    }

    /// The RSMSE of everybody, in a table for the terminal.
    fn text(&self, rows: &[Row]) -> String {
        let mut names: Vec<&str> = Vec::new();
        for row in rows {
            if !names.contains(&row.strategy.as_str()) {
                names.push(&row.strategy);
            }
        }
        let mut heading = vec!["RSMSE"];
        heading.extend(&names);
        let mut table = Table::new(&heading);
        let mut seen: Vec<String> = Vec::new();
        for row in rows {
            let cell = row.cell.to_string();
            if seen.contains(&cell) {
                continue;
            }
            let own = rows.iter().filter(|other| other.cell == row.cell);
            let figures = own.filter_map(|row| {
                let mark = if row.stand_in.is_some() { "†" } else { "" };
                Some(format!(
                    "{}{mark}",
                    keyboard(&told(row.figure(Measure::Rsmse)?))
                ))
            });
            table.row(std::iter::once(cell.clone()).chain(figures).collect());
            seen.push(cell);
        }
        let effort = self.effort();
        let mut text = format!(
            "{}\n{} paths, seed {}; ± standard error; in brackets what is published, and how far from it in joint standard errors\n",
            table.text(),
            grouped(effort.paths),
            self.seed
        );
        if rows.iter().any(|row| row.stand_in.is_some()) {
            text.push_str("† no network beat the best hedge without training in its time: that hedge stands in\n");
        }
        if let Some(folder) = &self.out {
            text.push_str(&format!(
                "{} measures of every strategy in {}\n",
                MEASURES.len(),
                folder.join("table.md").display()
            ));
        }
        text
    }
}

/// Refuses what can be no folder.
fn check_folder(folder: &Path) -> Result<(), Failure> {
    if folder.is_dir() {
        return Ok(());
    }
    if folder.exists() {
        let folder = folder.display();
        return Err(usage(format!(
            "--out {folder}: is a file; allowed: a folder, which is made where it is missing"
        )));
    }
    let place = files::typed_new(folder.as_os_str());
    place.map_err(|error| usage(format!("--out {error}")))?;
    Ok(())
}

/// A row as it is printed for programs.
#[derive(serde::Serialize)]
struct Document<'a> {
    cell: String,
    strategy: &'a str,
    stand_in: Option<&'static str>,
    paths: u64,
    figures: Vec<DocumentFigure>,
}

#[derive(serde::Serialize)]
struct DocumentFigure {
    measure: &'static str,
    value: Option<f64>,
    se: Option<f64>,
    published: Option<f64>,
    joint_standard_errors: Option<f64>,
}

fn documents(rows: &[Row]) -> Vec<Document<'_>> {
    let figure = |figure: &Figure| DocumentFigure {
        measure: figure.measure.name(),
        value: figure.ours.value,
        se: figure.ours.se,
        published: figure.published,
        joint_standard_errors: figure.apart,
    };
    rows.iter()
        .map(|row| Document {
            cell: row.cell.to_string(),
            strategy: &row.strategy,
            stand_in: row.stand_in.map(Named::name),
            paths: row.paths,
            figures: row.figures.iter().map(figure).collect(),
        })
        .collect()
}
