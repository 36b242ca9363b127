//! Portfolios of calls and puts: what they are by their legs, exercise by joint decisions, and the fast ways against the
//! readable one.

use burn::tensor::{DType, Device};
use hedgelab::contract::{BlackScholes, Contract, opening_cash};
use hedgelab::episode::Money;
use hedgelab::market::{Paths, Sampling};
use hedgelab::order_book::{Memory, OrderBook};
use hedgelab::policy::features::Features;
use hedgelab::policy::network::{layer_widths, weight_count};
use hedgelab::policy::{Base, Delta, LearnedPolicy, Scales};
use hedgelab::presets;
use hedgelab::scenario::legs::TEMPLATES;
use hedgelab::scenario::{Leg, OptionKind, Scenario, Side, Strategy};
use hedgelab::simulate::{baselines, mean_money, replay, simulate};
use hedgelab::training::reference::Reference;
use hedgelab::training::rollout::{Gradient, Rollout, Surface};
use hedgelab::training::rows::{RowSource, Rows};
use hedgelab::training::{fused, kernel};
use proptest::prelude::*;
use std::ops::ControlFlow;

fn scenario(preset: &str, changes: &[(&str, &str)]) -> Scenario {
    let scenario = presets::built_in(preset).unwrap();
    scenario.with(changes.iter().copied()).unwrap()
}

/// Portfolios in which holders on both sides have something to decide.
const PORTFOLIOS: [&str; 6] = [
    "straddle",
    "butterfly 5%",
    "short 2 call 950; long 1 call 1000; long 1.5 put 1020; short 0.5 put 900",
    "short 1 call 900; short 1 put 1100",
    "long 1 call 900; long 1 put 1100; short 3 call 1010",
    "short 1 call 980; short 0.3 call 1000; short 2 put 1000; long 1 put 950; long 1 call 1050; long 2 put 1010; \
     short 1 call 1100; long 0.2 call 960",
];

/// The options of a portfolio, each alone.
fn alone(portfolio: &Scenario) -> Vec<Scenario> {
    let one = |leg: &Leg| {
        let mut parameters = portfolio.clone().into_parameters();
        parameters.contract.put_legs(vec![*leg]);
        Scenario::new(parameters).unwrap()
    };
    portfolio.contract.legs.iter().map(one).collect()
}

#[test]
fn without_impact_a_portfolio_is_the_sum_of_its_legs() {
    let rates = [
        ("financing.lend_rate", "0.03"),
        ("financing.borrow_rate", "0.03"),
    ];
    for (legs, turn) in PORTFOLIOS.iter().zip(0..) {
        let rates = if turn % 2 == 0 { &rates[..] } else { &[] };
        let free = scenario("paper-frictionless", rates);
        let portfolio = free.with([("contract.legs", *legs)]).unwrap();
        let parts = alone(&portfolio);
        let sum = |of: &dyn Fn(&Scenario) -> f64| parts.iter().map(of).sum::<f64>();
        let close = |one: f64, other: f64| {
            assert!((one - other).abs() < 1e-8, "{legs}: {one} against {other}");
        };
        close(opening_cash(&portfolio), sum(&opening_cash));
        for spot in [700.0, 955.0, 1000.0, 1240.0] {
            let model = BlackScholes::of(&portfolio);
            let contract = Contract::of(&portfolio);
            let position = |s: &Scenario| Delta::of(s).position(spot, 0.3);
            close(position(&portfolio), sum(&position));
            let slope = |of: &dyn Fn(f64) -> f64| (of(spot + 0.01) - of(spot - 0.01)) / 0.02;
            let worth = |s| contract.value(&model, s, 0.3);
            assert!((slope(&worth) - position(&portfolio)).abs() < 1e-6);
            let held = |s| Delta::of(&portfolio).position(s, 0.3);
            assert!((slope(&held) - contract.gamma(&model, spot, 0.3)).abs() < 1e-6);
        }
        for strategy in [Strategy::Delta, Strategy::Leland, Strategy::Static] {
            let run = |s: &Scenario| {
                let policies = baselines(s, &[strategy]);
                simulate(s, &policies, Sampling::evaluation(3), 300).remove(0)
            };
            let (whole, legs): (_, Vec<_>) = (run(&portfolio), parts.iter().map(run).collect());
            for (path, error) in whole.errors().iter().enumerate() {
                close(*error, legs.iter().map(|leg| leg.errors()[path]).sum());
            }
        }
    }
}

