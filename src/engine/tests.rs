use super::*;
use crate::presets;
use crate::scenario::Strategy;
use std::time::Instant;

fn request(run: u64, changes: &[(&str, &str)], paths: u64) -> Request {
    let scenario = presets::built_in("paper-year").unwrap();
    let all = [("strategies.selected", "delta,leland")];
    Request {
        run,
        scenario: scenario.with(all.iter().chain(changes).copied()).unwrap(),
        learned: None,
        pinned: None,
        paths,
    }
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

#[test]
fn a_distribution_arrives_whole_and_is_that_of_a_direct_simulation() {
    let engine = quiet();
    let asked = request(1, &[], 5000);
    engine.simulate(asked.clone());
    let outcomes = wait(|| engine.outcomes().filter(|o| o.paths == 5000));
    let policies = crate::simulate::baselines(&asked.scenario, &[Strategy::Delta]);
    let sampling = crate::market::Sampling::evaluation(asked.scenario.seed);
    let direct = crate::simulate::simulate(&asked.scenario, &policies, sampling, 5000);
    let expected = crate::outcome::Statistics::of(&direct[0]).unwrap();
    assert_eq!(outcomes.rows[0].statistics, expected);
    assert!(outcomes.rows[1].against_delta.is_some());
    let members: usize = outcomes.rows[0].members.iter().map(Vec::len).sum();
    assert!(members > 100);
}

#[test]
fn the_newest_request_wins() {
    let engine = quiet();
    engine.simulate(request(1, &[], 1_000_000));
    engine.simulate(request(2, &[("market.volatility", "0.3")], 4096));
    let outcomes = wait(|| engine.outcomes().filter(|o| o.run == 2 && o.paths == 4096));
    assert_eq!(outcomes.wanted, 4096);
}

#[test]
fn a_pinned_scenario_is_compared_on_the_same_random_numbers() {
    let engine = quiet();
    let mut asked = request(1, &[], 4096);
    asked.pinned = Some(Arc::new(Pinned {
        scenario: asked.scenario.clone(),
        learned: None,
    }));
    engine.simulate(asked);
    let outcomes = wait(|| engine.outcomes().filter(|o| o.paths == 4096));
    assert_eq!(outcomes.pinned.len(), 2);
    let difference = outcomes.against_pinned[0].rsmse;
    assert_eq!((difference.value, difference.se), (Some(0.0), Some(0.0)));
}

#[test]
fn closing_while_at_work_ends_soon() {
    let engine = quiet();
    engine.simulate(request(1, &[], 50_000_000));
    std::thread::sleep(Duration::from_millis(50));
    let began = Instant::now();
    drop(engine);
    assert!(began.elapsed() < Duration::from_secs(2));
}

/// A request or run of this number breaks its worker down.
pub(super) const BROKEN: u64 = u64::MAX;

#[test]
fn a_panic_becomes_an_event_and_the_worker_goes_on() {
    let engine = quiet();
    engine.simulate(request(BROKEN, &[], 4096));
    let event = wait(|| engine.events().next());
    assert!(matches!(
        event,
        Event::WorkerPanicked {
            worker: "simulation",
            ..
        }
    ));
    engine.simulate(request(2, &[], 4096));
    wait(|| engine.outcomes().filter(|o| o.run == 2 && o.paths == 4096));
}

fn order(run: u64, iterations: &str) -> Order {
    let changes = [
        ("training.iterations", iterations),
        ("training.validation_paths", "1000"),
        ("training.batch", "64"),
    ];
    Order::Start {
        run,
        scenario: Box::new(request(run, &changes, 1).scenario),
        from: Beginning::Delta,
        paused: false,
    }
}

#[test]
fn training_survives_a_panic_and_finishes_the_next_run() {
    let engine = quiet();
    engine.train(order(BROKEN, "10"));
    let event = wait(|| engine.events().next());
    assert!(matches!(
        event,
        Event::WorkerPanicked {
            worker: "training",
            ..
        }
    ));
    engine.train(order(2, "10"));
    assert_eq!(
        wait(|| engine.events().next()),
        Event::TrainingFinished { run: 2 }
    );
    let progress = engine.progress().unwrap();
    assert_eq!(
        (progress.phase, progress.report.iteration),
        (Phase::Finished, 10)
    );
}

#[test]
fn a_new_run_replaces_the_one_in_progress_and_stopping_keeps_the_policy() {
    let engine = quiet();
    engine.train(order(1, "1000000"));
    wait(|| {
        engine
            .progress()
            .filter(|p| p.run == 1 && p.report.iteration > 0)
    });
    engine.train(order(2, "1000000"));
    wait(|| {
        engine
            .progress()
            .filter(|p| p.run == 2 && p.report.iteration > 0)
    });
    engine.train(Order::Stop);
    let stopped = wait(|| engine.progress().filter(|p| p.phase == Phase::Stopped));
    assert_eq!(stopped.run, 2);
    engine.train(Order::Reset);
    wait(|| engine.progress().is_none().then_some(()));
}

#[test]
fn a_run_left_behind_goes_on_from_its_checkpoint() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("training.checkpoint");
    let engine = Engine::start(Wake::new(|| {}), Some(file.clone())).unwrap();
    engine.train(order(1, "1000000"));
    wait(|| engine.progress().filter(|p| p.report.iteration > 5));
    drop(engine);
    assert!(file.exists());
    let engine = Engine::start(Wake::new(|| {}), Some(file)).unwrap();
    let Order::Start { scenario, .. } = order(2, "1") else {
        panic!("a start")
    };
    engine.train(Order::Start {
        run: 2,
        scenario,
        from: Beginning::Checkpoint,
        paused: true,
    });
    let resumed = wait(|| engine.progress());
    assert_eq!(resumed.phase, Phase::Paused);
    assert!(resumed.report.iteration > 5);
}
