//! Lessons in the window: each taken from its first step to its last, asked before it shows, and the
//! person's own work untouched by it.

use crate::common::{Test, click, open, press, push, settle, until, until_drawn};
use egui::{Key, Modifiers, vec2};
use egui_kittest::kittest::{NodeT, Queryable};
use hedgelab::app::command::{
    DocumentCommand, FileCommand, LessonCommand, PinCommand, TimeCommand, TrainingCommand,
    WindowCommand,
};
use hedgelab::app::document::{Grain, Value};
use hedgelab::app::keep::Kept;
use hedgelab::app::session::{LessonState, Session};
use hedgelab::app::view::{LessonView, Stand};
use hedgelab::lessons::{Answer, BUILT_IN, Question, Truth, built_in};
use hedgelab::logbook::{self, Done};
use hedgelab::scenario::Scenario;
use hedgelab::scenario::fields::Field;
use std::fs;
use std::path::Path;
use std::sync::Arc;

fn session(test: &Test) -> &Session {
    test.state().model().session()
}

fn lesson(test: &Test) -> Arc<LessonView> {
    test.state().view().lesson.clone().unwrap()
}

fn begin(test: &mut Test, name: &str) {
    push(test, LessonCommand::Begin(name.to_owned()));
    until_drawn(test, "the lesson", |test| {
        test.state().view().lesson.is_some()
    });
}

fn edit(test: &mut Test, field: &str, value: f64) {
    let change = (Field::find(field).unwrap(), Value::Number(value));
    push(test, DocumentCommand::Edit(vec![change], Grain::Whole));
}

/// All that is a person's own.
#[derive(Debug, PartialEq)]
struct Work {
    preset: String,
    scenario: Scenario,
    pins: Vec<String>,
    has_policy: bool,
    path: Option<u64>,
    date: usize,
    focus: String,
    can: (bool, bool),
    modified: bool,
}

fn work(test: &Test) -> Work {
    let session = session(test);
    Work {
        preset: session.place.document.origin().name(),
        scenario: session.scenario().as_ref().clone(),
        pins: session
            .pins()
            .iter()
            .map(|pin| pin.label.name.clone())
            .collect(),
        has_policy: session.learned.policy.is_some(),
        path: session.place.shown,
        date: session.step,
        focus: session.focus.to_string(),
        can: session.can_undo_redo(),
        modified: session.is_modified(),
    }
}

/// A window with work in it: an edit, a pin, a path, a date, and a step that was taken back.
fn at_work(folder: Option<&Path>) -> Test {
    let mut test = open(folder, Some("paper-month"));
    edit(&mut test, "market.drift", 0.07);
    push(&mut test, PinCommand::Add);
    edit(&mut test, "market.volatility", 0.22);
    push(&mut test, DocumentCommand::Undo);
    push(&mut test, TimeCommand::ShowPath(17));
    push(&mut test, TimeCommand::GoTo(4));
    test
}

/// An answer that is right, or as wrong as can be.
fn answer(question: &Question, truth: &Truth, right: bool) -> Answer {
    if right {
        return truth.as_answer();
    }
    let far = |span: (f64, f64), value: f64| {
        if (value - span.0).abs() > (value - span.1).abs() {
            span.0
        } else {
            span.1
        }
    };
    match (question, truth.as_answer()) {
        (Question::Choice { options, .. }, Answer::Choice(right)) => {
            Answer::Choice((right + 1) % options.len())
        }
        (Question::Number { range, .. }, Answer::Number(value)) => {
            Answer::Number(far(*range, value))
        }
        (Question::Bars { most, .. }, Answer::Bars(values)) => {
            Answer::Bars(values.iter().map(|v| far((0.0, *most), *v)).collect())
        }
        (_, Answer::Curve(values)) => {
            let last = values.len() - 1;
            Answer::Curve(
                (0..=last)
                    .map(|i| if i == last { 40.0 } else { 0.0 })
                    .collect(),
            )
        }
        (_, other) => other,
    }
}

