//! The fast simulation against the readable episode, and against itself on other threads.

use hedgelab::episode::{Carry, Episode, Observation, Settlement};
use hedgelab::market::{Paths, Sampling};
use hedgelab::policy::network::{count, pieces};
use hedgelab::policy::{Base, Delta, Layout, LearnedPolicy, Policy, Who, build};
use hedgelab::presets;
use hedgelab::scenario::{Named, Network, Scenario, Strategy};
use hedgelab::simulate::{baselines, empty_samples, extend, replay, simulate, tune_on};
use proptest::prelude::*;
use proptest::strategy::Strategy as _;
use std::ops::ControlFlow;

const ALL: [Strategy; 6] = [
    Strategy::None,
    Strategy::Delta,
    Strategy::Leland,
    Strategy::Band,
    Strategy::SoftBand,
    Strategy::Static,
];

/// Scenarios in which every branch of the ledger is taken.
fn scenarios() -> Vec<Scenario> {
    let year = presets::built_in("paper-year").unwrap();
    let variants: [&[(&str, &str)]; 13] = [
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
        &[
            ("market.dividend_yield", "0.06"),
            ("contract.kind", "put"),
            ("financing.borrow_rate", "0.04"),
        ],
        &[
            ("order_book.ask_half_spread", "0.0005"),
            ("order_book.bid_half_spread", "0.02"),
            ("order_book.ask_decay", "3"),
        ],
        &[
            ("order_book.ask_exponent", "1"),
            ("order_book.ask_half_spread", "0.01"),
            ("order_book.bid_half_spread", "0"),
            ("contract.position", "long"),
        ],
        &[
            ("order_book.mid_impact", "0.03"),
            ("order_book.mid_permanent", "0.3"),
            ("order_book.mid_decay", "6"),
            ("order_book.ask_decay", "3"),
        ],
        &[
            ("order_book.mid_impact", "0.01"),
            ("order_book.mid_decay", "inf"),
            ("order_book.bid_decay", "inf"),
            ("contract.settlement", "cash"),
            ("market.dividend_yield", "0.03"),
        ],
        &[
            ("order_book.mid_impact", "0.02"),
            ("order_book.mid_permanent", "1"),
            ("contract.kind", "put"),
            ("contract.position", "long"),
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

/// Networks of both forms with weights that make them move: which ones does not matter here.
fn learned(scenario: &Scenario) -> Vec<Box<dyn Policy>> {
    ["residual", "paper"]
        .into_iter()
        .flat_map(|form| {
            Network::ALL
                .iter()
                .map(move |(network, _)| (form, *network))
        })
        .map(|(form, network)| {
            let changes = [
                ("training.form", form),
                ("training.network", network),
                ("training.hidden", "6,5"),
            ];
            let scenario = scenario.with(changes).unwrap();
            let count = count(&pieces(Layout::of(&scenario), &scenario));
            let wave = |i: usize| 0.2 * f32::sin(1.7 * i as f32 + 0.4);
            let weights: Vec<f32> = (0..count).map(wave).collect();
            let policy = LearnedPolicy::new(&scenario, Base::Leland, &weights).unwrap();
            Box::new(policy) as Box<dyn Policy>
        })
        .collect()
}

/// Holds the mean of the deltas so far, each date's worth less by this factor than the next one's:
/// a rule that remembers its path.
const FADING: f64 = 0.6;

struct Averaged(Delta);

impl Policy for Averaged {
    fn strategy(&self) -> Strategy {
        Strategy::Delta
    }

    fn who(&self) -> Who {
        Who::called("averaged", Strategy::Delta)
    }

    fn settings(&self) -> Vec<(&'static str, f64)> {
        vec![("fading", FADING)]
    }

    fn state_size(&self) -> usize {
        2
    }

    fn target(&self, seen: &Observation, state: &mut [f64]) -> f64 {
        let delta = self.0.position(seen.spot, seen.remaining);
        state[0] = FADING.mul_add(state[0], delta);
        state[1] = FADING.mul_add(state[1], 1.0);
        state[0] / state[1]
    }
}

/// Every rule, one that remembers its path among them.
fn rules(scenario: &Scenario) -> Vec<Box<dyn Policy>> {
    let mut policies = baselines(scenario, &ALL);
    policies.insert(2, Box::new(Averaged(Delta::of(scenario))));
    policies
}

#[test]
fn a_policy_with_state_meets_every_path_with_a_fresh_one_and_carries_it_from_date_to_date() {
    for scenario in scenarios() {
        let policy = Averaged(Delta::of(&scenario));
        for number in [0, 7] {
            let path = Paths::new(&scenario, Sampling::evaluation(5)).path(number);
            let (episode, _) = replay(&scenario, &policy, &path);
            let dates = episode.ledger().iter().enumerate();
            for (last, line) in dates {
                let (mut sum, mut weights) = (0.0, 0.0);
                for before in &episode.ledger()[..=last] {
                    let age = i32::try_from(last - before.step).unwrap();
                    let weight = FADING.powi(age);
                    let remaining = scenario.contract.maturity - before.time;
                    sum += weight * policy.0.position(before.spot, remaining);
                    weights += weight;
                }
                let gap = (line.target - sum / weights).abs();
                assert!(gap < 1e-12 * scenario.contract.shares, "{last}: {gap}");
            }
        }
    }
}

#[test]
fn the_fast_simulation_gives_the_errors_of_the_reference_episode() {
    for scenario in scenarios() {
        let sampling = Sampling::evaluation(5);
        let mut policies = rules(&scenario);
        policies.extend(learned(&scenario));
        let samples = simulate(&scenario, &policies, sampling, 150);
        let scale = scenario.contract.shares * scenario.market.spot;
        for (policy, sample) in policies.iter().zip(&samples) {
            let (mut turnover, mut exercised) = (0.0, 0.0);
            for number in 0..150 {
                let path = Paths::new(&scenario, sampling).path(number);
                let (_, end) = replay(&scenario, policy.as_ref(), &path);
                let fast = sample.errors()[usize::try_from(number).unwrap()];
                // A network is computed in single precision, and feeds back into what it sees.
                let network = policy.strategy() == Strategy::Learned;
                let tolerance = if network { 2e-5 } else { 1e-11 };
                assert!(
                    (fast - end.error).abs() < tolerance * scale,
                    "{} {:?} path {number}: {fast} against {}",
                    scenario.title,
                    policy.strategy(),
                    end.error
                );
                turnover += end.turnover;
                exercised += f64::from(u8::from(end.exercised));
            }
            let network = policy.strategy() == Strategy::Learned;
            let tolerance = if network { 1e-5 } else { 1e-8 };
            assert!((sample.turnover().sum - turnover).abs() < tolerance * (1.0 + turnover));
            assert_eq!(sample.exercised().sum, exercised, "{}", scenario.title);
        }
    }
}

#[test]
fn results_are_the_same_bit_for_bit_with_1_2_and_8_threads() {
    let scenario = presets::built_in("paper-month").unwrap();
    let policies = rules(&scenario);
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
    let policies = rules(&scenario);
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

/// A number spread evenly in its logarithm, now and then at an end of the range.
fn anywhere(low: f64, high: f64) -> impl proptest::strategy::Strategy<Value = f64> {
    let inside = (low.ln()..high.ln()).prop_map(f64::exp);
    prop_oneof![8 => inside, 1 => Just(low), 1 => Just(high)]
}

/// 0, or anywhere.
fn some(high: f64) -> impl proptest::strategy::Strategy<Value = f64> {
    prop_oneof![Just(0.0), anywhere(1e-12, high)]
}

/// Changes to the year cell over the whole of the documented ranges.
fn extremes() -> impl proptest::strategy::Strategy<Value = Vec<(&'static str, String)>> {
    let sizes = (
        anywhere(1e-12, 1e12),
        anywhere(1e-12, 1e12),
        anywhere(1e-12, 1e12),
        anywhere(1e-12, 1e12),
    );
    let market = (-5.0..5.0f64, some(5.0), anywhere(1e-9, 100.0), 1usize..40);
    let exponents = (some(9.0), anywhere(1e-12, 1.0), some(1e300), some(1e300));
    let start = (
        some(1e12),
        some(1e12),
        -1e12..1e12f64,
        any::<(bool, bool)>(),
    );
    let rates = (-0.999..10.0f64, -0.5..1.0f64, any::<bool>());
    (sizes, market, exponents, start, rates).prop_map(|(sizes, market, exponents, start, rates)| {
        let (put, long) = start.3;
        // Not everything at once: half of the time the start is a common one.
        let held = if rates.2 { start.2 } else { 0.0 };
        vec![
            ("market.spot", sizes.0.to_string()),
            ("contract.strike", sizes.1.to_string()),
            ("contract.shares", sizes.2.to_string()),
            ("order_book.depth", sizes.3.to_string()),
            ("market.drift", market.0.to_string()),
            ("market.volatility", market.1.to_string()),
            ("contract.maturity", market.2.to_string()),
            ("steps", market.3.to_string()),
            ("order_book.ask_exponent", (1.0 + exponents.0).to_string()),
            ("order_book.bid_exponent", exponents.1.to_string()),
            ("order_book.ask_decay", exponents.2.to_string()),
            ("order_book.bid_decay", exponents.3.to_string()),
            ("initial.ask_memory", start.0.to_string()),
            ("initial.bid_memory", start.1.to_string()),
            ("initial.position", held.to_string()),
            ("contract.kind", if put { "put" } else { "call" }.into()),
            (
                "contract.position",
                if long { "long" } else { "short" }.into(),
            ),
            ("financing.lend_rate", rates.0.to_string()),
            ("financing.borrow_rate", rates.1.to_string()),
        ]
    })
}

/// What the rounding of an episode is relative to (currency): every amount that was moved, each grown
/// as the cash it was rounded into grew until the end.
fn amounts_at_the_end(scenario: &Scenario, episode: &Episode<'_>, end: &Settlement) -> f64 {
    let carry = Carry::of(scenario);
    let so_far = episode.ledger().iter().fold(0.0, |so_far, line| {
        let held = line.position.abs().max(line.position_before.abs()) * line.spot;
        let moved = line.cash_flow.abs() + line.cash.abs() + held;
        let growth = if line.cash < 0.0 {
            carry.borrow
        } else {
            carry.lend
        };
        (so_far + moved) * growth
    });
    let settled = [end.cash_flow, end.strike_cash, end.cash, end.gain];
    so_far + settled.map(f64::abs).iter().sum::<f64>() + f64::MIN_POSITIVE
}

/// Both twins on one scenario: finite and the same.
fn agree_and_are_finite(scenario: &Scenario, named: &str) {
    let sampling = Sampling::evaluation(5);
    let tuned = tune_on(scenario, &ALL, 64);
    let of = |strategy: &Strategy| build(*strategy, scenario, &tuned);
    let policies: Vec<Box<dyn Policy>> = ALL.iter().filter_map(of).collect();
    let samples = simulate(scenario, &policies, sampling, 4);
    for (policy, sample) in policies.iter().zip(&samples) {
        for (number, fast) in (0..4).zip(sample.errors()) {
            let path = Paths::new(scenario, sampling).path(number);
            let (episode, end) = replay(scenario, policy.as_ref(), &path);
            let scale = amounts_at_the_end(scenario, &episode, &end);
            let who = policy.strategy();
            let both = format!("{who:?} {number}: {fast} and {}\n{named}", end.error);
            assert!(fast.is_finite() && end.error.is_finite(), "{both}");
            assert!((fast - end.error).abs() <= 1e-7 * scale, "{both}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]
    #[test]
    fn over_the_documented_ranges_the_twins_agree_and_are_finite_or_the_scenario_is_refused(
        changes in extremes()
    ) {
        let year = presets::built_in("paper-year").unwrap();
        let named = changes.iter().map(|(field, value)| format!("--set {field}={value} "));
        let named: String = named.collect();
        match year.with(changes.iter().map(|(field, value)| (*field, value.as_str()))) {
            Ok(scenario) => agree_and_are_finite(&scenario, &named),
            Err(refused) => {
                let text = refused.to_string();
                prop_assert!(text.contains("allowed: ") && text.contains("1e"), "{text}");
            }
        }
    }
}

#[test]
fn a_depth_beside_which_memory_is_beyond_any_number_is_refused() {
    let year = presets::built_in("paper-year").unwrap();
    for depth in ["1e-297", "5e-324"] {
        let changes = [("order_book.depth", depth), ("initial.ask_memory", "1e12")];
        let refused = year.with(changes).unwrap_err();
        assert_eq!(refused.field, "order_book.depth");
        assert!(refused.allowed.contains("1e-12"), "{refused}");
    }
    // Within the range of each, and too much together.
    let changes = [
        ("order_book.depth", "1e-12"),
        ("order_book.ask_exponent", "10"),
        ("initial.ask_memory", "1e12"),
    ];
    let refused = year.with(changes).unwrap_err();
    assert_eq!(refused.field, "order_book.depth");
    let changes = [("market.volatility", "5"), ("contract.maturity", "100")];
    assert_eq!(year.with(changes).unwrap_err().field, "market.volatility");
    let changes = [("financing.lend_rate", "10"), ("contract.maturity", "100")];
    let grown = year.with(changes);
    assert!(grown.is_ok() || grown.unwrap_err().field == "financing.lend_rate");
}
