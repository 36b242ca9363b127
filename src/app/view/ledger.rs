//! The path date by date: what each strategy held, traded and paid, and how it ended.

mod text;

pub use text::{aligned, tab_separated};

use super::path::{PathView, StrategyPath};
use crate::app::format;
use crate::episode::{LedgerLine, Settlement};
use crate::order_book::Cost;
use crate::policy::Who;
use crate::quantity::Digits;
use crate::quantity::write::significant;

/// What stands in a column, for each strategy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    Before,
    Trade,
    After,
    Price,
    Spread,
    Depth,
    Memory,
    Cash,
    Value,
    Dividends,
}

impl Column {
    /// Every one, from left to right; the last where shares pay dividends.
    const ALL: [Self; 10] = [
        Self::Before,
        Self::Trade,
        Self::After,
        Self::Price,
        Self::Spread,
        Self::Depth,
        Self::Memory,
        Self::Cash,
        Self::Value,
        Self::Dividends,
    ];

    /// Those of a path, from left to right: dividends where shares pay any.
    #[must_use]
    pub fn of(path: &PathView) -> &'static [Self] {
        let mut strategies = path.strategies.iter();
        let pays = strategies.any(|of| of.settlement.dividends.is_some());
        &Self::ALL[..Self::ALL.len() - usize::from(!pays)]
    }

    /// Its title.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Before => "before",
            Self::Trade => "trade",
            Self::After => "after",
            Self::Price => "at",
            Self::Spread => "spread",
            Self::Depth => "depth",
            Self::Memory => "memory",
            Self::Cash => "cash",
            Self::Value => "value",
            Self::Dividends => "dividends",
        }
    }

    /// What it says.
    #[must_use]
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Before => "Shares held before the trade",
            Self::Trade => "Shares bought, or sold where negative",
            Self::After => "Shares held after the trade",
            Self::Price => "Average price of the trade (currency)",
            Self::Spread => "Cost of crossing the spread (currency)",
            Self::Depth => "Cost of walking into the book (currency)",
            Self::Memory => {
                "Cost of finding the book depleted by own earlier trades, not yet refilled (currency)"
            }
            Self::Cash => "Cash after the trade (currency)",
            Self::Value => "Portfolio value before the trade, if liquidated then (currency)",
            Self::Dividends => {
                "Dividends on the shares held since the trade before; paid on shares owed where negative (currency)"
            }
        }
    }

    /// What stands there in the line of a date.
    #[must_use]
    pub fn text(self, line: &LedgerLine, digits: Digits) -> String {
        let fine = digits.finer(1);
        match self {
            Self::Before => digits.shares(line.position_before),
            Self::Trade => format::signed(&digits.shares(line.trade)),
            Self::After => digits.shares(line.position),
            Self::Price => price(line.price, digits),
            Self::Spread => fine.cash(line.cost.spread),
            Self::Depth => fine.cash(line.cost.depth),
            Self::Memory => fine.cash(line.cost.memory),
            Self::Cash => digits.cash(line.cash),
            Self::Value => digits.cash(line.value_before),
            Self::Dividends => dividends(line.dividends, digits),
        }
    }

    /// What stands there in the line of maturity, where nothing is held after the last trade.
    #[must_use]
    pub fn at_the_end(self, end: &Settlement, digits: Digits) -> String {
        let fine = digits.finer(1);
        let traded = (end.liquidated != 0.0).then(|| end.cash_flow / end.liquidated);
        match self {
            Self::Before => digits.shares(end.position),
            Self::Trade => format::signed(&digits.shares(-end.liquidated)),
            Self::After => digits.shares(0.0),
            Self::Price => price(traded, digits),
            Self::Spread => fine.cash(end.cost.spread),
            Self::Depth => fine.cash(end.cost.depth),
            Self::Memory => fine.cash(end.cost.memory),
            Self::Cash => digits.cash(end.gain),
            Self::Value => digits.cash(end.value),
            Self::Dividends => dividends(end.dividends, digits),
        }
    }

    /// What stands there at the foot; empty where there is nothing to add up.
    #[must_use]
    pub fn sum(self, totals: &Totals, digits: Digits) -> String {
        let fine = digits.finer(1);
        match self {
            Self::Trade => format::signed(&digits.shares(totals.traded)),
            Self::Spread => fine.cash(totals.cost.spread),
            Self::Depth => fine.cash(totals.cost.depth),
            Self::Memory => fine.cash(totals.cost.memory),
            Self::Dividends => dividends(totals.dividends, digits),
            _ => String::new(),
        }
    }

    /// The number that stands there, to find the widest.
    fn number(self, line: &LedgerLine) -> f64 {
        match self {
            Self::Before => line.position_before,
            Self::Trade => line.trade,
            Self::After => line.position,
            Self::Price => line.price.unwrap_or(0.0),
            Self::Spread => line.cost.spread,
            Self::Depth => line.cost.depth,
            Self::Memory => line.cost.memory,
            Self::Cash => line.cash,
            Self::Value => line.value_before,
            Self::Dividends => line.dividends.unwrap_or(0.0),
        }
    }
}

fn price(price: Option<f64>, digits: Digits) -> String {
    price.map_or_else(|| format::NOTHING.into(), |price| digits.price(price))
}

fn dividends(paid: Option<f64>, digits: Digits) -> String {
    paid.map_or_else(String::new, |paid| digits.finer(1).cash(paid))
}

