//! What must hold for any input: of the order book, of the ledger, and of the model's limits.

use hedgelab::contract::opening_cash;
use hedgelab::episode::{Carry, Episode, Settlement};
use hedgelab::market::{Paths, Sampling};
use hedgelab::order_book::{Memory, OrderBook};
use hedgelab::policy::{Delta, Policy, leland_volatility};
use hedgelab::presets;
use hedgelab::scenario::{Scenario, Strategy};
use hedgelab::simulate::{baselines, replay, simulate};
use proptest::prelude::*;

const SPOT: f64 = 1000.0;

fn changed(changes: &[(&str, String)]) -> Scenario {
    let base = presets::built_in("paper-year").unwrap();
    base.with(
        changes
            .iter()
            .map(|(field, value)| (*field, value.as_str())),
    )
    .unwrap()
}

fn book(ask: f64, bid: f64, depth: f64) -> OrderBook {
    OrderBook::of(&changed(&[
        ("order_book.ask_exponent", ask.to_string()),
        ("order_book.bid_exponent", bid.to_string()),
        ("order_book.depth", depth.to_string()),
    ]))
}

/// A book as a market could have it, with half-spreads of its own or those of the exponents, and the memory of
/// each side.
fn market() -> impl Strategy_<Value = (Scenario, f64, f64)> {
    let book = (1.0..1.5f64, 0.5..1.0f64, 0.01..1e4f64);
    let half = || proptest::option::of(prop_oneof![Just(0.0), 1e-6..0.2f64]);
    let memory = (0.0..100.0f64, 0.0..100.0f64);
    (book, half(), half(), memory).prop_map(|((ask, bid, depth), above, below, (a, b))| {
        let half = |s: Option<f64>| s.map_or("none".into(), |s| s.to_string());
        let scenario = changed(&[
            ("order_book.ask_exponent", ask.to_string()),
            ("order_book.bid_exponent", bid.to_string()),
            ("order_book.depth", depth.to_string()),
            ("order_book.ask_half_spread", half(above)),
            ("order_book.bid_half_spread", half(below)),
        ]);
        (scenario, a, b)
    })
}
use proptest::strategy::Strategy as Strategy_;

