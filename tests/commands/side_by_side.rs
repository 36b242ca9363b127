//! Several trained policies in one table, one record and one replay.

use hedgelab::engine::{Engine, Replay, Request, Wake};
use hedgelab::policy::{LearnedPolicy, Policy, Tuned, Who};
use hedgelab::presets;
use hedgelab::record::Record;
use hedgelab::scenario::Strategy;
use hedgelab::training::shipped;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

/// A folder with weights of two markets, one of them under one stem in two places.
fn home() -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    let assets = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets");
    for (preset, file) in [
        ("paper-year", "year.safetensors"),
        ("thin-book", "other/year.safetensors"),
        ("deep-book", "deep.safetensors"),
    ] {
        let to = home.path().join(file);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(assets.join(format!("{preset}.safetensors")), to).unwrap();
    }
    home
}

/// Exit code, standard output and standard error.
fn run(home: &Path, line: &str) -> (i32, String, String) {
    let mut command = assert_cmd::Command::cargo_bin("hedgelab").unwrap();
    command
        .env("HOME", home)
        .env("XDG_CONFIG_HOME", home.join("config"))
        .current_dir(home);
    let output = command.args(line.split_whitespace()).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let code = output.status.code().unwrap();
    (code, text(output.stdout), text(output.stderr))
}

/// The record of an evaluation that must succeed.
fn record(home: &Path, rest: &str) -> (Record, String) {
    let line = format!("evaluate paper-year --paths 2000 {rest} --json");
    let (code, json, note) = run(home, &line);
    assert_eq!(code, 0, "{line}: {note}");
    (Record::from_json(&json).unwrap(), note)
}

fn names(record: &Record) -> Vec<&str> {
    let policies = record.strategies.iter();
    policies.map(|s| s.policy.name.as_str()).collect()
}

#[test]
fn each_file_of_weights_is_a_row_named_after_it_and_compared_with_all_others() {
    let home = home();
    let files = "--weights year.safetensors --weights mine=deep.safetensors";
    let (record, note) = record(home.path(), &format!("--strategies delta,learned {files}"));
    assert_eq!(names(&record), ["delta", "year", "mine"]);
    let [delta, year, mine] = &record.strategies[..] else {
        unreachable!()
    };
    assert_eq!(delta.policy.kind, Strategy::Delta);
    assert_eq!(year.policy.kind, Strategy::Learned);
    assert_ne!(year.policy.hash, mine.policy.hash);
    assert_eq!(year.policy.hash, shipped("paper-year").unwrap().hash());
    let weights = |row: &hedgelab::record::StrategyRecord| row.policy.weights.clone().unwrap();
    assert!(weights(year).differs.is_empty());
    assert!(!weights(mine).differs.is_empty());
    assert_eq!(weights(mine).name, "deep.safetensors");
    assert!(note.contains("the weights of deep.safetensors were trained for"));
    let pairs: Vec<_> = record
        .paired
        .iter()
        .map(|p| (p.strategy.as_str(), p.against.as_str()))
        .collect();
    assert_eq!(
        pairs,
        [("year", "delta"), ("mine", "delta"), ("mine", "year")]
    );
    // What it is called changes nothing in the figures, nor in the name of the record.
    let (plain, _) = self::record(
        home.path(),
        "--strategies delta,learned --weights deep.safetensors --weights a=year.safetensors",
    );
    assert_eq!(names(&plain), ["delta", "deep", "a"]);
    assert_eq!(plain.record, record.record);
    assert_eq!(plain.strategies[2].statistics, year.statistics);
}

#[test]
fn two_files_of_one_stem_are_told_apart_and_one_file_hedges_once() {
    let home = home();
    let files = "--weights year.safetensors --weights other/year.safetensors";
    let (record, _) = record(home.path(), files);
    assert_eq!(
        names(&record),
        [
            "delta",
            "leland",
            "year.safetensors",
            "other/year.safetensors"
        ]
    );
    let twice = "--weights year.safetensors --weights ./year.safetensors";
    let (once, note) = self::record(home.path(), twice);
    assert_eq!(names(&once), ["delta", "leland", "year"]);
    assert!(note.contains("./year.safetensors is given more than once"));
    assert_eq!(note.lines().count(), 1, "{note}");
}

#[test]
fn a_name_that_another_has_is_refused() {
    let home = home();
    for (names, taken) in [
        (
            "--weights a=year.safetensors --weights a=deep.safetensors",
            "a",
        ),
        ("--weights delta=year.safetensors", "delta"),
    ] {
        let line = format!("evaluate paper-year {names} --paths 100");
        let (code, text, complaint) = run(home.path(), &line);
        assert!(code == 2 && text.is_empty(), "{complaint}");
        let said = format!("two policies would be called {taken}; allowed: NAME=FILE");
        assert!(complaint.contains(&said), "{complaint}");
    }
    let (code, _, complaint) = run(
        home.path(),
        "evaluate paper-year --weights =deep.safetensors",
    );
    assert!(
        code == 2 && complaint.contains("allowed: 1 to 40"),
        "{complaint}"
    );
}

