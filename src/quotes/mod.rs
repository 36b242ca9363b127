//! Order books as markets quote them: files of vendors and exchanges, read into one plain stream.
//!
//! [`read()`] takes LOBSTER, Tardis, Databento's DBN and plain snapshots, packed by gzip or Zstandard or not, in little
//! memory whatever their size. Each book is told with the time during which it stood; what cannot be a
//! book of a market (crossed, empty, halted, stale) is left out and counted. What cannot be read rightly is
//! refused in one line with file, line and field. It knows no model.

mod book;
mod columnar;
mod columns;
mod dbn;
mod example;
mod format;
mod gather;
mod lobster;
mod meant;
mod number;
mod snapshots;
mod source;
mod tardis;

pub use book::{Book, Level};
pub use example::example;
pub use format::Format;
pub use gather::{Counts, Dropped};
pub use meant::is_meant_in;

use crate::files::FileError;
use gather::Gather;
use source::Source;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

/// Nanoseconds of a second.
pub const SECOND: i64 = 1_000_000_000;

/// What a stream of quotes consists of, in the order of time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Event<'a> {
    /// Shares changed hands at the best prices.
    Trade(Trade),
    /// A book, with the time during which it stood.
    Book(Standing<'a>),
    /// What follows does not continue what was before: another file, or books between that were left out.
    Pause,
}

/// Shares that changed hands at one moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Trade {
    /// When (nanoseconds, of the file's clock).
    pub time: i64,
    /// Whether the ask side was taken from.
    pub bought: bool,
    /// How many (shares).
    pub size: f64,
}

/// A book, with the time during which it stood.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Standing<'a> {
    /// The book.
    pub book: &'a Book,
    /// Since when (nanoseconds, of the file's clock).
    pub from: i64,
    /// Until when: the next came then.
    pub until: i64,
    /// Whether it was only looked at, so that it may have changed before the next one.
    pub looked_at: bool,
}

/// Why quotes were not read.
#[derive(Debug, thiserror::Error)]
pub enum QuotesError {
    /// The system said no.
    #[error(transparent)]
    File(#[from] FileError),
    /// Something in one line.
    #[error("{path}: {unit} {line}, {field}: {message}")]
    Cell {
        /// Which file.
        path: PathBuf,
        /// What is counted: line, row or record.
        unit: &'static str,
        /// Which, from 1, headings counted.
        line: u64,
        /// Name of the field.
        field: String,
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
    /// The reader was told to stop.
    #[error("stopped while reading; nothing was written")]
    Stopped,
}

/// What is wrong, and where, before the file is named.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Wrong {
    Cell(&'static str, u64, String, String),
    Whole(String),
    /// Of the other file of a pair.
    Other(PathBuf, Box<Wrong>),
    Stopped,
}

impl Wrong {
    fn whole(message: impl Into<String>) -> Self {
        Self::Whole(message.into())
    }

    /// Something in a line of a text.
    fn line(line: u64, field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Cell("line", line, field.into(), message.into())
    }

    fn of(self, path: &Path) -> QuotesError {
        let file = path.to_owned();
        match self {
            Self::Cell(unit, line, field, message) => QuotesError::Cell {
                path: file,
                unit,
                line,
                field,
                message,
            },
            Self::Whole(message) => QuotesError::Whole {
                path: file,
                message,
            },
            Self::Other(path, wrong) => wrong.of(&path),
            Self::Stopped => QuotesError::Stopped,
        }
    }
}

/// How a reader is asked whether it should go on, with the share that is read.
pub type Watch<'a> = &'a mut dyn FnMut(f64) -> ControlFlow<()>;

/// Where events go.
pub type Sink<'a> = &'a mut dyn FnMut(Event<'_>);

/// What was read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Read {
    /// In which format.
    pub format: Format,
    /// How much, and how much of it was left out.
    pub counts: Counts,
}

/// Reads files one after the other, a pair of LOBSTER's at a time, into one stream. Where no format is given, each
/// file's content says it.
///
/// # Errors
/// One line: what, in which file, line and field, and what would be allowed.
pub fn read(
    paths: &[PathBuf],
    format: Option<Format>,
    sink: Sink<'_>,
    watch: Watch<'_>,
) -> Result<Read, QuotesError> {
    let mut gather = Gather::new(sink);
    let mut found = None;
    let mut left = paths.to_vec();
    let mut day = 0;
    let all = paths.len() as f64;
    while !left.is_empty() {
        let path = left.remove(0);
        let done = all - 1.0 - left.len() as f64;
        let watch: Watch<'_> = &mut |share| watch((done + share) / all);
        let source = Source::open(&path)?;
        let result = one(
            source,
            (&path, &mut left),
            (format, day),
            &mut gather,
            watch,
        );
        let here = result.map_err(|wrong| wrong.of(&path))?;
        gather.pause();
        day += 1;
        if *found.get_or_insert(here) != here {
            let message =
                format!("is {here}, and the file before it is not; allowed: files of one format");
            return Err(Wrong::Whole(message).of(&path));
        }
    }
    let format = found.unwrap_or(Format::Snapshots);
    let counts = gather.counts;
    Ok(Read { format, counts })
}

/// Reads one file, or one pair of which the other is taken from those that are left.
fn one(
    mut source: Source,
    (path, left): (&Path, &mut Vec<PathBuf>),
    (format, day): (Option<Format>, i64),
    gather: &mut Gather<'_>,
    watch: Watch<'_>,
) -> Result<Format, Wrong> {
    let found = format::of(&source.start()?, source.is_packed());
    let format = match format {
        Some(format) => format,
        None => found?,
    };
    gather.sampled = format == Format::Snapshots;
    match format {
        Format::Lobster => lobster::read(source, (path, left), day, gather, watch)?,
        Format::Tardis => tardis::read(source, gather, watch)?,
        Format::Dbn => dbn::read(source, gather, watch)?,
        Format::Snapshots if source.is_parquet()? => {
            columnar::read(source.into_file()?, gather, watch)?;
        }
        Format::Snapshots => snapshots::read(source, gather, watch)?,
    }
    Ok(format)
}

/// Rows between two looks at whether to go on.
const LOOK: u64 = 1 << 13;

/// Asks whether to go on, now and then.
fn look(rows: u64, share: impl FnOnce() -> f64, watch: Watch<'_>) -> Result<(), Wrong> {
    if rows.is_multiple_of(LOOK) && watch(share().min(1.0)).is_break() {
        return Err(Wrong::Stopped);
    }
    Ok(())
}
