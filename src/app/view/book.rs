//! The book at the time cursor, as the strategy in focus finds it.

use super::{PathView, StrategyPath};
use crate::engine::Pinned;
use crate::episode::Settlement;
use crate::order_book::{Cost, Memory, OrderBook, levels};
use crate::policy::Who;
use crate::scenario::Scenario;

/// Points of a side's curve.
const POINTS: usize = 72;

/// Depth by price on both sides.
#[derive(Clone, Debug, Default)]
pub struct BookView {
    /// Whose book it is: worn by whose trades.
    pub of: Option<Who>,
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
    /// What stands in the pinned scenario's book, worn by the same strategy's trades there, around
    /// the present mid price.
    pub ghost: Option<Sides>,
    /// The largest depth drawn (shares), the same at every date.
    pub reach: f64,
    /// The lowest and highest price to show: 15% of the width at least beyond each best price.
    pub prices: (f64, f64),
    /// The trade that is drawn into the book; at maturity the one that settles.
    pub trade: Option<TradeNow>,
    /// Price that the trade's last share costs (currency).
    pub last_price: Option<f64>,
    /// Each policy's trade at this date, in its own book.
    pub trades: Vec<TradeNow>,
    /// Whether trading costs nothing.
    pub frictionless: bool,
}

/// Curves of the ask and the bid side.
pub type Sides = (Vec<[f64; 2]>, Vec<[f64; 2]>);

/// One policy's trade at the time cursor.
#[derive(Clone, Debug)]
pub struct TradeNow {
    pub who: Who,
    /// Shares; positive buys.
    pub size: f64,
    /// Average price; absent without a trade.
    pub price: Option<f64>,
    pub cost: Cost,
    /// Shares held after the trade; at maturity those that were brought there.
    pub held: f64,
    /// Best ask and bid that it found in its own book (currency).
    pub best: (f64, f64),
    /// What its own past trades had taken from that book (shares).
    pub memory: Memory,
    /// How the option was settled, at maturity.
    pub settlement: Option<Settlement>,
}

impl BookView {
    /// The book at date `step` of the path.
    #[must_use]
    pub fn new(
        scenario: &Scenario,
        path: &PathView,
        step: usize,
        focus: impl Into<Who>,
        pinned: Option<&Pinned>,
    ) -> Self {
        let focus = &focus.into();
        let book = OrderBook::of(scenario);
        let spot = path.prices.get(step).copied().unwrap_or(f64::NAN);
        let at_maturity = step >= scenario.steps;
        let seen = path.whose(focus);
        let memory = seen.map_or_else(Memory::default, |s| s.memory(step));
        let reach = reach(scenario, path);
        let trade = seen.map(|s| TradeNow::of(&book, spot, s, step));
        let last_price = trade.as_ref().map(|trade| {
            if trade.size >= 0.0 {
                book.marginal_ask(spot, trade.size, memory.ask)
            } else {
                book.marginal_bid(spot, -trade.size, memory.bid)
            }
        });
        let (asks, bids) = sides(&book, spot, memory, reach);
        let prices = prices(&asks, &bids);
        Self {
            of: seen.map(|s| s.who.clone()),
            prices,
            spot,
            at_maturity,
            best: best(&book, spot, memory),
            memory,
            asks,
            bids,
            ghost: pinned.map(|pinned| ghost(pinned, path, focus, spot, step, reach)),
            reach,
            trade,
            last_price,
            trades: path
                .strategies
                .iter()
                .map(|s| TradeNow::of(&book, spot, s, step))
                .collect(),
            frictionless: book.quoted_spread(1.0, Memory::default()) == 0.0,
        }
    }
}

/// Room for the largest trade and the deepest memory on the path, the same at every date.
fn reach(scenario: &Scenario, path: &PathView) -> f64 {
    let used = path.strategies.iter().flat_map(|s| {
        let trades = s.ledger.iter();
        let trades = trades.map(|line| (line.trade, line.memory_before));
        let last = (s.settlement.liquidated, s.settlement.memory);
        let all = trades.chain(std::iter::once(last));
        all.map(|(size, memory)| size.abs() + memory.ask.max(memory.bid))
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

/// Best ask and bid of a book.
fn best(book: &OrderBook, spot: f64, memory: Memory) -> (f64, f64) {
    (
        book.marginal_ask(spot, 0.0, memory.ask),
        book.marginal_bid(spot, 0.0, memory.bid),
    )
}

/// What stands in the pinned scenario's book at the same date of its own path.
fn ghost(
    pinned: &Pinned,
    path: &PathView,
    focus: &Who,
    spot: f64,
    step: usize,
    reach: f64,
) -> Sides {
    let book = OrderBook::of(&pinned.scenario);
    let theirs = path.ghost.as_deref().and_then(|path| path.whose(focus));
    let memory = theirs.map_or_else(Memory::default, |s| s.memory(step));
    let (asks, bids) = sides(&book, spot, memory, reach);
    (standing(&asks, memory.ask), standing(&bids, memory.bid))
}

/// The part of a side that is still there.
#[must_use]
pub fn standing(side: &[[f64; 2]], taken: f64) -> Vec<[f64; 2]> {
    side.iter()
        .filter(|point| point[1] >= taken - 1e-9)
        .copied()
        .collect()
}

impl TradeNow {
    /// What a strategy trades at a date, in its own book.
    fn of(book: &OrderBook, spot: f64, s: &StrategyPath, step: usize) -> Self {
        let memory = s.memory(step);
        let line = s.ledger.get(step);
        let settlement = line.is_none().then_some(s.settlement);
        let last = &s.settlement;
        let (size, price, cost) = match line {
            Some(line) => (line.trade, line.price, line.cost),
            None => (
                -last.liquidated,
                (last.liquidated != 0.0).then(|| last.cash_flow / last.liquidated),
                last.cost,
            ),
        };
        Self {
            who: s.who.clone(),
            size,
            price,
            cost,
            held: s.held(step),
            best: best(book, spot, memory),
            memory,
            settlement,
        }
    }
}

#[cfg(test)]
mod tests;
