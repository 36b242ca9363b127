//! The room that views have: hidden, shown again, as large as the window, laid out for a purpose; and
//! how they were looked at comes back.

use crate::common::{Test, until_drawn};
use egui::accesskit::Role;
use egui::{Event, Key, Modifiers, PointerButton, Rect, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use hedgelab::app::command::TrainingCommand;
use hedgelab::app::window::{Setup, Window};
use std::path::Path;

fn sized(folder: Option<&Path>, size: egui::Vec2) -> Test {
    let setup = Setup {
        folder: folder.map(Path::to_owned),
        ..Setup::default()
    };
    let mut test = Harness::builder()
        .with_size(size)
        .with_max_steps(60)
        // Two clicks within a quarter of a second are a double click.
        .with_step_dt(1.0 / 60.0)
        .build_eframe(move |creation| Window::new(&creation.egui_ctx, &setup).unwrap());
    test.run_steps(3);
    until_drawn(&mut test, "a distribution", |test| {
        !test.state().view().computing
    });
    test
}

fn open() -> Test {
    sized(None, vec2(1280.0, 800.0))
}

fn in_folder(folder: &Path) -> Test {
    sized(Some(folder), vec2(1280.0, 800.0))
}

/// Every view: its title, and the picture in it that is drawn when it is seen.
const VIEWS: [(&str, Role, &str); 10] = [
    ("Through time", Role::GraphicsDocument, "Positions by date"),
    ("Ledger", Role::Button, "Copy the ledger"),
    (
        "Hedging error",
        Role::GraphicsDocument,
        "Density of hedging errors",
    ),
    (
        "Order book now",
        Role::GraphicsDocument,
        "Order book by size",
    ),
    ("Policy", Role::GraphicsDocument, "Policy curves"),
    ("Training", Role::CheckBox, "auto-retrain"),
    (
        "Where the money went",
        Role::GraphicsDocument,
        "Where the money went",
    ),
    (
        "What liquidity is worth",
        Role::GraphicsDocument,
        "Prices by parameter",
    ),
    (
        "Why this trade",
        Role::GraphicsDocument,
        "Parts of the trade",
    ),
    ("Explorer", Role::GraphicsDocument, "Explorer map"),
];

/// The pieces of the views that are seen, and where.
fn seen(test: &Test) -> Vec<(&'static str, Rect)> {
    let piece = |(title, role, name): (&'static str, Role, &str)| {
        let node = test.query_by_role_and_label(role, name)?;
        Some((title, node.rect()))
    };
    VIEWS.into_iter().filter_map(piece).collect()
}

fn names(test: &Test) -> Vec<&'static str> {
    seen(test).into_iter().map(|(name, _)| name).collect()
}

fn piece(test: &Test, title: &str) -> Rect {
    let all = seen(test);
    all.iter().find(|(name, _)| *name == title).unwrap().1
}

fn press(test: &mut Test, modifiers: Modifiers, key: Key) {
    test.key_press_modifiers(modifiers, key);
    test.run_steps(3);
}

fn click(test: &mut Test, name: &str) {
    test.get_by_label(name).click();
    test.run_steps(3);
}

/// Does something in the Views menu.
fn in_menu(test: &mut Test, name: &str) {
    click(test, "Views menu");
    click(test, name);
    press(test, Modifiers::NONE, Key::Escape);
}

fn double_click(test: &mut Test, name: &str) {
    let at = test
        .get_by_role_and_label(Role::Button, name)
        .rect()
        .center();
    test.event(Event::PointerMoved(at));
    for pressed in [true, false, true, false] {
        button(test, at, PointerButton::Primary, pressed);
    }
    test.step();
    test.event(Event::PointerGone);
    // Long enough that the next click begins anew.
    test.run_steps(30);
}

fn button(test: &Test, pos: egui::Pos2, button: PointerButton, pressed: bool) {
    test.event(Event::PointerButton {
        pos,
        button,
        pressed,
        modifiers: Modifiers::NONE,
    });
}

const ALL: [&str; 5] = [
    "Through time",
    "Hedging error",
    "Order book now",
    "Policy",
    "Training",
];

