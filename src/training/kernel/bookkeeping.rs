//! The hedger's book-keeping for one tile, forward in time, with what the reverse sweep needs.
//!
//! The state carries the *worth* of the portfolio at the mid price, `W = cash + X·S`, instead of
//! the cash: a trade then costs only its impact, and a price move adds `X·(S' − S)`, both small
//! numbers that single precision holds well; dividends add `X·S'·(e^(qΔ) − 1)`. `M_k = W_k − X_{k+1}·S_k` is the model's cash after
//! the trade, `V_k = W⁻_k − E(−X_k)` its liquidation value.

use super::TILE;
use super::buffer::{Lanes, vectors};
use super::impact::{Left, impact};
use super::settings::{Choice, Seen, Settings, single};
use super::workspace::Exogenous;
use crate::order_book::LEAST;
use pulp::Simd;

/// The portfolios of a tile before the trade of a date.
#[derive(Debug, Clone, Copy)]
pub(crate) struct State {
    /// `X_k`, shares.
    pub position: Lanes,
    /// `W⁻_k`: cash and shares at the mid price, currency.
    pub worth: Lanes,
    /// `A_k`, shares.
    pub ask: Lanes,
    /// `B_k`, shares.
    pub bid: Lanes,
    /// What of `J_k` decays, and what stays; 0 where trades leave the mid.
    pub passing: Lanes,
    pub lasting: Lanes,
}

impl State {
    /// What trades depend on besides the price.
    #[inline(always)]
    fn left<S: Simd>(&self, simd: S, settings: &Settings, v: usize) -> Left<S::f32s> {
        let displaced = if settings.moves {
            simd.add_f32s(self.passing.get::<S>(v), self.lasting.get::<S>(v))
        } else {
            simd.splat_f32s(0.0)
        };
        [self.ask.get::<S>(v), self.bid.get::<S>(v), displaced]
    }
}

/// What the reverse sweep needs to know about a step.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Step {
    /// `X_k`, shares: its sign tells which side a liquidation hits.
    pub position: Lanes,
    /// `X_{k+1} − X_k`, shares.
    pub trade: Lanes,
    /// `∂V_k/∂X_k − S_k`, `−∂V_k/∂memory` and `−∂V_k/∂J_k`.
    pub value_slope: Lanes,
    pub value_memory: Lanes,
    pub value_displaced: Lanes,
    /// Derivatives of the trade's loss, see [`super::impact::Impact`].
    pub trade_slope: Lanes,
    pub trade_memory: Lanes,
    pub trade_displaced: Lanes,
    /// `carry(M_k) = (1 + rate)·M_k`.
    pub rate: Lanes,
    /// `∂X_{k+1}/∂raw` and `∂X_{k+1}/∂X_k` through the limits: 0 or 1.
    pub free: Lanes,
    pub carried: Lanes,
}

impl Step {
    pub(crate) const EMPTY: Self = Self {
        position: Lanes::ZERO,
        trade: Lanes::ZERO,
        value_slope: Lanes::ZERO,
        value_memory: Lanes::ZERO,
        value_displaced: Lanes::ZERO,
        trade_slope: Lanes::ZERO,
        trade_memory: Lanes::ZERO,
        trade_displaced: Lanes::ZERO,
        rate: Lanes::ZERO,
        free: Lanes::ZERO,
        carried: Lanes::ZERO,
    };
}

/// The terminal error of a tile and what the reverse sweep needs of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Maturity {
    /// `e`: minus the terminal gain, currency.
    pub error: Lanes,
    /// The last trade `d − X_N`, shares, and the derivatives of its loss.
    pub trade: Lanes,
    pub slope: Lanes,
    pub memory: Lanes,
    /// `∂e/∂J_N`: by that trade, and by payoffs in cash.
    pub displaced: Lanes,
}

impl Maturity {
    pub(crate) const EMPTY: Self = Self {
        error: Lanes::ZERO,
        trade: Lanes::ZERO,
        slope: Lanes::ZERO,
        memory: Lanes::ZERO,
        displaced: Lanes::ZERO,
    };
}

