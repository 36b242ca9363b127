//! What panels ask for.

use super::document::{Change, Grain};
use super::view::PolicyChart;
use crate::scenario::Strategy;
use crate::scenario::fields::Field;
use std::path::PathBuf;

/// A wish of the person at the window.
#[derive(Clone, Debug)]
pub enum Command {
    /// Change fields together.
    Edit(Vec<Change>, Grain),
    /// The hand let go of a control.
    EndDrag,
    /// A field back to the preset's value.
    ResetField(&'static Field),
    Undo,
    Redo,
    /// Back to the preset.
    Revert,
    /// A built-in preset, or one of the user's, by name.
    OpenPreset(String),
    /// A preset file.
    OpenFile(PathBuf),
    /// Ask for a file to open.
    AskOpen,
    /// To the file it came from; asks where there is none.
    Save,
    /// Ask for a file to save to.
    AskSaveAs,
    /// To this file.
    SaveTo(PathBuf),

    /// Which strategy's book, bins and bubbles are shown.
    Focus(Strategy),
    /// Take part in the comparison, or no more.
    ToggleStrategy(Strategy),
    /// What the pointer rests on, this frame.
    Hover(Hover),

    /// The time cursor, to a date.
    GoTo(usize),
    /// The time cursor, by some dates.
    StepBy(isize),
    TogglePlay,
    /// Dates a second while playing.
    Speed(f64),
    /// Show a path by its number.
    ShowPath(u64),
    /// Show the path of a rank of the strategy in focus.
    ShowRank(Rank),
    NextPath,
    PreviousPath,
    RandomPath,
    /// The path that the preset brings.
    RecordedPath,

    /// Start, pause or go on.
    ToggleTraining,
    /// From the present weights.
    Retrain,
    /// From the beginning.
    TrainAfresh,
    StopTraining,
    ResetTraining,
    AutoRetrain(bool),

    Pin,
    Unpin,

    /// What the policy view shows.
    Policy(PolicyChart),
    /// Whether the heat map's prices are relative to the mid price.
    RelativePrices(bool),
    /// Whether ask and bid move together.
    LinkSides(bool),

    SetTheme(egui::ThemePreference),
    Zoom(ZoomBy),
    ResetLayout,
    ToggleControls,
    Help,
    About,
    CopyText(String),
    Quit,
}

/// Of the paths shown, the one of a rank.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rank {
    Worst,
    Median,
    Best,
}

/// How to change the zoom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ZoomBy {
    In,
    Out,
    Reset,
}

/// What the pointer rests on.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Hover {
    /// A date.
    pub step: Option<usize>,
    /// A strategy.
    pub strategy: Option<Strategy>,
}

impl Command {
    /// Whether it puts other values into the controls than the person typed there.
    #[must_use]
    pub fn replaces_values(&self) -> bool {
        matches!(
            self,
            Self::OpenPreset(_)
                | Self::OpenFile(_)
                | Self::Undo
                | Self::Redo
                | Self::Revert
                | Self::ResetField(_)
        )
    }
}
