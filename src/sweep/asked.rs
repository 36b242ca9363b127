//! A measure as it is written in a file: by its word.

use crate::outcome::Measure;
use serde::de::{EnumAccess, Error, VariantAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// A measure that is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked(pub Measure);

/// The words, which serde wants as a constant.
const WORDS: &[&str] = &[
    "mean",
    "std",
    "rmse",
    "rsmse",
    "var95",
    "cvar95",
    "var99",
    "cvar99",
    "skewness",
    "excess_kurtosis",
    "min",
    "max",
    "turnover",
    "cost",
    "exercise_rate",
];

impl Serialize for Asked {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_unit_variant("Measure", 0, self.0.word())
    }
}

impl<'de> Deserialize<'de> for Asked {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_enum("Measure", WORDS, OneOf)
    }
}

struct OneOf;

impl<'de> Visitor<'de> for OneOf {
    type Value = Asked;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "one of {}", Measure::words())
    }

    fn visit_enum<A: EnumAccess<'de>>(self, data: A) -> Result<Asked, A::Error> {
        let (Word(word), rest) = data.variant()?;
        rest.unit_variant()?;
        let measure = Measure::from_word(&word);
        measure
            .map(Asked)
            .ok_or_else(|| A::Error::unknown_variant(&word, WORDS))
    }
}

/// An identifier.
struct Word(String);

impl<'de> Deserialize<'de> for Word {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Letters;
        impl Visitor<'_> for Letters {
            type Value = Word;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(out, "one of {}", Measure::words())
            }

            fn visit_str<E>(self, word: &str) -> Result<Word, E> {
                Ok(Word(word.to_owned()))
            }
        }
        deserializer.deserialize_identifier(Letters)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_measure_has_a_word_that_reads_back() {
        assert_eq!(Measure::ALL.map(Measure::word).as_slice(), WORDS);
        for measure in Measure::ALL {
            let text = ron::to_string(&Asked(measure)).unwrap();
            assert_eq!(text, measure.word());
            assert_eq!(ron::from_str(&text), Ok(Asked(measure)));
            let text = serde_json::to_string(&Asked(measure)).unwrap();
            let read: Asked = serde_json::from_str(&text).unwrap();
            assert_eq!(read.0, measure);
        }
        assert!(ron::from_str::<Asked>("rsmsee").is_err());
    }
}
