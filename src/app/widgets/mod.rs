//! Pieces that several panels use.

mod draft;
mod ends;
mod entry;
mod hatch;
mod icon;
mod plot;
mod scale;
mod slider;
mod strand;
mod swatch;
pub mod ticks;

pub use draft::{Draft, Refusal};
pub use ends::{End, height_at, paint_ends, reading};
pub use entry::{Entry, select_all};
pub use hatch::paint_hatch;
pub use icon::{Icon, icon_button, icon_label, paint as paint_icon};
pub use plot::{Frame, Picture, arrows, chart, date_at, describe, x_axis, y_axis};
pub use scale::Scale;
pub use slider::{Slider, Travel};
pub use strand::Strand;
pub use swatch::{MARK, line_sample, paint_mark, strategy_label};
