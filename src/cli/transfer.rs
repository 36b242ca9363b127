//! `hedgelab transfer`: trained in one market, hedging in another.

use super::table::{Table, estimate, grouped};
use super::weights_file::{WeightsFile, typed_weights};
use super::{Failure, print, print_csv, usage};
use crate::market::Sampling;
use crate::outcome::{Estimate, Sample, Statistics, paired};
use crate::policy::{LearnedPolicy, Policy};
use crate::quantity::write::NOTHING;
use crate::scenario::{Scenario, Strategy};
use crate::simulate::{baselines, simulate};
use crate::training::{Checkpoint, shipped};
use clap::Args;
use serde::Serialize;

/// Who knows the market that is hedged in; the learned policies come after them.
const KNOW: [Strategy; 2] = [Strategy::Delta, Strategy::SoftBand];

#[derive(Debug, Args)]
#[command(
    after_help = "Every preset's learned policy hedges in the market of every preset, beside delta and the soft band, which \
    know the market that they hedge in. The presets may differ in their market alone: contract, book, dates and all else must be \
    the same. Differences are paired: all hedge on the same paths.\n\n\
    CSV: hedged_in, policy, rsmse, rsmse_se (currency), more, more_se (than the policy trained there; absent for itself)"
)]
pub(super) struct Transfer {
    /// Presets, or files, each with a policy of its own
    #[arg(required = true, num_args = 2..=16, value_name = "PRESET")]
    presets: Vec<String>,
    /// Trained weights in place of those that come with the preset NAME
    #[arg(long, value_name = "NAME=FILE", value_parser = typed_weights())]
    weights: Vec<WeightsFile>,
    /// Number of paths
    #[arg(long, default_value_t = 100_000, value_name = "N", value_parser = clap::value_parser!(u64).range(2..=10_000_000))]
    paths: u64,
    /// Seed of the paths
    #[arg(long, default_value_t = 1, value_name = "S")]
    seed: u64,
    /// Print the figures as CSV
    #[arg(long)]
    csv: bool,
}

/// A figure of the matrix.
#[derive(Serialize)]
struct Cell<'a> {
    hedged_in: &'a str,
    policy: String,
    rsmse: Option<f64>,
    rsmse_se: Option<f64>,
    more: Option<f64>,
    more_se: Option<f64>,
}

/// What hedged somewhere.
struct Hedged {
    samples: Vec<Sample>,
}

impl Transfer {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let scenarios = self.scenarios()?;
        let learned = self.learned(&scenarios)?;
        let sampling = Sampling::evaluation(self.seed);
        let hedged: Vec<Hedged> = scenarios
            .iter()
            .map(|scenario| {
                let mut policies = baselines(scenario, &KNOW);
                policies.extend(
                    learned
                        .iter()
                        .map(|p| Box::new(p.clone()) as Box<dyn Policy>),
                );
                let samples = simulate(scenario, &policies, sampling, self.paths);
                Hedged { samples }
            })
            .collect();
        if self.csv {
            print_csv(self.cells(&hedged))
        } else {
            print(&self.tables(&hedged))
        }
    }

    fn scenarios(&self) -> Result<Vec<Scenario>, Failure> {
        let known = |(i, name): (usize, &String)| self.presets[..i].contains(name);
        if let Some((_, twice)) = self.presets.iter().enumerate().find(|named| known(*named)) {
            return Err(usage(format!(
                "{twice}: is named twice; allowed: each preset once"
            )));
        }
        let load = |name: &String| Ok(crate::presets::load(name)?.alone());
        let scenarios: Vec<Scenario> = self
            .presets
            .iter()
            .map(load)
            .collect::<Result<_, Failure>>()?;
        for (name, scenario) in self.presets.iter().zip(&scenarios).skip(1) {
            let differences = scenarios[0].market_differences(scenario).into_iter();
            let other = differences
                .map(|field| field.path)
                .find(|path| !path.starts_with("market.") && *path != "contract.model_volatility");
            if let Some(path) = other {
                return Err(usage(format!(
                    "{name}: has another {path} than {}; allowed: presets that differ in their market alone",
                    self.presets[0]
                )));
            }
        }
        Ok(scenarios)
    }

    fn learned(&self, scenarios: &[Scenario]) -> Result<Vec<LearnedPolicy>, Failure> {
        let policy = |(name, scenario): (&String, &Scenario)| {
            let file = self.weights.iter().find(|file| file.is_called(name));
            let given = file.map(|file| Checkpoint::read(&file.path)).transpose()?;
            let given = given.map(|checkpoint| checkpoint.policy);
            let policy = given.or_else(|| shipped(name)).ok_or_else(|| {
                usage(format!(
                    "{name}: brings no trained weights; give --weights {name}=FILE"
                ))
            })?;
            let differs = policy.trained_for().market_differences(scenario);
            match differs.first() {
                None => Ok(policy.called(name)),
                Some(field) => Err(usage(format!(
                    "{name}: its weights were trained for another {}; allowed: weights trained for this preset",
                    field.path
                ))),
            }
        };
        self.presets.iter().zip(scenarios).map(policy).collect()
    }

    /// What the policy at `place` loses more there than the one that was trained there.
    fn more(there: usize, place: usize, hedged: &Hedged) -> Option<Estimate> {
        let own = KNOW.len() + there;
        (place != own)
            .then(|| paired(&hedged.samples[place], &hedged.samples[own]))
            .flatten()
            .map(|difference| difference.rsmse)
    }

    fn cells<'a>(&'a self, hedged: &'a [Hedged]) -> impl Iterator<Item = Cell<'a>> {
        let markets = self.presets.iter().zip(hedged).enumerate();
        markets.flat_map(|(there, (name, hedged))| {
            hedged
                .samples
                .iter()
                .enumerate()
                .map(move |(place, sample)| {
                    let rsmse = rsmse_of(sample);
                    let more = Self::more(there, place, hedged);
                    Cell {
                        hedged_in: name,
                        policy: sample.policy().who.to_string(),
                        rsmse: rsmse.value,
                        rsmse_se: rsmse.se,
                        more: more.and_then(|more| more.value),
                        more_se: more.and_then(|more| more.se),
                    }
                })
        })
    }

    fn tables(&self, hedged: &[Hedged]) -> String {
        let heading = |first: &str| {
            let names = self.presets.iter().map(|name| format!("in {name}"));
            let all: Vec<String> = std::iter::once(first.to_owned()).chain(names).collect();
            Table::new(&all.iter().map(String::as_str).collect::<Vec<_>>())
        };
        let (mut figures, mut losses) = (heading("RSMSE"), heading("more than trained there"));
        for place in 0..KNOW.len() + self.presets.len() {
            let who = hedged[0].samples[place].policy().who.to_string();
            let mut row = vec![who.clone()];
            row.extend(
                hedged
                    .iter()
                    .map(|hedged| estimate(rsmse_of(&hedged.samples[place]))),
            );
            figures.row(row);
            let mut row = vec![who];
            row.extend(hedged.iter().enumerate().map(|(there, hedged)| {
                Self::more(there, place, hedged).map_or_else(|| NOTHING.into(), estimate)
            }));
            losses.row(row);
        }
        format!(
            "{} paths, seed {}\n\n{}\n{}",
            grouped(self.paths),
            self.seed,
            figures.text(),
            losses.text()
        )
    }
}

fn rsmse_of(sample: &Sample) -> Estimate {
    Statistics::of(sample).map_or_else(Estimate::default, |statistics| statistics.rsmse)
}
