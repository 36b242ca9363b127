//! A portfolio of calls and puts of one maturity: its legs, how they are written, and the usual ones by name.
//!
//! A contract of one option has no legs but its own fields. In a portfolio these are the fields of the first
//! leg, and moving one moves the whole: the strike takes all strikes along by the same factor, the shares
//! all sizes, and the side turns all sides.
//!
//! Strikes are amounts, or all of them are kept relative to the spot: then [`Parameters::place_strikes`] makes amounts
//! of them wherever the spot moves.

mod text;

pub use text::{TEMPLATES, in_currency, read, written};

use super::fields::{MONEYNESS, POSITIVE};
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
    /// Strike over the spot at the sale, where all strikes are kept so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moneyness: Option<f64>,
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
            moneyness: self.moneyness,
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
            self.moneyness = first.moneyness;
        }
        self.legs = if legs.len() > 1 { legs } else { Vec::new() };
    }

    /// Gives the first option another strike, and moves those of the others by the same factor; all are amounts from
    /// then on.
    pub fn move_strike(&mut self, strike: f64) {
        self.fix_strikes();
        let before = self.strike;
        self.strike = strike;
        for leg in &mut self.legs {
            leg.strike = scaled(leg.strike, strike, before);
        }
    }

    /// Makes strikes amounts, whatever the spot.
    pub fn fix_strikes(&mut self) {
        self.moneyness = None;
        for leg in &mut self.legs {
            leg.moneyness = None;
        }
    }

    /// Puts the strike of the first option at so many times the spot, and moves those of the others by the same factor;
    /// all are kept relative to the spot from then on.
    pub fn move_moneyness(&mut self, moneyness: f64, spot: f64) {
        let relative = |strike: f64, kept: Option<f64>| kept.unwrap_or(rounded(strike / spot));
        let before = relative(self.strike, self.moneyness);
        self.moneyness = Some(moneyness);
        for leg in &mut self.legs {
            let own = relative(leg.strike, leg.moneyness);
            leg.moneyness = Some(scaled(own, moneyness, before));
        }
        self.place_strikes(spot);
    }

    fn place_strikes(&mut self, spot: f64) {
        let place = |strike: &mut f64, moneyness: Option<f64>| {
            if let Some(moneyness) = moneyness.filter(|x| MONEYNESS.contains(*x)) {
                *strike = tidy(moneyness * spot);
            }
        };
        place(&mut self.strike, self.moneyness);
        for leg in &mut self.legs {
            place(&mut leg.strike, leg.moneyness);
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

impl Parameters {
    /// Makes amounts of the strikes that are kept relative to the spot.
    pub fn place_strikes(&mut self) {
        self.contract.place_strikes(self.market.spot);
    }
}

/// `x·to/from`, and exactly `to` where `x` is `from`.
fn scaled(x: f64, to: f64, from: f64) -> f64 {
    if to == from {
        x
    } else if x == from {
        to
    } else {
        rounded(x * (to / from))
    }
}

/// Coarser than what some dozen moves leave in the last digits.
fn rounded(x: f64) -> f64 {
    format!("{x:.11e}").parse().unwrap_or(x)
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
        ("contract.moneyness", own.moneyness == first.moneyness),
        ("contract.shares", own.shares == first.shares),
    ];
    if let Some((field, _)) = told.iter().find(|(_, same)| !same) {
        let value = text::one(&own);
        let allowed = format!("that of the first of contract.legs, {}", text::one(first));
        return Err(FieldError::new(*field, value, allowed));
    }
    let kept = contract.legs.iter().filter(|leg| leg.moneyness.is_some());
    if ![0, contract.legs.len()].contains(&kept.count()) {
        let allowed = "a moneyness in every leg, or in none";
        return Err(FieldError::new("contract.legs", written(contract), allowed));
    }
    if contract.legs.len() == 1 {
        contract.legs.clear();
    }
    Ok(())
}

/// Whether each leg is within what one option may be.
pub(super) fn are_fine(contract: &Contract) -> bool {
    let size = |x: f64| POSITIVE.contains(x);
    let kept = |leg: &Leg| leg.moneyness.is_none_or(|x| MONEYNESS.contains(x));
    let fine = |leg: &Leg| size(leg.strike) && size(leg.shares) && kept(leg);
    contract.legs.len() <= MOST_LEGS && contract.legs.iter().all(fine)
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
    fn strikes_kept_relative_move_with_the_spot_and_come_back_to_the_bit() {
        let legs = "short 1 call 99.1%; long 2 put 95%";
        for legs in ["none", legs] {
            let at = |spot: &str| {
                let kept = [("contract.legs", legs), ("contract.moneyness", "1.05")];
                let there = year(&kept).with([("market.spot", spot)]).unwrap();
                // By a way around, as a slider goes.
                let around = year(&kept).with([("market.spot", "77.7")]).unwrap();
                assert_eq!(around.with([("market.spot", spot)]).unwrap(), there);
                there
            };
            let (one, other) = (at("1000"), at("1234.5"));
            assert_eq!(
                (one.contract.strike, other.contract.strike),
                (1050.0, 1296.225)
            );
            for (leg, moved) in one.contract.legs.iter().zip(&other.contract.legs) {
                assert!((moved.strike / leg.strike / 1.2345 - 1.0).abs() < 1e-11);
                assert_eq!(moved.moneyness, leg.moneyness);
            }
            let text = crate::presets::text(&other).unwrap();
            assert_eq!(crate::presets::parse(&text, "kept").unwrap(), other);
        }
    }

    #[test]
    fn a_strike_that_is_set_is_an_amount_and_a_moneyness_moves() {
        let kept = year(&[("contract.legs", "short 1 call 100%; short 1 put 90%")]);
        assert_eq!(kept.contract.moneyness, Some(1.0));
        assert_eq!(
            written(&kept.contract),
            "short 1 call 100%; short 1 put 90%"
        );
        let fixed = kept.with([("contract.strike", "1100")]).unwrap();
        assert_eq!(
            written(&fixed.contract),
            "short 1 call 1100; short 1 put 990"
        );
        let higher = fixed.with([("market.spot", "1200")]).unwrap();
        assert_eq!(higher.contract.strikes(), [990.0, 1100.0]);
        let again = fixed.with([("contract.moneyness", "1")]).unwrap();
        assert_eq!(again, kept);
        let none = kept.with([("contract.moneyness", "none"), ("market.spot", "500")]);
        assert_eq!(none.unwrap().contract.strikes(), [900.0, 1000.0]);
        // Some in percent are amounts, as they always were.
        let mixed = year(&[("contract.legs", "short 1 call 1000; short 1 put 90%")]);
        assert_eq!(mixed.contract.legs[1].moneyness, None);
        // Of a portfolio by name the strikes are kept as that of the option was.
        let strangle = year(&[
            ("contract.moneyness", "1"),
            ("contract.legs", "strangle 5%"),
        ]);
        assert_eq!(
            written(&strangle.contract),
            "short 1 put 95%; short 1 call 105%"
        );
    }

    #[test]
    fn how_a_strike_is_kept_is_no_part_of_the_market() {
        for (kept, fixed) in [
            (("contract.moneyness", "1.05"), ("contract.strike", "1050")),
            (
                ("contract.legs", "short 1 call 100%; short 1 put 90%"),
                ("contract.legs", "short 1 call 1000; short 1 put 900"),
            ),
        ] {
            let (kept, fixed) = (year(&[kept]), year(&[fixed]));
            assert_ne!(kept, fixed);
            assert_eq!(kept.market_identity(), fixed.market_identity());
            assert!(kept.market_differences(&fixed).is_empty());
            let moved = |s: &Scenario| s.with([("market.spot", "900")]).unwrap().market_hash();
            assert_ne!(moved(&kept), moved(&fixed));
        }
    }

    #[test]
    fn what_is_kept_in_one_leg_alone_is_refused() {
        let straddle = year(&[("contract.legs", "short 1 call 100%; short 1 put 90%")]);
        let mut parameters = straddle.clone().into_parameters();
        parameters.contract.legs[1].moneyness = None;
        let refused = Scenario::new(parameters.clone()).unwrap_err().to_string();
        assert!(refused.contains("in every leg, or in none"), "{refused}");
        parameters.contract.legs[1].moneyness = Some(f64::NAN);
        assert!(Scenario::new(parameters).is_err());
        for wrong in ["0", "-1", "nan", "1e9"] {
            assert!(straddle.with([("contract.moneyness", wrong)]).is_err());
        }
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
        let cases: [&[(&str, &str)]; 9] = [
            &[],
            &[("contract.legs", "straddle")],
            &[("contract.legs", "strangle 10%")],
            &[("contract.legs", "butterfly")],
            &[("contract.legs", "long 2 put 800; short 1 call 900")],
            &[("contract.moneyness", "1.0123")],
            &[("contract.legs", "short 1 call 99.1%; long 1 put 95%")],
            &[
                ("market.spot", "1234.567"),
                ("contract.legs", "short 1 call 99.1%; long 1 put 90.0001%"),
            ],
            &[
                ("contract.moneyness", "1.1"),
                ("contract.legs", "strangle 7%"),
                ("market.spot", "87.65"),
            ],
        ];
        for from in cases {
            for to in cases {
                let (from, to) = (year(from), year(to));
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
