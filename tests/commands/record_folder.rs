//! A run as a folder: written, shown and computed anew by other processes, damaged, killed, without room.

#![cfg(unix)]

use hedgelab::market::Sampling;
use hedgelab::outcome::{Estimate, Sample, Statistics, Tally};
use hedgelab::policy::Identity;
use hedgelab::record::{ErrorsReader, Listed, MANIFEST, Manifest, RecordFolder};
use hedgelab::scenario::Strategy;
use hedgelab::simulate::{baselines, errors_of};
use hedgelab::units::ContentHash;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::RowAccessor;
use serde_json::Value;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

const RUN: &str = "evaluate paper-year --paths 5000 --strategies delta,soft_band,learned --money \
    --errors --ledgers representatives --record r";

fn run(folder: &Path, line: &str) -> Output {
    Command::new(env!("CARGO_BIN_EXE_hedgelab"))
        .current_dir(folder)
        .env("HEDGELAB_CONFIG_DIR", folder.join("settings"))
        .args(line.split_whitespace())
        .output()
        .unwrap()
}

/// What a command prints; it succeeds.
fn ran(folder: &Path, line: &str) -> String {
    let output = run(folder, line);
    let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{line}: {complaint}");
    String::from_utf8(output.stdout).unwrap()
}

/// What a command complains of, with its exit code; it complains in one line.
fn refused(folder: &Path, line: &str) -> (i32, String) {
    let output = run(folder, line);
    let complaint = String::from_utf8(output.stderr).unwrap();
    assert_eq!(complaint.lines().count(), 1, "{line}: {complaint}");
    (output.status.code().unwrap(), complaint)
}

fn files_in(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(files_in(&path));
        } else {
            files.push((path.clone(), fs::read(&path).unwrap()));
        }
    }
    files.sort();
    files
}

/// The tables without the line that says how long the run took and the one that says how to replay.
fn tables(text: &str) -> Vec<&str> {
    let aside =
        |line: &&str| !line.contains(" steps, seed ") && !line.starts_with("Paths to replay");
    text.lines().filter(aside).collect()
}

#[test]
fn what_was_recorded_is_shown_again_and_comes_out_the_same_in_another_process() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let printed = ran(here, RUN);
    assert_eq!(tables(&ran(here, "open r")), tables(&printed));
    let json = ran(here, "open r --json");
    let told: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(told["paths"], 5000);
    let verdict: Value = serde_json::from_str(&ran(here, "verify r --json")).unwrap();
    assert_eq!(
        (&verdict["same"], &verdict["errors"]),
        (&true.into(), &5000.into())
    );
    assert!(verdict["figures"].as_u64().unwrap() > 150, "{verdict}");
    assert!(verdict["ledgers"].as_u64().unwrap() >= 10, "{verdict}");
    assert!(ran(here, "verify r --threads 3").contains("the same, bit for bit"));
    // The same as evaluate prints, to the last digit.
    let again =
        "evaluate paper-year --paths 5000 --strategies delta,soft_band,learned --money --json";
    let mut again: Value = serde_json::from_str(&ran(here, again)).unwrap();
    again["seconds"] = told["seconds"].clone();
    assert_eq!(again, told);
}

#[test]
fn a_record_stands_for_its_preset_and_its_weights() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    ran(
        here,
        "evaluate paper-year --set market.volatility=0.2 --seed 7 --paths 500 --antithetic --record r",
    );
    let of_record = ran(here, "replay r --antithetic --path 3 --csv");
    let of_preset =
        "replay paper-year --set market.volatility=0.2 --seed 7 --antithetic --path 3 --csv";
    assert_eq!(of_record, ran(here, of_preset));
    assert!(of_record.contains("learned,trade"));
    let shown = ran(here, "open r");
    assert!(
        shown.contains("hedgelab replay r --antithetic --path N"),
        "{shown}"
    );
    assert!(ran(here, "open r/record.json").contains("antithetic"));
    // One that was run from a record is the same question.
    ran(here, "evaluate r --paths 500 --antithetic --record again");
    let name = |folder: &str| {
        RecordFolder::open(&here.join(folder))
            .unwrap()
            .record
            .record
    };
    assert_eq!(name("r"), name("again"));
}