#[test]
fn every_lesson_is_taken_from_end_to_end_and_the_persons_work_is_as_it_was() {
    let mut test = at_work(None);
    settle(&mut test);
    let before = work(&test);
    for (number, (name, _)) in BUILT_IN.iter().enumerate() {
        let ready = built_in(name).unwrap();
        begin(&mut test, name);
        for (place, step) in ready.lesson.steps.iter().enumerate() {
            assert_eq!(lesson(&test).step, place, "{name}");
            if let Some(question) = &step.question {
                assert!(
                    lesson(&test).reveal.is_none(),
                    "{name} step {place} reveals first"
                );
                // Nobody gets on without a word.
                press(&mut test, Modifiers::NONE, Key::PageDown);
                assert_eq!(lesson(&test).step, place);
                let way = (number + place) % 3;
                if way == 2 {
                    push(&mut test, LessonCommand::Skip);
                } else {
                    let truth = Truth::of(question, ready.stage(place), ready.date(place)).unwrap();
                    let answer = answer(question, &truth, way == 0);
                    push(&mut test, LessonCommand::Draft(answer));
                    push(&mut test, LessonCommand::Answer);
                }
                until(&mut test, "an answer", |test| {
                    matches!(lesson(test).stand, Stand::Told(_))
                });
                let shown = lesson(&test);
                let told = shown.told().unwrap();
                assert!(told.truth.is_ok(), "{name} step {place}: {:?}", told.truth);
                let right = [Some(true), Some(false), None][way];
                assert_eq!(told.right, right, "{name} step {place}: {told:?}");
                assert!(shown.veiled.is_empty());
            }
            if step.task.is_some() {
                until(&mut test, "a measured task", |test| {
                    !session(test).lesson().unwrap().progress().goals.is_empty()
                });
                assert!(
                    !lesson(&test).may_go_on(),
                    "{name} step {place} is done at once"
                );
                push(&mut test, LessonCommand::Skip);
            }
            test.run_steps(2);
            assert!(lesson(&test).may_go_on());
            if place + 1 < ready.lesson.steps.len() {
                press(&mut test, Modifiers::NONE, Key::PageDown);
            }
        }
        push(&mut test, LessonCommand::Leave);
        test.run_steps(2);
        assert!(test.state().view().lesson.is_none());
        assert_eq!(work(&test), before, "after {name}");
    }
    // What was taken back can still be done again.
    push(&mut test, DocumentCommand::Redo);
    assert_eq!(session(&test).scenario().market.volatility, 0.22);
}

/// A lesson of one's own in a file.
fn written(folder: &Path, name: &str, steps: &str) -> String {
    let text = format!("(version: 1, title: \"T\", aim: \"A\", minutes: 1, steps: [{steps}])");
    let path = folder.join(format!("{name}.ron"));
    fs::write(&path, text).unwrap();
    path.display().to_string()
}

const SKETCH: &str = r#"(
    text: "Draw",
    setup: (preset: "figure-3", beside: [], date: 6, views: [path, book]),
    question: Sketch(ask: "What is held?", curve: PositionByDate(of: learned), tolerance: 0.1),
    reveal: "So it is.",
)"#;

