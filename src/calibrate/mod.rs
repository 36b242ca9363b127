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
mod trades;
mod typical;

pub use aftermath::{Aftermath, Displaced, FEW_TRADES, Refill};
pub use estimate::Estimate;
pub use ladder::Ladder;
pub use preset::with_book;
pub use study::LAGS;
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
    /// Books that were fitted.
    pub fitted: usize,
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
         allowed: {few} or more; --within BP looks farther"
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
        fitted: books.len(),
        shallow,
        span: (books[books.len() - 1].time - books[0].time) as f64 / SECOND as f64,
        mid: estimate::median(&mut mids),
        families: found.families,
        residuals: found.residuals,
        common: found.common,
        aftermath: aftermath::of(study, read.format.tells_trades(), asked.step),
        typical: [true, false].map(|ask| typical::rungs(&books, ask)),
    })
}
