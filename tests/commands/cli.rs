//! The command line as a user meets it: what it prints, what it refuses, and its exit codes.

use hedgelab::presets;
use hedgelab::record::Record;
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::Output;

fn hedgelab(home: &Path, line: &str) -> Output {
    let mut command = assert_cmd::Command::cargo_bin("hedgelab").unwrap();
    command
        .env("HOME", home)
        .env("XDG_CONFIG_HOME", home.join("config"))
        .current_dir(home);
    command.args(line.split_whitespace()).output().unwrap()
}

fn ran(line: &str) -> String {
    let home = tempfile::tempdir().unwrap();
    let output = hedgelab(home.path(), line);
    let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{line}: {complaint}");
    assert!(complaint.is_empty(), "{line} complains: {complaint}");
    String::from_utf8(output.stdout).unwrap()
}

fn json(line: &str) -> Value {
    serde_json::from_str(&ran(line)).unwrap()
}

/// Standard error of a command that must fail with `code` and print nothing else.
fn refused(line: &str, code: i32) -> String {
    let home = tempfile::tempdir().unwrap();
    let output = hedgelab(home.path(), line);
    let complaint = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(code), "{line}: {complaint}");
    assert!(output.stdout.is_empty(), "{line} prints although it fails");
    assert!(!complaint.contains("panicked"), "{complaint}");
    complaint
}

