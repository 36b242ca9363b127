//! Quoted books with the curves fitted to them, and what follows large trades.

use super::look::{ASK, BID};
use crate::calibrate::{BASIS, Calibration, Estimate, Fit, Rung};
use crate::figure::{
    Along, Axis, Cell, Dash, Figure, Ink, Layer, Mark, Marks, Panel, Sign, Stroke, Table, ink,
};
use crate::quantity::write::{fixed, significant};
use crate::record::PROGRAM;

/// Points of a curve.
const POINTS: usize = 120;

/// The families by their names, with how their curves are drawn.
const FAMILIES: [(&str, Dash); 3] = [
    ("paper", Dash::Dotted(4.5)),
    ("half-spread and exponent", Dash::Solid),
    ("half-spread and slope", Dash::Dashed(6.0)),
];

/// The typical ladder of each side with the three fitted curves; `name` is the file's.
#[must_use]
pub fn calibration(name: &str, found: &Calibration) -> Figure {
    let mut panel = Panel::new(Axis::new("distance from mid", "bp"));
    for (ask, ink) in [(true, ASK), (false, BID)] {
        let rungs = &found.typical[usize::from(!ask)];
        let reach = rungs.last().map_or(0.0, |rung| rung.size);
        for (place, (_, dash)) in FAMILIES.iter().enumerate() {
            let points = curve(found, place, ask, reach);
            panel = panel.with(Layer::line(points, Stroke::new(ink, 1.4).dashed(*dash)));
        }
        panel = panel.with(ladder(rungs, ask, ink));
    }
    let mut figure = Figure::new(
        format!("Quoted books: {name}"),
        Axis::new("shares in front", "shares"),
    )
    .with_panel(panel)
    .with_entry("asks, median over time", Sign::Mark(Mark::Disc, ASK, false))
    .with_entry("bids", Sign::Mark(Mark::Square, BID, false));
    for (title, dash) in FAMILIES {
        figure = figure.with_entry(
            title,
            Sign::Line(Stroke::new(ink::TEXT, 1.4).dashed(dash), None),
        );
    }
    figure
        .with_caption(caption(name, found))
        .with_about("program", PROGRAM)
        .with_about("file", name)
        .with_about("format", found.format.to_string())
        .with_about("books fitted", found.books.len().to_string())
        .with_data(ladder_table(found))
}

/// What follows large trades: depth that is missing and how far the mid is, against time.
#[must_use]
pub fn event_study(name: &str, found: &Calibration) -> Figure {
    let after = &found.aftermath;
    let lags = places(&after.lags);
    let series = |means: &[Option<Estimate>], unit: f64, ink: Ink, mark: Mark, shift: f64| {
        let there = means
            .iter()
            .enumerate()
            .filter_map(|(lag, mean)| Some((lags[lag] + shift, (*mean)?)));
        let there: Vec<(f64, Estimate)> = there.collect();
        let points: Vec<[f64; 2]> = there
            .iter()
            .map(|(x, mean)| [*x, unit * mean.value])
            .collect();
        let errors = there
            .iter()
            .map(|(_, mean)| unit * mean.se.unwrap_or(0.0))
            .collect();
        [
            Layer::line(points.clone(), Stroke::new(ink, 1.0)),
            marks(points, errors, ink, mark),
        ]
    };
    let zero = || Layer::level(0.0, Stroke::new(ink::GRID, 1.0), None);
    let missing = Panel::new(Axis::new("depth missing", "%"))
        .with(zero())
        .with_all(series(&after.ask.missing, 100.0, ASK, Mark::Disc, -0.05))
        .with_all(series(&after.bid.missing, 100.0, BID, Mark::Square, 0.05));
    let moved = Panel::new(Axis::new("mid moved with the trade", "bp"))
        .with(zero())
        .with_all(series(
            &after.mid.displacement,
            BASIS,
            ink::ACCENT,
            Mark::Diamond,
            0.0,
        ));
    let names = after.lags.iter().map(|lag| significant(*lag, 3));
    Figure::new(format!("After large trades: {name}"), Axis::of_names("seconds after the trade", names))
        .with_panel(missing)
        .with_panel(moved)
        .with_entry("asks, after large trades that bought", Sign::Mark(Mark::Disc, ASK, false))
        .with_entry("bids, after those that sold", Sign::Mark(Mark::Square, BID, false))
        .with_entry("mid price, after both", Sign::Mark(Mark::Diamond, ink::ACCENT, false))
        .with_caption(format!(
            "{name}: {} trades that bought and {} that sold, each of {}% or more of the shares within {} bp of the mid; bars are one standard error over \
             blocks of time. {PROGRAM}.",
            fixed(after.ask.trades as f64, 0),
            fixed(after.bid.trades as f64, 0),
            significant(100.0 * after.large, 3),
            significant(BASIS * after.radius, 3),
        ))
        .with_about("program", PROGRAM)
        .with_about("file", name)
        .with_about("format", found.format.to_string())
        .with_data(study_table(found))
}

