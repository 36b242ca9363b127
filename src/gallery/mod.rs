//! What figures there are: each view of the window as a picture for paper, with the data behind it.
//!
//! A view is a function from what is known of a hedge (a [`Hedged`] path, figures of many paths, the
//! course of a training) to a [`Figure`]. [`About`] writes the caption from which it can be found back.
//! What both the window and these pictures compute stands here once.

mod about;
mod book;
mod calibration;
mod costs;
mod differences;
mod distribution;
mod explorer;
mod fit;
mod gaps;
mod hedged;
mod ledger;
mod liquidity;
mod look;
mod path;
mod policy;
mod price;
mod prices;
mod quoted;
mod sweep;
mod training;
mod why;

pub use about::{About, Of};
pub use book::book;
pub use calibration::{calibration, event_study};
pub use costs::costs;
pub use differences::{Gaps, differences};
pub use distribution::{Errors, Shape, distribution};
pub use explorer::{EXPLORER_CELLS, axis_name, explorer};
pub use fit::{FitChart, fit};
pub use gaps::{
    excess_words, expected_words, gained_words, gap_quantiles, gap_stroke, gaps, rule_words,
    standing_words,
};
pub use hedged::{Hedge, Hedged, in_pin};
pub use ledger::ledger;
pub use liquidity::{Bite, Moment, Side, Through, liquidity};
pub use look::{
    ASK, BID, FAMILY, Look, ORDER, TINTS, family, look, looks, name_of, place, strategy_name, tint,
    words,
};
pub use path::path;
pub use policy::{
    Asked, Curve, PolicyChart, Probe, Quantity, State, across, curves, map_stops, points_of,
    policy, spots, spots_through,
};
pub use price::price;
pub use prices::prices;
pub use quoted::Quoted;
pub use sweep::{
    Isoline, axis_unit, colour_range, figure_told, isolines, names_along, sweep, value_told,
};
pub use training::{Course, training};
pub use why::{
    reason_fill, reason_meaning, reason_name, reason_stack, reason_steps, told_reasons, why,
    why_sentence,
};

use crate::figure::Figure;
use crate::scenario::Named;

/// A view that can be taken away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum View {
    /// The order book by size, at a date.
    Book,
    /// The order book through time.
    Liquidity,
    /// What the policy would hold.
    Policy,
    /// Price, positions and costs on one path.
    Path,
    /// Hedging errors of many paths.
    Distribution,
    /// Where the money went.
    Costs,
    /// What the option costs to hedge, against a parameter.
    Price,
    /// Every trade of one path.
    Ledger,
    /// The course of a training.
    Training,
    /// Why it trades.
    Why,
    /// The policy over any two of state and scenario.
    Explorer,
    /// How far from the best what is made at once is.
    Gaps,
    /// One figure of a sweep over two of its axes.
    Sweep,
}

impl Named for View {
    const ALL: &'static [(&'static str, Self)] = &[
        ("book", Self::Book),
        ("liquidity", Self::Liquidity),
        ("policy", Self::Policy),
        ("path", Self::Path),
        ("distribution", Self::Distribution),
        ("costs", Self::Costs),
        ("price", Self::Price),
        ("ledger", Self::Ledger),
        ("training", Self::Training),
        ("why", Self::Why),
        ("explorer", Self::Explorer),
        ("gaps", Self::Gaps),
        ("sweep", Self::Sweep),
    ];
}

impl View {
    /// What it shows, in a few words.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Book => "Order book by size",
            Self::Liquidity => "Liquidity through time",
            Self::Policy => "Policy",
            Self::Path => "Price, positions and costs",
            Self::Distribution => "Hedging errors",
            Self::Costs => "Where the money went",
            Self::Price => "What liquidity is worth",
            Self::Ledger => "Ledger",
            Self::Training => "Training",
            Self::Why => "Why it trades",
            Self::Explorer => "Policy explorer",
            Self::Gaps => "How far from the best",
            Self::Sweep => "Sweep",
        }
    }

    /// Whether it is a table alone.
    #[must_use]
    pub fn is_table(self) -> bool {
        self == Self::Ledger
    }
}

/// Width and height that suit a view of so many policies on paper (px).
#[must_use]
pub fn usual_size(view: View, policies: usize) -> (u32, u32) {
    let more = u32::try_from(policies.saturating_sub(2))
        .unwrap_or(0)
        .min(12);
    match view {
        View::Path | View::Gaps => (640, 470),
        View::Costs => (640, 400 + 90 * more),
        _ => (640, 400),
    }
}

/// The unit of money in figures.
const MONEY: &str = "currency";

/// `count` numbers from `low` to `high`.
pub fn spaced(low: f64, high: f64, count: usize) -> impl Iterator<Item = f64> {
    let gap = (high - low) / (count.max(2) - 1) as f64;
    (0..count).map(move |i| gap.mul_add(i as f64, low))
}

/// A figure with its caption and what stands above its data.
fn told(figure: Figure, about: &About<'_>, of: Of, more: &str) -> Figure {
    let mut figure = figure.with_caption(about.caption(of, more));
    figure.about = about.lines(of);
    figure
}
