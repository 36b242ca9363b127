//! Leland's hedge (H. E. Leland, *Option pricing and replication with transactions costs*, 1985):
//! delta at the volatility `σ_L = σ·sqrt(1 + sqrt(2/π)·κ/(σ√Δ))`.

use super::{Delta, Observations, Policy};
use crate::episode::Observation;
use crate::market::LANES;
use crate::order_book::OrderBook;
use crate::scenario::{Scenario, Strategy};

/// Delta hedging at a volatility raised for the cost of trading.
#[derive(Clone, Copy, Debug)]
pub struct Leland(Delta);

impl Leland {
    /// Leland's hedge of `scenario`.
    #[must_use]
    pub fn of(scenario: &Scenario) -> Self {
        Self(Delta::of(scenario).at_volatility(raised_volatility(scenario)))
    }
}

/// `σ_L`, with the proportional cost `κ = 1 − F^b(K,1,b)/K` of selling one share at the strike into
/// a book with memory `b`, by default `0.5·e^(−λ_b Δ)` as in the published tables.
#[must_use]
pub fn raised_volatility(scenario: &Scenario) -> f64 {
    let book = OrderBook::of(scenario);
    let step = scenario.step_length();
    let memory = scenario
        .strategies
        .leland_memory
        .unwrap_or_else(|| 0.5 * book.kept(step).1);
    let strike = scenario.contract.strike;
    let cost = 1.0 - book.sell_proceeds(strike, 1.0, memory) / strike;
    let volatility = scenario.model_volatility();
    // σ·sqrt(1 + c/σ) written as sqrt(σ² + c·σ), which has no division by a volatility of 0.
    let raise = std::f64::consts::FRAC_2_PI.sqrt() * cost / step.sqrt();
    volatility.mul_add(volatility, raise * volatility).sqrt()
}

impl Policy for Leland {
    fn strategy(&self) -> Strategy {
        Strategy::Leland
    }

    fn target(&self, seen: &Observation) -> f64 {
        self.0.target(seen)
    }

    fn targets(&self, seen: &Observations<'_>, targets: &mut [f64; LANES]) {
        self.0.targets(seen, targets);
    }

    fn uses_value(&self) -> bool {
        false
    }
}
