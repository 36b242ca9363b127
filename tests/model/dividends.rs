//! Shares that pay dividends: formulas against their definitions, the ledger against closed forms, and hedges that lose
//! nothing on average where the price grows by what the share does not pay.

use hedgelab::contract::{BlackScholes, Contract, Heston, opening_cash};
use hedgelab::episode::Episode;
use hedgelab::market::{Paths, Sampling};
use hedgelab::outcome::Statistics;
use hedgelab::policy::Delta;
use hedgelab::policy::conditioned::outside;
use hedgelab::presets;
use hedgelab::scenario::{OptionKind, Scenario, Strategy};
use hedgelab::simulate::{baselines, simulate};
use proptest::prelude::*;

fn scenario(preset: &str, changes: &[(&str, &str)]) -> Scenario {
    let scenario = presets::built_in(preset).unwrap();
    scenario.with(changes.iter().copied()).unwrap()
}

const MODEL: BlackScholes = BlackScholes {
    strike: 1000.0,
    volatility: 0.25,
    rate: 0.04,
    dividends: 0.07,
};

/// The discounted mean of the payoff where the price grows by `r − q`, by Simpson's rule.
fn mean_payoff(model: &BlackScholes, kind: OptionKind, spot: f64, years: f64) -> f64 {
    let width = model.volatility * years.sqrt();
    let (count, end) = (20_000, 10.0);
    let step = 2.0 * end / f64::from(count);
    let at = |i: i32| {
        let z = step.mul_add(f64::from(i), -end);
        let growth = (model.rate - model.dividends) * years;
        let price = spot * (growth - 0.5 * width * width + width * z).exp();
        let beyond = match kind {
            OptionKind::Call => price - model.strike,
            OptionKind::Put => model.strike - price,
        };
        beyond.max(0.0) * (-0.5 * z * z).exp()
    };
    let weight = |i: i32| match i {
        0 => 1.0,
        i if i == count => 1.0,
        i if i % 2 == 1 => 4.0,
        _ => 2.0,
    };
    let sum: f64 = (0..=count).map(|i| weight(i) * at(i)).sum();
    (-model.rate * years).exp() * sum * step / 3.0 / (2.0 * std::f64::consts::PI).sqrt()
}

#[test]
fn prices_are_discounted_mean_payoffs() {
    for kind in [OptionKind::Call, OptionKind::Put] {
        for (spot, years) in [(1000.0, 1.0), (800.0, 0.3), (1300.0, 2.0)] {
            let (price, mean) = (
                MODEL.price(kind, spot, years),
                mean_payoff(&MODEL, kind, spot, years),
            );
            assert!((price - mean).abs() < 1e-4, "{price} {mean}");
        }
    }
}

proptest! {
    #[test]
    fn calls_less_puts_are_forwards(
        spot in 200.0..5000f64, years in 0.0..3f64, rate in -0.05..0.2f64, dividends in -0.2..0.3f64
    ) {
        let model = BlackScholes { rate, dividends, ..MODEL };
        let of = |of: fn(&BlackScholes, OptionKind, f64, f64) -> f64| {
            of(&model, OptionKind::Call, spot, years) - of(&model, OptionKind::Put, spot, years)
        };
        let share = (-dividends * years).exp();
        let forward = spot * share - 1000.0 * (-rate * years).exp();
        prop_assert!((of(BlackScholes::price) - forward).abs() < 1e-9 * (spot + 1000.0));
        prop_assert!((of(BlackScholes::delta) - share).abs() < 1e-12 * share.max(1.0));
    }
}

#[test]
fn under_a_still_variance_hestons_hedge_is_mertons_delta() {
    let market = scenario(
        "heston-month",
        &[
            ("market.volatility_of_variance", "0.001"),
            ("market.dividend_yield", "0.3"),
            ("contract.maturity", "1"),
            ("financing.lend_rate", "0.05"),
            ("financing.borrow_rate", "0.05"),
        ],
    );
    let least = baselines(&market, &[Strategy::MinimumVariance]).remove(0);
    let delta = Delta::of(&market);
    let heston = Heston::of(&market.market);
    for spot in [700.0, 1000.0, 1200.0] {
        let path = vec![spot; market.steps + 1];
        let seen = Episode::start(&market, &path).observe().unwrap();
        let (found, wanted) = (least.target(&seen, &mut []), delta.position(spot, 1.0));
        assert!((found - wanted).abs() < 5e-3, "{spot}: {found} {wanted}");
        let x = (spot / 1000.0f64).ln() + 1.05f64.ln() - 0.3;
        let exact = (-0.3f64).exp() * heston.hedge(x, seen.factors[0], 1.0);
        assert!((found - exact).abs() < 5e-3, "{spot}: {found} {exact}");
    }
}

/// A path that goes up and down.
fn path(steps: usize) -> Vec<f64> {
    let price = |k: usize| 1000.0 * (0.2 * f64::sin(1.3 * k as f64)).exp();
    (0..=steps).map(price).collect()
}

