//! `hedgelab compare`: a scenario and those pinned beside it, on the same random numbers.

use super::table::{Table, estimate, grouped};
use super::{Failure, Subject, as_many_as_there_are, no_pin, print, print_json, usage};
use crate::engine::{Outcomes, Pin, Reference, Request, StrategyOutcome, compared, pins_brought};
use crate::market::Sampling;
use crate::outcome::{Estimate, Measure, Statistics};
use crate::policy::{LearnedPolicy, Who};
use crate::presets::{Place, locate, pin_policy_file, policy_file};
use crate::scenario::{Named, Scenario, Strategy};
use crate::training::{Checkpoint, shipped, shipped_for_pin};
use clap::Args;
use serde::Serialize;
use std::iter::once;
use std::path::Path;

#[derive(Debug, Args)]
#[command(
    after_help = "Each policy hedges in the preset's own scenario and in every scenario that is pinned in it; all meet the \
    random numbers of the preset's seed, so that differences are paired. Learned policies are those that come with the preset.\n\n\
    JSON: {program, preset, paths, seed, compared_with: {pin, policy}, rows: [{pin, policy, kind, statistics: {mean: {value, se}, …}, \
    less: {rsmse: {value, se}, mean: {value, se}}}]}; pin is null for the preset's own scenario, less for the reference itself"
)]
pub(super) struct Compare {
    #[command(flatten)]
    subject: Subject,
    /// Number of simulated paths
    #[arg(long, default_value_t = 100_000, value_name = "N",
          value_parser = clap::value_parser!(u64).range(1..=10_000_000))]
    paths: u64,
    /// With which policy all are compared [default: delta, or with --in the same policy there]
    #[arg(long, value_name = "NAME")]
    with: Option<String>,
    /// In which pin that policy hedges
    #[arg(long = "in", value_name = "PIN")]
    within: Option<String>,
    /// Print one JSON document instead of a table
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Report<'a> {
    program: &'static str,
    preset: &'a str,
    paths: u64,
    seed: u64,
    compared_with: Whom<'a>,
    rows: Vec<Row<'a>>,
}

#[derive(Serialize)]
struct Whom<'a> {
    pin: Option<&'a str>,
    policy: Option<&'a str>,
}

#[derive(Serialize)]
struct Row<'a> {
    pin: Option<&'a str>,
    policy: &'a str,
    kind: &'static str,
    statistics: &'a Statistics,
    less: Option<Less>,
}

#[derive(Serialize)]
struct Less {
    rsmse: Estimate,
    mean: Estimate,
}

impl Compare {
    pub(super) fn run(&self) -> Result<(), Failure> {
        if self.subject.pin.is_some() {
            return Err(usage(
                "--pin: a set is compared as a whole; see --in".into(),
            ));
        }
        let set = self.subject.set()?;
        let (learned, pins) = policies(&self.subject.preset, &set)?;
        let shown: Vec<&Pin> = pins.iter().filter(|pin| !pin.label.hidden).collect();
        let reference = self.reference(&shown)?;
        let scenario = set.alone();
        let sampling = Sampling::evaluation(scenario.seed);
        let pinned = shown.iter().map(|pin| &pin.pinned.scenario);
        let paths = once(&scenario)
            .chain(pinned)
            .fold(self.paths, |paths, one| {
                as_many_as_there_are(paths, one, sampling)
            });
        let outcomes = compared(&Request {
            run: 0,
            scenario,
            learned: learned.into_iter().collect(),
            pinned: shown.iter().map(|pin| pin.pinned.clone()).collect(),
            reference: reference.clone(),
            paths,
        });
        if outcomes.reference.as_ref() != Some(&reference) && self.with.is_some() {
            return Err(self.nobody(&outcomes, &reference));
        }
        let names: Vec<&str> = shown.iter().map(|pin| pin.label.name.as_str()).collect();
        if self.json {
            print_json(&self.report(&outcomes, &set, &names))
        } else {
            print(&Self::table(&outcomes, &set, &names))
        }
    }

    fn reference(&self, pins: &[&Pin]) -> Result<Reference, Failure> {
        let place = |name: &String| {
            let place = pins.iter().position(|pin| pin.label.name == *name);
            place.ok_or_else(|| no_pin("--in", name, pins.iter().map(|pin| &pin.label)))
        };
        let pin = self.within.as_ref().map(place).transpose()?;
        let who = |name: &String| match Strategy::from_name(name) {
            Some(strategy) => Who::from(strategy),
            None => Who::called(name, Strategy::Learned),
        };
        let named = self.with.as_ref().map(who);
        let delta = pin.is_none().then(|| Who::from(Strategy::Delta));
        Ok(Reference {
            pin,
            who: named.or(delta),
        })
    }

