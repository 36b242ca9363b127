//! The record of what was done: nothing that was written is lost, whatever happens to a line.

use assert_cmd::Command;
use hedgelab::logbook::{self, Answer, Done, Entry, Hedge, Person, Task, append, grade, read};
use hedgelab::units::ContentHash;
use std::fs;
use std::io::Write;
use std::path::Path;

/// Names the file for the program that this test starts beside itself.
const CHILD: &str = "HEDGELAB_TEST_LOGBOOK";
const EACH: u64 = 200;

fn answer(question: &str, text: &str, right: bool) -> Done {
    Done::Answer(Answer {
        lesson: "delta".into(),
        step: "2".into(),
        question: question.into(),
        answer: text.into(),
        truth: "0.54".into(),
        distance: Some(0.1 + 0.2),
        unit: "shares".into(),
        right: Some(right),
        skipped: false,
        preset: "paper-year".into(),
        scenario: ContentHash::of(b"market"),
        seed: u64::MAX,
    })
}

fn hedge(error: f64) -> Done {
    Done::Hedge(Hedge {
        challenge: "memory".into(),
        path: 3,
        seed: 14,
        scenario: ContentHash::of(b"market"),
        positions: vec![0.5, 1.0 / 3.0],
        error,
        delta: 15.929,
        learned: None,
        spread: 1.0,
        depth: 2.0,
        memory: 0.5,
    })
}

fn person(name: &str) -> Done {
    Done::Person(Person { name: name.into() })
}

fn add_raw(path: &Path, bytes: &[u8]) {
    let mut options = fs::OpenOptions::new();
    let mut file = options.create(true).append(true).open(path).unwrap();
    file.write_all(bytes).unwrap();
}

fn hedgelab(arguments: &[&str]) -> std::process::Output {
    let mut command = Command::cargo_bin("hedgelab").unwrap();
    command.args(arguments).output().unwrap()
}

#[test]
fn every_kind_of_entry_is_read_back_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let path = logbook::in_folder(folder.path());
    let task = Done::Task(Task {
        lesson: "delta".into(),
        step: "3".into(),
        task: "raise the volatility".into(),
        done: true,
        preset: "paper-year".into(),
        scenario: ContentHash::of(b"market"),
        seed: 1,
    });
    let all = [
        person("Ånna \"A\" \n B"),
        answer("1", "0.5 – \u{1f600}", false),
        task,
        hedge(-1.0 / 3.0),
    ];
    let all: Vec<Entry> = (0..)
        .zip(all)
        .map(|(at, done)| Entry::new(at, done))
        .collect();
    for entry in &all {
        append(&path, entry).unwrap();
    }
    let book = read(&path).unwrap();
    assert_eq!((book.entries, book.later, book.broken), (all, 0, 0));
    assert_eq!(fs::read_to_string(&path).unwrap().lines().count(), 4);
}

#[test]
fn what_would_not_be_read_back_is_not_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("record.jsonl");
    let refused = append(&path, &Entry::new(0, hedge(f64::NAN))).unwrap_err();
    assert!(refused.to_string().contains("read back"), "{refused}");
    assert!(!path.exists());
}

#[test]
fn a_line_cut_anywhere_is_skipped_and_spoils_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let whole = folder.path().join("whole.jsonl");
    append(&whole, &Entry::new(1, hedge(1.5))).unwrap();
    let line = fs::read(&whole).unwrap();
    for end in 0..=line.len() {
        let path = folder.path().join(format!("cut-{end}.jsonl"));
        append(&path, &Entry::new(1, hedge(1.0))).unwrap();
        add_raw(&path, &line[..end]);
        append(&path, &Entry::new(2, hedge(2.0))).unwrap();
        let book = read(&path).unwrap();
        // Without its end of line alone, it is a whole one.
        let is_whole = end + 1 >= line.len();
        assert_eq!(book.entries.len(), if is_whole { 3 } else { 2 }, "{end}");
        assert_eq!(book.broken, usize::from(end > 0 && !is_whole), "{end}");
        assert_eq!(book.entries.last().unwrap().at, 2);
    }
}

#[test]
fn a_first_line_cut_short_is_an_empty_record_and_other_text_is_none() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("record.jsonl");
    add_raw(&path, b"{\"version\":1,\"at\":3,\"kin");
    let book = read(&path).unwrap();
    assert_eq!((book.entries.len(), book.broken), (0, 1));
    let other = folder.path().join("other.jsonl");
    add_raw(&other, b"once upon a time\n");
    let told = read(&other).unwrap_err().to_string();
    assert!(told.contains("is no record"), "{told}");
}

#[test]
fn what_a_later_version_wrote_is_counted_and_left() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("record.jsonl");
    add_raw(
        &path,
        b"{\"version\":1,\"at\":3,\"kind\":\"dance\",\"how\":7}\n",
    );
    add_raw(&path, b"{\"version\":2,\"at\":3,\"kind\":\"hedge\"}\n");
    append(&path, &Entry::new(1, hedge(1.0))).unwrap();
    let book = read(&path).unwrap();
    assert_eq!((book.entries.len(), book.later, book.broken), (1, 2, 0));
    assert!(fs::read_to_string(&path).unwrap().contains("dance"));
}

