//! `hedgelab evaluate`: many paths, several strategies, their errors compared.

use super::learned::Weights;
use super::table::{Table, estimate, grouped};
use super::{Failure, Subject, print, print_json};
use crate::market::Sampling;
use crate::outcome::{Difference, Estimate, Representatives, Sample, Statistics, paired};
use crate::policy::Policy;
use crate::scenario::{Named, Parameters, Scenario};
use crate::simulate::{empty_samples, extend};
use anyhow::{Context, anyhow};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use std::fmt::Write;
use std::ops::ControlFlow;
use std::time::Instant;

#[derive(Debug, Args)]
#[command(
    after_help = "The table shows, for each strategy, its hedging errors (positive is a loss) with their \
    standard errors, then the paired differences on the same paths.\n\n\
    JSON: {preset, scenario, paths, seed, seconds, strategies: [{name, mean: {value, se}, std, rmse, rsmse, var95, \
    cvar95, var99, cvar99, skewness, excess_kurtosis, min, max, turnover, exercise_rate, representatives: {best, q05, \
    median, q95, q99, worst}}], paired: [{strategy, against, rsmse: {value, se}, mean: {value, se}}]}; \
    each figure is {value, se}, null where undefined; representatives are path numbers for: hedgelab replay"
)]
pub(super) struct Evaluate {
    #[command(flatten)]
    subject: Subject,
    /// Number of simulated paths
    #[arg(long, default_value_t = 100_000, value_name = "N",
          value_parser = clap::value_parser!(u64).range(1..=100_000_000))]
    paths: u64,
    /// Seed of the random numbers, instead of the preset's
    #[arg(long, value_name = "S")]
    seed: Option<u64>,
    /// Who hedges: a list of none, delta, leland, band, static, learned
    #[arg(long, value_name = "LIST")]
    strategies: Option<String>,
    #[command(flatten)]
    weights: Weights,
    /// Pair each path with one of opposite shocks, which makes most standard errors smaller
    #[arg(long)]
    antithetic: bool,
    /// Number of threads; the results do not depend on it [default: all cores]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// Print one JSON document instead of tables
    #[arg(long)]
    json: bool,
}

/// What the command prints as JSON.
#[derive(Serialize)]
struct Report<'a> {
    preset: &'a str,
    scenario: &'a Parameters,
    paths: u64,
    seed: u64,
    seconds: f64,
    strategies: Vec<StrategyReport>,
    paired: Vec<PairReport>,
}

#[derive(Serialize)]
struct StrategyReport {
    name: &'static str,
    #[serde(flatten)]
    statistics: Statistics,
    representatives: Representatives,
}

#[derive(Serialize)]
struct PairReport {
    strategy: &'static str,
    against: &'static str,
    rsmse: Estimate,
    mean: Estimate,
}

impl From<Difference> for PairReport {
    fn from(difference: Difference) -> Self {
        Self {
            strategy: difference.strategy.name(),
            against: difference.against.name(),
            rsmse: difference.rsmse,
            mean: difference.mean,
        }
    }
}

