//! Markets of recorded prices: the laws of their paths, ranges that share no date, and the commands.

#![cfg(unix)]

use crate::program::{ran, ran_quietly, refused, run};
use hedgelab::history::{self, History, Reading, price_file, read_text};
use hedgelab::market::{LANES, PathBlock, Paths, Sampling};
use hedgelab::presets;
use hedgelab::scenario::{Parameters, Process, Scenario};
use hedgelab::units::Purpose;
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_distr::{Distribution, StandardNormal};
use rand_xoshiro::Xoshiro256PlusPlus;
use serde_json::Value;
use std::fs;
use std::path::Path;

const DAY: i64 = 86_400_000_000;

/// Log returns whose spread comes in spells, and which hang together a little from day to day.
fn returns(count: usize, seed: u64) -> Vec<f64> {
    let mut dice = Xoshiro256PlusPlus::seed_from_u64(seed);
    let (mut spread, mut last) = (0.01_f64, 0.0);
    (0..count)
        .map(|_| {
            let z: f64 = StandardNormal.sample(&mut dice);
            spread = (1e-5 + 0.9 * spread * spread * (0.9 + 0.1 * z * z)).sqrt();
            last = 2e-4 + 0.2 * last + spread * z;
            last
        })
        .collect()
}

/// A file of business days with these returns.
fn text(returns: &[f64]) -> String {
    let mut days = (10_000..).filter(|day| !matches!(day % 7, 2 | 3));
    let mut text = String::from("date,close\n");
    let mut price: f64 = 100.0;
    let mut row = |price: f64| {
        let day = days.next().unwrap_or(0);
        text.push_str(&format!("{},{price}\n", history::date_text(day * DAY)));
    };
    row(price);
    for r in returns {
        price *= r.exp();
        row(price);
    }
    text
}

fn history_of(returns: &[f64]) -> History {
    read_text(text(returns).as_bytes(), "x.csv", &Reading::default()).unwrap()
}

/// The month's option on these prices.
fn month(history: &History, changes: &[(&str, &str)]) -> Scenario {
    let file = price_file("x.csv", &Reading::default(), history).unwrap();
    let month = presets::built_in("paper-month").unwrap();
    month.with_prices(file, changes.iter().copied()).unwrap()
}

fn mean_and_error(numbers: &[f64]) -> (f64, f64) {
    let n = numbers.len() as f64;
    let mean = numbers.iter().sum::<f64>() / n;
    let variance = numbers.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (n - 1.0);
    (mean, (variance / n).sqrt())
}

fn sampling(purpose: Purpose) -> Sampling {
    Sampling {
        purpose,
        ..Sampling::evaluation(3)
    }
}

#[test]
fn bootstrapped_returns_have_mean_and_variance_of_their_range() {
    let all = returns(2000, 1);
    let scenario = month(&history_of(&all), &[]);
    for (purpose, range) in [
        (Purpose::Training, 0..1200),
        (Purpose::Validation, 1200..1500),
        (Purpose::Evaluation, 1500..2000),
    ] {
        let own = &all[range];
        let n = own.len() as f64;
        let mean = own.iter().sum::<f64>() / n;
        let variance = own.iter().map(|r| (r - mean).powi(2)).sum::<f64>() / n;
        let paths = Paths::new(&scenario, sampling(purpose));
        // Per path, so that what hangs together within one counts once.
        let (mut means, mut variances) = (Vec::new(), Vec::new());
        for number in 0..4000 {
            let path = paths.path(number);
            let steps: Vec<f64> = path.windows(2).map(|w| (w[1] / w[0]).ln()).collect();
            let count = steps.len() as f64;
            means.push(steps.iter().sum::<f64>() / count);
            variances.push(steps.iter().map(|r| (r - mean).powi(2)).sum::<f64>() / count);
        }
        let (found, error) = mean_and_error(&means);
        assert!(
            (found - mean).abs() < 4.0 * error,
            "{purpose:?}: {found} ± {error}, {mean}"
        );
        let (found, error) = mean_and_error(&variances);
        assert!(
            (found - variance).abs() < 4.0 * error,
            "{purpose:?}: {found} ± {error}, {variance}"
        );
    }
}

