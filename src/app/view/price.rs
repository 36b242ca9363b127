//! What the option costs to hedge against a parameter, as lines with error bars.

use crate::app::theme::place;
use crate::engine::Priced;
use crate::outcome::Estimate;
use crate::policy::Who;
use crate::scenario::{Scenario, Variation};
use crate::simulate::PricePoint;
use egui_plot::PlotPoint;

/// The prices of all strategies.
#[derive(Clone, Debug, Default)]
pub struct PriceView {
    /// What is swept, once there is an answer.
    pub variation: Option<Variation>,
    /// What the parameter holds.
    pub present: Option<f64>,
    /// Each strategy, in the order in which strategies stand everywhere.
    pub lines: Vec<PriceLine>,
    /// The closed form at each value.
    pub black_scholes: Vec<PlotPoint>,
    /// Values priced, and to be priced.
    pub done: (usize, usize),
    /// The smallest and the largest of all of them.
    pub span: Option<(f64, f64)>,
    /// Paths that each premium is tried on.
    pub paths: usize,
    /// Why there are none, or not all.
    pub refused: Option<String>,
}

/// What one hedger asks.
#[derive(Clone, Debug)]
pub struct PriceLine {
    pub who: Who,
    /// At each value, by each rule.
    pub marks: Vec<PriceMark>,
    /// By each rule, where there is a price.
    pub lines: [Vec<PlotPoint>; 3],
}

/// What one hedger asks at one value of the parameter.
#[derive(Clone, Copy, Debug)]
pub struct PriceMark {
    pub value: f64,
    /// By [`crate::simulate::PRICE_RULES`] (currency).
    pub premiums: [Estimate; 3],
    /// Whether it was trained for another market.
    pub stale: bool,
}

impl PriceView {
    /// Those of an answer in a scenario.
    #[must_use]
    pub fn new(scenario: &Scenario, priced: &Priced) -> Self {
        let points = &priced.curve.points;
        let mut lines: Vec<PriceLine> = priced
            .curve
            .policies()
            .into_iter()
            .map(|who| PriceLine::new(who, points))
            .collect();
        lines.sort_by_key(|line| place(line.who.kind));
        let closed = points.iter();
        Self {
            variation: Some(priced.variation),
            present: priced.variation.present(scenario),
            lines,
            black_scholes: closed
                .map(|point| PlotPoint::new(point.value, point.black_scholes))
                .collect(),
            done: priced.done,
            span: priced.span,
            paths: priced.paths,
            refused: priced.refused.clone(),
        }
    }

    /// The closed form at the present value.
    #[must_use]
    pub fn closed_now(&self) -> Option<f64> {
        let present = self.present?;
        let found = self.black_scholes.iter().find(|point| point.x == present);
        found.map(|point| point.y)
    }
}

impl PriceLine {
    fn new(who: Who, points: &[PricePoint]) -> Self {
        let marks: Vec<PriceMark> = points
            .iter()
            .filter_map(|point| {
                let mut strategies = point.strategies.iter();
                let found = strategies.find(|strategy| strategy.who == who)?;
                Some(PriceMark {
                    value: point.value,
                    premiums: found.premiums,
                    stale: found.stale,
                })
            })
            .collect();
        let line = |rule: usize| {
            let known = marks.iter();
            let point = |mark: &PriceMark| Some((mark.value, mark.premiums[rule].value?));
            let known = known.filter_map(point);
            known.map(|(x, y)| PlotPoint::new(x, y)).collect()
        };
        Self {
            who,
            lines: [line(0), line(1), line(2)],
            marks,
        }
    }

    /// What it asks where the parameter has this value.
    #[must_use]
    pub fn at(&self, value: f64) -> Option<&PriceMark> {
        self.marks.iter().find(|mark| mark.value == value)
    }
}
