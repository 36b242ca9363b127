//! From values to places on screen and back, along one direction; and the axes drawn from it.

use super::ticks;
use crate::app::theme::{CAPTION, Tokens};
use egui::{Align2, Color32, FontId, Painter, Rect, Shape, Stroke, Ui, pos2};
use egui_plot::{GridInput, GridMark};

/// Values between two places on screen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ruler {
    /// Values at the two ends.
    pub values: [f64; 2],
    /// Where these stand (points).
    pub points: [f32; 2],
}

impl Ruler {
    /// A ruler upwards through a rectangle, from its lower edge.
    #[must_use]
    pub fn up(rect: Rect, low: f64, high: f64) -> Self {
        Self {
            values: [low, high],
            points: [rect.bottom(), rect.top()],
        }
    }

    /// A ruler through a rectangle from left to right.
    #[must_use]
    pub fn across(rect: Rect, low: f64, high: f64) -> Self {
        Self {
            values: [low, high],
            points: [rect.left(), rect.right()],
        }
    }

    /// Where a value stands; far beyond the ends at most some widths away.
    #[must_use]
    pub fn at(&self, value: f64) -> f32 {
        let [low, high] = self.values;
        let share = ((value - low) / (high - low)).clamp(-20.0, 20.0);
        // Where all values are one, or one of them is beyond all numbers.
        let share = if share.is_nan() { 0.0 } else { share };
        #[expect(clippy::cast_possible_truncation, reason = "a place on screen")]
        let share = share as f32;
        self.points[0] + share * (self.points[1] - self.points[0])
    }

    /// The value at a place.
    #[must_use]
    pub fn value(&self, point: f32) -> f64 {
        let share = (point - self.points[0]) / (self.points[1] - self.points[0]);
        f64::from(share).mul_add(self.values[1] - self.values[0], self.values[0])
    }

    /// Round values along it; across, far enough apart for their digits.
    #[must_use]
    pub fn marks(&self, across: bool) -> Vec<GridMark> {
        let [low, high] = self.values;
        let (low, high) = (low.min(high), low.max(high));
        let length = f64::from((self.points[1] - self.points[0]).abs()).max(1.0);
        let input = GridInput {
            bounds: (low, high),
            base_step_size: (high - low) / length * 8.0,
        };
        if across {
            ticks::across(&input)
        } else {
            ticks::up(&input)
        }
    }
}

/// Grid lines and their numbers to the left of `rect`.
pub fn paint_upright(ui: &Ui, rect: Rect, ruler: &Ruler, format: impl Fn(f64, f64) -> String) {
    let tokens = Tokens::of(ui.visuals());
    let painter = ui.painter();
    for mark in ruler.marks(false) {
        let y = ruler.at(mark.value);
        painter.hline(rect.x_range(), y, grid(tokens));
        // A number stands beside its line, within the height of the picture.
        let y = y.clamp(rect.top() + 5.0, rect.bottom() - 5.0);
        let at = pos2(rect.left() - 5.0, y);
        let text = format(mark.value, mark.step_size);
        number(painter, at, Align2::RIGHT_CENTER, text, tokens.subdued);
    }
}

/// Grid lines and their numbers below `rect`.
pub fn paint_level(ui: &Ui, rect: Rect, ruler: &Ruler, format: impl Fn(f64, f64) -> String) {
    let tokens = Tokens::of(ui.visuals());
    let painter = ui.painter();
    for mark in ruler.marks(true) {
        let x = ruler.at(mark.value);
        painter.vline(x, rect.y_range(), grid(tokens));
        let at = pos2(x, rect.bottom() + 3.0);
        let text = format(mark.value, mark.step_size);
        number(painter, at, Align2::CENTER_TOP, text, tokens.subdued);
    }
}

/// Dashed lines at the strikes, each with its name beside it.
pub fn paint_strikes(ui: &Ui, rect: Rect, up: &Ruler, strikes: &[f64]) {
    let tokens = Tokens::of(ui.visuals());
    for strike in strikes {
        let y = up.at(*strike);
        let ends = [pos2(rect.left(), y), pos2(rect.right(), y)];
        let stroke = Stroke::new(1.0, tokens.subdued);
        let dashes = Shape::dashed_line(&ends, stroke, 6.0, 4.0);
        ui.painter_at(rect).extend(dashes);
        let beside = y.clamp(rect.top() + 5.0, rect.bottom() - 5.0);
        let at = pos2(rect.right() + 4.0, beside);
        let text = "strike".into();
        number(ui.painter(), at, Align2::LEFT_CENTER, text, tokens.subdued);
    }
}

/// The stroke of a grid line.
#[must_use]
pub fn grid(tokens: &Tokens) -> Stroke {
    Stroke::new(1.0, tokens.grid.gamma_multiply(0.45))
}

/// Small text in a picture.
pub fn number(painter: &Painter, at: egui::Pos2, anchor: Align2, text: String, colour: Color32) {
    painter.text(at, anchor, text, FontId::proportional(CAPTION), colour);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_and_its_value_lead_to_each_other() {
        let rect = Rect::from_min_max(pos2(10.0, 20.0), pos2(110.0, 60.0));
        let (across, up) = (Ruler::across(rect, -2.0, 3.0), Ruler::up(rect, -2.0, 3.0));
        assert_eq!((across.at(-2.0), across.at(3.0)), (10.0, 110.0));
        assert_eq!((up.at(-2.0), up.at(3.0)), (60.0, 20.0));
        for value in [-2.0, -0.5, 0.0, 2.9] {
            assert!((across.value(across.at(value)) - value).abs() < 1e-6);
            assert!((up.value(up.at(value)) - value).abs() < 1e-6);
        }
        assert!(across.at(1e300).is_finite() && across.at(-1e300).is_finite());
        let level = Ruler::across(rect, 1.0, 1.0);
        assert!(level.at(1.0).is_finite() && level.at(f64::NAN).is_finite());
    }

    #[test]
    fn marks_lie_between_the_ends_whichever_way_it_runs() {
        for values in [[-2.0, 3.0], [3.0, -2.0]] {
            let ruler = Ruler {
                values,
                points: [0.0, 300.0],
            };
            let marks = ruler.marks(true);
            assert!(marks.len() >= 3);
            assert!(marks.iter().all(|m| (-2.0..=3.0).contains(&m.value)));
        }
    }
}
