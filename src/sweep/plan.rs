//! The plan of a sweep: which cells there are, in which order, and which start from which.
//!
//! Cells are numbered through all axes, the last one fastest. Where a training starts from its
//! neighbour's weights, the cells along one axis make a chain; everywhere else each cell is a chain of its
//! own. Chains follow from the spec alone, and whoever shares the work takes whole ones: that is why
//! results do not depend on how it is shared.

use super::axis::Axis;
use super::cell::{self, Cell, Chain, Question};
use super::check;
use super::error::SweepError;
use super::spec::{Condition, Spec, Start, Test, VERSION};
use crate::presets::{self, PresetError, Written, text_of};
use crate::scenario::fields::Field;
use crate::scenario::{FieldError, Scenario, Strategy};
use crate::training::refinement;
use crate::units::ContentHash;
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

    /// All chains in their order.
    ///
    /// # Errors
    /// Names the first cell that cannot be.
    pub fn chains(&self) -> Result<Vec<Chain>, SweepError> {
        let (length, stride) = self.along.map_or((1, 1), |along| {
            let after = self.axes[along + 1..].iter().map(Axis::count);
            (self.axes[along].count(), after.product())
        });
        let heads = (0..self.places()).filter(|index| (index / stride) % length == 0);
        let chain = |head: usize| self.chain((0..length).map(|step| head + step * stride));
        let chains: Result<Vec<Chain>, SweepError> = heads.map(chain).collect();
        let mut chains = chains?;
        chains.retain(|chain| !chain.cells.is_empty());
        if chains.is_empty() {
            let wrong = FieldError::new("leave_out", "all cells", "fewer than all");
            return Err(self.about(wrong));
        }
        Ok(chains)
    }

    fn chain(&self, indices: impl Iterator<Item = usize>) -> Result<Chain, SweepError> {
        let mut cells: Vec<Cell> = Vec::new();
        for index in indices {
            let neighbour = cells.last().and_then(|before| before.policy);
            if let Some(cell) = self.cell(index, neighbour)? {
                cells.push(cell);
            }
        }
        Ok(Chain { cells })
    }

    fn cell(
        &self,
        index: usize,
        neighbour: Option<ContentHash>,
    ) -> Result<Option<Cell>, SweepError> {
        let scenario = self.made(index, neighbour.is_none());
        let scenario = scenario.map_err(|wrong| self.about_cell(index, wrong))?;
        if self.is_left_out(&scenario) {
            return Ok(None);
        }
        for probe in &self.spec.probes {
            let state = probe.state(&scenario);
            state.map_err(|wrong| {
                self.about_cell(index, wrong.inside(&format!("probe {:?}", probe.name)))
            })?;
        }
        let policy = if self.has_learned() {
            Some(cell::training_name(self, index, &scenario, neighbour)?)
        } else {
            None
        };
        let question = self.question(&scenario, policy);
        Ok(Some(Cell {
            index,
            name: question.name(&scenario),
            policy,
            neighbour,
        }))
    }

    /// The scenario of a cell, as it is trained and measured.
    ///
    /// # Errors
    /// What of it cannot be.
    pub fn scenario(&self, cell: &Cell) -> Result<Scenario, SweepError> {
        let scenario = self.made(cell.index, cell.neighbour.is_none());
        scenario.map_err(|wrong| self.about_cell(cell.index, wrong))
    }

    fn made(&self, index: usize, is_first: bool) -> Result<Scenario, FieldError> {
        let mut parameters = self.base.clone().into_parameters();
        if let (true, Some(first)) = (is_first, self.spec.training.first_iterations) {
            Field::find("training.iterations")?.set(&mut parameters, &first.to_string())?;
        }
        for (place, axis) in self.place(index).into_iter().zip(&self.axes) {
            axis.set(place, &mut parameters)?;
        }
        let told = self.told(index);
        parameters.title = format!("{}: {told}", self.spec.title);
        if parameters.title.chars().count() > 100 {
            parameters.title = parameters.title.chars().take(99).chain(['…']).collect();
        }
        let scenario = Scenario::new(parameters)?;
        match self.spec.start {
            Start::Conditioned if self.has_learned() => self.refined(&scenario),
            _ => Ok(scenario),
        }
    }

    /// The scenario as what a conditioned policy makes for it is refined: as long as was asked for.
    fn refined(&self, scenario: &Scenario) -> Result<Scenario, FieldError> {
        let refined = refinement(scenario)?;
        let mut moved = self.axes.iter().flat_map(|axis| &axis.fields);
        let asked = self.spec.training.iterations.is_some()
            || moved.any(|(field, _)| field.path == "training.iterations");
        if !asked {
            return Ok(refined);
        }
        let mut parameters = refined.into_parameters();
        parameters.training.iterations = scenario.training.iterations;
        Scenario::new(parameters)
    }

    /// What is asked in a cell.
    pub(super) fn question(&self, scenario: &Scenario, policy: Option<ContentHash>) -> Question {
        Question {
            scenario: scenario.clone().into_parameters(),
            strategies: self.spec.strategies.clone(),
            measures: self.spec.measures.clone(),
            paths: self.spec.paths,
            seed: self.spec.seed,
            probes: self.spec.probes.clone(),
            policy,
        }
    }

    fn is_left_out(&self, scenario: &Scenario) -> bool {
        let mut lists = self.spec.leave_out.iter();
        lists.any(|all| all.iter().all(|one| holds(one, scenario)))
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

/// The scenario of the preset that a spec names.
fn preset_of(spec: &Spec, folder: Option<&Path>) -> Result<Scenario, SweepError> {
    let beside = folder.map(|folder| folder.join(&spec.preset));
    let is_file = Path::new(&spec.preset).extension().is_some();
    let set = match beside.filter(|file| is_file && file.is_file()) {
        Some(file) => presets::load_file(&file)?,
        None => presets::load(&spec.preset)?,
    };
    let Some(name) = &spec.pin else {
        return Ok(set.alone());
    };
    let pins = set.pinned();
    let names: Vec<&str> = pins.iter().map(|pin| pin.label.name.as_str()).collect();
    let refused = || {
        let allowed = format!("a pin of {}: {}", spec.preset, names.join(", "));
        FieldError::new("pin", format!("{name:?}"), allowed)
    };
    let pin = pins.iter().find(|pin| pin.label.name == *name);
    Ok(pin.ok_or_else(refused)?.scenario.clone())
}

/// The scenario of every cell before its axes move.
fn base(spec: &Spec, preset: &Scenario) -> Result<Scenario, FieldError> {
    let mut parameters = preset.clone().into_parameters();
    for (path, value) in &spec.changes {
        let inside = |wrong: FieldError| wrong.inside("changes");
        let field = Field::find(path).map_err(inside)?;
        field.set(&mut parameters, value).map_err(inside)?;
    }
    let effort = &spec.training;
    for (path, count) in [
        ("training.iterations", effort.iterations.filter(|n| *n > 0)),
        ("training.batch", effort.batch),
    ] {
        if let Some(count) = count {
            Field::find(path)?.set(&mut parameters, &count.to_string())?;
        }
    }
    parameters.strategies.selected.clone_from(&spec.strategies);
    // A cell is no preset to be shown.
    parameters.shown_path = None;
    parameters.description = String::new();
    Scenario::new(parameters)
}

fn holds(condition: &Condition, scenario: &Scenario) -> bool {
    let Ok(field) = Field::find(&condition.field) else {
        return false;
    };
    let number = field.number(scenario);
    match &condition.is {
        Test::Below(x) => number.is_some_and(|found| found < *x),
        Test::Above(x) => number.is_some_and(|found| found > *x),
        Test::Equal(value) => {
            let mut like = scenario.clone().into_parameters();
            field.set(&mut like, &value.text()).is_ok() && field.get(&like) == field.get(scenario)
        }
    }
}
