//! The window, driven through its widget tree as a person or a screen reader would.
#![cfg(feature = "gui")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod at_once;
mod book_views;
mod calibration_window;
mod common;
mod controls;
mod distribution_views;
mod explorer_window;
mod export_window;
mod hand_window;
mod hover;
mod lesson_window;
mod mid_views;
mod money_views;
mod pins;
mod policy_view;
mod prices_window;
mod record_window;
mod room;
mod sweep_window;
mod tour;
mod training_view;
mod views;
mod whole;
mod why_views;
mod window_files;
