//! How a training run is prepared, under the eyes of whoever may no longer want it.

use super::inbox::Inbox;
use super::run::Starting;
use super::{Beginning, Wake};
use crate::files;
use crate::scenario::Scenario;
use crate::training::checkpoint::Watched;
use crate::training::{Checkpoint, CheckpointError, Start, Trainer, TrainingError, Watch};
use arc_swap::ArcSwapOption;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Shortest time between two snapshots of a preparation.
const PACE: Duration = Duration::from_millis(33);

/// A run that is being prepared.
pub(super) struct Preparation<'a> {
    pub number: u64,
    pub orders: &'a mut Inbox,
    /// Where it shows how far it is.
    pub slot: &'a ArcSwapOption<Starting>,
    pub wake: &'a Wake,
    /// Where the last run was kept.
    pub checkpoint: Option<&'a Path>,
    /// Unfinished runs that gave way to others.
    pub parked: &'a [(u64, Checkpoint)],
}

/// A run that is prepared.
pub(super) struct Prepared {
    pub trainer: Trainer,
    /// What an earlier session kept with it.
    pub watched: Watched,
    pub paused: bool,
    /// Something to know of how it begins.
    pub note: Option<String>,
}

/// Why a run does not start.
pub(super) enum Unprepared {
    /// It is no longer wanted.
    GivenUp,
    /// It cannot.
    Failed(String),
}

impl From<TrainingError> for Unprepared {
    fn from(error: TrainingError) -> Self {
        match error {
            TrainingError::Interrupted => Self::GivenUp,
            error => Self::Failed(error.to_string()),
        }
    }
}

impl Preparation<'_> {
    pub fn run(self, scenario: &Scenario, from: Beginning) -> Result<Prepared, Unprepared> {
        #[cfg(test)]
        assert_ne!(self.number, super::tests::BROKEN, "as a test asks");
        let checkpoint = self.checkpoint;
        let kept = match from {
            Beginning::Checkpoint => Some(read_kept(checkpoint)?),
            Beginning::Parked => Some(self.parked()?),
            Beginning::Delta | Beginning::Weights(_) | Beginning::Made(_) => None,
        };
        let watched = kept
            .as_ref()
            .and_then(|kept| kept.training.as_ref())
            .map_or_else(Watched::default, |training| training.watched.clone());
        let mut paused = matches!(from, Beginning::Checkpoint) && !watched.running;
        let mut watch = self.watch(&mut paused);
        let (mut trainer, note) = match (from, kept) {
            (Beginning::Weights(policy), _) => {
                from_weights(scenario, &Start::Weights(policy), &mut watch)?
            }
            (Beginning::Made(policy), _) => {
                from_weights(scenario, &Start::Refined(policy), &mut watch)?
            }
            (Beginning::Parked, Some(kept)) => (resume(kept, None, &mut watch)?, None),
            (_, Some(kept)) => (resume(kept, checkpoint, &mut watch)?, None),
            (_, None) => (fresh(scenario, &mut watch)?, None),
        };
        drop(watch);
        // Nobody keeps a clock here.
        trainer.count_iterations();
        Ok(Prepared {
            trainer,
            watched,
            paused,
            note,
        })
    }

    /// The run as it was when another took its place.
    fn parked(&self) -> Result<Checkpoint, Unprepared> {
        let parked = self.parked.iter().find(|(run, _)| *run == self.number);
        parked
            .map(|(_, checkpoint)| checkpoint.clone())
            .ok_or_else(|| Unprepared::Failed("the run is no longer there".into()))
    }

    /// Shows how far the preparation is, hears whether it shall wait afterwards, and breaks it off
    /// once it is no longer wanted.
    fn watch(self, paused: &mut bool) -> impl FnMut(f64) -> ControlFlow<()> {
        let mut told: Option<Instant> = None;
        move |share| {
            let before = *paused;
            if !self.orders.still_wants(self.number, paused) {
                return ControlFlow::Break(());
            }
            if *paused != before || told.is_none_or(|told| told.elapsed() > PACE) {
                let starting = Starting {
                    run: self.number,
                    share,
                    paused: *paused,
                };
                self.slot.store(Some(Arc::new(starting)));
                self.wake.call();
                told = Some(Instant::now());
            }
            ControlFlow::Continue(())
        }
    }
}

fn fresh(scenario: &Scenario, watch: &mut Watch<'_>) -> Result<Trainer, TrainingError> {
    let _wanted = watch(0.0);
    Trainer::watched(scenario, &Start::Fresh, scenario.seed, watch)
}

/// From the weights of a policy, or afresh, with the reason, where they do not fit.
fn from_weights(
    scenario: &Scenario,
    start: &Start,
    watch: &mut Watch<'_>,
) -> Result<(Trainer, Option<String>), TrainingError> {
    let _wanted = watch(0.0);
    match Trainer::watched(scenario, start, scenario.seed, watch) {
        Err(TrainingError::OtherShape { found, wanted }) => {
            let note = format!(
                "The policy so far has {found}, the scenario asks for {wanted}: training starts afresh"
            );
            Ok((fresh(scenario, watch)?, Some(note)))
        }
        trainer => Ok((trainer?, None)),
    }
}

/// The run that was kept. A file that cannot be one is set aside, so that it is told of once.
fn read_kept(path: Option<&Path>) -> Result<Checkpoint, Unprepared> {
    let none = || Unprepared::Failed("no training run was kept".into());
    let path = path.ok_or_else(none)?;
    Checkpoint::read(path).map_err(|error| {
        let message = error.to_string();
        Unprepared::Failed(match error {
            CheckpointError::Refused { .. } => aside(path, &message),
            _ => message,
        })
    })
}

/// Goes on with it. A checkpoint that is whole but can never be gone on with would be refused at
/// each start; one that memory is short for may be gone on with another time.
fn resume(
    kept: Checkpoint,
    path: Option<&Path>,
    watch: &mut Watch<'_>,
) -> Result<Trainer, Unprepared> {
    let _wanted = watch(0.0);
    Trainer::resume_watched(kept, watch).map_err(|error| match (error, path) {
        (error @ (TrainingError::Interrupted | TrainingError::TooLarge { .. }), _)
        | (error, None) => error.into(),
        (error, Some(path)) => Unprepared::Failed(aside(path, &error.to_string())),
    })
}

/// Sets a file aside and says so.
fn aside(path: &Path, reason: &str) -> String {
    match files::set_aside(path) {
        Ok(kept) => format!("{reason}; it was set aside as {}", kept.display()),
        Err(error) => format!("{reason}; it could not be set aside: {error}"),
    }
}
