//! The training view through the widget tree: its room, its course, and looking back.

use egui::accesskit::Role;
use egui::vec2;
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use hedgelab::app::command::{DocumentCommand, TrainingCommand};
use hedgelab::app::document::{Grain, Value};
use hedgelab::app::window::{Setup, Window};
use hedgelab::engine::Phase;
use hedgelab::scenario::Strategy;
use hedgelab::scenario::fields::Field;
use std::time::{Duration, Instant};

type Test = Harness<'static, Window>;

fn open() -> Test {
    let mut test = Harness::builder()
        .with_size(vec2(1280.0, 800.0))
        .build_eframe(|creation| Window::new(&creation.egui_ctx, &Setup::default()).unwrap());
    test.run_steps(3);
    set(&mut test, "training.validation_paths", 2000.0);
    set(&mut test, "training.iterations", 600.0);
    test
}

fn set(test: &mut Test, path: &str, value: f64) {
    let change = (Field::find(path).unwrap(), Value::Number(value));
    let edit = DocumentCommand::Edit(vec![change], Grain::Whole);
    test.state_mut().push(edit);
    test.run_steps(2);
}

fn push(test: &mut Test, command: TrainingCommand) {
    test.state_mut().push(command);
    test.run_steps(2);
}

fn until(test: &mut Test, what: &str, holds: impl Fn(&Test) -> bool) {
    let began = Instant::now();
    while !holds(test) {
        assert!(began.elapsed() < Duration::from_mins(2), "never {what}");
        std::thread::sleep(Duration::from_millis(4));
        test.step();
    }
    test.run_steps(3);
}

fn phase(test: &Test) -> Option<Phase> {
    test.state().view().training.as_ref().map(|p| p.phase)
}

fn trained() -> Test {
    let mut test = open();
    push(&mut test, TrainingCommand::Afresh);
    until(&mut test, "finished", |test| {
        phase(test) == Some(Phase::Finished)
    });
    test
}

fn course(test: &Test) -> Option<egui::Rect> {
    let plot = test.query_by_role_and_label(Role::GraphicsDocument, "Training course");
    plot.map(|plot| plot.rect())
}

#[test]
fn it_has_its_room_while_a_run_is_under_way_and_gives_it_back() {
    let mut test = open();
    set(&mut test, "training.iterations", 3000.0);
    assert_eq!(course(&test), None);
    until(&mut test, "a distribution", |test| {
        !test.state().view().computing
    });
    let before = above(&test);
    push(&mut test, TrainingCommand::Afresh);
    until(&mut test, "running", |test| {
        phase(test) == Some(Phase::Running)
    });
    push(&mut test, TrainingCommand::Toggle);
    until(&mut test, "paused", |test| {
        phase(test) == Some(Phase::Paused)
    });
    let room = course(&test).unwrap();
    assert!(room.height() > 110.0 && room.width() > 180.0, "{room:?}");
    assert!(above(&test) < before - 40.0);
    push(&mut test, TrainingCommand::Toggle);
    until(&mut test, "finished", |test| {
        phase(test) == Some(Phase::Finished)
    });
    assert_eq!(course(&test), None);
    // What is kept is told in a line more.
    assert!((above(&test) - before).abs() < 20.0);
    let kept = test.query_by_label_contains("Kept: RSMSE");
    let kept = kept.unwrap().accesskit_node().value().unwrap();
    assert!(
        kept.contains("of iteration ") && kept.contains("done in"),
        "{kept}"
    );
}

/// Height of the plot above.
fn above(test: &Test) -> f32 {
    let plot = test.get_by_role_and_label(Role::GraphicsDocument, "Policy curves");
    plot.rect().height()
}

fn click(test: &mut Test, name: &str) {
    test.get_by_label(name).click();
    test.run_steps(4);
}

#[test]
fn closed_by_hand_it_stays_closed_and_opened_by_hand_open() {
    let mut test = trained();
    click(&mut test, "Show the training's curves");
    assert!(course(&test).is_some());
    click(&mut test, "Fold the training away");
    assert_eq!(course(&test), None);
    set(&mut test, "training.iterations", 1e6);
    push(&mut test, TrainingCommand::Afresh);
    until(&mut test, "open", |test| course(test).is_some());
    click(&mut test, "Fold the training away");
    for _ in 0..2 {
        assert_eq!(course(&test), None);
        push(&mut test, TrainingCommand::Stop);
        push(&mut test, TrainingCommand::Afresh);
        until(&mut test, "running", |test| {
            phase(test) == Some(Phase::Running)
        });
    }
    assert_eq!(course(&test), None);
}

