//! The episode loop on [`LANES`] paths at once: the fast twin of [`crate::episode::Episode`].

use super::rules::Rules;
use crate::market::{LANES, PathBlock};
use crate::policy::{Observations, Policy};
use multiversion::multiversion;

/// One number for each path of a block.
type Row = [f64; LANES];

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
