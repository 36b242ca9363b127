use super::*;
use crate::presets;
use crate::scenario::{Scenario, Strategy};
use std::time::Instant;

/// A request or run of this number breaks its worker down.
pub(super) const BROKEN: u64 = u64::MAX;

fn scenario() -> Scenario {
    let scenario = presets::built_in("paper-year").unwrap();
    let changes = [
        ("strategies.selected", "delta"),
        ("training.validation_paths", "1000"),
    ];
    scenario.with(changes).unwrap()
}

fn wait<T>(mut ready: impl FnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(value) = ready() {
            return value;
        }
        assert!(began.elapsed() < Duration::from_mins(1), "waited too long");
        std::thread::sleep(Duration::from_millis(2));
    }
}

fn quiet() -> Engine {
    Engine::start(Wake::new(|| {}), None).unwrap()
}

/// What the engine says of the breakdown of a worker: which, at what, and why.
fn breakdown(engine: &Engine) -> (&'static str, u64, String) {
    match wait(|| engine.events().next()) {
        Event::WorkerPanicked {
            worker,
            run,
            message,
        } => (worker, run, message),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_breakdown_of_the_simulation_is_told_with_its_run_and_the_worker_goes_on() {
    let engine = quiet();
    let request = |run| Request {
        run,
        scenario: scenario(),
        learned: Vec::new(),
        pinned: Vec::new(),
        reference: Strategy::Delta.into(),
        paths: 4096,
    };
    engine.simulate(request(BROKEN));
    let (worker, run, message) = breakdown(&engine);
    assert_eq!((worker, run), ("simulation", BROKEN));
    assert!(message.contains("as a test asks"), "{message}");
    engine.simulate(request(2));
    wait(|| engine.outcomes().filter(|o| o.run == 2 && o.paths == 4096));
}

#[test]
fn a_breakdown_of_a_replay_is_told_with_its_run_and_the_worker_goes_on() {
    let engine = quiet();
    let request = |run| ReplayRequest {
        run,
        scenario: scenario(),
        learned: Vec::new(),
        pinned: Vec::new(),
        tuned: vec![crate::policy::Tuned::GUESS],
        number: None,
    };
    engine.replay(request(BROKEN));
    let (worker, run, _) = breakdown(&engine);
    assert_eq!((worker, run), ("replay", BROKEN));
    engine.replay(request(2));
    wait(|| engine.replayed().filter(|replayed| replayed.run == 2));
}

#[test]
fn a_start_that_breaks_down_leaves_the_run_in_progress() {
    let engine = quiet();
    let start = |run| Order::Start {
        run,
        scenario: Box::new(scenario()),
        from: Beginning::Delta,
    };
    engine.train(start(1));
    wait(|| engine.progress().filter(|p| p.report.iteration > 0));
    let _started: Vec<Event> = engine.events().collect();
    engine.train(start(BROKEN));
    let Event::TrainingFailed {
        run,
        message,
        stays,
    } = wait(|| engine.events().next())
    else {
        panic!("another event")
    };
    assert_eq!((run, stays), (BROKEN, Some(1)));
    assert!(message.contains("as a test asks"), "{message}");
    let before = engine.progress().unwrap().report.iteration;
    wait(|| {
        engine
            .progress()
            .filter(|p| p.run == 1 && p.report.iteration > before)
    });
}
