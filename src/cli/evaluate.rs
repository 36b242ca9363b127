//! `hedgelab evaluate`: many paths, several strategies, their errors compared.

use super::learned::{Hedgers, Hedging};
use super::record::Wanted;
use super::table::grouped;
use super::tables::tables;
use super::{Failure, Subject, on_threads, print, print_json, progress, stop};
use crate::episode::Money;
use crate::files;
use crate::outcome::Estimate;
use crate::record::{Question, Record};
use crate::scenario::Scenario;
use crate::simulate::{Evaluation, Extent, evaluate_seen, mean_spent, memory};
use crate::training::Interrupt;
use anyhow::anyhow;
use clap::Args;
use std::cell::Cell;
use std::ops::ControlFlow;
use std::time::Instant;

#[derive(Debug, Args)]
#[command(
    after_help = "The table shows, for each policy, its hedging errors (positive is a loss) with their \
    standard errors, then the paired differences on the same paths. Any number of paths runs in bounded memory; Ctrl-C \
    ends with those that were run. A policy marked * has weights that were trained for another market.\n\n\
    JSON: {version, program, record, preset, scenario, market, paths, wanted, seed, antithetic, seconds, \
    strategies: [{name, kind, hash, settings: {NAME: x}, weights: {name, trained_for, network, differs, expected: {middle, low, high, nearest}}, mean: {value, se}, std, rmse, rsmse, var95, \
    cvar95, var99, cvar99, skewness, excess_kurtosis, min, max, turnover, exercise_rate, cost, representatives: {best, q05, \
    median, q95, q99, worst}, costs: {premium, payoff, settlement, initial, spread, depth, memory, mid, carry, dividends, position, \
    rounding}}], paired: [{strategy, against, rsmse: {value, se}, mean: {value, se}}]}; \
    each figure is {value, se}, null where undefined; representatives are path numbers for: hedgelab replay, at the \
    same seed and pairing; record names the question (market, paths, seed, pairing, policies by their content) by a \
    hash that titles, training settings and the program's version do not change; weights is there for learned policies \
    only (expected in them for conditioned ones inside their ranges: by what share of its objective it lies above a training for this \
    scenario, the middle of the nearest measured scenarios and where four in five of them are), settings for those that have any (soft_band: risk_aversion, volatility_factor), given or tuned; costs \
    is there with --money: the parts of the mean error (positive was lost), which add up to it in this order to the last bit; \
    dividends only where shares pay any, mid only where trades move it"
)]
pub(super) struct Evaluate {
    #[command(flatten)]
    subject: Subject,
    /// Number of simulated paths
    #[arg(long, default_value_t = 100_000, value_name = "N",
          value_parser = clap::value_parser!(u64).range(1..=100_000_000))]
    paths: u64,
    #[command(flatten)]
    hedging: Hedging,
    /// Number of threads; the results do not depend on it [default: all cores]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// Say where the money went, too: the parts of the mean error; about as long again as the run
    #[arg(long)]
    money: bool,
    #[command(flatten)]
    recorded: Wanted,
    /// Print one JSON document instead of tables
    #[arg(long)]
    json: bool,
}

