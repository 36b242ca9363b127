//! Premiums at which a hedge is neither a loss nor a gain: against closed forms and by running them again.

use hedgelab::contract::BlackScholes;
use hedgelab::market::Sampling;
use hedgelab::outcome::Estimate;
use hedgelab::policy::{Policy, Tuned, line_up};
use hedgelab::presets;
use hedgelab::scenario::fields::Field;
use hedgelab::scenario::{Scenario, Strategy, Variation};
use hedgelab::simulate::{
    Price, PriceCurve, PriceRule, price, price_difference, price_point, simulate,
};
use hedgelab::training::shipped;
use std::ops::ControlFlow;

const PATHS: usize = 20_000;
/// Paths on which a premium is tried that was found on others.
const FRESH: u64 = 99;

fn changed(preset: &str, changes: &[(&str, &str)]) -> Scenario {
    let scenario = presets::built_in(preset).unwrap();
    scenario.with(changes.iter().copied()).unwrap()
}

fn policy(scenario: &Scenario, strategy: Strategy) -> Box<dyn Policy> {
    let learned = shipped("paper-year").unwrap();
    line_up(&[strategy], scenario, &Tuned::GUESS, &[learned]).remove(0)
}

fn prices(scenario: &Scenario, strategy: Strategy) -> [Price; 3] {
    let policy = policy(scenario, strategy);
    let rules = PriceRule::all(scenario);
    let sampling = Sampling::evaluation(scenario.seed);
    let found = price(scenario, policy.as_ref(), sampling, PATHS, &rules);
    found.try_into().unwrap()
}

fn value(price: &Price) -> f64 {
    price.premium.value.unwrap()
}

/// The risk by a rule at a premium, on the paths of a seed, run through the ordinary simulation.
fn risk(scenario: &Scenario, strategy: Strategy, price: &Price, seed: u64) -> Estimate {
    let premium = format!("{:e}", value(price));
    let paid = scenario
        .with([("contract.premium", premium.as_str())])
        .unwrap();
    // Who hedges is who hedged before: the rule of the scenario as it was.
    let policies = [policy(scenario, strategy)];
    let samples = simulate(&paid, &policies, Sampling::evaluation(seed), PATHS as u64);
    price.rule.risk(samples[0].errors(), 1)
}

const OPTIONS: [[(&str, &str); 2]; 4] = [
    [("contract.kind", "call"), ("contract.position", "short")],
    [("contract.kind", "call"), ("contract.position", "long")],
    [("contract.kind", "put"), ("contract.position", "short")],
    [("contract.kind", "put"), ("contract.position", "long")],
];

#[test]
fn without_friction_and_drift_delta_costs_the_closed_form_on_average() {
    for option in OPTIONS {
        let mut changes = option.to_vec();
        changes.extend([
            ("market.drift", "0"),
            ("steps", "50"),
            ("contract.strike", "1030"),
            ("training.risk_aversion", "0.002"),
        ]);
        let scenario = changed("paper-frictionless", &changes);
        let contract = &scenario.contract;
        let model = BlackScholes::of(&scenario);
        let expected = contract.shares * model.price(contract.kind, 1000.0, contract.maturity);
        for strategy in [Strategy::Delta, Strategy::None] {
            let [mean, cvar, entropic] = prices(&scenario, strategy);
            let error = mean.premium.se.unwrap();
            assert!(
                (value(&mean) - expected).abs() < 4.0 * error,
                "{option:?} {strategy:?}: {mean:?} against {expected}"
            );
            // Whoever minds risk asks for more, and pays less.
            let sign = contract.first().sign();
            assert!(sign * (value(&cvar) - value(&mean)) > 0.0);
            assert!(sign * (value(&entropic) - value(&mean)) > 0.0);
        }
    }
}

#[test]
fn by_every_rule_the_price_of_a_fine_hedge_tends_to_the_closed_form() {
    let distance = |steps: &str| {
        let changes = [("market.drift", "0"), ("steps", steps)];
        let scenario = changed("paper-frictionless", &changes);
        let model = BlackScholes::of(&scenario);
        let contract = &scenario.contract;
        let expected = contract.shares * model.price(contract.kind, 1000.0, contract.maturity);
        prices(&scenario, Strategy::Delta).map(|price| value(&price) - expected)
    };
    let (coarse, fine) = (distance("8"), distance("200"));
    // An error's size falls with the root of the number of dates, entropic risk with its square.
    assert!(
        fine[1] < 0.3 * coarse[1] && fine[1] > 0.0,
        "{fine:?} {coarse:?}"
    );
    assert!(
        fine[2] < 0.15 * coarse[2] && fine[2] > 0.0,
        "{fine:?} {coarse:?}"
    );
}

