//! The tables of a record: figures, paths to replay, differences, where the money went.

use super::learned::{about, heading};
use super::table::{Table, WHERE_IT_WENT, estimate, grouped};
use crate::episode::Money;
use crate::history::ranges_told;
use crate::outcome::{Estimate, Measure};
use crate::record::{Record, StrategyRecord};
use crate::scenario::Scenario;
use std::fmt::Write;

/// All tables of a record; `subject` is how its scenario is asked for, after `hedgelab replay`.
pub(super) fn tables(record: &Record, scenario: &Scenario, subject: &str) -> String {
    let mut text = String::new();
    let pairs = if record.antithetic {
        ", antithetic pairs"
    } else {
        ""
    };
    let _infallible = writeln!(
        text,
        "{}: {} paths × {} steps, seed {}{pairs}{}",
        record.scenario.title,
        grouped(record.paths),
        record.scenario.steps,
        record.seed,
        record
            .seconds
            .map_or(String::new(), |seconds| format!(", {seconds:.3} s"))
    );
    let policies = record.strategies.iter().map(|strategy| &strategy.policy);
    text.push_str(&about(policies, scenario));
    if let Some(ranges) = ranges_told(scenario) {
        let _infallible = writeln!(text, "recorded prices: {ranges}");
    }
    text.push_str("\nHedging error (positive is a loss), ± standard error\n\n");
    text.push_str(&figures(record).text());
    let _infallible = write!(
        text,
        "\nPaths to replay: hedgelab replay {subject}{} --path N\n\n{}",
        if record.antithetic {
            " --antithetic"
        } else {
            ""
        },
        path_numbers(record).text()
    );
    if !record.paired.is_empty() {
        text.push_str("\nDifferences on the same paths, ± paired standard error\n\n");
        text.push_str(&differences(record).text());
    }
    if record.strategies.iter().any(|s| s.costs.is_some()) {
        let _infallible = write!(text, "\n{WHERE_IT_WENT}\n\n{}", money(record).text());
    }
    let (program, name) = (&record.program, record.record.short());
    let _infallible = writeln!(text, "\n{program}, record {name}");
    text
}

fn table(record: &Record) -> Table {
    let names: Vec<String> = record
        .strategies
        .iter()
        .map(|s| heading(&s.policy))
        .collect();
    let mut heading = vec![""];
    heading.extend(names.iter().map(String::as_str));
    Table::new(&heading)
}

fn figures(record: &Record) -> Table {
    let mut table = table(record);
    for measure in Measure::ALL {
        let label = match measure {
            Measure::Turnover => "turnover (shares)",
            _ => measure.name(),
        };
        let cells = record
            .strategies
            .iter()
            .map(|s| estimate(measure.of(&s.statistics)));
        table.row([label.to_owned()].into_iter().chain(cells).collect());
    }
    table
}

/// The parts of the mean errors; what began at nothing, dividends where there are none, and what double precision
/// leaves are not told.
fn money(record: &Record) -> Table {
    let mut table = table(record);
    for (place, (name, _)) in Money::<f64>::default().parts().into_iter().enumerate() {
        let of = |s: &StrategyRecord| s.costs.map(|costs| *costs.parts()[place].1);
        let parts: Vec<Estimate> = record.strategies.iter().filter_map(of).collect();
        let something = |part: &Estimate| part.value.is_some_and(|x| x != 0.0);
        let told = !["initial", "mid", "dividends"].contains(&name) || parts.iter().any(something);
        if told && name != "rounding" {
            let cells = parts.into_iter().map(estimate);
            table.row([name.to_owned()].into_iter().chain(cells).collect());
        }
    }
    let means = record
        .strategies
        .iter()
        .map(|s| estimate(s.statistics.mean));
    let name = "mean error".to_owned();
    table.row([name].into_iter().chain(means).collect());
    table
}

fn path_numbers(record: &Record) -> Table {
    let mut table = table(record);
    for rank in 0..6 {
        let named = |strategy: &StrategyRecord| strategy.representatives.named()[rank];
        let label = record
            .strategies
            .first()
            .map_or("", |strategy| named(strategy).0);
        let cells = record
            .strategies
            .iter()
            .map(|strategy| named(strategy).1.to_string());
        table.row([label.to_owned()].into_iter().chain(cells).collect());
    }
    table
}

fn differences(record: &Record) -> Table {
    let mut table = Table::new(&["", "RSMSE", "mean"]);
    for pair in &record.paired {
        let label = format!("{} less {}", pair.strategy, pair.against);
        table.row(vec![label, estimate(pair.rsmse), estimate(pair.mean)]);
    }
    table
}
