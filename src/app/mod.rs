//! The window: the only rooms that name egui.
//!
//! A [`model::Model`] holds the state and builds a [`view::ViewModel`] when something changed;
//! panels draw from that and push [`command::Command`]s.
#![expect(
    missing_docs,
    reason = "fields of the view say by their names what is drawn; the rest is documented"
)]

mod books;
pub mod command;
mod derived;
mod dialogs;
pub mod document;
mod export;
mod fold;
pub mod format;
mod graphics;
mod home;
pub mod keep;
mod keys;
pub mod layout;
mod link;
pub mod model;
pub mod notice;
mod overlay;
mod panels;
mod panes;
mod preview;
mod prices;
mod run;
mod same;
pub mod session;
mod sheets;
pub mod theme;
mod typing;
pub mod view;
mod widgets;
pub mod window;

pub use graphics::graphics;
pub use run::run;
