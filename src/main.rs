//! Arguments to window or command; no logic.

fn main() -> std::process::ExitCode {
    hedgelab::cli::run()
}
