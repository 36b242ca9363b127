//! Curves of the position against spot: the path's own, a family by one quantity, and delta.

use super::{Asked, PolicyChart, Quantity, State, Whole, across};
use crate::gallery;
use crate::policy::Delta;
use crate::scenario::Scenario;
use egui_plot::PlotPoint;

pub(super) use crate::gallery::spots_through as spots;

/// One curve of a family.
#[derive(Clone, Debug)]
pub struct Curve {
    /// What the quantity is along it.
    pub value: f64,
    /// The same in words.
    pub label: String,
    pub points: Vec<PlotPoint>,
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
    spots: (f64, f64),
) -> Vec<Curve> {
    let Whole {
        scenario, asked, ..
    } = *whole;
    let of = gallery::Asked {
        policy: asked.policy,
        carried: &|step| asked.at(step).to_vec(),
        scenario,
        side: whole.side,
    };
    let curves = gallery::curves(&of, chart, quantity, state, spots).into_iter();
    curves
        .map(|curve| Curve {
            value: curve.value,
            label: curve.label,
            points: curve.points.into_iter().map(PlotPoint::from).collect(),
        })
        .collect()
}

/// Delta's position by spot.
pub(super) fn delta(scenario: &Scenario, state: State, spots: &[f64]) -> Vec<PlotPoint> {
    curve(Asked::plain(&Delta::of(scenario)), scenario, state, spots)
}
