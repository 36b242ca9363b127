//! The results of a sweep as one table: a line for each cell and strategy, in the order of the plan, a few cells
//! after the other, so that any number of them takes the memory of those.

use super::cell::{Cell, Chain};
use super::error::SweepError;
use super::folder::{Folder, TOGETHER};
use super::mean;
use super::plan::Plan;
use super::row::{Row, StrategyRow};
use crate::figure::{Cell as Entry, Column};
use crate::outcome::{Estimate, Measure};
use crate::record::PROGRAM;
use crate::scenario::fields::Field;
use crate::scenario::{FieldError, Named, Strategy};
use std::collections::BTreeMap;

/// A table as it is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Lines<'a> {
    plan: &'a Plan,
    /// The axis, by place, over whose values is averaged.
    over: Option<usize>,
}

/// What stands over a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heading {
    /// Its name and unit.
    pub column: Column,
    /// Whether words stand in it.
    pub words: bool,
}

/// How much of a sweep a table holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Merged {
    /// Cells that are in it.
    pub cells: usize,
    /// Its lines.
    pub lines: usize,
    /// Cells that have no result yet.
    pub missing: usize,
}

impl<'a> Lines<'a> {
    /// The table of a plan; `over` names an axis over whose values every figure is averaged.
    ///
    /// # Errors
    /// When there is no such axis; tells which are.
    pub fn of(plan: &'a Plan, over: Option<&str>) -> Result<Self, FieldError> {
        let place = |name: &str| {
            let mut axes = plan.axes().iter();
            let names = || plan.axes().iter().map(|axis| axis.name.as_str());
            axes.position(|axis| axis.name == name).ok_or_else(|| {
                let allowed = names().collect::<Vec<_>>().join(", ");
                FieldError::new("axis", format!("{name:?}"), allowed)
            })
        };
        Ok(Self {
            plan,
            over: over.map(place).transpose()?,
        })
    }

    /// Hands every line to `put`, each result checked; see [`Folder::row`].
    ///
    /// # Errors
    /// When a result, or a network that one speaks of, is not as it was written; what `put` says.
    pub fn each(
        &self,
        folder: &Folder,
        chains: &[Chain],
        put: &mut dyn FnMut(&[Entry]) -> Result<(), SweepError>,
    ) -> Result<Merged, SweepError> {
        let mut merged = Merged::default();
        let groups: Vec<Vec<&Cell>> = self.groups(chains).collect();
        for groups in groups.chunks(TOGETHER) {
            let mut read = folder.rows(&groups.concat()).into_iter();
            for cells in groups {
                let rows = read.by_ref().take(cells.len());
                let rows: Vec<Option<Row>> = rows.collect::<Result<_, _>>()?;
                let rows: Vec<Row> = rows.into_iter().flatten().collect();
                merged.missing += cells.len() - rows.len();
                merged.cells += rows.len();
                let strategies = rows.first().map_or(0, |row| row.strategies.len());
                for strategy in 0..strategies {
                    put(&self.line(&rows, strategy))?;
                    merged.lines += 1;
                }
            }
        }
        Ok(merged)
    }