#[test]
fn a_byte_that_changed_is_refused_and_its_file_named() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    ran(here, RUN);
    let files = files_in(&here.join("r"));
    assert!(files.len() > 10);
    for (place, (path, bytes)) in files.iter().enumerate() {
        let mut other = bytes.clone();
        let at = (7919 * place + 101) % other.len();
        other[at] ^= 1;
        fs::write(path, &other).unwrap();
        let name = path.strip_prefix(here).unwrap().display().to_string();
        for command in ["open r", "verify r"] {
            let (code, complaint) = refused(here, command);
            assert!(
                code == 1 && complaint.contains(&name),
                "{name}: {complaint}"
            );
            if !name.ends_with(MANIFEST) {
                let (found, wanted) = (ContentHash::of(&other), ContentHash::of(bytes));
                assert!(complaint.contains(&found.to_string()), "{complaint}");
                assert!(complaint.contains(&wanted.to_string()), "{complaint}");
            }
        }
        // One that is gone is named, too.
        fs::remove_file(path).unwrap();
        let (_, complaint) = refused(here, "open r");
        let told = complaint.contains(&name) || name.ends_with(MANIFEST);
        assert!(told, "{name}: {complaint}");
        fs::write(path, bytes).unwrap();
    }
    ran(here, "verify r");
}

#[test]
fn only_nothing_an_empty_folder_and_the_same_question_are_written_over() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let short = "evaluate paper-year --paths 200 --strategies delta --record r";
    ran(here, short);
    let first = files_in(here);
    let (code, complaint) = refused(here, &short.replace("200", "300"));
    assert!(
        code == 2 && complaint.contains("is the record"),
        "{complaint}"
    );
    fs::write(here.join("r/notes.txt"), "mine").unwrap();
    let (_, complaint) = refused(here, short);
    assert!(
        complaint.contains("notes.txt, which is not of its record"),
        "{complaint}"
    );
    fs::remove_file(here.join("r/notes.txt")).unwrap();
    assert_eq!(files_in(here), first);
    // Replaced whole: with errors, and without them again.
    ran(here, &format!("{short} --errors"));
    assert!(here.join("r/errors.parquet").exists());
    ran(here, short);
    assert!(!here.join("r/errors.parquet").exists());
    fs::create_dir(here.join("empty")).unwrap();
    ran(here, &short.replace("record r", "record empty"));
    fs::create_dir(here.join("other")).unwrap();
    fs::write(here.join("other/letter"), "").unwrap();
    let (code, complaint) = refused(here, &short.replace("record r", "record other"));
    assert!(
        code == 2 && complaint.contains("letter and is no record"),
        "{complaint}"
    );
    let (code, complaint) = refused(here, &short.replace("record r", "record other/letter"));
    assert!(code == 2 && complaint.contains("is a file"), "{complaint}");
    let (code, complaint) = refused(here, &short.replace("record r", "record no/r"));
    assert!(
        code == 2 && complaint.contains("there is no folder"),
        "{complaint}"
    );
    let (code, complaint) = refused(here, "open other");
    assert!(
        code == 1 && complaint.contains("is no record"),
        "{complaint}"
    );
    let hidden = |name: &PathBuf| name.display().to_string().contains("/.hedgelab");
    assert!(!files_in(here).iter().any(|(name, _)| hidden(name)));
}

#[test]
fn any_number_of_threads_makes_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    for threads in ["1", "8"] {
        ran(here, &format!("{RUN}{threads} --threads {threads}"));
    }
    let of = |name: &str| {
        let files = files_in(&here.join(name)).into_iter();
        let named = |(path, bytes): (PathBuf, Vec<u8>)| {
            (
                path.strip_prefix(here.join(name)).unwrap().to_owned(),
                bytes,
            )
        };
        files.map(named).collect::<Vec<_>>()
    };
    let (one, eight) = (of("r1"), of("r8"));
    assert_eq!(one.len(), eight.len());
    for ((name, one), (_, eight)) in one.iter().zip(&eight) {
        let timed = name.ends_with(MANIFEST);
        assert!(one == eight || timed, "{}", name.display());
    }
    // The manifest holds the time that it took, and nothing else differs.
    let listed = |folder: &str| {
        let folder = RecordFolder::open(&here.join(folder)).unwrap();
        folder.manifest.files
    };
    assert_eq!(listed("r1"), listed("r8"));
}

/// The same figure, to rounding where it was summed in another order.
fn close(one: Estimate, other: Estimate) -> bool {
    let near = |a: Option<f64>, b: Option<f64>| match (a, b) {
        (Some(a), Some(b)) => (a - b).abs() <= 1e-12 * b.abs().max(1.0),
        (a, b) => a == b,
    };
    near(one.value, other.value) && near(one.se, other.se)
}

