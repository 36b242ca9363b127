//! The commands about training as a user meets them, interruptions and full disks included.

#![cfg(unix)]

use crate::program::{command, ran_quietly, refused};
use hedgelab::training::Checkpoint;
use serde_json::Value;
use std::fs;
use std::process::{Child, Command};
use std::time::Duration;

const QUICK: &str =
    "--set training.validation_paths=2000 --set training.batch=128 --set training.hidden=8,8";

#[test]
fn trained_weights_go_into_evaluate_replay_and_position() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let report = ran_quietly(
        here,
        &format!("train paper-year --iterations 200 --out w.safetensors --json {QUICK}"),
    );
    let report: Value = serde_json::from_str(&report).unwrap();
    assert_eq!(report["ending"], "finished");
    assert_eq!(report["iteration"], 200);
    assert_eq!(report["paths"], 200 * 128);
    assert_eq!(report["rollout"], "kernel");
    assert_eq!(report["out"], "w.safetensors");
    assert!(report["kept"]["objective"].as_f64() < report["leland"].as_f64());
    assert!(report["leland"].as_f64() < report["delta"].as_f64());
    assert!(report["history"].as_array().unwrap().len() > 1);

    let evaluated = ran_quietly(
        here,
        "evaluate paper-year --paths 5000 --weights w.safetensors --json",
    );
    let evaluated: Value = serde_json::from_str(&evaluated).unwrap();
    let names: Vec<_> = evaluated["strategies"].as_array().unwrap().iter().collect();
    let names: Vec<_> = names.iter().map(|s| s["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["delta", "leland", "w"]);
    let rsmse = |i: usize| {
        evaluated["strategies"][i]["rsmse"]["value"]
            .as_f64()
            .unwrap()
    };
    assert!(rsmse(2) < rsmse(1));

    let replayed = ran_quietly(
        here,
        "replay paper-year --path 3 --strategies learned,delta --weights w.safetensors --json",
    );
    let replayed: Value = serde_json::from_str(&replayed).unwrap();
    let line = &replayed["strategies"][0]["ledger"][4];
    let columns = ["step", "spot", "position_before", "value_before"];
    let mut cells: Vec<String> = columns.iter().map(|c| line[c].to_string()).collect();
    cells.push(line["memory_before"]["ask"].to_string());
    cells.push(line["memory_before"]["bid"].to_string());
    let states = format!(
        "step,spot,position,value,ask_memory,bid_memory\n{}\n",
        cells.join(",")
    );
    fs::write(here.join("states.csv"), states).unwrap();
    let positions = ran_quietly(
        here,
        "position paper-year --weights w.safetensors --states states.csv",
    );
    let mut reader = csv::Reader::from_reader(positions.as_bytes());
    let heading: Vec<String> = reader.headers().unwrap().iter().map(String::from).collect();
    assert_eq!(heading[6..], ["delta", "leland", "w"]);
    let row = reader.records().next().unwrap().unwrap();
    let learned: f64 = row[8].parse().unwrap();
    assert!((learned - line["target"].as_f64().unwrap()).abs() < 1e-12);
}

#[test]
fn a_training_in_two_parts_is_the_training_in_one() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let train = |more: &str| ran_quietly(here, &format!("train paper-year {QUICK} {more}"));
    train("--iterations 60 --out whole.safetensors --threads 2");
    let bytes = |name: &str| fs::read(here.join(name)).unwrap();
    train("--iterations 60 --out again.safetensors --threads 1");
    assert_eq!(bytes("whole.safetensors"), bytes("again.safetensors"));
    let note = ran_quietly(
        here,
        &format!("train paper-year {QUICK} --resume whole.safetensors --iterations 90 --json"),
    );
    let note: Value = serde_json::from_str(&note).unwrap();
    assert_eq!(note["iteration"], 90);
    let other = "train paper-month --resume whole.safetensors";
    assert!(refused(here, other, 2).contains("another scenario"));
}