    /// The cells that share lines, in the order of the plan.
    fn groups<'c>(&self, chains: &'c [Chain]) -> impl Iterator<Item = Vec<&'c Cell>> + use<'c> {
        let mut groups: BTreeMap<usize, Vec<&Cell>> = BTreeMap::new();
        for cell in chains.iter().flat_map(|chain| &chain.cells) {
            let first = self.over.map_or(cell.index, |over| {
                let after = self.plan.axes()[over + 1..].iter();
                let stride: usize = after.map(super::Axis::count).product();
                cell.index - self.plan.place(cell.index)[over] * stride
            });
            groups.entry(first).or_default().push(cell);
        }
        groups.into_values()
    }

    /// The fields that tell lines apart.
    fn fields(&self) -> impl Iterator<Item = (&'static Field, bool)> + use<'a> {
        let (plan, over) = (self.plan, self.over);
        let axes = plan.axes().iter().enumerate();
        let axes = axes.filter(move |(place, _)| Some(*place) != over);
        let fields = axes.flat_map(|(_, axis)| &axis.fields);
        fields.map(|(field, values)| {
            let mut like = plan.base().clone().into_parameters();
            let is_word = |value: &String| {
                field.set(&mut like, value).is_err() || field.number(&like).is_none()
            };
            (*field, values.iter().any(is_word))
        })
    }

    /// What stands over the columns.
    #[must_use]
    pub fn headings(&self) -> Vec<Heading> {
        let heading = |name: &str, unit: &str, words: bool| Heading {
            column: Column {
                name: name.to_owned(),
                unit: unit.to_owned(),
            },
            words,
        };
        let spec = self.plan.spec();
        let mut headings = vec![match self.over {
            None => heading("cell", "", true),
            Some(_) => heading("cells", "", false),
        }];
        for (field, words) in self.fields() {
            headings.push(heading(field.path, field.unit, words));
        }
        headings.push(heading("strategy", "", true));
        let mut with_error = |name: &str, unit: &str| {
            headings.push(heading(name, unit, false));
            headings.push(heading(&format!("standard error of {name}"), unit, false));
        };
        for asked in &spec.measures {
            with_error(asked.0.name(), asked.0.unit());
        }
        let first = spec.strategies.first().map_or("", |first| first.name());
        for measure in paired(self.plan) {
            with_error(&format!("{} less {first}", measure.name()), measure.unit());
        }
        if self.over.is_some() {
            for probe in &spec.probes {
                with_error(&probe.name, "shares");
            }
            headings.push(heading("stands in", "", true));
            return headings;
        }
        for probe in &spec.probes {
            headings.push(heading(&probe.name, "shares", false));
        }
        headings.push(heading("stands in", "", true));
        headings.push(heading("network", "", true));
        headings
    }

    /// The line of a strategy, by its place; of several results their mean.
    fn line(&self, rows: &[Row], place: usize) -> Vec<Entry> {
        let Some(row) = rows.first() else {
            return Vec::new();
        };
        let strategy = &row.strategies[place];
        let mut line = vec![match self.over {
            None => Entry::Text(row.cell.to_string()),
            Some(_) => Entry::from(rows.len()),
        }];
        for (field, _) in self.fields() {
            let scenario = &row.question.scenario;
            let number = field.number(scenario).map(Entry::Number);
            line.push(number.unwrap_or_else(|| Entry::Text(field.get(scenario))));
        }
        line.push(strategy.name.as_str().into());
        for figure in 0..strategy.figures.len() {
            let of = |row: &Row| row.strategies[place].figures[figure];
            line.extend(with_error(mean::of_figures(rows.iter().map(of))));
        }
        let first = row.strategies.first().map_or("", |first| &first.name);
        for measure in paired(self.plan) {
            let of = |row: &Row| row.less(&row.strategies[place], first, measure);
            line.extend(with_error(mean::of_figures(rows.iter().map(of))));
        }
        for probe in 0..strategy.positions.len() {
            let of = |row: &Row| row.strategies[place].positions[probe];
            match self.over {
                None => line.push(of(row).into()),
                Some(_) => line.extend(with_error(mean::of_positions(rows.iter().map(of)))),
            }
        }
        line.extend(self.ending(rows, strategy));
        line
    }

    /// What is said of networks: which hedge stands in for them, and the name of the only one.
    fn ending(&self, rows: &[Row], strategy: &StrategyRow) -> Vec<Entry> {
        let is_learned = strategy.name == Strategy::Learned.name();
        let networks = rows.iter().filter_map(|row| row.network.as_ref());
        let stand_ins = networks.filter_map(|network| network.stand_in);
        let mut stand_ins: Vec<&str> = stand_ins.map(Named::name).collect();
        stand_ins.dedup();
        let stands_in = match stand_ins.join(" ") {
            names if is_learned && !names.is_empty() => Entry::Text(names),
            _ => Entry::Empty,
        };
        if self.over.is_some() {
            return vec![stands_in];
        }
        let name = rows.first().and_then(|row| row.question.policy);
        let name = name.filter(|_| is_learned);
        let name = name.map_or(Entry::Empty, |name| Entry::Text(name.to_string()));
        vec![stands_in, name]
    }
}

/// What stands over the table, by name: what all cells have in common.
#[must_use]
pub fn about(plan: &Plan) -> Vec<(String, String)> {
    let spec = plan.spec();
    let pairs = [
        ("sweep", spec.title.clone()),
        ("preset", spec.preset.clone()),
        ("sign", "a hedging error is positive for a loss".into()),
        ("paths", spec.paths.to_string()),
        ("seed", spec.seed.to_string()),
        ("program", PROGRAM.into()),
    ];
    pairs.map(|(name, value)| (name.to_owned(), value)).to_vec()
}

/// Measures of which two strategies' differences are known with their errors.
const PAIRED: [Measure; 2] = [Measure::Mean, Measure::Rsmse];

fn paired(plan: &Plan) -> Vec<Measure> {
    let asked = plan.spec().measures.iter().map(|asked| asked.0);
    if plan.spec().strategies.len() < 2 {
        return Vec::new();
    }
    asked.filter(|measure| PAIRED.contains(measure)).collect()
}

fn with_error(figure: Estimate) -> [Entry; 2] {
    [figure.value.into(), figure.se.into()]
}

impl Row {
    /// By how much a measure of a strategy is more than that of another, on the same paths; absent where the
    /// measure is neither the mean nor the RSMSE, and for a strategy against itself.
    #[must_use]
    pub fn less(&self, strategy: &StrategyRow, other: &str, measure: Measure) -> Estimate {
        let mut pairs = self.differences.iter();
        let pair = pairs.find(|pair| pair.strategy == strategy.name && pair.against == other);
        let figure = pair.and_then(|pair| match measure {
            Measure::Mean => Some(pair.mean),
            Measure::Rsmse => Some(pair.rsmse),
            _ => None,
        });
        figure.unwrap_or_default()
    }

    /// The same of any measure, by its place among those that are kept: where the error of the difference is
    /// not known, that of figures that know nothing of each other stands in, which is too large.
    #[must_use]
    pub fn against(&self, one: &str, other: &str, measure: Measure, place: usize) -> Estimate {
        let of = |name: &str| {
            self.strategies
                .iter()
                .find(|strategy| strategy.name == name)
        };
        let (Some(first), Some(second)) = (of(one), of(other)) else {
            return Estimate::default();
        };
        let forward = self.less(first, other, measure);
        if forward.value.is_some() {
            return forward;
        }
        let back = self.less(second, one, measure);
        if let Some(value) = back.value {
            let value = Some(-value);
            return Estimate { value, ..back };
        }
        let figure = |row: &StrategyRow| row.figures.get(place).copied().unwrap_or_default();
        figure(first).less(&figure(second))
    }
}
