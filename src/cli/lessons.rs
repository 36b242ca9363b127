//! `hedgelab lessons`: list, show, check, new, and where one's own are.

use super::table::Table;
use super::{Failure, print, print_json, typed_path};
use crate::files;
use crate::lessons::{self, BUILT_IN, Finding, LessonError, Listed};
use crate::quantity::write::significant;
use anyhow::anyhow;
use clap::Subcommand;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

#[derive(Debug, Subcommand)]
pub(super) enum Lessons {
    /// List the lessons that come with the program and your own
    List {
        /// As JSON: name, title, aim, minutes, steps, own
        #[arg(long)]
        json: bool,
    },
    /// Print a lesson as the text of a file
    Show {
        /// A lesson, or a file
        name: String,
    },
    /// Check lessons: every problem is told with file, line, column and field; every claim is measured
    Check {
        /// Lessons or files; all lessons where none is given
        names: Vec<String>,
    },
    /// Write a small lesson to start from
    New {
        /// The new file
        #[arg(value_parser = typed_path())]
        file: PathBuf,
    },
    /// Print the folder of your own lessons
    Path,
}

/// What a new lesson starts as.
const NEW: &str = include_str!("../../assets/lessons/new.ron");

impl Lessons {
    pub(super) fn run(&self) -> Result<(), Failure> {
        match self {
            Self::List { json: true } => print_json(&lessons::list()),
            Self::List { json: false } => print(&table(&lessons::list())),
            Self::Show { name } => print(&text(name)?),
            Self::Check { names } => check(names),
            Self::New { file } => new(file),
            Self::Path => match lessons::folder() {
                Some(folder) => print(&format!("{}\n", folder.display())),
                None => Err(Failure::Run(anyhow!(
                    "this system names no configuration folder; give a file instead of a lesson's name"
                ))),
            },
        }
    }
}

impl From<LessonError> for Failure {
    fn from(error: LessonError) -> Self {
        match error {
            LessonError::Unknown { .. } => Self::Usage(error.into()),
            other @ LessonError::File(_) => Self::Run(other.into()),
        }
    }
}

fn table(lessons: &[Listed]) -> String {
    let name = lessons.iter().map(|lesson| lesson.name.chars().count());
    let name = name.max().unwrap_or(0);
    let line = |lesson: &Listed| {
        let about = match lesson.steps {
            0 => lesson.title.clone(),
            steps => format!("{} ({} min, {steps} steps)", lesson.title, lesson.minutes),
        };
        format!("{:<name$}  {about}\n", lesson.name)
    };
    lessons.iter().map(line).collect()
}

fn text(name: &str) -> Result<String, LessonError> {
    if let Some((_, text)) = BUILT_IN.iter().find(|(known, _)| known == &name) {
        return Ok((*text).to_owned());
    }
    let bytes = files::read(&lessons::locate(name)?, lessons::LIMIT)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn check(names: &[String]) -> Result<(), Failure> {
    let all: Vec<String> = lessons::list().into_iter().map(|l| l.name).collect();
    let names = if names.is_empty() { &all } else { names };
    let mut bad = 0;
    for name in names {
        match lessons::load(name).and_then(|ready| Ok((ready.examine()?, ready))) {
            Ok((findings, ready)) => {
                print(&format!("{name}: fine: {}\n", ready.lesson.title))?;
                print(&told(&findings))?;
                if findings.iter().any(|finding| !finding.holds) {
                    bad += 1;
                }
            }
            Err(error) => {
                bad += 1;
                let _closed_pipe = writeln!(io::stderr(), "{error}");
            }
        }
    }
    match bad {
        0 => Ok(()),
        _ => Err(Failure::Run(anyhow!(
            "{bad} of {} lessons do not load or claim what does not hold",
            names.len()
        ))),
    }
}

/// What is claimed, and what was measured.
fn told(findings: &[Finding]) -> String {
    let mut table = Table::new(&["claim", "less", "than", "±", ""]);
    for finding in findings {
        let [less, than] = finding.values.map(|value| significant(value, 4));
        let error = match finding.se {
            0.0 => String::new(),
            se => significant(se, 2),
        };
        let holds = if finding.holds {
            "holds"
        } else {
            "DOES NOT HOLD"
        };
        table.row(vec![finding.says.clone(), less, than, error, holds.into()]);
    }
    if findings.is_empty() {
        return String::new();
    }
    table.text()
}

fn new(file: &Path) -> Result<(), Failure> {
    let file = files::typed_new(file.as_os_str()).map_err(LessonError::from)?;
    let ends = file.extension().is_some_and(|ending| ending == "ron");
    if !ends {
        return Err(super::usage(format!(
            "{}: allowed: a file whose name ends in .ron",
            file.display()
        )));
    }
    files::write_new(&file, NEW.as_bytes()).map_err(LessonError::from)?;
    let shown = file.display();
    print(&format!(
        "wrote {shown}; to check it: hedgelab lessons check {shown}\n"
    ))
}
