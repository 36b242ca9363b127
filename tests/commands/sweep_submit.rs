//! Sweeps handed over to engines: what is written for each, read as the engine reads it, and what it makes of what
//! becomes of a task. `e2e/engines.sh` does the same with a real Slurm and GNU parallel.

#![cfg(unix)]

use crate::sweeps::{TINY, command, ran, refused, results, run, tables, with_tiny};
use k8s_openapi::api::batch::v1::Job;
use k8s_openapi::api::core::v1::ConfigMap;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};

const KUBERNETES: &str = "sweep submit tiny.ron --out sweeps/tiny --kubernetes --image registry/hedgelab:0.1 --claim results --shards 3 --limit 30";

/// A record of the API, which knows every field that the text has.
fn typed<T: DeserializeOwned + serde::Serialize>(value: &Value) -> T {
    let read: T = serde_json::from_value(value.clone()).unwrap();
    // What the types do not know is lost on the way.
    assert_eq!(&serde_json::to_value(&read).unwrap(), value);
    read
}

/// Both documents of a manifest.
fn manifest(text: &str) -> (ConfigMap, Job) {
    let documents = serde_yaml_ng::Deserializer::from_str(text);
    let documents: Vec<Value> = documents
        .map(|document| Value::deserialize(document).unwrap())
        .collect();
    assert_eq!(documents.len(), 2, "{text}");
    (typed(&documents[0]), typed(&documents[1]))
}

/// A program of that name in `here/bin`, as a script.
fn pretend(here: &Path, name: &str, script: &str) {
    let folder = here.join("bin");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join(name), format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(folder.join(name), fs::Permissions::from_mode(0o755)).unwrap();
}

/// Runs the program where these programs are found before the system's.
fn with_bin(here: &Path, line: &str) -> Output {
    let mut command = command(here, line);
    let path = format!("{}:/usr/bin:/bin", here.join("bin").display());
    command.env("PATH", path).output().unwrap()
}

#[test]
fn the_indexed_job_is_one_that_kubernetes_knows() {
    let folder = with_tiny();
    let here = folder.path();
    let (map, job) = manifest(&ran(here, KUBERNETES));
    assert_eq!(map.metadata.name.as_deref(), Some("sweep-tiny"));
    let spec = job.spec.unwrap();
    assert_eq!(spec.completion_mode.as_deref(), Some("Indexed"));
    assert_eq!((spec.completions, spec.parallelism), (Some(3), Some(3)));
    assert_eq!(spec.backoff_limit_per_index, Some(3));
    let pod = spec.template.spec.unwrap();
    // Policies for failures are allowed with this alone.
    assert_eq!(pod.restart_policy.as_deref(), Some("Never"));
    assert_eq!(pod.active_deadline_seconds, Some(1800));
    let container = &pod.containers[0];
    assert_eq!(container.image.as_deref(), Some("registry/hedgelab:0.1"));
    let rules = spec.pod_failure_policy.unwrap().rules;
    let of_code = |code: i32| {
        let rule = rules.iter().find(|rule| {
            let codes = rule.on_exit_codes.as_ref();
            codes.is_some_and(|codes| codes.operator == "In" && codes.values.contains(&code))
        });
        let codes = rule?.on_exit_codes.as_ref().unwrap();
        assert_eq!(codes.container_name.as_ref(), Some(&container.name));
        Some(rule?.action.as_str())
    };
    assert_eq!(of_code(2), Some("FailIndex"));
    assert_eq!(of_code(75), Some("Ignore"));
    assert_eq!(of_code(1), None);
    let disrupted = rules
        .iter()
        .find(|rule| rule.on_pod_conditions.is_some())
        .unwrap();
    let condition = &disrupted.on_pod_conditions.as_ref().unwrap()[0];
    assert_eq!(disrupted.action, "Ignore");
    assert_eq!(
        (condition.type_.as_str(), condition.status.as_str()),
        ("DisruptionTarget", "True")
    );
    // Every volume that is mounted is there.
    let volumes: Vec<String> = pod.volumes.unwrap().into_iter().map(|v| v.name).collect();
    for mount in container.volume_mounts.as_ref().unwrap() {
        assert!(volumes.contains(&mount.name), "{}", mount.name);
    }
    // A field that the API does not have would be noticed.
    let text = ran(here, KUBERNETES).replace("parallelism", "paralelism");
    assert!(std::panic::catch_unwind(|| manifest(&text)).is_err());
}

