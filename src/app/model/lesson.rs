//! Taking a lesson: what is asked of the tutor, and what becomes of its answers.

use super::Model;
use crate::app::command::LessonCommand;
use crate::app::notice::Notice;
use crate::app::same::Same;
use crate::app::session::{LessonProgress, LessonState, Taken, Told};
use crate::engine::{Order, TutorJob, TutorNews};
use crate::lessons::{Answer, Question, Ready, Truth, apart};
use crate::logbook::{self, Done};
use crate::policy::LearnedPolicy;
use crate::scenario::Scenario;
use crate::units::ContentHash;
use std::sync::Arc;

/// What was asked of the tutor.
#[derive(Debug, Default)]
pub(super) struct Tutoring {
    tickets: u64,
    /// The screen on which goals were measured last, and the ticket.
    goals: Option<(GoalsKey, u64)>,
    /// The training run that was stepping when the lesson began, and goes on when one leaves.
    training: Option<u64>,
}

/// All that a task's goals are measured on: step, scenario, policy and path.
type GoalsKey = (usize, Same<Scenario>, Option<LearnedPolicy>, Option<u64>);

impl Model {
    pub(super) fn apply_lesson(&mut self, command: LessonCommand) {
        match command {
            LessonCommand::Begin(name) => self.engine.tutor().ask(TutorJob::Open(name)),
            LessonCommand::Draft(answer) => {
                if let Some(lesson) = self.session.lesson_mut() {
                    lesson.change(|step| step.draft = Some(answer));
                }
            }
            LessonCommand::Answer => self.answer(false),
            LessonCommand::Skip => self.answer(true),
            LessonCommand::Next => self.turn(1),
            LessonCommand::Back => self.turn(-1),
            LessonCommand::SetUp => {
                self.session.set_up();
                self.moved();
            }
            LessonCommand::Uncover(uncovered) => {
                if let Some(lesson) = self.session.lesson_mut() {
                    lesson.uncovered = uncovered;
                    lesson.change(|_| {});
                }
            }
            LessonCommand::Leave => self.leave_lesson(),
            LessonCommand::Take => {
                if self.session.take_from_lesson() {
                    self.moved();
                }
            }
        }
    }

    /// Back to the person's own work, if there is a lesson.
    pub(super) fn leave_lesson(&mut self) {
        if self.session.leave_lesson() {
            self.moved();
            let waits = self.tutoring.training.take();
            let shown = waits.is_some() && waits == self.session.learned.run;
            if shown && !self.session.shown_is_parked() {
                self.order(|run| Order::Resume { run });
            }
        }
    }

    fn begin_lesson(&mut self, ready: Ready) {
        self.leave_lesson();
        self.leave_hand();
        let training = self.session.is_training();
        self.tutoring.training = self.session.learned.run.filter(|_| training);
        self.tutoring.goals = None;
        self.session.begin_lesson(Arc::new(ready));
        self.moved();
        // One may have been written since the last look.
        self.engine.tutor().ask(TutorJob::List);
    }

    /// On, or back. A step that asks must be answered or skipped first.
    fn turn(&mut self, by: isize) {
        let Some(lesson) = self.session.lesson() else {
            return;
        };
        if by > 0 && lesson.is_open() {
            return;
        }
        let to = lesson.step.saturating_add_signed(by);
        if to != lesson.step && self.session.go_to_lesson_step(to) {
            self.moved();
        }
    }

    fn answer(&mut self, skipped: bool) {
        self.tutoring.tickets += 1;
        let ticket = self.tutoring.tickets;
        let Some(lesson) = self.session.lesson_mut() else {
            return;
        };
        if !matches!(lesson.progress().state, LessonState::Open) {
            return;
        }
        let question = lesson.present().question.clone();
        let Some(question) = question else {
            if skipped && lesson.present().task.is_some() {
                lesson.change(|step| step.state = LessonState::Told(done()));
                self.record_task(false);
            }
            return;
        };
        if !skipped && lesson.progress().draft.is_none() {
            return;
        }
        lesson.change(|step| step.state = LessonState::Measuring { ticket, skipped });
        // Of what was set up, whatever a hand did to it since: the same for everybody.
        let date = lesson.ready.date(lesson.step);
        if let Some(stage) = lesson.ready.stage(lesson.step).cloned() {
            self.engine.tutor().ask(TutorJob::Truth {
                ticket,
                question: Box::new(question),
                stage: Box::new(stage),
                date,
            });
        }
    }

    /// Has the goals of a task measured on what is on screen, if that is another than before.
    pub(super) fn ask_tutor(&mut self) {
        let open = |lesson: &&Taken| lesson.is_open();
        let Some(lesson) = self.session.lesson().filter(open) else {
            return;
        };
        let Some(task) = &lesson.present().task else {
            return;
        };
        let key = (
            lesson.step,
            Same::of(self.session.scenario()),
            self.session.learned.policy.clone(),
            self.session.place.shown,
        );
        if self.tutoring.goals.as_ref().map(|(known, _)| known) == Some(&key) {
            return;
        }
        let goals = task.goals.iter().map(|goal| goal.what.clone()).collect();
        if let Some(stage) = self.session.live_stage() {
            self.tutoring.tickets += 1;
            let ticket = self.tutoring.tickets;
            self.tutoring.goals = Some((key, ticket));
            self.engine.tutor().ask(TutorJob::Goals {
                ticket,
                goals,
                stage: Box::new(stage),
            });
        }
    }

