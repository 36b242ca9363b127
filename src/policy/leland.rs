//! Leland's hedge (H. E. Leland, *Option pricing and replication with transactions costs*, 1985):
//! delta at a volatility changed for the proportional cost `κ` of one way,
//! `σ_L² = σ²·[1 ± c·κ/(σ√Δ)]`.
//!
//! | convention | `c` | sign |
//! |---|---|---|
//! | the paper's (the published tables) | `√(2/π)`: the cost of one way | + for sold and bought options |
//! | Leland's own | `√(8/π)`: the cost of a round trip | + for a sold option, − for a bought one |
//!
//! In a portfolio each leg has the volatility of its own side, and the hedge is the sum of theirs; `κ` is that of
//! trading the size of the whole. That is Leland's rule where all legs bend the same way. Where gammas of sold
//! and bought legs offset each other, trades follow the sign of the *net* gamma, which changes with the
//! price: then the right equation has no closed form (T. Hoggard, A. E. Whalley and P. Wilmott, *Hedging option
//! portfolios in the presence of transaction costs*, 1994), and leg by leg makes too much of the cost.

use super::{Delta, Observations, Policy};
use crate::episode::Observation;
use crate::market::LANES;
use crate::order_book::OrderBook;
use crate::scenario::{LelandConvention, Scenario, Strategy};

/// A bought option's volatility is lowered to this share of the scenario's at most, so that there
/// is one at any cost.
const LOWEST: f64 = 0.1;

/// Delta hedging at a volatility changed for the cost of trading.
#[derive(Clone, Copy, Debug)]
pub struct Leland(Delta);

impl Leland {
    /// Leland's hedge of `scenario`.
    #[must_use]
    pub fn of(scenario: &Scenario) -> Self {
        Self(hedge(scenario, scenario.contract.size()))
    }
}

/// `σ_L` of the (first) option in the scenario's convention (per square-root year).
#[must_use]
pub fn leland_volatility(scenario: &Scenario) -> f64 {
    let first = scenario.contract.first();
    volatility_at(scenario, scenario.contract.size(), first.sign())
}

/// The hedge with the proportional cost of so many shares.
pub(super) fn hedge(scenario: &Scenario, shares: f64) -> Delta {
    let at = |sign: f64| volatility_at(scenario, shares, sign);
    Delta::of(scenario).at_volatilities(at(1.0), at(-1.0))
}

/// The volatility with the proportional cost of so many shares, of an option that was sold (1) or bought (−1).
fn volatility_at(scenario: &Scenario, shares: f64, side: f64) -> f64 {
    let (one_way, sign) = match scenario.strategies.leland_convention {
        LelandConvention::Paper => (1.0, 1.0),
        LelandConvention::Leland1985 => (2.0, side),
    };
    let volatility = scenario.model_volatility();
    let raise = one_way * std::f64::consts::FRAC_2_PI.sqrt() * proportional_cost(scenario, shares)
        / scenario.step_length().sqrt();
    // σ·sqrt(1 ± c/σ) written as sqrt(σ² ± c·σ), which has no division by a volatility of 0.
    let square = volatility.mul_add(volatility, sign * raise * volatility);
    square.max((LOWEST * volatility).powi(2)).sqrt()
}

/// `κ = 1 − F^b(K,n,b)/(nK)`: the cost of selling `n` shares at the strike into a book with memory `b`,
/// by default `0.5·n·e^(−λ_b Δ)`, which at one share is that of the published tables.
fn proportional_cost(scenario: &Scenario, shares: f64) -> f64 {
    let book = OrderBook::of(scenario);
    let strike = scenario.contract.strike;
    let memory = scenario
        .strategies
        .leland_memory
        .unwrap_or_else(|| 0.5 * shares * book.kept(scenario.step_length()).1);
    1.0 - book.sell_proceeds(strike, shares, memory) / (shares * strike)
}

impl Policy for Leland {
    fn strategy(&self) -> Strategy {
        Strategy::Leland
    }

    fn target(&self, seen: &Observation, state: &mut [f64]) -> f64 {
        self.0.target(seen, state)
    }

    fn targets(
        &self,
        seen: &Observations<'_>,
        state: &mut [[f64; LANES]],
        targets: &mut [f64; LANES],
    ) {
        self.0.targets(seen, state, targets);
    }

    fn settings(&self) -> Vec<(&'static str, f64)> {
        vec![("volatility", self.0.model().volatility)]
    }

    fn uses_value(&self) -> bool {
        false
    }
}
