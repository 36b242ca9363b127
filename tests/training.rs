//! Training: gradients against independent ones, ledgers against the readable reference,
//! reproducibility, saved trainings, and never being worse than what it started from.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test fails by panicking, a long one says how it went"
)]

use burn::tensor::{DType, Device};
use hedgelab::market::{Paths, Sampling};
use hedgelab::outcome::Statistics;
use hedgelab::policy::features::Features;
use hedgelab::policy::learned::{layer_widths, weight_count};
use hedgelab::policy::{Base, LearnedPolicy, Policy};
use hedgelab::presets;
use hedgelab::scenario::{Form, Named, Objective, Scenario};
use hedgelab::simulate::{replay, simulate};
use hedgelab::training::objective::Goal;
use hedgelab::training::reference::Reference;
use hedgelab::training::rollout::{Gradient, Rollout, Surface};
use hedgelab::training::rows::{RowSource, Rows};
use hedgelab::training::{Budget, Checkpoint, RolloutKind, Start, Trainer, TrainingError, fused};
use hedgelab::training::{kernel, train};
use std::ops::ControlFlow;

fn scenario(preset: &str, changes: &[(&str, &str)]) -> Scenario {
    let scenario = presets::built_in(preset).unwrap();
    scenario.with(changes.iter().copied()).unwrap()
}

/// Weights like those of a network half-way through training.
fn weights(scenario: &Scenario) -> Vec<f32> {
    let count = weight_count(&layer_widths(scenario));
    (0..count)
        .map(|i| 0.4 * f32::sin(1.7 * i as f32 + 0.3))
        .collect()
}

fn rows(scenario: &Scenario, features: Features, paths: usize) -> Rows {
    let mut rows = Rows::default();
    RowSource::new(scenario, features, Sampling::evaluation(5)).fill(0, paths, &mut rows);
    rows
}

const SURFACES: [Surface; 4] = [
    Surface::Rsmse,
    Surface::Rmse,
    Surface::Cvar {
        level: 0.8,
        threshold: 30.0,
        smoothing: 3.0,
    },
    Surface::Entropic { aversion: 0.02 },
];

/// Every kind of contract, side, decay and form, with rates, limits, memories and activations
/// taken in turn.
fn cases() -> Vec<Scenario> {
    let mut cases = Vec::new();
    for kind in ["call", "put"] {
        for side in ["short", "long"] {
            for decay in ["0", "8.317766", "inf"] {
                for form in ["residual", "paper"] {
                    let turn = cases.len();
                    let mut changes = vec![
                        ("contract.kind", kind),
                        ("contract.position", side),
                        ("order_book.ask_decay", decay),
                        ("order_book.bid_decay", decay),
                        ("training.form", form),
                        ("training.hidden", ["9,6", "17", "5,4,3"][turn % 3]),
                        ("training.activation", ["relu", "silu"][(turn / 2) % 2]),
                        ("steps", "6"),
                    ];
                    if turn % 3 != 0 {
                        changes.push(("financing.lend_rate", "0.02"));
                        changes.push(("financing.borrow_rate", "0.07"));
                        changes.push(("initial.ask_memory", "0.4"));
                        changes.push(("initial.position", "0.1"));
                    }
                    if turn % 4 == 1 {
                        changes.push(("limits.max_trade", "0.35"));
                        changes.push(("limits.max_position", "0.9"));
                        changes.push(("limits.min_position", "-0.8"));
                    }
                    if turn % 5 == 2 {
                        changes.push(("contract.shares", "30"));
                        changes.push(("order_book.depth", "7"));
                    }
                    cases.push(scenario("paper-year", &changes));
                }
            }
        }
    }
    cases
}

fn relative_distance(one: &[f32], other: &[f32]) -> f64 {
    let norm = |values: &mut dyn Iterator<Item = f64>| values.map(|x| x * x).sum::<f64>().sqrt();
    let pairs = one.iter().zip(other);
    let distance = norm(&mut pairs.map(|(a, b)| f64::from(*a) - f64::from(*b)));
    distance / norm(&mut other.iter().map(|x| f64::from(*x)))
}

