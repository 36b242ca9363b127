//! The course of a training run: loss and validation by iteration and by the clock, and how the
//! policy's curve bends.

use super::policy::{State, bends, spots};
use super::{PathView, spaced};
use crate::engine::{Milestone, Progress};
use crate::scenario::Strategy;
use egui_plot::PlotPoint;

/// Curves of the trail, the present one included.
const TRAIL: usize = 6;

/// What the training view shows.
#[derive(Clone, Debug, Default)]
pub struct TrainingView {
    /// Batches: iteration, seconds, loss (currency).
    pub losses: Vec<[f64; 3]>,
    pub checks: Vec<Check>,
    /// Iteration and seconds at which the run stands.
    pub now: [f64; 2],
    /// Objectives of the hedges that need no training (currency), those that are finite.
    pub marks: Vec<(Strategy, f64)>,
    /// What the run kept on its way: iterations.
    pub kept: Vec<u64>,
    /// Place in `kept` that is looked at, if that is not now.
    pub back: Option<usize>,
    /// What validation said of the policy that is kept, and of the one that is looked at.
    pub told: Option<[Check; 2]>,
    /// The policy's curve in the path's state, the oldest first, the one looked at last.
    pub trail: Vec<Bend>,
    /// Spots of the trail.
    pub spots: (f64, f64),
    /// What is held in that state, and where the path stands.
    pub here: Option<PlotPoint>,
}

/// One validation.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Check {
    /// Iteration and seconds.
    pub at: [f64; 2],
    /// The objective (currency).
    pub objective: f64,
    /// Its standard error against the best hedge without training, on common paths (currency).
    pub error: f64,
    /// How much lower it is than that hedge's (currency).
    pub gain: f64,
    /// Whether it was kept.
    pub kept: bool,
}

/// The policy's curve at a milestone.
#[derive(Clone, Debug)]
pub struct Bend {
    /// Iteration.
    pub iteration: u64,
    /// Position by spot.
    pub points: Vec<PlotPoint>,
}

impl TrainingView {
    /// The course of a run, with the policy's curves in the state of `path` at a date; `back` is the
    /// milestone that is looked at.
    #[must_use]
    pub fn new(
        progress: &Progress,
        path: &PathView,
        step: usize,
        back: Option<&Milestone>,
    ) -> Self {
        let report = &progress.report;
        let clock = Clock(&progress.clock);
        let losses = progress.losses.iter();
        let losses = losses.filter(|(_, loss)| loss.is_finite());
        let check = |checked: &crate::training::Checked| Check {
            at: clock.at(checked.iteration as f64),
            objective: checked.objective,
            error: checked.gain_se,
            gain: checked.gain,
            kept: checked.kept,
        };
        let marks = [
            (Strategy::Delta, report.delta),
            (Strategy::Leland, report.leland),
            (Strategy::SoftBand, report.soft_band),
        ];
        let kept: Vec<u64> = progress
            .milestones
            .iter()
            .map(|milestone| milestone.checked.iteration)
            .collect();
        let place = back.and_then(|back| {
            let last = kept.len().checked_sub(1)?;
            let place = kept.iter().position(|at| *at == back.checked.iteration)?;
            (place < last).then_some(place)
        });
        let looked_at = back.map_or(&report.kept, |back| &back.checked);
        let mut view = Self {
            losses: losses
                .map(|(at, loss)| {
                    let [iteration, seconds] = clock.at(*at);
                    [iteration, seconds, *loss]
                })
                .collect(),
            checks: report.history.iter().map(check).collect(),
            now: [report.iteration as f64, progress.elapsed.as_secs_f64()],
            marks: marks.into_iter().filter(|(_, x)| x.is_finite()).collect(),
            told: Some([check(&report.kept), check(looked_at)]),
            back: place,
            kept,
            ..Self::default()
        };
        view.bend(progress, path, step);
        view
    }

    fn bend(&mut self, progress: &Progress, path: &PathView, step: usize) {
        let scenario = &*progress.scenario;
        let step = step.min(scenario.steps.saturating_sub(1));
        let Some(hedge) = path.of(Strategy::Learned) else {
            return;
        };
        let Some(line) = hedge.ledger.get(step) else {
            return;
        };
        self.spots = spots(scenario, path);
        let last = self.kept.len().saturating_sub(1);
        let shown = trail(self.back.unwrap_or(last));
        let milestones = || shown.iter().filter_map(|i| progress.milestones.get(*i));
        let policies = milestones().map(|milestone| &milestone.policy);
        let bends = bends(
            scenario,
            policies,
            &hedge.carried,
            State::before(line),
            self.spots,
        );
        self.trail = milestones()
            .zip(bends)
            .map(|(milestone, points)| Bend {
                iteration: milestone.checked.iteration,
                points,
            })
            .collect();
        self.here = Some(PlotPoint::new(line.spot, line.position_before));
    }
}

/// Places of the trail up to `last`: evenly from the first on.
fn trail(last: usize) -> Vec<usize> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a place in a list"
    )]
    let whole = |x: f64| x.round() as usize;
    let mut places: Vec<usize> = spaced(0.0, last as f64, TRAIL).map(whole).collect();
    places.dedup();
    places
}

/// Seconds by iteration.
struct Clock<'a>(&'a [(f64, f64)]);

impl Clock<'_> {
    /// An iteration with its seconds, between two known ones evenly.
    fn at(&self, iteration: f64) -> [f64; 2] {
        let above = self.0.partition_point(|(at, _)| *at <= iteration);
        let before = above.checked_sub(1).and_then(|i| self.0.get(i));
        let (from, to) = match (before, self.0.get(above)) {
            (from, Some(to)) => (from.copied().unwrap_or_default(), *to),
            // Beyond the last it goes on as before.
            (Some(last), None) => {
                let before = above.checked_sub(2).and_then(|i| self.0.get(i));
                (before.copied().unwrap_or_default(), *last)
            }
            (None, None) => return [iteration, 0.0],
        };
        let pace = (to.1 - from.1) / (to.0 - from.0);
        let seconds = (iteration - from.0) * pace + from.1;
        [
            iteration,
            if seconds.is_finite() { seconds } else { from.1 },
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_stands_between_the_iterations_it_knows() {
        let clock = Clock(&[(10.0, 1.0), (20.0, 3.0)]);
        assert_eq!(clock.at(0.0), [0.0, 0.0]);
        assert_eq!(clock.at(5.0), [5.0, 0.5]);
        assert_eq!(clock.at(15.0), [15.0, 2.0]);
        assert_eq!(clock.at(25.0), [25.0, 4.0]);
        assert_eq!(Clock(&[]).at(7.0), [7.0, 0.0]);
    }

    #[test]
    fn a_trail_leads_from_the_first_to_the_one_looked_at() {
        assert_eq!(trail(0), [0]);
        assert_eq!(trail(2), [0, 1, 2]);
        assert_eq!(trail(30), [0, 6, 12, 18, 24, 30]);
    }
}