/// Lags lie evenly, as names along the axis do.
fn places(lags: &[f64]) -> Vec<f64> {
    (0..lags.len()).map(|place| place as f64).collect()
}

/// Asks lie above the mid and bids below it.
fn sign(ask: bool) -> f64 {
    if ask { 1.0 } else { -1.0 }
}

fn marks(points: Vec<[f64; 2]>, errors: Vec<f64>, ink: Ink, mark: Mark) -> Layer {
    Layer::Marks(Marks {
        points,
        errors,
        along: Along::Up,
        mark,
        ink,
        size: 6.0,
        open: false,
    })
}

fn ladder(rungs: &[Rung], ask: bool, ink: Ink) -> Layer {
    let unit = sign(ask) * BASIS;
    let points = rungs
        .iter()
        .map(|rung| [rung.size, unit * rung.distance.value]);
    let errors = rungs
        .iter()
        .map(|rung| BASIS * rung.distance.se.unwrap_or(0.0));
    let mark = if ask { Mark::Disc } else { Mark::Square };
    marks(points.collect(), errors.collect(), ink, mark)
}

fn fit(found: &Calibration, family: usize, ask: bool) -> &Fit {
    let families = &found.families;
    let sides = [
        &families.paper,
        &families.spread_exponent,
        &families.spread_slope,
    ][family];
    if ask { &sides.ask } else { &sides.bid }
}

/// Distance from the mid after so many shares (basis points, negative for bids).
fn distance(fit: &Fit, ask: bool, size: f64) -> f64 {
    let out = sign(ask);
    let first = 1.0 + out * fit.half_spread.value;
    let price = match (fit.exponent, fit.depth) {
        (Some(exponent), Some(depth)) => {
            first * ((exponent.value - 1.0) * (size / depth.value).ln_1p()).exp()
        }
        _ => first + out * fit.slope.value * size,
    };
    BASIS * (price - 1.0)
}

fn curve(found: &Calibration, family: usize, ask: bool, reach: f64) -> Vec<[f64; 2]> {
    let fit = fit(found, family, ask);
    let size = |place: usize| reach * place as f64 / (POINTS - 1) as f64;
    (0..POINTS)
        .map(|place| [size(place), distance(fit, ask, size(place))])
        .collect()
}

fn caption(name: &str, found: &Calibration) -> String {
    let told = |family: usize| {
        let r2 = [true, false].map(|ask| format!("{:.3}", fit(found, family, ask).r2));
        format!("{} {} and {}", FAMILIES[family].0, r2[0], r2[1])
    };
    format!(
        "{name}: {} books, each fitted by itself; the curves have the medians of what was found. R² of asks and bids: {}, {}, {}. {PROGRAM}.",
        fixed(found.books.len() as f64, 0),
        told(0),
        told(1),
        told(2),
    )
}

fn ladder_table(found: &Calibration) -> Table {
    let mut table = Table::new(&[
        ("side", ""),
        ("shares in front", "shares"),
        ("distance from mid", "bp"),
        ("standard error", "bp"),
        ("paper", "bp"),
        ("half-spread and exponent", "bp"),
        ("half-spread and slope", "bp"),
    ]);
    for ask in [true, false] {
        for rung in &found.typical[usize::from(!ask)] {
            let curves = [0, 1, 2].map(|family| distance(fit(found, family, ask), ask, rung.size));
            let mut row: Vec<Cell> = vec![
                if ask { "ask" } else { "bid" }.into(),
                rung.size.into(),
                (sign(ask) * BASIS * rung.distance.value).into(),
                rung.distance.se.map(|se| BASIS * se).into(),
            ];
            row.extend(curves.map(Cell::from));
            table.rows.push(row);
        }
    }
    table
}

fn study_table(found: &Calibration) -> Table {
    let after = &found.aftermath;
    let mut table = Table::new(&[
        ("time after the trade", "s"),
        ("ask depth missing", "%"),
        ("its standard error", "%"),
        ("bid depth missing", "%"),
        ("its standard error", "%"),
        ("mid moved", "bp"),
        ("its standard error", "bp"),
    ]);
    for (lag, time) in after.lags.iter().enumerate() {
        let mut row: Vec<Cell> = vec![(*time).into()];
        for (mean, unit) in [
            (after.ask.missing[lag], 100.0),
            (after.bid.missing[lag], 100.0),
            (after.mid.displacement[lag], BASIS),
        ] {
            row.push(mean.map(|mean| unit * mean.value).into());
            row.push(mean.and_then(|mean| mean.se).map(|se| unit * se).into());
        }
        table.rows.push(row);
    }
    table
}
