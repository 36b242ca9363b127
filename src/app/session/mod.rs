//! The session: everything that is true of the window's work. What is drawn follows from it (see
//! `derived`) and is never written back.

mod at_once;
mod hand;
mod history;
mod lesson;
mod pins;
mod run;

pub use hand::{Hand, Hedged, next_path};
pub use history::{Change, Place};
pub use lesson::{Own, Progress as LessonProgress, State as LessonState, Taken, Told};
pub use pins::Compared;
pub use run::{Cause, Heard, Run};

use super::command::Hover;
use super::document::{Document, Grain};
use super::link;
use super::view::{PolicyChart, Probe};
use crate::engine::{Milestone, Phase, Pin, Progress, Save};
use crate::explore;
use crate::hand::Challenge;
use crate::market::{Paths, Sampling};
use crate::policy::{LearnedPolicy, Who};
use crate::scenario::fields::{FIELDS, Field};
use crate::scenario::{Scenario, Strategy};
use crate::sweep::Wish;
use history::History;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Files remembered in the menu.
const RECENT: usize = 8;

/// The learned policy on screen.
#[derive(Clone, Debug, Default)]
pub struct Learned {
    pub policy: Option<LearnedPolicy>,
    /// The training run that it follows.
    pub run: Option<u64>,
    /// Whether it was made for the scenario at once, or refined from one that was: it then gives way
    /// to another one when the scenario moves.
    pub made: bool,
}

impl Learned {
    /// A policy that no run moves on.
    #[must_use]
    pub fn still(policy: Option<LearnedPolicy>) -> Self {
        Self {
            policy,
            run: None,
            made: false,
        }
    }

    /// The policy, if it is another than the one that was `brought`.
    #[must_use]
    pub fn new_policy(&self, brought: Option<&LearnedPolicy>) -> Option<&LearnedPolicy> {
        let now = self.policy.as_ref().filter(|_| !self.made)?;
        brought
            .is_none_or(|brought| !now.is_same(brought))
            .then_some(now)
    }
}

/// Against what the price is shown at first: how much size costs.
fn first_swept() -> &'static Field {
    Field::find("order_book.ask_exponent").unwrap_or(&FIELDS[0])
}

/// What is true.
#[expect(clippy::struct_excessive_bools, reason = "independent switches")]
pub struct Session {
    /// What is being edited, and what it brought.
    pub place: Place,
    /// The learned policy on screen.
    pub learned: Learned,
    /// The training run.
    pub run: Run,
    /// Unfinished runs that gave way to others, as they were then.
    pub parked: Vec<Arc<Progress>>,
    history: History,
    /// Date under the time cursor, from 0 to `steps`.
    pub step: usize,
    pub playing: bool,
    /// Dates a second while playing.
    pub speed: f64,
    pub focus: Who,
    /// With whom the others are compared.
    pub reference: Compared,
    pub hover: Hover,
    pub chart: PolicyChart,
    /// The state that the policy is looked at in.
    pub probe: Probe,
    /// Whether the run on screen follows an edit by itself.
    pub started_by_itself: bool,
    /// Run and iteration of the milestone that is looked at, instead of what is kept now.
    looking_back: Option<(u64, u64)>,
    pub linked_sides: bool,
    pub relative_prices: bool,
    pub auto_retrain: bool,
    /// Whether a learned policy is made for whatever is on screen, where nobody trained or loaded one.
    pub answers_at_once: bool,
    /// The parameter against which the price is shown.
    pub swept: &'static Field,
    /// How the explorer shows the policy.
    pub explored: explore::Look,
    /// Which figure of a sweep is shown, and how its axes lie.
    pub sweep_wish: Wish,
    /// Scenarios laid beside the present one.
    pins: Vec<Pin>,
    /// Files opened lately, the last one first.
    pub recent: Vec<PathBuf>,
    lesson: Option<Taken>,
    /// The hedge by hand that is played instead of looking at the document.
    pub hand: Option<Hand>,
    /// Paths that were hedged by hand, by their challenge.
    hedged: Vec<(Challenge, Vec<Hedged>)>,
}

