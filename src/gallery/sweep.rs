//! A sweep as a map: one figure over two of its axes, for the others one value after the other.

mod isolines;

pub use isolines::{Isoline, isolines};

use super::policy::colours;
use crate::figure::{
    Axis, Bar, Cell, Column, Figure, Fill, Heat, Layer, Note, Panel, Sign, Stroke, Table, ink,
};
use crate::outcome::Estimate;
use crate::quantity::digits;
use crate::quantity::write::{fixed, significant};
use crate::record::PROGRAM;
use crate::sweep::{Axis as Swept, Found, Laid, Point, Results, Shown, Surface, about};
use crate::units::plain;

/// Names along an axis at most; of more, every so manieth is told.
const NAMES: usize = 12;
/// Columns and lines up to which figures stand in their cells.
const TOLD: [usize; 2] = [12, 24];
/// Differences that chance explains.
const BY_CHANCE: Fill = Fill::new(ink::SUBDUED, 1.0).hatched();
/// Lines of one level.
const LEVEL: Stroke = Stroke::new(ink::STRONG, 0.9);

/// A value of an axis in short: numbers to six digits.
#[must_use]
pub fn value_told(value: &str) -> String {
    match value.parse::<f64>() {
        Ok(x) => significant(x, 6),
        Err(_) => value.to_owned(),
    }
}

/// Names along an axis: of many, every so manieth, and nothing for the others.
#[must_use]
pub fn names_along(axis: &Swept, most: usize) -> Vec<String> {
    let stride = axis.count().div_ceil(most.max(1)).max(1);
    let name = |place: usize| {
        let told = place.is_multiple_of(stride);
        if told {
            value_told(axis.value(place))
        } else {
            String::new()
        }
    };
    (0..axis.count()).map(name).collect()
}

/// The unit of an axis: that of its first field.
#[must_use]
pub fn axis_unit(axis: &Swept) -> &'static str {
    axis.field().map_or("", |field| field.unit)
}

/// A figure in a few digits, without its error.
#[must_use]
pub fn figure_told(found: Estimate) -> Option<String> {
    let value = found.value?;
    Some(match found.se {
        Some(_) => digits::estimate(value, found.se).0,
        None => significant(value, 3),
    })
}

/// From where to where the colours of surfaces go: about 0 for differences.
#[must_use]
pub fn colour_range<'a>(
    shown: &Shown,
    surfaces: impl IntoIterator<Item = &'a Surface>,
) -> [f64; 2] {
    let [low, high] = Surface::range(surfaces).unwrap_or([0.0, 0.0]);
    if shown.is_difference() {
        let most = low.abs().max(high.abs()).max(1e-9);
        return [-most, most];
    }
    let least = 1e-9 * low.abs().max(high.abs()).max(1e-300);
    [low, high.max(low + least)]
}

/// The map of a figure, a panel for each combination of the axes that run neither down nor across and are not
/// held.
#[must_use]
pub fn sweep(results: &Results, shown: &Shown, laid: &Laid) -> Figure {
    let plan = results.plan();
    let all = laid.combinations(plan);
    let surfaces: Vec<Surface> = all
        .iter()
        .map(|held| results.surface(shown, laid, held))
        .collect();
    let range = colour_range(shown, &surfaces);
    let across = laid.across(plan);
    let x = across.map_or_else(
        || Axis::of_names("", [String::new()]),
        |axis| axis_of(axis, NAMES),
    );
    let y = laid.down(plan).map_or_else(
        || Axis::of_names("", [String::new()]),
        |axis| axis_of(axis, 2 * NAMES),
    );
    let over = [laid.down(plan), across];
    let over = over.into_iter().flatten().map(|axis| axis.name.as_str());
    let over: Vec<&str> = over.collect();
    let title = format!("{} {}: {}", shown.name(), shown.whose(), over.join(" and "));
    let mut figure = Figure::new(capital(&title), x);
    for surface in &surfaces {
        let mut panel = panel(shown, surface, y.clone(), range);
        let told = laid.told(plan, &surface.held);
        if !told.is_empty() {
            panel = panel.headed(told, ink::TEXT);
        }
        figure = figure.with_panel(panel);
    }
    let points = || surfaces.iter().flat_map(|surface| &surface.points);
    let mut words = Vec::new();
    if points().any(|point| by_chance(shown, point)) {
        figure = figure.with_entry("explained by chance", Sign::Fill(BY_CHANCE));
        words.push("Hatched: within two standard errors of 0.".to_owned());
    }
    let waiting = points().filter(|point| point.found == Found::Waiting);
    match waiting.count() {
        0 => {}
        count => words.push(format!(
            "{} cells are not there yet.",
            fixed(count as f64, 0)
        )),
    }
    words.push(told(results));
    figure.about = about(plan);
    figure
        .with_caption(words.join(" "))
        .with_about("of", shown.title())
        .with_data(table(results, shown, &surfaces))
}

/// With a capital at the beginning.
fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters.clone()).collect()
}

fn axis_of(axis: &Swept, most: usize) -> Axis {
    let names = names_along(axis, most);
    let mut drawn = Axis::of_names(axis.name.as_str(), names);
    axis_unit(axis).clone_into(&mut drawn.unit);
    drawn
}

fn by_chance(shown: &Shown, point: &Point) -> bool {
    let found = point.found.estimate();
    found.is_some_and(|found| shown.is_by_chance(found))
}

