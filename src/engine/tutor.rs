//! The tutor: one worker that reads lessons and measures what they ask for, in the order in which it is
//! asked; of what must hold of the screen the latest question counts.

use super::{Wake, panic_message};
use crate::lessons::{self, Listed, Quantity, Question, Ready, Scene, Stage, Truth};
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::Builder;

/// What the tutor is asked.
pub enum TutorJob {
    /// Say which lessons there are.
    List,
    /// Read a lesson and all that it sets up.
    Open(String),
    /// Measure what is true of a question.
    Truth {
        /// Comes back with the answer.
        ticket: u64,
        /// The question.
        question: Box<Question>,
        /// What is on screen.
        stage: Box<Stage>,
        /// The date under the time cursor.
        date: usize,
    },
    /// Measure what must hold of what is on screen.
    Goals {
        /// Comes back with the answer.
        ticket: u64,
        /// What is to be measured.
        goals: Vec<Quantity>,
        /// What is on screen.
        stage: Box<Stage>,
    },
}

/// What the tutor has to say.
#[derive(Debug)]
pub enum TutorNews {
    /// Which lessons there are.
    Listed(Vec<Listed>),
    /// A lesson was read.
    Opened(Box<Ready>),
    /// It does not load.
    NotOpened {
        /// Which.
        name: String,
        /// Why.
        reason: String,
    },
    /// What is true of a question, or why it cannot be measured.
    Truth {
        /// Of the question.
        ticket: u64,
        /// What is true.
        truth: Result<Truth, String>,
    },
    /// What was measured of the screen; what cannot be is not a number.
    Goals {
        /// Of the question.
        ticket: u64,
        /// Each value.
        values: Vec<f64>,
    },
}

/// The worker, and what it has to say.
pub struct Tutor {
    jobs: Sender<TutorJob>,
    news: Receiver<TutorNews>,
}

impl Tutor {
    /// Starts the worker; it ends with whoever asks.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(wake: Wake) -> io::Result<Self> {
        let (jobs, asked) = channel();
        let (told, news) = channel();
        Builder::new()
            .name("tutor".into())
            .spawn(move || run(&asked, &told, &wake))?;
        Ok(Self { jobs, news })
    }

    /// Asks for something.
    pub fn ask(&self, job: TutorJob) {
        // The worker lives as long as the tutor.
        let _gone = self.jobs.send(job);
    }

    /// What was done since the last call.
    pub fn news(&self) -> impl Iterator<Item = TutorNews> + '_ {
        self.news.try_iter()
    }
}

fn run(asked: &Receiver<TutorJob>, told: &Sender<TutorNews>, wake: &Wake) {
    while let Ok(first) = asked.recv() {
        let jobs: Vec<TutorJob> = std::iter::once(first).chain(asked.try_iter()).collect();
        let is_goals = |job: &TutorJob| matches!(job, TutorJob::Goals { .. });
        let newest = jobs.iter().rposition(is_goals);
        for (place, job) in jobs.into_iter().enumerate() {
            if is_goals(&job) && Some(place) != newest {
                continue;
            }
            if told.send(serve(job)).is_err() {
                return;
            }
            wake.call();
        }
    }
}

fn serve(job: TutorJob) -> TutorNews {
    let caught = |work: &mut dyn FnMut() -> Result<Truth, String>| {
        catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| Err(panic_message(&*panic)))
    };
    match job {
        TutorJob::List => TutorNews::Listed(lessons::list()),
        TutorJob::Open(name) => match lessons::load(&name) {
            Ok(ready) => TutorNews::Opened(Box::new(ready)),
            Err(error) => TutorNews::NotOpened {
                name,
                reason: error.to_string(),
            },
        },
        TutorJob::Truth {
            ticket,
            question,
            stage,
            date,
        } => TutorNews::Truth {
            ticket,
            truth: caught(&mut || {
                Truth::of(&question, Some(&stage), date).map_err(|error| error.to_string())
            }),
        },
        TutorJob::Goals {
            ticket,
            goals,
            stage,
        } => TutorNews::Goals {
            ticket,
            values: goals.iter().map(|goal| value(goal, &stage)).collect(),
        },
    }
}

/// What a goal measures; not a number where it cannot be measured.
fn value(goal: &Quantity, stage: &Stage) -> f64 {
    let measured = catch_unwind(AssertUnwindSafe(|| {
        let scene = Scene::of(stage, None).ok()?;
        scene.measure(goal).ok()?.value
    }));
    measured.ok().flatten().unwrap_or(f64::NAN)
}
