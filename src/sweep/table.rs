//! The results of a sweep as one table: a line for each cell and strategy, in the order of the plan.

use super::cell::Chain;
use super::error::SweepError;
use super::folder::Folder;
use super::plan::Plan;
use super::row::{Row, StrategyRow};
use crate::figure::{Cell as Entry, Column, Table};
use crate::outcome::{Estimate, Measure};
use crate::record::PROGRAM;
use crate::scenario::{Named, Strategy};

/// A table, and how much of the sweep it holds.
#[derive(Clone, Debug)]
pub struct Merged {
    /// The table.
    pub table: Table,
    /// Cells that are in it.
    pub cells: usize,
    /// Cells that have no result yet.
    pub missing: usize,
}

/// All results that are there, each checked; see [`Folder::row`].
///
/// # Errors
/// When a result, or a network that one speaks of, is not as it was written.
pub fn merged(folder: &Folder, plan: &Plan, chains: &[Chain]) -> Result<Merged, SweepError> {
    let mut cells: Vec<_> = chains.iter().flat_map(|chain| &chain.cells).collect();
    cells.sort_by_key(|cell| cell.index);
    let mut merged = Merged {
        table: Table {
            columns: columns(plan),
            rows: Vec::new(),
        },
        cells: 0,
        missing: 0,
    };
    for cell in cells {
        let Some(row) = folder.row(cell)? else {
            merged.missing += 1;
            continue;
        };
        merged.cells += 1;
        for strategy in &row.strategies {
            merged.table.row(line(plan, &row, strategy));
        }
    }
    Ok(merged)
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

fn columns(plan: &Plan) -> Vec<Column> {
    let column = |name: &str, unit: &str| Column {
        name: name.to_owned(),
        unit: unit.to_owned(),
    };
    let spec = plan.spec();
    let mut columns = vec![column("cell", "")];
    for (field, _) in plan.axes().iter().flat_map(|axis| &axis.fields) {
        columns.push(column(field.path, field.unit));
    }
    columns.push(column("strategy", ""));
    let mut with_error = |name: String, measure: Measure| {
        columns.push(column(&name, measure.unit()));
        let name = format!("standard error of {name}");
        columns.push(column(&name, measure.unit()));
    };
    for asked in &spec.measures {
        with_error(asked.0.name().to_owned(), asked.0);
    }
    let first = spec.strategies.first().map_or("", |first| first.name());
    for measure in paired(plan) {
        with_error(format!("{} less {first}", measure.name()), measure);
    }
    for probe in &spec.probes {
        columns.push(column(&probe.name, "shares"));
    }
    columns.push(column("stands in", ""));
    columns.push(column("network", ""));
    columns
}

fn line(plan: &Plan, row: &Row, strategy: &StrategyRow) -> Vec<Entry> {
    let scenario = &row.question.scenario;
    let mut line = vec![Entry::Text(row.cell.to_string())];
    for (field, _) in plan.axes().iter().flat_map(|axis| &axis.fields) {
        let number = field.number(scenario).map(Entry::Number);
        line.push(number.unwrap_or_else(|| Entry::Text(field.get(scenario))));
    }
    line.push(strategy.name.as_str().into());
    for figure in &strategy.figures {
        line.extend(with_error(*figure));
    }
    let first = row.strategies.first().map_or("", |first| &first.name);
    for measure in paired(plan) {
        line.extend(with_error(row.less(strategy, first, measure)));
    }
    line.extend(strategy.positions.iter().map(|held| Entry::from(*held)));
    let is_learned = strategy.name == Strategy::Learned.name();
    let network = row.network.as_ref().filter(|_| is_learned);
    let stand_in = network.and_then(|network| network.stand_in);
    line.push(stand_in.map_or(Entry::Empty, |who| who.name().into()));
    let name = row.question.policy.filter(|_| is_learned);
    line.push(name.map_or(Entry::Empty, |name| Entry::Text(name.to_string())));
    line
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