#[test]
fn a_curve_is_drawn_by_mouse_and_by_keys_and_what_would_tell_it_is_covered() {
    let folder = tempfile::tempdir().unwrap();
    let mut test = open(None, None);
    begin(&mut test, &written(folder.path(), "sketch", SKETCH));
    // Nothing of the views that would tell it is there, for the eye or the ear.
    for name in ["Positions", "Liquidity through time", "Order book"] {
        assert!(test.query_by_label(name).is_none(), "{name}");
    }
    assert_eq!(test.query_all_by_label_contains("Covered until").count(), 1);
    assert!(test.query_by_label_contains("Learned loses").is_none());
    let canvas = test.get_by_label("Sketch").rect();
    let value = |test: &Test| {
        test.get_by_label("Sketch")
            .accesskit_node()
            .value()
            .unwrap()
    };
    assert_eq!(value(&test), "nothing drawn");
    let at = |x: f32, y: f32| canvas.min + vec2(x * canvas.width(), y * canvas.height());
    test.drag_at(at(0.05, 0.5));
    for x in [0.3, 0.6, 0.9] {
        test.hover_at(at(x, 0.5 - 0.3 * x));
        test.step();
    }
    test.drop_at(at(0.97, 0.2));
    test.run_steps(2);
    let drawn = |test: &Test| match lesson(test).draft.clone() {
        Some(Answer::Curve(values)) => values,
        other => panic!("{other:?}"),
    };
    let values = drawn(&test);
    assert_eq!(values.len(), 12);
    assert!(
        values.windows(2).all(|pair| pair[1] >= pair[0] - 1e-9),
        "{values:?}"
    );
    assert!(values[11] > values[0] + 0.2, "{values:?}");
    // The keys: across to the third knot, and up.
    test.get_by_label("Sketch").focus();
    test.run_steps(2);
    for key in [Key::ArrowRight, Key::ArrowRight, Key::ArrowUp] {
        press(&mut test, Modifiers::NONE, key);
    }
    let moved = drawn(&test);
    assert!(moved[2] > values[2] && moved[3] == values[3], "{moved:?}");
    click(&mut test, "Answer");
    until_drawn(&mut test, "the truth", |test| lesson(test).told().is_some());
    assert!(value(&test).contains("; true 0: "), "{}", value(&test));
    let shown = lesson(&test);
    let told = shown.told().unwrap();
    assert!(told.apart.unwrap() > 0.0);
    assert!(
        test.query_by_label_contains("shares off on average")
            .is_some()
    );
    click(&mut test, "See the view itself");
    assert!(test.query_by_label("Sketch").is_none());
}

#[test]
fn a_setup_is_one_step_and_opening_a_preset_leaves_the_lesson() {
    let folder = tempfile::tempdir().unwrap();
    let mut test = at_work(None);
    let before = work(&test);
    begin(&mut test, &written(folder.path(), "one", SKETCH));
    assert_eq!(session(&test).place.document.origin().name(), "figure-3");
    push(&mut test, DocumentCommand::Undo);
    assert_eq!(session(&test).scenario().as_ref(), &before.scenario);
    push(&mut test, DocumentCommand::Redo);
    assert_eq!(session(&test).place.document.origin().name(), "figure-3");
    push(&mut test, FileCommand::OpenPreset("thin-book".into()));
    assert!(test.state().view().lesson.is_none());
    push(&mut test, DocumentCommand::Undo);
    assert_eq!(session(&test).scenario().as_ref(), &before.scenario);
    // What a lesson shows can be taken along, as one step over one's work.
    begin(&mut test, &written(folder.path(), "one", SKETCH));
    push(&mut test, LessonCommand::Take);
    assert_eq!(session(&test).place.document.origin().name(), "figure-3");
    push(&mut test, DocumentCommand::Undo);
    let after = work(&test);
    assert_eq!((after.scenario, after.pins), (before.scenario, before.pins));
}

#[test]
fn what_is_kept_while_a_lesson_runs_is_the_persons_own_work() {
    let folder = tempfile::tempdir().unwrap();
    let lessons = tempfile::tempdir().unwrap();
    let mut test = at_work(Some(folder.path()));
    let before = work(&test);
    begin(&mut test, &written(lessons.path(), "one", SKETCH));
    edit(&mut test, "market.drift", 0.2);
    test.state().keep();
    drop(test);
    let kept = Kept::load(folder.path()).unwrap().value;
    assert_eq!((kept.shown, kept.step), (before.path, before.date));
    let test = open(Some(folder.path()), None);
    assert!(test.state().view().lesson.is_none());
    let after = work(&test);
    assert_eq!(
        (after.preset, after.scenario),
        (before.preset, before.scenario)
    );
    assert_eq!(
        (after.pins, after.path, after.date),
        (before.pins, before.path, before.date)
    );
}

