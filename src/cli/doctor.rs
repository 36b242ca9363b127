//! `hedgelab doctor`: what a report of an error needs to say of the machine.

use super::{Failure, print};
use crate::crash;
use crate::files;
use crate::presets;
use crate::quantity::write::fixed;
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
    let is_report = |name: &str| name.starts_with("crash.txt");
    let reports = files::names(&settings, 0)
        .iter()
        .filter(|name| is_report(name))
        .count();
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
    let is_font = |name: &&String| {
        let name = name.to_ascii_lowercase();
        [".ttf", ".otf", ".ttc"]
            .iter()
            .any(|end| name.ends_with(end))
    };
    let names = folders.iter().flat_map(|folder| files::names(folder, 4));
    let count = names.collect::<Vec<_>>().iter().filter(is_font).count();
    format!("the program's own, and {count} of the system for other scripts")
}
