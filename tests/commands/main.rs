//! The program as it is called, its files, and the engine behind the window.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod calibrate;
mod cli;
mod compare;
mod engine;
mod explorer;
mod figures_export;
mod fits;
mod hand;
mod history;
mod impact_and_memory;
mod lessons;
mod logbook;
mod own_presets;
mod program;
mod record_folder;
mod recorded;
mod reproduce;
mod side_by_side;
mod sweep;
mod sweep_storage;
mod sweep_submit;
mod sweep_table;
mod sweeps;
mod train_command;
mod transfer;
mod why;
mod words;
