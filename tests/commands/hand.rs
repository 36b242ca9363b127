//! Hedging by hand: the ledger is that of any other episode, and nothing is told before its time.

use hedgelab::episode::{LedgerLine, Settlement};
use hedgelab::hand::{self, BUILT_IN, Challenge, Game, Rivals};
use hedgelab::market::{Paths, Sampling};
use hedgelab::order_book::OrderBook;
use hedgelab::policy::{Delta, Policy};
use hedgelab::presets;
use hedgelab::scenario::{Scenario, Strategy};
use hedgelab::simulate::replay;
use proptest::prelude::*;
use std::ops::ControlFlow;

const MINIMAL: &str = "(version: 1, title: \"Mine\", preset: \"paper-year\", seed: 3)";

fn complaint(text: &str) -> String {
    Challenge::parse(text, "mine.ron").unwrap_err().to_string()
}

/// A challenge on a preset with changes.
fn challenge(preset: &str, changes: &[(&str, String)]) -> Option<Challenge> {
    let changes: Vec<String> = changes
        .iter()
        .map(|(field, value)| format!("{field:?}: {value:?}"))
        .collect();
    let text = format!(
        "(version: 1, title: \"Test\", preset: {preset:?}, changes: {{{}}}, seed: 5)",
        changes.join(", ")
    );
    Challenge::parse(&text, "test").ok()
}

/// Every price of a path, as any simulation under the challenge's seed has it.
fn prices(challenge: &Challenge, number: u64) -> Vec<f64> {
    let sampling = Sampling::evaluation(challenge.seed());
    Paths::new(challenge.scenario(), sampling)
        .path(number)
        .to_vec()
}

/// What delta does on a path.
fn of_delta(scenario: &Scenario, path: &[f64]) -> (Vec<LedgerLine>, Settlement) {
    let delta = Delta::of(scenario);
    let (episode, end) = replay(scenario, &delta, path);
    (episode.ledger().to_vec(), end)
}

/// Delta's positions, taken by hand on what a game shows.
fn play_delta(challenge: &Challenge, number: u64) -> Game {
    let mut game = Game::start(challenge, number).unwrap();
    let delta = Delta::of(challenge.scenario());
    while !game.is_over() {
        let seen = game.seen();
        let wanted = delta.target(&observed(&seen), &mut []);
        game.commit(wanted.clamp(seen.lowest, seen.highest))
            .unwrap();
    }
    game
}

fn observed(seen: &hand::Seen) -> hedgelab::episode::Observation {
    hedgelab::episode::Observation {
        step: seen.step,
        time: seen.time,
        remaining: seen.remaining,
        spot: *seen.prices.last().unwrap(),
        position: seen.position,
        value: seen.value,
        memory: seen.memory,
        factors: Default::default(),
    }
}

fn rivals(challenge: &Challenge, paths: u64) -> Rivals {
    Rivals::of(challenge, paths, &mut || ControlFlow::Continue(())).unwrap()
}

#[test]
fn the_built_in_challenges_are_five_levels_with_the_policy_trained_for_each() {
    let levels: Vec<String> = BUILT_IN
        .iter()
        .map(|(name, _)| {
            let challenge = hand::built_in(name).unwrap();
            let learned = challenge.learned().unwrap();
            let differs = challenge
                .scenario()
                .market_differences(learned.trained_for());
            assert!(differs.is_empty(), "{name}");
            assert_eq!(challenge.paths(), 10);
            assert!(challenge.text().len() > 40 && challenge.scenario().shown_path.is_none());
            let again = Challenge::parse(&challenge.file_text().unwrap(), name).unwrap();
            assert_eq!(again, challenge);
            challenge.level().unwrap().to_owned()
        })
        .collect();
    assert_eq!(
        levels,
        ["frictionless", "spread", "depth", "memory", "pin risk"]
    );
}