#[test]
fn what_the_indexed_job_starts_is_the_sweep_share_by_share() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    // With a preset of one's own, which is not in the image.
    let shown = ran(here, "presets show paper-year");
    fs::write(
        here.join("mine.ron"),
        shown.replace("one year", "a year of ours"),
    )
    .unwrap();
    fs::write(
        here.join("tiny.ron"),
        TINY.replace("paper-year", "mine.ron"),
    )
    .unwrap();
    ran(here, "sweep run tiny.ron --out whole");
    let (map, job) = manifest(&ran(here, KUBERNETES));
    let inside = here.join("container");
    fs::create_dir_all(inside.join("sweep")).unwrap();
    for (name, text) in map.data.unwrap() {
        fs::write(inside.join("sweep").join(name), text).unwrap();
    }
    let spec = job.spec.unwrap();
    let pod = spec.template.spec.unwrap();
    let container = &pod.containers[0];
    assert_eq!(container.command.as_ref().unwrap(), &["hedgelab"]);
    // What is mounted at the root of a container lies in a folder here.
    let arguments = container.args.as_ref().unwrap().iter();
    let arguments: Vec<String> = arguments
        .map(|word| match word.strip_prefix('/') {
            Some(below) => inside.join(below).display().to_string(),
            None => word.clone(),
        })
        .collect();
    let task = |index: i32| {
        let mut command = command(here, "");
        command.args(&arguments);
        command.env("JOB_COMPLETION_INDEX", index.to_string());
        command.output().unwrap()
    };
    let shares = spec.completions.unwrap();
    for index in (0..shares).rev() {
        let ended = task(index);
        assert!(
            ended.status.success(),
            "{}",
            String::from_utf8_lossy(&ended.stderr)
        );
    }
    assert_eq!(task(shares).status.code(), Some(2));
    let there = "container/results/sweeps/tiny";
    assert!(results(&here.join(there)) == results(&here.join("whole")));
}

#[test]
fn an_indexed_job_with_an_object_storage_needs_no_volume() {
    let folder = with_tiny();
    let here = folder.path();
    let line = "sweep submit tiny.ron --out s3://results/tiny --kubernetes --image hedgelab --shards 3 --limit 30";
    let (_, job) = manifest(&ran(
        here,
        &format!("{line} --secret storage --service-account sweeper"),
    ));
    let pod = job.spec.unwrap().template.spec.unwrap();
    assert_eq!(pod.service_account_name.as_deref(), Some("sweeper"));
    assert_eq!(pod.volumes.unwrap().len(), 1);
    let container = &pod.containers[0];
    assert_eq!(container.volume_mounts.as_ref().unwrap().len(), 1);
    let arguments = container.args.as_ref().unwrap();
    assert!(
        arguments
            .windows(2)
            .any(|pair| pair == ["--out", "s3://results/tiny"])
    );
    let from = container.env_from.as_ref().unwrap();
    let secret = from[0].secret_ref.as_ref().unwrap();
    assert_eq!(secret.name, "storage");
    let (_, job) = manifest(&ran(here, line));
    let pod = job.spec.unwrap().template.spec.unwrap();
    assert!(pod.service_account_name.is_none() && pod.containers[0].env_from.is_none());
    let told = refused(here, &format!("{line} --claim results"), 2);
    assert!(told.contains("--claim results: allowed: none"), "{told}");
}

#[cfg(feature = "object-storage")]
#[test]
fn tasks_of_slurm_and_parallel_write_to_an_address_and_print_where_they_were_submitted() {
    let folder = with_tiny();
    let here = folder.path();
    fs::create_dir(here.join("kept")).unwrap();
    let out = format!("file://{}", here.join("kept").display());
    let line = format!("sweep submit tiny.ron --out {out} --shards 2 --limit 9");
    let logs = here.canonicalize().unwrap();
    let (out, logs) = (format!("--out {out} "), format!("{}/", logs.display()));
    for (engine, log) in [("--slurm", "slurm-%A_%a.txt"), ("--local", "parallel.tsv")] {
        let job = ran(here, &format!("{line} {engine}"));
        assert!(job.contains(&out), "{job}");
        assert!(job.contains(&format!("{logs}{log}")), "{job}");
    }
    assert!(here.join("kept/sweep.ron").is_file());
}

