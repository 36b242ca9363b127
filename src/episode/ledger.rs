//! The hedger's book-keeping: one record for each trade, one for the end.

use crate::contract::Taken;
use crate::order_book::{Cost, Memory};

/// One date of an episode: what was held, traded and paid.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct LedgerLine {
    /// Date `k`.
    pub step: usize,
    /// `t_k` (years).
    pub time: f64,
    /// Unaffected price `S_k` (currency).
    pub spot: f64,
    /// The mid price that is shown before the trade (currency); absent where trades leave it at `spot`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mid: Option<f64>,
    /// `X_k` (shares).
    pub position_before: f64,
    /// Position the policy asked for, before limits (shares).
    pub target: f64,
    /// `X_{k+1} − X_k` (shares; positive buys).
    pub trade: f64,
    /// `X_{k+1}` (shares).
    pub position: f64,
    /// Average price paid or received a share (currency); absent without a trade.
    pub price: Option<f64>,
    /// Cash from the trade (currency; negative pays).
    pub cash_flow: f64,
    /// What the trade cost against the unaffected price, by cause.
    pub cost: Cost,
    /// Cash `M_k` after the trade (currency).
    pub cash: f64,
    /// `A_k`, `B_k` (shares).
    pub memory_before: Memory,
    /// `A_{k+1}`, `B_{k+1}` (shares): after the trade and a step of refilling.
    pub memory_after: Memory,
    /// Portfolio value `V_k` before the trade (currency).
    pub value_before: f64,
    /// Dividends on what was held since the date before, received before the trade (currency; negative were paid); absent
    /// where shares pay none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dividends: Option<f64>,
}

/// Which options were exercised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exercised {
    /// Bit by bit.
    pub taken: Taken,
    /// How many there are.
    pub of: usize,
}

impl Exercised {
    /// Numbers of the exercised ones, from 1 on.
    pub fn numbers(self) -> impl Iterator<Item = usize> {
        (0..self.of)
            .filter(move |i| (self.taken >> i) & 1 == 1)
            .map(|i| i + 1)
    }

    /// Whether there is only one, so that [`Settlement::exercised`] says it all.
    fn is_of_one(&self) -> bool {
        self.of <= 1
    }
}

impl serde::Serialize for Exercised {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.numbers())
    }
}

/// The end of an episode: exercise, delivery, liquidation and the hedging error.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct Settlement {
    /// Unaffected price `S_N` (currency).
    pub spot: f64,
    /// The mid price that is shown (currency); absent where trades leave it at `spot`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mid: Option<f64>,
    /// Whether the holder exercised; of a portfolio, whether any option was.
    pub exercised: bool,
    /// Which options of a portfolio were exercised.
    #[serde(skip_serializing_if = "Exercised::is_of_one")]
    pub legs: Exercised,
    /// `X_N` (shares).
    pub position: f64,
    /// Shares received at exercise, net (negative: delivered; 0 when not exercised).
    pub delivered: f64,
    /// Cash received at exercise, net (negative: paid; 0 when not exercised).
    pub strike_cash: f64,
    /// Shares left and sold (negative: missing and bought).
    pub liquidated: f64,
    /// Cash from that last trade (currency).
    pub cash_flow: f64,
    /// What that last trade cost against the unaffected price, by cause.
    pub cost: Cost,
    /// Cash before settlement, interest and dividends included (currency).
    pub cash: f64,
    /// Dividends on what was held since the last trading date (currency; negative were paid); absent where shares pay
    /// none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dividends: Option<f64>,
    /// `A_N`, `B_N` (shares).
    pub memory: Memory,
    /// Portfolio value `V_N`, the option aside (currency).
    pub value: f64,
    /// Terminal gain (currency).
    pub gain: f64,
    /// Hedging error `e = −gain`: positive is a loss (currency).
    pub error: f64,
    /// `Σ_{k≥1} |X_{k+1} − X_k|` (shares): the first trade is not counted.
    pub turnover: f64,
}
