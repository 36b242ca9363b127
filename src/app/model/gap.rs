//! How far from the best what is made at once is: measured where somebody asks; what a refinement gained; and,
//! where nothing was promised, whether a hedge without training is better.

use super::Model;
use crate::app::notice::Notice;
use crate::app::same::Same;
use crate::app::session::Cause;
use crate::app::view::{GapView, measured_words};
use crate::engine::{ContestRequest, Contestants, GapAnswer, GapRequest, Phase, Verdict};
use crate::policy::LearnedPolicy;
use crate::policy::conditioned::outside;
use crate::scenario::Scenario;
use crate::training::conditioned::Standing;
use crate::training::conditioned::gaps::{Excess, Gap};
use crate::training::{Interrupt, conditioned_policy};
use std::sync::Arc;

/// Paths on which a gap and a gain are measured.
const PATHS: usize = 100_000;
/// Answers and questions that are remembered, for whoever goes back and forth.
const REMEMBERED: usize = 16;

/// What was asked, and what came of it.
#[derive(Default)]
pub(super) struct Questions {
    /// Number of the last request of each kind.
    measurements: u64,
    contests: u64,
    /// The measurement under way, and what ends it.
    measuring: Option<(u64, Interrupt)>,
    measured: Vec<(Arc<Scenario>, Arc<Gap>)>,
    /// The scenario for which the rules were asked about last.
    standing_asked: Option<Same<Scenario>>,
    standing: Option<(Same<Scenario>, Standing)>,
    /// The training runs that refined something, and with what they began.
    refined: Vec<(u64, LearnedPolicy)>,
    /// The run of the contest under way where that is about a refinement.
    gain_asked: Option<u64>,
    gained: Vec<(u64, Excess)>,
}

/// Puts something last, and forgets the oldest of too many.
fn remember<T>(list: &mut Vec<T>, item: T) {
    list.push(item);
    if list.len() > REMEMBERED {
        list.remove(0);
    }
}

impl Model {
    /// Measures the gap on screen, in the background; what is measured already is given up.
    pub(super) fn measure_gap(&mut self) {
        if !self.session.learned.made {
            return;
        }
        self.stop_measuring();
        self.gaps.measurements += 1;
        let (run, stop) = (self.gaps.measurements, Interrupt::default());
        self.gaps.measuring = Some((run, stop.clone()));
        self.engine.measure_gap(GapRequest {
            run,
            scenario: self.session.scenario().clone(),
            paths: PATHS,
            stop,
        });
    }

    /// Gives up what is measured.
    pub(super) fn stop_measuring(&mut self) {
        if let Some((_, stop)) = self.gaps.measuring.take() {
            stop.raise();
        }
    }

    /// A worker broke down; what it was asked is not waited for.
    pub(super) fn gap_worker_broke_down(&mut self, worker: &str) {
        // A contest is not asked for again: it would break down again.
        if worker == "measurement" {
            self.gaps.measuring = None;
        }
    }

    /// A run refines a policy.
    pub(super) fn refines(&mut self, run: u64, before: LearnedPolicy) {
        remember(&mut self.gaps.refined, (run, before));
    }

    /// Whether what is on screen was made at once, by nobody refined, where nothing was promised of it.
    pub(super) fn is_beyond(&self) -> bool {
        let session = &self.session;
        let learned = &session.learned;
        let made = learned.made && learned.run.is_none() && learned.policy.is_some();
        let free = session.lesson().is_none() && session.hand.is_none();
        made && free && session.differs().is_empty() && !outside(session.scenario()).is_empty()
    }

    /// Hears what came of contests and measurements, and asks what is to be asked.
    pub(super) fn see_to_gaps(&mut self) {
        self.hear_contest();
        self.hear_gap();
        self.ask_standing();
        self.ask_gain();
    }

    /// Asks how what was made stands to delta and Leland, once the hand rests.
    fn ask_standing(&mut self) {
        if self.retrain_at.is_some() || !self.is_beyond() {
            return;
        }
        let scenario = self.session.scenario().clone();
        let wanted = Some(Same::of(&scenario));
        if self.gaps.standing_asked == wanted {
            return;
        }
        self.gaps.standing_asked = wanted;
        if let Ok(made) = conditioned_policy().policy(&scenario) {
            self.compare(scenario, Contestants::Rules(made));
        }
    }

