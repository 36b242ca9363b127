//! A lesson that is being taken: where one is in it, what one answered, and the person's own work, which
//! waits until one leaves.

use super::history::History;
use super::{Compared, Learned, Place, Session};
use crate::app::document::{Document, Origin};
use crate::app::view::{PolicyChart, Probe};
use crate::engine::{Pin, Pinned};
use crate::lessons::{Answer, Chart, Question, Ready, Stage, Step, Truth};
use crate::policy::Who;
use crate::presets;
use std::sync::Arc;

/// A lesson that is being taken.
pub struct Taken {
    pub ready: Arc<Ready>,
    /// The step that one is at.
    pub step: usize,
    /// What became of each step.
    pub steps: Vec<Progress>,
    /// The view is looked at in whose place one drew.
    pub uncovered: bool,
    /// Counts what happened in it.
    pub version: u64,
    before: Box<Work>,
}

/// What became of a step.
#[derive(Clone, Debug, Default)]
pub struct Progress {
    /// What one is about to answer.
    pub draft: Option<Answer>,
    pub state: State,
    /// Which of a task's goals hold.
    pub goals: Vec<bool>,
}

/// How far a step is.
#[derive(Clone, Debug, Default)]
pub enum State {
    /// It waits for an answer, or for what is to be done.
    #[default]
    Open,
    /// It was answered, or skipped, and what is true is being measured.
    Measuring { ticket: u64, skipped: bool },
    /// It is told.
    Told(Told),
}

/// What one answered and what is true.
#[derive(Clone, Debug)]
pub struct Told {
    /// Absent where it was skipped, or where there was a task.
    pub answer: Option<Answer>,
    pub truth: Result<Truth, String>,
    /// How far off, in the question's unit.
    pub apart: Option<f64>,
    /// Whether that is near enough; absent where it was skipped.
    pub right: Option<bool>,
}

/// A person's own work, as it was when the lesson began.
struct Work {
    place: Place,
    learned: Learned,
    pins: Vec<Pin>,
    history: History,
    step: usize,
    focus: Who,
    reference: Compared,
    look: (PolicyChart, Probe),
    linked_sides: bool,
    auto_retrain: bool,
    looking_back: Option<(u64, u64)>,
}

/// What of the session is the person's own, whatever a lesson shows.
pub struct Own<'a> {
    pub place: &'a Place,
    pub learned: &'a Learned,
    pub pins: &'a [Pin],
    pub step: usize,
    pub focus: &'a Who,
    pub reference: &'a Compared,
    pub look: (PolicyChart, Probe),
    pub linked_sides: bool,
    pub auto_retrain: bool,
}

impl Taken {
    /// The step that one is at.
    #[must_use]
    pub fn present(&self) -> &Step {
        &self.ready.lesson.steps[self.step]
    }

    /// What became of it so far.
    #[must_use]
    pub fn progress(&self) -> &Progress {
        &self.steps[self.step]
    }

    /// Whether the step has still to be answered or done.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.present().asks() && !matches!(self.progress().state, State::Told(_))
    }

    /// Changes what became of the step.
    pub fn change(&mut self, change: impl FnOnce(&mut Progress)) {
        change(&mut self.steps[self.step]);
        self.version += 1;
    }

    /// The question, while one has not answered it yet.
    #[must_use]
    pub fn open_question(&self) -> Option<&Question> {
        let question = self.present().question.as_ref();
        question.filter(|_| matches!(self.progress().state, State::Open))
    }
}

impl Session {
    /// The lesson that is being taken.
    #[must_use]
    pub fn lesson(&self) -> Option<&Taken> {
        self.lesson.as_ref()
    }

    /// The same, to change what happens in it.
    pub fn lesson_mut(&mut self) -> Option<&mut Taken> {
        self.lesson.as_mut()
    }

    /// Begins a lesson at its first step; the person's work waits.
    pub fn begin_lesson(&mut self, ready: Arc<Ready>) {
        self.leave_lesson();
        let before = Box::new(Work {
            place: self.place.clone(),
            learned: self.learned.clone(),
            pins: self.pins.clone(),
            history: std::mem::take(&mut self.history),
            step: self.step,
            focus: self.focus.clone(),
            reference: self.reference.clone(),
            look: (self.chart, self.probe),
            linked_sides: self.linked_sides,
            auto_retrain: std::mem::take(&mut self.auto_retrain),
            looking_back: self.looking_back.take(),
        });
        let steps = vec![Progress::default(); ready.lesson.steps.len()];
        self.lesson = Some(Taken {
            ready,
            step: 0,
            steps,
            uncovered: false,
            version: 0,
            before,
        });
        self.set_up();
    }

    /// Goes to a step of the lesson; whether there is one.
    pub fn go_to_lesson_step(&mut self, step: usize) -> bool {
        let Some(lesson) = &mut self.lesson else {
            return false;
        };
        if step >= lesson.steps.len() {
            return false;
        }
        let back = step < lesson.step;
        lesson.step = step;
        lesson.uncovered = false;
        lesson.version += 1;
        // On the way on, a step without a setup goes on with what is there.
        if back || lesson.ready.stages[step].is_some() {
            self.set_up();
        }
        true
    }

