//! The program as a person or a scheduler runs it, in a folder of its own.

use std::path::Path;
use std::process::{Command, Output, Stdio};

/// A command in a folder, with what it prints and complains of caught; no array job is taken to be around.
pub fn command(folder: &Path, line: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hedgelab"));
    command.current_dir(folder).args(line.split_whitespace());
    command.env("HEDGELAB_CONFIG_DIR", folder.join("settings"));
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    for name in [
        "SLURM_ARRAY_TASK_ID",
        "SLURM_ARRAY_TASK_COUNT",
        "SLURM_ARRAY_TASK_MIN",
        "JOB_COMPLETION_INDEX",
    ] {
        command.env_remove(name);
    }
    command
}

/// What comes of it.
pub fn run(folder: &Path, line: &str) -> Output {
    command(folder, line).output().unwrap()
}

/// What it prints, with notes or without; it succeeds.
pub fn ran(folder: &Path, line: &str) -> String {
    let output = run(folder, line);
    let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{line}: {complaint}");
    String::from_utf8(output.stdout).unwrap()
}

/// What it prints; it succeeds and has nothing to note.
pub fn ran_quietly(folder: &Path, line: &str) -> String {
    let output = run(folder, line);
    let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{line}: {complaint}");
    assert!(complaint.is_empty(), "{line} complains: {complaint}");
    String::from_utf8(output.stdout).unwrap()
}

/// What it complains of, in one line; it ends with this code.
pub fn refused(folder: &Path, line: &str, code: i32) -> String {
    let output = run(folder, line);
    let complaint = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(code), "{line}: {complaint}");
    assert!(!complaint.contains("panicked"), "{complaint}");
    assert_eq!(complaint.lines().count(), 1, "{complaint}");
    complaint
}
