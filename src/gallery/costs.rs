//! Where the money went: the parts of each policy's hedging error as a waterfall.

use super::look::{looks, name_of, place};
use super::{About, MONEY, Of, told};
use crate::episode::Money;
use crate::figure::{
    Along, Axis, Bar, Cell, Figure, Fill, Ink, Layer, Mark, Marks, Note, Panel, Sign, Stroke,
    Table, ink,
};
use crate::outcome::Estimate;
use crate::quantity::digits;
use crate::simulate::Spent;

/// What is told of an error, in the order in which the parts add up; what double precision leaves is in
/// the data alone.
const ROUNDING: &str = "rounding";
/// Half of a bar's width.
const HALF: f64 = 0.36;

/// A colour that a bar is filled with, a little back.
fn solid(ink: Ink) -> Fill {
    Fill::new(ink.toward(ink::GROUND, 0.22), 1.0)
}

/// A part by its place.
fn part(row: &Spent, place: usize) -> Estimate {
    *row.parts.parts()[place].1
}

/// For each policy how premium, payoff, costs, interest and the position add up to its hedging error.
#[must_use]
pub fn costs(about: &About<'_>, of: Of, rows: &[Spent]) -> Figure {
    let mut rows: Vec<&Spent> = rows.iter().collect();
    rows.sort_by_key(|row| place(row.who.kind));
    let shown = shown(&rows);
    let names = shown.iter().map(|(_, name)| (*name).to_owned());
    let names = names.chain(["hedging error".to_owned()]);
    let title = match of {
        Of::Paths(_) => "Where the money went, on average",
        _ => "Where the money went on one path",
    };
    let mut figure = Figure::new(
        title,
        Axis {
            unit: format!("{MONEY}; positive was lost"),
            ..Axis::of_names("parts of the hedging error", names)
        },
    )
    .with_entry("lost", Sign::Fill(solid(ink::LOSS)))
    .with_entry("gained", Sign::Fill(solid(ink::GAIN)))
    .with_entry("hedging error", Sign::Fill(solid(ink::STRONG)));
    let looks = looks(rows.iter().map(|row| &row.who));
    let range = range(&rows, &shown);
    for (row, look) in rows.iter().zip(&looks) {
        let axis = Axis::default().between(range[0], range[1]);
        let panel = Panel::new(axis)
            .headed(name_of(&row.who), look.stroke.ink)
            .with_all(waterfall(row, &shown));
        figure = figure.with_panel(panel);
    }
    let words = match of {
        Of::Paths(_) => {
            "Parts of the mean hedging error, added from left to right; error bars: one standard error to \
             either side."
        }
        _ => "Parts of the hedging error, added from left to right.",
    };
    told(figure.with_data(table(&rows)), about, of, words)
}

/// The parts that are drawn, by their places: those that are something for anybody, and the first two.
fn shown(rows: &[&Spent]) -> Vec<(usize, &'static str)> {
    let names = Money::<f64>::default().parts().map(|(name, _)| name);
    let something = |place: usize| {
        let mut parts = rows.iter().map(|row| part(row, place).value.unwrap_or(0.0));
        parts.any(|part| part != 0.0)
    };
    let all = names.into_iter().enumerate();
    all.filter(|(place, name)| *name != ROUNDING && (*place < 2 || something(*place)))
        .collect()
}

/// What was lost before and after each part.
fn levels(row: &Spent, shown: &[(usize, &'static str)]) -> Vec<[f64; 2]> {
    let add = |sum: &mut f64, (place, _): &(usize, &str)| {
        let from = *sum;
        *sum += part(row, *place).value.unwrap_or(0.0);
        Some([from, *sum])
    };
    shown.iter().scan(0.0, add).collect()
}

/// Ends of the axis up, the same for all, with room for numbers over and under the bars.
fn range(rows: &[&Spent], shown: &[(usize, &'static str)]) -> [f64; 2] {
    let levels = rows.iter().flat_map(|row| levels(row, shown)).flatten();
    let errors = rows.iter().filter_map(|row| row.error.value);
    let (low, high) = levels
        .chain(errors)
        .fold((0.0f64, 0.0f64), |(low, high), x| (low.min(x), high.max(x)));
    let room = 0.34 * (high - low).max(1e-9);
    [low - room, high + room]
}

fn waterfall(row: &Spent, shown: &[(usize, &'static str)]) -> Vec<Layer> {
    let levels = levels(row, shown);
    let error = row.error.value.unwrap_or(f64::NAN);
    let last = levels.len() as f64;
    let bar = |at: f64, up: [f64; 2], ink: Ink| Bar {
        across: [at - HALF, at + HALF],
        up,
        fill: solid(ink),
    };
    let mut bars = Vec::new();
    let mut bridges = Vec::new();
    let mut notes = Vec::new();
    let mut errors = Vec::new();
    for (place, [from, to]) in levels.iter().copied().enumerate() {
        let at = place as f64;
        let colour = if to >= from { ink::LOSS } else { ink::GAIN };
        bars.push(bar(at, [from, to], colour));
        bridges.extend([[at + HALF, to], [at + 1.0 - HALF, to], [f64::NAN; 2]]);
        let part = part(row, shown[place].0);
        errors.push(([at, to], part.se));
        notes.push(note(at, [from, to], to - from));
    }
    bars.push(bar(last, [0.0, error], ink::STRONG));
    errors.push(([last, error], row.error.se));
    notes.push(note(last, [0.0, error], error));
    let sure = errors.into_iter().filter_map(|(at, se)| Some((at, se?)));
    let (points, errors): (Vec<_>, Vec<_>) = sure.unzip();
    vec![
        Layer::line(bridges, Stroke::new(ink::SUBDUED, 0.7)),
        Layer::Bars(bars),
        Layer::Marks(Marks {
            points,
            errors,
            along: Along::Up,
            mark: Mark::Plus,
            ink: ink::STRONG,
            size: 0.0,
            open: false,
        }),
        Layer::Notes(notes),
    ]
}

/// The amount at the far end of its bar.
fn note(at: f64, [from, to]: [f64; 2], amount: f64) -> Note {
    let over = to >= from;
    Note {
        at: [at, to],
        over,
        text: digits::estimate(amount, None).0,
        ink: ink::TEXT,
    }
}

/// A row for each policy and part, and one for the error that they add up to.
fn table(rows: &[&Spent]) -> Table {
    let mut table = Table::new(&[
        ("strategy", ""),
        ("part", ""),
        ("lost", "currency; negative gained"),
        ("standard error", MONEY),
        ("lost so far", MONEY),
    ]);
    for row in rows {
        let name = || Cell::from(&*row.who.name);
        let mut sum = 0.0;
        for (part, estimate) in row.parts.parts() {
            if estimate.value.is_none() {
                continue; // Dividends where shares pay none.
            }
            sum += estimate.value.unwrap_or(0.0);
            table.row([
                name(),
                part.into(),
                estimate.value.into(),
                estimate.se.into(),
                sum.into(),
            ]);
        }
        table.row([
            name(),
            "hedging error".into(),
            row.error.value.into(),
            row.error.se.into(),
            row.error.value.into(),
        ]);
    }
    table
}