#[test]
fn deltas_positions_taken_by_hand_give_deltas_hedge_to_the_bit() {
    for (name, _) in BUILT_IN {
        let challenge = hand::built_in(name).unwrap();
        for number in [1, 4, 10] {
            let game = play_delta(&challenge, number);
            let (ledger, end) = of_delta(challenge.scenario(), &prices(&challenge, number));
            assert_eq!(game.settlement(), Some(end), "{name}");
            assert_eq!(game.seen().ledger, ledger, "{name}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn they_do_so_in_any_scenario(
        put in any::<bool>(),
        long in any::<bool>(),
        rates in (0.0..0.1f64, 0.0..0.2f64),
        impact in 0.0..0.05f64,
        decay in prop_oneof![Just(f64::INFINITY), 0.0..100.0f64],
        shares in 0.1..500.0f64,
        strike in 800.0..1200.0f64,
        steps in 1..30usize,
        (lowest, highest, trade) in (
            proptest::option::of(-1.0..0.0f64),
            proptest::option::of(0.0..1.0f64),
            proptest::option::of(0.05..1.0f64),
        ),
    ) {
        let limit = |limit: Option<f64>| limit.map_or("none".into(), |x| (x * shares).to_string());
        let changes = [
            ("contract.kind", if put { "put" } else { "call" }.to_owned()),
            ("contract.position", if long { "long" } else { "short" }.to_owned()),
            ("financing.lend_rate", rates.0.to_string()),
            ("financing.borrow_rate", rates.1.to_string()),
            ("order_book.ask_exponent", (1.0 + impact).to_string()),
            ("order_book.bid_exponent", (1.0 - impact).to_string()),
            ("order_book.ask_decay", decay.to_string()),
            ("order_book.bid_decay", decay.to_string()),
            ("order_book.depth", shares.to_string()),
            ("contract.shares", shares.to_string()),
            ("contract.strike", strike.to_string()),
            ("steps", steps.to_string()),
            ("limits.min_position", limit(lowest)),
            ("limits.max_position", limit(highest)),
            ("limits.max_trade", limit(trade)),
        ];
        let challenge = challenge("paper-year", &changes).unwrap();
        let game = play_delta(&challenge, 7);
        let (ledger, end) = of_delta(challenge.scenario(), &prices(&challenge, 7));
        prop_assert_eq!(game.settlement(), Some(end));
        let held: Vec<f64> = ledger.iter().map(|line| line.position).collect();
        prop_assert_eq!(game.positions(), held);
    }
}

#[test]
fn before_the_end_nothing_that_is_shown_depends_on_a_later_price() {
    let challenge = hand::built_in("memory").unwrap();
    let path = prices(&challenge, 2);
    let mut game = Game::start(&challenge, 2).unwrap();
    while !game.is_over() {
        let (today, _) = (game.step(), game.preview(0.5).unwrap());
        let shown = format!(
            "{} {:?} {:?}",
            serde_json::to_string(&game.seen()).unwrap(),
            game,
            game.preview(0.5)
        );
        assert!(shown.contains(&path[today].to_string()));
        for later in &path[today + 1..] {
            // To a hundredth and to the last digit.
            assert!(
                !shown.contains(&format!("{later:.2}")),
                "{later} at {today}"
            );
        }
        assert_eq!(game.seen().prices, path[..=today]);
        assert_eq!(game.settlement(), None);
        assert!(game.finish(&rivals(&challenge, 64)).is_none());
        game.commit(0.5).unwrap();
    }
    assert_eq!(game.seen().prices, path);
    assert!(game.finish(&rivals(&challenge, 64)).is_some());
}

#[test]
fn what_a_trade_costs_is_told_before_and_is_what_it_costs() {
    let challenge = hand::built_in("memory").unwrap();
    let mut game = Game::start(&challenge, 1).unwrap();
    for position in [0.4, 0.7, 0.7, 0.2] {
        let told = game.preview(position).unwrap();
        let cost = game.cost_of(told.trade);
        game.commit(position).unwrap();
        let line = *game.seen().ledger.last().unwrap();
        assert_eq!((line, line.cost), (told, cost));
        let against_mid = -line.cash_flow - line.spot * line.trade;
        assert!((line.cost.total() - against_mid).abs() < 1e-9, "{line:?}");
    }
    assert!(game.seen().cost.memory > 0.0);
}

#[test]
fn what_cannot_be_held_is_refused_and_changes_nothing() {
    let limits = [
        ("limits.min_position", "-0.1".to_owned()),
        ("limits.max_position", "0.9".to_owned()),
        ("limits.max_trade", "0.5".to_owned()),
    ];
    let limited = challenge("paper-year", &limits).unwrap();
    let mut game = Game::start(&limited, 1).unwrap();
    for (wrong, word) in [
        (f64::NAN, "NaN"),
        (f64::INFINITY, "inf"),
        (f64::NEG_INFINITY, "-inf"),
        (0.6, "0.6"),
        (-0.2, "-0.2"),
    ] {
        let refused = game.commit(wrong).unwrap_err().to_string();
        let told = format!("position is {word}; allowed: -0.1 to 0.5 (shares)");
        assert_eq!(refused, told);
        assert!(game.preview(wrong).is_err());
        assert_eq!(game.step(), 0);
    }
    game.commit(0.5).unwrap();
    assert!(game.commit(0.95).is_err());
    game.commit(0.9).unwrap();
    let free = hand::built_in("pin").unwrap();
    let mut game = Game::start(&free, 1).unwrap();
    assert!(game.commit(1001.0).is_err());
    while !game.is_over() {
        game.commit(-3.0).unwrap();
    }
    let refused = game.commit(0.0).unwrap_err().to_string();
    assert!(refused.contains("at maturity"), "{refused}");
    assert!(Game::start(&free, 0).is_err() && Game::start(&free, 11).is_err());
}

#[test]
fn the_outcome_stands_beside_the_strategies_on_the_same_path() {
    let challenge = hand::built_in("memory").unwrap();
    let rivals = rivals(&challenge, 1000);
    let game = play_delta(&challenge, 3);
    let outcome = game.finish(&rivals).unwrap();
    let delta = outcome.of_kind(Strategy::Delta).unwrap();
    assert_eq!(outcome.you.error, delta.error);
    assert_eq!(outcome.you.cost, delta.cost);
    assert_eq!(outcome.you.turnover, delta.turnover);
    assert_eq!(outcome.learned_is_exact, Some(true));
    let names: Vec<&str> = outcome.others.iter().map(|p| p.name.as_str()).collect();
    assert_eq!(names, ["delta", "leland", "band", "soft_band", "learned"]);
    // The cost is that of all trades against the mid price.
    let (ledger, end) = of_delta(challenge.scenario(), &prices(&challenge, 3));
    let book = OrderBook::of(challenge.scenario());
    let last = -end.liquidated;
    let all = ledger
        .iter()
        .map(|line| -line.cash_flow - line.spot * line.trade)
        .sum::<f64>()
        - book.cash_from(end.spot, -last, end.memory)
        - end.spot * last;
    assert!((outcome.you.cost.total() - all).abs() < 1e-9);
    // Counted by hand, on the same paths.
    let mut worse = 0;
    for number in 0..1000 {
        let path = prices(&challenge, number);
        worse +=
            usize::from(of_delta(challenge.scenario(), &path).1.error > outcome.you.error + 1e-9);
    }
    let share = outcome.worse[0].share.value.unwrap();
    assert!(
        (share - worse as f64 / 1000.0).abs() < 1.5e-3,
        "{share} {worse}"
    );
    assert_eq!(outcome.paths, 1000);
}

#[test]
fn a_policy_of_another_market_is_told_as_such() {
    let changes = [("market.volatility", "0.3".to_owned())];
    let changed = challenge("paper-year", &changes).unwrap();
    assert_eq!(rivals(&changed, 64).learned_is_exact(), Some(false));
    let without = challenge("paper-network", &[]).unwrap();
    let rivals = rivals(&without, 64);
    assert_eq!(
        (rivals.learned_is_exact(), rivals.policies().len()),
        (None, 4)
    );
}

#[test]
fn a_good_file_is_read_with_what_it_leaves_out() {
    let mine = Challenge::parse(MINIMAL, "/some/where/mine.ron").unwrap();
    assert_eq!((mine.name(), mine.title()), ("mine", "Mine"));
    assert_eq!((mine.paths(), mine.seed(), mine.level()), (10, 3, None));
    assert_eq!(mine.scenario().seed, 3);
    let year = presets::built_in("paper-year").unwrap();
    assert_eq!(mine.scenario().market_hash(), year.market_hash());
    let pinned = MINIMAL.replace(
        "preset: \"paper-year\"",
        "preset: \"figure-4\", pin: \"refills at once\", paths: 3",
    );
    let pinned = Challenge::parse(&pinned, "mine.ron").unwrap();
    assert_eq!(pinned.scenario().order_book.ask_decay, f64::INFINITY);
    assert_eq!((pinned.pin(), pinned.paths()), (Some("refills at once"), 3));
}

#[test]
fn a_file_is_known_for_a_challenge_by_the_preset_that_it_names() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.ron");
    let is_meant = |text: &str| {
        std::fs::write(&path, text).unwrap();
        Challenge::is_meant_in(&path)
    };
    assert!(is_meant(MINIMAL));
    assert!(is_meant(
        &MINIMAL.replace("seed: 3", "sed: -3, level: \"x\"")
    ));
    for (_, preset) in presets::BUILT_IN {
        assert!(!is_meant(preset));
    }
    assert!(!is_meant("") && !Challenge::is_meant_in(folder.path()));
}

#[test]
fn a_bad_file_is_told_where_what_and_what_is_allowed() {
    let replaced = |from: &str, to: &str| complaint(&MINIMAL.replace(from, to));
    let cases = [
        (
            replaced("version: 1", "version: 2"),
            "mine.ron:1:2: version is 2; allowed: 1",
        ),
        (
            replaced("seed: 3", "sed: 3"),
            "mine.ron:1:51: Unexpected field named `sed` in `Challenge`, expected one of `version`, ",
        ),
        (replaced("seed: 3", "seed: -3"), "mine.ron:1:"),
        (
            replaced("seed: 3", "seed: 3, paths: 0"),
            "mine.ron:1:60: paths is 0; allowed: 1 to 1000",
        ),
        (
            replaced("paper-year", "paper-yeer"),
            "mine.ron:1:29: preset is \"paper-yeer\"; allowed: paper-year, paper-month, ",
        ),
        (
            replaced("seed: 3", "seed: 3, pin: \"x\""),
            "mine.ron:1:60: pin is \"x\"; allowed: none: paper-year has no pins",
        ),
        (
            replaced(
                "seed: 3",
                "seed: 3, changes: {\"market.volatility\": \"9\"}",
            ),
            "mine.ron:1:60: changes.market.volatility is 9; allowed: 0 to 5 (per square-root year)",
        ),
        (
            replaced("seed: 3", "seed: 3, changes: {\"nothing\": \"9\"}"),
            "mine.ron:1:60: changes.field is \"nothing\"; allowed: market.",
        ),
        (
            replaced("seed: 3", "seed: 3, changes: {\"steps\": \"251\"}"),
            "mine.ron:1:60: changes.steps is 251; allowed: 1 to 250, to be hedged by hand",
        ),
        (
            replaced("Mine", "  "),
            "mine.ron:1:14: title is \"  \"; allowed: one line of 1 to 100 characters",
        ),
        (
            replaced("seed: 3", "seed: 3, level: \"\""),
            "mine.ron:1:60: level is \"\"; allowed: one line of 1 to 40 characters",
        ),
        (
            complaint(""),
            "mine.ron:1:1: is empty; a challenge starts like: (version: 1",
        ),
        (complaint(&MINIMAL[..30]), "mine.ron:1:"),
    ];
    for (told, expected) in cases {
        assert!(told.starts_with(expected), "{told}\ninstead of\n{expected}");
        assert!(!told.contains('\n'), "{told}");
    }
}

#[test]
fn files_cut_anywhere_too_large_or_of_no_text_get_one_message() {
    for end in 0..MINIMAL.len() {
        let told = complaint(&MINIMAL[..end]);
        assert!(
            told.starts_with("mine.ron:1:") && !told.contains('\n'),
            "{told}"
        );
    }
    let long = MINIMAL.replace("Mine", &"x".repeat(10 << 20));
    let told = complaint(&long);
    assert!(
        told.len() < 300 && told.contains("title is"),
        "{}",
        told.len()
    );
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        Challenge::load_file(&path).unwrap_err().to_string()
    };
    assert!(at("big.ron", long.as_bytes()).contains("allowed: at most 65536"));
    assert!(at("bytes.ron", b"(version: 1,\n\xff)").contains(":2:1: is not UTF-8 text"));
    let absent = hand::load("nowhere.ron").unwrap_err().to_string();
    assert!(absent.contains("challenges: frictionless, spread, depth, memory, pin"));
}