#[test]
fn evaluate_prints_the_documented_json_and_nothing_else() {
    let report = json(
        "evaluate paper-year --paths 2000 --seed 3 --strategies delta,leland,band --set order_book.bid_decay=inf --json",
    );
    assert_eq!(
        (&report["preset"], &report["paths"], &report["seed"]),
        (&"paper-year".into(), &2000.into(), &3.into())
    );
    assert_eq!(report["scenario"]["order_book"]["bid_decay"], "inf");
    assert!(report["seconds"].as_f64().unwrap() > 0.0);
    let strategies = report["strategies"].as_array().unwrap();
    let names: Vec<_> = strategies
        .iter()
        .map(|strategy| strategy["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["delta", "leland", "band"]);
    for strategy in strategies {
        for figure in [
            "mean",
            "std",
            "rmse",
            "rsmse",
            "var95",
            "cvar95",
            "var99",
            "cvar99",
            "skewness",
            "excess_kurtosis",
            "turnover",
            "exercise_rate",
        ] {
            assert!(
                strategy[figure]["value"].is_f64() && strategy[figure]["se"].is_f64(),
                "{figure}"
            );
        }
        assert!(strategy["min"]["value"].is_f64() && strategy["min"]["se"].is_null());
        assert!(strategy["representatives"]["worst"].is_u64());
    }
    let paired = report["paired"].as_array().unwrap();
    assert_eq!(paired.len(), 3);
    assert_eq!(
        (&paired[0]["strategy"], &paired[0]["against"]),
        (&"leland".into(), &"delta".into())
    );
    assert!(paired[0]["rsmse"]["se"].as_f64().unwrap() > 0.0);
}

#[test]
fn every_field_named_in_the_manual_can_be_set() {
    let set = "market.spot=900 market.drift=0.02 market.volatility=0.3 order_book.ask_exponent=1.02 \
        order_book.bid_exponent=0.97 order_book.ask_decay=5 order_book.bid_decay=inf order_book.depth=3 \
        contract.kind=put contract.position=long contract.strike=950 contract.maturity=0.5 contract.shares=2 \
        steps=6 financing.lend_rate=0.01 financing.borrow_rate=0.03";
    let flags: Vec<String> = set
        .split_whitespace()
        .map(|change| format!("--set {change}"))
        .collect();
    let report = json(&format!(
        "evaluate paper-year --paths 500 --json --strategies delta,leland {}",
        flags.join(" ")
    ));
    for change in set.split_whitespace() {
        let (path, value) = change.split_once('=').unwrap();
        let field = |at: &Value, part: &str| at[part].clone();
        let found = path
            .split('.')
            .fold(report["scenario"].clone(), |at, part| field(&at, part));
        let same = match value.parse::<f64>() {
            Ok(number) if number.is_finite() => found.as_f64() == Some(number),
            _ => found.as_str() == Some(value),
        };
        assert!(same, "{change} gives {found}");
    }
}

#[test]
fn the_same_seed_prints_the_same_figures_on_any_number_of_threads() {
    let strip = |mut report: Value| {
        report.as_object_mut().unwrap().remove("seconds");
        report
    };
    let run = |threads: u32| {
        strip(json(&format!(
            "evaluate paper-day --paths 30000 --json --threads {threads}"
        )))
    };
    assert_eq!(run(1), run(3));
    assert_ne!(
        run(1),
        strip(json("evaluate paper-day --paths 30000 --json --seed 2"))
    );
}

#[test]
fn a_replayed_path_ends_in_the_error_that_evaluate_ranked() {
    let report = json("evaluate paper-year --paths 3000 --strategies delta --json");
    let delta = &report["strategies"][0];
    let worst = delta["representatives"]["worst"].as_u64().unwrap();
    let replay = json(&format!(
        "replay paper-year --path {worst} --strategies delta --json"
    ));
    let error = replay["strategies"][0]["settlement"]["error"]
        .as_f64()
        .unwrap();
    assert!((error - delta["max"]["value"].as_f64().unwrap()).abs() < 1e-9);
    assert_eq!(
        replay["strategies"][0]["ledger"].as_array().unwrap().len(),
        12
    );
    assert_eq!(replay["spot"].as_array().unwrap().len(), 13);
}

/// The first number after `key` in a JSON text, read to the last bit.
fn number_after(text: &str, key: &str) -> f64 {
    let rest = &text[text.find(key).unwrap() + key.len()..];
    let start = rest.find(|c: char| c == '-' || c.is_ascii_digit()).unwrap();
    let rest = &rest[start..];
    let end = rest.find([',', '\n', '}']).unwrap();
    rest[..end].trim().parse().unwrap()
}

/// The sums of the parts that each object under `key` has, in the order in which the documentation names
/// them, each with the number that last follows `error` before it.
fn sums_of_parts(text: &str, key: &str, error: &str) -> Vec<(f64, f64)> {
    let parts = [
        "premium",
        "payoff",
        "settlement",
        "initial",
        "spread",
        "depth",
        "memory",
        "carry",
        "position",
        "rounding",
    ];
    let found = text.match_indices(key);
    found
        .map(|(place, _)| {
            let (before, money) = text.split_at(place);
            let part = |name: &str| number_after(money, &format!("\"{name}\":"));
            let sum = parts.iter().fold(0.0, |sum, name| sum + part(name));
            let error = number_after(&before[before.rfind(error).unwrap()..], error);
            (sum, error)
        })
        .collect()
}

#[test]
fn where_the_money_went_adds_up_in_what_is_printed() {
    let replayed = ran("replay paper-month --path 3 --json");
    let sums = sums_of_parts(&replayed, "\"money\": {", "\"error\":");
    assert!(
        sums.len() >= 3 && sums.iter().all(|(sum, error)| sum == error),
        "{sums:?}"
    );
    let table = ran("replay paper-month --path 3 --strategies delta");
    assert!(table.contains("Where the money went") && !table.contains("rounding"));
    assert!(!table.contains("initial"));
    let table = ran("replay paper-month --path 3 --strategies delta --set initial.position=0.5");
    assert!(table.contains("initial        -500.0000"), "{table}");

    let line = "evaluate paper-month --paths 3000 --antithetic --set financing.borrow_rate=0.04";
    let line = format!("{line} --strategies delta,static");
    let text = ran(&format!("{line} --money --json"));
    let record = Record::from_json(&text).unwrap();
    let sums = sums_of_parts(&text, "\"costs\": {", "\"mean\":");
    assert!(
        sums.len() == 2 && sums.iter().all(|(sum, mean)| sum == mean),
        "{sums:?}"
    );
    let told: Value = serde_json::from_str(&text).unwrap();
    for strategy in told["strategies"].as_array().unwrap() {
        assert!(strategy["costs"]["depth"]["se"].as_f64().unwrap() > 0.0);
        assert!(strategy["costs"]["carry"]["value"].as_f64().unwrap() > 0.0);
    }
    // Without them a record is as it was, and called the same.
    let plain = Record::from_json(&ran(&format!("{line} --json"))).unwrap();
    assert_eq!(plain.record, record.record);
    assert!(plain.strategies.iter().all(|s| s.costs.is_none()));
    assert!(record.strategies.iter().all(|s| s.costs.is_some()));
    let tables = ran(&format!("{line} --money"));
    let of = |name: &str| tables.lines().filter(|line| line.starts_with(name)).count();
    assert_eq!((of("settlement "), of("mean error ")), (1, 1), "{tables}");
}

#[test]
fn price_prints_the_same_as_json_as_a_table_and_as_csv() {
    let line = "price paper-year --paths 2000 --seed 5 --antithetic --strategies delta,learned";
    let report = json(&format!("{line} --json"));
    assert_eq!(
        (&report["paths"], &report["seed"], &report["antithetic"]),
        (&2000.into(), &5.into(), &true.into())
    );
    assert_eq!(report["position"], "short");
    assert_eq!(
        (&report["cvar_level"], &report["risk_aversion"]),
        (&0.95.into(), &0.01.into())
    );
    assert!((report["black_scholes"].as_f64().unwrap() - 75.6057).abs() < 1e-3);
    let csv = ran(&format!("{line} --csv"));
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 6);
    for (row, place) in rows.iter().zip(0..) {
        let strategy = &report["strategies"][place / 3];
        let price = &strategy[["mean", "cvar", "entropic"][place % 3]];
        assert_eq!(row[0], *strategy["name"].as_str().unwrap());
        for (cell, name) in [(2, "value"), (3, "se")] {
            let (told, figure) = (
                row[cell].parse::<f64>().unwrap(),
                price[name].as_f64().unwrap(),
            );
            assert!(
                (told / figure - 1.0).abs() < 1e-12 && figure > 0.0,
                "{row:?}"
            );
        }
    }
    let table = ran(line);
    for said in [
        "Premium received",
        "mean error",
        "CVaR 95%",
        "entropic",
        "Black–Scholes 75.6057",
    ] {
        assert!(table.contains(said), "{said} is not in:\n{table}");
    }
    assert!(
        ran("price paper-year --paths 500 --strategies delta --set contract.position=long")
            .contains("paid")
    );
    let thin = ran("price thin-book --paths 500 --strategies delta");
    assert!(thin.contains("– hangs on a handful of paths"), "{thin}");
    assert!(refused("price paper-year --paths 0", 2).contains("--paths"));
    assert!(refused("price paper-year --json --csv", 2).contains("--csv"));
}

#[test]
fn replay_as_csv_has_a_row_for_each_trade_and_one_for_the_settlement() {
    let text = ran("replay figure-3 --path shown --strategies delta,none --csv");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 2 * 13);
    let mut column = |name: &str| {
        reader
            .headers()
            .unwrap()
            .iter()
            .position(|heading| heading == name)
            .unwrap()
    };
    let (event, spot) = (column("event"), column("spot"));
    assert_eq!((&rows[12][event], &rows[12][spot]), ("settlement", "690.0"));
}

