//! The soft band: its limits, its tuning, and the figures it was specified with.

use hedgelab::market::Sampling;
use hedgelab::order_book::{Memory, OrderBook};
use hedgelab::outcome::Statistics;
use hedgelab::policy::{Delta, Policy, SoftBand, SoftBandSettings, Tuned};
use hedgelab::presets;
use hedgelab::scenario::{Scenario, Strategy};
use hedgelab::simulate::{replay, simulate, tune, tune_on};
use hedgelab::{episode::Observation, market::Paths};
use proptest::prelude::*;
use proptest::strategy::Strategy as _;

fn changed(changes: &[(&str, String)]) -> Scenario {
    let year = presets::built_in("paper-year").unwrap();
    let changes = changes
        .iter()
        .map(|(field, value)| (*field, value.as_str()));
    year.with(changes).unwrap()
}

/// A year cell of the paper: `α`, with `β = 2 − α`, and the decay of both sides.
fn cell(ask: f64, decay: &str) -> Scenario {
    changed(&[
        ("order_book.ask_exponent", ask.to_string()),
        ("order_book.bid_exponent", (2.0 - ask).to_string()),
        ("order_book.ask_decay", decay.into()),
        ("order_book.bid_decay", decay.into()),
    ])
}

fn settings(risk_aversion: f64, volatility_factor: f64) -> SoftBandSettings {
    SoftBandSettings {
        risk_aversion,
        volatility_factor,
    }
}

fn seen(scenario: &Scenario, step: usize, spot: f64, position: f64, memory: f64) -> Observation {
    let time = step as f64 * scenario.step_length();
    Observation {
        step,
        time,
        remaining: scenario.contract.maturity - time,
        spot,
        position,
        value: 0.0,
        memory: Memory {
            ask: memory,
            bid: memory,
            ..Memory::default()
        },
        factors: Default::default(),
    }
}

/// The rule as it is written down, with its recursion, for one observation.
fn written_down(scenario: &Scenario, settings: SoftBandSettings, seen: &Observation) -> f64 {
    let (market, book) = (&scenario.market, OrderBook::of(scenario));
    let (a, spot) = (settings.risk_aversion, seen.spot);
    let model = Delta::of(scenario).at_volatility(settings.volatility_factor * market.volatility);
    let rate = model.model().rate;
    let pull = (market.drift - rate) / (a * market.volatility.powi(2) * spot);
    let miss = model.position(spot, seen.remaining) + pull - seen.position;
    let (ask, bid) = (
        scenario.order_book.ask_exponent,
        scenario.order_book.bid_exponent,
    );
    let [above, below] = book.half_spreads();
    let (slope, crossing) = if miss > 0.0 {
        let price = book.marginal_ask(spot, 0.0, seen.memory.ask);
        ((1.0 + above) * (ask - 1.0), price - spot)
    } else {
        let price = book.marginal_bid(spot, 0.0, seen.memory.bid);
        ((1.0 - below) * (1.0 - bid), spot - price)
    };
    let slope = slope * spot / scenario.order_book.depth;
    let risk = a * market.volatility.powi(2) * spot * spot * scenario.step_length();
    let mut to_go = slope;
    for _ in seen.step + 1..scenario.steps {
        to_go = slope * (risk + to_go) / (slope + risk + to_go);
    }
    let waiting = risk + to_go;
    let worth = (miss.abs() * waiting - crossing).max(0.0);
    seen.position + miss.signum() * worth / (slope + waiting)
}

