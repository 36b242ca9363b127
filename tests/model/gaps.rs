//! How far from the best what is made at once is: its table as a file, how the gaps are spread, what they let
//! expect elsewhere, and the same on the command line.

use hedgelab::gallery::{excess_words, expected_words, gained_words, standing_words};
use hedgelab::market::Sampling;
use hedgelab::policy::conditioned::Measures;
use hedgelab::policy::{Base, Policy};
use hedgelab::presets;
use hedgelab::scenario::{Named, Objective, Scenario};
use hedgelab::simulate::{Lot, errors_of};
use hedgelab::training::conditioned::gaps::{
    COLUMNS, Excess, Expected, Gap, GapTable, Hedge, NEAREST, Spread, groups, held_out,
};
use hedgelab::training::conditioned::{Standing, excess_over};
use hedgelab::training::objective::Goal;
use hedgelab::training::{conditioned_gaps, conditioned_policy};
use std::ops::ControlFlow;
use std::path::Path;
use std::process::Output;

/// A gap of a scenario, as it might have been measured.
fn gap(name: &str, scenario: &Scenario, at_once: f64) -> Gap {
    let measures = Measures::of(scenario);
    let [ask_cost, bid_cost] = measures.friction();
    Gap {
        name: name.into(),
        objective: scenario.training.objective.name().into(),
        kind: scenario.contract.kind.name().into(),
        position: scenario.contract.position.name().into(),
        dates: measures.dates,
        width: measures.width,
        drift: measures.drift,
        ask_cost,
        bid_cost,
        size: measures.size,
        ask_kept: measures.kept[0],
        bid_kept: measures.kept[1],
        moneyness: measures.moneyness,
        dedicated: 0.3,
        at_once,
        at_once_error: 0.0002,
        refined: 0.3 * at_once,
        refined_error: 0.0001,
        rule: 5.0 * at_once,
        rule_error: 0.001,
    }
}

/// A table whose gaps grow with the cost of trading, with a scatter as large as they are.
fn made_up(count: u64) -> GapTable {
    let mut table = GapTable::default();
    for (place, (name, scenario)) in held_out(count).into_iter().enumerate() {
        // Evenly spread in the unit interval, without a pattern that the scenarios share.
        let scatter = (0.618_033_988_749 * (place as f64 + 1.0)).fract();
        let cost = Measures::of(&scenario).friction()[0];
        table.push(gap(
            &name,
            &scenario,
            (0.002 + 0.05 * cost) * (0.2 + 1.6 * scatter),
        ));
    }
    table
}

fn csv(table: &GapTable) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for gap in table.gaps() {
        writer.serialize(gap).unwrap();
    }
    String::from_utf8(writer.into_inner().unwrap()).unwrap()
}

fn year(changes: &[(&str, &str)]) -> Scenario {
    let year = presets::built_in("paper-year").unwrap();
    year.with(changes.iter().copied()).unwrap()
}

#[test]
fn a_table_reads_back_and_a_malformed_one_is_told_by_line_column_and_what_is_allowed() {
    let table = made_up(9);
    assert_eq!(table.gaps().len(), 9 + 3 * 2);
    let text = csv(&table);
    assert_eq!(text.lines().next().unwrap(), COLUMNS.join(","));
    assert_eq!(GapTable::from_bytes(text.as_bytes(), "t").unwrap(), table);
    let told = |text: &str| {
        let error = GapTable::from_bytes(text.as_bytes(), "t.csv").unwrap_err();
        let line = error.to_string();
        assert!(!line.contains('\n'), "{line}");
        line
    };
    let lines: Vec<&str> = text.lines().collect();
    let with = |place: usize, column: &str, cell: &str| {
        let at = COLUMNS.iter().position(|known| *known == column).unwrap();
        let mut rows: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
        let mut cells: Vec<&str> = lines[place].split(',').collect();
        cells[at] = cell;
        rows[place] = cells.join(",");
        told(&rows.join("\n"))
    };
    assert_eq!(
        with(3, "refined", "little"),
        "t.csv:4: refined is \"little\"; allowed: a number"
    );
    assert_eq!(
        with(2, "at_once", "NaN"),
        "t.csv:3: at_once is \"NaN\"; allowed: a finite number"
    );
    assert_eq!(
        with(2, "rule_error", "-1"),
        "t.csv:3: rule_error is \"-1\"; allowed: a standard error, 0 or more"
    );
    assert_eq!(
        with(1, "kind", "straddle"),
        "t.csv:2: kind is \"straddle\"; allowed: call, put"
    );
    assert_eq!(
        with(2, "name", "rsmse-0"),
        "t.csv:3: rsmse-0 stands there twice; allowed: once"
    );
    let short = format!("{}\n{}", lines[0], "rsmse-0,rsmse,call");
    assert!(told(&short).starts_with("t.csv:2: there are 3 columns; allowed: 20"));
    assert!(told("spot,strike\n1,2\n").starts_with("t.csv:1: these are not the headings"));
    assert!(told("").contains("t.csv:1"));
}

