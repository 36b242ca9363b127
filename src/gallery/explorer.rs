//! The policy over any two of state and scenario, as cells.

use super::policy::colours;
use super::{About, Of, told};
use crate::explore::{Ask, Axis as Cells, Colour, Dimension, Map, Point};
use crate::figure::{Axis, Bar, Cell, Figure, Fill, Heat, Layer, Mark, Panel, Sign, Table, ink};
use crate::quantity::write::significant;
use crate::scenario::Named;

/// Cells along each axis of a map on paper.
pub const EXPLORER_CELLS: usize = 100;

/// Beyond what the policy was trained on.
const UNKNOWN: Fill = Fill::new(ink::SUBDUED, 1.0).hatched();
/// Width of the mark at the present place (px).
const SIZE: f64 = 7.0;

/// What an axis is called; `both_sides`: of the book at once, where it is one side's.
#[must_use]
pub fn axis_name(dimension: Dimension, both_sides: bool) -> &'static str {
    match dimension {
        Dimension::AskExponent if both_sides => "ask exponent, bid alike",
        Dimension::BidExponent if both_sides => "bid exponent, ask alike",
        Dimension::AskHalfLife | Dimension::BidHalfLife if both_sides => "half-life of both sides",
        _ => dimension.label(),
    }
}

/// A map of the policy called `name`, over what was asked; `of` says which path and date the state is of.
#[must_use]
pub fn explorer(
    about: &About<'_>,
    ask: &Ask,
    map: &Map,
    colour: Colour,
    (name, of): (&str, Of),
) -> Figure {
    let [across, up] = map.axes.each_ref().map(|axis| axis_of(axis, ask));
    let unknown = unknown(map);
    let mut panel = Panel::new(up).with(Layer::Heat(heat(map, colour)));
    let mut figure = Figure::new(title(name, map, colour, ask), across);
    let state = state_words(ask);
    let mut words = format!("State: {state}.");
    if !unknown.is_empty() {
        panel = panel.with(Layer::Bars(unknown));
        figure = figure.with_entry("not trained there", Sign::Fill(UNKNOWN));
        words.push_str(" Hatched: beyond the ranges that the policy answers for.");
    }
    let mut inside = map.axes.iter().zip(map.here);
    if inside.all(|(axis, x)| axis.cell(x).is_some()) {
        // With a rim, so that it is seen on any colour.
        for (ink, size) in [(ink::GROUND, SIZE + 4.0), (ink::STRONG, SIZE)] {
            panel = panel.with(Layer::marks(vec![map.here], Mark::Disc, ink, size));
        }
        figure = figure.with_entry("here", Sign::Mark(Mark::Disc, ink::STRONG, false));
    }
    let figure = figure.with_panel(panel).with_data(table(map));
    told(figure, about, of, &words)
        .with_about("policy of", name)
        .with_about("colours", colour.name())
        .with_about("state", state)
}

fn axis_of(axis: &Cells, ask: &Ask) -> Axis {
    let dimension = axis.dimension;
    let [low, high] = axis.ends();
    let drawn = Axis::new(axis_name(dimension, ask.both_sides), dimension.unit());
    let drawn = drawn.between(low, high);
    if dimension.is_logarithmic() {
        drawn.log()
    } else if dimension.is_whole() {
        drawn.whole()
    } else {
        drawn
    }
}

fn title(name: &str, map: &Map, colour: Colour, ask: &Ask) -> String {
    let what = match colour {
        Colour::Held => "Position after the trade",
        Colour::LessDelta => "Position less delta's",
        Colour::Trade => "Trade",
        Colour::Band => "Width of the no-trade band",
    };
    let [across, up] = map
        .axes
        .each_ref()
        .map(|axis| axis_name(axis.dimension, ask.both_sides));
    format!("{what} of {name}: {up} against {across}")
}

/// What of the state is not along an axis.
fn state_words(ask: &Ask) -> String {
    let along = ask.axes.map(|wanted| wanted.dimension);
    let all = Dimension::OF_STATE.into_iter();
    let words = all
        .filter(|dimension| !along.contains(dimension))
        .filter_map(|dimension| {
            let x = significant(ask.state.get(dimension)?, 4);
            Some(format!("{} {x}", dimension.label()))
        });
    words.collect::<Vec<_>>().join(", ")
}

fn heat(map: &Map, colour: Colour) -> Heat {
    let number = |point: &Option<Point>| {
        let number = point.as_ref().and_then(|point| colour.of(point));
        number.unwrap_or(f64::NAN)
    };
    let [across, up] = &map.axes;
    Heat {
        across: across.edges.clone(),
        up: up.edges.clone(),
        values: map.points.iter().map(number).collect(),
        range: map.range(colour),
        colours: colours(colour.is_diverging()),
        label: format!("{} (shares)", colour.label()),
    }
}

/// Where the policy does not know the scenario.
fn unknown(map: &Map) -> Vec<Bar> {
    let [across, up] = &map.axes;
    let boxes = map.unknown().into_iter();
    boxes
        .map(|[columns, rows]| Bar {
            across: columns.map(|column| across.edges[column]),
            up: rows.map(|row| up.edges[row]),
            fill: UNKNOWN,
        })
        .collect()
}

/// A row for each point.
fn table(map: &Map) -> Table {
    let [across, up] = &map.axes;
    let title = |axis: &Cells| (axis.dimension.label(), axis.dimension.unit());
    let mut table = Table::new(&[
        title(across),
        title(up),
        ("position before the trade", "shares"),
        ("position after the trade", "shares"),
        ("delta's position", "shares"),
        ("width of the no-trade band", "shares"),
        ("trained there", ""),
    ]);
    let rows = up.values.iter();
    let places = rows.flat_map(|up| across.values.iter().map(move |across| [*across, *up]));
    for ([x, y], point) in places.zip(&map.points) {
        let number = |of: fn(&Point) -> Option<f64>| Cell::from(point.as_ref().and_then(of));
        let known = point.is_some_and(|point| point.known);
        table.row([
            x.into(),
            y.into(),
            number(|point| Some(point.before)),
            number(|point| Some(point.held)),
            number(|point| Some(point.delta)),
            number(|point| point.band),
            Cell::from(if known { "yes" } else { "no" }),
        ]);
    }
    table
}
