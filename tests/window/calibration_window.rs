//! Quoted books in the window: dropped, looked at, used, taken back, and their ladders behind the order book.

use crate::common::{
    Test, click, drop_file, drop_files, open, press, push, said, settle, type_into, until,
};
use egui::accesskit::Role;
use egui::{Key, Modifiers, pos2};
use egui_kittest::kittest::{NodeT, Queryable};
use hedgelab::app::command::{BooksCommand, DocumentCommand, ExportAs, FileCommand, WindowCommand};
use hedgelab::app::view::BooksView;
use hedgelab::calibrate::{Asked, Calibration, calibrate, with_book};
use hedgelab::engine::Form;
use hedgelab::figure::Sheet;
use hedgelab::gallery::{Shape, View};
use hedgelab::quantity::time::TimeUnit;
use hedgelab::quotes;
use hedgelab::scenario::Scenario;
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

const BOOK: &str = "Order book by size";

/// Snapshots of which everything is known.
fn file(folder: &Path) -> PathBuf {
    let path = folder.join("book.csv");
    fs::write(&path, quotes::example()).unwrap();
    path
}

/// What the command line finds in it.
fn found(path: &Path, scenario: &Scenario) -> Calibration {
    let asked = Asked {
        format: None,
        within: 25e-4,
        step: TimeUnit::Second.count(scenario.step_length(), 1.0),
    };
    calibrate(&[path.to_owned()], &asked, &mut |_| {
        ControlFlow::Continue(())
    })
    .unwrap()
}

fn until_seen(test: &mut Test) {
    until(test, "books that were read", |test| {
        matches!(test.state().view().books, Some(BooksView::Seen(_)))
    });
    test.run_steps(2);
}

fn until_told(test: &mut Test, text: &str) {
    until(test, text, |test| {
        test.query_all_by_label_contains(text).count() > 0
    });
}

fn says(test: &Test, text: &str) {
    let nodes = test.query_all_by_label_contains(text);
    assert!(nodes.count() > 0, "{text}");
}

fn scenario(test: &Test) -> Scenario {
    test.state().view().scenario.as_ref().clone()
}

#[test]
fn a_file_that_is_dropped_is_looked_at_and_its_book_is_used_as_one_step() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(folder.path());
    let mut test = open(None, Some("paper-month"));
    settle(&mut test);
    let before = scenario(&test);
    let found = found(&path, &before);
    drop_file(&mut test, &path);
    until_seen(&mut test);
    for text in [
        "Quoted books: book.csv",
        "snapshots",
        "3 000 records, 3 000 books",
        "left out: 0 crossed",
        "fitted 3 000 books",
        "After large trades",
        "half-life",
        "of what passes",
        "(paper-month)",
        "seconds after",
        "half-spreads 0.4999",
    ] {
        says(&test, text);
    }
    for row in found.families_told() {
        for cell in row.iter().filter(|cell| *cell != "–") {
            says(&test, cell);
        }
    }
    for row in found.aftermath.rows_told() {
        says(&test, &row[3]);
    }
    until_told(&mut test, "The typical ladder of each side");
    until_told(&mut test, "What follows large trades");
    assert_eq!(scenario(&test), before);
    assert!(!test.state().view().can.0);

    click(&mut test, "Use this book");
    assert!(test.state().view().books.is_none());
    let used = scenario(&test);
    assert_eq!(used, with_book(&before, &found, "book.csv").unwrap());
    // The slope of the ladder is that of the book and that of the mid.
    let book = &used.order_book;
    let slope = (book.ask_exponent - 1.0) / book.depth + book.mid_impact;
    assert!((slope / 0.02e-4 - 1.0).abs() < 0.1, "{slope}");
    push(&mut test, DocumentCommand::Undo);
    assert_eq!(scenario(&test), before);
    assert!(!test.state().view().can.0);
    push(&mut test, DocumentCommand::Redo);
    assert_eq!(scenario(&test), used);
}

