//! Recorded prices: files of dates and prices, read into a plain series.
//!
//! [`read()`] takes CSV and Parquet as banks, data vendors, exchanges and spreadsheets write them, by the names of
//! the columns. What it cannot read rightly it refuses in one line with row and column. [`Found`] says
//! what is in a series; [`attach`] hands it to a scenario. It knows no policy and no contract.

mod adopt;
mod arrange;
mod columnar;
mod columns;
mod date;
mod figures;
pub mod fit;
mod found;
mod number;
mod rows;
mod table;
mod told;

pub use adopt::{AdoptError, adopt, attach, price_file, window};
pub use arrange::Note;
pub use date::{date_text, parse_day};
pub use figures::{Figures, Measured};
pub use found::{Found, Frequency, Gap, Outlier, Suspect};
pub use told::{Told, ranges_told};

pub use crate::scenario::DateOrder;

use crate::files::{self, FileError};
use crate::units::ContentHash;
use rows::Raw;
use serde::{Deserialize, Serialize};
use std::io::{Read, Seek, SeekFrom};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

/// How a file is to be read where it says it itself in more ways than one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Reading {
    /// The column of prices by its name; absent: adjusted close, close or price.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// Which comes first where a date can be read in two ways.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dates: Option<DateOrder>,
}

/// A series of prices in the order of time.
#[derive(Clone, Debug, PartialEq)]
pub struct History {
    /// When each price was (microseconds since 1970, UTC), strictly ascending.
    pub times: Vec<i64>,
    /// The prices (currency), each above 0.
    pub prices: Vec<f64>,
    /// Which layout was recognised.
    pub layout: &'static str,
    /// The column of times, as the file calls it.
    pub time_column: String,
    /// The column of prices, as the file calls it.
    pub price_column: String,
    /// All columns of numbers that could be read as prices, where columns have names.
    pub columns: Vec<String>,
    /// What was done to the rows so that they are a series.
    pub notes: Vec<Note>,
    /// The hash of times and prices, whatever file they came in.
    pub hash: ContentHash,
}

/// Why a file of prices was not read.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// The system said no.
    #[error(transparent)]
    File(#[from] FileError),
    /// Something in one row.
    #[error("{path}: row {row}, column {column}: {message}")]
    Cell {
        /// Which file.
        path: PathBuf,
        /// Row, from 1, headings counted.
        row: u64,
        /// Name of the column.
        column: String,
        /// What is there and what is allowed.
        message: String,
    },
    /// Something of the whole file.
    #[error("{path}: {message}")]
    Whole {
        /// Which file.
        path: PathBuf,
        /// What is wrong and what is allowed.
        message: String,
    },
    /// It can be read in more ways than one.
    #[error("{path}: {message}")]
    Asked {
        /// Which file.
        path: PathBuf,
        /// What is not clear and how to say it.
        message: String,
        /// What is to be chosen.
        asks: Asks,
    },
    /// The reader was told to stop.
    #[error("stopped while reading; nothing was changed")]
    Stopped,
}

/// What a reader has to be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asks {
    /// Which of these columns holds the prices.
    Column(Vec<String>),
    /// Whether the day comes first in a date, or the month.
    Dates,
}

/// What is wrong, and where, before the file is named.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Wrong {
    Cell(u64, String, String),
    Whole(String),
    Asked(String, Asks),
    Stopped,
}

impl Wrong {
    fn whole(message: impl Into<String>) -> Self {
        Self::Whole(message.into())
    }

    fn of(self, path: &Path) -> HistoryError {
        let path = path.to_owned();
        match self {
            Self::Cell(row, column, message) => HistoryError::Cell {
                path,
                row,
                column,
                message,
            },
            Self::Whole(message) => HistoryError::Whole { path, message },
            Self::Asked(message, asks) => HistoryError::Asked {
                path,
                message,
                asks,
            },
            Self::Stopped => HistoryError::Stopped,
        }
    }
}