#[test]
fn the_kernels_gradient_is_that_of_automatic_differentiation() {
    for scenario in cases() {
        for base in [Base::Delta, Base::Leland] {
            let features = Features::of(&scenario, base);
            let (weights, rows) = (weights(&scenario), rows(&scenario, features, 75));
            let reference = Reference::new(&scenario, features, Device::flex(), DType::F64);
            let mut kernel = Rollout::new(RolloutKind::Kernel, &scenario, features).unwrap();
            for surface in SURFACES {
                let surface = scaled(surface, scenario.contract.shares);
                let exact = reference.gradient(&weights, &rows, surface).unwrap();
                let mut fast = Gradient::default();
                kernel
                    .gradient(&weights, &rows, surface, &mut fast)
                    .unwrap();
                if exact.loss == 0.0 {
                    // Gains on every path: nothing to learn from.
                    assert!(fast.loss == 0.0 && fast.weights.iter().all(|g| *g == 0.0));
                    assert!(exact.weights.iter().all(|g| *g == 0.0));
                    continue;
                }
                let apart = relative_distance(&fast.weights, &exact.weights);
                let parameters = presets::text(&scenario).unwrap();
                assert!(apart < 1e-5, "{apart:e} with {surface:?} for {parameters}");
                assert!((fast.loss / exact.loss - 1.0).abs() < 1e-5);
                assert!((fast.threshold - exact.threshold).abs() < 1e-4);
                assert!(relative_distance(&fast.errors, &exact.errors) < 1e-5);
            }
        }
    }
}

/// The surface for amounts that are `shares` times as large.
fn scaled(surface: Surface, shares: f64) -> Surface {
    match surface {
        Surface::Cvar {
            level,
            threshold,
            smoothing,
        } => Surface::Cvar {
            level,
            threshold: threshold * shares,
            smoothing: smoothing * shares,
        },
        Surface::Entropic { aversion } => Surface::Entropic {
            aversion: aversion / shares,
        },
        other => other,
    }
}

/// The readable loop's loss, in double precision: no burn and no kernel in it.
fn plain_loss(scenario: &Scenario, weights: &[f32], paths: usize) -> f64 {
    let policy = LearnedPolicy::new(scenario, Base::Delta, weights).unwrap();
    let source = Paths::new(scenario, Sampling::evaluation(5));
    let error = |number: usize| {
        let path = source.path(number as u64);
        replay(scenario, &policy, &path).1.error
    };
    Goal::Rsmse.value(&(0..paths).map(error).collect::<Vec<_>>())
}

#[test]
fn the_kernels_gradient_predicts_how_the_readable_loop_changes() {
    for scenario in cases().into_iter().filter(|s| s.limits.max_trade.is_none()) {
        let features = Features::of(&scenario, Base::Delta);
        let (weights, rows) = (weights(&scenario), rows(&scenario, features, 40));
        let mut kernel = Rollout::new(RolloutKind::Kernel, &scenario, features).unwrap();
        let mut gradient = Gradient::default();
        kernel
            .gradient(&weights, &rows, Surface::Rsmse, &mut gradient)
            .unwrap();
        if gradient.loss == 0.0 {
            continue;
        }
        for turn in 0..3 {
            let shift = |sign: f32| -> Vec<f32> {
                let move_by = |(i, w): (usize, &f32)| {
                    w + sign * 3e-5 * f32::cos(2.3 * i as f32 + turn as f32)
                };
                weights.iter().enumerate().map(move_by).collect()
            };
            let (up, down) = (shift(1.0), shift(-1.0));
            let predicted: f64 = (0..weights.len())
                .map(|i| f64::from(gradient.weights[i]) * (f64::from(up[i]) - f64::from(down[i])))
                .sum();
            let happened = plain_loss(&scenario, &up, 40) - plain_loss(&scenario, &down, 40);
            let size: f64 = (0..weights.len())
                .map(|i| f64::from(gradient.weights[i]).powi(2))
                .sum::<f64>()
                .sqrt()
                * 6e-5
                * (weights.len() as f64 / 2.0).sqrt();
            let apart = (predicted - happened).abs() / size;
            assert!(
                apart < 2e-3,
                "{apart:e} for {}",
                presets::text(&scenario).unwrap()
            );
        }
    }
}

