//! One path: its prices, and what its process has beside them.

use serde::{Serialize, Serializer};
use std::ops::Deref;

/// Prices of a path, from the spot on (currency), with a series as long for each factor of its process;
/// it reads as its prices. A path that somebody brings has no factors.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Path {
    prices: Vec<f64>,
    factors: Vec<Vec<f64>>,
}

/// A path that is looked at.
#[derive(Clone, Copy, Debug)]
pub struct PathView<'a> {
    /// Its prices (currency).
    pub prices: &'a [f64],
    /// A series for each factor; none where it has none.
    pub factors: &'a [Vec<f64>],
}

impl Path {
    /// Prices with factors, each as long as they are.
    #[must_use]
    pub fn new(prices: Vec<f64>, factors: Vec<Vec<f64>>) -> Self {
        Self { prices, factors }
    }

    /// A series for each factor, in the order of their source.
    #[must_use]
    pub fn factors(&self) -> &[Vec<f64>] {
        &self.factors
    }
}

impl Deref for Path {
    type Target = [f64];

    fn deref(&self) -> &[f64] {
        &self.prices
    }
}

/// Over its prices.
impl<'a> IntoIterator for &'a Path {
    type Item = &'a f64;
    type IntoIter = std::slice::Iter<'a, f64>;

    fn into_iter(self) -> Self::IntoIter {
        self.prices.iter()
    }
}

impl From<Vec<f64>> for Path {
    fn from(prices: Vec<f64>) -> Self {
        Self::new(prices, Vec::new())
    }
}

impl<const N: usize> PartialEq<[f64; N]> for Path {
    fn eq(&self, prices: &[f64; N]) -> bool {
        self.prices == prices
    }
}

impl PartialEq<Vec<f64>> for Path {
    fn eq(&self, prices: &Vec<f64>) -> bool {
        self.prices == *prices
    }
}

/// Its prices.
impl Serialize for Path {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.prices.serialize(serializer)
    }
}

impl<'a> From<&'a Path> for PathView<'a> {
    fn from(path: &'a Path) -> Self {
        Self {
            prices: &path.prices,
            factors: &path.factors,
        }
    }
}

impl<'a> From<&'a [f64]> for PathView<'a> {
    fn from(prices: &'a [f64]) -> Self {
        Self {
            prices,
            factors: &[],
        }
    }
}

impl<'a, const N: usize> From<&'a [f64; N]> for PathView<'a> {
    fn from(prices: &'a [f64; N]) -> Self {
        prices.as_slice().into()
    }
}

impl<'a> From<&'a Vec<f64>> for PathView<'a> {
    fn from(prices: &'a Vec<f64>) -> Self {
        prices.as_slice().into()
    }
}
