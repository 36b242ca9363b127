//! Several scenarios side by side: pinned, named, coloured, kept aside, taken away and brought back;
//! sets of them opened, saved and kept; drawn in every view and compared in one table.

use crate::common::{Test, click, open, press, push, settle, until};
use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::kittest::{NodeT, Queryable};
use hedgelab::app::command::{
    DocumentCommand, FileCommand, PinCommand, SaveAs, ViewCommand, WindowCommand,
};
use hedgelab::app::document::{Grain, Value};
use hedgelab::app::session::Compared;
use hedgelab::app::view::PolicyChart;
use hedgelab::presets;
use hedgelab::scenario::fields::Field;
use hedgelab::scenario::{Strategy, Tint};
use std::fs;
use std::path::Path;

fn names(test: &Test) -> Vec<String> {
    let pins = test.state().view().pins.iter();
    pins.map(|pin| pin.label.name.clone()).collect()
}

/// Rows of the table, as they are spoken.
fn rows(test: &Test) -> Vec<String> {
    test.query_all_by_role(Role::Row)
        .map(|row| row.accesskit_node().label().unwrap_or_default())
        .filter(|label| label.contains(": mean "))
        .collect()
}

fn set(test: &mut Test, field: &str, value: f64) {
    let change = (Field::find(field).unwrap(), Value::Number(value));
    push(test, DocumentCommand::Edit(vec![change], Grain::Whole));
}

fn save(path: &Path, pins: bool) -> FileCommand {
    FileCommand::SaveTo(SaveAs {
        path: path.to_owned(),
        replace: false,
        pins,
        title: "Mine".into(),
        description: String::new(),
    })
}

#[test]
fn a_set_opens_with_its_pins_on_the_same_path_and_in_one_table() {
    let mut test = open(None, Some("figure-3"));
    settle(&mut test);
    let view = test.state().view();
    assert_eq!(names(&test), ["no impact", "impact 0.02"]);
    assert!(!view.modified);
    assert_eq!(view.path.ghosts.len(), 2);
    for ghost in &view.path.ghosts {
        assert_eq!((ghost.number, &ghost.prices), (None, &view.path.prices));
        assert!(ghost.of(Strategy::Learned).is_some());
    }
    assert_eq!(view.book.ghosts.len(), 2);
    let sides = view.liquidity.sides.as_ref().unwrap();
    assert!(sides.iter().all(|side| side.ghosts.len() == 2));
    assert_eq!(view.policy.ghosts.len(), 2);
    assert!(view.policy.ghosts.iter().all(|lines| lines.len() == 1));
    assert_eq!(view.distribution.ghosts.len(), 2);
    let rows = rows(&test);
    assert_eq!(rows.len(), 5);
    for pin in names(&test) {
        let row = rows
            .iter()
            .find(|row| row.starts_with(&format!("Learned in {pin}: ")));
        assert!(row.unwrap().contains(", − delta "), "{rows:?}");
    }
    // The larger the impact, the larger the risk.
    let risk = |place: Option<usize>| {
        let outcomes = test.state().view().outcomes.clone().unwrap();
        let mut rows = outcomes.rows_of(place).iter();
        let learned = rows.find(|row| row.policy.who.kind == Strategy::Learned);
        learned.unwrap().statistics.rsmse.value.unwrap()
    };
    assert!(risk(Some(0)) < risk(None) && risk(None) < risk(Some(1)));
    // A simulated path is one of the same random numbers everywhere.
    click(&mut test, "random");
    let path = test.state().view().path.clone();
    assert!(path.number.is_some());
    for ghost in &path.ghosts {
        assert_eq!((ghost.number, &ghost.prices), (path.number, &path.prices));
    }
}

