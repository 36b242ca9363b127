//! The data behind a figure, as a table that a spreadsheet and a program read.

use std::fmt::Write;

/// A table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows, as wide as there are columns.
    pub rows: Vec<Vec<Cell>>,
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// What stands in it.
    pub name: String,
    /// In which unit; empty where it has none.
    pub unit: String,
}

/// What stands at a place of a table.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// A number, written so that it reads back to the bit.
    Number(f64),
    /// A whole number.
    Whole(u64),
    /// A word.
    Text(String),
    /// Nothing.
    Empty,
}

impl From<f64> for Cell {
    fn from(x: f64) -> Self {
        if x.is_nan() {
            Self::Empty
        } else {
            Self::Number(x)
        }
    }
}

impl From<Option<f64>> for Cell {
    fn from(x: Option<f64>) -> Self {
        x.map_or(Self::Empty, Self::from)
    }
}

impl From<u64> for Cell {
    fn from(n: u64) -> Self {
        Self::Whole(n)
    }
}

impl From<usize> for Cell {
    fn from(n: usize) -> Self {
        Self::Whole(n as u64)
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl Column {
    /// Its heading: `spot (currency)`.
    #[must_use]
    pub fn title(&self) -> String {
        if self.unit.is_empty() {
            self.name.clone()
        } else {
            format!("{} ({})", self.name, self.unit)
        }
    }
}

impl Cell {
    fn text(&self) -> String {
        match self {
            Self::Number(x) => number(*x),
            Self::Whole(n) => n.to_string(),
            Self::Text(text) => text.clone(),
            Self::Empty => String::new(),
        }
    }
}

/// The shortest text that reads back to the same number.
fn number(x: f64) -> String {
    if x == 0.0 || (1e-5..1e16).contains(&x.abs()) {
        format!("{x}")
    } else {
        // An infinity is `inf` here too.
        format!("{x:e}")
    }
}

impl Table {
    /// A table without rows; each column is `(name, unit)`.
    #[must_use]
    pub fn new(columns: &[(&str, &str)]) -> Self {
        let column = |(name, unit): &(&str, &str)| Column {
            name: (*name).to_owned(),
            unit: (*unit).to_owned(),
        };
        Self {
            columns: columns.iter().map(column).collect(),
            rows: Vec::new(),
        }
    }

    /// Adds a row.
    pub fn row(&mut self, cells: impl IntoIterator<Item = Cell>) {
        let mut row: Vec<Cell> = cells.into_iter().collect();
        debug_assert_eq!(row.len(), self.columns.len(), "a cell for each column");
        row.resize(self.columns.len(), Cell::Empty);
        self.rows.push(row);
    }

    /// What [`csv_head`] says, and a line for each row.
    #[must_use]
    pub fn csv<'a>(&self, about: impl Iterator<Item = &'a (String, String)>) -> String {
        let mut text = csv_head(&self.columns, about);
        for row in &self.rows {
            text.push_str(&csv_line(row));
        }
        text
    }

    /// Headings with units and rows, between tabs.
    #[must_use]
    pub fn tab_separated(&self) -> String {
        let plain = |text: String| text.replace(['\t', '\n', '\r'], " ");
        let line = |words: &mut dyn Iterator<Item = String>| {
            let words: Vec<String> = words.map(plain).collect();
            format!("{}\n", words.join("\t"))
        };
        let mut text = line(&mut self.columns.iter().map(Column::title));
        for row in &self.rows {
            text.push_str(&line(&mut row.iter().map(Cell::text)));
        }
        text
    }
}

/// Lines `# name: value`, and the headings with units.
#[must_use]
pub fn csv_head<'a>(
    columns: &[Column],
    about: impl Iterator<Item = &'a (String, String)>,
) -> String {
    let mut text = String::new();
    for (name, value) in about {
        let line = format!("# {name}: {value}").replace(['\n', '\r'], " ");
        let _infallible = writeln!(text, "{line}");
    }
    text.push_str(&separated(columns.iter().map(Column::title)));
    text
}

/// A row; words that could be taken for something else stand in quotes.
#[must_use]
pub fn csv_line(cells: &[Cell]) -> String {
    separated(cells.iter().map(Cell::text))
}

fn separated(words: impl Iterator<Item = String>) -> String {
    let words: Vec<String> = words.map(|word| quoted(&word)).collect();
    format!("{}\n", words.join(","))
}

fn quoted(word: &str) -> String {
    if word.contains([',', '"', '\n', '\r', '#']) || word.trim() != word {
        format!("\"{}\"", word.replace('"', "\"\""))
    } else {
        word.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_back_to_the_bit_and_words_stand_in_quotes_where_they_must() {
        let mut table = Table::new(&[("who", ""), ("x", "currency")]);
        let numbers = [0.1 + 0.2, -1e-300, f64::MAX, 1.0 / 3.0, f64::NEG_INFINITY];
        for x in numbers {
            table.row(["a, #1".into(), x.into()]);
        }
        table.row([Cell::from("plain"), f64::NAN.into()]);
        let text = table.csv([("seed".to_owned(), "7\n8".to_owned())].iter());
        let mut lines = text.lines();
        assert_eq!(lines.next(), Some("# seed: 7 8"));
        assert_eq!(lines.next(), Some("who,x (currency)"));
        for x in numbers {
            let line = lines.next().unwrap();
            let read: f64 = line.strip_prefix("\"a, #1\",").unwrap().parse().unwrap();
            assert_eq!(read.to_bits(), x.to_bits());
        }
        assert_eq!(lines.next(), Some("plain,"));
        assert!(
            table
                .tab_separated()
                .starts_with("who\tx (currency)\na, #1\t")
        );
    }
}
