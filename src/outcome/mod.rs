//! What became of many episodes: statistics with standard errors, comparison, histograms.

mod apart;
mod estimate;
mod gram;
mod histogram;
mod ladder;
mod moments;
pub mod objective;
mod one_pass;
mod paired;
mod representatives;
mod sample;
mod statistics;
mod summary;
mod tail;
mod upper_tail;

pub use apart::Apart;
pub use estimate::Estimate;
pub use histogram::{Histogram, histograms};
pub use objective::Goal;
pub use one_pass::OnePass;
pub use paired::{Difference, paired};
pub use representatives::Representatives;
pub use sample::{Sample, Tally};
pub use statistics::Statistics;
pub use summary::Summary;
