//! The episode loop on [`LANES`] paths at once: the fast twin of [`crate::episode::Episode`].

use super::rules::Rules;
use crate::contract::Choice;
use crate::market::{LANES, PathBlock};
use crate::order_book::over_unaffected;
use crate::policy::{DisplacedMids, Observations, Policy};
use crate::scenario::SettledBy;
use multiversion::multiversion;

/// One number for each path of a block.
pub(super) type Row = [f64; LANES];

/// How the episodes of a block ended.
#[derive(Clone, Debug)]
pub(super) struct Ended {
    /// Hedging error `e` (currency).
    pub errors: Row,
    /// Turnover (shares).
    pub turnover: Row,
    /// 1 where the holder exercised, else 0.
    pub exercised: Row,
    /// Shares received at exercise, net (negative: delivered).
    pub delivered: Row,
    /// What exercise takes from the hedger by the mid price (currency).
    pub owed: Row,
    /// What all trades cost against the mid price, the last one included (currency).
    pub cost: Row,
}

/// The state of a block between two dates.
#[derive(Clone, Debug)]
pub(super) struct State {
    /// `X_k` (shares).
    pub position: Row,
    /// Interest and dividends included, before the trade.
    pub cash: Row,
    /// `A_k` (shares).
    pub ask_memory: Row,
    /// `B_k` (shares).
    pub bid_memory: Row,
    /// `(1 + A/D)^α` and `(1 + B/D)^β`, where they are remembered.
    ask_power: Row,
    bid_power: Row,
    /// Where the mid is; of no matter where trades leave it.
    displaced: DisplacedMids,
    turnover: Row,
    cost: Row,
}

impl State {
    /// `J` of each path.
    pub(super) fn displacement(&self) -> Row {
        let mut total = self.displaced.passing;
        for (total, lasting) in total.iter_mut().zip(&self.displaced.lasting) {
            *total += lasting;
        }
        total
    }
}

/// The mids that trades out of positions meet on average, over the unaffected prices, where they are displaced by
/// `displaced` before them: as [`crate::order_book::OrderBook::met`].
#[inline(always)]
pub(super) fn met_over_unaffected(rules: &Rules, displaced: &Row, size: &Row) -> Row {
    let own = 0.5 * rules.mid_impact.per_share;
    let mut over = [0.0; LANES];
    for i in 0..LANES {
        over[i] = over_unaffected(displaced[i] - own * size[i]);
    }
    over
}

/// What trades out of positions bring where the mid is displaced, from what they bring where it is not.
#[inline(always)]
fn at_displaced_mids(rules: &Rules, state: &State, size: &Row, cash: &mut Row) {
    let over = met_over_unaffected(rules, &state.displacement(), size);
    for (cash, over) in cash.iter_mut().zip(&over) {
        *cash *= over;
    }
}

/// Who looks on while a block is run, at what a table of results does not show. `()` does not look, and
/// costs nothing.
pub(super) trait Watch {
    /// Before the trades of a date.
    fn before(&mut self, _state: &State) {}
    /// After them, with the book refilled and interest paid: what was traded at `spot`.
    fn traded(&mut self, _rules: &Rules, _spot: &Row, _state: &State) {}
    /// At maturity, after exercise, delivery and the last trade at `spot`.
    fn settled(&mut self, _rules: &Rules, _spot: &Row, _state: &State, _ended: &Ended) {}
}

impl Watch for () {}

/// Runs `policy` on a block of paths.
pub(super) fn run(rules: &Rules, policy: &dyn Policy, paths: &PathBlock) -> Ended {
    run_watched(rules, policy, paths, &mut ())
}

