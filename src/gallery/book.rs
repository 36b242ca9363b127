//! The order book by size at a date, and what the trade there costs in it, as areas.

use super::look::{ASK, BID, name_of};
use super::{About, Hedge, Hedged, MONEY, Of, Quoted, spaced, told};
use crate::contract::digits;
use crate::figure::{Axis, Cell, Dash, Figure, Fill, Layer, Mark, Panel, Sign, Stroke, Table, ink};
use crate::order_book::{OrderBook, Standing};
use crate::policy::Who;

/// Points of a curve, and rows of a side in the table.
const POINTS: usize = 241;

/// Price of the next share, less the mid price, by shares bought or sold, in the book of `focus` at a
/// date, and the cost of the trade there split by its cause; behind it a ladder that was quoted, where there is one.
#[must_use]
pub fn book(
    about: &About<'_>,
    path: &Hedged,
    (focus, date): (Option<&Who>, usize),
    quoted: Option<&Quoted>,
) -> Figure {
    let scenario = about.scenario;
    let date = date.min(scenario.steps);
    let hedge = path.whose(focus);
    let standing = Standing {
        book: OrderBook::of(scenario),
        spot: path.prices.get(date).copied().unwrap_or(f64::NAN),
        memory: hedge.map_or_else(Default::default, |hedge| hedge.memory(date)),
    };
    let trade = hedge.map_or(0.0, |hedge| hedge.traded(date));
    let reach = reach(scenario.contract.shares, path);
    let across = Axis::new("sold to the left, bought to the right", "shares")
        .between(-reach, reach)
        .unsigned();
    let up = Axis::new("price of the next share − mid", MONEY);
    let faint = Stroke::new(ink::SUBDUED, 1.4);
    let ladder = quoted.into_iter().flat_map(|quoted| {
        [true, false].map(|ask| Layer::line(quoted.line(ask, reach, standing.mid()), faint))
    });
    let panel = Panel::new(up)
        .with_all(ladder)
        .with_all(costs(&standing, trade))
        .with_all(
            [true, false]
                .into_iter()
                .flat_map(|ask| side(&standing, ask, reach)),
        )
        .with(Layer::upright(0.0, Stroke::new(ink::SUBDUED, 0.8), None))
        .with_all(point(&standing, trade));
    let whose = hedge.map_or("", |hedge| name_of(&hedge.who));
    let title = if hedge.is_some() {
        format!("Order book of {whose} before its trade, by size")
    } else {
        "Order book by size".to_owned()
    };
    let colour = if trade >= 0.0 { ASK } else { BID };
    let mut figure = Figure::new(title, across)
        .with_panel(panel)
        .with_entry("ask", Sign::Line(Stroke::new(ASK, 2.2), None))
        .with_entry("bid", Sign::Line(Stroke::new(BID, 2.2), None));
    let worn = standing.memory.ask.max(standing.memory.bid) > 1e-9 * reach;
    if worn {
        let full = Stroke::new(ink::SUBDUED, 1.2).dashed(Dash::Dashed(4.0));
        figure = figure.with_entry("full book", Sign::Line(full, None));
    }
    if quoted.is_some() {
        figure = figure.with_entry("quoted", Sign::Line(faint, None));
    }
    if trade != 0.0 {
        for (name, fill) in causes(colour) {
            figure = figure.with_entry(name, Sign::Fill(fill));
        }
    }
    figure = figure.with_data(table(&standing, reach, quoted));
    let mut sentence = hedge.map_or(String::new(), |hedge| {
        sentence(about, hedge, &standing, date)
    });
    if let Some(quoted) = quoted {
        let gap = if sentence.is_empty() { "" } else { " " };
        sentence.push_str(&format!("{gap}Quoted: {}.", quoted.name));
    }
    let mut figure = told(figure, about, Of::Date(path.number, date), &sentence);
    if let Some(quoted) = quoted {
        figure = figure.with_about("quoted", &quoted.name);
    }
    for (name, value) in [
        (
            "book of",
            hedge.map_or(String::new(), |hedge| hedge.who.to_string()),
        ),
        ("mid (currency)", format!("{:?}", standing.mid())),
        ("ask memory (shares)", format!("{:?}", standing.memory.ask)),
        ("bid memory (shares)", format!("{:?}", standing.memory.bid)),
        ("trade (shares)", format!("{trade:?}")),
    ] {
        figure = figure.with_about(name, value);
    }
    let cost = standing.quote(trade).cost;
    figure
        .with_about("cost of spread (currency)", format!("{:?}", cost.spread))
        .with_about("cost of depth (currency)", format!("{:?}", cost.depth))
        .with_about("cost of memory (currency)", format!("{:?}", cost.memory))
}

/// Room for the largest trade on the path and a quarter more, the same at every date.
fn reach(shares: f64, path: &Hedged) -> f64 {
    let hedges = path.hedges.iter();
    let trades = hedges.flat_map(|hedge| (0..=hedge.ledger.len()).map(|k| hedge.traded(k).abs()));
    1.25 * trades.fold(0.6 * shares, f64::max)
}

