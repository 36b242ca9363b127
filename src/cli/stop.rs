//! Ctrl-C asks a long command to end with what it has; a second one ends it at once.

use std::sync::atomic::{AtomicBool, Ordering};

static STOP: AtomicBool = AtomicBool::new(false);

/// From now on Ctrl-C is a request, which [`asked`] tells.
pub(super) fn listen() {
    STOP.store(false, Ordering::Relaxed);
    let _set_before = ctrlc::set_handler(|| {
        if STOP.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
    });
}

/// Whether somebody asked for an end.
pub(super) fn asked() -> bool {
    STOP.load(Ordering::Relaxed)
}
