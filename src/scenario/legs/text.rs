//! Portfolios in words: `short 1 call 1000; short 1 put 1000`, or `straddle`.

use super::super::names::Named;
use super::super::parameters::{Contract, OptionKind, Parameters, Side};
use super::{Leg, MOST_LEGS, rounded};
use crate::quantity::{read as numbers, tidy};
use crate::units::plain;

/// The portfolios that have a name, with what they are to whoever buys them.
pub const TEMPLATES: [(&str, &str); 7] = [
    ("straddle", "a call and a put at one strike"),
    ("strangle", "a put below and a call above"),
    ("bull_spread", "a call bought below, another sold above"),
    ("bear_spread", "a put bought above, another sold below"),
    ("collar", "a put bought below, a call sold above"),
    ("risk_reversal", "a call bought above, a put sold below"),
    (
        "butterfly",
        "calls bought below and above, twice as many sold between",
    ),
];

/// Half-width of a portfolio in standard deviations of the log-price at maturity.
const HALF_WIDTH: f64 = 0.5;

/// The legs of a contract as [`read`] reads them; `none` where it is one option.
#[must_use]
pub fn written(contract: &Contract) -> String {
    joined(contract, one)
}

/// The same with strikes that are kept relative to the spot as the amounts that they are now.
#[must_use]
pub fn in_currency(contract: &Contract) -> String {
    joined(contract, |leg| with_strike(leg, &plain(leg.strike)))
}

fn joined(contract: &Contract, text: impl Fn(&Leg) -> String) -> String {
    if contract.legs.is_empty() {
        return "none".into();
    }
    let legs: Vec<String> = contract.legs.iter().map(text).collect();
    legs.join("; ")
}

pub(super) fn one(leg: &Leg) -> String {
    let strike = match leg.moneyness {
        Some(moneyness) => format!("{}%", plain(tidy(100.0 * moneyness))),
        None => plain(leg.strike),
    };
    with_strike(leg, &strike)
}

fn with_strike(leg: &Leg, strike: &str) -> String {
    format!(
        "{} {} {} {strike}",
        leg.position.name(),
        plain(leg.shares),
        leg.kind.name()
    )
}

/// Options given as text, for these parameters: legs in words; the name of a portfolio around the present
/// strike, with or without a half-width in percent; or `none` for the first option alone. Strikes may be given
/// in percent of the spot; where all are, or where the present strike is, they are kept relative to it. `None` where it
/// is none of that.
#[must_use]
pub fn read(parameters: &Parameters, text: &str) -> Option<Vec<Leg>> {
    let text = text.trim();
    if text == "none" {
        return Some(vec![parameters.contract.first()]);
    }
    if let Some(legs) = template(parameters, text) {
        return Some(legs);
    }
    let legs = text.split(';').map(str::trim).filter(|leg| !leg.is_empty());
    let mut legs: Vec<Leg> = legs
        .map(|leg| leg_in(parameters, leg))
        .collect::<Option<_>>()?;
    if legs.iter().any(|leg| leg.moneyness.is_none()) {
        for leg in &mut legs {
            leg.moneyness = None;
        }
    }
    (1..=MOST_LEGS).contains(&legs.len()).then_some(legs)
}

/// A number, or so many percent of `whole`.
fn amount_in(text: &str, whole: f64) -> Option<f64> {
    match text.strip_suffix('%') {
        Some(percent) => Some(tidy(numbers::number(percent).ok()? * whole / 100.0)),
        None => numbers::number(text).ok(),
    }
}

fn leg_in(parameters: &Parameters, text: &str) -> Option<Leg> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let (side, rest) = words.split_first()?;
    let (shares, kind, strike) = match rest {
        [kind, strike] => (parameters.contract.shares, *kind, *strike),
        [shares, kind, strike] => (numbers::number(shares).ok()?, *kind, *strike),
        _ => return None,
    };
    Some(Leg {
        kind: OptionKind::from_name(kind)?,
        position: Side::from_name(side)?,
        strike: amount_in(strike, parameters.market.spot)?,
        moneyness: amount_in(strike, 1.0).filter(|_| strike.ends_with('%')),
        shares,
    })
}

