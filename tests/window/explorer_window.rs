//! The explorer in the window: what is drawn is what the domain computes, it follows what moves, and a click
//! goes there.

use crate::common::{Test, click, open, push, set, settle, until_drawn};
use egui::accesskit::Role;
use egui::{Event, Modifiers, PointerButton, Rect, pos2};
use egui_kittest::kittest::{NodeT, Queryable};
use hedgelab::app::command::{
    DocumentCommand, ExportAs, FileCommand, LayoutCommand, TimeCommand, TrainingCommand,
    ViewCommand,
};
use hedgelab::engine::Form;
use hedgelab::explore::{Chosen, Colour, Dimension, Look, Map, State, Whose};
use hedgelab::figure::Sheet;
use hedgelab::gallery::{Shape, View};
use hedgelab::scenario::Strategy;
use std::ops::ControlFlow;

/// What a screen reader says of the map.
fn said(test: &Test) -> String {
    let node = test.get_by_role_and_label(Role::GraphicsDocument, "Explorer map");
    node.accesskit_node().value().unwrap_or_default()
}

fn rect(test: &Test) -> Rect {
    test.get_by_role_and_label(Role::GraphicsDocument, "Explorer map")
        .rect()
}

fn look(across: Dimension, up: Dimension, colour: Colour) -> Look {
    Look {
        across,
        up,
        colour,
        chosen: Chosen::default(),
    }
}

fn large(preset: &str) -> Test {
    let mut test = open(None, Some(preset));
    push(&mut test, LayoutCommand::Large("explorer"));
    settle(&mut test);
    drawn(&mut test);
    test
}

/// Waits until the full map of what is on screen is drawn.
fn drawn(test: &mut Test) {
    until_drawn(test, "a full map", |test| {
        let view = test.state().view();
        let explorer = &view.explorer;
        explorer.picture.as_ref().is_some_and(|picture| {
            let ask = &picture.explored().ask;
            let axes = ask.axes.map(|wanted| wanted.dimension);
            !picture.coarse
                && ask.scenario == view.scenario
                && ask.state == explorer.state
                && axes == [explorer.look.across, explorer.look.up]
                && picture.colour == explorer.look.colour
        })
    });
}

/// That what is drawn is what the domain computes, in the state of the path.
fn is_true(test: &Test) {
    let view = test.state().view();
    let explorer = &view.explorer;
    let picture = explorer.picture.as_ref().unwrap();
    let (ask, map) = (&picture.explored().ask, picture.map().unwrap());
    let go_on = || ControlFlow::Continue(());
    assert_eq!(&Map::of(ask, 200, &go_on).unwrap().unwrap(), map);
    let hedge = view.path.of(Strategy::Learned).unwrap();
    let line = &hedge.ledger[view.step.min(view.scenario.steps - 1)];
    let on_path = State::before(&view.scenario, line);
    let chosen = on_path.chosen(&explorer.look.chosen, &view.scenario);
    assert_eq!(explorer.state, chosen);
    if explorer.look.chosen == Chosen::default() && matches!(ask.whose, Whose::Trained(..)) {
        // The policy on screen holds here what it holds on the path.
        let held = map.at_here.unwrap().held;
        assert!(
            (held - line.position).abs() < 1e-4,
            "{held} {}",
            line.position
        );
    }
    let here = map.at_here.unwrap();
    let shares = view.digits.shares(here.held);
    assert!(
        said(test).contains(&format!("here it holds {shares}")),
        "{}",
        said(test)
    );
}

#[test]
fn what_is_drawn_is_what_the_domain_computes_and_follows_what_moves() {
    let mut test = large("paper-year");
    is_true(&test);
    assert!(said(&test).contains("made at once for each point"));
    for (across, up, colour) in [
        (Dimension::Spot, Dimension::Position, Colour::LessDelta),
        (Dimension::Date, Dimension::Gain, Colour::Trade),
        (Dimension::Spot, Dimension::Volatility, Colour::Held),
    ] {
        push(&mut test, ViewCommand::Explore(look(across, up, colour)));
        drawn(&mut test);
        is_true(&test);
        push(&mut test, TimeCommand::StepBy(1));
        drawn(&mut test);
        is_true(&test);
    }
    let before = test
        .state()
        .view()
        .explorer
        .picture
        .as_ref()
        .unwrap()
        .version;
    set(&mut test, "market.drift", "0.15");
    drawn(&mut test);
    is_true(&test);
    assert!(
        test.state()
            .view()
            .explorer
            .picture
            .as_ref()
            .unwrap()
            .version
            > before
    );
    push(&mut test, TimeCommand::NextPath);
    drawn(&mut test);
    is_true(&test);
}

#[test]
fn the_map_is_there_coarse_at_once_and_then_in_full() {
    let mut test = large("paper-year");
    let axes = look(Dimension::Volatility, Dimension::AskExponent, Colour::Held);
    push(&mut test, ViewCommand::Explore(axes));
    drawn(&mut test);
    let picture = test.state().view().explorer.picture.clone().unwrap();
    assert_eq!(picture.image.size, [200, 200]);
    is_true(&test);
}

