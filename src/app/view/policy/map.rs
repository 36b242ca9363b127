//! Maps of the policy: the position it would take over two of the things it sees.

use super::{Asked, Grid, PolicyChart, PolicyView, Source, State, Whole, across, points_of};
use crate::app::view::spaced;
use crate::explore::STILL;
use crate::gallery;
use crate::policy::Delta;
use crate::quantity::digits::tick;
use crate::scenario::Scenario;
use egui::{Color32, ColorImage};
use egui_plot::PlotPoint;

/// Rows of a map.
const ROWS: usize = 80;
/// What a map may cost, in decisions of delta: some milliseconds.
const COST: u64 = 200_000;
/// Isolines of a map, about.
const LINES: f64 = 6.0;

/// One map.
#[derive(Clone, Debug)]
pub struct PolicyMap {
    /// The colours at the grid's points.
    pub image: ColorImage,
    pub version: u64,
    /// Left and right, lower and upper edge of the image: half a point beyond the grid.
    pub edges: ((f64, f64), (f64, f64)),
    /// Numbers at the lowest and highest colour (shares).
    pub range: (f64, f64),
    /// Colours from lowest to highest.
    pub scale: Vec<Color32>,
    pub isolines: Vec<Isoline>,
    /// The outline of the band in which the policy trades next to nothing.
    pub band: Vec<Vec<PlotPoint>>,
    /// Where it trades nothing at all.
    pub middle: Vec<Vec<PlotPoint>>,
    /// Share of the map in which the policy trades next to nothing.
    pub still: f64,
    /// What counts as next to nothing (shares).
    pub within: f64,
    grid: Grid,
    /// What would be held, and delta's position (shares), at the grid's points.
    held: Vec<f64>,
    delta: Vec<f64>,
}

/// The places of one number.
#[derive(Clone, Debug)]
pub struct Isoline {
    pub label: String,
    pub lines: Vec<Vec<PlotPoint>>,
}

/// What a policy would hold at the points of a grid (shares).
fn over(
    asked: Asked<'_>,
    scenario: &Scenario,
    (chart, state): (PolicyChart, State),
    grid: &Grid,
) -> Vec<f64> {
    let rows = grid.ys.iter().flat_map(|up| {
        let state = state.with(chart.shows(), *up, scenario);
        across(asked, scenario, state, &grid.xs)
    });
    rows.collect()
}

/// The map of a policy.
pub(super) fn map(source: &Source<'_>, whole: &Whole<'_>, view: &PolicyView) -> PolicyMap {
    let Whole {
        scenario, asked, ..
    } = *whole;
    let edges = (view.spots, vertical(source, view));
    let (grid, edges) = grid(whole, view.chart, edges);
    let look = (view.chart, view.state);
    let held = over(asked, scenario, look, &grid);
    let delta = Delta::of(scenario);
    let delta = over(Asked::plain(&delta), scenario, look, &grid);
    let numbers: Vec<f64> = if view.chart.less_delta() {
        held.iter().zip(&delta).map(|(a, b)| a - b).collect()
    } else {
        held.clone()
    };
    let trades = trades(&held, &grid, view);
    let shares = scenario.contract.shares;
    let within = STILL * shares;
    let band = [-within, within].map(|trade| grid.isolines(&trades, trade));
    let range = range(&numbers, view.chart.less_delta());
    let scale = scale(view.chart.less_delta(), source.dark);
    // Half a row at least: a narrow band would fall apart into specks.
    let row = (edges.1.1 - edges.1.0) / grid.ys.len() as f64;
    let wide = within.max(if view.chart.over_time() {
        0.0
    } else {
        0.5 * row
    });
    let still = trades.iter().filter(|trade| trade.abs() <= wide).count();
    PolicyMap {
        image: image(&grid, source.dark, |i| {
            let share = (numbers[i] - range.0) / (range.1 - range.0);
            let colour = colour_at(&scale, share);
            (colour, trades[i].abs() <= wide)
        }),
        version: source.version,
        edges,
        range,
        isolines: isolines(&grid, &numbers, range),
        band: band.into_iter().flatten().collect(),
        middle: grid.isolines(&trades, 0.0),
        still: still as f64 / trades.len() as f64,
        scale,
        within,
        grid,
        held,
        delta,
    }
}

impl PolicyMap {
    /// What is held after the trade, and delta's position (shares), at a place of the map.
    #[must_use]
    pub fn read(&self, at: (f64, f64)) -> Option<(f64, f64)> {
        let ((left, right), (bottom, top)) = self.edges;
        if !((left..=right).contains(&at.0) && (bottom..=top).contains(&at.1)) {
            return None;
        }
        let held = self.grid.read(&self.held, at)?;
        Some((held, self.grid.read(&self.delta, at)?))
    }

    /// Where another policy would hold what it has, in another scenario.
    pub(super) fn still_of(
        &self,
        asked: Asked<'_>,
        scenario: &Scenario,
        view: &PolicyView,
    ) -> Vec<Vec<PlotPoint>> {
        let held = over(asked, scenario, (view.chart, view.state), &self.grid);
        let trades = trades(&held, &self.grid, view);
        self.grid.isolines(&trades, 0.0)
    }
}

/// What is traded at the grid's points: from the position up its axis, or from the one held.
fn trades(held: &[f64], grid: &Grid, view: &PolicyView) -> Vec<f64> {
    let over_time = view.chart.over_time();
    let rows = held.chunks(grid.xs.len().max(1)).zip(&grid.ys);
    rows.flat_map(|(row, up)| {
        let before = if over_time { view.state.position } else { *up };
        row.iter().map(move |held| held - before)
    })
    .collect()
}

