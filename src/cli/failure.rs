//! Why a command was not done, by whose fault it is.

use crate::files::FileError;
use crate::presets::PresetError;
use crate::record::FolderError;
use crate::training::{CheckpointError, TrainingError};

/// A failure, by whose fault it is.
#[derive(Debug)]
pub(super) enum Failure {
    /// What was typed cannot be done: exit code 2.
    Usage(anyhow::Error),
    /// The run failed: exit code 1.
    Run(anyhow::Error),
    /// It is not finished, and the same command goes on: exit code 75.
    Again(anyhow::Error),
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self::Run(error)
    }
}

impl From<PresetError> for Failure {
    fn from(error: PresetError) -> Self {
        match error {
            PresetError::Unknown { .. }
            | PresetError::BadName { .. }
            | PresetError::WrongSuffix { .. }
            | PresetError::NotOwn { .. }
            | PresetError::NotInTrash { .. }
            | PresetError::File(FileError::NoFolder { .. }) => Self::Usage(error.into()),
            other => Self::Run(other.into()),
        }
    }
}

impl From<TrainingError> for Failure {
    fn from(error: TrainingError) -> Self {
        match error {
            TrainingError::OtherShape { .. }
            | TrainingError::TooLarge { .. }
            | TrainingError::NothingToResume => Self::Usage(error.into()),
            other => Self::Run(other.into()),
        }
    }
}

impl From<CheckpointError> for Failure {
    fn from(error: CheckpointError) -> Self {
        Self::Run(error.into())
    }
}

impl From<FolderError> for Failure {
    fn from(error: FolderError) -> Self {
        match error {
            FolderError::Taken { .. } | FolderError::File(FileError::NoFolder { .. }) => {
                Self::Usage(error.into())
            }
            other => Self::Run(other.into()),
        }
    }
}

impl From<crate::units::FieldError> for Failure {
    fn from(error: crate::units::FieldError) -> Self {
        Self::Usage(error.into())
    }
}

pub(super) fn usage(message: String) -> Failure {
    Failure::Usage(anyhow::Error::msg(message))
}