/// Lengths of the blocks of a path of returns that are all different.
fn blocks(path: &[f64], own: &[f64]) -> Vec<usize> {
    let place = |r: f64| own.iter().position(|x| (x - r).abs() < 1e-9).unwrap();
    let places: Vec<usize> = path.windows(2).map(|w| place((w[1] / w[0]).ln())).collect();
    let mut lengths = vec![1];
    for pair in places.windows(2) {
        if pair[1] == (pair[0] + 1) % own.len() {
            *lengths.last_mut().unwrap() += 1;
        } else {
            lengths.push(1);
        }
    }
    // The last one was cut off by maturity.
    lengths.pop();
    lengths
}

#[test]
fn blocks_have_geometric_lengths_and_wrap() {
    let all = returns(1000, 2);
    let mean_length = 5.0;
    let changes = [
        ("market.recorded.block_length", "5"),
        ("steps", "2000"),
        ("contract.maturity", "7.93"),
    ];
    let scenario = month(&history_of(&all), &changes);
    let own = &all[750..];
    let paths = Paths::new(&scenario, Sampling::evaluation(8));
    let lengths: Vec<usize> = (0..12).flat_map(|n| blocks(&paths.path(n), own)).collect();
    let n = lengths.len() as f64;
    let of: Vec<f64> = lengths.iter().map(|length| *length as f64).collect();
    let (mean, error) = mean_and_error(&of);
    // Now and then a block begins where the one before it ended.
    let ends = 1.0 / mean_length * (1.0 - 1.0 / own.len() as f64);
    assert!((mean - 1.0 / ends).abs() < 4.0 * error, "{mean} ± {error}");
    for length in 1..=8 {
        let share = of.iter().filter(|l| **l == f64::from(length)).count() as f64 / n;
        let expected = ends * (1.0_f64 - ends).powi(length - 1);
        let error = (expected * (1.0 - expected) / n).sqrt();
        assert!(
            (share - expected).abs() < 4.0 * error,
            "{length}: {share}, {expected} ± {error}"
        );
    }
    let last = own[own.len() - 1];
    let wraps = (0..12).any(|n| {
        let path = paths.path(n);
        let steps: Vec<f64> = path.windows(2).map(|w| (w[1] / w[0]).ln()).collect();
        steps
            .windows(2)
            .any(|w| (w[0] - last).abs() < 1e-9 && (w[1] - own[0]).abs() < 1e-9)
    });
    assert!(wraps);
}

#[test]
fn a_given_drift_is_the_mean_of_all_paths_at_maturity() {
    let history = history_of(&returns(2000, 3));
    for drift in ["0.3", "-0.1"] {
        for steps in ["10", "30"] {
            let years = (steps.parse::<f64>().unwrap() / 252.0).to_string();
            let changes = [
                ("market.recorded.drift", "given"),
                ("market.drift", drift),
                ("steps", steps),
                ("contract.maturity", years.as_str()),
            ];
            let scenario = month(&history, &changes);
            let paths = Paths::new(&scenario, Sampling::evaluation(5));
            let ends: Vec<f64> = (0..40_000)
                .map(|n| *paths.path(n).last().unwrap())
                .collect();
            let (mean, error) = mean_and_error(&ends);
            let expected =
                1000.0 * (drift.parse::<f64>().unwrap() * scenario.contract.maturity).exp();
            assert!(
                (mean - expected).abs() < 4.0 * error,
                "{drift}, {steps}: {mean} ± {error}, {expected}"
            );
        }
    }
}

