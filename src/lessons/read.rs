//! Lessons as files.

use super::check::check;
use super::{Claim, Finding, Lesson, Stage, Truth, VERSION};
use crate::files::{self, FileError};
use crate::presets::locate;
use crate::units::FieldError;
use ron::extensions::Extensions;
use std::path::Path;

/// Largest lesson file (bytes).
pub const LIMIT: u64 = 1 << 20;

/// Why a lesson did not load.
#[derive(Debug, thiserror::Error)]
pub enum LessonError {
    /// Neither built in, nor one's own, nor a file.
    #[error("no lesson and no file is called {name:?}; lessons: {known}")]
    Unknown {
        /// What was asked for.
        name: String,
        /// What there is.
        known: String,
    },
    /// The file could not be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// The text is no lesson.
    #[error("{origin}:{line}:{column}: {message}")]
    Text {
        /// File or lesson.
        origin: String,
        /// Line, from 1.
        line: usize,
        /// Column, from 1 (characters).
        column: usize,
        /// What is wrong and what is allowed.
        message: String,
    },
}

/// A lesson that can be given: all that it names was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Ready {
    /// What it is called in a list.
    pub name: String,
    /// The lesson.
    pub lesson: Lesson,
    /// Its setups, one for each step that has one.
    pub stages: Vec<Option<Stage>>,
    /// Where it comes from, as messages name it.
    origin: String,
    /// Its text, where fields are looked for.
    text: String,
}

/// The lesson in a text; `origin` names it in messages, and its file's stem in a list.
///
/// # Errors
/// Where and why the text is no lesson.
pub fn parse(text: &str, origin: &str) -> Result<Ready, LessonError> {
    let text = text.trim_start_matches('\u{feff}');
    let error = |line, column, message| LessonError::Text {
        origin: origin.to_owned(),
        line,
        column,
        message,
    };
    if text.trim().is_empty() {
        let message = "is empty; a lesson starts like: (version: 1, title: \"…\", …)";
        return Err(error(1, 1, message.into()));
    }
    let options = ron::Options::default().with_default_extension(Extensions::IMPLICIT_SOME);
    let about = |wrong: &FieldError| {
        let (line, column) = locate::field(text, &wrong.field);
        error(line, column, wrong.to_string())
    };
    // Another version may have other fields: say that first.
    if let Ok(OnlyVersion { version }) = options.from_str::<OnlyVersion>(text)
        && version != VERSION
    {
        return Err(about(&FieldError::new("version", version, VERSION)));
    }
    let lesson: Lesson = options.from_str(text).map_err(|wrong| {
        let at = wrong.span.start;
        error(at.line, at.col, wrong.code.to_string())
    })?;
    let stages = check(&lesson).map_err(|wrong| about(&wrong))?;
    let stem = Path::new(origin).file_stem();
    Ok(Ready {
        name: stem.map_or_else(String::new, |stem| stem.to_string_lossy().into_owned()),
        lesson,
        stages,
        origin: origin.to_owned(),
        text: text.to_owned(),
    })
}

#[derive(serde::Deserialize)]
struct OnlyVersion {
    version: u32,
}

/// The lesson in a file.
///
/// # Errors
/// When the file cannot be read, is larger than [`LIMIT`], is not UTF-8, or holds no lesson.
pub fn read_file(path: &Path) -> Result<Ready, LessonError> {
    let bytes = files::read(path, LIMIT)?;
    let origin = path.display().to_string();
    match String::from_utf8(bytes) {
        Ok(text) => parse(&text, &origin),
        Err(error) => {
            let valid = error.utf8_error().valid_up_to();
            let before = String::from_utf8_lossy(&error.as_bytes()[..valid]).into_owned();
            let last = before.rsplit('\n').next().unwrap_or("");
            Err(LessonError::Text {
                origin,
                line: before.matches('\n').count() + 1,
                column: last.chars().count() + 1,
                message: "is not UTF-8 text".into(),
            })
        }
    }
}

impl Ready {
    /// What is on screen at a step: its own setup, or the last one before it.
    #[must_use]
    pub fn stage(&self, step: usize) -> Option<&Stage> {
        self.stages.iter().take(step + 1).rev().flatten().next()
    }

    /// The date under the time cursor at a step, as it was set up.
    #[must_use]
    pub fn date(&self, step: usize) -> usize {
        self.stage(step).map_or(0, |stage| {
            stage.setup.date.unwrap_or(stage.scenario.steps / 2)
        })
    }

    /// Measures all that it asks and claims.
    ///
    /// # Errors
    /// Where something cannot be measured, or an answer lies where nobody can give it.
    pub fn examine(&self) -> Result<Vec<Finding>, LessonError> {
        let mut findings = Vec::new();
        for (place, step) in self.lesson.steps.iter().enumerate() {
            let stage = self.stage(place);
            let here = |part: &str, error: FieldError| {
                self.at(&error.inside(&format!("steps[{place}].{part}")))
            };
            if let Some(question) = &step.question {
                let truth = Truth::of(question, stage, self.date(place));
                let truth = truth.map_err(|error| here("question", error))?;
                within(question, &truth).map_err(|error| here("question", error))?;
            }
            for (number, goal) in step.task.iter().flat_map(|t| &t.goals).enumerate() {
                let measured = super::Measured {
                    what: goal.what.clone(),
                    pin: None,
                    setup: None,
                    times: 1.0,
                };
                let part = format!("task.goals[{number}]");
                measured.on(stage).map_err(|error| here(&part, error))?;
            }
            let claims = step.claims.iter().enumerate();
            let found = claims.map(|(number, claim): (usize, &Claim)| {
                let part = format!("claims[{number}]");
                claim.found(stage).map_err(|error| here(&part, error))
            });
            findings.extend(found.collect::<Result<Vec<_>, _>>()?);
        }
        Ok(findings)
    }

    fn at(&self, wrong: &FieldError) -> LessonError {
        let (line, column) = locate::field(&self.text, &wrong.field);
        LessonError::Text {
            origin: self.origin.clone(),
            line,
            column,
            message: wrong.to_string(),
        }
    }
}

/// Refuses a truth that its question leaves no room for.
fn within(question: &super::Question, truth: &Truth) -> Result<(), FieldError> {
    use super::Question;
    let outside = |field: &str, value: f64, low: f64, high: f64| {
        let told = crate::units::plain(value);
        let allowed = format!("the answer {told} within {low} to {high}");
        FieldError::new(field, format!("{low} to {high}"), allowed)
    };
    match (question, truth) {
        (Question::Number { range, .. }, Truth::Number(figure)) => {
            let value = figure.value.unwrap_or(f64::NAN);
            if !(range.0..=range.1).contains(&value) {
                return Err(outside("range", value, range.0, range.1));
            }
        }
        (Question::Bars { most, .. }, Truth::Bars(bars)) => {
            for bar in bars {
                let value = bar.value.unwrap_or(f64::NAN);
                if !(0.0..=*most).contains(&value) {
                    return Err(outside("most", value, 0.0, *most));
                }
            }
        }
        _ => {}
    }
    Ok(())
}