    fn nobody(&self, outcomes: &Outcomes, reference: &Reference) -> Failure {
        let rows = outcomes.rows_of(reference.pin).iter();
        let names: Vec<String> = rows.map(|row| row.policy.who.to_string()).collect();
        let name = self.with.as_deref().unwrap_or_default();
        usage(format!("--with {name:?}: allowed: {}", names.join(", ")))
    }

    fn report<'a>(
        &'a self,
        outcomes: &'a Outcomes,
        set: &Scenario,
        pins: &[&'a str],
    ) -> Report<'a> {
        let reference = outcomes.reference.as_ref();
        let row = |(pin, row): (Option<&'a str>, &'a StrategyOutcome)| Row {
            pin,
            policy: &row.policy.who.name,
            kind: row.policy.who.kind.name(),
            statistics: &row.statistics,
            less: row.against.as_ref().map(|against| Less {
                rsmse: against.difference.rsmse,
                mean: against.difference.mean,
            }),
        };
        Report {
            program: crate::record::PROGRAM,
            preset: &self.subject.preset,
            paths: outcomes.paths,
            seed: set.seed,
            compared_with: Whom {
                pin: reference.and_then(|r| r.pin).map(|place| pins[place]),
                policy: reference.and_then(|r| r.who.as_ref()).map(|who| &*who.name),
            },
            rows: rows(outcomes, pins).map(row).collect(),
        }
    }

    fn table(outcomes: &Outcomes, set: &Scenario, pins: &[&str]) -> String {
        let less = format!("- {}", whom(outcomes, pins));
        let mut table = Table::new(&["", "mean", "RSMSE", "CVaR 95%", "turnover", &less]);
        for (pin, row) in rows(outcomes, pins) {
            let who = row.policy.who.to_string();
            let mut cells = vec![pin.map_or(who.clone(), |pin| format!("{who} in {pin}"))];
            let measures = [
                Measure::Mean,
                Measure::Rsmse,
                Measure::Cvar95,
                Measure::Turnover,
            ];
            cells.extend(measures.map(|measure| estimate(measure.of(&row.statistics))));
            let less = row.against.as_ref();
            cells.push(less.map_or_else(String::new, |less| estimate(less.difference.rsmse)));
            table.row(cells);
        }
        format!(
            "{}: {} paths, seed {}\nHedging error (positive is a loss), ± standard error; the last column is the \
             difference in RSMSE\non the same random numbers, ± paired standard error\n\n{}",
            set.title,
            grouped(outcomes.paths),
            set.seed,
            table.text()
        )
    }
}

/// Every row, with the name of its pin.
fn rows<'a>(
    outcomes: &'a Outcomes,
    pins: &[&'a str],
) -> impl Iterator<Item = (Option<&'a str>, &'a StrategyOutcome)> {
    let own = outcomes.rows.iter().map(|row| (None, row));
    let of_pins = outcomes.pinned.iter().zip(pins.to_vec());
    own.chain(of_pins.flat_map(|(of, pin)| of.rows.iter().map(move |row| (Some(pin), row))))
}

/// With whom policies are compared.
fn whom(outcomes: &Outcomes, pins: &[&str]) -> String {
    let Some(reference) = &outcomes.reference else {
        return String::new();
    };
    let who = reference.who.as_ref();
    let who = who.map_or_else(|| "the same".to_owned(), ToString::to_string);
    match reference.pin {
        Some(place) => format!("{who} in {}", pins[place]),
        None => who,
    }
}

/// The policies that come with a preset: its own, and those of its pins.
pub(super) fn policies(
    preset: &str,
    set: &Scenario,
) -> Result<(Option<LearnedPolicy>, Vec<Pin>), Failure> {
    let mut trouble = None;
    let mut read = |file: &Path| {
        let found = file.exists().then(|| Checkpoint::read(file))?;
        found
            .map_err(|error| trouble = Some(error))
            .ok()
            .map(|read| read.policy)
    };
    let place = locate(preset)?;
    let learned = match &place {
        Place::BuiltIn(name) => shipped(name),
        Place::File(path) => read(&policy_file(path)),
    };
    let pins = pins_brought(set, |mark| match &place {
        Place::BuiltIn(name) => shipped_for_pin(name, mark),
        Place::File(path) => read(&pin_policy_file(path, mark)),
    });
    match trouble {
        Some(error) => Err(error.into()),
        None => Ok((learned, pins.unwrap_or_default())),
    }
}