#[test]
fn returns_are_put_together_to_the_trading_dates() {
    let all = returns(2000, 4);
    let history = history_of(&all);
    let file = price_file("x.csv", &Reading::default(), &history).unwrap();
    let year = presets::built_in("paper-year").unwrap();
    let scenario = year.with_prices(file, []).unwrap();
    let count = scenario
        .returns_a_date(scenario.recorded_returns().unwrap())
        .unwrap();
    assert_eq!(count, 22, "260.9 business days in twelve dates");
    let own = &all[1500..];
    let sum = |first: usize| {
        (0..count)
            .map(|i| own[(first + i) % own.len()])
            .sum::<f64>()
    };
    let path = Paths::new(&scenario, Sampling::evaluation(1)).path(17);
    let known = |r: f64| (0..own.len()).any(|first| (sum(first) - r).abs() < 1e-9);
    assert!(path.windows(2).all(|w| known((w[1] / w[0]).ln())));
    let deviation: Vec<f64> = (0..1200)
        .map(|i| (0..count).map(|k| all[(i + k) % 1200]).sum())
        .collect();
    let (mean, _) = mean_and_error(&deviation);
    let variance = deviation.iter().map(|r| (r - mean).powi(2)).sum::<f64>() / 1200.0;
    assert!((scenario.market.volatility - (12.0 * variance).sqrt()).abs() < 1e-9);
    assert_eq!(scenario.model_volatility(), scenario.market.volatility);
    let refused = scenario.with([("steps", "800")]).unwrap_err().to_string();
    assert!(
        refused.contains("about 261 a year") && refused.contains("such as steps=261"),
        "{refused}"
    );
}

#[test]
fn a_path_is_the_same_in_any_block_and_differs_by_purpose() {
    let scenario = month(&history_of(&returns(2000, 5)), &[]);
    for purpose in [Purpose::Training, Purpose::Evaluation] {
        let paths = Paths::new(&scenario, sampling(purpose));
        let mut block = PathBlock::new(scenario.steps);
        paths.fill(30, &mut block);
        for lane in [0, 17, LANES - 1] {
            let alone = paths.path(30 + lane as u64);
            let there: Vec<f64> = block.rows().iter().map(|row| row[lane]).collect();
            assert_eq!(alone, there);
            assert_eq!(alone[0], scenario.market.spot);
        }
    }
    let of = |purpose| Paths::new(&scenario, sampling(purpose)).path(0);
    assert_ne!(of(Purpose::Training), of(Purpose::Tuning));
}

#[test]
fn windows_of_the_recorded_path_are_the_prices_themselves() {
    let history = history_of(&returns(2000, 6));
    let scenario = month(&history, &[("market.process", "recorded_path")]);
    let paths = Paths::new(&scenario, Sampling::evaluation(1));
    assert_eq!(paths.distinct(), Some(500 - 30 + 1));
    for number in [0, 7, 470, 471 + 7] {
        let first = 1500 + usize::try_from(number).unwrap() % 471;
        for (k, price) in paths.path(number).iter().enumerate() {
            let expected = 1000.0 * history.prices[first + k] / history.prices[first];
            assert!((price / expected - 1.0).abs() < 1e-12);
        }
    }
    let from = history.times[321];
    let (shown, dates) = history::window(&scenario, &history, Some(from)).unwrap();
    assert_eq!(dates, (from, history.times[351]));
    assert!((shown[30] / 1000.0 - history.prices[351] / history.prices[321]).abs() < 1e-12);
    let late = history::window(&scenario, &history, Some(history.times[1990])).unwrap_err();
    assert!(
        late.to_string().contains("30 returns must follow"),
        "{late}"
    );
}

#[test]
fn what_does_not_go_with_recorded_prices_is_refused_by_name() {
    let month_alone = presets::built_in("paper-month").unwrap();
    let error = month_alone
        .with([("market.process", "bootstrap")])
        .unwrap_err()
        .to_string();
    assert!(error.contains("give --prices FILE"), "{error}");
    let scenario = month(&history_of(&returns(2000, 7)), &[]);
    for (field, value, said) in [
        ("market.volatility", "0.3", "contract.model_volatility"),
        ("market.drift", "0.3", "market.recorded.drift=given"),
        ("market.recorded.prices", "other.csv", "--prices FILE"),
        ("market.recorded.block_length", "0.5", "1 to 1e6"),
        ("market.recorded.training_share", "0.9", "evaluation"),
    ] {
        let error = scenario.with([(field, value)]).unwrap_err().to_string();
        assert!(error.contains(said), "{field}: {error}");
    }
}