/// Books, contracts and aversions as they could be.
fn cases() -> impl proptest::strategy::Strategy<Value = (Scenario, SoftBandSettings)> {
    let book = (1.0005..1.3f64, 0.7..0.9995f64, 0.1..1e3f64, 1.0..50f64);
    let rest = (1e-3..1.0f64, 0.7..1.5f64, 1usize..60, any::<(bool, bool)>());
    let half = proptest::option::of(1e-5..0.05f64);
    (book, half, rest).prop_map(
        |((ask, bid, depth, shares), half, (a, v, steps, (put, long)))| {
            let half = half.map_or("none".into(), |s| s.to_string());
            let scenario = changed(&[
                ("order_book.ask_exponent", ask.to_string()),
                ("order_book.bid_exponent", bid.to_string()),
                ("order_book.ask_half_spread", half.clone()),
                ("order_book.bid_half_spread", half),
                ("order_book.depth", depth.to_string()),
                ("contract.shares", shares.to_string()),
                ("steps", steps.to_string()),
                ("financing.lend_rate", "0.03".into()),
                ("contract.kind", if put { "put" } else { "call" }.into()),
                (
                    "contract.position",
                    if long { "long" } else { "short" }.into(),
                ),
            ]);
            (scenario, settings(a, v))
        },
    )
}

proptest! {
    #[test]
    fn it_is_the_rule_that_is_written_down(
        (scenario, settings) in cases(), spot in 600.0..1500f64, held in -1.5..1.5f64,
        memory in 0.0..20f64, date in 0.0..1f64
    ) {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a date")]
        let step = (date * scenario.steps as f64) as usize;
        let shares = scenario.contract.shares;
        let seen = seen(&scenario, step, spot, held * shares, memory);
        let found = SoftBand::new(&scenario, settings).target(&seen, &mut []);
        let expected = written_down(&scenario, settings, &seen);
        prop_assert!((found - expected).abs() < 1e-10 * shares, "{found} against {expected}");
    }

    #[test]
    fn without_friction_it_holds_delta_and_what_the_drift_pulls(
        spot in 600.0..1500f64, held in -2.0..2.0f64, a in 1e-3..1.0f64, step in 0usize..12
    ) {
        let scenario = cell(1.0, "0");
        let seen = seen(&scenario, step, spot, held, 3.0);
        let pull = 0.1 / (a * 0.1898f64.powi(2) * spot);
        let delta = Delta::of(&scenario).position(spot, seen.remaining);
        let found = SoftBand::new(&scenario, settings(a, 1.0)).target(&seen, &mut []);
        prop_assert!((found - delta - pull).abs() < 1e-12);
    }

    #[test]
    fn without_depth_cost_it_is_a_hard_band(
        spot in 600.0..1500f64, held in -2.0..2.0f64, a in 1e-3..1.0f64, step in 0usize..12
    ) {
        let scenario = changed(&[("order_book.depth", "1e12".into())]);
        let seen = seen(&scenario, step, spot, held, 3.0);
        let rule = SoftBand::new(&scenario, settings(a, 1.0));
        // s/w: the half-spread over the curvature of risk of the one step before it can trade again.
        let half = 0.01 * spot / (a * (0.1898 * spot).powi(2) / 12.0);
        let aim = rule.aim(spot, seen.remaining);
        let expected = held.clamp(aim - half, aim + half);
        prop_assert!((rule.target(&seen, &mut []) - expected).abs() < 1e-6);
    }

    #[test]
    fn without_spread_it_damps_and_never_waits(
        spot in 600.0..1500f64, a in 1e-3..1.0f64, cost in 1e-3..10f64, step in 0usize..12
    ) {
        // Exponents at 1 and a depth so small that size costs as before.
        let scenario = changed(&[
            ("order_book.ask_exponent", "1.000000001".into()),
            ("order_book.bid_exponent", "0.999999999".into()),
            ("order_book.depth", (1e-9 / cost).to_string()),
        ]);
        let rule = SoftBand::new(&scenario, settings(a, 1.0));
        let share = |miss: f64| {
            let mut seen = seen(&scenario, step, spot, 0.0, 0.0);
            let aim = rule.aim(spot, seen.remaining);
            seen.position = aim - miss;
            (rule.target(&seen, &mut []) - seen.position) / miss
        };
        let one = share(1.0);
        prop_assert!(one > 0.0 && one < 1.0);
        for miss in [-2.0, -1.0, -0.3, 0.3, 2.0] {
            prop_assert!((share(miss) / one - 1.0).abs() < 1e-3);
        }
    }
}

