//! A portfolio of calls and puts of one maturity: its legs, how they are written, and the usual ones by name.
//!
//! A contract of one option has no legs but its own fields. In a portfolio these are the fields of the first
//! leg, and moving one moves the whole: the strike takes all strikes along by the same factor, the shares
//! all sizes, and the side turns all sides.

mod text;

pub use text::{TEMPLATES, read, written};

use super::parameters::{Contract, OptionKind, Parameters, Side};
use crate::quantity::tidy;
use crate::units::FieldError;
use serde::{Deserialize, Serialize};

/// Most options in a portfolio.
pub const MOST_LEGS: usize = 8;

/// One option of a portfolio.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Leg {
    /// Call or put.
    pub kind: OptionKind,
    /// Whether the hedger sold or bought it.
    pub position: Side,
    /// Strike `K` (currency a share).
    pub strike: f64,
    /// Shares `n` delivered at exercise.
    pub shares: f64,
}

impl Leg {
    /// +1 where the hedger sold it, −1 where the hedger bought it.
    #[must_use]
    pub fn sign(&self) -> f64 {
        match self.position {
            Side::Short => 1.0,
            Side::Long => -1.0,
        }
    }

    /// Shares that exercise brings its holder (negative: that the holder gives).
    #[must_use]
    pub fn received(&self) -> f64 {
        match self.kind {
            OptionKind::Call => self.shares,
            OptionKind::Put => -self.shares,
        }
    }
}

impl Contract {
    /// The option of the fields: the only one, or the first leg.
    #[must_use]
    pub fn first(&self) -> Leg {
        Leg {
            kind: self.kind,
            position: self.position,
            strike: self.strike,
            shares: self.shares,
        }
    }

    /// Every option, one or more.
    #[must_use]
    pub fn all_legs(&self) -> Vec<Leg> {
        if self.legs.is_empty() {
            vec![self.first()]
        } else {
            self.legs.clone()
        }
    }

    /// Whether there is more than one option.
    #[must_use]
    pub fn is_portfolio(&self) -> bool {
        !self.legs.is_empty()
    }

    /// Strikes in rising order, each once (currency).
    #[must_use]
    pub fn strikes(&self) -> Vec<f64> {
        let mut strikes: Vec<f64> = self.all_legs().iter().map(|leg| leg.strike).collect();
        strikes.sort_by(f64::total_cmp);
        strikes.dedup();
        strikes
    }

    /// Middle of the lowest and the highest strike (currency).
    #[must_use]
    pub fn center(&self) -> f64 {
        let strikes = self.strikes();
        match strikes.as_slice() {
            [low, .., high] => tidy(f64::midpoint(*low, *high)),
            _ => self.strike,
        }
    }

    /// Smallest and largest position that offsets it at maturity, over all prices (shares): the net shares
    /// of the legs that are in the money.
    #[must_use]
    pub fn hedges(&self) -> (f64, f64) {
        let mut legs = self.all_legs();
        legs.sort_by(|one, other| one.strike.total_cmp(&other.strike));
        let puts = legs.iter().filter(|leg| leg.kind == OptionKind::Put);
        let mut held: f64 = puts.map(|leg| -leg.sign() * leg.shares).sum();
        let (mut low, mut high) = (held, held);
        // Beyond a strike the call there is in the money, or the put no longer.
        for together in legs.chunk_by(|one, other| one.strike == other.strike) {
            held += together
                .iter()
                .map(|leg| leg.sign() * leg.shares)
                .sum::<f64>();
            (low, high) = (low.min(held), high.max(held));
        }
        (low, high)
    }

    /// Its size (shares): that of one option, and of a portfolio the largest position, either way, that
    /// offsets it at maturity; where its legs offset each other, the largest leg.
    #[must_use]
    pub fn size(&self) -> f64 {
        if self.legs.is_empty() {
            return self.shares;
        }
        let (low, high) = self.hedges();
        let largest = self.legs.iter().map(|leg| leg.shares).fold(0.0, f64::max);
        let net = low.abs().max(high.abs());
        if net > 1e-6 * largest { net } else { largest }
    }

    /// Puts these options in the place of what there is; of one alone nothing but the fields remains.
    pub fn put_legs(&mut self, legs: Vec<Leg>) {
        if let Some(first) = legs.first() {
            (self.kind, self.position) = (first.kind, first.position);
            (self.strike, self.shares) = (first.strike, first.shares);
        }
        self.legs = if legs.len() > 1 { legs } else { Vec::new() };
    }

    /// Gives the first option another strike, and moves those of the others by the same factor.
    pub fn move_strike(&mut self, strike: f64) {
        let before = self.strike;
        self.strike = strike;
        for leg in &mut self.legs {
            leg.strike = scaled(leg.strike, strike, before);
        }
    }

    /// Gives the first option another size, and makes the others as much larger or smaller.
    pub fn move_shares(&mut self, shares: f64) {
        let before = self.shares;
        self.shares = shares;
        for leg in &mut self.legs {
            leg.shares = scaled(leg.shares, shares, before);
        }
    }

    /// Puts the first option on this side; where it was on the other, all change sides.
    pub fn move_side(&mut self, side: Side) {
        if side != self.position {
            for leg in &mut self.legs {
                leg.position = leg.position.other();
            }
        }
        self.position = side;
    }

