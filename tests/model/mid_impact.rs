//! Impact on the mid: no round trip earns, its limits, its closed forms, and that nothing changes where there is none.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use hedgelab::episode::Episode;
use hedgelab::market::{Paths, Sampling};
use hedgelab::order_book::{Displacement, Memory, OrderBook, Standing};
use hedgelab::policy::conditioned::outside;
use hedgelab::policy::{Base, Delta, LearnedPolicy, Observations, Policy, Tuned, line_up};
use hedgelab::presets;
use hedgelab::scenario::{Scenario, Strategy};
use hedgelab::simulate::{replay, simulate};
use hedgelab::training::{conditioned_policy, shipped};
use proptest::prelude::*;

const SPOT: f64 = 100.0;

/// A year of twelve dates at [`SPOT`], one share, and what else is said.
fn market(changes: &[(&str, String)]) -> Scenario {
    let year = presets::built_in("paper-year").unwrap();
    let usual = [("market.spot", "100"), ("contract.strike", "100")];
    let changes = changes
        .iter()
        .map(|(field, value)| (*field, value.as_str()));
    year.with(usual.into_iter().chain(changes)).unwrap()
}

fn impact(per_share: f64, permanent: f64, decay: f64) -> Vec<(&'static str, String)> {
    vec![
        ("order_book.mid_impact", per_share.to_string()),
        ("order_book.mid_permanent", permanent.to_string()),
        ("order_book.mid_decay", decay.to_string()),
    ]
}