/// The three causes of a cost, as they are filled.
fn causes(colour: crate::figure::Ink) -> [(&'static str, Fill); 3] {
    [
        ("cost of spread", Fill::new(colour, 0.2)),
        ("of depth", Fill::new(colour, 0.65)),
        ("of memory", Fill::new(colour, 1.0).hatched()),
    ]
}

/// A curve of a book from no shares to `size`; prices less mid.
fn curve(book: &Standing, size: f64, ask: bool) -> Vec<[f64; 2]> {
    let sizes = spaced(0.0, size, POINTS);
    sizes
        .map(|size| [size, book.price_on(ask, size.abs()) - book.mid()])
        .collect()
}

/// What a trade costs: between the mid price, the full book's best price, the full book's curve and the
/// curve of the book as it stands.
fn costs(standing: &Standing, size: f64) -> Vec<Layer> {
    if size == 0.0 {
        return Vec::new();
    }
    let ask = size > 0.0;
    let full = standing.full();
    let level = |at: f64| vec![[0.0, at], [size, at]];
    let edges = [
        level(0.0),
        level(full.price_on(ask, 0.0) - full.mid()),
        curve(&full, size, ask),
        curve(standing, size, ask),
    ];
    let colour = if ask { ASK } else { BID };
    let pairs = edges.windows(2).zip(causes(colour));
    pairs
        .map(|(pair, (_, fill))| Layer::area(pair[1].clone(), pair[0].clone(), fill))
        .collect()
}

/// One side as it stands, and in a full book where that is another.
fn side(standing: &Standing, ask: bool, reach: f64) -> Vec<Layer> {
    let colour = if ask { ASK } else { BID };
    let size = if ask { reach } else { -reach };
    let now = Layer::line(curve(standing, size, ask), Stroke::new(colour, 2.2));
    if standing.taken(ask) <= 1e-9 * reach {
        return vec![now];
    }
    let dashed = Stroke::new(colour, 1.2).dashed(Dash::Dashed(4.0));
    vec![Layer::line(curve(&standing.full(), size, ask), dashed), now]
}

/// The trade on its curve.
fn point(standing: &Standing, size: f64) -> Vec<Layer> {
    if size == 0.0 {
        return Vec::new();
    }
    let price = standing.price(size) - standing.mid();
    let foot = vec![[size, 0.0], [size, price]];
    vec![
        Layer::line(foot, Stroke::new(ink::STRONG, 1.2)),
        Layer::marks(vec![[size, price]], Mark::Disc, ink::STRONG, 8.0),
    ]
}

/// `Learned sells 0.069 shares at 763.25: cost 0.62 = spread 0.53 + depth 0.02 + memory 0.07.`
fn sentence(about: &About<'_>, hedge: &Hedge, standing: &Standing, date: usize) -> String {
    let digits = digits(about.scenario);
    let size = hedge.traded(date);
    let name = name_of(&hedge.who);
    let quote = standing.quote(size);
    let Some(price) = quote.average else {
        return format!("{name} does not trade.");
    };
    let verb = if size > 0.0 { "buys" } else { "sells" };
    let cost = quote.cost;
    format!(
        "{name} {verb} {} shares at {} on average: cost {} = spread {} + depth {} + memory {} (currency).",
        digits.shares(size.abs()),
        digits.price(price),
        digits.cash(cost.total()),
        digits.cash(cost.spread),
        digits.cash(cost.depth),
        digits.cash(cost.memory)
    )
}

/// A row for each size, from the most sold to the most bought.
fn table(standing: &Standing, reach: f64, quoted: Option<&Quoted>) -> Table {
    let mut columns = vec![
        ("shares", "bought; negative sold"),
        ("price of the next share", MONEY),
        ("average price", MONEY),
        ("price of the next share in a full book", MONEY),
        ("cost of spread", MONEY),
        ("cost of depth", MONEY),
        ("cost of memory", MONEY),
    ];
    if quoted.is_some() {
        columns.push(("quoted price of the next share", MONEY));
    }
    let mut table = Table::new(&columns);
    let full = standing.full();
    for ask in [false, true] {
        for size in spaced(0.0, 1.0, POINTS) {
            let shares = if ask {
                size * reach
            } else {
                (size - 1.0) * reach
            };
            let quote = standing.quote(shares);
            let mut row: Vec<Cell> = vec![
                (shares + 0.0).into(),
                standing.price_on(ask, shares.abs()).into(),
                quote.average.into(),
                full.price_on(ask, shares.abs()).into(),
                quote.cost.spread.into(),
                quote.cost.depth.into(),
                quote.cost.memory.into(),
            ];
            if let Some(quoted) = quoted {
                let next = quoted.next(ask, shares.abs());
                row.push(next.map(|at| standing.mid() * (1.0 + at)).into());
            }
            table.row(row);
        }
    }
    table
}
