//! What can go wrong in a sweep.

use crate::files::FileError;
use crate::policy::learned::WeightsError;
use crate::presets::PresetError;
use crate::training::{CheckpointError, TrainingError};
use crate::units::FieldError;
use std::path::PathBuf;

/// Why a sweep does not start or go on.
#[derive(Debug, thiserror::Error)]
pub enum SweepError {
    /// The spec or its preset does not load.
    #[error(transparent)]
    Spec(#[from] PresetError),
    /// A cell of it cannot be.
    #[error("{origin}: {wrong}")]
    Cell {
        /// The spec.
        origin: String,
        /// Which cell, what is wrong with it and what is allowed.
        wrong: FieldError,
    },
    /// Something that was asked for and cannot be.
    #[error(transparent)]
    Field(#[from] FieldError),
    /// A folder that is not, or not any more, one of this sweep.
    #[error("{}: {reason}", .path.display())]
    Folder {
        /// Which.
        path: PathBuf,
        /// What is wrong and what is allowed.
        reason: String,
    },
    /// A file of results that is not as it was written.
    #[error("{}: {reason}; remove it, and the same run makes it anew", .path.display())]
    Changed {
        /// Which.
        path: PathBuf,
        /// How that is known.
        reason: String,
    },
    /// Cells that have no result yet.
    #[error("{missing} of {all} cells are not there yet; hedgelab sweep run makes them")]
    Missing {
        /// How many.
        missing: usize,
        /// Of how many.
        all: usize,
    },
    /// A network could not be trained.
    #[error("{cell}: {source}")]
    Training {
        /// In which cell.
        cell: String,
        /// Why.
        source: TrainingError,
    },
    /// The conditioned policy has no answer in a cell.
    #[error("{cell}: the conditioned policy has no answer here: {source}")]
    Conditioned {
        /// In which cell.
        cell: String,
        /// Why.
        source: WeightsError,
    },
    /// A policy's file.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// A storage that refuses, or cannot be reached.
    #[error("{place}: {reason}")]
    Storage {
        /// Which file in it.
        place: String,
        /// What it says.
        reason: String,
    },
    /// Any other file.
    #[error(transparent)]
    File(#[from] FileError),
    /// Anything else that cannot be made or written.
    #[error("{what}: {reason}")]
    Other {
        /// Which.
        what: &'static str,
        /// Why.
        reason: String,
    },
}

impl SweepError {
    /// Whether it is about one cell alone, so that others may go on.
    #[must_use]
    pub fn is_of_one_cell(&self) -> bool {
        matches!(self, Self::Training { .. } | Self::Conditioned { .. })
    }
}
