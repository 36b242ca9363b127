//! One cell: its networks trained, everybody measured, what is there already taken as it is.

use super::Cell;
use super::plan::{Effort, NETWORKS, RULES};
use crate::files::FileError;
use crate::market::Sampling;
use crate::policy::{LearnedPolicy, Policy, line_up};
use crate::presets::PresetError;
use crate::record::{FolderError, PolicyRecord, Question, Record, RecordDraft, RecordFolder};
use crate::scenario::{Named, Network, Scenario, Strategy};
use crate::simulate::{evaluate, tune_watched};
use crate::training::{
    Budget, Checkpoint, CheckpointError, Ending, Interrupt, Start, Trainer, TrainingError, train,
};
use crate::units::FieldError;
use std::path::{Path, PathBuf};

/// Why a cell is not reproduced.
#[derive(Debug, thiserror::Error)]
#[expect(
    missing_docs,
    reason = "each is an error of another room, in its words"
)]
pub enum ReproduceError {
    #[error(transparent)]
    Preset(#[from] PresetError),
    #[error(transparent)]
    Field(#[from] FieldError),
    #[error(transparent)]
    Training(#[from] TrainingError),
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    #[error(transparent)]
    Folder(#[from] FolderError),
    #[error(transparent)]
    File(#[from] FileError),
    /// A folder holds what another plan made.
    #[error("{}: {reason}; allowed: another folder, or the same effort and seed as before", .path.display())]
    Other { path: PathBuf, reason: String },
}

/// What is being done for a cell, and the share of it that is done.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Step {
    /// A network is trained.
    Training(Network, f64),
    /// Everybody is measured.
    Measuring(f64),
}

/// What came of a cell.
#[derive(Clone, Debug)]
pub struct Done {
    /// The record of the run.
    pub record: Record,
    /// Its networks, in the order of [`NETWORKS`].
    pub learned: Vec<LearnedPolicy>,
}

/// Where the work is done, and who is told.
pub struct Place<'a> {
    /// Where networks and records are kept and found again; absent: nowhere.
    pub folder: Option<&'a Path>,
    /// Raised when it is no longer wanted.
    pub interrupt: &'a Interrupt,
    /// Seconds since some instant.
    pub clock: &'a dyn Fn() -> f64,
}

/// Reproduces a cell; `None` when it was interrupted. Networks and records in the folder that were made for
/// the same are not made again.
///
/// # Errors
/// When training or a file fails, or the folder holds what another plan made.
pub fn run(
    cell: &Cell,
    effort: &Effort,
    seed: u64,
    place: &Place<'_>,
    told: &mut dyn FnMut(Step),
) -> Result<Option<Done>, ReproduceError> {
    let mut learned = Vec::new();
    for network in NETWORKS {
        let scenario = effort.training(cell, network, seed)?;
        let told = &mut |share| told(Step::Training(network, share));
        let Some(policy) = network_of(cell, &scenario, place, told)? else {
            return Ok(None);
        };
        learned.push(policy.called(network.name()));
    }
    let scenario = cell.scenario(&[("seed", &seed.to_string())])?;
    let told = &mut |share| told(Step::Measuring(share));
    let record = measured(cell, &scenario, effort.paths, &learned, place, told)?;
    Ok(record.map(|record| Done { record, learned }))
}

/// The network of a scenario: from its file, or trained and put there.
fn network_of(
    cell: &Cell,
    scenario: &Scenario,
    place: &Place<'_>,
    told: &mut dyn FnMut(f64),
) -> Result<Option<LearnedPolicy>, ReproduceError> {
    let name = format!("{cell}.{}.safetensors", scenario.training.network.name());
    let file = place
        .folder
        .map(|folder| folder.join("networks").join(name));
    if let Some(file) = file.as_deref().filter(|file| file.exists()) {
        let policy = Checkpoint::read(file)?.policy;
        let differs = policy.trained_for().differences(scenario);
        if let Some(field) = differs.first() {
            let (there, here) = field.told(policy.trained_for(), scenario);
            return Err(ReproduceError::Other {
                path: file.to_owned(),
                reason: format!("was trained with {} = {there}, not {here}", field.path),
            });
        }
        told(1.0);
        return Ok(Some(policy));
    }
    let Some(checkpoint) = trained(scenario, place, told)? else {
        return Ok(None);
    };
    if let Some(file) = file {
        checkpoint.write(&file)?;
    }
    Ok(Some(checkpoint.policy))
}

fn trained(
    scenario: &Scenario,
    place: &Place<'_>,
    told: &mut dyn FnMut(f64),
) -> Result<Option<Checkpoint>, ReproduceError> {
    let interrupted = |error| match error {
        TrainingError::Interrupted => Ok(None),
        error => Err(ReproduceError::from(error)),
    };
    let watch = &mut |_| place.interrupt.ask();
    let trainer = Trainer::watched(scenario, &Start::Fresh, scenario.seed, watch);
    let mut trainer = match trainer {
        Ok(trainer) => trainer,
        Err(error) => return interrupted(error),
    };
    trainer.heed(place.interrupt);
    let ending = train(&mut trainer, Budget::Planned, place.clock, &mut |trainer| {
        told(trainer.share());
        place.interrupt.ask()
    });
    match ending {
        Ok(Ending::Finished) => Ok(Some(trainer.checkpoint().without_training())),
        Ok(Ending::Stopped) => {
            place.interrupt.raise();
            Ok(None)
        }
        Err(error) => interrupted(error),
    }
}

/// The record of a cell: from its folder, or made and put there.
fn measured(
    cell: &Cell,
    scenario: &Scenario,
    paths: u64,
    learned: &[LearnedPolicy],
    place: &Place<'_>,
    told: &mut dyn FnMut(f64),
) -> Result<Option<Record>, ReproduceError> {
    let folder = place
        .folder
        .map(|all| all.join("cells").join(cell.to_string()));
    if let Some(folder) = folder.as_deref().filter(|folder| folder.is_dir()) {
        let found = RecordFolder::open(folder)?;
        if !answers(&found, scenario, paths, learned) {
            return Err(ReproduceError::Other {
                path: folder.to_owned(),
                reason: "is the record of another question".into(),
            });
        }
        told(1.0);
        return Ok(Some(found.record));
    }
    let strategies: Vec<Strategy> = RULES.into_iter().chain([Strategy::Learned]).collect();
    let Some(tuned) = tune_watched(scenario, &strategies, &mut || place.interrupt.ask()) else {
        return Ok(None);
    };
    let policies = line_up(&strategies, scenario, &tuned, learned);
    let start = (place.clock)();
    let sampling = Sampling::evaluation(scenario.seed);
    let evaluation = evaluate(scenario, &policies, sampling, paths, &mut |done| {
        told(done as f64 / paths as f64);
        place.interrupt.ask()
    });
    if evaluation.paths < paths {
        return Ok(None);
    }
    let trained = NETWORKS.map(Named::name);
    let records = PolicyRecord::all(&policies, learned.iter().zip(trained), scenario);
    let question = Question {
        preset: &cell.to_string(),
        scenario,
        sampling,
        paths,
        policies: &records,
    };
    let record = Record::new(question, &evaluation, (place.clock)() - start);
    if let Some(folder) = folder {
        RecordDraft::begin(&folder)?.finish(&record, learned)?;
    }
    Ok(Some(record))
}

/// Whether a record is of this market, these paths and these networks.
fn answers(
    found: &RecordFolder,
    scenario: &Scenario,
    paths: u64,
    learned: &[LearnedPolicy],
) -> bool {
    let record = &found.record;
    let same = found.learned.iter().map(Policy::identity);
    record.market == scenario.market_hash()
        && (record.paths, record.seed, record.antithetic) == (paths, scenario.seed, false)
        && same.eq(learned.iter().map(Policy::identity))
        && record.strategies.len() == RULES.len() + learned.len()
}
