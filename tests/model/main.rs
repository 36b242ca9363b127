//! Markets, contracts, policies and their training, against what is known of them.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod aftermath;
mod conditioned;
mod contracts;
mod differences;
mod dividends;
mod figures;
mod fits;
mod gaps;
mod golden;
mod interruption;
mod keeping;
mod kernel;
mod learned;
mod mid_impact;
mod model_volatility;
mod money;
mod parity;
mod presets;
mod price;
mod processes;
mod properties;
mod quotes;
mod records;
mod recurrent;
mod retraining;
mod rollouts;
mod scenarios;
mod soft_band;
mod statistics;
mod training;
