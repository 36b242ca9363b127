//! What a person saved or left is on disk whole, whoever else writes, and whenever the program dies.

#![cfg(unix)]

use hedgelab::engine::{FileDesk, FileJob, FileNews, Keep, Over, Save, Wake};
use hedgelab::files::{self, Claim, Loaded};
use hedgelab::policy::LearnedPolicy;
use hedgelab::presets;
use hedgelab::scenario::Scenario;
use hedgelab::training::{Checkpoint, shipped};
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// Names the folder in which this program, started by a test of its own, works until it is killed.
const FOLDER: &str = "HEDGELAB_TEST_FOLDER";

fn scenario(title: &str) -> Arc<Scenario> {
    let mut parameters = presets::built_in("paper-day").unwrap().into_parameters();
    title.clone_into(&mut parameters.title);
    // Larger than a block of any disk.
    parameters.description = "x".repeat(20_000);
    Arc::new(Scenario::new(parameters).unwrap())
}

/// A policy that differs from the others in its first weight.
fn policy(first: f32) -> LearnedPolicy {
    let known = shipped("paper-day").unwrap();
    let mut weights = known.weights().to_vec();
    weights[0] = first;
    LearnedPolicy::new(known.trained_for(), known.base(), &weights).unwrap()
}

fn write_policy(path: &Path, policy: &LearnedPolicy) {
    let whole = Checkpoint {
        policy: policy.clone(),
        validation: None,
        training: None,
    };
    whole.write(path).unwrap();
}

fn read_policy(path: &Path) -> LearnedPolicy {
    Checkpoint::read(path).unwrap().policy
}

/// A desk, and what it says.
struct Desk {
    desk: FileDesk,
    woken: Receiver<()>,
}

impl Desk {
    fn new() -> Self {
        let (sender, woken) = channel();
        let wake = Wake::new(move || {
            let _gone = sender.send(());
        });
        let desk = FileDesk::start(wake).unwrap();
        Self { desk, woken }
    }

    /// Its next word about what was asked, the list of one's own presets aside.
    fn next(&self) -> FileNews {
        loop {
            self.woken.recv_timeout(Duration::from_mins(1)).unwrap();
            let news = self
                .desk
                .news()
                .find(|news| !matches!(news, FileNews::Own(_)));
            if let Some(news) = news {
                return news;
            }
        }
    }

    /// Why a save was refused; `None` if it was done.
    fn save(
        &self,
        path: &Path,
        scenario: &Arc<Scenario>,
        policy: Option<&LearnedPolicy>,
        over: Over,
    ) -> Option<String> {
        self.desk.ask(FileJob::Save(Box::new(Save {
            path: path.to_owned(),
            scenario: scenario.clone(),
            pins: None,
            policy: policy.cloned(),
            over,
            document: scenario.clone(),
        })));
        match self.next() {
            FileNews::Saved(_) => None,
            FileNews::NotSaved { reason, .. } => Some(reason),
            other => panic!("{other:?}"),
        }
    }
}

fn opened(scenario: &Arc<Scenario>, policy: Option<&LearnedPolicy>) -> Over {
    Over::Opened {
        scenario: scenario.clone(),
        policy: policy.cloned(),
    }
}

#[test]
fn of_two_who_save_at_the_same_moment_one_is_told_that_the_other_did() {
    let folder = tempfile::tempdir().unwrap();
    for round in 0..20 {
        let path = folder.path().join(format!("{round}.ron"));
        let base = scenario("base");
        presets::save(&base, &path).unwrap();
        let desks = ["one", "other"].map(|title| {
            let (path, base) = (path.clone(), base.clone());
            std::thread::spawn(move || {
                let over = opened(&base, None);
                Desk::new().save(&path, &scenario(title), None, over)
            })
        });
        let refused = desks.map(|desk| desk.join().unwrap());
        let told = refused.iter().flatten().count();
        assert_eq!(told, 1, "{refused:?}");
    }
}

