//! The paper reproduced: the table that the manual prints, the command that makes it, and that it goes on
//! where it was broken off.

use assert_cmd::Command;
use hedgelab::outcome::Measure;
use hedgelab::record::RecordFolder;
use hedgelab::reproduce::{
    Cell, Done, Effort, Place, Published, ReproduceError, Step, rows, run, to_csv, to_markdown,
};
use hedgelab::training::Interrupt;
use std::collections::BTreeMap;
use std::path::Path;

/// A training that is over at once: what it learns does not matter here.
const TINY: Effort = Effort {
    iterations: 12,
    remembering_iterations: 2,
    paths: 2000,
};

fn cell(name: &str) -> Cell {
    let mut all = Cell::all().into_iter();
    all.find(|cell| cell.to_string() == name).unwrap()
}

/// Runs a cell, and breaks off once `stop` says so.
fn work(
    cell: &Cell,
    effort: &Effort,
    folder: Option<&Path>,
    stop: &dyn Fn(Step) -> bool,
) -> Result<(Option<Done>, Vec<Step>), ReproduceError> {
    let (interrupt, mut steps) = (Interrupt::default(), Vec::new());
    let place = Place {
        folder,
        interrupt: &interrupt,
        clock: &|| 0.0,
    };
    if let Some(folder) = folder {
        hedgelab::files::make_folder(&folder.join("cells")).unwrap();
    }
    let done = run(cell, effort, 1, &place, &mut |step| {
        steps.push(step);
        if stop(step) {
            interrupt.raise();
        }
    })?;
    Ok((done, steps))
}

fn never(_step: Step) -> bool {
    false
}

#[test]
fn a_cell_that_was_broken_off_anywhere_goes_on_to_the_same_record() {
    let cell = cell("day-0.001-half");
    let (whole, steps) = work(&cell, &TINY, None, &never).unwrap();
    let whole = whole.unwrap();
    assert_eq!(whole.record.strategies.len(), 7);
    let home = tempfile::tempdir().unwrap();
    let breaks = [0, 3, steps.len() / 2, steps.len() - 2];
    for number in breaks {
        let seen = std::cell::Cell::new(0);
        let stop = |_: Step| {
            seen.set(seen.get() + 1);
            seen.get() > number
        };
        let (done, _) = work(&cell, &TINY, Some(home.path()), &stop).unwrap();
        assert!(done.is_none(), "broken off after {number} steps");
    }
    let (rest, _) = work(&cell, &TINY, Some(home.path()), &never).unwrap();
    assert_eq!(rest.unwrap().record, whole.record);
    let folder = home.path().join("cells/day-0.001-half");
    let kept = RecordFolder::open(&folder).unwrap();
    assert_eq!(kept.record.strategies, whole.record.strategies);
    // Once it is there, nothing is made again.
    let (again, steps) = work(&cell, &TINY, Some(home.path()), &never).unwrap();
    assert_eq!(again.unwrap().record.strategies, whole.record.strategies);
    assert_eq!(steps.len(), 4, "{steps:?}");
}

#[test]
fn any_number_of_threads_gives_the_same_record() {
    let cell = cell("year-0.02-at-once");
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        let work = || work(&cell, &TINY, None, &never).unwrap().0.unwrap();
        pool.unwrap().install(work)
    };
    let (one, three) = (on(1), on(3));
    assert_eq!(one.record, three.record);
}