#[test]
fn a_premium_found_gives_no_risk_when_it_is_run_again() {
    for option in OPTIONS {
        let mut changes = option.to_vec();
        changes.extend([
            ("financing.lend_rate", "0.02"),
            ("financing.borrow_rate", "0.07"),
            ("training.risk_aversion", "0.005"),
        ]);
        let scenario = changed("paper-year", &changes);
        for strategy in [
            Strategy::Delta,
            Strategy::Leland,
            Strategy::Static,
            Strategy::Learned,
        ] {
            for price in prices(&scenario, strategy) {
                let about = format!("{option:?} {strategy:?} {price:?}");
                if value(&price) < 0.0 {
                    continue; // Not a premium that a scenario can have.
                }
                let own = risk(&scenario, strategy, &price, scenario.seed);
                let (left, error) = (own.value.unwrap(), own.se.unwrap());
                assert!(left.abs() <= 2e-3 * error, "{about} leaves {own:?}");
                let fresh = risk(&scenario, strategy, &price, FRESH);
                let error = fresh.se.unwrap().hypot(error);
                assert!(
                    fresh.value.unwrap().abs() < 4.0 * error,
                    "{about} leaves {fresh:?}"
                );
            }
        }
    }
}

#[test]
fn the_dearer_it_is_to_trade_the_more_a_seller_asks_and_the_less_a_buyer_pays() {
    for (position, sign) in [("short", 1.0), ("long", -1.0)] {
        let mut last = [f64::NEG_INFINITY; 3];
        for impact in [0.0, 0.002, 0.005, 0.01, 0.02, 0.04] {
            let (ask, bid) = ((1.0 + impact).to_string(), (1.0 - impact).to_string());
            let scenario = changed(
                "paper-year",
                &[
                    ("order_book.ask_exponent", &ask),
                    ("order_book.bid_exponent", &bid),
                    ("contract.position", position),
                    // So that a threshold of exercise takes nothing away again.
                    ("contract.strike", "800"),
                ],
            );
            let now = prices(&scenario, Strategy::Delta).map(|price| sign * value(&price));
            for (now, last) in now.iter().zip(last) {
                assert!(*now > last, "{position} at {impact}: {now} after {last}");
            }
            last = now;
        }
    }
}

#[test]
fn who_does_not_look_at_the_value_needs_two_runs_and_what_he_gets_earns_the_rate() {
    let changes = [
        ("financing.lend_rate", "0.03"),
        ("financing.borrow_rate", "0.03"),
    ];
    let scenario = changed("paper-year", &changes);
    let sampling = Sampling::evaluation(scenario.seed);
    let policies = [policy(&scenario, Strategy::Delta)];
    let samples = simulate(&scenario, &policies, sampling, PATHS as u64);
    let start = hedgelab::contract::opening_cash(&scenario);
    for price in prices(&scenario, Strategy::Delta) {
        assert!(price.tries <= 2, "{price:?}");
        let risk = price.rule.risk(samples[0].errors(), 1);
        let expected = start + risk.value.unwrap() / 1.03;
        assert!(
            (value(&price) - expected).abs() < 1e-8,
            "{price:?} against {expected}"
        );
        let error = risk.se.unwrap() / 1.03;
        assert!((price.premium.se.unwrap() / error - 1.0).abs() < 1e-6);
    }
}

#[test]
fn a_price_does_not_depend_on_the_premium_that_the_scenario_gives_nor_on_threads() {
    let year = changed("paper-year", &[]);
    let given = changed("paper-year", &[("contract.premium", "300")]);
    for strategy in [Strategy::Delta, Strategy::Learned] {
        let pairs = prices(&year, strategy)
            .into_iter()
            .zip(prices(&given, strategy));
        for (one, other) in pairs {
            let error = one.premium.se.unwrap();
            assert!(
                (value(&one) - value(&other)).abs() < 0.01 * error,
                "{one:?} {other:?}"
            );
        }
    }
    let run = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        pool.unwrap().install(|| prices(&year, Strategy::Learned))
    };
    assert_eq!(run(1), run(3));
}

#[test]
fn standard_errors_are_those_of_repetition() {
    let scenario = changed("paper-year", &[]);
    let delta = policy(&scenario, Strategy::Delta);
    for antithetic in [false, true] {
        let runs: Vec<Vec<Price>> = (0..200)
            .map(|seed| {
                let sampling = Sampling {
                    antithetic,
                    ..Sampling::evaluation(1000 + seed)
                };
                price(
                    &scenario,
                    delta.as_ref(),
                    sampling,
                    1000,
                    &PriceRule::all(&scenario),
                )
            })
            .collect();
        for rule in 0..3 {
            let n = runs.len() as f64;
            let mean = runs.iter().map(|run| value(&run[rule])).sum::<f64>() / n;
            let square = |run: &Vec<Price>| (value(&run[rule]) - mean).powi(2);
            let spread = (runs.iter().map(square).sum::<f64>() / (n - 1.0)).sqrt();
            let told = runs
                .iter()
                .map(|run| run[rule].premium.se.unwrap())
                .sum::<f64>()
                / n;
            let ratio = told / spread;
            assert!(
                (0.8..1.25).contains(&ratio),
                "{antithetic} {rule}: {told} and {spread}"
            );
        }
    }
}

