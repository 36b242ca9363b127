//! `hedgelab evaluate`: many paths, several strategies, their errors compared.

use super::learned::{Hedgers, Weights, about, heading};
use super::table::{Table, estimate, grouped};
use super::{Failure, Subject, print, print_json, stop};
use crate::files;
use crate::market::Sampling;
use crate::outcome::Measure;
use crate::record::{Question, Record, StrategyRecord};
use crate::scenario::Scenario;
use crate::simulate::{Evaluation, evaluate, memory};
use anyhow::{Context, anyhow};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use std::fmt::Write;
use std::ops::ControlFlow;
use std::time::Instant;

#[derive(Debug, Args)]
#[command(
    after_help = "The table shows, for each policy, its hedging errors (positive is a loss) with their \
    standard errors, then the paired differences on the same paths. Any number of paths runs in bounded memory; Ctrl-C \
    ends with those that were run. A policy marked * has weights that were trained for another market.\n\n\
    JSON: {version, program, record, preset, scenario, market, paths, wanted, seed, antithetic, seconds, \
    strategies: [{name, kind, hash, settings: {NAME: x}, weights: {name, trained_for, differs}, mean: {value, se}, std, rmse, rsmse, var95, \
    cvar95, var99, cvar99, skewness, excess_kurtosis, min, max, turnover, exercise_rate, cost, representatives: {best, q05, \
    median, q95, q99, worst}}], paired: [{strategy, against, rsmse: {value, se}, mean: {value, se}}]}; \
    each figure is {value, se}, null where undefined; representatives are path numbers for: hedgelab replay, at the \
    same seed and pairing; record names the question (market, paths, seed, pairing, policies by their content) by a \
    hash that titles, training settings and the program's version do not change; weights is there for learned policies \
    only, settings for those that have any (soft_band: risk_aversion, volatility_factor), given or tuned"
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
    #[arg(
        long,
        value_name = "LIST",
        help = "Who hedges: a list of none, delta, leland, band, soft_band, static, learned"
    )]
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

impl Evaluate {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let scenario = self.subject.scenario()?;
        let hedgers = self
            .weights
            .hedgers(self.strategies.as_deref(), &self.subject, &scenario)?;
        self.check_memory(&scenario, hedgers.policies.len())?;
        let record = match self.threads {
            None => self.evaluate(&scenario, &hedgers)?,
            Some(threads) => rayon::ThreadPoolBuilder::new()
                .num_threads(usize::from(threads))
                .build()
                .context("--threads")?
                .install(|| self.evaluate(&scenario, &hedgers))?,
        };
        if self.json {
            print_json(&record)
        } else {
            print(&self.tables(&record, &scenario))
        }
    }

    /// Says before the run how much memory it needs, where that is not there, and what would fit.
    fn check_memory(&self, scenario: &Scenario, strategies: usize) -> Result<(), Failure> {
        let threads = self
            .threads
            .map_or_else(rayon::current_num_threads, usize::from);
        let needs = |paths: u64, threads: usize| memory(scenario.steps, strategies, paths, threads);
        let Some(free) = files::free_memory() else {
            return Ok(());
        };
        let needed = needs(self.paths, threads);
        if needed <= free {
            return Ok(());
        }
        let fewer_threads = (1..threads).rev().find(|n| needs(self.paths, *n) <= free);
        let fewer_paths = std::iter::successors(Some(self.paths), |n| Some(n / 2))
            .take_while(|paths| *paths > 0)
            .find(|paths| needs(*paths, 1) <= free);
        let fits = match (fewer_threads, fewer_paths) {
            (Some(threads), _) => format!("it fits with --threads {threads}"),
            (None, Some(paths)) => format!("it fits with --threads 1 --paths {paths}"),
            (None, None) => "choose fewer steps".into(),
        };
        Err(Failure::Run(anyhow!(
            "the run needs about {}, and {} are free; {fits}",
            bytes(needed),
            bytes(free)
        )))
    }

    fn sampling(&self, scenario: &Scenario) -> Sampling {
        Sampling {
            antithetic: self.antithetic,
            ..Sampling::evaluation(self.seed.unwrap_or(scenario.seed))
        }
    }

    fn evaluate(&self, scenario: &Scenario, hedgers: &Hedgers) -> Result<Record, Failure> {
        let start = Instant::now();
        let evaluation = self.simulate(scenario, hedgers);
        if evaluation.paths < self.paths {
            super::note(&format!(
                "stopped after {} of {} paths",
                grouped(evaluation.paths),
                grouped(self.paths)
            ));
        }
        check_size(&evaluation)?;
        let question = Question {
            preset: &self.subject.preset,
            scenario,
            sampling: self.sampling(scenario),
            paths: self.paths,
            policies: &hedgers.records,
        };
        let seconds = start.elapsed().as_secs_f64();
        Ok(Record::new(question, &evaluation, seconds))
    }

    fn simulate(&self, scenario: &Scenario, hedgers: &Hedgers) -> Evaluation {
        let stop = stop::listen();
        // Hidden by itself where standard error is no terminal.
        let bar = ProgressBar::new(self.paths);
        if let Ok(style) =
            ProgressStyle::with_template("{bar:40} {human_pos}/{human_len} paths, {eta} left")
        {
            bar.set_style(style);
        }
        let watch = &mut |done| {
            bar.set_position(done);
            if stop.is_raised() {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        };
        let sampling = self.sampling(scenario);
        let evaluation = evaluate(scenario, &hedgers.policies, sampling, self.paths, watch);
        bar.finish_and_clear();
        evaluation
    }

    fn tables(&self, record: &Record, scenario: &Scenario) -> String {
        let mut text = String::new();
        let pairs = if record.antithetic {
            ", antithetic pairs"
        } else {
            ""
        };
        let _infallible = writeln!(
            text,
            "{}: {} paths × {} steps, seed {}{pairs}, {:.3} s",
            record.scenario.title,
            grouped(record.paths),
            record.scenario.steps,
            record.seed,
            record.seconds
        );
        let policies = record.strategies.iter().map(|strategy| &strategy.policy);
        text.push_str(&about(policies, scenario));
        text.push_str("\nHedging error (positive is a loss), ± standard error\n\n");
        text.push_str(&figures(record).text());
        let _infallible = write!(
            text,
            "\nPaths to replay: hedgelab replay {}{}{} --path N\n\n{}",
            self.subject.words(),
            self.seed
                .map_or(String::new(), |seed| format!(" --seed {seed}")),
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
        let (program, name) = (&record.program, record.record.short());
        let _infallible = writeln!(text, "\n{program}, record {name}");
        text
    }
}

/// Bytes for people.
fn bytes(count: u64) -> String {
    let megabytes = count as f64 / 1e6;
    if megabytes < 1000.0 {
        format!("{megabytes:.0} MB")
    } else {
        format!("{:.1} GB", megabytes / 1000.0)
    }
}

fn check_size(evaluation: &Evaluation) -> Result<(), Failure> {
    match evaluation
        .summaries
        .iter()
        .find(|summary| !summary.is_sound())
    {
        None => Ok(()),
        Some(summary) => Err(Failure::Run(anyhow!(
            "{}: some hedging errors are beyond double precision; choose a smaller size, \
             exponent, volatility or rate",
            summary.policy.who
        ))),
    }
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
