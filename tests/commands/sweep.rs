//! Sweeps as a user and a scheduler meet them: the plan, shares of the work, kills at random.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::cast_possible_truncation,
    reason = "a test fails by panicking, and takes no centuries"
)]

use crate::sweeps::{TINY, command, ran, refused, results, rows, run, tables, with_tiny};
use hedgelab::sweep::{BUILT_IN, Cell, Chain, EXAMPLE, Plan, SweepError};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::process::Command;
use std::time::{Duration, Instant, SystemTime};

fn plan(text: &str) -> Plan {
    Plan::parse(text, "test", None).unwrap()
}

fn cells(chains: &[Chain]) -> Vec<Cell> {
    chains
        .iter()
        .flat_map(|chain| chain.cells.clone())
        .collect()
}

#[test]
fn chains_run_along_one_axis_and_every_cell_has_a_name_of_its_own() {
    let plan = plan(TINY);
    let chains = plan.chains().unwrap();
    let indices: Vec<Vec<usize>> = chains
        .iter()
        .map(|chain| chain.cells.iter().map(|cell| cell.index).collect())
        .collect();
    assert_eq!(indices, [[0, 1, 2], [3, 4, 5], [6, 7, 8], [9, 10, 11]]);
    for chain in &chains {
        assert_eq!(chain.cells[0].neighbour, None);
        for (before, cell) in chain.cells.iter().zip(&chain.cells[1..]) {
            assert_eq!(cell.neighbour, before.policy);
        }
    }
    let names: BTreeSet<String> = cells(&chains).iter().map(|c| c.name.to_string()).collect();
    assert_eq!(names.len(), 12);
    assert_eq!(plan.told(4), "impact 1.01, refilling 4");
    let scenario = plan.scenario(&chains[1].cells[1]).unwrap();
    assert_eq!(scenario.order_book.bid_exponent, 0.99);
    assert_eq!(scenario.order_book.bid_decay, 4.0);
    assert_eq!(scenario.training.iterations, 4);
    let first = plan.scenario(&chains[1].cells[0]).unwrap();
    assert_eq!(first.training.iterations, 6);
}

#[test]
fn a_chain_along_the_first_axis_strides_over_the_others() {
    let across = TINY.replace("along: \"refilling\"", "along: \"impact\"");
    let chains = plan(&across).chains().unwrap();
    let indices: Vec<Vec<usize>> = chains
        .iter()
        .map(|chain| chain.cells.iter().map(|cell| cell.index).collect())
        .collect();
    assert_eq!(indices, [[0, 3, 6, 9], [1, 4, 7, 10], [2, 5, 8, 11]]);
}

#[test]
fn names_change_with_what_makes_the_numbers_and_with_nothing_else() {
    let named = |text: &str| cells(&plan(text).chains().unwrap());
    let before = named(TINY);
    let same = |text: String| named(&text) == before;
    assert!(same(TINY.replace("\"Tiny\"", "\"Called otherwise\"")));
    assert!(same(
        TINY.replace("name: \"impact\"", "name: \"steepness\"")
    ));
    let networks_alone = |text: String| {
        let now = named(&text);
        let pairs = || now.iter().zip(&before);
        pairs().all(|(now, before)| now.name != before.name)
            && pairs().all(|(now, before)| now.policy == before.policy)
    };
    // Other figures train no other network.
    assert!(networks_alone(TINY.replace("turnover]", "cvar95]")));
    assert!(networks_alone(TINY.replace("paths: 256", "paths: 512")));
    assert!(networks_alone(TINY.replace("seed: 7", "seed: 8")));
    assert!(networks_alone(
        TINY.replace("[delta, learned]", "[leland, learned]")
    ));
    assert!(networks_alone(
        TINY.replace("position: 0.5", "position: 0.4")
    ));
    // Another training of the first cell is another start of the second.
    let longer = named(&TINY.replace("first_iterations: 6", "first_iterations: 7"));
    let mut pairs = longer.iter().zip(&before);
    assert!(pairs.all(|(now, before)| now.policy != before.policy));
}

#[test]
fn cells_that_meet_all_conditions_are_left_out_and_the_chain_goes_on() {
    let text = TINY.replace(
        "    strategies:",
        "    leave_out: [[(field: \"order_book.ask_exponent\", is: above(1.016)), \
         (field: \"order_book.ask_decay\", is: equal(4))]],\n    strategies:",
    );
    let chains = plan(&text).chains().unwrap();
    let last = &chains[3].cells;
    let indices: Vec<usize> = last.iter().map(|cell| cell.index).collect();
    assert_eq!(indices, [9, 11]);
    assert_eq!(last[1].neighbour, last[0].policy);
    assert_eq!(cells(&chains).len(), 11);
}