#[test]
fn one_leg_is_to_the_bit_what_the_fields_are() {
    let cases = [
        ("short 1 call 1000", "call", "short", "1000", "1"),
        ("long 2.5 put 970", "put", "long", "970", "2.5"),
    ];
    for (legs, kind, position, strike, shares) in cases {
        let by_legs = scenario("paper-year", &[("contract.legs", legs)]);
        let by_fields = scenario(
            "paper-year",
            &[
                ("contract.kind", kind),
                ("contract.position", position),
                ("contract.strike", strike),
                ("contract.shares", shares),
            ],
        );
        assert_eq!(by_legs, by_fields);
        assert_eq!(by_legs.market_identity(), by_fields.market_identity());
        assert!(!by_legs.market_identity().contains("legs"));
        let text = presets::text(&by_legs).unwrap();
        assert!(!text.contains("legs"), "{text}");
    }
    let straddle = scenario("paper-year", &[("contract.legs", "straddle")]);
    assert!(
        straddle
            .market_identity()
            .contains("contract.legs=short 1 call 1000; short 1 put 1000\n")
    );
    let again = presets::parse(&presets::text(&straddle).unwrap(), "a straddle").unwrap();
    assert_eq!(again, straddle);
}

/// What exercising the options with these numbers brings the hedger: shares and cash.
fn delivered(contract: &Contract, taken: u32) -> (f64, f64) {
    let legs = contract.legs().iter().enumerate();
    legs.filter(|(i, _)| (taken >> i) & 1 == 1)
        .fold((0.0, 0.0), |(shares, cash), (_, leg)| {
            let calls = if leg.kind == OptionKind::Call {
                1.0
            } else {
                -1.0
            };
            let received = -leg.sign() * calls * leg.shares;
            (shares + received, cash - received * leg.strike)
        })
}

#[test]
fn one_option_is_exercised_where_trading_its_shares_pays() {
    let long = [Side::Short, Side::Long];
    for side in long {
        for kind in [OptionKind::Call, OptionKind::Put] {
            let mut parameters = scenario("paper-year", &[]).into_parameters();
            parameters.contract.put_legs(vec![Leg {
                kind,
                position: side,
                strike: 1000.0,
                moneyness: None,
                shares: 1.5,
            }]);
            let one = Scenario::new(parameters).unwrap();
            let (contract, book) = (Contract::of(&one), OrderBook::of(&one));
            for spot in (0..600).map(|i| 850.0 + 0.5 * f64::from(i)) {
                for memory in [0.0, 0.7, 4.0] {
                    let memory = Memory {
                        ask: memory,
                        bid: memory,
                        ..Memory::default()
                    };
                    let pays = match kind {
                        OptionKind::Call => book.sell_proceeds(spot, 1.5, memory.bid) >= 1500.0,
                        OptionKind::Put => book.buy_cost(spot, 1.5, memory.ask) <= 1500.0,
                    };
                    let found = contract.exercise(&book, spot, memory);
                    assert_eq!(found.taken == 1, pays, "{side:?} {kind:?} {spot}");
                    let expected = delivered(&contract, found.taken.into());
                    assert_eq!((found.shares, found.cash), expected);
                }
            }
        }
    }
}