#[test]
fn a_training_that_ctrl_c_stopped_ends_in_the_same_file_as_one_that_was_not() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let line = |out: &str| format!("train paper-year {QUICK} --iterations 20000 --out {out}");
    let mut stopped = 0;
    for wait in [300, 200, 400, 600] {
        let _old = fs::remove_file(here.join("part.safetensors"));
        let child = command(here, &line("part.safetensors")).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(wait));
        signal(&child, "-INT");
        let _ended = child.wait_with_output().unwrap();
        let part = Checkpoint::read(&here.join("part.safetensors")).ok();
        let Some(training) = part.and_then(|part| part.training) else {
            continue;
        };
        if training.iteration > 0 && training.iteration < 20_000 {
            stopped += 1;
            break;
        }
    }
    assert_eq!(stopped, 1, "it was never stopped half-way");
    let resume = "train paper-year --resume part.safetensors --out part.safetensors";
    ran_quietly(here, &format!("{resume} {QUICK}"));
    ran_quietly(here, &line("whole.safetensors"));
    let bytes = |name: &str| fs::read(here.join(name)).unwrap();
    assert!(bytes("part.safetensors") == bytes("whole.safetensors"));
}

#[test]
fn a_resumed_training_by_the_clock_ends() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let line = format!("train paper-year {QUICK} --seconds 1000 --patience 1 --out w.safetensors");
    ran_quietly(here, &line);
    let mut saved = Checkpoint::read(&here.join("w.safetensors")).unwrap();
    // Most of the time has passed.
    saved.training.as_mut().unwrap().share = Some(0.9999);
    saved.write(&here.join("w.safetensors")).unwrap();
    let resumed = format!("train paper-year {QUICK} --resume w.safetensors --json");
    let report: Value = serde_json::from_str(&ran_quietly(here, &resumed)).unwrap();
    assert_eq!(report["ending"], "finished");
    assert_eq!(report["share"], 1.0);
    let rate = report["learning_rate"].as_f64().unwrap();
    let last = report["scenario"]["training"]["final_learning_rate"].as_f64();
    assert!((rate - last.unwrap()).abs() < 1e-15);
}

#[test]
fn ctrl_c_breaks_off_a_long_preparation_and_leaves_the_old_file() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    ran_quietly(
        here,
        &format!("train paper-year --iterations 2 --out w.safetensors {QUICK}"),
    );
    let before = fs::read(here.join("w.safetensors")).unwrap();
    let line = "train paper-year --set steps=20000 --set training.validation_paths=1000000 --out w.safetensors";
    let child = command(here, line).spawn().unwrap();
    std::thread::sleep(Duration::from_millis(300));
    signal(&child, "-INT");
    let output = child.wait_with_output().unwrap();
    let complaint = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{complaint}");
    assert!(complaint.contains("stopped while preparing"), "{complaint}");
    assert_eq!(complaint.lines().count(), 1, "{complaint}");
    assert_eq!(fs::read(here.join("w.safetensors")).unwrap(), before);
}

#[test]
fn a_short_time_on_long_paths_still_trains() {
    let folder = tempfile::tempdir().unwrap();
    let line = format!(
        "train paper-year {QUICK} --set steps=1000 --set training.validation_paths=30000 --seconds 0.2 --json"
    );
    let report: Value = serde_json::from_str(&ran_quietly(folder.path(), &line)).unwrap();
    assert!(report["iteration"].as_u64() > Some(0));
}

#[test]
fn memory_is_asked_for_before_it_is_spent() {
    let folder = tempfile::tempdir().unwrap();
    // Beyond single precision, so that the reference trains it.
    let large = "train paper-year --set contract.shares=1e11 --set order_book.depth=1e11";
    let line = format!("{large} --set training.batch=1000000 --iterations 1");
    let complaint = refused(folder.path(), &line, 2);
    assert!(complaint.contains("GB of memory; allowed: "), "{complaint}");
    let (_, batch) = complaint.split_once("batch of at most ").unwrap();
    let batch: u64 = batch.split(' ').next().unwrap().parse().unwrap();
    assert!((1000..1_000_000).contains(&batch), "{complaint}");
    let hidden = "train paper-year --set steps=100000 --set training.hidden=512,512,512,512";
    assert!(refused(folder.path(), hidden, 2).contains("training.hidden or steps smaller"));
}

