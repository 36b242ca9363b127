//! The lesson that is being taken: what is said, asked and shown at its present step.

use crate::app::session::{LessonState, Taken, Told};
use crate::lessons::{Answer, Curve, Knots, Look, Question, Scene, Stage, Truth, View};
use crate::market::Path;

/// What the lesson shows now.
#[derive(Clone, Debug)]
pub struct LessonView {
    pub title: String,
    pub aim: String,
    /// The present step, from 0, and how many there are.
    pub step: usize,
    pub steps: usize,
    /// In Markdown.
    pub text: String,
    pub question: Option<Question>,
    pub draft: Option<Answer>,
    pub stand: Stand,
    /// What is to be done, and whether each part of it holds.
    pub task: Option<(String, Vec<Goal>)>,
    /// In Markdown, once it may be said.
    pub reveal: Option<String>,
    pub teacher: Option<String>,
    /// What is outlined.
    pub look: Vec<Look>,
    /// The views that are shown, the first one large.
    pub views: Vec<View>,
    /// The fields whose controls are shown.
    pub controls: Vec<String>,
    /// The views that are covered.
    pub veiled: Vec<View>,
    /// Where one draws, and what the curve is drawn over.
    pub canvas: Option<Canvas>,
}

/// How far a step is.
#[derive(Clone, Debug)]
pub enum Stand {
    /// There is nothing to answer or to do.
    Reading,
    Open,
    Measuring,
    Told(Told),
}

/// A part of a task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Goal {
    pub name: String,
    pub holds: bool,
}

/// The view in whose place one draws a curve.
#[derive(Clone, Debug)]
pub struct Canvas {
    pub view: View,
    pub curve: Curve,
    pub knots: Knots,
    /// What is drawn at each knot; absent before the first stroke.
    pub drawn: Option<Vec<f64>>,
    /// What is true there, once it may be seen.
    pub truth: Option<Vec<f64>>,
    /// Prices of the path at the dates, where one draws over dates (currency).
    pub prices: Path,
    /// Where delivery begins to pay, where one draws over prices (currency).
    pub strike: Option<f64>,
}

impl LessonView {
    /// The present step of a lesson.
    #[must_use]
    pub fn new(taken: &Taken) -> Self {
        let step = taken.present();
        let progress = taken.progress();
        let stand = match &progress.state {
            _ if !step.asks() => Stand::Reading,
            LessonState::Open => Stand::Open,
            LessonState::Measuring { .. } => Stand::Measuring,
            LessonState::Told(told) => Stand::Told(told.clone()),
        };
        let told = matches!(stand, Stand::Told(_));
        let stage = taken.ready.stage(taken.step);
        let setup = stage.map(|stage| &stage.setup);
        let canvas = step
            .question
            .as_ref()
            .zip(stage)
            .filter(|_| !taken.uncovered)
            .and_then(|(question, stage)| canvas(question, stage, progress.draft.as_ref(), &stand));
        Self {
            title: taken.ready.lesson.title.clone(),
            aim: taken.ready.lesson.aim.clone(),
            step: taken.step,
            steps: taken.steps.len(),
            text: step.text.clone(),
            question: step.question.clone(),
            draft: progress.draft.clone(),
            task: step.task.as_ref().map(|task| {
                let holds = |place| progress.goals.get(place).copied().unwrap_or(false);
                let goals = task.goals.iter().enumerate().map(|(place, goal)| Goal {
                    name: goal.told(),
                    holds: holds(place),
                });
                (task.ask.clone(), goals.collect())
            }),
            reveal: step.reveal.clone().filter(|_| told || !step.asks()),
            teacher: step.teacher.clone(),
            look: step.look.clone(),
            views: setup.map_or_else(Vec::new, |setup| setup.views.clone()),
            controls: setup.map_or_else(Vec::new, |setup| setup.controls.clone()),
            veiled: if told { Vec::new() } else { step.veiled() },
            canvas,
            stand,
        }
    }

    /// Whether it waits for an answer.
    #[must_use]
    pub fn asks(&self) -> bool {
        self.question.is_some() && matches!(self.stand, Stand::Open | Stand::Measuring)
    }

    /// Whether one may go on.
    #[must_use]
    pub fn may_go_on(&self) -> bool {
        matches!(self.stand, Stand::Reading | Stand::Told(_))
    }

    /// Whether this is the last step.
    #[must_use]
    pub fn is_last(&self) -> bool {
        self.step + 1 == self.steps
    }

    /// What was answered and what is true, where that is told.
    #[must_use]
    pub fn told(&self) -> Option<&Told> {
        match &self.stand {
            Stand::Told(told) => Some(told),
            _ => None,
        }
    }
}

fn canvas(
    question: &Question,
    stage: &Stage,
    draft: Option<&Answer>,
    stand: &Stand,
) -> Option<Canvas> {
    let (Question::Sketch { curve, span, .. }, Some(view)) = (question, question.canvas()) else {
        return None;
    };
    let curve_of = |answer: Option<&Answer>| match answer {
        Some(Answer::Curve(values)) => Some(values.clone()),
        _ => None,
    };
    let truth = match stand {
        Stand::Told(told) => match &told.truth {
            Ok(Truth::Curve(values)) => Some(values.clone()),
            _ => None,
        },
        _ => None,
    };
    Some(Canvas {
        view,
        curve: *curve,
        knots: Knots::of(*curve, *span, &stage.scenario),
        prices: match curve {
            Curve::PositionByDate { .. } => {
                Scene::of(stage, None).map_or_else(|_| Path::default(), |scene| scene.prices())
            }
            _ => Path::default(),
        },
        strike: match curve {
            Curve::PositionBySpot { .. } => Some(stage.scenario.contract.strike),
            _ => None,
        },
        drawn: curve_of(draft),
        truth,
    })
}
