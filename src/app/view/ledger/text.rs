//! The ledger as text to take away.

use super::{Column, PathView, StrategyPath, Totals, settled};
use crate::app::theme::name_of;
use crate::policy::Who;
use crate::quantity::Digits;
use crate::quantity::write::keyboard;
use std::fmt::Write;

/// A table for each of `chosen`, its columns aligned, with sums at the foot and the end in words.
#[must_use]
pub fn aligned(path: &PathView, chosen: &[Who], digits: Digits) -> String {
    let (mut text, columns) = (String::new(), Column::of(path));
    for account in chosen.iter().filter_map(|who| path.of(who)) {
        let totals = Totals::of(account);
        let mut rows = vec![titles(columns)];
        rows.extend(lines(path, account, digits));
        let sums = columns.iter().map(|column| column.sum(&totals, digits));
        rows.push(
            ["sum".into(), String::new()]
                .into_iter()
                .chain(sums)
                .collect(),
        );
        let words = settled(&account.settlement, &totals, digits);
        let name = name_of(&account.who);
        let _infallible = write!(
            text,
            "{name}, {}\n{}at maturity: {}\n\n",
            path.title(),
            table(&rows),
            keyboard(&words)
        );
    }
    text
}

/// One table with the strategy in front of each line, for a spreadsheet.
#[must_use]
pub fn tab_separated(path: &PathView, chosen: &[Who], digits: Digits) -> String {
    let mut text = format!("strategy\t{}\n", titles(Column::of(path)).join("\t"));
    for account in chosen.iter().filter_map(|who| path.of(who)) {
        let name = name_of(&account.who);
        for line in lines(path, account, digits) {
            let _infallible = writeln!(text, "{name}\t{}", line.join("\t"));
        }
    }
    text
}

fn titles(columns: &[Column]) -> Vec<String> {
    let columns = columns.iter().map(|column| column.title());
    let titles = ["date", "price"].into_iter().chain(columns);
    titles.map(str::to_owned).collect()
}

/// A line for each date and one for maturity, in the signs of a keyboard.
fn lines<'a>(
    path: &'a PathView,
    account: &'a StrategyPath,
    digits: Digits,
) -> impl Iterator<Item = Vec<String>> + 'a {
    let line = move |step: usize, spot: f64, cells: Vec<String>| -> Vec<String> {
        let first = [step.to_string(), digits.price(spot)];
        let cells = first.into_iter().chain(cells);
        cells.map(|cell| keyboard(&cell)).collect()
    };
    let columns = Column::of(path);
    let dates = account.ledger.iter().map(move |of| {
        let cells = columns.iter().map(|column| column.text(of, digits));
        line(of.step, of.spot, cells.collect())
    });
    let end = &account.settlement;
    let cells = columns.iter();
    let cells = cells.map(|column| column.at_the_end(end, digits)).collect();
    let last = path.prices.len().saturating_sub(1);
    dates.chain([line(last, end.spot, cells)])
}

/// Columns to the right, as wide as their widest cell.
fn table(rows: &[Vec<String>]) -> String {
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let count = rows.first().map_or(0, Vec::len);
    let widths: Vec<usize> = (0..count).map(width).collect();
    let mut text = String::new();
    for row in rows {
        let cells = row.iter().zip(&widths);
        let line: Vec<String> = cells
            .map(|(cell, width)| format!("{:>width$}", keyboard(cell)))
            .collect();
        let _infallible = writeln!(text, "{}", line.join("  ").trim_end());
    }
    text
}
