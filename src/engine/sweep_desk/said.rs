//! What the desk for sweeps is asked, and what it has to say.

use super::work::SweepWork;
use crate::policy::LearnedPolicy;
use crate::scenario::Scenario;
use crate::sweep::{Meant, Results};
use std::path::PathBuf;
use std::sync::Arc;

/// What the desk is asked.
#[derive(Clone, Debug)]
pub enum SweepJob {
    /// Look at a sweep; `again` where it is the one that was looked at in an earlier session.
    Open {
        /// Which.
        sweep: Meant,
        /// Whether nobody asked for it just now.
        again: bool,
    },
    /// Compute what is missing, in this folder.
    Start(PathBuf),
    /// Hold on.
    Pause,
    /// Go on.
    Resume,
    /// End the work; what is done stays.
    Stop,
    /// Read what a cell is of; `pin` comes back with it.
    Load {
        /// Its number.
        index: usize,
        /// What it is wanted for.
        pin: bool,
    },
    /// Look at no sweep any more; work that is done here ends.
    Close,
}

/// What a worker of the desk hears.
pub(in crate::engine) enum Message {
    Job(SweepJob),
    /// A cell is done here.
    Done,
    /// A cell cannot be done.
    Failed(String),
    /// The work done here for the sweep of this number has ended.
    Ended(u64, Ending),
    /// The engine is closed.
    Quit,
}

/// How work that is done here ended.
pub(in crate::engine) enum Ending {
    /// It came to the end, or was stopped.
    Well,
    /// Cells failed, each of which was told.
    WithoutSome,
    /// By something that concerns all cells.
    Broken(String),
}

/// What the desk has to say.
#[derive(Debug)]
pub enum SweepNews {
    /// A sweep is looked at.
    Opened {
        /// What was opened.
        source: PathBuf,
        /// Whether nobody asked for it just now.
        again: bool,
    },
    /// It is none.
    NotOpened {
        /// What was to be opened.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// The work cannot start.
    NotStarted(String),
    /// The work cannot go on, or a cell of it cannot be made, or a result does not read.
    Failed(String),
    /// All cells are there.
    Finished {
        /// What the sweep is called.
        title: String,
        /// How many.
        cells: usize,
    },
    /// What a cell is of.
    Loaded(Box<LoadedCell>),
}

/// What a cell is of.
#[derive(Clone, Debug)]
pub struct LoadedCell {
    /// What it is called.
    pub name: String,
    /// Its scenario.
    pub scenario: Scenario,
    /// The network that was trained for it, where one was.
    pub policy: Option<LearnedPolicy>,
    /// Whether it is to be laid beside the present scenario.
    pub pin: bool,
}

/// A sweep that is looked at.
#[derive(Clone, Debug)]
pub struct SweepSeen {
    /// Counts the sweeps that were opened.
    pub run: u64,
    /// What was opened.
    pub source: PathBuf,
    /// Where its results are, or would be.
    pub folder: PathBuf,
    /// What is there.
    pub results: Arc<Results>,
    /// Seconds that what is missing will take on the threads here, about; absent until that is found out.
    pub seconds: Option<f64>,
    /// The work that is or was done here.
    pub work: Option<SweepWork>,
}
