//! The position over spot and one more quantity, as cells.

use super::curves::{Asked, across, points_of};
use super::{PolicyChart, State};
use crate::figure::{Cell, Heat, Ink, Table};
use crate::gallery::{MONEY, spaced};
use crate::policy::Delta;

/// Rows of a map.
const ROWS: usize = 80;
/// Colours of a scale.
const COLOURS: u32 = 96;

/// A map of a policy.
pub(super) struct Map {
    /// Edges of the cells.
    pub across: Vec<f64>,
    pub up: Vec<f64>,
    /// Their middles.
    spots: Vec<f64>,
    rows: Vec<f64>,
    held: Vec<f64>,
    delta: Vec<f64>,
    less_delta: bool,
}

impl Map {
    pub fn of(
        asked: &Asked<'_>,
        chart: PolicyChart,
        state: State,
        (low, high): (f64, f64),
    ) -> Self {
        let scenario = asked.scenario;
        let columns = points_of(asked.policy);
        let (rows, up) = if chart.over_time() {
            let last = scenario.steps.saturating_sub(1) as f64;
            let mut dates: Vec<f64> = spaced(0.0, last, scenario.steps.min(ROWS))
                .map(f64::round)
                .collect();
            dates.dedup();
            let mut edges = vec![dates[0] - 0.5];
            edges.extend(dates.windows(2).map(|pair| 0.5 * (pair[0] + pair[1])));
            edges.push(dates[dates.len() - 1] + 0.5);
            (dates, edges)
        } else {
            let shares = asked.side * scenario.contract.shares;
            let ends = [-0.25 * shares, 1.25 * shares];
            let (bottom, top) = (ends[0].min(ends[1]), ends[0].max(ends[1]));
            middles(bottom, top, ROWS)
        };
        let (spots, across) = middles(low, high, columns);
        let mut map = Self {
            across,
            up,
            held: Vec::new(),
            delta: Vec::new(),
            less_delta: chart.less_delta(),
            spots,
            rows,
        };
        let delta = Delta::of(scenario);
        for row in &map.rows {
            let state = state.with(chart.shows(), *row, scenario);
            let carried = (asked.carried)(state.step);
            let held = self::across(asked.policy, &carried, scenario, state, &map.spots);
            map.held.extend(held);
            map.delta
                .extend(self::across(&delta, &[], scenario, state, &map.spots));
        }
        map
    }

    fn values(&self) -> Vec<f64> {
        let both = self.held.iter().zip(&self.delta);
        let value =
            |(held, delta): (&f64, &f64)| if self.less_delta { held - delta } else { *held };
        both.map(value).collect()
    }

    pub fn heat(&self) -> Heat {
        let values = self.values();
        let least = values.iter().copied().fold(f64::INFINITY, f64::min);
        let most = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let range = if self.less_delta {
            let extreme = least.abs().max(most.abs()).max(1e-9);
            [-extreme, extreme]
        } else {
            [least, most.max(least + 1e-9)]
        };
        Heat {
            across: self.across.clone(),
            up: self.up.clone(),
            values,
            range,
            colours: colours(self.less_delta),
            label: if self.less_delta {
                "position less delta's (shares)".into()
            } else {
                "position (shares)".into()
            },
        }
    }

    pub fn table(&self, chart: PolicyChart) -> Table {
        let up = if chart.over_time() {
            ("date", "steps")
        } else {
            ("shares held before", "shares")
        };
        let mut table = Table::new(&[
            ("spot", MONEY),
            up,
            ("position after the trade", "shares"),
            ("delta's position", "shares"),
        ]);
        let places = self
            .rows
            .iter()
            .flat_map(|up| self.spots.iter().map(move |spot| (*spot, *up)));
        for ((spot, up), (held, delta)) in places.zip(self.held.iter().zip(&self.delta)) {
            table.row([spot, up, *held, *delta].map(Cell::from));
        }
        table
    }
}

/// Middles and edges of `count` cells between two ends.
fn middles(low: f64, high: f64, count: usize) -> (Vec<f64>, Vec<f64>) {
    let half = 0.5 * (high - low) / count as f64;
    (
        spaced(low + half, high - half, count).collect(),
        spaced(low, high, count + 1).collect(),
    )
}

/// Five colours of a scale: a sequence, or two hues around a neutral middle.
#[must_use]
pub fn map_stops(diverging: bool) -> [Ink; 5] {
    if diverging {
        [
            Ink::new(0x00b3_5806, 0x00f0_a050),
            Ink::new(0x00f1_a340, 0x009c_5c24),
            Ink::new(0x00f7_f7f7, 0x001e_2228),
            Ink::new(0x0067_a9cf, 0x0024_6694),
            Ink::new(0x0005_508c, 0x006c_c4f4),
        ]
    } else {
        [
            0x0035_224b,
            0x003d_4f8a,
            0x002a_7d8e,
            0x004a_b07b,
            0x00f2_e061,
        ]
        .map(|colour| Ink::new(colour, colour))
    }
}

/// The scale between the stops.
pub(in crate::gallery) fn colours(diverging: bool) -> Vec<Ink> {
    let stops = map_stops(diverging);
    let last = COLOURS - 1;
    let colour = |i: u32| {
        let along = f64::from(i) / f64::from(last) * (stops.len() - 1) as f64;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a place among five"
        )]
        let from = (along as usize).min(stops.len() - 2);
        stops[from].toward(stops[from + 1], along - from as f64)
    };
    (0..COLOURS).map(colour).collect()
}
