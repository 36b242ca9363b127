//! Being asked to end by the system: what a scheduler sends some time before it kills.

use std::io;

/// From now on a request to terminate (`SIGTERM`) ends nothing by itself: `heard` is called for each. To be
/// called before any other thread is started, for they inherit what this one does not want to be sent.
/// Where the system knows no such request, nothing happens.
///
/// # Errors
/// When the system refuses.
#[cfg(unix)]
pub fn on_termination(heard: impl Fn() + Send + 'static) -> io::Result<()> {
    use nix::sys::signal::{SigSet, Signal};
    let mut requests = SigSet::empty();
    requests.add(Signal::SIGTERM);
    requests.thread_block()?;
    let listen = move || {
        while requests.wait().is_ok() {
            heard();
        }
    };
    // It ends with the program.
    let _detached = std::thread::Builder::new()
        .name("termination".into())
        .spawn(listen)?;
    Ok(())
}

/// From now on a request to terminate ends nothing by itself; this system knows none.
///
/// # Errors
/// Never.
#[cfg(not(unix))]
pub fn on_termination(_heard: impl Fn() + Send + 'static) -> io::Result<()> {
    Ok(())
}
