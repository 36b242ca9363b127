//! A file of recorded prices that is read or looked at, before it is used.

use crate::engine::{FitSeen, PricesSeen};
use crate::history::fit::Model;
use crate::history::{Asks, Reading};
use std::path::PathBuf;
use std::sync::Arc;

/// How far one is with it.
#[derive(Clone, Debug)]
pub enum PricesView {
    /// It is read.
    Reading {
        /// Which file.
        path: PathBuf,
        /// The share that is read.
        share: f64,
    },
    /// It can be read in more ways than one.
    Asked {
        /// Which file.
        path: PathBuf,
        /// How it was read so far.
        reading: Reading,
        /// What is to be chosen.
        asks: Asks,
    },
    /// It was read; what is fitted to it.
    Seen(Arc<PricesSeen>, FitView),
}

/// A process that is fitted to what was read.
#[derive(Clone, Debug)]
pub enum FitView {
    /// None.
    Nothing,
    /// This one, now.
    Working(Model),
    /// It was.
    Done(Arc<FitSeen>),
    /// It could not be, in one line.
    Failed(String),
}
