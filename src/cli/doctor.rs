//! `hedgelab doctor`: what a report of an error needs to say of the machine.

use super::{Failure, print};
use crate::quantity::write::fixed;
use crate::{crash, files, presets};
use clap::Args;
use std::path::Path;

#[derive(Debug, Args)]
#[command(
    after_help = "Paste it into a report of an error. It says nothing of your presets and prices but how many there are."
)]
pub(super) struct Doctor {}

impl Doctor {
    pub(super) fn run() -> Result<(), Failure> {
        let memory = match files::free_memory() {
            Some(bytes) => format!("{} GiB", fixed(bytes as f64 / (1u64 << 30) as f64, 1)),
            None => "not known".into(),
        };
        let mut lines = vec![crash::versions(), format!("free memory: {memory}")];
        lines.extend(folders());
        lines.push(format!("screen: {}", screen()));
        lines.push(format!("graphics: {}", graphics()));
        lines.push(format!("fonts: {}", fonts()));
        print(&format!("{}\n", lines.join("\n")))
    }
}

fn folders() -> Vec<String> {
    let Some(settings) = files::settings() else {
        return vec!["settings: nowhere; the system names no folder for them".into()];
    };
    let reports = std::fs::read_dir(&settings).map_or(0, |entries| {
        let names = entries.flatten().map(|entry| entry.file_name());
        names
            .filter(|name| name.to_string_lossy().starts_with("crash.txt"))
            .count()
    });
    vec![
        format!("settings: {} ({})", settings.display(), standing(&settings)),
        format!("presets of your own: {}", presets::own_names().len()),
        format!("reports of breakdowns: {reports}"),
    ]
}

/// Whether something can be written to a folder.
fn standing(folder: &Path) -> String {
    if !folder.exists() {
        return "not there yet".into();
    }
    match tempfile::tempfile_in(folder) {
        Ok(_gone_at_once) => "can be written to".into(),
        Err(error) => format!("cannot be written to: {error}"),
    }
}

fn screen() -> String {
    let named = |name: &str| {
        let value = std::env::var(name).ok().filter(|value| !value.is_empty());
        value.map(|value| format!("{name}={value}"))
    };
    let names = [
        "WAYLAND_DISPLAY",
        "DISPLAY",
        "XDG_SESSION_TYPE",
        "XDG_CURRENT_DESKTOP",
    ];
    let found: Vec<String> = names.into_iter().filter_map(named).collect();
    if found.is_empty() {
        "none named".into()
    } else {
        found.join(" ")
    }
}

#[cfg(feature = "gui")]
fn graphics() -> String {
    crate::app::graphics().unwrap_or_else(|error| format!("no window can be opened: {error:#}"))
}

#[cfg(not(feature = "gui"))]
fn graphics() -> String {
    "built without a window".into()
}

fn fonts() -> String {
    let mut folders = vec!["/usr/share/fonts".into(), "/usr/local/share/fonts".into()];
    if let Some(home) = std::env::home_dir() {
        folders.push(home.join(".local/share/fonts"));
    }
    let count: usize = folders.iter().map(|folder| font_files(folder, 4)).sum();
    format!("the program's own, and {count} of the system for other scripts")
}

/// Font files in a folder and in those in it, so many levels deep.
fn font_files(folder: &Path, levels: usize) -> usize {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return 0;
    };
    let count = |path: &Path| {
        if path.is_dir() {
            return if levels > 0 {
                font_files(path, levels - 1)
            } else {
                0
            };
        }
        let ending = path.extension().map(std::ffi::OsStr::to_ascii_lowercase);
        usize::from(
            ending.is_some_and(|ending| ["ttf", "otf", "ttc"].iter().any(|known| ending == *known)),
        )
    };
    entries.flatten().map(|entry| count(&entry.path())).sum()
}