proptest! {
    #[test]
    fn buying_costs_more_than_proportionally_and_selling_brings_less(
        (scenario, a, b) in market(), x in 1e-6..1e4f64, more in 1.001..10f64
    ) {
        let book = OrderBook::of(&scenario);
        let (small, large) = (book.buy_cost(SPOT, x, a), book.buy_cost(SPOT, more * x, a));
        prop_assert!(large > small && large >= more * small * (1.0 - 1e-12));
        let (small, large) = (book.sell_proceeds(SPOT, x, b), book.sell_proceeds(SPOT, more * x, b));
        prop_assert!(large > small && large <= more * small * (1.0 + 1e-12));
    }

    #[test]
    fn cost_is_additive_along_the_book((scenario, a, b) in market(), x in 1e-6..1e3f64, y in 1e-6..1e3f64) {
        // Buying x, then y from a book that remembers x, costs what x + y costs.
        let book = OrderBook::of(&scenario);
        let parts = book.buy_cost(SPOT, x, a) + book.buy_cost(SPOT, y, a + x);
        prop_assert!((parts / book.buy_cost(SPOT, x + y, a) - 1.0).abs() < 1e-11);
        let parts = book.sell_proceeds(SPOT, x, b) + book.sell_proceeds(SPOT, y, b + x);
        prop_assert!((parts / book.sell_proceeds(SPOT, x + y, b) - 1.0).abs() < 1e-11);
    }

    #[test]
    fn a_round_trip_never_earns((scenario, a, b) in market(), x in 1e-9..1e6f64) {
        let book = OrderBook::of(&scenario);
        let memory = Memory { ask: a, bid: b, ..Memory::default() };
        let paid = book.buy_cost(SPOT, x, memory.ask);
        let received = book.sell_proceeds(SPOT, x, memory.bid);
        prop_assert!(received <= paid * (1.0 + 1e-12));
        prop_assert!(book.quoted_spread(SPOT, memory) >= -1e-12 * SPOT);
    }

    #[test]
    fn cost_parts_are_not_negative_and_add_up((scenario, a, b) in market(), x in -1e3..1e3f64) {
        let book = OrderBook::of(&scenario);
        let memory = Memory { ask: a, bid: b, ..Memory::default() };
        let cost = book.cost(SPOT, x, memory);
        let total = -book.cash_from(SPOT, -x, memory) - SPOT * x;
        let scale = SPOT * x.abs().max(1e-9);
        prop_assert!((cost.total() - total).abs() < 1e-9 * scale);
        prop_assert!(cost.spread >= 0.0 && cost.depth >= -1e-11 * scale && cost.memory >= -1e-11 * scale);
    }

    #[test]
    fn costs_vanish_as_exponents_go_to_one_and_as_depth_grows(x in 1e-3..100f64, a in 0.0..100f64) {
        for nearness in [1e-3, 1e-6, 1e-9, 1e-13] {
            let near = book(1.0 + nearness, 1.0 - nearness, 1.0);
            let bound = nearness * (1.0 + ((1.0 + x + a).ln())) * 2.0 + 1e-12;
            prop_assert!((near.buy_cost(SPOT, x, a) / (SPOT * x) - 1.0).abs() < bound);
            prop_assert!((near.sell_proceeds(SPOT, x, a) / (SPOT * x) - 1.0).abs() < bound);
        }
        // A deep book leaves the spread alone and takes away what size and memory cost.
        let deep = book(1.01, 0.99, 1e10);
        let cost = deep.cost(SPOT, x, Memory { ask: a, bid: a, ..Memory::default() });
        prop_assert!(cost.depth + cost.memory < 1e-6 * cost.spread);
    }

    #[test]
    fn the_best_prices_of_a_full_book_are_the_half_spreads((scenario, _, _) in market(), x in 1e-3..100f64) {
        let book = OrderBook::of(&scenario);
        let [above, below] = book.half_spreads();
        let full = Memory::default();
        prop_assert!((book.marginal_ask(SPOT, 0.0, 0.0) / SPOT - 1.0 - above).abs() < 1e-14);
        prop_assert!((1.0 - book.marginal_bid(SPOT, 0.0, 0.0) / SPOT - below).abs() < 1e-14);
        prop_assert!((book.cost(SPOT, x, full).spread - SPOT * above * x).abs() < 1e-9 * x);
        prop_assert!((book.cost(SPOT, -x, full).spread - SPOT * below * x).abs() < 1e-9 * x);
    }

    #[test]
    fn half_spreads_that_the_exponents_have_anyway_change_nothing(
        ask in 1.0..1.5f64, bid in 0.5..1.0f64, x in 1e-6..1e3f64, a in 0.0..100f64
    ) {
        let exponents = [("order_book.ask_exponent", ask.to_string()), ("order_book.bid_exponent", bid.to_string())];
        let usual = changed(&exponents);
        let given = usual
            .with([
                ("order_book.ask_half_spread", (ask - 1.0).to_string().as_str()),
                ("order_book.bid_half_spread", (1.0 - bid).to_string().as_str()),
            ])
            .unwrap();
        let (usual, given) = (OrderBook::of(&usual), OrderBook::of(&given));
        prop_assert!((usual.buy_cost(SPOT, x, a) / given.buy_cost(SPOT, x, a) - 1.0).abs() < 1e-15);
        prop_assert!((usual.sell_proceeds(SPOT, x, a) / given.sell_proceeds(SPOT, x, a) - 1.0).abs() < 1e-15);
    }

    #[test]
    fn a_deep_book_of_a_given_slope_is_a_block_of_orders(slope in 1e-6..1e-3f64, half in 0.0..1e-2f64, x in 0.1..50f64) {
        // At a fixed slope `(1+s)(α−1)/D` prices rise by the same for each share where a trade is small in D.
        let exponent = 1.5;
        let depth = (1.0 + half) * (exponent - 1.0) / slope;
        let book = OrderBook::of(&changed(&[
            ("order_book.ask_exponent", exponent.to_string()),
            ("order_book.depth", depth.to_string()),
            ("order_book.ask_half_spread", half.to_string()),
        ]));
        let block = SPOT * ((1.0 + half) * x + 0.5 * slope * x * x);
        // What is left is of the next order in x/D.
        let next = SPOT * slope * x * x * (x / depth);
        prop_assert!((book.buy_cost(SPOT, x, 0.0) - block).abs() <= next + 1e-9 * block);
    }

    #[test]
    fn prices_are_the_slope_of_cost((scenario, a, b) in market(), x in 0.01..100f64) {
        let book = OrderBook::of(&scenario);
        let h = 1e-4 * x;
        let slope = (book.buy_cost(SPOT, x + h, a) - book.buy_cost(SPOT, x - h, a)) / (2.0 * h);
        prop_assert!((slope / book.marginal_ask(SPOT, x, a) - 1.0).abs() < 1e-6);
        let slope = (book.sell_proceeds(SPOT, x + h, b) - book.sell_proceeds(SPOT, x - h, b)) / (2.0 * h);
        prop_assert!((slope / book.marginal_bid(SPOT, x, b) - 1.0).abs() < 1e-6);
    }

    #[test]
    fn memory_is_never_negative_and_halves_in_one_half_life(
        decay in 1e-3..1e3f64, a in 0.0..1e6f64, b in 0.0..1e6f64, trade in -1e6..1e6f64, years in 0.0..10f64
    ) {
        let scenario = changed(&[
            ("order_book.ask_decay", decay.to_string()),
            ("order_book.bid_decay", decay.to_string()),
        ]);
        let book = OrderBook::of(&scenario);
        let memory = Memory { ask: a, bid: b, ..Memory::default() };
        let after = book.remember(memory, trade, years);
        prop_assert!(after.ask >= 0.0 && after.bid >= 0.0);
        let half = book.remember(memory, 0.0, 2f64.ln() / decay);
        prop_assert!((half.ask - a / 2.0).abs() <= 1e-12 * a && (half.bid - b / 2.0).abs() <= 1e-12 * b);
    }

    #[test]
    fn the_ledger_is_self_financing_at_every_step(
        (scenario, a, b) in market(),
        lend in -0.02..0.2f64, borrow in -0.02..0.2f64, path in 0u64..1000,
        targets in proptest::collection::vec(-3.0..3.0f64, 12)
    ) {
        let changes = [
            ("order_book.ask_decay", "3".into()),
            ("initial.ask_memory", a.to_string()), ("initial.bid_memory", b.to_string()),
            ("financing.lend_rate", lend.to_string()), ("financing.borrow_rate", borrow.to_string()),
        ];
        let changes = changes.iter().map(|(field, value)| (*field, value.as_str()));
        let scenario = scenario.with(changes).unwrap();
        let prices = Paths::new(&scenario, Sampling::evaluation(1)).path(path);
        let mut episode = Episode::start(&scenario, &prices);
        for target in targets {
            episode.trade_to(target);
        }
        self_financing(&scenario, &prices, &episode);
    }
}

