//! A bin of the distribution, chosen with the pointer or with the arrow keys, and its paths.

use super::{Of, Sight, hover, name, range_text};
use crate::app::command::{Commands, TimeCommand};
use crate::app::format;
use crate::app::panels::{on_screen, point_at};
use crate::app::view::{Shape, ViewModel};
use crate::app::widgets::{arrows, nearest};
use crate::engine::Outcomes;
use crate::outcome::Histogram;
use egui_plot::PlotResponse;

/// Which bin has the keyboard, and which of its paths comes next.
#[derive(Default)]
pub(super) struct Bins {
    chosen: Option<usize>,
    turn: usize,
}

impl Bins {
    /// The bin that the arrow keys went to.
    pub fn chosen(&self) -> Option<usize> {
        self.chosen
    }

    /// A click on a bin, or Enter, shows one of its paths, another one each time.
    pub fn pick(
        &mut self,
        view: &ViewModel,
        outcomes: &Outcomes,
        sight: Sight,
        plot: &PlotResponse<()>,
        commands: &mut Commands,
    ) {
        let Some(of) = sight.shown(view, outcomes) else {
            return;
        };
        self.walk(view, sight, of, arrows(&plot.response));
        if !plot.response.has_focus() {
            self.chosen = None;
        }
        let pointer = plot.response.hover_pos();
        let x = pointer.map(|pointer| plot.transform.value_from_position(pointer).x);
        let clicked = plot.response.clicked();
        let by_hand = clicked && plot.response.interact_pointer_pos().is_some();
        if by_hand {
            self.chosen = None;
        }
        let bin = if by_hand {
            x.and_then(|x| under(sight, of, x))
        } else {
            self.chosen
        };
        if let Some(bin) = bin.filter(|_| clicked) {
            self.show(of, bin, commands);
        }
        if let Some(pointer) = pointer {
            let curves = sight.picture(view).densities.iter();
            let curves = curves.map(|density| {
                let points = density.curve(sight.shape);
                (&density.who, on_screen(points, &plot.transform))
            });
            point_at(commands, nearest(curves, pointer).cloned());
        }
        if let Some(x) = x {
            let text = hover::text(view, outcomes, sight, x);
            if !text.is_empty() {
                plot.response.clone().on_hover_text_at_pointer(text);
            }
        }
    }

    /// To the next bin that has paths; from the path on screen at first.
    fn walk(&mut self, view: &ViewModel, sight: Sight, of: Of<'_>, direction: isize) {
        if direction == 0 {
            return;
        }
        let last = of.members.len().saturating_sub(1);
        let here = sight.here(view, of.who());
        let here = here.and_then(|error| of.histogram.bin(error));
        let mut bin = self.chosen.or(here).unwrap_or(last / 2);
        while let Some(next) = bin.checked_add_signed(direction).filter(|bin| *bin <= last) {
            bin = next;
            if of.members.get(bin).is_some_and(|paths| !paths.is_empty()) {
                self.chosen = Some(bin);
                return;
            }
        }
    }

    fn show(&mut self, of: Of<'_>, bin: usize, commands: &mut Commands) {
        let members = of.members.get(bin).map_or(&[][..], Vec::as_slice);
        if !members.is_empty() {
            commands.push(TimeCommand::ShowPath(members[self.turn % members.len()]));
            self.turn += 1;
        }
    }
}

/// The bin at a place of the horizontal axis.
pub(super) fn under(sight: Sight, of: Of<'_>, x: f64) -> Option<usize> {
    let error = if sight.shape == Shape::Quantile {
        of.histogram.quantile(x / 100.0)?.value?
    } else {
        x
    };
    of.histogram.bin(error)
}

/// Where a bin begins and ends (currency).
pub(super) fn edges(histogram: &Histogram, bin: usize) -> Option<(f64, f64)> {
    let there = bin < histogram.counts.len();
    there.then(|| (histogram.edge(bin), histogram.edge(bin + 1)))
}

/// Whose bin it is, how many paths are in it and what they come to.
pub(super) fn text(
    view: &ViewModel,
    outcomes: &Outcomes,
    sight: Sight,
    of: Of<'_>,
    bin: usize,
) -> String {
    let count = of.histogram.counts.get(bin).copied();
    let range = edges(of.histogram, bin);
    let range = range.map_or_else(String::new, |range| range_text(view, range));
    let other = if sight.gaps {
        format!(" against {}", view.compared_with(outcomes))
    } else {
        String::new()
    };
    format!(
        "{}: {} of {} paths {range}{other}",
        name(view, of),
        format::count(count.unwrap_or(0)),
        format::count(outcomes.paths)
    )
}
