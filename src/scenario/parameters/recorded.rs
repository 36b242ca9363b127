//! What a market takes from recorded prices.

use crate::scenario::Returns;
use crate::units::ContentHash;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::sync::Arc;

/// How recorded prices become paths.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Recorded {
    /// Where the prices are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prices: Option<PriceFile>,
    /// Mean length `L` of the blocks of the bootstrap (trading dates).
    pub block_length: f64,
    /// Share of the returns, the first in time, from which training and tuning draw.
    pub training_share: f64,
    /// Share of the returns, those that follow, from which validation draws; evaluation has the rest.
    pub validation_share: f64,
    /// Whose drift paths have.
    pub drift: RecordedDrift,
}

impl Default for Recorded {
    fn default() -> Self {
        Self {
            prices: None,
            block_length: 10.0,
            training_share: 0.6,
            validation_share: 0.15,
            drift: RecordedDrift::Recorded,
        }
    }
}

impl Recorded {
    /// Whether a file need not say anything of it.
    #[must_use]
    pub fn is_usual(&self) -> bool {
        *self == Self::default()
    }
}

/// Whose drift bootstrapped paths have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordedDrift {
    /// That of the returns, in each range its own.
    Recorded,
    /// `market.drift`, in each range.
    Given,
}

/// Whether 01/02/2020 is in January or in February.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DateOrder {
    /// 31/01/2020.
    DayFirst,
    /// 01/31/2020.
    MonthFirst,
}

/// A file of prices: its place, and its content by which it is known.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriceFile {
    /// Where it is: as it was named, from the folder of the preset or from the present one.
    pub file: String,
    /// The column of prices, where it was chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// Which comes first in its dates, where that was chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dates: Option<DateOrder>,
    /// The hash of its times and prices.
    #[serde(serialize_with = "write_hash", deserialize_with = "read_hash")]
    pub content: ContentHash,
    /// What was read of it.
    #[serde(skip)]
    pub returns: Held,
}

fn write_hash<S: Serializer>(hash: &ContentHash, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(hash)
}

fn read_hash<'de, D: Deserializer<'de>>(deserializer: D) -> Result<ContentHash, D::Error> {
    let digits = String::deserialize(deserializer)?;
    ContentHash::from_digits(&digits)
        .ok_or_else(|| de::Error::custom("expected the 64 digits of a content hash"))
}

/// Returns that were read, or none yet. What they are is said by the content hash beside them, so that two
/// are equal whether they were read or not.
#[derive(Clone, Debug, Default)]
pub struct Held(pub Option<Arc<Returns>>);

impl PartialEq for Held {
    fn eq(&self, _other: &Self) -> bool {
        true
    }
}
