//! The Black–Scholes delta hedge: `X_{k+1} = n·Δ_BS(S_k, T − t_k, σ)`, summed over the legs of a portfolio.

use super::{Observations, Policy};
use crate::contract::{BlackScholes, Contract, call_delta};
use crate::episode::Observation;
use crate::market::LANES;
use crate::scenario::{OptionKind, Scenario, Side, Strategy};
use multiversion::multiversion;

/// Holds the delta of the options at every date, whatever it costs.
#[derive(Clone, Copy, Debug)]
pub struct Delta {
    model: BlackScholes,
    /// Volatilities of the options that were sold and of those that were bought.
    sold: f64,
    bought: f64,
    contract: Contract,
}

impl Delta {
    /// Delta hedging of `scenario` at its own volatility.
    #[must_use]
    pub fn of(scenario: &Scenario) -> Self {
        let model = BlackScholes::of(scenario);
        Self {
            model,
            sold: model.volatility,
            bought: model.volatility,
            contract: Contract::of(scenario),
        }
    }

    /// The same at another volatility.
    #[must_use]
    pub fn at_volatility(self, volatility: f64) -> Self {
        self.at_volatilities(volatility, volatility)
    }

    /// The same at other volatilities of the options that were sold and of those that were bought.
    #[must_use]
    pub fn at_volatilities(self, sold: f64, bought: f64) -> Self {
        let own = match self.contract.first().position {
            Side::Short => sold,
            Side::Long => bought,
        };
        Self {
            model: self.model.with_volatility(own),
            sold,
            bought,
            ..self
        }
    }

    /// The hedger's model of the (first) option.
    #[must_use]
    pub fn model(&self) -> BlackScholes {
        self.model
    }

    /// The options that are hedged.
    #[must_use]
    pub fn contract(&self) -> Contract {
        self.contract
    }

    /// The hedger's model of each option, with what makes a position of its call's delta: signed shares
    /// (positive for what was sold), and what is taken from that delta, 1 of a put. With dividends all of it is times
    /// [`BlackScholes::share`].
    #[inline(always)]
    pub fn models(&self) -> impl Iterator<Item = (BlackScholes, f64, f64)> {
        self.contract.legs().iter().map(|leg| {
            let model = BlackScholes {
                strike: leg.strike,
                volatility: match leg.position {
                    Side::Short => self.sold,
                    Side::Long => self.bought,
                },
                ..self.model
            };
            let shift = match leg.kind {
                OptionKind::Call => 0.0,
                OptionKind::Put => 1.0,
            };
            (model, leg.sign() * leg.shares, shift)
        })
    }

    /// The position that offsets the options at this price, `remaining` years before maturity.
    #[must_use]
    pub fn position(&self, spot: f64, remaining: f64) -> f64 {
        let legs = self.contract.legs().iter().zip(self.models());
        legs.map(|(leg, (model, signed, _))| signed * model.delta(leg.kind, spot, remaining))
            .sum()
    }

    /// What the hedger owes (currency) in the model, `remaining` years before maturity.
    #[must_use]
    pub fn owed(&self, spot: f64, remaining: f64) -> f64 {
        self.contract.value(&self.model, spot, remaining)
    }
}

impl Policy for Delta {
    fn strategy(&self) -> Strategy {
        Strategy::Delta
    }

    fn target(&self, seen: &Observation, _state: &mut [f64]) -> f64 {
        self.position(seen.mid(), seen.remaining)
    }

    fn targets(
        &self,
        seen: &Observations<'_>,
        _state: &mut [[f64; LANES]],
        targets: &mut [f64; LANES],
    ) {
        let mut leg = [0.0; LANES];
        for (number, (model, scale, shift)) in self.models().enumerate() {
            let strike = model.discounted(seen.remaining);
            let scale = scale * model.share(seen.remaining);
            let width = model.volatility * seen.remaining.max(0.0).sqrt();
            if number == 0 {
                deltas(seen.mid(), strike, width, targets);
                for target in &mut *targets {
                    *target = scale * (*target - shift);
                }
                continue;
            }
            deltas(seen.mid(), strike, width, &mut leg);
            for (target, delta) in targets.iter_mut().zip(&leg) {
                *target += scale * (delta - shift);
            }
        }
    }

    fn uses_value(&self) -> bool {
        false
    }
}

/// Call deltas at many prices.
#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+fma", "x86_64+avx2+fma"))]
fn deltas(spot: &[f64; LANES], strike: f64, width: f64, deltas: &mut [f64; LANES]) {
    for (delta, &spot) in deltas.iter_mut().zip(spot) {
        *delta = call_delta(spot, strike, width);
    }
}
