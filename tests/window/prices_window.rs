//! One's own prices in the window: opened, looked at, used, taken back, and missed where they were moved.

use crate::common::{Test, click, drop_file, open, press, push, settle, until};
use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable;
use hedgelab::app::command::{
    DocumentCommand, FileCommand, PricesCommand, SaveAs, TimeCommand, WindowCommand,
};
use hedgelab::app::document::{Grain, Value};
use hedgelab::app::view::PricesView;
use hedgelab::history::fit::Model;
use hedgelab::history::{DAY, date_text};
use hedgelab::presets;
use hedgelab::scenario::fields::Field;
use hedgelab::scenario::{Process, Scenario};
use std::fs;
use std::path::{Path, PathBuf};

/// First day of the prices (days since 1970): a Thursday.
const FIRST: i64 = 14_000;

/// So many business days of prices that move by about a percent, as rows of their date and price.
fn rows(count: usize) -> Vec<(String, f64)> {
    let days = (FIRST..).filter(|day| !matches!(day % 7, 2 | 3));
    let price = |i: usize| 100.0 * (0.01 * ((i * i) as f64 * 0.7).sin()).exp();
    days.take(count)
        .enumerate()
        .map(|(i, day)| (date_text(day * DAY), price(i)))
        .collect()
}

/// A file of them.
fn file(folder: &Path, count: usize) -> PathBuf {
    let lines = rows(count).into_iter();
    let lines: Vec<String> = lines.map(|(day, price)| format!("{day},{price}")).collect();
    let path = folder.join("own.csv");
    fs::write(&path, format!("date,close\n{}\n", lines.join("\n"))).unwrap();
    path
}

fn until_seen(test: &mut Test) {
    until(test, "prices that were read", |test| {
        matches!(test.state().view().prices, Some(PricesView::Seen(..)))
    });
    test.run_steps(2);
}

fn until_told(test: &mut Test, text: &str) {
    until(test, text, |test| {
        test.query_all_by_label_contains(text).count() > 0
    });
}

fn scenario(test: &Test) -> Scenario {
    test.state().view().scenario.as_ref().clone()
}

fn says(test: &Test, text: &str) {
    let nodes = test.query_all_by_label_contains(text);
    assert!(nodes.count() > 0, "{text}");
}

#[test]
fn a_file_that_is_dropped_is_looked_at_and_used_as_one_step() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(folder.path(), 2500);
    let mut test = open(None, Some("paper-month"));
    settle(&mut test);
    let (before, path_before) = (scenario(&test), test.state().view().path.prices.clone());
    drop_file(&mut test, &path);
    until_seen(&mut test);
    for text in [
        "Recorded prices: own.csv",
        "2 500 prices, 2008-05-01 to",
        "daily, business days",
        "no gaps",
        "no outliers",
        "realised volatility",
        "exponent of the lower tail",
        "training 2008-05-01 to",
    ] {
        says(&test, text);
    }
    until_told(&mut test, "The prices through time");
    assert_eq!(scenario(&test), before);
    click(&mut test, "Use as bootstrap");
    assert!(test.state().view().prices.is_none());
    let used = scenario(&test);
    assert_eq!(used.market.process, Process::Bootstrap);
    assert_eq!(
        used,
        before
            .with_prices(used.market.recorded.prices.clone().unwrap(), [])
            .unwrap()
    );
    assert_ne!(test.state().view().path.prices, path_before);
    until(&mut test, "all paths", |test| {
        let outcomes = test.state().view().outcomes.as_ref();
        outcomes.is_some_and(|outcomes| outcomes.paths == 100_000)
    });
    says(&test, "training: 2008-05-01 to");
    assert!(test.query_by_label("Volatility σ value").is_none());
    push(&mut test, DocumentCommand::Undo);
    assert_eq!(scenario(&test), before);
    assert_eq!(test.state().view().path.prices, path_before);
    assert!(test.query_by_label("Volatility σ value").is_some());
    push(&mut test, DocumentCommand::Redo);
    assert_eq!(scenario(&test), used);
}

