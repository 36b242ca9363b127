//! The README's five minutes in the window, step by step, with what each step claims.

use egui::accesskit::Role;
use egui::{Key, Modifiers, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use hedgelab::app::command::{TimeCommand, ViewCommand};
use hedgelab::app::window::{Setup, Window};
use hedgelab::scenario::Strategy;
use std::time::{Duration, Instant};

type Test = Harness<'static, Window>;

fn until(test: &mut Test, what: &str, mut holds: impl FnMut(&mut Test) -> bool) {
    let began = Instant::now();
    while !holds(test) {
        assert!(began.elapsed() < Duration::from_mins(2), "never: {what}");
        std::thread::sleep(Duration::from_millis(4));
        test.step();
    }
}

fn settle(test: &mut Test) {
    until(test, "a full distribution", |test| {
        !test.state().view().computing
    });
}

fn press(test: &mut Test, modifiers: Modifiers, key: Key) {
    test.key_press_modifiers(modifiers, key);
    test.run_steps(2);
}

fn click(test: &mut Test, name: &str) {
    test.get_all_by_label(name).next().unwrap().click();
    test.run_steps(3);
}

fn push(test: &mut Test, command: impl Into<hedgelab::app::command::Command>) {
    test.state_mut().push(command);
    test.run_steps(2);
}

/// The numbered steps of the README's tour of the window.
fn steps() -> Vec<String> {
    let readme = include_str!("../../README.md");
    let tour = readme
        .split("## Five minutes in the window")
        .nth(1)
        .unwrap();
    let tour = tour.split("\n## ").next().unwrap();
    let numbered = |line: &str| line.chars().next().is_some_and(|c| c.is_ascii_digit());
    let mut steps: Vec<String> = Vec::new();
    for line in tour.lines() {
        if numbered(line) {
            steps.push(line.to_owned());
        } else if line.starts_with("   ")
            && let Some(step) = steps.last_mut()
        {
            step.push(' ');
            step.push_str(line.trim());
        }
    }
    steps
}

/// Fails when the README's step `number` no longer says `words`, so that text and test stay one.
fn says(number: usize, words: &[&str]) {
    let steps = steps();
    for word in words {
        let step = &steps[number - 1];
        assert!(
            step.contains(word),
            "step {number} says nothing of {word:?}: {step}"
        );
    }
}

fn open() -> Test {
    let mut test = Harness::builder()
        .with_size(vec2(1280.0, 800.0))
        .with_max_steps(60)
        .build_eframe(|creation| Window::new(&creation.egui_ctx, &Setup::default()).unwrap());
    test.run_steps(2);
    settle(&mut test);
    test
}

#[test]
fn it_opens_with_three_strategies_on_one_path_and_a_hundred_thousand_errors() {
    let test = open();
    let view = test.state().view();
    assert_eq!(view.preset, "paper-year");
    for strategy in [Strategy::Delta, Strategy::Leland, Strategy::Learned] {
        assert!(view.path.of(strategy).is_some(), "{strategy:?}");
    }
    assert_eq!(view.outcomes.as_ref().unwrap().paths, 100_000);
    assert_eq!(steps().len(), 5);
}

#[test]
fn step_1_walks_through_the_path_and_the_book_remembers() {
    says(1, &["←", "→", "Space", "*Order book now*", "hatched"]);
    let mut test = open();
    let start = test.state().view().step;
    press(&mut test, Modifiers::NONE, Key::ArrowRight);
    assert_eq!(test.state().view().step, start + 1);
    press(&mut test, Modifiers::NONE, Key::ArrowLeft);
    assert_eq!(test.state().view().step, start);
    // Earlier trades have consumed something, and it is seen for the whole path.
    let memory = test.state().view().book.memory;
    assert!(memory.ask > 0.1 || memory.bid > 0.1, "{memory:?}");
    assert!(!test.state().view().liquidity.bites.is_empty());
    press(&mut test, Modifiers::NONE, Key::Space);
    assert!(test.state().view().playing);
}

#[test]
fn step_2_shows_where_the_network_gains_most_against_delta_and_why() {
    says(
        2,
        &[
            "`against delta`",
            "*Learned gains most*",
            "trades less",
            "`worst`",
        ],
    );
    let mut test = open();
    click(&mut test, "against delta");
    click(&mut test, "Learned gains most against delta");
    let view = test.state().view();
    let outcomes = view.outcomes.clone().unwrap();
    let apart = outcomes
        .row(Strategy::Learned)
        .unwrap()
        .against
        .as_ref()
        .map(|against| against.apart);
    assert_eq!(view.path.number, Some(apart.unwrap().better));
    let (learned, delta) = (
        view.path.of(Strategy::Learned).unwrap(),
        view.path.of(Strategy::Delta).unwrap(),
    );
    let turnover = |path: &hedgelab::app::view::StrategyPath| {
        let trades = path.ledger.iter().skip(1);
        trades.map(|line| line.trade.abs()).sum::<f64>()
    };
    assert!(turnover(learned) < turnover(delta));
    assert!(learned.settlement.error < delta.settlement.error);
    // `worst` is that of the strategy named beside it.
    push(&mut test, ViewCommand::Focus(Strategy::Delta.into()));
    click(&mut test, "worst");
    let delta = test
        .state()
        .view()
        .path
        .of(Strategy::Delta)
        .unwrap()
        .clone();
    let most = outcomes.row(Strategy::Delta).unwrap().statistics.max;
    assert!((delta.settlement.error - most.value.unwrap()).abs() < 1e-6);
    // Every path of a bar has an error within it.
    let row = outcomes.row(Strategy::Delta).unwrap();
    let bin = row
        .members
        .iter()
        .position(|paths| !paths.is_empty())
        .unwrap();
    push(&mut test, TimeCommand::ShowPath(row.members[bin][0]));
    let error = test
        .state()
        .view()
        .path
        .of(Strategy::Delta)
        .unwrap()
        .settlement
        .error;
    assert_eq!(test.state().view().distribution.bin(error), Some(bin));
}

#[test]
fn steps_3_and_4_bend_the_book_and_the_learned_hedge_with_it_and_refine_that() {
    says(
        3,
        &["**Drag `Ask exponent`.**", "same frame", "answers at once"],
    );
    says(4, &["`Refine`", "`auto-retrain`", "a second later", "`T`"]);
    let mut test = open();
    let before = test.state().view().book.best;
    test.get_by_role_and_label(Role::Slider, "Ask exponent α")
        .set_value_accesskit(1.02);
    test.run_steps(2);
    assert!(test.state().view().book.best.0 > before.0);
    assert!(test.state().view().computing);
    let learned = &test.state().view().learned;
    assert!(learned.made && learned.stale.is_empty());
    settle(&mut test);
    test.get_all_by_label("Refine").next().unwrap().click();
    until(&mut test, "it is refined", |test| {
        test.state().view().learned.refined && !test.state().view().is_training()
    });
    press(&mut test, Modifiers::NONE, Key::T);
    until(&mut test, "training", |test| {
        test.state().view().is_training()
    });
    press(&mut test, Modifiers::NONE, Key::T);
    until(&mut test, "paused", |test| {
        !test.state().view().is_training()
    });
    settle(&mut test);
}

#[test]
fn step_5_lets_the_book_forget_at_once_and_pins() {
    says(5, &["half-lives to 0", "hatched part", "`Pin`", "ghost"]);
    let mut test = open();
    let memory_cost = |test: &Test| {
        let delta = test
            .state()
            .view()
            .path
            .of(Strategy::Delta)
            .unwrap()
            .clone();
        delta
            .ledger
            .iter()
            .map(|line| line.cost.memory)
            .sum::<f64>()
    };
    assert!(memory_cost(&test) > 0.01);
    click(&mut test, "Pin");
    test.get_by_label("Ask half-life value").focus();
    test.run_steps(2);
    press(&mut test, Modifiers::COMMAND, Key::A);
    test.get_by_label("Ask half-life value").type_text("0");
    test.run_steps(2);
    press(&mut test, Modifiers::NONE, Key::Enter);
    let book = test.state().view().scenario.order_book.clone();
    assert_eq!(
        (book.ask_decay, book.bid_decay),
        (f64::INFINITY, f64::INFINITY)
    );
    assert_eq!(memory_cost(&test), 0.0);
    let memory = test.state().view().book.memory;
    assert_eq!((memory.ask, memory.bid), (0.0, 0.0));
    assert!(test.state().view().path.ghosts.len() == 1);
    press(&mut test, Modifiers::COMMAND, Key::Z);
    assert!(memory_cost(&test) > 0.01);
    press(&mut test, Modifiers::NONE, Key::F1);
    assert!(test.query_by_label("train, pause training").is_some());
}