#[test]
fn a_market_of_recorded_prices_is_known_by_their_content_and_not_by_their_file() {
    let history = history_of(&returns(2000, 8));
    let scenario = month(&history, &[]);
    let file = price_file("elsewhere/y.csv", &Reading::default(), &history).unwrap();
    let month_alone = presets::built_in("paper-month").unwrap();
    let elsewhere = month_alone.with_prices(file, []).unwrap();
    assert_eq!(scenario.market_hash(), elsewhere.market_hash());
    let other = month(&history_of(&returns(2000, 9)), &[]);
    assert_ne!(scenario.market_hash(), other.market_hash());
    for (field, value) in [
        ("market.recorded.block_length", "11"),
        ("market.recorded.training_share", "0.5"),
        ("market.recorded.validation_share", "0.2"),
        ("market.recorded.drift", "given"),
        ("market.process", "recorded_path"),
    ] {
        let changed = scenario.with([(field, value)]).unwrap();
        assert_ne!(changed.market_hash(), scenario.market_hash(), "{field}");
        // Another process does not take it.
        if field != "market.process" {
            let error = month_alone.with([(field, value)]).unwrap_err().to_string();
            assert!(
                error.contains("only where market.process is bootstrap"),
                "{error}"
            );
        }
    }
}

#[test]
fn a_preset_names_its_prices_and_is_read_back_with_them() {
    let folder = tempfile::tempdir().unwrap();
    let history = history_of(&returns(2000, 10));
    fs::write(folder.path().join("x.csv"), text(&returns(2000, 10))).unwrap();
    let scenario = month(&history, &[("market.recorded.block_length", "7")]);
    let path = folder.path().join("mine.ron");
    presets::save(&scenario, &path).unwrap();
    let read = presets::load_file(&path).unwrap();
    assert_eq!(read, scenario);
    assert!(read.recorded_returns().is_some());
    let kept: Parameters = scenario.clone().into_parameters();
    assert_eq!(kept.market.process, Process::Bootstrap);
}

const QUICK: &str =
    "--set training.validation_paths=1000 --set training.batch=128 --set training.hidden=8,8";

/// Everything of a report of a training but when and of what it was.
fn without_time(report: &str) -> Value {
    let mut report: Value = serde_json::from_str(report).unwrap();
    for name in ["seconds", "scenario", "out"] {
        report.as_object_mut().unwrap().remove(name);
    }
    report
}

/// The weights alone of a file of them.
fn weights(path: &Path) -> Vec<u8> {
    let bytes = fs::read(path).unwrap();
    let header = u64::from_le_bytes(bytes[..8].try_into().unwrap());
    bytes[8 + usize::try_from(header).unwrap()..].to_vec()
}

#[test]
fn what_happens_in_the_range_for_evaluation_never_reaches_the_trained_policy() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let all = returns(2000, 11);
    let mut shuffled = all.clone();
    let mut dice = Xoshiro256PlusPlus::seed_from_u64(1);
    shuffled[1500..].shuffle(&mut dice);
    let mut early = all.clone();
    early[..1200].shuffle(&mut dice);
    for (name, returns) in [("a", &all), ("b", &shuffled), ("c", &early)] {
        fs::write(here.join(format!("{name}.csv")), text(returns)).unwrap();
    }
    let train = |name: &str| {
        let line = format!(
            "train paper-month --prices {name}.csv --iterations 60 --out {name}.safetensors --weights-only --json {QUICK}"
        );
        without_time(&ran_quietly(here, &line))
    };
    let (a, b, c) = (train("a"), train("b"), train("c"));
    assert_eq!(a["rollout"], "kernel");
    assert_eq!(a, b);
    assert_eq!(
        weights(&here.join("a.safetensors")),
        weights(&here.join("b.safetensors"))
    );
    assert_ne!(a, c, "what is in the range for training does");
    let evaluate = |name: &str| {
        let line = format!(
            "evaluate paper-month --prices {name}.csv --paths 2000 --weights a.safetensors"
        );
        ran(here, &line)
    };
    let told = evaluate("a");
    assert!(
        told.contains("recorded prices: training 1997-05-19 to"),
        "{told}"
    );
    assert_ne!(told, evaluate("b"));
}

