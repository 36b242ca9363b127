//! A table of gaps, a line for each scenario, as it is kept in a file.

use super::Gap;
use crate::scenario::{Named, Objective, OptionKind, Side};
use csv::{ErrorKind, StringRecord};
use std::collections::BTreeSet;

/// The columns, in their order.
pub const COLUMNS: [&str; 20] = [
    "name",
    "objective",
    "kind",
    "position",
    "dates",
    "width",
    "drift",
    "ask_cost",
    "bid_cost",
    "size",
    "ask_kept",
    "bid_kept",
    "moneyness",
    "dedicated",
    "at_once",
    "at_once_error",
    "refined",
    "refined_error",
    "rule",
    "rule_error",
];

/// What is wrong with a table, where, and what is allowed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{table}:{line}: {wrong}")]
pub struct TableError {
    /// Which table.
    pub table: String,
    /// Where in it, from 1.
    pub line: u64,
    /// What is wrong, and what is allowed.
    pub wrong: String,
}

/// Gaps of scenarios of different names.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GapTable(Vec<Gap>);

impl GapTable {
    /// Reads what [`COLUMNS`] and rows below them say; `table` is what it is called.
    ///
    /// # Errors
    /// Where a heading, a word or a number is none, or a scenario stands there twice.
    pub fn from_bytes(bytes: &[u8], table: &str) -> Result<Self, TableError> {
        let at = |line: u64, wrong: String| TableError {
            table: table.to_owned(),
            line,
            wrong,
        };
        let mut reader = csv::Reader::from_reader(bytes);
        let headings = reader
            .headers()
            .map_err(|error| at(1, error.to_string()))?
            .clone();
        if headings.iter().ne(COLUMNS) {
            let allowed = COLUMNS.join(",");
            let wrong =
                format!("these are not the headings of a table of gaps; allowed: {allowed}");
            return Err(at(1, wrong));
        }
        let (mut gaps, mut names) = (Vec::new(), BTreeSet::new());
        for record in reader.records() {
            let record = record.map_err(|error| at(line_of(&error), told(&error)))?;
            let line = record.position().map_or(0, csv::Position::line);
            let gap = row(&record, &headings).map_err(|wrong| at(line, wrong))?;
            if !names.insert(gap.name.clone()) {
                let wrong = format!("{} stands there twice; allowed: once", gap.name);
                return Err(at(line, wrong));
            }
            gaps.push(gap);
        }
        Ok(Self(gaps))
    }

    /// The scenarios.
    #[must_use]
    pub fn gaps(&self) -> &[Gap] {
        &self.0
    }

    /// Whether a scenario is in it.
    #[must_use]
    pub fn knows(&self, name: &str) -> bool {
        self.0.iter().any(|gap| gap.name == name)
    }

    /// Adds a scenario.
    pub fn push(&mut self, gap: Gap) {
        self.0.push(gap);
    }
}

/// One scenario, or what is wrong with it.
fn row(record: &StringRecord, headings: &StringRecord) -> Result<Gap, String> {
    let gap: Gap = record.deserialize(Some(headings)).map_err(|error| {
        let ErrorKind::Deserialize { err, .. } = error.kind() else {
            return told(&error);
        };
        let field = err.field().and_then(|field| usize::try_from(field).ok());
        let cell = field.and_then(|field| COLUMNS.get(field).zip(record.get(field)));
        cell.map_or_else(
            || err.to_string(),
            |(column, text)| format!("{column} is {text:?}; allowed: a number"),
        )
    })?;
    for (column, word, known) in [
        ("objective", &gap.objective, Objective::words()),
        ("kind", &gap.kind, OptionKind::words()),
        ("position", &gap.position, Side::words()),
    ] {
        if !known.split(", ").any(|known| known == word) {
            return Err(format!("{column} is {word:?}; allowed: {known}"));
        }
    }
    for (column, text) in COLUMNS.iter().zip(record).skip(4) {
        let number: f64 = text.parse().unwrap_or(f64::NAN);
        let is_error = column.ends_with("_error");
        if !number.is_finite() || (is_error && number < 0.0) {
            let allowed = if is_error {
                "a standard error, 0 or more"
            } else {
                "a finite number"
            };
            return Err(format!("{column} is {text:?}; allowed: {allowed}"));
        }
    }
    Ok(gap)
}

/// What is wrong with a line that is none.
fn told(error: &csv::Error) -> String {
    match error.kind() {
        ErrorKind::UnequalLengths { len, .. } => format!(
            "there are {len} columns; allowed: {}, as in the headings",
            COLUMNS.len()
        ),
        ErrorKind::Utf8 { .. } => "this is no text; allowed: UTF-8".into(),
        _ => error.to_string(),
    }
}

fn line_of(error: &csv::Error) -> u64 {
    error.position().map_or(0, csv::Position::line)
}
