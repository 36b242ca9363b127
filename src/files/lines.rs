//! Files that only grow, line by line.

use super::FileError;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// Adds a line to the end of a file, which is made where there is none, and has it on disk before it
/// returns. Programs that add at once take turns; a last line that a crash cut short is ended first, so
/// that it spoils no later one.
///
/// # Errors
/// When the system refuses any step.
pub fn append_line(path: &Path, line: &str) -> Result<(), FileError> {
    debug_assert!(!line.contains('\n'), "one line");
    append(path, line).map_err(|source| FileError::System {
        path: path.to_owned(),
        source,
    })
}

fn append(path: &Path, line: &str) -> io::Result<()> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    if let Some(folder) = folder {
        fs::create_dir_all(folder)?;
    }
    let is_new = !path.exists();
    let mut options = OpenOptions::new();
    let mut file = options.create(true).read(true).append(true).open(path)?;
    // Given up when the file is closed; some systems have no locks, and one write is whole there too.
    let _turn = file.lock();
    let start = if ends_a_line(&mut file)? { "" } else { "\n" };
    file.write_all(format!("{start}{line}\n").as_bytes())?;
    file.sync_all()?;
    if let Some(folder) = folder
        .filter(|_| is_new)
        .and_then(|folder| File::open(folder).ok())
    {
        let _best_effort = folder.sync_all();
    }
    Ok(())
}

/// Whether the file is empty or its last line is whole.
fn ends_a_line(file: &mut File) -> io::Result<bool> {
    if file.metadata()?.len() == 0 {
        return Ok(true);
    }
    let mut last = [0];
    file.seek(SeekFrom::End(-1))?;
    file.read_exact(&mut last)?;
    Ok(last == *b"\n")
}

/// The files of a folder whose names have this ending, by name.
///
/// # Errors
/// When the folder cannot be read.
pub fn list(folder: &Path, ending: &str) -> Result<Vec<PathBuf>, FileError> {
    let system = |source| FileError::System {
        path: folder.to_owned(),
        source,
    };
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(system)? {
        let path = entry.map_err(system)?.path();
        let found = path.extension();
        if found.is_some_and(|found| found.eq_ignore_ascii_case(ending)) {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}
