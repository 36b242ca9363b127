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
        assert!(began.elapsed() < Duration::from_secs(60), "waited too long");
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
