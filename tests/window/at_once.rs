//! The learned policy in the window where nobody trained one: made for whatever is on screen.

use crate::common::{Test, click, open, press, push, settle, until, until_drawn};
use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable;
use hedgelab::app::command::{DocumentCommand, TrainingCommand};
use hedgelab::app::document::{Grain, Value};
use hedgelab::app::view::LearnedView;
use hedgelab::policy::LearnedPolicy;
use hedgelab::scenario::Strategy;
use hedgelab::scenario::fields::Field;
use hedgelab::training::conditioned::gaps::{self, Hedge};
use hedgelab::training::conditioned::{Standing, excess_over};
use hedgelab::training::{Interrupt, conditioned_gaps, conditioned_policy, shipped};
use std::ops::ControlFlow;

fn learned(test: &Test) -> LearnedView {
    test.state().view().learned.clone()
}

fn set(test: &mut Test, path: &str, value: f64) {
    let field = Field::find(path).unwrap();
    push(
        test,
        DocumentCommand::Edit(vec![(field, Value::Number(value))], Grain::Whole),
    );
}

/// What is made for the scenario on screen.
fn made(test: &Test) -> LearnedPolicy {
    let scenario = test.state().view().scenario.clone();
    conditioned_policy().policy(&scenario).unwrap()
}

fn is_made(test: &Test) -> bool {
    let learned = learned(test);
    learned.made && learned.stale.is_empty() && learned.policy.unwrap().is_same(&made(test))
}

/// Whether that stands somewhere in the window.
fn says(test: &Test, words: &str) -> bool {
    test.query_all_by_label_contains(words).next().is_some()
}

fn undo(test: &mut Test) {
    press(test, Modifiers::COMMAND, Key::Z);
}

#[test]
fn a_slider_bends_the_learned_hedge_in_the_same_frame_and_undo_brings_back_what_was_there() {
    let mut test = open(None, Some("paper-year"));
    let brought = shipped("paper-year").unwrap();
    assert!(learned(&test).policy.unwrap().is_same(&brought) && !learned(&test).made);
    set(&mut test, "market.volatility", 0.3);
    assert!(is_made(&test));
    assert!(test.query_by_label_contains("trained for other").is_none());
    // Its path is that of this very policy, without a worker's word.
    let path = &test.state().view().path;
    let shown = path.of(Strategy::Learned).unwrap();
    let replayed =
        hedgelab::simulate::replay(&test.state().view().scenario, &made(&test), &path.prices);
    assert_eq!(shown.settlement, replayed.1);
    // The document is no more modified than by its edit, and saving writes no such policy.
    assert!(!test.state().view().policy_is_new);
    set(&mut test, "market.drift", 0.2);
    assert!(is_made(&test));
    undo(&mut test);
    assert!(is_made(&test));
    undo(&mut test);
    assert!(learned(&test).policy.unwrap().is_same(&brought) && !learned(&test).made);
    settle(&mut test);
}

#[test]
fn refining_trains_what_was_made_and_gives_way_when_the_scenario_moves() {
    let mut test = open(None, Some("paper-year"));
    set(&mut test, "market.volatility", 0.25);
    settle(&mut test);
    test.get_all_by_label("Refine").next().unwrap().click();
    until(&mut test, "refined", |test| {
        learned(test).refined && !test.state().view().is_training()
    });
    let refined = learned(&test).policy.unwrap();
    assert!(learned(&test).made && learned(&test).stale.is_empty());
    set(&mut test, "market.volatility", 0.26);
    assert!(is_made(&test) && !learned(&test).refined);
    undo(&mut test);
    assert!(
        learned(&test).policy.unwrap().is_same(&refined),
        "undo brings it back"
    );
    // By itself, while nobody touches anything.
    push(&mut test, TrainingCommand::Automatic(true));
    set(&mut test, "market.volatility", 0.27);
    until(&mut test, "refined by itself", |test| {
        learned(test).refined && !test.state().view().is_training()
    });
    settle(&mut test);
}

#[test]
fn what_somebody_trained_stays_and_the_switch_takes_all_of_it_back() {
    let mut test = open(None, Some("paper-year"));
    set(&mut test, "market.volatility", 0.3);
    assert!(is_made(&test));
    push(&mut test, TrainingCommand::AtOnce(false));
    let brought = shipped("paper-year").unwrap();
    assert!(learned(&test).policy.unwrap().is_same(&brought));
    assert_eq!(*learned(&test).stale, ["volatility"]);
    push(&mut test, TrainingCommand::AtOnce(true));
    assert!(is_made(&test));
    set(&mut test, "training.iterations", 40.0);
    press(&mut test, Modifiers::NONE, Key::T);
    until(&mut test, "trained", |test| {
        !learned(test).made && !test.state().view().is_training()
    });
    let own = learned(&test).policy.unwrap();
    set(&mut test, "market.volatility", 0.2);
    assert!(learned(&test).policy.unwrap().is_same(&own));
    assert_eq!(*learned(&test).stale, ["volatility"]);
}

