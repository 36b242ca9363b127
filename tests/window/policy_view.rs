//! The policy view through the widget tree: the state that it is looked at in, the paper's figures,
//! and the shipped policies beside what the paper shows.

use crate::common::{said, type_into};
use egui::accesskit::Role;
use egui::{Key, Modifiers, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use hedgelab::app::command::{DocumentCommand, ViewCommand};
use hedgelab::app::view::{PolicyChart, PolicyView, Probe, Quantity};
use hedgelab::app::window::{Setup, Window};
use std::path::Path;
use std::sync::Arc;

type Test = Harness<'static, Window>;

fn sized(setup: Setup, size: egui::Vec2) -> Test {
    let mut test = Harness::builder()
        .with_size(size)
        .with_max_steps(60)
        // Two clicks within a quarter of a second are a double click.
        .with_step_dt(1.0 / 60.0)
        .build_eframe(move |creation| Window::new(&creation.egui_ctx, &setup).unwrap());
    test.run_steps(2);
    test
}

fn open(preset: &str) -> Test {
    let setup = Setup {
        preset: Some(preset.into()),
        ..Setup::default()
    };
    sized(setup, vec2(1280.0, 800.0))
}

fn in_folder(folder: &Path) -> Test {
    let setup = Setup {
        folder: Some(folder.join("config")),
        ..Setup::default()
    };
    sized(setup, vec2(1280.0, 800.0))
}

fn policy(test: &Test) -> Arc<PolicyView> {
    test.state().view().policy.clone()
}

fn choose(test: &mut Test, chart: PolicyChart) -> Arc<PolicyView> {
    test.state_mut().push(ViewCommand::Policy(chart));
    test.run_steps(3);
    policy(test)
}

fn click(test: &mut Test, name: &str) {
    test.get_by_label(name).click();
    test.run_steps(2);
}

#[test]
fn the_policy_is_looked_at_in_another_state_by_hand_and_back() {
    let mut test = open("paper-year");
    let before = policy(&test);
    let point = before.point.unwrap();
    // The picture tells its curves apart by V, so there is no V to choose.
    assert!(test.query_by_label("Policy V").is_none());
    type_into(&mut test, "Policy X", "0");
    let probed = policy(&test);
    assert_eq!(probed.state.position, 0.0);
    let apart = |a: &PolicyView, b: &PolicyView| {
        let pairs = a.curves[2].points.iter().zip(&b.curves[2].points);
        pairs.fold(0.0, |most: f64, (a, b)| most.max((a.y - b.y).abs()))
    };
    assert!(apart(&before, &probed) > 0.02);
    // The path's own curve and its point stay.
    assert_eq!(probed.point, Some(point));
    assert_eq!(probed.on_path, before.on_path);
    choose(&mut test, PolicyChart::ByPosition);
    type_into(&mut test, "Policy V", "-181");
    assert_eq!(policy(&test).state.value, -181.0);
    assert!(said(&test, "Policy curves").contains("portfolio value −181"));
    type_into(&mut test, "Policy date", "2");
    assert_eq!(policy(&test).state.step, 2);
    click(&mut test, "this path's");
    assert_eq!(policy(&test).state, policy(&test).on_path);
    assert!(test.query_by_label("this path's").is_none());
    // Passing through a field changes nothing.
    test.get_by_label("Policy V").focus();
    test.run_steps(2);
    test.key_press(Key::Tab);
    test.run_steps(3);
    assert_eq!(policy(&test).probe, Probe::default());
}

#[test]
fn with_room_sliders_stand_beside_the_picture_and_a_double_click_goes_back() {
    let setup = Setup {
        preset: Some("paper-year".into()),
        ..Setup::default()
    };
    let mut test = sized(setup, vec2(1920.0, 1200.0));
    let name = Quantity::AskMemory.meaning();
    let slider = test.get_by_role_and_label(Role::Slider, name);
    let picture = test.get_by_role_and_label(Role::GraphicsDocument, "Policy curves");
    assert!(slider.rect().left() > picture.rect().right());
    slider.set_value_accesskit(2.5);
    test.run_steps(3);
    assert_eq!(policy(&test).state.memory.ask, 2.5);
    let at = test
        .get_by_role_and_label(Role::Slider, name)
        .rect()
        .center();
    test.event(egui::Event::PointerMoved(at));
    for pressed in [true, false, true, false] {
        test.event(egui::Event::PointerButton {
            pos: at,
            button: egui::PointerButton::Primary,
            pressed,
            modifiers: Modifiers::NONE,
        });
    }
    test.step();
    test.run_steps(3);
    assert_eq!(policy(&test).state, policy(&test).on_path);
}

#[test]
fn what_was_chosen_comes_back_at_the_next_start_and_undo_takes_it_back() {
    let folder = tempfile::tempdir().unwrap();
    let mut test = in_folder(folder.path());
    let probe = Probe::default().with(Quantity::Position, Some(0.25));
    test.state_mut().push(ViewCommand::Probe(probe));
    test.run_steps(2);
    choose(&mut test, PolicyChart::ByAskMemory);
    test.state().keep();
    drop(test);
    let mut test = in_folder(folder.path());
    assert_eq!(policy(&test).chart, PolicyChart::ByAskMemory);
    assert_eq!(policy(&test).probe, probe);
    choose(&mut test, PolicyChart::SpotTime);
    for x in [0.5, 0.6, 0.7] {
        let probe = Probe::default().with(Quantity::Position, Some(x));
        test.state_mut().push(ViewCommand::Probe(probe));
        test.run_steps(2);
    }
    let undo = |test: &mut Test| {
        test.state_mut().push(DocumentCommand::Undo);
        test.run_steps(3);
    };
    // One drag is one step.
    undo(&mut test);
    assert_eq!(policy(&test).probe, probe);
    assert_eq!(policy(&test).chart, PolicyChart::SpotTime);
    undo(&mut test);
    assert_eq!(policy(&test).chart, PolicyChart::ByAskMemory);
    test.state_mut().push(DocumentCommand::Redo);
    test.run_steps(3);
    assert_eq!(policy(&test).chart, PolicyChart::SpotTime);
}

#[test]
fn every_chart_draws_at_every_date_and_says_what_it_shows() {
    let mut test = open("paper-year");
    for (chart, name) in PolicyChart::ALL {
        for step in [0, 6, 12] {
            let go = hedgelab::app::command::TimeCommand::GoTo(step);
            test.state_mut().push(go);
            let view = choose(&mut test, chart);
            assert!(view.point.is_some(), "{name}");
            let plot = if view.map.is_some() {
                "Policy map"
            } else {
                "Policy curves"
            };
            let said = said(&test, plot);
            assert!(
                said.contains("Learned") && said.contains("on the path"),
                "{said}"
            );
        }
    }
}

#[test]
fn a_whole_map_is_made_well_within_a_frame() {
    let mut test = open("paper-year");
    test.run_steps(5);
    let mut times: Vec<f64> = (0..12)
        .map(|i| {
            let chart = if i % 2 == 0 {
                PolicyChart::SpotPositionLessDelta
            } else {
                PolicyChart::SpotPosition
            };
            test.state_mut().push(ViewCommand::Policy(chart));
            let began = cpu_seconds();
            test.step();
            cpu_seconds() - began
        })
        .collect();
    times.sort_by(f64::total_cmp);
    // The whole frame with it, on a machine that is busy.
    assert!(times[6] < 0.05, "{times:?}");
}

/// Time that this thread had on a processor.
fn cpu_seconds() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    let nanoseconds: f64 = text.split(' ').next().unwrap().parse().unwrap();
    1e-9 * nanoseconds
}

