mod runs;

use super::*;
use crate::app::command::{
    DocumentCommand, FileCommand, TimeCommand, TrainingCommand, ViewCommand,
};
use crate::app::document::Value;
use crate::engine::{Event, Phase, Wake};
use std::time::{Duration, Instant};

fn model(preset: &str) -> Model {
    let engine = Engine::start(Wake::new(|| {}), None).unwrap();
    let mut model = Model::new(Document::built_in(preset).unwrap(), engine);
    model.update(0.0);
    model
}

fn set(model: &mut Model, path: &str, text: &str) {
    let change = (Field::find(path).unwrap(), Value::Text(text.into()));
    model.apply(DocumentCommand::Edit(vec![change], Grain::Whole));
    model.update(0.0);
}

#[test]
fn a_workers_breakdown_is_told_with_its_message() {
    let mut model = model("paper-year");
    model.hear_event(Event::WorkerPanicked {
        worker: "simulation",
        run: 1,
        message: "index out of range".into(),
    });
    let notices = model.notices();
    assert!(notices[0].is_error && notices[0].details.contains("out of range"));
}

#[test]
fn an_edit_is_on_screen_with_the_next_update_and_the_distribution_is_asked_for() {
    let mut model = model("paper-year");
    let best = model.view.book.best;
    set(&mut model, "order_book.ask_exponent", "1.05");
    assert!(model.view.book.best.0 > best.0);
    assert!(model.view.computing && model.view.modified);
    assert_eq!(model.view.differences[0].0, "ask exponent");
}

#[test]
fn what_does_not_fit_together_is_refused_with_words() {
    let mut model = model("paper-year");
    set(&mut model, "limits.max_position", "0.5");
    set(&mut model, "limits.min_position", "0.7");
    assert_eq!(model.view.scenario.limits.min_position, None);
    assert!(model.notices().iter().any(|notice| notice.is_error));
}

#[test]
fn playing_walks_to_maturity_and_stops() {
    let mut model = model("paper-year");
    model.apply(TimeCommand::GoTo(0));
    model.apply(TimeCommand::Speed(10.0));
    model.apply(TimeCommand::TogglePlay);
    model.update(0.0);
    for _ in 0..20 {
        model.update(0.1);
    }
    assert_eq!(model.view.step, 12);
    assert!(!model.view.playing && model.next_tick().is_none());
}

#[test]
fn playing_keeps_time_at_every_speed_however_seldom_frames_come() {
    for (speed, frame) in [(0.5, 0.016), (2.0, 0.5), (30.0, 0.016), (30.0, 0.1)] {
        let mut model = model("paper-year");
        set(&mut model, "steps", "300");
        model.apply(TimeCommand::GoTo(0));
        model.apply(TimeCommand::Speed(speed));
        // However long nothing was drawn before.
        model.apply(TimeCommand::TogglePlay);
        model.update(60.0);
        assert_eq!(model.view.step, 0);
        let mut seconds = 0.0;
        while seconds < 4.0 {
            model.update(frame);
            seconds += frame;
        }
        let dates = model.view.step as f64;
        let wanted = speed * seconds;
        assert!(
            (dates - wanted).abs() <= 1.001,
            "{dates} dates, not {wanted}"
        );
    }
}

#[test]
fn the_path_that_a_preset_brings_is_shown_until_another_is_asked_for() {
    let mut model = model("figure-3");
    let recorded = model.view.scenario.shown_path.clone().unwrap();
    assert_eq!(model.view.path.prices, recorded);
    assert_eq!(model.view.path.number, None);
    model.apply(TimeCommand::NextPath);
    model.update(0.0);
    assert_eq!(model.view.path.number, Some(0));
    model.apply(TimeCommand::RecordedPath);
    model.update(0.0);
    assert_eq!(model.view.path.prices, recorded);
}

#[test]
fn the_book_remembers_what_the_strategy_in_focus_took() {
    let mut model = model("paper-year");
    model.apply(ViewCommand::Focus(Strategy::Delta.into()));
    model.apply(TimeCommand::GoTo(1));
    model.update(0.0);
    let first = model.view.path.of(Strategy::Delta).unwrap().ledger[0].trade;
    assert!((model.view.book.memory.ask - first).abs() < 1e-12);
    model.apply(TimeCommand::GoTo(0));
    model.update(0.0);
    assert_eq!(model.view.book.memory.ask, 0.0);
}

#[test]
fn the_band_has_a_region_without_trade_in_its_map() {
    let mut model = model("paper-year");
    model.apply(DocumentCommand::ToggleStrategy(Strategy::Band));
    model.apply(ViewCommand::Focus(Strategy::Band.into()));
    let chart = crate::app::view::PolicyChart::SpotPosition;
    model.apply(ViewCommand::Policy(chart));
    model.update(0.0);
    let still = model.view.policy.map.as_ref().unwrap().still;
    assert!(still > 0.02 && still < 0.9, "{still}");
    model.apply(ViewCommand::Focus(Strategy::Delta.into()));
    model.update(0.0);
    let still = model.view.policy.map.as_ref().unwrap().still;
    assert!(still < 0.02, "{still}");
}

#[test]
fn every_built_in_preset_can_be_shown() {
    let mut model = model("paper-year");
    for (name, _) in crate::presets::BUILT_IN {
        model.apply(FileCommand::OpenPreset((*name).into()));
        model.update(0.0);
        assert_eq!(model.view.preset, *name);
        let began = Instant::now();
        let run = model.asked.run;
        while model.view.outcomes.as_ref().is_none_or(|o| o.run != run) {
            assert!(began.elapsed() < Duration::from_mins(1), "{name}");
            std::thread::sleep(Duration::from_millis(2));
            model.update(0.002);
        }
        assert!(model.notices().is_empty(), "{name}");
    }
}

fn until(model: &mut Model, what: &str, holds: impl Fn(&Model) -> bool) {
    let began = Instant::now();
    while !holds(model) {
        assert!(began.elapsed() < Duration::from_mins(1), "never: {what}");
        std::thread::sleep(Duration::from_millis(2));
        model.update(0.002);
    }
}

#[test]
fn a_path_too_long_for_a_frame_is_replayed_by_a_worker() {
    let mut model = model("paper-year");
    let short = model.view.path.of(Strategy::Delta).unwrap().clone();
    set(&mut model, "steps", "40000");
    // Nothing of the path before is shown meanwhile, nor of the one asked for before.
    assert!(model.view.path.prices.is_empty() && model.view.path.strategies.is_empty());
    set(&mut model, "contract.strike", "1010");
    until(&mut model, "the long path", |m| {
        !m.view.path.prices.is_empty()
    });
    let long = model.view.path.of(Strategy::Delta).unwrap();
    assert_eq!(long.ledger.len(), 40_000);
    let scenario = model.view.scenario.clone();
    let replay = crate::engine::Replay::new(&scenario, &[], model.view.path.tuned, None);
    let known = replay
        .strategies
        .iter()
        .find(|s| s.policy.who == Strategy::Delta);
    assert_eq!(known.unwrap().settlement, long.settlement);
    set(&mut model, "steps", "12");
    set(&mut model, "contract.strike", "1000");
    let again = model.view.path.of(Strategy::Delta).unwrap();
    assert_eq!(again.settlement, short.settlement);
}
