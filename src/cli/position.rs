//! `hedgelab position`: what strategies would hold in given states.

use super::learned::{Hedgers, Weights};
use super::{Failure, Subject, note, print, typed_path};
use crate::episode::{Bounds, Observation};
use crate::files;
use crate::market::usual_factors;
use crate::order_book::{Displacement, LEAST, Memory};
use crate::policy::Policy;
use crate::scenario::Scenario;
use anyhow::{Context, anyhow};
use clap::Args;
use serde::Deserialize;
use std::path::PathBuf;

/// Largest file of states (bytes).
const LIMIT: u64 = 1 << 30;

#[derive(Debug, Args)]
#[command(
    after_help = "The file has the columns step,spot,position,value,ask_memory,bid_memory: the date 0 … N − 1, the \
    unaffected price, the shares held, the portfolio value if liquidated now (before the trade), and the shares taken \
    from each side of the book and not yet refilled; where trades move the mid also displacement, how far they have moved it, \
    relative to the unaffected price. The same rows are printed as CSV with a column for each policy: \
    the position it would take, limits respected. A policy that remembers its path is asked in each row as at its first \
    date, with nothing to remember."
)]
pub(super) struct Position {
    #[command(flatten)]
    subject: Subject,
    /// CSV file of states, its columns parted by commas, semicolons or tabs
    #[arg(long, value_name = "FILE", value_parser = typed_path())]
    states: PathBuf,
    #[arg(
        long,
        value_name = "LIST",
        help = "Who is asked: a list of none, delta, leland, band, soft_band, static, instant_delta, minimum_variance, learned"
    )]
    strategies: Option<String>,
    #[command(flatten)]
    weights: Weights,
}

/// One row of the file.
#[derive(Debug, Deserialize)]
struct State {
    step: usize,
    spot: f64,
    position: f64,
    value: f64,
    ask_memory: f64,
    bid_memory: f64,
    displacement: Option<f64>,
}

/// A row with its line in the file.
type Row = Result<(u64, State), Failure>;

/// A column that a file need not have.
const DISPLACEMENT: &str = "displacement";
/// Columns of the file.
const COLUMNS: [&str; 6] = [
    "step",
    "spot",
    "position",
    "value",
    "ask_memory",
    "bid_memory",
];

impl Position {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let scenario = self.subject.scenario()?;
        let Hedgers { policies, .. } =
            self.weights
                .hedgers(self.strategies.as_deref(), &self.subject, &scenario)?;
        let bounds = Bounds::of(&scenario);
        let mut writer = csv::Writer::from_writer(Vec::new());
        let names: Vec<String> = policies.iter().map(|p| p.who().to_string()).collect();
        let names = names.iter().map(String::as_str);
        let (displaced, states) = self.states()?;
        let more = displaced.then_some(DISPLACEMENT);
        writer
            .write_record(COLUMNS.into_iter().chain(more).chain(names))
            .context("writing CSV")?;
        if let Some(forgetful) = forgetful(&policies) {
            note(&forgetful);
        }
        let mut rows = 0;
        for state in states {
            rows += 1;
            let (line, state) = state?;
            let seen = observation(&scenario, &state).map_err(|wrong| self.at(line, &wrong))?;
            let mut row = vec![state.step.to_string()];
            let numbers = [
                state.spot,
                state.position,
                state.value,
                state.ask_memory,
                state.bid_memory,
            ];
            row.extend(numbers.iter().map(f64::to_string));
            row.extend(displaced.then(|| state.displacement.unwrap_or(0.0).to_string()));
            row.extend(policies.iter().map(|policy| {
                let mut fresh = vec![0.0; policy.state_size()];
                let target = policy.target(&seen, &mut fresh);
                bounds.nearest(state.position, target).to_string()
            }));
            writer.write_record(row).context("writing CSV")?;
        }
        if rows == 0 {
            return Err(self.at(2, "there are no states; allowed: a row for each"));
        }
        let bytes = writer.into_inner().context("writing CSV")?;
        print(&String::from_utf8_lossy(&bytes))
    }

    /// Whether they say where the mid is, and the rows with their lines in the file.
    fn states(&self) -> Result<(bool, impl Iterator<Item = Row>), Failure> {
        let bytes = files::read(&self.states, LIMIT).map_err(anyhow::Error::new)?;
        let delimiter = delimiter(&bytes);
        let mut reader = csv::ReaderBuilder::new()
            .trim(csv::Trim::All)
            .delimiter(delimiter)
            .from_reader(std::io::Cursor::new(bytes));
        let headings = reader
            .headers()
            .map_err(|wrong| self.at(1, &wrong.to_string()))?;
        for column in COLUMNS {
            if !headings.iter().any(|heading| heading == column) {
                let wanted = COLUMNS.join(",");
                let wrong = format!("there is no column {column}; allowed: {wanted}");
                return Err(self.at(1, &wrong));
            }
        }
        let displaced = headings.iter().any(|heading| heading == DISPLACEMENT);
        let headings = headings.clone();
        let path = self.states.display().to_string();
        let states = reader.into_records().map(move |record| {
            let wrong = |wrong: csv::Error| Failure::Run(anyhow!("{path}: {wrong}"));
            let mut record = record.map_err(wrong)?;
            let line = record.position().map_or(0, csv::Position::line);
            if delimiter != b',' {
                // Where columns are not parted by commas, fractions may be.
                let fields = record.iter().map(|field| field.replace(',', "."));
                record = fields.collect();
            }
            let state = record.deserialize(Some(&headings)).map_err(wrong)?;
            Ok((line, state))
        });
        Ok((displaced, states))
    }

    fn at(&self, line: u64, wrong: &str) -> Failure {
        Failure::Run(anyhow!("{}:{line}: {wrong}", self.states.display()))
    }
}

