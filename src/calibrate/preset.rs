//! A calibrated book put into a scenario.

use super::{Calibration, Displaced, Estimate, Refill};
use crate::quantity::time::TimeUnit;
use crate::scenario::{FieldError, Parameters, Scenario};
use std::f64::consts::LN_2;

/// Longest title of a scenario (characters).
const TITLE: usize = 100;

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

/// How large trades moved the mid.
pub(super) struct Moved {
    /// Relative to the mid, a share.
    pub per_share: f64,
    /// What of it lasts, 0 to 1.
    pub permanent: f64,
    /// Half-life of the rest (seconds); absent where nothing passes.
    pub half_life: Option<f64>,
}

impl Moved {
    /// What stands out from its error; nothing where that is nothing.
    pub fn of(mid: &Displaced) -> Option<Self> {
        let seen = |part: Option<Estimate>| {
            let part = part.filter(|part| part.is_seen() && part.value > 0.0);
            part.map_or(0.0, |part| part.value)
        };
        let half_life = mid.half_life.map(|half_life| half_life.value);
        let passes = half_life.map_or(0.0, |_| seen(mid.transient_per_share));
        let lasts = seen(mid.permanent_per_share);
        let per_share = lasts + passes;
        (per_share > 0.0).then(|| Self {
            per_share,
            permanent: lasts / per_share,
            half_life: half_life.filter(|_| passes > 0.0),
        })
    }
}

/// Impact on the mid, as large trades had it. The quoted ladder is what a trade costs in one go, the mid's own move while
/// it is made included: the ladder's slope `(1 + s)·(α − 1)/D` is lowered by the mid's `η`, on each side.
fn set_mid(parameters: &mut Parameters, mid: &Displaced) {
    let book = &mut parameters.order_book;
    (book.mid_impact, book.mid_permanent, book.mid_decay) = (0.0, 0.0, 0.0);
    let Some(moved) = Moved::of(mid) else {
        return;
    };
    book.mid_impact = moved.per_share;
    book.mid_permanent = moved.permanent;
    if let Some(half_life) = moved.half_life {
        book.mid_decay = LN_2 / TimeUnit::Second.years(half_life, 0.0);
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
