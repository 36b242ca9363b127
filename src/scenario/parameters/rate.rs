//! A rate that may be infinite: the word `inf` in JSON, which has no infinite number; in RON the
//! word, quoted or not.

use serde::de::{Error, Visitor};
use serde::{Deserializer, Serializer};

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the signature serde asks for"
)]
pub fn serialize<S: Serializer>(rate: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    if rate.is_infinite() {
        serializer.serialize_str("inf")
    } else {
        serializer.serialize_f64(*rate)
    }
}

pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    deserializer.deserialize_any(RateVisitor)
}

struct RateVisitor;

impl Visitor<'_> for RateVisitor {
    type Value = f64;

    fn expecting(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("a rate per year, or inf")
    }
    fn visit_f64<E: Error>(self, x: f64) -> Result<f64, E> {
        Ok(x)
    }
    fn visit_u64<E: Error>(self, x: u64) -> Result<f64, E> {
        Ok(x as f64)
    }
    fn visit_i64<E: Error>(self, x: i64) -> Result<f64, E> {
        Ok(x as f64)
    }
    fn visit_str<E: Error>(self, text: &str) -> Result<f64, E> {
        match text {
            "inf" | "∞" => Ok(f64::INFINITY),
            other => Err(E::custom(format!(
                "expected a rate per year or inf, found {other:?}"
            ))),
        }
    }
}