impl Evaluate {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let scenario = self.subject.scenario()?;
        let policies =
            self.weights
                .policies(self.strategies.as_deref(), &self.subject, &scenario)?;
        let seed = self.seed.unwrap_or(scenario.seed);
        let report = match self.threads {
            None => self.evaluate(&scenario, &policies, seed)?,
            Some(threads) => rayon::ThreadPoolBuilder::new()
                .num_threads(usize::from(threads))
                .build()
                .context("--threads")?
                .install(|| self.evaluate(&scenario, &policies, seed))?,
        };
        if self.json {
            print_json(&report)
        } else {
            print(&self.tables(&report))
        }
    }

    fn evaluate<'a>(
        &'a self,
        scenario: &'a Scenario,
        policies: &[Box<dyn Policy>],
        seed: u64,
    ) -> Result<Report<'a>, Failure> {
        let start = Instant::now();
        let sampling = Sampling {
            antithetic: self.antithetic,
            ..Sampling::evaluation(seed)
        };
        let samples = self.simulate(scenario, policies, sampling);
        let strategies = reports(&samples)?;
        let mut pairs = Vec::new();
        for (i, sample) in samples.iter().enumerate() {
            for other in &samples[..i] {
                pairs.extend(paired(sample, other).map(PairReport::from));
            }
        }
        Ok(Report {
            preset: &self.subject.preset,
            scenario,
            paths: self.paths,
            seed,
            seconds: start.elapsed().as_secs_f64(),
            strategies,
            paired: pairs,
        })
    }

    fn simulate(
        &self,
        scenario: &Scenario,
        policies: &[Box<dyn Policy>],
        sampling: Sampling,
    ) -> Vec<Sample> {
        // Hidden by itself where standard error is no terminal.
        let bar = ProgressBar::new(self.paths);
        if let Ok(style) =
            ProgressStyle::with_template("{bar:40} {human_pos}/{human_len} paths, {eta} left")
        {
            bar.set_style(style);
        }
        let mut samples = empty_samples(policies, sampling);
        let _finished = extend(
            scenario,
            policies,
            sampling,
            &mut samples,
            self.paths,
            &mut |done| {
                bar.set_position(done);
                ControlFlow::Continue(())
            },
        );
        bar.finish_and_clear();
        samples
    }

    fn tables(&self, report: &Report<'_>) -> String {
        let mut text = String::new();
        let _infallible = writeln!(
            text,
            "{}: {} paths × {} steps, seed {}, {:.3} s\n\nHedging error (positive is a loss), ± standard error\n",
            report.scenario.title,
            grouped(self.paths),
            report.scenario.steps,
            report.seed,
            report.seconds
        );
        text.push_str(&figures(report).text());
        text.push_str("\nPaths to replay\n\n");
        text.push_str(&path_numbers(report).text());
        if !report.paired.is_empty() {
            text.push_str("\nDifferences on the same paths, ± paired standard error\n\n");
            text.push_str(&differences(report).text());
        }
        text
    }
}

/// Errors beyond this (currency) have fourth moments beyond double precision.
const LARGEST: f64 = 1e70;

fn reports(samples: &[Sample]) -> Result<Vec<StrategyReport>, Failure> {
    let report = |sample: &Sample| {
        let statistics = Statistics::of(sample)?;
        if !sample.errors().iter().all(|error| error.abs() < LARGEST) {
            return None;
        }
        Some(StrategyReport {
            name: sample.strategy().name(),
            statistics,
            representatives: Representatives::of(sample)?,
        })
    };
    samples
        .iter()
        .map(|sample| {
            report(sample).ok_or_else(|| {
                Failure::Run(anyhow!(
                    "{}: some hedging errors are beyond double precision; choose a smaller size, \
                     exponent, volatility or rate",
                    sample.strategy().name()
                ))
            })
        })
        .collect()
}

/// One figure of a strategy.
type Figure = fn(&Statistics) -> Estimate;

fn figures(report: &Report<'_>) -> Table {
    let mut heading = vec![""];
    heading.extend(report.strategies.iter().map(|strategy| strategy.name));
    let mut table = Table::new(&heading);
    let rows: [(&str, Figure); 14] = [
        ("mean", |s| s.mean),
        ("standard deviation", |s| s.std),
        ("RMSE", |s| s.rmse),
        ("RSMSE", |s| s.rsmse),
        ("VaR 95%", |s| s.var95),
        ("CVaR 95%", |s| s.cvar95),
        ("VaR 99%", |s| s.var99),
        ("CVaR 99%", |s| s.cvar99),
        ("skewness", |s| s.skewness),
        ("excess kurtosis", |s| s.excess_kurtosis),
        ("smallest", |s| s.min),
        ("largest", |s| s.max),
        ("turnover (shares)", |s| s.turnover),
        ("exercise rate", |s| s.exercise_rate),
    ];
    for (label, figure) in rows {
        let cells = report
            .strategies
            .iter()
            .map(|s| estimate(figure(&s.statistics)));
        table.row([label.to_owned()].into_iter().chain(cells).collect());
    }
    table
}

fn path_numbers(report: &Report<'_>) -> Table {
    let mut heading = vec![""];
    heading.extend(report.strategies.iter().map(|strategy| strategy.name));
    let mut table = Table::new(&heading);
    for rank in 0..6 {
        let named = |strategy: &StrategyReport| strategy.representatives.named()[rank];
        let label = report
            .strategies
            .first()
            .map_or("", |strategy| named(strategy).0);
        let cells = report
            .strategies
            .iter()
            .map(|strategy| named(strategy).1.to_string());
        table.row([label.to_owned()].into_iter().chain(cells).collect());
    }
    table
}

fn differences(report: &Report<'_>) -> Table {
    let mut table = Table::new(&["", "RSMSE", "mean"]);
    for pair in &report.paired {
        let label = format!("{} less {}", pair.strategy, pair.against);
        table.row(vec![label, estimate(pair.rsmse), estimate(pair.mean)]);
    }
    table
}
