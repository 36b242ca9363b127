//! A map: what a policy does at each point of two axes.

use super::dimension::Mover;
use super::seat::Seat;
use super::{Axis, Colour, Dimension, Point, State};
use crate::policy::conditioned::{Outside, outside};
use crate::policy::{Conditioned, LearnedPolicy};
use crate::scenario::fields::Field;
use crate::scenario::{Named, Scenario};
use crate::units::{FieldError, plain};
use rayon::prelude::*;
use std::ops::ControlFlow;
use std::sync::Arc;

/// Cells along each axis of a full map.
pub const FULL: usize = 200;
/// Cells along each axis of a map that is there at once, where a full one takes longer than a frame, and
/// of the one between.
const COARSE: usize = 32;
const FINER: usize = 80;

/// Whose map it is.
#[derive(Clone, Debug)]
pub enum Whose {
    /// One policy's, whatever the scenario; with what it remembers of a path. It knows one scenario, so that
    /// axes are the state's alone.
    Trained(LearnedPolicy, Vec<f64>),
    /// That of the policy which is made for each scenario.
    Made(Conditioned),
}

/// What is asked.
#[derive(Clone, Debug)]
pub struct Ask {
    /// What is not along an axis is as here.
    pub scenario: Arc<Scenario>,
    /// The same of the state.
    pub state: State,
    /// Whose policy.
    pub whose: Whose,
    /// From left to right, and from bottom to top.
    pub axes: [Wanted; 2],
    /// Whether the book's other side moves alike.
    pub both_sides: bool,
    /// Whether the widths of no-trade bands are wanted, which take longer.
    pub band: bool,
}

/// An axis that is asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Wanted {
    /// What it measures.
    pub dimension: Dimension,
    /// From where to where; absent: as far as [`Dimension::ends`] says.
    pub ends: Option<[f64; 2]>,
}

impl From<Dimension> for Wanted {
    fn from(dimension: Dimension) -> Self {
        let ends = None;
        Self { dimension, ends }
    }
}

/// Why there is no map.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Both axes are one and the same.
    #[error("both axes are {}; choose another for one of them", .0.label())]
    Same(Dimension),
    /// A policy of one scenario, over scenarios.
    #[error(
        "{} is an axis over scenarios, and a policy that was trained or loaded knows one: it needs the policy \
         that answers at once", .0.label()
    )]
    OneScenario(Dimension),
    /// It makes no difference.
    #[error("{} makes no difference under this objective", .0.label())]
    Idle(Dimension),
    /// Ends that are not allowed.
    #[error(transparent)]
    Ends(FieldError),
}

/// What a policy does at each point of two axes.
#[derive(Clone, Debug, PartialEq)]
pub struct Map {
    /// From left to right, and from bottom to top.
    pub axes: [Axis; 2],
    /// Where the scenario and the state stand that were asked about; not a number, or beyond an axis, where
    /// they are off it.
    pub here: [f64; 2],
    /// What is done there.
    pub at_here: Option<Point>,
    /// The points, row by row from the lowest; absent where there is no such scenario.
    pub points: Vec<Option<Point>>,
}

/// How many cells along each axis to ask for, one after the other: the first answer within about a frame.
#[must_use]
pub fn steps(ask: &Ask) -> &'static [usize] {
    let of_scenario = |wanted: &&Wanted| !wanted.dimension.is_of_state();
    match (ask.axes.iter().filter(of_scenario).count(), ask.band) {
        (0, false) => &[FULL],
        (1, false) => &[FINER, FULL],
        _ => &[COARSE, FINER, FULL],
    }
}

impl Ask {
    /// Whether it can be answered.
    fn check(&self) -> Result<(), Refusal> {
        let [across, up] = self.axes.map(|wanted| wanted.dimension);
        if across == up {
            return Err(Refusal::Same(up));
        }
        for wanted in &self.axes {
            let dimension = wanted.dimension;
            if !dimension.is_of_state() && matches!(self.whose, Whose::Trained(..)) {
                return Err(Refusal::OneScenario(dimension));
            }
            if !dimension.applies(&self.scenario) {
                return Err(Refusal::Idle(dimension));
            }
            if let Some(ends) = wanted.ends {
                self.check_ends(dimension, ends).map_err(Refusal::Ends)?;
            }
        }
        Ok(())
    }