    /// Makes the first option a call or a put.
    pub fn move_kind(&mut self, kind: OptionKind) {
        self.kind = kind;
        if let Some(first) = self.legs.first_mut() {
            first.kind = kind;
        }
    }
}

/// `x·to/from`, and exactly `to` where `x` is `from`.
fn scaled(x: f64, to: f64, from: f64) -> f64 {
    if to == from {
        x
    } else if x == from {
        to
    } else {
        // Coarser than what some dozen moves leave in the last digits.
        format!("{:.11e}", x * (to / from)).parse().unwrap_or(x)
    }
}

/// Makes one leg the fields' own, and holds the first of several to them.
pub(super) fn settle(parameters: &mut Parameters) -> Result<(), FieldError> {
    let contract = &mut parameters.contract;
    let Some(first) = contract.legs.first() else {
        return Ok(());
    };
    let own = contract.first();
    let told = [
        ("contract.kind", own.kind == first.kind),
        ("contract.position", own.position == first.position),
        ("contract.strike", own.strike == first.strike),
        ("contract.shares", own.shares == first.shares),
    ];
    if let Some((field, _)) = told.iter().find(|(_, same)| !same) {
        let value = text::one(&own);
        let allowed = format!("that of the first of contract.legs, {}", text::one(first));
        return Err(FieldError::new(*field, value, allowed));
    }
    if contract.legs.len() == 1 {
        contract.legs.clear();
    }
    Ok(())
}

/// Whether each leg is within what one option may be.
pub(super) fn are_fine(contract: &Contract) -> bool {
    let size = |x: f64| super::fields::POSITIVE.contains(x);
    let legs = &contract.legs;
    legs.len() <= MOST_LEGS && legs.iter().all(|leg| size(leg.strike) && size(leg.shares))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::presets;
    use crate::scenario::Scenario;

    fn year(changes: &[(&str, &str)]) -> Scenario {
        let year = presets::built_in("paper-year").unwrap();
        year.with(changes.iter().copied()).unwrap()
    }

    #[test]
    fn one_leg_is_the_fields_own() {
        let year = year(&[]);
        let legs = ("contract.legs", "short 1 call 1000");
        assert_eq!(year.with([legs]).unwrap(), year);
        let mut parameters = Parameters::clone(&year);
        parameters.contract.legs = vec![parameters.contract.first()];
        let same = Scenario::new(parameters.clone()).unwrap();
        assert_eq!(same, year);
        assert_eq!(same.market_hash(), year.market_hash());
        parameters.contract.legs[0].strike = 950.0;
        let refused = Scenario::new(parameters).unwrap_err().to_string();
        assert!(refused.contains("contract.strike"), "{refused}");
    }

    #[test]
    fn fields_move_the_whole_portfolio() {
        let strangle = year(&[("contract.legs", "strangle 10%")]);
        assert_eq!(strangle.contract.strikes(), [900.0, 1100.0]);
        let moved = strangle
            .with([
                ("contract.strike", "990"),
                ("contract.shares", "3"),
                ("contract.position", "long"),
            ])
            .unwrap();
        let legs = "long 3 put 990; long 3 call 1210";
        assert_eq!(written(&moved.contract), legs);
        let back = moved
            .with([
                ("contract.strike", "900"),
                ("contract.shares", "1"),
                ("contract.position", "short"),
            ])
            .unwrap();
        assert_eq!(back, strangle);
    }

    #[test]
    fn size_and_hedges_are_those_of_the_net_shares() {
        for (legs, low, high, size) in [
            ("none", 0.0, 1.0, 1.0),
            ("straddle", -1.0, 1.0, 1.0),
            ("butterfly", -1.0, 1.0, 1.0),
            ("bull_spread", 0.0, 1.0, 1.0),
            ("risk_reversal", 0.0, 1.0, 1.0),
            ("collar", -1.0, 0.0, 1.0),
            ("short 1 call 900; short 2 call 1000", 0.0, 3.0, 3.0),
            ("short 2 call 900; long 2 call 900", 0.0, 0.0, 2.0),
        ] {
            let contract = year(&[("contract.legs", legs)]).contract.clone();
            assert_eq!(contract.hedges(), (low, high), "{legs}");
            assert_eq!(contract.size(), size, "{legs}");
        }
    }

    #[test]
    fn pins_from_and_to_portfolios_are_the_fields_that_differ() {
        let cases = [
            "none",
            "straddle",
            "strangle 10%",
            "butterfly",
            "long 2 put 800; short 1 call 900",
        ];
        for from in cases {
            for to in cases {
                let (from, to) = (
                    year(&[("contract.legs", from)]),
                    year(&[("contract.legs", to)]),
                );
                let mut changes: Vec<(&str, String)> = from
                    .differences(&to)
                    .into_iter()
                    .map(|field| (field.path, field.get(&to)))
                    .collect();
                for _ in 0..2 {
                    let given = changes.iter().map(|(path, text)| (*path, text.as_str()));
                    assert_eq!(from.with(given).unwrap(), to);
                    // As files have them.
                    changes.sort();
                }
            }
        }
    }
}