#[test]
fn every_view_is_large_after_a_double_click_on_its_title_and_back_exactly_after_another() {
    let mut test = open();
    for (title, _, _) in VIEWS {
        if !ALL.contains(&title) {
            click(&mut test, title);
            until_drawn(&mut test, title, |test| {
                let view = test.state().view();
                let costs = title != "Where the money went" || !view.averaging;
                let price = title != "What liquidity is worth" || !view.pricing;
                names(test).contains(&title) && costs && price
            });
            test.run_steps(30);
        }
        let before = seen(&test);
        double_click(&mut test, title);
        assert_eq!(names(&test), [title]);
        let was = before.iter().find(|(name, _)| *name == title).unwrap().1;
        let large = piece(&test, title);
        let larger = large.width() > was.width() + 200.0 || large.height() < 30.0;
        assert!(larger, "{title}: {large:?}");
        double_click(&mut test, title);
        assert_eq!(seen(&test), before, "{title}");
    }
}

#[test]
fn escape_and_the_number_of_a_view_bring_the_others_back() {
    let mut test = open();
    let before = seen(&test);
    for (key, (title, _, _)) in [
        Key::Num1,
        Key::Num2,
        Key::Num3,
        Key::Num4,
        Key::Num5,
        Key::Num6,
    ]
    .into_iter()
    .zip(VIEWS)
    {
        press(&mut test, Modifiers::ALT, key);
        assert_eq!(names(&test), [title]);
        press(&mut test, Modifiers::NONE, Key::Escape);
        assert_eq!(seen(&test), before, "{title}");
    }
    press(&mut test, Modifiers::ALT, Key::Num4);
    press(&mut test, Modifiers::ALT, Key::Num4);
    assert_eq!(seen(&test), before);
    click(&mut test, "Maximise Policy");
    assert_eq!(names(&test), ["Policy"]);
    click(&mut test, "Back to all views (Esc)");
    assert_eq!(seen(&test), before);
}

#[test]
fn escape_leaves_first_what_was_asked_of_the_book_then_the_large_view() {
    let mut test = open();
    press(&mut test, Modifiers::ALT, Key::Num4);
    let at = piece(&test, "Order book now").center() + vec2(200.0, 0.0);
    test.event(Event::PointerMoved(at));
    button(&test, at, PointerButton::Primary, true);
    button(&test, at, PointerButton::Primary, false);
    test.run_steps(3);
    assert!(test.query_by_label("own trade").is_some());
    press(&mut test, Modifiers::NONE, Key::Escape);
    assert!(test.query_by_label("own trade").is_none());
    assert_eq!(names(&test), ["Order book now"]);
    // A menu closes first, too.
    click(&mut test, "Look menu");
    press(&mut test, Modifiers::NONE, Key::Escape);
    assert_eq!(names(&test), ["Order book now"]);
    press(&mut test, Modifiers::NONE, Key::Escape);
    assert_eq!(names(&test), ALL);
}

#[test]
fn a_view_is_hidden_and_shown_again_in_its_place() {
    let mut test = open();
    let before = seen(&test);
    // With the views behind it, which else take its place.
    in_menu(&mut test, "Show Why this trade");
    in_menu(&mut test, "Show Explorer");
    in_menu(&mut test, "Show Policy");
    assert!(!names(&test).contains(&"Policy"));
    assert!(piece(&test, "Order book now").height() > before[2].1.height() + 40.0);
    in_menu(&mut test, "Show Explorer");
    in_menu(&mut test, "Show Why this trade");
    in_menu(&mut test, "Show Policy");
    assert_eq!(seen(&test), before);
    // By its title, with the keyboard.
    test.get_by_role_and_label(Role::Button, "Order book now")
        .focus();
    test.run_steps(2);
    press(&mut test, Modifiers::NONE, Key::Delete);
    assert!(!names(&test).contains(&"Order book now"));
    // Shown again it stands in front, large or not before.
    press(&mut test, Modifiers::ALT, Key::Num5);
    in_menu(&mut test, "Show Order book now");
    assert_eq!(seen(&test), before);
}

#[test]
fn a_titles_menu_hides_its_view() {
    let mut test = open();
    let title = test.get_by_role_and_label(Role::Button, "Hedging error");
    let at = title.rect().center();
    test.event(Event::PointerMoved(at));
    button(&test, at, PointerButton::Secondary, true);
    button(&test, at, PointerButton::Secondary, false);
    test.run_steps(3);
    click(&mut test, "Hide");
    assert!(!names(&test).contains(&"Hedging error"));
}

