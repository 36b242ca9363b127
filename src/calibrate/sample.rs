//! Books at even times, as many as are enough: where there are more, every second one goes and the others lie twice as far apart.

use super::ladder::Ladder;
use crate::quotes::{SECOND, Standing};

/// Most books that are kept.
const MOST: usize = 4096;
/// Time between two books at first (nanoseconds).
const FIRST: i64 = SECOND / 100;

/// A book as it is fitted.
#[derive(Clone, Debug, PartialEq)]
pub struct Fitted {
    /// When (nanoseconds, of the file's clock).
    pub time: i64,
    /// The mid price (currency).
    pub mid: f64,
    /// Ask and bid.
    pub sides: [Ladder; 2],
}

/// Books at even times.
pub(super) struct Sample {
    within: f64,
    every: i64,
    /// Each with the even time at which it stood.
    kept: Vec<(i64, Fitted)>,
    last: Option<i64>,
    /// Books at even times with too few levels.
    pub shallow: u64,
}

impl Sample {
    pub fn new(within: f64) -> Self {
        Self {
            within,
            every: FIRST,
            kept: Vec::new(),
            last: None,
            shallow: 0,
        }
    }

    /// Keeps a book that stood at an even time, or that is the first after one.
    pub fn take(&mut self, standing: &Standing<'_>) {
        let tick = standing.from.div_euclid(self.every) + 1;
        let at_once = standing.from.rem_euclid(self.every) == 0;
        let tick = if at_once { tick - 1 } else { tick };
        let stood = at_once || tick * self.every < standing.until;
        if !stood || self.last == Some(tick) {
            return;
        }
        self.last = Some(tick);
        let book = standing.book;
        let sides = [true, false].map(|ask| Ladder::of(book, ask, self.within));
        let ([Some(ask), Some(bid)], Some(mid)) = (sides, book.mid()) else {
            self.shallow += 1;
            return;
        };
        let fitted = Fitted {
            time: standing.from,
            mid,
            sides: [ask, bid],
        };
        self.kept.push((tick, fitted));
        if self.kept.len() > MOST {
            self.every *= 2;
            self.kept.retain(|(tick, _)| tick % 2 == 0);
            for (tick, _) in &mut self.kept {
                *tick /= 2;
            }
            self.last = None;
        }
    }

    /// What was kept, in the order of time.
    pub fn into_books(self) -> Vec<Fitted> {
        self.kept.into_iter().map(|(_, book)| book).collect()
    }
}