/// Rebuilds cash, value and gain from positions alone, and compares them with the ledger.
fn self_financing(scenario: &Scenario, prices: &[f64], episode: &Episode<'_>) {
    let (book, carry) = (OrderBook::of(scenario), Carry::of(scenario));
    let close =
        |x: f64, y: f64| assert!((x - y).abs() <= 1e-9 * (SPOT + x.abs()), "{x} against {y}");
    let mut cash = opening_cash(scenario);
    let mut position = scenario.initial.position;
    for (line, spot) in episode.ledger().iter().zip(prices) {
        close(
            line.value_before,
            cash + book.cash_from(*spot, position, line.memory_before),
        );
        let mid_flow = -line.trade * spot;
        close(line.cash_flow, mid_flow - line.cost.total());
        close(line.cash, cash + line.cash_flow);
        close(line.position, position + line.trade);
        cash = carry.apply(line.cash);
        position = line.position;
    }
    let end = episode.settle();
    close(end.cash, cash);
    close(end.gain, cash + end.cash_flow + end.strike_cash);
    close(end.liquidated, position + end.delivered);
}

fn outcome(changes: &[(&str, &str)], path: &[f64]) -> Settlement {
    let scenario = presets::built_in("paper-frictionless")
        .unwrap()
        .with(changes.iter().copied())
        .unwrap();
    let policy = Delta::of(&scenario);
    replay(&scenario, &policy, path).1
}