#[test]
fn the_kernels_ledger_is_that_of_the_readable_loop() {
    for scenario in cases() {
        let features = Features::of(&scenario, Base::Leland);
        let (weights, paths) = (weights(&scenario), 37);
        let rows = rows(&scenario, features, paths);
        let mut fast = fused::kernel(&scenario, &features).unwrap();
        let (mut errors, mut ledger) = (vec![0.0; paths], kernel::Ledger::default());
        let batch = fused::batch(&rows);
        fast.ledger(&weights, &batch, &mut errors, &mut ledger)
            .unwrap();
        let policy = LearnedPolicy::new(&scenario, Base::Leland, &weights).unwrap();
        let source = Paths::new(&scenario, Sampling::evaluation(5));
        let size = scenario.contract.shares;
        for (path, error) in errors.iter().enumerate() {
            let prices = source.path(path as u64);
            let (episode, end) = replay(&scenario, &policy, &prices);
            let close = |fast: f32, exact: f64, unit: f64, what: &str| {
                let apart = (f64::from(fast) - exact).abs() / (unit * size).max(exact.abs());
                assert!(
                    apart < 1e-5,
                    "{what} of path {path}: {fast} against {exact}"
                );
            };
            for (k, line) in episode.ledger().iter().enumerate() {
                let at = k * paths + path;
                close(ledger.position[at], line.position_before, 1.0, "position");
                close(ledger.value[at], line.value_before, 1000.0, "value");
                close(ledger.ask[at], line.memory_before.ask, 1.0, "ask memory");
                close(ledger.bid[at], line.memory_before.bid, 1.0, "bid memory");
                close(
                    ledger.cash[at],
                    line.cash,
                    1000.0 * line.position.abs().max(1.0),
                    "cash",
                );
            }
            let last = scenario.steps * paths + path;
            close(ledger.position[last], end.position, 1.0, "last position");
            close(ledger.value[last], end.value, 1000.0, "last value");
            close(*error, end.error, 1000.0, "error");
        }
    }
}

fn small(changes: &[(&str, &str)]) -> Scenario {
    let mut all = vec![
        ("training.batch", "96"),
        ("training.validation_paths", "500"),
        ("training.iterations", "60"),
        ("training.hidden", "8,8"),
    ];
    all.extend_from_slice(changes);
    scenario("paper-year", &all)
}

fn run(trainer: &mut Trainer, iterations: usize) {
    for _ in 0..iterations {
        trainer.step().unwrap();
    }
}

#[test]
fn training_gives_the_same_bits_at_any_number_of_threads() {
    let scenario = small(&[("training.objective", "cvar"), ("training.batch", "700")]);
    let bits = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        pool.install(|| {
            let mut trainer = Trainer::new(&scenario, &Start::Fresh, 3).unwrap();
            run(&mut trainer, 40);
            trainer.checkpoint().to_bytes().unwrap()
        })
    };
    let one = bits(1);
    assert_eq!(one, bits(2));
    assert_eq!(one, bits(5));
}

#[test]
fn a_saved_training_goes_on_bit_for_bit() {
    for objective in Objective::ALL {
        let scenario = small(&[("training.objective", objective.0)]);
        let mut whole = Trainer::new(&scenario, &Start::Fresh, 3).unwrap();
        run(&mut whole, 60);
        let mut half = Trainer::new(&scenario, &Start::Fresh, 3).unwrap();
        run(&mut half, 30);
        let saved = half.checkpoint().to_bytes().unwrap();
        drop(half);
        let loaded = Checkpoint::from_bytes(&saved, "half").unwrap();
        assert_eq!(loaded.to_bytes().unwrap(), saved);
        let mut rest = Trainer::resume(loaded).unwrap();
        run(&mut rest, 30);
        assert_eq!(
            rest.checkpoint().to_bytes().unwrap(),
            whole.checkpoint().to_bytes().unwrap()
        );
        assert_eq!(rest.report(), whole.report());
    }
}