#[test]
fn a_folder_of_another_plan_is_refused_and_left_as_it_is() {
    let home = tempfile::tempdir().unwrap();
    let cell = cell("day-0");
    let first = work(&cell, &TINY, Some(home.path()), &never).unwrap().0;
    let longer = Effort {
        iterations: 13,
        ..TINY
    };
    let refused = work(&cell, &longer, Some(home.path()), &never).unwrap_err();
    let said = refused.to_string();
    assert!(said.contains("day-0.feed_forward.safetensors"), "{said}");
    assert!(said.contains("training.iterations = 12, not 13"), "{said}");
    let more = Effort {
        paths: 3000,
        ..TINY
    };
    let refused = work(&cell, &more, Some(home.path()), &never).unwrap_err();
    assert!(
        refused.to_string().contains("another question"),
        "{refused}"
    );
    let (kept, _) = work(&cell, &TINY, Some(home.path()), &never).unwrap();
    assert_eq!(kept.unwrap().record.record, first.unwrap().record.record);
}

#[test]
fn the_table_says_what_the_records_say() {
    let cell = cell("day-0.001-never");
    let done = work(&cell, &TINY, None, &never).unwrap().0.unwrap();
    let rows = rows(&cell, &done, &Published::read());
    let csv = to_csv(&rows, 1);
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let headings = reader.headers().unwrap().clone();
    let mut seen = 0;
    for line in reader.records() {
        let line = line.unwrap();
        let line: BTreeMap<&str, &str> = headings.iter().zip(line.iter()).collect();
        let mut strategies = done.record.strategies.iter();
        let strategy = strategies
            .find(|s| s.policy.name == line["strategy"])
            .unwrap();
        let mut measures = Measure::ALL.into_iter();
        let measure = measures.find(|m| m.name() == line["measure"]).unwrap();
        let ours = measure.of(&strategy.statistics);
        assert_eq!(line["value"].parse::<f64>().ok(), ours.value);
        assert_eq!(line["standard_error"].parse::<f64>().ok(), ours.se);
        let published = ["delta", "leland", "feed_forward"].contains(&line["strategy"]);
        assert_eq!(!line["published"].is_empty(), published);
        if published {
            let (ours, error) = (ours.value.unwrap(), ours.se.unwrap());
            let known: f64 = line["published"].parse().unwrap();
            let joint = error * (1.0 + 2000.0 / 1e6_f64).sqrt();
            let apart: f64 = line["joint_standard_errors"].parse().unwrap();
            assert!((apart - (ours - known) / joint).abs() < 1e-9);
        }
        seen += 1;
    }
    assert_eq!(seen, 7 * 8);
    let markdown = to_markdown(&rows, &TINY, 1);
    assert_eq!(
        markdown
            .lines()
            .filter(|line| line.starts_with("| day-"))
            .count(),
        7
    );
    // Nothing is learned in twelve iterations, and it is said what stands in.
    assert!(markdown.contains("gru †soft_band"), "{markdown}");
}

/// The table in the manual, by cell and strategy: the cells of each row.
fn printed() -> BTreeMap<(String, String), Vec<String>> {
    let text = include_str!("../../docs/reproduced.md");
    let rows = text.lines().filter(|line| line.starts_with("| "));
    let cells = rows.map(|line| {
        let cells = line.trim_matches('|').split('|');
        cells.map(|cell| cell.trim().to_owned()).collect::<Vec<_>>()
    });
    cells
        .filter(|cells| Cell::all().iter().any(|cell| cell.to_string() == cells[0]))
        .map(|cells| {
            let strategy = cells[1].split(' ').next().unwrap().to_owned();
            ((cells[0].clone(), strategy), cells[2..].to_vec())
        })
        .collect()
}

/// How far a printed figure is from the published one, in joint standard errors.
fn apart(text: &str) -> Option<f64> {
    let (_, rest) = text.split_once(", ")?;
    rest.trim_end_matches(')').parse().ok()
}

