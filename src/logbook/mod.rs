//! A record of what a person did: answers to questions, tasks, and hedges by hand.
//!
//! One file a person, one line of JSON an entry. A file only grows. A line that a crash cut short is
//! skipped when the file is read, and so is what a later version of the program wrote; both are counted.

mod grade;

pub use grade::{Grades, Row, grade};

use crate::files::{self, FileError};
use crate::units::ContentHash;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// Version of the entries that this program reads and writes.
pub const VERSION: u32 = 1;
/// The kinds of entries that it knows.
const KINDS: [&str; 4] = ["person", "answer", "task", "hedge"];
/// Largest file that is read (bytes): some hundred thousand entries.
const LIMIT: u64 = 256 << 20;

/// One line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// Version of the format.
    pub version: u32,
    /// When it was done (seconds since 1970).
    pub at: u64,
    /// What was done.
    #[serde(flatten)]
    pub done: Done,
}

/// What was done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Done {
    /// The person said who they are.
    Person(Person),
    /// A question was answered or passed over.
    Answer(Answer),
    /// A task was done or passed over.
    Task(Task),
    /// A path was hedged by hand.
    Hedge(Hedge),
}

/// Who it was, where they typed a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// As typed.
    pub name: String,
}

/// An answer to a question of a lesson.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// Name of the lesson.
    pub lesson: String,
    /// Which step of it.
    pub step: String,
    /// The question.
    pub question: String,
    /// The answer as one reads it; empty where the question was passed over.
    pub answer: String,
    /// The truth as one reads it.
    pub truth: String,
    /// How far the answer is from the truth, where both are numbers.
    pub distance: Option<f64>,
    /// In which unit.
    pub unit: String,
    /// Whether it is right, where that can be said.
    pub right: Option<bool>,
    /// Whether it was passed over.
    pub skipped: bool,
    /// On which preset.
    pub preset: String,
    /// The market, by its hash.
    pub scenario: ContentHash,
    /// Seed of the paths.
    pub seed: u64,
}

/// A task of a lesson.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    /// Name of the lesson.
    pub lesson: String,
    /// Which step of it.
    pub step: String,
    /// The task.
    pub task: String,
    /// Whether it was done; otherwise it was passed over.
    pub done: bool,
    /// On which preset.
    pub preset: String,
    /// The market, by its hash.
    pub scenario: ContentHash,
    /// Seed of the paths.
    pub seed: u64,
}

/// A path hedged by hand (amounts in currency).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Hedge {
    /// Name of the challenge.
    pub challenge: String,
    /// Number of the path.
    pub path: u64,
    /// Seed of the paths.
    pub seed: u64,
    /// The market, by its hash.
    pub scenario: ContentHash,
    /// What was held from each date on (shares).
    pub positions: Vec<f64>,
    /// Hedging error: positive is a loss.
    pub error: f64,
    /// Delta's on the same path.
    pub delta: f64,
    /// The trained policy's on the same path, where there is one.
    pub learned: Option<f64>,
    /// What the trades cost: crossing the spread,
    pub spread: f64,
    /// walking into the book,
    pub depth: f64,
    /// and meeting one's own past trades.
    pub memory: f64,
}

impl Entry {
    /// What was done, at a time in seconds since 1970.
    #[must_use]
    pub fn new(at: u64, done: Done) -> Self {
        let version = VERSION;
        Self { version, at, done }
    }
}

/// A file as it was read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Logbook {
    /// What this program understands, oldest first.
    pub entries: Vec<Entry>,
    /// Lines of a later version.
    pub later: usize,
    /// Lines that are no entries: cut short, or damaged.
    pub broken: usize,
}

/// The file of whoever uses this program; absent where the system names no folder for settings.
#[must_use]
pub fn own_file() -> Option<PathBuf> {
    files::settings().map(|folder| in_folder(&folder))
}

/// The file in a folder of settings.
#[must_use]
pub fn in_folder(settings: &Path) -> PathBuf {
    settings.join("learning").join("record.jsonl")
}

/// Adds an entry; see [`files::append_line`].
///
/// # Errors
/// When the system refuses, or when the entry would not be read back.
pub fn append(path: &Path, entry: &Entry) -> Result<(), FileError> {
    let content = |reason: String| FileError::Content {
        path: path.to_owned(),
        reason,
    };
    let line = serde_json::to_string(entry).map_err(|error| content(error.to_string()))?;
    match read_line(&line) {
        Line::Entry(_) => files::append_line(path, &line),
        Line::Later | Line::Broken => Err(content("it would not be read back".into())),
    }
}

/// Reads a whole file.
///
/// # Errors
/// When it cannot be read, or where it has lines and not one is an entry.
pub fn read(path: &Path) -> Result<Logbook, FileError> {
    let bytes = files::read(path, LIMIT)?;
    let mut book = Logbook::default();
    let text = String::from_utf8_lossy(&bytes);
    for line in text.lines() {
        match read_line(line.trim()) {
            _ if line.trim().is_empty() => {}
            Line::Entry(entry) => book.entries.push(*entry),
            Line::Later => book.later += 1,
            Line::Broken => book.broken += 1,
        }
    }
    // A crash can leave the beginning of a first entry, and nothing else that is broken.
    let cut = book.broken == 1 && text.starts_with('{');
    if book.broken > 0 && !cut && book.later == 0 && book.entries.is_empty() {
        return Err(FileError::Content {
            path: path.to_owned(),
            reason: "is no record: not one of its lines is an entry".into(),
        });
    }
    Ok(book)
}

enum Line {
    Entry(Box<Entry>),
    Later,
    Broken,
}

#[derive(Deserialize)]
struct Tag {
    version: u32,
    kind: String,
}

fn read_line(line: &str) -> Line {
    let Ok(tag) = serde_json::from_str::<Tag>(line) else {
        return Line::Broken;
    };
    if tag.version > VERSION || !KINDS.contains(&tag.kind.as_str()) {
        return Line::Later;
    }
    serde_json::from_str(line).map_or(Line::Broken, Line::Entry)
}
