//! What became of many episodes: statistics with standard errors, comparison, histograms.

mod apart;
mod cumulative;
mod estimate;
mod gaps;
mod gram;
mod histogram;
mod judged;
mod ladder;
mod measure;
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
pub use gaps::{gaps, share_better};
pub use histogram::{Histogram, histograms};
pub use measure::Measure;
pub use objective::Goal;
pub use one_pass::OnePass;
pub use paired::{Difference, paired};
pub use representatives::Representatives;
pub use sample::{Sample, Tally};
pub use statistics::{Statistics, average};
pub use summary::Summary;