#[test]
fn a_position_that_is_kept_receives_the_sum_in_closed_form() {
    for held in [0.7, -1.3] {
        let scenario = scenario(
            "paper-frictionless",
            &[
                ("market.dividend_yield", "0.09"),
                ("financing.lend_rate", "0.04"),
                ("financing.borrow_rate", "0.04"),
                ("contract.settlement", "cash"),
            ],
        );
        let path = path(scenario.steps);
        let mut episode = Episode::start(&scenario, &path);
        while episode.observe().is_some() {
            episode.trade_to(held);
        }
        let end = episode.settle();
        let (dates, step) = (scenario.steps, scenario.step_length());
        let grown = |dates: usize| 1.04f64.powf(step * dates as f64);
        let paid = |k: usize| held * path[k] * ((0.09 * step).exp() - 1.0);
        let dividends: f64 = (1..=dates).map(|k| paid(k) * grown(dates - k)).sum();
        let cash = (opening_cash(&scenario) - held * path[0]) * grown(dates) + dividends;
        assert!((end.cash - cash).abs() < 1e-9, "{} {cash}", end.cash);
        let gain = cash + held * path[dates] - Contract::of(&scenario).payoff(path[dates]);
        assert!((end.gain - gain).abs() < 1e-9);
        // Each date says what it brought; short positions pay.
        let ledger = episode.ledger();
        assert_eq!(ledger[0].dividends, Some(0.0));
        for line in &ledger[1..] {
            assert!((line.dividends.unwrap() - paid(line.step)).abs() < 1e-12);
        }
        assert!((end.dividends.unwrap() - paid(dates)).abs() < 1e-12);
        assert_eq!(end.dividends.unwrap() > 0.0, held > 0.0);
    }
}

#[test]
fn dividends_that_are_reinvested_make_a_whole_share() {
    let scenario = scenario(
        "paper-frictionless",
        &[
            ("market.dividend_yield", "0.12"),
            ("contract.settlement", "cash"),
        ],
    );
    let path = path(scenario.steps);
    let mut episode = Episode::start(&scenario, &path);
    while let Some(seen) = episode.observe() {
        episode.trade_to((-0.12 * seen.remaining).exp());
    }
    let end = episode.settle();
    let left = opening_cash(&scenario) - (-0.12f64).exp() * path[0];
    for line in episode.ledger() {
        assert!((line.cash - left).abs() < 1e-9, "{}", line.step);
    }
    assert!((end.value - (left + path[scenario.steps])).abs() < 1e-9);
}

/// With no impact and one rate no hedge loses or gains on average where the price and its dividends grow by
/// the rate.
#[test]
fn no_hedge_is_off_on_average_where_the_price_grows_by_the_rate_less_the_yield() {
    let drift = (1.03f64.ln() - 0.08).to_string();
    for (kind, legs) in [
        ("call", "none"),
        ("put", "none"),
        ("call", "short 2 call 95%; long 1 put 103%"),
    ] {
        let fair = scenario(
            "paper-frictionless",
            &[
                ("contract.kind", kind),
                ("contract.legs", legs),
                ("market.drift", &drift),
                ("market.dividend_yield", "0.08"),
                ("financing.lend_rate", "0.03"),
                ("financing.borrow_rate", "0.03"),
                ("contract.maturity", "0.5"),
                ("steps", "126"),
            ],
        );
        let hedges = [Strategy::None, Strategy::Delta, Strategy::Static];
        let policies = baselines(&fair, &hedges);
        let samples = simulate(&fair, &policies, Sampling::evaluation(3), 20_000);
        let errors: Vec<Statistics> = samples.iter().filter_map(Statistics::of).collect();
        for statistics in &errors {
            let (mean, se) = (statistics.mean.value.unwrap(), statistics.mean.se.unwrap());
            assert!(mean.abs() < 4.0 * se, "{kind} {legs}: {mean} ± {se}");
        }
        let spread = |statistics: &Statistics| statistics.std.value.unwrap();
        assert!(
            spread(&errors[1]) < 0.12 * spread(&errors[0]),
            "{kind} {legs}"
        );
    }
}

#[test]
fn no_dividends_are_no_part_of_a_market_or_of_its_file() {
    let year = scenario("paper-year", &[]);
    let none = scenario("paper-year", &[("market.dividend_yield", "0")]);
    assert_eq!(none, year);
    assert!(!year.market_identity().contains("dividend"));
    assert!(!presets::text(&year).unwrap().contains("dividend"));
    let pays = scenario("paper-year", &[("market.dividend_yield", "0.02")]);
    assert!(
        pays.market_identity()
            .contains("market.dividend_yield=2e-2\n")
    );
    let again = presets::parse(&presets::text(&pays).unwrap(), "pays").unwrap();
    assert_eq!(again, pays);
    let path = Paths::new(&year, Sampling::evaluation(1)).path(0);
    let mut episode = Episode::start(&year, &path);
    episode.trade_to(1.0);
    assert_eq!(episode.ledger()[0].dividends, None);
    assert_eq!(episode.settle().dividends, None);
    // Prices do not know of them: the drift is that of the price.
    assert_eq!(Paths::new(&pays, Sampling::evaluation(1)).path(0), path);
}

#[test]
fn a_policy_made_at_once_says_that_dividends_are_beyond_it() {
    let told = outside(&scenario(
        "paper-year",
        &[("market.dividend_yield", "0.02")],
    ));
    assert_eq!(
        told[0].to_string(),
        "dividend yield is 0.02; it answers for none"
    );
}
