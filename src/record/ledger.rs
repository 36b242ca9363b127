//! Ledgers of a path as a table: a row for each trade and one for the settlement, policy by policy.

use crate::episode::{LedgerLine, Settlement};
use crate::market::Path;
use crate::policy::Policy;
use crate::scenario::Scenario;
use crate::simulate::replay;
use serde::Serialize;

/// One row of the table; what does not apply to a row is empty.
#[derive(Clone, Debug, Default, Serialize)]
pub struct LedgerRow<'a> {
    /// Who hedges.
    pub strategy: &'a str,
    /// `trade` or `settlement`.
    pub event: &'static str,
    /// Date `k`.
    pub step: usize,
    /// `t_k` (years).
    pub time: Option<f64>,
    /// Unaffected price (currency).
    pub spot: f64,
    /// The mid price that is shown (currency); there is no such column where trades leave it at the spot.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mid: Option<f64>,
    /// Shares held before.
    pub position_before: f64,
    /// Position that the policy asked for, before limits (shares).
    pub target: Option<f64>,
    /// Shares traded; positive buys.
    pub trade: f64,
    /// Shares held after.
    pub position: Option<f64>,
    /// Average price a share (currency).
    pub price: Option<f64>,
    /// Cash from the trade (currency).
    pub cash_flow: f64,
    /// What it cost by crossing the spread (currency).
    pub cost_spread: f64,
    /// By walking into the book (currency).
    pub cost_depth: f64,
    /// By finding the book depleted (currency).
    pub cost_memory: f64,
    /// By meeting a mid that own trades have moved (currency); there is no such column where they leave it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost_mid: Option<f64>,
    /// Cash (currency).
    pub cash: f64,
    /// Shares taken from the ask side and not yet refilled, before.
    pub ask_memory_before: f64,
    /// The same of the bid side.
    pub bid_memory_before: f64,
    /// The same of the ask side, after a step of refilling.
    pub ask_memory_after: Option<f64>,
    /// The same of the bid side.
    pub bid_memory_after: Option<f64>,
    /// Portfolio value before (currency).
    pub value_before: f64,
    /// Dividends since the date before (currency); there is no such column where shares pay none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dividends: Option<f64>,
    /// Whether the holder exercised.
    pub exercised: Option<bool>,
    /// Shares received at exercise.
    pub delivered: Option<f64>,
    /// Cash received at exercise (currency).
    pub strike_cash: Option<f64>,
    /// Terminal gain (currency).
    pub gain: Option<f64>,
    /// Hedging error; positive is a loss (currency).
    pub error: Option<f64>,
    /// Shares traded after the first trade.
    pub turnover: Option<f64>,
}

/// The rows of one policy.
pub fn ledger_rows<'a>(
    name: &'a str,
    ledger: &'a [LedgerLine],
    end: &'a Settlement,
) -> impl Iterator<Item = LedgerRow<'a>> {
    let trades = ledger.iter().map(move |line| trade(name, line));
    trades.chain(std::iter::once(settlement(name, ledger.len(), end)))
}

/// The table of several policies on one path, as CSV with headings.
///
/// # Errors
/// What cannot be written.
pub fn ledger_csv(
    scenario: &Scenario,
    policies: &[Box<dyn Policy>],
    path: &Path,
) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for policy in policies {
        let (episode, end) = replay(scenario, policy.as_ref(), path);
        let who = policy.who();
        for row in ledger_rows(&who.name, episode.ledger(), &end) {
            writer.serialize(row)?;
        }
    }
    let bytes = writer.into_inner();
    bytes.map_err(|error| csv::Error::from(error.into_error()))
}

fn trade<'a>(strategy: &'a str, line: &LedgerLine) -> LedgerRow<'a> {
    LedgerRow {
        strategy,
        event: "trade",
        step: line.step,
        time: Some(line.time),
        spot: line.spot,
        mid: line.mid,
        cost_mid: line.mid.map(|_| line.cost.mid),
        position_before: line.position_before,
        target: Some(line.target),
        trade: line.trade,
        position: Some(line.position),
        price: line.price,
        cash_flow: line.cash_flow,
        cost_spread: line.cost.spread,
        cost_depth: line.cost.depth,
        cost_memory: line.cost.memory,
        cash: line.cash,
        ask_memory_before: line.memory_before.ask,
        bid_memory_before: line.memory_before.bid,
        ask_memory_after: Some(line.memory_after.ask),
        bid_memory_after: Some(line.memory_after.bid),
        value_before: line.value_before,
        dividends: line.dividends,
        ..LedgerRow::default()
    }
}

fn settlement<'a>(strategy: &'a str, step: usize, end: &Settlement) -> LedgerRow<'a> {
    LedgerRow {
        strategy,
        event: "settlement",
        step,
        spot: end.spot,
        mid: end.mid,
        cost_mid: end.mid.map(|_| end.cost.mid),
        position_before: end.position,
        trade: -end.liquidated,
        cash_flow: end.cash_flow,
        cost_spread: end.cost.spread,
        cost_depth: end.cost.depth,
        cost_memory: end.cost.memory,
        cash: end.cash,
        ask_memory_before: end.memory.ask,
        bid_memory_before: end.memory.bid,
        value_before: end.value,
        dividends: end.dividends,
        exercised: Some(end.exercised),
        delivered: Some(end.delivered),
        strike_cash: Some(end.strike_cash),
        gain: Some(end.gain),
        error: Some(end.error),
        turnover: Some(end.turnover),
        ..LedgerRow::default()
    }
}
