//! Ctrl-C asks a long command to end with what it has; a second one ends it at once.

use crate::engine::on_termination;
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

/// From now on Ctrl-C and the system's request to terminate (`SIGTERM`) are requests, which raise this. To be
/// called before any other thread is started.
pub(super) fn listen_for_both() -> &'static Interrupt {
    let _unheard_where_refused = on_termination(|| STOP.raise());
    listen()
}