#[test]
fn the_book_shows_prices_that_rise_with_size_and_the_consumed_part() {
    let text = ran("book thin-book --ask-memory 20 --csv");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let asks: Vec<f64> = rows.iter().filter_map(|row| row[1].parse().ok()).collect();
    assert!(asks.windows(2).all(|pair| pair[0] < pair[1]) && asks.len() == 15);
    assert!(
        (asks[0] - 1010.0).abs() < 1e-9,
        "the first share of a full book costs S·α"
    );
    assert!(rows[0][3].is_empty(), "nothing was sold");
    assert!(ran("book paper-year").contains("quoted spread 20.00"));
}

#[test]
fn presets_are_listed_shown_checked_saved_and_used() {
    let home = tempfile::tempdir().unwrap();
    let run = |line: &str| hedgelab(home.path(), line);
    assert!(ran("presets list").contains("paper-year"));
    let saved = run("presets save steep paper-year --set order_book.ask_exponent=1.05");
    assert!(
        saved.status.success(),
        "{}",
        String::from_utf8_lossy(&saved.stderr)
    );
    assert_eq!(
        run("presets save steep paper-year").status.code(),
        Some(1),
        "exists already"
    );
    assert!(
        run("presets save steep paper-year --force --set order_book.ask_exponent=1.06")
            .status
            .success()
    );
    let listed = String::from_utf8(run("presets list").stdout).unwrap();
    assert!(listed.contains("steep"));
    let shown = run("presets show steep").stdout;
    fs::write(home.path().join("copy.ron"), &shown).unwrap();
    assert!(run("presets check copy.ron").status.success());
    let report: Value =
        serde_json::from_slice(&run("evaluate steep --paths 100 --json").stdout).unwrap();
    assert_eq!(report["scenario"]["order_book"]["ask_exponent"], 1.06);
    let folder = String::from_utf8(run("presets path").stdout).unwrap();
    assert!(Path::new(folder.trim()).join("steep.ron").exists());
    fs::write(home.path().join("bad.ron"), "(version: 1,").unwrap();
    let checked = run("presets check copy.ron bad.ron missing.ron");
    let complaint = String::from_utf8(checked.stderr).unwrap();
    assert_eq!(checked.status.code(), Some(1));
    assert!(
        complaint.contains("bad.ron:1:")
            && complaint.contains("missing.ron")
            && complaint.contains("2 of 3")
    );
}

