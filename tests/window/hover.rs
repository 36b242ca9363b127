//! The pointer rests on a date or on a strategy: every view tells it, and every other shows it.

use crate::common::{Test, until_drawn};
use egui::accesskit::Role;
use egui::{Event, Pos2, Rect, Shape, pos2, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use hedgelab::app::command::{Hover, TrainingCommand, ViewCommand};
use hedgelab::app::view::PolicyChart;
use hedgelab::app::window::{Setup, Window};
use hedgelab::policy::Who;
use hedgelab::scenario::Strategy;

fn open() -> Test {
    let mut test = Harness::builder()
        .with_size(vec2(1280.0, 1080.0))
        .with_max_steps(60)
        .build_eframe(|creation| Window::new(&creation.egui_ctx, &Setup::default()).unwrap());
    test.run_steps(3);
    until_drawn(&mut test, "a distribution", |test| {
        !test.state().view().computing
    });
    test
}

fn plot(test: &Test, name: &str) -> Rect {
    test.get_by_role_and_label(Role::GraphicsDocument, name)
        .rect()
}

fn point(test: &mut Test, at: Pos2) -> Hover {
    test.event(Event::PointerMoved(at));
    test.run_steps(2);
    test.state().view().hover.clone()
}

fn leave(test: &mut Test) {
    test.event(Event::PointerGone);
    test.run_steps(2);
}

/// The strategies that are told of while the pointer moves down through a plot.
fn met(test: &mut Test, rect: Rect, share: f32) -> Vec<Strategy> {
    let x = rect.left() + share * rect.width();
    let mut met = Vec::new();
    for y in 0..80 {
        let y = rect.top() + rect.height() * y as f32 / 79.0;
        if let Some(who) = point(test, pos2(x, y)).who {
            met.push(who.kind);
        }
    }
    leave(test);
    met.sort();
    met.dedup();
    met
}

#[test]
fn the_curves_of_distributions_and_policies_tell_whose_they_are() {
    let mut test = open();
    let rect = plot(&test, "Density of hedging errors");
    let found = met(&mut test, rect, 0.28);
    assert!(found.contains(&Strategy::Learned), "{found:?}");
    assert!(found.contains(&Strategy::Delta), "{found:?}");
    let rect = plot(&test, "Policy curves");
    let found = met(&mut test, rect, 0.3);
    assert_eq!(found, [Strategy::Delta, Strategy::Learned]);
}

#[test]
fn a_trainings_lines_tell_whose_they_are() {
    let mut test = open();
    test.state_mut().push(TrainingCommand::Afresh);
    until_drawn(&mut test, "a check", |test| {
        test.state().view().curves.checks.len() > 1
    });
    test.state_mut().push(TrainingCommand::Toggle);
    test.run_steps(3);
    let rect = plot(&test, "Training course");
    let found = met(&mut test, rect, 0.7);
    assert!(found.contains(&Strategy::Delta), "{found:?}");
}

#[test]
fn the_ledger_tells_date_and_strategy() {
    let mut test = open();
    test.get_by_label("Ledger").click();
    test.run_steps(3);
    let row = test.get_by_label_contains("date 2, price").rect();
    let hover = point(&mut test, row.left_center() + vec2(30.0, 0.0));
    assert_eq!((hover.step, hover.who), (Some(2), None));
    let hover = point(&mut test, row.left_center() + vec2(200.0, 0.0));
    assert_eq!(hover.step, Some(2));
    assert_eq!(hover.who.unwrap().kind, Strategy::Learned);
    let name = test.get_by_label("Learned's ledger").rect().center();
    assert_eq!(point(&mut test, name).who.unwrap().kind, Strategy::Learned);
}

#[test]
fn the_time_line_and_a_map_over_time_tell_the_date() {
    let mut test = open();
    let slider = test.get_by_role_and_label(Role::Slider, "Time").rect();
    let last = test.state().view().scenario.steps;
    assert_eq!(point(&mut test, slider.center()).step, Some(last / 2));
    assert!(test.query_by_label("date 6").is_some());
    let end = slider.right_center() - vec2(3.0, 0.0);
    assert_eq!(point(&mut test, end).step, Some(last));
    test.state_mut()
        .push(ViewCommand::Policy(PolicyChart::SpotTime));
    leave(&mut test);
    let map = plot(&test, "Policy map");
    let hover = point(&mut test, map.center());
    assert!(hover.step.unwrap().abs_diff(last / 2) < 3, "{hover:?}");
}

#[test]
fn a_strategy_under_the_pointer_in_the_controls_is_told_if_it_takes_part() {
    let mut test = open();
    let tick = |name| test.get_by_role_and_label(Role::CheckBox, name).rect();
    let (learned, band) = (tick("Learned").center(), tick("Soft band").center());
    let hover = point(&mut test, learned);
    assert_eq!(hover.who.unwrap().kind, Strategy::Learned);
    if test.ctx.content_rect().contains(band) {
        assert_eq!(point(&mut test, band).who, None);
    }
}

/// What is drawn within a part of the window.
fn drawn(test: &Test, within: Rect) -> Vec<String> {
    fn collect(shape: &Shape, within: Rect, found: &mut Vec<String>) {
        match shape {
            Shape::Vec(shapes) => shapes.iter().for_each(|s| collect(s, within, found)),
            Shape::Mesh(_) | Shape::Callback(_) | Shape::Noop => {}
            shape if within.contains(shape.visual_bounding_rect().center()) => {
                found.push(format!("{shape:?}"));
            }
            _ => {}
        }
    }
    let mut found = Vec::new();
    for shape in &test.output().shapes {
        collect(&shape.shape, within, &mut found);
    }
    found
}

/// The parts of the window that do not show what the pointer rests on.
fn silent(test: &mut Test, parts: &[(&'static str, Rect)], at: Pos2) -> Vec<&'static str> {
    leave(test);
    let before: Vec<_> = parts.iter().map(|(_, rect)| drawn(test, *rect)).collect();
    point(test, at);
    let mut silent = Vec::new();
    for ((name, rect), before) in parts.iter().zip(before) {
        if drawn(test, *rect) == before {
            silent.push(*name);
        }
    }
    silent
}

#[test]
fn every_view_shows_the_strategy_that_is_pointed_at_elsewhere() {
    let mut test = open();
    let trade = test.get_by_label_contains("Delta now:").rect();
    let row = test.get_by_label_contains("Delta: mean").rect();
    let parts = [
        ("positions", plot(&test, "Positions by date")),
        ("costs", plot(&test, "Cost by date")),
        ("distribution", plot(&test, "Density of hedging errors")),
        ("policy", plot(&test, "Policy curves")),
        ("table", row),
        ("book", trade),
    ];
    let tick = test.get_by_role_and_label(Role::CheckBox, "Delta").rect();
    assert_eq!(silent(&mut test, &parts, tick.center()), [""; 0]);
    test.get_by_label("Ledger").click();
    test.run_steps(3);
    let ledger = [("ledger", test.get_by_label("Learned's ledger").rect())];
    let tick = test.get_by_role_and_label(Role::CheckBox, "Learned").rect();
    assert_eq!(silent(&mut test, &ledger, tick.center()), [""; 0]);
}

#[test]
fn every_view_over_time_shows_the_date_that_is_pointed_at_elsewhere() {
    let mut test = open();
    test.state_mut()
        .push(ViewCommand::Policy(PolicyChart::SpotTime));
    test.run_steps(3);
    let slider = test.get_by_role_and_label(Role::Slider, "Time").rect();
    let strip = plot(&test, "Positions by date");
    let parts = [
        ("liquidity", plot(&test, "Liquidity by date and price")),
        ("price", plot(&test, "Price by date")),
        ("positions", strip),
        ("costs", plot(&test, "Cost by date")),
        ("map", plot(&test, "Policy map")),
    ];
    assert_eq!(silent(&mut test, &parts, slider.center()), [""; 0]);
    let time = [("time line", slider)];
    assert_eq!(silent(&mut test, &time, strip.center()), [""; 0]);
    test.get_by_label("Ledger").click();
    test.run_steps(3);
    let row = test.get_by_label_contains("date 6, price").rect();
    let ledger = [("ledger", row)];
    assert_eq!(silent(&mut test, &ledger, slider.center()), [""; 0]);
}

#[test]
fn a_strategy_that_is_pointed_at_is_a_name_and_a_kind() {
    let mut test = open();
    let row = test.get_by_label_contains("Leland: mean").rect();
    let hover = point(&mut test, row.center());
    assert_eq!(hover.who, Some(Who::from(Strategy::Leland)));
}
