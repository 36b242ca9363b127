//! Snapshots in a Parquet file, some rows of all columns at a time.

use super::columns::{self, Layout, Wide};
use super::gather::Gather;
use super::number::Clock;
use super::{Level, SECOND, Watch, Wrong, look};
use crate::files::File;
use parquet::basic::{LogicalType, TimeUnit};
use parquet::column::reader::ColumnReader;
use parquet::data_type::DataType;
use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader, RowGroupReader, SerializedFileReader};
use parquet::schema::types::ColumnDescriptor;

/// Rows that are read at once.
const ROWS: usize = 4096;

fn wrong(error: &ParquetError) -> Wrong {
    let text = error.to_string();
    let line = text.lines().next().unwrap_or_default();
    Wrong::Whole(format!("is no Parquet file that can be read: {line}"))
}

/// Whether there are columns of books, a row for each.
pub(super) fn is_meant_in(file: File) -> bool {
    let Ok(reader) = SerializedFileReader::new(file) else {
        return false;
    };
    let columns = reader.metadata().file_metadata().schema_descr().columns();
    let names = columns
        .iter()
        .map(|column| columns::name(column.name().as_bytes()));
    let layout = columns::layout(&names.collect::<Vec<String>>());
    matches!(layout, Ok(Layout::Wide(_)))
}

pub(super) fn read(file: File, gather: &mut Gather<'_>, watch: Watch<'_>) -> Result<(), Wrong> {
    let reader = SerializedFileReader::new(file).map_err(|error| wrong(&error))?;
    let about = reader.metadata().file_metadata();
    let columns = about.schema_descr().columns();
    let names: Vec<String> = columns
        .iter()
        .map(|column| columns::name(column.name().as_bytes()))
        .collect();
    let Layout::Wide(wide) = columns::layout(&names)? else {
        return Err(Wrong::whole(
            "has a row for each level; allowed: a row for each book: time, bid_price_1, bid_size_1, ask_price_1 …",
        ));
    };
    let total = u64::try_from(about.num_rows()).unwrap_or(0).max(1);
    let mut rows = Rows {
        names: &names,
        wide: &wide,
        clock: clock(&columns[wide.time]),
        done: 0,
    };
    for group in 0..reader.num_row_groups() {
        let group = reader.get_row_group(group).map_err(|error| wrong(&error))?;
        rows.group(group.as_ref(), gather, &mut |rows| {
            look(rows, || rows as f64 / total as f64, watch)
        })?;
    }
    Ok(())
}

/// What a column of times says of its unit.
fn clock(column: &ColumnDescriptor) -> Option<Clock> {
    let Some(LogicalType::Timestamp(time)) = column.logical_type_ref() else {
        return None;
    };
    Some(Clock::Units(match time.unit {
        TimeUnit::MILLIS => 1_000_000,
        TimeUnit::MICROS => 1000,
        TimeUnit::NANOS => 1,
    }))
}

/// Some rows of a column.
enum Cells {
    Whole(Vec<Option<i64>>),
    Real(Vec<Option<f64>>),
}

impl Cells {
    fn len(&self) -> usize {
        match self {
            Self::Whole(cells) => cells.len(),
            Self::Real(cells) => cells.len(),
        }
    }

    fn number(&self, row: usize) -> Option<f64> {
        match self {
            Self::Whole(cells) => cells[row].map(|x| x as f64),
            Self::Real(cells) => cells[row].filter(|x| !x.is_nan()),
        }
    }

    /// Nanoseconds.
    fn time(&self, row: usize, clock: &mut Option<Clock>) -> Option<i64> {
        match self {
            Self::Whole(cells) => {
                let number = cells[row].filter(|x| *x >= 0)?;
                match clock.get_or_insert_with(|| Clock::of_size(number)) {
                    Clock::Units(unit) => number.checked_mul(*unit),
                    _ => None,
                }
            }
            Self::Real(cells) => {
                let seconds = cells[row].filter(|x| (0.0..9e9).contains(x))?;
                #[expect(clippy::cast_possible_truncation, reason = "within bounds")]
                let nanoseconds = (seconds * SECOND as f64).round() as i64;
                Some(nanoseconds)
            }
        }
    }
}

/// Rows as they are taken.
struct Rows<'a> {
    names: &'a [String],
    wide: &'a Wide,
    clock: Option<Clock>,
    done: u64,
}

