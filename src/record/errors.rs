//! Hedging errors path by path as a Parquet file, which programs for tables read.
//!
//! One row for each path, in the order of their numbers: the column `path`, then a column for each
//! policy, called as the policy is (currency; positive is a loss). The file's metadata say the unit, the sign and the
//! question. Rows are written in groups, so that any number of paths takes the memory of one.

use crate::outcome::Sample;
use parquet::basic::{Compression, Repetition, Type as Physical};
use parquet::data_type::{DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type;
use std::io::Write;
use std::sync::Arc;

/// Name of the file.
pub const ERRORS: &str = "errors.parquet";
/// Name of the column of path numbers; no policy can be called so in a file of errors.
pub const PATH: &str = "path";
/// Rows in a group.
const GROUP: usize = 1 << 17;

/// A file of errors that is being written.
pub struct ErrorsWriter<W: Write + Send> {
    file: SerializedFileWriter<W>,
    /// Errors not yet written, a column for each policy.
    waiting: Vec<Vec<f64>>,
    /// Paths that are written.
    written: u64,
}

impl<W: Write + Send> ErrorsWriter<W> {
    /// Begins the file for policies of these names.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn begin(sink: W, names: &[&str], program: &str) -> Result<Self, ParquetError> {
        let column = |name: &str, kind| {
            let column = Type::primitive_type_builder(name, kind);
            let column = column.with_repetition(Repetition::REQUIRED).build();
            column.map(Arc::new)
        };
        let mut columns = vec![column(PATH, Physical::INT64)?];
        for name in names {
            columns.push(column(name, Physical::DOUBLE)?);
        }
        let schema = Type::group_type_builder("errors").with_fields(columns);
        let about = [
            ("quantity", "hedging error of each policy on each path"),
            ("unit", "currency"),
            ("sign", "positive is a loss"),
        ];
        let about = about.map(|(key, value)| KeyValue::new(key.to_owned(), value.to_owned()));
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_dictionary_enabled(false)
            .set_created_by(program.to_owned())
            .set_key_value_metadata(Some(about.to_vec()))
            .build();
        let schema = Arc::new(schema.build()?);
        Ok(Self {
            file: SerializedFileWriter::new(sink, schema, Arc::new(properties))?,
            waiting: vec![Vec::new(); names.len()],
            written: 0,
        })
    }

    /// Adds the paths that follow: for each part a sample of each policy.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn push(&mut self, parts: &[Vec<Sample>]) -> Result<(), ParquetError> {
        for part in parts {
            for (waiting, sample) in self.waiting.iter_mut().zip(part) {
                waiting.extend_from_slice(sample.errors());
            }
            while self.waiting.first().is_some_and(|w| w.len() >= GROUP) {
                self.group(GROUP)?;
            }
        }
        Ok(())
    }

    fn group(&mut self, rows: usize) -> Result<(), ParquetError> {
        let mut group = self.file.next_row_group()?;
        let first = i64::try_from(self.written).unwrap_or(i64::MAX);
        let numbers: Vec<i64> = (first..).take(rows).collect();
        if let Some(mut column) = group.next_column()? {
            let typed = column.typed::<Int64Type>();
            typed.write_batch(&numbers, None, None)?;
            column.close()?;
        }
        for waiting in &mut self.waiting {
            if let Some(mut column) = group.next_column()? {
                let typed = column.typed::<DoubleType>();
                typed.write_batch(&waiting[..rows], None, None)?;
                column.close()?;
            }
            waiting.drain(..rows);
        }
        group.close()?;
        self.written += rows as u64;
        Ok(())
    }

    /// Writes what is left, and the end of the file.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn finish(mut self) -> Result<(), ParquetError> {
        let left = self.waiting.first().map_or(0, Vec::len);
        if left > 0 {
            self.group(left)?;
        }
        self.file.close()?;
        Ok(())
    }
}

/// A file of errors that is being read.
pub struct ErrorsReader {
    file: Box<dyn FileReader>,
    next: usize,
}

impl ErrorsReader {
    /// Opens the file.
    ///
    /// # Errors
    /// When it is no such file.
    pub fn open(
        source: impl parquet::file::reader::ChunkReader + 'static,
    ) -> Result<Self, ParquetError> {
        Ok(Self {
            file: Box::new(SerializedFileReader::new(source)?),
            next: 0,
        })
    }

    /// What the policies are called, in the order of the columns.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        let schema = self.file.metadata().file_metadata().schema_descr();
        let columns = schema.columns().iter().skip(1);
        columns.map(|column| column.name().to_owned()).collect()
    }

    /// The errors of the next paths, for each policy; `None` at the end.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn next_group(&mut self) -> Result<Option<Vec<Vec<f64>>>, ParquetError> {
        if self.next == self.file.num_row_groups() {
            return Ok(None);
        }
        let group = self.file.get_row_group(self.next)?;
        self.next += 1;
        let rows = usize::try_from(group.metadata().num_rows()).unwrap_or(0);
        let mut columns = Vec::new();
        for place in 1..group.num_columns() {
            let column = group.get_column_reader(place)?;
            let mut column = parquet::column::reader::get_typed_column_reader::<DoubleType>(column);
            let mut errors = Vec::with_capacity(rows);
            column.read_records(rows, None, None, &mut errors)?;
            columns.push(errors);
        }
        Ok(Some(columns))
    }
}
