//! Computing a record anew: the same paths, the policies that lie in it, and every number compared.

use super::errors::ErrorsReader;
use super::folder::ledger_name;
use super::{FolderError, PROGRAM, PolicyRecord, Question, Record, RecordFolder};
use crate::files::FileError;
use crate::market::Paths;
use crate::outcome::Sample;
use crate::policy::{Policy, Tuned, line_up};
use crate::scenario::{Scenario, Strategy};
use crate::simulate::{Extent, evaluate_seen, mean_money};
use serde::Serialize;
use serde_json::Value;
use std::ops::ControlFlow;

/// A number that came out otherwise.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Differs {
    /// Which: the names that lead to it.
    pub what: String,
    /// What the record says.
    pub recorded: Option<f64>,
    /// What came out now.
    pub now: Option<f64>,
    /// How far apart they are, in the recorded standard error, where there is one.
    pub standard_errors: Option<f64>,
}

/// What came of computing a record anew.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Verdict {
    /// Which program wrote the record.
    pub program: String,
    /// Which computed it anew.
    pub by: String,
    /// Whether every number is the same, bit for bit.
    pub same: bool,
    /// Figures compared.
    pub figures: usize,
    /// Hedging errors compared, path by path; none where they are not kept.
    pub errors: u64,
    /// Ledgers compared.
    pub ledgers: usize,
    /// What came out otherwise.
    pub differences: Vec<Differs>,
}

impl Verdict {
    /// Whether the program that wrote the record is of this version.
    #[must_use]
    pub fn is_same_version(&self) -> bool {
        self.program == self.by
    }
}

/// Computes a record anew. `watch` is told how many paths are done, and may break off: `None` then.
///
/// # Errors
/// When a file of it cannot be read.
pub fn verify(
    folder: &RecordFolder,
    watch: &mut dyn FnMut(u64) -> ControlFlow<()>,
) -> Result<Option<Verdict>, FolderError> {
    let record = &folder.record;
    let scenario = as_tuned(folder);
    let policies = line_up(&kinds(record), &scenario, &Tuned::GUESS, &folder.learned);
    let mut errors = Errors::of(folder.errors()?, policies.len());
    let extent = Extent {
        paths: record.paths,
        wanted: record.wanted.max(record.paths),
    };
    let mut done = 0;
    let evaluation = evaluate_seen(
        &scenario,
        &policies,
        record.sampling(),
        extent,
        &mut |parts| errors.compare(parts),
        &mut |paths| {
            done = paths;
            watch(paths)
        },
    );
    if done < record.paths {
        return Ok(None);
    }
    let named = policies.iter().map(|p| PolicyRecord::of(p.as_ref()));
    let named: Vec<PolicyRecord> = named.collect();
    let question = Question {
        preset: &record.preset,
        scenario: &folder.scenario,
        sampling: record.sampling(),
        paths: record.wanted,
        policies: &named,
    };
    let mut now = Record::new(question, &evaluation, 0.0);
    if record.strategies.iter().any(|s| s.costs.is_some()) {
        let means = now.strategies.iter().map(|s| s.statistics.mean.value);
        let means: Vec<f64> = means.map(|mean| mean.unwrap_or(f64::NAN)).collect();
        let (sampling, paths) = (record.sampling(), record.paths);
        let Some(costs) = mean_money(&scenario, &policies, sampling, paths, &means, watch) else {
            return Ok(None);
        };
        now = now.with_costs(costs);
    }
    let mut verdict = Verdict {
        program: record.program.clone(),
        by: PROGRAM.into(),
        same: false,
        figures: 0,
        errors: 0,
        ledgers: 0,
        differences: Vec::new(),
    };
    figures(record, &now, &mut verdict)?;
    errors.tell(folder, &mut verdict)?;
    ledgers(folder, &scenario, &policies, &mut verdict)?;
    verdict.same = verdict.differences.is_empty();
    Ok(Some(verdict))
}

