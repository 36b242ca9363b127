//! The episode loop on [`LANES`] paths at once: the fast twin of [`crate::episode::Episode`].

use crate::contract::{Contract, opening_cash};
use crate::episode::{Bounds, Carry};
use crate::market::{LANES, PathBlock};
use crate::math::{exp, exp_m1, ln, ln_1p};
use crate::order_book::OrderBook;
use crate::policy::{Observations, Policy};
use crate::scenario::{OptionKind, Scenario};
use multiversion::multiversion;

/// One number for each path of a block.
type Row = [f64; LANES];

/// What a block of episodes needs to know of its scenario.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rules {
    steps: usize,
    step_length: f64,
    maturity: f64,
    ask_exponent: f64,
    bid_exponent: f64,
    depth: f64,
    inverse_depth: f64,
    ask_keep: f64,
    bid_keep: f64,
    carry: Carry,
    bounds: Bounds,
    contract: Contract,
    opening_cash: f64,
    position: f64,
    ask_memory: f64,
    bid_memory: f64,
}

impl Rules {
    pub(super) fn of(scenario: &Scenario) -> Self {
        let step_length = scenario.step_length();
        let (ask_keep, bid_keep) = OrderBook::of(scenario).kept(step_length);
        Self {
            steps: scenario.steps,
            step_length,
            maturity: scenario.contract.maturity,
            ask_exponent: scenario.order_book.ask_exponent,
            bid_exponent: scenario.order_book.bid_exponent,
            depth: scenario.order_book.depth,
            inverse_depth: 1.0 / scenario.order_book.depth,
            ask_keep,
            bid_keep,
            carry: Carry::of(scenario),
            bounds: Bounds::of(scenario),
            contract: Contract::of(scenario),
            opening_cash: opening_cash(scenario),
            position: scenario.initial.position,
            ask_memory: scenario.initial.ask_memory,
            bid_memory: scenario.initial.bid_memory,
        }
    }

    /// `D·[(1+(x+m)/D)^e − (1+m/D)^e]` for `size >= 0`, as in [`crate::order_book`].
    #[inline(always)]
    fn power_gain(&self, exponent: f64, size: f64, memory: f64) -> f64 {
        // Unlike the trade's, this logarithm needs no accuracy near 0: it enters through exp.
        let before = ln(memory.mul_add(self.inverse_depth, 1.0));
        let growth = exp_m1(exponent * ln_1p(size / (self.depth + memory)));
        let gain = self.depth * exp(exponent * before) * growth;
        if exponent == 1.0 { size } else { gain }
    }

    /// `L(S,x,A,B)`.
    #[inline(always)]
    fn cash_from(&self, spot: f64, size: f64, ask_memory: f64, bid_memory: f64) -> f64 {
        let sells = size >= 0.0;
        let exponent = if sells {
            self.bid_exponent
        } else {
            self.ask_exponent
        };
        let memory = if sells { bid_memory } else { ask_memory };
        let cash = spot * self.power_gain(exponent, size.abs(), memory);
        if sells { cash } else { -cash }
    }

    #[inline(always)]
    fn exercised(&self, spot: f64, ask_memory: f64, bid_memory: f64) -> bool {
        let shares = self.contract.shares;
        let strike_cash = shares * self.contract.strike;
        match self.contract.kind {
            OptionKind::Call => {
                spot * self.power_gain(self.bid_exponent, shares, bid_memory) >= strike_cash
            }
            OptionKind::Put => {
                spot * self.power_gain(self.ask_exponent, shares, ask_memory) <= strike_cash
            }
        }
    }
}

/// How the episodes of a block ended.
#[derive(Clone, Debug)]
pub(super) struct Ended {
    /// Hedging error `e` (currency).
    pub errors: Row,
    /// Turnover (shares).
    pub turnover: Row,
    /// 1 where the holder exercised, else 0.
    pub exercised: Row,
}

/// The state of a block between two dates.
#[derive(Clone, Debug)]
struct State {
    position: Row,
    /// Interest included, before the trade.
    cash: Row,
    ask_memory: Row,
    bid_memory: Row,
    turnover: Row,
}

/// Runs `policy` on a block of paths.
pub(super) fn run(rules: &Rules, policy: &dyn Policy, paths: &PathBlock) -> Ended {
    let mut state = State {
        position: [rules.position; LANES],
        cash: [rules.opening_cash; LANES],
        ask_memory: [rules.ask_memory; LANES],
        bid_memory: [rules.bid_memory; LANES],
        turnover: [0.0; LANES],
    };
    let mut value = [0.0; LANES];
    let mut targets = [0.0; LANES];
    for (step, spot) in paths.rows().iter().take(rules.steps).enumerate() {
        if policy.uses_value() {
            liquidation_value(rules, &state, spot, &mut value);
        }
        let time = step as f64 * rules.step_length;
        let seen = Observations {
            step,
            time,
            remaining: rules.maturity - time,
            spot,
            position: &state.position,
            value: policy.uses_value().then_some(&value),
            ask_memory: &state.ask_memory,
            bid_memory: &state.bid_memory,
        };
        policy.targets(&seen, &mut targets);
        trade(rules, &mut state, spot, &targets, step > 0);
    }
    settle(rules, &state, &paths.rows()[rules.steps])
}

/// `V_k` of each path.
#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+fma", "x86_64+avx2+fma"))]
fn liquidation_value(rules: &Rules, state: &State, spot: &Row, value: &mut Row) {
    for i in 0..LANES {
        value[i] = state.cash[i]
            + rules.cash_from(
                spot[i],
                state.position[i],
                state.ask_memory[i],
                state.bid_memory[i],
            );
    }
}

/// Trades each path to its target, lets the book refill and interest accrue.
#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+fma", "x86_64+avx2+fma"))]
fn trade(rules: &Rules, state: &mut State, spot: &Row, targets: &Row, counted: bool) {
    let counted = if counted { 1.0 } else { 0.0 };
    for i in 0..LANES {
        let position = rules.bounds.nearest(state.position[i], targets[i]);
        let trade = position - state.position[i];
        let (ask, bid) = (state.ask_memory[i], state.bid_memory[i]);
        let cash = state.cash[i] + rules.cash_from(spot[i], -trade, ask, bid);
        let growth = if cash >= 0.0 {
            rules.carry.lend
        } else {
            rules.carry.borrow
        };
        state.cash[i] = cash * growth;
        state.ask_memory[i] = (ask + trade.max(0.0)) * rules.ask_keep;
        state.bid_memory[i] = (bid + (-trade).max(0.0)) * rules.bid_keep;
        state.turnover[i] += counted * trade.abs();
        state.position[i] = position;
    }
}

/// Exercise, delivery and liquidation at maturity.
#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+fma", "x86_64+avx2+fma"))]
fn settle(rules: &Rules, state: &State, spot: &Row) -> Ended {
    let (delivered, strike_cash) = rules.contract.delivery();
    let mut errors = [0.0; LANES];
    let mut exercised = [0.0; LANES];
    for i in 0..LANES {
        let (ask, bid) = (state.ask_memory[i], state.bid_memory[i]);
        let exercise = rules.exercised(spot[i], ask, bid);
        let shares = if exercise { delivered } else { 0.0 };
        let strike_cash = if exercise { strike_cash } else { 0.0 };
        let cash_flow = rules.cash_from(spot[i], state.position[i] + shares, ask, bid);
        errors[i] = -(state.cash[i] + cash_flow + strike_cash);
        exercised[i] = if exercise { 1.0 } else { 0.0 };
    }
    Ended {
        errors,
        turnover: state.turnover,
        exercised,
    }
}