    fn check_ends(&self, dimension: Dimension, [low, high]: [f64; 2]) -> Result<(), FieldError> {
        let refused = |allowed: &str| {
            let value = format!("{low} to {high}");
            Err(FieldError::new(dimension.name(), value, allowed))
        };
        if !(low.is_finite() && high.is_finite() && low < high) {
            return refused("a smaller number and a larger one");
        }
        let above_nought = dimension == Dimension::Spot || dimension.is_logarithmic();
        if above_nought && low <= 0.0 {
            return refused("numbers above 0");
        }
        let last = self.scenario.steps.saturating_sub(1) as f64;
        match dimension {
            Dimension::Date if low < 0.0 || high > last => {
                refused(&format!("dates from 0 to {last}"))
            }
            Dimension::AskMemory | Dimension::BidMemory if low < 0.0 => {
                refused("numbers from 0 on")
            }
            _ => self.check_field(dimension, [low, high]),
        }
    }

    fn check_field(&self, dimension: Dimension, ends: [f64; 2]) -> Result<(), FieldError> {
        let Ok(field) = Field::find(dimension.name()) else {
            return Ok(());
        };
        let Some(mover) = Mover::new(dimension, &self.scenario, self.both_sides) else {
            return Ok(());
        };
        for end in ends {
            let mut parameters = (**self.scenario).clone();
            field.set(&mut parameters, &plain(mover.held(end)))?;
        }
        Ok(())
    }

    fn mover(&self, dimension: Dimension) -> Option<Mover> {
        let of_scenario = !dimension.is_of_state();
        of_scenario
            .then(|| Mover::new(dimension, &self.scenario, self.both_sides))
            .flatten()
    }

    /// The policy in a scenario; none where there is no policy for it.
    fn seat(&self, scenario: &Scenario) -> Option<Seat> {
        let (policy, known) = match &self.whose {
            Whose::Trained(policy, _) => (policy.clone(), true),
            Whose::Made(made) => (made.policy(scenario).ok()?, outside(scenario).is_empty()),
        };
        Some(Seat::new(scenario, policy, known, self.band))
    }

    fn carried(&self) -> &[f64] {
        match &self.whose {
            Whose::Trained(_, carried) => carried,
            Whose::Made(_) => &[],
        }
    }

    /// What of the scenario at a point the policy does not know.
    #[must_use]
    pub fn unknown_at(&self, at: [f64; 2]) -> Vec<Outside> {
        let mut scenario = (*self.scenario).clone();
        for (wanted, x) in self.axes.iter().zip(at) {
            let moved = self
                .mover(wanted.dimension)
                .map(|mover| mover.at(&scenario, x));
            match moved {
                Some(Ok(there)) => scenario = there,
                Some(Err(_)) => return Vec::new(),
                None => {}
            }
        }
        match self.whose {
            Whose::Trained(..) => Vec::new(),
            Whose::Made(_) => outside(&scenario),
        }
    }
}

/// What is asked along one line: one of the axes is where it is, the other runs.
struct Lines<'a> {
    ask: &'a Ask,
    /// The policy where neither axis is of scenarios.
    only: Option<Seat>,
    outer: (Dimension, Option<Mover>),
    inner: (&'a Axis, Option<Mover>),
}

impl Lines<'_> {
    fn line(&self, x: f64) -> Vec<Option<Point>> {
        let (ask, carried) = (self.ask, self.ask.carried());
        let (axis, inner) = &self.inner;
        let nothing = || vec![None; axis.values.len()];
        let state = ask.state.with(self.outer.0, x, &ask.scenario);
        let moved = self
            .outer
            .1
            .as_ref()
            .map(|mover| mover.at(&ask.scenario, x));
        let scenario: &Scenario = match &moved {
            Some(Ok(moved)) => moved,
            Some(Err(_)) => return nothing(),
            None => &ask.scenario,
        };
        if let Some(mover) = inner {
            let point = |x: &f64| {
                let seat = ask.seat(&mover.at(scenario, *x).ok()?)?;
                seat.points(&[state], carried).pop()
            };
            return axis.values.iter().map(point).collect();
        }
        let own = if self.only.is_none() {
            ask.seat(scenario)
        } else {
            None
        };
        let Some(seat) = self.only.as_ref().or(own.as_ref()) else {
            return nothing();
        };
        let states = axis.values.iter();
        let states = states.map(|x| state.with(axis.dimension, *x, scenario));
        let states: Vec<State> = states.collect();
        seat.points(&states, carried)
            .into_iter()
            .map(Some)
            .collect()
    }
}

