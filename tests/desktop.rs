//! What a package puts beside the program: manual pages, completions, desktop entry, icons.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use assert_cmd::Command;
use std::fs;
use std::path::Path;

fn hedgelab(home: &Path, arguments: &[&str]) -> String {
    let run = Command::cargo_bin("hedgelab")
        .unwrap()
        .args(arguments)
        .env("HEDGELAB_CONFIG_DIR", home)
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .assert()
        .success();
    String::from_utf8(run.get_output().stdout.clone()).unwrap()
}

fn asset(name: &str) -> Vec<u8> {
    fs::read(Path::new("assets/desktop").join(name)).unwrap()
}

#[test]
fn every_command_has_a_manual_page() {
    let folder = tempfile::tempdir().unwrap();
    let pages = folder.path().join("man");
    let told = hedgelab(folder.path(), &["manual", pages.to_str().unwrap()]);
    assert!(told.lines().all(|page| Path::new(page).is_file()));
    let help = hedgelab(folder.path(), &["--help"]);
    let commands = help.split("Commands:").nth(1).unwrap();
    let commands = commands.split("\n\n").next().unwrap();
    let names = commands
        .lines()
        .filter_map(|line| line.split_whitespace().next());
    for name in names.filter(|name| *name != "help") {
        let page = fs::read_to_string(pages.join(format!("hedgelab-{name}.1"))).unwrap();
        assert!(page.contains(".SH SYNOPSIS"), "{name}");
    }
    let of_subcommand = fs::read_to_string(pages.join("hedgelab-presets-save.1"));
    assert!(of_subcommand.unwrap().contains("presets save"));
}

#[test]
fn shells_complete_every_command() {
    let folder = tempfile::tempdir().unwrap();
    for shell in ["bash", "zsh", "fish"] {
        let script = hedgelab(folder.path(), &["completions", shell]);
        for word in ["evaluate", "replay", "train", "presets", "doctor"] {
            assert!(script.contains(word), "{shell}: {word}");
        }
    }
}

#[test]
fn the_desktop_entry_is_that_of_the_window() {
    let entry = String::from_utf8(asset("hedgelab.desktop")).unwrap();
    let run = fs::read_to_string("src/app/run.rs").unwrap();
    assert!(run.contains("with_app_id(\"hedgelab\")"));
    for line in [
        "StartupWMClass=hedgelab",
        "Icon=hedgelab",
        "Exec=hedgelab %f",
    ] {
        assert!(entry.lines().any(|found| found == line), "{line}");
    }
    let kind = entry
        .lines()
        .find_map(|line| line.strip_prefix("MimeType="))
        .unwrap();
    let known = String::from_utf8(asset("hedgelab.xml")).unwrap();
    assert!(known.contains(&format!("type=\"{}\"", kind.trim_end_matches(';'))));
}

#[test]
fn icons_have_the_size_in_their_name_and_everything_packed_is_there() {
    for size in [16u32, 24, 32, 48, 64, 128, 256] {
        let png = asset(&format!("hedgelab-{size}.png"));
        // Width and height stand in the first chunk of a PNG file.
        assert_eq!(png[16..20], size.to_be_bytes(), "{size}");
        assert_eq!(png[20..24], size.to_be_bytes(), "{size}");
    }
    let manifest = fs::read_to_string("Cargo.toml").unwrap();
    let packed = manifest
        .lines()
        .filter_map(|line| line.trim().strip_prefix("[\"")?.split('"').next());
    let files: Vec<&str> = packed.filter(|file| !file.starts_with("target/")).collect();
    assert!(files.len() > 8);
    for file in files {
        match file.split_once('*') {
            // A pattern stands for the files of one ending in a folder.
            Some((folder, ending)) => {
                let entries = fs::read_dir(folder).unwrap();
                let names = entries.map(|entry| entry.unwrap().file_name());
                let mut names = names.map(|name| name.into_string().unwrap());
                assert!(names.any(|name| name.ends_with(ending)), "{file}");
            }
            None => assert!(Path::new(file).is_file(), "{file}"),
        }
    }
}

#[test]
fn the_doctor_tells_what_a_report_needs_without_a_screen_too() {
    let folder = tempfile::tempdir().unwrap();
    let told = hedgelab(folder.path(), &["doctor"]);
    for word in [
        env!("CARGO_PKG_VERSION"),
        "threads: ",
        "instruction sets: ",
        "settings: ",
        "graphics: no window can be opened",
        "fonts: ",
    ] {
        assert!(told.contains(word), "{word} in\n{told}");
    }
}