#[test]
fn a_policy_beside_a_new_preset_is_not_replaced_unasked() {
    let folder = tempfile::tempdir().unwrap();
    let (preset, beside) = (
        folder.path().join("x.ron"),
        folder.path().join("x.safetensors"),
    );
    write_policy(&beside, &policy(1.0));
    let before = fs::read(&beside).unwrap();
    let desk = Desk::new();
    let (mine, trained) = (scenario("mine"), policy(2.0));
    let refused = desk
        .save(&preset, &mine, Some(&trained), Over::Nothing)
        .unwrap();
    assert!(
        refused.contains("x.safetensors is there already"),
        "{refused}"
    );
    assert!(!preset.exists(), "one of the two was written");
    assert_eq!(fs::read(&beside).unwrap(), before);
    // The same policy is not written, and a scenario alone touches no policy.
    assert_eq!(
        desk.save(&preset, &mine, Some(&policy(1.0)), Over::Nothing),
        None
    );
    assert_eq!(desk.save(&preset, &mine, None, Over::Anything), None);
    assert_eq!(fs::read(&beside).unwrap(), before);
    assert_eq!(
        desk.save(&preset, &mine, Some(&trained), Over::Anything),
        None
    );
    assert!(read_policy(&beside).is_same(&trained));
}

#[test]
fn what_another_window_saved_since_is_not_written_over() {
    let folder = tempfile::tempdir().unwrap();
    let (preset, beside) = (
        folder.path().join("x.ron"),
        folder.path().join("x.safetensors"),
    );
    let (first, theirs, mine) = (scenario("first"), scenario("theirs"), scenario("mine"));
    let (one, other) = (Desk::new(), Desk::new());
    assert_eq!(
        one.save(&preset, &first, Some(&policy(1.0)), Over::Nothing),
        None
    );
    let known = || opened(&first, Some(&policy(1.0)));
    assert_eq!(other.save(&preset, &theirs, None, known()), None);
    let refused = one.save(&preset, &mine, None, known()).unwrap();
    assert!(refused.contains("is not what was opened here"), "{refused}");
    assert_eq!(presets::load_file(&preset).unwrap(), *theirs);
    // A policy trained over it meanwhile is as safe as the scenario.
    write_policy(&beside, &policy(3.0));
    let over = opened(&theirs, Some(&policy(1.0)));
    let refused = other
        .save(&preset, &theirs, Some(&policy(2.0)), over)
        .unwrap();
    assert!(refused.contains("x.safetensors is not what"), "{refused}");
    assert!(read_policy(&beside).is_same(&policy(3.0)));
    // What it wrote itself a moment ago it may write over, although nobody was told yet.
    let over = opened(&first, Some(&policy(3.0)));
    assert_eq!(other.save(&preset, &mine, Some(&policy(2.0)), over), None);
    assert_eq!(presets::load_file(&preset).unwrap(), *mine);
}

#[test]
fn weights_open_with_the_scenario_that_they_were_trained_for() {
    let folder = tempfile::tempdir().unwrap();
    let weights = folder.path().join("year.safetensors");
    write_policy(&weights, &policy(1.0));
    let desk = Desk::new();
    desk.desk.ask(FileJob::Open(weights));
    let FileNews::Opened(opened) = desk.next() else {
        panic!("not opened");
    };
    assert_eq!(opened.scenario, *policy(1.0).trained_for());
    assert!(opened.policy.unwrap().is_same(&policy(1.0)));
    fs::write(folder.path().join("bad.safetensors"), "no weights").unwrap();
    desk.desk
        .ask(FileJob::Open(folder.path().join("bad.safetensors")));
    assert!(matches!(desk.next(), FileNews::NotOpened { .. }));
}

/// The record of a window, as this test needs it.
#[derive(Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Record {
    round: u64,
    trained: Option<PathBuf>,
    filling: String,
}

