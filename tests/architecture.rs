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
    ("order_book", &["units", "scenario"]),
    ("contract", &["quantity", "math", "scenario", "order_book"]),
    (
        "episode",
        &["units", "scenario", "market", "order_book", "contract"],
    ),
    (
        "policy",
        &[
            "units",
            "math",
            "scenario",
            "market",
            "order_book",
            "contract",
            "episode",
        ],
    ),
    ("outcome", &["scenario", "policy"]),
    (
        "simulate",
        &[
            "units",
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
    (
        "explore",
        &[
            "units",
            "scenario",
            "market",
            "order_book",
            "contract",
            "episode",
            "policy",
        ],
    ),
    ("files", &[]),
    (
        "history",
        &["units", "quantity", "math", "scenario", "files"],
    ),
    ("quotes", &["units", "files"]),
    ("calibrate", &["quantity", "scenario", "quotes"]),
    ("crash", &["files"]),
    ("presets", &["units", "scenario", "files", "history"]),
    (
        "training",
        &[
            "units",
            "math",
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
        ],
    ),
    (
        "record",
        &[
            "units", "scenario", "market", "episode", "policy", "outcome", "simulate", "files",
            "history", "training",
        ],
    ),
    (
        "reproduce",
        &[
            "units", "quantity", "scenario", "market", "outcome", "policy", "simulate", "files",
            "presets", "training", "record",
        ],
    ),
    ("figure", &["quantity"]),
    (
        "sweep",
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
            "record",
            "figure",
        ],
    ),
    (
        "gallery",
        &[
            "units",
            "quantity",
            "history",
            "quotes",
            "calibrate",
            "scenario",
            "market",
            "order_book",
            "contract",
            "episode",
            "policy",
            "outcome",
            "simulate",
            "explore",
            "training",
            "record",
            "figure",
            "sweep",
        ],
    ),
    (
        "lessons",
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
        ],
    ),
    (
        "hand",
        &[
            "units",
            "scenario",
            "market",
            "order_book",
            "episode",
            "policy",
            "outcome",
            "simulate",
            "files",
            "presets",
            "training",
        ],
    ),
    ("logbook", &["units", "files"]),
    (
        "engine",
        &[
            "history",
            "quotes",
            "calibrate",
            "scenario",
            "market",
            "episode",
            "policy",
            "outcome",
            "simulate",
            "explore",
            "files",
            "presets",
            "training",
            "record",
            "figure",
            "sweep",
            "gallery",
            "lessons",
            "hand",
            "logbook",
        ],
    ),
    (
        "app",
        &[
            "units",
            "quantity",
            "history",
            "quotes",
            "calibrate",
            "scenario",
            "market",
            "order_book",
            "contract",
            "episode",
            "policy",
            "outcome",
            "simulate",
            "explore",
            "files",
            "crash",
            "presets",
            "training",
            "record",
            "figure",
            "sweep",
            "gallery",
            "lessons",
            "hand",
            "logbook",
            "engine",
        ],
    ),
    (
        "cli",
        &[
            "units",
            "quantity",
            "history",
            "quotes",
            "calibrate",
            "scenario",
            "market",
            "order_book",
            "contract",
            "episode",
            "policy",
            "outcome",
            "simulate",
            "explore",
            "files",
            "crash",
            "presets",
            "training",
            "record",
            "reproduce",
            "figure",
            "sweep",
            "gallery",
            "lessons",
            "hand",
            "logbook",
            "engine",
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

/// What unit tests may name besides: anything that needs neither a window nor a thread.
const NOT_FOR_TESTS: &[&str] = &["app", "cli", "engine"];

/// The code of a file and the code of its unit tests, both without comments; files `tests.rs` and those
/// in a folder `tests` hold nothing else.
fn code(path: &Path) -> (String, String) {
    let text = fs::read_to_string(path).unwrap();
    let lines = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    let text = lines.collect::<Vec<_>>().join("\n");
    let mut parts = path.strip_prefix(source_root()).unwrap_or(path).iter();
    if parts.any(|part| part == "tests.rs" || part == "tests") {
        return (String::new(), text);
    }
    let mut parts = text.split("#[cfg(test)]");
    let mut plain = parts.next().unwrap().to_owned();
    let mut tests = String::new();
    for part in parts {
        let (item, rest) = part.split_at(end_of_item(part));
        tests.push_str(item);
        plain.push_str(rest);
    }
    (plain, tests)
}

/// Where the first item of `text` ends: at its closing brace, or at a semicolon before any brace.
fn end_of_item(text: &str) -> usize {
    let mut depth = 0;
    for (place, c) in text.char_indices() {
        match c {
            ';' if depth == 0 => return place + 1,
            '{' => depth += 1,
            '}' if depth == 1 => return place + 1,
            '}' => depth -= 1,
            _ => {}
        }
    }
    text.len()
}

#[test]
fn a_file_is_read_beyond_its_first_test_module() {
    let text = " fn a() { b(); }\nuse crate::late;\n";
    assert_eq!(&text[end_of_item(text)..], "\nuse crate::late;\n");
    assert_eq!(end_of_item("mod tests;\nuse x;"), 10);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("x.rs");
    fs::write(&file, "use a;\n#[cfg(test)]\nmod t { use b; }\nuse c;").unwrap();
    let (plain, tests) = code(&file);
    assert!(plain.contains("use a") && plain.contains("use c") && !plain.contains("use b"));
    assert!(tests.contains("use b"));
}

/// The rooms that a text names.
fn named(code: &str) -> impl Iterator<Item = String> {
    code.split("crate::").skip(1).map(|part| {
        part.chars()
            .take_while(|c| c.is_alphanumeric() || *c == '_')
            .collect()
    })
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
        let (plain, tests) = code(&path);
        for named in named(&plain) {
            seen += 1;
            assert!(
                named == room || allowed.contains(&named.as_str()),
                "{} names {named}, which {room} may not",
                path.display()
            );
        }
        for named in named(&tests) {
            assert!(
                named == room
                    || allowed.contains(&named.as_str())
                    || !NOT_FOR_TESTS.contains(&named.as_str()),
                "the tests of {} name {named}",
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
                free || !code(&path).0.contains(word),
                "{} names {word}",
                path.display()
            );
        }
    };
    only("std::fs", &["files", "presets"]);
    only("std::thread", &["engine", "crash"]);
    only("std::time", &["cli", "app", "engine", "crash"]);
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

/// Where a text size is given in figures: the call and the figure behind it.
fn literal_size(line: &str) -> Option<&str> {
    let calls = [".size(", "proportional(", "monospace(", "FontId::new("];
    calls.into_iter().find(|call| {
        let mut rest = line.split(call).skip(1);
        rest.any(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
    })
}

#[test]
fn text_sizes_stand_in_the_theme_alone() {
    assert!(literal_size("RichText::new(text).size(12.0)").is_some());
    assert!(literal_size("galley.size().x, text.size(LABEL), chart.size(size)").is_none());
    let app = source_root().join("app");
    let scale = app.join("theme").join("size.rs");
    assert!(
        fs::read_to_string(&scale)
            .unwrap()
            .contains("pub const BODY")
    );
    for path in sources(&app) {
        for line in code(&path).0.lines() {
            let found = literal_size(line);
            assert!(
                found.is_none(),
                "{}: {line}: name the size, from the theme's scale",
                path.display()
            );
        }
    }
}