#[test]
fn bad_usage_ends_with_2_and_says_what_is_allowed() {
    for (line, expected) in [
        ("evaluate nosuch", "paper-year"),
        (
            "evaluate paper-year --set market.vol=1",
            "market.volatility",
        ),
        ("evaluate paper-year --set market.volatility", "FIELD=VALUE"),
        (
            "evaluate paper-year --set market.volatility=-1",
            "allowed: 0 to 5",
        ),
        ("evaluate paper-year --set market.spot=1e400", "market.spot"),
        (
            "evaluate paper-year --strategies delta,gamma",
            "\"gamma\" is no strategy; allowed: none, delta",
        ),
        (
            "evaluate paper-year --strategies ,",
            "--strategies is empty",
        ),
        ("evaluate paper-year --paths 0", "--paths"),
        ("evaluate paper-year --paths 1e6", "--paths"),
        ("evaluate paper-year --threads 0", "--threads"),
        ("replay paper-year", "--path"),
        ("replay paper-year --path -1", "--path"),
        ("replay paper-year --path shown", "no path of its own"),
        (
            "book paper-year --ask-memory -1",
            "--ask-memory -1: allowed: 0 to 1e12",
        ),
        ("book paper-year --spot NaN", "--spot NaN"),
        ("presets save paper-year paper-year", "cannot name a preset"),
        ("presets save ../x paper-year --set steps=0", "steps"),
        ("nonsense", "nonsense"),
    ] {
        let complaint = refused(line, 2);
        assert!(complaint.contains(expected), "{line}: {complaint}");
    }
}

#[test]
fn files_that_do_not_load_end_with_1_and_name_file_line_and_column() {
    let home = tempfile::tempdir().unwrap();
    fs::write(
        home.path().join("bad.ron"),
        "(\n  version: 1,\n  spot: 3,\n)",
    )
    .unwrap();
    fs::create_dir(home.path().join("folder")).unwrap();
    for (line, expected) in [
        ("evaluate bad.ron", "bad.ron:3:"),
        ("evaluate folder", "a directory"),
    ] {
        let output = hedgelab(home.path(), line);
        let complaint = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{complaint}");
        assert!(complaint.contains(expected), "{complaint}");
    }
}

#[test]
fn sizes_beyond_double_precision_are_refused_before_anything_is_run() {
    let line = "evaluate paper-year --paths 100 --set order_book.ask_exponent=10 --set contract.shares=1e12 \
        --set market.spot=1e12 --set market.volatility=5 --set contract.maturity=100 --set order_book.depth=1e-9";
    let complaint = refused(line, 2);
    assert!(
        complaint.contains("so that prices stay between"),
        "{complaint}"
    );
}