fn keep(folder: &Path, round: u64) -> FileJob {
    let text = move |policies: &[PathBuf]| {
        let trained = policies.first().cloned();
        let filling = "y".repeat(20_000);
        let record = Record {
            round,
            trained,
            filling,
        };
        files::text(&record).map_err(|error| error.to_string())
    };
    FileJob::Keep(Keep {
        file: folder.join("window.ron"),
        policies: vec![policy(round as f32)],
        text: Box::new(text),
    })
}

fn kept(folder: &Path) -> Record {
    let loaded: Loaded<Record> = files::load(&folder.join("window.ron"), 1 << 20).unwrap();
    assert_eq!(loaded.troubles, Vec::<String>::new());
    loaded.value
}

#[test]
fn leaving_waits_for_the_last_word_and_older_ones_give_way() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::new();
    for round in 0..50 {
        desk.desk.ask(keep(folder.path(), round));
    }
    drop(desk);
    let record = kept(folder.path());
    assert_eq!(record.round, 49);
    assert!(read_policy(&record.trained.unwrap()).is_same(&policy(49.0)));
}

#[test]
fn what_did_not_change_is_not_written_again_and_old_policies_do_not_pile_up() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let once = |round| {
        let desk = Desk::new();
        desk.desk.ask(keep(path, round));
        desk
    };
    drop(once(0));
    let (record, first) = (path.join("window.ron"), kept(path).trained.unwrap());
    // Whoever writes over it by the same content is seen by the content before.
    fs::write(&first, "somebody else's").unwrap();
    let desk = once(0);
    drop(desk);
    assert_eq!(fs::read(&first).unwrap(), b"somebody else's");
    for round in 1..30 {
        drop(once(round));
    }
    let policies = fs::read_dir(path).unwrap().count() - 1;
    assert!((2..=9).contains(&policies), "{policies} policies");
    assert!(record.exists() && read_policy(&kept(path).trained.unwrap()).is_same(&policy(29.0)));
}

#[test]
fn a_record_that_cannot_be_put_into_words_leaves_the_one_before() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::new();
    desk.desk.ask(keep(folder.path(), 7));
    drop(desk);
    let desk = Desk::new();
    desk.desk.ask(FileJob::Keep(Keep {
        file: folder.path().join("window.ron"),
        policies: Vec::new(),
        text: Box::new(|_| Err("no words".into())),
    }));
    let FileNews::NotKept { reason } = desk.next() else {
        panic!("kept");
    };
    assert_eq!(reason, "no words");
    assert_eq!(kept(folder.path()).round, 7);
}

/// Owns a folder until it is killed.
#[test]
#[ignore = "it is started by another test, in a folder of its own"]
fn owner() {
    let Some(folder) = std::env::var_os(FOLDER).map(PathBuf::from) else {
        return;
    };
    let claim = Claim::take(&folder).unwrap();
    writeln!(std::io::stdout(), "owner {}", claim.number()).unwrap();
    std::thread::sleep(Duration::from_hours(1));
}

#[test]
fn a_folder_is_free_again_when_its_owner_is_killed() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = start("owner", folder.path(), "exec \"$0\" \"$@\"")
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let owns = lines.find(|line| line.as_ref().is_ok_and(|line| line.ends_with("owner 1")));
    owns.unwrap().unwrap();
    assert_eq!(Claim::take(folder.path()).unwrap().number(), 2);
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(Claim::take(folder.path()).unwrap().number(), 1);
}

/// Saves and keeps, round by round, and says after each what is on disk for sure.
#[test]
#[ignore = "it is started by other tests, in a folder of theirs"]
fn worker() {
    let Some(folder) = std::env::var_os(FOLDER).map(PathBuf::from) else {
        return;
    };
    let preset = folder.join("mine.ron");
    for round in 0.. {
        let desk = FileDesk::start(Wake::new(|| {})).unwrap();
        desk.ask(FileJob::Save(Box::new(Save {
            path: preset.clone(),
            scenario: scenario(&format!("{round}")),
            pins: None,
            policy: Some(policy(round as f32)),
            over: Over::Anything,
            document: scenario("0"),
        })));
        desk.ask(keep(&folder, round));
        drop(desk);
        if writeln!(std::io::stdout(), "done {round}").is_err() {
            return;
        }
    }
}