/// The state before the first trade; `spot` is `S_0`.
#[inline(always)]
pub(crate) fn start(settings: &Settings, spot: &Lanes) -> State {
    let mut worth = *spot;
    for value in &mut worth.0 {
        *value = settings.cash + settings.position * *value;
    }
    let all = |value: f32| Lanes([value; TILE]);
    State {
        position: all(settings.position),
        worth,
        ask: all(settings.ask),
        bid: all(settings.bid),
        passing: Lanes::ZERO,
        lasting: Lanes::ZERO,
    }
}

/// The portfolio value `V_k` at date `k`, before the trade.
#[inline(always)]
pub(crate) fn observe<S: Simd>(
    simd: S,
    settings: &Settings,
    exogenous: &Exogenous,
    k: usize,
    state: &State,
    step: &mut Step,
) -> Lanes {
    let zero = simd.splat_f32s(0.0);
    let mut value = Lanes::ZERO;
    for v in 0..vectors::<S>() {
        let position = state.position.get::<S>(v);
        let sale = impact(
            simd,
            settings,
            exogenous.spot[k].get::<S>(v),
            simd.sub_f32s(zero, position),
            state.left(simd, settings, v),
        );
        let worth = simd.sub_f32s(state.worth.get::<S>(v), sale.loss);
        value.put::<S>(v, worth);
        step.position.put::<S>(v, position);
        step.value_slope.put::<S>(v, sale.slope);
        step.value_memory.put::<S>(v, sale.memory);
        if settings.moves {
            step.value_displaced.put::<S>(v, sale.displaced);
        }
    }
    value
}

/// Writes the network's inputs at date `k`.
#[inline(always)]
pub(crate) fn show<S: Simd>(
    simd: S,
    settings: &Settings,
    exogenous: &Exogenous,
    k: usize,
    (state, value): (&State, &Lanes),
    inputs: &mut [Lanes],
) {
    let [position, worth, ask, bid, moved] = settings.scales;
    let (base, anchor) = (&exogenous.base[k], &exogenous.anchor[k]);
    for (row, seen) in inputs.iter_mut().zip(&settings.inputs) {
        match *seen {
            Seen::Time => *row = Lanes([settings.time[k]; TILE]),
            Seen::Constant(number) => *row = Lanes([number; TILE]),
            Seen::Moneyness => *row = exogenous.moneyness[k],
            Seen::Factor(factor) => *row = exogenous.factors[factor][k],
            Seen::Base => scaled(simd, base, [settings.base_scale, settings.origin], row),
            Seen::Ask => scaled(simd, &state.ask, [ask, 0.0], row),
            Seen::Bid => scaled(simd, &state.bid, [bid, 0.0], row),
            Seen::Displacement => displacement(simd, settings, state, moved, row),
            Seen::Position => distance(simd, settings, [&state.position, base], position, row),
            Seen::Value => distance(simd, settings, [value, anchor], worth, row),
        }
    }
}

/// `row = scale·(x − origin)`.
#[inline(always)]
fn scaled<S: Simd>(simd: S, x: &Lanes, [scale, origin]: [f32; 2], row: &mut Lanes) {
    let (scale, origin) = (simd.splat_f32s(scale), simd.splat_f32s(origin));
    for v in 0..vectors::<S>() {
        let counted = simd.sub_f32s(x.get::<S>(v), origin);
        row.put::<S>(v, simd.mul_f32s(counted, scale));
    }
}

/// `row = scale·J`.
#[inline(always)]
fn displacement<S: Simd>(simd: S, settings: &Settings, state: &State, scale: f32, row: &mut Lanes) {
    let scale = simd.splat_f32s(scale);
    for v in 0..vectors::<S>() {
        let [_, _, displaced] = state.left(simd, settings, v);
        row.put::<S>(v, simd.mul_f32s(displaced, scale));
    }
}