    /// Asks what a refinement gained that has come to its end.
    fn ask_gain(&mut self) {
        let learned = &self.session.learned;
        let (Some(run), true, Some(after)) = (learned.run, learned.made, &learned.policy) else {
            return;
        };
        let over = matches!(
            self.session.shown_phase(),
            Some(Phase::Finished | Phase::Stopped)
        );
        let gaps = &self.gaps;
        let known = gaps.gained.iter().any(|(known, _)| *known == run);
        if !over || known || gaps.gain_asked == Some(run) {
            return;
        }
        let before = gaps.refined.iter().find(|(known, _)| *known == run);
        if let Some((_, before)) = before {
            let (before, after) = (before.clone(), after.clone());
            let scenario = Arc::new(after.trained_for().clone());
            self.gaps.gain_asked = Some(run);
            self.compare(
                scenario,
                Contestants::Refined {
                    before,
                    after,
                    paths: PATHS,
                },
            );
        }
    }

    /// Of what was asked before and not answered, nothing will come.
    fn compare(&mut self, scenario: Arc<Scenario>, of: Contestants) {
        let gaps = &mut self.gaps;
        match of {
            Contestants::Rules(_) => gaps.gain_asked = None,
            Contestants::Refined { .. } => {
                let answered = gaps.standing.as_ref().map(|(of, _)| Same::of(&of.0));
                gaps.standing_asked = answered;
            }
        }
        gaps.contests += 1;
        self.engine.compare(ContestRequest {
            run: self.gaps.contests,
            scenario,
            of,
        });
    }

    fn hear_contest(&mut self) {
        let found = self.engine.contest();
        let Some(found) = found.filter(|found| found.run == self.gaps.contests) else {
            return;
        };
        match found.verdict {
            Verdict::Gained(gained) => {
                if let Some(run) = self.gaps.gain_asked.take() {
                    remember(&mut self.gaps.gained, (run, gained));
                }
            }
            Verdict::Standing(standing) => self.hear_standing(standing),
        }
    }

    /// Puts the better hedge in the place of what was made, and betters that.
    fn hear_standing(&mut self, standing: Standing) {
        let Some(asked) = self.gaps.standing_asked.as_ref() else {
            return;
        };
        let known = self.gaps.standing.as_ref();
        if known.is_some_and(|(of, _)| of == asked) {
            return;
        }
        let asked = Same::of(&asked.0);
        let still = asked == Same::of(self.session.scenario()) && self.is_beyond();
        self.gaps.standing = Some((asked, standing));
        if still {
            if standing.prefers_rule() {
                self.session.stand_in(standing.rule);
            }
            self.retrain(Cause::Edit);
        }
    }

    fn hear_gap(&mut self) {
        let run = self.gaps.measuring.as_ref().map(|(run, _)| *run);
        let found = self.engine.gap().filter(|found| Some(found.run) == run);
        let Some(found) = found else { return };
        match &found.answer {
            GapAnswer::Share(_) => return,
            GapAnswer::Measured(gap) => {
                let of = (found.scenario.clone(), gap.clone());
                self.tell(Notice::info(measured_words(gap)));
                remember(&mut self.gaps.measured, of);
            }
            GapAnswer::Stopped => {}
            GapAnswer::Failed(reason) => {
                let reason = reason.clone();
                self.tell(Notice::error("The gap could not be measured", reason));
            }
        }
        self.gaps.measuring = None;
    }

    /// What is known of the gap on screen.
    pub(super) fn gap_view(&self) -> GapView {
        let (session, gaps) = (&self.session, &self.gaps);
        let scenario = session.scenario();
        let measuring = gaps.measuring.as_ref().map(|(run, _)| {
            let found = self.engine.gap().filter(|found| found.run == *run);
            match found.as_ref().map(|found| &found.answer) {
                Some(GapAnswer::Share(share)) => *share,
                _ => 0.0,
            }
        });
        let of_this = |(of, _): &&(Arc<Scenario>, Arc<Gap>)| of == scenario;
        let measured = gaps.measured.iter().rev().find(of_this);
        let standing = gaps.standing.as_ref();
        let standing = standing.filter(|(of, _)| Arc::ptr_eq(&of.0, scenario));
        let of_run = |(run, _): &&(u64, Excess)| Some(*run) == session.learned.run;
        GapView {
            measuring,
            measured: measured.map(|(_, gap)| gap.clone()),
            standing: standing.map(|(_, standing)| *standing),
            gained: gaps.gained.iter().find(of_run).map(|(_, gained)| *gained),
        }
    }
}
