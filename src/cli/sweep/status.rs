//! `hedgelab sweep status`: how far a sweep is.

use super::told_time;
use crate::cli::table::grouped;
use crate::cli::{Failure, print, print_json, typed_path};
use crate::sweep::{Cell, Folder};
use clap::Args;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

#[derive(Debug, Args)]
#[command(
    after_help = "JSON: {title, cells, there, networks, seconds_a_cell, seconds_left_on_one_thread, seconds_since_the_last}"
)]
pub(in crate::cli) struct Status {
    /// The folder of a sweep, or its object storage (`s3://BUCKET/NAME`)
    #[arg(value_name = "DIR", value_parser = typed_path())]
    folder: PathBuf,
    /// Print one JSON document instead of a line
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Document<'a> {
    title: &'a str,
    cells: usize,
    there: usize,
    /// Networks that are trained: one more than cells where a cell was stopped between both.
    networks: usize,
    seconds_a_cell: Option<f64>,
    seconds_left_on_one_thread: Option<f64>,
    seconds_since_the_last: Option<u64>,
}

/// A line of a log.
#[derive(Deserialize)]
struct Logged {
    seconds: f64,
    at: u64,
}

impl Status {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let (folder, plan) = Folder::open(&self.folder)?;
        let chains = plan.chains()?;
        let cells: Vec<&Cell> = chains.iter().flat_map(|chain| &chain.cells).collect();
        let there = folder.there(cells.iter().copied())?.len();
        let lines = folder.logged()?;
        let logged: Vec<Logged> = lines
            .iter()
            .filter_map(|line| serde_json::from_str(line).ok())
            .collect();
        let seconds: f64 = logged.iter().map(|cell| cell.seconds).sum();
        let each = (!logged.is_empty()).then(|| seconds / logged.len() as f64);
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let now = now.map_or(0, |passed| passed.as_secs());
        let last = logged.iter().map(|cell| cell.at).max();
        let document = Document {
            title: &plan.spec().title,
            cells: cells.len(),
            there,
            networks: folder.networks(cells.iter().copied())?,
            seconds_a_cell: each,
            seconds_left_on_one_thread: each.map(|each| each * (cells.len() - there) as f64),
            seconds_since_the_last: last.map(|last| now.saturating_sub(last)),
        };
        if self.json {
            print_json(&document)
        } else {
            print(&text(&document))
        }
    }
}

fn text(document: &Document<'_>) -> String {
    let mut text = format!(
        "{}: {} of {} cells are there",
        document.title,
        grouped(document.there as u64),
        grouped(document.cells as u64)
    );
    if document.networks > document.there {
        let more = document.networks - document.there;
        text.push_str(&format!(", {more} more trained"));
    }
    text.push('\n');
    let left = document
        .seconds_left_on_one_thread
        .filter(|left| *left > 0.0);
    if let (Some(left), Some(each)) = (left, document.seconds_a_cell) {
        text.push_str(&format!(
            "about {} of one thread's work left, {} a cell so far\n",
            told_time(left),
            told_time(each)
        ));
    }
    let unfinished = document.there < document.cells;
    if let Some(ago) = document.seconds_since_the_last.filter(|_| unfinished) {
        text.push_str(&format!("the last one {} ago\n", told_time(ago as f64)));
    }
    text
}
