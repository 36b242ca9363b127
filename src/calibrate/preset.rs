//! A calibrated book put into a scenario.

use super::{Calibration, Refill};
use crate::quantity::time::TimeUnit;
use crate::scenario::{FieldError, Parameters, Scenario};

/// Longest title of a scenario (characters).
const TITLE: usize = 100;

/// A scenario with the book of a calibration, of which `name` says where it is from. A decay of which the quotes say
/// nothing stays as it is.
///
/// # Errors
/// Where the book is none that a scenario can have.
pub fn with_book(
    scenario: &Scenario,
    calibration: &Calibration,
    name: &str,
) -> Result<Scenario, FieldError> {
    let mut parameters = scenario.clone().into_parameters();
    set_book(&mut parameters, calibration);
    let title = format!("{}, book of {name}", parameters.title);
    parameters.title = title.chars().take(TITLE).collect();
    Scenario::new(parameters)
}

/// The fields of the book: the quoted half-spreads, and exponents and depth for the rest.
fn set_book(parameters: &mut Parameters, calibration: &Calibration) {
    let (book, found) = (
        &mut parameters.order_book,
        &calibration.common.spread_exponent,
    );
    book.ask_exponent = found.ask_exponent;
    book.bid_exponent = found.bid_exponent;
    book.ask_half_spread = Some(found.ask_half_spread);
    book.bid_half_spread = Some(found.bid_half_spread);
    book.depth = found.depth;
    book.ask_decay = decay(&calibration.aftermath.ask).unwrap_or(book.ask_decay);
    book.bid_decay = decay(&calibration.aftermath.bid).unwrap_or(book.bid_decay);
}

/// A decay per year of trading, infinite where it cannot be told from that; `None` where nothing is known.
fn decay(refill: &Refill) -> Option<f64> {
    if !refill.told_from_infinity? {
        return Some(f64::INFINITY);
    }
    let second = TimeUnit::Second.years(1.0, 0.0);
    Some(refill.decay?.value / second)
}