proptest! {
    #[test]
    fn holders_choose_the_best_of_all_subsets(
        portfolio in 0..PORTFOLIOS.len(), spot in 800.0..1250f64, memories in (0.0..3f64, 0.0..3f64), impact in 0.0..0.05f64
    ) {
        let (ask, bid) = ((1.0 + impact).to_string(), (1.0 - impact).to_string());
        let scenario = scenario("paper-year", &[
            ("contract.legs", PORTFOLIOS[portfolio]),
            ("order_book.ask_exponent", &ask),
            ("order_book.bid_exponent", &bid),
        ]);
        let (contract, book) = (Contract::of(&scenario), OrderBook::of(&scenario));
        let memory = Memory { ask: memories.0, bid: memories.1, ..Memory::default() };
        let found = contract.exercise(&book, spot, memory);
        let of = |side: Side| {
            let legs = contract.legs().iter().enumerate();
            legs.filter(|(_, leg)| leg.position == side).fold(0u32, |mask, (i, _)| mask | (1 << i))
        };
        let taken = u32::from(found.taken);
        let (sold, bought) = (of(Side::Short), of(Side::Long));
        // To the counterparty all is the other way round.
        let (shares, cash) = delivered(&contract, taken & sold);
        let has = book.cash_from(spot, -shares, memory) - cash;
        let best = |options: u32, with: u32, sign: f64| {
            let subsets = (0..=options).filter(|subset| subset & options == *subset);
            subsets
                .map(|subset| {
                    let (shares, cash) = delivered(&contract, subset | with);
                    book.cash_from(spot, sign * shares, memory) + sign * cash
                })
                .fold(f64::NEG_INFINITY, f64::max)
        };
        prop_assert!((has - best(sold, 0, -1.0)).abs() < 1e-8);
        let (shares, cash) = delivered(&contract, taken);
        let has = book.cash_from(spot, shares, memory) + cash;
        prop_assert!((has - best(bought, taken & sold, 1.0)).abs() < 1e-8);
        prop_assert!((found.shares - shares).abs() < 1e-9 && (found.cash - cash).abs() < 1e-7);
        let worth = -(shares * spot + cash);
        prop_assert!((contract.owed(found.taken, spot) - worth).abs() < 1e-7);
    }
}

/// Portfolios in books, rates and forms of every kind.
fn cases() -> Vec<Scenario> {
    let mut cases = Vec::new();
    for legs in PORTFOLIOS {
        for decay in ["0", "8.317766", "inf"] {
            let turn = cases.len();
            let mut changes = vec![
                ("contract.legs", legs),
                ("order_book.ask_decay", decay),
                ("order_book.bid_decay", decay),
                ("training.form", ["residual", "paper"][turn % 2]),
                ("training.hidden", ["9,6", "17"][turn % 2]),
                ("steps", "6"),
            ];
            if turn % 4 == 3 {
                changes.push(("contract.settlement", "cash"));
            }
            if turn % 5 == 2 {
                changes.push(("market.dividend_yield", "0.07"));
            }
            if turn % 3 == 1 {
                changes.push(("financing.lend_rate", "0.02"));
                changes.push(("financing.borrow_rate", "0.07"));
                changes.push(("initial.ask_memory", "0.4"));
                changes.push(("initial.position", "0.1"));
                changes.push(("strategies.leland_convention", "leland_1985"));
            }
            cases.push(scenario("paper-year", &changes));
        }
    }
    cases
}

fn weights(scenario: &Scenario) -> Vec<f32> {
    let count = weight_count(&layer_widths(scenario));
    let wave = |i: usize| 0.4 * f32::sin(1.7 * i as f32 + 0.3);
    (0..count).map(wave).collect()
}

fn rows(scenario: &Scenario, features: &Features, paths: usize) -> Rows {
    let mut rows = Rows::default();
    RowSource::new(scenario, *features, Sampling::evaluation(5)).fill(0, paths, &mut rows);
    rows
}

fn apart(one: &[f32], other: &[f32]) -> f64 {
    let norm = |values: &mut dyn Iterator<Item = f64>| values.map(|x| x * x).sum::<f64>().sqrt();
    let pairs = one.iter().zip(other);
    let distance = norm(&mut pairs.map(|(a, b)| f64::from(*a) - f64::from(*b)));
    distance / norm(&mut other.iter().map(|x| f64::from(*x))).max(1e-300)
}

