//! A path hedged by hand in the window: what is shown, what is not, and what comes of it.

use crate::common::{Test, click, open, press, push, settle, until, until_drawn};
use egui::accesskit::Role;
use egui::{Event, Key, Modifiers, PointerButton, Pos2, Rect, Shape, pos2, vec2};
use egui_kittest::kittest::{NodeT, Queryable};
use hedgelab::app::command::{
    DocumentCommand, FileCommand, HandCommand, TimeCommand, ViewCommand, WindowCommand,
};
use hedgelab::app::document::{Grain, Value};
use hedgelab::app::view::HandView;
use hedgelab::episode::{Episode, Observation};
use hedgelab::hand::{self, BUILT_IN, Challenge, Seen};
use hedgelab::logbook::{self, Done};
use hedgelab::market::{Paths, Sampling};
use hedgelab::policy::{Delta, Policy};
use hedgelab::scenario::Strategy;
use hedgelab::scenario::fields::Field;
use hedgelab::simulate::replay;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

const NONE: Modifiers = Modifiers::NONE;

fn seen(test: &Test) -> Seen {
    let session = test.state().model().session();
    session.hand.as_ref().unwrap().game().seen()
}

fn view(test: &Test) -> Arc<HandView> {
    test.state().view().hand.clone().unwrap()
}

/// Every price of a path, those that are not yet known too.
fn prices(challenge: &Challenge, number: u64) -> Vec<f64> {
    let sampling = Sampling::evaluation(challenge.seed());
    Paths::new(challenge.scenario(), sampling)
        .path(number)
        .to_vec()
}

/// What delta would hold.
fn delta(challenge: &Challenge, seen: &Seen) -> f64 {
    let observed = Observation {
        step: seen.step,
        time: seen.time,
        remaining: seen.remaining,
        spot: *seen.prices.last().unwrap(),
        position: seen.position,
        value: seen.value,
        memory: seen.memory,
        factors: Default::default(),
    };
    Delta::of(challenge.scenario()).target(&observed, &mut [])
}

fn enter(test: &mut Test, level: &str) {
    click(test, "Lessons menu");
    test.get_by_label_contains(level).click();
    test.run_steps(3);
    assert!(test.state().view().hand.is_some());
}

fn type_position(test: &mut Test, text: &str) {
    test.get_by_label("Next position").focus();
    test.run_steps(2);
    press(test, Modifiers::COMMAND, Key::A);
    test.get_by_label("Next position").type_text(text);
    test.run_steps(2);
    press(test, NONE, Key::Enter);
    test.run_steps(2);
}

/// Takes what is held at every date that is left.
fn hold_on(test: &mut Test) {
    while !view(test).is_over() {
        press(test, NONE, Key::Enter);
    }
    until_drawn(test, "what the others do", |test| view(test).end.is_some());
}

fn says(test: &Test, text: &str) -> bool {
    test.query_by_label_contains(text).is_some()
}

/// All that a screen reader may say, and all that is painted.
fn told(test: &Test) -> String {
    let mut told = String::new();
    for node in test.root().children_recursive() {
        let node = node.accesskit_node();
        for text in [node.label(), node.value(), node.description()] {
            told.extend(text);
            told.push('\n');
        }
    }
    for shape in &test.output().shapes {
        painted(&shape.shape, &mut told);
    }
    // Thousands are set apart by a thin blank.
    told.replace(['\u{2009}', '\u{202f}', '\u{a0}'], "")
}

fn painted(shape: &Shape, told: &mut String) {
    match shape {
        Shape::Text(text) => {
            told.push_str(text.galley.text());
            told.push('\n');
        }
        Shape::Vec(shapes) => shapes.iter().for_each(|shape| painted(shape, told)),
        _ => {}
    }
}