#[test]
fn a_task_of_slurm_is_begun_again_when_it_was_stopped_or_killed_and_never_when_it_cannot_be() {
    let folder = with_tiny();
    let here = folder.path();
    ran(
        here,
        "sweep submit tiny.ron --out out --slurm --shards 4 --limit 12 --program ./worker --job job.sh",
    );
    let job = fs::read_to_string(here.join("job.sh")).unwrap();
    for line in [
        "#SBATCH --array=1-4",
        "#SBATCH --time=12",
        "#SBATCH --requeue",
        "#SBATCH --signal=B:TERM@60",
        "#SBATCH --job-name=sweep-tiny",
    ] {
        assert!(job.lines().any(|found| found == line), "{line}: {job}");
    }
    pretend(here, "scontrol", "echo \"$@\" >> requeued");
    let task = |ends: &str, restarts: &str, state: &str| {
        pretend(here, "squeue", &format!("echo {state}"));
        fs::write(here.join("worker"), format!("#!/bin/bash\n{ends}\n")).unwrap();
        fs::set_permissions(here.join("worker"), fs::Permissions::from_mode(0o755)).unwrap();
        let _none_yet = fs::remove_file(here.join("requeued"));
        let mut script = Command::new("bash");
        script.arg("job.sh").current_dir(here);
        script.env(
            "PATH",
            format!("{}:/usr/bin:/bin", here.join("bin").display()),
        );
        script
            .env("SLURM_ARRAY_JOB_ID", "17")
            .env("SLURM_ARRAY_TASK_ID", "3");
        script.env("SLURM_RESTART_COUNT", restarts);
        let code = script.output().unwrap().status.code();
        (
            code,
            fs::read_to_string(here.join("requeued")).unwrap_or_default(),
        )
    };
    let again = "requeue 17_3\n".to_owned();
    let never = String::new;
    assert_eq!(task("exit 0", "0", "RUNNING"), (Some(0), never()));
    assert_eq!(task("exit 75", "0", "RUNNING"), (Some(75), again.clone()));
    assert_eq!(task("exit 75", "50", "RUNNING"), (Some(75), never()));
    assert_eq!(
        task("kill -KILL $$", "2", "RUNNING"),
        (Some(137), again.clone())
    );
    assert_eq!(task("kill -KILL $$", "3", "RUNNING"), (Some(137), never()));
    assert_eq!(task("exit 2", "0", "RUNNING"), (Some(2), never()));
    assert_eq!(task("exit 1", "0", "RUNNING"), (Some(1), never()));
    assert_eq!(task("exit 75", "0", "CANCELLED"), (Some(75), never()));
    // Asked to end, the script asks the program, and waits for it.
    let slow = "trap 'sleep 0.2; exit 75' TERM; kill -TERM $PPID; while :; do sleep 0.05; done";
    assert_eq!(task(slow, "0", "RUNNING"), (Some(75), again));
}

#[test]
fn jobs_are_handed_over_to_the_engine_that_is_there() {
    let folder = with_tiny();
    let here = folder.path();
    let slurm = "sweep submit tiny.ron --out out --slurm --shards 2 --limit 10";
    for (line, name) in [(slurm, "sbatch"), (KUBERNETES, "kubectl")] {
        pretend(here, name, "echo \"$@\" > words; cat > text; echo taken");
        let printed = ran(here, line);
        let output = with_bin(here, &format!("{line} --submit"));
        assert!(output.status.success());
        assert_eq!(output.stdout, b"taken\n");
        assert_eq!(fs::read_to_string(here.join("text")).unwrap(), printed);
        pretend(here, name, "exit 3");
        let refused = with_bin(here, &format!("{line} --submit"));
        assert_eq!(refused.status.code(), Some(1));
        let told = String::from_utf8(refused.stderr).unwrap();
        assert!(
            told.contains(&format!("{name} did not take the job")),
            "{told}"
        );
    }
    assert_eq!(
        fs::read_to_string(here.join("words")).unwrap(),
        "apply -f -\n"
    );
    // Another program of that name is none.
    pretend(here, "parallel", "echo moreutils");
    let local = "sweep submit tiny.ron --out out --local --shards 2 --limit 10 --submit";
    let absent = format!("{}:{}", here.display(), here.join("bin").display());
    for name in ["sbatch", "kubectl"] {
        fs::remove_file(here.join("bin").join(name)).unwrap();
    }
    for (line, what) in [
        (format!("{slurm} --submit"), "there is no sbatch here"),
        (format!("{KUBERNETES} --submit"), "there is no kubectl here"),
        (local.to_owned(), "--submit needs GNU parallel"),
    ] {
        let output = command(here, &line).env("PATH", &absent).output().unwrap();
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!(
            (output.status.code(), told.lines().count()),
            (Some(1), 1),
            "{told}"
        );
        assert!(told.contains(what), "{told}");
    }
}

