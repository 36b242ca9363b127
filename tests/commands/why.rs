//! Why it trades: that the parts of a trade add up, that each is what it is said to be, and that each
//! vanishes where its cause does.

use hedgelab::episode::{Bounds, Factors, Observation};
use hedgelab::market::{LANES, Paths, Sampling};
use hedgelab::order_book::Memory;
use hedgelab::policy::{
    Delta, LearnedPolicy, Observations, Policy, Reasons, SoftBand, SoftBandSettings, Tuned, build,
};
use hedgelab::presets;
use hedgelab::scenario::{Named, Scenario, Strategy};
use hedgelab::simulate::{replay, tune, why};
use hedgelab::training::shipped;
use proptest::prelude::*;
use proptest::strategy::Strategy as _;
use std::sync::LazyLock;

/// The year cell with a number of changes.
fn changed<'a>(changes: impl IntoIterator<Item = (&'a str, String)>) -> Scenario {
    static YEAR: LazyLock<Scenario> = LazyLock::new(|| presets::built_in("paper-year").unwrap());
    let changes: Vec<_> = changes.into_iter().collect();
    let changes = changes
        .iter()
        .map(|(field, value)| (*field, value.as_str()));
    YEAR.with(changes).unwrap()
}

fn learned() -> &'static LearnedPolicy {
    static LEARNED: LazyLock<LearnedPolicy> = LazyLock::new(|| shipped("paper-year").unwrap());
    &LEARNED
}

/// A scenario as fields, who trades in it, and what is seen.
#[derive(Clone, Debug)]
struct Case {
    fields: Vec<(&'static str, String)>,
    settings: SoftBandSettings,
    who: Strategy,
    /// Of all dates, where the trade is.
    date: f64,
    spot: f64,
    /// Times the contract's shares.
    held: f64,
    /// Times the depth.
    memory: [f64; 2],
}

impl Case {
    fn scenario(&self) -> Scenario {
        self.but(&[])
    }

    /// The same with other values.
    fn but(&self, changes: &[(&'static str, &str)]) -> Scenario {
        let changes = changes.iter().map(|(field, x)| (*field, (*x).to_owned()));
        changed(self.fields.iter().cloned().chain(changes))
    }

    fn seen(&self, scenario: &Scenario) -> Observation {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a date"
        )]
        let step = (self.date * scenario.steps as f64) as usize;
        let time = step as f64 * scenario.step_length();
        let depth = scenario.order_book.depth;
        Observation {
            step,
            time,
            remaining: scenario.contract.maturity - time,
            spot: self.spot,
            position: self.held * scenario.contract.shares,
            value: 0.0,
            memory: Memory {
                ask: self.memory[0] * depth,
                bid: self.memory[1] * depth,
                ..Memory::default()
            },
            factors: Factors::default(),
        }
    }

    fn rule(&self, scenario: &Scenario) -> SoftBand {
        SoftBand::new(scenario, self.settings)
    }

    /// What whoever trades here asks for.
    fn target(&self, scenario: &Scenario, seen: &Observation) -> f64 {
        let tuned = Tuned::GUESS;
        match self.who {
            Strategy::SoftBand => self.rule(scenario).target(seen, &mut []),
            Strategy::Learned => learned().target(seen, &mut []),
            other => {
                let rule = build(other, scenario, &tuned).unwrap();
                rule.target(seen, &mut [])
            }
        }
    }

