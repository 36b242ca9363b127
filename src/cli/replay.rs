//! `hedgelab replay`: one path, ledger line by ledger line.

mod why;

use super::learned::{Hedging, about, heading};
use super::table::{Table, WHERE_IT_WENT};
use super::{Failure, Subject, print, print_csv, print_json, which_path};
use crate::contract::digits;
use crate::episode::{LedgerLine, Money, Settlement};
use crate::market::Path;
use crate::policy::{Reasons, SoftBandSettings};
use crate::quantity::Digits;
use crate::quantity::write::{NOTHING, keyboard, signed};
use crate::record::{LedgerRow, PROGRAM, PolicyRecord, ledger_rows};
use crate::scenario::Scenario;
use crate::simulate::{replay, tuned_soft_band, why};
use clap::Args;
use serde::Serialize;
use std::fmt::Write;

#[derive(Debug, Args)]
#[command(
    after_help = "Path N here is path N of: hedgelab evaluate, at the same seed, both with --antithetic or both \
    without; evaluate prints the command that replays its paths. A preset that brings a price \
    path of its own shows it with: --path shown\n\n\
    JSON: {program, preset, path, seed, antithetic, spot: [S_0 … S_N], strategies: [{name, kind, hash, settings, weights, ledger: [{step, time, spot, position_before, \
    target, trade, position, price, cash_flow, cost: {spread, depth, memory, mid}, cash, memory_before: {ask, bid, mid: {passing, lasting}}, \
    memory_after, value_before, dividends, mid}], settlement: {spot, exercised, position, delivered, strike_cash, liquidated, \
    cash_flow, cost, cash, memory, value, gain, error, turnover}, money: {premium, payoff, settlement, initial, spread, depth, \
    memory, mid, carry, dividends, position, rounding}}]}; dividends are there where shares pay any, mid where trades move it (the price that \
    is shown, and what it cost that own trades have moved it); money has the parts of the hedging error (positive was lost), which add up to it \
    in this order to the last bit. With --why also soft_band: {risk_aversion, volatility_factor}, which takes trades \
    apart, and in each strategy why: [{delta, drift, waiting, damping, memory, own, limits, rounding}], the parts of each \
    trade (shares), which add up to it in this order to the last bit\n\n\
    CSV with --why: a row for each trade with its parts, in place of the ledger"
)]
pub(super) struct Replay {
    #[command(flatten)]
    subject: Subject,
    /// Path number, or `shown` for the preset's own path
    #[arg(long, value_name = "N")]
    path: String,
    #[command(flatten)]
    hedging: Hedging,
    /// Print one JSON document instead of tables
    #[arg(long, conflicts_with = "csv")]
    json: bool,
    /// Print one CSV table, a row for each trade and one for the settlement
    #[arg(long)]
    csv: bool,
    /// Say why each trade is made: what delta, drift, spread, depth, memory and the strategy itself move
    #[arg(long)]
    why: bool,
}

/// What the command prints as JSON.
#[derive(Serialize)]
struct Report<'a> {
    program: &'static str,
    preset: &'a str,
    path: &'a str,
    seed: u64,
    antithetic: bool,
    spot: Path,
    /// What takes trades apart, where that is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    soft_band: Option<SoftBandSettings>,
    strategies: Vec<StrategyReport>,
}

#[derive(Serialize)]
struct StrategyReport {
    #[serde(flatten)]
    policy: PolicyRecord,
    ledger: Vec<LedgerLine>,
    settlement: Settlement,
    money: Money,
    /// The parts of each trade, where they are asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<Vec<Reasons>>,
}

impl Replay {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let scenario = self.subject.scenario()?;
        let hedgers = self.hedging.hedgers(&self.subject, &scenario)?;
        let sampling = self.hedging.sampling(&scenario);
        let (_, spot) = which_path(&self.path, &scenario, sampling)?;
        let soft_band = self.why.then(|| tuned_soft_band(&scenario));
        let both = hedgers.policies.iter().zip(&hedgers.records);
        let strategies = both
            .map(|(policy, record)| {
                let (episode, settlement) = replay(&scenario, policy.as_ref(), &spot);
                let money = Money::of(&scenario, episode.ledger(), &settlement);
                let ledger = episode.ledger();
                let reasons = soft_band.map(|soft_band| why(&scenario, ledger, &soft_band));
                StrategyReport {
                    policy: record.clone(),
                    money,
                    why: reasons,
                    ledger: ledger.to_vec(),
                    settlement,
                }
            })
            .collect();
        let report = Report {
            program: PROGRAM,
            preset: &self.subject.preset,
            path: &self.path,
            seed: sampling.seed,
            antithetic: sampling.antithetic,
            spot,
            soft_band: soft_band.map(|soft_band| soft_band.settings()),
            strategies,
        };
        if self.json {
            print_json(&report)
        } else if self.csv && self.why {
            print_csv(why::rows(&report))
        } else if self.csv {
            print_csv(rows(&report))
        } else {
            print(&keyboard(&tables(&report, &scenario)))
        }
    }
}

