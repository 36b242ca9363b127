//! How many decimals the amounts of a scenario get.

use super::opening_cash;
use crate::order_book::{Memory, OrderBook};
use crate::quantity::Digits;
use crate::scenario::Scenario;

/// Decimals that tell spot from strike, bid from ask in a full book, and the option's premium from
/// nothing.
#[must_use]
pub fn digits(scenario: &Scenario) -> Digits {
    let (spot, strike) = (scenario.market.spot, scenario.contract.strike);
    let mut prices = scenario.contract.strikes();
    prices.push(spot);
    let (book, full) = (OrderBook::of(scenario), Memory::default());
    let quotes = (
        book.marginal_bid(spot, 0.0, full.bid),
        book.marginal_ask(spot, 0.0, full.ask),
    );
    // A thousandth of the delivery stands in for the premium of an option that is worth less.
    let shares = scenario.contract.size();
    let money = opening_cash(scenario).abs().max(1e-3 * strike * shares);
    Digits::of(&prices, &[(spot, strike), quotes], money, shares)
}