/// The same while somebody looks on.
pub(super) fn run_watched(
    rules: &Rules,
    policy: &dyn Policy,
    paths: &PathBlock,
    watch: &mut impl Watch,
) -> Ended {
    let mut state = State {
        position: [rules.position; LANES],
        cash: [rules.opening_cash; LANES],
        ask_memory: [rules.ask_memory; LANES],
        bid_memory: [rules.bid_memory; LANES],
        ask_power: [rules.power(rules.ask_exponent, rules.ask_memory); LANES],
        bid_power: [rules.power(rules.bid_exponent, rules.bid_memory); LANES],
        displaced: DisplacedMids::of(&[0.0; LANES], [0.0; LANES], [0.0; LANES]),
        turnover: [0.0; LANES],
        cost: [0.0; LANES],
    };
    let mut value = [0.0; LANES];
    let mut targets = [0.0; LANES];
    // What the policy carries from date to date; nothing for most.
    let mut carried = vec![[0.0; LANES]; policy.state_size()];
    let mut factors = vec![[0.0; LANES]; paths.factors().len()];
    for (step, spot) in paths.rows().iter().take(rules.steps).enumerate() {
        if step > 0 && rules.carry.pays() {
            pay(rules, &mut state, spot);
        }
        if policy.uses_value() {
            liquidation_value(rules, &state, spot, &mut value);
        }
        for (row, factor) in factors.iter_mut().zip(paths.factors()) {
            *row = factor.rows[step];
        }
        if rules.mid_impact.moves() {
            state.displaced.show(spot);
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
            displaced: rules.mid_impact.moves().then_some(&state.displaced),
            factors: &factors,
        };
        policy.targets(&seen, &mut carried, &mut targets);
        watch.before(&state);
        trade(rules, &mut state, spot, &targets, step > 0);
        watch.traded(rules, spot, &state);
    }
    let last = &paths.rows()[rules.steps];
    if rules.carry.pays() {
        pay(rules, &mut state, last);
    }
    if rules.mid_impact.moves() {
        state.displaced.show(last);
    }
    let ended = settle(rules, &state, last);
    watch.settled(rules, last, &state, &ended);
    ended
}

/// What trades bring, and by how much each raises the power of its side.
struct Flows {
    /// `L(S,x,A,B)` (currency).
    cash: Row,
    growth: Row,
}

/// The flows of trades out of positions; negative sizes buy. Short loops over rows, for the compiler
/// makes vectors of these and not of one long loop.
#[inline(always)]
fn flows(rules: &Rules, state: &State, spot: &Row, size: &Row) -> Flows {
    let (mut exponent, mut memory, mut power) = ([0.0; LANES], [0.0; LANES], [0.0; LANES]);
    let mut factor = [0.0; LANES];
    for i in 0..LANES {
        let sells = size[i] >= 0.0;
        exponent[i] = if sells {
            rules.bid_exponent
        } else {
            rules.ask_exponent
        };
        factor[i] = if sells {
            rules.bid_factor
        } else {
            rules.ask_factor
        };
        memory[i] = if sells {
            state.bid_memory[i]
        } else {
            state.ask_memory[i]
        };
        power[i] = if sells {
            state.bid_power[i]
        } else {
            state.ask_power[i]
        };
    }
    if !rules.remembers() {
        for i in 0..LANES {
            power[i] = rules.power(exponent[i], memory[i]);
        }
    }
    let (mut cash, mut growth) = ([0.0; LANES], [0.0; LANES]);
    for i in 0..LANES {
        growth[i] = rules.growth(exponent[i], size[i].abs(), memory[i]);
    }
    for i in 0..LANES {
        let gain = rules.power_gain(exponent[i], size[i].abs(), power[i], growth[i]);
        let amount = spot[i] * (factor[i] * gain);
        cash[i] = if size[i] >= 0.0 { amount } else { -amount };
    }
    if rules.mid_impact.moves() {
        at_displaced_mids(rules, state, size, &mut cash);
    }
    Flows { cash, growth }
}

/// `V_k` of each path.
#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+fma", "x86_64+avx2+fma"))]
fn liquidation_value(rules: &Rules, state: &State, spot: &Row, value: &mut Row) {
    let flows = flows(rules, state, spot, &state.position);
    for (value, (cash, flow)) in value.iter_mut().zip(state.cash.iter().zip(&flows.cash)) {
        *value = cash + flow;
    }
}