#[test]
fn the_last_view_stays() {
    let mut test = open();
    for (title, _, _) in &VIEWS[1..] {
        in_menu(&mut test, &format!("Show {title}"));
    }
    assert_eq!(names(&test), ["Through time"]);
    test.get_by_role_and_label(Role::Button, "Through time")
        .focus();
    test.run_steps(2);
    press(&mut test, Modifiers::NONE, Key::Delete);
    assert_eq!(names(&test), ["Through time"]);
    in_menu(&mut test, "Reset layout");
    assert_eq!(names(&test), ALL);
}

#[test]
fn hidden_and_large_views_come_back_at_the_next_start() {
    let folder = tempfile::tempdir().unwrap();
    let mut test = in_folder(folder.path());
    in_menu(&mut test, "Show Training");
    let before = seen(&test);
    press(&mut test, Modifiers::ALT, Key::Num3);
    test.state().keep();
    drop(test);
    let mut test = in_folder(folder.path());
    assert_eq!(names(&test), ["Hedging error"]);
    press(&mut test, Modifiers::NONE, Key::Escape);
    assert_eq!(seen(&test), before);
    in_menu(&mut test, "Show Training");
    assert_eq!(names(&test), ALL);
}

#[test]
fn a_large_view_that_is_not_known_is_forgotten() {
    let folder = tempfile::tempdir().unwrap();
    let mut test = in_folder(folder.path());
    press(&mut test, Modifiers::ALT, Key::Num3);
    test.state().keep();
    drop(test);
    let file = folder.path().join("window.ron");
    let text = std::fs::read_to_string(&file).unwrap();
    let later = text.replace(
        "large: Some((\"distribution\"))",
        "large: Some((\"later\"))",
    );
    assert_ne!(text, later, "{text}");
    std::fs::write(&file, later).unwrap();
    let test = in_folder(folder.path());
    assert_eq!(names(&test), ALL);
    assert!(test.query_by_label_contains("Not everything").is_none());
}

#[test]
fn what_was_kept_by_an_earlier_version_opens_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let mut test = in_folder(folder.path());
    press(&mut test, Modifiers::ALT, Key::Num3);
    press(&mut test, Modifiers::NONE, Key::Escape);
    let before = seen(&test);
    test.state().keep();
    drop(test);
    let file = folder.path().join("window.ron");
    let text = std::fs::read_to_string(&file).unwrap();
    let new = [
        "purpose:",
        "compare:",
        "teach:",
        "large:",
        "reference:",
        "book_by_price:",
        "shape:",
        "differences:",
        "measures:",
    ];
    let is_new = |line: &str| new.iter().any(|name| line.trim_start().starts_with(name));
    let old: Vec<&str> = text.lines().filter(|line| !is_new(line)).collect();
    assert_eq!(old.len() + new.len(), text.lines().count());
    std::fs::write(&file, old.join("\n")).unwrap();
    let test = in_folder(folder.path());
    assert!(test.query_by_label_contains("Not everything").is_none());
    assert_eq!(seen(&test), before);
}

fn area(rect: Rect) -> f32 {
    rect.width() * rect.height()
}

#[test]
fn layouts_are_for_comparing_and_for_teaching() {
    let mut test = open();
    let explore = seen(&test);
    press(&mut test, Modifiers::COMMAND, Key::Num2);
    let compare = names(&test);
    assert_eq!(
        compare,
        [
            "Through time",
            "Ledger",
            "Hedging error",
            "Policy",
            "Training"
        ]
    );
    let curves = piece(&test, "Hedging error");
    assert!(area(curves) > 1.5 * area(piece(&test, "Policy")));
    assert!(area(curves) > 1.5 * area(explore[1].1));
    click(&mut test, "Layout: teach");
    assert_eq!(names(&test), ["Through time", "Order book now"]);
    assert!(area(piece(&test, "Order book now")) > 2.0 * area(explore[2].1));
    in_menu(&mut test, "Layout to explore");
    assert_eq!(seen(&test), explore);
}

#[test]
fn each_layout_keeps_what_was_changed_in_it_and_is_reset_alone() {
    let folder = tempfile::tempdir().unwrap();
    let mut test = in_folder(folder.path());
    in_menu(&mut test, "Show Policy");
    let explore = names(&test);
    press(&mut test, Modifiers::COMMAND, Key::Num3);
    in_menu(&mut test, "Show Ledger");
    let teach = names(&test);
    assert_eq!(teach, ["Ledger", "Order book now"]);
    press(&mut test, Modifiers::COMMAND, Key::Num1);
    assert_eq!(names(&test), explore);
    press(&mut test, Modifiers::COMMAND, Key::Num3);
    test.state().keep();
    drop(test);
    let mut test = in_folder(folder.path());
    assert_eq!(names(&test), teach);
    in_menu(&mut test, "Reset layout");
    assert_eq!(names(&test), ["Through time", "Order book now"]);
    press(&mut test, Modifiers::COMMAND, Key::Num1);
    assert_eq!(names(&test), explore);
}

