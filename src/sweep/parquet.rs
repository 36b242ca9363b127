//! A table as a Parquet file: numbers to the bit, units in the columns' names, what is absent absent.

use super::error::SweepError;
use crate::figure::{Cell, Column, Table};
use crate::record::PROGRAM;
use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type;
use std::sync::Arc;

/// Rows in a group.
const GROUP: usize = 1 << 16;

/// The content of the file; `about` goes into its metadata, by name.
///
/// # Errors
/// When the table cannot be put into that form.
pub fn parquet(table: &Table, about: &[(String, String)]) -> Result<Vec<u8>, SweepError> {
    written(table, about).map_err(|error| SweepError::Other {
        what: "Parquet",
        reason: error.to_string(),
    })
}

fn written(table: &Table, about: &[(String, String)]) -> Result<Vec<u8>, ParquetError> {
    let words: Vec<bool> = (0..table.columns.len())
        .map(|place| table.rows.iter().any(|row| is_word(&row[place])))
        .collect();
    let mut columns = Vec::new();
    for (column, words) in table.columns.iter().zip(&words) {
        columns.push(Arc::new(typed(column, *words)?));
    }
    let schema = Type::group_type_builder("sweep").with_fields(columns);
    let about = about.iter().cloned();
    let about = about.map(|(name, value)| KeyValue::new(name, value));
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_created_by(PROGRAM.to_owned())
        .set_key_value_metadata(Some(about.collect()))
        .build();
    let mut bytes = Vec::new();
    let schema = Arc::new(schema.build()?);
    let mut file = SerializedFileWriter::new(&mut bytes, schema, Arc::new(properties))?;
    for rows in table.rows.chunks(GROUP) {
        let mut group = file.next_row_group()?;
        for (place, words) in words.iter().enumerate() {
            let cells: Vec<&Cell> = rows.iter().map(|row| &row[place]).collect();
            let Some(mut column) = group.next_column()? else {
                continue;
            };
            let present: Vec<i16> = cells
                .iter()
                .map(|cell| i16::from(!matches!(cell, Cell::Empty)))
                .collect();
            if *words {
                let texts: Vec<ByteArray> = cells.iter().filter_map(|cell| text(cell)).collect();
                let typed = column.typed::<ByteArrayType>();
                typed.write_batch(&texts, Some(&present), None)?;
            } else {
                let numbers: Vec<f64> = cells.iter().filter_map(|cell| number(cell)).collect();
                let typed = column.typed::<DoubleType>();
                typed.write_batch(&numbers, Some(&present), None)?;
            }
            column.close()?;
        }
        group.close()?;
    }
    file.close()?;
    Ok(bytes)
}

fn typed(column: &Column, words: bool) -> Result<Type, ParquetError> {
    let (kind, logical) = if words {
        (Physical::BYTE_ARRAY, Some(LogicalType::String))
    } else {
        (Physical::DOUBLE, None)
    };
    let title = column.title();
    let column = Type::primitive_type_builder(&title, kind).with_logical_type(logical);
    column.with_repetition(Repetition::OPTIONAL).build()
}

fn is_word(cell: &Cell) -> bool {
    matches!(cell, Cell::Text(_))
}

fn text(cell: &Cell) -> Option<ByteArray> {
    match cell {
        Cell::Text(text) => Some(text.as_str().into()),
        Cell::Number(x) => Some(x.to_string().as_str().into()),
        Cell::Whole(n) => Some(n.to_string().as_str().into()),
        Cell::Empty => None,
    }
}

fn number(cell: &Cell) -> Option<f64> {
    match cell {
        Cell::Number(x) => Some(*x),
        Cell::Whole(n) => Some(*n as f64),
        Cell::Text(_) | Cell::Empty => None,
    }
}
