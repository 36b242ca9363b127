//! The window, driven through its widget tree as a person or a screen reader would.

use crate::common::{Test, drop_file, press, type_into, until};
use egui::accesskit::{Action, Role};
use egui::{Key, Modifiers, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use hedgelab::app::window::{Setup, Window};
use hedgelab::engine::{Event, Phase};
use hedgelab::presets;
use hedgelab::scenario::Strategy;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

fn open(setup: Setup) -> Test {
    let mut test = Harness::builder()
        .with_size(vec2(1280.0, 800.0))
        .with_max_steps(60)
        .build_eframe(move |creation| Window::new(&creation.egui_ctx, &setup).unwrap());
    test.run_steps(2);
    test
}

fn fresh() -> Test {
    open(Setup::default())
}

fn in_folder(folder: &Path) -> Test {
    open(Setup {
        folder: Some(folder.to_owned()),
        preset: None,
    })
}

fn settle(test: &mut Test) {
    until(test, "a full distribution", |test| {
        !test.state().view().computing
    });
}

fn click(test: &mut Test, name: &str) {
    test.get_by_label(name).click();
    test.run_steps(2);
}

fn tick(test: &mut Test, name: &str) {
    test.get_by_role_and_label(Role::CheckBox, name)
        .click_accesskit();
    test.run_steps(2);
}

fn slide(test: &mut Test, name: &str, value: f64) {
    test.get_by_role_and_label(Role::Slider, name)
        .set_value_accesskit(value);
    test.run_steps(2);
}

fn volatility(test: &Test) -> f64 {
    test.state().view().scenario.market.volatility
}

/// A short training on a small network.
fn quick(test: &mut Test) {
    test.get_by_label("Training section").scroll_to_me();
    test.run_steps(4);
    click(test, "Training section");
    test.run_steps(4);
    type_into(test, "Iterations value", "60");
    type_into(test, "Validation value", "2000");
}

#[test]
fn it_opens_alive_without_a_button_pressed() {
    let mut test = fresh();
    assert_eq!(test.state().view().preset, "paper-year");
    assert!(!test.state().view().path.strategies.is_empty());
    settle(&mut test);
    let outcomes = test.state().view().outcomes.clone().unwrap();
    assert_eq!(outcomes.paths, 100_000);
    for view in ["Order book now", "Through time", "Policy", "Hedging error"] {
        assert!(test.query_by_label(view).is_some(), "{view}");
    }
}

/// Whatever can be clicked, focused or read as a value, of every role, that says no name.
fn nameless(test: &Test) -> Vec<String> {
    test.root()
        .children_recursive()
        .map(|node| node.accesskit_node())
        .filter(|node| !node.is_hidden() && !node.data().is_read_only())
        .filter(|node| {
            let data = node.data();
            data.supports_action(Action::Click)
                || data.supports_action(Action::Focus)
                || data.numeric_value().is_some()
        })
        // The tiles' splitters and bars, and scroll bars: what they move has a name.
        .filter(|node| !matches!(node.role(), Role::Unknown | Role::ScrollBar))
        .filter(|node| node.label().is_none_or(|label| label.trim().is_empty()))
        .filter(|node| {
            node.data()
                .value()
                .is_none_or(|value| value.trim().is_empty())
        })
        .map(|node| format!("{:?} at {:?}", node.role(), node.bounding_box()))
        .collect()
}

#[test]
fn every_widget_of_every_role_has_a_name() {
    let mut test = fresh();
    settle(&mut test);
    assert_eq!(test.unnamed_widgets(), Vec::<String>::new());
    assert_eq!(nameless(&test), Vec::<String>::new());
    for name in ["Help", "Look menu", "Views menu"] {
        click(&mut test, name);
        assert_eq!(nameless(&test), Vec::<String>::new(), "{name}");
        test.key_press(Key::Escape);
        test.run_steps(2);
    }
}

#[test]
fn an_idle_window_draws_nothing() {
    let mut test = fresh();
    settle(&mut test);
    test.try_run().unwrap();
    let viewport = test.output().viewport_output.values().next().unwrap();
    assert!(viewport.repaint_delay > Duration::from_hours(1));
}

#[test]
fn a_slider_moves_book_path_and_baselines_at_once_and_the_distribution_after() {
    let mut test = fresh();
    settle(&mut test);
    let before = test.state().view().outcomes.clone().unwrap().rows[0].statistics;
    let price = test.state().view().path.prices[12];
    slide(&mut test, "Volatility σ", 0.3);
    assert_eq!(volatility(&test), 0.3);
    assert!(test.state().view().computing);
    assert!((test.state().view().path.prices[12] - price).abs() > 1.0);
    settle(&mut test);
    let after = test.state().view().outcomes.clone().unwrap().rows[0].statistics;
    assert!(after.rmse.value.unwrap() > before.rmse.value.unwrap());
}

#[test]
fn undo_and_redo_cover_parameters() {
    let mut test = fresh();
    slide(&mut test, "Volatility σ", 0.3);
    slide(&mut test, "Drift μ", 0.05);
    press(&mut test, Modifiers::COMMAND, Key::Z);
    assert_eq!(test.state().view().scenario.market.drift, 0.1);
    press(&mut test, Modifiers::COMMAND, Key::Z);
    assert_eq!(volatility(&test), 0.1898);
    press(&mut test, Modifiers::COMMAND | Modifiers::SHIFT, Key::Z);
    assert_eq!(volatility(&test), 0.3);
    assert!(test.query_by_label("Changes").is_some());
}

#[test]
fn keys_move_the_time_cursor_and_the_path() {
    let mut test = fresh();
    press(&mut test, Modifiers::NONE, Key::Home);
    assert_eq!(test.state().view().step, 0);
    press(&mut test, Modifiers::NONE, Key::ArrowRight);
    assert_eq!(test.state().view().step, 1);
    press(&mut test, Modifiers::NONE, Key::End);
    assert_eq!(test.state().view().step, 12);
    assert!(test.state().view().book.at_maturity);
    let first = test.state().view().path.number;
    press(&mut test, Modifiers::NONE, Key::N);
    assert_eq!(
        test.state().view().path.number,
        first.map(|number| number + 1)
    );
    press(&mut test, Modifiers::NONE, Key::Space);
    assert!(test.state().view().playing);
    until(&mut test, "the end", |test| {
        !test.state().view().playing && test.state().view().step == 12
    });
}

#[test]
fn worst_median_and_best_bring_up_their_paths() {
    let mut test = fresh();
    settle(&mut test);
    let outcomes = test.state().view().outcomes.clone().unwrap();
    let focus = &test.state().view().focus.clone();
    let known = outcomes.row(focus).unwrap().representatives;
    click(&mut test, "worst");
    assert_eq!(test.state().view().path.number, Some(known.worst));
    let shown = test.state().view().path.of(focus).unwrap().settlement.error;
    let largest = outcomes.row(focus).unwrap().statistics.max.value.unwrap();
    assert!((shown - largest).abs() < 1e-6 * largest.abs());
    click(&mut test, "best");
    assert_eq!(test.state().view().path.number, Some(known.best));
}

#[test]
fn strategies_join_and_leave_the_comparison() {
    let mut test = fresh();
    tick(&mut test, "Band");
    settle(&mut test);
    let view = test.state().view();
    assert!(view.path.of(Strategy::Band).is_some());
    assert!(
        view.outcomes
            .as_ref()
            .unwrap()
            .row(Strategy::Band)
            .is_some()
    );
    tick(&mut test, "Band");
    assert!(test.state().view().path.of(Strategy::Band).is_none());
}

#[test]
fn a_pinned_scenario_is_compared_with_paired_errors() {
    let mut test = fresh();
    click(&mut test, "Pin");
    slide(&mut test, "Ask exponent α", 1.02);
    settle(&mut test);
    let view = test.state().view();
    assert_eq!((view.path.ghosts.len(), view.book.ghosts.len()), (1, 1));
    click(&mut test, "Pin paper-year");
    click(&mut test, "Compare each strategy with its own here");
    settle(&mut test);
    let view = test.state().view();
    let outcomes = view.outcomes.as_ref().unwrap();
    let learned = outcomes.row(Strategy::Learned).unwrap();
    let more = learned.against.as_ref().unwrap().difference.rsmse;
    assert!(more.value.unwrap() > 5.0 * more.se.unwrap());
    assert!(
        view.said.verdict.contains("learned in paper-year"),
        "{}",
        view.said.verdict
    );
    click(&mut test, "Pin paper-year");
    click(&mut test, "Remove");
    settle(&mut test);
    assert!(test.state().view().path.ghosts.is_empty());
    press(&mut test, Modifiers::COMMAND, Key::Z);
    assert_eq!(
        test.state().view().path.ghosts.len(),
        1,
        "undo brings it back"
    );
}

#[test]
fn training_starts_pauses_goes_on_and_finishes() {
    let mut test = fresh();
    quick(&mut test);
    type_into(&mut test, "Iterations value", "3000");
    let phase = |test: &Test| test.state().view().training.as_ref().map(|p| p.phase);
    press(&mut test, Modifiers::NONE, Key::T);
    until(&mut test, "running", |test| {
        phase(test) == Some(Phase::Running)
    });
    press(&mut test, Modifiers::NONE, Key::T);
    until(&mut test, "paused", |test| {
        phase(test) == Some(Phase::Paused)
    });
    let held = test
        .state()
        .view()
        .training
        .as_ref()
        .unwrap()
        .report
        .iteration;
    std::thread::sleep(Duration::from_millis(60));
    test.run_steps(3);
    assert_eq!(
        test.state()
            .view()
            .training
            .as_ref()
            .unwrap()
            .report
            .iteration,
        held
    );
    press(&mut test, Modifiers::NONE, Key::T);
    until(&mut test, "finished", |test| {
        phase(test) == Some(Phase::Finished)
    });
    assert!(test.state().view().learned.policy.is_some());
    assert!(test.state().view().learned.stale.is_empty());
    settle(&mut test);
    let outcomes = test.state().view().outcomes.clone().unwrap();
    assert!(outcomes.row(Strategy::Learned).is_some());
}

#[test]
fn a_learned_policy_is_marked_when_parameters_move_away_and_retraining_clears_the_mark() {
    let mut test = fresh();
    quick(&mut test);
    press(&mut test, Modifiers::NONE, Key::T);
    until(&mut test, "trained", |test| {
        test.state()
            .view()
            .training
            .as_ref()
            .is_some_and(|p| p.phase == Phase::Finished)
    });
    assert!(
        test.query_by_label("trained for other parameters")
            .is_none()
    );
    slide(&mut test, "Volatility σ", 0.25);
    assert!(
        test.query_by_label("trained for other parameters")
            .is_some()
    );
    assert_eq!(*test.state().view().learned.stale, ["volatility"]);
    test.get_all_by_label("Retrain").next().unwrap().click();
    until(&mut test, "retrained", |test| {
        test.state().view().learned.stale.is_empty()
    });
    // Undoing brings the mark back; auto-retrain clears it without a hand.
    until(&mut test, "finished", |test| {
        !test.state().view().is_training()
    });
    press(&mut test, Modifiers::COMMAND, Key::Z);
    assert!(!test.state().view().learned.stale.is_empty());
    test.get_by_label("Auto-retrain").click();
    until(&mut test, "retrained by itself", |test| {
        test.state().view().learned.stale.is_empty()
    });
}

#[test]
fn closing_while_training_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut test = in_folder(folder.path());
    quick(&mut test);
    type_into(&mut test, "Iterations value", "100000");
    press(&mut test, Modifiers::NONE, Key::T);
    until(&mut test, "some iterations", |test| {
        test.state()
            .view()
            .training
            .as_ref()
            .is_some_and(|p| p.report.iteration > 20)
    });
    let began = Instant::now();
    // As when the window is closed.
    test.state().keep();
    drop(test);
    assert!(began.elapsed() < Duration::from_secs(2));
    let mut test = in_folder(folder.path());
    until(&mut test, "the run is back", |test| {
        test.state().view().training.is_some()
    });
    let progress = test.state().view().training.clone().unwrap();
    assert_eq!(progress.phase, Phase::Running);
    assert!(progress.report.iteration > 20 && progress.losses.len() > 20);
    until(&mut test, "it goes on", |test| {
        test.state()
            .view()
            .training
            .as_ref()
            .is_some_and(|p| p.report.iteration > progress.report.iteration)
    });
}

