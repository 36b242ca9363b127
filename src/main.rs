//! Arguments to window or command; no logic.

use std::process::ExitCode;

fn main() -> ExitCode {
    #[cfg(feature = "gui")]
    if std::env::args_os().len() == 1 {
        return hedgelab::cli::window(None);
    }
    hedgelab::cli::run()
}
