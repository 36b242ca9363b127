//! `hedgelab price`: the premium at which each strategy's hedge is neither a loss nor a gain.

use super::learned::{Hedgers, Hedging, about, heading};
use super::price_curve::{Hedged, Over};
use super::table::{Table, estimate, figure, grouped};
use super::{Failure, Subject, as_many_as_there_are, print, print_csv, print_json};
use crate::market::Sampling;
use crate::outcome::Estimate;
use crate::policy::Policy;
use crate::record::{PROGRAM, PolicyRecord};
use crate::scenario::{Scenario, Side};
use crate::simulate::{PriceRule, baselines, black_scholes, price, price_difference};
use anyhow::Context;
use clap::Args;
use serde::Serialize;
use std::fmt::Write;

#[derive(Debug, Args)]
#[command(
    after_help = "A price is the premium of the whole contract at which a strategy's hedging error is zero: its mean, its \
    CVaR at training.cvar_level, or log(mean(exp(γ e)))/γ at γ = training.risk_aversion (the price at which exponential \
    utility is that of doing nothing). For a sold option it is the least to ask, for a bought one the most to pay. \
    RSMSE and RMSE are zero only where nothing is ever lost and give no price. Each premium that is tried is hedged \
    again on the same paths, as policies may look at the portfolio value.\n\n\
    Against a parameter: --over market.volatility hedges anew, with the same random numbers, where it is more and less; \
    bands are tuned to each, trained policies are not trained anew. JSON then: {program, preset, field, both_sides, paths, \
    seed, antithetic, present, points: [{value, black_scholes, strategies: [{name, mean, cvar, entropic, trained_elsewhere}]}]}.\n\n\
    JSON: {program, preset, market, paths, seed, antithetic, position, black_scholes, cvar_level, risk_aversion, strategies: [{name, \
    kind, hash, settings, weights, mean: {value, se}, cvar: {value, se}, entropic: {value, se}, liquidity: {mean, cvar, entropic}}]}; liquidity is there with \
    --liquidity, for strategies that are not trained; value is null where no \
    such premium was found, and where an entropic one would hang on a handful of paths: choose a smaller γ"
)]
pub(super) struct Price {
    #[command(flatten)]
    subject: Subject,
    /// Number of simulated paths
    #[arg(long, default_value_t = 100_000, value_name = "N",
          value_parser = clap::value_parser!(u64).range(1..=10_000_000))]
    paths: u64,
    #[command(flatten)]
    hedging: Hedging,
    /// Number of threads; the results do not depend on it [default: all cores]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// Say, too, what of it is for liquidity: how much less it would be in a book without friction
    #[arg(long, conflicts_with = "field")]
    liquidity: bool,
    #[command(flatten)]
    over: Over,
    #[command(flatten)]
    form: Form,
}

/// How it is printed.
#[derive(Debug, Args)]
pub(super) struct Form {
    /// Print one JSON document instead of a table
    #[arg(long, conflicts_with = "csv")]
    pub json: bool,
    /// Print one CSV table, a row for each strategy and price
    #[arg(long)]
    pub csv: bool,
}

/// What the command prints as JSON.
#[derive(Serialize)]
struct Report<'a> {
    program: &'static str,
    preset: &'a str,
    market: String,
    paths: usize,
    seed: u64,
    antithetic: bool,
    position: Side,
    /// The closed-form price of the whole contract (currency).
    black_scholes: f64,
    cvar_level: f64,
    /// Per currency.
    risk_aversion: f64,
    strategies: Vec<StrategyReport>,
}

/// Premiums of the whole contract (currency).
#[derive(Serialize)]
struct StrategyReport {
    #[serde(flatten)]
    policy: PolicyRecord,
    mean: Estimate,
    cvar: Estimate,
    entropic: Estimate,
    /// The premiums less those in a book without friction; absent for a trained policy, which knows
    /// this book.
    #[serde(skip_serializing_if = "Option::is_none")]
    liquidity: Option<Liquidity>,
}

/// Premiums less others on the same paths (currency), with paired standard errors.
#[derive(Clone, Copy, Serialize)]
struct Liquidity {
    mean: Estimate,
    cvar: Estimate,
    entropic: Estimate,
}

/// One row of the CSV.
#[derive(Serialize)]
struct Row<'a> {
    strategy: &'a str,
    price: &'static str,
    premium: Option<f64>,
    standard_error: Option<f64>,
}

impl Price {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let scenario = self.subject.scenario()?;
        let hedgers = self.hedging.hedgers(&self.subject, &scenario)?;
        let sampling = self.hedging.sampling(&scenario);
        let paths = as_many_as_there_are(self.paths, &scenario, sampling);
        let paths = usize::try_from(paths).context("--paths")?;
        super::on_threads(self.threads, || {
            if let Some(variation) = self.over.variation()? {
                let hedgers = Hedged {
                    preset: &self.subject.preset,
                    learned: &hedgers.learned,
                    records: &hedgers.records,
                };
                return self
                    .over
                    .run(&variation, &scenario, &hedgers, sampling, paths, &self.form);
            }
            self.at_present(&scenario, hedgers, sampling, paths)
        })?
    }

    fn at_present(
        &self,
        scenario: &Scenario,
        hedgers: Hedgers,
        sampling: Sampling,
        paths: usize,
    ) -> Result<(), Failure> {
        let rules = PriceRule::all(scenario);
        let both = hedgers.policies.iter().zip(hedgers.records);
        let strategies = both.map(|(policy, record)| {
            let prices = price(scenario, policy.as_ref(), sampling, paths, &rules);
            let premium = |place: usize| {
                prices
                    .get(place)
                    .map_or_else(Estimate::default, |p| p.premium)
            };
            let liquidity = self.liquidity && record.weights.is_none();
            StrategyReport {
                liquidity: liquidity
                    .then(|| liquidity_of(scenario, policy.as_ref(), sampling, paths)),
                policy: record,
                mean: premium(0),
                cvar: premium(1),
                entropic: premium(2),
            }
        });
        let report = Report {
            program: PROGRAM,
            preset: &self.subject.preset,
            market: scenario.market_hash().to_string(),
            paths,
            seed: sampling.seed,
            antithetic: sampling.antithetic,
            position: scenario.contract.position,
            black_scholes: black_scholes(scenario),
            cvar_level: scenario.training.cvar_level,
            risk_aversion: scenario.training.risk_aversion,
            strategies: strategies.collect(),
        };
        if self.form.json {
            print_json(&report)
        } else if self.form.csv {
            print_csv(rows(&report))
        } else {
            print(&text(&report, scenario))
        }
    }
}