#[test]
fn deltas_positions_typed_and_taken_with_the_keys_give_deltas_error_to_the_bit() {
    let mut test = open(None, None);
    enter(&mut test, "Level 4, memory");
    let challenge = hand::built_in("memory").unwrap();
    while !view(&test).is_over() {
        let wanted = delta(&challenge, &seen(&test));
        type_position(&mut test, &wanted.to_string());
        assert_eq!(view(&test).chosen, wanted);
        press(&mut test, NONE, Key::Enter);
    }
    until_drawn(&mut test, "what the others do", |test| {
        view(test).end.is_some()
    });
    let path = prices(&challenge, 1);
    let (_, end) = replay(
        challenge.scenario(),
        &Delta::of(challenge.scenario()),
        &path,
    );
    let outcome = view(&test).end.clone().unwrap().outcome.clone();
    assert_eq!(outcome.you.error, end.error);
    let others = outcome.of_kind(Strategy::Delta).unwrap();
    assert_eq!((others.error, others.cost), (end.error, outcome.you.cost));
    let rows = test.query_all_by_role(Role::Row);
    let rows: Vec<String> = rows
        .map(|row| row.accesskit_node().label().unwrap_or_default())
        .collect();
    let figures = |name: &str| {
        let row = rows.iter().find(|row| row.starts_with(name));
        row.unwrap().split_once(": ").unwrap().1.to_owned()
    };
    assert_eq!(figures("You:"), figures("Delta:"));
    assert!(figures("path 1, your best:").contains("learned "));
    assert!(says(&test, "Worse than you here, over 8"));
}

#[test]
fn before_the_end_nothing_that_is_said_or_painted_is_a_later_price() {
    for (name, _) in BUILT_IN {
        let challenge = hand::built_in(name).unwrap();
        // On path 1 of the last level a best ask happens to be a later price to a hundredth.
        let number = if *name == "pin" { 2 } else { 1 };
        let path = prices(&challenge, number);
        let mut test = open(None, None);
        push(&mut test, HandCommand::Start((*name).to_owned()));
        push(&mut test, HandCommand::Path(number));
        while !view(&test).is_over() {
            let step = seen(&test).step;
            until_drawn(&mut test, "this date", |test| {
                view(test).seen.step == step && test.state().view().hand.is_some()
            });
            let told = told(&test);
            assert!(told.contains(&format!("{:.2}", path[step])), "{told}");
            for later in &path[step + 1..] {
                for digits in [
                    view(&test).digits.price(*later).replace('\u{2009}', ""),
                    format!("{later:.3}"),
                    format!("{later:.6}"),
                    later.to_string(),
                ] {
                    // Not as a part of a longer number, either.
                    assert!(!told.contains(&digits), "{name}: {digits} at {step}");
                }
            }
            press(&mut test, NONE, Key::ArrowUp);
            press(&mut test, NONE, Key::Enter);
        }
        assert!(told(&test).contains(&format!("{:.2}", path.last().unwrap())));
    }
}

#[test]
fn what_is_drawn_of_a_game_depends_on_no_later_price() {
    // Two paths that begin alike are drawn alike until they part: at the first date, all of them.
    let shapes = |path: u64| {
        let mut test = open(None, None);
        push(&mut test, HandCommand::Start("memory".into()));
        push(&mut test, HandCommand::Path(path));
        until(&mut test, "that path", |test| seen(test).path == path);
        test.run_steps(4);
        let text = told(&test);
        text.replace(&format!("path {path} of"), "path of")
            .lines()
            .filter(|line| !line.contains("not finished") && !line.contains("paths in"))
            .map(ToOwned::to_owned)
            .collect::<Vec<_>>()
    };
    let (one, other) = (shapes(2), shapes(3));
    assert!(one.len() > 20);
    assert_eq!(one, other);
}