#[test]
fn a_process_is_fitted_to_a_file_and_used_as_one_step() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(folder.path(), 2500);
    let mut test = open(None, Some("paper-month"));
    settle(&mut test);
    let before = scenario(&test);
    drop_file(&mut test, &path);
    until_seen(&mut test);
    says(&test, "Or fit a process to them:");
    click(&mut test, "GJR-GARCH");
    until_told(&mut test, "GJR-GARCH by quasi-maximum likelihood");
    says(&test, "market.variance_persistence");
    says(&test, "autocorrelation of squares, lag 1");
    click(&mut test, "Back to the prices");
    says(&test, "Recorded prices: own.csv");
    assert_eq!(scenario(&test), before);
    push(&mut test, PricesCommand::Fit(Model::GjrGarch));
    until_told(&mut test, "GJR-GARCH by quasi-maximum likelihood");
    push(&mut test, PricesCommand::UseFit);
    let used = scenario(&test);
    assert_eq!(used.market.process, Process::GjrGarch);
    assert!(used.market.recorded.prices.is_none());
    push(&mut test, DocumentCommand::Undo);
    assert_eq!(scenario(&test), before);
}

#[test]
fn a_bad_file_is_told_in_one_line_and_what_is_cancelled_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let bad = folder.path().join("bad.csv");
    fs::write(&bad, "date,close\n2020-01-01,10\n2020-01-02,-3\n").unwrap();
    let mut test = open(None, Some("paper-month"));
    let before = scenario(&test);
    drop_file(&mut test, &bad);
    until_told(&mut test, "row 3, column close: the price is -3");
    assert!(test.state().view().prices.is_none());
    let good = file(folder.path(), 300);
    push(&mut test, WindowCommand::AskPrices);
    says(&test, "Open recorded prices");
    test.get_by_label("Path").focus();
    test.run_steps(2);
    let typed = good.display().to_string();
    test.get_by_label("Path").type_text(&typed);
    test.run_steps(2);
    press(&mut test, Modifiers::NONE, Key::Enter);
    until_seen(&mut test);
    press(&mut test, Modifiers::NONE, Key::Escape);
    assert!(test.state().view().prices.is_none());
    push(&mut test, PricesCommand::Look(good));
    until_seen(&mut test);
    click(&mut test, "Cancel");
    assert!(test.state().view().prices.is_none());
    assert_eq!(scenario(&test), before);
    assert!(!test.state().view().can.0);
}

#[test]
fn prices_that_do_not_go_with_the_trading_dates_say_which_would() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(folder.path(), 2500);
    let mut test = open(None, Some("paper-month"));
    let steps = Field::find("steps").unwrap();
    let change = (steps, Value::Number(45.0));
    push(&mut test, DocumentCommand::Edit(vec![change], Grain::Whole));
    push(&mut test, PricesCommand::Look(path));
    until_seen(&mut test);
    says(&test, "such as steps=");
    push(&mut test, PricesCommand::Use(Process::Bootstrap));
    says(&test, "These prices do not go with what is on screen");
    assert_eq!(scenario(&test).market.process, Process::GeometricBrownian);
}

#[test]
fn of_two_columns_and_two_orders_one_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("two.csv");
    let day = |i: usize| format!("{:02}/{:02}/{}", 1 + i % 12, 1 + i % 11, 2001 + i / 12);
    let row = |i: usize| format!("{},{},{}", day(i), 10 + i % 7, 20 + i % 5);
    let lines: Vec<String> = (0..200).map(row).collect();
    fs::write(&path, format!("date,AAPL,MSFT\n{}\n", lines.join("\n"))).unwrap();
    let mut test = open(None, Some("paper-month"));
    push(&mut test, FileCommand::OpenFile(path));
    until_told(&mut test, "There are 2 columns of prices");
    click(&mut test, "MSFT");
    until_told(&mut test, "which comes first?");
    click(&mut test, "the day: 31/01/2020");
    until_seen(&mut test);
    says(&test, "columns date and MSFT");
    test.get_by_label("the month: 01/31/2020").click();
    test.run_steps(3);
    until_seen(&mut test);
    let Some(PricesView::Seen(seen, _)) = &test.state().view().prices else {
        unreachable!("seen above");
    };
    assert_eq!(seen.columns.0, ["AAPL", "MSFT"]);
    assert_eq!(seen.columns.1, "MSFT");
    assert!(
        seen.told.series.contains("2001-01-01"),
        "{}",
        seen.told.series
    );
}

