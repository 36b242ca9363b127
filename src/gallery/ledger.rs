//! Every trade of one path, as a table alone.

use super::{About, Hedged, MONEY, Of, told};
use crate::figure::{Axis, Cell, Figure, Table};

/// The ledgers of all policies: a row for each trade, and one for the settlement.
#[must_use]
pub fn ledger(about: &About<'_>, path: &Hedged) -> Figure {
    let figure = Figure::new("Ledger of one path", Axis::default()).with_data(table(path));
    told(figure, about, Of::Path(path.number), "")
}

fn table(path: &Hedged) -> Table {
    let pays = path
        .hedges
        .iter()
        .any(|hedge| hedge.settlement.dividends.is_some());
    let moved = path.hedges.iter().any(|h| h.settlement.mid.is_some());
    let mut columns = vec![
        ("strategy", ""),
        ("event", ""),
        ("date", ""),
        ("spot", MONEY),
        ("position before", "shares"),
        ("trade", "shares"),
        ("position after", "shares"),
        ("price", MONEY),
        ("cash flow", MONEY),
        ("cost of spread", MONEY),
        ("cost of depth", MONEY),
        ("cost of memory", MONEY),
        ("cash", MONEY),
        ("ask memory before", "shares"),
        ("bid memory before", "shares"),
        ("portfolio value before", MONEY),
        ("delivered", "shares"),
        ("strike cash", MONEY),
        ("hedging error", MONEY),
    ];
    if pays {
        columns.push(("dividends", MONEY));
    }
    if moved {
        columns.extend([("mid", MONEY), ("cost of displaced mid", MONEY)]);
    }
    let mut table = Table::new(&columns);
    for hedge in &path.hedges {
        let name = || Cell::from(&*hedge.who.name);
        for line in &hedge.ledger {
            let mut row = vec![
                name(),
                "trade".into(),
                line.step.into(),
                line.spot.into(),
                line.position_before.into(),
                line.trade.into(),
                line.position.into(),
                line.price.into(),
                line.cash_flow.into(),
                line.cost.spread.into(),
                line.cost.depth.into(),
                line.cost.memory.into(),
                line.cash.into(),
                line.memory_before.ask.into(),
                line.memory_before.bid.into(),
                line.value_before.into(),
                Cell::Empty,
                Cell::Empty,
                Cell::Empty,
            ];
            row.extend(pays.then(|| line.dividends.into()));
            row.extend(moved.then(|| line.mid.into()));
            row.extend(moved.then(|| line.cost.mid.into()));
            table.row(row);
        }
        let end = &hedge.settlement;
        let traded = end.liquidated != 0.0;
        let mut row = vec![
            name(),
            "settlement".into(),
            hedge.ledger.len().into(),
            end.spot.into(),
            end.position.into(),
            (-end.liquidated).into(),
            0.0.into(),
            traded.then(|| end.cash_flow / end.liquidated).into(),
            end.cash_flow.into(),
            end.cost.spread.into(),
            end.cost.depth.into(),
            end.cost.memory.into(),
            end.gain.into(),
            end.memory.ask.into(),
            end.memory.bid.into(),
            end.value.into(),
            end.delivered.into(),
            end.strike_cash.into(),
            end.error.into(),
        ];
        row.extend(pays.then(|| end.dividends.into()));
        row.extend(moved.then(|| end.mid.into()));
        row.extend(moved.then(|| end.cost.mid.into()));
        table.row(row);
    }
    table
}
