//! The options that were sold or bought: exercise and delivery, closed-form price and Greeks.

mod black_scholes;
mod digits;
mod exercise;
mod heston;

pub use black_scholes::{BlackScholes, NARROWEST, call_delta, call_gamma, call_price, d1};
pub use digits::digits;
pub use exercise::{Choice, Choices, Exercise, Taken};
pub use heston::{HedgeTable, Heston};

use crate::scenario::{Leg, MOST_LEGS, OptionKind, Premium, Scenario, SettledBy};

/// The options of a scenario.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Contract {
    /// The first `count`; the others are not there.
    legs: [Leg; MOST_LEGS],
    count: usize,
    /// Time to maturity `T` (years).
    pub maturity: f64,
    /// What changes hands at maturity.
    pub settlement: SettledBy,
}

impl Contract {
    /// The options of `scenario`.
    #[must_use]
    pub fn of(scenario: &Scenario) -> Self {
        let contract = &scenario.contract;
        let mut legs = [contract.first(); MOST_LEGS];
        let count = contract.legs.len().clamp(1, MOST_LEGS);
        for (place, leg) in legs.iter_mut().zip(&contract.legs) {
            *place = *leg;
        }
        Self {
            legs,
            count,
            maturity: contract.maturity,
            settlement: contract.settlement,
        }
    }

    /// The options, one or more.
    #[inline(always)]
    #[must_use]
    pub fn legs(&self) -> &[Leg] {
        &self.legs[..self.count]
    }

    /// The option, or the first one of a portfolio.
    #[inline(always)]
    #[must_use]
    pub fn first(&self) -> &Leg {
        &self.legs[0]
    }

    /// What the options take from the hedger at maturity by the mid price (currency): `n·max(S − K, 0)` for a
    /// call that was sold, less than nothing for one that was bought.
    #[inline(always)]
    #[must_use]
    pub fn payoff(&self, spot: f64) -> f64 {
        let legs = self.legs().iter();
        legs.map(|leg| leg.sign() * (leg.shares * beyond(leg, spot).max(0.0)))
            .sum()
    }

    /// What the hedger owes by Black and Scholes, `years` before maturity (currency): the price of what was
    /// sold less that of what was bought.
    #[must_use]
    pub fn value(&self, model: &BlackScholes, spot: f64, years: f64) -> f64 {
        let legs = self.legs().iter();
        legs.map(|leg| {
            let price = model.at_strike(leg.strike).price(leg.kind, spot, years);
            leg.sign() * (leg.shares * price)
        })
        .sum()
    }

    /// Gamma of that (shares per currency): positive where the options that were sold bend more.
    #[must_use]
    pub fn gamma(&self, model: &BlackScholes, spot: f64, years: f64) -> f64 {
        let legs = self.legs().iter();
        legs.map(|leg| {
            let gamma = model.at_strike(leg.strike).gamma(spot, years);
            leg.sign() * (leg.shares * gamma)
        })
        .sum()
    }
}

/// How far the price is beyond the strike (currency a share): negative where the option is worth nothing.
#[inline(always)]
fn beyond(leg: &Leg, spot: f64) -> f64 {
    match leg.kind {
        OptionKind::Call => spot - leg.strike,
        OptionKind::Put => leg.strike - spot,
    }
}

/// Cash `V_0` that the contract brings at the sale: the premium of what was sold less that of what was bought.
#[must_use]
pub fn opening_cash(scenario: &Scenario) -> f64 {
    let contract = Contract::of(scenario);
    match scenario.contract.premium {
        Premium::Fixed(amount) => contract.first().sign() * amount,
        Premium::BlackScholes => {
            let model = BlackScholes::of(scenario);
            contract.value(&model, scenario.market.spot, contract.maturity)
        }
    }
}