/// `row = scale·(x − from)` within bounds.
#[inline(always)]
fn distance<S: Simd>(
    simd: S,
    settings: &Settings,
    [x, from]: [&Lanes; 2],
    scale: f32,
    row: &mut Lanes,
) {
    let scale = simd.splat_f32s(scale);
    for v in 0..vectors::<S>() {
        let apart = simd.sub_f32s(x.get::<S>(v), from.get::<S>(v));
        row.put::<S>(v, bounded(simd, simd.mul_f32s(apart, scale), settings.most));
    }
}

/// `x`, or the nearest number that is not beyond `most`, either way.
#[inline(always)]
fn bounded<S: Simd>(simd: S, x: S::f32s, most: f32) -> S::f32s {
    let (low, high) = (simd.splat_f32s(-most), simd.splat_f32s(most));
    simd.min_f32s(high, simd.max_f32s(low, x))
}

/// `V` of a state without anything else, for the ledger's last date.
#[inline(always)]
pub(crate) fn liquidation_value<S: Simd>(
    simd: S,
    settings: &Settings,
    spot: &Lanes,
    state: &State,
) -> Lanes {
    let mut value = Lanes::ZERO;
    for v in 0..vectors::<S>() {
        let trade = simd.sub_f32s(simd.splat_f32s(0.0), state.position.get::<S>(v));
        let left = state.left(simd, settings, v);
        let sale = impact(simd, settings, spot.get::<S>(v), trade, left);
        value.put::<S>(v, simd.sub_f32s(state.worth.get::<S>(v), sale.loss));
    }
    value
}

/// What the network's output is multiplied by at a price (shares).
#[inline(always)]
pub(crate) fn output_scale<S: Simd>(simd: S, settings: &Settings, spot: S::f32s) -> S::f32s {
    let scale = simd.splat_f32s(settings.output_scale);
    if settings.full == f32::INFINITY {
        return scale;
    }
    let share = simd.div_f32s(simd.splat_f32s(settings.full), spot);
    simd.mul_f32s(scale, simd.min_f32s(share, simd.splat_f32s(1.0)))
}

/// Applies the limits: the next position and its derivatives with respect to the raw output and the
/// present position.
#[inline(always)]
fn limit<S: Simd>(simd: S, settings: &Settings, raw: S::f32s, position: S::f32s) -> [S::f32s; 3] {
    let (one, zero) = (simd.splat_f32s(1.0), simd.splat_f32s(0.0));
    if !settings.limited {
        return [raw, one, zero];
    }
    let reach = simd.splat_f32s(settings.max_trade);
    let (low, high) = (
        simd.sub_f32s(position, reach),
        simd.add_f32s(position, reach),
    );
    let near = simd.min_f32s(high, simd.max_f32s(low, raw));
    let inner = simd.and_m32s(
        simd.less_than_f32s(low, raw),
        simd.less_than_f32s(raw, high),
    );
    let (floor, cap) = (
        simd.splat_f32s(settings.min_position),
        simd.splat_f32s(settings.max_position),
    );
    let outer = simd.and_m32s(
        simd.less_than_f32s(floor, near),
        simd.less_than_f32s(near, cap),
    );
    let free = simd.select_f32s(outer, simd.select_f32s(inner, one, zero), zero);
    let carried = simd.select_f32s(outer, simd.select_f32s(inner, zero, one), zero);
    [
        simd.min_f32s(cap, simd.max_f32s(floor, near)),
        free,
        carried,
    ]
}

/// What a share brings over a step, `S' − S` and its dividend.
#[inline(always)]
pub(crate) fn brings<S: Simd>(
    simd: S,
    settings: &Settings,
    spot: S::f32s,
    next_spot: S::f32s,
) -> S::f32s {
    let dividend = simd.splat_f32s(settings.dividend);
    simd.mul_add_e_f32s(dividend, next_spot, simd.sub_f32s(next_spot, spot))
}

