//! The records of a class as one table.

use super::{Done, Entry, Logbook, read};
use crate::files::{self, FileError};
use serde::Serialize;
use std::collections::HashMap;
use std::path::Path;

/// A person's last word on a question, a task or a path.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Row {
    /// The name typed, else the name of the file.
    pub person: String,
    /// The file.
    pub file: String,
    /// `answer`, `task` or `hedge`.
    pub kind: &'static str,
    /// Name of the lesson or the challenge.
    pub lesson: String,
    /// Step of the lesson; empty for a hedge.
    pub step: String,
    /// The question, the task, or the number of the path.
    pub question: String,
    /// The answer as one reads it.
    pub answer: String,
    /// The truth as one reads it.
    pub truth: String,
    /// How far the answer is from the truth.
    pub distance: Option<f64>,
    /// In which unit.
    pub unit: String,
    /// Whether the answer is right, or the task done.
    pub right: Option<bool>,
    /// Whether it was passed over.
    pub skipped: Option<bool>,
    /// How often this person answered, or hedged this path.
    pub attempts: u64,
    /// Hedging error (currency; positive is a loss).
    pub error: Option<f64>,
    /// Delta's on the same path.
    pub delta: Option<f64>,
    /// The trained policy's on the same path.
    pub learned: Option<f64>,
    /// When (seconds since 1970).
    pub at: u64,
}

/// The records of a folder.
#[derive(Debug, Default)]
pub struct Grades {
    /// By file, then in the order in which things were first done.
    pub rows: Vec<Row>,
    /// What was skipped in files that count, a sentence each.
    pub notes: Vec<String>,
    /// Files that did not read.
    pub failed: Vec<FileError>,
}

/// Reads every `*.jsonl` in a folder.
///
/// # Errors
/// When the folder cannot be read.
pub fn grade(folder: &Path) -> Result<Grades, FileError> {
    let mut grades = Grades::default();
    for path in files::list(folder, "jsonl")? {
        match read(&path) {
            Ok(book) => {
                grades.notes.extend(notes(&path, &book));
                grades.rows.extend(rows(&path, &book));
            }
            Err(error) => grades.failed.push(error),
        }
    }
    Ok(grades)
}

fn notes(path: &Path, book: &Logbook) -> impl Iterator<Item = String> {
    let lines = |count: usize| if count == 1 { "line" } else { "lines" };
    let told = |count: usize, what: &str| {
        (count > 0).then(|| format!("{}: {count} {} {what}", path.display(), lines(count)))
    };
    let broken = told(book.broken, "cut short or damaged, skipped");
    let later = told(book.later, "of a later version of the program, skipped");
    broken.into_iter().chain(later)
}

fn rows(path: &Path, book: &Logbook) -> Vec<Row> {
    let text = |part: Option<&std::ffi::OsStr>| {
        part.map_or_else(String::new, |part| part.to_string_lossy().into_owned())
    };
    let named = book
        .entries
        .iter()
        .rev()
        .find_map(|entry| match &entry.done {
            Done::Person(person) => Some(person.name.trim().to_owned()),
            _ => None,
        });
    let person = named.filter(|name| !name.is_empty());
    let person = person.unwrap_or_else(|| text(path.file_stem()));
    let mut rows: Vec<Row> = Vec::new();
    let mut places = HashMap::new();
    for entry in &book.entries {
        let Some(mut row) = row(entry) else {
            continue;
        };
        row.person.clone_from(&person);
        row.file = text(path.file_name());
        row.attempts = 1;
        let place = *places.entry(row.subject()).or_insert(rows.len());
        match rows.get_mut(place) {
            Some(before) => {
                row.attempts += before.attempts;
                *before = row;
            }
            None => rows.push(row),
        }
    }
    rows
}

impl Row {
    /// What it is about: the same for all attempts at one question.
    fn subject(&self) -> [String; 4] {
        [
            self.kind.to_owned(),
            self.lesson.clone(),
            self.step.clone(),
            self.question.clone(),
        ]
    }
}

/// What an entry adds to the table, but for who it was.
fn row(entry: &Entry) -> Option<Row> {
    let at = entry.at;
    match &entry.done {
        Done::Person(_) => None,
        Done::Answer(answer) => Some(Row {
            kind: "answer",
            lesson: answer.lesson.clone(),
            step: answer.step.clone(),
            question: answer.question.clone(),
            answer: answer.answer.clone(),
            truth: answer.truth.clone(),
            distance: answer.distance,
            unit: answer.unit.clone(),
            right: answer.right,
            skipped: Some(answer.skipped),
            at,
            ..Row::default()
        }),
        Done::Task(task) => Some(Row {
            kind: "task",
            lesson: task.lesson.clone(),
            step: task.step.clone(),
            question: task.task.clone(),
            right: Some(task.done),
            skipped: Some(!task.done),
            at,
            ..Row::default()
        }),
        Done::Hedge(hedge) => Some(Row {
            kind: "hedge",
            lesson: hedge.challenge.clone(),
            question: format!("path {}", hedge.path),
            error: Some(hedge.error),
            delta: Some(hedge.delta),
            learned: hedge.learned,
            at,
            ..Row::default()
        }),
    }
}
