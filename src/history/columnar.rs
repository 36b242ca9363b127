//! Prices in a Parquet file, column by column.

use super::columns;
use super::date::{self, Form};
use super::number::{Cell, cell};
use super::rows::{Raw, shown};
use super::{DAY, Reading, Watch, Wrong};
use parquet::errors::ParquetError;
use parquet::file::reader::{ChunkReader, FileReader, SerializedFileReader};
use parquet::record::Field;
use parquet::schema::types::Type;
use std::sync::Arc;

/// Rows between two looks at whether to go on.
const LOOK: u64 = 1 << 14;

fn wrong(error: &ParquetError) -> Wrong {
    let text = error.to_string();
    let line = text.lines().next().unwrap_or_default().to_owned();
    Wrong::Whole(format!("is no Parquet file that can be read: {line}"))
}

/// Reads the file.
pub(super) fn read(
    source: impl ChunkReader + 'static,
    mut raw: Raw,
    reading: &Reading,
    watch: Watch<'_>,
) -> Result<Raw, Wrong> {
    let file = SerializedFileReader::new(source).map_err(|error| wrong(&error))?;
    let schema = file.metadata().file_metadata().schema();
    let fields: Vec<Arc<Type>> = schema.get_fields().to_vec();
    let names: Vec<String> = fields.iter().map(|field| field.name().to_owned()).collect();
    let is_number = |field: &Arc<Type>| {
        use parquet::basic::Type as Physical;
        let kind = field.is_primitive().then(|| field.get_physical_type());
        !matches!(kind, None | Some(Physical::BYTE_ARRAY | Physical::BOOLEAN))
    };
    let numbers: Vec<bool> = fields.iter().map(is_number).collect();
    // What pandas calls the index of a frame that has no name for it.
    let names = names.into_iter().map(|name| match name.as_str() {
        "__index_level_0__" => "index".to_owned(),
        _ => name,
    });
    let names: Vec<String> = names.collect();
    let columns = columns::by_name(&names, reading.column.as_deref(), &numbers)?;
    raw.layout = "Parquet";
    (raw.time_column, raw.price_column) = columns.names.clone();
    (raw.columns, raw.chosen) = (columns.numbers, columns.chosen);
    let total = u64::try_from(file.metadata().file_metadata().num_rows()).unwrap_or(0);
    if total == 0 {
        return Err(Wrong::whole("has no rows; allowed: one for each price"));
    }
    let mut wanted = vec![fields[columns.time].clone()];
    // Columns come in the order of the file.
    let time_first = columns.time < columns.price;
    wanted.insert(usize::from(time_first), fields[columns.price].clone());
    let projection = Type::group_type_builder(schema.name())
        .with_fields(wanted)
        .build();
    let projection = projection.map_err(|error| wrong(&error))?;
    let rows = file
        .get_row_iter(Some(projection))
        .map_err(|error| wrong(&error))?;
    let mut form = None;
    for (number, row) in (1..).zip(rows) {
        let row = row.map_err(|error| wrong(&error))?;
        let mut cells = row.get_column_iter().map(|(_, field)| field);
        let (Some(one), Some(other)) = (cells.next(), cells.next()) else {
            return Err(Wrong::whole("has rows without dates or prices"));
        };
        let (dated, priced) = if time_first {
            (one, other)
        } else {
            (other, one)
        };
        let Some(time) = time(dated, reading, &mut form) else {
            let message =
                format!("{dated} is no date; allowed: a timestamp, a date or a text of one");
            return Err(Wrong::Cell(number, raw.time_column, message));
        };
        let price = price(priced);
        raw.push(number, time, price, || match price {
            Cell::Number(x) => x.to_string(),
            _ => shown(priced.to_string().as_bytes()),
        })?;
        if number % LOOK == 0 && watch(number as f64 / total as f64).is_break() {
            return Err(Wrong::Stopped);
        }
    }
    Ok(raw)
}

fn time(field: &Field, reading: &Reading, form: &mut Option<Form>) -> Option<i64> {
    match field {
        Field::Date(days) => i64::from(*days).checked_mul(DAY),
        Field::TimestampMillis(millis) => millis.checked_mul(1000),
        Field::TimestampMicros(micros) => Some(*micros),
        Field::Int(x) => number(f64::from(*x), form),
        Field::Long(x) => {
            let found = *form.get_or_insert(date::numeric_form(*x as f64).unwrap_or(Form::Serial));
            date::time(x.to_string().as_bytes(), found)
        }
        Field::Double(x) => number(*x, form),
        Field::Str(text) => {
            if form.is_none() {
                *form = date::form(&[text.as_bytes()], reading.dates).ok();
            }
            form.and_then(|form| date::time(text.as_bytes(), form))
        }
        _ => None,
    }
}

fn number(x: f64, form: &mut Option<Form>) -> Option<i64> {
    if form.is_none() {
        *form = date::numeric_form(x);
    }
    form.and_then(|form| date::of_number(x, form))
}

fn price(field: &Field) -> Cell {
    let number = |x: f64| {
        if x.is_nan() {
            Cell::Missing
        } else {
            Cell::Number(x)
        }
    };
    match field {
        Field::Null => Cell::Missing,
        Field::Double(x) => number(*x),
        Field::Float(x) => number(f64::from(*x)),
        Field::Int(x) => number(f64::from(*x)),
        Field::Long(x) => number(*x as f64),
        Field::Str(text) => cell(text.as_bytes(), b'.'),
        Field::Decimal(_) => cell(field.to_string().as_bytes(), b'.'),
        _ => Cell::Text,
    }
}
