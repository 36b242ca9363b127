//! Where the files of a sweep are kept: in a folder, or in a bucket of an object storage.

#[cfg(feature = "object-storage")]
pub(super) mod bucket;
mod disk;

pub(super) use disk::is_one;

use super::error::SweepError;
use disk::Disk;
use std::collections::BTreeSet;
use std::fmt::Debug;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Name of the file with the spec.
pub(super) const SPEC: &str = "sweep.ron";
/// Name of the file with the preset's scenario.
pub(super) const SCENARIO: &str = "scenario.ron";
/// Name of the folder with results.
pub(super) const ROWS: &str = "rows";
/// Name of the folder with networks.
pub(super) const NETWORKS: &str = "networks";
/// Name of the folder with what was said on the way.
const LOG: &str = "log";

/// What a program says that was built without object storage.
#[cfg(any(test, not(feature = "object-storage")))]
const WITHOUT: &str = "is in an object storage, which this program was built without; allowed: a folder, or a program built by \
    cargo build --release --features object-storage";

/// Where files are kept by name: each is whole or not there, at whatever instant whoever writes it is killed.
pub(super) trait Kept: Debug + Send + Sync {
    /// Makes it ready for its first files.
    fn begin(&self) -> Result<(), SweepError>;

    /// The contents of files of at most `limit` bytes each, in the order of their names; absent where there is
    /// no such file.
    fn read(&self, names: &[String], limit: u64) -> Vec<Result<Option<Vec<u8>>, SweepError>>;

    /// Which of these files are there.
    fn there(&self, names: &[String]) -> Result<BTreeSet<String>, SweepError>;

    /// Puts a file in its place, and says whether it was free: what is there stays as it is.
    fn put(&self, name: &str, bytes: &[u8]) -> Result<bool, SweepError>;

    /// Puts a file in the place of what may be there.
    fn replace(&self, name: &str, bytes: &[u8]) -> Result<(), SweepError>;

    /// Adds a line, said at an instant (seconds since 1970), to the log of a share.
    fn log(&self, share: &str, at: u64, line: &str) -> Result<(), SweepError>;

    /// Keeps what of the logs is not kept yet.
    fn end_logs(&self) -> Result<(), SweepError>;

    /// All lines of all logs.
    fn logged(&self) -> Result<Vec<String>, SweepError>;

    /// Removes what killed programs left unfinished; what somebody may still be writing stays.
    fn tidy(&self);
}

/// What is kept at a path, or at an address such as `s3://bucket/prefix`.
///
/// # Errors
/// When it is the address of no storage that this program knows.
pub(super) fn at(path: &Path) -> Result<Arc<dyn Kept>, SweepError> {
    match path.to_str().filter(|_| is_address(path)) {
        Some(address) => bucket_at(address),
        None => Ok(Arc::new(Disk::at(path))),
    }
}

#[cfg(feature = "object-storage")]
fn bucket_at(address: &str) -> Result<Arc<dyn Kept>, SweepError> {
    Ok(Arc::new(bucket::Bucket::at(address)?))
}

#[cfg(not(feature = "object-storage"))]
fn bucket_at(address: &str) -> Result<Arc<dyn Kept>, SweepError> {
    Err(unknown(address, WITHOUT))
}

fn unknown(address: &str, reason: impl Into<String>) -> SweepError {
    SweepError::Folder {
        path: PathBuf::from(address),
        reason: reason.into(),
    }
}

/// Whether a path is the address of an object storage (`s3://bucket/prefix`), and not one of this machine.
#[must_use]
pub fn is_address(path: &Path) -> bool {
    let text = path.to_string_lossy();
    let is_word = |word: &str| {
        // A letter alone is a drive of Windows.
        word.len() > 1
            && word.starts_with(|c: char| c.is_ascii_alphabetic())
            && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '+')
    };
    text.split_once("://")
        .is_some_and(|(word, _)| is_word(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_told_from_a_path() {
        for address in [
            "s3://bucket/a",
            "gs://b",
            "az://c/d",
            "file:///tmp/x",
            "nonsense://x",
        ] {
            assert!(is_address(Path::new(address)), "{address}");
        }
        for path in [
            "s3",
            "s3:/bucket",
            "c://windows",
            "/a://b",
            "",
            "a b://c",
            "://x",
        ] {
            assert!(!is_address(Path::new(path)), "{path}");
        }
    }

    #[test]
    fn a_program_without_object_storage_says_how_it_is_built_with_it() {
        let told = unknown("s3://bucket/example", WITHOUT).to_string();
        assert!(
            told.starts_with("s3://bucket/example: is in an object storage"),
            "{told}"
        );
        assert!(
            told.contains("--features object-storage") && told.lines().count() == 1,
            "{told}"
        );
    }
}
