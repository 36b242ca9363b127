//! Ctrl-C asks a long command to end with what it has; a second one ends it at once.

use crate::training::Interrupt;
use std::sync::LazyLock;

/// Raised by Ctrl-C.
static STOP: LazyLock<Interrupt> = LazyLock::new(Interrupt::default);

/// From now on Ctrl-C is a request, which raises this.
pub(super) fn listen() -> &'static Interrupt {
    STOP.lower();
    let _set_before = ctrlc::set_handler(|| {
        if STOP.is_raised() {
            std::process::exit(130);
        }
        STOP.raise();
    });
    &STOP
}