#[test]
fn the_usual_scenarios_are_two_hundred_and_two_dozen_of_each_other_objective() {
    let names: Vec<String> = held_out(200).into_iter().map(|(name, _)| name).collect();
    let of = |objective: &str| {
        let start = format!("{objective}-");
        names.iter().filter(|name| name.starts_with(&start)).count()
    };
    let counts = ["rsmse", "rmse", "cvar", "entropic"].map(of);
    assert_eq!(counts, [200, 24, 24, 24]);
}

#[test]
fn groups_hold_every_scenario_and_a_spread_runs_from_the_middle_to_the_worst() {
    let mut table = made_up(100);
    let scenario = year(&[]);
    table.push(gap("paper-year-0.01-never", &scenario, 0.5));
    let groups = groups(table.gaps());
    let names: Vec<&str> = groups.iter().map(|group| group.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "cells of the paper",
            "RSMSE",
            "RMSE",
            "CVaR",
            "entropic risk",
            "RSMSE, short calls",
            "RSMSE, short puts",
            "RSMSE, long calls",
            "RSMSE, long puts"
        ]
    );
    let counts: Vec<usize> = groups.iter().map(|group| group.gaps.len()).collect();
    assert_eq!(counts[..5], [1, 100, 12, 12, 12]);
    assert_eq!(counts[5..].iter().sum::<usize>(), 100);
    for group in &groups {
        let spread = Spread::of(group, Hedge::AtOnce).unwrap();
        let all = spread.all();
        assert!(all.windows(2).all(|pair| pair[0].share <= pair[1].share));
        assert!(all.iter().all(|excess| excess.error >= 0.0002));
        let most = group.gaps.iter().map(|gap| gap.at_once);
        assert_eq!(spread.worst.share, most.fold(f64::MIN, f64::max));
    }
}

/// The share of the scenarios of an objective that lie where the others let expect them, and how many.
fn coverage(table: &GapTable, objective: Objective) -> (f64, usize) {
    let left_out = table.left_out(objective, Hedge::AtOnce);
    let inside = left_out
        .iter()
        .filter(|(gap, expected)| (expected.low..=expected.high).contains(&gap.at_once));
    let inside = inside.count();
    (inside as f64 / left_out.len().max(1) as f64, left_out.len())
}

#[test]
fn four_in_five_lie_where_the_others_let_expect_them() {
    let table = made_up(200);
    let (share, count) = coverage(&table, Objective::Rsmse);
    assert_eq!(count, 200);
    assert!((share - 0.8).abs() < 0.1, "{share}");
    // Whatever the table that comes with the program holds, as far as chance goes.
    for (name, objective) in Objective::ALL {
        let (share, count) = coverage(conditioned_gaps(), *objective);
        let by_chance = 3.0 * (0.16 / count.max(1) as f64).sqrt() + 0.1;
        let fits = count == 0 || (share - 0.8).abs() < by_chance;
        assert!(fits, "{name}: {share} of {count}");
    }
}

