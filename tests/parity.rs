//! The fast simulation against the readable episode, and against itself on other threads.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use hedgelab::market::{Paths, Sampling};
use hedgelab::presets;
use hedgelab::scenario::{Scenario, Strategy};
use hedgelab::simulate::{baselines, empty_samples, extend, replay, simulate};
use std::ops::ControlFlow;

const ALL: [Strategy; 5] = [
    Strategy::None,
    Strategy::Delta,
    Strategy::Leland,
    Strategy::Band,
    Strategy::Static,
];

/// Scenarios in which every branch of the ledger is taken.
fn scenarios() -> Vec<Scenario> {
    let year = presets::built_in("paper-year").unwrap();
    let variants: [&[(&str, &str)]; 7] = [
        &[],
        &[("contract.kind", "put"), ("order_book.ask_decay", "inf")],
        &[("contract.position", "long"), ("order_book.bid_decay", "8")],
        &[
            ("contract.kind", "put"),
            ("contract.position", "long"),
            ("order_book.depth", "0.3"),
        ],
        &[
            ("financing.lend_rate", "0.02"),
            ("financing.borrow_rate", "0.09"),
            ("contract.shares", "7"),
        ],
        &[
            ("limits.max_trade", "0.1"),
            ("limits.max_position", "0.6"),
            ("limits.min_position", "0.1"),
            ("initial.position", "0.2"),
        ],
        &[
            ("initial.ask_memory", "2"),
            ("initial.bid_memory", "1"),
            ("order_book.ask_exponent", "1"),
            ("steps", "5"),
        ],
    ];
    let mut all: Vec<Scenario> = variants
        .iter()
        .map(|changes| year.with(changes.iter().copied()).unwrap())
        .collect();
    all.extend(
        presets::BUILT_IN
            .iter()
            .map(|(name, _)| presets::built_in(name).unwrap()),
    );
    all
}

#[test]
fn the_fast_simulation_gives_the_errors_of_the_reference_episode() {
    for scenario in scenarios() {
        let sampling = Sampling::evaluation(5);
        let policies = baselines(&scenario, &ALL);
        let samples = simulate(&scenario, &policies, sampling, 150);
        let scale = scenario.contract.shares * scenario.market.spot;
        for (policy, sample) in policies.iter().zip(&samples) {
            let (mut turnover, mut exercised) = (0.0, 0.0);
            for number in 0..150 {
                let path = Paths::new(&scenario, sampling).path(number);
                let (_, end) = replay(&scenario, policy.as_ref(), &path);
                let fast = sample.errors()[usize::try_from(number).unwrap()];
                assert!(
                    (fast - end.error).abs() < 1e-11 * scale,
                    "{} {:?} path {number}: {fast} against {}",
                    scenario.title,
                    policy.strategy(),
                    end.error
                );
                turnover += end.turnover;
                exercised += f64::from(u8::from(end.exercised));
            }
            assert!((sample.turnover().sum - turnover).abs() < 1e-8 * (1.0 + turnover));
            assert_eq!(sample.exercised().sum, exercised);
        }
    }
}

#[test]
fn results_are_the_same_bit_for_bit_with_1_2_and_8_threads() {
    let scenario = presets::built_in("paper-month").unwrap();
    let policies = baselines(&scenario, &ALL);
    let run = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        pool.install(|| {
            let samples = simulate(&scenario, &policies, Sampling::evaluation(1), 20_001);
            let statistics: Vec<_> = samples
                .iter()
                .map(hedgelab::outcome::Statistics::of)
                .collect();
            (samples, statistics)
        })
    };
    let one = run(1);
    assert_eq!(one, run(2));
    assert_eq!(one, run(8));
}

#[test]
fn a_sample_grown_in_parts_equals_one_made_at_once() {
    let scenario = presets::built_in("paper-day").unwrap();
    let policies = baselines(&scenario, &ALL);
    let sampling = Sampling {
        antithetic: true,
        ..Sampling::evaluation(2)
    };
    let mut grown = empty_samples(&policies, sampling);
    for paths in [64, 640, 5120, 9001] {
        let _finished = extend(
            &scenario,
            &policies,
            sampling,
            &mut grown,
            paths,
            &mut |_| ControlFlow::Continue(()),
        );
    }
    let whole = simulate(&scenario, &policies, sampling, 9001);
    for (grown, whole) in grown.iter().zip(&whole) {
        assert_eq!(grown.errors(), whole.errors());
        let (part, full) = (grown.turnover().squares, whole.turnover().squares);
        assert!((part - full).abs() <= 1e-12 * full);
    }
}

#[test]
fn a_watcher_can_break_off_and_leaves_a_valid_sample() {
    let scenario = presets::built_in("paper-year").unwrap();
    let policies = baselines(&scenario, &[Strategy::Delta]);
    let sampling = Sampling::evaluation(1);
    let mut samples = empty_samples(&policies, sampling);
    let ended = extend(
        &scenario,
        &policies,
        sampling,
        &mut samples,
        10_000_000,
        &mut |_| ControlFlow::Break(()),
    );
    assert!(ended.is_break());
    let held = samples[0].errors().len() as u64;
    assert!(held > 0 && held < 10_000_000);
    assert_eq!(samples, simulate(&scenario, &policies, sampling, held));
}
