//! Figures 1 and 2 of A. Neagu, F. Godin, C. Simard and L. Kosseim, *Deep Hedging with Market
//! Impact* (arXiv 2402.13326): the position against the spot by portfolio value, without impact and
//! with it.

use super::{PolicyView, Whole};
use crate::app::format;
use crate::order_book::OrderBook;
use crate::scenario::Scenario;

/// Ends of the figures' axis of spots, over the first spot: 700 to 1300.
pub(super) const SPOTS: [f64; 2] = [0.7, 1.3];
/// Most shares on the figures' axis.
const MOST: f64 = 2.2;

/// The figures' axis of shares.
pub(super) fn shares(whole: &Whole<'_>) -> (f64, f64) {
    let most = MOST * whole.side * whole.scenario.contract.shares;
    (most.min(0.0), most.max(0.0))
}

/// What the paper's figure shows, and what is seen here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    pub paper: &'static str,
    pub here: String,
}

impl Reading {
    /// The curves of `view` beside the figure that the scenario's market calls for.
    pub(super) fn new(scenario: &Scenario, view: &PolicyView) -> Self {
        Self {
            paper: if OrderBook::of(scenario).is_frictionless() {
                "Figure 1, no impact: the lower V, the steeper, to about 1.8 shares at V = 0."
            } else {
                "Figure 2, with impact: the curves flatten and collapse toward delta."
            },
            here: here(view),
        }
    }
}

/// The largest positions of the first and the last curve, and how far the curves lie apart.
fn here(view: &PolicyView) -> String {
    let (Some(first), Some(last)) = (view.curves.first(), view.curves.last()) else {
        return "Here: this policy does not look at the portfolio value.".into();
    };
    let most = |points: &[egui_plot::PlotPoint]| {
        points
            .iter()
            .fold(0.0, |most: f64, point| most.max(point.y.abs()))
    };
    let apart = (0..first.points.len()).map(|i| {
        let held = view.curves.iter().map(|curve| curve.points[i].y);
        let (low, high) = held.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), y| {
            (low.min(y), high.max(y))
        });
        high - low
    });
    let apart = apart.fold(0.0, f64::max);
    let shares = |x: f64| format::trimmed(x, 2);
    format!(
        "Here: V {} to {} shares, V {} to {}; at most {} apart.",
        first.label,
        shares(most(&first.points)),
        last.label,
        shares(most(&last.points)),
        shares(apart)
    )
}
