//! What an axis says: its name, its unit, how numbers lie along it, and which.

use super::ink::{Ink, TEXT};

/// An axis.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Axis {
    /// What it measures.
    pub label: String,
    /// In what; empty where it has no unit.
    pub unit: String,
    /// How numbers lie along it.
    pub kind: Kind,
    /// Its ends; absent: what is drawn, with a little room.
    pub range: Option<[f64; 2]>,
    /// Whether nought must be seen.
    pub from_zero: bool,
    /// Whether only whole numbers mean something.
    pub whole: bool,
    /// How numbers are told.
    pub told: Told,
}

/// How numbers along an axis are told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Told {
    /// As they are.
    #[default]
    Plain,
    /// Without their sign: two sides that grow outward.
    Unsigned,
    /// As years, whose thousands are not set apart.
    Years,
}

/// How numbers lie along an axis.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Kind {
    /// Evenly.
    #[default]
    Linear,
    /// By their logarithm, for positive ones.
    Log,
    /// Names at the places 0, 1, 2 …, empty where none is told; up an axis the first stands on top.
    Categories(Vec<Category>),
}

/// A name along an axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Category {
    /// The name.
    pub text: String,
    /// Its colour.
    pub ink: Ink,
}

impl Axis {
    /// An even axis in a unit, over what is drawn.
    #[must_use]
    pub fn new(label: impl Into<String>, unit: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            unit: unit.into(),
            ..Self::default()
        }
    }

    /// An axis of names.
    #[must_use]
    pub fn of_names(label: impl Into<String>, names: impl IntoIterator<Item = String>) -> Self {
        let category = |text| Category { text, ink: TEXT };
        Self {
            label: label.into(),
            kind: Kind::Categories(names.into_iter().map(category).collect()),
            ..Self::default()
        }
    }

    /// The same between two ends.
    #[must_use]
    pub fn between(mut self, low: f64, high: f64) -> Self {
        self.range = Some([low, high]);
        self
    }

    /// The same with nought on it.
    #[must_use]
    pub fn from_zero(mut self) -> Self {
        self.from_zero = true;
        self
    }

    /// The same for whole numbers.
    #[must_use]
    pub fn whole(mut self) -> Self {
        self.whole = true;
        self
    }

    /// The same by the logarithm.
    #[must_use]
    pub fn log(mut self) -> Self {
        self.kind = Kind::Log;
        self
    }

    /// The same without signs.
    #[must_use]
    pub fn unsigned(mut self) -> Self {
        self.told = Told::Unsigned;
        self
    }

    /// The same for years of the calendar.
    #[must_use]
    pub fn years(mut self) -> Self {
        self.told = Told::Years;
        self
    }

    /// Its name with its unit: `spot (currency)`.
    #[must_use]
    pub fn title(&self) -> String {
        if self.unit.is_empty() {
            self.label.clone()
        } else {
            format!("{} ({})", self.label, self.unit)
        }
    }
}