#[test]
fn the_kernel_agrees_with_automatic_differentiation() {
    for scenario in cases() {
        let features = Features::of(&scenario, Base::Leland);
        let (weights, rows) = (weights(&scenario), rows(&scenario, &features, 75));
        let reference = Reference::new(&scenario, features, Device::flex(), DType::F64);
        let exact = reference.gradient(&weights, &rows, Surface::Rmse).unwrap();
        for arch in kernel::architectures() {
            let fused = fused::kernel(&scenario, &features, arch).unwrap();
            let mut fast = Gradient::default();
            let mut rollout = Rollout::Kernel(Box::new(fused));
            rollout
                .gradient(&weights, &rows, Surface::Rmse, &mut fast)
                .unwrap();
            let legs = hedgelab::scenario::legs::written(&scenario.contract);
            let (errors, slopes) = (
                apart(&fast.errors, &exact.errors),
                apart(&fast.weights, &exact.weights),
            );
            assert!(
                errors < 2e-5 && slopes < 5e-5,
                "{errors:e} {slopes:e}: {legs}"
            );
        }
    }
}

#[test]
fn the_gradient_is_that_of_finite_differences_of_episodes() {
    for scenario in cases().into_iter().step_by(2) {
        let scales = Scales::of(&scenario, 0.0);
        let features = Features::new(&scenario, Base::Delta, scales);
        let (weights, rows) = (weights(&scenario), rows(&scenario, &features, 32));
        let sampling = Sampling::evaluation(5);
        let paths = Paths::new(&scenario, sampling);
        let loss = |weights: &[f32]| {
            let policy =
                LearnedPolicy::with_scales(&scenario, Base::Delta, scales, weights).unwrap();
            let squares = (0..32).map(|path| {
                let error = replay(&scenario, &policy, &paths.path(path)).1.error;
                error * error
            });
            (squares.sum::<f64>() / 32.0).sqrt()
        };
        let reference = Reference::new(&scenario, features, Device::flex(), DType::F64);
        let exact = reference.gradient(&weights, &rows, Surface::Rmse).unwrap();
        let at = loss(&weights);
        assert!((at / exact.loss - 1.0).abs() < 1e-4, "{at} {}", exact.loss);
        let norm = exact
            .weights
            .iter()
            .map(|x| f64::from(*x).powi(2))
            .sum::<f64>()
            .sqrt();
        // Along the gradient itself, so that rounding in single precision does not matter.
        let size = 1e-3;
        let moved = |sign: f64| -> Vec<f32> {
            let both = weights.iter().zip(&exact.weights);
            #[expect(
                clippy::cast_possible_truncation,
                reason = "weights are kept in single precision"
            )]
            both.map(|(w, g)| (f64::from(*w) + sign * size * f64::from(*g) / norm) as f32)
                .collect()
        };
        let slope = (loss(&moved(1.0)) - loss(&moved(-1.0))) / (2.0 * size);
        assert!((slope / norm - 1.0).abs() < 0.02, "{slope} against {norm}");
    }
}

/// The fast simulation, path by path, is the readable episode, and so are the parts of its errors.
#[test]
fn the_fast_simulation_agrees_with_the_readable_episode() {
    let selected = [
        Strategy::None,
        Strategy::Delta,
        Strategy::Leland,
        Strategy::Band,
        Strategy::SoftBand,
        Strategy::Static,
    ];
    for scenario in cases() {
        let policies = baselines(&scenario, &selected);
        let sampling = Sampling::evaluation(4);
        let samples = simulate(&scenario, &policies, sampling, 130);
        let paths = Paths::new(&scenario, sampling);
        let means: Vec<f64> = samples
            .iter()
            .map(|sample| sample.errors().iter().sum::<f64>() / 130.0)
            .collect();
        let money = mean_money(&scenario, &policies, sampling, 130, &means, &mut |_| {
            ControlFlow::Continue(())
        })
        .unwrap();
        for ((policy, sample), money) in policies.iter().zip(&samples).zip(&money) {
            let (mut settled, mut payoff, mut exercised) = (0.0, 0.0, 0.0);
            for (number, error) in sample.errors().iter().enumerate() {
                let path = paths.path(number as u64);
                let (episode, end) = replay(&scenario, policy.as_ref(), &path);
                assert!((error - end.error).abs() < 1e-7, "{error} {}", end.error);
                let parts = Money::of(&scenario, episode.ledger(), &end);
                assert_eq!(parts.total().to_bits(), end.error.to_bits());
                let moved: f64 = episode
                    .ledger()
                    .iter()
                    .zip(path.windows(2))
                    .map(|(line, pair)| -line.position * (pair[1] - pair[0]))
                    .sum();
                assert!((parts.position - moved).abs() < 1e-7);
                settled += parts.settlement;
                payoff += parts.payoff;
                exercised += f64::from(u8::from(end.exercised));
            }
            assert_eq!(sample.exercised().sum, exercised);
            assert!((money.settlement.value.unwrap() - settled / 130.0).abs() < 1e-7);
            assert!((money.payoff.value.unwrap() - payoff / 130.0).abs() < 1e-7);
        }
    }
}

