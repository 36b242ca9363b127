//! What training reaches: never worse than a hedge without training, the README's table, and never
//! below the least that any policy can reach.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test fails by panicking, a long one says how it went"
)]

use hedgelab::market::Sampling;
use hedgelab::outcome::{Estimate, Statistics};
use hedgelab::policy::{LearnedPolicy, Policy};
use hedgelab::presets;
use hedgelab::scenario::{Named, Objective, Scenario, Strategy};
use hedgelab::simulate::{baselines, simulate};
use hedgelab::training::objective::Goal;
use hedgelab::training::{Budget, Start, Trainer, shipped, train};
use std::ops::ControlFlow;

fn scenario(preset: &str, changes: &[(&str, &str)]) -> Scenario {
    let scenario = presets::built_in(preset).unwrap();
    scenario.with(changes.iter().copied()).unwrap()
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

/// Objective of the learned policy, of delta, of Leland's hedge and of the soft band on fresh common
/// paths.
fn judged(scenario: &Scenario, iterations: u64, paths: u64) -> [f64; 4] {
    let mut trainer = Trainer::new(scenario, &Start::Fresh, 11).unwrap();
    train(
        &mut trainer,
        Budget::Iterations(iterations),
        &|| 0.0,
        &mut |_| ControlFlow::Continue(()),
    )
    .unwrap();
    let mut policies: Vec<Box<dyn Policy>> = vec![Box::new(trainer.policy())];
    let hedges = [Strategy::Delta, Strategy::Leland, Strategy::SoftBand];
    policies.extend(baselines(scenario, &hedges));
    let samples = simulate(scenario, &policies, Sampling::evaluation(99), paths);
    let goal = Goal::of(scenario);
    [0, 1, 2, 3].map(|i| goal.value(samples[i].errors()))
}

#[test]
fn a_short_training_is_never_worse_than_a_hedge_without_training() {
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
        for iterations in [5, 150] {
            let [learned, delta, leland, band] = judged(&scenario, iterations, 20_000);
            assert!(
                learned <= delta.min(leland).min(band) * 1.0005,
                "{preset} {impact} {memory}: {learned} against {delta}, {leland} and {band}"
            );
        }
    }
}

#[test]
#[ignore = "minutes: all cells and objectives, long trainings"]
fn a_long_training_is_never_worse_than_a_hedge_without_training() {
    let mut worse = Vec::new();
    for (preset, impact, memory, decay) in cells() {
        for (objective, _) in Objective::ALL {
            let scenario = cell(
                preset,
                &impact,
                &decay,
                &[("training.objective", objective)],
            );
            let [learned, delta, leland, band] = judged(&scenario, 2000, 200_000);
            eprintln!(
                "{preset} {impact} {memory} {objective}: {learned:.4} delta {delta:.4} leland {leland:.4} soft band {band:.4}"
            );
            // An entropic risk may be below 0.
            let best = delta.min(leland).min(band);
            if learned > best + 1e-6 * best.abs() {
                worse.push(format!("{preset} {impact} {memory} {objective}"));
            }
        }
    }
    assert!(worse.is_empty(), "{worse:?}");
}

/// RSMSE of `policy` on paths that no training saw.
fn rsmse(scenario: &Scenario, policy: LearnedPolicy, paths: u64) -> Estimate {
    let policies: Vec<Box<dyn Policy>> = vec![Box::new(policy)];
    let samples = simulate(scenario, &policies, Sampling::evaluation(777), paths);
    Statistics::of(&samples[0]).unwrap().rsmse
}

