//! The life of the training run: idle, starting, live, ended or failed.
//!
//! Every word of the worker carries the number of its run, and a word of another run than the one
//! that is waited for or live is not heard.

use crate::engine::{Phase, Progress};
use crate::scenario::Scenario;
use std::sync::Arc;

/// Why a run was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// Somebody wanted it.
    Asked,
    /// It follows an edit by itself.
    Edit,
    /// Somebody wanted a policy refined that was made at once.
    Refine,
    /// The same, following an edit by itself.
    RefineEdit,
    /// An earlier session left it.
    Earlier,
    /// It was left for another one, and its policy is on screen again.
    Parked,
}

impl Cause {
    /// Whether it follows an edit by itself.
    #[must_use]
    pub fn follows_an_edit(self) -> bool {
        matches!(self, Self::Edit | Self::RefineEdit)
    }
}

/// The training run of the session.
#[derive(Clone, Debug, Default)]
pub enum Run {
    /// None yet, or forgotten.
    #[default]
    Idle,
    /// Asked for; the run before it goes on until this one is there.
    Starting {
        run: u64,
        cause: Cause,
        /// What it is to be trained for.
        goal: Arc<Scenario>,
        before: Box<Run>,
    },
    /// Running or paused.
    Live(Arc<Progress>),
    /// Stopped, or through all its iterations.
    Ended(Arc<Progress>),
    /// It could not go on; the last that was seen of it.
    Failed(Arc<Progress>),
}

/// What a word of the worker means to the session.
#[derive(Clone, Debug)]
pub enum Heard {
    /// Of another run, or nothing new.
    Nothing,
    /// The first of a run that was asked for, and the unfinished one that gave way to it.
    Started {
        run: u64,
        cause: Cause,
        left: Option<Arc<Progress>>,
    },
    /// More of the run on screen.
    More { run: u64 },
}

impl Run {
    /// A run was asked for.
    pub fn start(&mut self, run: u64, cause: Cause, goal: Arc<Scenario>) {
        let before = match std::mem::take(self) {
            // One that never came is not waited for any more.
            Self::Starting { before, .. } => before,
            known => Box::new(known),
        };
        *self = Self::Starting {
            run,
            cause,
            goal,
            before,
        };
    }

    /// Takes in a state of a run.
    pub fn hear(&mut self, progress: &Arc<Progress>) -> Heard {
        let run = progress.run;
        let heard = match self {
            Self::Starting {
                run: wanted,
                cause,
                before,
                ..
            } if *wanted == run => Heard::Started {
                run,
                cause: *cause,
                left: before.unfinished(),
            },
            Self::Starting { before, .. } => return before.hear(progress),
            Self::Live(known) | Self::Ended(known)
                if known.run == run && !Arc::ptr_eq(known, progress) =>
            {
                Heard::More { run }
            }
            _ => return Heard::Nothing,
        };
        *self = match progress.phase {
            Phase::Running | Phase::Paused => Self::Live(progress.clone()),
            Phase::Stopped | Phase::Finished => Self::Ended(progress.clone()),
            Phase::Failed => Self::Failed(progress.clone()),
        };
        heard
    }

    /// A run could not start or go on; whether that is of concern.
    pub fn fail(&mut self, failed: u64) -> bool {
        *self = match std::mem::take(self) {
            Self::Starting { run, before, .. } if run == failed => *before,
            Self::Starting {
                run,
                cause,
                goal,
                mut before,
            } => {
                let concerns = before.fail(failed);
                *self = Self::Starting {
                    run,
                    cause,
                    goal,
                    before,
                };
                return concerns;
            }
            Self::Live(progress) | Self::Ended(progress) if progress.run == failed => {
                Self::Failed(progress)
            }
            other => {
                *self = other;
                return false;
            }
        };
        true
    }

    /// The run there is, if it can still go on.
    fn unfinished(&self) -> Option<Arc<Progress>> {
        match self {
            Self::Live(progress) => Some(progress.clone()),
            Self::Starting { before, .. } => before.unfinished(),
            _ => None,
        }
    }

    /// Another run has taken its place after all, although nobody waits for that one any more;
    /// gives back the one that was left.
    pub fn replaced_by(&mut self, run: u64) -> Option<Arc<Progress>> {
        let mut left = None;
        *self = match std::mem::take(self) {
            Self::Live(progress) if progress.run != run => {
                left = Some(progress);
                Self::Idle
            }
            Self::Starting {
                run: wanted,
                cause,
                goal,
                mut before,
            } if wanted != run => {
                left = before.replaced_by(run);
                Self::Starting {
                    run: wanted,
                    cause,
                    goal,
                    before,
                }
            }
            other => other,
        };
        left
    }

    /// Number of the run that is asked for, or else of the one there is.
    #[must_use]
    pub fn number(&self) -> Option<u64> {
        match self {
            Self::Starting { run, .. } => Some(*run),
            other => other.progress().map(|progress| progress.run),
        }
    }

    /// Whatever was asked for and is not there yet is not waited for any more.
    pub fn give_up_waiting(&mut self) {
        *self = match std::mem::take(self) {
            Self::Starting { before, .. } => *before,
            other => other,
        };
    }

    /// The last state of the run on screen, whatever became of it.
    #[must_use]
    pub fn progress(&self) -> Option<&Arc<Progress>> {
        match self {
            Self::Idle => None,
            Self::Starting { before, .. } => before.progress(),
            Self::Live(progress) | Self::Ended(progress) | Self::Failed(progress) => Some(progress),
        }
    }

    /// Phase of a run that can go on or be paused.
    #[must_use]
    pub fn live(&self) -> Option<Phase> {
        match self {
            Self::Live(progress) => Some(progress.phase),
            Self::Starting { before, .. } => before.live(),
            _ => None,
        }
    }

    /// What is being trained for, or is about to be.
    #[must_use]
    pub fn goal(&self) -> Option<&Scenario> {
        match self {
            Self::Starting { goal, .. } => Some(goal),
            Self::Live(progress) if progress.phase == Phase::Running => Some(&progress.scenario),
            _ => None,
        }
    }

    /// Whether one was asked for that is not there yet.
    #[must_use]
    pub fn is_starting(&self) -> bool {
        matches!(self, Self::Starting { .. })
    }
}
