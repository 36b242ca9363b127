//! `hedgelab sweep plan`: which cells there are, and how long they will take.

use super::told_time;
use crate::cli::table::{Table, grouped};
use crate::cli::{Failure, on_threads, print, print_json, typed_path};
use crate::policy::conditioned::outside;
use crate::scenario::Named;
use crate::sweep::spec::Start;
use crate::sweep::{Axis, Cell, Chain, Folder, Plan, estimate};
use clap::Args;
use serde::Serialize;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Instant;

#[derive(Debug, Args)]
#[command(
    after_help = "The time is found by a moment's work on one cell (--untimed leaves it out); a machine of N cores takes an Nth of it.\n\n\
    JSON: {title, cells, chains, there, left_out, outside, seconds_on_one_thread, axes: [{name, fields: [{field, values}]}], \
    list: [{number, cell, network, neighbour, place, there}] with --cells}"
)]
pub(in crate::cli) struct PlanOf {
    /// The sweep: a file as hedgelab sweep example prints it
    #[arg(value_parser = typed_path())]
    spec: PathBuf,
    /// The folder or object storage of its results, to see what is there
    #[arg(long, value_name = "DIR", value_parser = typed_path())]
    out: Option<PathBuf>,
    /// List every cell with its name and its network's
    #[arg(long)]
    cells: bool,
    /// Do not try how long it will take
    #[arg(long)]
    untimed: bool,
    /// Print one JSON document instead of a summary
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Document<'a> {
    title: &'a str,
    cells: usize,
    chains: usize,
    there: usize,
    left_out: usize,
    /// Cells outside the ranges of the conditioned policy, where trainings start from it.
    outside: Option<usize>,
    seconds_on_one_thread: Option<f64>,
    axes: Vec<AxisDocument<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    list: Option<Vec<CellDocument>>,
}

#[derive(Serialize)]
struct AxisDocument<'a> {
    name: &'a str,
    fields: Vec<FieldDocument<'a>>,
}

#[derive(Serialize)]
struct FieldDocument<'a> {
    field: &'static str,
    values: &'a [String],
}

#[derive(Serialize)]
struct CellDocument {
    number: usize,
    cell: String,
    network: Option<String>,
    neighbour: Option<String>,
    place: String,
    there: bool,
}

impl PlanOf {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let plan = Plan::load(&self.spec)?;
        let chains = plan.chains()?;
        let cells: Vec<Cell> = chains
            .iter()
            .flat_map(|chain| chain.cells.clone())
            .collect();
        let folder = self.out.as_deref().map(Folder::find).transpose()?;
        let there = match folder.flatten() {
            Some((folder, _)) => folder.there(&cells)?,
            None => BTreeSet::new(),
        };
        let has = |cell: &Cell| there.contains(&cell.index);
        let waiting: Vec<Cell> = cells.iter().filter(|cell| !has(cell)).copied().collect();
        let seconds = if self.untimed {
            None
        } else {
            Some(timed(&plan, &waiting)?)
        };
        let document = Document {
            title: &plan.spec().title,
            cells: cells.len(),
            chains: chains.len(),
            there: cells.len() - waiting.len(),
            left_out: plan.places() - cells.len(),
            outside: outside_of(&plan, &cells)?,
            seconds_on_one_thread: seconds,
            axes: plan.axes().iter().map(axis).collect(),
            list: self.cells.then(|| {
                let list = cells.iter().map(|cell| listed(&plan, cell, has(cell)));
                list.collect()
            }),
        };
        if self.json {
            return print_json(&document);
        }
        print(&text(&plan, &document, &chains))
    }
}

/// Seconds that cells take on one thread.
fn timed(plan: &Plan, cells: &[Cell]) -> Result<f64, Failure> {
    let start = Instant::now();
    let clock = || start.elapsed().as_secs_f64();
    Ok(on_threads(Some(1), || estimate(plan, cells, &clock))??)
}

