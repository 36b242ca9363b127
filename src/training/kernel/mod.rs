//! A fused training kernel for deep hedging with market impact: the loss of a batch of hedged paths and its gradient
//! with respect to the network, differentiated by hand through every step of the episode.
//!
//! # How it works
//! Paths are cut into *tiles* of [`TILE`] paths. A tile goes through all steps forward (keeping activations), then
//! back, before the next tile starts, so that its data stays in the core's cache. Tiles belong to *groups*; each group
//! sums its own gradient, and groups are added in a fixed order. The partition depends on the batch size alone, so the
//! result is the same, bit for bit, at any number of threads.
//!
//! # Reading order
//! [`problem`] and [`network_shape`] say what is solved, [`batch`] what goes in, [`objective`] what is minimised;
//! `ledger` is the hedger's book-keeping forward and in reverse; `micro`, `packed`, `forward` and `backward` are the network;
//! `tile` joins the two, `batches` spreads tiles over threads.

#![expect(
    clippy::needless_range_loop,
    reason = "loops over registers are unrolled; an index shows which register is which"
)]

pub mod batch;
pub mod batches;
pub mod error;
pub mod network_shape;
pub mod objective;
pub mod problem;
pub mod vector_math;

mod accumulator;
mod backward;
mod buffer;
mod forward;
mod ledger;
mod market;
mod micro;
mod packed;
mod reverse;
mod tile;
mod workspace;

pub use batch::{Batch, Ledger};
pub use batches::{Gradient, Kernel, architectures};
pub use error::KernelError;
pub use network_shape::{Activation, NetworkShape};
pub use objective::Objective;
pub use problem::{Form, Limits, OptionKind, Problem, Side};

/// Paths of one tile: the unit of work that stays in a core's cache.
pub const TILE: usize = 32;