/// Ends of the axis of positions: what delta holds, what the path comes to, and where it stands.
fn vertical(source: &Source<'_>, view: &PolicyView) -> (f64, f64) {
    let scenario = source.scenario;
    let delta = Delta::of(scenario);
    let remaining = view.state.seen(scenario).remaining;
    let (low, high) = view.spots;
    let held = spaced(low, high, 5).map(|spot| delta.position(spot, remaining));
    let path = source.path.whose(&source.focus).into_iter();
    let path = path
        .flat_map(|s| &s.ledger)
        .map(|line| line.position_before);
    let span = held
        .chain(path)
        .chain([view.state.position, view.on_path.position])
        .fold((0.0f64, 0.0f64), |(a, b), x| (a.min(x), b.max(x)));
    let shares = scenario.contract.shares;
    (
        span.0.min(-0.1 * shares) - 0.1 * shares,
        span.1.max(0.1 * shares) + 0.2 * shares,
    )
}

type Edges = ((f64, f64), (f64, f64));

/// Points in the middle of their cells; over time, the trading dates.
fn grid(
    whole: &Whole<'_>,
    chart: PolicyChart,
    ((low, high), (bottom, top)): Edges,
) -> (Grid, Edges) {
    let columns = points_of(whole.asked);
    let row = columns as u64 * whole.asked.policy.work();
    let most = usize::try_from(COST / row.max(1)).unwrap_or(ROWS);
    let most = most.clamp(12, ROWS);
    let half = 0.5 * (high - low) / columns as f64;
    let xs = spaced(low + half, high - half, columns).collect();
    if chart.over_time() {
        let last = whole.scenario.steps.saturating_sub(1) as f64;
        let count = whole.scenario.steps.min(most);
        let half = if count > 1 {
            0.5 * last / (count - 1) as f64
        } else {
            0.5
        };
        let mut ys: Vec<f64> = spaced(0.0, last, count).map(f64::round).collect();
        ys.dedup();
        return (Grid { xs, ys }, ((low, high), (-half, last + half)));
    }
    let half = 0.5 * (top - bottom) / most as f64;
    let ys = spaced(bottom + half, top - half, most).collect();
    (Grid { xs, ys }, ((low, high), (bottom, top)))
}

fn range(numbers: &[f64], diverging: bool) -> (f64, f64) {
    let least = numbers.iter().copied().fold(f64::INFINITY, f64::min);
    let most = numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if diverging {
        let extreme = least.abs().max(most.abs()).max(1e-9);
        (-extreme, extreme)
    } else {
        (least, most.max(least + 1e-9))
    }
}

/// Lines at round numbers.
fn isolines(grid: &Grid, numbers: &[f64], (low, high): (f64, f64)) -> Vec<Isoline> {
    let wanted = (high - low) / LINES;
    let power = 10f64.powf(wanted.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].map(|digit| digit * power);
    let Some(step) = step.into_iter().find(|step| *step >= wanted) else {
        return Vec::new();
    };
    let levels = (0..64).map(|i| ((low / step).ceil() + f64::from(i)) * step);
    levels
        .take_while(|level| *level <= high)
        .map(|level| Isoline {
            label: tick(level, step),
            lines: grid.isolines(numbers, level),
        })
        .filter(|line| !line.lines.is_empty())
        .collect()
}

/// The picture, from its top: a colour for each point, toward the ground where there is no trade.
fn image(grid: &Grid, dark: bool, point: impl Fn(usize) -> (Color32, bool)) -> ColorImage {
    let ground = if dark { Color32::BLACK } else { Color32::WHITE };
    let (width, height) = (grid.xs.len(), grid.ys.len());
    let mut image = ColorImage::filled([width, height], Color32::TRANSPARENT);
    for (row, pixels) in image.pixels.chunks_mut(width).rev().enumerate() {
        for (i, pixel) in pixels.iter_mut().enumerate() {
            let (colour, still) = point(row * width + i);
            let shade = if still { 0.55 } else { 0.0 };
            *pixel = colour.lerp_to_gamma(ground, shade);
        }
    }
    image
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to the scale"
)]
fn place(share: f64, length: usize) -> usize {
    (share.clamp(0.0, 1.0) * (length - 1) as f64) as usize
}

/// The colour at a share of the way along a scale.
#[must_use]
pub fn colour_at(scale: &[Color32], share: f64) -> Color32 {
    let place = place(share, scale.len().max(1));
    scale.get(place).copied().unwrap_or_default()
}

/// 128 colours: a sequence in one hue, or two hues around a neutral middle.
#[must_use]
pub fn scale(diverging: bool, dark: bool) -> Vec<Color32> {
    let rgb = |colour: u32| {
        let [_, r, g, b] = colour.to_be_bytes();
        Color32::from_rgb(r, g, b)
    };
    let stops =
        gallery::map_stops(diverging).map(|ink| rgb(if dark { ink.dark } else { ink.light }));
    let parts = stops.len() - 1;
    (0..128_u16)
        .map(|i| {
            let along = f32::from(i) / 127.0 * parts as f32;
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "between the first stop and the last"
            )]
            let from = (along as usize).min(parts - 1);
            stops[from].lerp_to_gamma(stops[from + 1], along - from as f32)
        })
        .collect()
}
