//! Files of JSON that seal themselves: the last entry is the hash of the others, and a file is taken only
//! as it would be written.

use crate::units::ContentHash;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// What is written in such a file.
pub trait Sealed: Clone + Serialize + DeserializeOwned {
    /// What it is, for messages.
    const WHAT: &'static str;
    /// Version of the format that this program reads and writes.
    const VERSION: u32;

    /// Where the seal stands; none before it is written.
    fn seal(&mut self) -> &mut Option<ContentHash>;
}

/// The text of the file, sealed.
///
/// # Errors
/// What cannot be written.
pub fn text<T: Sealed>(content: &T) -> Result<String, serde_json::Error> {
    let mut sealed = content.clone();
    *sealed.seal() = None;
    let seal = ContentHash::of(serde_json::to_string_pretty(&sealed)?.as_bytes());
    *sealed.seal() = Some(seal);
    Ok(serde_json::to_string_pretty(&sealed)? + "\n")
}

/// What is in the content of a file.
///
/// # Errors
/// Why it is not taken.
pub fn read<T: Sealed>(bytes: &[u8]) -> Result<T, String> {
    #[derive(Deserialize)]
    struct OnlyVersion {
        version: u32,
    }
    let other = |error: serde_json::Error| format!("is no {}: {error}", T::WHAT);
    let OnlyVersion { version } = serde_json::from_slice(bytes).map_err(other)?;
    if version != T::VERSION {
        return Err(format!("has version {version}; allowed: {}", T::VERSION));
    }
    let content: T = serde_json::from_slice(bytes).map_err(other)?;
    if text(&content).map_err(other)?.as_bytes() == bytes {
        return Ok(content);
    }
    Err("is not as it was written: its seal does not fit".into())
}