fn hedgelab(arguments: &[&str]) -> std::process::Output {
    let mut command = assert_cmd::Command::cargo_bin("hedgelab").unwrap();
    command.args(arguments).output().unwrap()
}

#[test]
fn the_command_line_plays_the_same_game() {
    let challenge = hand::built_in("spread").unwrap();
    let game = play_delta(&challenge, 6);
    let positions: Vec<String> = game.positions().iter().map(ToString::to_string).collect();
    let positions = positions.join(",");
    let play = ["hedge", "play", "spread", "--path", "6", "--positions"];
    let run = |last: &[&str]| hedgelab(&[play.as_slice(), &[positions.as_str()], last].concat());
    let report: serde_json::Value = serde_json::from_slice(&run(&["--json"]).stdout).unwrap();
    let you = &report["outcome"]["you"];
    let others = &report["outcome"]["others"];
    assert_eq!(others[0]["name"], "delta");
    assert_eq!(you["error"], others[0]["error"]);
    let error = game.settlement().unwrap().error;
    assert_eq!(you["error"].as_f64(), Some(error));
    assert_eq!(report["positions"].as_array().unwrap().len(), 13);
    let table = String::from_utf8(run(&[]).stdout).unwrap();
    for word in ["you", "soft_band", "worse than you", "8 192 paths"] {
        assert!(table.contains(word), "{table}");
    }
}

