//! A small sweep, and the program run on it.
#![allow(
    dead_code,
    clippy::unwrap_used,
    reason = "each test file uses what it needs, and fails by panicking"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

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

pub fn command(folder: &Path, line: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hedgelab"));
    command.current_dir(folder).args(line.split_whitespace());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    for name in [
        "SLURM_ARRAY_TASK_ID",
        "SLURM_ARRAY_TASK_COUNT",
        "SLURM_ARRAY_TASK_MIN",
        "JOB_COMPLETION_INDEX",
    ] {
        command.env_remove(name);
    }
    command
}

pub fn run(folder: &Path, line: &str) -> Output {
    command(folder, line).output().unwrap()
}

pub fn ran(folder: &Path, line: &str) -> String {
    let output = run(folder, line);
    let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{line}: {complaint}");
    String::from_utf8(output.stdout).unwrap()
}

pub fn refused(folder: &Path, line: &str, code: i32) -> String {
    let output = run(folder, line);
    let complaint = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(code), "{line}: {complaint}");
    assert!(!complaint.contains("panicked"), "{complaint}");
    assert_eq!(complaint.lines().count(), 1, "{complaint}");
    complaint
}

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
