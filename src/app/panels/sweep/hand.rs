//! The cell that the keyboard is at: the arrows move it, Enter puts it on screen, Shift and Enter beside it.

use crate::app::view::SweepPicture;
use crate::app::widgets::arrows_both;
use crate::sweep::Found;
use egui::Response;

/// Where the keyboard is.
#[derive(Default)]
pub(super) struct AtHand {
    /// The line and the column; absent until an arrow was pressed.
    at: Option<[usize; 2]>,
}

impl AtHand {
    /// Follows the arrows; gives back the cell while the map has the keyboard, by its place in the picture.
    pub fn follow(&mut self, response: &Response, picture: &SweepPicture) -> Option<usize> {
        if !response.has_focus() {
            self.at = None;
            return None;
        }
        let columns = picture.surface.columns.max(1);
        let last = [picture.surface.rows().checked_sub(1)?, columns - 1];
        let begin = || {
            let there = |point: &crate::sweep::Point| matches!(point.found, Found::There(_));
            let first = || picture.surface.points.iter().position(there);
            let place = picture.here.or_else(first).unwrap_or(0);
            [place / columns, place % columns]
        };
        let [across, down] = arrows_both(response);
        let [row, column] = self.at.unwrap_or_else(begin);
        let at = [
            row.saturating_add_signed(down).min(last[0]),
            column.saturating_add_signed(across).min(last[1]),
        ];
        if across != 0 || down != 0 {
            self.at = Some(at);
        }
        picture.place(at[1], at[0])
    }
}