/// Trades each path to its target, lets the book refill and interest accrue.
#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+fma", "x86_64+avx2+fma"))]
fn trade(rules: &Rules, state: &mut State, spot: &Row, targets: &Row, counted: bool) {
    let counted = if counted { 1.0 } else { 0.0 };
    let mut sold = [0.0; LANES];
    for i in 0..LANES {
        let position = rules.bounds.nearest(state.position[i], targets[i]);
        sold[i] = -(position - state.position[i]);
        state.position[i] = position;
    }
    let flows = flows(rules, state, spot, &sold);
    for (i, sold) in sold.iter().enumerate() {
        let cash = state.cash[i] + flows.cash[i];
        let growth = if cash >= 0.0 {
            rules.carry.lend
        } else {
            rules.carry.borrow
        };
        state.cash[i] = cash * growth;
        state.turnover[i] += counted * sold.abs();
        state.cost[i] += sold.mul_add(spot[i], -flows.cash[i]);
    }
    if rules.remembers() {
        remember(rules, state, &sold, &flows.growth);
    }
    if rules.mid_impact.moves() {
        displace(rules, state, &sold);
    }
    for (i, sold) in sold.iter().enumerate() {
        state.ask_memory[i] = (state.ask_memory[i] + (-sold).max(0.0)) * rules.ask_keep;
        state.bid_memory[i] = (state.bid_memory[i] + sold.max(0.0)) * rules.bid_keep;
    }
}

/// The mids after trades and a step.
#[inline(always)]
fn displace(rules: &Rules, state: &mut State, sold: &Row) {
    let [passing, lasting] = rules.mid_impact.parts();
    let displaced = &mut state.displaced;
    for (i, sold) in sold.iter().enumerate() {
        displaced.passing[i] = (displaced.passing[i] - passing * sold) * rules.mid_keep;
        displaced.lasting[i] -= lasting * sold;
    }
}

/// Pays the dividends of the step that ends at these prices.
#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+fma", "x86_64+avx2+fma"))]
fn pay(rules: &Rules, state: &mut State, spot: &Row) {
    for (i, spot) in spot.iter().enumerate() {
        state.cash[i] += rules.carry.dividends(state.position[i], *spot);
    }
}

/// The powers after trades: of the side that was traded they have grown; where nothing is kept they
/// are 1.
#[inline(always)]
fn remember(rules: &Rules, state: &mut State, sold: &Row, growth: &Row) {
    for i in 0..LANES {
        let (ask, bid) = (state.ask_power[i], state.bid_power[i]);
        let sells = sold[i] >= 0.0;
        let after = if sells { bid } else { ask };
        let after = after.mul_add(growth[i], after);
        let ask = if sells { ask } else { after };
        let bid = if sells { after } else { bid };
        state.ask_power[i] = if rules.ask_keep == 0.0 { 1.0 } else { ask };
        state.bid_power[i] = if rules.bid_keep == 0.0 { 1.0 } else { bid };
    }
}

/// What is exercised on each path: 1 where anything is, shares and cash that the hedger receives, and what that
/// takes from the hedger by the mid price.
#[derive(Clone, Copy)]
struct Exercised {
    any: Row,
    shares: Row,
    cash: Row,
    owed: Row,
}