#[test]
fn an_entropic_price_that_hangs_on_a_few_paths_is_absent_and_nothing_costs_nothing() {
    // γ·e is about a hundred there.
    let [mean, cvar, entropic] = prices(&changed("thin-book", &[]), Strategy::Delta);
    assert!(mean.premium.value.is_some() && cvar.premium.value.is_some());
    assert_eq!(entropic.premium, Estimate::default());
    // The worst of a bought option that nobody hedges is that it ends worthless.
    let bought = changed("paper-year", &[("contract.position", "long")]);
    assert_eq!(value(&prices(&bought, Strategy::None)[1]), 0.0);
}

#[test]
fn what_liquidity_costs_is_known_better_than_either_price_and_is_nothing_in_a_free_book() {
    let scenario = changed("paper-year", &[]);
    let free = changed(
        "paper-year",
        &[
            ("order_book.ask_exponent", "1"),
            ("order_book.bid_exponent", "1"),
        ],
    );
    let sampling = Sampling::evaluation(scenario.seed);
    let rules = PriceRule::all(&scenario);
    let delta = |scenario: &Scenario| policy(scenario, Strategy::Delta);
    let (one, other) = (delta(&scenario), delta(&free));
    let less = price_difference(
        (&scenario, one.as_ref()),
        (&free, other.as_ref()),
        sampling,
        PATHS,
        &rules,
    );
    let (here, there) = (
        prices(&scenario, Strategy::Delta),
        prices(&free, Strategy::Delta),
    );
    for (place, less) in less.iter().enumerate() {
        let apart = value(&here[place]) - value(&there[place]);
        assert!((less.less.value.unwrap() - apart).abs() < 1e-9);
        let se = |price: &Price| price.premium.se.unwrap();
        let unpaired = se(&here[place]).hypot(se(&there[place]));
        let paired = less.less.se.unwrap();
        assert!(
            paired < 0.8 * unpaired,
            "{place}: {paired} against {unpaired}"
        );
    }
    // Forty runs on other paths: the paired standard error is the one there is.
    let runs = (0..40).map(|seed| {
        let sampling = Sampling::evaluation(100 + seed);
        let (one, other) = ((&scenario, one.as_ref()), (&free, other.as_ref()));
        price_difference(one, other, sampling, 2000, &rules[..1])[0].less
    });
    let runs: Vec<Estimate> = runs.collect();
    let values: Vec<f64> = runs.iter().map(|run| run.value.unwrap()).collect();
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let squares = values.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>();
    let spread = (squares / (values.len() - 1) as f64).sqrt();
    let told = runs[0].se.unwrap();
    assert!(
        (0.7..1.4).contains(&(spread / told)),
        "{spread} against {told}"
    );
    let nothing = price_difference(
        (&free, other.as_ref()),
        (&free, other.as_ref()),
        sampling,
        500,
        &rules,
    );
    assert!(nothing.iter().all(|d| d.less.value == Some(0.0)));
}

#[test]
fn a_price_against_a_parameter_is_the_price_where_the_parameter_is_so() {
    let scenario = changed("paper-year", &[("strategies.selected", "delta,leland")]);
    let variation = Variation::new(Field::find("market.volatility").unwrap(), false).unwrap();
    let sampling = Sampling::evaluation(scenario.seed);
    let mut curve = PriceCurve::default();
    for value in [0.3, 0.1, 0.2] {
        let there = variation.at(&scenario, value).unwrap();
        let go_on = &mut || ControlFlow::Continue(());
        curve.add(price_point(value, &there, &[], sampling, 5000, go_on).unwrap());
    }
    let values: Vec<f64> = curve.points.iter().map(|point| point.value).collect();
    assert_eq!(values, [0.1, 0.2, 0.3]);
    let there = changed("paper-year", &[("market.volatility", "0.3")]);
    let delta = policy(&there, Strategy::Delta);
    let known = price(
        &there,
        delta.as_ref(),
        sampling,
        5000,
        &PriceRule::all(&there),
    );
    let found = &curve.points[2].strategies[0];
    for (found, known) in found.premiums.iter().zip(known) {
        assert_eq!(*found, known.premium);
    }
    let closed: Vec<f64> = curve
        .points
        .iter()
        .map(|point| point.black_scholes)
        .collect();
    assert!(closed.is_sorted_by(|a, b| a < b));
    assert!(
        price_point(0.1, &scenario, &[], sampling, 500, &mut || {
            ControlFlow::Break(())
        })
        .is_none()
    );
}
