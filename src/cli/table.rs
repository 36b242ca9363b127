//! Tables for people: columns aligned, numbers rounded to what they mean.

use crate::outcome::Estimate;
use std::fmt::Write;

/// Rows of cells under a heading; the first column is text, the others are numbers.
#[derive(Debug, Default)]
pub(super) struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(super) fn new(heading: &[&str]) -> Self {
        Self {
            rows: vec![heading.iter().map(|cell| (*cell).to_owned()).collect()],
        }
    }

    pub(super) fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    /// The table as text, two blanks between columns.
    pub(super) fn text(&self) -> String {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let width = |column: usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(column));
            cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..columns).map(width).collect();
        let mut text = String::new();
        for row in &self.rows {
            let mut line = String::new();
            for (column, cell) in row.iter().enumerate() {
                let width = widths[column];
                let _infallible = match column {
                    0 => write!(line, "{cell:<width$}"),
                    _ => write!(line, "  {cell:>width$}"),
                };
            }
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }
}

/// A whole number with its thousands apart: `100 000`.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

/// `23.74 ± 0.08`, with the decimals that the standard error supports; `–` where undefined.
pub(super) fn estimate(estimate: Estimate) -> String {
    let Some(value) = estimate.value else {
        return "–".into();
    };
    match estimate.se {
        None => amount(value),
        Some(se) => {
            let decimals = decimals_for(se);
            format!("{value:.decimals$} ± {se:.decimals$}")
        }
    }
}

/// Two significant digits of the standard error, between 2 and 6 decimals.
fn decimals_for(se: f64) -> usize {
    [(0.01, 2), (0.001, 3), (0.0001, 4), (0.00001, 5)]
        .into_iter()
        .find(|(least, _)| se >= *least || se == 0.0)
        .map_or(6, |(_, decimals)| decimals)
}

/// A quantity with three or more decimals when small, fewer when large.
pub(super) fn amount(x: f64) -> String {
    let decimals = match x.abs() {
        large if large >= 10_000.0 => 0,
        middle if middle >= 10.0 => 2,
        _ => 4,
    };
    let text = format!("{x:.decimals$}");
    // A zero has no sign.
    match text.strip_prefix('-') {
        Some(digits) if digits.chars().all(|c| matches!(c, '0' | '.')) => digits.to_owned(),
        _ => text,
    }
}
