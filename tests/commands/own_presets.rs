//! Presets of one's own on the command line: their names, their places, and that none is lost.

use hedgelab::presets;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// An empty home with an empty folder of presets, and the program in it.
struct Home(tempfile::TempDir);

impl Home {
    fn new() -> Self {
        let home = Self(tempfile::tempdir().unwrap());
        fs::create_dir_all(home.presets()).unwrap();
        home
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn presets(&self) -> PathBuf {
        self.path().join("settings/presets")
    }

    fn run(&self, arguments: &[&str]) -> (Option<i32>, String) {
        let output = Command::new(env!("CARGO_BIN_EXE_hedgelab"))
            .env("HOME", self.path())
            .env("HEDGELAB_CONFIG_DIR", self.path().join("settings"))
            .env_remove("DISPLAY")
            .env_remove("WAYLAND_DISPLAY")
            .current_dir(self.path())
            .args(arguments)
            .output()
            .unwrap();
        let text = [output.stdout, output.stderr].concat();
        (output.status.code(), String::from_utf8(text).unwrap())
    }

    fn ran(&self, arguments: &[&str]) -> String {
        let (code, text) = self.run(arguments);
        assert_eq!(code, Some(0), "{arguments:?}: {text}");
        text
    }

    fn refused(&self, arguments: &[&str], code: i32, expected: &str) {
        let (found, text) = self.run(arguments);
        assert_eq!(found, Some(code), "{arguments:?}: {text}");
        assert!(text.contains(expected), "{arguments:?}: {text}");
        assert!(!text.contains("panicked"), "{text}");
    }

    /// Puts a preset file there by hand.
    fn put(&self, name: &str) {
        let text = presets::text(&presets::built_in("paper-day").unwrap()).unwrap();
        fs::write(self.presets().join(name), text).unwrap();
    }
}

#[test]
fn what_is_listed_opens() {
    let home = Home::new();
    let names = ["steep (copy)", "a, b & c", "größe", "v1.2", "x"];
    for name in names {
        home.put(&format!("{name}.ron"));
    }
    // Called as a built-in one: it keeps its ending, and hides nothing.
    home.put("paper-year.ron");
    // No presets, and not listed.
    fs::create_dir(home.presets().join("folder.ron")).unwrap();
    fs::write(home.presets().join("x.safetensors"), "weights").unwrap();
    let list = home.ran(&["presets", "list"]);
    assert!(
        !list.contains("folder") && !list.contains("does not load"),
        "{list}"
    );
    let own: Vec<&str> = list.lines().map(|line| line[..20].trim_end()).collect();
    let own = &own[..own.len() - presets::BUILT_IN.len()];
    assert_eq!(own.len(), names.len() + 1, "own ones come first: {list}");
    for name in own {
        home.ran(&["presets", "show", name]);
    }
    assert!(
        home.ran(&["presets", "show", "paper-year.ron"])
            .contains("one day")
    );
}

#[test]
fn nothing_in_the_working_folder_hides_a_preset() {
    let home = Home::new();
    home.put("steep.ron");
    home.put("other.ron");
    fs::create_dir(home.path().join("steep")).unwrap();
    fs::write(home.path().join("other"), "no preset").unwrap();
    home.ran(&["presets", "show", "steep"]);
    home.ran(&["presets", "show", "other"]);
    home.refused(&["presets", "show", "./other"], 1, "other:1:1");
    fs::create_dir(home.path().join("folder")).unwrap();
    home.refused(&["presets", "show", "folder"], 1, "a directory");
}

#[test]
fn a_tilde_is_the_home_and_a_name_with_a_separator_makes_no_folder() {
    let home = Home::new();
    home.ran(&["presets", "save", "~/t.ron", "paper-day"]);
    home.ran(&["presets", "show", "~/t.ron"]);
    assert!(home.path().join("t.ron").is_file());
    home.refused(
        &["presets", "save", "my/bad:name*?", "paper-day"],
        2,
        "no folder my",
    );
    home.refused(&["presets", "save", "a:b", "paper-day"], 2, "cannot name");
    home.refused(
        &["presets", "save", "y.safetensors", "paper-day"],
        2,
        "cannot name",
    );
    home.refused(
        &["presets", "save", "./y.safetensors", "paper-day"],
        2,
        "ends in .ron",
    );
    let train = [
        "train",
        "paper-day",
        "--iterations",
        "1",
        "--set",
        "training.validation_paths=1000",
    ];
    let out = |place| [&train[..], &["--out", place]].concat();
    home.refused(&out("no/w.safetensors"), 2, "no folder no");
    home.refused(&out("t.ron"), 2, "a preset's name");
    fs::write(home.path().join("notes.txt"), "precious").unwrap();
    home.refused(&out("notes.txt"), 2, "holds no weights");
    home.ran(&out("~/w.safetensors"));
    home.ran(&[
        "evaluate",
        "paper-day",
        "--paths",
        "100",
        "--weights=~/w.safetensors",
    ]);
    assert_eq!(
        fs::read(home.path().join("notes.txt")).unwrap(),
        b"precious"
    );
    let mut left: Vec<_> = fs::read_dir(home.path())
        .unwrap()
        .map(|e| e.unwrap().file_name())
        .collect();
    left.sort();
    assert_eq!(left, ["notes.txt", "settings", "t.ron", "w.safetensors"]);
}

#[test]
fn renaming_copying_and_deleting_take_the_policy_along_and_replace_nothing() {
    let home = Home::new();
    home.put("a.ron");
    home.put("taken.ron");
    let weights = |name: &str| home.presets().join(format!("{name}.safetensors"));
    fs::write(weights("a"), "weights of a").unwrap();
    fs::write(weights("orphan"), "weights of another").unwrap();
    for taken in ["taken", "orphan"] {
        home.refused(&["presets", "rename", "a", taken], 1, "exists already");
    }
    home.refused(
        &["presets", "rename", "nobody", "b"],
        2,
        "there are: a, taken",
    );
    home.refused(&["presets", "rename", "a", "paper-day"], 2, "cannot name");
    home.refused(
        &["presets", "delete", "paper-day"],
        2,
        "none of your presets",
    );
    home.ran(&["presets", "rename", "a", "b"]);
    assert!(!weights("a").exists());
    assert_eq!(fs::read(weights("b")).unwrap(), b"weights of a");
    assert!(home.ran(&["presets", "duplicate", "b"]).contains("b copy"));
    assert!(
        home.ran(&["presets", "duplicate", "b"])
            .contains("b copy 2")
    );
    assert_eq!(fs::read(weights("b copy 2")).unwrap(), b"weights of a");
    home.ran(&["presets", "delete", "b"]);
    home.refused(&["presets", "show", "b"], 2, "no preset");
    assert_eq!(home.ran(&["presets", "restore"]), "b\n");
    home.put("b.ron");
    home.refused(&["presets", "restore", "b"], 1, "exists already");
    home.ran(&["presets", "delete", "b"]);
    // The one deleted last comes back, then the one before it.
    home.ran(&["presets", "restore", "b"]);
    assert!(!weights("b").exists());
    home.ran(&["presets", "rename", "b", "c"]);
    home.ran(&["presets", "restore", "b"]);
    assert_eq!(fs::read(weights("b")).unwrap(), b"weights of a");
    home.refused(&["presets", "restore", "b"], 2, "it holds: none");
}

#[test]
fn a_file_or_a_preset_alone_asks_for_the_window() {
    let home = Home::new();
    home.put("mine.ron");
    // What cannot be opened is told before the screen that this test does not have.
    home.refused(&["nothing.ron"], 1, "nothing.ron");
    home.refused(&["nosuch"], 2, "nosuch");
    fs::write(home.path().join("bad.ron"), "(version: 1,").unwrap();
    home.refused(&["bad.ron"], 1, "bad.ron:1:");
    for known in ["mine", "mine.ron", "paper-day"] {
        home.refused(&[known], 1, "a screen");
    }
}

#[test]
fn a_path_of_any_length_that_is_allowed_is_saved_and_opens_again() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("long.ron");
    let mut parameters = presets::built_in("paper-day").unwrap().into_parameters();
    parameters.steps = 100_000;
    let spot = parameters.market.spot;
    // Prices that need every digit there is.
    let price = |i: usize| spot * (1.0 + 0.1 * (i as f64).sin()) * 1e-200;
    let mut path: Vec<f64> = (0..=parameters.steps).map(price).collect();
    path[0] = spot;
    parameters.shown_path = Some(path);
    let long = hedgelab::scenario::Scenario::new(parameters).unwrap();
    presets::save(&long, &file).unwrap();
    assert_eq!(presets::load_file(&file).unwrap(), long);
}