#[test]
fn errors_are_read_by_a_reader_of_tables_and_have_the_figures_of_the_record() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    // More than a group of rows.
    ran(
        here,
        "evaluate paper-year --paths 140001 --strategies delta,leland --errors --record r",
    );
    let record = RecordFolder::open(&here.join("r")).unwrap();
    let file =
        SerializedFileReader::new(File::open(here.join("r/errors.parquet")).unwrap()).unwrap();
    assert_eq!(file.num_row_groups(), 2);
    let about = file.metadata().file_metadata();
    let told = about.key_value_metadata().unwrap();
    assert!(
        told.iter()
            .any(|pair| pair.key == "unit" && pair.value.as_deref() == Some("currency"))
    );
    let columns = about
        .schema_descr()
        .columns()
        .iter()
        .map(|column| column.name());
    assert_eq!(columns.collect::<Vec<_>>(), ["path", "delta", "leland"]);
    let mut errors = [Vec::new(), Vec::new()];
    for (number, row) in file.get_row_iter(None).unwrap().enumerate() {
        let row = row.unwrap();
        assert_eq!(row.get_long(0).unwrap(), i64::try_from(number).unwrap());
        for (place, errors) in errors.iter_mut().enumerate() {
            errors.push(row.get_double(place + 1).unwrap());
        }
    }
    let policies = baselines(&record.scenario, &[Strategy::Delta, Strategy::Leland]);
    for ((errors, policy), strategy) in errors.iter().zip(&policies).zip(&record.record.strategies)
    {
        let lot = hedgelab::simulate::Lot {
            scenario: &record.scenario,
            policy: policy.as_ref(),
            sampling: Sampling::evaluation(1),
            paths: 140_001,
        };
        assert!(errors_of(&[lot])[0] == *errors, "{}", policy.who());
        let mut sample = Sample::empty(Identity::from(policy.strategy()), false);
        sample.push(errors, Tally::default(), Tally::default(), Tally::default());
        let (read, told) = (Statistics::of(&sample).unwrap(), strategy.statistics);
        for (read, told) in [
            (read.mean, told.mean),
            (read.rsmse, told.rsmse),
            (read.var99, told.var99),
            (read.cvar95, told.cvar95),
            (read.excess_kurtosis, told.excess_kurtosis),
            (read.max, told.max),
        ] {
            assert!(close(read, told), "{read:?} against {told:?}");
        }
    }
    let mut own = ErrorsReader::open(File::open(here.join("r/errors.parquet")).unwrap()).unwrap();
    assert_eq!(own.names(), ["delta", "leland"]);
    assert_eq!(
        own.next_group().unwrap().unwrap()[0][..],
        errors[0][..1 << 17]
    );
}

/// Changes a file of a record as somebody would who fixes the manifest, too.
fn forge(folder: &Path, name: &str, change: impl Fn(String) -> String) {
    let path = folder.join(name);
    let text = change(fs::read_to_string(&path).unwrap());
    fs::write(&path, &text).unwrap();
    let manifest = Manifest::from_bytes(&fs::read(folder.join(MANIFEST)).unwrap()).unwrap();
    let mut files = manifest.files.clone();
    for listed in files.iter_mut().filter(|listed| listed.name == name) {
        *listed = Listed {
            name: name.to_owned(),
            bytes: text.len() as u64,
            sha256: ContentHash::of(text.as_bytes()),
        };
    }
    let forged = Manifest::new(manifest.record, manifest.seconds, files);
    fs::write(folder.join(MANIFEST), forged.text().unwrap()).unwrap();
}