fn own_preset(folder: &Path) -> PathBuf {
    folder.join("mine.ron")
}

#[test]
fn a_preset_is_saved_opened_and_reverted() {
    let folder = tempfile::tempdir().unwrap();
    let path = own_preset(folder.path());
    let mut test = fresh();
    slide(&mut test, "Volatility σ", 0.3);
    press(&mut test, Modifiers::COMMAND | Modifiers::SHIFT, Key::S);
    type_into(&mut test, "Path", path.to_str().unwrap());
    until(&mut test, "saved", |test| {
        test.state().view().preset == "mine"
    });
    assert!(path.exists());
    assert!(!test.state().view().modified);
    slide(&mut test, "Volatility σ", 0.4);
    press(&mut test, Modifiers::COMMAND, Key::S);
    until(&mut test, "saved", |test| !test.state().view().modified);
    assert!(
        std::fs::read_to_string(&path)
            .unwrap()
            .contains("volatility: 0.4")
    );
    slide(&mut test, "Volatility σ", 0.5);
    click(&mut test, "Changes");
    click(&mut test, "Revert to the preset");
    assert_eq!(volatility(&test), 0.4);
    press(&mut test, Modifiers::COMMAND, Key::O);
    type_into(&mut test, "Path", "paper-day");
    assert_eq!(test.state().view().preset, "paper-day");
    press(&mut test, Modifiers::COMMAND, Key::O);
    type_into(&mut test, "Path", path.to_str().unwrap());
    until(&mut test, "opened", |test| volatility(test) == 0.4);
}