impl Evaluate {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let scenario = self.subject.scenario()?;
        let hedgers = self.hedging.hedgers(&self.subject, &scenario)?;
        let sampling = self.hedging.sampling(&scenario);
        let paths = super::as_many_as_there_are(self.paths, &scenario, sampling);
        self.check_memory(&scenario, hedgers.policies.len(), paths)?;
        let record = on_threads(self.threads, || self.evaluate(&scenario, &hedgers, paths))??;
        if self.json {
            return print_json(&record);
        }
        let seed = self.hedging.seed;
        let seed = seed.map_or(String::new(), |seed| format!(" --seed {seed}"));
        let subject = format!("{}{seed}", self.subject.words());
        print(&tables(&record, &scenario, &subject))
    }

    /// Says before the run how much memory it needs, where that is not there, and what would fit.
    fn check_memory(
        &self,
        scenario: &Scenario,
        strategies: usize,
        wanted: u64,
    ) -> Result<(), Failure> {
        let threads = self
            .threads
            .map_or_else(rayon::current_num_threads, usize::from);
        let needs = |paths: u64, threads: usize| memory(scenario.steps, strategies, paths, threads);
        let Some(free) = files::free_memory() else {
            return Ok(());
        };
        let needed = needs(wanted, threads);
        if needed <= free {
            return Ok(());
        }
        let fewer_threads = (1..threads).rev().find(|n| needs(wanted, *n) <= free);
        let fewer_paths = std::iter::successors(Some(wanted), |n| Some(n / 2))
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

    fn evaluate(
        &self,
        scenario: &Scenario,
        hedgers: &Hedgers,
        paths: u64,
    ) -> Result<Record, Failure> {
        let start = Instant::now();
        let stop = stop::listen();
        let mut recording = self.recorded.begin(hedgers)?;
        let evaluation = Self::watched(stop, paths, |watch| {
            let (sampling, extent) = (self.hedging.sampling(scenario), Extent::all(paths));
            let fits = Cell::new(true);
            let seen = &mut |parts: &[Vec<_>]| fits.set(recording.push(parts));
            let watch = &mut |done| {
                if fits.get() {
                    watch(done)
                } else {
                    ControlFlow::Break(())
                }
            };
            evaluate_seen(scenario, &hedgers.policies, sampling, extent, seen, watch)
        });
        recording.check()?;
        if evaluation.paths < paths {
            super::note(&format!(
                "stopped after {} of {} paths",
                grouped(evaluation.paths),
                grouped(paths)
            ));
        }
        check_size(&evaluation)?;
        let question = Question {
            preset: &self.subject.preset,
            scenario,
            sampling: self.hedging.sampling(scenario),
            paths,
            policies: &hedgers.records,
        };
        let seconds = start.elapsed().as_secs_f64();
        let record = Record::new(question, &evaluation, seconds);
        let record = self.with_money(record, question, hedgers, stop);
        recording.finish(&record, scenario, hedgers)?;
        Ok(record)
    }

    /// The same with where the money went, where that is asked for.
    fn with_money(
        &self,
        record: Record,
        question: Question<'_>,
        hedgers: &Hedgers,
        stop: &Interrupt,
    ) -> Record {
        if !self.money {
            return record;
        }
        let costs = Self::watched(stop, question.paths, |watch| {
            costs(question, hedgers, &record, watch)
        });
        if costs.is_none() {
            super::note("stopped before it was known where the money went");
        }
        match costs {
            Some(costs) => record.with_costs(costs),
            None => record,
        }
    }

    /// Does a run with a bar of its progress, until Ctrl-C.
    fn watched<T>(
        stop: &Interrupt,
        paths: u64,
        run: impl FnOnce(&mut dyn FnMut(u64) -> ControlFlow<()>) -> T,
    ) -> T {
        let bar = progress(paths);
        let result = run(&mut |done| {
            bar.set_position(done);
            stop.ask()
        });
        bar.finish_and_clear();
        result
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

/// Where the money of a record's paths went; `None` once it is not wanted any more.
fn costs(
    question: Question<'_>,
    hedgers: &Hedgers,
    record: &Record,
    watch: &mut dyn FnMut(u64) -> ControlFlow<()>,
) -> Option<Vec<Money<Estimate>>> {
    let errors = record.strategies.iter().map(|s| s.statistics.mean);
    let errors: Vec<Estimate> = errors.collect();
    let (scenario, sampling) = (question.scenario, question.sampling);
    let (policies, paths) = (&hedgers.policies, record.paths);
    let spent = mean_spent(scenario, policies, sampling, paths, &errors, watch)?;
    Some(spent.into_iter().map(|spent| spent.parts).collect())
}