#[test]
fn the_document_and_all_that_belongs_to_it_is_as_it_was() {
    let mut test = open(None, None);
    let drift = (Field::find("market.drift").unwrap(), Value::Number(0.07));
    push(&mut test, DocumentCommand::Edit(vec![drift], Grain::Whole));
    push(&mut test, TimeCommand::GoTo(5));
    push(&mut test, ViewCommand::Focus(Strategy::Leland.into()));
    click(&mut test, "Pin");
    settle(&mut test);
    let state = |test: &Test| {
        let (view, session) = (test.state().view(), test.state().model().session());
        (
            view.scenario.clone(),
            session.steps(),
            view.can,
            (view.step, view.path.number, view.playing),
            view.focus.clone(),
            view.pins.len(),
            view.learned.policy.clone(),
            view.training.is_some(),
        )
    };
    let before = state(&test);
    enter(&mut test, "Level 5, pin risk");
    for key in [
        Key::ArrowRight,
        Key::N,
        Key::T,
        Key::Space,
        Key::End,
        Key::F2,
    ] {
        press(&mut test, NONE, key);
    }
    for key in [Key::Z, Key::Y, Key::S, Key::Num2] {
        press(&mut test, Modifiers::COMMAND, key);
    }
    press(&mut test, Modifiers::ALT, Key::Num1);
    press(&mut test, NONE, Key::PageUp);
    press(&mut test, NONE, Key::Enter);
    press(&mut test, NONE, Key::Enter);
    assert_eq!(seen(&test).step, 2);
    assert_eq!(seen(&test).position, 0.1);
    // Under a sheet the keys are the sheet's.
    press(&mut test, NONE, Key::F1);
    press(&mut test, NONE, Key::ArrowUp);
    press(&mut test, NONE, Key::Enter);
    assert_eq!((seen(&test).step, view(&test).chosen), (2, 0.1));
    press(&mut test, NONE, Key::Escape);
    assert!(test.state().view().hand.is_some());
    assert!(test.query_by_label("Undo (Ctrl+Z)").is_none());
    assert!(test.query_by_label("Price by date").is_none());
    press(&mut test, NONE, Key::Escape);
    assert!(test.state().view().hand.is_none());
    assert!(says(&test, "Path 1 was not finished: left at date 2 of 8"));
    assert_eq!(state(&test), before);
    assert!(test.query_by_label("Price by date").is_some());
    press(&mut test, Modifiers::COMMAND, Key::Z);
    assert_eq!(test.state().view().pins.len(), 0);
}

#[test]
fn a_position_that_is_none_is_refused_with_a_message_and_taken_by_nobody() {
    let mut test = open(None, None);
    enter(&mut test, "Level 3, depth");
    for (typed, why) in [
        (
            "abc",
            "\"abc\" is no number of shares; allowed: -1000 to 1000",
        ),
        ("nan", "\"nan\" is no number of shares"),
        ("1e400", "is no number of shares"),
        ("2000", "2000 is not allowed here; allowed: -1000 to 1000"),
        ("1,000", "is not clear"),
    ] {
        type_position(&mut test, typed);
        assert!(says(&test, "Next position — "), "{typed}");
        assert!(says(&test, why), "{typed}: {}", told(&test));
        click(&mut test, "Commit");
        assert!(says(&test, "A value that was typed is not understood"));
        assert_eq!((seen(&test).step, view(&test).chosen), (0, 0.0), "{typed}");
        click(&mut test, "Close");
    }
    type_position(&mut test, "0.5");
    assert!(!says(&test, "Next position — "));
    click(&mut test, "Commit");
    assert_eq!((seen(&test).step, seen(&test).position), (1, 0.5));
    // Refused in the controls before: that is forgotten with them.
    push(&mut test, HandCommand::Choose(f64::NAN));
    assert!(says(
        &test,
        "position is NaN; allowed: -1000 to 1000 (shares)"
    ));
    assert_eq!(view(&test).chosen, 0.5);
}