#[test]
fn currency_and_shares_scale_out_of_every_hedge() {
    let all = [
        Strategy::Delta,
        Strategy::Leland,
        Strategy::Band,
        Strategy::SoftBand,
        Strategy::Static,
    ];
    let errors = |currency: f64, shares: f64, convention: &str| {
        let scenario = changed(&[
            ("market.spot", (1000.0 * currency).to_string()),
            ("contract.strike", (1000.0 * currency).to_string()),
            ("contract.shares", shares.to_string()),
            ("order_book.depth", shares.to_string()),
            ("strategies.leland_convention", convention.into()),
        ]);
        let policies = hedgelab::simulate::baselines(&scenario, &all);
        let samples = simulate(&scenario, &policies, Sampling::evaluation(3), 64);
        let scale = currency * shares;
        let scaled = |errors: &[f64]| errors.iter().map(|e| e / scale).collect::<Vec<_>>();
        samples
            .iter()
            .map(|sample| scaled(sample.errors()))
            .collect::<Vec<_>>()
    };
    for convention in ["paper", "leland_1985"] {
        let one = errors(1.0, 1.0, convention);
        for (currency, shares) in [(1.0, 100.0), (0.01, 1.0), (128.0, 4096.0)] {
            let other = errors(currency, shares, convention);
            for (strategy, (one, other)) in all.iter().zip(one.iter().zip(&other)) {
                for (one, other) in one.iter().zip(other) {
                    let close = (one - other).abs() < 1e-8;
                    assert!(
                        close,
                        "{strategy:?} {currency} {shares}: {one} against {other}"
                    );
                }
            }
        }
    }
}

#[test]
fn tuning_gives_the_same_bits_on_1_2_and_8_threads_and_knows_no_evaluation_seed() {
    let scenario = presets::built_in("paper-month").unwrap();
    let both = [Strategy::Band, Strategy::SoftBand];
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        pool.unwrap().install(|| tune(&scenario, &both))
    };
    let one = on(1);
    assert_eq!(one, on(2));
    assert_eq!(one, on(8));
    // Each is tuned by itself.
    assert_eq!(one.band, tune(&scenario, &both[..1]).band);
    assert_eq!(one.soft_band, tune(&scenario, &both[1..]).soft_band);
}

#[test]
fn what_the_scenario_gives_is_kept() {
    let year = presets::built_in("paper-year").unwrap();
    let both = [Strategy::Band, Strategy::SoftBand];
    let given = year
        .with([
            ("strategies.band_risk_aversion", "0.3"),
            ("strategies.soft_band_risk_aversion", "0.03"),
        ])
        .unwrap();
    let tuned = tune(&given, &both);
    assert_eq!(tuned.band_in(&given), 0.3);
    let soft_band = tuned.soft_band_in(&given);
    assert_eq!(soft_band.risk_aversion, 0.03);
    assert_ne!(soft_band.volatility_factor, 1.0);
    let factor = year
        .with([("strategies.soft_band_volatility_factor", "1.2")])
        .unwrap();
    let tuned = tune(&factor, &both);
    assert_eq!(tuned.soft_band_in(&factor).volatility_factor, 1.2);
    assert_ne!(tuned.soft_band, Tuned::GUESS.soft_band);
}