impl Rows<'_> {
    fn group(
        &mut self,
        group: &dyn RowGroupReader,
        gather: &mut Gather<'_>,
        look: &mut dyn FnMut(u64) -> Result<(), Wrong>,
    ) -> Result<(), Wrong> {
        let levels = self
            .wide
            .sides
            .iter()
            .flatten()
            .flat_map(|(price, size)| [*price, *size]);
        let places: Vec<usize> = std::iter::once(self.wide.time).chain(levels).collect();
        let mut readers: Vec<Option<ColumnReader>> = (0..self.names.len()).map(|_| None).collect();
        for place in &places {
            readers[*place] = Some(
                group
                    .get_column_reader(*place)
                    .map_err(|error| wrong(&error))?,
            );
        }
        loop {
            let mut cells: Vec<Option<Cells>> = Vec::with_capacity(readers.len());
            for (place, reader) in readers.iter_mut().enumerate() {
                cells.push(match reader {
                    None => None,
                    Some(reader) => Some(self.cells(place, reader)?),
                });
            }
            let count = cells[self.wide.time].as_ref().map_or(0, Cells::len);
            if cells.iter().flatten().any(|cells| cells.len() != count) {
                return Err(Wrong::whole(
                    "has columns of unlike length; allowed: a cell in each row",
                ));
            }
            if count == 0 {
                return Ok(());
            }
            for row in 0..count {
                self.done += 1;
                gather.counts.records += 1;
                look(self.done)?;
                self.row(&cells, row, gather)?;
            }
        }
    }

    fn cells(&self, place: usize, reader: &mut ColumnReader) -> Result<Cells, Wrong> {
        let read = match reader {
            ColumnReader::DoubleColumnReader(reader) => optional(reader).map(Cells::Real),
            ColumnReader::FloatColumnReader(reader) => {
                // As decimals say it: 0.1, not what is nearest to it in single precision.
                let real = |x: f32| x.to_string().parse().unwrap_or(f64::from(x));
                optional(reader)
                    .map(|cells| Cells::Real(cells.into_iter().map(|x| x.map(real)).collect()))
            }
            ColumnReader::Int64ColumnReader(reader) => optional(reader).map(Cells::Whole),
            ColumnReader::Int32ColumnReader(reader) => optional(reader)
                .map(|cells| Cells::Whole(cells.into_iter().map(|x| x.map(i64::from)).collect())),
            _ => {
                let allowed = if place == self.wide.time {
                    "a timestamp or numbers"
                } else {
                    "numbers"
                };
                let message = format!("is no column of numbers; allowed: {allowed}");
                return Err(self.wrong(place, 1, message));
            }
        };
        read.map_err(|error| wrong(&error))
    }

    fn wrong(&self, place: usize, row: u64, message: String) -> Wrong {
        Wrong::Cell("row", row, self.names[place].clone(), message)
    }

    fn row(
        &mut self,
        cells: &[Option<Cells>],
        row: usize,
        gather: &mut Gather<'_>,
    ) -> Result<(), Wrong> {
        let number = |place: usize| cells[place].as_ref().and_then(|cells| cells.number(row));
        let place = self.wide.time;
        let time = cells[place]
            .as_ref()
            .and_then(|cells| cells.time(row, &mut self.clock));
        let refused = |message: &str| self.wrong(place, self.done, message.to_owned());
        let time = time
            .ok_or_else(|| refused("is no time; allowed: a timestamp, or a number since 1970"))?;
        if !gather.at(time) {
            return Err(refused(
                "is before that of the row above; allowed: times in their order",
            ));
        }
        let book = gather.change();
        book.clear();
        for (columns, side) in self.wide.sides.iter().zip([&mut book.asks, &mut book.bids]) {
            for (price, size) in columns.iter().rev() {
                let (Some(at), Some(shares)) = (number(*price), number(*size)) else {
                    continue;
                };
                for (place, x, fine) in [
                    (*size, shares, shares >= 0.0),
                    (*price, at, at > 0.0 || shares == 0.0),
                ] {
                    if !(fine && x.is_finite()) {
                        let message =
                            format!("is {x}; allowed: a number above 0, or nothing for no level");
                        return Err(self.wrong(place, self.done, message));
                    }
                }
                if shares > 0.0 {
                    let (price, size) = (at, shares);
                    side.push(Level { price, size });
                }
            }
        }
        book.arrange();
        Ok(())
    }
}

/// The next rows of a column, absent where there is nothing.
fn optional<T: DataType>(
    reader: &mut parquet::column::reader::ColumnReaderImpl<T>,
) -> Result<Vec<Option<T::T>>, ParquetError> {
    let (mut there, mut values) = (Vec::new(), Vec::new());
    let (rows, _, levels) = reader.read_records(ROWS, Some(&mut there), None, &mut values)?;
    if levels == 0 || there.is_empty() {
        values.truncate(rows);
        return Ok(values.into_iter().map(Some).collect());
    }
    let most = there.iter().copied().max().unwrap_or(0).max(1);
    let mut values = values.into_iter();
    let cells = there
        .iter()
        .map(|level| if *level == most { values.next() } else { None });
    Ok(cells.collect())
}
