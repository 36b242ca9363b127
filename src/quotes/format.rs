//! Which formats are read, and how a file's content says which it is.

use super::Wrong;
use super::columns;
use super::number::number;
use std::fmt;

/// A format of quoted books.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// LOBSTER: a file of messages and a file of books, line by line.
    Lobster,
    /// Tardis, `incremental_book_L2`.
    Tardis,
    /// Databento Binary Encoding, records of the schema mbp-10.
    Dbn,
    /// A row for each book (or for each of its levels), CSV or Parquet.
    Snapshots,
}

impl Format {
    /// Each with its word.
    pub const ALL: [(&'static str, Self); 4] = [
        ("lobster", Self::Lobster),
        ("tardis", Self::Tardis),
        ("dbn", Self::Dbn),
        ("snapshots", Self::Snapshots),
    ];

    /// Its word.
    #[must_use]
    pub fn name(self) -> &'static str {
        let known = Self::ALL.iter().find(|(_, format)| *format == self);
        known.map_or("", |(name, _)| *name)
    }

    /// Whether it says which shares changed hands; elsewhere trades are told by what is gone from the best prices.
    #[must_use]
    pub fn tells_trades(self) -> bool {
        matches!(self, Self::Lobster | Self::Dbn)
    }
}

impl fmt::Display for Format {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Lobster => "LOBSTER",
            Self::Tardis => "Tardis incremental_book_L2",
            Self::Dbn => "DBN",
            Self::Snapshots => "snapshots",
        })
    }
}

/// The format of a content that begins so.
pub(super) fn of(start: &[u8], packed: bool) -> Result<Format, Wrong> {
    let refused = |what: &str| Err(Wrong::whole(what));
    match start {
        [] => refused("is empty; allowed: quoted books of LOBSTER, Tardis, DBN, or snapshots"),
        [b'D', b'B', b'N', ..] => Ok(Format::Dbn),
        [b'P', b'A', b'R', b'1', ..] if !packed => Ok(Format::Snapshots),
        [b'P', b'A', b'R', b'1', ..] => {
            refused("is Parquet that is packed; allowed: the same unpacked")
        }
        [b'P', b'K', ..] | [0xd0, 0xcf, ..] | [b'7', b'z', ..] | [b'B', b'Z', b'h', ..] => refused(
            "is a spreadsheet or an archive; allowed: text, DBN or Parquet, packed by gzip or Zstandard or not",
        ),
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => {
            refused("is written in UTF-16; allowed: the same saved as CSV in UTF-8")
        }
        text => of_text(text),
    }
}

fn of_text(text: &[u8]) -> Result<Format, Wrong> {
    let cells = first_line(text);
    if cells.iter().all(|cell| number(cell).is_some()) {
        if cells.len() >= 4 {
            return Ok(Format::Lobster);
        }
    } else {
        let names: Vec<String> = cells.iter().map(|cell| columns::name(cell)).collect();
        let has = |wanted: &str| names.iter().any(|name| name == wanted);
        if has("amount") && has("side") && has("price") {
            return Ok(Format::Tardis);
        }
        if columns::is_known(&names) {
            return Ok(Format::Snapshots);
        }
    }
    Err(Wrong::line(
        1,
        "headings",
        "are of no format that is known; allowed: LOBSTER (numbers without headings), Tardis incremental_book_L2, \
         DBN, or snapshots with columns time, bid_price_1, bid_size_1, ask_price_1, ask_size_1 …",
    ))
}

/// The cells of the first line.
pub(super) fn first_line(text: &[u8]) -> Vec<&[u8]> {
    let text = text.strip_prefix(&[0xef, 0xbb, 0xbf]).unwrap_or(text);
    let line = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let cells = line.trim_ascii().split(|byte| *byte == b',');
    cells.map(<[u8]>::trim_ascii).collect()
}