    /// The reasons of the trade in a scenario, with the trade.
    fn reasons(&self, scenario: &Scenario) -> (Reasons, f64) {
        let seen = self.seen(scenario);
        let target = self.target(scenario, &seen);
        let traded = Bounds::of(scenario).nearest(seen.position, target) - seen.position;
        (self.rule(scenario).reasons(&seen, target, traded), traded)
    }
}

fn any_strategy() -> impl proptest::strategy::Strategy<Value = Strategy> {
    let all: Vec<Strategy> = Strategy::ALL.iter().map(|(_, kind)| *kind).collect();
    proptest::sample::select(all)
}

/// Exponents at 1 and beyond, memory and drift at nought and elsewhere, limits or none.
fn cases() -> impl proptest::strategy::Strategy<Value = Case> {
    let exponent = prop_oneof![1 => Just(0.0), 6 => 1e-4..0.3f64];
    let memory = || prop_oneof![1 => Just(0.0), 4 => 0.0..3.0f64];
    let book = (exponent.clone(), exponent, -2.0..4.0f64, memory(), memory());
    let market = (
        -0.5..0.5f64,
        0.02..1.0f64,
        1usize..60,
        0.05..2.0f64,
        500.0..1600.0f64,
    );
    let option = (0.3..30.0f64, any::<[bool; 3]>(), 0.0..1.0f64, -1.5..1.5f64);
    let rule = (-4.0..0.5f64, 0.7..1.5f64, any_strategy());
    let case = |(book, market, option, rule)| {
        let (ask, bid, depth, asked, sold): (f64, f64, f64, f64, f64) = book;
        let (drift, volatility, steps, maturity, spot): (f64, f64, usize, f64, f64) = market;
        let (shares, [put, long, limited], date, held): (f64, [bool; 3], f64, f64) = option;
        let (aversion, factor, who): (f64, f64, Strategy) = rule;
        let word = |yes: bool, one: &str, other: &str| (if yes { one } else { other }).to_owned();
        let mut fields = vec![
            ("order_book.ask_exponent", (1.0 + ask).to_string()),
            ("order_book.bid_exponent", (1.0 - bid).to_string()),
            ("order_book.depth", 10f64.powf(depth).to_string()),
            ("market.drift", drift.to_string()),
            ("market.volatility", volatility.to_string()),
            ("steps", steps.to_string()),
            ("contract.maturity", maturity.to_string()),
            ("contract.shares", shares.to_string()),
            ("contract.kind", word(put, "put", "call")),
            ("contract.position", word(long, "long", "short")),
            ("financing.lend_rate", "0.01".into()),
            ("financing.borrow_rate", "0.05".into()),
        ];
        if limited {
            fields.extend([
                ("limits.max_trade", (0.1 * shares).to_string()),
                ("limits.min_position", (-0.5 * shares).to_string()),
                ("limits.max_position", (0.8 * shares).to_string()),
            ]);
        }
        Case {
            fields,
            settings: SoftBandSettings {
                risk_aversion: 10f64.powf(aversion),
                volatility_factor: factor,
            },
            who,
            date,
            spot,
            held,
            memory: [asked, sold],
        }
    };
    (book, market, option, rule).prop_map(case)
}

/// What is compared with a sum of numbers of this size.
fn size(reasons: &Reasons) -> f64 {
    let parts = reasons.parts().into_iter();
    parts.fold(0.0, |size, (_, part)| size.max(part.abs()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn the_parts_are_the_trade_to_the_last_bit_and_none_is_without_its_cause(case in cases()) {
        let scenario = case.scenario();
        let (reasons, traded) = case.reasons(&scenario);
        let parts = reasons.parts().map(|(_, part)| part);
        let sum = parts.iter().fold(0.0, |sum, part| sum + part);
        prop_assert_eq!(sum, traded);
        prop_assert_eq!(reasons.total(), traded);
        // In any other order too, rounding last.
        let backward = parts[..7].iter().rev().fold(0.0, |sum, part| sum + part);
        prop_assert_eq!(backward + reasons.rounding, traded);
        prop_assert!(reasons.rounding.abs() <= 1e-14 * size(&reasons));
        // What waiting, damping and memory take, they take from the miss, and no more than there is.
        let miss = reasons.delta + reasons.drift;
        for taken in [reasons.waiting, reasons.damping, reasons.memory] {
            prop_assert!(taken * miss <= 0.0);
        }
        let taken = reasons.waiting + reasons.damping + reasons.memory;
        prop_assert!(taken.abs() <= miss.abs() + 1e-12 * size(&reasons));
        if case.who == Strategy::SoftBand {
            prop_assert_eq!(reasons.own, 0.0);
        }
        let limits = &scenario.limits;
        if limits.max_trade.is_none() {
            prop_assert_eq!(reasons.limits, 0.0);
        }
        let (exponent, memory) = if miss > 0.0 {
            (scenario.order_book.ask_exponent, case.memory[0])
        } else {
            (scenario.order_book.bid_exponent, case.memory[1])
        };
        if exponent == 1.0 {
            let costs = [reasons.waiting, reasons.damping, reasons.memory];
            prop_assert_eq!(costs, [0.0; 3]);
        }
        if memory == 0.0 {
            prop_assert_eq!(reasons.memory, 0.0);
        }
    }

    #[test]
    fn each_part_vanishes_with_its_cause(case in cases()) {
        // Without spread nor depth cost.
        let free = [("order_book.ask_exponent", "1"), ("order_book.bid_exponent", "1")];
        let (reasons, _) = case.reasons(&case.but(&free));
        prop_assert_eq!([reasons.waiting, reasons.damping, reasons.memory], [0.0; 3]);
        // Without memory.
        let forgot = Case { memory: [0.0; 2], ..case.clone() };
        prop_assert_eq!(forgot.reasons(&case.scenario()).0.memory, 0.0);
        // Without drift, which is one as large as the rate.
        let rate = Delta::of(&case.scenario()).model().rate.to_string();
        let still = case.but(&[("market.drift", &rate)]);
        prop_assert_eq!(case.reasons(&still).0.drift, 0.0);
        // In a deep book: what is damped is the share Λ/(Λ + w) of what is left, and Λ falls as 1/D.
        let damped = |depth: &str| {
            let deep = case.but(&[("order_book.depth", depth), ("limits.max_trade", "none")]);
            let (reasons, _) = case.reasons(&deep);
            (reasons.damping.abs(), size(&reasons))
        };
        let (one, other) = (damped("1e9"), damped("1e12"));
        prop_assert!(other.0 <= one.0 + 1e-13 * one.1);
        prop_assert!(other.0 <= 1e-2 * one.0 + 1e-5 * other.1, "{one:?} {other:?}");
    }

    #[test]
    fn partial_sums_are_what_soft_bands_of_other_books_hold(case in cases()) {
        let scenario = case.scenario();
        let seen = case.seen(&scenario);
        let (reasons, _) = case.reasons(&scenario);
        let near = |found: f64, expected: f64, slack: f64, what: &str| {
            let off = (found - expected).abs();
            prop_assert!(off <= slack * (size(&reasons) + expected.abs()), "{what}: {found} {expected}");
            Ok(())
        };
        let close = |found, expected, what| near(found, expected, 1e-9, what);
        let mut sum = seen.position + reasons.delta;
        let delta = Delta::of(&scenario);
        let volatility = case.settings.volatility_factor * scenario.model_volatility();
        close(sum, delta.at_volatility(volatility).position(seen.spot, seen.remaining), "delta")?;
        // A book without friction: the aim.
        sum += reasons.drift;
        let free = [("order_book.ask_exponent", "1"), ("order_book.bid_exponent", "1")];
        let free = case.rule(&case.but(&free));
        close(sum, free.target(&seen, &mut []), "drift")?;
        // A book without memory and depth cost, in which a wrong position costs what it costs here.
        let aim = sum;
        sum += reasons.waiting;
        let spent = case.spent(&scenario, aim - seen.position);
        if spent.slope > 0.0 {
            // The deepest book still has a slope.
            let slope = 1e3 / DEEPEST;
            let slack = 1e-9 + 2.0 * slope / spent.worth;
            near(sum, seen.position + spent.banded(&case), slack, "waiting")?;
        }
        // A full book.
        sum += reasons.damping;
        let full = Observation { memory: Memory::default(), ..seen };
        close(sum, case.rule(&scenario).target(&full, &mut []), "damping")?;
        // The book as it is.
        sum += reasons.memory;
        close(sum, case.rule(&scenario).target(&seen, &mut []), "memory")?;
        // Whoever trades.
        sum += reasons.own;
        close(sum, case.target(&scenario, &seen), "own")?;
    }
}

/// Largest depth (shares).
const DEEPEST: f64 = 1e12;

/// What a trade costs, by the recursion as it is written down.
struct Spent {
    miss: f64,
    slope: f64,
    /// `q` and `w` (currency per share and share).
    risk: f64,
    worth: f64,
}

impl Case {
    fn spent(&self, scenario: &Scenario, miss: f64) -> Spent {
        let (seen, book) = (self.seen(scenario), &scenario.order_book);
        let exponent = if miss > 0.0 {
            book.ask_exponent
        } else {
            book.bid_exponent
        };
        let slope = exponent * (exponent - 1.0).abs() * seen.spot / book.depth;
        let variance = scenario.model_volatility().powi(2);
        let risk =
            self.settings.risk_aversion * variance * seen.spot.powi(2) * scenario.step_length();
        let mut to_go = slope;
        for _ in seen.step + 1..scenario.steps {
            to_go = slope * (risk + to_go) / (slope + risk + to_go);
        }
        Spent {
            miss,
            slope,
            risk,
            worth: risk + to_go,
        }
    }
}

impl Spent {
    /// What a soft band in a book deep enough moves that is as much more averse as `w` is above `q`: there
    /// it is a hard band of half-width `s_0/w`.
    fn banded(&self, case: &Case) -> f64 {
        let deep = case.but(&[("order_book.depth", &DEEPEST.to_string())]);
        let settings = SoftBandSettings {
            risk_aversion: case.settings.risk_aversion * self.worth / self.risk,
            ..case.settings
        };
        let rule = SoftBand::new(&deep, settings);
        let mut seen = case.seen(&deep);
        seen.memory = Memory::default();
        seen.position = rule.aim(seen.spot, seen.remaining) - self.miss;
        rule.target(&seen, &mut []) - seen.position
    }
}

#[test]
fn on_a_path_they_follow_its_trades_date_by_date() {
    let scenario = changed([("initial.position", "0.3".into())]);
    let tuned = tune(&scenario, &[Strategy::Band, Strategy::SoftBand]);
    let rule = SoftBand::new(&scenario, tuned.soft_band_in(&scenario));
    let path = Paths::new(&scenario, Sampling::evaluation(1)).path(7);
    for (_, kind) in Strategy::ALL {
        let policy = build(*kind, &scenario, &tuned).unwrap_or_else(|| Box::new(learned().clone()));
        let (episode, _) = replay(&scenario, policy.as_ref(), &path);
        let reasons = why(&scenario, episode.ledger(), &rule);
        assert_eq!(reasons.len(), scenario.steps);
        let mut own = Vec::new();
        for (line, reasons) in episode.ledger().iter().zip(reasons) {
            assert_eq!(reasons.total(), line.trade);
            own.push(reasons.own);
            assert_eq!(reasons.limits, 0.0);
            assert_ne!(reasons.drift, 0.0);
        }
        let like_it = own.iter().all(|own| *own == 0.0);
        assert_eq!(like_it, *kind == Strategy::SoftBand, "{kind:?}");
    }
}

#[test]
fn the_soft_band_on_many_paths_at_once_moves_by_the_same_parts() {
    let scenario = changed([]);
    let tuned = tune(&scenario, &[Strategy::SoftBand]);
    let rule = SoftBand::new(&scenario, tuned.soft_band_in(&scenario));
    let row = |low: f64, high: f64, stride: usize| -> [f64; LANES] {
        let place = |lane: usize| (lane * stride % LANES) as f64 / LANES as f64;
        std::array::from_fn(|lane| low + (high - low) * place(lane))
    };
    let (spot, position) = (row(700.0, 1400.0, 1), row(-0.2, 1.3, 5));
    let (ask, bid) = (row(0.0, 2.0, 11), row(0.0, 2.0, 23));
    for step in 0..scenario.steps {
        let time = step as f64 * scenario.step_length();
        let seen = Observations {
            step,
            time,
            remaining: scenario.contract.maturity - time,
            spot: &spot,
            position: &position,
            value: None,
            ask_memory: &ask,
            bid_memory: &bid,
            displaced: None,
            factors: &[],
        };
        let mut targets = [0.0; LANES];
        rule.targets(&seen, &mut [], &mut targets);
        for (lane, target) in targets.into_iter().enumerate() {
            let traded = target - position[lane];
            let reasons = rule.reasons(&seen.lane(lane), target, traded);
            assert_eq!(reasons.total(), traded);
            assert!(reasons.own.abs() < 1e-12, "{}", reasons.own);
        }
    }
}

/// What the program prints.
fn printed(line: &str) -> String {
    let mut command = assert_cmd::Command::cargo_bin("hedgelab").unwrap();
    let output = command.args(line.split_whitespace()).output().unwrap();
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{line}: {complaint}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_command_line_tells_the_parts_as_a_table_as_json_and_as_csv() {
    let line = "replay thin-book --path 5 --strategies delta,soft_band";
    let json: serde_json::Value =
        serde_json::from_str(&printed(&format!("{line} --why --json"))).unwrap();
    let scenario = presets::built_in("thin-book").unwrap();
    let tuned = tune(&scenario, &[Strategy::SoftBand]).soft_band_in(&scenario);
    assert_eq!(json["soft_band"]["risk_aversion"], tuned.risk_aversion);
    let strategies = json["strategies"].as_array().unwrap();
    for strategy in strategies {
        let trades = strategy["ledger"].as_array().unwrap().iter();
        let reasons = strategy["why"].as_array().unwrap();
        assert_eq!(trades.len(), reasons.len());
        for (trade, parts) in trades.zip(reasons) {
            // In the order in which they stand.
            let parts: serde_json::Map<String, serde_json::Value> =
                serde_json::from_value(parts.clone()).unwrap();
            let sum = NAMES
                .iter()
                .fold(0.0, |sum, name| sum + parts[*name].as_f64().unwrap());
            assert_eq!(sum, trade["trade"].as_f64().unwrap());
            let of_its_own = parts["own"].as_f64().unwrap();
            assert!(strategy["name"] != "soft_band" || of_its_own == 0.0);
        }
    }
    let table = printed(&format!("{line} --why"));
    assert!(table.contains("Why delta trades: parts of each trade (shares, positive buys)"));
    let heading = table.lines().find(|line| line.contains("waiting")).unwrap();
    let heading: Vec<&str> = heading.split_whitespace().collect();
    let expected = "step delta drift waiting damping memory own rule trade";
    assert_eq!(heading.join(" "), expected);
    let plain = printed(line);
    assert!(!plain.contains("Why") && !printed(&format!("{line} --json")).contains("\"why\""));
    let csv = printed(&format!("{line} --why --csv"));
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let headings = reader.headers().unwrap().clone();
    let of = |row: &csv::StringRecord, name: &str| -> f64 {
        let place = headings.iter().position(|heading| heading == name).unwrap();
        row[place].parse().unwrap()
    };
    let rows: Vec<_> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 2 * scenario.steps);
    for row in &rows {
        let sum = NAMES.iter().fold(0.0, |sum, name| sum + of(row, name));
        assert_eq!(sum, of(row, "trade"));
    }
}

/// The parts by their names, in the order in which they add up.
const NAMES: [&str; 8] = [
    "delta", "drift", "waiting", "damping", "memory", "own", "limits", "rounding",
];