#[test]
fn a_spec_that_cannot_be_is_told_in_one_line_with_its_place() {
    for (from, to, told) in [
        ("version: 1", "version: 2", "version is 2; allowed: 1"),
        ("\"Tiny\"", "\"\"", "title is \"\""),
        ("paper-year", "paper-century", "paper-century"),
        (
            "\"training.batch\": \"32\"",
            "\"training.batch\": \"0\"",
            "changes.training.batch is 0",
        ),
        (
            "order_book.ask_exponent",
            "order_book.nothing",
            "axes[0].fields[0].field is \"order_book.nothing\"",
        ),
        (
            "to: 0.98, count: 4",
            "to: 0.98, count: 5",
            "5 values; allowed: 4, as many as of order_book.ask_exponent",
        ),
        ("count: 4", "count: 1", "values.linear is of 1 values"),
        ("[0, 4, inf]", "[0, 4, 4]", "\"4\" twice"),
        (
            "[0, 4, inf]",
            "[0, -4, 1]",
            "in the cell of impact 1.005, refilling -4, order_book.ask_decay is",
        ),
        (
            "name: \"refilling\"",
            "name: \"impact\"",
            "axes[1].name is \"impact\"",
        ),
        (
            "order_book.bid_decay",
            "order_book.ask_decay",
            "axes[1].fields[1].field is order_book.ask_decay",
        ),
        (
            "along: \"refilling\"",
            "along: \"time\"",
            "start.along is \"time\"; allowed: the name of an axis: impact, refilling",
        ),
        (
            "neighbours(along: \"refilling\")",
            "nothing",
            "training.first_iterations is given",
        ),
        (
            ", iterations: 4",
            ", iterations: 0",
            "training.iterations is 0",
        ),
        ("[delta, learned]", "[]", "strategies is empty"),
        (
            "[delta, learned]",
            "[delta, delta]",
            "strategies is not each once",
        ),
        ("turnover]", "turnovers]", "turnovers"),
        ("paths: 256", "paths: 1", "paths is 1; allowed: 2 to"),
        (
            "moneyness(1.0)",
            "moneyness(0.0)",
            "probes[0].price.moneyness is 0",
        ),
        (
            "date: last",
            "date: number(12)",
            "probe \"pin-risk\".date is 12; allowed: 0 to 11",
        ),
        (
            "position: 0.5",
            "position: 0.5, since: last",
            "probe \"pin-risk\".since is 11; allowed: a date before that of the probe, which is 11",
        ),
        ("seed: 7", "sead: 7", "sead"),
    ] {
        assert!(TINY.contains(from), "{from}");
        let text = TINY.replacen(from, to, 1);
        let read = Plan::parse(&text, "test", None).and_then(|plan| plan.chains());
        let wrong = read.unwrap_err().to_string();
        assert!(wrong.contains(told), "{told}: {wrong}");
        assert!(
            wrong.starts_with("test") || wrong.contains("paper-century"),
            "{wrong}"
        );
        assert_eq!(wrong.lines().count(), 1, "{wrong}");
    }
}

#[test]
fn the_example_is_a_plan_and_reads_back_as_it_was_written() {
    let plan = plan(EXAMPLE);
    let chains = plan.chains().unwrap();
    assert_eq!(
        (plan.places(), cells(&chains).len(), chains.len()),
        (16, 15, 4)
    );
    let (spec, scenario) = plan.texts().unwrap();
    let again = Plan::reopened(&spec, &scenario, "again").unwrap();
    assert_eq!(again.chains().unwrap(), chains);
    assert_eq!(again.texts().unwrap(), (spec, scenario));
}

#[test]
fn the_sweeps_that_come_with_the_program_are_plans_and_printed_by_name() {
    let here = tempfile::tempdir().unwrap();
    for (name, text) in BUILT_IN {
        assert!(!plan(text).chains().unwrap().is_empty(), "{name}");
        assert_eq!(ran(here.path(), &format!("sweep example {name}")), text);
    }
    assert_eq!(ran(here.path(), "sweep example"), EXAMPLE);
    let told = refused(here.path(), "sweep example nothing", 2);
    assert!(
        told.contains("allowed: example, impact-and-memory"),
        "{told}"
    );
}