#[test]
fn what_would_not_open_again_is_not_written() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("long.ron");
    fs::write(&file, "precious").unwrap();
    let mut parameters = presets::built_in("paper-day").unwrap().into_parameters();
    parameters.description = "x".repeat(5 << 20);
    let long = hedgelab::scenario::Scenario::new(parameters).unwrap();
    let error = presets::save(&long, &file).unwrap_err().to_string();
    assert!(error.contains("allowed: at most"), "{error}");
    assert_eq!(fs::read(&file).unwrap(), b"precious");
}

#[test]
fn a_set_moves_with_the_policies_of_its_pins() {
    let home = Home::new();
    home.ran(&["presets", "save", "trio", "figure-3"]);
    let file = |name: &str| home.presets().join(name);
    for mark in ["none", "double"] {
        fs::write(file(&format!("trio.{mark}.safetensors")), mark).unwrap();
    }
    // Beside it, and none of its own.
    fs::write(file("trio.other.safetensors"), "other").unwrap();
    home.ran(&["presets", "rename", "trio", "three.of"]);
    let there = |name: &str| file(name).is_file();
    assert!(there("three.of.none.safetensors") && there("three.of.double.safetensors"));
    assert!(there("trio.other.safetensors") && !there("trio.none.safetensors"));
    home.ran(&["presets", "duplicate", "three.of"]);
    assert!(there("three.of copy.none.safetensors") && there("three.of.none.safetensors"));
    home.ran(&["presets", "delete", "three.of"]);
    assert!(!there("three.of.double.safetensors"));
    home.ran(&["presets", "restore", "three.of"]);
    assert!(there("three.of.double.safetensors"));
    // What is there already is not written over.
    fs::write(file("four.none.safetensors"), "mine").unwrap();
    home.refused(&["presets", "rename", "three.of", "four"], 1, "four.none");
    assert_eq!(
        fs::read_to_string(file("four.none.safetensors")).unwrap(),
        "mine"
    );
}