#[test]
fn the_keys_and_a_drag_choose_and_what_it_would_cost_is_said_before() {
    let mut test = open(None, None);
    enter(&mut test, "Level 4, memory");
    press(&mut test, NONE, Key::PageUp);
    press(&mut test, NONE, Key::PageUp);
    press(&mut test, NONE, Key::ArrowUp);
    press(&mut test, NONE, Key::ArrowDown);
    press(&mut test, NONE, Key::ArrowUp);
    assert_eq!(view(&test).chosen, 0.21);
    let preview = view(&test).preview.unwrap();
    let challenge = hand::built_in("memory").unwrap();
    let path = prices(&challenge, 1);
    let mut episode = Episode::start(challenge.scenario(), &path);
    episode.trade_to(0.21);
    assert_eq!(episode.ledger(), [preview]);
    let total = view(&test).digits.money(preview.cost.total());
    assert!(says(&test, &format!("costs {total} =")));
    assert!(says(&test, "Buy 0.210 at "));
    // In the field the same keys move it.
    test.get_by_label("Next position").focus();
    test.run_steps(2);
    press(&mut test, NONE, Key::ArrowDown);
    assert_eq!(view(&test).chosen, 0.2);
    press(&mut test, NONE, Key::Tab);
    // The point is dragged up to the middle of the picture, and back from far below.
    let middle = drag(&mut test, "Positions so far", |rect| rect.center());
    assert!((middle - 0.5).abs() < 0.03, "{middle}");
    let bottom = drag(&mut test, "Positions so far", |rect| {
        rect.center_bottom() + vec2(0.0, 200.0)
    });
    assert!((-0.2..0.0).contains(&bottom), "{bottom}");
    let bought = drag(&mut test, "Order book by size", |rect| {
        pos2(rect.left() + 0.75 * rect.width(), rect.center().y)
    });
    assert!((bought - 0.58).abs() < 0.03, "{bought}");
    assert_eq!(seen(&test).step, 0);
}

/// Drags in a picture from its corner to a place; gives back what is chosen then.
fn drag(test: &mut Test, name: &str, to: impl Fn(Rect) -> Pos2) -> f64 {
    let rect = test
        .get_by_role_and_label(Role::GraphicsDocument, name)
        .rect();
    let button = |pos, pressed| Event::PointerButton {
        pos,
        button: PointerButton::Primary,
        pressed,
        modifiers: NONE,
    };
    let (from, to) = (rect.min + vec2(20.0, 10.0), to(rect));
    test.event(Event::PointerMoved(from));
    test.run_steps(1);
    test.event(button(from, true));
    test.run_steps(1);
    for share in [0.2, 0.6, 1.0] {
        test.event(Event::PointerMoved(from.lerp(to, share)));
        test.run_steps(1);
    }
    test.event(button(to, false));
    test.event(Event::PointerGone);
    test.run_steps(3);
    view(test).chosen
}

#[test]
fn what_was_hedged_is_recorded_once_each_and_the_best_is_marked() {
    let folder = tempfile::tempdir().unwrap();
    let mut test = open(Some(folder.path()), None);
    enter(&mut test, "Level 5, pin risk");
    type_position(&mut test, "0.5");
    hold_on(&mut test);
    let first = view(&test).hedged[0].clone();
    click(&mut test, "Same path again");
    assert_eq!((seen(&test).path, seen(&test).step), (1, 0));
    hold_on(&mut test);
    click(&mut test, "Next path");
    assert_eq!(seen(&test).path, 2);
    hold_on(&mut test);
    let hedged = view(&test).hedged.clone();
    assert_eq!(hedged.len(), 3);
    assert_eq!(hedged[0], first);
    let best = hedged.iter().map(|one| one.error).fold(f64::MAX, f64::min);
    assert_eq!(hedged[view(&test).best().unwrap()].error, best);
    assert_eq!(view(&test).next, 3);
    click(&mut test, "Back to the views");
    // The next time it goes on with a path that is new.
    enter(&mut test, "Level 5, pin risk");
    assert_eq!(seen(&test).path, 3);
    drop(test);
    let path = logbook::in_folder(folder.path());
    let book = logbook::read(&path).unwrap();
    assert_eq!((book.entries.len(), book.broken), (3, 0));
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let challenge = hand::built_in("pin").unwrap();
    for (entry, hedged) in book.entries.iter().zip(&hedged) {
        assert!(now.as_secs() - entry.at < 600);
        let Done::Hedge(written) = &entry.done else {
            panic!("{entry:?}");
        };
        assert_eq!((written.path, written.seed), (hedged.path, 15));
        let close = |a: f64, b: f64| (a - b).abs() <= 1e-14 * b.abs();
        assert!(close(written.error, hedged.error) && close(written.delta, hedged.delta));
        assert!(close(written.learned.unwrap(), hedged.learned.unwrap()));
        assert_eq!(written.scenario, challenge.scenario().market_hash());
        assert_eq!(written.positions.len(), 8);
    }
}

