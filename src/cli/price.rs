//! `hedgelab price`: the premium at which each strategy's hedge is neither a loss nor a gain.

use super::learned::{Weights, about, heading};
use super::table::{Table, estimate, figure, grouped};
use super::{Failure, Subject, print, print_csv, print_json};
use crate::contract::{BlackScholes, Contract};
use crate::market::Sampling;
use crate::outcome::Estimate;
use crate::record::{PROGRAM, PolicyRecord};
use crate::scenario::{Scenario, Side};
use crate::simulate::{PriceRule, price};
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
    JSON: {program, preset, market, paths, seed, antithetic, position, black_scholes, cvar_level, risk_aversion, strategies: [{name, \
    kind, hash, settings, weights, mean: {value, se}, cvar: {value, se}, entropic: {value, se}}]}; value is null where no \
    such premium was found, and where an entropic one would hang on a handful of paths: choose a smaller γ"
)]
pub(super) struct Price {
    #[command(flatten)]
    subject: Subject,
    /// Number of simulated paths
    #[arg(long, default_value_t = 100_000, value_name = "N",
          value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    paths: u32,
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
    /// Print one JSON document instead of a table
    #[arg(long, conflicts_with = "csv")]
    json: bool,
    /// Print one CSV table, a row for each strategy and price
    #[arg(long)]
    csv: bool,
}

/// What the command prints as JSON.
#[derive(Serialize)]
struct Report<'a> {
    program: &'static str,
    preset: &'a str,
    market: String,
    paths: u32,
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
        let hedgers = self
            .weights
            .hedgers(self.strategies.as_deref(), &self.subject, &scenario)?;
        let sampling = Sampling {
            antithetic: self.antithetic,
            ..Sampling::evaluation(self.seed.unwrap_or(scenario.seed))
        };
        let rules = PriceRule::all(&scenario);
        let both = hedgers.policies.iter().zip(hedgers.records);
        let strategies = both.map(|(policy, record)| {
            let paths = self.paths as usize;
            let prices = price(&scenario, policy.as_ref(), sampling, paths, &rules);
            let premium = |place: usize| {
                prices
                    .get(place)
                    .map_or_else(Estimate::default, |p| p.premium)
            };
            StrategyReport {
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
            paths: self.paths,
            seed: sampling.seed,
            antithetic: self.antithetic,
            position: scenario.contract.position,
            black_scholes: black_scholes(&scenario),
            cvar_level: scenario.training.cvar_level,
            risk_aversion: scenario.training.risk_aversion,
            strategies: strategies.collect(),
        };
        if self.json {
            print_json(&report)
        } else if self.csv {
            print_csv(rows(&report))
        } else {
            print(&text(&report, &scenario))
        }
    }
}

/// The Black–Scholes price of the whole contract, whatever premium the scenario gives.
fn black_scholes(scenario: &Scenario) -> f64 {
    let contract = Contract::of(scenario);
    let model = BlackScholes::of(scenario);
    contract.shares * model.price(contract.kind, scenario.market.spot, contract.maturity)
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
        grouped(u64::from(report.paths)),
        scenario.steps,
        report.seed,
        about(policies, scenario),
        table(report).text()
    );
    if report.strategies.iter().any(|s| s.entropic.value.is_none()) {
        text.push_str("\n– hangs on a handful of paths: choose a smaller training.risk_aversion\n");
    }
    let _infallible = writeln!(text, "\nBlack–Scholes {}", figure(report.black_scholes));
    text
}

/// A row for each price, a column for each strategy.
fn table(report: &Report<'_>) -> Table {
    let strategies = &report.strategies;
    let names: Vec<String> = strategies.iter().map(|s| heading(&s.policy)).collect();
    let mut columns = vec![""];
    columns.extend(names.iter().map(String::as_str));
    let mut table = Table::new(&columns);
    let labels = [
        "mean error".to_owned(),
        format!("CVaR {}%", figure(100.0 * report.cvar_level)),
        format!("entropic, γ {}", figure(report.risk_aversion)),
    ];
    for (place, label) in labels.into_iter().enumerate() {
        let cells = strategies.iter().map(|s| estimate(prices(s)[place].1));
        table.row([label].into_iter().chain(cells).collect());
    }
    table
}
