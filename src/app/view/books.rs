//! Files of quoted books that are read or looked at, and a ladder of theirs behind the book.

use crate::engine::{BooksSeen, BooksToRead};
use crate::gallery::Quoted;
use crate::history::{DAY, date_text};
use crate::quotes::Format;
use std::sync::Arc;

/// How far one is with the files.
#[derive(Clone, Debug)]
pub enum BooksView {
    /// They are read: the share that is.
    Reading(BooksToRead, f64),
    /// There is too little in them so near to the best price, in one line.
    TooFew(BooksToRead, String),
    /// They were read and fitted.
    Seen(Arc<BooksSeen>),
}

/// The ladder of one moment of files that are kept.
#[derive(Clone, Debug)]
pub struct LadderView {
    /// The ladder, and what it is called.
    pub quoted: Arc<Quoted>,
    /// When it stood.
    pub time: String,
    /// Its place among those that are kept, and how many there are.
    pub moment: usize,
    pub count: usize,
    /// How far nine of ten ladders go at most, the same at every moment: shares, and distances from the mid of ask and bid
    /// (relative to the mid, negative for bids).
    pub extent: (f64, [f64; 2]),
    /// Whether it is drawn.
    pub shown: bool,
}

impl LadderView {
    /// The ladder of a moment.
    #[must_use]
    pub fn new(seen: &BooksSeen, moment: usize, shown: bool) -> Self {
        let found = &seen.found;
        let book = found.books.get(moment);
        let time = book.map_or_else(String::new, |book| told(found.format, book.time));
        let steps = |ask: bool| {
            let side = book.map(|book| &book.sides[usize::from(!ask)]);
            side.map_or_else(Vec::new, |ladder| ladder.steps(ask))
        };
        Self {
            quoted: Arc::new(Quoted {
                name: format!("{}, {time}", seen.read.name()),
                steps: [true, false].map(steps),
            }),
            time,
            moment,
            count: found.books.len(),
            extent: found.extent(),
            shown,
        }
    }
}

/// A moment of the file's clock (nanoseconds): a date and a time, or what LOBSTER counts, a day of the files and a time.
fn told(format: Format, time: i64) -> String {
    let micros = time.div_euclid(1000);
    if format != Format::Lobster {
        return date_text(micros);
    }
    let (day, seconds) = (micros.div_euclid(DAY), micros.rem_euclid(DAY) / 1_000_000);
    let clock = format!(
        "{:02}:{:02}:{:02}",
        seconds / 3600,
        seconds / 60 % 60,
        seconds % 60
    );
    if day == 0 {
        clock
    } else {
        format!("day {} {clock}", day + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quotes::SECOND;

    #[test]
    fn a_moment_is_told_by_the_clock_of_its_file() {
        let half_past_nine = (9 * 3600 + 1805) * SECOND;
        assert_eq!(told(Format::Lobster, half_past_nine), "09:30:05");
        let next = half_past_nine + 86_400 * SECOND;
        assert_eq!(told(Format::Lobster, next), "day 2 09:30:05");
        assert_eq!(
            told(Format::Snapshots, 1_577_923_201 * SECOND),
            "2020-01-02 00:00:01"
        );
    }
}
