//! Where the money went adds up, on one path and on average, and every part is what its own formula says.

use hedgelab::contract::opening_cash;
use hedgelab::episode::{Carry, Episode, LedgerLine, Money, Settlement};
use hedgelab::market::{Paths, Sampling};
use hedgelab::outcome::{Estimate, Statistics};
use hedgelab::policy::{Policy, Tuned, line_up};
use hedgelab::presets;
use hedgelab::scenario::{Scenario, Strategy};
use hedgelab::simulate::{mean_money, replay, simulate};
use hedgelab::training::shipped;
use std::ops::ControlFlow;

/// Numbers that look random, the same in every run.
struct Dice(u64);

impl Dice {
    /// Uniform on `[0, 1)`.
    fn roll(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((x ^ (x >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }

    fn between(&mut self, low: f64, high: f64) -> f64 {
        (high - low).mul_add(self.roll(), low)
    }

    fn chance(&mut self, share: f64) -> bool {
        self.roll() < share
    }

    fn one_of<T: Copy>(&mut self, choices: &[T]) -> T {
        let place = self.roll() * choices.len() as f64;
        let mut places = choices.iter().enumerate();
        *places.find(|(i, _)| *i as f64 + 1.0 > place).unwrap().1
    }
}

const EVERYBODY: [Strategy; 7] = [
    Strategy::None,
    Strategy::Delta,
    Strategy::Leland,
    Strategy::Band,
    Strategy::SoftBand,
    Strategy::Static,
    Strategy::Learned,
];

/// What kind of market is wanted.
#[derive(Clone, Copy, PartialEq)]
enum Ground {
    Any,
    /// No impact, no rates.
    Ideal,
}

/// A scenario of a number: both kinds of option, both sides, rates apart, limits, depth, beginnings.
fn scenario(number: u64, ground: Ground) -> Scenario {
    let mut dice = Dice(number.wrapping_mul(0x2545_f491_4f6c_dd1d));
    let mut changes: Vec<(&str, String)> = vec![
        ("market.spot", dice.between(50.0, 2000.0).to_string()),
        ("market.volatility", dice.between(0.01, 0.8).to_string()),
        ("market.drift", dice.between(-0.3, 0.4).to_string()),
        ("contract.maturity", dice.between(0.01, 2.0).to_string()),
        ("contract.shares", dice.between(0.1, 300.0).to_string()),
        ("contract.kind", dice.one_of(&["call", "put"]).into()),
        ("contract.position", dice.one_of(&["short", "long"]).into()),
        ("steps", dice.one_of(&["1", "3", "8", "20"]).into()),
        ("initial.position", dice.between(-2.0, 2.0).to_string()),
    ];
    let spot: f64 = changes[0].1.parse().unwrap();
    let strike = spot * dice.between(0.7, 1.4);
    changes.push(("contract.strike", strike.to_string()));
    if dice.chance(0.2) {
        changes.push(("contract.premium", dice.between(0.0, 80.0).to_string()));
    }
    if dice.chance(0.3) {
        changes.push(("limits.max_trade", dice.between(0.05, 20.0).to_string()));
        changes.push(("limits.min_position", dice.between(-40.0, -2.0).to_string()));
        changes.push(("limits.max_position", dice.between(2.0, 40.0).to_string()));
    }
    if ground == Ground::Any {
        let impact = dice.between(0.0, 0.1);
        changes.push(("order_book.ask_exponent", (1.0 + impact).to_string()));
        changes.push(("order_book.bid_exponent", (1.0 - 0.7 * impact).to_string()));
        changes.push(("order_book.depth", dice.between(0.2, 300.0).to_string()));
        for side in ["order_book.ask_decay", "order_book.bid_decay"] {
            changes.push((side, dice.one_of(&["0", "inf", "0.7", "25"]).into()));
        }
        changes.push(("initial.ask_memory", dice.between(0.0, 5.0).to_string()));
        changes.push(("initial.bid_memory", dice.between(0.0, 5.0).to_string()));
        changes.push(("financing.lend_rate", dice.between(-0.02, 0.06).to_string()));
        changes.push(("financing.borrow_rate", dice.between(0.0, 0.2).to_string()));
    } else {
        changes.push(("order_book.ask_exponent", "1".into()));
        changes.push(("order_book.bid_exponent", "1".into()));
    }
    if ground == Ground::Any && dice.chance(0.5) {
        let dividends = dice.between(-0.05, 0.15).to_string();
        changes.push(("market.dividend_yield", dividends));
    }
    let year = presets::built_in("paper-year").unwrap();
    let changes = changes.iter().map(|(path, value)| (*path, value.as_str()));
    year.with(changes).unwrap()
}

/// The same where trading the contract's shares moves the mid by so much.
fn with_mid_impact(scenario: &Scenario, moved: f64) -> Scenario {
    let a_share = (moved / scenario.contract.shares).to_string();
    let changes = [
        ("order_book.mid_impact", a_share.as_str()),
        ("order_book.mid_permanent", "0.4"),
        ("order_book.mid_decay", "3"),
    ];
    scenario.with(changes).unwrap()
}

/// One of the strategies, any of them in turn; the learned one was trained elsewhere.
fn policy(scenario: &Scenario, strategy: Strategy) -> Box<dyn Policy> {
    let learned = shipped("paper-year").unwrap();
    line_up(&[strategy], scenario, &Tuned::GUESS, &[learned]).remove(0)
}

/// What moved in an episode, however large parts that cancel were (currency).
fn scale(ledger: &[LedgerLine], end: &Settlement) -> f64 {
    let moved = |line: &LedgerLine| line.spot * (line.position.abs() + line.trade.abs());
    let lines = ledger.iter().map(|line| line.cash.abs() + moved(line));
    lines.sum::<f64>() + end.cash.abs() + end.strike_cash.abs() + end.spot * end.position.abs()
}

/// What the shares held lost, by its own formula.
fn position_lost(ledger: &[LedgerLine], end: &Settlement) -> f64 {
    let next = ledger
        .iter()
        .skip(1)
        .map(|line| line.spot)
        .chain([end.spot]);
    let moves = ledger.iter().zip(next);
    -moves
        .map(|(line, next)| line.position * (next - line.spot))
        .sum::<f64>()
}

#[test]
fn whatever_the_parts_and_the_error_they_are_closed_to_the_last_bit() {
    let mut dice = Dice(7);
    // Any number of any size, from far below rounding to far above.
    let mut amount = || dice.between(-0.5, 0.5) * 10f64.powf(dice.between(-17.0, 7.0));
    for _ in 0..1_000_000 {
        let open = Money {
            premium: amount(),
            payoff: amount(),
            memory: amount(),
            ..Money::default()
        };
        let size = open.premium.abs() + open.payoff.abs() + open.memory.abs();
        for error in [
            amount(),
            0.0,
            1e-300 * amount(),
            open.premium,
            1.5 * open.payoff,
        ] {
            let money = open.closed(error);
            assert!(money.total() == error, "{error:e}: {money:?}");
            let last_digit = f64::EPSILON * (size + error.abs());
            assert!(money.rounding.abs() <= last_digit, "{error:e}: {money:?}");
        }
    }
}

#[test]
fn on_every_path_the_parts_add_up_to_the_error_to_the_last_bit() {
    let mut kinds = [0; 4];
    for number in 0..10_000 {
        let scenario = scenario(number, Ground::Any);
        let strategy = EVERYBODY[usize::try_from(number).unwrap() % EVERYBODY.len()];
        let path = Paths::new(&scenario, Sampling::evaluation(number)).path(number % 64);
        let (episode, end) = replay(&scenario, policy(&scenario, strategy).as_ref(), &path);
        let ledger = episode.ledger();
        let money = Money::of(&scenario, ledger, &end);
        let about = format!("scenario {number}, {strategy:?}: {money:?}");

        let sum = money
            .parts()
            .iter()
            .fold(0.0, |sum, (_, part)| sum + **part);
        assert!(sum == end.error && money.total() == end.error, "{about}");
        assert!(
            money.spread >= 0.0 && money.depth >= 0.0 && money.memory >= 0.0,
            "{about}"
        );
        let close = |x: f64, y: f64| {
            assert!(
                (x - y).abs() <= 1e-11 * scale(ledger, &end),
                "{x} against {y}: {about}"
            );
        };
        close(money.position, position_lost(ledger, &end));
        close(money.rounding, 0.0);
        close(money.premium, -opening_cash(&scenario));
        close(
            money.initial,
            -scenario.initial.position * scenario.market.spot,
        );
        close(money.carry, interest(&scenario, ledger));
        close(money.dividends, dividends(&scenario, ledger, &end));
        let paid: f64 = ledger.iter().map(|line| line.cost.total()).sum();
        close(money.trading(), paid + end.cost.total());
        kinds[option_is_settled(&scenario, &end, &money)] += 1;
    }
    // In the money and exercised, in the money and left, out of the money; none is exercised there.
    assert!(
        kinds[0] > 2000 && kinds[1] > 100 && kinds[2] > 2000 && kinds[3] == 0,
        "{kinds:?}"
    );
}

#[test]
fn what_the_displaced_mid_takes_is_told_apart_and_all_still_adds_up() {
    let mut paid = 0;
    for number in 0..1000 {
        let moved = 0.0005 * (number % 40) as f64;
        let settlement = if number % 3 == 0 { "cash" } else { "delivery" };
        let scenario = with_mid_impact(&scenario(number, Ground::Any), moved);
        let scenario = scenario
            .with([("contract.settlement", settlement)])
            .unwrap();
        let strategy = EVERYBODY[usize::try_from(number).unwrap() % EVERYBODY.len()];
        let path = Paths::new(&scenario, Sampling::evaluation(number)).path(number % 64);
        let (episode, end) = replay(&scenario, policy(&scenario, strategy).as_ref(), &path);
        let ledger = episode.ledger();
        let money = Money::of(&scenario, ledger, &end);
        let about = format!("scenario {number}, {strategy:?}: {money:?}");
        assert!(money.total() == end.error, "{about}");
        assert!(money.spread >= 0.0 && money.depth >= 0.0 && money.memory >= 0.0);
        // `Σ S·x·(J + η·x/2)` from the trades alone.
        let impact = &scenario.order_book;
        let keep = (-impact.mid_decay * scenario.step_length()).exp();
        let (mut passing, mut lasting, mut by_mid) = (0.0, 0.0, 0.0);
        let trades = ledger.iter().map(|line| (line.spot, line.trade));
        for (spot, traded) in trades.chain([(end.spot, -end.liquidated)]) {
            by_mid += spot * traded * (passing + lasting + 0.5 * impact.mid_impact * traded);
            passing = (passing + 0.6 * impact.mid_impact * traded) * keep;
            lasting += 0.4 * impact.mid_impact * traded;
        }
        let close = |x: f64, y: f64| {
            let apart = (x - y).abs();
            assert!(apart <= 1e-11 * scale(ledger, &end), "{x}, {y}: {about}");
        };
        close(money.mid, by_mid);
        close(money.position, position_lost(ledger, &end));
        let costs: f64 = ledger.iter().map(|line| line.cost.total()).sum();
        close(money.trading(), costs + end.cost.total());
        paid += usize::from(money.mid > 0.0);
        assert!(moved > 0.0 || money.mid == 0.0);
    }
    // One in forty scenarios moves no mid, and some hold nothing.
    assert!(paid > 900, "{paid}");
}

/// `−Σ (carry(M) − M)` from rates alone.
fn interest(scenario: &Scenario, ledger: &[LedgerLine]) -> f64 {
    let years = scenario.contract.maturity / scenario.steps as f64;
    let rate = |cash: f64| {
        let financing = &scenario.financing;
        let rate = if cash > 0.0 {
            financing.lend_rate
        } else {
            financing.borrow_rate
        };
        (1.0 + rate).powf(years) - 1.0
    };
    -ledger
        .iter()
        .map(|line| line.cash * rate(line.cash))
        .sum::<f64>()
}

/// `−Σ X_{k+1}·S_{k+1}·(e^(qΔ) − 1)` from the yield alone.
fn dividends(scenario: &Scenario, ledger: &[LedgerLine], end: &Settlement) -> f64 {
    let years = scenario.contract.maturity / scenario.steps as f64;
    let growth = std::f64::consts::E.powf(scenario.market.dividend_yield * years);
    let next = ledger.iter().skip(1).map(|line| line.spot);
    let pairs = ledger.iter().zip(next.chain([end.spot]));
    -pairs
        .map(|(line, spot)| line.position * spot * (growth - 1.0))
        .sum::<f64>()
}

/// Checks payoff and settlement against the table of the model, and says how the option ended.
fn option_is_settled(scenario: &Scenario, end: &Settlement, money: &Money) -> usize {
    let contract = scenario.contract.first();
    let (spot, strike) = (end.spot, contract.strike);
    let call = scenario.contract.kind == hedgelab::scenario::OptionKind::Call;
    let beyond = if call { spot - strike } else { strike - spot };
    let worth = contract.sign() * contract.shares * beyond.max(0.0);
    assert!((money.payoff - worth).abs() <= 1e-12 * worth.abs());
    match (beyond > 0.0, end.exercised) {
        (true, true) => {
            assert!(money.settlement == 0.0);
            // What changes hands at exercise, at the mid price.
            let got = end.strike_cash + end.delivered * spot;
            assert!((money.payoff + got).abs() <= 1e-12 * end.strike_cash.abs());
            0
        }
        (true, false) => {
            assert!(money.settlement == -money.payoff);
            1
        }
        (false, false) => {
            assert!(money.settlement == 0.0 && money.payoff == 0.0);
            2
        }
        (false, true) => 3,
    }
}

#[test]
fn without_impact_and_rates_there_is_nothing_but_the_option_and_the_shares() {
    for number in 0..2000 {
        let scenario = scenario(number, Ground::Ideal);
        let strategy = EVERYBODY[usize::try_from(number).unwrap() % EVERYBODY.len()];
        let path = Paths::new(&scenario, Sampling::evaluation(number)).path(number % 64);
        let (episode, end) = replay(&scenario, policy(&scenario, strategy).as_ref(), &path);
        let money = Money::of(&scenario, episode.ledger(), &end);
        assert_eq!(
            [
                money.spread,
                money.depth,
                money.memory,
                money.carry,
                money.settlement
            ],
            [0.0; 5],
            "{number}"
        );
        let rest = money.premium + money.payoff + money.initial + money.position;
        assert!((rest - end.error).abs() <= 1e-12 * scale(episode.ledger(), &end));
    }
}

/// The mean parts of everybody's errors beside their statistics.
fn means(
    scenario: &Scenario,
    policies: &[Box<dyn Policy>],
    sampling: Sampling,
    paths: u64,
) -> Vec<(Money<Estimate>, Statistics)> {
    let samples = simulate(scenario, policies, sampling, paths);
    let statistics: Vec<Statistics> = samples.iter().filter_map(Statistics::of).collect();
    let errors: Vec<f64> = statistics.iter().map(|s| s.mean.value.unwrap()).collect();
    let watch = &mut |_| ControlFlow::Continue(());
    let money = mean_money(scenario, policies, sampling, paths, &errors, watch).unwrap();
    money.into_iter().zip(statistics).collect()
}

/// Each part's value, in order.
fn values<T: Copy>(money: &Money<T>, of: impl Fn(T) -> f64) -> [f64; 12] {
    money.parts().map(|(_, part)| of(*part))
}

#[test]
fn means_are_those_of_single_paths_and_add_up_to_the_mean_error() {
    for (number, antithetic, moved) in [
        (3, false, 0.0),
        (4, true, 0.02),
        (11, false, 0.01),
        (12, true, 0.0),
        (25, false, 0.03),
    ] {
        let scenario = with_mid_impact(&scenario(number, Ground::Any), moved);
        let policies: Vec<_> = EVERYBODY
            .map(|s| policy(&scenario, s))
            .into_iter()
            .collect();
        let sampling = Sampling {
            antithetic,
            ..Sampling::evaluation(7)
        };
        // No whole number of blocks.
        let paths = 300;
        let source = Paths::new(&scenario, sampling);
        let found = means(&scenario, &policies, sampling, paths);
        for (policy, (money, statistics)) in policies.iter().zip(&found) {
            // Nothing is told of dividends where there are none.
            let means = values(money, |part| part.value.unwrap_or(0.0));
            let sum = means.iter().fold(0.0, |sum, part| sum + part);
            assert!(sum == statistics.mean.value.unwrap(), "{money:?}");
            let mut single = Vec::new();
            let mut size = 0f64;
            for path in 0..paths {
                let path = source.path(path);
                let (episode, end) = replay(&scenario, policy.as_ref(), &path);
                size = size.max(scale(episode.ledger(), &end));
                single.push(values(
                    &Money::of(&scenario, episode.ledger(), &end),
                    |part| part,
                ));
            }
            for part in 0..11 {
                let column: Vec<f64> = single.iter().map(|parts| parts[part]).collect();
                let (mean, se) = mean_of(&column, if antithetic { 2 } else { 1 });
                let name = money.parts()[part].0;
                assert!(
                    (mean - means[part]).abs() < 1e-9 * size,
                    "{name}: {mean} {money:?}"
                );
                let told = money.parts()[part].1.se.unwrap_or(0.0);
                assert!((se - told).abs() < 1e-6 * size, "{name}: {se} {money:?}");
            }
        }
    }
}

/// Mean and standard error, by definition.
fn mean_of(column: &[f64], draw: usize) -> (f64, f64) {
    let draws: Vec<f64> = column
        .chunks(draw)
        .map(|pair| pair.iter().sum::<f64>() / draw as f64)
        .collect();
    let n = draws.len() as f64;
    let mean = draws.iter().sum::<f64>() / n;
    let squares: f64 = draws.iter().map(|x| (x - mean).powi(2)).sum();
    (mean, squares.sqrt() / n)
}

#[test]
fn means_are_the_same_bits_on_any_number_of_threads_and_stop_when_asked() {
    let scenario = presets::built_in("paper-month").unwrap();
    let policies = [Strategy::Delta, Strategy::Learned].map(|s| policy(&scenario, s));
    let run = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        pool.unwrap()
            .install(|| means(&scenario, &policies, Sampling::evaluation(1), 20_000))
    };
    assert_eq!(run(1), run(5));
    let sampling = Sampling::evaluation(1);
    let mut stop = |_| ControlFlow::Break(());
    let zeros = [0.0, 0.0];
    let more = 10_000_000;
    assert!(mean_money(&scenario, &policies, sampling, more, &zeros, &mut stop).is_none());
}

#[test]
fn the_mean_cost_of_trading_is_the_sum_of_its_parts() {
    let scenario = presets::built_in("paper-year").unwrap();
    let policies = [Strategy::Delta, Strategy::Static].map(|s| policy(&scenario, s));
    for (money, statistics) in means(&scenario, &policies, Sampling::evaluation(1), 4000) {
        let part = |estimate: Estimate| estimate.value.unwrap();
        let parts = part(money.spread) + part(money.depth) + part(money.memory);
        assert!((parts - statistics.cost.value.unwrap()).abs() < 1e-9);
        assert!(part(money.memory) > 0.0 && money.memory.se.unwrap() > 0.0);
        assert_eq!(part(money.carry), 0.0);
    }
}

#[test]
fn an_episode_with_no_trade_yet_has_its_money_too() {
    let scenario = presets::built_in("paper-year").unwrap();
    let path = [1000.0];
    let episode = Episode::start(&scenario, &path);
    let end = episode.settle();
    let money = Money::of(&scenario, episode.ledger(), &end);
    assert_eq!(money.total(), end.error);
    assert_eq!(Carry::of(&scenario).apply(1.0), 1.0);
}
