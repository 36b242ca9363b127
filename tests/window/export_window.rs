//! Taking a view away from the window: with the keys, into a file, as a table to be pasted; and that
//! nothing is told before its time.

use crate::common::{Test, click, open, press, push, settle, until};
use egui::accesskit::Role;
use egui::{Key, Modifiers, OutputCommand};
use egui_kittest::kittest::Queryable;
use hedgelab::app::command::{
    ExportAs, FileCommand, HandCommand, LessonCommand, TimeCommand, WindowCommand,
};
use hedgelab::engine::Form;
use hedgelab::figure::Sheet;
use hedgelab::gallery::{Shape, View};
use hedgelab::scenario::Named;
use std::fs;
use std::path::Path;

const CTRL: Modifiers = Modifiers::COMMAND;

/// What the command line writes.
fn plotted(line: &str) -> Vec<u8> {
    let mut command = assert_cmd::Command::cargo_bin("hedgelab").unwrap();
    let line = format!("plot {line}");
    let output = command.args(line.split_whitespace()).output().unwrap();
    assert!(
        output.status.success(),
        "{line}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    output.stdout
}

fn is_asked(test: &Test) -> bool {
    test.query_by_label("Export a view").is_some()
}

fn type_path(test: &mut Test, path: &Path) {
    let field = test.get_by_role_and_label(Role::TextInput, "Path");
    field.focus();
    test.run_steps(2);
    press(test, CTRL, Key::A);
    let field = test.get_by_role_and_label(Role::TextInput, "Path");
    field.type_text(&path.display().to_string());
    test.run_steps(2);
}

fn until_there(test: &mut Test, path: &Path) -> Vec<u8> {
    until(test, "a file", |_| path.exists());
    test.run_steps(2);
    fs::read(path).unwrap()
}

fn as_is(view: View, form: Form) -> FileCommand {
    FileCommand::Export(Box::new(ExportAs {
        view,
        shape: Shape::Density,
        gaps: false,
        on_average: false,
        at_date: false,
        rule: 0,
        form,
        sheet: Sheet::default(),
    }))
}

#[test]
fn ctrl_e_asks_and_what_is_written_is_what_the_command_line_writes() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("mine.svg");
    let mut test = open(None, Some("paper-year"));
    settle(&mut test);
    push(&mut test, TimeCommand::ShowPath(39));
    press(&mut test, CTRL, Key::E);
    assert!(is_asked(&test));
    type_path(&mut test, &file);
    press(&mut test, Modifiers::NONE, Key::Enter);
    let written = until_there(&mut test, &file);
    assert!(!is_asked(&test), "it is closed once it was asked for");
    until(&mut test, "a notice", |test| {
        test.query_by_label_contains("Exported").is_some()
    });
    let here = "paper-year --path 39 --height 470 --out - --format svg";
    assert_eq!(written, plotted(&format!("path {here}")));
    // A file that is there is replaced when it is asked for twice.
    fs::write(&file, "old").unwrap();
    press(&mut test, CTRL, Key::E);
    type_path(&mut test, &file);
    click(&mut test, "Export to the file");
    assert!(test.query_by_label_contains("is there already").is_some());
    assert_eq!(fs::read(&file).unwrap(), b"old");
    click(&mut test, "Export to the file");
    until(&mut test, "replaced", |_| {
        fs::read(&file).unwrap() != b"old"
    });
    assert_eq!(fs::read(&file).unwrap(), written);
}

