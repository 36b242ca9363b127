//! Books gathered moment by moment, with what cannot be a market's left out and counted.

use super::{Book, Event, SECOND, Sink, Standing, Trade};
use serde::Serialize;

/// A book that has not changed for longer is stale (nanoseconds).
const STALE: i64 = 60 * SECOND;
/// Levels of each side by which it is told whether a book changed.
const LOOKED_AT: usize = 20;

/// How much was read, and how much of it was left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Lines, rows or records.
    pub records: u64,
    /// Books, one for each moment at which something changed, those left out included.
    pub books: u64,
    /// Moments at which shares changed hands; 0 where the format does not tell.
    pub trades: u64,
    /// Books that were left out.
    pub dropped: Dropped,
    /// Levels left out because newer ones of the other side crossed them: the feed forgot to delete them.
    pub stale_levels: u64,
    /// Records of other instruments than the first, left out.
    pub other_instruments: u64,
    /// Trades against hidden orders or in auctions, which take nothing from the book.
    pub hidden_trades: u64,
}

/// Books that were left out, by why.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Dropped {
    /// Best bid at or above best ask.
    pub crossed: u64,
    /// A side without any level.
    pub empty: u64,
    /// While trading was halted.
    pub halted: u64,
    /// Unchanged for more than a minute.
    pub stale: u64,
}

/// What happens at one moment, until the next begins.
pub(super) struct Gather<'a> {
    sink: Sink<'a>,
    /// The book as it stands.
    pub book: Book,
    pub counts: Counts,
    /// Whether trading is halted.
    pub halted: bool,
    /// Whether books come at moments of the vendor's choice, whether they changed or not.
    pub sampled: bool,
    time: Option<i64>,
    changed: bool,
    bought: f64,
    sold: f64,
    /// What the last book looked like, and since when it looks so.
    last: (u64, i64),
}

impl<'a> Gather<'a> {
    pub fn new(sink: Sink<'a>) -> Self {
        Self {
            sink,
            book: Book::default(),
            counts: Counts::default(),
            halted: false,
            sampled: false,
            time: None,
            changed: false,
            bought: 0.0,
            sold: 0.0,
            last: (0, 0),
        }
    }

    /// Whether a time is another than that of what came last.
    pub fn is_next(&self, time: i64) -> bool {
        self.time != Some(time)
    }

    /// What follows is of this time; whether that can be, for time does not go back.
    #[must_use]
    pub fn at(&mut self, time: i64) -> bool {
        match self.time {
            Some(now) if time == now => true,
            Some(now) if time < now => false,
            _ => {
                self.flush(time);
                self.time = Some(time);
                true
            }
        }
    }

    /// The book, to be changed.
    pub fn change(&mut self) -> &mut Book {
        self.changed = true;
        &mut self.book
    }

    /// Shares were taken from one side of the book.
    pub fn trade(&mut self, bought: bool, size: f64) {
        if bought {
            self.bought += size;
        } else {
            self.sold += size;
        }
    }

    /// The end of a file: what follows does not continue it.
    pub fn pause(&mut self) {
        if let Some(time) = self.time.take() {
            self.time = Some(time);
            self.flush(time);
        }
        self.time = None;
        self.halted = false;
        self.book.clear();
        (self.sink)(Event::Pause);
    }

    /// Hands on what happened at the moment that is over.
    fn flush(&mut self, until: i64) {
        let Some(time) = self.time else {
            return;
        };
        for (bought, size) in [(true, self.bought), (false, self.sold)] {
            if size > 0.0 && !self.halted {
                self.counts.trades += 1;
                (self.sink)(Event::Trade(Trade { time, bought, size }));
            }
        }
        (self.bought, self.sold) = (0.0, 0.0);
        if !std::mem::take(&mut self.changed) {
            return;
        }
        self.counts.books += 1;
        match self.unfit(time) {
            Some(count) => *count += 1,
            None => (self.sink)(Event::Book(Standing {
                book: &self.book,
                from: time,
                until,
                looked_at: self.sampled,
            })),
        }
    }

    /// The count of such books, where the book cannot be a market's.
    fn unfit(&mut self, time: i64) -> Option<&mut u64> {
        let look = look(&self.book);
        if look != self.last.0 {
            self.last = (look, time);
        }
        let dropped = &mut self.counts.dropped;
        if self.halted {
            Some(&mut dropped.halted)
        } else if self.book.asks.is_empty() || self.book.bids.is_empty() {
            Some(&mut dropped.empty)
        } else if self.book.is_crossed() {
            Some(&mut dropped.crossed)
        } else if self.sampled && time.saturating_sub(self.last.1) > STALE {
            Some(&mut dropped.stale)
        } else {
            None
        }
    }
}

/// What a book looks like near its best prices, as a number.
fn look(book: &Book) -> u64 {
    let near = |side| book.side(side).take(LOOKED_AT);
    let bits = near(true).chain(near(false));
    bits.fold(1, |hash: u64, level| {
        let one = hash.rotate_left(5) ^ level.price.to_bits();
        let two = one.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(5) ^ level.size.to_bits();
        two.wrapping_mul(0x9e37_79b9_7f4a_7c15)
    })
}