#[test]
fn a_training_opens_where_its_view_is_and_is_harmless_where_it_is_not() {
    let mut test = open();
    let course = |test: &Test| {
        let plot = test.query_by_role_and_label(Role::GraphicsDocument, "Training course");
        plot.is_some()
    };
    let explore = seen(&test);
    test.state_mut().push(TrainingCommand::Afresh);
    until_drawn(&mut test, "opened", course);
    test.state_mut().push(TrainingCommand::Toggle);
    test.run_steps(2);
    press(&mut test, Modifiers::COMMAND, Key::Num2);
    assert!(course(&test), "compare");
    press(&mut test, Modifiers::COMMAND, Key::Num3);
    assert!(!course(&test), "teach");
    in_menu(&mut test, "Show Training");
    assert!(course(&test), "shown");
    in_menu(&mut test, "Show Training");
    assert_eq!(names(&test), ["Through time", "Order book now"]);
    press(&mut test, Modifiers::COMMAND, Key::Num1);
    assert!(course(&test));
    test.state_mut().push(TrainingCommand::Reset);
    test.run_steps(3);
    until_drawn(&mut test, "closed", |test| !course(test));
    let (before, after) = (explore[3].1, piece(&test, "Policy"));
    assert!((before.height() - after.height()).abs() < 2.0);
}

#[test]
fn how_views_are_looked_at_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    let mut test = in_folder(folder.path());
    click(&mut test, "by price");
    click(&mut test, "differences");
    click(&mut test, "Compared with");
    // In the list; the same name stands in tables too.
    let at = test
        .get_all_by_role_and_label(Role::Button, "Leland")
        .last();
    at.unwrap().click();
    test.run_steps(3);
    click(&mut test, "Shape of the distribution");
    click(&mut test, "cumulative");
    click(&mut test, "Column: mean");
    click(&mut test, "VaR 99%");
    test.state().keep();
    drop(test);
    let test = in_folder(folder.path());
    let picture = |name| test.query_by_role_and_label(Role::GraphicsDocument, name);
    assert!(picture("Depth by price").is_some());
    assert!(picture("Cumulative shares of differences").is_some());
    assert!(test.query_by_label("Column: VaR 99%").is_some());
    assert!(test.query_by_label("Column: CVaR 95%").is_some());
    let with = test.get_by_label("Compared with").accesskit_node().value();
    assert_eq!(with.as_deref(), Some("compared with Leland"));
}

#[test]
fn the_words_beside_the_training_are_whole() {
    let mut test = open();
    let words = "the policy came with the preset";
    let place = test.get_by_label(words).rect();
    let buttons = test.get_by_role_and_label(Role::CheckBox, "auto-retrain");
    assert!(place.top() >= buttons.rect().bottom() - 1.0, "{place:?}");
    assert!(
        place.right() < 1280.0 && place.bottom() < 736.0,
        "{place:?}"
    );
    press(&mut test, Modifiers::ALT, Key::Num6);
    let beside = test.get_by_label(words).rect();
    let buttons = test.get_by_role_and_label(Role::CheckBox, "auto-retrain");
    assert!(beside.left() > buttons.rect().right(), "{beside:?}");
}

#[test]
fn hidden_views_are_hidden_where_there_is_little_room() {
    let mut test = sized(None, vec2(760.0, 480.0));
    assert!(
        test.query_by_role_and_label(Role::Button, "Policy")
            .is_some()
    );
    in_menu(&mut test, "Show Policy");
    assert!(
        test.query_by_role_and_label(Role::Button, "Policy")
            .is_none()
    );
    in_menu(&mut test, "Show Policy");
    assert_eq!(piece(&test, "Policy").width().signum(), 1.0);
}

#[test]
fn the_sheet_of_keys_tells_of_views_and_layouts() {
    let mut test = open();
    press(&mut test, Modifiers::NONE, Key::F1);
    for what in [
        "a view large, and back",
        "from a large view back to all",
        "layout: explore, compare, teach",
        "on a view's title: in front; hide it",
    ] {
        assert!(test.query_by_label(what).is_some(), "{what}");
    }
}