#[test]
fn a_pin_is_renamed_coloured_kept_aside_and_removed_from_its_chip_and_undo_brings_it_back() {
    let mut test = open(None, Some("figure-3"));
    settle(&mut test);
    click(&mut test, "Pin no impact");
    test.get_by_label("Name of the pin").focus();
    test.run_steps(2);
    press(&mut test, Modifiers::COMMAND, Key::A);
    test.get_by_label("Name of the pin").type_text("free");
    test.run_steps(2);
    press(&mut test, Modifiers::NONE, Key::Enter);
    assert_eq!(names(&test), ["free", "impact 0.02"]);
    click(&mut test, "Pin free");
    click(&mut test, "Colour copper");
    assert_eq!(test.state().view().pins[0].label.tint, Tint::Copper);
    settle(&mut test);
    click(&mut test, "Pin free");
    click(&mut test, "Keep aside");
    settle(&mut test);
    let view = test.state().view();
    assert_eq!((view.path.ghosts.len(), rows(&test).len()), (1, 4));
    assert!(test.query_by_label("Pin free, kept aside").is_some());
    click(&mut test, "Pin free, kept aside");
    click(&mut test, "Remove");
    assert_eq!(names(&test), ["impact 0.02"]);
    for _ in 0..3 {
        press(&mut test, Modifiers::COMMAND, Key::Z);
        assert_eq!(names(&test), ["free", "impact 0.02"]);
    }
    press(&mut test, Modifiers::COMMAND, Key::Z);
    assert_eq!(names(&test), ["no impact", "impact 0.02"]);
    assert!(!test.state().view().modified);
}

#[test]
fn six_are_pinned_each_by_what_differs_and_no_more() {
    let mut test = open(None, None);
    click(&mut test, "Pin");
    assert_eq!(names(&test), ["paper-year"]);
    for volatility in [0.2, 0.25, 0.3, 0.35, 0.4] {
        set(&mut test, "market.volatility", volatility);
        click(&mut test, "Pin");
    }
    assert_eq!(names(&test)[1], "volatility 0.2");
    assert_eq!(names(&test).len(), 6);
    assert!(test.get_by_label("Pin").accesskit_node().is_disabled());
    push(&mut test, PinCommand::Add);
    assert_eq!(names(&test).len(), 6);
    assert!(test.query_by_label_contains("room for no more").is_some());
    settle(&mut test);
    assert_eq!(
        test.state().view().outcomes.as_ref().unwrap().pinned.len(),
        6
    );
    for chart in PolicyChart::ALL {
        push(&mut test, ViewCommand::Policy(chart.0));
        assert_eq!(test.state().view().policy.ghosts.len(), 6, "{}", chart.1);
    }
    let other = names(&test)[1].clone();
    push(&mut test, PinCommand::Rename(0, other));
    assert!(
        test.query_by_label_contains("another pin is called so")
            .is_some()
    );
    click(&mut test, "Remove all");
    assert!(names(&test).is_empty());
    press(&mut test, Modifiers::COMMAND, Key::Z);
    assert_eq!(names(&test).len(), 6);
}

#[test]
fn what_is_pinned_comes_back_on_screen_with_its_policy() {
    let mut test = open(None, Some("figure-3"));
    settle(&mut test);
    let before = test.state().view().scenario.clone();
    push(&mut test, PinCommand::Take(1));
    let view = test.state().view();
    assert_eq!(view.scenario.order_book.ask_exponent, 1.02);
    assert_eq!(
        (&view.scenario.title, &view.scenario.shown_path),
        (&before.title, &before.shown_path)
    );
    assert!(view.learned.stale.is_empty(), "{:?}", view.learned.stale);
    press(&mut test, Modifiers::COMMAND, Key::Z);
    assert_eq!(test.state().view().scenario, before);
    assert!(test.state().view().learned.stale.is_empty());
}

#[test]
fn all_are_compared_with_whom_one_chooses_in_any_pin() {
    let mut test = open(None, Some("figure-3"));
    settle(&mut test);
    push(
        &mut test,
        ViewCommand::Compare(Compared {
            pin: Some("no impact".into()),
            who: Some(Strategy::Learned.into()),
        }),
    );
    settle(&mut test);
    let spoken = rows(&test);
    let with = "− learned in no impact";
    assert_eq!(
        spoken.iter().filter(|row| row.contains(with)).count(),
        4,
        "{spoken:?}"
    );
    let verdict = test.state().view().said.verdict.clone();
    assert!(verdict.contains("as learned in no impact"), "{verdict}");
    // The name follows, and what is compared with stays.
    push(&mut test, PinCommand::Rename(0, "free".into()));
    settle(&mut test);
    let verdict = test.state().view().said.verdict.clone();
    assert!(verdict.contains("as learned in free"), "{verdict}");
    // Without it, delta takes its place.
    push(&mut test, PinCommand::Remove(0));
    settle(&mut test);
    let verdict = test.state().view().said.verdict.clone();
    assert!(verdict.contains("than delta"), "{verdict}");
}