fn start_worker(folder: &Path, through: &str) -> Command {
    start("worker", folder, through)
}

/// Starts one of the tests of this file, in a folder, through a line of the shell.
fn start(name: &str, folder: &Path, through: &str) -> Command {
    let program = std::env::current_exe().unwrap();
    let mut command = Command::new("sh");
    command.args(["-c", through, program.to_str().unwrap()]);
    command.args([
        "--ignored",
        "--exact",
        &format!("keeping::{name}"),
        "--nocapture",
    ]);
    command
        .env(FOLDER, folder)
        .env("HEDGELAB_CONFIG_DIR", folder);
    command.stdout(Stdio::piped()).stderr(Stdio::null());
    command
}

#[test]
fn killed_at_200_random_moments_nothing_that_was_saved_or_kept_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    // A linear congruential sequence: the moments are the same in every run, what they meet is not.
    let mut random = 12_345_u64;
    for kill in 0..200 {
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        let mut child = start_worker(path, "exec \"$0\" \"$@\"").spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut done = None;
        let mut hear = |line: std::io::Result<String>| {
            let round = line.unwrap().strip_prefix("done ").map(str::parse::<u64>);
            done = round.map(Result::unwrap).or(done);
        };
        for line in lines.by_ref() {
            let begun = line.as_ref().is_ok_and(|line| line.starts_with("done"));
            hear(line);
            if begun {
                break;
            }
        }
        std::thread::sleep(Duration::from_micros((random >> 33) % 20_000));
        child.kill().unwrap();
        child.wait().unwrap();
        lines.for_each(hear);
        let done = done.unwrap();
        let saved = presets::load_file(&path.join("mine.ron")).unwrap();
        let round: u64 = saved.title.parse().unwrap();
        assert!(
            round >= done,
            "kill {kill}: round {done} was saved, {round} is there"
        );
        let policy = read_policy(&path.join("mine.safetensors")).weights()[0];
        assert!(policy >= round as f32, "kill {kill}");
        let record = kept(path);
        assert!(record.round >= done, "kill {kill}");
        let trained = read_policy(&record.trained.unwrap());
        assert_eq!(trained.weights()[0], record.round as f32, "kill {kill}");
    }
}

#[test]
fn a_full_disk_leaves_what_was_saved_and_kept() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let before = {
        let desk = Desk::new();
        let save = desk.save(
            &path.join("mine.ron"),
            &scenario("old"),
            Some(&policy(-1.0)),
            Over::Nothing,
        );
        assert_eq!(save, None);
        desk.desk.ask(keep(path, 1_000_000));
        drop(desk);
        files_in(path)
    };
    // A limit on the size of written files stands for the full disk; its signal is ignored.
    let full = "trap '' XFSZ; ulimit -f 8; exec \"$0\" \"$@\"";
    let mut child = start_worker(path, full).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    lines
        .find(|line| line.as_ref().is_ok_and(|line| line == "done 2"))
        .unwrap()
        .unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    let left: Vec<_> = files_in(path)
        .into_iter()
        .filter(|file| !before.contains(file))
        .collect();
    // A draft may be left by the kill, and nothing else.
    assert!(
        left.iter().all(|(name, _)| name.starts_with(".hedgelab-")),
        "{left:?}"
    );
    for file in before {
        assert_eq!(fs::read(path.join(&file.0)).unwrap(), file.1);
    }
}

fn files_in(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    let files = entries.filter(|entry| entry.path().is_file());
    let read = |entry: fs::DirEntry| {
        let content = fs::read(entry.path()).unwrap();
        (entry.file_name().into_string().unwrap(), content)
    };
    files.map(read).collect()
}
