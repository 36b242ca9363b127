//! What lessons may ask to be measured, by name and unit.

use super::Setup;
use crate::outcome::Measure;
use crate::scenario::fields::Field;
use crate::scenario::{Named, Strategy};
use serde::Deserialize;

/// What can be measured. Dates count from 0; `of` is a strategy.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Quantity {
    /// A number as it is.
    Number(f64),
    /// A field of the scenario, by its name.
    Field(String),
    /// A figure over all paths.
    Statistic {
        /// Whose.
        of: Strategy,
        /// Which.
        measure: Measure,
    },
    /// A figure less another strategy's, on the same paths.
    Difference {
        /// Whose.
        of: Strategy,
        /// Less whose.
        from: Strategy,
        /// Which.
        measure: Measure,
        /// In which setup that other one hedges, on the same random numbers; absent: in this one.
        #[serde(default)]
        other: Option<Box<Setup>>,
    },
    /// What training makes small in this scenario (currency).
    Objective {
        /// Of whom.
        of: Strategy,
    },
    /// The same less another strategy's, on the same paths (currency).
    ObjectiveDifference {
        /// Whose.
        of: Strategy,
        /// Less whose.
        from: Strategy,
        /// In which setup that other one hedges, on the same random numbers; absent: in this one.
        #[serde(default)]
        other: Option<Box<Setup>>,
    },
    /// Share of the paths on which the hedging error is smaller than another strategy's.
    ShareBetter {
        /// Whose.
        of: Strategy,
        /// Than whose.
        from: Strategy,
    },
    /// The standard error of a figure over many paths, in that figure's unit.
    StandardError(Box<Quantity>),
    /// Hedging error on the path on screen (currency).
    ErrorOnPath {
        /// Whose.
        of: Strategy,
    },
    /// What trading cost against the mid price on the path on screen (currency).
    CostOnPath {
        /// Whose.
        of: Strategy,
    },
    /// Shares held after the trade of a date of that path.
    PositionOnPath {
        /// By whom.
        of: Strategy,
        /// When.
        date: usize,
    },
    /// Shares traded on that path from a date to another, that one included.
    TradedOnPath {
        /// By whom.
        of: Strategy,
        /// From when.
        from: usize,
        /// To when.
        to: usize,
    },
    /// Shares that would be held after the trade at a price, in a state.
    Target {
        /// By whom.
        of: Strategy,
        /// When.
        date: usize,
        /// At which price (currency).
        spot: f64,
        /// Shares held before.
        #[serde(default)]
        position: f64,
        /// Portfolio value before (currency).
        #[serde(default)]
        value: f64,
        /// Shares bought lately and not yet refilled.
        #[serde(default)]
        ask_memory: f64,
        /// Shares sold lately and not yet refilled.
        #[serde(default)]
        bid_memory: f64,
    },
    /// Mean of the shares traded from a date on, on paths that end within a distance of the strike.
    TradedNearStrike {
        /// By whom.
        of: Strategy,
        /// From when.
        from: usize,
        /// The distance, relative to the strike.
        within: f64,
        /// Less what is traded on the same paths in this setup.
        #[serde(default)]
        other: Option<Box<Setup>>,
    },
    /// Quoted spread at the opening spot (currency).
    Spread {
        /// Shares bought lately and not yet refilled.
        #[serde(default)]
        ask_memory: f64,
        /// Shares sold lately and not yet refilled.
        #[serde(default)]
        bid_memory: f64,
    },
    /// What a purchase at the opening spot costs more than the mid price (currency).
    CostOfBuying {
        /// How many shares.
        size: f64,
        /// Shares bought lately and not yet refilled.
        #[serde(default)]
        ask_memory: f64,
    },
    /// What buying shares and selling them at once loses, at the opening spot (currency).
    CostOfRoundTrip {
        /// How many shares.
        size: f64,
    },
    /// Of what was bought, the share that the ask side still misses a date later.
    Kept,
}

impl Quantity {
    /// Its unit.
    #[must_use]
    pub fn unit(&self) -> &'static str {
        match self {
            Self::Number(_) | Self::Kept | Self::ShareBetter { .. } => "",
            Self::Field(name) => Field::find(name).map_or("", |field| field.unit),
            Self::StandardError(figure) => figure.unit(),
            Self::Statistic { measure, .. } | Self::Difference { measure, .. } => measure.unit(),
            Self::Objective { .. }
            | Self::ObjectiveDifference { .. }
            | Self::ErrorOnPath { .. }
            | Self::CostOnPath { .. }
            | Self::Spread { .. }
            | Self::CostOfBuying { .. }
            | Self::CostOfRoundTrip { .. } => "currency",
            Self::PositionOnPath { .. }
            | Self::TradedOnPath { .. }
            | Self::Target { .. }
            | Self::TradedNearStrike { .. } => "shares",
        }
    }

    /// What it is called.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Number(value) => crate::units::plain(*value),
            Self::Field(name) => Field::find(name).map_or(name.clone(), |field| field.label.into()),
            Self::Statistic { of, measure } => format!("{} of {}", measure.name(), of.name()),
            Self::Difference {
                of,
                from,
                measure,
                other,
            } => {
                let (of, from) = (of.name(), elsewhere(from.name(), other.as_deref()));
                format!("{} of {of} less {from}", measure.name())
            }
            Self::Objective { of } => format!("objective of {}", of.name()),
            Self::ObjectiveDifference { of, from, other } => {
                let (of, from) = (of.name(), elsewhere(from.name(), other.as_deref()));
                format!("objective of {of} less {from}")
            }
            Self::ShareBetter { of, from } => {
                format!(
                    "share of paths on which {} beats {}",
                    of.name(),
                    from.name()
                )
            }
            Self::StandardError(figure) => format!("standard error of {}", figure.name()),
            Self::ErrorOnPath { of } => format!("hedging error of {} here", of.name()),
            Self::CostOnPath { of } => format!("cost of {} here", of.name()),
            Self::PositionOnPath { of, date } => {
                format!("shares held by {} at date {date}", of.name())
            }
            Self::TradedOnPath { of, from, to } => {
                format!("shares traded by {} from date {from} to {to}", of.name())
            }
            Self::Target { of, spot, .. } => {
                let spot = crate::units::plain(*spot);
                format!("shares that {} would hold at {spot}", of.name())
            }
            Self::TradedNearStrike {
                of, from, other, ..
            } => {
                let less = other.as_deref().map_or_else(String::new, |other| {
                    format!(", less {}", elsewhere("as many", Some(other)))
                });
                let of = of.name();
                format!("shares traded by {of} near the strike from date {from} on{less}")
            }
            Self::Spread { .. } => "spread".into(),
            Self::CostOfBuying { size, .. } => {
                format!("cost of buying {}", crate::units::plain(*size))
            }
            Self::CostOfRoundTrip { size } => {
                format!("cost of a round trip of {}", crate::units::plain(*size))
            }
            Self::Kept => "memory kept a date later".into(),
        }
    }
}

/// Somebody, there.
fn elsewhere(who: &str, there: Option<&Setup>) -> String {
    match there {
        None => who.to_owned(),
        Some(setup) => {
            let place = setup.pin.as_ref().unwrap_or(&setup.preset);
            format!("{who} in {place}")
        }
    }
}
