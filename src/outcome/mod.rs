//! What became of many episodes: statistics with standard errors, comparison, histograms.

mod histogram;
mod paired;
mod representatives;
mod sample;
mod statistics;

pub use histogram::{Histogram, histograms};
pub use paired::{Difference, paired};
pub use representatives::Representatives;
pub use sample::{Sample, Tally};
pub use statistics::{Estimate, Statistics};
