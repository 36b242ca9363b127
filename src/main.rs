//! Arguments to window or command; no logic.

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().skip(1).collect();
    match hedgelab::cli::wants_window(&arguments) {
        Some(wanted) => hedgelab::cli::window(wanted),
        None => hedgelab::cli::run(),
    }
}
