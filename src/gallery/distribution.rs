//! Hedging errors of many paths: how often which, and the figures that they are judged by.

use super::look::{Look, looks, name_of, place};
use super::{About, MONEY, Of, told};
use crate::figure::{
    Along, Axis, Category, Cell, Figure, Fill, Kind, Layer, Mark, Marks, Panel, Sign, Stroke,
    Table, ink,
};
use crate::outcome::{Estimate, Histogram, Measure, Statistics};
use crate::policy::Who;
use crate::scenario::Strategy;

/// How a distribution is drawn.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize,
)]
pub enum Shape {
    /// Density at each error.
    #[default]
    Density,
    /// Share of paths in each bin, in percent.
    Histogram,
    /// Share of paths below each error, in percent.
    Cumulative,
    /// The error that each share of paths stays below.
    Quantile,
}

impl Shape {
    /// Every one with its name.
    pub const ALL: [(Self, &'static str); 4] = [
        (Self::Density, "density"),
        (Self::Histogram, "histogram"),
        (Self::Cumulative, "cumulative"),
        (Self::Quantile, "quantiles"),
    ];
}

/// The errors of one policy.
#[derive(Clone, Debug)]
pub struct Errors {
    /// Whose.
    pub who: Who,
    /// Their figures.
    pub statistics: Statistics,
    /// The errors in bins.
    pub histogram: Histogram,
}

/// What is told of each distribution, with its mark, filled or open.
const TOLD: [(Measure, Mark, bool); 3] = [
    (Measure::Mean, Mark::Disc, false),
    (Measure::Var95, Mark::Diamond, true),
    (Measure::Cvar95, Mark::Triangle, false),
];

/// Hedging errors of `paths` paths in a shape, over the mean, VaR and CVaR of each policy.
#[must_use]
pub fn distribution(about: &About<'_>, paths: u64, rows: &[Errors], shape: Shape) -> Figure {
    let mut rows: Vec<&Errors> = rows.iter().collect();
    rows.sort_by_key(|row| place(row.who.kind));
    let looks = looks(rows.iter().map(|row| &row.who));
    let [across, up] = axes(shape, "hedging error");
    let title = format!("Hedging errors: {}", title(shape));
    let across = match range(&rows) {
        Some([low, high]) if shape != Shape::Quantile => across.between(low, high),
        _ => across,
    };
    let up = match top(&rows, shape) {
        Some(top) if shape != Shape::Quantile && shape != Shape::Cumulative => {
            up.between(0.0, 1.08 * top)
        }
        _ => up,
    };
    let curves = rows.iter().zip(&looks).rev();
    let curves = curves.flat_map(|(row, look)| curve(&row.histogram, shape, look));
    let mut figure =
        Figure::new(title, across).with_panel(Panel::new(up).with_all(curves).weighing(3.0));
    if shape != Shape::Quantile {
        figure = figure.with_panel(figures(&rows, &looks));
    }
    for (row, look) in rows.iter().zip(&looks) {
        figure = figure.with_entry(name_of(&row.who), Sign::Line(look.stroke, None));
    }
    if shape != Shape::Quantile {
        for (measure, mark, open) in TOLD {
            figure = figure.with_entry(measure.name(), Sign::Mark(mark, ink::TEXT, open));
        }
    }
    let words = match (shape, beyond(&rows)) {
        (Shape::Quantile, _) => "",
        (_, false) => "Error bars: one standard error to either side.",
        (_, true) => {
            "Error bars: one standard error to either side; a mark that is missing lies beyond the axis."
        }
    };
    let figure = figure.with_data(table(&rows));
    let mut figure = told(figure, about, Of::Paths(paths), words);
    for row in rows {
        for measure in Measure::ALL {
            let name = format!("{}, {}", row.who, measure.name());
            figure = figure.with_about(name, estimate(measure.of(&row.statistics)));
        }
    }
    figure
}

/// The axes of amounts in a shape.
pub(super) fn axes(shape: Shape, what: &str) -> [Axis; 2] {
    let amounts = Axis::new(what, format!("{MONEY}; losses to the right"));
    match shape {
        Shape::Density => [
            amounts,
            Axis::new("density", format!("1/{MONEY}")).from_zero(),
        ],
        Shape::Histogram => [amounts, Axis::new("paths in each bin", "%").from_zero()],
        Shape::Cumulative => [amounts, Axis::new("paths below", "%").between(0.0, 103.0)],
        Shape::Quantile => [
            Axis::new("share of paths", "%").between(0.0, 100.0),
            Axis::new(what, MONEY),
        ],
    }
}

/// What a shape is called in a title.
pub(super) fn title(shape: Shape) -> &'static str {
    match shape {
        Shape::Density => "densities",
        Shape::Histogram => "histogram",
        Shape::Cumulative => "share of paths below",
        Shape::Quantile => "quantiles",
    }
}

/// A figure and its standard error, to the last digit.
pub(super) fn estimate(estimate: Estimate) -> String {
    let number = |x: Option<f64>| x.map_or("none".into(), |x| format!("{x:?}"));
    format!("{}, se {}", number(estimate.value), number(estimate.se))
}

/// Whether a policy goes on hedging; others have tails so long that nothing would be seen of these.
fn hedges(who: &Who) -> bool {
    !matches!(who.kind, Strategy::None | Strategy::Static)
}