#[test]
fn a_task_is_noticed_when_it_is_done() {
    let folder = tempfile::tempdir().unwrap();
    let task = r#"(
        text: "Do",
        setup: (preset: "paper-year", views: [book], controls: ["order_book.ask_exponent"]),
        task: (
            ask: "Double the impact of buying",
            goals: [
                (what: Field("order_book.ask_exponent"), at_least: 1.0195, at_most: 1.0205),
                (what: Field("order_book.ask_decay"), at_most: 0.0),
            ],
        ),
        reveal: "Twice as dear.",
    )"#;
    let mut test = open(None, None);
    begin(&mut test, &written(folder.path(), "task", task));
    until(&mut test, "measured", |test| {
        lesson(test).task.as_ref().unwrap().1[1].holds
    });
    assert!(!lesson(&test).may_go_on());
    edit(&mut test, "order_book.ask_exponent", 1.02);
    until_drawn(&mut test, "done", |test| lesson(test).may_go_on());
    assert!(test.query_by_label("Done.").is_some());
    let state = &session(&test).lesson().unwrap().progress().state;
    assert!(matches!(state, LessonState::Told(_)));
}

#[test]
fn what_one_did_in_a_lesson_is_recorded() {
    let home = tempfile::tempdir().unwrap();
    let lessons = tempfile::tempdir().unwrap();
    let steps = r#"(
        text: "Think",
        setup: (preset: "paper-year", views: [book]),
        question: Number(ask: "How dear?", unit: "currency", range: (0.0, 50.0), truth: (what: CostOfRoundTrip(size: 1.0)), tolerance: 3.0),
    ), (
        text: "Do",
        task: (ask: "Nothing", goals: [(what: Kept, at_most: 0.0)]),
    )"#;
    let mut test = open(Some(home.path()), None);
    begin(&mut test, &written(lessons.path(), "one", steps));
    push(&mut test, LessonCommand::Draft(Answer::Number(20.0)));
    push(&mut test, LessonCommand::Answer);
    until(&mut test, "told", |test| lesson(test).may_go_on());
    push(&mut test, LessonCommand::Next);
    push(&mut test, LessonCommand::Skip);
    drop(test);
    let file = logbook::in_folder(home.path());
    let entries = logbook::read(&file).unwrap().entries;
    let [first, second] = entries.as_slice() else {
        panic!("{entries:?}");
    };
    let Done::Answer(answer) = &first.done else {
        panic!("{first:?}");
    };
    assert_eq!((answer.lesson.as_str(), answer.step.as_str()), ("one", "1"));
    assert_eq!(
        (answer.answer.as_str(), answer.truth.as_str()),
        ("20", "27.7")
    );
    assert_eq!(
        (answer.right, answer.skipped, answer.unit.as_str()),
        (Some(false), false, "currency")
    );
    assert!((answer.distance.unwrap() - 7.73).abs() < 0.01);
    let Done::Task(task) = &second.done else {
        panic!("{second:?}");
    };
    assert_eq!(
        (task.task.as_str(), task.done, task.step.as_str()),
        ("Nothing", false, "2")
    );
}