#[test]
fn killed_at_random_on_any_number_of_shards_it_ends_with_the_same_bytes() {
    let folder = with_tiny();
    let here = folder.path();
    let begun = Instant::now();
    ran(here, "sweep run tiny.ron --out whole --threads 2");
    // Kills fall anywhere in a run, however busy the machine is.
    let longest = (begun.elapsed().as_millis() as u64).clamp(20, 600);
    let expected = (tables(here, "whole"), results(&here.join("whole")));
    let mut chance = 12_345_u64;
    let mut random = move |below: u64| {
        chance = chance
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (chance >> 33) % below
    };
    let (mut kills, mut round) = (0, 0);
    while kills < 50 || round < 3 {
        let shards = [1, 2, 8][round % 3];
        let out = format!("round-{round}");
        let mut left: Vec<u64> = (1..=shards).collect();
        while !left.is_empty() {
            let at = usize::try_from(random(left.len() as u64)).unwrap();
            let shard = left[at];
            let line =
                format!("sweep run tiny.ron --out {out} --shard {shard}/{shards} --threads 1");
            let mut child = command(here, &line).spawn().unwrap();
            if kills < 50 {
                std::thread::sleep(Duration::from_millis(random(longest)));
                if child.try_wait().unwrap().is_none() {
                    child.kill().unwrap();
                    kills += 1;
                }
            }
            let status = child.wait().unwrap();
            if status.success() {
                left.remove(at);
            }
        }
        let found = (tables(here, &out), results(&here.join(&out)));
        assert!(found == expected, "round {round}, {shards} shards");
        round += 1;
    }
}

#[test]
fn several_at_once_in_one_folder_end_with_the_same_bytes() {
    let folder = with_tiny();
    let here = folder.path();
    ran(here, "sweep run tiny.ron --out whole");
    let line = "sweep run tiny.ron --out shared --threads 1";
    let shards = [
        format!("{line} --shard 2/2"),
        format!("{line} --shard 1/2"),
        line.into(),
    ];
    let children: Vec<_> = shards
        .iter()
        .map(|line| command(here, line).spawn().unwrap())
        .collect();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    assert!(tables(here, "whole") == tables(here, "shared"));
    assert!(results(&here.join("whole")) == results(&here.join("shared")));
}

#[test]
fn the_environment_says_which_share_it_is() {
    let folder = with_tiny();
    let here = folder.path();
    let with = |variables: &[(&str, &str)], line: &str| {
        let mut command = command(here, line);
        command.envs(variables.iter().copied());
        command.output().unwrap()
    };
    let slurm = [
        ("SLURM_ARRAY_TASK_ID", "5"),
        ("SLURM_ARRAY_TASK_COUNT", "2"),
        ("SLURM_ARRAY_TASK_MIN", "4"),
    ];
    let line = "sweep run tiny.ron --out out --progress none";
    let output = with(&slurm, line);
    assert!(output.status.success());
    let note = String::from_utf8(output.stderr).unwrap();
    assert!(note.contains("share 2/2"), "{note}");
    let job = [("JOB_COMPLETION_INDEX", "0")];
    assert_eq!(with(&job, line).status.code(), Some(2));
    assert!(with(&job, &format!("{line} --shards 2")).status.success());
    tables(here, "out");
    // What is typed counts more than the environment.
    let typed = with(
        &slurm,
        "sweep run tiny.ron --out typed --shard 1/4 --progress none",
    );
    assert!(typed.status.success() && typed.stderr.is_empty());
    assert_eq!(rows(&here.join("typed")), 3);
    refused(here, "sweep run tiny.ron --out out --shard 3/2", 2);
    refused(here, "sweep run tiny.ron --out out --shards 2", 2);
}

#[test]
fn another_spec_takes_the_folder_only_where_that_is_said_and_keeps_what_both_have() {
    let folder = with_tiny();
    let here = folder.path();
    ran(here, "sweep run tiny.ron --out out");
    let before = results(&here.join("out"));
    fs::write(
        here.join("more.ron"),
        TINY.replace("[0, 4, inf]", "[0, 4, inf, 9]"),
    )
    .unwrap();
    let told = refused(here, "sweep run more.ron --out out", 2);
    assert!(
        told.contains("another spec") && told.contains("--extend"),
        "{told}"
    );
    let said = ran(here, "sweep run more.ron --out out --extend");
    assert!(
        said.contains("16 cells are there, 12 of them from before"),
        "{said}"
    );
    let after = results(&here.join("out"));
    assert!(before.iter().all(|one| after.contains(one)));
    fs::write(
        here.join("wrong.ron"),
        TINY.replace("version: 1", "version: 9"),
    )
    .unwrap();
    refused(here, "sweep run wrong.ron --out out", 2);
    refused(here, "sweep run missing.ron --out out", 2);
    let told = refused(here, "sweep run tiny.ron --out more.ron", 2);
    assert!(told.contains("is a file; allowed: a folder"), "{told}");
}

