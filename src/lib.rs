//! Hedgelab: how to hedge an option when one's own trades move the market.
//!
//! In a *market*, through an *order book*, an *episode* asks a *policy* what to hold, step by step,
//! and ends in an *outcome*. The modules follow that order. The model is that of A. Neagu,
//! F. Godin, C. Simard and L. Kosseim, *Deep Hedging with Market Impact*
//! (arXiv 2402.13326); `README.md` and `ARCHITECTURE.md` say how the pieces fit.

pub mod units;

pub mod quantity;

pub mod math;

pub mod scenario;

pub mod market;

pub mod order_book;

pub mod contract;

pub mod episode;

pub mod policy;

pub mod outcome;

pub mod simulate;

pub mod explore;

pub mod files;

pub mod history;

pub mod quotes;

pub mod calibrate;

pub mod crash;

pub mod presets;

pub mod training;

pub mod record;

pub mod reproduce;

pub mod figure;

pub mod sweep;

pub mod gallery;

pub mod lessons;

pub mod hand;

pub mod logbook;

pub mod engine;

#[cfg(feature = "gui")]
pub mod app;

pub mod cli;