#[test]
fn prices_get_the_digits_that_tell_spot_from_strike_and_a_token_from_nothing() {
    let pair = "paper-day --set market.spot=1.0845 --set contract.strike=1.085";
    let replayed = ran(&format!("replay {pair} --path 1 --strategies delta"));
    let first = replayed.lines().find(|line| line.starts_with('0')).unwrap();
    assert_eq!(first.split_whitespace().nth(1), Some("1.0845"));
    let token = "paper-day --set market.spot=0.0000123 --set contract.strike=0.0000123";
    let replayed = ran(&format!("replay {token} --path 1 --strategies delta"));
    let first = replayed.lines().find(|line| line.starts_with('0')).unwrap();
    assert_eq!(first.split_whitespace().nth(1), Some("0.00001230"));
    let book = ran(&format!("book {token}"));
    assert!(book.contains("mid price 0.0000123"), "{book}");
    let evaluated = ran(&format!("evaluate {token} --paths 500 --strategies delta"));
    let mean = evaluated
        .lines()
        .find(|line| line.starts_with("mean"))
        .unwrap();
    assert!(!mean.contains("0.00 ") && !mean.ends_with("0.00"), "{mean}");
    let deep =
        "paper-day --set order_book.ask_exponent=1.0000001 --set order_book.bid_exponent=0.9999999";
    let book = ran(&format!("book {deep}"));
    let best = book.lines().find(|line| line.starts_with("0 ")).unwrap();
    let quotes: Vec<_> = best.split_whitespace().collect();
    assert_ne!(quotes[1], quotes[3], "{book}");
}

#[test]
fn no_figure_of_a_table_is_wider_than_a_column_can_be() {
    let large = "--set market.spot=1e12 --set contract.strike=1e12 --set contract.shares=1e9 --set order_book.depth=1e12";
    for line in [
        format!("evaluate paper-year --paths 200 --strategies delta,none {large}"),
        format!("replay paper-year --path 1 --strategies delta {large}"),
        format!("book paper-year {large}"),
        "book paper-year --set order_book.depth=0.3 --levels 10 --size 3".into(),
    ] {
        let text = ran(&line);
        let widest = text
            .split_whitespace()
            .filter(|word| word.bytes().any(|digit| digit.is_ascii_digit()))
            // A command to type is no figure.
            .filter(|word| !word.contains('='))
            .max_by_key(|word| word.len());
        assert!(widest.unwrap().len() <= 16, "{line}: {widest:?}");
    }
}

#[test]
fn a_number_that_can_be_read_in_two_ways_is_asked_about() {
    let complaint = refused("evaluate paper-year --set market.spot=1,085", 2);
    assert!(complaint.contains("write 1.085 or 1085"), "{complaint}");
    let complaint = refused("evaluate paper-year --set contract.premium=1,085", 2);
    assert!(complaint.contains("write 1.085 or 1085"), "{complaint}");
    let report = json(
        "evaluate paper-year --paths 100 --strategies delta --json --set market.spot=1.000,5 --set steps=1,000",
    );
    assert_eq!(report["scenario"]["market"]["spot"], 1000.5);
    assert_eq!(report["scenario"]["steps"], 1000);
}

#[test]
fn help_teaches_with_examples() {
    let help = ran("--help");
    assert!(help.contains("hedgelab evaluate paper-year") && help.contains("Exit codes"));
    assert!(ran("evaluate --help").contains("{value, se}"));
    assert!(ran("presets fields").contains("order_book.bid_decay"));
}

/// Standard output and standard error of a command that must succeed.
fn both(home: &Path, line: &str) -> (String, String) {
    let output = hedgelab(home, line);
    let complaint = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{line}: {complaint}");
    (String::from_utf8(output.stdout).unwrap(), complaint)
}