/// The scenario with the parameters that its policies were tuned to, so that nothing is tuned anew.
fn as_tuned(folder: &RecordFolder) -> Scenario {
    let mut parameters = folder.scenario.clone().into_parameters();
    for strategy in &folder.record.strategies {
        let setting = |name: &str| strategy.policy.settings.get(name).copied();
        let given = &mut parameters.strategies;
        match strategy.policy.kind {
            Strategy::Band => given.band_risk_aversion = setting("risk_aversion"),
            Strategy::SoftBand => {
                given.soft_band_risk_aversion = setting("risk_aversion");
                given.soft_band_volatility_factor = setting("volatility_factor");
            }
            _ => {}
        }
    }
    // What was found by trying may lie outside of what may be given; it is tuned anew then.
    Scenario::new(parameters).unwrap_or_else(|_refused| folder.scenario.clone())
}

fn kinds(record: &Record) -> Vec<Strategy> {
    let mut kinds = Vec::new();
    for strategy in &record.strategies {
        if !kinds.contains(&strategy.policy.kind) {
            kinds.push(strategy.policy.kind);
        }
    }
    kinds
}

/// Compares what the tables say.
fn figures(record: &Record, now: &Record, verdict: &mut Verdict) -> Result<(), FolderError> {
    let value = |record: &Record| {
        let answer = (&record.strategies, &record.paired);
        serde_json::to_value(answer).map_err(|error| {
            FolderError::File(FileError::Content {
                path: super::RECORD.into(),
                reason: error.to_string(),
            })
        })
    };
    compare("", &value(record)?, &value(now)?, None, verdict);
    Ok(())
}

/// Parts of a policy that say who it is, not what became of it; its hash does.
const ASIDE: [&str; 3] = ["name", "kind", "weights"];

/// Compares two values part by part; `error` is the standard error that stands beside them.
fn compare(what: &str, then: &Value, now: &Value, error: Option<f64>, verdict: &mut Verdict) {
    let below = |name: &str| match what {
        "" => name.to_owned(),
        _ => format!("{what} {name}"),
    };
    match (then, now) {
        (Value::Array(then), Value::Array(others)) if then.len() == others.len() => {
            for (then, now) in then.iter().zip(others) {
                compare(&below(&called(then)), then, now, None, verdict);
            }
        }
        (Value::Object(then), Value::Object(others)) => {
            let se = then.get("se").and_then(Value::as_f64);
            for (name, then) in then
                .iter()
                .filter(|(name, _)| !ASIDE.contains(&name.as_str()))
            {
                let now = others.get(name).unwrap_or(&Value::Null);
                let shown = if name == "value" {
                    what.to_owned()
                } else {
                    below(name)
                };
                compare(&shown, then, now, se, verdict);
            }
        }
        _ => {
            verdict.figures += usize::from(then.is_number());
            // The shortest text of a double is of no other.
            let (text, other) = (then.to_string(), now.to_string());
            if text != other {
                let (recorded, now) = (then.as_f64(), now.as_f64());
                let apart = recorded.zip(now).map(|(then, now)| (now - then).abs());
                let standard_errors = apart.zip(error.filter(|se| *se > 0.0));
                verdict.differences.push(Differs {
                    what: what.to_owned(),
                    recorded,
                    now,
                    standard_errors: standard_errors.map(|(apart, se)| apart / se),
                });
            }
        }
    }
}

/// What a part of a list is called.
fn called(part: &Value) -> String {
    let word = |name: &str| part.get(name).and_then(Value::as_str);
    match (word("name"), word("strategy"), word("against")) {
        (Some(name), _, _) => name.to_owned(),
        (_, Some(one), Some(other)) => format!("{one} less {other}"),
        _ => String::new(),
    }
}

/// Every error against those that are kept, in the order of the paths.
struct Errors {
    kept: Option<ErrorsReader>,
    /// Those read and not yet compared, for each policy.
    waiting: Vec<Vec<f64>>,
    /// How many were compared, for each policy.
    seen: u64,
    /// For each policy, how many differ, and those that are farthest apart: then and now.
    differ: Vec<(u64, [f64; 2])>,
    trouble: Option<String>,
}