#[test]
fn the_quoted_ladder_of_any_moment_is_drawn_behind_the_book_until_it_is_forgotten() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(folder.path());
    let mut test = open(None, Some("paper-month"));
    let found = found(&path, &scenario(&test));
    push(&mut test, BooksCommand::Look(vec![path]));
    until_seen(&mut test);
    click(&mut test, "Use this book");
    settle(&mut test);
    let node = |test: &Test, name: &str| test.query_all_by_label(name).count() > 0;
    assert!(said(&test, BOOK).contains("quoted in book.csv, 2020-01-02"));
    assert!(node(&test, "2020-01-02"));

    // By the slider, from moment to moment of the file.
    test.get_by_label("Moment of the quoted ladder").focus();
    test.run_steps(2);
    press(&mut test, Modifiers::NONE, Key::ArrowRight);
    let at = |test: &Test| test.state().view().ladder.clone().unwrap();
    assert_eq!((at(&test).moment, at(&test).count), (1, 3000));
    push(&mut test, BooksCommand::Moment(65));
    says(&test, "2020-01-02 00:01:05");
    let slider = test.get_by_label("Moment of the quoted ladder");
    let spoken = slider.accesskit_node().value().unwrap();
    assert_eq!(spoken, "2020-01-02 00:01:05, 66 of 3000");
    let ladder = at(&test);
    let level = &found.books[65].sides[0];
    assert_eq!(
        ladder.quoted.reach(),
        level.reach().max(found.books[65].sides[1].reach())
    );
    let second = ladder.quoted.next(true, level.sizes[1]).unwrap();
    assert!((second - level.logs[1].exp_m1()).abs() < 1e-15);

    // Its prices stand beside the model's under the pointer, by size and by price.
    click(&mut test, "all levels");
    for (by, name) in [("by price", "Depth by price"), ("by size", BOOK)] {
        click(&mut test, by);
        let node = test.get_by_role_and_label(Role::GraphicsDocument, name);
        let rect = node.rect();
        let at = pos2(rect.left() + 0.8 * rect.width(), rect.center().y);
        test.event(egui::Event::PointerMoved(at));
        test.run_steps(3);
        says(&test, "quoted: the next share at");
    }

    // It is of the file, not of the preset; hidden it stays at hand, forgotten it is gone.
    push(&mut test, FileCommand::OpenPreset("thin-book".into()));
    assert!(said(&test, BOOK).contains("quoted in book.csv"));
    click(&mut test, "Quoted ladder");
    assert!(!said(&test, BOOK).contains("quoted in book.csv"));
    assert!(!node(&test, "Moment of the quoted ladder"));
    click(&mut test, "Quoted ladder");
    assert!(said(&test, BOOK).contains("2020-01-02 00:01:05"));
    click(&mut test, "Keep the quoted ladders no more");
    assert!(test.state().view().ladder.is_none());
    assert!(!node(&test, "Quoted ladder"));
}

#[test]
fn ladders_alone_change_nothing_and_go_with_the_figure_of_the_book() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(folder.path());
    let table = folder.path().join("table.csv");
    let mut test = open(None, Some("paper-month"));
    let before = scenario(&test);
    push(&mut test, BooksCommand::Look(vec![path]));
    until_seen(&mut test);
    click(&mut test, "Show the ladders only");
    assert_eq!(scenario(&test), before);
    assert!(test.state().view().ladder.is_some());
    settle(&mut test);
    let export = |form| {
        FileCommand::Export(Box::new(ExportAs {
            view: View::Book,
            shape: Shape::Cumulative,
            gaps: false,
            on_average: false,
            at_date: false,
            rule: 0,
            form,
            sheet: Sheet::default(),
        }))
    };
    push(&mut test, export(Form::Csv(table.clone())));
    until(&mut test, "the table", |_| table.exists());
    let with = fs::read_to_string(&table).unwrap();
    assert!(with.contains("quoted price of the next share"), "{with}");
    assert!(with.contains("book.csv, 2020-01-02"), "{with}");
    push(&mut test, BooksCommand::Show(false));
    let without = folder.path().join("without.csv");
    push(&mut test, export(Form::Csv(without.clone())));
    until(&mut test, "the other table", |_| without.exists());
    assert!(!fs::read_to_string(&without).unwrap().contains("quoted"));
}