#[test]
fn a_challenge_in_a_file_opens_like_a_preset_and_a_bad_one_is_told_of() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mine.ron");
    let text = "(version: 1, title: \"A put, bought\", preset: \"paper-month\", seed: 9, paths: 2, \
        changes: {\"contract.kind\": \"put\", \"contract.position\": \"long\", \"limits.max_position\": \"0.8\"})";
    std::fs::write(&path, text).unwrap();
    let mut test = open(None, None);
    push(&mut test, FileCommand::OpenFile(path.clone()));
    until(&mut test, "the challenge", |test| {
        test.state().view().hand.is_some()
    });
    test.run_steps(2);
    assert!(says(&test, "A put, bought"));
    assert!(says(&test, "path 1 of 2"));
    type_position(&mut test, "0.9");
    assert!(says(&test, "allowed: -1000 to 0.8 shares"));
    type_position(&mut test, "0.5");
    hold_on(&mut test);
    // A bad one changes nothing.
    std::fs::write(&path, text.replace("seed: 9", "seed: 9, sed: 9")).unwrap();
    push(&mut test, FileCommand::OpenFile(path.clone()));
    until(&mut test, "a message", |test| says(test, "mine.ron:1:"));
    assert!(view(&test).is_over());
    // A preset that is opened takes the place of the game.
    push(&mut test, FileCommand::OpenPreset("thin-book".into()));
    assert!(test.state().view().hand.is_none());
    assert_eq!(test.state().view().preset, "thin-book");
}

#[test]
fn at_1280_by_800_nothing_is_cut_off() {
    let screen = Rect::from_min_size(Pos2::ZERO, vec2(1280.0, 776.0));
    for (name, _) in BUILT_IN {
        let mut test = open(None, None);
        push(&mut test, HandCommand::Start((*name).to_owned()));
        push(
            &mut test,
            WindowCommand::Zoom(hedgelab::app::command::ZoomBy::Reset),
        );
        press(&mut test, NONE, Key::PageUp);
        whole(&test, screen, name);
        press(&mut test, NONE, Key::Enter);
        press(&mut test, NONE, Key::PageUp);
        press(&mut test, NONE, Key::PageUp);
        whole(&test, screen, name);
        hold_on(&mut test);
        whole(&test, screen, name);
    }
}

fn whole(test: &Test, screen: Rect, what: &str) {
    for role in [Role::Label, Role::Button, Role::Row, Role::TextInput] {
        for node in test.query_all_by_role(role) {
            let about = node.accesskit_node();
            let label = about.label().or(about.value()).unwrap_or_default();
            let rect = node.rect();
            let in_bar = rect.top() > screen.bottom();
            assert!(
                in_bar || label.is_empty() || screen.contains_rect(rect),
                "{what}: {label} at {rect:?}"
            );
        }
    }
}

#[test]
fn everything_is_reached_with_the_keyboard_and_has_a_name() {
    let mut test = open(None, None);
    enter(&mut test, "Level 4, memory");
    let mut reached = Vec::new();
    for _ in 0..12 {
        press(&mut test, NONE, Key::Tab);
        let focused = test
            .root()
            .children_recursive()
            .find(|node| node.accesskit_node().is_focused())
            .and_then(|node| node.accesskit_node().label());
        reached.extend(focused);
    }
    for name in ["Levels", "Leave", "Next position", "Commit"] {
        assert!(
            reached.iter().any(|found| found == name),
            "{name}: {reached:?}"
        );
    }
    for role in [Role::Button, Role::TextInput, Role::GraphicsDocument] {
        for node in test.query_all_by_role(role) {
            let label = node.accesskit_node().label();
            assert!(label.is_some_and(|label| !label.is_empty()), "{role:?}");
        }
    }
}
