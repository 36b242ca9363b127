//! A sweep as a file holds it: plain records, checked by [`super::Plan`].

use super::asked::Asked;
use super::probe::Probe;
use crate::scenario::Strategy;
use crate::units::plain;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Version of the format that this program reads and writes.
pub const VERSION: u32 = 1;

/// Which cells there are, and what is done in each.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename = "Sweep")]
pub struct Spec {
    /// Version of the format.
    pub version: u32,
    /// One line for tables and figures.
    pub title: String,
    /// What it is for, in a few sentences.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// The scenario that is swept: a preset's name, or a file (looked for beside the sweep's first).
    pub preset: String,
    /// Of a set, the pinned scenario that is meant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pin: Option<String>,
    /// Fields changed in every cell, as with `--set`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub changes: BTreeMap<String, String>,
    /// What differs from cell to cell; the last one runs fastest.
    pub axes: Vec<AxisSpec>,
    /// Cells in which all conditions of one of these lists hold are left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub leave_out: Vec<Vec<Condition>>,
    /// Who hedges in every cell; the others are measured against the first.
    pub strategies: Vec<Strategy>,
    /// How long the networks train.
    #[serde(default)]
    pub training: Effort,
    /// What a training starts from.
    #[serde(default)]
    pub start: Start,
    /// Figures that are kept, each with its standard error.
    pub measures: Vec<Asked>,
    /// Paths on which everybody is measured in every cell: the same random numbers for all.
    pub paths: u64,
    /// Seed of these paths; that of training is the scenario's.
    pub seed: u64,
    /// States in which everybody is asked for a position.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub probes: Vec<Probe>,
}

/// One axis: fields that move together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename = "Axis")]
pub struct AxisSpec {
    /// What it is called in tables and on the command line.
    pub name: String,
    /// The fields with their values, equally many for each; the first one stands for the axis.
    pub fields: Vec<Moved>,
}

/// A field that moves along an axis.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Moved {
    /// Dotted name, as after `--set`.
    pub field: String,
    /// What it holds, one after the other.
    pub values: Values,
}

/// Values of a field along an axis.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Values {
    /// These.
    List(Vec<Value>),
    /// So many from one to another, equally far apart.
    Linear {
        /// The first.
        from: f64,
        /// The last.
        to: f64,
        /// How many.
        count: usize,
    },
    /// So many from one to another, each as many times the one before.
    Logarithmic {
        /// The first; above 0.
        from: f64,
        /// The last; above 0.
        to: f64,
        /// How many.
        count: usize,
    },
    /// Those of the axis's first field.
    Same,
}

/// A value of a field.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// A number; `inf` too.
    Number(f64),
    /// A text, as after `--set`.
    Text(String),
}

impl Value {
    /// The value as a text that a field reads.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Number(x) => plain(*x),
            Self::Text(text) => text.clone(),
        }
    }
}

/// A condition on a field of a cell's scenario.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// Dotted name of the field.
    pub field: String,
    /// What it must be.
    pub is: Test,
}

/// What a field must be.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Test {
    /// This value.
    Equal(Value),
    /// Less than this number.
    Below(f64),
    /// More than this number.
    Above(f64),
}

/// How long networks train; what is absent is the preset's.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Effort {
    /// Gradient steps; 0 takes what a conditioned policy makes as it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iterations: Option<u64>,
    /// Gradient steps of a cell that has no neighbour to start from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_iterations: Option<u64>,
    /// Paths in each step.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub batch: Option<u64>,
}

/// What a training starts from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Start {
    /// The hedge that the network corrects, or random weights.
    #[default]
    Nothing,
    /// What the conditioned policy makes for the cell.
    Conditioned,
    /// The weights of the cell before along an axis.
    Neighbours {
        /// The axis's name.
        along: String,
    },
}