#[test]
fn numbers_of_the_state_are_chosen_beside_the_map_and_taken_back() {
    let mut test = large("paper-year");
    let wide = look(Dimension::Spot, Dimension::Gain, Colour::Held);
    push(&mut test, ViewCommand::Explore(wide));
    drawn(&mut test);
    // What is along an axis cannot be chosen.
    assert!(test.query_by_label("Explorer S").is_none());
    test.get_by_label("Explorer X").focus();
    test.run_steps(2);
    test.key_press_modifiers(Modifiers::COMMAND, egui::Key::A);
    test.run_steps(1);
    test.get_by_label("Explorer X").type_text("0.25");
    test.run_steps(2);
    test.key_press(egui::Key::Enter);
    test.run_steps(3);
    assert_eq!(test.state().view().explorer.state.position, 0.25);
    drawn(&mut test);
    is_true(&test);
    click(&mut test, "this path's");
    let look = test.state().view().explorer.look;
    assert_eq!(look.chosen, Chosen::default());
}

#[test]
fn a_click_goes_there_and_undo_comes_back() {
    let mut test = large("paper-year");
    let before = test.state().view().scenario.clone();
    let rect = rect(&test);
    let at = pos2(
        rect.left() + 0.4 * rect.width(),
        rect.top() + 0.4 * rect.height(),
    );
    test.event(Event::PointerMoved(at));
    test.run_steps(3);
    assert!(test.query_by_label_contains("held after:").is_some());
    for pressed in [true, false] {
        test.event(Event::PointerButton {
            pos: at,
            button: PointerButton::Primary,
            pressed,
            modifiers: Modifiers::NONE,
        });
    }
    test.run_steps(3);
    let view = test.state().view();
    let alpha = view.scenario.order_book.ask_exponent;
    assert!(alpha > before.order_book.ask_exponent, "{alpha}");
    // The other side moved alike, and the price was chosen.
    assert!((view.scenario.order_book.bid_exponent - (2.0 - alpha)).abs() < 1e-9);
    assert!(view.explorer.look.chosen.of(Dimension::Spot).is_some());
    drawn(&mut test);
    is_true(&test);
    push(&mut test, DocumentCommand::Undo);
    assert_eq!(test.state().view().scenario, before);
}

#[test]
fn beyond_what_it_knows_is_hatched_and_said() {
    let mut test = large("paper-year");
    set(&mut test, "market.volatility", "0.9");
    drawn(&mut test);
    let axes = look(Dimension::Spot, Dimension::Volatility, Colour::Held);
    push(&mut test, ViewCommand::Explore(axes));
    drawn(&mut test);
    let picture = test.state().view().explorer.picture.clone().unwrap();
    assert!(!picture.unknown.is_empty());
    assert!(said(&test).contains("where it is hatched the policy was not trained"));
    let words = "· hatched: not trained there";
    assert!(test.query_by_label(words).is_some());
    let rect = rect(&test);
    test.event(Event::PointerMoved(pos2(
        rect.center().x,
        rect.top() + 20.0,
    )));
    test.run_steps(3);
    assert!(
        test.query_by_label_contains("answers for 0.0500 to 0.6000")
            .is_some()
    );
}

#[test]
fn a_policy_that_knows_one_scenario_says_so_over_scenarios() {
    let mut test = large("paper-year");
    push(&mut test, TrainingCommand::AtOnce(false));
    set(&mut test, "market.volatility", "0.25");
    until_drawn(&mut test, "a word", |test| {
        test.state().view().explorer.refused.is_some()
    });
    let words = "a policy that was trained or loaded knows one";
    assert!(test.query_by_label_contains(words).is_some());
    let axes = look(Dimension::Spot, Dimension::Position, Colour::Held);
    push(&mut test, ViewCommand::Explore(axes));
    drawn(&mut test);
    assert!(said(&test).contains("the policy on screen"));
}

#[test]
fn nothing_is_drawn_until_somebody_looks() {
    let mut test = open(None, Some("paper-year"));
    settle(&mut test);
    test.run_steps(10);
    assert!(test.state().view().explorer.picture.is_none());
    click(&mut test, "Explorer");
    drawn(&mut test);
    is_true(&test);
}

#[test]
fn what_is_exported_is_what_the_command_line_writes() {
    let folder = tempfile::tempdir().unwrap();
    let mut test = large("paper-year");
    let axes = look(Dimension::Spot, Dimension::Position, Colour::LessDelta);
    push(&mut test, ViewCommand::Explore(axes));
    push(&mut test, TimeCommand::ShowPath(7));
    push(&mut test, TimeCommand::GoTo(4));
    for ending in ["csv", "svg"] {
        let file = folder.path().join(format!("map.{ending}"));
        let form = if ending == "csv" {
            Form::Csv(file.clone())
        } else {
            Form::Svg(file.clone())
        };
        push(
            &mut test,
            FileCommand::Export(Box::new(ExportAs {
                view: View::Explorer,
                shape: Shape::Density,
                gaps: false,
                on_average: false,
                at_date: false,
                rule: 0,
                form,
                sheet: Sheet::default(),
            })),
        );
        until_drawn(&mut test, "a file", |_| file.exists());
        let line = format!(
            "plot explorer paper-year --learned preset --path 7 --date 4 --x spot --y position \
             --colour less-delta --format {ending} --out -"
        );
        let mut command = assert_cmd::Command::cargo_bin("hedgelab").unwrap();
        let output = command.args(line.split_whitespace()).output().unwrap();
        assert!(output.status.success());
        assert!(std::fs::read(&file).unwrap() == output.stdout, "{line}");
    }
}