fn panel(shown: &Shown, surface: &Surface, up: Axis, range: [f64; 2]) -> Panel {
    let edges = |count: usize| (0..=count).map(|edge| edge as f64 - 0.5).collect();
    let values = surface.points.iter();
    let values = values.map(|point| point.found.value().unwrap_or(f64::NAN));
    let heat = Heat {
        across: edges(surface.columns),
        up: edges(surface.rows()),
        values: values.collect(),
        range,
        colours: colours(shown.is_difference()),
        label: shown.title(),
    };
    let mut hatched = Vec::new();
    let mut notes = Vec::new();
    let few = surface.columns <= TOLD[0] && surface.rows() <= TOLD[1];
    for (place, point) in surface.points.iter().enumerate() {
        let columns = surface.columns.max(1);
        let [x, y] = [place % columns, place / columns].map(|at| at as f64);
        if by_chance(shown, point) {
            hatched.push(Bar {
                across: [x - 0.5, x + 0.5],
                up: [y - 0.5, y + 0.5],
                fill: BY_CHANCE,
            });
        }
        let text = point.found.estimate().and_then(figure_told);
        if let Some(text) = text.filter(|_| few) {
            notes.push(Note {
                at: [x, y + 0.12],
                over: true,
                text,
                ink: ink::STRONG,
            });
        }
    }
    let mut panel = Panel::new(up).with(Layer::Heat(heat));
    if !hatched.is_empty() {
        panel = panel.with(Layer::Bars(hatched));
    }
    for line in isolines(surface) {
        if let Some(note) = level_note(&line).filter(|_| !few) {
            notes.push(note);
        }
        panel = panel.with(Layer::line(points_of(&line), LEVEL));
    }
    panel.with(Layer::Notes(notes))
}

/// The pieces of a line one after the other, broken between.
fn points_of(line: &Isoline) -> Vec<[f64; 2]> {
    let pieces = line.pieces.iter();
    let broken = |[from, to]: &[[f64; 2]; 2]| [*from, *to, [f64::NAN; 2]];
    pieces.flat_map(broken).collect()
}

/// The level of a line, in the midst of it.
fn level_note(line: &Isoline) -> Option<Note> {
    let piece = line.pieces.get(line.pieces.len() / 2)?;
    let at = [0, 1].map(|i| f64::midpoint(piece[0][i], piece[1][i]));
    let text = line.text.clone();
    Some(Note {
        at,
        over: true,
        text,
        ink: ink::STRONG,
    })
}

/// What one must know to find it back: sweep, preset, paths, what moves along the axes, and the program.
fn told(results: &Results) -> String {
    let plan = results.plan();
    let spec = plan.spec();
    let moved = plan.axes().iter().map(|axis| {
        let fields: Vec<&str> = axis.fields.iter().map(|(field, _)| field.path).collect();
        format!("{} moves {}", axis.name, fields.join(" and "))
    });
    format!(
        "{} ({}): {}; {}\u{a0}paths in each cell, seed\u{a0}{}. {PROGRAM}.",
        spec.title.trim_end_matches('.'),
        spec.preset,
        moved.collect::<Vec<_>>().join(", "),
        fixed(spec.paths as f64, 0),
        spec.seed
    )
}

/// A row for each cell of the map.
fn table(results: &Results, shown: &Shown, surfaces: &[Surface]) -> Table {
    let plan = results.plan();
    let column = |name: String, unit: &str| Column {
        name,
        unit: unit.to_owned(),
    };
    let mut columns = vec![column("cell".into(), "")];
    for axis in plan.axes() {
        for (field, _) in &axis.fields {
            columns.push(column(field.path.into(), field.unit));
        }
    }
    let name = format!("{} {}", shown.name(), shown.whose());
    columns.push(column(name, shown.unit()));
    columns.push(column("standard error".into(), shown.unit()));
    columns.push(column("beyond chance".into(), ""));
    let mut table = Table {
        columns,
        rows: Vec::new(),
    };
    for point in surfaces.iter().flat_map(|surface| &surface.points) {
        if let Some(cell) = results.cell(point.index) {
            let mut line = vec![Cell::Text(cell.name.to_string())];
            line.extend(place_cells(results, point.index));
            line.extend(figure_cells(shown, point.found));
            table.row(line);
        }
    }
    table
}

/// The values of all fields that move, in a cell.
fn place_cells(results: &Results, index: usize) -> Vec<Cell> {
    let plan = results.plan();
    let place = plan.place(index);
    let mut cells = Vec::new();
    for (axis, at) in plan.axes().iter().zip(place) {
        for (_, values) in &axis.fields {
            let text = values.get(at).map_or("", String::as_str);
            let number = text.parse::<f64>().ok();
            let number = number.filter(|x| plain(*x) == text);
            cells.push(number.map_or_else(|| text.into(), Cell::Number));
        }
    }
    cells
}

fn figure_cells(shown: &Shown, found: Found) -> [Cell; 3] {
    let estimate = found.estimate().unwrap_or_default();
    let known = shown.is_difference() && estimate.value.is_some() && estimate.se.is_some();
    let beyond = match (known, shown.is_by_chance(estimate)) {
        (false, _) => Cell::Empty,
        (true, true) => "no".into(),
        (true, false) => "yes".into(),
    };
    [estimate.value.into(), estimate.se.into(), beyond]
}