#[test]
fn without_costs_long_mirrors_short_and_put_mirrors_call() {
    let scenario = presets::built_in("paper-frictionless").unwrap();
    for number in 0..200 {
        let path = Paths::new(&scenario, Sampling::evaluation(9)).path(number);
        let short_call = outcome(&[], &path);
        let long_call = outcome(&[("contract.position", "long")], &path);
        let short_put = outcome(&[("contract.kind", "put")], &path);
        let long_put = outcome(
            &[("contract.kind", "put"), ("contract.position", "long")],
            &path,
        );
        assert!((short_call.error + long_call.error).abs() < 1e-9);
        assert!((short_put.error + long_put.error).abs() < 1e-9);
        // Call less put is a share less the strike, which delta hedging replicates exactly.
        assert!((short_call.error - short_put.error).abs() < 1e-9);
        assert_eq!(short_call.exercised, path[12] >= 1000.0);
        assert_eq!(short_put.exercised, path[12] <= 1000.0);
    }
}

#[test]
fn without_volatility_and_impact_there_is_no_error() {
    let rates = [("0", "0"), ("0.05", "0.05")];
    for (lend, drift) in rates {
        for kind in ["call", "put"] {
            for position in ["short", "long"] {
                for strike in ["900", "1000", "1100"] {
                    let scenario = presets::built_in("paper-frictionless")
                        .unwrap()
                        .with([
                            ("market.volatility", "0"),
                            // Grows at the rate of cash, so that no hedge earns or loses.
                            (
                                "market.drift",
                                &(1.0 + drift.parse::<f64>().unwrap()).ln().to_string(),
                            ),
                            ("financing.lend_rate", lend),
                            ("financing.borrow_rate", lend),
                            ("contract.kind", kind),
                            ("contract.position", position),
                            ("contract.strike", strike),
                        ])
                        .unwrap();
                    let policies = baselines(
                        &scenario,
                        &[
                            Strategy::Delta,
                            Strategy::Leland,
                            Strategy::Band,
                            Strategy::SoftBand,
                        ],
                    );
                    for sample in simulate(&scenario, &policies, Sampling::evaluation(1), 3) {
                        let worst = sample.errors().iter().fold(0f64, |a, e| a.max(e.abs()));
                        assert!(worst < 1e-9, "{kind} {position} {strike} {lend}: {worst}");
                    }
                }
            }
        }
    }
}

#[test]
fn one_step_has_the_closed_form_of_its_ledger() {
    let scenario = changed(&[
        ("steps", "1".into()),
        ("order_book.ask_decay", "inf".into()),
    ]);
    let path = [1000.0, 1200.0];
    let (_, end) = replay(&scenario, &Delta::of(&scenario), &path);
    let delta = Delta::of(&scenario).position(1000.0, 1.0);
    let bought = 1000.0 * ((1.0 + delta).powf(1.01) - 1.0);
    let missing = 1200.0 * ((2.0 - delta).powf(1.01) - 1.0);
    let gain = opening_cash(&scenario) - bought - missing + 1000.0;
    assert!((end.gain - gain).abs() < 1e-9 && end.exercised);
}