#[test]
fn the_line_for_parallel_takes_paths_with_blanks() {
    let folder = tempfile::tempdir().unwrap();
    let here = &folder.path().join("it's a folder");
    fs::create_dir(here).unwrap();
    fs::write(here.join("tiny.ron"), TINY).unwrap();
    let line = ran(
        here,
        "sweep submit tiny.ron --out out --local --shards 4 --limit 10",
    );
    // What parallel makes of it: the line with each number, read by a shell once more.
    let work = "for word in \"$@\"; do case $word in *{}*) line=$word;; esac; done\n\
        for number in 1 2 3 4; do sh -c \"$(echo \"$line\" | sed \"s/{}/$number/\")\" || exit 1; done";
    pretend(here, "parallel", work);
    let mut script = Command::new("sh");
    script.args(["-c", &line]);
    script.env(
        "PATH",
        format!("{}:/usr/bin:/bin", here.join("bin").display()),
    );
    let ended = script.output().unwrap();
    assert!(
        ended.status.success(),
        "{}",
        String::from_utf8_lossy(&ended.stderr)
    );
    ran(here, "sweep run tiny.ron --out whole");
    assert!(tables(here, "out") == tables(here, "whole"));
}

#[test]
fn shares_are_as_many_as_make_tasks_last_and_never_more_than_chains() {
    let folder = with_tiny();
    let here = folder.path();
    let line = "sweep submit tiny.ron --out out --slurm";
    let short = ran(here, line);
    assert!(short.contains("12 cells in 1 share of about"), "{short}");
    assert!(
        short.contains("--array=1-1\n") && short.contains("--time=10\n"),
        "{short}"
    );
    let long = TINY.replace("iterations: 4", "iterations: 4000000");
    fs::write(here.join("long.ron"), long).unwrap();
    let long = ran(
        here,
        "sweep submit long.ron --out long --slurm --minutes 1 --at-once 2",
    );
    assert!(
        long.contains("12 cells in 4 shares of up to about"),
        "{long}"
    );
    assert!(long.contains("--array=1-4%2\n"), "{long}");
    // On one machine no core stays idle.
    let here_alone = ran(here, "sweep submit tiny.ron --out out --local --at-once 3");
    assert!(here_alone.contains("12 cells in 3 shares"), "{here_alone}");
    let told = refused(here, &format!("{line} --shards 5"), 2);
    assert!(told.contains("--shards is 5; allowed: 1 to 4"), "{told}");
    // What is in the folder already takes no time.
    ran(here, "sweep run tiny.ron --out out");
    let none = ran(here, line);
    assert!(none.contains("1 share of about 0.0 s"), "{none}");
}

#[test]
fn what_cannot_be_handed_over_is_told_in_one_line() {
    let folder = with_tiny();
    let here = folder.path();
    fs::write(here.join("other.ron"), TINY.replace("seed: 7", "seed: 8")).unwrap();
    ran(here, "sweep run other.ron --out out");
    for (line, told) in [
        (
            "tiny.ron --out out --slurm",
            "out: is the folder of a sweep with another spec",
        ),
        ("missing.ron --out out --slurm", "missing.ron"),
        (
            "tiny.ron --out new --slurm --job none/job.sh",
            "--job none/job.sh: there is no folder none",
        ),
        (
            "tiny.ron --out ../new --kubernetes --image a --claim b --shards 1 --limit 9",
            "--out is \"../new\"; allowed: a path below the volume's own folder",
        ),
        (
            "tiny.ron --out new --kubernetes --image a --shards 1 --limit 9",
            "--out new is a path: allowed: with --claim NAME",
        ),
    ] {
        let wrong = refused(here, &format!("sweep submit {line}"), 2);
        assert!(wrong.contains(told), "{told}: {wrong}");
    }
    for line in [
        "sweep submit tiny.ron --out out",
        "sweep submit tiny.ron --out out --slurm --local",
        "sweep submit tiny.ron --out out --kubernetes --claim b",
        "sweep submit tiny.ron --out out --slurm --image a",
    ] {
        assert_eq!(run(here, line).status.code(), Some(2), "{line}");
    }
    assert!(!here.join("none").exists());
}
