//! The order book's cost of trading, lane by lane.
//!
//! Everything is written relative to the mid price. With `c = α − 1`, `m = A` when buying and
//! `c = β − 1`, `m = B` when selling, a trade of `x` shares (positive buys) loses against the mid
//! `E(x) = S·|(D+m+|x|)·g' − (D+m)·g|`, `g = (1 + m/D)^c − 1`, `g' = (1 + (m+|x|)/D)^c − 1`, which is
//! `F^a − S·x` and `S·|x| − F^b` (arXiv 2402.13326, eqs. for `F^a`, `F^b`, with a depth `D`). With
//! `h = (1 + |x|/(D+m))^c − 1`, `g' − g = (1 + g)·h`, so that
//! `E(x) = S·|(D+m+|x|)·(1 + g)·h + |x|·g|`: no difference of large numbers is taken, however small
//! the trade or large the memory. At `c = 0` the loss is exactly zero.

use crate::training::kernel::problem::{OptionKind, Problem, Side};
use crate::training::kernel::vector_math::{expm1, log1p};
use pulp::Simd;

/// A [`Problem`] reduced to the single-precision numbers that the lanes use.
#[derive(Debug, Clone)]
pub(crate) struct Market {
    pub time: Vec<f32>,
    /// `α − 1` and `β − 1`, formed in double precision.
    pub ask_excess: f32,
    pub bid_excess: f32,
    pub depth: f32,
    pub inverse_depth: f32,
    pub ask_keep: f32,
    pub bid_keep: f32,
    /// Growth over a step, less one.
    pub lend_rate: f32,
    pub borrow_rate: f32,
    pub cash: f32,
    pub position: f32,
    pub ask: f32,
    pub bid: f32,
    pub call: bool,
    pub strike: f32,
    pub shares: f32,
    /// Shares the hedger delivers on exercise (negative: receives).
    pub delivered: f32,
    pub min_position: f32,
    pub max_position: f32,
    pub max_trade: f32,
    pub limited: bool,
    /// Whether the network has `base` as its last input.
    pub residual: bool,
    /// What multiplies the inputs `X − base`, `V − anchor`, `A`, `B`.
    pub scales: [f32; 4],
    /// What multiplies the input `base`.
    pub base_scale: f32,
    /// What multiplies the network's output.
    pub output_scale: f32,
}

impl Market {
    pub(crate) fn new(problem: &Problem) -> Self {
        let call = problem.kind == OptionKind::Call;
        let delivers = call == (problem.side == Side::Short);
        let limits = &problem.limits;
        Self {
            time: problem.time.iter().map(|&t| single(t)).collect(),
            ask_excess: single(problem.ask_exponent - 1.0),
            bid_excess: single(problem.bid_exponent - 1.0),
            depth: single(problem.depth),
            inverse_depth: single(1.0 / problem.depth),
            ask_keep: single(problem.ask_keep),
            bid_keep: single(problem.bid_keep),
            lend_rate: single(problem.lend_growth - 1.0),
            borrow_rate: single(problem.borrow_growth - 1.0),
            cash: single(problem.initial_cash),
            position: single(problem.initial_position),
            ask: single(problem.initial_ask),
            bid: single(problem.initial_bid),
            call,
            strike: single(problem.strike),
            shares: single(problem.shares),
            delivered: single(if delivers {
                problem.shares
            } else {
                -problem.shares
            }),
            min_position: single(limits.min_position),
            max_position: single(limits.max_position),
            max_trade: single(limits.max_trade),
            limited: limits.min_position.is_finite()
                || limits.max_position.is_finite()
                || limits.max_trade.is_finite(),
            residual: problem.form.residual,
            scales: problem.form.scales.map(|scale| single(1.0 / scale)),
            base_scale: single(1.0 / problem.form.output),
            output_scale: single(problem.form.output),
        }
    }
}

/// To single precision: the one place where the kernel rounds its settings.
#[expect(
    clippy::cast_possible_truncation,
    reason = "rounding to single precision is what is asked for"
)]
pub(crate) fn single(value: f64) -> f32 {
    value as f32
}

/// What a trade loses against the mid price, and how that changes.
pub(crate) struct Impact<V> {
    /// `E`, currency, at least zero.
    pub loss: V,
    /// `∂E/∂x`, currency per share; 0 at `x = 0`, where the marginal price is then the mid.
    pub slope: V,
    /// `∂E/∂A` when buying, `∂E/∂B` when selling.
    pub memory: V,
}

/// Loss of trading `x` shares at mid price `spot` against the memories `ask`, `bid`.
#[inline(always)]
pub(crate) fn impact<S: Simd>(
    simd: S,
    market: &Market,
    spot: S::f32s,
    trade: S::f32s,
    [ask, bid]: [S::f32s; 2],
) -> Impact<S::f32s> {
    let zero = simd.splat_f32s(0.0);
    let buys = simd.greater_than_f32s(trade, zero);
    let size = simd.max_f32s(trade, simd.sub_f32s(zero, trade));
    let c = simd.select_f32s(
        buys,
        simd.splat_f32s(market.ask_excess),
        simd.splat_f32s(market.bid_excess),
    );
    let memory = simd.select_f32s(buys, ask, bid);
    let depth = simd.splat_f32s(market.depth);
    let before = simd.add_f32s(depth, memory);
    let left = log1p(
        simd,
        simd.mul_f32s(memory, simd.splat_f32s(market.inverse_depth)),
    );
    let taken = log1p(simd, simd.div_f32s(size, before));
    let growth = expm1(simd, simd.mul_f32s(c, left));
    let more = expm1(simd, simd.mul_f32s(c, taken));
    let rise = simd.mul_add_e_f32s(growth, more, more);
    let growth_after = simd.add_f32s(growth, rise);
    let lost = simd.mul_add_e_f32s(
        simd.add_f32s(before, size),
        rise,
        simd.mul_f32s(size, growth),
    );
    let cash = simd.mul_f32s(spot, lost);
    let slope = simd.mul_f32s(
        spot,
        simd.mul_add_e_f32s(c, growth_after, simd.add_f32s(c, growth_after)),
    );
    let bent = simd.mul_f32s(spot, simd.mul_add_e_f32s(c, rise, rise));
    let still = simd.equal_f32s(trade, zero);
    Impact {
        loss: simd.select_f32s(buys, cash, simd.sub_f32s(zero, cash)),
        slope: simd.select_f32s(still, zero, slope),
        memory: simd.select_f32s(buys, bent, simd.sub_f32s(zero, bent)),
    }
}