/// The portfolio of this name around the middle of the present strikes, of as many shares as the first option and
/// on its side.
fn template(parameters: &Parameters, text: &str) -> Option<Vec<Leg>> {
    let (name, width) = match text.split_once(char::is_whitespace) {
        Some((name, width)) => (name, Some(amount_in(width.trim(), 1.0)?)),
        None => (text, None),
    };
    let contract = &parameters.contract;
    let width = width.unwrap_or_else(|| usual_width(parameters));
    if !(width > 0.0 && width < 1.0) {
        return None;
    }
    let at = |away: f64| tidy(contract.center() * (1.0 + away * width));
    let relative = |strike: f64| rounded(strike / parameters.market.spot);
    let with = contract.position;
    let against = with.other();
    let leg = |kind, position, away, times: f64| Leg {
        kind,
        position,
        strike: at(away),
        moneyness: contract.moneyness.map(|_| relative(at(away))),
        shares: times * contract.shares,
    };
    let call = |side, away| leg(OptionKind::Call, side, away, 1.0);
    let put = |side, away| leg(OptionKind::Put, side, away, 1.0);
    Some(match name {
        "straddle" => vec![call(with, 0.0), put(with, 0.0)],
        "strangle" => vec![put(with, -1.0), call(with, 1.0)],
        "bull_spread" => vec![call(with, -1.0), call(against, 1.0)],
        "bear_spread" => vec![put(with, 1.0), put(against, -1.0)],
        "collar" => vec![put(with, -1.0), call(against, 1.0)],
        "risk_reversal" => vec![call(with, 1.0), put(against, -1.0)],
        "butterfly" => vec![
            call(with, -1.0),
            leg(OptionKind::Call, against, 0.0, 2.0),
            call(with, 1.0),
        ],
        _ => return None,
    })
}

/// Half a standard deviation of the log-price at maturity, to one digit.
fn usual_width(parameters: &Parameters) -> f64 {
    let deviation = parameters.model_volatility() * parameters.contract.maturity.sqrt();
    let width = (HALF_WIDTH * deviation).clamp(1e-4, 0.5);
    let digit = 10f64.powf(width.log10().floor());
    tidy((width / digit).round() * digit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::presets;

    #[test]
    fn what_is_written_is_read_back() {
        let year = presets::built_in("paper-year").unwrap();
        for (name, _) in TEMPLATES {
            for text in [name.to_owned(), format!("{name} 12.5%")] {
                let made = year.with([("contract.legs", text.as_str())]).unwrap();
                let again = written(&made.contract);
                assert_eq!(
                    read(&year, &again),
                    Some(made.contract.legs.clone()),
                    "{again}"
                );
            }
        }
        assert_eq!(
            year.with([("contract.legs", "strangle")])
                .unwrap()
                .contract
                .strikes(),
            [910.0, 1090.0]
        );
        let legs = read(&year, "long put 90%; short 2 call 1,100.5 ;").unwrap();
        assert_eq!((legs[0].strike, legs[0].shares), (900.0, 1.0));
        assert_eq!((legs[1].strike, legs[1].shares), (1100.5, 2.0));
    }

    #[test]
    fn what_is_none_of_that_is_refused() {
        let year = presets::built_in("paper-year").unwrap();
        let many = "short call 1000;".repeat(9);
        for text in [
            "",
            "stradle",
            "short call",
            "call 1000",
            "straddle 120%",
            "short 1 call x",
            &many,
        ] {
            assert!(read(&year, text).is_none(), "{text}");
            let refused = year
                .with([("contract.legs", text)])
                .unwrap_err()
                .to_string();
            assert!(
                refused.contains("straddle") && refused.contains("short 1 call 1000"),
                "{refused}"
            );
        }
        for text in [
            "short -1 call 1000; short put 900",
            "short 1 call 0; short put 900",
        ] {
            assert!(year.with([("contract.legs", text)]).is_err(), "{text}");
        }
    }
}
