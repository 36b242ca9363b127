//! What a learned policy would do over any two of what it sees and what it is for: the price, the date,
//! what is held; or the market, the book and the option, where the policy is made for each point.
//!
//! A [`Map`] answers an [`Ask`]: two [`Axis`] of [`Dimension`]s, all else as it is.

mod band;
mod dimension;
mod map;
mod seat;
mod state;

pub use band::STILL;
pub use dimension::{Axis, Dimension};
pub use map::{Ask, FULL, Map, Refusal, Wanted, Whose, steps};
pub use seat::Point;
pub use state::{Chosen, State};

use crate::scenario::Named;

/// What the colours of a map stand for (shares).
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize,
)]
pub enum Colour {
    /// The position after the trade.
    #[default]
    Held,
    /// The same minus what delta holds.
    LessDelta,
    /// What is traded; positive buys.
    Trade,
    /// How wide the band of positions is in which next to nothing is traded.
    Band,
}

impl Named for Colour {
    const ALL: &'static [(&'static str, Self)] = &[
        ("position", Self::Held),
        ("less-delta", Self::LessDelta),
        ("trade", Self::Trade),
        ("band", Self::Band),
    ];
}

impl Colour {
    /// What it is, in words.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Held => "position after the trade",
            Self::LessDelta => "position minus delta's",
            Self::Trade => "trade, + buys",
            Self::Band => "width of the no-trade band",
        }
    }

    /// Whether 0 is its middle.
    #[must_use]
    pub fn is_diverging(self) -> bool {
        matches!(self, Self::LessDelta | Self::Trade)
    }

    /// Its number at a point (shares); absent where it was not asked for.
    #[must_use]
    pub fn of(self, point: &Point) -> Option<f64> {
        match self {
            Self::Held => Some(point.held),
            Self::LessDelta => Some(point.held - point.delta),
            Self::Trade => Some(point.held - point.before),
            Self::Band => point.band,
        }
    }
}

/// How the policy is looked at: over what, in which colours, and in which state.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Look {
    /// From left to right.
    pub across: Dimension,
    /// From bottom to top.
    pub up: Dimension,
    /// What is coloured.
    pub colour: Colour,
    /// What of the state is not as on the path.
    pub chosen: Chosen,
}

impl Default for Look {
    fn default() -> Self {
        Self {
            across: Dimension::Spot,
            up: Dimension::AskExponent,
            colour: Colour::default(),
            chosen: Chosen::default(),
        }
    }
}
