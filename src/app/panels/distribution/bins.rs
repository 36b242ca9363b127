//! A bin of the distribution, chosen with the pointer or with the arrow keys, and its paths.

use super::{name, range_text};
use crate::app::command::{Commands, TimeCommand};
use crate::app::format;
use crate::app::panels::whose;
use crate::app::view::ViewModel;
use crate::app::widgets::arrows;
use crate::engine::{Outcomes, StrategyOutcome};
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
    pub fn pick<R>(
        &mut self,
        view: &ViewModel,
        outcomes: &Outcomes,
        plot: &PlotResponse<R>,
        commands: &mut Commands,
    ) {
        self.walk(view, outcomes, arrows(&plot.response));
        if !plot.response.has_focus() {
            self.chosen = None;
        }
        let pointer = plot.response.hover_pos();
        let under = pointer.and_then(|pointer| {
            let error = plot.transform.value_from_position(pointer).x;
            view.distribution.bin(error)
        });
        let clicked = plot.response.clicked();
        let by_hand = clicked && plot.response.interact_pointer_pos().is_some();
        if by_hand {
            self.chosen = None;
        }
        if clicked && let Some(bin) = if by_hand { under } else { self.chosen } {
            self.show(view, outcomes, bin, commands);
        }
        if let Some(bin) = under {
            let text = format!("{}\nclick: see one of them", text(view, outcomes, bin));
            plot.response.clone().on_hover_text_at_pointer(text);
        }
    }

    /// To the next bin that has paths; from the path on screen at first.
    fn walk(&mut self, view: &ViewModel, outcomes: &Outcomes, direction: isize) {
        let Some(row) = row(view, outcomes) else {
            return;
        };
        if direction == 0 {
            return;
        }
        let last = row.members.len().saturating_sub(1);
        let here = super::of_path(view).and_then(|error| view.distribution.bin(error));
        let mut bin = self.chosen.or(here).unwrap_or(last / 2);
        while let Some(next) = bin.checked_add_signed(direction).filter(|bin| *bin <= last) {
            bin = next;
            if row.members.get(bin).is_some_and(|paths| !paths.is_empty()) {
                self.chosen = Some(bin);
                return;
            }
        }
    }

    fn show(&mut self, view: &ViewModel, outcomes: &Outcomes, bin: usize, commands: &mut Commands) {
        let row = row(view, outcomes);
        let members = row.and_then(|row| row.members.get(bin));
        let members = members.map_or(&[][..], Vec::as_slice);
        if !members.is_empty() {
            commands.push(TimeCommand::ShowPath(members[self.turn % members.len()]));
            self.turn += 1;
        }
    }
}

fn row<'a>(view: &ViewModel, outcomes: &'a Outcomes) -> Option<&'a StrategyOutcome> {
    outcomes.row(whose(view)).or(outcomes.rows.first())
}

/// Whose bin it is, how many paths are in it and what they come to.
pub(super) fn text(view: &ViewModel, outcomes: &Outcomes, bin: usize) -> String {
    let row = row(view, outcomes);
    let count = row.and_then(|row| row.histogram.counts.get(bin)).copied();
    let range = view.distribution.edges(bin);
    let range = range.map_or_else(String::new, |(from, to)| range_text(view, from, to));
    format!(
        "{}: {} of {} paths {range}",
        name(view),
        format::count(count.unwrap_or(0)),
        format::count(outcomes.paths)
    )
}
