//! Which files make a record, and what is in them, so that one byte that changed is found and named.
//!
//! The manifest seals itself. It says how long the run took, too: all other files are the same whenever
//! and on however many threads they are made.

use super::seal::{self, Sealed};
use crate::units::ContentHash;
use serde::{Deserialize, Serialize};

/// Name of the file.
pub const MANIFEST: &str = "manifest.json";
/// Version of the format that this program reads and writes.
const VERSION: u32 = 1;

/// The list of a record's files.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Version of the format.
    pub version: u32,
    /// The name of the question that the record answers.
    pub record: ContentHash,
    /// Time that the run took, where it is known (seconds).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds: Option<f64>,
    /// Every other file.
    pub files: Vec<Listed>,
    /// The hash of all this without the seal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    seal: Option<ContentHash>,
}

/// A file of a record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listed {
    /// Its path below the folder.
    pub name: String,
    /// Its size.
    pub bytes: u64,
    /// The hash of what is in it.
    pub sha256: ContentHash,
}

impl Sealed for Manifest {
    const WHAT: &'static str = "manifest";
    const VERSION: u32 = VERSION;

    fn seal(&mut self) -> &mut Option<ContentHash> {
        &mut self.seal
    }
}

impl Manifest {
    /// The manifest of these files.
    #[must_use]
    pub fn new(record: ContentHash, seconds: Option<f64>, files: Vec<Listed>) -> Self {
        Self {
            version: VERSION,
            record,
            seconds,
            files,
            seal: None,
        }
    }

    /// The text of the file, sealed.
    ///
    /// # Errors
    /// What cannot be written.
    pub fn text(&self) -> Result<String, serde_json::Error> {
        seal::text(self)
    }

    /// The manifest in the content of a file.
    ///
    /// # Errors
    /// Why it is not taken.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, String> {
        seal::read(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_reads_back_and_no_byte_of_it_can_change() {
        let files = vec![Listed {
            name: "record.json".into(),
            bytes: 3,
            sha256: ContentHash::of(b"abc"),
        }];
        let manifest = Manifest::new(ContentHash::of(b"question"), Some(0.1), files);
        let text = manifest.text().unwrap();
        let read = Manifest::from_bytes(text.as_bytes()).unwrap();
        assert_eq!((&read.files, read.seconds), (&manifest.files, Some(0.1)));
        assert_eq!(read.text().unwrap(), text);
        for place in 0..text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[place] ^= 1;
            assert!(Manifest::from_bytes(&bytes).is_err(), "byte {place}");
        }
    }
}