#[test]
fn a_file_that_is_there_is_replaced_only_when_asked_twice() {
    let folder = tempfile::tempdir().unwrap();
    let path = own_preset(folder.path());
    std::fs::write(&path, "precious").unwrap();
    let mut test = fresh();
    press(&mut test, Modifiers::COMMAND | Modifiers::SHIFT, Key::S);
    type_into(&mut test, "Path", path.to_str().unwrap());
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "precious");
    assert!(test.query_by_label_contains("is there already").is_some());
    test.get_by_label("Path").focus();
    test.run_steps(2);
    test.key_press(Key::Enter);
    test.run_steps(3);
    until(&mut test, "replaced", |_| presets::load_file(&path).is_ok());
}

#[test]
fn a_name_that_no_preset_has_is_answered_in_the_dialog() {
    let mut test = fresh();
    press(&mut test, Modifiers::COMMAND, Key::O);
    type_into(&mut test, "Path", "nonsense");
    assert!(
        test.query_by_label_contains("no preset and no file")
            .is_some()
    );
}

#[test]
fn a_refused_entry_goes_with_the_preset_that_it_was_typed_into() {
    let mut test = fresh();
    type_into(&mut test, "Spot value", "abc");
    assert!(test.query_by_label_contains("Spot —").is_some());
    press(&mut test, Modifiers::COMMAND, Key::O);
    type_into(&mut test, "Path", "paper-day");
    assert!(test.query_by_label_contains("Spot —").is_none());
}