#[test]
fn a_set_is_saved_with_the_policies_of_its_pins_and_opens_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mine.ron");
    let mut test = open(None, Some("figure-3"));
    push(&mut test, PinCommand::Hide(1, true));
    push(&mut test, save(&path, true));
    until(&mut test, "saved", |test| {
        test.query_by_label_contains("Saved ").is_some()
    });
    assert!(!test.state().view().modified);
    let pins = test.state().view().pins.clone();
    let files = presets::files_of(&path);
    assert_eq!(files.len(), 4, "{files:?}");
    let mut again = open(None, Some(path.to_str().unwrap()));
    settle(&mut again);
    let view = again.state().view();
    assert!(!view.modified);
    assert_eq!(view.pins.len(), 2);
    for (before, now) in pins.iter().zip(view.pins.iter()) {
        assert_eq!((&before.label, &before.pinned), (&now.label, &now.pinned));
    }
    // Saved in place with another name of a pin, and nothing of what is there is left over.
    push(&mut again, PinCommand::Rename(0, "free".into()));
    assert!(again.state().view().modified);
    push(&mut again, FileCommand::Save);
    until(&mut again, "saved", |test| !test.state().view().modified);
    let written = presets::load_file(&path).unwrap();
    assert_eq!(written.pins[0].name, "free");
    assert_eq!(presets::files_of(&path).len(), 4);
    // Without its pins it is no set.
    let plain = folder.path().join("plain.ron");
    push(&mut again, save(&plain, false));
    until(&mut again, "saved", |_| plain.exists());
    assert!(presets::load_file(&plain).unwrap().pins.is_empty());
}

#[test]
fn the_sheet_for_saving_offers_the_pins() {
    let mut test = open(None, Some("figure-5"));
    push(&mut test, WindowCommand::AskSaveAs);
    let text = "with the 2 pinned scenarios, as a set";
    assert!(test.query_by_label(text).is_some());
}

#[test]
fn pins_come_back_at_the_next_start_and_a_broken_one_is_told_of() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let mut test = open(Some(path), None);
    set(&mut test, "market.drift", 0.02);
    click(&mut test, "Pin");
    push(&mut test, PinCommand::Rename(0, "gentle".into()));
    push(&mut test, PinCommand::Colour(0, Tint::Grey));
    push(&mut test, PinCommand::Add);
    let before = test.state().view().pins.clone();
    test.state().keep();
    drop(test);
    let test = open(Some(path), None);
    let view = test.state().view();
    assert_eq!(view.pins.len(), 2);
    for (before, now) in before.iter().zip(view.pins.iter()) {
        assert_eq!((&before.label, &before.pinned), (&now.label, &now.pinned));
    }
    drop(test);
    let file = path.join("window.ron");
    let text = fs::read_to_string(&file).unwrap();
    let broken = text.replacen("volatility: 0.1898", "volatility: -1.0", 2);
    assert_ne!(text, broken);
    fs::write(&file, broken).unwrap();
    let mut test = open(Some(path), None);
    test.run_steps(2);
    let told = "The pinned scenario gentle did not come back";
    assert!(test.query_by_label_contains(told).is_some());
}

#[test]
fn figures_1_and_2_open_on_their_chart_and_undo_goes_back_to_the_one_before() {
    let mut test = open(None, None);
    let chart = |test: &Test| test.state().view().policy.chart;
    push(&mut test, ViewCommand::Policy(PolicyChart::SpotTime));
    push(&mut test, FileCommand::OpenPreset("figure-2".into()));
    assert_eq!(chart(&test), PolicyChart::PaperFigure);
    press(&mut test, Modifiers::COMMAND, Key::Z);
    assert_eq!(chart(&test), PolicyChart::SpotTime);
    assert_eq!(
        chart(&open(None, Some("figure-1"))),
        PolicyChart::PaperFigure
    );
}