/// Across which axis lines are cheapest: one policy for each scenario, one date for many states, and one price
/// at which the option is worth what it is.
fn rank(dimension: Dimension) -> u8 {
    match dimension {
        Dimension::Date => 2,
        Dimension::Spot => 1,
        _ if dimension.is_of_state() => 0,
        _ => 3,
    }
}

impl Map {
    /// About `cells` cells along each axis; `None` once `go_on`, asked at each line, says no. The same for any
    /// number of threads.
    ///
    /// # Errors
    /// Where the axes do not go with each other, with the policy or the scenario.
    pub fn of(
        ask: &Ask,
        cells: usize,
        go_on: &(dyn Fn() -> ControlFlow<()> + Sync),
    ) -> Result<Option<Self>, Refusal> {
        ask.check()?;
        let axes = ask.axes.map(|wanted| {
            let dimension = wanted.dimension;
            let usual = || dimension.ends(&ask.scenario, &ask.state, ask.both_sides);
            Axis::new(dimension, wanted.ends.unwrap_or_else(usual), cells)
        });
        let here = axes
            .each_ref()
            .map(|axis| axis.dimension.present(&ask.scenario, &ask.state));
        let seat = ask.seat(&ask.scenario);
        let at_here = seat.as_ref().and_then(|seat| {
            let mut points = seat.points(&[ask.state], ask.carried());
            points.pop()
        });
        let columns = rank(axes[0].dimension) > rank(axes[1].dimension);
        let (outer, inner) = if columns {
            (&axes[0], &axes[1])
        } else {
            (&axes[1], &axes[0])
        };
        let of_state = axes.iter().all(|axis| axis.dimension.is_of_state());
        let lines = Lines {
            ask,
            only: seat.filter(|_| of_state),
            outer: (outer.dimension, ask.mover(outer.dimension)),
            inner: (inner, ask.mover(inner.dimension)),
        };
        let along = outer.values.par_iter();
        let found: Option<Vec<Vec<Option<Point>>>> = along
            .map(|x| go_on().is_continue().then(|| lines.line(*x)))
            .collect();
        let Some(found) = found else { return Ok(None) };
        let points = if columns {
            let rows = 0..axes[1].values.len();
            rows.flat_map(|row| found.iter().map(move |column| column[row]))
                .collect()
        } else {
            found.concat()
        };
        Ok(Some(Self {
            axes,
            here,
            at_here,
            points,
        }))
    }

    /// What is done at a place, or next to it; absent off the map and where there is no such scenario.
    #[must_use]
    pub fn at(&self, [x, y]: [f64; 2]) -> Option<&Point> {
        let (column, row) = (self.axes[0].cell(x)?, self.axes[1].cell(y)?);
        let place = row * self.axes[0].values.len() + column;
        self.points.get(place)?.as_ref()
    }

    /// Where the policy does not know the scenario, as boxes of cells (columns, rows): neighbours in a row as
    /// one, and those above each other that begin and end alike.
    #[must_use]
    pub fn unknown(&self) -> Vec<[[usize; 2]; 2]> {
        let width = self.axes[0].values.len().max(1);
        let known = |point: &Option<Point>| point.is_some_and(|point| point.known);
        let mut boxes: Vec<[[usize; 2]; 2]> = Vec::new();
        for (row, points) in self.points.chunks(width).enumerate() {
            let mut from = 0;
            for run in points.chunk_by(|a, b| known(a) == known(b)) {
                let columns = [from, from + run.len()];
                from = columns[1];
                if known(&run[0]) {
                    continue;
                }
                let below = boxes
                    .iter_mut()
                    .find(|[across, rows]| *across == columns && rows[1] == row);
                match below {
                    Some([_, rows]) => rows[1] = row + 1,
                    None => boxes.push([columns, [row, row + 1]]),
                }
            }
        }
        boxes
    }

    /// Numbers of the first and the last colour (shares): of the points that the policy knows, or of all where
    /// it knows none; around 0 where that is the middle.
    #[must_use]
    pub fn range(&self, colour: Colour) -> [f64; 2] {
        let any_known = self.points.iter().flatten().any(|point| point.known);
        let told = self.points.iter().flatten();
        let told = told.filter(|point| point.known || !any_known);
        let numbers = told.filter_map(|point| colour.of(point));
        let (least, most) = numbers.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), x| {
            (a.min(x), b.max(x))
        });
        if !least.is_finite() {
            return [0.0, 1e-9];
        }
        if colour.is_diverging() {
            let extreme = least.abs().max(most.abs()).max(1e-9);
            [-extreme, extreme]
        } else {
            [least, most.max(least + 1e-9)]
        }
    }
}
