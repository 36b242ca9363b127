//! The distribution, the ledger and the line over the views, through the widget tree.

use crate::common::said;
use egui::accesskit::Role;
use egui::{Key, Modifiers, Pos2, Rect, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use hedgelab::app::command::{DocumentCommand, TimeCommand, ViewCommand};
use hedgelab::app::document::{Grain, Value};
use hedgelab::app::session::Compared;
use hedgelab::app::window::{Setup, Window};
use hedgelab::scenario::Strategy;
use hedgelab::scenario::fields::Field;
use std::time::{Duration, Instant};

type Test = Harness<'static, Window>;

fn open(preset: Option<&str>) -> Test {
    let setup = Setup {
        preset: preset.map(str::to_owned),
        ..Setup::default()
    };
    let mut test = Harness::builder()
        .with_size(vec2(1280.0, 800.0))
        .with_max_steps(60)
        .build_eframe(move |creation| Window::new(&creation.egui_ctx, &setup).unwrap());
    test.run_steps(2);
    settle(&mut test);
    test
}

fn settle(test: &mut Test) {
    let began = Instant::now();
    while test.state().view().computing {
        assert!(began.elapsed() < Duration::from_mins(1), "no distribution");
        std::thread::sleep(Duration::from_millis(4));
        test.step();
    }
    test.run_steps(3);
}

fn push(test: &mut Test, command: impl Into<hedgelab::app::command::Command>) {
    test.state_mut().push(command);
    test.run_steps(3);
}

fn set(test: &mut Test, path: &str, text: &str, grain: Grain) {
    let change = (Field::find(path).unwrap(), Value::Text(text.into()));
    push(test, DocumentCommand::Edit(vec![change], grain));
}

fn click(test: &mut Test, name: &str) {
    test.get_all_by_label(name).next().unwrap().click();
    test.run_steps(4);
}

fn press(test: &mut Test, key: Key) {
    test.key_press_modifiers(Modifiers::NONE, key);
    test.run_steps(3);
}

fn verdict(test: &Test) -> String {
    test.state().view().said.verdict.clone()
}

fn change(test: &Test) -> Option<String> {
    test.state().view().said.change.clone()
}

/// Rows of the ledger in sight, in words, with their places.
fn ledger(test: &Test) -> Vec<(String, Rect)> {
    let rows = test.query_all_by_role(Role::Row);
    rows.map(|row| (row.accesskit_node().label().unwrap_or_default(), row.rect()))
        .filter(|(label, _)| label.starts_with("date "))
        .collect()
}

#[test]
fn the_first_screen_says_what_the_numbers_say_on_a_path_that_shows_it() {
    let test = open(None);
    let view = test.state().view();
    let outcomes = view.outcomes.clone().unwrap();
    let row = outcomes.row(Strategy::Learned).unwrap();
    let gap = row.against.as_ref().unwrap().difference.rsmse;
    assert!(gap.value.unwrap() < -5.0 * gap.se.unwrap());
    let words = verdict(&test);
    assert!(words.starts_with("Learned loses 2"), "{words}");
    assert!(words.contains("% less than delta (RSMSE 23.") && words.contains("it trades 4"));
    assert!(!view.said.of_before && view.said.change.is_none());
    // It stands over the views, whole, on a path on which the two differ.
    let line = test.get_by_label_contains("less than delta").rect();
    assert!(line.top() > 30.0 && line.bottom() < 70.0 && line.right() < 1280.0);
    assert_ne!(view.path.number, Some(0));
    let held = |strategy| view.path.of(strategy).unwrap().held(view.step);
    assert!((held(Strategy::Learned) - held(Strategy::Delta)).abs() > 0.15);
}

#[test]
fn a_preset_that_is_asked_for_opens_on_its_own_path() {
    let test = open(Some("paper-year"));
    assert_eq!(test.state().view().path.number, Some(0));
}

#[test]
fn a_change_is_told_with_what_it_did_and_the_old_verdict_is_marked_until_the_new_one_is_there() {
    let mut test = open(Some("paper-year"));
    let before = verdict(&test);
    let field = Field::find("order_book.ask_exponent").unwrap();
    let edit = vec![(field, Value::Number(1.02))];
    test.state_mut()
        .push(DocumentCommand::Edit(edit, Grain::Whole));
    test.step();
    let said = test.state().view().said.clone();
    if said.of_before {
        assert_eq!(said.verdict, before);
    }
    settle(&mut test);
    let words = verdict(&test);
    // It is made for the present parameters, and needs no mark.
    assert!(words.starts_with("Learned loses "), "{words}");
    let told = change(&test).unwrap();
    assert!(told.starts_with("Ask exponent 1.01 → 1.02: "), "{told}");
    assert!(
        told.contains("cost per path +") && told.contains("RSMSE +"),
        "{told}"
    );
    // Back again is a change too.
    test.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    test.run_steps(2);
    settle(&mut test);
    let told = change(&test).unwrap();
    assert!(told.starts_with("Ask exponent 1.02 → 1.01: "), "{told}");
    assert!(told.contains("cost per path −"), "{told}");
    assert_eq!(verdict(&test), before);
    // Another preset is no change of this one.
    push(
        &mut test,
        hedgelab::app::command::FileCommand::OpenPreset("paper-day".into()),
    );
    settle(&mut test);
    assert_eq!(change(&test), None);
}

#[test]
fn a_drag_is_told_as_one_change_however_often_it_rests() {
    let mut test = open(Some("paper-year"));
    for volatility in ["0.2", "0.22", "0.25"] {
        set(&mut test, "market.volatility", volatility, Grain::Drag);
        settle(&mut test);
    }
    let told = change(&test).unwrap();
    assert!(told.starts_with("Volatility 0.1898 → 0.25"), "{told}");
}

#[test]
fn whom_the_line_is_about_and_against_whom_is_chosen() {
    let mut test = open(Some("paper-year"));
    push(&mut test, ViewCommand::Focus(Strategy::Leland.into()));
    assert!(
        verdict(&test).starts_with("Leland loses 3.1% less than delta"),
        "{}",
        verdict(&test)
    );
    push(
        &mut test,
        ViewCommand::Compare(Compared::with(Strategy::Leland)),
    );
    settle(&mut test);
    // Leland is not compared with itself.
    assert!(
        verdict(&test).contains(" less than Leland ("),
        "{}",
        verdict(&test)
    );
    let outcomes = test.state().view().outcomes.clone().unwrap();
    assert_eq!(outcomes.reference, Some(Strategy::Leland.into()));
    assert!(outcomes.row(Strategy::Leland).unwrap().against.is_none());
    push(&mut test, ViewCommand::Focus(Strategy::Learned.into()));
    click(&mut test, "against Leland");
    let offered = "Learned gains most against Leland";
    assert!(test.query_by_label(offered).is_some());
    press(&mut test, Key::Escape);
    for strategy in [Strategy::Learned, Strategy::Leland] {
        push(&mut test, DocumentCommand::ToggleStrategy(strategy));
    }
    settle(&mut test);
    assert!(
        verdict(&test).starts_with("Delta alone: RSMSE 32."),
        "{}",
        verdict(&test)
    );
    let told = change(&test).unwrap();
    assert_eq!(told, "Leland and Learned leave the comparison.");
    push(&mut test, DocumentCommand::ToggleStrategy(Strategy::Delta));
    settle(&mut test);
    assert!(
        verdict(&test).starts_with("Select a strategy"),
        "{}",
        verdict(&test)
    );
}

#[test]
fn every_shape_of_errors_and_differences_is_drawn_said_and_walked() {
    let mut test = open(Some("paper-year"));
    for (gaps, kind) in [(false, "hedging errors"), (true, "differences")] {
        if gaps {
            click(&mut test, "differences");
        }
        for (shape, title) in [
            ("histogram", "Histogram of"),
            ("cumulative", "Cumulative shares of"),
            ("quantiles", "Quantiles of"),
            ("density", "Density of"),
        ] {
            click(&mut test, "Shape of the distribution");
            click(&mut test, shape);
            let name = format!("{title} {kind}");
            let plot = test.get_by_role_and_label(Role::GraphicsDocument, &name);
            assert!(plot.rect().height() > 60.0, "{name}");
            plot.focus();
            test.run_steps(2);
            let words = said(&test, &name);
            assert!(words.starts_with("Learned here "), "{name}: {words}");
            press(&mut test, Key::ArrowRight);
            let words = said(&test, &name);
            assert!(words.contains("100\u{2009}000 paths"), "{name}: {words}");
            assert_eq!(words.contains(" against delta"), gaps, "{words}");
            assert_eq!(words.contains("better on "), gaps, "{words}");
        }
    }
    let words = said(&test, "Density of differences");
    let better = words.split("Learned better on ").nth(1).unwrap();
    assert!(
        better.contains(" ± ") && better.ends_with("% of paths"),
        "{words}"
    );
    click(&mut test, "most apart");
    click(&mut test, "where Learned gains most against delta");
    let outcomes = test.state().view().outcomes.clone().unwrap();
    let against = outcomes
        .row(Strategy::Learned)
        .unwrap()
        .against
        .clone()
        .unwrap();
    assert_eq!(test.state().view().path.number, Some(against.apart.better));
}

#[test]
fn two_measures_are_chosen_and_what_is_trained_for_is_always_there() {
    let mut test = open(Some("paper-year"));
    click(&mut test, "Column: CVaR 95%");
    let choices = test.query_all_by_role_and_label(Role::Button, "cost");
    choices.last().unwrap().click();
    test.run_steps(4);
    let row = |test: &Test| {
        let rows = test.query_all_by_role(Role::Row);
        let mut rows = rows.map(|row| row.accesskit_node().label().unwrap_or_default());
        rows.find(|row| row.starts_with("Learned: ")).unwrap()
    };
    let shown = row(&test);
    assert!(shown.contains("mean ") && shown.contains("RSMSE ") && shown.contains("cost "));
    assert!(!shown.contains("CVaR"), "{shown}");
    set(&mut test, "training.objective", "cvar", Grain::Whole);
    set(&mut test, "training.cvar_level", "0.975", Grain::Whole);
    settle(&mut test);
    let shown = row(&test);
    assert!(
        shown.contains("CVaR 97.5% ") && shown.contains("− delta −"),
        "{shown}"
    );
    assert!(
        verdict(&test).contains("on the worst 2.5% of paths"),
        "{}",
        verdict(&test)
    );
    set(&mut test, "training.objective", "entropic", Grain::Whole);
    settle(&mut test);
    assert!(row(&test).contains("entropic risk γ = "), "{}", row(&test));
    let screen = Rect::from_min_size(Pos2::ZERO, vec2(1280.0, 800.0));
    for node in test.query_all_by_label_contains(" ± ") {
        // What is folded away has no place.
        if node.accesskit_node().bounding_box().is_some() {
            assert!(screen.contains_rect(node.rect()), "{:?}", node.rect());
        }
    }
}

#[test]
fn the_ledger_follows_the_cursor_and_a_click_moves_it() {
    let mut test = open(Some("paper-year"));
    click(&mut test, "Ledger");
    push(&mut test, TimeCommand::GoTo(4));
    let rows = ledger(&test);
    let row = &rows
        .iter()
        .find(|(label, _)| label.starts_with("date 4,"))
        .unwrap()
        .0;
    for (strategy, name) in [(Strategy::Learned, "Learned:"), (Strategy::Delta, "Delta:")] {
        let view = test.state().view();
        let line = view.path.of(strategy).unwrap().ledger[4];
        let after = format!("after {}", view.digits.shares(line.position));
        assert!(row.contains(name) && row.contains(&after), "{row}");
    }
    // The strategy in focus stands first.
    assert!(row.find("Learned:") < row.find("Delta:"));
    push(&mut test, ViewCommand::Focus(Strategy::Delta.into()));
    let rows = ledger(&test);
    assert!(rows[0].0.find("Delta:") < rows[0].0.find("Learned:"));
    let (label, place) = rows
        .iter()
        .find(|(label, _)| label.starts_with("date 3,"))
        .unwrap();
    let (label, place) = (label.clone(), *place);
    test.get_by_label(&label).click();
    test.run_steps(3);
    assert_eq!(test.state().view().step, 3);
    assert!(place.height() > 12.0);
    // At maturity the end is told in words, sums included.
    press(&mut test, Key::End);
    let view = test.state().view();
    let account = view
        .ledger
        .accounts
        .iter()
        .find(|a| a.who == Strategy::Delta);
    let words = &account.unwrap().words[1..];
    assert!(test.query_by_label_contains(words).is_some(), "{words}");
    assert!(
        ledger(&test)
            .iter()
            .any(|(label, _)| label.starts_with("date 12,"))
    );
}

#[test]
fn the_ledger_has_a_column_of_dividends_where_shares_pay_any() {
    let mut test = open(Some("paper-year"));
    click(&mut test, "Ledger");
    assert!(
        ledger(&test)
            .iter()
            .all(|(label, _)| !label.contains("dividends"))
    );
    set(&mut test, "market.dividend_yield", "0.03", Grain::Whole);
    settle(&mut test);
    push(&mut test, TimeCommand::GoTo(4));
    let view = test.state().view();
    let delta = view.path.of(Strategy::Delta).unwrap();
    let fine = view.digits.finer(1);
    let paid = fine.cash(delta.ledger[4].dividends.unwrap());
    assert_ne!(paid, fine.cash(0.0));
    let rows = ledger(&test);
    let row = rows.iter().find(|(label, _)| label.starts_with("date 4,"));
    let row = &row.unwrap().0;
    let own = &row[row.find("Delta:").unwrap()..];
    assert!(own.contains(&format!(" dividends {paid}")), "{row}");
    // At the foot is what all dates brought, the last one included.
    let dates = delta.ledger.iter().map(|line| line.dividends.unwrap());
    let sum = dates.sum::<f64>() + delta.settlement.dividends.unwrap();
    let mut accounts = view.ledger.accounts.iter();
    let account = accounts.find(|account| account.who == Strategy::Delta);
    assert_eq!(account.unwrap().sums.last(), Some(&fine.cash(sum)));
    set(&mut test, "market.dividend_yield", "0", Grain::Whole);
    settle(&mut test);
    assert!(!ledger(&test)[0].0.contains("dividends"));
}

#[test]
fn of_five_thousand_dates_only_those_in_sight_are_drawn() {
    let mut test = open(Some("paper-year"));
    click(&mut test, "Ledger");
    for steps in ["250", "5000"] {
        set(&mut test, "steps", steps, Grain::Whole);
        let began = Instant::now();
        while test.state().view().path.prices.is_empty() {
            assert!(began.elapsed() < Duration::from_mins(1), "no path");
            std::thread::sleep(Duration::from_millis(4));
            test.step();
        }
        for step in [0, 120, 250] {
            push(&mut test, TimeCommand::GoTo(step));
            let rows = ledger(&test);
            assert!(rows.len() < 40, "{} rows", rows.len());
            let start = format!("date {step},");
            assert!(
                rows.iter().any(|(label, _)| label.starts_with(&start)),
                "{start}"
            );
        }
    }
}

#[test]
fn strategies_are_taken_out_of_the_ledger_and_put_back() {
    let mut test = open(Some("paper-year"));
    click(&mut test, "Ledger");
    click(&mut test, "Strategies in the ledger");
    click(&mut test, "Delta in the ledger");
    press(&mut test, Key::Escape);
    assert!(
        ledger(&test)
            .iter()
            .all(|(label, _)| !label.contains("Delta:"))
    );
    click(&mut test, "Strategies in the ledger");
    click(&mut test, "Delta in the ledger");
    press(&mut test, Key::Escape);
    assert!(
        ledger(&test)
            .iter()
            .all(|(label, _)| label.contains("Delta:"))
    );
    click(&mut test, "Copy the ledger");
    click(&mut test, "tab-separated");
    let output = test.output().platform_output.commands.clone();
    let copied = output.iter().any(|command| {
        matches!(command, egui::OutputCommand::CopyText(text) if text.contains("Delta\t0\t"))
    });
    // The copy may have left with an earlier frame of the click.
    assert!(copied || test.query_by_label("tab-separated").is_none());
}