#[test]
fn another_preset_takes_the_curves_of_a_finished_training_away() {
    let mut test = fresh();
    quick(&mut test);
    press(&mut test, Modifiers::NONE, Key::T);
    until(&mut test, "a finished training", |test| {
        let training = test.state().view().training.clone();
        training.is_some_and(|progress| progress.phase == Phase::Finished)
    });
    press(&mut test, Modifiers::COMMAND, Key::O);
    type_into(&mut test, "Path", "paper-day");
    test.run_steps(10);
    assert!(test.state().view().training.is_none());
}

#[test]
fn a_file_that_does_not_load_says_why_and_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = own_preset(folder.path());
    std::fs::write(&path, "(version: 1, title: 3)").unwrap();
    let mut test = fresh();
    press(&mut test, Modifiers::COMMAND, Key::O);
    type_into(&mut test, "Path", path.to_str().unwrap());
    until(&mut test, "a complaint", |test| {
        test.query_by_label_contains("does not open").is_some()
    });
    assert_eq!(test.state().view().preset, "paper-year");
    click(&mut test, "Copy details");
}

#[test]
fn a_workers_breakdown_is_shown_and_the_window_goes_on() {
    let mut test = fresh();
    test.state_mut().hear(Event::WorkerPanicked {
        worker: "simulation",
        run: 1,
        message: "index out of range".into(),
    });
    test.run_steps(3);
    assert!(test.query_by_label_contains("was started again").is_some());
    assert!(test.query_by_label_contains("out of range").is_some());
    slide(&mut test, "Volatility σ", 0.3);
    settle(&mut test);
    assert_eq!(
        test.state().view().outcomes.as_ref().unwrap().paths,
        100_000
    );
}

