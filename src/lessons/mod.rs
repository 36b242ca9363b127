//! Lessons: files that ask first and show then. A lesson is data; this room reads it, sets up what it
//! shows and computes what it asks for. What a person did with it is the logbook's.

mod check;
mod claim;
mod folder;
mod measure;
mod quantity;
mod read;
mod scene;
mod setup;
mod truth;

pub use claim::{Claim, Finding};
pub use folder::{BUILT_IN, Listed, built_in, folder, list, load, locate};
pub use measure::Measured;
pub use quantity::Quantity;
pub use read::{LIMIT, LessonError, Ready, is_meant_in, parse, read_file};
pub use scene::Scene;
pub use setup::{Setup, Stage, StagedPin};
pub use truth::{Answer, Knots, Truth, apart};

use crate::outcome::Measure;
use crate::scenario::{Named, Strategy};
use serde::Deserialize;

/// The version of lesson files that this program reads.
pub const VERSION: u32 = 1;

/// A lesson.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lesson {
    /// Of the format: [`VERSION`].
    pub version: u32,
    /// What it is called.
    pub title: String,
    /// What one will be able to say afterwards.
    pub aim: String,
    /// How long it takes (minutes).
    pub minutes: u32,
    /// Its steps, in order.
    pub steps: Vec<Step>,
}

/// One step: something to read, to predict or to do, and what it showed.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// What is said, in Markdown.
    pub text: String,
    /// What is put on screen; absent: what is there.
    #[serde(default)]
    pub setup: Option<Setup>,
    /// What to look at, which is outlined.
    #[serde(default)]
    pub look: Vec<Look>,
    /// What is asked.
    #[serde(default)]
    pub question: Option<Question>,
    /// Views that are covered until one has answered, beside those that the question covers itself.
    #[serde(default)]
    pub veil: Vec<View>,
    /// What is to be done.
    #[serde(default)]
    pub task: Option<Task>,
    /// What is said once one has answered, done or skipped it, in Markdown.
    #[serde(default)]
    pub reveal: Option<String>,
    /// What is claimed, to be checked by the program.
    #[serde(default)]
    pub claims: Vec<Claim>,
    /// A note for teachers.
    #[serde(default)]
    pub teacher: Option<String>,
}

impl Step {
    /// Whether something is to be done before it goes on.
    #[must_use]
    pub fn asks(&self) -> bool {
        self.question.is_some() || self.task.is_some()
    }

    /// The views that are covered until one has answered.
    #[must_use]
    pub fn veiled(&self) -> Vec<View> {
        let mut views = self.veil.clone();
        if let Some(question) = &self.question {
            views.extend(question.covers());
        }
        views.sort();
        views.dedup();
        views
    }
}

/// Something that is outlined.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Look {
    /// A view.
    View(View),
    /// The control of a field, by the field's name.
    Control(String),
}

macro_rules! named {
    ($(#[$about:meta])* $name:ident { $($(#[$each:meta])* $variant:ident = $word:literal),* $(,)? }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
        pub enum $name {
            $($(#[$each])* #[serde(rename = $word)] $variant),*
        }

        impl Named for $name {
            const ALL: &'static [(&'static str, Self)] = &[$(($word, Self::$variant)),*];
        }
    };
}

named! {
    /// A view of the window.
    View {
        /// Through time: liquidity, price, positions, costs.
        Path = "path",
        /// The account, date by date.
        Ledger = "ledger",
        /// Hedging errors over all paths.
        Distribution = "distribution",
        /// The order book now.
        Book = "book",
        /// The policy over all states.
        Policy = "policy",
        /// The training run.
        Training = "training",
    }
}

named! {
    /// What the policy view shows.
    Chart {
        /// Curves by portfolio value.
        Value = "value",
        /// Curves by shares held.
        Position = "position",
        /// Curves by ask memory.
        AskMemory = "ask_memory",
        /// Curves by bid memory.
        BidMemory = "bid_memory",
        /// Curves by time left.
        Date = "date",
        /// Figures 1 and 2 of the paper.
        Paper = "paper",
        /// Map over spot and position.
        MapPosition = "map_position",
        /// Map over spot and date.
        MapDate = "map_date",
    }
}

/// Something that is asked. Every kind has an answer that the program computes or, of a choice, one
/// that the lesson's claims hold up.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Question {
    /// One of a few.
    Choice {
        /// What is asked.
        ask: String,
        /// What there is to choose from.
        options: Vec<String>,
        /// The place of the right one, from 0.
        right: usize,
    },
    /// A number.
    Number {
        /// What is asked.
        ask: String,
        /// Its unit.
        unit: String,
        /// Lower and upper end of the slider.
        range: (f64, f64),
        /// What it is.
        truth: Box<Measured>,
        /// How far off is right.
        tolerance: f64,
    },
    /// A curve, drawn by hand.
    Sketch {
        /// What is asked.
        ask: String,
        /// Which curve.
        curve: Curve,
        /// Lower and upper end of the axis that it is drawn against; absent: as usual for such curves.
        #[serde(default)]
        span: Option<(f64, f64)>,
        /// How far off is right, in the curve's unit.
        tolerance: f64,
    },
    /// Some strategies' figures, as bars that one drags.
    Bars {
        /// What is asked.
        ask: String,
        /// Whose.
        of: Vec<Strategy>,
        /// Which figure.
        measure: Measure,
        /// Upper end of the bars.
        most: f64,
        /// How far off is right, on average.
        tolerance: f64,
    },
}