#[test]
fn what_is_wrong_is_said_in_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    fs::write(here.join("no.safetensors"), "not weights").unwrap();
    assert!(refused(here, "evaluate paper-year --weights no.safetensors", 1).contains("no policy"));
    let absent = "train paper-year --from absent.safetensors";
    assert!(refused(here, absent, 1).contains("absent.safetensors"));
    let none = refused(here, "evaluate paper-network --strategies learned", 2);
    assert!(none.contains("--weights"), "{none}");
    assert!(refused(here, "train paper-year --seconds 0", 2).contains("above 0"));
    for (row, wrong) in [
        ("12,1000,0,75,0,0", "allowed: 0 to 11"),
        ("1,-5,0,75,0,0", "spot is -5"),
        ("1,1000,0,75,-1,0", "ask_memory is -1"),
        ("1,nan,0,75,0,0", "spot is NaN"),
    ] {
        let text = format!("step,spot,position,value,ask_memory,bid_memory\n{row}\n");
        fs::write(here.join("s.csv"), text).unwrap();
        let complaint = refused(here, "position paper-year --states s.csv", 1);
        assert!(complaint.contains(wrong), "{complaint}");
        assert!(complaint.contains("s.csv:2"), "{complaint}");
    }
    fs::write(here.join("s.csv"), "step,spot\n1,1000\n").unwrap();
    let complaint = refused(here, "position paper-year --states s.csv", 1);
    assert!(complaint.contains("no column position"), "{complaint}");
}

#[test]
fn a_full_disk_leaves_the_old_file_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let train = format!("train paper-year --iterations 5 --out w.safetensors {QUICK}");
    ran_quietly(here, &train);
    let old = fs::read(here.join("w.safetensors")).unwrap();
    // A limit on the size of written files stands for the full disk; its signal is ignored.
    let script = "trap '' XFSZ; ulimit -f 4; exec \"$0\" \"$@\"";
    let output = Command::new("sh")
        .current_dir(here)
        .args(["-c", script, env!("CARGO_BIN_EXE_hedgelab")])
        .args(train.replace("5 --out", "6 --out").split_whitespace())
        .output()
        .unwrap();
    let complaint = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{complaint}");
    assert!(complaint.contains("w.safetensors"), "{complaint}");
    assert_eq!(fs::read(here.join("w.safetensors")).unwrap(), old);
    assert_eq!(fs::read_dir(here).unwrap().count(), 1, "a draft is left");
}

fn signal(child: &Child, name: &str) {
    let id = child.id().to_string();
    let sent = Command::new("kill").args([name, &id]).status().unwrap();
    assert!(sent.success());
}

#[test]
fn ctrl_c_stops_and_saves_in_every_phase() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    for wait in [30, 60, 120, 250, 500, 900] {
        let out = format!("w{wait}.safetensors");
        let line = format!("train paper-year --seconds 100 --json --out {out} {QUICK}");
        let child = command(here, &line).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(wait));
        signal(&child, "-INT");
        let output = child.wait_with_output().unwrap();
        let path = here.join(&out);
        if output.status.code().is_none() {
            // Before the program had begun; nothing had been saved, so nothing is lost.
            assert!(wait <= 500 && !path.exists());
            continue;
        }
        if output.status.code() == Some(1) {
            let complaint = String::from_utf8(output.stderr).unwrap();
            assert!(complaint.contains("stopped while preparing"), "{complaint}");
            assert!(!path.exists());
            continue;
        }
        assert_eq!(output.status.code(), Some(0));
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(report["ending"], "stopped");
        let saved = Checkpoint::read(&path).unwrap();
        let iterations = saved.training.unwrap().iteration;
        assert_eq!(report["iteration"], iterations);
    }
}

#[test]
fn killed_at_any_moment_the_file_is_whole() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let line = format!("train paper-year --iterations 20 --out w.safetensors {QUICK}");
    ran_quietly(here, &line);
    for wait in 0..25 {
        let child = command(here, &line).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(2 * wait));
        signal(&child, "-KILL");
        let _killed = child.wait_with_output().unwrap();
        assert!(Checkpoint::read(&here.join("w.safetensors")).is_ok());
    }
}