#[test]
fn the_commands_take_recorded_prices() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    fs::write(here.join("x.csv"), text(&returns(2000, 12))).unwrap();
    let told = ran_quietly(here, "prices x.csv --for paper-month");
    for said in [
        "x.csv: 2 001 prices, 1997-05-19 to",
        "daily, business days: 260.9 returns a year",
        "realised volatility (% per √year)",
        "As the market of paper-month: 1 recorded return a trading date; training 1997-05-19 to",
    ] {
        assert!(told.contains(said), "{said}: {told}");
    }
    let json: Value = serde_json::from_str(&ran_quietly(here, "prices x.csv --json")).unwrap();
    assert_eq!(json["prices"], 2001);
    assert!(json["figures"]["volatility"]["se"].as_f64().unwrap() > 0.0);
    let threads = |count: usize| {
        let line =
            format!("evaluate paper-month --prices x.csv --paths 3000 --threads {count} --json");
        let mut record: Value = serde_json::from_str(&ran(here, &line)).unwrap();
        record.as_object_mut().unwrap().remove("seconds");
        record
    };
    assert_eq!(threads(1), threads(3));
    let shown = ran(
        here,
        "replay paper-month --prices x.csv --window 2001-03-05 --path shown --strategies delta --json",
    );
    let shown: Value = serde_json::from_str(&shown).unwrap();
    assert_eq!(shown["spot"].as_array().unwrap().len(), 31);
    ran(here, "plot prices x.csv --out prices.svg");
    assert!(
        fs::read_to_string(here.join("prices.svg"))
            .unwrap()
            .contains("Recorded prices: x.csv")
    );
    ran(
        here,
        "plot distribution paper-month --prices x.csv --paths 500 --out d.csv",
    );
    fs::write(
        here.join("states.csv"),
        "step,spot,position,value,ask_memory,bid_memory\n0,1000,0,0,0,0\n",
    )
    .unwrap();
    ran(
        here,
        "position paper-month --prices x.csv --states states.csv --strategies delta",
    );
    ran(here, "presets save ./mine.ron paper-month --prices x.csv");
    ran(here, "evaluate ./mine.ron --paths 200 --strategies delta");
    let told = ran(
        here,
        "evaluate paper-month --prices x.csv --paths 300 --strategies delta --set market.process=recorded_path",
    );
    assert!(told.contains("300 paths"), "{told}");
    fs::rename(here.join("x.csv"), here.join("y.csv")).unwrap();
    let gone = refused(
        here,
        "evaluate ./mine.ron --paths 200 --strategies delta",
        1,
    );
    assert!(
        gone.contains("x.csv\", which was not found; allowed: the file of prices with the content"),
        "{gone}"
    );
    let given = "evaluate ./mine.ron --prices y.csv --paths 200 --strategies delta";
    assert!(ran(here, given).contains("200 paths"));
    fs::write(here.join("x.csv"), text(&returns(2000, 13))).unwrap();
    let given = "evaluate ./mine.ron --prices x.csv --paths 200 --strategies delta";
    assert!(ran(here, given).contains("200 paths"));
    let other = refused(
        here,
        "evaluate ./mine.ron --paths 200 --strategies delta",
        1,
    );
    assert!(other.contains("it holds others now"), "{other}");
    let none = refused(here, "evaluate paper-month --prices none.csv", 2);
    assert!(none.contains("none.csv"), "{none}");
    let late = refused(
        here,
        "replay paper-month --prices y.csv --window soon --path shown",
        2,
    );
    assert!(
        late.contains("allowed: a date such as 2020-01-31, or last"),
        "{late}"
    );
}