#[test]
fn a_recorded_path_is_the_window_of_its_number_and_never_begins_anew() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(folder.path(), 800);
    let prices = rows(800);
    let mut test = open(None, Some("paper-month"));
    push(&mut test, PricesCommand::Look(path));
    until_seen(&mut test);
    click(&mut test, "Use as recorded path");
    let used = scenario(&test);
    assert_eq!(used.market.process, Process::RecordedPath);
    let (first, windows) = (599, 200 + 1 - used.steps);
    for number in [0, 7, windows - 1] {
        push(&mut test, TimeCommand::ShowPath(number as u64));
        let shown = test.state().view().path.prices.clone();
        let begin = first + number;
        for (date, price) in shown.iter().enumerate() {
            let wanted = used.market.spot * prices[begin + date].1 / prices[begin].1;
            assert!((price / wanted - 1.0).abs() < 1e-12, "{number} {date}");
        }
        let dates = format!(
            "the path shown: {} to {}",
            prices[begin].0,
            prices[begin + used.steps].0
        );
        says(&test, &dates);
    }
    let last = Some(windows as u64 - 1);
    push(&mut test, TimeCommand::NextPath);
    assert_eq!(test.state().view().path.number, last);
    says(&test, "is the last");
    push(&mut test, TimeCommand::ShowPath(1 << 40));
    assert_eq!(test.state().view().path.number, last);
    settle(&mut test);
    let outcomes = test.state().view().outcomes.clone().unwrap();
    assert_eq!((outcomes.paths, outcomes.counted), (windows as u64, true));
    says(&test, "windows, all there are");
}

#[test]
fn what_recorded_prices_say_is_not_moved_by_hand() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(folder.path(), 800);
    let mut test = open(None, Some("paper-month"));
    push(&mut test, PricesCommand::Look(path));
    until_seen(&mut test);
    push(&mut test, PricesCommand::Use(Process::Bootstrap));
    let used = scenario(&test);
    let volatility = Field::find("market.volatility").unwrap();
    let change = (volatility, Value::Number(0.5));
    push(&mut test, DocumentCommand::Edit(vec![change], Grain::Whole));
    says(&test, "what the recorded prices have");
    assert_eq!(scenario(&test), used);
    // The prices stay at hand under another process.
    click(&mut test, "process geometric_brownian");
    assert_eq!(scenario(&test).market.volatility, used.market.volatility);
    click(&mut test, "process bootstrap");
    assert_eq!(scenario(&test), used);
}

#[test]
fn without_a_file_the_choice_of_recorded_prices_asks_for_one() {
    let mut test = open(None, Some("paper-month"));
    click(&mut test, "process recorded_path");
    says(&test, "Open recorded prices");
    assert_eq!(scenario(&test).market.process, Process::GeometricBrownian);
}

#[test]
fn prices_come_back_with_the_window_and_are_asked_for_where_they_were_moved() {
    let folder = tempfile::tempdir().unwrap();
    let (home, data) = (folder.path().join("home"), folder.path().join("data"));
    fs::create_dir(&data).unwrap();
    // What another test holds would be known without its file.
    let path = file(&data, 801);
    let preset = data.join("mine.ron");
    let mut test = open(Some(&home), Some("paper-month"));
    push(&mut test, PricesCommand::Look(path.clone()));
    until_seen(&mut test);
    push(&mut test, PricesCommand::Use(Process::Bootstrap));
    let used = scenario(&test);
    test.state().keep();
    drop(test);

    let mut test = open(Some(&home), None);
    assert_eq!(scenario(&test), used);
    let content = used.market.recorded.prices.as_ref().unwrap().content;
    drop(used);
    let save = SaveAs {
        path: preset.clone(),
        replace: false,
        pins: false,
        title: "Mine".into(),
        description: String::new(),
    };
    push(&mut test, FileCommand::SaveTo(save));
    until_told(&mut test, "Saved");
    let depth = Field::find("order_book.depth").unwrap();
    let change = (depth, Value::Number(3.0));
    push(&mut test, DocumentCommand::Edit(vec![change], Grain::Whole));
    settle(&mut test);
    test.state().keep();
    drop(test);
    assert!(presets::load_file(&preset).is_ok());

    let elsewhere = folder.path().join("moved.csv");
    fs::rename(&path, &elsewhere).unwrap();
    let mut test = open(Some(&home), None);
    until_told(&mut test, "Where are the prices?");
    says(&test, "the edits are kept in");
    push(&mut test, FileCommand::OpenFile(preset.clone()));
    until_told(&mut test, "which was not found");
    until_told(&mut test, "mine.ron names the prices");
    let prices = elsewhere.clone();
    push(&mut test, PricesCommand::LookFor { preset, prices });
    until_seen(&mut test);
    push(&mut test, PricesCommand::Use(Process::Bootstrap));
    until(&mut test, "the preset", |test| {
        test.state().view().preset == "mine"
    });
    let found = scenario(&test).market.recorded.prices.clone().unwrap();
    assert_eq!(Path::new(&found.file), elsewhere);
    assert_eq!(found.content, content);
}