#[test]
fn asked_to_terminate_it_ends_with_75_and_goes_on_later() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let long = TINY.replace("iterations: 4", "iterations: 300000");
    fs::write(here.join("long.ron"), long).unwrap();
    for signal in ["TERM", "INT"] {
        let mut child = command(
            here,
            "sweep run long.ron --out out --threads 2 --progress json",
        );
        let mut child = child.spawn().unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut said = String::new();
        output.read_line(&mut said).unwrap();
        // Two cells are quick; all others take minutes.
        let begun = Instant::now();
        while rows(&here.join("out")) < 2 {
            assert!(begun.elapsed() < Duration::from_mins(1));
            std::thread::sleep(Duration::from_millis(20));
        }
        let mut kill = Command::new("kill");
        kill.args([&format!("-{signal}"), &child.id().to_string()]);
        assert!(kill.status().unwrap().success());
        output.read_to_string(&mut said).unwrap();
        let ended = child.wait_with_output().unwrap();
        let complaint = String::from_utf8(ended.stderr).unwrap();
        assert_eq!(ended.status.code(), Some(75), "{signal}: {complaint}");
        assert!(
            complaint.contains("the same command goes on"),
            "{complaint}"
        );
        let lines: Vec<Value> = said
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        assert_eq!(lines[0]["event"], "begin");
        assert_eq!(lines[0]["cells"], 12);
        let last = lines.last().unwrap();
        assert_eq!(
            (&last["event"], &last["stopped"]),
            (&"end".into(), &true.into())
        );
        for name in fs::read_dir(here.join("out/networks")).unwrap() {
            let name = name.unwrap().file_name().to_string_lossy().into_owned();
            assert!(!name.starts_with('.'), "{name} was left");
        }
        if signal == "TERM" {
            let status: Value =
                serde_json::from_str(&ran(here, "sweep status out --json")).unwrap();
            assert_eq!(
                (&status["cells"], &status["there"]),
                (&12.into(), &2.into())
            );
        }
    }
}

#[test]
fn what_killed_programs_left_is_swept_up_and_what_is_being_written_is_not() {
    let folder = with_tiny();
    let here = folder.path();
    ran(here, "sweep run tiny.ron --out out --shard 1/4");
    let (old, new) = (
        here.join("out/rows/.hedgelab-old"),
        here.join("out/rows/.hedgelab-new"),
    );
    fs::write(&old, b"half").unwrap();
    fs::write(&new, b"half").unwrap();
    let file = fs::File::options().write(true).open(&old).unwrap();
    file.set_modified(SystemTime::now() - Duration::from_hours(1))
        .unwrap();
    ran(here, "sweep run tiny.ron --out out --shard 1/4");
    assert!(!old.exists() && new.exists());
}

#[test]
fn a_cell_that_cannot_be_trained_is_told_and_the_others_go_on() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    // The first would take more memory than any machine is asked for.
    let text = r#"(
        version: 1, title: "Large and small", preset: "paper-year",
        changes: {"training.hidden": "64,64", "training.validation_paths": "64"},
        axes: [
            (name: "batch", fields: [(field: "training.batch", values: list([1000000, 32]))]),
            (name: "dates", fields: [(field: "steps", values: list([252]))]),
        ],
        strategies: [learned], training: (iterations: 2), measures: [rsmse], paths: 64, seed: 1,
    )"#;
    fs::write(here.join("odd.ron"), text).unwrap();
    let output = run(
        here,
        "sweep run odd.ron --out out --threads 1 --progress none",
    );
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(
        said.contains("batch 1e6, dates 252: training would take about"),
        "{said}"
    );
    assert_eq!(rows(&here.join("out")), 1);
}

#[test]
fn a_plan_error_is_one_of_the_spec() {
    let wrong = Plan::parse("", "empty.ron", None).unwrap_err();
    assert!(matches!(wrong, SweepError::Spec(_)));
    assert!(wrong.to_string().contains("is empty; a sweep starts like"));
}
