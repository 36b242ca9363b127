//! The views over time on their one date axis, and the book at the cursor, through the widget tree.

use egui::accesskit::Role;
use egui::{Event, Key, Modifiers, PointerButton, Pos2, Rect, pos2, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use hedgelab::app::command::TimeCommand;
use hedgelab::app::window::{Setup, Window};
use hedgelab::scenario::Strategy;
use std::path::Path;
use std::time::{Duration, Instant};

type Test = Harness<'static, Window>;

const STRIPS: [&str; 4] = [
    "Liquidity by date and price",
    "Price by date",
    "Positions by date",
    "Cost by date",
];
const BOOK: &str = "Order book by size";

fn start(setup: Setup, step: f32) -> Test {
    let mut test = Harness::builder()
        .with_size(vec2(1280.0, 800.0))
        .with_max_steps(60)
        .with_step_dt(step)
        .build_eframe(move |creation| Window::new(&creation.egui_ctx, &setup).unwrap());
    test.run_steps(2);
    let began = Instant::now();
    while test.state().view().computing {
        assert!(began.elapsed() < Duration::from_mins(1), "no distribution");
        std::thread::sleep(Duration::from_millis(4));
        test.step();
    }
    test.run_steps(4);
    test
}

fn open(preset: &str) -> Test {
    let setup = Setup {
        preset: Some(preset.into()),
        ..Setup::default()
    };
    start(setup, 0.25)
}

fn in_folder(folder: &Path) -> Test {
    let setup = Setup {
        folder: Some(folder.to_owned()),
        preset: None,
    };
    start(setup, 0.25)
}

fn click(test: &mut Test, name: &str) {
    test.get_by_label(name).click();
    test.run_steps(2);
}

fn press(test: &mut Test, key: Key) {
    test.key_press_modifiers(Modifiers::NONE, key);
    test.run_steps(2);
}

fn plot(test: &Test, name: &str) -> Option<Rect> {
    let node = test.query_by_role_and_label(Role::GraphicsDocument, name);
    node.map(|node| node.rect())
}

fn point_at(test: &mut Test, at: Pos2) {
    test.event(Event::PointerMoved(at));
    test.run_steps(2);
}

fn button(test: &mut Test, at: Pos2, pressed: bool) {
    test.event(Event::PointerButton {
        pos: at,
        button: PointerButton::Primary,
        pressed,
        modifiers: Modifiers::NONE,
    });
    test.run_steps(2);
}

fn drag(test: &mut Test, from: Pos2, to: Pos2) {
    point_at(test, from);
    button(test, from, true);
    point_at(test, from.lerp(to, 0.5));
    point_at(test, to);
    button(test, to, false);
}

/// The labels that contain a text.
fn labels(test: &Test, text: &str) -> Vec<String> {
    let nodes = test.query_all_by_label_contains(text);
    nodes
        .filter_map(|node| {
            let node = node.accesskit_node();
            node.label().or_else(|| node.value())
        })
        .collect()
}

/// The first of them.
fn label(test: &Test, text: &str) -> Option<String> {
    labels(test, text).into_iter().next()
}

/// Whether some label contains all of these.
fn says(test: &Test, words: &[&str]) -> bool {
    let texts = labels(test, words[0]);
    texts
        .iter()
        .any(|text| words.iter().all(|word| text.contains(word)))
}

/// A number behind a word in a text.
fn number(text: &str, word: &str) -> f64 {
    let rest = text.split(word).nth(1).unwrap().trim_start();
    let digits: String = rest
        .chars()
        .filter(|c| *c != '\u{2009}')
        .take_while(|c| c.is_ascii_digit() || *c == '.')
        .collect();
    digits
        .parse()
        .unwrap_or_else(|_| panic!("{word} in {text}"))
}

#[test]
fn everything_through_time_stands_on_one_axis_and_any_of_it_moves_the_one_cursor() {
    let mut test = open("paper-year");
    let first = plot(&test, STRIPS[0]).unwrap();
    let mut bottom = 0.0;
    for name in STRIPS {
        let rect = plot(&test, name).unwrap();
        assert_eq!((rect.left(), rect.right()), (first.left(), first.right()));
        assert!(rect.top() >= bottom, "{name} below the one before it");
        bottom = rect.bottom();
    }
    for (name, share, date) in [
        (STRIPS[0], 0.25, 3),
        (STRIPS[1], 0.75, 9),
        (STRIPS[2], 0.0, 0),
        (STRIPS[3], 1.0, 12),
    ] {
        let rect = plot(&test, name).unwrap();
        let inner = rect.shrink2(vec2(9.0, 0.0));
        let to = pos2(inner.left() + share * inner.width(), rect.center().y);
        let to = pos2(to.x.clamp(rect.left() + 1.0, rect.right() - 1.0), to.y);
        drag(&mut test, rect.center(), to);
        assert_eq!(test.state().view().step, date, "{name}");
        assert_eq!(test.state().view().hover.step, Some(date), "{name}");
    }
}

#[test]
fn a_strip_is_folded_away_and_stays_so_at_the_next_start() {
    let folder = tempfile::tempdir().unwrap();
    let mut test = in_folder(folder.path());
    let before = plot(&test, "Positions by date").unwrap();
    click(&mut test, "Price strip");
    assert!(plot(&test, "Price by date").is_none());
    let after = plot(&test, "Positions by date").unwrap();
    assert!(after.height() > before.height());
    let file = folder.path().join("window.ron");
    let began = Instant::now();
    let kept = || std::fs::read_to_string(&file).unwrap_or_default();
    while !kept().contains("Price") {
        assert!(began.elapsed() < Duration::from_mins(1), "not kept");
        test.state().keep();
        std::thread::sleep(Duration::from_millis(20));
    }
    drop(test);
    let mut test = in_folder(folder.path());
    assert!(plot(&test, "Price by date").is_none());
    click(&mut test, "Price strip");
    assert!(plot(&test, "Price by date").is_some());
}

#[test]
fn a_strips_head_is_dragged_to_share_out_the_height() {
    let mut test = open("paper-year");
    let [price, positions] = [1, 2].map(|i| plot(&test, STRIPS[i]).unwrap());
    let head = pos2(positions.right(), positions.top() - 9.0);
    drag(&mut test, head, head + vec2(0.0, 12.0));
    let [taller, lower] = [1, 2].map(|i| plot(&test, STRIPS[i]).unwrap());
    assert!(
        taller.height() > price.height() + 4.0,
        "{price:?} {taller:?}"
    );
    assert!(lower.height() < positions.height());
    assert_eq!(lower.bottom().round(), positions.bottom().round());
}

#[test]
fn what_any_size_would_cost_is_asked_by_dragging_and_by_keys_and_its_parts_add_up() {
    let mut test = open("paper-year");
    let rect = plot(&test, BOOK).unwrap();
    let at = |share: f32| pos2(rect.left() + share * rect.width(), rect.center().y);
    for (share, verb) in [(0.9, "buying"), (0.2, "selling")] {
        drag(&mut test, rect.center(), at(share));
        let text = label(&test, "Asked: ").unwrap();
        assert!(text.contains(verb), "{text}");
        let size = number(&text, verb);
        let reach = test.state().view().book.reach;
        let expected = f64::from(share).mul_add(2.0, -1.0).abs() * reach;
        assert!((size - expected).abs() < 0.02 * reach, "{text}, {expected}");
        let quote = test
            .state()
            .view()
            .book
            .now
            .quote(if share > 0.5 { size } else { -size });
        let total = number(&label(&test, "costs ").unwrap(), "costs");
        assert!((total - quote.cost.total()).abs() < 0.02 * total, "{total}");
        let parts = ["spread ", "depth ", "memory "].map(|word| {
            let texts = labels(&test, word);
            let text = texts.iter().find(|text| text.starts_with(word));
            number(text.unwrap(), word)
        });
        assert!(
            (parts.iter().sum::<f64>() - total).abs() < 0.021,
            "{parts:?} {total}"
        );
    }
    // With the keyboard, a hundredth of the width at a time; the date stays.
    let step = test.state().view().step;
    let before = number(&label(&test, "Asked: ").unwrap(), "selling");
    test.get_by_role_and_label(Role::GraphicsDocument, BOOK)
        .focus();
    test.run_steps(2);
    press(&mut test, Key::ArrowLeft);
    let after = number(&label(&test, "Asked: ").unwrap(), "selling");
    assert!(after > before);
    assert_eq!(test.state().view().step, step);
    click(&mut test, "own trade");
    assert!(label(&test, "Asked: ").is_none());
}

#[test]
fn every_level_is_read_by_pointing_at_it_by_size_and_by_price() {
    let mut test = open("thin-book");
    for (toggle, name) in [("by size", BOOK), ("by price", "Depth by price")] {
        click(&mut test, toggle);
        let rect = plot(&test, name).unwrap();
        point_at(&mut test, pos2(rect.right() - 20.0, rect.center().y));
        let text = label(&test, "the next share at").unwrap();
        for word in ["buying ", "spread ", "depth ", "memory "] {
            assert!(number(&text, word) >= 0.0, "{text}");
        }
        point_at(&mut test, pos2(rect.left() + 20.0, rect.center().y));
        let text = label(&test, "the next share at").unwrap();
        assert!(text.contains("selling "), "{text}");
    }
}

#[test]
fn any_strategys_trade_is_shown_in_its_own_book() {
    let mut test = open("paper-year");
    for name in ["Delta", "Leland", "Learned"] {
        click(&mut test, "Whose book");
        let choices = test.query_all_by_role_and_label(Role::Button, name);
        choices.last().unwrap().click();
        test.run_steps(3);
        let view = test.state().view();
        let of = view.book.of.as_ref().unwrap();
        let line = view.path.of(of).unwrap().ledger[view.step];
        assert_eq!(view.book.memory, line.memory_before);
        assert_eq!(view.book.trade.as_ref().unwrap().size, line.trade);
        let said = test.get_by_role_and_label(Role::GraphicsDocument, BOOK);
        let said = said.accesskit_node().value().unwrap();
        assert!(said.starts_with(&format!("{name}'s book")), "{said}");
    }
}

#[test]
fn a_trade_and_what_came_back_are_read_off_the_liquidity_strip() {
    let mut test = open("thin-book");
    let rect = plot(&test, STRIPS[0]).unwrap();
    let steps = test.state().view().scenario.steps as f32;
    let x = |date: f32| rect.left() + 9.0 + date / steps * (rect.width() - 18.0);
    // The first trade stands somewhere over its date.
    let found = (0..60).any(|part| {
        let y = rect.top() + rect.height() / 2.0 * part as f32 / 60.0;
        point_at(&mut test, pos2(x(0.0) + 1.0, y));
        says(&test, &["date 0: ", "buys ", "on average", "spread "])
    });
    assert!(found, "no trade at the first date");
    // After it less and less is missing, also between two dates.
    let missing: Vec<f64> = [0.05, 0.5, 0.9]
        .into_iter()
        .map(|date| {
            // At the ask, beside the bubbles.
            let text = (1..10).find_map(|part| {
                let y = rect.top() + 0.045 * part as f32 * rect.height();
                point_at(&mut test, pos2(x(date), y));
                label(&test, "eaten and not back")
            });
            let text = text.unwrap();
            let line = text.lines().last().unwrap();
            line.split(' ').next().unwrap().parse().unwrap()
        })
        .collect();
    assert!(
        missing[0] > missing[1] && missing[1] > missing[2],
        "{missing:?}"
    );
}

/// Whether the window asks for another frame at once.
fn moving(test: &Test) -> bool {
    let viewport = test.output().viewport_output.values().next().unwrap();
    viewport.repaint_delay.is_zero()
}

#[test]
fn a_step_moves_for_a_moment_and_then_the_window_rests() {
    let setup = Setup::default();
    let mut test = start(setup, 1.0 / 60.0);
    test.run_steps(60);
    assert!(!moving(&test));
    test.key_press_modifiers(Modifiers::NONE, Key::ArrowRight);
    test.run_steps(10);
    assert!(moving(&test), "in the midst of a step");
    test.run_steps(14);
    assert!(!moving(&test), "after a third of a second");
    // Steps that come quickly are jumps.
    for _ in 0..4 {
        test.key_press_modifiers(Modifiers::NONE, Key::ArrowLeft);
        test.run_steps(3);
    }
    test.run_steps(3);
    assert!(!moving(&test), "who steps quickly waits for nothing");
    // Far away is a jump.
    test.state_mut().push(TimeCommand::GoTo(0));
    test.run_steps(4);
    assert!(!moving(&test));
}

#[test]
fn zooming_far_into_the_book_or_the_dates_draws_no_more_than_is_seen() {
    let mut test = open("paper-year");
    let plain = test.output().shapes.len();
    for name in STRIPS.into_iter().chain([BOOK]) {
        for by in [1.3, 0.7] {
            let center = plot(&test, name).unwrap().center();
            point_at(&mut test, center);
            for _ in 0..40 {
                test.event(Event::Zoom(by));
                test.run_steps(1);
                let now = test.output().shapes.len();
                assert!(now < plain + 1500, "{name}: {now} shapes, {plain} before");
            }
        }
    }
}

#[test]
fn many_dates_are_drawn_with_a_bounded_number_of_marks() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("daily.ron");
    let mut parameters = hedgelab::presets::built_in("paper-year")
        .unwrap()
        .into_parameters();
    parameters.steps = 250;
    parameters.order_book.ask_decay = 5.0;
    parameters.order_book.bid_decay = 5.0;
    let scenario = hedgelab::scenario::Scenario::new(parameters).unwrap();
    hedgelab::presets::save(&scenario, &path).unwrap();
    let test = open(path.to_str().unwrap());
    assert!(
        test.output().shapes.len() < 6000,
        "{}",
        test.output().shapes.len()
    );
    assert!(test.state().view().liquidity.bites.len() > 200);
}

#[test]
fn a_line_under_the_pointer_is_that_strategys_everywhere() {
    let mut test = open("paper-year");
    let rect = plot(&test, "Cost by date").unwrap();
    let found = (0..40).any(|part| {
        let y = rect.top() + rect.height() * part as f32 / 40.0;
        point_at(&mut test, pos2(rect.center().x, y));
        test.state().view().hover.who == Some(Strategy::Delta.into())
    });
    assert!(found);
    point_at(&mut test, pos2(640.0, 790.0));
    assert_eq!(test.state().view().hover.who, None);
}
