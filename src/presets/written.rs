//! Texts in RON: read with care, and told where they are wrong. Presets are written so, and all other
//! files that people write by hand.

use super::{PresetError, locate};
use crate::files;
use crate::units::FieldError;
use ron::extensions::Extensions;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::path::Path;

/// The text of a file of at most `limit` bytes.
///
/// # Errors
/// When the file cannot be read (see [`files::read`]) or is not UTF-8.
pub(crate) fn text_of(path: &Path, limit: u64) -> Result<String, PresetError> {
    let bytes = files::read(path, limit)?;
    match std::str::from_utf8(&bytes) {
        Ok(text) => Ok(text.trim_start_matches('\u{feff}').to_owned()),
        Err(error) => {
            let (line, column) = position_after(&bytes[..error.valid_up_to()]);
            Err(PresetError::Text {
                origin: path.display().to_string(),
                line,
                column,
                message: "is not UTF-8 text".into(),
            })
        }
    }
}

/// Line and column of the byte that follows `before`.
fn position_after(before: &[u8]) -> (usize, usize) {
    let text = String::from_utf8_lossy(before);
    let line = text.matches('\n').count() + 1;
    let column = text
        .rsplit('\n')
        .next()
        .map_or(0, |last| last.chars().count())
        + 1;
    (line, column)
}

/// A text with where it comes from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Written<'a> {
    /// The text.
    pub text: &'a str,
    /// File or name, for messages.
    pub origin: &'a str,
}

impl Written<'_> {
    /// The plain record that the text holds, of this version; `what` it should be is told where it is
    /// empty.
    ///
    /// # Errors
    /// Where and why it is no such record.
    pub(crate) fn read<T: DeserializeOwned>(
        &self,
        what: &str,
        version: u32,
    ) -> Result<T, PresetError> {
        if self.text.trim().is_empty() {
            return Err(self.at(
                (1, 1),
                format!("is empty; {what} starts like: (version: {version}, title: \"…\", …)"),
            ));
        }
        // Another version may have other fields: say that first.
        if let Ok(found) = options().from_str::<OnlyVersion>(self.text)
            && found.version != version
        {
            let wrong = FieldError::new("version", found.version, version);
            return Err(self.about(&wrong));
        }
        options().from_str(self.text).map_err(|wrong| {
            let at = wrong.span.start;
            self.at((at.line, at.col), wrong.code.to_string())
        })
    }

    /// An error about a field of the record, where the field stands.
    pub(crate) fn about(&self, wrong: &FieldError) -> PresetError {
        self.at(locate::field(self.text, &wrong.field), wrong.to_string())
    }

    fn at(&self, (line, column): (usize, usize), message: String) -> PresetError {
        PresetError::Text {
            origin: self.origin.to_owned(),
            line,
            column,
            message,
        }
    }
}

#[derive(serde::Deserialize)]
struct OnlyVersion {
    version: u32,
}

/// A record as the text of a file.
///
/// # Errors
/// When it cannot be put into words.
pub(crate) fn written_text<T: Serialize>(record: &T) -> Result<String, PresetError> {
    let config = ron::ser::PrettyConfig::new()
        .compact_arrays(true)
        .indentor("    ");
    let text = options().to_string_pretty(record, config);
    let mut text = text.map_err(|error| PresetError::Unwritable {
        reason: error.to_string(),
    })?;
    text.push('\n');
    Ok(text)
}

/// How RON is read and written: an optional value stands without `Some`.
fn options() -> ron::Options {
    ron::Options::default().with_default_extension(Extensions::IMPLICIT_SOME)
}