    /// Puts on screen what the step is about, as one step that undo takes back whole.
    pub fn set_up(&mut self) {
        let Some(lesson) = &self.lesson else { return };
        let ready = lesson.ready.clone();
        let Some(stage) = ready.stage(lesson.step) else {
            return;
        };
        let mut document = Document::new(origin(&stage.place), stage.written.clone());
        document.put(Arc::new(stage.scenario.clone()));
        let pins: Vec<Pin> = stage.pins.iter().map(pin).collect();
        let place = Place {
            shown: stage.setup.path,
            ..Place::new(document, stage.learned.clone(), Some(pins.clone()))
        };
        let learned = Learned::still(stage.learned.clone());
        self.show(place, learned, pins);
        self.link_sides(true);
        self.look_afresh();
        self.reference = Compared::default();
        self.step = ready.date(lesson_step(self.lesson.as_ref()));
        if let Some(focus) = stage.setup.focus {
            self.focus = focus.into();
        }
        if let Some(chart) = stage.setup.chart {
            self.chart = chart_of(chart);
        }
    }

    /// What is on screen, as the stage that the lesson's questions are asked on.
    #[must_use]
    pub fn live_stage(&self) -> Option<Stage> {
        let lesson = self.lesson.as_ref()?;
        let stage = lesson.ready.stage(lesson.step)?;
        let mut live = stage.clone();
        live.scenario = self.scenario().as_ref().clone();
        live.learned.clone_from(&self.learned.policy);
        live.setup.path = self.place.shown;
        Some(live)
    }

    /// Leaves the lesson: the person's work is as it was. Whether there was a lesson.
    pub fn leave_lesson(&mut self) -> bool {
        let Some(Taken { before, .. }) = self.lesson.take() else {
            return false;
        };
        let work = *before;
        self.place = work.place;
        self.learned = work.learned;
        self.pins = work.pins;
        self.history = work.history;
        self.step = work.step;
        self.focus = work.focus;
        self.reference = work.reference;
        (self.chart, self.probe) = work.look;
        self.linked_sides = work.linked_sides;
        self.auto_retrain = work.auto_retrain;
        self.looking_back = work.looking_back;
        self.playing = false;
        true
    }

    /// Leaves the lesson and takes along what it shows, as one step over the person's work.
    pub fn take_from_lesson(&mut self) -> bool {
        let shown = (self.place.clone(), self.learned.clone(), self.pins.clone());
        let step = self.step;
        if !self.leave_lesson() {
            return false;
        }
        let (place, learned, pins) = shown;
        self.show(place, learned, pins);
        self.look_afresh();
        self.step = step.min(self.scenario().steps);
        true
    }

    /// The person's own work, which waits while a lesson is taken.
    #[must_use]
    pub fn own(&self) -> Own<'_> {
        match &self.lesson {
            Some(Taken { before, .. }) => Own {
                place: &before.place,
                learned: &before.learned,
                pins: &before.pins,
                step: before.step,
                focus: &before.focus,
                reference: &before.reference,
                look: before.look,
                linked_sides: before.linked_sides,
                auto_retrain: before.auto_retrain,
            },
            None => Own {
                place: &self.place,
                learned: &self.learned,
                pins: &self.pins,
                step: self.step,
                focus: &self.focus,
                reference: &self.reference,
                look: (self.chart, self.probe),
                linked_sides: self.linked_sides,
                auto_retrain: self.auto_retrain,
            },
        }
    }

    /// The place of the person's own work, where a file was saved or renamed meanwhile.
    pub(super) fn own_place(&mut self) -> &mut Place {
        match &mut self.lesson {
            Some(Taken { before, .. }) => &mut before.place,
            None => &mut self.place,
        }
    }
}

fn lesson_step(lesson: Option<&Taken>) -> usize {
    lesson.map_or(0, |lesson| lesson.step)
}

fn origin(place: &presets::Place) -> Origin {
    match place {
        presets::Place::BuiltIn(name) => Origin::BuiltIn((*name).to_owned()),
        presets::Place::File(path) => Origin::File(path.clone()),
    }
}

fn pin(staged: &crate::lessons::StagedPin) -> Pin {
    Pin {
        label: staged.label.clone(),
        pinned: Arc::new(Pinned::new(&staged.scenario, staged.learned.clone())),
    }
}

fn chart_of(chart: Chart) -> PolicyChart {
    match chart {
        Chart::Value => PolicyChart::Curves,
        Chart::Position => PolicyChart::ByPosition,
        Chart::AskMemory => PolicyChart::ByAskMemory,
        Chart::BidMemory => PolicyChart::ByBidMemory,
        Chart::Date => PolicyChart::ByDate,
        Chart::Paper => PolicyChart::PaperFigure,
        Chart::MapPosition => PolicyChart::SpotPosition,
        Chart::MapDate => PolicyChart::SpotTime,
    }
}
