//! Cells an hour of `hedgelab sweep run` against `hedgelab train` and `hedgelab evaluate` for each cell, one by one.
//!
//! Twice: the very same trainings, and trainings that come out as good, for a sweep may start each network from its
//! neighbour's weights. All take turns, and what the processor worked stands beside the clock: that a busy
//! machine leaves as it is.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark prints and may stop"
)]

use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

/// Distances from 1 of both exponents of the book: a cell each.
const IMPACTS: [f64; 8] = [0.004, 0.006, 0.008, 0.01, 0.012, 0.014, 0.016, 0.018];
/// Half-lives of both sides as decay rates (per year): chains of cells run along them.
const DECAYS: [&str; 2] = ["0", "8"];
/// Gradient steps of a training that starts from nothing.
const ITERATIONS: u64 = 2000;
/// Those of one that starts from its neighbour's weights.
const FEWER: u64 = 500;
/// Paths on which each cell is measured.
const PATHS: u64 = 20_000;
/// How often all is done.
const ROUNDS: usize = 3;

/// What some way of doing all cells took, and what came of it.
#[derive(Clone, Copy, Default)]
struct Taken {
    /// Wall time (seconds).
    clock: f64,
    /// Processor time of all threads (seconds).
    processor: f64,
    /// Mean RSMSE of the learned hedges (currency).
    rsmse: f64,
}

type Way = fn(&Path) -> f64;

fn main() {
    let ways: [(&str, Way); 4] = [
        ("one by one, one thread", |here| one_by_one(here, true)),
        ("one by one, all threads", |here| one_by_one(here, false)),
        ("a sweep, the same trainings", |here| {
            swept(here, "nothing", &format!("iterations: {ITERATIONS}"))
        }),
        ("a sweep, from neighbours", |here| {
            let effort = format!("first_iterations: {ITERATIONS}, iterations: {FEWER}");
            swept(here, "neighbours(along: \"impact\")", &effort)
        }),
    ];
    let mut rounds = Vec::new();
    for _ in 0..ROUNDS {
        rounds.push(ways.map(|(_, way)| taken(way)));
    }
    let cells = (IMPACTS.len() * DECAYS.len()) as f64;
    let middle = |of: &dyn Fn(&[Taken; 4]) -> f64| {
        let mut values: Vec<f64> = rounds.iter().map(of).collect();
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    };
    let threads = std::thread::available_parallelism().unwrap();
    println!("{cells} cells, {threads} cores, the middle one of {ROUNDS} rounds:");
    println!("                              cells an hour     times  processor s  mean RSMSE");
    for (place, (name, _)) in ways.iter().enumerate() {
        println!(
            "{name:28} {:14.0} {:9.2} {:12.1} {:11.3}",
            3600.0 * cells / middle(&|round| round[place].clock),
            middle(&|round| round[1].clock / round[place].clock),
            middle(&|round| round[place].processor),
            middle(&|round| round[place].rsmse),
        );
    }
    println!("times: of the speed one by one on all threads, in the same round");
}

fn taken(way: Way) -> Taken {
    let here = tempfile::tempdir().unwrap();
    let (start, before) = (Instant::now(), processor());
    let rsmse = way(here.path());
    Taken {
        clock: start.elapsed().as_secs_f64(),
        processor: processor() - before,
        rsmse,
    }
}

/// Processor time of all programs that were waited for (seconds), where the system tells.
fn processor() -> f64 {
    let text = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = text.rsplit(')').next().unwrap_or_default();
    let ticks: Vec<f64> = after_name
        .split_whitespace()
        .filter_map(|word| word.parse().ok())
        .collect();
    // User and system time of children, in hundredths; the letter of the state is no number.
    ticks
        .get(12..14)
        .map_or(f64::NAN, |t| (t[0] + t[1]) / 100.0)
}

fn ran(here: &Path, line: &str) -> Vec<u8> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hedgelab"));
    let output = command
        .current_dir(here)
        .args(line.split_whitespace())
        .output();
    let output = output.unwrap();
    assert!(
        output.status.success(),
        "{line}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    output.stdout
}

fn one_by_one(here: &Path, on_one: bool) -> f64 {
    let threads = if on_one { " --threads 1" } else { "" };
    let mut all = 0.0;
    for impact in IMPACTS {
        for decay in DECAYS {
            let (ask, bid) = (1.0 + impact, 1.0 - impact);
            let market = format!(
                "paper-year --set order_book.ask_exponent={ask} --set order_book.bid_exponent={bid} \
                 --set order_book.ask_decay={decay} --set order_book.bid_decay={decay}{threads}"
            );
            let weights = "cell.safetensors --weights-only";
            ran(
                here,
                &format!("train {market} --iterations {ITERATIONS} --out {weights}"),
            );
            let measured = ran(
                here,
                &format!(
                    "evaluate {market} --strategies delta,learned --weights learned=cell.safetensors \
                     --paths {PATHS} --seed 7 --json"
                ),
            );
            fs::remove_file(here.join("cell.safetensors")).unwrap();
            let record: Value = serde_json::from_slice(&measured).unwrap();
            all += record["strategies"][1]["rsmse"]["value"].as_f64().unwrap();
        }
    }
    all / (IMPACTS.len() * DECAYS.len()) as f64
}

fn swept(here: &Path, start: &str, effort: &str) -> f64 {
    let list = |sign: f64| {
        IMPACTS
            .map(|impact| (1.0 + sign * impact).to_string())
            .join(", ")
    };
    let spec = format!(
        r#"(
            version: 1, title: "Throughput", preset: "paper-year",
            axes: [
                (name: "impact", fields: [
                    (field: "order_book.ask_exponent", values: list([{}])),
                    (field: "order_book.bid_exponent", values: list([{}])),
                ]),
                (name: "refilling", fields: [
                    (field: "order_book.ask_decay", values: list([{}])),
                    (field: "order_book.bid_decay", values: same),
                ]),
            ],
            strategies: [delta, learned], start: {start}, training: ({effort}),
            measures: [rsmse], paths: {PATHS}, seed: 7,
        )"#,
        list(1.0),
        list(-1.0),
        DECAYS.join(", "),
    );
    fs::write(here.join("sweep.ron"), spec).unwrap();
    ran(here, "sweep run sweep.ron --out out --progress none");
    ran(here, "sweep merge out --csv table.csv");
    let mut table = csv::ReaderBuilder::new();
    let mut table = table
        .comment(Some(b'#'))
        .from_path(here.join("table.csv"))
        .unwrap();
    let titles = table.headers().unwrap().clone();
    let place = |title: &str| titles.iter().position(|found| found == title).unwrap();
    let (who, rsmse) = (place("strategy"), place("RSMSE (currency)"));
    let rows: Vec<csv::StringRecord> = table.records().map(Result::unwrap).collect();
    let learned = rows.iter().filter(|row| &row[who] == "learned");
    let figures: Vec<f64> = learned.map(|row| row[rsmse].parse().unwrap()).collect();
    figures.iter().sum::<f64>() / figures.len() as f64
}
