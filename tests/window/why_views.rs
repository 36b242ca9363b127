//! Why this trade, as the window draws and tells it: the parts of the trade at the time cursor and of every
//! trade of the path.

use crate::common::{Test, click, open, press, push, said, set, settle, until_drawn};
use egui::accesskit::Role;
use egui::{Event, Key, Modifiers, PointerButton, pos2};
use egui_kittest::kittest::{NodeT, Queryable};
use hedgelab::app::command::{ExportAs, FileCommand, LayoutCommand, TimeCommand, ViewCommand};
use hedgelab::engine::Form;
use hedgelab::figure::Sheet;
use hedgelab::gallery::{Shape, View, why_sentence};
use hedgelab::scenario::Strategy;
use hedgelab::simulate::tuned_soft_band;

fn large(preset: &str) -> Test {
    let mut test = open(None, Some(preset));
    push(&mut test, LayoutCommand::Large("why"));
    settle(&mut test);
    tuned(&mut test);
    test
}

/// Waits until the soft band is tuned to the scenario on screen.
fn tuned(test: &mut Test) {
    until_drawn(test, "a tuned soft band", |test| {
        let why = &test.state().view().why;
        !why.through.is_empty() && !why.tuning
    });
}

/// That what is told is what the domain computes.
fn is_true(test: &Test) {
    let view = test.state().view();
    let soft_band = tuned_soft_band(&view.scenario);
    let why = &view.why;
    assert_eq!(why.settings, Some(soft_band.settings()));
    let hedge = view.path.whose(&view.focus).unwrap();
    assert_eq!(why.who.as_ref(), Some(&hedge.who));
    let reasons = hedge.why(&view.scenario, &soft_band);
    assert_eq!(why.through.len(), reasons.len());
    for (taken, reasons) in why.through.iter().zip(&reasons) {
        assert_eq!(taken.reasons, *reasons);
        assert_eq!(reasons.total(), taken.trade);
    }
    let text = said(test, "Parts of the trade");
    if let Some(now) = why.now {
        assert_eq!(now, why.through[view.step]);
        let sentence = why_sentence(&hedge.who, view.digits, &now.reasons, now.trade);
        assert!(
            text.starts_with(&format!("date {}: {sentence}", view.step)),
            "{text}"
        );
        assert!(test.query_by_label(&sentence).is_some(), "{sentence}");
    }
}

#[test]
fn what_is_told_is_what_the_domain_computes_and_follows_cursor_path_focus_and_sliders() {
    let mut test = large("paper-year");
    is_true(&test);
    let first = said(&test, "Parts of the trade");
    for words in [
        "delta", "drift +", "waiting", "damping", "memory", "network", "trade",
    ] {
        assert!(first.contains(words), "{words}: {first}");
    }
    push(&mut test, TimeCommand::StepBy(-1));
    is_true(&test);
    assert_ne!(said(&test, "Parts of the trade"), first);
    push(&mut test, TimeCommand::NextPath);
    is_true(&test);
    push(&mut test, ViewCommand::Focus(Strategy::Leland.into()));
    is_true(&test);
    assert!(said(&test, "Parts of the trade").contains("own rule"));
    // A slider is followed in the frame, by the soft band as it was tuned before, and then by its own.
    set(&mut test, "order_book.ask_exponent", "1.03");
    let view = test.state().view();
    let hedge = view.path.whose(&view.focus).unwrap();
    assert_eq!(view.why.through[3].trade, hedge.ledger[3].trade);
    assert!(view.why.tuning);
    tuned(&mut test);
    is_true(&test);
    // Where the soft band is compared itself, it is the one that is compared.
    set(&mut test, "strategies.selected", "delta,soft_band");
    push(&mut test, ViewCommand::Focus(Strategy::SoftBand.into()));
    settle(&mut test);
    tuned(&mut test);
    is_true(&test);
    let own = test
        .state()
        .view()
        .why
        .through
        .iter()
        .map(|taken| taken.reasons.own);
    assert!(own.into_iter().all(|own| own == 0.0));
}

#[test]
fn nothing_is_taken_apart_until_somebody_looks_and_what_is_missing_is_told() {
    let mut test = open(None, Some("paper-year"));
    settle(&mut test);
    test.run_steps(10);
    assert!(test.state().view().why.through.is_empty());
    // Behind the policy, where the tabs are.
    click(&mut test, "Why this trade");
    tuned(&mut test);
    is_true(&test);
    push(&mut test, TimeCommand::GoTo(12));
    let words = "Maturity: nobody decides. What is left is sold, what is missing is bought.";
    assert!(test.query_by_label(words).is_some());
    assert!(said(&test, "Reasons by date").contains("maturity"));
    set(&mut test, "strategies.selected", "");
    let words = "Select a strategy under Strategies on the left to see why it trades.";
    assert!(test.query_by_label(words).is_some());
}