/// What the holders exercise: the fast twin of [`crate::contract::Contract::exercise`].
#[inline(always)]
fn exercises(rules: &Rules, state: &State, spot: &Row) -> Exercised {
    let zero = [0.0; LANES];
    let choices = &rules.choices;
    let mut all = Exercised {
        any: zero,
        shares: zero,
        cash: zero,
        owed: zero,
    };
    if rules.contract.settlement == SettledBy::Cash {
        // By the mid that is shown.
        let moves = rules.mid_impact.moves();
        let shown = if moves { &state.displaced.mid } else { spot };
        for (i, &spot) in shown.iter().enumerate() {
            all.any[i] = if rules.contract.pays(spot) { 1.0 } else { 0.0 };
            all.owed[i] = rules.contract.payoff(spot);
            all.cash[i] = 0.0 - all.owed[i];
        }
        return all;
    }
    let mut most = zero;
    for choice in &choices.counterparty {
        let brought = brought(rules, state, spot, choice);
        for i in 0..LANES {
            let taken = brought[i] >= most[i];
            most[i] = if taken { brought[i] } else { most[i] };
            all.any[i] = if taken { 1.0 } else { all.any[i] };
            all.shares[i] = if taken { -choice.shares } else { all.shares[i] };
            all.cash[i] = if taken { -choice.cash } else { all.cash[i] };
            let owed = choice.worth(spot[i]);
            all.owed[i] = if taken { owed } else { all.owed[i] };
        }
    }
    let delivered = all.shares;
    if !choices.counterparty.is_empty() && !choices.hedger.is_empty() {
        most = flows(rules, state, spot, &delivered).cash;
    }
    let against = all;
    for choice in &choices.hedger {
        let brought = if choices.counterparty.is_empty() {
            brought(rules, state, spot, choice)
        } else {
            let mut size = delivered;
            for size in &mut size {
                *size += choice.shares;
            }
            let mut brought = flows(rules, state, spot, &size).cash;
            for brought in &mut brought {
                *brought += choice.cash;
            }
            brought
        };
        for i in 0..LANES {
            let taken = brought[i] >= most[i];
            most[i] = if taken { brought[i] } else { most[i] };
            all.any[i] = if taken { 1.0 } else { all.any[i] };
            let shares = against.shares[i] + choice.shares;
            all.shares[i] = if taken { shares } else { all.shares[i] };
            let cash = against.cash[i] + choice.cash;
            all.cash[i] = if taken { cash } else { all.cash[i] };
            let owed = against.owed[i] - choice.worth(spot[i]);
            all.owed[i] = if taken { owed } else { all.owed[i] };
        }
    }
    all
}

/// What a choice brings its holder where nothing else is delivered.
#[inline(always)]
fn brought(rules: &Rules, state: &State, spot: &Row, choice: &Choice) -> Row {
    let (size, sells) = (choice.shares.abs(), choice.shares >= 0.0);
    let (exponent, factor, memory, power) = if sells {
        let (memory, power) = (&state.bid_memory, &state.bid_power);
        (rules.bid_exponent, rules.bid_factor, memory, power)
    } else {
        let (memory, power) = (&state.ask_memory, &state.ask_power);
        (rules.ask_exponent, rules.ask_factor, memory, power)
    };
    let remembers = rules.remembers();
    let mut brought = [0.0; LANES];
    for i in 0..LANES {
        let computed = || rules.power(exponent, memory[i]);
        let power = if remembers { power[i] } else { computed() };
        let growth = rules.growth(exponent, size, memory[i]);
        let worth = spot[i] * (factor * rules.power_gain(exponent, size, power, growth));
        brought[i] = if sells { worth } else { -worth };
    }
    if rules.mid_impact.moves() {
        at_displaced_mids(rules, state, &[choice.shares; LANES], &mut brought);
    }
    for brought in &mut brought {
        *brought += choice.cash;
    }
    brought
}

/// Exercise, delivery and liquidation at maturity.
#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+fma", "x86_64+avx2+fma"))]
fn settle(rules: &Rules, state: &State, spot: &Row) -> Ended {
    let exercised = exercises(rules, state, spot);
    let mut size = state.position;
    for (size, shares) in size.iter_mut().zip(&exercised.shares) {
        *size += shares;
    }
    let flows = flows(rules, state, spot, &size);
    let (mut errors, mut cost) = ([0.0; LANES], state.cost);
    for i in 0..LANES {
        errors[i] = -(state.cash[i] + flows.cash[i] + exercised.cash[i]);
        cost[i] += size[i].mul_add(spot[i], -flows.cash[i]);
    }
    Ended {
        errors,
        turnover: state.turnover,
        exercised: exercised.any,
        cost,
        delivered: exercised.shares,
        owed: exercised.owed,
    }
}
