//! From quoted books to the order book of the model, with errors of fit.
//!
//! [`calibrate()`] reads files of quotes once. Books at even times give [`Families`]: three families of
//! curves fitted to the ladder of each side. What follows large trades gives the [`Aftermath`]: how fast the book refills
//! and what the mid keeps. [`with_book()`] puts them into a scenario. Standard errors are over blocks of
//! time, so that what lasts for a while counts once.

mod aftermath;
mod decay;
mod estimate;
mod family;
mod ladder;
mod middle;
mod preset;
mod sample;
mod study;
mod told;
mod trades;
mod typical;

pub use aftermath::{Aftermath, Displaced, FEW_TRADES, Refill};
pub use estimate::Estimate;
pub use ladder::Ladder;
pub use preset::with_book;
pub use sample::Fitted;
pub use study::LAGS;
pub use told::{FAMILY, MISSING};
pub use typical::{Common, Families, Fit, Residuals, Sides};

use crate::quotes::{self, Counts, Event, Format, QuotesError, SECOND, Watch};
use sample::Sample;
use serde::Serialize;
use std::path::PathBuf;
use study::Study;

/// What is to be found out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Asked {
    /// The format of all files; absent: as their content says.
    pub format: Option<Format>,
    /// How far into the book levels count: distance from the best price, relative to the mid.
    pub within: f64,
    /// Time between two hedges (seconds), against which memory is long or short.
    pub step: f64,
}

/// What quoted books say of the order book.
#[derive(Clone, Debug, PartialEq)]
pub struct Calibration {
    /// In which format the files are.
    pub format: Format,
    /// What was read and what was left out.
    pub counts: Counts,
    /// The books that were fitted, at even times and in their order: 4096 at most, of 64 levels a side at most.
    pub books: Vec<Fitted>,
    /// Books at even times that were not: fewer than four levels near the best price of a side.
    pub shallow: u64,
    /// From the first to the last of them (seconds).
    pub span: f64,
    /// The median mid price (currency).
    pub mid: f64,
    /// Curves through the ladders.
    pub families: Families,
    /// How far the ladders are from them.
    pub residuals: Residuals,
    /// The same with one depth for both sides.
    pub common: Common,
    /// What follows large trades.
    pub aftermath: Aftermath,
    /// A typical ladder of each side, ask and bid: medians over time of distance at even shares, to be drawn.
    pub typical: [Vec<Rung>; 2],
}

impl Calibration {
    /// How far nine of ten ladders go at most: shares in front of the last level, on the side where these are more, and that level's distance
    /// from the mid, ask and bid (relative to the mid, negative for bids).
    #[must_use]
    pub fn extent(&self) -> (f64, [f64; 2]) {
        let of = |ask: bool, far: &dyn Fn(&Ladder) -> f64| {
            let sides = self.books.iter().map(|book| &book.sides[usize::from(!ask)]);
            let mut all: Vec<f64> = sides.map(far).collect();
            let last = all.len().saturating_sub(1);
            let place = last * 9 / 10;
            match all.as_mut_slice() {
                [] => 0.0,
                all => *all.select_nth_unstable_by(place, f64::total_cmp).1,
            }
        };
        let reach = [true, false].map(|ask| of(ask, &Ladder::reach));
        let far = |ask: bool| {
            let last = |ladder: &Ladder| ladder.logs.last().copied().unwrap_or(0.0);
            let side = family::Side::of(ask);
            let distance = side.distance(of(ask, &last));
            if ask { distance } else { -distance }
        };
        (reach[0].max(reach[1]), [true, false].map(far))
    }
}

/// A place of a typical ladder.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Rung {
    /// Shares in front of it.
    pub size: f64,
    /// Its price's distance from the mid, relative to the mid: the median over time.
    pub distance: Estimate,
}

/// Why there is no calibration.
#[derive(Debug, thiserror::Error)]
pub enum CalibrateError {
    /// The files were not read.
    #[error(transparent)]
    Quotes(#[from] QuotesError),
    /// There is too little in them.
    #[error(
        "{books} books and {fitted} with {least} levels or more on both sides within {within} basis points of the best price; \
         allowed: {few} or more"
    )]
    TooFew {
        /// Books that were read and not left out.
        books: u64,
        /// How many could be fitted.
        fitted: usize,
        /// Levels that a side needs.
        least: usize,
        /// How far levels count (basis points).
        within: f64,
        /// How many it takes.
        few: usize,
    },
}

/// Fewest books that are fitted.
const FEW: usize = 8;
/// Basis points of one.
pub const BASIS: f64 = 1e4;

/// Reads files of quotes, one after the other, and fits them.
///
/// # Errors
/// What cannot be read, in one line, and where there are too few books to fit.
pub fn calibrate(
    paths: &[PathBuf],
    asked: &Asked,
    watch: Watch<'_>,
) -> Result<Calibration, CalibrateError> {
    let mut sample = Sample::new(asked.within);
    let mut study = Study::new(asked.within);
    let read = quotes::read(
        paths,
        asked.format,
        &mut |event| {
            if let Event::Book(standing) = event {
                sample.take(&standing);
            }
            study.take(event);
        },
        watch,
    )?;
    let (counts, shallow) = (read.counts, sample.shallow);
    let books = sample.into_books();
    if books.len() < FEW {
        let dropped = counts.dropped;
        let left_out = dropped.crossed + dropped.empty + dropped.halted + dropped.stale;
        return Err(CalibrateError::TooFew {
            books: counts.books - left_out,
            fitted: books.len(),
            least: ladder::LEAST,
            within: asked.within * BASIS,
            few: FEW,
        });
    }
    let found = typical::found(&books);
    let mut mids: Vec<f64> = books.iter().map(|book| book.mid).collect();
    Ok(Calibration {
        format: read.format,
        counts,
        shallow,
        span: (books[books.len() - 1].time - books[0].time) as f64 / SECOND as f64,
        mid: estimate::median(&mut mids),
        families: found.families,
        residuals: found.residuals,
        common: found.common,
        aftermath: aftermath::of(study, read.format.tells_trades(), asked.step),
        typical: [true, false].map(|ask| typical::rungs(&books, ask)),
        books,
    })
}