#[test]
fn a_policy_without_its_training_cannot_be_resumed_but_started_from() {
    let scenario = small(&[]);
    let mut trainer = Trainer::new(&scenario, &Start::Fresh, 3).unwrap();
    run(&mut trainer, 60);
    let bytes = trainer.checkpoint().without_training().to_bytes().unwrap();
    let policy = Checkpoint::from_bytes(&bytes, "policy").unwrap();
    let other = small(&[("order_book.ask_decay", "1"), ("market.drift", "0.05")]);
    let warm = Trainer::new(&other, &Start::Weights(policy.policy.clone()), 3).unwrap();
    let cold = Trainer::new(&other, &Start::Fresh, 3).unwrap();
    assert!(warm.report().best.objective < cold.report().best.objective);
    let wider = small(&[("training.hidden", "9,8")]);
    let refused = Trainer::new(&wider, &Start::Weights(policy.policy.clone()), 3);
    assert!(matches!(refused, Err(TrainingError::OtherShape { .. })));
    let resumed = Trainer::resume(policy);
    assert!(matches!(resumed, Err(TrainingError::NothingToResume)));
}

#[test]
fn damaged_files_are_refused_with_one_line_and_never_panic() {
    let mut trainer = Trainer::new(&small(&[]), &Start::Fresh, 3).unwrap();
    run(&mut trainer, 3);
    let whole = trainer.checkpoint().to_bytes().unwrap();
    let mut random = 12345u64;
    let mut next = |below: usize| {
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        usize::try_from(random >> 33).unwrap() % below
    };
    for turn in 0..3000 {
        let mut bytes = whole.clone();
        match turn % 3 {
            0 => bytes.truncate(next(whole.len())),
            1 => {
                let at = next(whole.len());
                bytes[at] ^= 1 << next(8);
            }
            _ => {
                let at = next(2500.min(whole.len()));
                bytes[at] = u8::try_from(next(256)).unwrap();
            }
        }
        if bytes != whole {
            let refused = Checkpoint::from_bytes(&bytes, "x.safetensors");
            let message = refused.map(|_| ()).unwrap_err().to_string();
            assert!(message.starts_with("x.safetensors: "), "{message}");
        }
    }
    for foreign in [&b""[..], b"(version: 1)", &[0xff; 100], &[0; 4096]] {
        assert!(Checkpoint::from_bytes(foreign, "x").is_err());
    }
}