#[test]
fn a_bad_file_is_told_in_one_line_and_what_is_cancelled_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let bad = folder.path().join("bad.csv");
    let mut lines: Vec<String> = quotes::example().lines().map(str::to_owned).collect();
    let (time, rest) = lines[2].split_once(',').unwrap();
    lines[2] = format!("{time},-5{}", &rest[rest.find(',').unwrap()..]);
    fs::write(&bad, lines.join("\n")).unwrap();
    let mut test = open(None, Some("paper-month"));
    let before = scenario(&test);
    drop_file(&mut test, &bad);
    until_told(&mut test, "line 3, bid_price_1");
    says(&test, "bad.csv does not open; nothing was changed");
    assert!(test.state().view().books.is_none());

    let good = file(folder.path());
    push(&mut test, WindowCommand::AskBooks);
    says(&test, "Open quoted books");
    type_into(&mut test, "Path", &good.display().to_string());
    until_seen(&mut test);
    press(&mut test, Modifiers::NONE, Key::Escape);
    assert!(test.state().view().books.is_none());
    push(&mut test, BooksCommand::Look(vec![good]));
    // While it is read, or after.
    click(&mut test, "Cancel");
    assert!(test.state().view().books.is_none());
    test.run_steps(20);
    assert!(test.state().view().books.is_none() && test.state().view().ladder.is_none());
    assert_eq!(scenario(&test), before);
    assert!(!test.state().view().can.0);
}

#[test]
fn where_too_few_levels_are_near_one_may_look_farther() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("wide.csv");
    let row = |i: usize| {
        let level = |k: usize| {
            let away = 0.1 * (k + 1) as f64;
            format!(
                ",{},{},{},{}",
                100.0 - away,
                5 + i % 3,
                100.0 + away,
                6 + i % 2
            )
        };
        let levels: Vec<String> = (0..5).map(level).collect();
        format!("{}{}", 1_577_923_200 + i, levels.concat())
    };
    let names: Vec<String> = (1..=5)
        .map(|k| format!(",bid_price_{k},bid_size_{k},ask_price_{k},ask_size_{k}"))
        .collect();
    let rows: Vec<String> = (0..200).map(row).collect();
    fs::write(
        &path,
        format!("time{}\n{}\n", names.concat(), rows.join("\n")),
    )
    .unwrap();
    let mut test = open(None, Some("paper-month"));
    drop_file(&mut test, &path);
    until_told(&mut test, "within 25 basis points of the best price");
    assert!(matches!(
        test.state().view().books,
        Some(BooksView::TooFew(..))
    ));
    click(&mut test, "within 100 basis points");
    until_seen(&mut test);
    says(&test, "fitted 200 books");
}

#[test]
fn several_files_that_are_dropped_are_read_as_one_and_of_lobster_the_other_is_found_beside() {
    let folder = tempfile::tempdir().unwrap();
    let text = quotes::example();
    let lines: Vec<&str> = text.lines().collect();
    let (first, second) = (folder.path().join("a.csv"), folder.path().join("b.csv"));
    fs::write(&first, lines[..1500].join("\n")).unwrap();
    fs::write(&second, [&lines[..1], &lines[1500..]].concat().join("\n")).unwrap();
    let mut test = open(None, Some("paper-month"));
    // In the order of their names, however they are dropped.
    drop_files(&mut test, &[&second, &first]);
    until_seen(&mut test);
    says(&test, "Quoted books: a.csv and 1 more");
    says(&test, "3 000 records");
    push(&mut test, BooksCommand::Leave);

    let messages = folder.path().join("X_message_4.csv");
    let books = folder.path().join("X_orderbook_4.csv");
    let message = |i: usize| format!("{},1,{i},5,1000000,1", 34_200 + i);
    let level = |k: usize| {
        format!(
            "{},{},{},{}",
            1_000_100 + 100 * k,
            5 + k,
            999_900 - 100 * k,
            6 + k
        )
    };
    let line: Vec<String> = (0..4).map(level).collect();
    let rows: Vec<String> = (0..60).map(message).collect();
    fs::write(&messages, rows.join("\n")).unwrap();
    fs::write(&books, vec![line.join(","); 60].join("\n")).unwrap();
    drop_file(&mut test, &books);
    until_seen(&mut test);
    says(&test, "LOBSTER");
    push(&mut test, BooksCommand::Compare);
    says(&test, "09:30:00");
}