/// What of the premiums is for liquidity: those of the same strategy, tuned to a book without friction,
/// are less by this.
fn liquidity_of(
    scenario: &Scenario,
    policy: &dyn Policy,
    sampling: Sampling,
    paths: usize,
) -> Liquidity {
    let mut parameters = scenario.clone().into_parameters();
    let book = &mut parameters.order_book;
    (book.ask_exponent, book.bid_exponent) = (1.0, 1.0);
    (book.ask_half_spread, book.bid_half_spread) = (None, None);
    book.mid_impact = 0.0;
    let strategy = [policy.strategy()];
    let rules = PriceRule::all(scenario);
    let less = Scenario::new(parameters).ok().and_then(|free| {
        let there = baselines(&free, &strategy).pop()?;
        let (one, other) = ((scenario, policy), (&free, there.as_ref()));
        Some(price_difference(one, other, sampling, paths, &rules))
    });
    let less = less.unwrap_or_default();
    let of = |place: usize| less.get(place).map_or_else(Estimate::default, |d| d.less);
    Liquidity {
        mean: of(0),
        cvar: of(1),
        entropic: of(2),
    }
}

/// The prices of a strategy: by what, in a word and in a table, and how much.
fn prices(strategy: &StrategyReport) -> [(&'static str, Estimate); 3] {
    [
        ("mean", strategy.mean),
        ("cvar", strategy.cvar),
        ("entropic", strategy.entropic),
    ]
}

fn rows<'a>(report: &'a Report<'_>) -> impl Iterator<Item = Row<'a>> {
    report.strategies.iter().flat_map(|strategy| {
        prices(strategy).map(|(price, premium)| Row {
            strategy: &strategy.policy.name,
            price,
            premium: premium.value,
            standard_error: premium.se,
        })
    })
}

/// What was hedged, the prices, and what they are beside.
fn text(report: &Report<'_>, scenario: &Scenario) -> String {
    let pairs = if report.antithetic {
        ", antithetic pairs"
    } else {
        ""
    };
    let moved = match report.position {
        Side::Short => "received",
        Side::Long => "paid",
    };
    let policies = report.strategies.iter().map(|strategy| &strategy.policy);
    let mut text = format!(
        "{}: {} paths × {} steps, seed {}{pairs}\n{}\n\
         Premium {moved} at which the hedging error's … is zero, ± standard error\n\n{}",
        scenario.title,
        grouped(report.paths as u64),
        scenario.steps,
        report.seed,
        about(policies, scenario),
        table(report).text()
    );
    if report.strategies.iter().any(|s| s.entropic.value.is_none()) {
        text.push_str("\n– hangs on a handful of paths: choose a smaller training.risk_aversion\n");
    }
    let _infallible = writeln!(text, "\nBlack–Scholes {}", figure(report.black_scholes));
    if let Some(table) = liquidity(report) {
        text.push_str(
            "\nFor liquidity: less in a book without friction, ± paired standard error\n\n",
        );
        text.push_str(&table.text());
    }
    text
}

/// The same of what is for liquidity, where that is asked for.
fn liquidity(report: &Report<'_>) -> Option<Table> {
    let known = |s: &StrategyReport| Some((s.policy.name.clone(), s.liquidity?));
    let strategies: Vec<(String, Liquidity)> = report.strategies.iter().filter_map(known).collect();
    if strategies.is_empty() {
        return None;
    }
    let mut columns = vec![""];
    columns.extend(strategies.iter().map(|(name, _)| name.as_str()));
    let mut table = Table::new(&columns);
    for (place, label) in labels(report).into_iter().enumerate() {
        let of = |(_, l): &(String, Liquidity)| estimate([l.mean, l.cvar, l.entropic][place]);
        let cells = strategies.iter().map(of);
        table.row([label].into_iter().chain(cells).collect());
    }
    Some(table)
}

/// What the prices are called.
fn labels(report: &Report<'_>) -> [String; 3] {
    [
        "mean error".to_owned(),
        format!("CVaR {}%", figure(100.0 * report.cvar_level)),
        format!("entropic, γ {}", figure(report.risk_aversion)),
    ]
}

/// A row for each price, a column for each strategy.
fn table(report: &Report<'_>) -> Table {
    let strategies = &report.strategies;
    let names: Vec<String> = strategies.iter().map(|s| heading(&s.policy)).collect();
    let mut columns = vec![""];
    columns.extend(names.iter().map(String::as_str));
    let mut table = Table::new(&columns);
    for (place, label) in labels(report).into_iter().enumerate() {
        let cells = strategies.iter().map(|s| estimate(prices(s)[place].1));
        table.row([label].into_iter().chain(cells).collect());
    }
    table
}