#[test]
fn another_version_is_named() {
    let mut trainer = Trainer::new(&small(&[]), &Start::Fresh, 3).unwrap();
    run(&mut trainer, 1);
    let bytes = trainer.checkpoint().to_bytes().unwrap();
    let (from, to) = (br#"{\"version\":1,"#, br#"{\"version\":7,"#);
    let at = bytes.windows(from.len()).position(|w| w == from).unwrap();
    let mut other = bytes;
    other[at..at + to.len()].copy_from_slice(to);
    let message = Checkpoint::from_bytes(&other, "x").unwrap_err().to_string();
    assert!(message.contains("version 7"), "{message}");
}

#[test]
fn a_loss_that_is_not_finite_stops_with_the_best_weights() {
    let scenario = small(&[
        ("training.learning_rate", "1"),
        ("training.form", "paper"),
        ("training.activation", "relu"),
        ("order_book.ask_exponent", "10"),
        ("training.gradient_clip", "inf"),
    ]);
    let mut trainer = Trainer::new(&scenario, &Start::Fresh, 3).unwrap();
    let failed = (0..2000).find_map(|_| trainer.step().err());
    if let Some(error) = failed {
        assert!(matches!(error, TrainingError::NotFinite { .. }), "{error}");
    }
    let best = trainer.report().best;
    assert!(best.objective.is_finite());
    let checkpoint = trainer.checkpoint().to_bytes().unwrap();
    assert!(Checkpoint::from_bytes(&checkpoint, "x").is_ok());
}

#[test]
fn what_single_precision_cannot_hold_goes_to_the_reference() {
    let scenario = small(&[
        ("contract.shares", "1e11"),
        ("order_book.depth", "1e11"),
        ("training.batch", "16"),
        ("training.validation_paths", "64"),
    ]);
    let mut trainer = Trainer::new(&scenario, &Start::Fresh, 3).unwrap();
    assert_eq!(trainer.report().rollout, RolloutKind::Reference);
    run(&mut trainer, 3);
    assert!(trainer.report().loss.unwrap().is_finite());
    let resumed = Trainer::resume(trainer.checkpoint()).unwrap();
    assert_eq!(resumed.report().rollout, RolloutKind::Reference);
}

#[test]
fn kernel_and_reference_train_alike() {
    let scenario = small(&[]);
    let policy = |kind| {
        let mut trainer = Trainer::with_rollout(&scenario, &Start::Fresh, 3, Some(kind)).unwrap();
        run(&mut trainer, 20);
        trainer.current_policy().unwrap()
    };
    let (fast, slow) = (policy(RolloutKind::Kernel), policy(RolloutKind::Reference));
    assert!(relative_distance(fast.weights(), slow.weights()) < 1e-3);
}

/// The paper's nine cells.
fn cells() -> Vec<(&'static str, String, &'static str, String)> {
    let mut cells = Vec::new();
    for (preset, impacts) in [
        ("paper-year", ["0", "0.01", "0.02"]),
        ("paper-month", ["0", "0.01", "0.02"]),
        ("paper-day", ["0", "0.001", "0.002"]),
    ] {
        for impact in impacts {
            for memory in ["0", "half", "inf"] {
                if impact == "0" && memory != "0" {
                    continue;
                }
                let base = presets::built_in(preset).unwrap();
                let decay = if memory == "half" {
                    (std::f64::consts::LN_2 / base.step_length()).to_string()
                } else {
                    memory.to_owned()
                };
                cells.push((preset, impact.to_owned(), memory, decay));
            }
        }
    }
    cells
}

fn cell(preset: &str, impact: &str, decay: &str, changes: &[(&str, &str)]) -> Scenario {
    let impact: f64 = impact.parse().unwrap();
    let (ask, bid) = ((1.0 + impact).to_string(), (1.0 - impact).to_string());
    let mut all = vec![
        ("order_book.ask_exponent", ask.as_str()),
        ("order_book.bid_exponent", bid.as_str()),
        ("order_book.ask_decay", decay),
        ("order_book.bid_decay", decay),
    ];
    all.extend_from_slice(changes);
    scenario(preset, &all)
}

/// Objective of the learned policy, of delta and of Leland's hedge on fresh common paths.
fn judged(scenario: &Scenario, iterations: u64, paths: u64) -> [f64; 3] {
    let mut trainer = Trainer::new(scenario, &Start::Fresh, 11).unwrap();
    train(
        &mut trainer,
        Budget::Iterations(iterations),
        &|| 0.0,
        &mut |_| ControlFlow::Continue(()),
    )
    .unwrap();
    let policies: Vec<Box<dyn Policy>> = vec![
        Box::new(trainer.policy()),
        Box::new(hedgelab::policy::Delta::of(scenario)),
        Box::new(hedgelab::policy::Leland::of(scenario)),
    ];
    let samples = simulate(scenario, &policies, Sampling::evaluation(99), paths);
    let goal = Goal::of(scenario);
    [0, 1, 2].map(|i| goal.value(samples[i].errors()))
}

#[test]
fn a_short_training_is_never_worse_than_delta_or_leland() {
    for (preset, impact, memory, decay) in cells() {
        if memory == "half" {
            continue;
        }
        let scenario = cell(
            preset,
            &impact,
            &decay,
            &[("training.validation_paths", "4000")],
        );
        let [learned, delta, leland] = judged(&scenario, 150, 20_000);
        assert!(
            learned <= delta.min(leland) * 1.0005,
            "{preset} {impact} {memory}: {learned} against {delta} and {leland}"
        );
    }
}

#[test]
#[ignore = "minutes: all cells and objectives, long trainings"]
fn a_long_training_is_never_worse_than_delta_or_leland() {
    let mut worse = Vec::new();
    for (preset, impact, memory, decay) in cells() {
        for (objective, _) in Objective::ALL {
            let scenario = cell(
                preset,
                &impact,
                &decay,
                &[("training.objective", objective)],
            );
            let [learned, delta, leland] = judged(&scenario, 2000, 200_000);
            eprintln!(
                "{preset} {impact} {memory} {objective}: {learned:.4} delta {delta:.4} leland {leland:.4}"
            );
            if learned > delta.min(leland) * 1.000_001 {
                worse.push(format!("{preset} {impact} {memory} {objective}"));
            }
        }
    }
    assert!(worse.is_empty(), "{worse:?}");
}

#[test]
#[ignore = "minutes: quality on a million paths, three seeds"]
fn trained_policies_reach_the_published_quality() {
    let goals = [
        ("paper-year", "0.01", "0", 1.5, 23.74),
        ("paper-year", "0.01", "0", 20.0, 23.62),
        ("paper-year", "0", "0", 5.0, 11.45),
        ("paper-day", "0.001", "inf", 10.0, 2.05),
    ];
    let mut missed = Vec::new();
    for (preset, impact, decay, seconds, goal) in goals {
        let scenario = cell(preset, impact, decay, &[]);
        for seed in 1..=3 {
            let start = std::time::Instant::now();
            let mut trainer = Trainer::new(&scenario, &Start::Fresh, seed).unwrap();
            let clock = || start.elapsed().as_secs_f64();
            let go_on = &mut |_: &Trainer| ControlFlow::Continue(());
            train(&mut trainer, Budget::Seconds(seconds), &clock, go_on).unwrap();
            let passed = clock();
            let policies: Vec<Box<dyn Policy>> = vec![Box::new(trainer.policy())];
            let samples = simulate(&scenario, &policies, Sampling::evaluation(777), 1_000_000);
            let rsmse = Statistics::of(&samples[0]).unwrap().rsmse;
            let (rsmse, se) = (rsmse.value.unwrap(), rsmse.se.unwrap());
            let iterations = trainer.report().iteration;
            eprintln!(
                "{preset} {impact} {decay} seed {seed}: {rsmse:.4} ± {se:.4} (goal {goal}) in {passed:.2} s, {iterations} iterations"
            );
            // A million paths know the figure to one standard error.
            if rsmse > goal + se {
                missed.push(format!("{preset} {impact} {decay} seed {seed}: {rsmse:.4}"));
            }
        }
    }
    assert!(missed.is_empty(), "{missed:?}");
}

#[test]
fn the_papers_own_training_is_possible() {
    let scenario = presets::built_in("paper-network").unwrap();
    assert_eq!(scenario.training.form, Form::Paper);
    let mut trainer = Trainer::new(&scenario, &Start::Fresh, 1).unwrap();
    run(&mut trainer, 2);
    assert_eq!(trainer.report().rollout, RolloutKind::Kernel);
    assert!((trainer.report().learning_rate - 1e-4).abs() < 1e-7);
}

#[test]
fn too_much_memory_is_refused_before_it_is_taken() {
    let scenario = small(&[("steps", "100000"), ("training.hidden", "1024,1024")]);
    let refused = Trainer::new(&scenario, &Start::Fresh, 1);
    assert!(matches!(refused, Err(TrainingError::TooLarge { .. })));
}