#[test]
fn what_cannot_be_played_ends_with_2_and_says_what_can() {
    for (challenge, path, positions, expected) in [
        ("nowhere", "1", "0", "challenges: frictionless, spread"),
        ("pin", "0", "0", "path is 0; allowed: 1 to 10"),
        (
            "pin",
            "1",
            "0.5,0.5",
            "has 2 numbers; allowed: 8, one for each date",
        ),
        ("pin", "1", "0,0,0,x,0,0,0,0", "\"x\" is no number"),
        (
            "pin",
            "1",
            "-9e9,0,0,0,0,0,0,0",
            "position is -9e9; allowed: -1000 to 1000",
        ),
    ] {
        let play = [
            "hedge",
            "play",
            challenge,
            "--path",
            path,
            "--positions",
            positions,
        ];
        let refused = hedgelab(&play);
        let told = String::from_utf8(refused.stderr).unwrap();
        assert_eq!(refused.status.code(), Some(2), "{told}");
        assert!(told.contains(expected), "{told}");
    }
    let listed = hedgelab(&["hedge", "list", "--json"]).stdout;
    let listed: serde_json::Value = serde_json::from_slice(&listed).unwrap();
    assert_eq!(listed.as_array().unwrap().len(), BUILT_IN.len());
    assert_eq!(listed[3]["name"], "memory");
}
