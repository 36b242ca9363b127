//! Hedging errors over many paths, and their differences: curves, marks and the table.

mod bins;
mod choice;
mod hover;
mod picture;
mod table;
mod tags;

use super::book::empty;
use super::{legend, whose};
use crate::app::command::Commands;
use crate::app::theme::name_of;
use crate::app::view::{DistributionView, Shape, ViewModel};
use crate::engine::{Outcomes, StrategyOutcome};
use crate::outcome::{Histogram, Measure};
use crate::policy::Who;
use crate::scenario::Strategy;
use bins::Bins;
use egui::{ScrollArea, Ui};

/// Measures shown beside what learned policies are trained for, at first.
pub const MEASURES: [Measure; 2] = [Measure::Mean, Measure::Cvar95];

/// The panel.
pub struct DistributionPanel {
    bins: Bins,
    /// What is looked at, which is kept.
    pub sight: Sight,
    /// Measures shown beside what learned policies are trained for, which are kept.
    pub measures: [Measure; 2],
}

impl Default for DistributionPanel {
    fn default() -> Self {
        Self {
            bins: Bins::default(),
            sight: Sight::default(),
            measures: MEASURES,
        }
    }
}

/// What is looked at, and how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sight {
    pub shape: Shape,
    /// Differences from the strategy that all are compared with, instead of errors.
    pub gaps: bool,
}

/// One policy's distribution.
#[derive(Clone, Copy)]
struct Of<'a> {
    row: &'a StrategyOutcome,
    histogram: &'a Histogram,
    members: &'a [Vec<u64>],
}

impl<'a> Of<'a> {
    /// Whose it is.
    fn who(self) -> &'a Who {
        &self.row.policy.who
    }
}

impl Sight {
    /// The curves.
    fn picture(self, view: &ViewModel) -> &DistributionView {
        if self.gaps {
            &view.gaps
        } else {
            &view.distribution
        }
    }

    /// The distribution of a row; none of the differences of a strategy from itself.
    fn of(self, row: &StrategyOutcome) -> Option<Of<'_>> {
        let (histogram, members) = if self.gaps {
            let against = row.against.as_ref()?;
            (&against.histogram, &against.members)
        } else {
            (&row.histogram, &row.members)
        };
        Some(Of {
            row,
            histogram,
            members,
        })
    }

    /// Whose distribution is told of: that of the strategy in focus, or of the first that has one.
    fn shown<'a>(self, view: &ViewModel, outcomes: &'a Outcomes) -> Option<Of<'a>> {
        let focus = outcomes.row(whose(view));
        let mut all = focus.into_iter().chain(&outcomes.rows);
        all.find_map(|row| self.of(row))
    }

    /// What the path on screen comes to for a policy (currency).
    fn here(self, view: &ViewModel, who: &Who) -> Option<f64> {
        let own = view.path.of(who)?.settlement.error;
        if self.gaps {
            let reference = view.outcomes.as_ref()?.reference.as_ref()?;
            let path = match reference.pin {
                None => &view.path,
                Some(place) => view.path.ghosts.get(place)?,
            };
            let other = path.of(reference.who.as_ref().unwrap_or(who).clone())?;
            Some(own - other.settlement.error)
        } else {
            Some(own)
        }
    }
}

/// Height that the table leaves to the plot.
const LEAST_PLOT: f32 = 96.0;

/// Whether the learned policy is asked for and there is none.
fn untrained(view: &ViewModel) -> bool {
    let selected = &view.scenario.strategies.selected;
    selected.contains(&Strategy::Learned) && view.learned.policy.is_none()
}

impl DistributionPanel {
    /// Draws it.
    pub fn ui(&mut self, ui: &mut Ui, view: &ViewModel, commands: &mut Commands) {
        let Some(outcomes) = &view.outcomes else {
            empty(
                ui,
                ui.available_height(),
                "Trying the strategies on the first paths …",
            );
            return;
        };
        if outcomes.rows.is_empty() {
            legend(ui, view, commands, |_| String::new());
            let text = "Select a strategy to compare under Strategies on the left.";
            empty(ui, ui.available_height(), text);
            return;
        }
        choice::ui(ui, view, outcomes, &mut self.sight, commands);
        let room = ui.available_height() - ui.spacing().item_spacing.y;
        let most = room - LEAST_PLOT;
        let table = table::Table::of(ui, view, outcomes, self.measures, most);
        let wanted = table.height().min((room - LEAST_PLOT).max(0.45 * room));
        if self.sight.shown(view, outcomes).is_some() {
            let plot = picture::ui(ui, view, outcomes, self.sight, &self.bins, room - wanted);
            self.bins.pick(view, outcomes, self.sight, &plot, commands);
        } else {
            let text = "Select another strategy to see how the two differ.";
            empty(ui, room - wanted, text);
        }
        ScrollArea::both()
            .auto_shrink([false, false])
            .show(ui, |ui| {
                table.ui(ui, view, &mut self.measures, commands);
            });
    }
}

/// What paths do: `gain 3.00 to 4.00`, `lose 1.00 to 2.00`.
fn range_text(view: &ViewModel, (from, to): (f64, f64)) -> String {
    let money = |x: f64| view.digits.money(x);
    if to <= 0.0 {
        format!("gain {} to {}", money(-to), money(-from))
    } else if from >= 0.0 {
        format!("lose {} to {}", money(from), money(to))
    } else {
        format!("gain up to {} or lose up to {}", money(-from), money(to))
    }
}

/// `Learned`, and why not another.
fn name(view: &ViewModel, of: Of<'_>) -> String {
    let shown = name_of(of.who());
    if *of.who() == whose(view) {
        format!("{shown}{}", super::instead(view))
    } else {
        shown.to_owned()
    }
}