#[test]
fn what_is_expected_is_that_of_the_scenarios_nearby_and_nothing_where_none_are_alike() {
    let table = made_up(200);
    let of = |scenario: &Scenario| table.expected(scenario, Hedge::AtOnce);
    let cheap = of(&year(&[
        ("order_book.ask_exponent", "1.0005"),
        ("order_book.bid_exponent", "0.9995"),
    ]));
    let dear = of(&year(&[
        ("order_book.ask_exponent", "1.055"),
        ("order_book.bid_exponent", "0.945"),
    ]));
    let (cheap, dear) = (cheap.unwrap(), dear.unwrap());
    assert_eq!(cheap.nearest, NEAREST[0]);
    assert!(cheap.middle < 0.5 * dear.middle, "{cheap:?} {dear:?}");
    for expected in [cheap, dear] {
        assert!(expected.low <= expected.middle && expected.middle <= expected.high);
    }
    // Currency and shares drop out.
    let usual = of(&year(&[])).unwrap();
    let large = of(&year(&[
        ("contract.shares", "1000"),
        ("order_book.depth", "1000"),
    ]));
    assert_eq!(usual, large.unwrap());
    // Refined, it is what the table says of that.
    let refined = table.expected(&year(&[]), Hedge::Refined).unwrap();
    assert!((refined.middle - 0.3 * usual.middle).abs() < 1e-12);
    for unlike in [
        ("market.volatility", "0.9"),
        ("limits.max_trade", "0.5"),
        ("initial.position", "0.3"),
        ("contract.premium", "120"),
    ] {
        assert_eq!(of(&year(&[unlike])), None, "{unlike:?}");
    }
    // A table too small to tell.
    assert_eq!(made_up(8).expected(&year(&[]), Hedge::AtOnce), None);
    let few = made_up(9).expected(&year(&[]), Hedge::AtOnce).unwrap();
    assert_eq!(few.nearest, NEAREST[1]);
}

#[test]
fn beyond_its_ranges_it_is_held_against_delta_and_leland_on_common_paths() {
    let scenario = year(&[("market.volatility", "0.9")]);
    let made = conditioned_policy().policy(&scenario).unwrap();
    let go_on = &mut |_| ControlFlow::Continue(());
    let standing = Standing::of(&scenario, &made, go_on).unwrap();
    let objective = |policy: &dyn Policy| {
        let lot = Lot {
            scenario: &scenario,
            policy,
            sampling: Sampling::evaluation(2_000_003),
            paths: Standing::PATHS,
        };
        Goal::Rsmse.value(&errors_of(&[lot])[0])
    };
    let rules = [Base::Delta, Base::Leland].map(|rule| objective(&*rule.hedge(&scenario)));
    let best = if rules[0] < rules[1] {
        Base::Delta
    } else {
        Base::Leland
    };
    assert_eq!(standing.rule, best);
    let share = rules[0].min(rules[1]) / objective(&made) - 1.0;
    assert!((standing.excess.share - share).abs() < 1e-12);
    let beyond_chance = share < -2.0 * standing.excess.error;
    assert_eq!(standing.prefers_rule(), beyond_chance);
    assert!(standing.excess.error > 0.0);
    // Nothing is gained over oneself, and what breaks off is no answer.
    let same = excess_over(&made, &made, &scenario, 1000, go_on).unwrap();
    assert_eq!((same.share, same.error), (0.0, 0.0));
    let stop = &mut |_| ControlFlow::Break(());
    assert_eq!(Standing::of(&scenario, &made, stop), None);
}

