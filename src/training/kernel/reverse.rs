//! The hedger's book-keeping in reverse: adjoints `∂loss/∂state`, from maturity back to the first
//! trade. Each function undoes its namesake in [`super::bookkeeping`]; λ marks an adjoint.

use super::bookkeeping::{Maturity, Step, brings, output_scale};
use super::buffer::{Lanes, vectors};
use super::settings::Settings;
use super::workspace::Exogenous;
use pulp::Simd;

/// Adjoints of a [`super::bookkeeping::State`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct Adjoint {
    pub position: Lanes,
    pub worth: Lanes,
    pub ask: Lanes,
    pub bid: Lanes,
    pub passing: Lanes,
    pub lasting: Lanes,
}

impl Adjoint {
    pub(crate) const ZERO: Self = Self {
        position: Lanes::ZERO,
        worth: Lanes::ZERO,
        ask: Lanes::ZERO,
        bid: Lanes::ZERO,
        passing: Lanes::ZERO,
        lasting: Lanes::ZERO,
    };

    /// Takes `share` from the adjoints of both parts of the displacement.
    #[inline(always)]
    fn displace<S: Simd>(&mut self, simd: S, v: usize, share: S::f32s) {
        for part in [&mut self.passing, &mut self.lasting] {
            part.put::<S>(v, simd.sub_f32s(part.get::<S>(v), share));
        }
    }
}

/// Takes `share` from the adjoint of the memory that a trade used: the ask's when it bought, the
/// bid's when it sold.
#[inline(always)]
fn charge<S: Simd>(
    simd: S,
    trade: S::f32s,
    share: S::f32s,
    [ask, bid]: [S::f32s; 2],
) -> [S::f32s; 2] {
    let zero = simd.splat_f32s(0.0);
    let buys = simd.greater_than_f32s(trade, zero);
    [
        simd.sub_f32s(ask, simd.select_f32s(buys, share, zero)),
        simd.sub_f32s(bid, simd.select_f32s(buys, zero, share)),
    ]
}

/// Starts the sweep: `weight = ∂loss/∂e` per path, and `e = owed − W + E(d − X)`.
#[inline(always)]
pub(crate) fn settle<S: Simd>(simd: S, weight: &Lanes, maturity: &Maturity, adjoint: &mut Adjoint) {
    let zero = simd.splat_f32s(0.0);
    for v in 0..vectors::<S>() {
        let minus = simd.sub_f32s(zero, weight.get::<S>(v));
        adjoint.worth.put::<S>(v, minus);
        adjoint
            .position
            .put::<S>(v, simd.mul_f32s(minus, maturity.slope.get::<S>(v)));
        let share = simd.mul_f32s(minus, maturity.memory.get::<S>(v));
        let [ask, bid] = charge(simd, maturity.trade.get::<S>(v), share, [zero, zero]);
        adjoint.ask.put::<S>(v, ask);
        adjoint.bid.put::<S>(v, bid);
        let share = simd.mul_f32s(minus, maturity.displaced.get::<S>(v));
        let displaced = simd.sub_f32s(zero, share);
        adjoint.passing.put::<S>(v, displaced);
        adjoint.lasting.put::<S>(v, displaced);
    }
}