#[test]
fn the_holder_exercises_only_above_the_strike_by_the_cost_of_selling() {
    // S* = K/(2^β − 1) for one share and no memory: 1014.0 at β = 0.99 (specification).
    let scenario = changed(&[("order_book.bid_decay", "inf".into())]);
    let threshold = 1000.0 / (2f64.powf(0.99) - 1.0);
    assert!((threshold - 1014.0).abs() < 0.1);
    for (last, expected) in [(threshold - 0.01, false), (threshold + 0.01, true)] {
        let mut path = vec![1000.0; 12];
        path.push(last);
        let (_, end) = replay(&scenario, &Delta::of(&scenario), &path);
        assert_eq!(end.exercised, expected);
    }
}

/// `κ` of the year cell: selling one share at the strike into a book that remembers half a share.
fn year_cost() -> f64 {
    1.0 - (2.5f64.powf(0.99) - 1.5f64.powf(0.99))
}

#[test]
fn leland_takes_one_way_or_the_round_trip_and_says_which() {
    let volatility = |convention: &str, position: &str, impact: f64| {
        leland_volatility(&changed(&[
            ("strategies.leland_convention", convention.into()),
            ("contract.position", position.into()),
            ("order_book.bid_exponent", (1.0 - impact).to_string()),
        ]))
    };
    let raise = |constant: f64| constant.sqrt() * year_cost() / (0.1898 / 12f64.sqrt());
    let expected = |change: f64| 0.1898 * (1.0 + change).sqrt();
    let (one, round) = (
        raise(2.0 / std::f64::consts::PI),
        raise(8.0 / std::f64::consts::PI),
    );
    let close = |found: f64, expected: f64| {
        assert!(
            (found - expected).abs() < 1e-12,
            "{found} against {expected}"
        );
    };
    // The published tables raise it for both sides.
    close(volatility("paper", "short", 0.01), expected(one));
    close(volatility("paper", "long", 0.01), expected(one));
    // Leland raises it for a sold option and lowers it for a bought one.
    close(volatility("leland_1985", "short", 0.01), expected(round));
    close(volatility("leland_1985", "long", 0.01), expected(-round));
    // However dear trading is, some volatility is left.
    let lowest = volatility("leland_1985", "long", 0.7);
    assert!(lowest > 0.0 && lowest < 0.1 * 0.1898 + 1e-12);
}

#[test]
fn a_band_around_delta_trades_less_and_none_and_static_trade_once_at_most() {
    let scenario = presets::built_in("paper-month").unwrap();
    let order = [
        Strategy::Delta,
        Strategy::Band,
        Strategy::Static,
        Strategy::None,
    ];
    let samples = simulate(
        &scenario,
        &baselines(&scenario, &order),
        Sampling::evaluation(1),
        2000,
    );
    let turnover: Vec<f64> = samples.iter().map(|sample| sample.turnover().sum).collect();
    assert!(turnover[1] < turnover[0] && turnover[1] > 0.0);
    assert_eq!(turnover[2..], [0.0, 0.0]);
}

#[test]
fn limits_hold_for_every_strategy() {
    let scenario = changed(&[
        ("limits.max_position", "0.4".into()),
        ("limits.min_position", "0.1".into()),
        ("limits.max_trade", "0.05".into()),
        ("initial.position", "0.2".into()),
    ]);
    for policy in baselines(
        &scenario,
        &[
            Strategy::Delta,
            Strategy::Leland,
            Strategy::Band,
            Strategy::SoftBand,
            Strategy::None,
        ],
    ) {
        let path = Paths::new(&scenario, Sampling::evaluation(1)).path(3);
        let policy: &dyn Policy = policy.as_ref();
        for line in replay(&scenario, policy, &path).0.ledger() {
            assert!((0.1..=0.4).contains(&line.position) && line.trade.abs() <= 0.05 + 1e-15);
        }
    }
}
