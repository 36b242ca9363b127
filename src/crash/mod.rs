//! When the program breaks down by an error of its own: a report in a file, for whoever mends it.
//!
//! A report holds version, system, backtrace and what was asked for last, by name alone: no prices,
//! no parameters, no names of files.

mod journal;
mod system;

pub use journal::note;
pub use system::{instruction_sets, versions};

use crate::files;
use std::backtrace::Backtrace;
use std::io::{self, Write};
use std::panic::{self, PanicHookInfo};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

/// Name of the report in its folder.
const NAME: &str = "crash.txt";
/// A report grows no further than this (bytes).
const MOST: u64 = 1 << 20;
/// Where this process writes its report.
static PLACE: Mutex<Option<PathBuf>> = Mutex::new(None);

/// From now on a panic of any thread writes to `crash.txt` in `folder`; without a folder it is told
/// on standard error alone.
pub fn install(folder: Option<&Path>) {
    let mut place = PLACE.lock().unwrap_or_else(PoisonError::into_inner);
    let first = place.is_none();
    *place = folder.map(|folder| folder.join(NAME));
    if first && place.is_some() {
        panic::set_hook(Box::new(tell));
    }
}

/// The report of this process, once there is one.
#[must_use]
pub fn report() -> Option<PathBuf> {
    // A thread that panics while it holds the lock must not wait for itself.
    let place = PLACE.try_lock().ok()?;
    place.clone().filter(|path| path.is_file())
}

/// The report that an earlier session left in `folder`, moved to a name of its own so that it is told
/// of once.
#[must_use]
pub fn earlier(folder: &Path) -> Option<PathBuf> {
    let left = folder.join(NAME);
    let told = files::put_by(&left, "told").ok()?;
    Some(told)
}

fn tell(panic: &PanicHookInfo<'_>) {
    let text = describe(panic);
    let written = PLACE
        .try_lock()
        .ok()
        .and_then(|place| place.clone())
        .map(|path| files::append(&path, text.as_bytes(), MOST).map(|()| path));
    let mut out = io::stderr().lock();
    let _closed = match written {
        Some(Ok(path)) => writeln!(
            out,
            "hedgelab: broke down by an error of its own: {}\nhedgelab: what a report of the error needs is in {}",
            message(panic),
            path.display()
        ),
        _ => writeln!(out, "{text}"),
    };
}

fn message(panic: &PanicHookInfo<'_>) -> String {
    let said = panic.payload_as_str().unwrap_or("no message");
    match panic.location() {
        Some(place) => format!("{said} ({}:{})", place.file(), place.line()),
        None => said.to_owned(),
    }
}

fn describe(panic: &PanicHookInfo<'_>) -> String {
    let thread = std::thread::current();
    let seconds = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .map_or(0, |time| time.as_secs());
    format!(
        "{}\ntime: {seconds} seconds after the start of 1970\nthread: {}\nerror: {}\nasked for last: {}\n{}\n",
        versions(),
        thread.name().unwrap_or("without a name"),
        message(panic),
        journal::told(),
        Backtrace::force_capture()
    )
}
