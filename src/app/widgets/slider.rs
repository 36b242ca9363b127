//! A slider that says what its handle says: it speaks only when its own number changes, so that a
//! hand at rest changes nothing. It takes no place in the order of Tab; the field beside it does.

use crate::quantity::{same, tidy};
use egui::accesskit::{Action, ActionData};
use egui::{Id, Rangef, Response, Sense, Ui, WidgetInfo, pos2, vec2};

/// Share of the travel kept for 0 at the left end, and for ∞ at the right.
const END: f64 = 0.06;

/// Where on a slider each number stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Travel {
    low: f64,
    high: f64,
    logarithmic: bool,
    nought: bool,
    endless: bool,
    /// The number from which sizes are counted, and on which side of it they lie.
    from: (f64, f64),
}

impl Travel {
    /// From one number to another.
    #[must_use]
    pub const fn linear(low: f64, high: f64) -> Self {
        Self {
            low,
            high,
            logarithmic: false,
            nought: false,
            endless: false,
            from: (0.0, 1.0),
        }
    }

    /// From one number above 0 to another, each octave as long as the next.
    #[must_use]
    pub const fn logarithmic(low: f64, high: f64) -> Self {
        Self {
            logarithmic: true,
            ..Self::linear(low, high)
        }
    }

    /// With 0 at the left end.
    #[must_use]
    pub const fn with_nought(mut self) -> Self {
        self.nought = true;
        self
    }

    /// With ∞ at the right end.
    #[must_use]
    pub const fn endless(mut self) -> Self {
        self.endless = true;
        self
    }

    /// Counted from `origin`, upwards (1) or downwards (−1).
    #[must_use]
    pub const fn counted_from(mut self, origin: f64, side: f64) -> Self {
        self.from = (origin, side);
        self
    }

    /// The part of the travel between the ends.
    fn travel(&self) -> (f64, f64) {
        let start = if self.nought { END } else { 0.0 };
        (start, if self.endless { 1.0 - END } else { 1.0 })
    }

    /// The number at a place from 0 to 1.
    #[must_use]
    pub fn number(&self, place: f64) -> f64 {
        let (start, end) = self.travel();
        let share = ((place - start) / (end - start)).clamp(0.0, 1.0);
        let size = if self.nought && place < 0.5 * END {
            0.0
        } else if self.endless && place > 1.0 - 0.5 * END {
            f64::INFINITY
        } else if self.logarithmic {
            self.low * (self.high / self.low).powf(share)
        } else {
            (self.high - self.low).mul_add(share, self.low)
        };
        self.from.1.mul_add(size, self.from.0)
    }

    /// The place of a number, from 0 to 1; what lies beyond stands at an end.
    #[must_use]
    pub fn place(&self, x: f64) -> f64 {
        let size = (x - self.from.0) * self.from.1;
        let (start, end) = self.travel();
        if self.nought && size <= 0.0 {
            return 0.0;
        }
        if self.endless && size.is_infinite() {
            return 1.0;
        }
        let share = if self.logarithmic {
            (size / self.low).ln() / (self.high / self.low).ln()
        } else {
            (size - self.low) / (self.high - self.low)
        };
        if share.is_nan() {
            return 0.0;
        }
        (end - start).mul_add(share.clamp(0.0, 1.0), start)
    }

    /// A round distance between numbers that a hand can still tell apart.
    #[must_use]
    pub fn grain(&self) -> f64 {
        let least = (self.high - self.low) / 1000.0;
        tidy(10f64.powf(least.log10().ceil()))
    }

    /// The number some hundredths of the travel above `x` (or below), and at least so far away
    /// that it is another.
    #[must_use]
    pub fn stepped(&self, x: f64, hundredths: f64, round: impl Fn(f64) -> f64) -> f64 {
        let (place, by) = (self.place(x), 0.01 * hundredths * self.from.1);
        (1..=100)
            .map(|i| round(self.number((place + by * f64::from(i)).clamp(0.0, 1.0))))
            .find(|next| !same(*next, x) && (*next > x) == (hundredths > 0.0))
            .unwrap_or(x)
    }
}

