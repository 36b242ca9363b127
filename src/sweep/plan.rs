//! The plan of a sweep: which cells there are, in which order, and which start from which.
//!
//! Cells are numbered through all axes, the last one fastest. Where a training starts from its
//! neighbour's weights, the cells along one axis make a chain; everywhere else each cell is a chain of its
//! own. Chains follow from the spec alone, and whoever shares the work takes whole ones: that is why
//! results do not depend on how it is shared.

mod base;
mod cells;

use super::axis::Axis;
use super::check;
use super::error::SweepError;
use super::spec::{Spec, VERSION};
use crate::presets::{self, PresetError, Written, text_of};
use crate::scenario::{FieldError, Scenario, Strategy};
use base::{base, preset_of};
use std::path::Path;

/// Largest file of a spec (bytes).
const LIMIT: u64 = 1 << 20;
/// Most cells.
pub const MOST_CELLS: usize = 1_000_000;

/// A checked sweep.
#[derive(Clone, Debug)]
pub struct Plan {
    spec: Spec,
    /// The preset's scenario, as it is.
    preset: Scenario,
    /// The same with what the spec changes everywhere.
    base: Scenario,
    axes: Vec<Axis>,
    /// The axis along which neighbours start from each other.
    along: Option<usize>,
    /// For messages.
    origin: String,
}

impl Plan {
    /// The sweep in a file.
    ///
    /// # Errors
    /// When the file cannot be read, or where and why it is no sweep.
    pub fn load(path: &Path) -> Result<Self, SweepError> {
        let text = text_of(path, LIMIT)?;
        Self::parse(&text, &path.display().to_string(), path.parent())
    }

    /// The sweep in a text; `origin` names it in messages, and a preset that is a file is looked for in
    /// `folder` first.
    ///
    /// # Errors
    /// Where and why the text is no sweep.
    pub fn parse(text: &str, origin: &str, folder: Option<&Path>) -> Result<Self, SweepError> {
        let written = Written { text, origin };
        let spec: Spec = written.read("a sweep", VERSION)?;
        let preset = preset_of(&spec, folder).map_err(|wrong| match wrong {
            SweepError::Field(wrong) => written.about(&wrong).into(),
            other => other,
        })?;
        Self::new(spec, preset, origin).map_err(|wrong| written.about(&wrong).into())
    }

    /// The same as texts that [`Plan::reopened`] reads: the spec, and the preset's scenario.
    ///
    /// # Errors
    /// When they cannot be put into words.
    pub fn texts(&self) -> Result<(String, String), PresetError> {
        let spec = presets::written_text(&self.spec)?;
        Ok((spec, presets::text(&self.preset)?))
    }

    /// The plan that these texts were made of.
    ///
    /// # Errors
    /// Where and why they are none.
    pub fn reopened(spec: &str, preset: &str, origin: &str) -> Result<Self, SweepError> {
        let written = Written { text: spec, origin };
        let read: Spec = written.read("a sweep", VERSION)?;
        let preset = presets::parse(preset, "scenario.ron")?;
        Self::new(read, preset, origin).map_err(|wrong| written.about(&wrong).into())
    }

    fn new(spec: Spec, preset: Scenario, origin: &str) -> Result<Self, FieldError> {
        check::words(&spec)?;
        check::figures(&spec)?;
        let mut axes = Vec::new();
        for (place, axis) in spec.axes.iter().enumerate() {
            let axis = Axis::new(axis).map_err(|wrong| wrong.inside(&format!("axes[{place}]")))?;
            axes.push(axis);
        }
        check::axes(&axes)?;
        check::conditions(&spec)?;
        let along = check::along(&spec, &axes)?;
        check::effort(&spec)?;
        let base = base(&spec, &preset)?;
        Ok(Self {
            along,
            preset,
            base,
            axes,
            origin: origin.to_owned(),
            spec,
        })
    }

    /// The spec.
    #[must_use]
    pub fn spec(&self) -> &Spec {
        &self.spec
    }

    /// The scenario before its axes move.
    pub(super) fn base(&self) -> &Scenario {
        &self.base
    }

    /// The axes, the last one running fastest.
    #[must_use]
    pub fn axes(&self) -> &[Axis] {
        &self.axes
    }

    /// Whether networks are trained or made at all.
    #[must_use]
    pub fn has_learned(&self) -> bool {
        self.spec.strategies.contains(&Strategy::Learned)
    }

    /// Number of places in the grid, those that are left out included.
    #[must_use]
    pub fn places(&self) -> usize {
        self.axes.iter().map(Axis::count).product()
    }

    /// Where a cell stands on each axis.
    #[must_use]
    pub fn place(&self, index: usize) -> Vec<usize> {
        let mut rest = index;
        let mut place = vec![0; self.axes.len()];
        for (at, axis) in place.iter_mut().zip(&self.axes).rev() {
            *at = rest % axis.count();
            rest /= axis.count();
        }
        place
    }

    /// The number of the cell that stands there on each axis: what [`Plan::place`] takes apart.
    #[must_use]
    pub fn index(&self, place: &[usize]) -> usize {
        let axes = place.iter().zip(&self.axes);
        axes.fold(0, |index, (at, axis)| index * axis.count() + at)
    }

    /// What a cell is called in messages: `impact 1.02, depth 1`.
    #[must_use]
    pub fn told(&self, index: usize) -> String {
        let place = self.place(index).into_iter().zip(&self.axes);
        let words = place.map(|(at, axis)| format!("{} {}", axis.name, axis.value(at)));
        words.collect::<Vec<_>>().join(", ")
    }

    fn about_cell(&self, index: usize, wrong: FieldError) -> SweepError {
        let told = self.told(index);
        self.about(FieldError {
            field: format!("in the cell of {told}, {}", wrong.field),
            ..wrong
        })
    }

    fn about(&self, wrong: FieldError) -> SweepError {
        SweepError::Cell {
            origin: self.origin.clone(),
            wrong,
        }
    }
}
