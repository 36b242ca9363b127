//! One path: its price, what each policy held, and what that cost.

use super::look::{Look, looks, name_of};
use super::{About, Hedge, Hedged, MONEY, Of, told};
use crate::figure::{Axis, Cell, Dash, Figure, Layer, Panel, Sign, Stroke, Table, ink, steps};
use crate::quantity::time::duration;
use crate::scenario::Scenario;

/// Most marks at the dates of a line: more would hide it.
const MARKS: usize = 30;

/// The axis of dates.
pub(super) fn dates(scenario: &Scenario) -> Axis {
    let unit = format!("steps of {}", duration(scenario.step_length()));
    let last = scenario.steps as f64;
    Axis::new("date", unit)
        .whole()
        .between(-0.015 * last, 1.015 * last)
}

/// Price, positions and costs so far on one date axis.
#[must_use]
pub fn path(about: &About<'_>, path: &Hedged) -> Figure {
    let scenario = about.scenario;
    let looks = looks(path.hedges.iter().map(|hedge| &hedge.who));
    let hedges = || path.hedges.iter().zip(&looks);
    let displaced = hedges()
        .rev()
        .map(|(hedge, look)| (mids(hedge), look.stroke));
    let displaced = displaced.filter(|(mids, _)| !mids.is_empty());
    let displaced = displaced.map(|(mids, stroke)| Layer::line(mids, stroke));
    let spot = price(scenario, path).with_all(displaced);
    let held = |hedge: &Hedge| (0..=hedge.ledger.len()).map(|k| hedge.held(k)).collect();
    let positions = over_dates(hedges(), &held);
    let costs = over_dates(hedges(), &|hedge: &Hedge| hedge.costs_so_far());
    let mut figure = Figure::new("Price, positions and costs on one path", dates(scenario))
        .with_panel(spot.weighing(1.1))
        .with_panel(Panel::new(Axis::new("Positions", "shares").from_zero()).with_all(positions))
        .with_panel(Panel::new(Axis::new("Cost so far", MONEY).from_zero()).with_all(costs))
        .with_data(table(path));
    for (hedge, look) in hedges() {
        figure = figure.with_entry(
            name_of(&hedge.who),
            Sign::Line(look.stroke, Some(look.mark)),
        );
    }
    told(figure, about, Of::Path(path.number), "")
}

/// The price by date, and the strikes.
fn price(scenario: &Scenario, path: &Hedged) -> Panel {
    let price = path.prices.iter().enumerate();
    let price: Vec<[f64; 2]> = price.map(|(k, price)| [k as f64, *price]).collect();
    let strike = Stroke::new(ink::SUBDUED, 1.0).dashed(Dash::Dashed(5.0));
    let strikes = scenario.contract.strikes().into_iter();
    let strikes = strikes.map(|at| Layer::level(at, strike, Some("strike".into())));
    Panel::new(Axis::new("Price", MONEY))
        .with_all(strikes)
        .with(Layer::line(price, Stroke::new(ink::STRONG, 1.6)))
}

/// The mid that a hedge's trades have displaced, by date; nothing where they leave it.
fn mids(hedge: &Hedge) -> Vec<[f64; 2]> {
    let dates = 0..=hedge.ledger.len();
    let mids = dates.filter_map(|step| Some([step as f64, hedge.mid(step)?]));
    mids.collect()
}

/// A number of each hedge by date, as steps with marks.
fn over_dates<'a>(
    hedges: impl DoubleEndedIterator<Item = (&'a Hedge, &'a Look)>,
    of: &dyn Fn(&Hedge) -> Vec<f64>,
) -> Vec<Layer> {
    // The first stands in front.
    let layers = hedges.rev().flat_map(|(hedge, look)| {
        let numbers = of(hedge).into_iter().enumerate();
        let points: Vec<[f64; 2]> = numbers.map(|(k, x)| [k as f64, x]).collect();
        let line = Layer::line(steps(&points), look.stroke);
        let marks = if points.len() <= MARKS {
            points
        } else {
            Vec::new()
        };
        [line, Layer::marks(marks, look.mark, look.stroke.ink, 5.5)]
    });
    layers.collect()
}

/// A row for each policy and date.
fn table(path: &Hedged) -> Table {
    let moved = path.hedges.iter().any(|h| h.settlement.mid.is_some());
    let mut columns = vec![
        ("strategy", ""),
        ("date", ""),
        ("spot", MONEY),
        ("position", "shares"),
        ("trade", "shares"),
        ("cost so far", MONEY),
        ("portfolio value", MONEY),
        ("ask memory", "shares"),
        ("bid memory", "shares"),
    ];
    columns.extend(moved.then_some(("mid", MONEY)));
    let mut table = Table::new(&columns);
    for hedge in &path.hedges {
        let costs = hedge.costs_so_far();
        for step in 0..=hedge.ledger.len() {
            let memory = hedge.memory(step);
            let mut row = vec![
                Cell::from(&*hedge.who.name),
                step.into(),
                hedge.spot(step).into(),
                hedge.held(step).into(),
                hedge.traded(step).into(),
                costs.get(step).copied().into(),
                hedge.value(step).into(),
                memory.ask.into(),
                memory.bid.into(),
            ];
            row.extend(moved.then(|| hedge.mid(step).into()));
            table.row(row);
        }
    }
    table
}
