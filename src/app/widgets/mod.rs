//! Pieces that several panels use.

mod draft;
mod ends;
mod entry;
mod hatch;
mod icon;
mod near;
mod plot;
mod ruler;
mod scale;
mod slider;
mod strand;
mod swatch;
pub mod ticks;

pub use draft::{Draft, Refusal};
pub use ends::{End, height_at, paint_ends, reading};
pub use entry::{Entry, select_all};
pub use hatch::{filled, hatched};
pub use icon::{Icon, icon_button, icon_label, paint as paint_icon};
pub use near::nearest;
pub use plot::{Frame, Picture, arrows, arrows_both, chart, describe, x_axis, y_axis};
pub use ruler::{Ruler, grid, number, paint_level, paint_strikes, paint_upright};
pub use scale::Scale;
pub use slider::{Slider, Travel};
pub use strand::{Strand, styled};
pub use swatch::{MARK, ghost_label, line_sample, paint_mark, strategy_label};