#[test]
fn a_long_portfolio_mirrors_a_short_one_without_impact() {
    for (name, _) in TEMPLATES {
        let short = scenario("paper-frictionless", &[("contract.legs", name)]);
        let long = short.with([("contract.position", "long")]).unwrap();
        assert!((opening_cash(&short) + opening_cash(&long)).abs() < 1e-9);
        let errors = |s: &Scenario| {
            let policies = baselines(s, &[Strategy::Delta]);
            let sample = simulate(s, &policies, Sampling::evaluation(9), 100).remove(0);
            sample.errors().to_vec()
        };
        for (one, other) in errors(&short).iter().zip(errors(&long)) {
            assert!((one + other).abs() < 1e-8, "{name}");
        }
    }
}

#[test]
fn a_policy_made_at_once_says_that_portfolios_are_beyond_it() {
    let outside = |s: &Scenario| hedgelab::policy::conditioned::outside(s);
    assert!(outside(&scenario("paper-year", &[])).is_empty());
    let told = outside(&scenario("paper-year", &[("contract.legs", "straddle")]));
    assert_eq!(
        told[0].to_string(),
        "number of options is 2; it answers for one"
    );
}

#[test]
fn in_cash_the_payoff_is_paid_and_all_shares_are_sold() {
    for legs in ["none", "short 1 put 1000", "long 2 call 950", PORTFOLIOS[2]] {
        let cash = scenario(
            "paper-year",
            &[("contract.legs", legs), ("contract.settlement", "cash")],
        );
        let policy = Delta::of(&cash);
        for number in 0..50 {
            let path = Paths::new(&cash, Sampling::evaluation(2)).path(number);
            let (_, end) = replay(&cash, &policy, &path);
            let payoff: f64 = cash
                .contract
                .all_legs()
                .iter()
                .map(|leg| {
                    let beyond = match leg.kind {
                        OptionKind::Call => end.spot - leg.strike,
                        OptionKind::Put => leg.strike - end.spot,
                    };
                    leg.sign() * leg.shares * beyond.max(0.0)
                })
                .sum();
            assert!((end.strike_cash + payoff).abs() < 1e-9);
            assert_eq!((end.delivered, end.liquidated), (0.0, end.position));
            let sold = OrderBook::of(&cash).cash_from(end.spot, end.position, end.memory);
            assert!((end.gain - (end.cash + sold - payoff)).abs() < 1e-9);
        }
    }
}

#[test]
fn without_impact_cash_and_delivery_are_one() {
    for legs in PORTFOLIOS {
        let delivery = scenario("paper-frictionless", &[("contract.legs", legs)]);
        let cash = delivery.with([("contract.settlement", "cash")]).unwrap();
        assert_ne!(cash.market_hash(), delivery.market_hash());
        let errors = |s: &Scenario| {
            let policies = baselines(s, &[Strategy::Delta]);
            let sample = simulate(s, &policies, Sampling::evaluation(9), 200).remove(0);
            sample.errors().to_vec()
        };
        for (one, other) in errors(&delivery).iter().zip(errors(&cash)) {
            assert!((one - other).abs() < 1e-8, "{legs}");
        }
    }
}