/// Not a test by itself: what the next one starts twice.
#[test]
fn as_another_program() {
    let Some(path) = std::env::var_os(CHILD) else {
        return;
    };
    for at in 0..EACH {
        append(Path::new(&path), &Entry::new(at, hedge(at as f64))).unwrap();
    }
}

#[test]
fn two_programs_that_add_at_once_lose_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("learning/record.jsonl");
    let start = || {
        let mut program = std::process::Command::new(std::env::current_exe().unwrap());
        program.args(["--exact", "logbook::as_another_program"]);
        program.env(CHILD, &path).spawn().unwrap()
    };
    let programs = [start(), start(), start()];
    for mut program in programs {
        assert!(program.wait().unwrap().success());
    }
    let book = read(&path).unwrap();
    assert_eq!((book.broken, book.later), (0, 0));
    assert_eq!(book.entries.len() as u64, 3 * EACH);
    for at in 0..EACH {
        let found = book.entries.iter().filter(|entry| entry.at == at);
        assert_eq!(found.count(), 3);
    }
}

#[test]
fn a_program_killed_while_it_adds_leaves_whole_lines_and_at_most_one_cut() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("record.jsonl");
    for _ in 0..5 {
        let mut program = std::process::Command::new(std::env::current_exe().unwrap());
        program.args(["--exact", "logbook::as_another_program"]);
        let mut program = program.env(CHILD, &path).spawn().unwrap();
        let before = fs::metadata(&path).map_or(0, |about| about.len());
        while fs::metadata(&path).map_or(0, |about| about.len()) < before + 2000 {
            std::thread::yield_now();
        }
        program.kill().unwrap();
        program.wait().unwrap();
    }
    append(&path, &Entry::new(99_999, hedge(0.0))).unwrap();
    let book = read(&path).unwrap();
    assert!(book.broken <= 5 && book.entries.len() > 10);
    assert_eq!(book.entries.last().unwrap().at, 99_999);
}

/// A class of three, one of whose records does not read.
fn class() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let add = |name: &str, at: u64, done: Done| {
        append(&folder.path().join(name), &Entry::new(at, done)).unwrap();
    };
    add("a.jsonl", 1, answer("1", "0.3", false));
    add("a.jsonl", 2, person("Anna"));
    add("a.jsonl", 3, answer("2", "0.9", false));
    add("a.jsonl", 4, answer("1", "0.54", true));
    add("bert.jsonl", 5, hedge(8.0));
    add("bert.jsonl", 6, hedge(4.0));
    add("bert.jsonl", 7, hedge(6.0));
    add_raw(&folder.path().join("bert.jsonl"), b"{\"version\":1,\"a");
    add_raw(&folder.path().join("notes.txt"), b"no record\n");
    folder
}

#[test]
fn the_last_answer_of_a_person_counts_with_how_many_there_were() {
    let folder = class();
    let grades = grade(folder.path()).unwrap();
    let told: Vec<_> = grades
        .rows
        .iter()
        .map(|row| {
            (
                row.person.as_str(),
                row.question.as_str(),
                row.attempts,
                row.at,
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("Anna", "1", 2, 4),
            ("Anna", "2", 1, 3),
            ("bert", "path 3", 3, 7)
        ]
    );
    assert_eq!(grades.rows[0].right, Some(true));
    assert_eq!(grades.rows[2].error, Some(6.0));
    assert_eq!(grades.notes.len(), 1);
    assert!(grades.notes[0].contains("1 line cut short or damaged"));
    assert!(grades.failed.is_empty());
}

#[test]
fn a_record_that_does_not_read_is_named_and_the_others_count() {
    let folder = class();
    add_raw(
        &folder.path().join("c.jsonl"),
        b"\x00\xff no record\nnor this\n",
    );
    fs::create_dir(folder.path().join("d.jsonl")).unwrap();
    let name = folder.path().to_str().unwrap();
    let printed = hedgelab(&["grade", name]);
    assert_eq!(printed.status.code(), Some(1));
    let (out, err) = (
        String::from_utf8(printed.stdout).unwrap(),
        String::from_utf8(printed.stderr).unwrap(),
    );
    assert_eq!(out.lines().count(), 4, "{out}");
    assert!(out.starts_with("person,file,kind,lesson,step,question,answer,truth,"));
    assert!(
        out.contains("\nAnna,a.jsonl,answer,delta,2,1,0.54,0.54,"),
        "{out}"
    );
    for word in ["c.jsonl", "d.jsonl", "2 records do not read"] {
        assert!(err.contains(word), "{err}");
    }
}

#[test]
fn the_table_goes_into_a_file_where_one_is_named() {
    let folder = class();
    let table = folder.path().join("table.csv");
    let (name, out) = (folder.path().to_str().unwrap(), table.to_str().unwrap());
    assert!(hedgelab(&["grade", name, "--out", out]).status.success());
    assert_eq!(fs::read_to_string(&table).unwrap().lines().count(), 4);
    let nowhere = folder.path().join("no/table.csv");
    let refused = hedgelab(&["grade", name, "--out", nowhere.to_str().unwrap()]);
    assert_eq!(refused.status.code(), Some(2));
    let absent = folder.path().join("absent");
    let refused = hedgelab(&["grade", absent.to_str().unwrap()]);
    assert_eq!(refused.status.code(), Some(1));
}
