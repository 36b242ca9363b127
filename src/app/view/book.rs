//! The book at the time cursor, as the strategy in focus finds it.

use super::PathView;
use crate::engine::Pinned;
use crate::episode::LedgerLine;
use crate::order_book::{Cost, Memory, OrderBook, levels};
use crate::scenario::{Scenario, Strategy};

/// Points of a side's curve.
const POINTS: usize = 72;

/// Depth by price on both sides.
#[derive(Clone, Debug, Default)]
pub struct BookView {
    /// Unaffected price (currency).
    pub spot: f64,
    /// Whether the option has been settled at this date.
    pub at_maturity: bool,
    /// Best ask and bid (currency).
    pub best: (f64, f64),
    /// What past trades took and has not come back (shares).
    pub memory: Memory,
    /// Ask side, `(price, shares from a full book's best price on)`, best first; the first
    /// `memory.ask` shares are gone.
    pub asks: Vec<[f64; 2]>,
    /// Bid side, likewise.
    pub bids: Vec<[f64; 2]>,
    /// The pinned scenario's sides.
    pub ghost: Option<Sides>,
    /// The largest depth drawn (shares), the same at every date.
    pub reach: f64,
    /// The lowest and highest price to show: 15% of the width at least beyond each best price.
    pub prices: (f64, f64),
    /// The trade of the strategy in focus, drawn into the book.
    pub trade: Option<LedgerLine>,
    /// Price that the trade's last share costs (currency).
    pub last_price: Option<f64>,
    /// Each strategy's trade at this date.
    pub trades: Vec<TradeNow>,
    /// Whether trading costs nothing.
    pub frictionless: bool,
}

/// Curves of the ask and the bid side.
pub type Sides = (Vec<[f64; 2]>, Vec<[f64; 2]>);

/// One strategy's trade at the time cursor.
#[derive(Clone, Copy, Debug)]
pub struct TradeNow {
    pub strategy: Strategy,
    /// Shares; positive buys.
    pub size: f64,
    /// Average price; absent without a trade.
    pub price: Option<f64>,
    pub cost: Cost,
    /// Shares held afterwards.
    pub position: f64,
}

impl BookView {
    /// The book at date `step` of the path.
    #[must_use]
    pub fn new(
        scenario: &Scenario,
        path: &PathView,
        step: usize,
        focus: Strategy,
        pinned: Option<&Pinned>,
    ) -> Self {
        let book = OrderBook::of(scenario);
        let spot = path.prices.get(step).copied().unwrap_or(f64::NAN);
        let at_maturity = step >= scenario.steps;
        let seen = path.of(focus).or(path.strategies.first());
        let memory = seen.map_or_else(Memory::default, |s| match s.ledger.get(step) {
            Some(line) => line.memory_before,
            None => s.settlement.memory,
        });
        let reach = reach(scenario, path);
        let trade = seen.and_then(|s| s.ledger.get(step).copied());
        let last_price = trade.map(|line| {
            if line.trade >= 0.0 {
                book.marginal_ask(spot, line.trade, memory.ask)
            } else {
                book.marginal_bid(spot, -line.trade, memory.bid)
            }
        });
        let (asks, bids) = sides(&book, spot, memory, reach);
        let prices = prices(&asks, &bids);
        Self {
            prices,
            spot,
            at_maturity,
            best: (
                book.marginal_ask(spot, 0.0, memory.ask),
                book.marginal_bid(spot, 0.0, memory.bid),
            ),
            memory,
            asks,
            bids,
            ghost: pinned.map(|pinned| {
                let ghost = OrderBook::of(&pinned.scenario);
                sides(&ghost, spot, Memory::default(), reach)
            }),
            reach,
            trade,
            last_price,
            trades: trades(path, step),
            frictionless: book.quoted_spread(1.0, Memory::default()) == 0.0,
        }
    }
}

/// Room for the largest trade and the deepest memory on the path, the same at every date.
fn reach(scenario: &Scenario, path: &PathView) -> f64 {
    let used = path.strategies.iter().flat_map(|s| &s.ledger).map(|line| {
        let memory = line.memory_before;
        line.trade.abs() + memory.ask.max(memory.bid)
    });
    used.fold(0.5 * scenario.contract.shares, f64::max) * 1.15
}

/// The prices to show.
fn prices(asks: &[[f64; 2]], bids: &[[f64; 2]]) -> (f64, f64) {
    let (Some(ask), Some(bid)) = (asks.first(), bids.first()) else {
        return (0.0, 1.0);
    };
    let beyond = 0.15 / 0.7 * (ask[0] - bid[0]);
    let far = |side: &[[f64; 2]], best: f64| side.last().map_or(best, |point| point[0]);
    (
        far(bids, bid[0]).min(bid[0] - beyond),
        far(asks, ask[0]).max(ask[0] + beyond),
    )
}

/// Both sides from the best price of a full book on.
fn sides(
    book: &OrderBook,
    spot: f64,
    memory: Memory,
    reach: f64,
) -> (Vec<[f64; 2]>, Vec<[f64; 2]>) {
    let side = |taken: f64, ask: bool| {
        let sizes: Vec<f64> = super::spaced(-taken, reach - taken, POINTS).collect();
        levels(book, spot, memory, &sizes)
            .iter()
            .filter_map(|level| {
                let price = if ask { level.ask } else { level.bid };
                Some([price?, level.size + taken])
            })
            .collect()
    };
    (side(memory.ask, true), side(memory.bid, false))
}

fn trades(path: &PathView, step: usize) -> Vec<TradeNow> {
    path.strategies
        .iter()
        .map(|s| match s.ledger.get(step) {
            Some(line) => TradeNow {
                strategy: s.strategy,
                size: line.trade,
                price: line.price,
                cost: line.cost,
                position: line.position,
            },
            None => TradeNow {
                strategy: s.strategy,
                size: -s.settlement.liquidated,
                price: (s.settlement.liquidated != 0.0)
                    .then(|| s.settlement.cash_flow / s.settlement.liquidated),
                cost: s.settlement.cost,
                position: 0.0,
            },
        })
        .collect()
}