#[test]
fn a_run_that_follows_an_edit_by_itself_moves_nothing_on_screen() {
    let mut test = trained();
    push(&mut test, TrainingCommand::Automatic(true));
    let run = |test: &Test| test.state().view().training.as_ref().map(|p| p.run);
    let first = run(&test);
    set(&mut test, "market.volatility", 0.25);
    assert!(test.state().view().retrains);
    let began = Instant::now();
    while run(&test) == first || phase(&test) != Some(Phase::Finished) {
        assert!(began.elapsed() < Duration::from_mins(2));
        assert_eq!(course(&test), None);
        std::thread::sleep(Duration::from_millis(2));
        test.step();
    }
}

#[test]
fn the_course_is_drawn_against_the_hedges_that_need_no_training_by_seconds_too() {
    let mut test = trained();
    let view = test.state().view();
    let progress = view.training.clone().unwrap();
    let curves = view.curves.clone();
    let marks: Vec<Strategy> = curves.marks.iter().map(|mark| mark.0).collect();
    assert_eq!(
        marks,
        [Strategy::Delta, Strategy::Leland, Strategy::SoftBand]
    );
    // The soft band is better than Leland here, and what was learned better than that.
    assert!(curves.marks[2].1 < curves.marks[1].1);
    assert!(progress.report.kept.objective < curves.marks[2].1);
    assert_eq!(curves.checks.len(), progress.report.history.len());
    assert!(curves.checks.iter().skip(1).all(|check| check.error > 0.0));
    let seconds: Vec<f64> = curves.losses.iter().map(|loss| loss[1]).collect();
    assert!(seconds.is_sorted() && seconds[0] > 0.0);
    let elapsed = progress.elapsed.as_secs_f64();
    assert!(*seconds.last().unwrap() <= elapsed);
    assert!(
        curves
            .checks
            .iter()
            .all(|check| check.at[1] <= 1.5 * elapsed)
    );
    click(&mut test, "Show the training's curves");
    click(&mut test, "seconds");
    let plot = test.get_by_role_and_label(Role::GraphicsDocument, "Training course");
    let said = plot.accesskit_node().value().unwrap();
    assert!(
        said.contains("Soft band") && said.contains("validated"),
        "{said}"
    );
}

#[test]
fn looking_back_shows_what_was_kept_then_and_changes_nothing() {
    let mut test = trained();
    let now = test.state().view().policy.clone();
    let deployed = test.state().view().learned.policy.clone().unwrap();
    let path = test.state().view().path.clone();
    let kept = test.state().view().curves.kept.clone();
    assert!(kept.len() > 3, "{kept:?}");
    push(&mut test, TrainingCommand::LookBack(Some(kept[1])));
    let view = test.state().view();
    assert_eq!(view.curves.back, Some(1));
    assert_eq!(view.policy.looking_back, Some(kept[1]));
    let [_, told] = view.curves.told.unwrap();
    let history = &view.training.as_ref().unwrap().report.history;
    let then = history.iter().find(|check| check.iteration == kept[1]);
    assert_eq!(told.objective, then.unwrap().objective);
    assert_eq!(view.curves.trail.last().unwrap().iteration, kept[1]);
    let apart = |a: f64, b: f64| (a - b).abs();
    let moved = now.own.iter().zip(&view.policy.own);
    let moved = moved.fold(0.0, |most: f64, (a, b)| most.max(apart(a.y, b.y)));
    assert!(moved > 1e-3, "{moved}");
    // The point is what that policy would hold; the path and what is deployed stay.
    let point = view.policy.point.unwrap();
    assert!(view.policy.own.contains(&point));
    assert!(view.learned.policy.as_ref().unwrap().is_same(&deployed));
    assert!(std::sync::Arc::ptr_eq(&view.path, &path));
    assert!(course(&test).is_some());
    click(&mut test, "now");
    // The curves stay while the pointer rests on them.
    assert!(course(&test).is_some());
    test.event(egui::Event::PointerMoved(egui::pos2(640.0, 20.0)));
    test.run_steps(4);
    assert_eq!(test.state().view().policy.looking_back, None);
    assert_eq!(test.state().view().policy.own, now.own);
    assert_eq!(course(&test), None);
}

#[test]
fn the_slider_leads_back_to_the_hedge_that_training_started_from() {
    let mut test = trained();
    click(&mut test, "Show the training's curves");
    let slider = test.get_by_role_and_label(Role::Slider, "Look back");
    slider.set_value_accesskit(0.0);
    test.run_steps(3);
    let policy = test.state().view().policy.clone();
    assert_eq!(policy.looking_back, Some(0));
    let told = test.query_all_by_label_contains("of iteration 0").count();
    assert!(told > 0);
    // Another run has nothing to look back to yet.
    push(&mut test, TrainingCommand::Afresh);
    until(&mut test, "another run", |test| {
        test.state().view().curves.back.is_none()
    });
}
