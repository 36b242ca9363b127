//! A name for content: the same for the same content, on every machine.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use sha2::{Digest, Sha256};
use std::fmt;
use std::io::{self, Read};

/// The SHA-256 of some content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ContentHash([u8; 32]);

impl ContentHash {
    /// The hash of these bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// The hash of what is read to its end, in little memory.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn of_reader(source: &mut impl Read) -> io::Result<Self> {
        let mut hasher = Sha256::new();
        let mut room = vec![0; 1 << 16];
        loop {
            match source.read(&mut room) {
                Ok(0) => return Ok(Self(hasher.finalize().into())),
                Ok(count) => hasher.update(&room[..count]),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// The first twelve digits, enough for people to tell contents apart.
    #[must_use]
    pub fn short(&self) -> String {
        self.to_string().chars().take(12).collect()
    }

    /// The hash that these 64 hexadecimal digits write.
    #[must_use]
    pub fn from_digits(digits: &str) -> Option<Self> {
        if digits.len() != 64 || !digits.bytes().all(|c| c.is_ascii_hexdigit()) {
            return None;
        }
        let mut bytes = [0; 32];
        for (i, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(digits.get(2 * i..2 * i + 2)?, 16).ok()?;
        }
        Some(Self(bytes))
    }
}

impl fmt::Display for ContentHash {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(out, "{byte:02x}"))
    }
}

impl Serialize for ContentHash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ContentHash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let digits = String::deserialize(deserializer)?;
        let wrong = || de::Error::custom(format!("{digits:?} is no hash of 64 digits"));
        Self::from_digits(&digits).ok_or_else(wrong)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_the_published_one_and_reads_back() {
        let hash = ContentHash::of(b"abc");
        let published = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(hash.to_string(), published);
        assert_eq!(hash.short(), "ba7816bf8f01");
        assert_eq!(ContentHash::from_digits(published), Some(hash));
        assert_eq!(ContentHash::of_reader(&mut &b"abc"[..]).unwrap(), hash);
        assert_eq!(ContentHash::from_digits(&published[1..]), None);
        assert_eq!(ContentHash::from_digits(&published.replace('b', "g")), None);
    }
}
