//! The table: every cell by every strategy, with errors, beside what is published.

use super::published::apart;
use super::{Cell, Done, Effort, Horizon, Published};
use crate::outcome::{Estimate, Measure};
use crate::policy::{Base, Policy};
use crate::quantity::digits;
use crate::record::StrategyRecord;
use crate::scenario::{Named, Strategy};
use std::fmt::Write;

/// The measures of the table, in its order.
pub const MEASURES: [Measure; 8] = [
    Measure::Mean,
    Measure::Rmse,
    Measure::Rsmse,
    Measure::Var95,
    Measure::Cvar95,
    Measure::Var99,
    Measure::Cvar99,
    Measure::Turnover,
];

/// A strategy in a cell.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Which cell.
    pub cell: Cell,
    /// What the strategy is called.
    pub strategy: String,
    /// What stands in for a network, where none beat it.
    pub stand_in: Option<Strategy>,
    /// Paths it was measured on.
    pub paths: u64,
    /// A figure for each of [`MEASURES`].
    pub figures: Vec<Figure>,
}

/// A figure beside what is published of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Figure {
    /// Which measure.
    pub measure: Measure,
    /// Ours (currency; shares for the turnover).
    pub ours: Estimate,
    /// The published one, where there is one.
    pub published: Option<f64>,
    /// Ours less the published one, in standard errors of the difference.
    pub apart: Option<f64>,
}

impl Row {
    /// Its figure of a measure.
    #[must_use]
    pub fn figure(&self, measure: Measure) -> Option<&Figure> {
        self.figures.iter().find(|figure| figure.measure == measure)
    }
}

/// The rows of a cell.
#[must_use]
pub fn rows(cell: &Cell, done: &Done, published: &Published) -> Vec<Row> {
    let record = &done.record;
    let stand_in = |name: &str| {
        let mut learned = done.learned.iter();
        let policy = learned.find(|policy| *policy.who().name == *name)?;
        policy.stand_in().map(Base::strategy)
    };
    let of = |strategy: &StrategyRecord| {
        let name = strategy.policy.name.clone();
        let figure = |measure: Measure| {
            let ours = measure.of(&strategy.statistics);
            let published = published.of(cell, &name, measure);
            Figure {
                measure,
                ours,
                published,
                apart: published.and_then(|known| apart(ours, record.paths, known)),
            }
        };
        Row {
            cell: *cell,
            stand_in: stand_in(&name),
            paths: record.paths,
            figures: MEASURES.map(figure).to_vec(),
            strategy: name,
        }
    };
    record.strategies.iter().map(of).collect()
}

/// The table for a spreadsheet: a line for each figure.
#[must_use]
pub fn to_csv(rows: &[Row], seed: u64) -> String {
    let mut text = String::from(
        "cell,horizon,impact,refill,strategy,stand_in,measure,value,standard_error,published,joint_standard_errors,paths,seed\n",
    );
    let number = |x: Option<f64>| x.map_or(String::new(), |x| x.to_string());
    for row in rows {
        let cell = row.cell;
        let refill = if cell.has_impact() {
            cell.refill.name()
        } else {
            ""
        };
        let stand_in = row.stand_in.map_or("", Named::name);
        for figure in &row.figures {
            let _infallible = writeln!(
                text,
                "{cell},{},{},{refill},{},{stand_in},{},{},{},{},{},{},{seed}",
                cell.horizon.name(),
                cell.impact,
                row.strategy,
                figure.measure.name(),
                number(figure.ours.value),
                number(figure.ours.se),
                number(figure.published),
                number(figure.apart),
                row.paths
            );
        }
    }
    text
}

/// The table for people, in Markdown.
#[must_use]
pub fn to_markdown(rows: &[Row], effort: &Effort, seed: u64) -> String {
    let mut text = format!(
        "Made by `hedgelab reproduce`, {}. Hedging errors (currency; positive is a loss) and turnover (shares), each ± its standard error, on {} paths \
         of seed {seed}. In brackets the published figure and how far ours is from it, in standard errors of the \
         difference; in the row of the fully connected network it is that of the paper's network. Networks: \
         `feed_forward` trained for {} iterations of its usual settings, `gru` and `lstm` of one layer of 32 cells \
         for {} of {} paths. A network marked † did not beat that strategy in its time, which stands in for it.\n",
        crate::record::PROGRAM,
        grouped(effort.paths),
        grouped(u64::from(effort.iterations)),
        effort.remembering_iterations,
        Effort::REMEMBERING_BATCH
    );
    for (_, horizon) in Horizon::ALL {
        let own: Vec<&Row> = rows
            .iter()
            .filter(|row| row.cell.horizon == *horizon)
            .collect();
        if own.is_empty() {
            continue;
        }
        let _infallible = write!(text, "\n## {}\n\n| cell | strategy |", horizon.title());
        for measure in MEASURES {
            let _infallible = write!(text, " {} |", measure.name());
        }
        text.push_str("\n|---|---|");
        text.push_str(&"---|".repeat(MEASURES.len()));
        text.push('\n');
        for row in own {
            text.push_str(&line(row));
        }
    }
    text
}

fn line(row: &Row) -> String {
    let stand_in = row
        .stand_in
        .map_or(String::new(), |hedge| format!(" †{}", hedge.name()));
    let mut text = format!("| {} | {}{stand_in} |", row.cell, row.strategy);
    for figure in &row.figures {
        let _infallible = write!(text, " {} |", told(figure));
    }
    text.push('\n');
    text
}

/// A figure in a cell of a table: `23.61 ± 0.05 (23.74, −1.9)`.
#[must_use]
pub fn told(figure: &Figure) -> String {
    let Some(value) = figure.ours.value else {
        return String::from("–");
    };
    let (value, error) = digits::estimate(value, figure.ours.se);
    let mut text = match error {
        Some(error) => format!("{value} ± {error}"),
        None => value,
    };
    if let (Some(published), Some(apart)) = (figure.published, figure.apart) {
        let (published, _) = digits::estimate(published, figure.ours.se);
        let _infallible = write!(text, " ({published}, {apart:+.1})");
    }
    text
}

/// A count with its thousands apart.
fn grouped(count: u64) -> String {
    crate::quantity::write::fixed(count as f64, 0)
}