/// The README's table: a cell, the least RSMSE that any policy can reach with its error, iterations
/// and the RSMSE to reach in them; then how long a training without hurry takes, and what it is to
/// reach.
struct Row {
    cell: (&'static str, &'static str, &'static str),
    least: (f64, f64),
    short: (u64, f64),
    long: (f64, f64),
}

const TABLE: [Row; 3] = [
    Row {
        cell: ("paper-year", "0.01", "0"),
        least: (23.54, 0.03),
        short: (1000, 23.74),
        long: (20.0, 23.62),
    },
    Row {
        cell: ("paper-year", "0", "0"),
        least: (11.40, 0.03),
        short: (1000, 11.55),
        long: (5.0, 11.45),
    },
    Row {
        cell: ("paper-day", "0.001", "inf"),
        least: (2.029, 0.003),
        short: (1000, 2.035),
        long: (10.0, 2.035),
    },
];

#[test]
fn a_short_training_comes_near_the_table_of_the_readme() {
    for row in TABLE {
        let (preset, impact, decay) = row.cell;
        let (iterations, goal) = row.short;
        let scenario = cell(
            preset,
            impact,
            decay,
            &[("training.validation_paths", "10000")],
        );
        let mut trainer = Trainer::new(&scenario, &Start::Fresh, 1).unwrap();
        let go_on = &mut |_: &Trainer| ControlFlow::Continue(());
        train(&mut trainer, Budget::Iterations(iterations), &|| 0.0, go_on).unwrap();
        let found = rsmse(&scenario, trainer.policy(), 200_000);
        let (value, se) = (found.value.unwrap(), found.se.unwrap());
        eprintln!("{preset} {impact} {decay}: {value:.4} ± {se:.4} after {iterations}");
        let (least, least_se) = row.least;
        assert!(
            value > least - 4.0 * se.hypot(least_se),
            "{preset}: {value}"
        );
        assert!(
            value < goal + 2.0 * se,
            "{preset} {impact} {decay}: {value} ± {se}"
        );
    }
}

#[test]
#[ignore = "minutes: quality on a million paths, three seeds"]
fn a_long_training_reaches_the_table_of_the_readme() {
    let mut missed = Vec::new();
    for row in TABLE {
        let (preset, impact, decay) = row.cell;
        let (seconds, goal) = row.long;
        let scenario = cell(preset, impact, decay, &[]);
        for seed in 1..=3 {
            let start = std::time::Instant::now();
            let mut trainer = Trainer::new(&scenario, &Start::Fresh, seed).unwrap();
            let clock = || start.elapsed().as_secs_f64();
            let go_on = &mut |_: &Trainer| ControlFlow::Continue(());
            train(&mut trainer, Budget::Seconds(seconds), &clock, go_on).unwrap();
            let passed = clock();
            let found = rsmse(&scenario, trainer.policy(), 1_000_000);
            let (value, se) = (found.value.unwrap(), found.se.unwrap());
            let iterations = trainer.report().iteration;
            eprintln!(
                "{preset} {impact} {decay} seed {seed}: {value:.4} ± {se:.4} (goal {goal}) in {passed:.2} s, {iterations} iterations"
            );
            let (least, least_se) = row.least;
            assert!(
                value > least - 4.0 * se.hypot(least_se),
                "{preset}: {value}"
            );
            // A million paths know the figure to one standard error.
            if value > goal + se {
                missed.push(format!("{preset} {impact} {decay} seed {seed}: {value:.4}"));
            }
        }
    }
    assert!(missed.is_empty(), "{missed:?}");
}

#[test]
fn no_shipped_policy_is_below_the_optimum_or_above_the_published_network() {
    // The optimum with its error, by an independent dynamic program; the published network.
    let known = [
        ("paper-year", 23.54, 0.03, 23.74),
        ("paper-frictionless", 11.40, 0.03, 11.454),
    ];
    let paths = if std::env::var_os("HEDGELAB_FULL").is_some() {
        1_000_000
    } else {
        200_000
    };
    for (preset, least, least_se, published) in known {
        let scenario = presets::built_in(preset).unwrap();
        let found = rsmse(&scenario, shipped(preset).unwrap(), paths);
        let (value, se) = (found.value.unwrap(), found.se.unwrap());
        eprintln!("{preset}: {value:.4} ± {se:.4}");
        assert!(
            value > least - 4.0 * se.hypot(least_se),
            "{preset}: {value} ± {se}"
        );
        assert!(value < published + 2.0 * se, "{preset}: {value} ± {se}");
    }
}