/// Trades to the network's choice at date `k` and moves on to date `k + 1`. Returns the cash `M_k`.
#[inline(always)]
pub(crate) fn trade<S: Simd>(
    simd: S,
    settings: &Settings,
    exogenous: &Exogenous,
    k: usize,
    output: &Lanes,
    state: &mut State,
    step: &mut Step,
) -> Lanes {
    let zero = simd.splat_f32s(0.0);
    let mut cash_after = Lanes::ZERO;
    for v in 0..vectors::<S>() {
        let position = state.position.get::<S>(v);
        let (ask, bid) = (state.ask.get::<S>(v), state.bid.get::<S>(v));
        let (spot, next_spot) = (
            exogenous.spot[k].get::<S>(v),
            exogenous.spot[k + 1].get::<S>(v),
        );
        let scale = output_scale(simd, settings, spot);
        let said = output.get::<S>(v);
        let bound = bounded(simd, said, settings.span);
        let raw = simd.mul_add_e_f32s(scale, bound, exogenous.base[k].get::<S>(v));
        let [next, free, carried] = limit(simd, settings, raw, position);
        let free = simd.select_f32s(simd.equal_f32s(said, bound), free, zero);
        let change = simd.sub_f32s(next, position);
        let cost = impact(simd, settings, spot, change, state.left(simd, settings, v));
        let worth = simd.sub_f32s(state.worth.get::<S>(v), cost.loss);
        let cash = simd.sub_f32s(worth, simd.mul_f32s(next, spot));
        let lends = simd.greater_than_f32s(cash, zero);
        let rate = simd.select_f32s(
            lends,
            simd.splat_f32s(settings.lend_rate),
            simd.splat_f32s(settings.borrow_rate),
        );
        let gain = simd.mul_add_e_f32s(
            next,
            brings(simd, settings, spot, next_spot),
            simd.mul_f32s(rate, cash),
        );
        let (bought, sold) = (
            simd.max_f32s(change, zero),
            simd.max_f32s(simd.sub_f32s(zero, change), zero),
        );
        state.position.put::<S>(v, next);
        state.worth.put::<S>(v, simd.add_f32s(worth, gain));
        state.ask.put::<S>(
            v,
            simd.mul_f32s(
                simd.add_f32s(ask, bought),
                simd.splat_f32s(settings.ask_keep),
            ),
        );
        state.bid.put::<S>(
            v,
            simd.mul_f32s(simd.add_f32s(bid, sold), simd.splat_f32s(settings.bid_keep)),
        );
        if settings.moves {
            let [passing, lasting] =
                [settings.passing, settings.lasting].map(|x| simd.splat_f32s(x));
            let passing = simd.mul_add_e_f32s(passing, change, state.passing.get::<S>(v));
            let kept = simd.mul_f32s(passing, simd.splat_f32s(settings.mid_keep));
            let stays = simd.mul_add_e_f32s(lasting, change, state.lasting.get::<S>(v));
            state.passing.put::<S>(v, kept);
            state.lasting.put::<S>(v, stays);
            step.trade_displaced.put::<S>(v, cost.displaced);
        }
        cash_after.put::<S>(v, cash);
        step.trade.put::<S>(v, change);
        step.trade_slope.put::<S>(v, cost.slope);
        step.trade_memory.put::<S>(v, cost.memory);
        step.rate.put::<S>(v, rate);
        step.free.put::<S>(v, free);
        step.carried.put::<S>(v, carried);
    }
    cash_after
}

/// What choosing brings its holder who has given `delivered` shares besides, and its worth by the mid
/// price.
#[inline(always)]
fn brought<S: Simd>(
    simd: S,
    settings: &Settings,
    choice: &Choice,
    (spot, left): (S::f32s, Left<S::f32s>),
    delivered: S::f32s,
) -> [S::f32s; 2] {
    let over = simd.sub_f32s(spot, simd.splat_f32s(choice.strike));
    let shares = simd.splat_f32s(choice.shares);
    let worth = if choice.shares == 0.0 {
        simd.splat_f32s(choice.cash)
    } else {
        simd.mul_f32s(shares, over)
    };
    let trade = simd.sub_f32s(delivered, shares);
    let lost = impact(simd, settings, spot, trade, left).loss;
    [simd.sub_f32s(worth, lost), worth]
}