#[test]
fn a_report_says_all_that_made_it_and_reads_back() {
    let line = "evaluate paper-year --paths 2000 --seed 9 --antithetic";
    let text = ran(&format!("{line} --json"));
    let record = Record::from_json(&text).unwrap();
    assert!(record.antithetic && record.seed == 9);
    assert_eq!((record.paths, record.wanted), (2000, 2000));
    assert_eq!(
        record.program,
        format!("hedgelab {}", env!("CARGO_PKG_VERSION"))
    );
    let year = presets::built_in("paper-year").unwrap();
    assert_eq!(record.scenario, year.clone().into_parameters());
    assert_eq!(record.market, year.market_hash());
    let learned = &record.strategies[2];
    let weights = learned.policy.weights.as_ref().unwrap();
    assert_eq!(
        (weights.name.as_str(), weights.differs.len()),
        ("paper-year", 0)
    );
    let spoiled = text.replacen("\"seed\": 9", "\"seed\": 8", 1);
    let refused = Record::from_json(&spoiled).unwrap_err().to_string();
    assert!(refused.contains("it was changed"), "{refused}");
    let table = ran(line);
    for said in [
        "antithetic pairs",
        "seed 9",
        "weights",
        &learned.policy.hash.short(),
        &record.program,
        &record.record.short(),
    ] {
        assert!(table.contains(said), "{said} is not in:\n{table}");
    }
}

#[test]
fn the_command_that_a_report_prints_replays_its_paths() {
    let home = tempfile::tempdir().unwrap();
    for pairing in ["", " --antithetic"] {
        let line = format!(
            "evaluate paper-year --set market.drift=0.02 --paths 3000 --strategies delta --seed 4{pairing}"
        );
        let (table, _) = both(home.path(), &line);
        let printed = table
            .lines()
            .find_map(|line| line.strip_prefix("Paths to replay: hedgelab "))
            .unwrap();
        let report = json(&format!("{line} --json"));
        let delta = &report["strategies"][0];
        for rank in ["worst", "best"] {
            let number = delta["representatives"][rank].as_u64().unwrap();
            let replay = json(&format!(
                "{} --strategies delta --json",
                printed.replace("--path N", &format!("--path {number}"))
            ));
            let error = &replay["strategies"][0]["settlement"]["error"];
            let extreme = if rank == "worst" { "max" } else { "min" };
            let difference = error.as_f64().unwrap() - delta[extreme]["value"].as_f64().unwrap();
            assert!(
                difference.abs() < 1e-9,
                "{printed}: {rank} differs by {difference}"
            );
        }
    }
}

#[test]
fn weights_trained_for_another_market_stay_in_the_table_and_are_marked() {
    let home = tempfile::tempdir().unwrap();
    let line = "evaluate paper-year --set market.volatility=0.25 --paths 500";
    let (table, note) = both(home.path(), line);
    assert!(table.contains("learned*"), "{table}");
    let told = "market.volatility = 0.1898 (here 0.25)";
    assert!(table.contains(told) && note.contains(told), "{table}{note}");
    let advice = "hedgelab train paper-year --set market.volatility=0.25 --out FILE";
    assert!(note.contains(advice), "{note}");
    assert_eq!(note.lines().count(), 1);
    // What is no part of the market changes nothing.
    let table = ran("evaluate paper-year --set training.batch=77 --paths 500");
    assert!(table.contains("learned") && !table.contains("learned*"));
    // Where there are no weights, it is said why and what to do.
    let (table, note) = both(home.path(), "evaluate paper-network --paths 500");
    assert!(!table.contains("learned"), "{table}");
    assert!(note.contains("learned is left out") && note.contains("hedgelab train paper-network"));
}

#[test]
fn an_empty_table_is_an_error() {
    for command in ["evaluate", "replay", "position"] {
        let rest = match command {
            "evaluate" => "--paths 100",
            "replay" => "--path 1",
            _ => "--states states.csv",
        };
        for selected in ["learned", ""] {
            let home = tempfile::tempdir().unwrap();
            fs::write(home.path().join("states.csv"), "step,spot\n").unwrap();
            let line =
                format!("{command} paper-network --set strategies.selected={selected} {rest}");
            let output = hedgelab(home.path(), &line);
            let complaint = String::from_utf8(output.stderr).unwrap();
            assert_eq!(output.status.code(), Some(2), "{line}: {complaint}");
            assert!(
                output.stdout.is_empty() && complaint.contains("nobody hedges"),
                "{complaint}"
            );
        }
    }
    let home = tempfile::tempdir().unwrap();
    let heading = "step,spot,position,value,ask_memory,bid_memory\n";
    fs::write(home.path().join("states.csv"), heading).unwrap();
    let output = hedgelab(home.path(), "position paper-year --states states.csv");
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
}

