//! Why each trade is made, as a table.

use super::{Report, StrategyReport};
use crate::cli::learned::heading;
use crate::cli::table::{Table, figure};
use crate::gallery::{reason_name, told_reasons};
use crate::policy::Reasons;
use crate::quantity::Digits;
use crate::quantity::write::signed;
use serde::Serialize;

/// One row of the CSV: a trade with its parts (shares).
#[derive(Serialize)]
pub(super) struct Row<'a> {
    strategy: &'a str,
    step: usize,
    time: f64,
    spot: f64,
    position_before: f64,
    delta: f64,
    drift: f64,
    waiting: f64,
    damping: f64,
    memory: f64,
    own: f64,
    limits: f64,
    rounding: f64,
    trade: f64,
}

/// A row for each trade, strategy by strategy.
pub(super) fn rows<'a>(report: &'a Report<'_>) -> impl Iterator<Item = Row<'a>> {
    report.strategies.iter().flat_map(|strategy| {
        let both = strategy.ledger.iter().zip(strategy.why.iter().flatten());
        both.map(|(line, reasons)| Row {
            strategy: &strategy.policy.name,
            step: line.step,
            time: line.time,
            spot: line.spot,
            position_before: line.position_before,
            delta: reasons.delta,
            drift: reasons.drift,
            waiting: reasons.waiting,
            damping: reasons.damping,
            memory: reasons.memory,
            own: reasons.own,
            limits: reasons.limits,
            rounding: reasons.rounding,
            trade: line.trade,
        })
    })
}

/// What takes trades apart; nothing where none are.
pub(super) fn about(report: &Report<'_>) -> String {
    report.soft_band.map_or_else(String::new, |settings| {
        format!(
            "trades are taken apart by the soft band, risk aversion {}, volatility factor {}\n",
            figure(settings.risk_aversion),
            figure(settings.volatility_factor)
        )
    })
}

/// The parts of each trade of a strategy; nothing where they were not asked for.
pub(super) fn told(strategy: &StrategyReport, digits: Digits) -> String {
    let Some(reasons) = &strategy.why else {
        return String::new();
    };
    let name = heading(&strategy.policy);
    let table = table(strategy, reasons, digits).text();
    format!("\nWhy {name} trades: parts of each trade (shares, positive buys)\n\n{table}")
}

fn table(strategy: &StrategyReport, reasons: &[Reasons], digits: Digits) -> Table {
    let shares = |x: f64| signed(&digits.finer(1).shares(x));
    let shown = told_reasons(reasons);
    let names = shown
        .iter()
        .map(|place| reason_name(*place, strategy.policy.kind));
    let mut columns = vec!["step"];
    columns.extend(names);
    columns.push("trade");
    let mut table = Table::new(&columns);
    for (line, reasons) in strategy.ledger.iter().zip(reasons) {
        let parts = reasons.parts();
        let mut row = vec![line.step.to_string()];
        row.extend(shown.iter().map(|place| shares(parts[*place].1)));
        row.push(shares(line.trade));
        table.row(row);
    }
    table
}