#[test]
fn the_manual_has_the_whole_table_and_it_agrees_with_what_is_published() {
    let table = printed();
    let names = [
        "delta",
        "leland",
        "band",
        "soft_band",
        "feed_forward",
        "gru",
        "lstm",
    ];
    let mut compared = 0;
    for cell in Cell::all() {
        for name in names {
            let row = &table[&(cell.to_string(), name.to_owned())];
            assert_eq!(row.len(), 8, "{cell} {name}");
            assert!(row.iter().all(|text| text.contains('±')), "{cell} {name}");
            let known: Vec<f64> = row.iter().filter_map(|text| apart(text)).collect();
            match name {
                "delta" | "leland" => {
                    assert!(
                        known.iter().all(|apart| apart.abs() <= 4.0),
                        "{cell} {name}: {row:?}"
                    );
                    compared += known.len();
                }
                "feed_forward" if !known.is_empty() => {
                    // Of the objective, which is the third measure.
                    assert!(known[2] <= 2.0, "{cell}: {row:?}");
                }
                _ => {}
            }
        }
    }
    assert_eq!(table.len(), 21 * 7);
    assert_eq!(compared, 10 * 8, "ten published rows of eight figures");
}

fn refused(line: &str) -> String {
    let mut command = Command::cargo_bin("hedgelab").unwrap();
    let output = command.args(line.split_whitespace()).output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{line}");
    assert!(output.stdout.is_empty());
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn what_cannot_be_done_is_refused_in_one_line() {
    let said = refused("reproduce --cell yearly");
    assert!(
        said.contains("--cell \"yearly\": allowed: day-0, "),
        "{said}"
    );
    assert_eq!(said.lines().count(), 1);
    let said = refused("reproduce --figure 2");
    assert!(said.contains("give --out DIR"), "{said}");
    assert!(refused("reproduce --figure 6 --out x").contains("1..=5"));
}

#[test]
fn figures_are_written_without_a_training() {
    let home = tempfile::tempdir().unwrap();
    let mut command = Command::cargo_bin("hedgelab").unwrap();
    let line = ["reproduce", "--figure", "1,3,5", "--out", "paper"];
    let command = command.current_dir(home.path()).args(line);
    command.assert().success();
    // Again, into the folder that is there now; but not into a file, and not under one that is missing.
    command.assert().success();
    std::fs::write(home.path().join("taken"), "mine").unwrap();
    for (place, said) in [
        ("taken", "is a file"),
        ("nowhere/paper", "there is no folder nowhere"),
    ] {
        let mut command = Command::cargo_bin("hedgelab").unwrap();
        let line = ["reproduce", "--figure", "1", "--out", place];
        let output = command.current_dir(home.path()).args(line).output();
        let output = output.unwrap();
        let complaint = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{complaint}");
        assert!(complaint.contains(said), "{complaint}");
    }
    assert_eq!(std::fs::read(home.path().join("taken")).unwrap(), b"mine");
    for number in [1, 3, 5] {
        let file = |ending: &str| {
            home.path()
                .join(format!("paper/figures/figure-{number}.{ending}"))
        };
        let svg = std::fs::read_to_string(file("svg")).unwrap();
        assert!(svg.contains(&format!("figure-{number}")), "{number}");
        let png = std::fs::read(file("png")).unwrap();
        assert!(png.starts_with(b"\x89PNG"), "{number}");
        let csv = std::fs::read_to_string(file("csv")).unwrap();
        assert!(csv.lines().filter(|line| !line.starts_with('#')).count() > 10);
    }
    let csv = std::fs::read_to_string(home.path().join("paper/figures/figure-3.csv")).unwrap();
    let mut reader = csv::ReaderBuilder::new()
        .comment(Some(b'#'))
        .from_reader(csv.as_bytes());
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let held = |who: &str| -> f64 {
        let first = rows.iter().find(|row| &row[0] == who && &row[1] == "0");
        first.unwrap()[3].parse().unwrap()
    };
    // The first positions of the manual's chapter.
    let wanted = [
        ("learned", 0.50),
        ("Learned, no impact", 0.55),
        ("Learned, impact 0.02", 0.47),
    ];
    for (who, position) in wanted {
        let held = held(who);
        assert!((held - position).abs() < 0.01, "{who}: {held}");
    }
}