#[test]
fn tuned_bands_beat_untuned_ones_wherever_the_option_stands() {
    let cases: [&[(&str, &str)]; 8] = [
        &[],
        &[("contract.kind", "put"), ("contract.position", "long")],
        &[("contract.strike", "1500")],
        &[("contract.strike", "600")],
        &[("market.volatility", "1.5"), ("market.drift", "-0.3")],
        &[("order_book.depth", "0.01")],
        &[("steps", "100"), ("contract.maturity", "0.1")],
        &[("training.objective", "cvar"), ("contract.shares", "30")],
    ];
    let both = [Strategy::Band, Strategy::SoftBand];
    for changes in cases {
        let year = presets::built_in("paper-year").unwrap();
        let scenario = year.with(changes.iter().copied()).unwrap();
        let goal = hedgelab::outcome::Goal::of(&scenario);
        let value = |tuned: &Tuned| {
            let policies: Vec<_> = both
                .iter()
                .filter_map(|strategy| hedgelab::policy::build(*strategy, &scenario, tuned))
                .collect();
            let samples = simulate(&scenario, &policies, Sampling::evaluation(8), 20_000);
            [
                goal.value(samples[0].errors()),
                goal.value(samples[1].errors()),
            ]
        };
        let (tuned, guess) = (value(&tune(&scenario, &both)), value(&Tuned::GUESS));
        for (tuned, guess) in tuned.iter().zip(guess) {
            assert!(
                *tuned <= guess * 1.01,
                "{changes:?}: {tuned} against {guess}"
            );
        }
    }
}

#[test]
fn it_respects_limits_and_starts_from_what_is_held() {
    let scenario = changed(&[
        ("limits.max_position", "0.4".into()),
        ("limits.min_position", "0.1".into()),
        ("limits.max_trade", "0.05".into()),
        ("initial.position", "0.2".into()),
        ("initial.ask_memory", "2".into()),
    ]);
    let tuned = tune(&scenario, &[Strategy::SoftBand]);
    let policy = SoftBand::new(&scenario, tuned.soft_band_in(&scenario));
    let path = Paths::new(&scenario, Sampling::evaluation(1)).path(3);
    let (episode, _) = replay(&scenario, &policy, &path);
    assert!(episode.ledger().iter().any(|line| line.trade != 0.0));
    for line in episode.ledger() {
        assert!((0.1..=0.4).contains(&line.position) && line.trade.abs() <= 0.05 + 1e-15);
    }
}

/// The specification's table: RSMSE at the published settings, measured by independent programs on
/// 400 000 paths with an error of about 0.05.
const TABLE: [(f64, &str, f64, f64, f64); 5] = [
    (1.0, "0", 11.89, 0.07, 1.15),
    (1.01, "inf", 23.21, 0.05, 1.0),
    (1.01, "0", 27.06, 0.07, 1.0),
    (1.02, "inf", 36.92, 0.10, 1.15),
    (1.02, "0", 43.84, 0.125, 1.15),
];

/// Published figures and tuned ones on fresh paths.
fn table(tuning_paths: usize, paths: u64) {
    for (ask, decay, published, a, v) in TABLE {
        let scenario = cell(ask, decay);
        let tuned = tune_on(&scenario, &[Strategy::SoftBand], tuning_paths);
        let tuned = tuned.soft_band_in(&scenario);
        let policies: Vec<Box<dyn Policy>> = vec![
            Box::new(SoftBand::new(&scenario, settings(a, v))),
            Box::new(SoftBand::new(&scenario, tuned)),
        ];
        let samples = simulate(&scenario, &policies, Sampling::evaluation(12), paths);
        let rsmse: Vec<_> = samples
            .iter()
            .map(|sample| Statistics::of(sample).unwrap().rsmse)
            .collect();
        let (given, own) = (rsmse[0].value.unwrap(), rsmse[1].value.unwrap());
        // Both are measured: theirs to 0.05, ours to its standard error.
        let error = rsmse[0].se.unwrap().hypot(0.05);
        assert!(
            (given - published).abs() < 3.0 * error,
            "{given} {published}"
        );
        // On the same paths; tuned on few of them it may miss the best by a little.
        let slack = 0.004 * given;
        assert!(own < given + slack, "{own} against {given}");
    }
}

#[test]
fn it_reaches_the_published_errors_when_tuned_by_itself() {
    table(2730, 100_000);
}

#[test]
#[ignore = "the same in full: a million paths a cell"]
fn it_reaches_the_published_errors_on_a_million_paths() {
    table(40_000, 1_000_000);
}