impl Session {
    /// A session that begins with `document` and what it brings: its policy, and pins where it is a
    /// set.
    #[must_use]
    pub fn new(document: Document, brought: Option<LearnedPolicy>, pins: Option<Vec<Pin>>) -> Self {
        let place = Place::new(document, brought, pins);
        let learned = Learned::still(place.brought.clone());
        let mut session = Self {
            pins: place.brought_pins.clone().unwrap_or_default(),
            place,
            learned,
            run: Run::Idle,
            parked: Vec::new(),
            history: History::default(),
            step: 0,
            playing: false,
            speed: 2.0,
            focus: Strategy::Learned.into(),
            reference: Compared::default(),
            hover: Hover::default(),
            chart: PolicyChart::default(),
            probe: Probe::default(),
            started_by_itself: false,
            looking_back: None,
            linked_sides: true,
            swept: first_swept(),
            explored: explore::Look::default(),
            sweep_wish: Wish::default(),
            relative_prices: true,
            auto_retrain: false,
            answers_at_once: false,
            recent: Vec::new(),
            lesson: None,
            hand: None,
            hedged: Vec::new(),
        };
        session.look_afresh();
        session
    }

    /// The scenario being edited.
    #[must_use]
    pub fn scenario(&self) -> &Arc<Scenario> {
        self.place.document.scenario()
    }

    /// The learned policies on screen.
    #[must_use]
    pub fn learned(&self) -> &[LearnedPolicy] {
        self.learned.policy.as_slice()
    }

    /// The middle of the path, with the eye on the first strategy of interest.
    fn look_afresh(&mut self) {
        self.fit();
        self.step = self.scenario().steps / 2;
        self.playing = false;
        self.probe = Probe::default();
        self.explored.chosen = explore::Chosen::default();
        let selected = &self.scenario().strategies.selected;
        let has = |strategy: &Strategy| {
            let there = *strategy != Strategy::Learned || self.learned.policy.is_some();
            selected.contains(strategy) && there
        };
        let first = [Strategy::Learned, Strategy::Delta]
            .into_iter()
            .find(|strategy| has(strategy));
        let focus = first.or(selected.first().copied());
        self.focus = focus.unwrap_or(Strategy::Delta).into();
        if let Some(chart) = self.place.document.origin().chart() {
            self.chart = chart;
        }
    }

    /// Shows another document, as one step that undo takes back whole. Pins that a set brought go with
    /// it; those of one's own stay, unless the next one brings others.
    pub fn open(
        &mut self,
        document: Document,
        brought: Option<LearnedPolicy>,
        pins: Option<Vec<Pin>>,
    ) {
        let place = Place::new(document, brought, pins);
        let learned = Learned::still(place.brought.clone());
        let pins = match &place.brought_pins {
            Some(pins) => pins.clone(),
            None => self.own_pins(),
        };
        self.show(place, learned, pins);
        self.follow();
        self.look_afresh();
    }

    /// Puts all that is shown in the place of what is there, as one step that undo takes back whole.
    fn show(&mut self, place: Place, learned: Learned, pins: Vec<Pin>) {
        self.history.remember(Change {
            place: Some(std::mem::replace(&mut self.place, place)),
            learned: Some(std::mem::replace(&mut self.learned, learned)),
            pins: Some(std::mem::replace(&mut self.pins, pins)),
            step: Some(self.step),
            look: Some((self.chart, self.probe)),
            ..Change::default()
        });
    }

    /// Puts another scenario in the place of the present one.
    pub fn edit(&mut self, scenario: Arc<Scenario>, grain: Grain, field: Option<&'static str>) {
        if scenario == *self.scenario() {
            return;
        }
        if !self.history.drag_goes_on(grain, field) {
            self.history.remember(Change {
                scenario: Some(self.scenario().clone()),
                ..Change::default()
            });
        }
        self.history.drag(grain, field);
        self.place.document.put(scenario);
        self.fit();
        self.follow();
    }

    /// Back to what was opened, scenario and policy, as one step.
    pub fn revert(&mut self) {
        let brought = Learned::still(self.place.brought.clone());
        if !self.is_modified() {
            return;
        }
        let pins = self.place.brought_pins.clone();
        self.history.remember(Change {
            scenario: Some(self.scenario().clone()),
            learned: Some(std::mem::replace(&mut self.learned, brought)),
            pins: pins.map(|pins| std::mem::replace(&mut self.pins, pins)),
            ..Change::default()
        });
        let base = self.place.document.base().clone();
        self.place.document.put(base);
        self.fit();
        self.follow();
    }

