//! Pieces that several panels use.

mod entry;
mod icon;
mod plot;
mod swatch;

pub use entry::{Draft, entry, select_all};
pub use icon::{Icon, icon_button, icon_label, paint as paint_icon};
pub use plot::{Frame, Picture, chart, date_at, paint_hatch, x_axis, y_axis};
pub use swatch::{line_sample, strategy_label};
