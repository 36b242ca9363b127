//! The system's own dialog for a file to be written.

use crate::engine::{Wake, aside};
use std::path::PathBuf;
use std::sync::mpsc::Receiver;

/// The system's own dialog, which runs on a thread of its own.
#[derive(Default)]
pub(super) struct System {
    pub answer: Option<Receiver<Option<PathBuf>>>,
    /// It was not shown, or closed without a choice.
    pub unanswered: bool,
}

impl System {
    /// Asks for a file to be written.
    pub fn ask(&mut self, ctx: egui::Context, name: String) {
        let wake = Wake::new(move || ctx.request_repaint());
        self.answer = aside("file dialog", wake, move || {
            rfd::FileDialog::new()
                .add_filter("Figures and tables", &["svg", "png", "csv"])
                .set_file_name(name)
                .save_file()
        });
        self.unanswered = self.answer.is_none();
    }

    /// What was chosen, once.
    pub fn hear(&mut self) -> Option<PathBuf> {
        let chosen = self.answer.as_ref()?.try_recv().ok()?;
        self.answer = None;
        self.unanswered = chosen.is_none();
        chosen
    }
}
