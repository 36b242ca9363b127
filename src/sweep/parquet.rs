//! A table as a Parquet file: numbers to the bit, units in the columns' names, what is absent absent.

use super::table::Heading;
use crate::figure::Cell;
use crate::record::PROGRAM;
use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type;
use std::io::Write;
use std::sync::Arc;

/// Rows in a group, of which one is in memory at a time.
const GROUP: usize = 4096;

/// A file that is written row by row.
pub struct ParquetTable<W: Write + Send> {
    file: SerializedFileWriter<W>,
    /// Whether each column holds words.
    words: Vec<bool>,
    /// Rows not yet written.
    waiting: Vec<Vec<Cell>>,
}

impl<W: Write + Send> ParquetTable<W> {
    /// Begins a file; `about` goes into its metadata, by name.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn begin(
        sink: W,
        headings: &[Heading],
        about: &[(String, String)],
    ) -> Result<Self, ParquetError> {
        let columns = headings.iter().map(|heading| typed(heading).map(Arc::new));
        let columns = columns.collect::<Result<Vec<_>, _>>()?;
        let schema = Type::group_type_builder("sweep").with_fields(columns);
        let about = about.iter().cloned();
        let about = about.map(|(name, value)| KeyValue::new(name, value));
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_created_by(PROGRAM.to_owned())
            .set_key_value_metadata(Some(about.collect()))
            .build();
        Ok(Self {
            file: SerializedFileWriter::new(sink, Arc::new(schema.build()?), Arc::new(properties))?,
            words: headings.iter().map(|heading| heading.words).collect(),
            waiting: Vec::new(),
        })
    }

    /// Adds a row.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn row(&mut self, cells: &[Cell]) -> Result<(), ParquetError> {
        self.waiting.push(cells.to_vec());
        if self.waiting.len() < GROUP {
            return Ok(());
        }
        self.group()
    }

    fn group(&mut self) -> Result<(), ParquetError> {
        let rows = std::mem::take(&mut self.waiting);
        let mut group = self.file.next_row_group()?;
        for (place, words) in self.words.iter().enumerate() {
            let cells: Vec<&Cell> = rows.iter().filter_map(|row| row.get(place)).collect();
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
        Ok(())
    }

    /// Writes what is left, and the end of the file; hands back what it was written to.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn finish(mut self) -> Result<W, ParquetError> {
        if !self.waiting.is_empty() {
            self.group()?;
        }
        self.file.into_inner()
    }
}

fn typed(heading: &Heading) -> Result<Type, ParquetError> {
    let (kind, logical) = if heading.words {
        (Physical::BYTE_ARRAY, Some(LogicalType::String))
    } else {
        (Physical::DOUBLE, None)
    };
    let title = heading.column.title();
    let column = Type::primitive_type_builder(&title, kind).with_logical_type(logical);
    column.with_repetition(Repetition::OPTIONAL).build()
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
