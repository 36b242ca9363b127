//! Liquidity through time as a picture: how deep each side is beyond the mid price, what one's own trades
//! took from it, and how it comes back.

mod sides;

pub use sides::{Bite, Moment, Side, Through};

use super::look::{ASK, BID, name_of};
use super::path::dates;
use super::{About, Hedged, Of, told};
use crate::figure::{Axis, Cell, Figure, Fill, Ink, Layer, Mark, Panel, Sign, Stroke, Table, ink};
use crate::order_book::{Memory, OrderBook};
use crate::policy::Who;
use crate::quantity::write::significant;

/// Basis points in one.
const POINTS: f64 = 1e4;

/// Both sides of the book of `focus` through time, in basis points of the mid price or in currency.
#[must_use]
pub fn liquidity(about: &About<'_>, path: &Hedged, focus: Option<&Who>, relative: bool) -> Figure {
    let hedge = path.whose(focus);
    let of = hedge.map(|hedge| &hedge.played);
    let through = Through::new(about.scenario, &path.prices, of, relative);
    let unit = if relative { "bp of mid" } else { super::MONEY };
    let frictionless = OrderBook::of(about.scenario).quoted_spread(1.0, Memory::default()) == 0.0;
    let sides = [true, false].map(|ask| through.side(ask, Vec::new()));
    let bites = through.bites();
    let whose = hedge.map_or("nobody", |hedge| name_of(&hedge.who));
    let mut figure = Figure::new(
        format!("Liquidity through time, after the trades of {whose}"),
        dates(about.scenario),
    );
    if frictionless {
        let empty = Panel::new(Axis::new("distance from mid", unit).between(0.0, 1.0));
        figure = figure.with_panel(empty);
    } else {
        for side in &sides {
            figure = figure.with_panel(panel(side, &bites, relative, unit));
        }
        figure = entries(figure, &sides[0]);
    }
    let words = if frictionless {
        "Trading costs nothing here: every size is on offer at the mid price."
    } else {
        ""
    };
    let figure = figure.with_data(table(&sides, &bites, relative, unit));
    let figure = told(figure, about, Of::Path(path.number), words);
    let name = hedge.map_or(String::new(), |hedge| hedge.who.to_string());
    figure.with_about("book of", name)
}

fn entries(figure: Figure, side: &Side) -> Figure {
    let sizes: Vec<String> = side
        .lines
        .iter()
        .map(|row| significant(side.sizes[*row], 3))
        .collect();
    figure
        .with_entry("best ask", Sign::Line(Stroke::new(ASK, 2.0), None))
        .with_entry("best bid", Sign::Line(Stroke::new(BID, 2.0), None))
        .with_entry("eaten", Sign::Fill(Fill::new(ink::SUBDUED, 1.0).hatched()))
        .with_entry(
            format!("{} shares beyond the best price", sizes.join(", ")),
            Sign::Line(Stroke::new(ink::TEXT, 0.8), None),
        )
        .with_entry("trade", Sign::Mark(Mark::Disc, ink::STRONG, true))
}

/// How far a distance is drawn out: to basis points or in currency, downward on the bid side.
fn outward(side: &Side, relative: bool) -> f64 {
    let unit = if relative { POINTS } else { 1.0 };
    if side.ask { unit } else { -unit }
}

fn panel(side: &Side, bites: &[Bite], relative: bool, unit: &str) -> Panel {
    let out = outward(side, relative);
    let (name, colour) = if side.ask { ("Ask", ASK) } else { ("Bid", BID) };
    let line = |of: &dyn Fn(&Moment) -> f64| -> Vec<[f64; 2]> {
        let moments = side.moments.iter();
        moments
            .map(|moment| [moment.date, out * of(moment)])
            .collect()
    };
    let row = |row: usize| line(&move |moment| moment.rows[row]);
    let edge = line(&|moment| moment.edge);
    let top = line(&|_| side.high);
    let mut layers: Vec<Layer> = shades(side, colour, &row);
    let last = side.sizes.len() - 1;
    layers.push(Layer::area(
        top,
        row(last),
        Fill::new(shade(colour, 1.0), 1.0),
    ));
    let best = row(0);
    layers.push(Layer::area(
        best.clone(),
        edge.clone(),
        Fill::new(colour, 0.9).hatched(),
    ));
    layers.push(Layer::line(edge, Stroke::new(colour, 0.8)));
    for number in &side.lines {
        layers.push(Layer::line(row(*number), Stroke::new(ink::TEXT, 0.8)));
    }
    layers.push(Layer::line(best, Stroke::new(colour, 2.0)));
    layers.push(trades(side, bites, out));
    let ends = [out * side.low, out * side.high];
    let low = ends[0] - 0.06 * (ends[1] - ends[0]);
    let axis = Axis::new(format!("{name}: distance from mid"), unit)
        .between(low.min(ends[1]), low.max(ends[1]));
    Panel::new(axis).with_all(layers)
}

/// Depth as colour: from row to row stronger.
fn shades(side: &Side, colour: Ink, row: &dyn Fn(usize) -> Vec<[f64; 2]>) -> Vec<Layer> {
    let reach = side.sizes[side.sizes.len() - 1];
    let pairs = side.sizes.windows(2).enumerate();
    pairs
        .map(|(number, pair)| {
            let share = (0.5 * (pair[0] + pair[1]) / reach).sqrt();
            let fill = Fill::new(shade(colour, share), 1.0);
            Layer::area(row(number + 1), row(number), fill)
        })
        .collect()
}

fn shade(colour: Ink, share: f64) -> Ink {
    ink::GROUND.toward(colour, 0.62f64.mul_add(share, 0.1))
}

/// Each trade at the price that the book stood at before it.
fn trades(side: &Side, bites: &[Bite], out: f64) -> Layer {
    let own = bites.iter().filter(|bite| (bite.size > 0.0) == side.ask);
    let points = own
        .map(|bite| [bite.step as f64, out * bite.from])
        .collect();
    let mut layer = Layer::marks(points, Mark::Disc, ink::STRONG, 5.5);
    if let Layer::Marks(marks) = &mut layer {
        marks.open = true;
    }
    layer
}

/// A row for each side, moment and depth, and one for each trade.
fn table(sides: &[Side; 2], bites: &[Bite], relative: bool, unit: &str) -> Table {
    let mut table = Table::new(&[
        ("side", ""),
        ("row", ""),
        ("date", "steps"),
        ("mid", super::MONEY),
        ("taken and not yet back", "shares"),
        ("shares beyond the best price", "shares"),
        ("distance from mid", unit),
    ]);
    for side in sides {
        let (name, out) = (
            if side.ask { "ask" } else { "bid" },
            outward(side, relative),
        );
        for moment in &side.moments {
            let taken = moment.standing.taken(side.ask);
            let row = |kind: &str, size: Cell, distance: f64| {
                [
                    name.into(),
                    kind.into(),
                    moment.date.into(),
                    moment.standing.mid().into(),
                    taken.into(),
                    size,
                    (out * distance).into(),
                ]
            };
            table.row(row("full book", 0.0.into(), moment.edge));
            for (size, distance) in side.sizes.iter().zip(&moment.rows) {
                table.row(row("book", (*size).into(), *distance));
            }
        }
        for bite in bites.iter().filter(|bite| (bite.size > 0.0) == side.ask) {
            table.row([
                name.into(),
                "trade".into(),
                (bite.step as f64).into(),
                Cell::Empty,
                Cell::Empty,
                bite.size.abs().into(),
                (out * bite.from).into(),
            ]);
        }
    }
    table
}
