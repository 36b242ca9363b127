//! `hedgelab sweep show`: one figure over two axes, for the terminal.

mod heat;

use super::which::{Read, Which};
use crate::cli::table::{Table, estimate};
use crate::cli::{Failure, print, typed_path};
use crate::outcome::Estimate;
use crate::quantity::write::{NOTHING, keyboard, significant};
use crate::sweep::{Axis, Plan, Quantity, Shown, Surface};
use clap::Args;
use heat::{legend, shade};
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(
    after_help = "The first axis runs down, the second one across, unless --down and --across say otherwise; there is a table for each \
    combination of the others, or of those that --at leaves. Measures: mean, std, rmse, rsmse, var95, cvar95, var99, cvar99, \
    skewness, excess_kurtosis, min, max, turnover, cost, exercise_rate, of those that the sweep keeps. A difference that \
    chance explains (less than two standard errors) stands in brackets. hedgelab plot sweep DIR draws the same."
)]
pub(in crate::cli) struct Show {
    /// The folder of a sweep, or its object storage (`s3://BUCKET/NAME`)
    #[arg(value_name = "DIR", value_parser = typed_path())]
    folder: PathBuf,
    #[command(flatten)]
    which: Which,
    /// Less that of this strategy, on the same paths
    #[arg(long, value_name = "NAME")]
    against: Option<String>,
    /// Only where another axis has this value
    #[arg(long, value_name = "AXIS=VALUE")]
    at: Vec<String>,
    /// Shades instead of numbers
    #[arg(long)]
    heat: bool,
}

impl Show {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let against = self.against.as_deref();
        let read = Read::of(&self.folder, &self.which, against, &self.at)?;
        let plan = read.results.plan();
        let surfaces = read.surfaces();
        let range = Surface::range(&surfaces);
        let mut text = format!("{}: {}\n", plan.spec().title, read.shown.title());
        for surface in &surfaces {
            let entry = |found: Estimate| match range {
                Some(range) if self.heat => shade(found, range).to_owned(),
                _ => told(&read.shown, found),
            };
            text.push_str(&table(plan, &read, surface, &entry));
        }
        if let Some(range) = range.filter(|_| self.heat) {
            text.push_str(&legend(range));
        }
        print(&text)
    }
}

/// The table for one combination of the other axes.
fn table(
    plan: &Plan,
    read: &Read,
    surface: &Surface,
    entry: &dyn Fn(Estimate) -> String,
) -> String {
    let laid = &read.laid;
    let Some(down) = laid.down(plan) else {
        let only = surface.at(0, 0).and_then(|point| point.found.estimate());
        return format!("{}\n", entry(only.unwrap_or_default()));
    };
    let across = laid.across(plan);
    let corner = match across {
        Some(across) => format!("{} \\ {}", down.name, across.name),
        None => down.name.clone(),
    };
    let mut heading = vec![corner];
    match across {
        Some(axis) => heading.extend(values(axis)),
        None => heading.push(read.shown.strategy.clone()),
    }
    let heading: Vec<&str> = heading.iter().map(String::as_str).collect();
    let mut table = Table::new(&heading);
    for (row, name) in values(down).enumerate() {
        let mut line = vec![name];
        for column in 0..surface.columns {
            let found = surface.at(row, column);
            let found = found.and_then(|point| point.found.estimate());
            line.push(found.map_or_else(|| NOTHING.to_owned(), entry));
        }
        table.row(line);
    }
    let over = laid.told(plan, &surface.held);
    let over = if over.is_empty() {
        over
    } else {
        format!("{over}\n")
    };
    format!("\n{over}{}", table.text())
}

fn values(axis: &Axis) -> impl Iterator<Item = String> {
    (0..axis.count()).map(|place| axis.value(place).to_owned())
}

fn told(shown: &Shown, found: Estimate) -> String {
    let told = match (&shown.quantity, found.value) {
        (Quantity::Probe(_), Some(held)) => keyboard(&significant(held, 3)),
        _ => estimate(found),
    };
    if shown.is_by_chance(found) {
        format!("({told})")
    } else {
        told
    }
}
