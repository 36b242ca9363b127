//! Whether every amount of an episode fits double precision.
//!
//! Each field may be as large as its range allows, and not all at once: `(1 + A/D)^α` of a huge
//! memory in a tiny depth, or the price after a century at a volatility of 5, is beyond any number.
//! Such a scenario is refused here, so that nothing later has to ask whether a result is a number.

use super::parameters::{Parameters, Process};
use crate::units::{FieldError, plain};

/// Standard deviations within which every price of every path is taken to stay.
const DEVIATIONS: f64 = 10.0;
/// Largest price and largest amount of cash, as powers of ten; squares must fit, too.
const LARGEST: f64 = 140.0;
/// Smallest price, as a power of ten.
const SMALLEST: f64 = -200.0;
/// Most that trading the contract's shares may move the mid by, relative to it.
const MOST_MOVED: f64 = 0.5;
/// No strategy but a network holds more than this many times the contract's shares, if it is free.
const HOLDINGS: f64 = 1e3;

/// Refuses what would not fit.
pub(super) fn check(parameters: &Parameters) -> Result<(), FieldError> {
    let highest = check_prices(parameters)?;
    let interest = check_interest(parameters)?;
    let years = parameters.contract.maturity;
    let dividends = parameters.market.dividend_yield.abs() * years / std::f64::consts::LN_10;
    check_book(parameters, highest + interest + dividends)
}

impl Parameters {
    /// The largest position, either way, of which every amount fits (shares): far beyond what any
    /// hedge of the contract needs.
    #[must_use]
    pub fn largest_holding(&self) -> f64 {
        let limits = &self.limits;
        let bound = |limit: Option<f64>| limit.unwrap_or(0.0).abs();
        (HOLDINGS * self.contract.size())
            .max(self.initial.position.abs())
            .max(bound(limits.min_position))
            .max(bound(limits.max_position))
    }
}

/// The power of ten of the highest price.
fn check_prices(parameters: &Parameters) -> Result<f64, FieldError> {
    let (market, years) = (&parameters.market, parameters.contract.maturity);
    let volatility = market.long_run_volatility();
    let middle = (market.drift - 0.5 * volatility.powi(2)) * years;
    let spread = DEVIATIONS * volatility * years.sqrt();
    let power = |change: f64| market.spot.log10() + change / std::f64::consts::LN_10;
    let highest = power(middle.max(0.0) + spread);
    if power(middle.min(0.0) - spread) >= SMALLEST && highest <= LARGEST {
        return Ok(highest);
    }
    // Whatever moves the price farther.
    let (field, value) = if market.drift.abs() * years > spread {
        ("market.drift", market.drift)
    } else if market.process == Process::Heston {
        ("market.long_run_variance", market.long_run_variance)
    } else {
        ("market.volatility", market.volatility)
    };
    let allowed = format!(
        "less, or a shorter contract.maturity than {}, so that prices stay between 1e{SMALLEST} and \
         1e{LARGEST}",
        plain(years)
    );
    Err(FieldError::new(field, plain(value), allowed))
}

/// The power of ten by which cash may grow.
fn check_interest(parameters: &Parameters) -> Result<f64, FieldError> {
    let (financing, years) = (&parameters.financing, parameters.contract.maturity);
    let mut most: f64 = 0.0;
    for (field, rate) in [
        ("financing.lend_rate", financing.lend_rate),
        ("financing.borrow_rate", financing.borrow_rate),
    ] {
        let growth = years * rate.ln_1p() / std::f64::consts::LN_10;
        if growth.abs() > LARGEST {
            let allowed = format!(
                "a rate at which money grows or shrinks by less than 1e{LARGEST} in {} years",
                plain(years)
            );
            return Err(FieldError::new(field, plain(rate), allowed));
        }
        most = most.max(growth);
    }
    Ok(most)
}

/// Whether the mid stays near where it would be without the hedge: beyond that a linear impact means nothing.
fn check_mid(parameters: &Parameters) -> Result<(), FieldError> {
    let (moved, shares) = (parameters.order_book.mid_impact, parameters.contract.size());
    if moved * shares <= MOST_MOVED {
        return Ok(());
    }
    let allowed = format!(
        "at most {}, so that trading the contract's {} shares moves the mid by {}% at most",
        plain(MOST_MOVED / shares),
        plain(shares),
        100.0 * MOST_MOVED
    );
    Err(FieldError::new(
        "order_book.mid_impact",
        plain(moved),
        allowed,
    ))
}

/// Whether what trades cost fits, one share at a time growing by `power` of ten.
fn check_book(parameters: &Parameters, power: f64) -> Result<(), FieldError> {
    check_mid(parameters)?;
    let (book, initial) = (&parameters.order_book, &parameters.initial);
    let traded = 2.0 * parameters.largest_holding() * (parameters.steps as f64 + 1.0);
    let reached = traded + initial.ask_memory.max(initial.bid_memory);
    let (size, depth) = (reached.log10(), book.depth.log10());
    let consumed = (reached / book.depth).ln_1p() / std::f64::consts::LN_10;
    let dearer = book.ask_half_spread.unwrap_or(0.0).ln_1p() / std::f64::consts::LN_10;
    let displaced = (book.mid_impact * reached).ln_1p() / std::f64::consts::LN_10;
    let cost = depth + book.ask_exponent * consumed + dearer;
    let power = power + displaced;
    if power + size.max(cost) <= LARGEST {
        return Ok(());
    }
    let field = "order_book.depth";
    let allowed = format!(
        "more, or a smaller order_book.ask_exponent than {} or smaller amounts, so that no trade \
         costs more than 1e{LARGEST}: up to {} shares may be traded or remembered here",
        plain(book.ask_exponent),
        plain(reached)
    );
    Err(FieldError::new(field, plain(book.depth), allowed))
}
