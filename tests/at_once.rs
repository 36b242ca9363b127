//! The learned policy in the window where nobody trained one: made for whatever is on screen.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::{Test, open, press, push, settle, until};
use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable;
use hedgelab::app::command::{DocumentCommand, TrainingCommand};
use hedgelab::app::document::{Grain, Value};
use hedgelab::app::view::LearnedView;
use hedgelab::policy::LearnedPolicy;
use hedgelab::scenario::Strategy;
use hedgelab::scenario::fields::Field;
use hedgelab::training::{conditioned_policy, shipped};

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
fn outside_of_its_ranges_it_says_of_what_and_clamps_nothing() {
    let mut test = open(None, Some("paper-year"));
    set(&mut test, "market.volatility", 0.9);
    assert!(is_made(&test));
    let outside = learned(&test).outside;
    assert!(
        outside.iter().any(|o| o.contains("volatility is 0.9")),
        "{outside:?}"
    );
    assert!(
        test.query_by_label_contains("beyond what it knows")
            .is_some()
    );
    assert_eq!(test.state().view().scenario.market.volatility, 0.9);
    set(&mut test, "market.volatility", 0.5);
    assert!(learned(&test).outside.is_empty());
}

#[test]
fn a_preset_without_a_policy_has_one_at_once() {
    let test = open(None, Some("paper-network"));
    assert!(is_made(&test));
}
