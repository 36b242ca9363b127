//! The table of gaps of a conditioned policy: what it leaves against a training for each scenario alone.

mod report;

use super::progress::Bar;
use super::table::{Table, grouped};
use super::{Failure, print, usage};
use crate::files;
use crate::gallery::excess_words;
use crate::policy::Conditioned;
use crate::quantity::write::keyboard;
use crate::reproduce::Cell;
use crate::scenario::{Named, Scenario};
use crate::training::conditioned::gaps::{Gap, GapTable, Hedge, Spread, groups, held_out, measure};
use crate::training::{Interrupt, TrainingError};
use anyhow::Context;
use std::fmt::Write;
use std::path::Path;

/// Largest table that is read again (bytes).
const LIMIT: u64 = 16 << 20;

/// Random scenarios for the RSMSE, and paths of each, where nobody says otherwise.
pub(super) const USUAL: Extent = Extent {
    scenarios: 170,
    paths: 500_000,
};

/// How thoroughly gaps are measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Extent {
    /// Random scenarios for the RSMSE.
    pub scenarios: u64,
    /// Paths of each.
    pub paths: usize,
}

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted<'a> {
    /// Where the table is.
    pub table: &'a Path,
    /// How thoroughly.
    pub extent: Extent,
    /// Where a chapter for readers is to be.
    pub report: Option<&'a Path>,
}

impl Wanted<'_> {
    /// Refuses a place for the chapter where nothing can be written: better before hours than after them.
    pub fn check(&self) -> Result<(), Failure> {
        let Some(report) = self.report else {
            return Ok(());
        };
        let place = files::typed_new(report.as_os_str());
        place.map_err(|error| usage(format!("--report {error}")))?;
        Ok(())
    }
}

/// Measures what is not in the table yet, and says how the gaps are spread. Broken off, the table has
/// what was measured, and the next call goes on. `command` is what was typed.
pub(super) fn run(
    policy: &Conditioned,
    wanted: &Wanted<'_>,
    command: &str,
    stop: &Interrupt,
) -> Result<(), Failure> {
    let Extent { scenarios, paths } = wanted.extent;
    let mut table = read(wanted.table)?;
    let all = all_scenarios(scenarios)?;
    let bar = Bar::new();
    for (place, (name, scenario)) in all.iter().enumerate() {
        if table.knows(name) {
            continue;
        }
        bar.show(place as f64 / all.len() as f64, || {
            format!("gaps: {name}, {place} of {}", all.len())
        });
        match measure(policy, name, scenario, paths, stop) {
            Ok(gap) => {
                append(wanted.table, &gap)?;
                table.push(gap);
            }
            Err(TrainingError::Interrupted) => break,
            Err(error) => return Err(error.into()),
        }
    }
    bar.clear();
    if let Some(path) = wanted.report {
        let text = report::chapter(&table, paths, command);
        files::write(path, text.as_bytes()).context("the report")?;
    }
    print(&summary(&table, paths))
}

/// The cells of the paper, then random scenarios.
fn all_scenarios(count: u64) -> Result<Vec<(String, Scenario)>, Failure> {
    let mut all = Vec::new();
    for cell in Cell::all() {
        let scenario = cell.scenario(&[]).context("a cell of the paper")?;
        all.push((format!("paper-{cell}"), scenario));
    }
    all.extend(held_out(count));
    Ok(all)
}

/// The table so far.
fn read(path: &Path) -> Result<GapTable, Failure> {
    if !path.exists() {
        return Ok(GapTable::default());
    }
    let bytes = files::read(path, LIMIT).map_err(anyhow::Error::new)?;
    let table = GapTable::from_bytes(&bytes, &path.display().to_string());
    Ok(table.map_err(anyhow::Error::new)?)
}

/// Adds a row; the first brings the headings.
fn append(table: &Path, gap: &Gap) -> Result<(), Failure> {
    let mut writer = csv::WriterBuilder::new()
        .has_headers(!table.exists())
        .from_writer(Vec::new());
    writer.serialize(gap).context("writing CSV")?;
    let row = writer.into_inner().context("writing CSV")?;
    let row = String::from_utf8_lossy(&row).into_owned();
    for line in row.lines() {
        files::append_line(table, line).map_err(anyhow::Error::new)?;
    }
    Ok(())
}

/// How the gaps are spread, for the paper's cells, each objective and each option.
fn summary(table: &GapTable, paths: usize) -> String {
    let mut text = format!(
        "excess of the objective over that of a training for the scenario alone, on {} common paths\n\n",
        grouped(paths as u64)
    );
    let mut rows = Table::new(&["", "scenarios", "", "median", "90%", "95%", "worst"]);
    for group in groups(table.gaps()) {
        for (hedge, of) in Hedge::ALL {
            let Some(spread) = Spread::of(&group, *of) else {
                continue;
            };
            let mut row = vec![
                group.name.clone(),
                group.gaps.len().to_string(),
                (*hedge).to_owned(),
            ];
            let cells = spread.all().map(|excess| keyboard(&excess_words(excess)));
            row.extend(cells);
            rows.row(row);
        }
    }
    let _infallible = write!(text, "{}", rows.text());
    text
}