/// Those that set the axes: who goes on hedging, or all.
fn setting<'a>(rows: &'a [&Errors]) -> impl Iterator<Item = &'a Errors> {
    let any = rows.iter().any(|row| hedges(&row.who));
    let set = move |row: &&&Errors| !any || hedges(&row.who);
    rows.iter().filter(set).copied()
}

/// Whether a figure that is told lies beyond the bins.
fn beyond(rows: &[&Errors]) -> bool {
    let Some([low, high]) = range(rows) else {
        return false;
    };
    let told = rows.iter().flat_map(|row| {
        let told = TOLD.iter().map(|(measure, ..)| measure.of(&row.statistics));
        told.filter_map(|figure| figure.value)
    });
    told.into_iter().any(|x| !(low..=high).contains(&x))
}

/// From the least to the greatest error that the bins hold.
fn range(rows: &[&Errors]) -> Option<[f64; 2]> {
    let histogram = &rows.first()?.histogram;
    Some([0, histogram.counts.len()].map(|bin| histogram.edge(bin)))
}

fn top(rows: &[&Errors], shape: Shape) -> Option<f64> {
    let highest = setting(rows).map(|row| {
        let of = |(_, density): (f64, f64)| match shape {
            Shape::Histogram => 100.0 * density * row.histogram.width,
            _ => density,
        };
        row.histogram.density().map(of).fold(0.0, f64::max)
    });
    let highest = highest.fold(0.0, f64::max);
    (highest > 0.0).then_some(highest)
}

pub(super) fn curve(histogram: &Histogram, shape: Shape, look: &Look) -> Vec<Layer> {
    let points: Vec<[f64; 2]> = match shape {
        Shape::Density => histogram.density().map(<[f64; 2]>::from).collect(),
        Shape::Histogram => {
            let percent = 100.0 / histogram.total().max(1) as f64;
            let bins = histogram.counts.iter().enumerate();
            let corners = bins.flat_map(|(bin, count)| {
                let height = percent * *count as f64;
                [bin, bin + 1].map(|edge| [histogram.edge(edge), height])
            });
            corners.collect()
        }
        Shape::Cumulative => {
            let edges = histogram.cumulative();
            edges.map(|(edge, share)| [edge, 100.0 * share]).collect()
        }
        Shape::Quantile => {
            let edges = histogram.cumulative();
            edges.map(|(edge, share)| [100.0 * share, edge]).collect()
        }
    };
    let line = Layer::line(points.clone(), look.stroke);
    if matches!(shape, Shape::Cumulative | Shape::Quantile) {
        return vec![line];
    }
    let ground = points.iter().map(|point| [point[0], 0.0]).collect();
    let fill = Fill::new(look.stroke.ink, 0.07);
    vec![Layer::area(points, ground, fill), line]
}

/// Mean, VaR and CVaR of each policy, a row each.
fn figures(rows: &[&Errors], looks: &[Look]) -> Panel {
    let names = rows.iter().zip(looks).map(|(row, look)| Category {
        text: name_of(&row.who).to_owned(),
        ink: look.stroke.ink,
    });
    let axis = Axis {
        kind: Kind::Categories(names.collect()),
        ..Axis::default()
    };
    let mut panel = Panel::new(axis).weighing(0.28f64.mul_add(rows.len() as f64, 0.2));
    for (place, (row, look)) in rows.iter().zip(looks).enumerate() {
        let told = TOLD.map(|(measure, mark, open)| (measure.of(&row.statistics), mark, open));
        let known = told.iter().filter_map(|(figure, ..)| figure.value);
        let (low, high) = known.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| {
            (low.min(x), high.max(x))
        });
        let y = place as f64;
        let span = vec![[low, y], [high, y]];
        panel = panel.with(Layer::line(span, Stroke::new(look.stroke.ink, 0.8)));
        for (figure, mark, open) in told {
            panel = panel.with(Layer::Marks(Marks {
                points: figure.value.map(|x| [x, y]).into_iter().collect(),
                errors: figure.se.into_iter().collect(),
                along: Along::Across,
                mark,
                ink: look.stroke.ink,
                size: 6.5,
                open,
            }));
        }
    }
    panel
}

fn table(rows: &[&Errors]) -> Table {
    let all = rows.iter().map(|row| (&row.who, &row.histogram));
    bins(all)
}

/// A row for each policy and bin, with one for what lies beyond them on either side.
pub(super) fn bins<'a>(all: impl Iterator<Item = (&'a Who, &'a Histogram)>) -> Table {
    let mut table = Table::new(&[
        ("strategy", ""),
        ("from", MONEY),
        ("to", MONEY),
        ("paths", ""),
        ("share", "1"),
        ("density", "1/currency"),
        ("share below", "1"),
    ]);
    for (who, histogram) in all {
        let total = histogram.total().max(1) as f64;
        let mut below = 0;
        let mut row = |ends: [Cell; 2], count: u64, density: Cell| {
            let [from, to] = ends;
            table.row([
                Cell::from(&*who.name),
                from,
                to,
                count.into(),
                (count as f64 / total).into(),
                density,
                (below as f64 / total).into(),
            ]);
            below += count;
        };
        let edge = |bin| Cell::from(histogram.edge(bin));
        row([Cell::Empty, edge(0)], histogram.below, Cell::Empty);
        let both = histogram.counts.iter().zip(histogram.density());
        for (bin, (count, (_, density))) in both.enumerate() {
            row([edge(bin), edge(bin + 1)], *count, density.into());
        }
        let last = edge(histogram.counts.len());
        row([last, Cell::Empty], histogram.above, Cell::Empty);
    }
    table
}