/// What was done to a slider.
#[derive(Clone, Copy, Debug, Default)]
pub struct Moved {
    /// The number it says now, if it is another than before.
    pub to: Option<f64>,
    /// Whether a hand holds it.
    pub held: bool,
    /// Whether a hand let go of it.
    pub let_go: bool,
    /// Whether it was clicked twice.
    pub reset: bool,
}

/// A hand on the handle.
#[derive(Clone, Copy, Default)]
struct Hold {
    /// What the slider last said.
    said: f64,
    /// From the middle of the handle to the pointer (points).
    offset: f32,
}

/// What a slider shows.
pub struct Slider<'a> {
    pub id: Id,
    pub name: &'a str,
    /// The number in words, for the ear.
    pub spoken: &'a str,
    pub travel: Travel,
    pub present: f64,
    pub width: f32,
}

impl Slider<'_> {
    /// Draws it. `round` gives the number that a hand means.
    pub fn ui(&self, ui: &mut Ui, round: impl Fn(f64) -> f64) -> (Response, Moved) {
        let (_, rect) = ui.allocate_space(vec2(self.width, ui.spacing().interact_size.y));
        let response = ui.interact(rect, self.id, Sense::CLICK | Sense::DRAG);
        let radius = 0.3 * rect.height();
        let rail = rect.x_range().shrink(radius);
        let moved = self.hand(ui, &response, rail, radius, &round);
        let moved = self.tell(ui, &response, moved, &round);
        self.paint(ui, &response, rail, radius);
        (response, moved)
    }

    fn hand(
        &self,
        ui: &Ui,
        response: &Response,
        rail: Rangef,
        radius: f32,
        round: &impl Fn(f64) -> f64,
    ) -> Moved {
        let held: Option<Hold> = ui.data(|data| data.get_temp(self.id));
        let pointer = response.interact_pointer_pos();
        let down = response.is_pointer_button_down_on() && ui.input(|i| i.pointer.primary_down());
        let Some(pointer) = pointer.filter(|_| down) else {
            if held.is_some() {
                ui.data_mut(|data| data.remove_temp::<Hold>(self.id));
            }
            return Moved {
                let_go: held.is_some(),
                reset: response.double_clicked(),
                ..Moved::default()
            };
        };
        let number = |offset: f32| {
            let place = (pointer.x - offset - rail.min) / rail.span().max(1.0);
            round(self.travel.number(f64::from(place.clamp(0.0, 1.0))))
        };
        let hold = held.unwrap_or_else(|| {
            let offset = pointer.x - self.handle(rail);
            // The handle is taken where it stands; beside it, it comes to the hand.
            if offset.abs() <= radius {
                let said = number(offset);
                Hold { said, offset }
            } else {
                let said = self.present;
                Hold { said, offset: 0.0 }
            }
        });
        let said = number(hold.offset);
        ui.data_mut(|data| data.insert_temp(self.id, Hold { said, ..hold }));
        Moved {
            to: (!same(said, hold.said)).then_some(said),
            held: true,
            ..Moved::default()
        }
    }

    /// Tells a screen reader what it is, and does what that asks for.
    fn tell(
        &self,
        ui: &Ui,
        response: &Response,
        mut moved: Moved,
        round: &impl Fn(f64) -> f64,
    ) -> Moved {
        let (low, high) = (self.travel.number(0.0), self.travel.number(1.0));
        response.widget_info(|| WidgetInfo::slider(ui.is_enabled(), self.present, self.name));
        ui.ctx().accesskit_node_builder(response.id, |node| {
            node.set_value(self.spoken);
            node.set_min_numeric_value(low.min(high));
            node.set_max_numeric_value(low.max(high));
            for action in [Action::SetValue, Action::Increment, Action::Decrement] {
                node.add_action(action);
            }
        });
        let asked = |action| ui.input(|input| input.num_accesskit_action_requests(self.id, action));
        let set = ui.input(|input| {
            let mut requests = input.accesskit_action_requests(self.id, Action::SetValue);
            requests.find_map(|request| match request.data {
                Some(ActionData::NumericValue(x)) => Some(x),
                _ => None,
            })
        });
        let steps = asked(Action::Increment) as f64 - asked(Action::Decrement) as f64;
        if let Some(x) = set {
            moved.to = Some(x).filter(|x| !same(*x, self.present));
        } else if steps != 0.0 {
            let x = self.travel.stepped(self.present, steps, round);
            moved.to = Some(x).filter(|x| !same(*x, self.present));
        }
        moved
    }

    fn handle(&self, rail: Rangef) -> f32 {
        #[expect(clippy::cast_possible_truncation, reason = "a share of the travel")]
        let place = self.travel.place(self.present) as f32;
        rail.min + place * rail.span()
    }

    fn paint(&self, ui: &Ui, response: &Response, rail: Rangef, radius: f32) {
        if !ui.is_rect_visible(response.rect) {
            return;
        }
        let visuals = ui.style().interact(response);
        let quiet = &ui.visuals().widgets.inactive;
        let middle = response.rect.center().y;
        let half = 0.5 * ui.spacing().slider_rail_height;
        let bar = egui::Rect::from_x_y_ranges(
            rail.expand(half),
            Rangef::new(middle - half, middle + half),
        );
        ui.painter().rect_filled(bar, half, quiet.bg_fill);
        ui.painter().circle(
            pos2(self.handle(rail), middle),
            radius + visuals.expansion,
            visuals.bg_fill,
            visuals.fg_stroke,
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const HALF_LIFE: Travel = Travel::logarithmic(0.05, 20.0).with_nought().endless();
    const ASK: Travel = Travel::logarithmic(1e-4, 0.1)
        .with_nought()
        .counted_from(1.0, 1.0);
    const BID: Travel = Travel::logarithmic(1e-4, 0.1)
        .with_nought()
        .counted_from(1.0, -1.0);

    #[test]
    fn a_half_life_runs_from_nothing_through_twenty_steps_to_no_end() {
        assert_eq!(HALF_LIFE.number(0.0), 0.0);
        assert_eq!(HALF_LIFE.number(1.0), f64::INFINITY);
        assert_eq!(HALF_LIFE.number(END), 0.05);
        assert!((HALF_LIFE.number(1.0 - END) - 20.0).abs() < 1e-9);
        assert_eq!(HALF_LIFE.place(f64::INFINITY), 1.0);
        // Nearly all of its travel is for what a person can mean.
        assert!(HALF_LIFE.place(20.0) - HALF_LIFE.place(0.05) > 0.85);
    }

    #[test]
    fn exponents_are_counted_from_one() {
        assert_eq!((ASK.number(0.0), BID.number(0.0)), (1.0, 1.0));
        assert!((ASK.number(1.0) - 1.1).abs() < 1e-12 && (BID.number(1.0) - 0.9).abs() < 1e-12);
        assert!((ASK.place(1.01) - BID.place(0.99)).abs() < 1e-9);
    }

    #[test]
    fn a_step_always_arrives_at_another_number() {
        let whole = Travel::logarithmic(1.0, 252.0);
        assert_eq!(whole.stepped(1.0, 1.0, f64::round), 2.0);
        assert_eq!(whole.stepped(2.0, -1.0, f64::round), 1.0);
        assert_eq!(whole.stepped(1.0, -1.0, f64::round), 1.0);
        assert_eq!(HALF_LIFE.stepped(0.0, 1.0, |x| x), 0.05);
        assert!(BID.stepped(0.99, 1.0, |x| x) > 0.99);
    }

    #[test]
    fn a_linear_slider_moves_in_round_steps() {
        assert_eq!(Travel::linear(0.0, 1.0).grain(), 0.001);
        assert_eq!(Travel::linear(625.0, 1600.0).grain(), 1.0);
    }

    proptest! {
        #[test]
        fn the_handle_stands_where_its_number_is(place in 0.0..1.0_f64) {
            for scale in [HALF_LIFE, ASK, BID, Travel::linear(-0.5, 0.5), Travel::logarithmic(0.1, 1e5)] {
                let x = scale.number(place);
                let back = scale.number(scale.place(x));
                prop_assert!((back - x).abs() <= 1e-9 * x.abs().max(1e-4) || back == x, "{} {}", x, back);
            }
        }
    }
}
