//! A fused training kernel for deep hedging with market impact: the loss of a batch of hedged paths
//! and its gradient with respect to the network, differentiated by hand through every step of the
//! episode.
//!
//! # How it works
//! Paths are cut into *tiles* of [`TILE`] paths, each of which may be of a scenario of its own. A tile goes through all steps forward (keeping
//! activations), then back, before the next tile starts, so that its data stays in the core's
//! cache. Tiles belong to *groups*; each group sums its own gradient, and groups are added in a
//! fixed order. The partition depends on the batch size alone, so the result is the same, bit for
//! bit, at any number of threads.
//!
//! # Reading order
//! `settings` says what is solved, [`crate::training::rows`] what goes in, [`surface`] what is
//! minimised; `bookkeeping` is the hedger's ledger forward and `reverse` back, `impact` what a
//! trade costs; [`network_shape`], `micro`, `packed`, `forward` and `backward` are the network;
//! `tile` joins the two, `batches` spreads tiles over threads, `weights` brings in weights and takes
//! out their gradient.

#![expect(
    clippy::needless_range_loop,
    reason = "loops over registers are unrolled; an index shows which register is which"
)]

pub mod batches;
pub mod error;
pub mod network_shape;
pub mod surface;
pub mod trace;
pub mod vector_math;

mod accumulator;
mod backward;
mod bookkeeping;
mod buffer;
mod forward;
mod impact;
mod micro;
mod packed;
mod reverse;
mod settings;
mod tile;
mod weights;
mod workspace;

pub use batches::{Gradient, Kernel, architectures};
pub use error::KernelError;
pub use network_shape::NetworkShape;
pub use settings::Problem;
pub use surface::Surface;
pub use trace::Trace;

/// Paths of one tile: the unit of work that stays in a core's cache.
pub const TILE: usize = 32;
