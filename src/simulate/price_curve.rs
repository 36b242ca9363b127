//! What an option costs to hedge against one parameter, on the same random numbers everywhere.

use super::price::{PriceRule, price};
use super::tune;
use crate::contract::{BlackScholes, Contract};
use crate::market::Sampling;
use crate::outcome::Estimate;
use crate::policy::{LearnedPolicy, Policy, Who, line_up};
use crate::scenario::Scenario;
use std::ops::ControlFlow;

/// What an option costs to hedge, against a parameter.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PriceCurve {
    /// One for each value, in the order of the values; those that are known so far.
    pub points: Vec<PricePoint>,
}

/// What an option costs to hedge where the parameter has one value.
#[derive(Clone, Debug, PartialEq)]
pub struct PricePoint {
    /// The value.
    pub value: f64,
    /// The closed-form price of the whole contract (currency).
    pub black_scholes: f64,
    /// Each policy.
    pub strategies: Vec<StrategyPrices>,
}

/// What an option costs one hedger.
#[derive(Clone, Debug, PartialEq)]
pub struct StrategyPrices {
    /// Who.
    pub who: Who,
    /// Premiums of the whole contract by [`PriceRule::all`] (currency): mean, `CVaR`, entropic.
    pub premiums: [Estimate; 3],
    /// Whether it was trained for another market than this one.
    pub stale: bool,
}

/// Names of the rules by which there are prices.
pub const PRICE_RULES: [&str; 3] = ["mean", "cvar", "entropic"];

/// The closed-form price of the whole contract (currency), whatever premium the scenario gives.
#[must_use]
pub fn black_scholes(scenario: &Scenario) -> f64 {
    let contract = Contract::of(scenario);
    let model = BlackScholes::of(scenario);
    contract.first().sign() * contract.value(&model, scenario.market.spot, contract.maturity)
}

/// The prices of the strategies of a scenario, each tuned to it, on the paths `0..paths`; `None` once
/// `watch`, asked before each, breaks off. Trained policies are taken as they are.
pub fn price_point(
    value: f64,
    scenario: &Scenario,
    learned: &[LearnedPolicy],
    sampling: Sampling,
    paths: usize,
    watch: &mut dyn FnMut() -> ControlFlow<()>,
) -> Option<PricePoint> {
    let strategies = &scenario.strategies.selected;
    let tuned = tune(scenario, strategies);
    let rules = PriceRule::all(scenario);
    let mut priced = Vec::new();
    for policy in line_up(strategies, scenario, &tuned, learned) {
        if watch().is_break() {
            return None;
        }
        let who = policy.who();
        let prices = price(scenario, policy.as_ref(), sampling, paths, &rules);
        let premium = |i: usize| prices.get(i).map_or_else(Estimate::default, |p| p.premium);
        let trained = learned.iter().find(|learned| learned.who() == who);
        let elsewhere =
            |p: &LearnedPolicy| !scenario.market_differences(p.trained_for()).is_empty();
        priced.push(StrategyPrices {
            premiums: [premium(0), premium(1), premium(2)],
            stale: trained.is_some_and(elsewhere),
            who,
        });
    }
    Some(PricePoint {
        value,
        black_scholes: black_scholes(scenario),
        strategies: priced,
    })
}

impl PriceCurve {
    /// Adds a point in its place.
    pub fn add(&mut self, point: PricePoint) {
        let before = |known: &PricePoint| known.value < point.value;
        let place = self.points.partition_point(before);
        self.points.insert(place, point);
    }

    /// The policies, in the order of the scenario's strategies.
    #[must_use]
    pub fn policies(&self) -> Vec<Who> {
        let first = self.points.first();
        let all = first.into_iter().flat_map(|point| &point.strategies);
        all.map(|strategy| strategy.who.clone()).collect()
    }
}
