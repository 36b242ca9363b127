//! Prices in a table of text, read row by row.

use super::columns::{self, Columns};
use super::date::{self, Form, Unclear};
use super::number::{Cell, cell, decimal_mark};
use super::rows::{Raw, shown};
use super::{Asks, Reading, Watch, Wrong};
use csv::ByteRecord;
use std::io::{BufRead, BufReader, Read};

/// Rows by which forms are told.
const FIRST: usize = 2000;
/// Rows between two looks at whether to go on.
const LOOK: u64 = 1 << 14;

/// How the cells of a table are read.
struct Forms {
    columns: Columns,
    date: Form,
    decimal: u8,
}

/// Reads a table of so many bytes.
pub(super) fn read(
    source: impl Read,
    mut raw: Raw,
    (size, reading): (u64, &Reading),
    watch: Watch<'_>,
) -> Result<Raw, Wrong> {
    let mut source = BufReader::with_capacity(1 << 18, source);
    let start = source.fill_buf().map_err(unread)?;
    let mark = usize::from(start.starts_with(&[0xef, 0xbb, 0xbf])) * 3;
    let delimiter = delimiter(&start[mark..]);
    source.consume(mark);
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .comment(Some(b'#'))
        .delimiter(delimiter)
        .buffer_capacity(1 << 18)
        .from_reader(source);
    let mut first = Vec::new();
    let mut record = ByteRecord::new();
    while first.len() < FIRST && reader.read_byte_record(&mut record).map_err(unread)? {
        if record.iter().any(|cell| !cell.trim_ascii().is_empty()) {
            first.push(record.clone());
        }
    }
    let (forms, headings) = forms(&first, delimiter, reading)?;
    raw.layout = forms.columns.layout;
    (raw.time_column, raw.price_column) = forms.columns.names.clone();
    raw.columns.clone_from(&forms.columns.numbers);
    raw.chosen.clone_from(&forms.columns.chosen);
    let about = size
        / first
            .iter()
            .map(|r| r.as_slice().len() as u64 + 4)
            .sum::<u64>()
            .max(1);
    #[expect(clippy::cast_possible_truncation, reason = "sizes of files fit")]
    let about = (about as usize).saturating_mul(first.len()).min(1 << 25);
    raw.times.reserve(about);
    raw.prices.reserve(about);
    for record in &first[usize::from(headings)..] {
        take(&mut raw, record, &forms)?;
    }
    drop(first);
    let mut rows: u64 = 0;
    while reader.read_byte_record(&mut record).map_err(unread)? {
        take(&mut raw, &record, &forms)?;
        rows += 1;
        if rows.is_multiple_of(LOOK) {
            let done = reader.position().byte() as f64 / size.max(1) as f64;
            if watch(done.min(1.0)).is_break() {
                return Err(Wrong::Stopped);
            }
        }
    }
    Ok(raw)
}

fn unread(error: impl std::fmt::Display) -> Wrong {
    Wrong::Whole(format!("was not read: {error}"))
}

/// Takes one row.
#[inline]
fn take(raw: &mut Raw, record: &ByteRecord, forms: &Forms) -> Result<(), Wrong> {
    let columns = &forms.columns;
    let dated = record.get(columns.time).unwrap_or_default();
    let priced = record.get(columns.price);
    let row = || record.position().map_or(0, csv::Position::line);
    let time = date::time(dated, forms.date).and_then(|time| match columns.clock {
        None => Some(time),
        Some(place) => Some(time + date::clock(record.get(place)?)?),
    });
    let Some(time) = time else {
        let blank = |cell: &[u8]| cell.trim_ascii().is_empty();
        if record.iter().all(blank) {
            return Ok(());
        }
        let message = format!(
            "{:?} is no date; allowed: one in the form of the first row",
            shown(dated)
        );
        return Err(Wrong::Cell(row(), raw.time_column.clone(), message));
    };
    let price = priced.map_or(Cell::Missing, |priced| cell(priced, forms.decimal));
    if let Cell::Number(x) = price
        && x > 0.0
        && x.is_finite()
    {
        return raw.push(row(), time, price, String::new);
    }
    raw.push(row(), time, price, || shown(priced.unwrap_or_default()))
}

/// How the table is read, by its first rows, and whether the first of all has headings.
fn forms(first: &[ByteRecord], delimiter: u8, reading: &Reading) -> Result<(Forms, bool), Wrong> {
    let Some(top) = first.first() else {
        return Err(Wrong::whole(
            "has no rows; allowed: a row of headings and a row for each price",
        ));
    };
    let is_data = |text: &[u8]| {
        let number = matches!(cell(text, b'.'), Cell::Number(_));
        number || date::form(&[text], reading.dates).is_ok()
    };
    let headings = !top.iter().any(is_data);
    let rows = &first[usize::from(headings)..];
    if rows.is_empty() {
        return Err(Wrong::whole(
            "has headings and no prices; allowed: a row for each price",
        ));
    }
    let wanted = reading.column.as_deref();
    let columns = if headings {
        let names = top
            .iter()
            .map(|name| String::from_utf8_lossy(name).into_owned());
        let names: Vec<String> = names.collect();
        let is_number = |place: usize| {
            let mut cells = rows.iter().take(50).filter_map(|row| row.get(place));
            cells.any(|text| matches!(cell(text, b'.'), Cell::Number(_)))
        };
        let numbers: Vec<bool> = (0..names.len()).map(is_number).collect();
        columns::by_name(&names, wanted, &numbers)?
    } else {
        let number = |text: &[u8]| match cell(text, b'.') {
            Cell::Number(x) => Some(x),
            _ => None,
        };
        columns::without_names(&top.iter().map(number).collect::<Vec<_>>(), wanted)?
    };
    let cells = |place: usize| rows.iter().filter_map(move |row| row.get(place));
    let decimal = decimal_mark(cells(columns.price), delimiter);
    let dates: Vec<&[u8]> = cells(columns.time).collect();
    let date = date::form(&dates, reading.dates).map_err(|unclear| match unclear {
        Unclear::TwoWays(text) => {
            let message = format!(
                "column {}: {text} can be read with the day or with the month first; choose with --dates \
                 day-first or --dates month-first",
                columns.names.0
            );
            Wrong::Asked(message, Asks::Dates)
        }
        Unclear::None(place) => {
            let row = rows[place].position().map_or(0, csv::Position::line);
            let text = shown(dates.get(place).copied().unwrap_or_default());
            let message = format!("{text:?} is no date; allowed: such as 2020-01-31");
            Wrong::Cell(row, columns.names.0.clone(), message)
        }
    })?;
    let forms = Forms {
        columns,
        date,
        decimal,
    };
    Ok((forms, headings))
}

/// What parts the columns: of comma, semicolon and tab the one that the first rows have most of.
fn delimiter(start: &[u8]) -> u8 {
    let lines = start.split(|byte| *byte == b'\n');
    let lines = lines
        .map(<[u8]>::trim_ascii_start)
        .filter(|line| !line.is_empty() && line[0] != b'#')
        .take(5);
    let lines: Vec<&[u8]> = lines.collect();
    let parts = |mark: u8| {
        let count = |line: &&[u8]| line.split(|byte| *byte == mark).count() - 1;
        lines.iter().map(count).min().unwrap_or(0)
    };
    // A comma may stand within numbers where something else parts them.
    [b'\t', b';', b',']
        .into_iter()
        .find(|mark| parts(*mark) > 0)
        .unwrap_or(b',')
}