impl Question {
    /// What is asked.
    #[must_use]
    pub fn ask(&self) -> &str {
        match self {
            Self::Choice { ask, .. }
            | Self::Number { ask, .. }
            | Self::Sketch { ask, .. }
            | Self::Bars { ask, .. } => ask,
        }
    }

    /// The views that would give the answer away; one in which it is drawn by hand shows nothing
    /// but that.
    #[must_use]
    pub fn covers(&self) -> Vec<View> {
        match self {
            Self::Choice { .. } | Self::Number { .. } => Vec::new(),
            Self::Sketch { curve, .. } => match curve {
                Curve::PositionBySpot { .. } => vec![View::Policy],
                Curve::PositionByDate { .. } => {
                    vec![View::Path, View::Ledger, View::Book, View::Policy]
                }
                Curve::Errors { .. } => vec![View::Distribution],
            },
            Self::Bars { .. } => vec![View::Distribution, View::Ledger],
        }
    }

    /// The view in whose place the answer is drawn.
    #[must_use]
    pub fn canvas(&self) -> Option<View> {
        match self {
            Self::Sketch { curve, .. } => Some(match curve {
                Curve::PositionBySpot { .. } => View::Policy,
                Curve::PositionByDate { .. } => View::Path,
                Curve::Errors { .. } => View::Distribution,
            }),
            _ => None,
        }
    }
}

/// A curve that one is asked to draw.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Curve {
    /// What is held after the trade (shares), over the price.
    PositionBySpot {
        /// By whom.
        of: Strategy,
        /// Shares held before; absent: as on the path.
        #[serde(default)]
        position: Option<f64>,
        /// Portfolio value before (currency); absent: as on the path.
        #[serde(default)]
        value: Option<f64>,
    },
    /// What is held after the trade of each date of the path (shares).
    PositionByDate {
        /// By whom.
        of: Strategy,
    },
    /// How often hedging errors come: share of paths in bins (percent).
    Errors {
        /// Whose.
        of: Strategy,
    },
}

impl Curve {
    /// Whose it is.
    #[must_use]
    pub fn of(self) -> Strategy {
        match self {
            Self::PositionBySpot { of, .. } | Self::PositionByDate { of } | Self::Errors { of } => {
                of
            }
        }
    }
}

/// Something to be done, and how it is noticed.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Task {
    /// What is to be done.
    pub ask: String,
    /// What must hold, all of it.
    pub goals: Vec<Goal>,
}

/// What must hold of what is on screen.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Goal {
    /// Of what.
    pub what: Quantity,
    /// At least.
    #[serde(default)]
    pub at_least: Option<f64>,
    /// At most.
    #[serde(default)]
    pub at_most: Option<f64>,
}

impl Goal {
    /// Whether it holds of a value.
    #[must_use]
    pub fn holds(&self, value: f64) -> bool {
        self.at_least.is_none_or(|least| value >= least)
            && self.at_most.is_none_or(|most| value <= most)
    }
}

impl Goal {
    /// What it asks for, in words.
    #[must_use]
    pub fn told(&self) -> String {
        let short = |x: f64| crate::quantity::write::significant(x, 4);
        let name = self.what.name();
        match (self.at_least, self.at_most) {
            (Some(least), Some(most)) if least == most => format!("{name} {}", short(least)),
            (Some(least), Some(most)) => format!("{name} {} to {}", short(least), short(most)),
            (Some(least), None) => format!("{name} at least {}", short(least)),
            (None, Some(most)) => format!("{name} at most {}", short(most)),
            (None, None) => name,
        }
    }
}