    /// Takes another policy; the present one is one step back. A policy that came by itself, after
    /// an edit, belongs to that edit's step.
    pub fn take_policy(&mut self, learned: Learned, by_itself: bool) {
        let before = std::mem::replace(&mut self.learned, learned);
        self.history.remember_policy(before, by_itself);
    }

    /// Number of the path on screen; absent for one that the preset brings.
    #[must_use]
    pub fn path_number(&self) -> Option<u64> {
        let first = || self.scenario().shown_path.is_none().then_some(0);
        let number = self.place.shown.or_else(first)?;
        Some(self.paths().within(number))
    }

    /// The paths of the scenario, those that are evaluated on.
    #[must_use]
    pub fn paths(&self) -> Paths {
        let scenario = self.scenario();
        Paths::new(scenario, Sampling::evaluation(scenario.seed))
    }

    /// The state of the training run whose policy is on screen.
    #[must_use]
    pub fn shown_run(&self) -> Option<&Arc<Progress>> {
        let shown = |progress: &&Arc<Progress>| Some(progress.run) == self.learned.run;
        let present = self.run.progress().filter(shown);
        present.or_else(|| self.parked.iter().find(shown))
    }

    /// The state of the training run of the person's own work.
    #[must_use]
    pub fn own_run(&self) -> Option<&Arc<Progress>> {
        let run = self.own().learned.run;
        let known = self.run.progress().into_iter().chain(&self.parked);
        known.into_iter().find(|progress| Some(progress.run) == run)
    }

    /// Looks at the policy otherwise, as a step that undo takes back.
    pub fn look(&mut self, look: (PolicyChart, Probe)) {
        let before = (self.chart, self.probe);
        if look != before {
            self.history.remember_look(before, look);
            (self.chart, self.probe) = look;
        }
    }

    /// Whether the run that is asked for, or else the one there is, follows an edit by itself.
    #[must_use]
    pub fn retrains(&self) -> bool {
        match self.run {
            Run::Starting { cause, .. } => cause.follows_an_edit(),
            _ => self.started_by_itself,
        }
    }

    /// Looks at what the run on screen kept at an iteration, or at what is kept now.
    pub fn look_back(&mut self, iteration: Option<u64>) {
        self.looking_back = self.learned.run.zip(iteration);
    }

    /// What is looked at instead of what is kept now, while its run is on screen.
    #[must_use]
    pub fn looking_back(&self) -> Option<&Milestone> {
        let (run, iteration) = self.looking_back?;
        let shown = self.shown_run().filter(|shown| shown.run == run)?;
        let mut milestones = shown.milestones.iter();
        milestones.find(|milestone| milestone.checked.iteration >= iteration)
    }

    /// Whether that run gave way to another one, and waits.
    #[must_use]
    pub fn shown_is_parked(&self) -> bool {
        let shown = |parked: &Arc<Progress>| Some(parked.run) == self.learned.run;
        self.parked.iter().any(shown)
    }

    /// Keeps a run in mind that gave way to another one.
    pub fn park(&mut self, left: Option<Arc<Progress>>) {
        let waiting = left.map(|progress| {
            Arc::new(Progress {
                phase: Phase::Paused,
                throughput: None,
                left: None,
                ..progress.as_ref().clone()
            })
        });
        self.parked.extend(waiting);
    }

    /// What that run is doing.
    #[must_use]
    pub fn shown_phase(&self) -> Option<Phase> {
        self.shown_run().map(|progress| progress.phase)
    }

    /// Whether the run on screen is stepping.
    #[must_use]
    pub fn is_training(&self) -> bool {
        self.shown_phase() == Some(Phase::Running)
    }

    /// The hand let go: the next drag is a step of its own.
    pub fn end_drag(&mut self) {
        self.history.drag(Grain::Whole, None);
    }

