//! Opening the window on the system's screen.

use super::command::{FileCommand, LessonCommand};
use super::home::Home;
use super::window::{Window, named};
use crate::crash;
use crate::files;
use crate::hand::Challenge;
use crate::history;
use crate::lessons;
use crate::quotes;
use crate::sweep::Meant;
use anyhow::Context;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

/// Opens the window, on `preset` if one is named, begins `lesson` if one is, and returns when it is closed.
///
/// # Errors
/// When no window can be opened, with the cause and the way on; or when the preset does not load.
pub fn run(preset: Option<String>, lesson: Option<String>) -> anyhow::Result<()> {
    let home = Home::claim(files::settings());
    crash::install(home.folder());
    let file = preset.as_ref().map(|name| files::typed(name.as_ref()));
    let meant = |path: &PathBuf| {
        let prices = history::is_meant_in(path) && path.is_file();
        prices
            || quotes::is_meant_in(path)
            || Meant::by(path).is_some()
            || Challenge::is_meant_in(path)
            || lessons::is_meant_in(path)
    };
    // None is a document: it is opened once there is a window.
    let other = file.filter(meant);
    // A preset that does not load is told before there is a window.
    let preset = preset.filter(|_| other.is_none());
    let document = preset.map(|name| named(&name)).transpose()?;
    let geometry = home.folder().map(|folder| folder.join("egui.ron"));
    let viewport = egui::ViewportBuilder::default()
        .with_title("Hedgelab")
        .with_app_id("hedgelab")
        .with_icon(icon()?)
        .with_inner_size([1280.0, 800.0])
        .with_min_inner_size([640.0, 360.0])
        .with_drag_and_drop(true);
    let options = eframe::NativeOptions {
        viewport,
        renderer: eframe::Renderer::Glow,
        persist_window: true,
        persistence_path: geometry,
        ..eframe::NativeOptions::default()
    };
    let opened = catch_unwind(AssertUnwindSafe(|| {
        eframe::run_native(
            "hedgelab",
            options,
            Box::new(move |creation| {
                let mut window = Window::at_home(&creation.egui_ctx, home, document)?;
                if let Some(name) = lesson {
                    window.push(LessonCommand::Begin(name));
                }
                if let Some(path) = other {
                    window.push(FileCommand::OpenFile(path));
                }
                Ok(Box::new(window))
            }),
        )
    }));
    // What happened and where its report is was told when it did.
    let ended = opened.map_err(|_panic| {
        anyhow::anyhow!("the window is closed; what was in it comes back at the next start")
    })?;
    ended.map_err(|error| anyhow::anyhow!("{error}")).context(
        "no window could be opened; it needs a screen (X11 or Wayland) and OpenGL. \
         Without one the command line does the same work: hedgelab --help",
    )
}

/// The program's picture, for the window's title and the task bar.
fn icon() -> anyhow::Result<egui::IconData> {
    let png = include_bytes!("../../assets/desktop/hedgelab-128.png");
    eframe::icon_data::from_png_bytes(png).context("the icon that the program carries")
}
