//! The progress line of a long command.

use indicatif::{ProgressBar, ProgressStyle};

/// A line on standard error, hidden by itself where that is no terminal.
pub(super) struct Bar(ProgressBar);

impl Bar {
    pub fn new() -> Self {
        let bar = ProgressBar::new(1000);
        if let Ok(style) = ProgressStyle::with_template("{bar:30} {msg}") {
            bar.set_style(style);
        }
        Self(bar)
    }

    /// Shows the share that is done, 0 to 1, with words, which are made only where somebody sees them.
    pub fn show(&self, share: f64, words: impl FnOnce() -> String) {
        if self.0.is_hidden() {
            return;
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a share between 0 and 1"
        )]
        self.0.set_position((1000.0 * share) as u64);
        self.0.set_message(words());
    }

    /// Whether nobody sees it.
    pub fn is_hidden(&self) -> bool {
        self.0.is_hidden()
    }

    /// Takes the line away.
    pub fn clear(&self) {
        self.0.finish_and_clear();
    }
}
