//! The manual and what the program is made of: links, pictures, keys, versions. The commands that the
//! manual shows are run by `.ci/examples`.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};

/// README and the chapters of the manual.
fn texts() -> Vec<PathBuf> {
    let mut files = vec![PathBuf::from("README.md")];
    let chapters = fs::read_dir("docs").unwrap();
    files.extend(chapters.map(|entry| entry.unwrap().path()));
    files
}

/// Where the links of a text lead, as they are written.
fn links(text: &str) -> Vec<&str> {
    text.split("](")
        .skip(1)
        .filter_map(|rest| rest.split(')').next())
        .filter(|link| !link.starts_with("http") && !link.starts_with('#'))
        .collect()
}

/// The headings of a text as links call them.
fn headings(file: &Path) -> impl Iterator<Item = String> {
    let text = fs::read_to_string(file).unwrap();
    let headings = text.lines().filter_map(|line| line.strip_prefix('#'));
    let called = headings.map(|heading| {
        let heading = heading.trim_start_matches('#').trim().to_lowercase();
        let kept = heading
            .chars()
            .filter(|c| c.is_alphanumeric() || " -".contains(*c));
        kept.collect::<String>().replace(' ', "-")
    });
    called.collect::<Vec<_>>().into_iter()
}

#[test]
fn links_lead_somewhere_and_pictures_are_made_by_a_command() {
    let takes = fs::read_to_string("assets/screenshots.sh").unwrap();
    for file in texts() {
        let text = fs::read_to_string(&file).unwrap();
        for link in links(&text) {
            let (link, part) = link.split_once('#').unwrap_or((link, ""));
            let path = file.parent().unwrap().join(link);
            assert!(path.is_file(), "{}: {link}", file.display());
            let there = part.is_empty() || headings(&path).any(|heading| heading == part);
            assert!(there, "{}: {link} has no part {part}", file.display());
            if path.extension().is_some_and(|ending| ending == "png") {
                let name = path.file_stem().unwrap().to_str().unwrap();
                let drawn = format!("plot {name} ");
                let made = takes
                    .lines()
                    .any(|line| line == format!("take {name}") || line.starts_with(&drawn));
                assert!(made, "{}: no command makes {link}", file.display());
            }
        }
    }
}

#[test]
fn the_contents_name_every_chapter() {
    let contents = fs::read_to_string("docs/README.md").unwrap();
    for file in texts().iter().filter(|file| file.starts_with("docs")) {
        let name = file.file_name().unwrap().to_str().unwrap();
        assert!(
            name == "README.md" || contents.contains(&format!("]({name})")),
            "{name}"
        );
    }
}

#[test]
fn the_manual_has_the_keys_of_the_window() {
    let source = fs::read_to_string("src/app/keys.rs").unwrap();
    let sheet = source.split("SHEET").nth(1).unwrap();
    let sheet = sheet.split("];").next().unwrap();
    let quoted: Vec<&str> = sheet.split('"').skip(1).step_by(2).collect();
    let manual = fs::read_to_string("docs/window.md").unwrap();
    assert!(quoted.len() > 20);
    for row in quoted.chunks(2) {
        let line = format!("| {} | {} |", row[0], row[1]);
        assert!(manual.lines().any(|found| found == line), "{line}");
    }
}

/// The packages that `Cargo.toml` names, with the least version it asks for.
fn asked() -> Vec<(String, String)> {
    let manifest = fs::read_to_string("Cargo.toml").unwrap();
    let mut inside = false;
    let mut found = Vec::new();
    for line in manifest.lines() {
        if line.starts_with('[') {
            inside = line == "[dependencies]" || line == "[dev-dependencies]";
        } else if inside && let Some((name, rest)) = line.split_once(" = ") {
            let quoted = match rest.split_once("version = \"") {
                Some((_, version)) => version,
                None => rest.trim_start_matches('"'),
            };
            let version = quoted.split('"').next().unwrap().trim_start_matches('=');
            found.push((name.to_owned(), version.to_owned()));
        }
    }
    found
}

/// What is asked for is what was tested: an older version that would be let in might not do.
#[test]
fn the_least_versions_are_those_of_the_tests() {
    let lock = fs::read_to_string("Cargo.lock").unwrap();
    let packages = asked();
    assert!(packages.len() > 30);
    for (name, version) in packages {
        let entry = format!("name = \"{name}\"\nversion = \"{version}\"\n");
        let with_build = format!("name = \"{name}\"\nversion = \"{version}+");
        assert!(
            lock.contains(&entry) || lock.contains(&with_build),
            "{name} {version} is not what Cargo.lock has"
        );
    }
}

#[test]
fn what_is_only_fetched_is_pinned_by_hash() {
    let tools = fs::read_to_string(Path::new(".ci/tools.txt")).unwrap();
    let named = tools.lines().filter(|line| !line.starts_with('#'));
    for line in named {
        assert!(
            line.contains("==") && line.contains("--hash=sha256:"),
            "{line}"
        );
    }
}
