//! The pinned scenario's policy, to be drawn behind the live one.

use super::map::ROWS;
use super::{Asked, POINTS, PolicyChart, across, at, dated};
use crate::app::view::spaced;
use crate::episode::{Bounds, Observation};
use crate::scenario::Scenario;
use egui_plot::PlotPoint;

/// The pinned scenario's policy in the state of the path's own curve, at the same date of its own
/// calendar.
pub(super) fn curve(
    scenario: &Scenario,
    asked: Asked<'_>,
    (low, high): (f64, f64),
    plain: Observation,
) -> Vec<PlotPoint> {
    let seen = dated(scenario, plain.step, plain);
    let spots: Vec<f64> = spaced(low, high, POINTS).collect();
    let held = across(asked, &Bounds::of(scenario), &spots, seen);
    let pairs = spots.iter().zip(held);
    pairs.map(|(x, y)| PlotPoint::new(*x, y)).collect()
}

/// Where in a map the pinned policy would hold what it has: over spot and position, the position at
/// each spot; over spot and time, the spot at each date.
pub(super) fn still(
    scenario: &Scenario,
    asked: Asked<'_>,
    chart: PolicyChart,
    ((low, high), (bottom, top)): ((f64, f64), (f64, f64)),
    plain: Observation,
) -> Vec<PlotPoint> {
    let bounds = Bounds::of(scenario);
    let over_time = chart.over_time();
    let plain = dated(scenario, plain.step, plain);
    let spots: Vec<f64> = spaced(low, high, POINTS).collect();
    let rows: Vec<f64> = spaced(bottom, top, ROWS).collect();
    let gaps: Vec<Vec<f64>> = rows
        .iter()
        .map(|up| {
            let seen = at(scenario, plain, *up, over_time);
            let targets = across(asked, &bounds, &spots, seen);
            targets
                .iter()
                .map(|target| target - seen.position)
                .collect()
        })
        .collect();
    if over_time {
        let along = |(up, gaps): (&f64, &Vec<f64>)| {
            Some(PlotPoint::new(crossing(&spots, gaps.iter().copied())?, *up))
        };
        rows.iter().zip(&gaps).filter_map(along).collect()
    } else {
        let along = |(i, spot): (usize, &f64)| {
            let column = gaps.iter().map(|row| row[i]);
            Some(PlotPoint::new(*spot, crossing(&rows, column)?))
        };
        spots.iter().enumerate().filter_map(along).collect()
    }
}

/// The place between two neighbours of `places` at which the values first change sign.
fn crossing(places: &[f64], values: impl Iterator<Item = f64>) -> Option<f64> {
    let mut before: Option<(f64, f64)> = None;
    for (place, value) in places.iter().zip(values) {
        if let Some((from, old)) = before
            && (old < 0.0) != (value < 0.0)
        {
            return Some(from + (place - from) * old / (old - value));
        }
        before = Some((*place, value));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crossing_lies_where_a_line_is_nought() {
        let places = [0.0, 1.0, 2.0];
        assert_eq!(crossing(&places, [3.0, 1.0, -1.0].into_iter()), Some(1.5));
        assert_eq!(crossing(&places, [3.0, 1.0, 1.0].into_iter()), None);
    }
}
