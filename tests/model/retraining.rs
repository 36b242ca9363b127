//! After a slider moves, a short retraining from the weights on screen does nearly as well as a long
//! training from nothing.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test fails by panicking, and says how it went"
)]

use hedgelab::market::Sampling;
use hedgelab::outcome::Statistics;
use hedgelab::policy::{LearnedPolicy, Policy};
use hedgelab::presets;
use hedgelab::scenario::Scenario;
use hedgelab::simulate::simulate;
use hedgelab::training::{Budget, RETRAIN_ITERATIONS, Start, Trainer, shipped, train};
use std::ops::ControlFlow;

/// How much more RSMSE a retrained policy may have than a fully trained one.
const MOST: f64 = 1.01;

fn year(changes: &[(&str, &str)]) -> Scenario {
    let scenario = presets::built_in("paper-year").unwrap();
    scenario.with(changes.iter().copied()).unwrap()
}

fn trained(scenario: &Scenario, start: &Start, iterations: u64) -> LearnedPolicy {
    let mut trainer = Trainer::new(scenario, start, 5).unwrap();
    let budget = Budget::Iterations(iterations);
    let go_on = &mut |_: &Trainer| ControlFlow::Continue(());
    train(&mut trainer, budget, &|| 0.0, go_on).unwrap();
    trainer.policy()
}

/// RSMSE of each policy on the same 200 000 paths, which no training saw.
fn rsmse<const N: usize>(scenario: &Scenario, policies: [LearnedPolicy; N]) -> [f64; N] {
    let policies: Vec<Box<dyn Policy>> = policies
        .into_iter()
        .map(|policy| Box::new(policy) as Box<dyn Policy>)
        .collect();
    let samples = simulate(scenario, &policies, Sampling::evaluation(777), 200_000);
    std::array::from_fn(|i| Statistics::of(&samples[i]).unwrap().rsmse.value.unwrap())
}

/// RSMSE retrained from the shipped weights over RSMSE trained from nothing in `iterations`, after
/// the policy as it was has been seen to be the worse one.
fn ratio(changes: &[(&str, &str)], iterations: u64) -> f64 {
    let scenario = year(changes);
    let shipped = shipped("paper-year").unwrap();
    let retrained = trained(
        &scenario,
        &Start::Weights(shipped.clone()),
        RETRAIN_ITERATIONS as u64,
    );
    let fully = trained(&scenario, &Start::Fresh, iterations);
    let [before, retrained, fully] = rsmse(&scenario, [shipped, retrained, fully]);
    eprintln!(
        "{changes:?}: as it was {before:.3}, retrained {retrained:.3}, from nothing {fully:.3}"
    );
    assert!(retrained < before, "{changes:?}");
    retrained / fully
}

#[test]
fn a_retrained_policy_is_within_one_percent_of_a_trained_one() {
    let ratio = ratio(&[("market.drift", "0")], 3000);
    assert!(ratio < MOST, "{ratio}");
}

#[test]
#[ignore = "minutes: eight moves of a slider, long trainings"]
fn after_any_typical_move_retraining_is_within_one_percent() {
    let moves: &[&[(&str, &str)]] = &[
        &[("market.volatility", "0.25")],
        &[("market.volatility", "0.12")],
        &[("market.drift", "0")],
        &[
            ("order_book.ask_exponent", "1.02"),
            ("order_book.bid_exponent", "0.98"),
        ],
        &[
            ("order_book.ask_exponent", "1.005"),
            ("order_book.bid_exponent", "0.995"),
        ],
        &[
            ("order_book.ask_decay", "1.386"),
            ("order_book.bid_decay", "1.386"),
        ],
        &[("contract.strike", "1100")],
        &[("contract.maturity", "0.5")],
    ];
    for changes in moves {
        let ratio = ratio(changes, 12_000);
        assert!(ratio < MOST, "{changes:?}: {ratio}");
    }
}