/// What parts the columns: the comma, the semicolon or the tab, whichever the first line has most of.
fn delimiter(bytes: &[u8]) -> u8 {
    let first = bytes
        .split(|byte| *byte == b'\n')
        .next()
        .unwrap_or_default();
    let parts = |mark: &u8| first.split(|byte| byte == mark).count();
    // Of equals, the last counts.
    [b'\t', b';', b',']
        .into_iter()
        .max_by_key(parts)
        .unwrap_or(b',')
}

/// Which policies remember their path, and that they cannot here.
fn forgetful(policies: &[Box<dyn Policy>]) -> Option<String> {
    let names = policies
        .iter()
        .filter(|policy| policy.state_size() > 0)
        .map(|policy| policy.who().to_string());
    let names: Vec<String> = names.collect();
    (!names.is_empty()).then(|| {
        format!(
            "{}: asked in each row as at the first date of a path, with nothing to remember",
            names.join(", ")
        )
    })
}

fn observation(scenario: &Scenario, state: &State) -> Result<Observation, String> {
    let last = scenario.steps - 1;
    if state.step > last {
        return Err(format!("step is {}; allowed: 0 to {last}", state.step));
    }
    let fine = |x: f64, low: f64| x.is_finite() && x >= low;
    let any = f64::NEG_INFINITY;
    for (name, value, low) in [
        ("spot", state.spot, f64::MIN_POSITIVE),
        ("position", state.position, any),
        ("value", state.value, any),
        ("ask_memory", state.ask_memory, 0.0),
        ("bid_memory", state.bid_memory, 0.0),
        (DISPLACEMENT, state.displacement.unwrap_or(0.0), LEAST - 1.0),
    ] {
        if !fine(value, low) {
            let allowed = match name {
                "spot" => "a price above 0",
                "position" | "value" => "a finite number",
                DISPLACEMENT => "−0.99 or more",
                _ => "0 or more",
            };
            return Err(format!("{name} is {value}; allowed: {allowed}"));
        }
    }
    let time = state.step as f64 * scenario.step_length();
    Ok(Observation {
        step: state.step,
        time,
        remaining: scenario.contract.maturity - time,
        spot: state.spot,
        position: state.position,
        value: state.value,
        memory: Memory {
            ask: state.ask_memory,
            bid: state.bid_memory,
            mid: Displacement {
                lasting: state.displacement.unwrap_or(0.0),
                ..Displacement::default()
            },
        },
        factors: usual_factors(scenario),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::NoHedge;
    use crate::scenario::Strategy;

    struct Remembering;

    impl Policy for Remembering {
        fn strategy(&self) -> Strategy {
            Strategy::Learned
        }

        fn state_size(&self) -> usize {
            3
        }

        fn target(&self, _seen: &Observation, state: &mut [f64]) -> f64 {
            state.iter().sum()
        }
    }

    #[test]
    fn a_policy_that_remembers_its_path_is_told_of() {
        assert_eq!(forgetful(&[Box::new(NoHedge)]), None);
        let told = forgetful(&[Box::new(NoHedge), Box::new(Remembering)]);
        assert!(told.unwrap().starts_with("learned: asked in each row"));
    }
}
