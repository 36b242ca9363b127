//! Hedging errors over many paths, as curves and marks.

use crate::app::theme::place;
use crate::engine::{Outcomes, StrategyOutcome};
use crate::policy::Who;
use crate::scenario::Strategy;
use egui_plot::PlotPoint;

/// Densities over common bins.
#[derive(Clone, Debug, Default)]
pub struct DistributionView {
    pub densities: Vec<Density>,
    /// The pinned scenario's.
    pub ghosts: Vec<Density>,
    pub marks: Vec<Mark>,
    /// Left edge, width and number of bins.
    pub bins: (f64, f64, usize),
    /// Largest density.
    pub top: f64,
}

/// One policy's density.
#[derive(Clone, Debug)]
pub struct Density {
    pub who: Who,
    /// Density at the middle of each bin.
    pub outline: Vec<PlotPoint>,
}

/// A place on the axis worth naming.
#[derive(Clone, Debug)]
pub struct Mark {
    pub who: Who,
    pub name: &'static str,
    pub at: f64,
}

impl DistributionView {
    /// The curves of an answer.
    #[must_use]
    pub fn new(outcomes: &Outcomes) -> Self {
        let densities = in_order(&outcomes.rows);
        let ghosts = in_order(&outcomes.pinned);
        let top = densities
            .iter()
            .filter(|density| density.who.kind != Strategy::None)
            .flat_map(|density| &density.outline)
            .fold(0.0, |top: f64, point| top.max(point.y));
        let marks = outcomes.rows.iter().flat_map(|row| {
            let mark = |name, value: Option<f64>| {
                value.map(|at| Mark {
                    who: row.policy.who.clone(),
                    name,
                    at,
                })
            };
            [
                mark("VaR 95%", row.statistics.var95.value),
                mark("CVaR 95%", row.statistics.cvar95.value),
            ]
            .into_iter()
            .flatten()
        });
        let bins = outcomes.rows.first().map_or((0.0, 1.0, 0), |row| {
            let histogram = &row.histogram;
            (histogram.low, histogram.width, histogram.counts.len())
        });
        Self {
            densities,
            ghosts,
            marks: marks.collect(),
            bins,
            top,
        }
    }

    /// Where a bin begins and ends (currency).
    #[must_use]
    pub fn edges(&self, bin: usize) -> Option<(f64, f64)> {
        let (low, width, count) = self.bins;
        let from = width.mul_add(bin as f64, low);
        (bin < count).then_some((from, from + width))
    }

    /// The bin of an error.
    #[must_use]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "checked to lie within the bins"
    )]
    pub fn bin(&self, error: f64) -> Option<usize> {
        let (low, width, count) = self.bins;
        let place = ((error - low) / width).floor();
        (place >= 0.0 && place < count as f64).then_some(place as usize)
    }
}

/// Curves in the order in which strategies stand everywhere.
fn in_order(rows: &[StrategyOutcome]) -> Vec<Density> {
    let mut densities: Vec<Density> = rows.iter().map(Density::of).collect();
    densities.sort_by_key(|density| place(density.who.kind));
    densities
}

impl Density {
    fn of(row: &StrategyOutcome) -> Self {
        let density = row.histogram.density();
        let outline = density.map(|(middle, density)| PlotPoint::new(middle, density));
        Self {
            who: row.policy.who.clone(),
            outline: outline.collect(),
        }
    }
}
