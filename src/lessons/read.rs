//! Lessons as files.

use super::check::check;
use super::{Claim, Finding, Knots, Lesson, Question, Stage, Truth, VERSION};
use crate::files::FileError;
use crate::presets::{PresetError, Written, text_of};
use crate::units::FieldError;
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
    /// The file could not be read or written, or its text is no lesson.
    #[error(transparent)]
    File(#[from] PresetError),
}

impl From<FileError> for LessonError {
    fn from(error: FileError) -> Self {
        Self::File(error.into())
    }
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
    /// Where it was read, and its text, where fields are looked for.
    origin: String,
    text: String,
}

/// The lesson in a text; `origin` names it in messages, and its file's stem in a list.
///
/// # Errors
/// Where and why the text is no lesson.
pub fn parse(text: &str, origin: &str) -> Result<Ready, LessonError> {
    let text = text.trim_start_matches('\u{feff}');
    let written = Written { text, origin };
    let lesson: Lesson = written.read("a lesson", VERSION)?;
    let stages = check(&lesson).map_err(|wrong| written.about(&wrong))?;
    let stem = Path::new(origin).file_stem();
    Ok(Ready {
        name: stem.map_or_else(String::new, |stem| stem.to_string_lossy().into_owned()),
        lesson,
        stages,
        origin: origin.to_owned(),
        text: text.to_owned(),
    })
}

/// Whether a file means to be a lesson, not a preset: it has steps that say something.
#[must_use]
pub fn is_meant_in(path: &Path) -> bool {
    let first = |text: String| {
        let list = text.find("steps: [")?;
        text[list..].contains("text:").then_some(())
    };
    text_of(path, LIMIT).is_ok_and(|text| first(text).is_some())
}

/// The lesson in a file.
///
/// # Errors
/// When the file cannot be read, is larger than [`LIMIT`], is not UTF-8, or holds no lesson.
pub fn read_file(path: &Path) -> Result<Ready, LessonError> {
    parse(&text_of(path, LIMIT)?, &path.display().to_string())
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
                within(question, &truth, stage).map_err(|error| here("question", error))?;
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
        let (text, origin) = (&*self.text, &*self.origin);
        Written { text, origin }.about(wrong).into()
    }
}

/// Refuses a truth that its question leaves no room for.
fn within(question: &Question, truth: &Truth, stage: Option<&Stage>) -> Result<(), FieldError> {
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
        (Question::Sketch { curve, span, .. }, Truth::Curve(values)) => {
            let knots = stage.map(|stage| Knots::of(*curve, *span, &stage.scenario));
            let (low, high) = knots.map_or((f64::NEG_INFINITY, f64::INFINITY), |k| k.span);
            let beyond = values.iter().find(|value| !(low..=high).contains(*value));
            if let Some(value) = beyond {
                return Err(outside("span", *value, low, high));
            }
        }
        _ => {}
    }
    Ok(())
}