/// Settles the options and liquidates what is left.
///
/// What is exercised is what [`crate::contract::Contract::exercise`] says; that decision counts as a
/// constant in the gradient. The hedger then delivers `d` shares, net, worth `owed` less what is paid
/// for them: `gain = W − owed − E(d − X)`, for one option `owed = d·(S − K)`. Settled in cash `owed` is the
/// payoff, and `d = 0`.
#[inline(always)]
pub(crate) fn settle<S: Simd>(
    simd: S,
    settings: &Settings,
    spot: &Lanes,
    state: &State,
    maturity: &mut Maturity,
) {
    let zero = simd.splat_f32s(0.0);
    for v in 0..vectors::<S>() {
        let spot = spot.get::<S>(v);
        let left = state.left(simd, settings, v);
        let (mut most, mut delivered, mut owed) = (zero, zero, zero);
        for choice in &settings.counterparty {
            let [brings, worth] = brought(simd, settings, choice, (spot, left), zero);
            let taken = simd.greater_than_or_equal_f32s(brings, most);
            most = simd.select_f32s(taken, brings, most);
            delivered = simd.select_f32s(taken, simd.splat_f32s(choice.shares), delivered);
            owed = simd.select_f32s(taken, worth, owed);
        }
        let (given, due) = (delivered, owed);
        if !settings.hedger.is_empty() {
            let lost = impact(simd, settings, spot, given, left).loss;
            most = simd.sub_f32s(zero, lost);
        }
        for choice in &settings.hedger {
            let [brings, worth] = brought(simd, settings, choice, (spot, left), given);
            let taken = simd.greater_than_or_equal_f32s(brings, most);
            most = simd.select_f32s(taken, brings, most);
            let shares = simd.sub_f32s(given, simd.splat_f32s(choice.shares));
            delivered = simd.select_f32s(taken, shares, delivered);
            owed = simd.select_f32s(taken, simd.sub_f32s(due, worth), owed);
        }
        // Payoffs in cash are by the mid that is shown, and move with it.
        let [.., displaced] = left;
        let least = simd.splat_f32s(single(LEAST - 1.0));
        let shown = if settings.moves {
            simd.mul_add_e_f32s(simd.max_f32s(displaced, least), spot, spot)
        } else {
            spot
        };
        let mut moved = zero;
        for &(signed, strike, call) in &settings.paid {
            let over = simd.sub_f32s(shown, simd.splat_f32s(strike));
            let sloped = simd.splat_f32s(if call { signed } else { -signed });
            let over = if call {
                over
            } else {
                simd.sub_f32s(zero, over)
            };
            let worth = simd.max_f32s(over, zero);
            owed = simd.mul_add_e_f32s(simd.splat_f32s(signed), worth, owed);
            let pays = simd.greater_than_f32s(over, zero);
            moved = simd.add_f32s(moved, simd.select_f32s(pays, sloped, zero));
        }
        let trade = simd.sub_f32s(delivered, state.position.get::<S>(v));
        let last = impact(simd, settings, spot, trade, left);
        let free = simd.greater_than_f32s(displaced, least);
        let moved = simd.select_f32s(free, simd.mul_f32s(moved, spot), zero);
        let owed = simd.sub_f32s(owed, state.worth.get::<S>(v));
        maturity.error.put::<S>(v, simd.add_f32s(owed, last.loss));
        maturity.trade.put::<S>(v, trade);
        maturity.slope.put::<S>(v, last.slope);
        maturity.memory.put::<S>(v, last.memory);
        maturity
            .displaced
            .put::<S>(v, simd.add_f32s(last.displaced, moved));
    }
}
