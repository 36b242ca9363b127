//! The table of gaps of a conditioned policy: what it leaves against a training for each scenario alone.

use super::progress::Bar;
use super::table::{Table, grouped};
use super::{Failure, print};
use crate::files;
use crate::policy::Conditioned;
use crate::reproduce::Cell;
use crate::scenario::Scenario;
use crate::training::conditioned::gaps::{Gap, held_out, measure};
use crate::training::{Interrupt, TrainingError};
use anyhow::Context;
use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;

/// Largest table that is read again (bytes).
const LIMIT: u64 = 16 << 20;

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Extent {
    /// Random scenarios for the RSMSE.
    pub scenarios: u64,
    /// Paths of each.
    pub paths: usize,
}

/// Measures what is not in the table yet, and says how the gaps are spread. Broken off, the table has
/// what was measured, and the next call goes on.
pub(super) fn run(
    policy: &Conditioned,
    table: &Path,
    extent: Extent,
    stop: &Interrupt,
) -> Result<(), Failure> {
    let mut gaps = read(table)?;
    let known: BTreeSet<String> = gaps.iter().map(|gap| gap.name.clone()).collect();
    let all = scenarios(extent.scenarios)?;
    let bar = Bar::new();
    for (place, (name, scenario)) in all.iter().enumerate() {
        if known.contains(name) {
            continue;
        }
        bar.show(place as f64 / all.len() as f64, || {
            format!("gaps: {name}, {place} of {}", all.len())
        });
        match measure(policy, name, scenario, extent.paths, stop) {
            Ok(gap) => {
                append(table, &gap)?;
                gaps.push(gap);
            }
            Err(TrainingError::Interrupted) => break,
            Err(error) => return Err(error.into()),
        }
    }
    bar.clear();
    print(&summary(&gaps, extent.paths))
}

/// The cells of the paper, then random scenarios.
fn scenarios(count: u64) -> Result<Vec<(String, Scenario)>, Failure> {
    let mut all = Vec::new();
    for cell in Cell::all() {
        let scenario = cell.scenario(&[]).context("a cell of the paper")?;
        all.push((format!("paper-{cell}"), scenario));
    }
    all.extend(held_out(count));
    Ok(all)
}

fn read(table: &Path) -> Result<Vec<Gap>, Failure> {
    if !table.exists() {
        return Ok(Vec::new());
    }
    let bytes = files::read(table, LIMIT).map_err(anyhow::Error::new)?;
    let rows: Result<Vec<Gap>, csv::Error> = csv::Reader::from_reader(bytes.as_slice())
        .into_deserialize()
        .collect();
    let rows = rows.with_context(|| {
        format!(
            "{}: is no table of gaps; allowed: a new file, or one that this command wrote",
            table.display()
        )
    });
    Ok(rows?)
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

/// How the gaps are spread, for the paper's cells and for each objective.
fn summary(gaps: &[Gap], paths: usize) -> String {
    let mut text = format!(
        "excess of the objective over that of a training for the scenario alone, on {} common paths\n\n",
        grouped(paths as u64)
    );
    let mut table = Table::new(&["", "scenarios", "", "median", "95%", "worst"]);
    let mut groups: Vec<(&str, Vec<&Gap>)> = Vec::new();
    for gap in gaps {
        let group = if gap.name.starts_with("paper-") {
            "paper"
        } else {
            gap.objective.as_str()
        };
        match groups.iter_mut().find(|(known, _)| *known == group) {
            Some((_, list)) => list.push(gap),
            None => groups.push((group, vec![gap])),
        }
    }
    for (name, list) in groups {
        for (of, share) in [
            (
                "at once",
                &(|gap: &Gap| gap.at_once) as &dyn Fn(&Gap) -> f64,
            ),
            ("refined", &|gap: &Gap| gap.refined),
            ("best rule", &|gap: &Gap| gap.rule),
        ] {
            let mut shares: Vec<f64> = list.iter().map(|gap| share(gap)).collect();
            shares.sort_unstable_by(f64::total_cmp);
            table.row(vec![
                name.to_owned(),
                list.len().to_string(),
                of.to_owned(),
                percent(at(&shares, 0.5)),
                percent(at(&shares, 0.95)),
                percent(at(&shares, 1.0)),
            ]);
        }
    }
    let _infallible = write!(text, "{}", table.text());
    text
}

fn percent(share: f64) -> String {
    format!("{:+.2}%", 100.0 * share)
}

/// The value below which a share of sorted ones lies.
fn at(sorted: &[f64], share: f64) -> f64 {
    let last = sorted.len().saturating_sub(1);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a rank between 0 and the last"
    )]
    let rank = (share * last as f64).round() as usize;
    sorted.get(rank).copied().unwrap_or(f64::NAN)
}