/// A book without a cost of size.
fn free() -> [(&'static str, String); 2] {
    [
        ("order_book.ask_exponent", "1".into()),
        ("order_book.bid_exponent", "1".into()),
    ]
}

/// Cash of trades, one a date, at these prices; the last one goes back to where it began.
fn round_trip(scenario: &Scenario, prices: &[f64], trades: &[f64]) -> f64 {
    let book = OrderBook::of(scenario);
    let mut memory = Memory::default();
    let back: f64 = trades.iter().sum();
    let trades = trades.iter().copied().chain([-back]);
    trades.zip(prices).fold(0.0, |cash, (trade, spot)| {
        let flow = book.cash_from(*spot, -trade, memory);
        memory = book.remember(memory, trade, scenario.step_length());
        cash + flow
    })
}

/// `½·Σ G_jk·x_j·x_k` of trades one date apart.
fn quadratic(scenario: &Scenario, trades: &[f64]) -> f64 {
    let book = &scenario.order_book;
    let reach = |j: usize, k: usize| {
        let years = j.abs_diff(k) as f64 * scenario.step_length();
        let kept = if j == k {
            1.0
        } else {
            (-book.mid_decay * years).exp()
        };
        book.mid_permanent + (1.0 - book.mid_permanent) * kept
    };
    let pairs = trades.iter().enumerate().flat_map(|(j, x)| {
        let row = trades.iter().enumerate();
        row.map(move |(k, y)| reach(j, k) * x * y)
    });
    0.5 * book.mid_impact * pairs.sum::<f64>()
}

fn decay() -> impl proptest::strategy::Strategy<Value = f64> {
    prop_oneof![Just(0.0), Just(f64::INFINITY), 0.01..100.0f64]
}

proptest! {
    #[test]
    fn no_round_trip_earns_at_a_price_that_stands_still(
        per_share in 1e-6..0.02f64, permanent in 0.0..1.0f64, decay in decay(),
        book in (1.0..1.2f64, 0.85..1.0f64, 0.1..100f64, prop_oneof![Just(0.0), 0.1..50f64]),
        trades in proptest::collection::vec(-2.0..2.0f64, 1..10)
    ) {
        let (ask, bid, depth, refill) = book;
        let mut changes = impact(per_share, permanent, decay);
        changes.extend([
            ("order_book.ask_exponent", ask.to_string()),
            ("order_book.bid_exponent", bid.to_string()),
            ("order_book.depth", depth.to_string()),
            ("order_book.ask_decay", refill.to_string()),
            ("order_book.bid_decay", refill.to_string()),
        ]);
        let scenario = market(&changes);
        let cash = round_trip(&scenario, &[SPOT; 11], &trades);
        let turned: f64 = trades.iter().map(|x| x.abs()).sum();
        prop_assert!(cash <= 1e-12 * SPOT * turned, "{cash}");
    }

    #[test]
    fn in_a_free_book_what_trades_pay_is_the_quadratic_form(
        per_share in 1e-6..0.01f64, permanent in 0.0..1.0f64, decay in decay(),
        trades in proptest::collection::vec(-2.0..2.0f64, 1..10)
    ) {
        let mut changes = impact(per_share, permanent, decay);
        changes.extend(free());
        let scenario = market(&changes);
        let cash = round_trip(&scenario, &[SPOT; 11], &trades);
        let back: f64 = trades.iter().sum();
        let mut all = trades;
        all.push(-back);
        let form = quadratic(&scenario, &all);
        prop_assert!(form >= -1e-15);
        prop_assert!((cash + SPOT * form).abs() < 1e-11 * SPOT, "{cash} {form}");
    }

    #[test]
    fn costs_against_the_unaffected_price_add_up_wherever_the_mid_is(
        per_share in 0.0..0.02f64, passing in -0.3..0.3f64, lasting in -0.3..0.3f64,
        a in 0.0..10f64, b in 0.0..10f64, x in -5.0..5.0f64
    ) {
        let book = OrderBook::of(&market(&impact(per_share, 0.2, 1.0)));
        let memory = Memory { ask: a, bid: b, mid: Displacement { passing, lasting } };
        let cost = book.cost(SPOT, x, memory);
        let total = -book.cash_from(SPOT, -x, memory) - SPOT * x;
        prop_assert!((cost.total() - total).abs() < 1e-11 * SPOT * (1.0 + x.abs()));
        prop_assert!(cost.spread >= 0.0 && cost.depth >= -1e-11 && cost.memory >= -1e-11);
        let by_mid = SPOT * x * (passing + lasting + 0.5 * per_share * x);
        prop_assert!((cost.mid - by_mid).abs() < 1e-11 * SPOT * (1.0 + x.abs()));
    }
}

#[test]
fn the_next_share_costs_what_one_more_adds_and_depth_is_found_back() {
    for (exponents, decay) in [(["1", "1"], 0.0), (["1.02", "0.97"], 3.0)] {
        let mut changes = impact(0.003, 0.4, decay);
        changes.push(("order_book.ask_exponent", exponents[0].into()));
        changes.push(("order_book.bid_exponent", exponents[1].into()));
        let book = OrderBook::of(&market(&changes));
        let mid = Displacement {
            passing: 0.004,
            lasting: -0.001,
        };
        let (ask, bid) = (0.3, 0.1);
        let memory = Memory { ask, bid, mid };
        let standing = Standing {
            book,
            spot: SPOT,
            memory,
        };
        for size in [0.0, 0.2, 3.0] {
            let step = 1e-5;
            let cash = |x: f64| book.cash_from(SPOT, x, memory);
            let bought = (cash(-size) - cash(-size - step)) / step;
            let sold = (cash(size + step) - cash(size)) / step;
            assert!(
                (book.next_ask(SPOT, size, memory) - bought).abs() < 1e-4,
                "{bought}"
            );
            assert!(
                (book.next_bid(SPOT, size, memory) - sold).abs() < 1e-4,
                "{sold}"
            );
            for side in [true, false] {
                let price = standing.price_on(side, size);
                assert!(
                    (standing.depth_to(side, price) - size).abs() < 1e-9,
                    "{size}"
                );
            }
        }
    }
}

/// Buys when the price rose, sells when it fell, and ends where it began; or the other way round.
struct Follows(f64);

impl Policy for Follows {
    fn strategy(&self) -> Strategy {
        Strategy::Delta
    }

    fn target(&self, seen: &hedgelab::episode::Observation, state: &mut [f64]) -> f64 {
        let (before, last) = (state[0], seen.step == 11);
        state[0] = seen.mid();
        match seen.step {
            0 => 1.0,
            _ if last => 0.0,
            _ => seen.position + self.0 * (seen.mid() / before - 1.0),
        }
    }

    fn state_size(&self) -> usize {
        1
    }

    fn targets(
        &self,
        seen: &Observations<'_>,
        state: &mut [[f64; hedgelab::market::LANES]],
        targets: &mut [f64; hedgelab::market::LANES],
    ) {
        for (lane, target) in targets.iter_mut().enumerate() {
            let mut own = [state[0][lane]];
            *target = self.target(&seen.lane(lane), &mut own);
            state[0][lane] = own[0];
        }
    }
}

#[test]
fn whoever_follows_prices_earns_nothing_on_average_where_they_are_a_martingale() {
    for (permanent, decay) in [(0.0, 0.0), (0.3, 4.0), (0.0, f64::INFINITY), (1.0, 0.0)] {
        let mut changes = impact(0.02, permanent, decay);
        changes.extend(free());
        changes.extend([
            ("market.drift", "0".to_owned()),
            // The option is worth nothing to anybody, so that what is left is the round trip.
            ("contract.premium", "0".to_owned()),
            ("contract.strike", "1e6".to_owned()),
        ]);
        let scenario = market(&changes);
        for eagerness in [-8.0, -1.0, 2.0, 8.0] {
            let policies: Vec<Box<dyn Policy>> = vec![Box::new(Follows(eagerness))];
            let sample = &simulate(&scenario, &policies, Sampling::evaluation(3), 20_000)[0];
            let errors = sample.errors();
            let count = errors.len() as f64;
            let mean = errors.iter().sum::<f64>() / count;
            let square = errors.iter().map(|e| (e - mean).powi(2)).sum::<f64>() / count;
            let se = (square / count).sqrt();
            assert!(
                mean > -3.0 * se,
                "{permanent} {decay} {eagerness}: {mean} ± {se}"
            );
        }
    }
}

#[test]
fn what_never_comes_back_is_permanent_and_what_comes_back_at_once_is_a_cost_of_size() {
    let policies = |scenario: &Scenario| {
        let all = [Strategy::Delta, Strategy::SoftBand, Strategy::Static];
        line_up(&all, scenario, &Tuned::GUESS, &[])
    };
    let errors = |scenario: &Scenario| -> Vec<Vec<f64>> {
        let samples = simulate(scenario, &policies(scenario), Sampling::evaluation(2), 200);
        samples.iter().map(|s| s.errors().to_vec()).collect()
    };
    let (one, other) = (
        market(&impact(0.01, 1.0, 7.0)),
        market(&impact(0.01, 0.0, 0.0)),
    );
    for (one, other) in errors(&one).iter().zip(&errors(&other)) {
        let apart = one.iter().zip(other).map(|(a, b)| (a - b).abs());
        assert!(apart.fold(0.0, f64::max) < 1e-10);
    }
    // Back at once, each trade pays `S·η·x²/2` more and nothing else is changed.
    let mut changes = impact(0.01, 0.0, f64::INFINITY);
    changes.extend(free());
    let scenario = market(&changes);
    let plain = market(&free());
    for number in 0..50 {
        let path = Paths::new(&scenario, Sampling::evaluation(4)).path(number);
        let delta = Delta::of(&scenario);
        let (episode, end) = replay(&scenario, &delta, &path);
        let (without, free_end) = replay(&plain, &delta, &path);
        let trades = episode.ledger().iter().map(|line| (line.spot, line.trade));
        let paid = trades.chain([(end.spot, -end.liquidated)]);
        let paid: f64 = paid.map(|(spot, x)| 0.005 * spot * x * x).sum();
        for (one, other) in episode.ledger().iter().zip(without.ledger()) {
            assert_eq!(one.trade, other.trade);
        }
        // The holder's decision looks at the same costs.
        if end.exercised == free_end.exercised {
            assert!(
                (end.error - free_end.error - paid).abs() < 1e-10,
                "{number}"
            );
        }
    }
}

#[test]
fn one_trade_and_its_way_back_are_what_the_formulas_say() {
    let mut changes = impact(0.02, 0.25, std::f64::consts::LN_2 * 12.0);
    changes.extend(free());
    let scenario = market(&changes);
    let prices = [SPOT; 13];
    let mut episode = Episode::start(&scenario, &prices);
    assert_eq!(episode.observe().unwrap().mid(), SPOT);
    episode.trade_to(0.5);
    // Half a share meets a mid half-way to 1% above; half of what passes is left a step later.
    let first = episode.ledger()[0];
    assert!((first.cash_flow + 0.5 * SPOT * 1.005).abs() < 1e-12);
    let seen = episode.observe().unwrap();
    let displaced = 0.01 * (0.25 + 0.75 * 0.5);
    assert!((seen.mid() - SPOT * (1.0 + displaced)).abs() < 1e-12);
    let sold = 0.5 * SPOT * (1.0 + displaced - 0.005);
    assert!((seen.value - (episode.ledger()[0].cash + sold)).abs() < 1e-12);
    assert!((seen.memory.mid.total() - displaced).abs() < 1e-15);
}

#[test]
fn a_hedger_who_looks_at_the_mid_buys_more_where_buying_raises_it() {
    let path = |scenario: &Scenario| Paths::new(scenario, Sampling::evaluation(1)).path(5);
    let held = |permanent: f64| {
        let scenario = market(&impact(0.05, permanent, f64::INFINITY));
        let path = path(&scenario);
        let (episode, _) = replay(&scenario, &Delta::of(&scenario), &path);
        episode.ledger()[1].position
    };
    assert!(held(1.0) > held(0.5) && held(0.5) > held(0.0) + 1e-3);
}

#[test]
fn where_trades_leave_the_mid_nothing_changes_whatever_else_is_said_of_it() {
    let plain = market(&[]);
    let said = market(&impact(0.0, 0.7, 3.0));
    assert_eq!(plain.market_hash(), said.market_hash());
    assert!(plain.market_differences(&said).is_empty());
    let learned = shipped("paper-year").unwrap();
    let everybody = [Strategy::Delta, Strategy::Band, Strategy::Learned];
    let errors = |scenario: &Scenario| {
        let policies = line_up(
            &everybody,
            scenario,
            &Tuned::GUESS,
            std::slice::from_ref(&learned),
        );
        let samples = simulate(scenario, &policies, Sampling::evaluation(9), 300);
        let bits = samples
            .iter()
            .map(|s| s.errors().iter().map(|e| e.to_bits()).collect());
        bits.collect::<Vec<Vec<u64>>>()
    };
    assert_eq!(errors(&plain), errors(&said));
    let moved = market(&impact(1e-5, 0.7, 3.0));
    assert_ne!(plain.market_hash(), moved.market_hash());
    assert_ne!(errors(&plain), errors(&moved));
}

#[test]
fn a_preset_keeps_it_and_one_without_it_is_written_as_before() {
    let moved = market(&impact(0.01, 0.5, f64::INFINITY));
    let text = presets::text(&moved).unwrap();
    let again = presets::parse(&text, "it").unwrap();
    assert_eq!(again.order_book, moved.order_book);
    assert!(
        text.contains("mid_impact: 0.01") && text.contains("mid_permanent: 0.5"),
        "{text}"
    );
    assert!(!presets::text(&market(&[])).unwrap().contains("mid_"));
    for (field, value, said) in [
        ("order_book.mid_impact", "0.6", "at most 0.5"),
        ("order_book.mid_impact", "-1", "0 to 1e6"),
        ("order_book.mid_permanent", "1.5", "0 to 1"),
        ("order_book.mid_decay", "-2", "0 or more"),
    ] {
        let refused = market(&[]).with([(field, value)]).unwrap_err().to_string();
        assert!(
            refused.contains(field) && refused.contains(said),
            "{refused}"
        );
    }
}

#[test]
fn the_conditioned_policy_makes_nothing_of_it_and_says_so() {
    let conditioned = conditioned_policy();
    let (plain, moved) = (market(&[]), market(&impact(0.01, 0.5, 3.0)));
    assert!(outside(&plain).is_empty());
    assert!(
        outside(&moved)
            .iter()
            .any(|what| what.to_string().contains("impact on the mid"))
    );
    let of = |scenario: &Scenario| conditioned.policy(scenario).unwrap();
    let (one, other): (LearnedPolicy, LearnedPolicy) = (of(&plain), of(&moved));
    assert_eq!(other.weights().len(), one.weights().len() + 32);
    let path = Paths::new(&plain, Sampling::evaluation(1)).path(2);
    let mut episode = Episode::start(&plain, &path);
    while let Some(mut seen) = episode.observe() {
        let target = one.target(&seen, &mut []);
        seen.memory.mid = Displacement {
            passing: 0.01,
            lasting: 0.02,
        };
        assert!((target - other.target(&seen, &mut [])).abs() < 1e-6);
        episode.trade_to(target);
    }
}

#[test]
fn a_network_that_sees_where_the_mid_is_does_something_else_there() {
    let scenario = market(&impact(0.01, 0.5, 3.0));
    let widths = hedgelab::policy::network::layer_widths(&scenario);
    let count = hedgelab::policy::network::weight_count(&widths);
    let weights: Vec<f32> = (0..count).map(|i| 0.3 * (1.3 * i as f32).sin()).collect();
    let policy = LearnedPolicy::new(&scenario, Base::Delta, &weights).unwrap();
    let names: Vec<&str> = policy.features().layout().names().collect();
    assert_eq!(names.last(), Some(&"displacement"));
    let path = Paths::new(&scenario, Sampling::evaluation(1)).path(0);
    let mut seen = Episode::start(&scenario, &path).observe().unwrap();
    let before = policy.target(&seen, &mut []);
    seen.memory.mid.lasting = 0.005;
    assert!((policy.target(&seen, &mut []) - before).abs() > 1e-3);
}