#[test]
fn numbers_of_another_version_are_told_in_standard_errors() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    ran(here, RUN);
    let record = here.join("r");
    forge(&record, "record.json", |text| {
        text.replacen(
            &format!("hedgelab {}", env!("CARGO_PKG_VERSION")),
            "hedgelab 0.0.9",
            1,
        )
    });
    let told = ran(here, "verify r");
    assert!(
        told.contains("by hedgelab 0.0.9") && told.contains("bit for bit"),
        "{told}"
    );
    // It computed another mean, half a standard error away.
    let delta = RecordFolder::open(&record).unwrap().record.strategies[0]
        .statistics
        .mean;
    let (mean, se) = (delta.value.unwrap(), delta.se.unwrap());
    forge(&record, "record.json", |text| {
        text.replacen(&mean.to_string(), &(mean + 0.5 * se).to_string(), 1)
    });
    let output = run(here, "verify r");
    let told = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1), "{told}");
    for words in [
        "another version of the program wrote it",
        "delta mean: ",
        "0.5 standard errors apart",
    ] {
        assert!(told.contains(words), "{words}: {told}");
    }
    assert!(
        String::from_utf8(output.stderr)
            .unwrap()
            .contains("1 of its numbers")
    );
    // An error and a ledger are found as a figure is.
    let csv = fs::read_dir(record.join("paths"))
        .unwrap()
        .next()
        .unwrap()
        .unwrap();
    let name = format!("paths/{}", csv.file_name().to_str().unwrap());
    forge(&record, &name, |text| {
        text.replacen(",1000.0", ",1000.5", 1)
    });
    let json = run(here, "verify r --json").stdout;
    let verdict: Value = serde_json::from_slice(&json).unwrap();
    let of_ledger = &verdict["differences"][1];
    assert!(
        of_ledger["what"]
            .as_str()
            .unwrap()
            .starts_with("ledger of path"),
        "{verdict}"
    );
    assert_eq!(
        (&of_ledger["recorded"], &of_ledger["now"]),
        (&1000.5.into(), &1000.0.into())
    );
    // Another question is no other version.
    forge(&record, "record.json", |text| {
        text.replacen("\"seed\": 1,", "\"seed\": 2,", 2)
    });
    let (_, complaint) = refused(here, "open r");
    assert!(
        complaint.contains("record.json") && complaint.contains("it was changed"),
        "{complaint}"
    );
}

#[test]
fn a_run_that_was_broken_off_is_recorded_and_verified_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let long = "evaluate paper-year --paths 100000000 --strategies delta --record r";
    let child = Command::new(env!("CARGO_BIN_EXE_hedgelab"))
        .current_dir(here)
        .args(long.split_whitespace())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    std::thread::sleep(Duration::from_millis(400));
    let id = child.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-INT", &id])
            .status()
            .unwrap()
            .success()
    );
    assert!(child.wait_with_output().unwrap().status.success());
    let record = RecordFolder::open(&here.join("r")).unwrap().record;
    assert!(record.paths > 0 && record.paths < record.wanted);
    assert!(ran(here, "verify r --threads 5").contains("bit for bit"));
}

#[test]
fn killed_at_random_moments_the_record_is_the_old_one_or_the_new_one() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let run = "evaluate paper-day --paths 3000 --strategies delta,learned --record r --errors";
    ran(here, run);
    let mut random = 12_345_u64;
    let mut with_ledgers = 0;
    for kill in 0..100 {
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        let other = if kill % 2 == 0 {
            " --ledgers 1,2,3"
        } else {
            ""
        };
        let mut child = Command::new(env!("CARGO_BIN_EXE_hedgelab"))
            .current_dir(here)
            .args(format!("{run}{other}").split_whitespace())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_micros((random >> 33) % 60_000));
        let _gone = child.kill();
        child.wait().unwrap();
        let record = RecordFolder::open(&here.join("r")).unwrap();
        assert!([0, 3].contains(&record.ledgers().len()), "kill {kill}");
        with_ledgers += usize::from(!record.ledgers().is_empty());
    }
    assert!(
        (1..100).contains(&with_ledgers),
        "{with_ledgers} of 100 have ledgers"
    );
    ran(here, run);
    ran(here, "verify r");
    // Killed between the two renames, which is a moment too short to be met by chance.
    let whole = files_in(&here.join("r"));
    for again in ["open r", "verify r/record.json", "replay r --path 3", run] {
        fs::rename(here.join("r"), here.join(".hedgelab-before-r")).unwrap();
        ran(here, again);
        assert!(!here.join(".hedgelab-before-r").exists(), "{again}");
        assert_eq!(files_in(&here.join("r")).len(), whole.len(), "{again}");
    }
}

#[test]
fn a_full_disk_leaves_the_record_as_it_was_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    ran(here, RUN);
    let before = files_in(here);
    // A limit on the size of written files stands for the full disk; its signal is ignored.
    for blocks in [0, 1, 8, 40] {
        let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
        let output = Command::new("sh")
            .current_dir(here)
            .args(["-c", &script, env!("CARGO_BIN_EXE_hedgelab")])
            .args(RUN.split_whitespace())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .output()
            .unwrap();
        let complaint = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{blocks}: {complaint}");
        assert!(complaint.contains("r/"), "{blocks}: {complaint}");
        assert_eq!(files_in(here), before, "{blocks}");
    }
}