#[test]
fn an_answer_arrives_at_its_own_step_and_is_of_what_was_set_up() {
    let lessons = tempfile::tempdir().unwrap();
    let steps = r#"(
        text: "Read",
        setup: (preset: "paper-year", views: [book], controls: ["market.spot"]),
    ), (
        text: "Think",
        question: Number(ask: "How dear?", unit: "currency", range: (0.0, 50.0), truth: (what: CostOfRoundTrip(size: 1.0)), tolerance: 3.0),
    )"#;
    let mut test = open(None, None);
    begin(&mut test, &written(lessons.path(), "one", steps));
    // What is asked is asked of the setup, whatever a hand does meanwhile.
    edit(&mut test, "market.spot", 500.0);
    push(&mut test, LessonCommand::Next);
    push(&mut test, LessonCommand::Draft(Answer::Number(27.0)));
    test.state_mut().push(LessonCommand::Answer);
    push(&mut test, LessonCommand::Back);
    assert_eq!(lesson(&test).step, 0);
    until(&mut test, "an answer", |test| {
        let steps = &session(test).lesson().unwrap().steps;
        matches!(steps[1].state, LessonState::Told(_))
    });
    push(&mut test, LessonCommand::Next);
    let shown = lesson(&test);
    assert_eq!(shown.told().unwrap().right, Some(true), "{shown:?}");
}

#[test]
fn a_lesson_that_does_not_load_says_where_and_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut test = at_work(None);
    let before = work(&test);
    let path = written(folder.path(), "bad", "(text: \"x\", colour: 3)");
    push(&mut test, LessonCommand::Begin(path.clone()));
    until_drawn(&mut test, "a word", |test| {
        test.query_by_label_contains("does not open; nothing was changed")
            .is_some()
    });
    assert!(test.query_by_label_contains("bad.ron:1:").is_some());
    assert_eq!(work(&test), before);
}

#[test]
fn a_training_run_waits_while_a_lesson_is_taken_and_goes_on_after_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut test = open(None, Some("paper-year"));
    edit(&mut test, "training.iterations", 20_000.0);
    push(&mut test, TrainingCommand::Toggle);
    until(&mut test, "training", |test| {
        test.state().view().is_training()
    });
    begin(&mut test, &written(folder.path(), "one", SKETCH));
    assert!(!test.state().view().is_training());
    push(&mut test, LessonCommand::Leave);
    until(&mut test, "training again", |test| {
        test.state().view().is_training()
    });
}

#[test]
fn it_is_shown_to_a_class_with_larger_type_and_the_pointer_leads_on() {
    let folder = tempfile::tempdir().unwrap();
    let steps = format!("{SKETCH}, (text: \"The end\")");
    let mut test = open(None, None);
    begin(&mut test, &written(folder.path(), "two", &steps));
    let zoom = test.ctx.zoom_factor();
    press(&mut test, Modifiers::NONE, Key::F5);
    assert!(test.ctx.zoom_factor() > 1.3 * zoom);
    assert!(test.query_by_label("Preset").is_none());
    push(&mut test, LessonCommand::Skip);
    until(&mut test, "told", |test| lesson(test).may_go_on());
    press(&mut test, Modifiers::NONE, Key::PageDown);
    assert_eq!(lesson(&test).step, 1);
    press(&mut test, Modifiers::NONE, Key::PageUp);
    assert_eq!(lesson(&test).step, 0);
    press(&mut test, Modifiers::NONE, Key::Escape);
    assert_eq!(test.ctx.zoom_factor(), zoom);
    assert!(test.query_by_label("Preset").is_some());
}

#[test]
fn the_first_lesson_is_offered_until_that_is_dismissed_for_good() {
    let folder = tempfile::tempdir().unwrap();
    let offer = "New here? Begin with a lesson:";
    let mut test = open(Some(folder.path()), None);
    until_drawn(&mut test, "an offer", |test| {
        test.query_by_label(offer).is_some()
    });
    click(&mut test, "Do not offer this again");
    assert!(test.query_by_label(offer).is_none());
    test.state().keep();
    drop(test);
    let mut test = open(Some(folder.path()), None);
    assert!(test.query_by_label(offer).is_none());
    // Lessons are in the menu all the same.
    until(&mut test, "a list", |test| {
        !test.state().view().lessons.is_empty()
    });
    push(&mut test, WindowCommand::Help);
    push(&mut test, LessonCommand::Begin(BUILT_IN[0].0.to_owned()));
    until(&mut test, "the lesson", |test| {
        test.state().view().lesson.is_some()
    });
}