#[test]
fn a_preset_dropped_onto_the_window_opens() {
    let folder = tempfile::tempdir().unwrap();
    let path = own_preset(folder.path());
    let scenario = hedgelab::presets::built_in("thin-book").unwrap();
    hedgelab::presets::save(&scenario, &path).unwrap();
    let mut test = fresh();
    drop_file(&mut test, &path);
    until(&mut test, "opened", |test| {
        test.state().view().preset == "mine"
    });
}

#[test]
fn unsaved_edits_and_the_layout_come_back() {
    let folder = tempfile::tempdir().unwrap();
    let mut test = in_folder(folder.path());
    slide(&mut test, "Volatility σ", 0.33);
    press(&mut test, Modifiers::NONE, Key::F2);
    assert!(test.query_by_label("Volatility σ value").is_none());
    // As in a crash: nothing is said good-bye to.
    test.state().keep();
    drop(test);
    let test = in_folder(folder.path());
    assert_eq!(volatility(&test), 0.33);
    assert!(test.state().view().modified);
    assert!(test.query_by_label("Volatility σ value").is_none());
}

#[test]
fn damaged_state_is_reported_and_the_window_opens_all_the_same() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("window.ron"), "(origin: 7").unwrap();
    let test = in_folder(folder.path());
    assert_eq!(test.state().view().preset, "paper-year");
    assert!(
        test.query_by_label_contains("Not everything came back")
            .is_some()
    );
}

#[test]
fn the_help_sheet_lists_the_keys_and_closes() {
    let mut test = fresh();
    press(&mut test, Modifiers::NONE, Key::F1);
    assert!(test.query_by_label("train, pause training").is_some());
    test.run_steps(4);
    click(&mut test, "Close");
    assert!(test.query_by_label("train, pause training").is_none());
}

/// Mean brightness of the letters on screen, 0 to 255.
fn brightness(test: &Test) -> f64 {
    fn collect(shape: &egui::Shape, found: &mut Vec<f64>) {
        match shape {
            egui::Shape::Vec(parts) => parts.iter().for_each(|part| collect(part, found)),
            egui::Shape::Text(text) => {
                let colours = text.galley.job.sections.iter().map(|s| s.format.color);
                let colours = colours.filter(|colour| *colour != egui::Color32::PLACEHOLDER);
                found.extend(colours.map(|c| f64::from(c.intensity()) * 255.0));
            }
            _ => {}
        }
    }
    let mut found = Vec::new();
    for clipped in &test.output().shapes {
        collect(&clipped.shape, &mut found);
    }
    assert!(found.len() > 50, "{} texts", found.len());
    found.iter().sum::<f64>() / found.len() as f64
}

#[test]
fn letters_are_bright_in_the_dark_theme_and_dark_in_the_light_one_at_any_zoom() {
    let mut test = fresh();
    let dark = brightness(&test);
    click(&mut test, "Light theme");
    assert_eq!(test.ctx.theme(), egui::Theme::Light);
    let light = brightness(&test);
    assert!(dark > light + 50.0, "{dark} against {light}");
    for _ in 0..10 {
        press(&mut test, Modifiers::COMMAND, Key::Plus);
    }
    test.run_steps(3);
    assert!((test.ctx.zoom_factor() - 2.0).abs() < 0.01);
    // A slider and a view that it moves are both there.
    assert!(
        test.query_by_role_and_label(Role::Slider, "Volatility σ")
            .is_some()
    );
    assert!(
        !test
            .query_all_by_role(Role::GraphicsDocument)
            .collect::<Vec<_>>()
            .is_empty()
    );
}

#[test]
fn a_policy_trained_here_comes_back_and_a_saved_preset_carries_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = own_preset(folder.path());
    let mut test = in_folder(folder.path());
    quick(&mut test);
    slide(&mut test, "Volatility σ", 0.25);
    press(&mut test, Modifiers::NONE, Key::T);
    until(&mut test, "trained", |test| {
        let training = &test.state().view().training;
        training
            .as_ref()
            .is_some_and(|p| p.phase == Phase::Finished)
    });
    test.state().keep();
    drop(test);
    let mut test = in_folder(folder.path());
    assert!(test.state().view().learned.stale.is_empty());
    press(&mut test, Modifiers::COMMAND | Modifiers::SHIFT, Key::S);
    type_into(&mut test, "Path", path.to_str().unwrap());
    drop(test);
    let test = open(Setup {
        folder: None,
        preset: Some(path.display().to_string()),
    });
    assert!(test.state().view().learned.policy.is_some());
    assert!(test.state().view().learned.stale.is_empty());
}
