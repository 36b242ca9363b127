//! The rules of an episode in numbers, for the fast simulation and for the training kernel.

use crate::contract::{Choices, Contract, opening_cash};
use crate::episode::{Bounds, Carry};
use crate::math::{exp, exp_m1, ln, ln_1p};
use crate::order_book::{MidImpact, OrderBook};
use crate::scenario::Scenario;

/// What many episodes at once need to know of their scenario.
#[derive(Clone, Debug)]
pub struct Rules {
    /// Trading dates `N`.
    pub steps: usize,
    /// `Δ` (years).
    pub step_length: f64,
    /// `T` (years).
    pub maturity: f64,
    /// `α`.
    pub ask_exponent: f64,
    /// `β`.
    pub bid_exponent: f64,
    /// `f_a`: see [`crate::order_book`].
    pub ask_factor: f64,
    /// `f_b`.
    pub bid_factor: f64,
    /// `s_a` and `s_b`, relative to the mid.
    pub half_spreads: [f64; 2],
    /// `D` (shares).
    pub depth: f64,
    /// `1/D` (per share).
    pub inverse_depth: f64,
    /// `e^(−λ_a Δ)`: what a step leaves of the ask side's memory.
    pub ask_keep: f64,
    /// `e^(−λ_b Δ)`: what a step leaves of the bid side's memory.
    pub bid_keep: f64,
    /// How trades move the mid.
    pub mid_impact: MidImpact,
    /// `e^(−ρΔ)`: what a step leaves of its passing displacement.
    pub mid_keep: f64,
    /// Interest and dividends over a step.
    pub carry: Carry,
    /// Limits of positions and trades.
    pub bounds: Bounds,
    /// The options.
    pub contract: Contract,
    /// What their holders may exercise.
    pub choices: Choices,
    /// `V_0` (currency).
    pub opening_cash: f64,
    /// `X_0` (shares).
    pub position: f64,
    /// `A_0` (shares).
    pub ask_memory: f64,
    /// `B_0` (shares).
    pub bid_memory: f64,
}

impl Rules {
    /// The rules of `scenario`.
    #[must_use]
    pub fn of(scenario: &Scenario) -> Self {
        let step_length = scenario.step_length();
        let book = OrderBook::of(scenario);
        let (ask_keep, bid_keep) = book.kept(step_length);
        let [ask_factor, bid_factor] = book.factors();
        let contract = Contract::of(scenario);
        Self {
            steps: scenario.steps,
            step_length,
            maturity: scenario.contract.maturity,
            ask_exponent: scenario.order_book.ask_exponent,
            bid_exponent: scenario.order_book.bid_exponent,
            ask_factor,
            bid_factor,
            half_spreads: book.half_spreads(),
            depth: scenario.order_book.depth,
            inverse_depth: 1.0 / scenario.order_book.depth,
            ask_keep,
            bid_keep,
            mid_impact: book.mid_impact(),
            mid_keep: book.mid_impact().kept(step_length),
            carry: Carry::of(scenario),
            bounds: Bounds::of(scenario),
            choices: contract.choices(),
            contract,
            opening_cash: opening_cash(scenario),
            position: scenario.initial.position,
            ask_memory: scenario.initial.ask_memory,
            bid_memory: scenario.initial.bid_memory,
        }
    }

    /// Whether each side keeps all of its memory or none, so that `(1 + m/D)^e` after a trade follows
    /// from the trade.
    pub(super) fn remembers(&self) -> bool {
        let sides = [self.ask_keep, self.bid_keep];
        sides.iter().all(|keep| [0.0, 1.0].contains(keep))
    }

    /// `(1 + m/D)^e`.
    #[inline(always)]
    pub(super) fn power(&self, exponent: f64, memory: f64) -> f64 {
        // Unlike a trade's, this logarithm needs no accuracy near 0: it enters through exp.
        exp(exponent * ln(memory.mul_add(self.inverse_depth, 1.0)))
    }

    /// `(1 + x/(D+m))^e − 1` for `size >= 0`: by how much a trade raises that power.
    #[inline(always)]
    pub(super) fn growth(&self, exponent: f64, size: f64, memory: f64) -> f64 {
        exp_m1(exponent * ln_1p(size / (self.depth + memory)))
    }

    /// `D·[(1+(x+m)/D)^e − (1+m/D)^e]` for `size >= 0`, as in [`crate::order_book`].
    #[inline(always)]
    pub(super) fn power_gain(&self, exponent: f64, size: f64, power: f64, growth: f64) -> f64 {
        let gain = self.depth * power * growth;
        if exponent == 1.0 { size } else { gain }
    }
}
