//! The fused kernel against what it must equal: automatic differentiation, finite differences of
//! the readable loop, and the readable ledger, on every instruction set that this machine can run.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test fails by panicking, a long one says how it went"
)]

use burn::tensor::{DType, Device};
use hedgelab::market::{Paths, Sampling};
use hedgelab::policy::features::Features;
use hedgelab::policy::network::{layer_widths, weight_count};
use hedgelab::policy::{Base, LearnedPolicy, Scales};
use hedgelab::presets;
use hedgelab::scenario::Scenario;
use hedgelab::simulate::replay;
use hedgelab::training::objective::Goal;
use hedgelab::training::reference::Reference;
use hedgelab::training::rollout::{Gradient, Rollout, Surface};
use hedgelab::training::rows::{RowSource, Rows};
use hedgelab::training::{fused, kernel};

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

fn rows(scenario: &Scenario, features: &Features, paths: usize) -> Rows {
    let mut rows = Rows::default();
    RowSource::new(scenario, *features, Sampling::evaluation(5)).fill(0, paths, &mut rows);
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
                    if turn % 3 == 1 {
                        changes.push(("market.dividend_yield", "0.08"));
                    }
                    if turn % 4 == 1 {
                        changes.push(("limits.max_trade", "0.35"));
                        changes.push(("limits.max_position", "0.9"));
                        changes.push(("limits.min_position", "-0.8"));
                    }
                    if turn % 4 == 3 {
                        changes.push(("order_book.mid_impact", "0.004"));
                        changes.push(("order_book.mid_permanent", "0.4"));
                        changes.push(("order_book.mid_decay", "6"));
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
    if distance == 0.0 {
        return 0.0;
    }
    distance / norm(&mut other.iter().map(|x| f64::from(*x)))
}

/// What single precision may be off by, relative to the gradient's norm.
const CLOSE: f64 = 1e-5;

/// The kernel for `scenario` on each instruction set that this machine can run.
fn kernels(scenario: &Scenario, features: &Features) -> Vec<Rollout> {
    let on = |arch| Rollout::Kernel(Box::new(fused::kernel(scenario, features, arch).unwrap()));
    kernel::architectures().into_iter().map(on).collect()
}

/// The kernel's loss, gradient, threshold and errors are the reference's, on every instruction set.
fn check_gradient(scenario: &Scenario, base: Base, surface: Surface, close: f64) {
    check_features(scenario, &Features::of(scenario, base), surface, close);
}

/// The same with given units of the inputs.
fn check_features(scenario: &Scenario, features: &Features, surface: Surface, close: f64) {
    let (weights, rows) = (weights(scenario), rows(scenario, features, 75));
    let reference = Reference::new(scenario, *features, Device::flex(), DType::F64);
    let exact = reference.gradient(&weights, &rows, surface).unwrap();
    for (turn, mut kernel) in kernels(scenario, features).into_iter().enumerate() {
        let mut fast = Gradient::default();
        kernel
            .gradient(&weights, &rows, surface, &mut fast)
            .unwrap();
        let errors = relative_distance(&fast.errors, &exact.errors);
        let parameters = presets::text(scenario).unwrap();
        let told = format!("instruction set {turn}, {surface:?}, {parameters}");
        assert!(errors < close, "errors apart by {errors:e}: {told}");
        if exact.loss == 0.0 {
            // Gains on every path: nothing to learn from.
            assert!(fast.loss == 0.0 && fast.weights.iter().all(|g| *g == 0.0));
            assert!(exact.weights.iter().all(|g| *g == 0.0));
            continue;
        }
        let apart = relative_distance(&fast.weights, &exact.weights);
        assert!(apart < close, "gradients apart by {apart:e}: {told}");
        assert!((fast.loss / exact.loss - 1.0).abs() < close, "loss: {told}");
        assert!((fast.threshold - exact.threshold).abs() < 1e-4, "{told}");
    }
}

#[test]
fn the_kernels_gradient_is_that_of_automatic_differentiation() {
    for scenario in cases() {
        for base in [Base::Delta, Base::Leland] {
            for surface in SURFACES {
                let surface = scaled(surface, scenario.contract.shares);
                check_gradient(&scenario, base, surface, CLOSE);
            }
        }
    }
}

#[test]
fn the_gradient_holds_for_steep_and_for_frictionless_books() {
    for (ask, bid) in [
        ("1", "1"),
        ("1.5", "0.6"),
        ("3", "0.2"),
        ("1", "0.5"),
        ("2", "1"),
    ] {
        for side in ["short", "long"] {
            let changes = [
                ("order_book.ask_exponent", ask),
                ("order_book.bid_exponent", bid),
                ("contract.position", side),
                ("training.hidden", "8,5"),
                ("order_book.ask_decay", "4"),
                ("steps", "5"),
            ];
            let scenario = scenario("paper-year", &changes);
            for surface in [Surface::Rmse, Surface::Rsmse] {
                check_gradient(&scenario, Base::Delta, surface, CLOSE);
            }
        }
    }
}

#[test]
fn the_gradient_holds_for_half_spreads_of_their_own() {
    for (exponents, halves) in [
        (["1.01", "0.99"], ["0.0001", "0.0003"]),
        (["1.01", "0.99"], ["0.05", "0"]),
        (["1", "1"], ["0.01", "0.02"]),
        (["1.4", "0.7"], ["none", "0.001"]),
    ] {
        let changes = [
            ("order_book.ask_exponent", exponents[0]),
            ("order_book.bid_exponent", exponents[1]),
            ("order_book.ask_half_spread", halves[0]),
            ("order_book.bid_half_spread", halves[1]),
            ("order_book.ask_decay", "4"),
            ("training.hidden", "8,5"),
            ("steps", "5"),
        ];
        let scenario = scenario("paper-year", &changes);
        for surface in [Surface::Rmse, Surface::Rsmse] {
            check_gradient(&scenario, Base::Delta, surface, CLOSE);
        }
    }
}

#[test]
fn the_gradient_holds_where_trades_move_the_mid() {
    for (permanent, decay) in [("0", "0"), ("0", "inf"), ("0.3", "4"), ("1", "0")] {
        for (settlement, kind) in [("delivery", "call"), ("cash", "call"), ("cash", "put")] {
            for exponents in [["1", "1"], ["1.02", "0.97"]] {
                let changes = [
                    ("order_book.mid_impact", "0.05"),
                    ("order_book.mid_permanent", permanent),
                    ("order_book.mid_decay", decay),
                    ("order_book.ask_exponent", exponents[0]),
                    ("order_book.bid_exponent", exponents[1]),
                    ("contract.settlement", settlement),
                    ("contract.kind", kind),
                    ("training.hidden", "8,5"),
                    ("steps", "5"),
                ];
                let scenario = scenario("paper-year", &changes);
                for surface in [Surface::Rmse, Surface::Rsmse] {
                    check_gradient(&scenario, Base::Delta, surface, CLOSE);
                }
            }
        }
    }
}

#[test]
fn the_gradient_holds_for_memories_far_larger_than_any_trade() {
    for memory in ["3", "1e3", "1e6", "1e9"] {
        for depth in ["1", "50"] {
            let changes = [
                ("initial.ask_memory", memory),
                ("initial.bid_memory", memory),
                ("order_book.depth", depth),
                ("training.hidden", "7,6"),
                ("steps", "5"),
            ];
            let scenario = scenario("paper-year", &changes);
            check_gradient(&scenario, Base::Delta, Surface::Rmse, CLOSE);
        }
    }
}

#[test]
fn the_gradient_holds_at_the_limits_of_positions_and_trades() {
    let limits: [&[(&str, &str)]; 4] = [
        &[("limits.max_trade", "0.2")],
        &[
            ("limits.max_position", "0.55"),
            ("limits.min_position", "0.45"),
            ("initial.position", "0.5"),
        ],
        &[("limits.min_position", "0.6"), ("initial.position", "0.6")],
        &[
            ("limits.max_trade", "0.05"),
            ("limits.max_position", "0.3"),
            ("initial.position", "0.3"),
        ],
    ];
    for changes in limits {
        let scenario = scenario("paper-year", &[("steps", "6"), ("training.hidden", "9")]);
        let scenario = scenario.with(changes.iter().copied()).unwrap();
        check_gradient(&scenario, Base::Leland, Surface::Rmse, CLOSE);
    }
}

#[test]
fn the_gradient_holds_where_inputs_are_at_their_bounds() {
    let changes = [
        ("initial.position", "12"),
        ("order_book.ask_exponent", "1.3"),
        ("order_book.bid_exponent", "0.8"),
        ("training.hidden", "9,4"),
        ("steps", "6"),
    ];
    let scenario = scenario("paper-year", &changes);
    let scales = Scales {
        most: 1.5,
        span: 0.4,
        position: 1.0,
        ..Scales::of(&scenario, 0.0)
    };
    let features = Features::new(&scenario, Base::Delta, scales);
    for surface in SURFACES {
        check_features(&scenario, &features, surface, CLOSE);
    }
}

#[test]
fn the_entropic_loss_holds_from_next_to_no_aversion_to_much() {
    for aversion in [1e-16, 1e-6, 1e-3, 1.0, 10.0] {
        let scenario = scenario("paper-year", &[("training.hidden", "6"), ("steps", "4")]);
        let surface = Surface::Entropic { aversion };
        // An error of 1e-5 in γ·e is one of so much in the weight of the worst path.
        let close = CLOSE * (aversion * 100.0).max(1.0);
        check_gradient(&scenario, Base::Delta, surface, close);
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
        let (weights, rows) = (weights(&scenario), rows(&scenario, &features, 40));
        let mut kernel = kernels(&scenario, &features).pop().unwrap();
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
        let rows = rows(&scenario, &features, paths);
        let arch = kernel::architectures().pop().unwrap();
        let mut fast = fused::kernel(&scenario, &features, arch).unwrap();
        let (mut errors, mut trace) = (vec![0.0; paths], kernel::Trace::default());
        fast.trace(&weights, &rows, &mut errors, &mut trace)
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
                close(trace.position[at], line.position_before, 1.0, "position");
                close(trace.value[at], line.value_before, 1000.0, "value");
                close(trace.ask[at], line.memory_before.ask, 1.0, "ask memory");
                close(trace.bid[at], line.memory_before.bid, 1.0, "bid memory");
                close(
                    trace.cash[at],
                    line.cash,
                    1000.0 * line.position.abs().max(1.0),
                    "cash",
                );
            }
            let last = scenario.steps * paths + path;
            close(trace.position[last], end.position, 1.0, "last position");
            close(trace.value[last], end.value, 1000.0, "last value");
            close(*error, end.error, 1000.0, "error");
        }
    }
}