fn tables(report: &Report<'_>, scenario: &Scenario) -> String {
    let digits = digits(scenario);
    let mut text = format!(
        "{}, path {}, seed {}{}\n",
        report.preset,
        report.path,
        report.seed,
        if report.antithetic {
            ", antithetic"
        } else {
            ""
        }
    );
    let policies = report.strategies.iter().map(|strategy| &strategy.policy);
    text.push_str(&about(policies, scenario));
    text.push_str(&why::about(report));
    for strategy in &report.strategies {
        let table = ledger(strategy, digits).text();
        let _infallible = write!(text, "\n{}\n\n{table}", heading(&strategy.policy));
        text.push_str(&settlement(&strategy.settlement, digits));
        text.push_str(&why::told(strategy, digits));
    }
    let money = money(&report.strategies, digits).text();
    let _infallible = write!(text, "\n{WHERE_IT_WENT}\n\n{money}");
    text
}

/// The parts of each strategy's error; what began at nothing, dividends where there are none, and what double precision
/// leaves are not told.
fn money(strategies: &[StrategyReport], digits: Digits) -> Table {
    let names: Vec<String> = strategies.iter().map(|s| heading(&s.policy)).collect();
    let mut columns = vec![""];
    columns.extend(names.iter().map(String::as_str));
    let mut table = Table::new(&columns);
    let fine = digits.finer(2);
    let mut row = |name: &str, amounts: &mut dyn Iterator<Item = f64>| {
        let cells = amounts.map(|amount| fine.cash(amount));
        table.row([name.to_owned()].into_iter().chain(cells).collect());
    };
    for (place, (name, _)) in Money::<f64>::default().parts().into_iter().enumerate() {
        let mut amounts = strategies.iter().map(|s| *s.money.parts()[place].1);
        let may_lack = ["initial", "mid", "dividends"].contains(&name);
        let told = !may_lack || amounts.clone().any(|amount| amount != 0.0);
        if told && name != "rounding" {
            row(name, &mut amounts);
        }
    }
    let mut errors = strategies.iter().map(|s| s.settlement.error);
    row("hedging error", &mut errors);
    table
}

fn ledger(strategy: &StrategyReport, digits: Digits) -> Table {
    let fine = digits.finer(2);
    let pays = strategy.settlement.dividends.is_some();
    let mut columns = vec![
        "step",
        "spot",
        "position",
        "trade",
        "price",
        "cash flow",
        "spread",
        "depth",
        "memory",
        "cash",
        "ask mem.",
        "bid mem.",
        "value",
    ];
    columns.extend(pays.then_some("dividends"));
    if strategy.settlement.mid.is_some() {
        columns.extend(["mid", "cost of mid"]);
    }
    let mut table = Table::new(&columns);
    for line in &strategy.ledger {
        let mut row = vec![
            line.step.to_string(),
            digits.price(line.spot),
            digits.shares(line.position),
            signed(&digits.shares(line.trade)),
            line.price
                .map_or(NOTHING.into(), |price| digits.price(price)),
            digits.cash(line.cash_flow),
            fine.cash(line.cost.spread),
            fine.cash(line.cost.depth),
            fine.cash(line.cost.memory),
            digits.cash(line.cash),
            digits.shares(line.memory_before.ask),
            digits.shares(line.memory_before.bid),
            digits.cash(line.value_before),
        ];
        row.extend(line.dividends.map(|paid| fine.cash(paid)));
        if let Some(mid) = line.mid {
            row.extend([digits.price(mid), fine.cash(line.cost.mid)]);
        }
        table.row(row);
    }
    table
}

fn settlement(end: &Settlement, digits: Digits) -> String {
    let (cash, shares) = (|x| digits.cash(x), |x| digits.shares(x));
    let exercise = if end.exercised {
        let which = if end.legs.of > 1 {
            let numbers = end.legs.numbers().map(|number| number.to_string());
            format!(" (legs {})", numbers.collect::<Vec<_>>().join(", "))
        } else {
            String::new()
        };
        format!(
            "exercised{which}: {} shares and {} cash",
            signed(&shares(end.delivered)),
            signed(&cash(end.strike_cash))
        )
    } else {
        "not exercised".into()
    };
    let dividends = end.dividends.map_or_else(String::new, |paid| {
        format!(", of it {} dividends", signed(&digits.finer(2).cash(paid)))
    });
    format!(
        "at {}: {exercise}; {} shares liquidated for {} (cost {}); cash before {}{dividends}\n\
         hedging error {} ({}), turnover {} shares\n",
        digits.price(end.spot),
        signed(&shares(end.liquidated)),
        cash(end.cash_flow),
        digits.finer(2).cash(end.cost.total()),
        cash(end.cash),
        digits.finer(2).cash(end.error),
        if end.error > 0.0 { "a loss" } else { "a gain" },
        shares(end.turnover)
    )
}

/// A row for each trade and one for the settlement, strategy by strategy.
fn rows<'a>(report: &'a Report<'_>) -> impl Iterator<Item = LedgerRow<'a>> {
    let of = |s: &'a StrategyReport| ledger_rows(&s.policy.name, &s.ledger, &s.settlement);
    report.strategies.iter().flat_map(of)
}