/// Endings of the names of files of prices, and of what is often taken for one, which the reader tells apart.
const ENDINGS: [&str; 8] = ["csv", "tsv", "txt", "parquet", "xlsx", "xls", "ods", "gz"];

/// Whether a file is meant as one of prices, by its name.
#[must_use]
pub fn is_meant_in(path: &Path) -> bool {
    let ending = path.extension().unwrap_or_default();
    ENDINGS
        .iter()
        .any(|known| ending.eq_ignore_ascii_case(known))
}

/// How a reader is asked whether it should go on, with the share that is read.
pub type Watch<'a> = &'a mut dyn FnMut(f64) -> ControlFlow<()>;

/// The microseconds of a day.
pub const DAY: i64 = 86_400_000_000;
/// Microseconds of a year of 365.25 days.
pub const YEAR: f64 = 365.25 * DAY as f64;
/// Largest file (bytes).
const LIMIT: u64 = 8 << 30;

/// Reads a file of prices. A date later than `now` (microseconds since 1970), where that is given, is refused.
///
/// # Errors
/// One line: what, in which row and column, and what would be allowed.
pub fn read(
    path: &Path,
    reading: &Reading,
    now: Option<i64>,
    watch: Watch<'_>,
) -> Result<History, HistoryError> {
    let mut file = files::open(path)?;
    let about = file.metadata().map_err(|source| system(path, source))?;
    if !about.is_file() {
        let found = "a directory, a pipe or a device";
        let path = path.to_owned();
        return Err(FileError::NotAFile { path, found }.into());
    }
    let size = about.len();
    if size > LIMIT {
        let path = path.to_owned();
        let limit = LIMIT;
        return Err(FileError::TooLarge { path, size, limit }.into());
    }
    let mut first = [0; 4];
    let count = file.read(&mut first).map_err(|e| system(path, e))?;
    file.seek(SeekFrom::Start(0)).map_err(|e| system(path, e))?;
    let raw = match &first[..count] {
        b"PAR1" => columnar::read(file, Raw::until(now), reading, watch),
        start => match foreign(start) {
            Some(wrong) => Err(Wrong::whole(wrong)),
            None => table::read(file, Raw::until(now), (size, reading), watch),
        },
    };
    let read = raw.and_then(arrange::series);
    read.map_err(|wrong| wrong.of(path))
}

/// Reads the text of a file of prices, as [`read()`] does.
///
/// # Errors
/// As [`read()`]; `name` stands for the file.
pub fn read_text(text: &[u8], name: &str, reading: &Reading) -> Result<History, HistoryError> {
    let size = text.len() as u64;
    let raw = if let Some(wrong) = foreign(&text[..text.len().min(4)]) {
        Err(Wrong::whole(wrong))
    } else {
        let go_on = &mut |_| ControlFlow::Continue(());
        table::read(text, Raw::until(None), (size, reading), go_on)
    };
    let read = raw.and_then(arrange::series);
    read.map_err(|wrong| wrong.of(Path::new(name)))
}

fn system(path: &Path, source: std::io::Error) -> FileError {
    let path = path.to_owned();
    FileError::System { path, source }
}

/// What the first bytes say of a file that is neither text nor Parquet.
fn foreign(start: &[u8]) -> Option<&'static str> {
    match start {
        [] => Some("is empty; allowed: a row of headings and a row for each price"),
        [b'P', b'K', ..] | [0xd0, 0xcf, ..] => {
            Some("is a spreadsheet or an archive; allowed: the sheet saved as CSV, or Parquet")
        }
        [0x1f, 0x8b, ..] | [0x28, 0xb5, 0x2f, 0xfd] | [b'B', b'Z', b'h', _] => {
            Some("is compressed; allowed: the same unpacked")
        }
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => {
            Some("is written in UTF-16; allowed: the same saved as CSV in UTF-8")
        }
        _ => None,
    }
}