#[test]
fn outside_of_its_ranges_it_says_of_what_shows_the_better_hedge_and_refines_by_itself() {
    let mut test = open(None, Some("paper-year"));
    set(&mut test, "market.volatility", 0.9);
    let outside = learned(&test).outside;
    assert!(
        outside.iter().any(|o| o.contains("volatility is 0.9")),
        "{outside:?}"
    );
    assert!(says(&test, "beyond what it knows"));
    assert_eq!(test.state().view().scenario.market.volatility, 0.9);
    assert_eq!(learned(&test).expected, None);
    // Held against delta and Leland, the better one stands there until it is trained, which nobody asked for.
    let scenario = test.state().view().scenario.clone();
    let found = Standing::of(&scenario, &made(&test), &mut |_| ControlFlow::Continue(()));
    until(&mut test, "held against the rules", |test| {
        learned(test).gap.standing.is_some()
    });
    assert_eq!(learned(&test).gap.standing, found);
    until(&mut test, "refined by itself", |test| {
        learned(test).refined && !test.state().view().is_training()
    });
    until(&mut test, "what that gained", |test| {
        learned(test).gap.gained.is_some()
    });
    assert!(learned(&test).gap.gained.unwrap().share > -0.01);
    assert!(test.state().view().retrains);
    // It belongs to the edit: one step back is where it came from.
    undo(&mut test);
    let brought = shipped("paper-year").unwrap();
    assert!(learned(&test).policy.unwrap().is_same(&brought) && !learned(&test).made);
    assert!(learned(&test).outside.is_empty() && learned(&test).gap.standing.is_none());
    settle(&mut test);
}

#[test]
fn what_is_expected_stands_beside_it_and_what_a_refinement_gained_is_told() {
    let mut test = open(None, Some("paper-year"));
    set(&mut test, "market.volatility", 0.25);
    let scenario = test.state().view().scenario.clone();
    let expected = |of| conditioned_gaps().expected(&scenario, of);
    assert_eq!(learned(&test).expected, expected(Hedge::AtOnce));
    push(&mut test, TrainingCommand::Retrain);
    until(&mut test, "refined", |test| {
        learned(test).refined && !test.state().view().is_training()
    });
    assert_eq!(learned(&test).expected, expected(Hedge::Refined));
    let refined = learned(&test).policy.unwrap();
    until(&mut test, "what that gained", |test| {
        learned(test).gap.gained.is_some()
    });
    let gained = learned(&test).gap.gained.unwrap();
    let go_on = &mut |_| ControlFlow::Continue(());
    let found = excess_over(&made(&test), &refined, &scenario, 100_000, go_on).unwrap();
    assert_eq!(gained, found.turned());
    test.run_steps(2);
    let [whole, few, _] = learned(&test).marks(false);
    assert!(says(&test, &few), "{few}");
    assert_eq!(whole, format!("refined: {few}"));
    // Of another scenario nothing is known yet; of this one it still is.
    set(&mut test, "market.volatility", 0.26);
    assert_eq!(learned(&test).gap.gained, None);
    undo(&mut test);
    assert_eq!(learned(&test).gap.gained, Some(gained));
    settle(&mut test);
}

#[test]
fn the_gap_is_measured_where_somebody_asks_and_given_up_where_nobody_wants_it() {
    let mut test = open(None, Some("paper-year"));
    set(&mut test, "market.volatility", 0.22);
    settle(&mut test);
    test.get_by_label("answers at once").click();
    test.run_steps(3);
    assert!(
        test.query_by_label("Gaps that were measured").is_some(),
        "the whole distribution"
    );
    click(&mut test, "Measure the gap");
    until_drawn(&mut test, "some of it", |test| {
        learned(test).gap.measuring > Some(0.05)
    });
    click(&mut test, "Give up measuring");
    let gap = learned(&test).gap;
    assert!(gap.measuring.is_none() && gap.measured.is_none());
    // A training short enough for a test.
    push(
        &mut test,
        DocumentCommand::Edit(
            [
                ("training.iterations", 40.0),
                ("training.batch", 128.0),
                ("training.validation_paths", 1000.0),
            ]
            .map(|(path, value)| (Field::find(path).unwrap(), Value::Number(value)))
            .into(),
            Grain::Whole,
        ),
    );
    push(&mut test, TrainingCommand::MeasureGap);
    until(&mut test, "it is measured", |test| {
        learned(test).gap.measured.is_some()
    });
    let scenario = test.state().view().scenario.clone();
    let never = Interrupt::default();
    let alone = gaps::measure(&conditioned_policy(), "", &scenario, 100_000, &never).unwrap();
    let measured = learned(&test).gap.measured.unwrap();
    assert_eq!(*measured, alone);
    let words = learned(&test).measured_words().unwrap();
    assert!(
        words.contains("at once") && words.contains("best rule"),
        "{words}"
    );
    // It is that of this scenario.
    set(&mut test, "market.volatility", 0.23);
    assert_eq!(learned(&test).gap.measured, None);
    undo(&mut test);
    assert_eq!(learned(&test).gap.measured.as_deref(), Some(&alone));
}

#[test]
fn a_preset_without_a_policy_has_one_at_once() {
    let test = open(None, Some("paper-network"));
    assert!(is_made(&test));
}
