//! A tiny sweep, and what is read of its folder.
#![allow(
    dead_code,
    unused_imports,
    clippy::unwrap_used,
    clippy::panic,
    reason = "each test file uses what it needs, and fails by panicking"
)]

pub use crate::program::{command, ran, refused, run};
use std::fs;
use std::path::{Path, PathBuf};

/// Twelve cells in four chains, each a few hundredths of a second.
pub const TINY: &str = r#"(
    version: 1,
    title: "Tiny",
    preset: "paper-year",
    changes: {"training.validation_paths": "64", "training.hidden": "4", "training.batch": "32"},
    axes: [
        (name: "impact", fields: [
            (field: "order_book.ask_exponent", values: linear(from: 1.005, to: 1.02, count: 4)),
            (field: "order_book.bid_exponent", values: linear(from: 0.995, to: 0.98, count: 4)),
        ]),
        (name: "refilling", fields: [
            (field: "order_book.ask_decay", values: list([0, 4, inf])),
            (field: "order_book.bid_decay", values: same),
        ]),
    ],
    strategies: [delta, learned],
    start: neighbours(along: "refilling"),
    training: (first_iterations: 6, iterations: 4),
    measures: [mean, rsmse, turnover],
    paths: 256,
    seed: 7,
    probes: [(name: "pin-risk", date: last, price: moneyness(1.0), position: 0.5)],
)"#;

/// A folder with the tiny sweep in it.
pub fn with_tiny() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("tiny.ron"), TINY).unwrap();
    folder
}

/// The merged table in both forms.
pub fn tables(here: &Path, out: &str) -> (Vec<u8>, Vec<u8>) {
    ran(
        here,
        &format!("sweep merge {out} --csv {out}.csv --parquet {out}.parquet"),
    );
    let read = |ending: &str| fs::read(here.join(format!("{out}.{ending}"))).unwrap();
    (read("csv"), read("parquet"))
}

/// How many results there are.
pub fn rows(folder: &Path) -> usize {
    let Ok(entries) = fs::read_dir(folder.join("rows")) else {
        return 0;
    };
    let paths = entries.map(|entry| entry.unwrap().path());
    paths
        .filter(|path| path.extension().is_some_and(|ending| ending == "json"))
        .count()
}

/// All results and networks, by name.
pub fn results(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut all = Vec::new();
    for part in ["rows", "networks"] {
        for entry in fs::read_dir(folder.join(part)).unwrap() {
            let entry = entry.unwrap();
            let name = Path::new(part).join(entry.file_name());
            if !entry.file_name().to_string_lossy().starts_with('.') {
                all.push((name, fs::read(entry.path()).unwrap()));
            }
        }
    }
    all.sort();
    all
}

/// A table as it is read from CSV.
pub struct Read {
    pub titles: csv::StringRecord,
    pub rows: Vec<csv::StringRecord>,
}

/// Reads a table.
pub fn read(file: &Path) -> Read {
    let mut table = csv::ReaderBuilder::new();
    let table = table.comment(Some(b'#')).from_path(file);
    let mut table = table.unwrap();
    Read {
        titles: table.headers().unwrap().clone(),
        rows: table.records().map(Result::unwrap).collect(),
    }
}

impl Read {
    pub fn word<'a>(&self, row: &'a csv::StringRecord, title: &str) -> &'a str {
        let place = self.titles.iter().position(|found| found == title);
        &row[place.unwrap_or_else(|| panic!("no column {title}"))]
    }

    pub fn number(&self, row: &csv::StringRecord, title: &str) -> f64 {
        self.word(row, title).parse().unwrap()
    }
}
