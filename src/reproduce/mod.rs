//! The paper reproduced: every cell of its tables by every strategy, with errors, beside what is published.
//!
//! A cell is a market of the paper: one of three options, three impacts and three memories. Three
//! networks are trained for each, everybody is measured on the same paths, and what comes of it is a
//! [`crate::record::Record`] like any other. What is there already is not computed again.

mod cell;
mod plan;
mod published;
mod run;
mod table;

pub use cell::{Cell, Horizon, Refill};
pub use plan::{Effort, NETWORKS};
pub use published::{PUBLISHED_PATHS, Published};
pub use run::{Done, Place, ReproduceError, Step, run};
pub use table::{Figure, MEASURES, Row, rows, to_csv, to_markdown, told};
