//! Tables for people: columns aligned, numbers rounded to what they mean.

use crate::outcome::Estimate;
use crate::quantity::digits;
pub(super) use crate::quantity::write::grouped;
use crate::quantity::write::{NOTHING, keyboard, significant};
use std::fmt::Write;

/// What stands over a table of [`crate::episode::Money`].
pub(super) const WHERE_IT_WENT: &str =
    "Where the money went: parts of the hedging error (positive was lost, negative gained)";

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

/// `23.74 ± 0.08`, with the decimals that show the standard error; `–` where undefined.
pub(super) fn estimate(estimate: Estimate) -> String {
    let Some(value) = estimate.value else {
        return NOTHING.into();
    };
    with_error(value, estimate.se)
}

/// A figure, with its standard error where it has one.
pub(super) fn with_error(value: f64, error: Option<f64>) -> String {
    let (value, error) = digits::estimate(value, error);
    let text = error.map_or(value.clone(), |error| format!("{value} ± {error}"));
    keyboard(&text)
}

/// A figure that is compared with others of its kind: six digits.
pub(super) fn figure(x: f64) -> String {
    keyboard(&significant(x, 6))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_too_wide_for_its_column_is_scientific() {
        let of = |value, se| {
            estimate(Estimate {
                value: Some(value),
                se: Some(se),
            })
        };
        assert_eq!(of(1.234e64, 4e61), "1.234e64 ± 4e61");
        assert_eq!(of(-1234.5, 12.0), "-1234 ± 12");
        assert_eq!(of(0.000_001_2, 0.000_000_1), "0.0000012 ± 0.0000001");
    }
}