#[test]
fn each_view_is_taken_away_as_it_is_shown() {
    let folder = tempfile::tempdir().unwrap();
    let mut test = open(None, Some("figure-3"));
    settle(&mut test);
    push(&mut test, TimeCommand::ShowPath(17));
    push(&mut test, TimeCommand::GoTo(5));
    let focus = test.state().view().focus.clone();
    let common = "figure-3 --path 17 --out - --format csv";
    for (view, more) in [
        (View::Book, format!("--date 5 --focus {focus}")),
        (View::Liquidity, String::new()),
        (View::Path, "--pins".to_owned()),
        (View::Ledger, String::new()),
        (View::Costs, String::new()),
        (View::Gaps, String::new()),
    ] {
        let file = folder.path().join(format!("{}.csv", view.name()));
        push(&mut test, as_is(view, Form::Csv(file.clone())));
        let written = until_there(&mut test, &file);
        let line = format!("{} {common} {more}", view.name());
        let told = String::from_utf8(written).unwrap();
        assert_eq!(told, String::from_utf8(plotted(&line)).unwrap(), "{line}");
    }
    for view in [View::Policy, View::Distribution] {
        let file = folder.path().join(format!("{}.png", view.name()));
        push(&mut test, as_is(view, Form::Png(file.clone())));
        let written = until_there(&mut test, &file);
        let picture = resvg::tiny_skia::Pixmap::decode_png(&written).unwrap();
        assert_eq!((picture.width(), picture.height()), (1280, 800));
    }
    // There is no training to be shown.
    push(&mut test, as_is(View::Training, Form::Text));
    assert!(test.query_by_label_contains("nothing to export").is_some());
}

#[test]
fn a_table_and_a_picture_are_copied_to_be_pasted() {
    let mut test = open(None, Some("paper-year"));
    settle(&mut test);
    push(&mut test, WindowCommand::AskExport(Some(View::Ledger)));
    // What a frame hands to the system is gone with the next one.
    test.get_by_label("Copy text").click();
    let mut found = None;
    until(&mut test, "a text", |test| {
        let commands = &test.output().platform_output.commands;
        found = commands.iter().find_map(|command| match command {
            OutputCommand::CopyText(text) => Some(text.clone()),
            _ => None,
        });
        found.is_some()
    });
    let table = found.unwrap();
    let mut lines = table.lines();
    let titles = lines.next().unwrap();
    assert!(
        titles.starts_with("strategy\tevent\tdate\tspot (currency)"),
        "{titles}"
    );
    let width = titles.split('\t').count();
    assert!(lines.clone().all(|line| line.split('\t').count() == width));
    let view = test.state().view();
    assert_eq!(
        lines.count(),
        view.path.strategies.len() * (view.scenario.steps + 1)
    );
    push(&mut test, WindowCommand::AskExport(Some(View::Path)));
    test.get_by_label("Copy image").click();
    until(&mut test, "a picture", |test| {
        let commands = &test.output().platform_output.commands;
        commands.iter().any(|command| match command {
            OutputCommand::CopyImage(image) => image.size == [1280, 940],
            _ => false,
        })
    });
}

#[test]
fn what_cannot_be_written_is_told_and_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut test = open(None, Some("paper-year"));
    press(&mut test, CTRL, Key::E);
    type_path(&mut test, &folder.path().join("nowhere/x.svg"));
    click(&mut test, "Export to the file");
    assert!(test.query_by_label_contains("there is no folder").is_some());
    assert!(is_asked(&test));
    click(&mut test, "Cancel");
    assert!(!is_asked(&test));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn nothing_is_taken_away_that_would_tell_what_a_lesson_asks_or_what_a_price_will_be() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("x.svg");
    let mut test = open(None, Some("paper-year"));
    push(&mut test, HandCommand::Start("memory".into()));
    until(&mut test, "a hedge by hand", |test| {
        test.state().view().hand.is_some()
    });
    press(&mut test, CTRL, Key::E);
    assert!(!is_asked(&test));
    push(&mut test, WindowCommand::AskExport(None));
    push(&mut test, as_is(View::Path, Form::Svg(file.clone())));
    test.run_steps(20);
    assert!(!is_asked(&test) && !file.exists());
    push(&mut test, HandCommand::Leave);
    push(&mut test, LessonCommand::Begin("order-book".into()));
    until(&mut test, "a lesson", |test| {
        test.state().view().lesson.is_some()
    });
    for _ in 0..8 {
        if test.state().view().keeps_quiet() {
            break;
        }
        push(&mut test, LessonCommand::Next);
    }
    assert!(test.state().view().keeps_quiet(), "a step that asks");
    press(&mut test, CTRL, Key::E);
    push(&mut test, as_is(View::Path, Form::Svg(file.clone())));
    test.run_steps(20);
    assert!(!is_asked(&test) && !file.exists());
}
