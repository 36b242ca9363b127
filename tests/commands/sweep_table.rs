//! What comes of a sweep: its table in both forms, means over an axis, what is refused, and memory that does not grow.

#![cfg(unix)]

use crate::sweeps::{TINY, command, ran, read, refused, tables, with_tiny};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;
use serde_json::Value;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::time::Duration;

#[test]
fn the_table_has_units_and_errors_and_is_merged_again_as_it_was() {
    let folder = with_tiny();
    let here = folder.path();
    let missing = refused(here, "sweep merge none --csv t.csv", 2);
    assert!(missing.contains("is no folder of a sweep"), "{missing}");
    ran(here, "sweep run tiny.ron --out out --shard 1/2");
    let missing = refused(here, "sweep merge out --csv t.csv", 75);
    assert!(missing.contains("6 of 12 cells"), "{missing}");
    assert!(!here.join("t.csv").exists());
    ran(here, "sweep merge out --csv part.csv --partial");
    let part = fs::read_to_string(here.join("part.csv")).unwrap();
    ran(here, "sweep run tiny.ron --out out");
    let first = tables(here, "out");
    assert!(first == tables(here, "out"));
    let text = String::from_utf8(first.0).unwrap();
    let lines = |text: &str| {
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    let all = lines(&text);
    assert_eq!(all.len(), 1 + 24);
    assert!(lines(&part).iter().all(|line| all.contains(line)));
    for column in [
        "order_book.ask_exponent",
        "order_book.ask_decay (per year)",
        "RSMSE (currency)",
        "standard error of RSMSE (currency)",
        "RSMSE less delta (currency)",
        "standard error of RSMSE less delta (currency)",
        "turnover (shares)",
        "pin-risk (shares)",
    ] {
        assert!(
            all[0].split(',').any(|title| title == column),
            "{column}: {}",
            all[0]
        );
    }
    let table = read(&here.join("out.csv"));
    for pair in table.rows.chunks(2) {
        let number = |place: usize, title: &str| table.number(&pair[place], title);
        let who = [0, 1].map(|place| table.word(&pair[place], "strategy"));
        assert_eq!(who, ["delta", "learned"]);
        let less = number(1, "RSMSE (currency)") - number(0, "RSMSE (currency)");
        assert!((less - number(1, "RSMSE less delta (currency)")).abs() < 1e-9);
        assert!(number(0, "standard error of RSMSE (currency)") > 0.0);
        assert!((0.0..=1.0).contains(&number(0, "pin-risk (shares)")));
    }
}

#[test]
fn both_forms_of_the_table_hold_the_same() {
    let folder = with_tiny();
    let here = folder.path();
    ran(here, "sweep run tiny.ron --out out --shard 1/4");
    ran(
        here,
        "sweep merge out --partial --csv t.csv --parquet t.parquet",
    );
    let file = fs::File::open(here.join("t.parquet")).unwrap();
    let file = SerializedFileReader::new(file).unwrap();
    let about = file
        .metadata()
        .file_metadata()
        .key_value_metadata()
        .unwrap();
    let paths = about.iter().find(|pair| pair.key == "paths").unwrap();
    assert_eq!(paths.value.as_deref(), Some("256"));
    let text = read(&here.join("t.csv"));
    let titles = &text.titles;
    let mut rows = 0;
    for (row, record) in file.get_row_iter(None).unwrap().zip(&text.rows) {
        let row = row.unwrap();
        rows += 1;
        for ((name, value), (title, cell)) in row.get_column_iter().zip(titles.iter().zip(record)) {
            assert_eq!(name, title);
            match value {
                Field::Null => assert_eq!(cell, "", "{title}"),
                Field::Double(x) => assert_eq!(cell.parse::<f64>().unwrap(), *x, "{title}"),
                Field::Str(word) => assert_eq!(cell, word, "{title}"),
                other => panic!("{title} holds {other}"),
            }
        }
    }
    assert_eq!(rows, 6);
}

#[test]
fn what_was_changed_is_refused_and_made_anew() {
    let folder = with_tiny();
    let here = folder.path();
    ran(here, "sweep run tiny.ron --out out");
    let good = tables(here, "out");
    for (part, ending) in [("rows", "json"), ("networks", "safetensors")] {
        let files = fs::read_dir(here.join("out").join(part)).unwrap();
        let file = files.map(|entry| entry.unwrap().path()).min().unwrap();
        assert_eq!(file.extension().unwrap(), ending);
        let mut changed = fs::read(&file).unwrap();
        let place = changed.len() - 40;
        changed[place] ^= 1;
        fs::write(&file, &changed).unwrap();
        let told = refused(here, "sweep merge out --csv t.csv", 1);
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        assert!(told.contains(&name) && told.contains("remove it"), "{told}");
        fs::remove_file(&file).unwrap();
        ran(here, "sweep run tiny.ron --out out");
        assert!(tables(here, "out") == good, "{part}");
    }
    // One result under the name of another.
    let rows: Vec<PathBuf> = fs::read_dir(here.join("out/rows"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    fs::copy(&rows[0], &rows[1]).unwrap();
    let told = refused(here, "sweep merge out --csv t.csv", 1);
    assert!(told.contains("is the result of another cell"), "{told}");
}

#[test]
fn plan_status_and_show_say_what_is_there() {
    let folder = with_tiny();
    let here = folder.path();
    let planned = ran(here, "sweep plan tiny.ron --untimed");
    assert!(
        planned.contains("12 cells in 4 chains of up to 3; 0 there"),
        "{planned}"
    );
    let timed: Value =
        serde_json::from_str(&ran(here, "sweep plan tiny.ron --json --cells")).unwrap();
    assert!(timed["seconds_on_one_thread"].as_f64().unwrap() > 0.0);
    assert_eq!(timed["list"].as_array().unwrap().len(), 12);
    ran(here, "sweep run tiny.ron --out out --shard 1/2");
    let planned = ran(here, "sweep plan tiny.ron --untimed --out out");
    assert!(planned.contains("6 there"), "{planned}");
    let status = ran(here, "sweep status out");
    assert!(status.contains("Tiny: 6 of 12 cells are there"), "{status}");
    let half = ran(here, "sweep show out");
    assert!(half.contains('–'), "{half}");
    ran(here, "sweep run tiny.ron --out out");
    let table = ran(here, "sweep show out --against delta");
    assert!(
        table.contains("RSMSE (currency) of learned less delta"),
        "{table}"
    );
    assert_eq!(table.lines().count(), 3 + 4, "{table}");
    let other = ran(
        here,
        "sweep show out --down refilling --measure turnover --strategy delta",
    );
    assert_eq!(other.lines().count(), 3 + 3, "{other}");
    let probe = ran(here, "sweep show out --probe pin-risk");
    assert!(!probe.is_empty());
}

#[test]
fn over_an_axis_every_figure_is_a_mean_with_its_error() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let text = TINY
        .replace("(name: \"impact\", fields: [", "(name: \"training\", fields: [(field: \"seed\", values: list([1, 2, 3]))]),\n        (name: \"impact\", fields: [")
        .replace("count: 4", "count: 2")
        .replace("[0, 4, inf]", "[0, inf]");
    fs::write(here.join("tiny.ron"), text).unwrap();
    ran(here, "sweep run tiny.ron --out out");
    ran(here, "sweep merge out --csv all.csv");
    let said = ran(
        here,
        "sweep merge out --over training --csv mean.csv --parquet mean.parquet",
    );
    assert!(said.starts_with("12 cells, 8 lines in"), "{said}");
    let (all, mean) = (read(&here.join("all.csv")), read(&here.join("mean.csv")));
    assert_eq!((all.rows.len(), mean.rows.len()), (24, 8));
    let of = |exponent: f64, decay: f64| -> Vec<&csv::StringRecord> {
        let is_it = |row: &&csv::StringRecord| {
            all.number(row, "order_book.ask_exponent") == exponent
                && all.number(row, "order_book.ask_decay (per year)") == decay
                && all.word(row, "strategy") == "learned"
        };
        all.rows.iter().filter(is_it).collect()
    };
    for row in mean
        .rows
        .iter()
        .filter(|row| mean.word(row, "strategy") == "learned")
    {
        assert_eq!(mean.number(row, "cells"), 3.0);
        let exponent = mean.number(row, "order_book.ask_exponent");
        let three = of(
            exponent,
            mean.number(row, "order_book.ask_decay (per year)"),
        );
        assert_eq!(three.len(), 3);
        for title in [
            "RSMSE (currency)",
            "pin-risk (shares)",
            "RSMSE less delta (currency)",
        ] {
            let values: Vec<f64> = three.iter().map(|row| all.number(row, title)).collect();
            let middle = values.iter().sum::<f64>() / 3.0;
            assert!((mean.number(row, title) - middle).abs() < 1e-12, "{title}");
            let squares: f64 = values.iter().map(|x| (x - middle).powi(2)).sum();
            let apart = squares / 2.0 / 3.0;
            let title = format!("standard error of {title}");
            // Of positions nothing but trainings is chance; the paths' part of figures is common to all.
            let paths: f64 = if title.contains("pin-risk") {
                0.0
            } else {
                let errors = three.iter().map(|row| all.number(row, &title).powi(2));
                errors.sum::<f64>() / 3.0
            };
            let error = mean.number(row, &title);
            assert!(
                (error - (apart + paths).sqrt()).abs() < 1e-12,
                "{title}: {error}"
            );
        }
    }
    let told = refused(here, "sweep merge out --over time --csv t.csv", 2);
    assert!(
        told.contains("--over: axis is \"time\"; allowed: training, impact, refilling"),
        "{told}"
    );
}

/// Most memory that a program has had (KiB), as long as it lives, where the system tells.
fn most_memory(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok()
}

/// Ten thousand cells take the memory of a thousand, while they are computed and in one table.
#[test]
fn memory_does_not_grow_with_the_cells() {
    if most_memory(std::process::id()).is_none() {
        return;
    }
    // Where files are in memory, if there is such a place: ten thousand of them are synced.
    let place = Path::new("/dev/shm");
    let folder = tempfile::tempdir_in(place).or_else(|_none| tempfile::tempdir());
    let folder = folder.unwrap();
    let here = folder.path();
    let text = r#"(
        version: 1, title: "Many", preset: "paper-year", changes: {"steps": "2"},
        axes: [
            (name: "drift", fields: [(field: "market.drift", values: linear(from: 0.0, to: 0.2, count: 100))]),
            (name: "volatility", fields: [(field: "market.volatility", values: linear(from: 0.1, to: 0.3, count: 100))]),
        ],
        strategies: [delta], measures: [mean, rsmse], paths: 64, seed: 7,
    )"#;
    fs::write(here.join("many.ron"), text).unwrap();
    let mut child = command(here, "sweep run many.ron --out out --progress json")
        .spawn()
        .unwrap();
    let output = BufReader::new(child.stdout.take().unwrap());
    let (mut early, mut late) = (0, 0);
    for line in output.lines() {
        let news: Value = serde_json::from_str(&line.unwrap()).unwrap();
        match news["done"].as_u64() {
            Some(1000) => early = most_memory(child.id()).unwrap(),
            Some(9900) => late = most_memory(child.id()).unwrap(),
            _ => {}
        }
    }
    assert!(child.wait().unwrap().success());
    assert!(
        early > 0 && late <= early + 2048,
        "{early} KiB, then {late}"
    );
    let line = "sweep merge out --csv t.csv --parquet t.parquet";
    let mut child = command(here, line).spawn().unwrap();
    let mut merging = 0;
    while child.try_wait().unwrap().is_none() {
        merging = most_memory(child.id()).unwrap_or(merging);
        std::thread::sleep(Duration::from_millis(2));
    }
    // A group of rows waits for its columns; the rest goes to the disk as it comes.
    assert!(merging <= early + 8192, "{early} KiB, merging {merging}");
    assert_eq!(read(&here.join("t.csv")).rows.len(), 10_000);
}