/// From the adjoints at date `k + 1` to those at date `k` (but for what goes through the network)
/// and to the adjoint of the network's output.
#[inline(always)]
pub(crate) fn trade<S: Simd>(
    simd: S,
    settings: &Settings,
    exogenous: &Exogenous,
    k: usize,
    step: &Step,
    adjoint: &mut Adjoint,
    output: &mut Lanes,
) {
    let zero = simd.splat_f32s(0.0);
    for v in 0..vectors::<S>() {
        let (spot, next_spot) = (
            exogenous.spot[k].get::<S>(v),
            exogenous.spot[k + 1].get::<S>(v),
        );
        let (rate, change) = (step.rate.get::<S>(v), step.trade.get::<S>(v));
        // W' = W + X'·(S' − S + dividend·S') + rate·(W − X'·S)
        let later = adjoint.worth.get::<S>(v);
        let worth = simd.mul_add_e_f32s(rate, later, later);
        let brought = brings(simd, settings, spot, next_spot);
        let financed = simd.sub_f32s(brought, simd.mul_f32s(rate, spot));
        let mut next = simd.mul_add_e_f32s(later, financed, adjoint.position.get::<S>(v));
        // A' = keep·(A + ΔX⁺), B' = keep·(B + ΔX⁻), and the loss E(ΔX; A, B)
        let ask = simd.mul_f32s(adjoint.ask.get::<S>(v), simd.splat_f32s(settings.ask_keep));
        let bid = simd.mul_f32s(adjoint.bid.get::<S>(v), simd.splat_f32s(settings.bid_keep));
        let bought = simd.select_f32s(simd.greater_than_f32s(change, zero), ask, zero);
        let sold = simd.select_f32s(simd.less_than_f32s(change, zero), bid, zero);
        let lost = simd.mul_f32s(worth, step.trade_slope.get::<S>(v));
        let mut traded = simd.sub_f32s(simd.sub_f32s(bought, sold), lost);
        if settings.moves {
            // J' of what passes and of what lasts
            let keep = simd.splat_f32s(settings.mid_keep);
            let passing = simd.mul_f32s(adjoint.passing.get::<S>(v), keep);
            let lasting = adjoint.lasting.get::<S>(v);
            traded = simd.mul_add_e_f32s(simd.splat_f32s(settings.passing), passing, traded);
            traded = simd.mul_add_e_f32s(simd.splat_f32s(settings.lasting), lasting, traded);
            adjoint.passing.put::<S>(v, passing);
            let share = simd.mul_f32s(worth, step.trade_displaced.get::<S>(v));
            adjoint.displace(simd, v, share);
        }
        let share = simd.mul_f32s(worth, step.trade_memory.get::<S>(v));
        let [ask, bid] = charge(simd, change, share, [ask, bid]);
        // ΔX = X' − X, X' = limits(base + scale·output)
        next = simd.add_f32s(next, traded);
        let held = simd.sub_f32s(simd.mul_f32s(next, step.carried.get::<S>(v)), traded);
        let raw = simd.mul_f32s(next, step.free.get::<S>(v));
        output.put::<S>(v, simd.mul_f32s(raw, output_scale(simd, settings, spot)));
        adjoint.worth.put::<S>(v, worth);
        adjoint.position.put::<S>(v, held);
        adjoint.ask.put::<S>(v, ask);
        adjoint.bid.put::<S>(v, bid);
    }
}

/// Adds what comes back through the network's state inputs; `V = W − E(−X)`.
#[inline(always)]
pub(crate) fn observe<S: Simd>(
    simd: S,
    settings: &Settings,
    (step, seen): (&Step, &[Lanes]),
    inputs: &[Lanes; 5],
    adjoint: &mut Adjoint,
) {
    let zero = simd.splat_f32s(0.0);
    let (low, high) = (
        simd.splat_f32s(-settings.most),
        simd.splat_f32s(settings.most),
    );
    // Nothing comes back through an input that is at its bound.
    let through = |row: usize, v: usize| {
        let x = seen[settings.state[row]].get::<S>(v);
        let free = simd.and_m32s(simd.less_than_f32s(low, x), simd.less_than_f32s(x, high));
        simd.select_f32s(free, inputs[row].get::<S>(v), zero)
    };
    let scales = settings.scales.map(|scale| simd.splat_f32s(scale));
    for v in 0..vectors::<S>() {
        let value = simd.mul_f32s(through(1, v), scales[1]);
        let position = simd.mul_add_e_f32s(through(0, v), scales[0], adjoint.position.get::<S>(v));
        let ask = simd.mul_add_e_f32s(inputs[2].get::<S>(v), scales[2], adjoint.ask.get::<S>(v));
        let bid = simd.mul_add_e_f32s(inputs[3].get::<S>(v), scales[3], adjoint.bid.get::<S>(v));
        let sale = simd.sub_f32s(simd.splat_f32s(0.0), step.position.get::<S>(v));
        let share = simd.mul_f32s(value, step.value_memory.get::<S>(v));
        let [ask, bid] = charge(simd, sale, share, [ask, bid]);
        adjoint
            .worth
            .put::<S>(v, simd.add_f32s(adjoint.worth.get::<S>(v), value));
        adjoint.position.put::<S>(
            v,
            simd.mul_add_e_f32s(value, step.value_slope.get::<S>(v), position),
        );
        adjoint.ask.put::<S>(v, ask);
        adjoint.bid.put::<S>(v, bid);
        if settings.moves {
            let by_value = simd.mul_f32s(value, step.value_displaced.get::<S>(v));
            let seen = simd.mul_f32s(inputs[4].get::<S>(v), scales[4]);
            adjoint.displace(simd, v, simd.sub_f32s(by_value, seen));
        }
    }
}