fn outside_of(plan: &Plan, cells: &[Cell]) -> Result<Option<usize>, Failure> {
    if plan.spec().start != Start::Conditioned || !plan.has_learned() {
        return Ok(None);
    }
    let mut count = 0;
    for cell in cells {
        count += usize::from(!outside(&plan.scenario(cell)?).is_empty());
    }
    Ok(Some(count))
}

fn axis(axis: &Axis) -> AxisDocument<'_> {
    let fields = axis.fields.iter();
    let fields = fields.map(|(field, values)| FieldDocument {
        field: field.path,
        values,
    });
    AxisDocument {
        name: &axis.name,
        fields: fields.collect(),
    }
}

fn listed(plan: &Plan, cell: &Cell, there: bool) -> CellDocument {
    CellDocument {
        number: cell.index + 1,
        cell: cell.name.to_string(),
        network: cell.policy.map(|hash| hash.to_string()),
        neighbour: cell.neighbour.map(|hash| hash.to_string()),
        place: plan.told(cell.index),
        there,
    }
}

fn text(plan: &Plan, document: &Document<'_>, chains: &[Chain]) -> String {
    let spec = plan.spec();
    let who: Vec<&str> = spec.strategies.iter().map(|s| s.name()).collect();
    let mut text = format!(
        "{}: {} in every cell of {}, {} paths, seed {}\n\n",
        spec.title,
        who.join(", "),
        spec.preset,
        grouped(spec.paths),
        spec.seed
    );
    text.push_str(&axes(plan));
    let left_out = match document.left_out {
        0 => String::new(),
        n => format!(", {} left out", grouped(n as u64)),
    };
    let longest = chains
        .iter()
        .map(|chain| chain.cells.len())
        .max()
        .unwrap_or(0);
    let chained = if longest > 1 {
        format!(
            " in {} chains of up to {longest}",
            grouped(chains.len() as u64)
        )
    } else {
        String::new()
    };
    text.push_str(&format!(
        "\n{} cells{chained}{left_out}; {} there\n",
        grouped(document.cells as u64),
        grouped(document.there as u64)
    ));
    if let Some(count) = document.outside.filter(|count| *count > 0) {
        text.push_str(&format!(
            "{} of them outside the ranges of the conditioned policy that trainings start from\n",
            grouped(count as u64)
        ));
    }
    if let Some(seconds) = document.seconds_on_one_thread {
        let threads = rayon::current_num_threads();
        text.push_str(&format!(
            "about {} of one thread's work: {} on {threads} threads here\n",
            told_time(seconds),
            told_time(seconds / threads as f64)
        ));
    }
    if let Some(list) = &document.list {
        let mut table = Table::new(&["", "cell", "network", "", ""]);
        for cell in list {
            let short = |hash: &str| hash.chars().take(12).collect::<String>();
            table.row(vec![
                cell.number.to_string(),
                short(&cell.cell),
                cell.network.as_deref().map(short).unwrap_or_default(),
                if cell.there {
                    "there".into()
                } else {
                    String::new()
                },
                cell.place.clone(),
            ]);
        }
        text.push_str(&format!("\n{}", table.text()));
    }
    text
}

/// A line for each field that moves.
fn axes(plan: &Plan) -> String {
    let names = plan.axes().iter().map(|axis| axis.name.chars().count());
    let fields = plan.axes().iter().flat_map(|axis| &axis.fields);
    let widest = fields.map(|(field, _)| field.path.len()).max().unwrap_or(0);
    let widest_name = names.max().unwrap_or(0);
    let mut text = String::new();
    for axis in plan.axes() {
        for (row, (field, values)) in axis.fields.iter().enumerate() {
            let name = if row == 0 { axis.name.as_str() } else { "" };
            let (path, values) = (field.path, few(values));
            text.push_str(&format!(
                "{name:<widest_name$}  {path:<widest$}  {values}\n"
            ));
        }
    }
    text
}

/// A few values: all of them, or the ends.
fn few(values: &[String]) -> String {
    match values {
        [first, .., last] if values.len() > 6 => format!("{first} … {last} ({})", values.len()),
        values => values.join(", "),
    }
}