#[test]
fn the_words_say_what_is_better_and_no_more_than_the_errors_allow() {
    let of = |share: f64, error: f64| Excess { share, error };
    assert_eq!(excess_words(of(0.0061, 0.001)), "0.61 ± 0.10%");
    assert_eq!(gained_words(of(0.003, 0.001)), "0.30 ± 0.10% better");
    assert_eq!(gained_words(of(-0.003, 0.001)), "0.30 ± 0.10% worse");
    assert_eq!(
        gained_words(of(0.001, 0.001)),
        "no better beyond chance (0.10 ± 0.10%)"
    );
    let standing = |rule: Base, share: f64| {
        standing_words(&Standing {
            rule,
            excess: of(share, 0.002),
        })
    };
    assert_eq!(
        standing(Base::Leland, -0.031),
        "Leland is better here (−3.10 ± 0.20%)"
    );
    assert_eq!(
        standing(Base::Delta, 0.001),
        "delta does as well here (0.10 ± 0.20%)"
    );
    assert_eq!(
        standing(Base::Delta, 0.1),
        "still better here than delta and Leland (the better of them +10.00 ± 0.20%)"
    );
    let expected = Expected {
        middle: 0.0021,
        low: -0.0006,
        high: 0.0064,
        nearest: 19,
    };
    assert_eq!(expected_words(&expected), "0.2% (−0.1 to 0.6%)");
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = assert_cmd::Command::cargo_bin("hedgelab").unwrap();
    let command = command.args(arguments).current_dir(folder);
    command.env("HOME", folder).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn printed(output: &Output) -> String {
    assert!(output.status.success(), "{}", said(output));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Arguments of a short training for the scenario alone.
const SHORT: [&str; 6] = [
    "--set",
    "training.iterations=40",
    "--set",
    "training.batch=128",
    "--set",
    "training.validation_paths=1000",
];

#[test]
fn the_command_writes_table_and_chapter_and_refuses_a_malformed_table_in_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let scenarios: Vec<(String, Scenario)> = held_out(25).into_iter().collect();
    let mut table = GapTable::default();
    for cell in hedgelab::reproduce::Cell::all() {
        let scenario = cell.scenario(&[]).unwrap();
        table.push(gap(&format!("paper-{cell}"), &scenario, 0.004));
    }
    for (name, scenario) in &scenarios {
        table.push(gap(name, scenario, 0.02));
    }
    std::fs::write(folder.join("gaps.csv"), csv(&table)).unwrap();
    let policy = hedgelab::training::conditioned::ConditionedFile {
        policy: conditioned_policy(),
        training: None,
    };
    policy.write(&folder.join("made.safetensors")).unwrap();
    let usual = [
        "train",
        "--conditioned",
        "--resume",
        "made.safetensors",
        "--gaps",
        "gaps.csv",
        "--scenarios",
        "25",
    ];
    let told = printed(&run(
        folder,
        &[&usual[..], &["--report", "gaps.md"]].concat(),
    ));
    assert!(
        told.contains("cells of the paper") && told.contains("90%"),
        "{told}"
    );
    let chapter = std::fs::read_to_string(folder.join("gaps.md")).unwrap();
    let command = "hedgelab train --conditioned --resume made.safetensors --gaps gaps.csv --scenarios 25 --report gaps.md";
    assert!(
        chapter.lines().nth(2).unwrap().contains(command),
        "{chapter}"
    );
    for gap in table.gaps() {
        let row = format!("| {} |", gap.name);
        assert_eq!(chapter.matches(&row).count(), 1, "{row}");
    }
    assert!(
        chapter.contains("| cells of the paper | 21 | at once | 0.40 ± 0.02%"),
        "{chapter}"
    );
    assert!(chapter.contains("| RSMSE, short calls |"), "{chapter}");
    assert!(chapter.contains("in 0 of 55 scenarios"), "{chapter}");
    // A place where nothing can be written is told before anything is measured.
    let nowhere = run(
        folder,
        &[&usual[..], &["--report", "nowhere/gaps.md"]].concat(),
    );
    assert_eq!(nowhere.status.code(), Some(2));
    assert!(said(&nowhere).contains("--report"), "{}", said(&nowhere));
    std::fs::write(folder.join("gaps.csv"), "name,size\n1,2\n").unwrap();
    let refused = run(folder, &usual);
    assert_eq!(refused.status.code(), Some(1));
    let line = said(&refused);
    assert!(
        line.contains("gaps.csv:1: these are not the headings"),
        "{line}"
    );
    assert_eq!(line.lines().count(), 1, "{line}");
}

#[test]
fn the_gap_of_a_scenario_is_measured_and_its_expectation_stands_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let with = |more: &[&str]| {
        let usual = ["gap", "paper-year", "--paths", "2000"];
        run(folder, &[&usual[..], &SHORT, more].concat())
    };
    let json: serde_json::Value = serde_json::from_str(&printed(&with(&["--json"]))).unwrap();
    let measured = &json["measured"];
    for column in COLUMNS {
        assert!(!measured[column].is_null(), "{column}: {json}");
    }
    assert!(measured["at_once_error"].as_f64().unwrap() > 0.0);
    let expected = conditioned_gaps().expected(&year(&[]), Hedge::AtOnce);
    let told = &json["expected"]["at_once"];
    assert_eq!(
        told["middle"].as_f64(),
        expected.map(|expected| expected.middle)
    );
    let table = printed(&with(&["--threads", "1"]));
    let words = excess_words(Excess {
        share: measured["at_once"].as_f64().unwrap(),
        error: measured["at_once_error"].as_f64().unwrap(),
    });
    // The same on any number of threads.
    assert!(table.contains(&words.replace('−', "-")), "{words}: {table}");
    assert!(
        table.contains("at once") && table.contains("best rule"),
        "{table}"
    );
    let far = printed(&with(&["--set", "market.volatility=0.9"]));
    assert!(
        far.contains("beyond what it knows: volatility is 0.9"),
        "{far}"
    );
    assert_eq!(with(&["--paths", "1"]).status.code(), Some(2));
}