impl Errors {
    fn of(kept: Option<ErrorsReader>, policies: usize) -> Self {
        Self {
            kept,
            waiting: vec![Vec::new(); policies],
            seen: 0,
            differ: vec![(0, [0.0; 2]); policies],
            trouble: None,
        }
    }

    fn compare(&mut self, parts: &[Vec<Sample>]) {
        for part in parts {
            let rows = part.first().map_or(0, |sample| sample.errors().len());
            if self.kept.is_none() || !self.read(rows) {
                return;
            }
            let rows_of = self.waiting.iter_mut().zip(part).zip(&mut self.differ);
            for ((waiting, sample), (count, [one, other])) in rows_of {
                for (then, now) in waiting.drain(..rows).zip(sample.errors()) {
                    if then.to_bits() != now.to_bits() {
                        *count += 1;
                        if *count == 1 || (then - now).abs() > (*one - *other).abs() {
                            (*one, *other) = (then, *now);
                        }
                    }
                }
            }
            self.seen += rows as u64;
        }
    }

    /// Whether so many rows are read.
    fn read(&mut self, rows: usize) -> bool {
        while self.waiting.iter().any(|waiting| waiting.len() < rows) {
            let Some(kept) = &mut self.kept else {
                return false;
            };
            match kept.next_group() {
                Ok(Some(group)) if group.len() == self.waiting.len() => {
                    for (waiting, more) in self.waiting.iter_mut().zip(group) {
                        waiting.extend(more);
                    }
                }
                Ok(_) => {
                    self.trouble = Some("has not the errors of every path and policy".into());
                    return false;
                }
                Err(error) => {
                    self.trouble = Some(error.to_string());
                    return false;
                }
            }
        }
        true
    }

    fn tell(self, folder: &RecordFolder, verdict: &mut Verdict) -> Result<(), FolderError> {
        if let Some(trouble) = self.trouble {
            return Err(FolderError::damaged(
                &folder.path.join(super::ERRORS),
                &trouble,
            ));
        }
        verdict.errors = self.seen;
        let strategies = folder.record.strategies.iter();
        for (strategy, (count, [then, now])) in strategies.zip(self.differ) {
            if count > 0 {
                verdict.differences.push(Differs {
                    what: format!(
                        "{} hedging error on {count} of {} paths, at most",
                        strategy.policy.name, self.seen
                    ),
                    recorded: Some(then),
                    now: Some(now),
                    standard_errors: None,
                });
            }
        }
        Ok(())
    }
}

/// Compares the ledgers, number by number.
fn ledgers(
    folder: &RecordFolder,
    scenario: &Scenario,
    policies: &[Box<dyn Policy>],
    verdict: &mut Verdict,
) -> Result<(), FolderError> {
    let paths = Paths::new(scenario, folder.record.sampling());
    for number in folder.ledgers() {
        let then = folder.ledger(number)?;
        let now = super::ledger_csv(scenario, policies, &paths.path(number));
        let now = now.map_err(|error| {
            let file = folder.path.join(ledger_name(number));
            FolderError::damaged(&file, &error)
        })?;
        verdict.ledgers += 1;
        if then != now {
            let cells = |text| <[u8]>::split(text, |byte| matches!(byte, b',' | b'\n'));
            let (then, now) = (cells(&then), cells(&now));
            let other = then.zip(now).find(|(then, now)| then != now);
            let figure = |cell: &[u8]| String::from_utf8_lossy(cell).parse().ok();
            verdict.differences.push(Differs {
                what: format!("ledger of path {number}, first"),
                recorded: other.and_then(|(then, _)| figure(then)),
                now: other.and_then(|(_, now)| figure(now)),
                standard_errors: None,
            });
        }
    }
    Ok(())
}
