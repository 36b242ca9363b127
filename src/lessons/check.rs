//! What a lesson may be, beyond its grammar.

use super::{Goal, Lesson, Look, Measured, Question, Setup, Stage, Step, VERSION};
use crate::scenario::fields::Field;
use crate::scenario::{Named, Strategy};
use crate::units::FieldError;

/// Most steps of a lesson, and most options of a choice.
const MOST_STEPS: usize = 40;
const MOST_OPTIONS: usize = 8;
/// Longest title (characters).
const TITLE: usize = 100;

/// Checks a lesson, and makes its setups ready: one for each step that has one.
pub(super) fn check(lesson: &Lesson) -> Result<Vec<Option<Stage>>, FieldError> {
    if lesson.version != VERSION {
        return Err(FieldError::new("version", lesson.version, VERSION));
    }
    text("title", &lesson.title, TITLE)?;
    text("aim", &lesson.aim, 400)?;
    if !(1..=60).contains(&lesson.minutes) {
        return Err(FieldError::new("minutes", lesson.minutes, "1 to 60"));
    }
    let count = lesson.steps.len();
    if !(1..=MOST_STEPS).contains(&count) {
        let allowed = format!("1 to {MOST_STEPS} steps");
        return Err(FieldError::new("steps", count, allowed));
    }
    if !lesson.steps.iter().any(Step::asks) {
        let allowed = "a step at least with a question or a task: a lesson asks before it shows";
        return Err(FieldError::new("steps", "no question", allowed));
    }
    if lesson.steps[0].setup.is_none() {
        let allowed = "a setup in the first step";
        return Err(FieldError::new("steps[0].setup", "absent", allowed));
    }
    let mut stages: Vec<Option<Stage>> = Vec::new();
    for (place, step) in lesson.steps.iter().enumerate() {
        let here = |error: FieldError| error.inside(&format!("steps[{place}]"));
        let stage = step.setup.as_ref().map(ready).transpose().map_err(here)?;
        stages.push(stage);
        let present = stages.iter().rev().flatten().next();
        check_step(step, present).map_err(here)?;
    }
    Ok(stages)
}

fn ready(setup: &Setup) -> Result<Stage, FieldError> {
    let inside = |error: FieldError| error.inside("setup");
    for name in &setup.controls {
        Field::find(name).map_err(|_unknown| {
            inside(FieldError::new(
                "controls",
                format!("{name:?}"),
                "names of fields; see: hedgelab presets fields",
            ))
        })?;
    }
    setup.ready().map_err(inside)
}

fn check_step(step: &Step, present: Option<&Stage>) -> Result<(), FieldError> {
    text("text", &step.text, 20_000)?;
    if step.reveal.is_some() && !step.asks() {
        let allowed = "nothing: a step without question or task has nothing to reveal";
        return Err(FieldError::new("reveal", "given", allowed));
    }
    if step.question.is_some() && step.task.is_some() {
        let allowed = "a question or a task in a step, not both";
        return Err(FieldError::new("task", "given", allowed));
    }
    for look in &step.look {
        if let Look::Control(name) = look {
            Field::find(name).map_err(|error| FieldError {
                field: "look".into(),
                ..error
            })?;
        }
    }
    if let Some(question) = &step.question {
        check_question(question, present).map_err(|error| error.inside("question"))?;
    }
    if let Some(task) = &step.task {
        text("task.ask", &task.ask, 1000)?;
        if task.goals.is_empty() {
            return Err(FieldError::new("task.goals", "empty", "one goal at least"));
        }
        for (place, goal) in task.goals.iter().enumerate() {
            check_goal(goal).map_err(|error| error.inside(&format!("task.goals[{place}]")))?;
        }
    }
    for (place, claim) in step.claims.iter().enumerate() {
        for (part, side) in [("less", &claim.less), ("than", &claim.than)] {
            check_measured(side)
                .map_err(|error| error.inside(&format!("claims[{place}].{part}")))?;
        }
    }
    Ok(())
}

fn check_goal(goal: &Goal) -> Result<(), FieldError> {
    if goal.at_least.is_none() && goal.at_most.is_none() {
        let allowed = "at_least, at_most or both";
        return Err(FieldError::new("at_least", "absent", allowed));
    }
    let (least, most) = (
        goal.at_least.unwrap_or(f64::NEG_INFINITY),
        goal.at_most.unwrap_or(f64::INFINITY),
    );
    if least > most || least.is_nan() || most.is_nan() {
        let allowed = format!("at least {least}");
        return Err(FieldError::new("at_most", most, allowed));
    }
    Ok(())
}

fn check_measured(measured: &Measured) -> Result<(), FieldError> {
    if measured.times.is_finite() {
        Ok(())
    } else {
        Err(FieldError::new("times", measured.times, "a finite number"))
    }
}

fn check_question(question: &Question, present: Option<&Stage>) -> Result<(), FieldError> {
    text("ask", question.ask(), 1000)?;
    let positive = |field: &str, value: f64| {
        if value > 0.0 && value.is_finite() {
            Ok(())
        } else {
            Err(FieldError::new(field, value, "a finite number above 0"))
        }
    };
    let there = |of: Strategy| {
        let learned = present.is_some_and(|stage| stage.learned.is_some());
        if of == Strategy::Learned && !learned {
            let allowed = "a strategy that is there: the preset brings no policy";
            return Err(FieldError::new("of", of.name(), allowed));
        }
        Ok(())
    };
    match question {
        Question::Choice { options, right, .. } => {
            let count = options.len();
            if !(2..=MOST_OPTIONS).contains(&count) {
                let allowed = format!("2 to {MOST_OPTIONS} options");
                return Err(FieldError::new("options", count, allowed));
            }
            if *right >= count {
                let allowed = format!("the place of an option, 0 to {}", count - 1);
                return Err(FieldError::new("right", right, allowed));
            }
            options
                .iter()
                .try_for_each(|option| text("options", option, 300))
        }
        Question::Number {
            range,
            tolerance,
            truth,
            ..
        } => {
            ordered("range", *range)?;
            positive("tolerance", *tolerance)?;
            check_measured(truth).map_err(|error| error.inside("truth"))
        }
        Question::Sketch {
            curve,
            span,
            tolerance,
            ..
        } => {
            positive("tolerance", *tolerance)?;
            if let Some(span) = span {
                ordered("span", *span)?;
            }
            there(curve.of()).map_err(|error| error.inside("curve"))
        }
        Question::Bars {
            of,
            most,
            tolerance,
            ..
        } => {
            if !(1..=Strategy::ALL.len()).contains(&of.len()) {
                let allowed = format!("1 to {} strategies", Strategy::ALL.len());
                return Err(FieldError::new("of", of.len(), allowed));
            }
            positive("most", *most)?;
            positive("tolerance", *tolerance)?;
            of.iter().try_for_each(|of| there(*of))
        }
    }
}

/// Refuses what is no span from a smaller to a larger number.
fn ordered(field: &str, (low, high): (f64, f64)) -> Result<(), FieldError> {
    if low.is_finite() && high.is_finite() && low < high {
        return Ok(());
    }
    let allowed = "two finite numbers, the smaller one first";
    Err(FieldError::new(field, format!("({low}, {high})"), allowed))
}

fn text(field: &str, text: &str, longest: usize) -> Result<(), FieldError> {
    let count = text.chars().count();
    if text.trim().is_empty() || count > longest {
        let value = format!("{count} characters");
        let allowed = format!("1 to {longest} characters that are not all blank");
        return Err(FieldError::new(field, value, allowed));
    }
    Ok(())
}
