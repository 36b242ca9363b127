//! Curves of the position against spot: the path's own, a family by one quantity, and delta.

use super::look::{PolicyChart, Quantity, State};
use super::{Asked, Whole, across, points_of};
use crate::app::view::spaced;
use crate::contract::opening_cash;
use crate::policy::Delta;
use crate::quantity::write::significant;
use crate::scenario::Scenario;
use egui_plot::PlotPoint;

/// Curves of a family.
pub(super) const FAMILY: usize = 6;

/// One curve of a family.
#[derive(Clone, Debug)]
pub struct Curve {
    /// What the quantity is along it.
    pub value: f64,
    /// The same in words.
    pub label: String,
    pub points: Vec<PlotPoint>,
}

/// Spots of a curve, one of them `through`.
pub(super) fn spots(low: f64, high: f64, count: usize, through: f64) -> Vec<f64> {
    let mut spots: Vec<f64> = spaced(low, high, count).collect();
    let gap = |spot: &f64| (spot - through).abs();
    let inside = (low..=high).contains(&through);
    let nearest = spots.iter_mut().min_by(|a, b| gap(a).total_cmp(&gap(b)));
    if let Some(spot) = nearest.filter(|_| inside) {
        *spot = through;
    }
    spots
}

/// The position by spot in a state.
pub(super) fn curve(
    asked: Asked<'_>,
    scenario: &Scenario,
    state: State,
    spots: &[f64],
) -> Vec<PlotPoint> {
    let held = across(asked, scenario, state, spots);
    let pairs = spots.iter().zip(held);
    pairs
        .map(|(spot, held)| PlotPoint::new(*spot, held))
        .collect()
}

/// The curves of a chart; none where the quantity makes no difference to the policy.
pub(super) fn family(
    whole: &Whole<'_>,
    chart: PolicyChart,
    quantity: Quantity,
    state: State,
    (low, high): (f64, f64),
) -> Vec<Curve> {
    let Whole {
        scenario, asked, ..
    } = *whole;
    if quantity == Quantity::Value && !asked.policy.uses_value() {
        return Vec::new();
    }
    let spots: Vec<f64> = spaced(low, high, points_of(asked)).collect();
    let curves: Vec<Curve> = values(scenario, chart, quantity, whole.side)
        .into_iter()
        .map(|value| Curve {
            value,
            label: label(scenario, quantity, value),
            points: curve(
                asked,
                scenario,
                state.with(quantity, value, scenario),
                &spots,
            ),
        })
        .collect();
    let same = |pair: &[Curve]| {
        let mut both = pair[0].points.iter().zip(&pair[1].points);
        both.all(|(a, b)| (a.y - b.y).abs() <= 1e-9 * scenario.contract.shares)
    };
    if curves.windows(2).all(same) {
        return Vec::new();
    }
    curves
}

fn label(scenario: &Scenario, quantity: Quantity, value: f64) -> String {
    if quantity == Quantity::Date {
        return significant(scenario.steps as f64 - value, 6);
    }
    significant(value, 3)
}

/// What the quantity is along each curve.
fn values(scenario: &Scenario, chart: PolicyChart, quantity: Quantity, side: f64) -> Vec<f64> {
    let shares = scenario.contract.shares;
    let times = |step: f64| (0..FAMILY).map(|i| i as f64 * step).collect();
    match quantity {
        Quantity::Value if chart == PolicyChart::PaperFigure => {
            times(0.04 * scenario.market.spot * shares)
        }
        // Half of the premium, or next to it.
        Quantity::Value => times(round(0.5 * opening_cash(scenario).abs())),
        Quantity::Position => times(0.25 * side * shares),
        Quantity::AskMemory | Quantity::BidMemory => {
            let multiples = [0.0, 0.25, 0.5, 1.0, 2.0, 4.0];
            multiples.map(|multiple| multiple * shares).to_vec()
        }
        Quantity::Date => {
            let last = scenario.steps.saturating_sub(1) as f64;
            let mut dates: Vec<f64> = spaced(0.0, last, FAMILY).map(f64::round).collect();
            dates.dedup();
            dates
        }
    }
}

/// The nearest number with one digit; at least the smallest there is.
fn round(x: f64) -> f64 {
    let power = 10f64.powf(x.max(f64::MIN_POSITIVE).log10().floor());
    ((x / power).round() * power).max(f64::MIN_POSITIVE)
}

/// Delta's position by spot.
pub(super) fn delta(scenario: &Scenario, state: State, spots: &[f64]) -> Vec<PlotPoint> {
    curve(Asked::plain(&Delta::of(scenario)), scenario, state, spots)
}