#[test]
fn the_bars_are_reached_by_keyboard_and_pointer_and_move_the_date() {
    let mut test = large("paper-year");
    push(&mut test, TimeCommand::GoTo(4));
    let bars = |test: &Test| {
        let node = test.get_by_role_and_label(Role::GraphicsDocument, "Reasons by date");
        node.rect()
    };
    for _ in 0..200 {
        press(&mut test, Modifiers::NONE, Key::Tab);
        let node = test.get_by_role_and_label(Role::GraphicsDocument, "Reasons by date");
        if node.accesskit_node().is_focused() {
            break;
        }
    }
    press(&mut test, Modifiers::NONE, Key::ArrowRight);
    assert_eq!(test.state().view().step, 5);
    is_true(&test);
    let rect = bars(&test);
    let at = pos2(rect.right() - 8.0, rect.center().y);
    test.event(Event::PointerMoved(at));
    for pressed in [true, false] {
        test.event(Event::PointerButton {
            pos: at,
            button: PointerButton::Primary,
            pressed,
            modifiers: Modifiers::NONE,
        });
    }
    test.run_steps(3);
    assert_eq!(test.state().view().step, 12);
    // What the pointer rests on is marked in all other views.
    let at = pos2(rect.left() + 0.5 * rect.width(), rect.center().y);
    test.event(Event::PointerMoved(at));
    test.run_steps(3);
    assert_eq!(test.state().view().hover.step, Some(6));
    assert!(test.query_by_label_contains("date 6\ndelta").is_some());
}

#[test]
fn each_part_says_what_it_is_under_the_pointer() {
    let mut test = open(None, Some("paper-year"));
    settle(&mut test);
    click(&mut test, "Why this trade");
    tuned(&mut test);
    let rect = test
        .get_by_role_and_label(Role::GraphicsDocument, "Parts of the trade")
        .rect();
    let mut told = Vec::new();
    for share in 0..60 {
        let y = rect.top() + rect.height() * (share as f32 + 0.5) / 60.0;
        test.event(Event::PointerMoved(pos2(rect.left() + 30.0, y)));
        test.run_steps(2);
        for words in [
            "From the position held",
            "grows faster than cash",
            "Crossing the spread",
            "Size costs more than proportionally",
            "not back yet",
            "What only the network knows",
            "The sum of all parts",
        ] {
            if test.query_by_label_contains(words).is_some() && !told.contains(&words) {
                told.push(words);
            }
        }
    }
    assert_eq!(told.len(), 7, "{told:?}");
}

#[test]
fn a_large_view_says_what_each_part_is_without_a_pointer() {
    let test = large("paper-year");
    for words in [
        "delta: From the position held",
        "waiting: Crossing the spread",
        "network: What only the network knows",
    ] {
        assert!(test.query_by_label_contains(words).is_some(), "{words}");
    }
}

#[test]
fn a_long_path_and_one_without_friction_are_told_too() {
    let mut test = large("paper-frictionless");
    is_true(&test);
    let now = test.state().view().why.now.unwrap().reasons;
    assert_eq!([now.waiting, now.damping, now.memory], [0.0; 3]);
    set(&mut test, "steps", "700");
    settle(&mut test);
    tuned(&mut test);
    let view = test.state().view();
    assert_eq!((view.why.stride, view.why.through.len()), (3, 234));
    assert!(said(&test, "Reasons by date").contains("one date of 3"));
}

#[test]
fn what_is_exported_is_what_the_command_line_writes() {
    let folder = tempfile::tempdir().unwrap();
    let mut test = large("paper-year");
    push(&mut test, TimeCommand::ShowPath(7));
    push(&mut test, TimeCommand::GoTo(4));
    for (at_date, file, more) in [(false, "all.csv", ""), (true, "one.svg", "--date 4")] {
        let file = folder.path().join(file);
        let form = if at_date {
            Form::Svg(file.clone())
        } else {
            Form::Csv(file.clone())
        };
        push(
            &mut test,
            FileCommand::Export(Box::new(ExportAs {
                view: View::Why,
                shape: Shape::Density,
                gaps: false,
                on_average: false,
                at_date,
                rule: 0,
                form,
                sheet: Sheet::default(),
            })),
        );
        until_drawn(&mut test, "a file", |_| file.exists());
        let format = file.extension().unwrap().to_string_lossy().into_owned();
        let line = format!(
            "plot why paper-year --path 7 --focus learned {more} --format {format} --out -"
        );
        let mut command = assert_cmd::Command::cargo_bin("hedgelab").unwrap();
        let output = command.args(line.split_whitespace()).output().unwrap();
        assert!(output.status.success());
        assert!(std::fs::read(&file).unwrap() == output.stdout, "{line}");
    }
}