    /// Takes the last step back; whether there was one.
    pub fn undo(&mut self) -> bool {
        let Some(change) = self.history.past.pop() else {
            return false;
        };
        let inverse = self.swap(change);
        self.history.future.push(inverse);
        self.history.steps += 1;
        true
    }

    /// Does a step again that was taken back; whether there was one.
    pub fn redo(&mut self) -> bool {
        let Some(change) = self.history.future.pop() else {
            return false;
        };
        let inverse = self.swap(change);
        self.history.past.push(inverse);
        self.history.steps += 1;
        true
    }

    /// Steps taken, taken back and done again: another number wherever undo would lead elsewhere.
    #[must_use]
    pub fn steps(&self) -> u64 {
        self.history.steps
    }

    /// Whether there is a step to take back, and one to do again.
    #[must_use]
    pub fn can_undo_redo(&self) -> (bool, bool) {
        (
            !self.history.past.is_empty(),
            !self.history.future.is_empty(),
        )
    }

    /// Puts in what a step holds, and gives back what was there.
    fn swap(&mut self, change: Change) -> Change {
        self.history.drag(Grain::Whole, None);
        let inverse = Change {
            scenario: change.scenario.is_some().then(|| self.scenario().clone()),
            place: change.place.map(|place| {
                self.playing = false;
                std::mem::replace(&mut self.place, place)
            }),
            learned: change
                .learned
                .map(|learned| std::mem::replace(&mut self.learned, learned)),
            step: change
                .step
                .map(|step| std::mem::replace(&mut self.step, step)),
            look: change.look.map(|look| {
                let before = (self.chart, self.probe);
                (self.chart, self.probe) = look;
                before
            }),
            pins: change
                .pins
                .map(|pins| std::mem::replace(&mut self.pins, pins)),
        };
        if let Some(scenario) = change.scenario {
            self.place.document.put(scenario);
        }
        self.fit();
        self.follow();
        inverse
    }

    /// What no longer exists in the present scenario is left.
    fn fit(&mut self) {
        self.step = self.step.min(self.scenario().steps);
        self.link_sides(self.linked_sides);
    }

    /// Ask and bid move together from now on, unless they are not alike.
    pub fn link_sides(&mut self, linked: bool) {
        self.linked_sides = linked && link::alike(self.scenario());
    }

    /// Whether something would be lost by leaving without saving: the scenario, the policy or the
    /// pins of a set are others than what was opened or saved.
    #[must_use]
    pub fn is_modified(&self) -> bool {
        self.place.document.is_modified() || self.policy_is_new() || self.pins_are_new()
    }

    /// Whether the policy on screen is another than the one that was opened or saved.
    #[must_use]
    pub fn policy_is_new(&self) -> bool {
        let brought = self.place.brought.as_ref();
        self.learned.new_policy(brought).is_some()
    }

    /// Scenario, policy and pins were written to a file, which is where they come from from now on.
    pub fn saved(&mut self, save: Save) {
        let place = self.own_place();
        place.document.saved(save.path.clone(), save.scenario);
        place.brought = save.policy;
        place.brought_pins = save.pins;
        self.remember_file(save.path);
    }

    /// A file has another name now.
    pub fn moved_file(&mut self, from: &Path, to: &Path) {
        self.own_place().document.moved(from, to);
        for path in &mut self.recent {
            if path == from {
                to.clone_into(path);
            }
        }
    }

    /// Paths of a challenge that were hedged to their end, in that order.
    #[must_use]
    pub fn hedged(&self, challenge: &Challenge) -> &[Hedged] {
        let known = self.hedged.iter().find(|(known, _)| known == challenge);
        known.map_or(&[], |(_, hedged)| hedged)
    }

    /// Remembers a path that was hedged to its end.
    pub fn remember_hedged(&mut self, challenge: &Challenge, path: Hedged) {
        match self.hedged.iter_mut().find(|(known, _)| known == challenge) {
            Some((_, hedged)) => hedged.push(path),
            None => self.hedged.push((challenge.clone(), vec![path])),
        }
    }

    /// Puts a file first in the menu.
    pub fn remember_file(&mut self, path: PathBuf) {
        self.recent.retain(|known| *known != path);
        self.recent.insert(0, path);
        self.recent.truncate(RECENT);
    }
}

#[cfg(test)]
mod tests;
