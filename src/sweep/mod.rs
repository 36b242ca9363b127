//! Sweeps: a grid of scenarios, each hedged by everybody, its network trained for it.
//!
//! ```text
//! Spec (a file) ──► Plan ──► chains of cells ──► Share ──► Run ──► Folder: rows, networks
//!                                                                    ├──► table ──► CSV, Parquet
//!                                                 Results ──► Surface ◄┘ one figure over two axes
//! ```
//! A cell is named by the hash of what makes its numbers, its network by that of what it was trained for, how
//! and from what. What is there under its name is never computed again, so that a run that was killed goes
//! on, several may share the work, and a change of the figures asked for trains nothing anew. Rows hold
//! nothing of when and where they were made: the results are the same bytes for any number of shares and
//! threads. This room starts no process and knows neither window nor terminal.

mod asked;
mod axis;
mod cell;
mod check;
mod compute;
mod course;
mod error;
mod estimate;
mod folder;
pub mod job;
mod kept;
mod laid;
mod mean;
mod meant;
mod parquet;
mod plan;
mod probe;
mod results;
mod row;
mod run;
pub mod share;
mod shown;
pub mod spec;
mod table;

pub use asked::Asked;
pub use axis::Axis;
pub use cell::{Cell, Chain, Question};
pub use course::Course;
pub use error::SweepError;
pub use estimate::{Pace, estimate};
pub use folder::Folder;
pub use kept::is_address;
pub use laid::{Found, Laid, Point, Surface};
pub use meant::Meant;
pub use parquet::ParquetTable;
pub use plan::{MOST_CELLS, Plan};
pub use probe::{Date, Price, Probe};
pub use results::Results;
pub use row::{NetworkRow, Row, StrategyRow};
pub use run::{News, Run};
pub use share::Share;
pub use shown::{Quantity, Shown, Wish, strategies};
pub use spec::Spec;
pub use table::{Heading, Lines, Merged, about};

/// A small sweep that runs in under a minute, to begin with.
pub const EXAMPLE: &str = include_str!("../../assets/sweeps/example.ron");
/// Sweeps that come with the program, by name, the small one first.
pub const BUILT_IN: [(&str, &str); 2] = [
    ("example", EXAMPLE),
    (
        "impact-and-memory",
        include_str!("../../assets/sweeps/impact-and-memory.ron"),
    ),
];