#[test]
fn replay_and_position_ask_each_of_them() {
    let home = home();
    let files =
        "--strategies delta,learned --weights year.safetensors --weights mine=deep.safetensors";
    let (_, csv, _) = run(
        home.path(),
        &format!("replay paper-year --path 7 --csv {files}"),
    );
    let errors = |name: &str| {
        let rows = csv
            .lines()
            .filter(|row| row.starts_with(&format!("{name},")));
        rows.map(ToOwned::to_owned).collect::<Vec<_>>()
    };
    for name in ["delta", "year", "mine"] {
        assert_eq!(errors(name).len(), 13, "{name}");
    }
    assert_ne!(
        errors("year")[12].trim_start_matches("year"),
        errors("mine")[12].trim_start_matches("mine")
    );
    let states = "step,spot,position,value,ask_memory,bid_memory\n3,1010,0.4,60,0.5,0\n";
    fs::write(home.path().join("states.csv"), states).unwrap();
    let (_, csv, _) = run(
        home.path(),
        &format!("position paper-year --states states.csv {files}"),
    );
    let heading = csv.lines().next().unwrap();
    assert!(heading.ends_with(",delta,year,mine"), "{heading}");
    let row: Vec<f64> = csv
        .lines()
        .nth(1)
        .unwrap()
        .split(',')
        .map(|x| x.parse().unwrap())
        .collect();
    assert!(row[6] != row[7] && row[7] != row[8], "{row:?}");
}

/// Two trained policies, one under a name of its own.
fn two() -> [LearnedPolicy; 2] {
    let shipped = |preset| shipped(preset).unwrap();
    [shipped("paper-year"), shipped("deep-book").called("deep")]
}

#[test]
fn the_workers_keep_two_trained_policies_apart() {
    let scenario = presets::built_in("paper-year").unwrap();
    let learned = two();
    let engine = Engine::start(Wake::new(|| {}), None).unwrap();
    engine.simulate(Request {
        run: 1,
        scenario: scenario.clone(),
        learned: learned.to_vec(),
        pinned: Vec::new(),
        reference: Strategy::Delta.into(),
        paths: 4096,
    });
    let began = Instant::now();
    let outcomes = loop {
        assert!(began.elapsed() < Duration::from_mins(1));
        match engine.outcomes().filter(|o| o.paths == 4096) {
            Some(outcomes) => break outcomes,
            None => std::thread::sleep(Duration::from_millis(2)),
        }
    };
    let deep = Who::called("deep", Strategy::Learned);
    let plain = outcomes.row(Strategy::Learned).unwrap();
    let other = outcomes.row(&deep).unwrap();
    assert_eq!(plain.policy, learned[0].identity());
    assert_eq!(other.policy, learned[1].identity());
    assert_ne!(plain.statistics, other.statistics);
    for row in [plain, other] {
        let difference = &row.against.as_ref().unwrap().difference;
        assert_eq!(difference.policy.who, row.policy.who);
        assert_eq!(difference.against.who, Strategy::Delta);
    }
    let replay = Replay::new(&scenario, &learned, Tuned::GUESS, Some(3));
    let of = |policy: &LearnedPolicy| {
        let mut all = replay.strategies.iter();
        all.find(|s| s.policy == policy.identity()).unwrap()
    };
    assert_ne!(of(&learned[0]).settlement, of(&learned[1]).settlement);
}

#[test]
fn the_tuned_parameters_are_among_what_made_the_figures() {
    let home = home();
    let rest = "--strategies delta,band,soft_band,leland --set strategies.band_risk_aversion=0.25";
    let (record, _) = record(home.path(), rest);
    let settings = |place: usize| &record.strategies[place].policy.settings;
    assert!(settings(0).is_empty());
    assert_eq!(settings(1)["risk_aversion"], 0.25);
    let [a, v] = ["risk_aversion", "volatility_factor"].map(|name| settings(2)[name]);
    assert!(a > 0.0 && (0.5..=3.0).contains(&v));
    // Given as they were found, they give the same figures.
    let given = format!(
        "--strategies soft_band --set strategies.soft_band_risk_aversion={a} \
         --set strategies.soft_band_volatility_factor={v}"
    );
    let (again, _) = self::record(home.path(), &given);
    let rsmse = |record: &Record, place: usize| {
        let statistics = record.strategies[place].statistics;
        statistics.rsmse.value.unwrap()
    };
    let (found, given) = (rsmse(&record, 2), rsmse(&again, 0));
    assert!((found - given).abs() < 1e-9 * found, "{found} {given}");
    let (_, table, _) = run(
        home.path(),
        &format!("evaluate paper-year --paths 2000 {rest}"),
    );
    let tuned: Vec<&str> = table.lines().filter(|l| l.contains("tuned")).collect();
    assert!(tuned.len() == 1, "{table}");
    assert!(tuned[0].starts_with("soft_band: tuned, risk aversion "));
    assert!(tuned[0].contains(", volatility factor "));
}
