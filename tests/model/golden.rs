//! The published statistics of delta and Leland hedging, reproduced within their standard errors.
//!
//! `assets/published.csv` holds published results of the paper's model (about a million test
//! paths a row). The ordinary run uses 100 000 paths; `HEDGELAB_FULL=1` uses a million.

use hedgelab::market::Sampling;
use hedgelab::outcome::{Estimate, Statistics};
use hedgelab::presets;
use hedgelab::scenario::{Named, Scenario, Strategy};
use hedgelab::simulate::{baselines, simulate};
use std::collections::HashMap;

const REFERENCE: &str = include_str!("../../assets/published.csv");
/// Paths behind each published row.
const PUBLISHED_PATHS: f64 = 1e6;

fn paths() -> u64 {
    if std::env::var_os("HEDGELAB_FULL").is_some() {
        1_000_000
    } else {
        100_000
    }
}

fn scenario(cell: &str, alpha: &str, memory: &str) -> Scenario {
    let base = presets::built_in(&format!("paper-{cell}")).unwrap();
    let bid = (2.0 - alpha.parse::<f64>().unwrap()).to_string();
    let decay = match memory {
        "0" => 0.0,
        "half" => 2f64.ln() / base.step_length(),
        _ => f64::INFINITY,
    };
    let decay = decay.to_string();
    let changes = [
        ("order_book.ask_exponent", alpha),
        ("order_book.bid_exponent", bid.as_str()),
        ("order_book.ask_decay", decay.as_str()),
        ("order_book.bid_decay", decay.as_str()),
    ];
    base.with(changes).unwrap()
}

/// Within four standard errors of the difference between our estimate and the published one.
fn agree(ours: Estimate, published: f64, what: &str) {
    let (value, se) = (ours.value.unwrap(), ours.se.unwrap());
    let published_se = se * (paths() as f64 / PUBLISHED_PATHS).sqrt();
    let allowed = 4.0 * se.hypot(published_se);
    assert!(
        (value - published).abs() <= allowed,
        "{what}: {value} against the published {published}; allowed difference {allowed}"
    );
}

#[test]
fn delta_and_leland_have_the_published_statistics() {
    let mut lines = REFERENCE.lines();
    let heading: Vec<&str> = lines.next().unwrap().split(',').collect();
    let mut compared = 0;
    for line in lines {
        let row: HashMap<&str, &str> = heading.iter().copied().zip(line.split(',')).collect();
        let Some(strategy) = Strategy::from_name(row["strategy"]) else {
            continue;
        };
        let scenario = scenario(row["cell"], row["alpha"], row["memory"]);
        let policies = baselines(&scenario, &[strategy]);
        let samples = simulate(
            &scenario,
            &policies,
            Sampling::evaluation(20_240_213),
            paths(),
        );
        let ours = Statistics::of(&samples[0]).unwrap();
        let kurtosis = ours.excess_kurtosis;
        let figures = [
            ("mean", ours.mean),
            ("rmse", ours.rmse),
            ("rsmse", ours.rsmse),
            ("var95", ours.var95),
            ("cvar95", ours.cvar95),
            ("var99", ours.var99),
            ("cvar99", ours.cvar99),
            ("skew", ours.skewness),
            ("kurt", kurtosis),
            ("turnover", ours.turnover),
        ];
        for (name, figure) in figures {
            agree(
                figure,
                row[name].parse().unwrap(),
                &format!("{line}\n{name}"),
            );
            compared += 1;
        }
    }
    assert_eq!(compared, 100, "ten rows of ten figures");
}
