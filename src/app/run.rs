//! Opening the window on the system's screen.

use super::window::{Setup, Window};
use anyhow::Context;
use std::path::PathBuf;

/// Opens the window, on `preset` if one is named, and returns when it is closed.
///
/// # Errors
/// When no window can be opened, with the cause and the way on; or when the preset does not load.
pub fn run(preset: Option<String>) -> anyhow::Result<()> {
    let folder = config_folder();
    let setup = Setup {
        folder: folder.clone(),
        preset,
    };
    let viewport = egui::ViewportBuilder::default()
        .with_title("Hedgelab")
        .with_app_id("hedgelab")
        .with_inner_size([1280.0, 800.0])
        .with_min_inner_size([900.0, 560.0])
        .with_drag_and_drop(true);
    let options = eframe::NativeOptions {
        viewport,
        renderer: eframe::Renderer::Glow,
        persist_window: true,
        persistence_path: folder.map(|folder| folder.join("egui.ron")),
        ..eframe::NativeOptions::default()
    };
    eframe::run_native(
        "hedgelab",
        options,
        Box::new(move |creation| {
            let window = Window::new(&creation.egui_ctx, &setup)?;
            Ok(Box::new(window))
        }),
    )
    .map_err(|error| anyhow::anyhow!("{error}"))
    .context(
        "no window could be opened; it needs a screen (X11 or Wayland) and OpenGL. \
         Without one the command line does the same work: hedgelab --help",
    )
}

/// `HEDGELAB_CONFIG_DIR`, or the system's place for settings.
fn config_folder() -> Option<PathBuf> {
    if let Some(folder) = std::env::var_os("HEDGELAB_CONFIG_DIR").filter(|name| !name.is_empty()) {
        return Some(PathBuf::from(folder));
    }
    directories::ProjectDirs::from("", "", "hedgelab")
        .map(|folders| folders.config_dir().to_owned())
}
