//! How the axes of a sweep lie on a page: one down, one across, and where the others are held.

use super::axis::Axis;
use super::plan::Plan;
use super::shown::{Wish, refused};
use crate::outcome::Estimate;
use crate::units::FieldError;
use std::collections::BTreeMap;

/// How the axes lie.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Laid {
    /// The axis that runs down, by its place among the sweep's.
    pub down: usize,
    /// The one that runs across; absent where there is no other.
    pub across: Option<usize>,
    /// Axes that are held, each at the place of a value.
    pub held: BTreeMap<usize, usize>,
}

/// One figure over the two axes that run down and across, all others at one value each.
#[derive(Clone, Debug, PartialEq)]
pub struct Surface {
    /// Where each axis is held; nothing is meant by it for those that run down and across.
    pub held: Vec<usize>,
    /// Values of the axis that runs across; 1 where none does.
    pub columns: usize,
    /// Its points, line by line from the top.
    pub points: Vec<Point>,
}

/// A point of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// Its number in the grid: a cell, or a place that is left out.
    pub index: usize,
    /// What is known there.
    pub found: Found,
}

/// What is known of a place in the grid.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Found {
    /// The sweep leaves it out.
    LeftOut,
    /// It is not there yet.
    Waiting,
    /// This.
    There(Estimate),
}

impl Found {
    /// The figure, where it is there and defined.
    #[must_use]
    pub fn value(&self) -> Option<f64> {
        self.estimate().and_then(|found| found.value)
    }

    /// The same with its standard error.
    #[must_use]
    pub fn estimate(&self) -> Option<Estimate> {
        match self {
            Self::There(found) => Some(*found),
            Self::LeftOut | Self::Waiting => None,
        }
    }
}

impl Wish {
    /// How the axes are to lie: the first that is not held runs down, the second across, unless others are
    /// asked for.
    ///
    /// # Errors
    /// Names what the sweep does not have, and what it has.
    pub fn laid(&self, plan: &Plan) -> Result<Laid, FieldError> {
        let axes = plan.axes();
        let names: Vec<&str> = axes.iter().map(|axis| axis.name.as_str()).collect();
        let place = |field: &str, name: &str| {
            let place = names.iter().position(|known| *known == name);
            place.ok_or_else(|| refused(field, name, &names))
        };
        let mut held = BTreeMap::new();
        for at in &self.at {
            let refused_at = || {
                let allowed = format!("AXIS=VALUE, such as {}", example(axes));
                FieldError::new("at", format!("{at:?}"), allowed)
            };
            let (name, value) = at.split_once('=').ok_or_else(refused_at)?;
            let axis = place("at", name.trim())?;
            let values = (0..axes[axis].count()).map(|i| axes[axis].value(i));
            let values: Vec<&str> = values.collect();
            let found = values.iter().position(|known| *known == value.trim());
            held.insert(axis, found.ok_or_else(|| refused("at", at, &values))?);
        }
        let free = |taken: Option<usize>| {
            (0..axes.len()).find(|axis| Some(*axis) != taken && !held.contains_key(axis))
        };
        let across = self.across.as_deref().map(|name| place("across", name));
        let across = across.transpose()?;
        let down = match &self.down {
            Some(name) => place("down", name)?,
            None => free(across).unwrap_or(0),
        };
        let across = across
            .or_else(|| free(Some(down)))
            .filter(|axis| *axis != down);
        held.retain(|axis, _| *axis != down && Some(*axis) != across);
        Ok(Laid { down, across, held })
    }
}

impl Laid {
    /// The axis that runs down; absent where the sweep has none.
    #[must_use]
    pub fn down<'a>(&self, plan: &'a Plan) -> Option<&'a Axis> {
        plan.axes().get(self.down)
    }

    /// The axis that runs across.
    #[must_use]
    pub fn across<'a>(&self, plan: &'a Plan) -> Option<&'a Axis> {
        self.across.and_then(|place| plan.axes().get(place))
    }

    /// The axes that run neither down nor across, by their places.
    pub fn others(&self, plan: &Plan) -> impl Iterator<Item = usize> {
        let (down, across) = (self.down, self.across);
        (0..plan.axes().len()).filter(move |axis| *axis != down && Some(*axis) != across)
    }

    /// Whether a place in the grid lies where the axes are held.
    #[must_use]
    pub fn holds(&self, place: &[usize]) -> bool {
        self.held.iter().all(|(axis, at)| place[*axis] == *at)
    }

    /// Every combination of the others: a place in the grid for each.
    #[must_use]
    pub fn combinations(&self, plan: &Plan) -> Vec<Vec<usize>> {
        let axes = plan.axes();
        let mut all = vec![vec![0; axes.len()]];
        for axis in self.others(plan) {
            let values = match self.held.get(&axis) {
                Some(at) => *at..*at + 1,
                None => 0..axes[axis].count(),
            };
            let with = |one: &Vec<usize>| {
                let values = values.clone();
                values
                    .map(|at| {
                        let mut one = one.clone();
                        one[axis] = at;
                        one
                    })
                    .collect::<Vec<_>>()
            };
            all = all.iter().flat_map(with).collect();
        }
        all
    }

    /// One of these combinations in words: `drift 0.1, dates 12`; empty where no axis is left.
    #[must_use]
    pub fn told(&self, plan: &Plan, held: &[usize]) -> String {
        let axes = plan.axes();
        let words = self.others(plan).map(|axis| {
            let (axis, at) = (&axes[axis], held[axis]);
            format!("{} {}", axis.name, axis.value(at))
        });
        words.collect::<Vec<_>>().join(", ")
    }

    /// The figure over both axes at one of these combinations.
    pub fn surface(&self, plan: &Plan, held: &[usize], found: &dyn Fn(usize) -> Found) -> Surface {
        let columns = self.across(plan).map_or(1, Axis::count);
        let rows = self.down(plan).map_or(1, Axis::count);
        let mut points = Vec::with_capacity(rows * columns);
        for row in 0..rows {
            for column in 0..columns {
                let mut place = held.to_vec();
                if let Some(down) = place.get_mut(self.down) {
                    *down = row;
                }
                if let Some(across) = self.across {
                    place[across] = column;
                }
                let index = plan.index(&place);
                let found = found(index);
                points.push(Point { index, found });
            }
        }
        Surface {
            held: held.to_vec(),
            columns,
            points,
        }
    }
}

impl Surface {
    /// The smallest and the largest figure of some surfaces; absent where there is none.
    #[must_use]
    pub fn range<'a>(surfaces: impl IntoIterator<Item = &'a Self>) -> Option<[f64; 2]> {
        let points = surfaces.into_iter().flat_map(|surface| &surface.points);
        let values = points.filter_map(|point| point.found.value());
        values.fold(None, |range, x| {
            let [low, high] = range.unwrap_or([x, x]);
            Some([low.min(x), high.max(x)])
        })
    }

    /// Lines from the top to the bottom.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.points.len() / self.columns.max(1)
    }

    /// The point in a line and a column.
    #[must_use]
    pub fn at(&self, row: usize, column: usize) -> Option<&Point> {
        let inside = column < self.columns;
        inside.then(|| self.points.get(row * self.columns + column))?
    }
}

/// A value of an axis, to show how it is written.
fn example(axes: &[Axis]) -> String {
    let first = axes.first();
    first.map_or("AXIS=VALUE".into(), |axis| {
        format!("{}={}", axis.name, axis.value(0))
    })
}
