//! Hedging errors over many paths, and their differences, as curves and marks.

pub use crate::gallery::Shape;

use crate::app::theme::place;
use crate::engine::{Outcomes, Pinned, StrategyOutcome};
use crate::outcome::{Estimate, Histogram, Measure};
use crate::policy::Who;
use crate::scenario::Strategy;
use egui_plot::PlotPoint;
use std::sync::Arc;

/// Curves over common bins.
#[derive(Clone, Debug, Default)]
pub struct DistributionView {
    pub densities: Vec<Density>,
    /// Those of each pinned scenario.
    pub ghosts: Vec<(Arc<Pinned>, Vec<Density>)>,
    pub marks: Vec<Mark>,
    /// Left edge, width and number of bins; those of the widest curve where each has its own.
    pub bins: (f64, f64, usize),
    /// Largest density.
    pub top: f64,
}

/// One policy's curve, in each shape.
#[derive(Clone, Debug)]
pub struct Density {
    pub who: Who,
    /// Density at the middle of each bin.
    pub outline: Vec<PlotPoint>,
    /// Share of paths in each bin (percent), as steps.
    pub steps: Vec<PlotPoint>,
    /// Share of paths below each edge (percent).
    pub cumulative: Vec<PlotPoint>,
    /// The same with its axes exchanged.
    pub quantiles: Vec<PlotPoint>,
}

/// A place on the axis worth naming.
#[derive(Clone, Debug)]
pub struct Mark {
    pub who: Who,
    pub measure: Measure,
    pub figure: Estimate,
    pub at: f64,
}

impl Mark {
    fn of(who: &Who, measure: Measure, figure: Estimate) -> Option<Self> {
        Some(Self {
            who: who.clone(),
            measure,
            figure,
            at: figure.value?,
        })
    }
}

impl DistributionView {
    /// The hedging errors of an answer.
    #[must_use]
    pub fn new(outcomes: &Outcomes) -> Self {
        let errors = |rows: &[StrategyOutcome]| in_order(rows, |row| Some(&row.histogram));
        let marks = outcomes.rows.iter().flat_map(|row| {
            let mark =
                |measure: Measure| Mark::of(&row.policy.who, measure, measure.of(&row.statistics));
            [Measure::Var95, Measure::Cvar95]
                .into_iter()
                .filter_map(mark)
        });
        let first = outcomes.rows.first().map(|row| &row.histogram);
        Self {
            marks: marks.collect(),
            ..Self::of(outcomes, &errors, first)
        }
    }

    /// The differences, path by path, from the strategy that all are compared with.
    #[must_use]
    pub fn of_gaps(outcomes: &Outcomes) -> Self {
        let span = |histogram: &Histogram| histogram.width * histogram.counts.len() as f64;
        let widest = outcomes
            .rows
            .iter()
            .filter_map(|row| Some(&row.against.as_ref()?.histogram))
            .max_by(|one, other| span(one).total_cmp(&span(other)));
        let gaps =
            |rows: &[StrategyOutcome]| in_order(rows, |row| Some(&row.against.as_ref()?.histogram));
        let marks = outcomes.rows.iter().filter_map(|row| {
            let mean = row.against.as_ref()?.difference.mean;
            Mark::of(&row.policy.who, Measure::Mean, mean)
        });
        Self {
            marks: marks.collect(),
            ..Self::of(outcomes, &gaps, widest)
        }
    }

    fn of(
        outcomes: &Outcomes,
        curves: &dyn Fn(&[StrategyOutcome]) -> Vec<Density>,
        bins: Option<&Histogram>,
    ) -> Self {
        let densities = curves(&outcomes.rows);
        let pinned = outcomes.pinned.iter();
        let ghosts = pinned.map(|pinned| (pinned.pinned.clone(), curves(&pinned.rows)));
        let ghosts = ghosts.collect();
        let hedging = densities.iter().filter(|d| hedges(d.who.kind));
        let top = hedging
            .flat_map(|density| &density.outline)
            .fold(0.0, |top: f64, point| top.max(point.y));
        Self {
            densities,
            ghosts,
            marks: Vec::new(),
            bins: bins.map_or((0.0, 1.0, 0), |h| (h.low, h.width, h.counts.len())),
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

/// Whether a strategy goes on hedging; others have tails so long that nothing would be seen of these.
fn hedges(strategy: Strategy) -> bool {
    !matches!(strategy, Strategy::None | Strategy::Static)
}

/// Curves in the order in which strategies stand everywhere.
fn in_order(
    rows: &[StrategyOutcome],
    histogram: impl Fn(&StrategyOutcome) -> Option<&Histogram>,
) -> Vec<Density> {
    let curve = |row: &StrategyOutcome| Some(Density::of(&row.policy.who, histogram(row)?));
    let mut densities: Vec<Density> = rows.iter().filter_map(curve).collect();
    densities.sort_by_key(|density| place(density.who.kind));
    densities
}

impl Density {
    fn of(who: &Who, histogram: &Histogram) -> Self {
        let density = histogram.density();
        let outline = density.map(|(middle, density)| PlotPoint::new(middle, density));
        let percent = 100.0 / histogram.total().max(1) as f64;
        let bins = histogram.counts.iter().enumerate();
        let steps = bins.flat_map(|(bin, count)| {
            let height = percent * *count as f64;
            let (from, to) = (histogram.edge(bin), histogram.edge(bin + 1));
            [PlotPoint::new(from, height), PlotPoint::new(to, height)]
        });
        let cumulative: Vec<PlotPoint> = histogram
            .cumulative()
            .map(|(edge, share)| PlotPoint::new(edge, 100.0 * share))
            .collect();
        Self {
            who: who.clone(),
            outline: outline.collect(),
            steps: steps.collect(),
            quantiles: cumulative
                .iter()
                .map(|point| PlotPoint::new(point.y, point.x))
                .collect(),
            cumulative,
        }
    }

    /// The curve in a shape.
    #[must_use]
    pub fn curve(&self, shape: Shape) -> &[PlotPoint] {
        match shape {
            Shape::Density => &self.outline,
            Shape::Histogram => &self.steps,
            Shape::Cumulative => &self.cumulative,
            Shape::Quantile => &self.quantiles,
        }
    }
}
