//! What draws the window.

use eframe::glow::{self, HasContext};
use std::sync::{Arc, Mutex, PoisonError};

/// The system's OpenGL: who drives it, and its version.
///
/// # Errors
/// When no window can be opened.
pub fn graphics() -> anyhow::Result<String> {
    let found = Arc::new(Mutex::new(None));
    let note = Arc::clone(&found);
    let options = eframe::NativeOptions {
        viewport: egui::ViewportBuilder::default().with_visible(false),
        renderer: eframe::Renderer::Glow,
        ..eframe::NativeOptions::default()
    };
    let ended = eframe::run_native(
        "hedgelab",
        options,
        Box::new(move |creation| {
            let said = creation.gl.as_deref().map(described);
            *note.lock().unwrap_or_else(PoisonError::into_inner) = said;
            // Enough was seen: no window is shown.
            Err("done".into())
        }),
    );
    let found = found.lock().unwrap_or_else(PoisonError::into_inner).take();
    match (found, ended) {
        (Some(found), _) => Ok(found),
        (None, Err(error)) => Err(anyhow::anyhow!("{error}")),
        (None, Ok(())) => Err(anyhow::anyhow!("there is no OpenGL")),
    }
}

fn described(gl: &glow::Context) -> String {
    let version = gl.version();
    let kind = if version.is_embedded {
        "OpenGL ES"
    } else {
        "OpenGL"
    };
    format!(
        "{kind} {}.{} {}",
        version.major, version.minor, version.vendor_info
    )
}