/// Sums over all trades, the last one included.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Totals {
    /// Shares bought less shares sold: what is delivered in the end, less what was held at first.
    pub traded: f64,
    /// What the trades cost against the mid price, by cause (currency).
    pub cost: Cost,
    /// Dividends received less those paid (currency); absent where shares pay none.
    pub dividends: Option<f64>,
}

impl Totals {
    /// The sums of one strategy.
    #[must_use]
    pub fn of(path: &StrategyPath) -> Self {
        let end = &path.settlement;
        let mut totals = Self {
            traded: -end.liquidated,
            cost: end.cost,
            dividends: end.dividends,
        };
        for line in &path.ledger {
            totals.traded += line.trade;
            totals.cost.spread += line.cost.spread;
            totals.cost.depth += line.cost.depth;
            totals.cost.memory += line.cost.memory;
            totals.dividends = totals
                .dividends
                .zip(line.dividends)
                .map(|(sum, more)| sum + more);
        }
        totals
    }
}

/// What is known of the ledgers before a row is drawn.
#[derive(Clone, Debug, Default)]
pub struct LedgerView {
    /// Each strategy, in the order in which they stand everywhere.
    pub accounts: Vec<Account>,
    /// What stands there of each of them, from left to right.
    pub columns: &'static [Column],
    /// The widest texts of date and price.
    pub widest: [String; 2],
}

/// One strategy's ledger.
#[derive(Clone, Debug)]
pub struct Account {
    pub who: Who,
    /// The widest text of each column.
    pub widest: Vec<String>,
    /// The sums at the foot.
    pub sums: Vec<String>,
    /// How it ends.
    pub words: String,
}

impl LedgerView {
    /// The ledgers of a path.
    #[must_use]
    pub fn new(path: &PathView, digits: Digits) -> Self {
        let columns = Column::of(path);
        let account = |path: &StrategyPath| Account::new(path, columns, digits);
        let (low, high) = path.range();
        Self {
            accounts: path.strategies.iter().map(account).collect(),
            columns,
            widest: [
                path.prices.len().to_string(),
                longest([digits.price(low), digits.price(high)]),
            ],
        }
    }
}

impl Account {
    fn new(path: &StrategyPath, columns: &[Column], digits: Digits) -> Self {
        let totals = Totals::of(path);
        Self {
            who: path.who.clone(),
            widest: columns
                .iter()
                .map(|column| widest(*column, path, &totals, digits))
                .collect(),
            sums: columns
                .iter()
                .map(|column| column.sum(&totals, digits))
                .collect(),
            words: settled(&path.settlement, &totals, digits),
        }
    }
}

/// The widest text of a column, found by its extremes.
fn widest(column: Column, path: &StrategyPath, totals: &Totals, digits: Digits) -> String {
    let mut texts = vec![
        column.title().to_owned(),
        column.at_the_end(&path.settlement, digits),
        column.sum(totals, digits),
    ];
    let number = |line: &&LedgerLine| column.number(line);
    let by = |a: &&LedgerLine, b: &&LedgerLine| number(a).total_cmp(&number(b));
    let ends = [
        path.ledger.iter().min_by(by),
        path.ledger.iter().max_by(by),
        path.ledger.first(),
    ];
    let lines = ends.into_iter().flatten();
    texts.extend(lines.map(|line| column.text(line, digits)));
    longest(texts)
}

fn longest(texts: impl IntoIterator<Item = String>) -> String {
    let longest = texts.into_iter().max_by_key(|text| text.chars().count());
    longest.unwrap_or_default()
}

/// How the option ends: `exercised: delivers 1 share for 1 000, sells the 0.01 left for 11.90; cost
/// 35.10; loses 21.35`.
#[must_use]
pub fn settled(end: &Settlement, totals: &Totals, digits: Digits) -> String {
    let mut text = if end.exercised {
        let verb = if end.delivered < 0.0 {
            "delivers"
        } else {
            "receives"
        };
        let cash = plain(digits.money(end.strike_cash.abs()));
        let shares = shares(end.delivered.abs(), digits);
        if end.delivered == 0.0 {
            format!("exercised: {cash} {}", format::paid(end.strike_cash))
        } else {
            format!("exercised: {verb} {shares} for {cash}")
        }
    } else {
        "not exercised".to_owned()
    };
    let cash = digits.money(end.cash_flow.abs());
    let last = some(end.liquidated.abs(), digits);
    if end.liquidated > 0.0 {
        text += &format!(", sells the {last} left for {cash}");
    } else if end.liquidated < 0.0 {
        text += &format!(", buys the {last} missing for {cash}");
    }
    if let Some(dividends) = totals.dividends {
        let sum = digits.money(dividends.abs());
        text += &format!("; {sum} of dividends {}", format::paid(dividends));
    }
    let verb = if end.error >= 0.0 { "loses" } else { "gains" };
    format!(
        "{text}; cost {}; {verb} {}",
        digits.money(totals.cost.total()),
        digits.money(end.error.abs())
    )
}

/// `1 share`, `2.5 shares`.
fn shares(count: f64, digits: Digits) -> String {
    let noun = if count == 1.0 { "share" } else { "shares" };
    format!("{} {noun}", some(count, digits))
}

/// A number of shares that is not nothing, however small.
fn some(count: f64, digits: Digits) -> String {
    let text = plain(digits.shares(count));
    if text == "0" && count > 0.0 {
        significant(count, 1)
    } else {
        text
    }
}

/// Without zeros at the end.
fn plain(figure: String) -> String {
    if figure.contains('.') && !figure.contains('e') {
        figure.trim_end_matches('0').trim_end_matches('.').into()
    } else {
        figure
    }
}
