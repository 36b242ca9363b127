//! A file of recorded prices that is read or looked at, before it is used.

use crate::engine::PricesSeen;
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
    /// It was read.
    Seen(Arc<PricesSeen>),
}