#[test]
fn what_is_expected_and_what_was_gained_is_told_by_the_other_commands() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let evaluate = |more: &[&str]| {
        let usual = ["evaluate", "paper-year", "--paths", "512", "--strategies"];
        let learned = ["learned", "--learned", "conditioned"];
        run(folder, &[&usual[..], &learned, more].concat())
    };
    let expected = conditioned_gaps().expected(&year(&[]), Hedge::AtOnce);
    let text = printed(&evaluate(&[]));
    let record: serde_json::Value = serde_json::from_str(&printed(&evaluate(&["--json"]))).unwrap();
    let weights = &record["strategies"][0]["weights"];
    match expected {
        Some(expected) => {
            let words = expected_words(&expected).replace('−', "-");
            let line = format!("expected to be about {words} above a training for this scenario");
            assert!(text.contains(&line), "{text}");
            assert_eq!(weights["expected"]["high"].as_f64(), Some(expected.high));
        }
        None => assert!(weights["expected"].is_null()),
    }
    // Beyond its ranges the better one is named, and nothing is expected.
    let far = evaluate(&["--set", "market.volatility=0.9"]);
    let line = said(&far);
    assert!(
        line.contains("beyond what it knows: volatility is 0.9")
            && line.contains("on 20 000 paths:"),
        "{line}"
    );
    assert!(!printed(&far).contains("expected to be"));
    // What a training gained that began with what was made.
    let from = ["train", "paper-year", "--from", "conditioned"];
    let told = printed(&run(folder, &[&from[..], &SHORT].concat()));
    assert!(
        told.contains("against what was made at once: ")
            && told.contains("on 100 000 common paths"),
        "{told}"
    );
    let fresh = printed(&run(
        folder,
        &[&["train", "paper-year"], &SHORT[..]].concat(),
    ));
    assert!(!fresh.contains("against what was made at once"), "{fresh}");
}

#[test]
fn the_whole_distribution_is_a_view_that_can_be_taken_away() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let plot = |name: &str| {
        let told = printed(&run(folder, &["plot", "gaps", "paper-year", "--out", name]));
        assert!(told.contains("How far from a training"), "{told}");
        std::fs::read(folder.join(name)).unwrap()
    };
    let svg = String::from_utf8(plot("gaps.svg")).unwrap();
    assert!(svg.contains("best rule") && svg.contains("at once"));
    assert!(plot("gaps.png").starts_with(b"\x89PNG"));
    let csv = String::from_utf8(plot("gaps.csv")).unwrap();
    let rows = csv.lines().filter(|line| !line.starts_with('#')).count();
    assert_eq!(rows, 1 + conditioned_gaps().gaps().len());
    assert!(csv.contains("# objective: rsmse"), "{csv}");
}