#[test]
fn what_a_new_user_of_recorded_prices_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    fs::write(here.join("x.csv"), text(&returns(2000, 12))).unwrap();
    let told = ran_quietly(here, "prices x.csv");
    assert!(
        told.contains("without a price for more than 6 d there is a gap"),
        "{told}"
    );
    // No more paths than there are windows.
    let windows =
        "evaluate paper-month --prices x.csv --strategies delta --set market.process=recorded_path";
    let told = ran(here, windows);
    assert!(told.contains(": 471 paths × 30 steps"), "{told}");
    let early =
        "replay paper-month --prices x.csv --window 1990-01-01 --path shown --strategies delta";
    let told = refused(here, early, 2);
    assert!(
        told.contains("1990-01-01; allowed: 1997-05-19 to"),
        "{told}"
    );
    // What the other process has no use for is no difference.
    let line = "evaluate paper-month --prices x.csv --paths 200 --json";
    let record: Value = serde_json::from_str(&ran(here, line)).unwrap();
    let strategies = record["strategies"].as_array().unwrap();
    let weights = strategies.iter().find_map(|s| s.get("weights")).unwrap();
    let differs: Vec<&str> = weights["differs"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(Value::as_str)
        .collect();
    assert!(
        differs
            .iter()
            .any(|text| text.starts_with("market.process ="))
    );
    assert!(
        !differs.iter().any(|text| text.contains("block_length")),
        "{differs:?}"
    );
    // A preset saved elsewhere finds its prices.
    fs::create_dir(here.join("there")).unwrap();
    ran(
        here,
        "presets save there/own.ron paper-month --prices x.csv",
    );
    let elsewhere = here.join("there");
    ran(
        &elsewhere,
        "evaluate own.ron --paths 200 --strategies delta",
    );
    fs::write(here.join("odd.csv"), [0_u8, 159, 146, 150, 10, 1, 2, 3]).unwrap();
    let told = refused(here, "prices odd.csv", 1);
    assert!(
        told.contains("odd.csv: is neither text nor Parquet"),
        "{told}"
    );
}

/// Behind the last window would come the first again, which says nothing new.
#[test]
fn no_command_runs_more_paths_than_there_are_windows() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    fs::write(here.join("x.csv"), text(&returns(2000, 12))).unwrap();
    let windows = "paper-month --prices x.csv --set market.process=recorded_path";
    let noted = |line: &str| {
        let output = run(here, line);
        let note = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success(), "{line}: {note}");
        let said = "the prices have 471 windows for evaluation: so many paths are run, not 1 000\n";
        assert!(note.ends_with(said), "{line}: {note}");
        String::from_utf8(output.stdout).unwrap()
    };
    let drawn = format!("paths {windows} --csv --terminal --paths");
    let all = noted(&format!("{drawn} 1000"));
    assert_eq!(all.lines().count(), 1 + 471);
    assert_eq!(all, ran_quietly(here, &format!("{drawn} 471")));
    let table = noted(&format!("paths {windows} --paths 1000"));
    assert!(table.contains(", 471 paths, "), "{table}");
    for line in [
        format!("price {windows} --strategies delta --json --paths"),
        format!(
            "price {windows} --strategies delta --over order_book.ask_exponent --points 2 --json --paths"
        ),
        format!("compare {windows} --json --paths"),
    ] {
        let all: Value = serde_json::from_str(&noted(&format!("{line} 1000"))).unwrap();
        assert_eq!(all["paths"], 471, "{line}");
        let same = ran(here, &format!("{line} 471"));
        assert_eq!(all, serde_json::from_str::<Value>(&same).unwrap(), "{line}");
    }
}