#[test]
fn states_are_read_with_commas_semicolons_or_tabs() {
    let home = tempfile::tempdir().unwrap();
    let rows = "step,spot,position,value,ask_memory,bid_memory\n3,1010.5,0.4,60.25,0.5,0\n";
    let run = |text: &str| {
        fs::write(home.path().join("states.csv"), text).unwrap();
        both(
            home.path(),
            "position paper-year --states states.csv --strategies delta",
        )
        .0
    };
    let expected = run(rows);
    assert_eq!(expected.lines().count(), 2);
    assert_eq!(run(&rows.replace(',', "\t")), expected);
    assert_eq!(run(&rows.replace(',', ";")), expected);
    assert_eq!(run(&rows.replace(',', ";").replace('.', ",")), expected);
}

#[test]
fn a_missing_file_is_told_once() {
    for line in [
        "evaluate paper-year --weights none.safetensors",
        "position paper-year --states none.csv",
        "train paper-year --from none.safetensors",
    ] {
        let complaint = refused(line, 1);
        assert_eq!(complaint.matches("No such file").count(), 1, "{complaint}");
        assert_eq!(complaint.lines().count(), 1);
    }
}

#[cfg(unix)]
#[test]
fn more_paths_than_fit_in_memory_are_evaluated() {
    let home = tempfile::tempdir().unwrap();
    // 400 MB would hold 50 million errors, once, and nothing else.
    let limited = |line: &str| {
        let binary = assert_cmd::cargo::cargo_bin("hedgelab");
        let script = format!("ulimit -v 400000; exec {} {line}", binary.display());
        let mut shell = std::process::Command::new("sh");
        shell.args(["-c", &script]).current_dir(home.path());
        shell.env("HOME", home.path()).output().unwrap()
    };
    let line =
        "evaluate paper-year --set steps=1 --paths 60000000 --strategies none --json --threads 2";
    let output = limited(line);
    let complaint = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{complaint}");
    let record = Record::from_json(&String::from_utf8(output.stdout).unwrap()).unwrap();
    assert_eq!(record.paths, 60_000_000);
    // What does not fit is refused before it is tried, with what would.
    let long = "evaluate paper-year --set steps=100000 --strategies delta --threads 900";
    let output = limited(long);
    let complaint = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{complaint}");
    assert!(
        complaint.contains("are free; it fits with --threads "),
        "{complaint}"
    );
    assert_eq!(complaint.lines().count(), 1);
}

#[cfg(target_os = "linux")]
#[test]
fn ctrl_c_ends_an_evaluation_with_the_paths_that_were_run() {
    let home = tempfile::tempdir().unwrap();
    let mut command = std::process::Command::new(assert_cmd::cargo::cargo_bin("hedgelab"));
    let line = "evaluate paper-year --set steps=5000 --paths 100000000 --strategies delta --json";
    command
        .args(line.split_whitespace())
        .env("HOME", home.path());
    command
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped());
    let run = command.spawn().unwrap();
    // It listens once the signal is among those that it catches.
    let listens = || {
        let about = fs::read_to_string(format!("/proc/{}/status", run.id())).unwrap();
        let line = about
            .lines()
            .find_map(|line| line.strip_prefix("SigCgt:"))
            .unwrap();
        u64::from_str_radix(line.trim(), 16).unwrap() & 2 != 0
    };
    while !listens() {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let kill = format!("kill -INT {}", run.id());
    let killed = std::process::Command::new("sh")
        .args(["-c", &kill])
        .status()
        .unwrap();
    assert!(killed.success());
    let output = run.wait_with_output().unwrap();
    let note = String::from_utf8(output.stderr).unwrap();
    assert!(
        output.status.success() && note.contains("stopped after"),
        "{note}"
    );
    let record = Record::from_json(&String::from_utf8(output.stdout).unwrap()).unwrap();
    assert!(record.paths > 0 && record.paths < record.wanted);
    assert_eq!(record.strategies.len(), 1);
}
