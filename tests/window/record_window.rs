//! Records kept from the window and shown in it: the same folders as those of the command line.

use crate::common::{Test, click, open, push, set, settle, until};
use egui_kittest::kittest::Queryable;
use hedgelab::app::command::FileCommand;
use hedgelab::app::document::Origin;
use hedgelab::outcome::Statistics;
use hedgelab::policy::Policy;
use hedgelab::record::RecordFolder;
use hedgelab::scenario::Strategy;
use std::fs;
use std::path::Path;
use std::process::Command;

fn until_told(test: &mut Test, text: &str) {
    until(test, text, |test| {
        test.query_by_label_contains(text).is_some()
    });
}

fn verified(folder: &Path) -> bool {
    let program = env!("CARGO_BIN_EXE_hedgelab");
    let verified = Command::new(program).arg("verify").arg(folder).output();
    verified.unwrap().status.success()
}

/// What the window says of each strategy on all paths.
fn shown(test: &Test) -> Vec<(String, Statistics)> {
    let view = test.state().view();
    let rows = view.outcomes.as_ref().unwrap().rows.iter();
    rows.map(|row| (row.policy.who.to_string(), row.statistics))
        .collect()
}

#[test]
fn what_is_on_screen_is_recorded_and_shown_again_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("r");
    let mut test = open(None, Some("paper-year"));
    set(&mut test, "market.volatility", "0.18");
    set(&mut test, "strategies.selected", "delta,soft_band,learned");
    settle(&mut test);
    let seen = shown(&test);
    push(&mut test, FileCommand::Record(target.clone()));
    until_told(&mut test, "Recorded 100");
    let record = RecordFolder::open(&target).unwrap();
    let told = record.record.strategies.iter();
    let told: Vec<_> = told
        .map(|s| (s.policy.name.clone(), s.statistics))
        .collect();
    assert_eq!(told, seen);
    assert!(verified(&target));

    let mut other = open(None, Some("thin-book"));
    push(
        &mut other,
        FileCommand::OpenFile(target.join("record.json")),
    );
    until_told(&mut other, &record.record.record.short());
    settle(&mut other);
    let origin = other.state().model().document().origin().clone();
    assert_eq!(origin, Origin::Record(target.clone()));
    assert_eq!(shown(&other), seen);
    let policy = other.state().view().learned.policy.clone().unwrap();
    assert!(policy.is_same(&record.learned[0]));
    assert_eq!(policy.who(), Strategy::Learned);
    // The same question once more takes the place of the record, another one does not.
    push(&mut other, FileCommand::Record(target.clone()));
    until_told(&mut other, "Recorded 100");
    set(&mut other, "market.volatility", "0.2");
    push(&mut other, FileCommand::Record(target.clone()));
    until_told(&mut other, "was not written");
    let kept = RecordFolder::open(&target).unwrap();
    assert_eq!(kept.record.record, record.record.record);
}

#[test]
fn a_record_of_the_command_line_is_shown_on_its_paths_and_a_damaged_one_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("r");
    let program = env!("CARGO_BIN_EXE_hedgelab");
    let line = "evaluate paper-month --paths 20000 --seed 5 --strategies delta,leland --record r";
    let ran = Command::new(program)
        .current_dir(folder.path())
        .args(line.split(' '))
        .output()
        .unwrap();
    assert!(ran.status.success());
    let mut test = open(None, Some(target.to_str().unwrap()));
    until_told(&mut test, "paths, seed 5");
    settle(&mut test);
    let view = test.state().view();
    assert_eq!(view.outcomes.as_ref().unwrap().paths, 20_000);
    assert_eq!(view.scenario.seed, 5);
    let record = RecordFolder::open(&target).unwrap().record;
    until(&mut test, "the figures of the record", |test| {
        let told = record.strategies.iter().map(|s| s.statistics);
        told.eq(shown(test).into_iter().map(|(_, statistics)| statistics))
    });
    // Somebody changes a figure.
    let file = target.join("record.json");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, text.replacen("\"rsmse\"", "\"rsmsf\"", 1)).unwrap();
    let mut other = open(None, Some("paper-year"));
    push(&mut other, FileCommand::OpenFile(target));
    until_told(&mut other, "does not open; nothing was changed");
    assert_eq!(other.state().view().preset, "paper-year");
}

#[test]
fn the_dialog_names_a_folder_and_the_field_of_open_takes_one() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("mine");
    let mut test = open(None, Some("paper-day"));
    settle(&mut test);
    click(&mut test, "Record");
    assert!(test.query_by_label("Keep a record").is_some());
    type_path(&mut test, &target);
    until_told(&mut test, "Recorded 100");
    click(&mut test, "Open");
    type_path(&mut test, &target);
    until_told(&mut test, "Record ");
    until(&mut test, "it is shown", |test| {
        test.state().view().preset == "mine"
    });
}

fn type_path(test: &mut Test, path: &Path) {
    let field = test.get_by_label("Path");
    field.focus();
    test.run_steps(2);
    test.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::A);
    test.run_steps(1);
    test.get_by_label("Path").type_text(path.to_str().unwrap());
    test.run_steps(2);
    test.key_press(egui::Key::Enter);
    test.run_steps(3);
}
