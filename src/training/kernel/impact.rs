//! The order book's cost of trading, lane by lane.
//!
//! Everything is written relative to the mid price. With `c = α − 1`, `m = A` when buying and `c =
//! β − 1`, `m = B` when selling, a trade of `x` shares (positive buys) loses against the mid `E(x)
//! = S·|(D+m+|x|)·g' − (D+m)·g|`, `g = (1 + m/D)^c − 1`, `g' = (1 + (m+|x|)/D)^c − 1`, which is
//! `F^a − S·x` and `S·|x| − F^b` (arXiv 2402.13326, eqs. for `F^a`, `F^b`, with a depth `D`). With
//! `h = (1 + |x|/(D+m))^c − 1`, `g' − g = (1 + g)·h`, so that `E(x) = S·|(D+m+|x|)·(1 + g)·h +
//! |x|·g|`: no difference of large numbers is taken, however small the trade or large the memory.
//! At `c = 0` the loss is exactly zero.
//!
//! With half-spreads of their own, a side's cash is `f` times that (see [`crate::order_book`]), so that the loss is
//! `|f·E' + (f − 1)·S·|x||` with the signed `E'` from above; where the spread follows the exponent `f − 1` is 0.

use super::settings::{Settings, single};
use super::vector_math::{expm1, log1p};
use crate::order_book::LEAST;
use pulp::Simd;

/// What a trade loses against the unaffected price, and how that changes.
pub(crate) struct Impact<V> {
    /// `E`, currency; at least zero where trades leave the mid.
    pub loss: V,
    /// `∂E/∂x`, currency per share; 0 at `x = 0` where the mid is not displaced: the marginal price is then the mid.
    pub slope: V,
    /// `∂E/∂A` when buying, `∂E/∂B` when selling.
    pub memory: V,
    /// `∂E/∂J`.
    pub displaced: V,
}

/// What trades depend on besides the price: both sides' memories, and `J`.
pub(crate) type Left<V> = [V; 3];

/// Loss of trading `x` shares at the unaffected price `spot` after what earlier trades left.
///
/// With `φ = 1 + J + η·x/2`, the mid that the trade meets over the unaffected price, at least [`LEAST`], and `E` that of
/// an undisplaced mid, it is `φ·E + S·(φ − 1)·x`.
#[inline(always)]
pub(crate) fn impact<S: Simd>(
    simd: S,
    settings: &Settings,
    spot: S::f32s,
    trade: S::f32s,
    [ask, bid, displaced]: Left<S::f32s>,
) -> Impact<S::f32s> {
    let at = undisplaced(simd, settings, spot, trade, [ask, bid]);
    if !settings.moves {
        return at;
    }
    let (zero, half) = (simd.splat_f32s(0.0), simd.splat_f32s(settings.half_moved));
    let least = simd.splat_f32s(single(LEAST - 1.0));
    let moved = simd.mul_add_e_f32s(half, trade, displaced);
    let free = simd.greater_than_f32s(moved, least);
    let moved = simd.max_f32s(moved, least);
    let times = |x| simd.mul_add_e_f32s(moved, x, x);
    let shares = simd.mul_f32s(spot, trade);
    // E + S·x: what is paid is φ times that.
    let whole = simd.add_f32s(at.loss, shares);
    let by_mid = simd.select_f32s(free, whole, zero);
    let slope = simd.mul_add_e_f32s(moved, spot, times(at.slope));
    Impact {
        loss: simd.mul_add_e_f32s(moved, shares, times(at.loss)),
        slope: simd.mul_add_e_f32s(half, by_mid, slope),
        memory: times(at.memory),
        displaced: by_mid,
    }
}

/// The same where the mid is the unaffected price.
#[inline(always)]
fn undisplaced<S: Simd>(
    simd: S,
    settings: &Settings,
    spot: S::f32s,
    trade: S::f32s,
    [ask, bid]: [S::f32s; 2],
) -> Impact<S::f32s> {
    let zero = simd.splat_f32s(0.0);
    let buys = simd.greater_than_f32s(trade, zero);
    let size = simd.max_f32s(trade, simd.sub_f32s(zero, trade));
    let c = simd.select_f32s(
        buys,
        simd.splat_f32s(settings.ask_excess),
        simd.splat_f32s(settings.bid_excess),
    );
    let memory = simd.select_f32s(buys, ask, bid);
    let depth = simd.splat_f32s(settings.depth);
    let before = simd.add_f32s(depth, memory);
    let left = log1p(
        simd,
        simd.mul_f32s(memory, simd.splat_f32s(settings.inverse_depth)),
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
    let dearer = simd.select_f32s(
        buys,
        simd.splat_f32s(settings.ask_dearer),
        simd.splat_f32s(settings.bid_dearer),
    );
    // f times a number: exactly that number where f is 1.
    let scaled = |x| simd.mul_add_e_f32s(dearer, x, x);
    let cash = simd.mul_f32s(spot, simd.mul_add_e_f32s(dearer, size, scaled(lost)));
    let steeper = simd.mul_add_e_f32s(c, growth_after, simd.add_f32s(c, growth_after));
    let slope = simd.mul_f32s(spot, simd.add_f32s(dearer, scaled(steeper)));
    let bent = simd.mul_f32s(spot, scaled(simd.mul_add_e_f32s(c, rise, rise)));
    let still = simd.equal_f32s(trade, zero);
    Impact {
        loss: simd.select_f32s(buys, cash, simd.sub_f32s(zero, cash)),
        slope: simd.select_f32s(still, zero, slope),
        memory: simd.select_f32s(buys, bent, simd.sub_f32s(zero, bent)),
        displaced: zero,
    }
}
