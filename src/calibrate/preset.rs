//! A calibrated book put into a scenario.

use super::{Calibration, Displaced, Estimate, Refill};
use crate::quantity::time::TimeUnit;
use crate::scenario::{FieldError, Parameters, Scenario};
use std::f64::consts::LN_2;

/// Longest title of a scenario (characters).
const TITLE: usize = 100;
/// Standard errors from nothing at which a move of the mid is taken for one.
const SEEN: f64 = 2.0;

/// A scenario with the book of a calibration, of which `name` says where it is from. A decay of which the quotes say
/// nothing stays as it is, and a move of the mid that cannot be told from none is none.
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
    set_mid(&mut parameters, &calibration.aftermath.mid);
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

/// Impact on the mid, as large trades had it. The quoted ladder is what a trade costs in one go, the mid's own move while
/// it is made included: the ladder's slope `(1 + s)·(α − 1)/D` is lowered by the mid's `η`, on each side.
fn set_mid(parameters: &mut Parameters, mid: &Displaced) {
    let (steps, years) = (parameters.steps as f64, parameters.contract.maturity);
    let book = &mut parameters.order_book;
    let seen = |part: Option<Estimate>| {
        let part = part.filter(|part| part.se.is_some_and(|se| part.value > SEEN * se));
        part.map_or(0.0, |part| part.value)
    };
    let passes = if mid.half_life.is_some() {
        seen(mid.transient_per_share)
    } else {
        0.0
    };
    let lasts = seen(mid.permanent_per_share);
    book.mid_impact = lasts + passes;
    book.mid_permanent = 0.0;
    book.mid_decay = 0.0;
    if book.mid_impact == 0.0 {
        return;
    }
    book.mid_permanent = lasts / book.mid_impact;
    if let Some(half_life) = mid.half_life.filter(|_| passes > 0.0) {
        let half_life = TimeUnit::Second.years(half_life.value, years / steps);
        book.mid_decay = LN_2 / half_life;
    }
    let [above, below] =
        [book.ask_half_spread, book.bid_half_spread].map(Option::unwrap_or_default);
    let flatter = |bend: f64, first: f64| {
        let slope = first * bend / book.depth;
        bend * (1.0 - book.mid_impact / slope).max(0.0)
    };
    let [ask, bid] = [
        flatter(book.ask_exponent - 1.0, 1.0 + above),
        flatter(1.0 - book.bid_exponent, 1.0 - below),
    ];
    // A side without a slope has none to give.
    let bends = [ask, bid].map(|bend| if bend.is_finite() { bend } else { 0.0 });
    book.ask_exponent = 1.0 + bends[0];
    book.bid_exponent = 1.0 - bends[1];
}

/// A decay per year of trading, infinite where it cannot be told from that; `None` where nothing is known.
fn decay(refill: &Refill) -> Option<f64> {
    if !refill.told_from_infinity? {
        return Some(f64::INFINITY);
    }
    let second = TimeUnit::Second.years(1.0, 0.0);
    Some(refill.decay?.value / second)
}