    pub(super) fn hear_tutor(&mut self) {
        let news: Vec<TutorNews> = self.engine.tutor().news().collect();
        for news in news {
            match news {
                TutorNews::Listed(lessons) => self.lessons = Arc::new(lessons),
                TutorNews::Opened(ready) => self.begin_lesson(*ready),
                TutorNews::NotOpened { name, reason } => self.tell(Notice::error(
                    format!("The lesson {name} does not open; nothing was changed"),
                    reason,
                )),
                TutorNews::Truth { ticket, truth } => self.told(ticket, truth),
                TutorNews::Goals { ticket, values } => self.measured(ticket, &values),
            }
        }
    }

    /// What is true of a question that was answered, at whatever step one is by now.
    fn told(&mut self, answered: u64, truth: Result<Truth, String>) {
        let Some(lesson) = self.session.lesson_mut() else {
            return;
        };
        let waits = |step: &LessonProgress| match step.state {
            LessonState::Measuring { ticket, skipped } if ticket == answered => Some(skipped),
            _ => None,
        };
        let mut steps = lesson.steps.iter().enumerate();
        let found = steps.find_map(|(place, step)| Some((place, waits(step)?)));
        let Some((place, skipped)) = found else {
            return;
        };
        let question = lesson.ready.lesson.steps[place].question.clone();
        let stage = lesson.ready.stage(place);
        let Some((question, stage)) = question.zip(stage) else {
            return;
        };
        let answer = lesson.steps[place].draft.clone().filter(|_| !skipped);
        let both = answer.as_ref().zip(truth.as_ref().ok());
        let apart =
            both.and_then(|(answer, truth)| apart(&question, answer, truth, &stage.scenario));
        let right = both.map(|(answer, truth)| question.is_right(answer, truth, apart));
        let told = Told {
            answer,
            truth,
            apart,
            right,
        };
        let entry = answered_entry(lesson, place, &question, &told);
        lesson.steps[place].state = LessonState::Told(told);
        lesson.version += 1;
        self.record(entry);
    }

    /// Adds a task to the record, done or passed over.
    fn record_task(&mut self, done: bool) {
        let scenario = self.session.scenario().clone();
        let Some(lesson) = self.session.lesson() else {
            return;
        };
        let Some(task) = &lesson.present().task else {
            return;
        };
        let entry = Done::Task(logbook::Task {
            lesson: lesson.ready.name.clone(),
            step: (lesson.step + 1).to_string(),
            task: task.ask.clone(),
            done,
            preset: preset_of(lesson, lesson.step),
            scenario: scenario.market_hash(),
            seed: scenario.seed,
        });
        self.record(entry);
    }

    fn measured(&mut self, answered: u64, values: &[f64]) {
        if self.tutoring.goals.as_ref().map(|(_, ticket)| *ticket) != Some(answered) {
            return;
        }
        let Some(lesson) = self.session.lesson_mut() else {
            return;
        };
        let Some(task) = lesson.present().task.clone() else {
            return;
        };
        let goals = task.goals.iter().zip(values);
        let goals: Vec<bool> = goals.map(|(goal, value)| goal.holds(*value)).collect();
        let all = goals.iter().all(|holds| *holds);
        let done_now = all && matches!(lesson.progress().state, LessonState::Open);
        lesson.change(|step| {
            if done_now {
                step.state = LessonState::Told(done());
            }
            step.goals = goals;
        });
        if done_now {
            self.record_task(true);
        }
    }
}

/// Name of the preset that a step is about.
fn preset_of(lesson: &Taken, place: usize) -> String {
    let stage = lesson.ready.stage(place);
    stage.map_or_else(String::new, |stage| stage.setup.preset.clone())
}

/// An answer, or a question passed over, as the record has it.
fn answered_entry(lesson: &Taken, place: usize, question: &Question, told: &Told) -> Done {
    let scenario = lesson.ready.stage(place).map(|stage| &stage.scenario);
    let truth = told.truth.as_ref().ok().map(Truth::as_answer);
    let in_words = |answer: Option<&Answer>| answer.map_or_else(String::new, |a| question.told(a));
    Done::Answer(logbook::Answer {
        lesson: lesson.ready.name.clone(),
        step: (place + 1).to_string(),
        question: question.ask().to_owned(),
        answer: in_words(told.answer.as_ref()),
        truth: in_words(truth.as_ref()),
        distance: told.apart,
        unit: question.unit().to_owned(),
        right: told.right,
        skipped: told.answer.is_none(),
        preset: preset_of(lesson, place),
        scenario: scenario.map_or_else(|| ContentHash::of(b""), Scenario::market_hash),
        seed: scenario.map_or(0, |scenario| scenario.seed),
    })
}

/// What is told of a task that is done or skipped.
fn done() -> Told {
    Told {
        answer: None,
        truth: Err(String::new()),
        apart: None,
        right: None,
    }
}
