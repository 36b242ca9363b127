//! The one-way flow: which rooms may name which.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};

/// Each room with the rooms of this crate that it may name.
const MAY_NAME: &[(&str, &[&str])] = &[
    ("units", &[]),
    ("quantity", &["units"]),
    ("math", &[]),
    ("scenario", &["units", "quantity"]),
    ("market", &["units", "math", "scenario"]),
    ("order_book", &["scenario"]),
    ("contract", &["quantity", "math", "scenario", "order_book"]),
    ("episode", &["scenario", "order_book", "contract"]),
    (
        "policy",
        &[
            "math",
            "scenario",
            "market",
            "order_book",
            "contract",
            "episode",
        ],
    ),
    ("outcome", &["scenario"]),
    (
        "simulate",
        &[
            "math",
            "scenario",
            "market",
            "order_book",
            "contract",
            "episode",
            "policy",
            "outcome",
        ],
    ),
    ("files", &[]),
    ("presets", &["units", "scenario", "files"]),
    (
        "training",
        &[
            "units",
            "scenario",
            "market",
            "order_book",
            "contract",
            "episode",
            "policy",
            "simulate",
            "files",
            "presets",
        ],
    ),
    (
        "engine",
        &[
            "scenario", "market", "policy", "outcome", "simulate", "files", "training",
        ],
    ),
    (
        "app",
        &[
            "units",
            "quantity",
            "scenario",
            "market",
            "order_book",
            "contract",
            "episode",
            "policy",
            "outcome",
            "simulate",
            "files",
            "presets",
            "training",
            "engine",
        ],
    ),
    (
        "cli",
        &[
            "units",
            "quantity",
            "quantity",
            "scenario",
            "market",
            "order_book",
            "contract",
            "episode",
            "policy",
            "outcome",
            "simulate",
            "files",
            "presets",
            "training",
            "app",
        ],
    ),
];

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| {
            if path.is_dir() {
                sources(&path)
            } else {
                vec![path]
            }
        })
        .filter(|path| path.extension().is_some_and(|ending| ending == "rs"))
        // Unit tests in a file of their own.
        .filter(|path| !path.ends_with("tests.rs"))
        .collect()
}

fn source_root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// The room of a source file: the first part of its path below `src`.
fn room(path: &Path) -> String {
    let below = path.strip_prefix(source_root()).unwrap();
    let first = below
        .components()
        .next()
        .unwrap()
        .as_os_str()
        .to_string_lossy();
    first.trim_end_matches(".rs").to_owned()
}

/// The code of a file without its unit tests, which may use anything, and without comments.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    let code = text.split("#[cfg(test)]").next().unwrap();
    let lines = code
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn imports_point_up_the_list_only() {
    let mut seen = 0;
    for path in sources(&source_root()) {
        let room = room(&path);
        if room == "lib" || room == "main" {
            continue;
        }
        let allowed = MAY_NAME.iter().find(|(name, _)| *name == room);
        let allowed = allowed
            .unwrap_or_else(|| panic!("{room} is not in the table"))
            .1;
        for part in code(&path).split("crate::").skip(1) {
            let named: String = part
                .chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_')
                .collect();
            seen += 1;
            assert!(
                named == room || allowed.contains(&named.as_str()),
                "{} names {named}, which {room} may not",
                path.display()
            );
        }
    }
    assert!(seen > 50, "the search for imports found {seen}");
}

#[test]
fn only_the_rooms_for_it_touch_files_threads_clocks_and_the_screen() {
    let only = |word: &str, rooms: &[&str]| {
        for path in sources(&source_root()) {
            let room = room(&path);
            let free = rooms.contains(&room.as_str());
            assert!(
                free || !code(&path).contains(word),
                "{} names {word}",
                path.display()
            );
        }
    };
    only("std::fs", &["files", "presets"]);
    only("std::thread", &["engine"]);
    only("std::time", &["cli", "app", "engine"]);
    only("egui", &["app"]);
    only("unsafe", &[]);
}

#[test]
fn every_room_is_a_module_of_the_library_in_the_order_of_the_flow() {
    let library = fs::read_to_string(source_root().join("lib.rs")).unwrap();
    let declared: Vec<&str> = library
        .lines()
        .filter_map(|line| line.strip_prefix("pub mod "))
        .collect();
    let declared: Vec<&str> = declared
        .iter()
        .map(|line| line.trim_end_matches(';'))
        .collect();
    let listed: Vec<&str> = MAY_NAME.iter().map(|(room, _)| *room).collect();
    assert_eq!(declared, listed);
}