/// How much more a curve holds at 1300 than at 700, and the most it holds (shares).
fn shape(view: &PolicyView, place: usize) -> (f64, f64) {
    let points = &view.curves[place].points;
    let rise = points[points.len() - 1].y - points[0].y;
    (rise, points.iter().map(|p| p.y).fold(0.0, f64::max))
}

/// How far the curves lie apart at most.
fn apart(view: &PolicyView) -> f64 {
    let count = view.curves[0].points.len();
    let gaps = (0..count).map(|i| {
        let held: Vec<f64> = view.curves.iter().map(|curve| curve.points[i].y).collect();
        let most = held.iter().copied().fold(f64::MIN, f64::max);
        most - held.iter().copied().fold(f64::MAX, f64::min)
    });
    gaps.fold(0.0, f64::max)
}

#[test]
fn the_shipped_policies_show_what_the_papers_figures_1_and_2_show() {
    let first = choose(&mut open("figure-1"), PolicyChart::PaperFigure);
    let (steep, most) = shape(&first, 0);
    let (flat, least) = shape(&first, 5);
    // The lower V, the steeper the curve and the larger the position in the money.
    assert!(steep > 2.0 * flat, "{steep} {flat}");
    assert!(
        most > 1.5 && most < 2.2 && most > least + 0.3,
        "{most} {least}"
    );
    let second = choose(&mut open("figure-2"), PolicyChart::PaperFigure);
    let (damped, held) = shape(&second, 0);
    // Impact damps all of it.
    assert!(damped < 0.8 * steep && held < most - 0.2, "{damped} {held}");
    assert!(apart(&second) < 0.6 * apart(&first));
}
