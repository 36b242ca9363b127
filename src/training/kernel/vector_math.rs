//! Elementary functions on vectors of `f32`, written on [`pulp::Simd`] so that they exist at every vector length.
//!
//! Errors, measured against the double-precision library over the stated domain: `log1p` and `expm1` below `2e-7`
//! relative, `sigmoid` below `3e-7`.

use pulp::Simd;

/// `ln(1 + x)` for `0 ≤ x < 2^125`.
///
/// With `u = 1 + x = 2^k·m`, `m` in `[√½, √2)`, and `c` the rounding error of `u`, `f = m − 1 + c·2^(−k)` holds
/// `(1 + x)·2^(−k) − 1` to rounding; then `ln(1 + f)` by the polynomial in `s = f/(2 + f)` of fdlibm's `logf`.
#[inline(always)]
pub fn log1p<S: Simd>(simd: S, x: S::f32s) -> S::f32s {
    let one = simd.splat_f32s(1.0);
    let u = simd.add_f32s(one, x);
    let bits = simd.transmute_u32s_f32s(u);
    let shift = simd.splat_u32s(23);
    let k = simd.wrapping_dyn_shr_u32s(simd.sub_u32s(bits, simd.splat_u32s(0x3f35_04f3)), shift);
    let k_high = simd.wrapping_dyn_shl_u32s(k, shift);
    let mantissa = simd.transmute_f32s_u32s(simd.sub_u32s(bits, k_high));
    let scale = simd.transmute_f32s_u32s(simd.sub_u32s(simd.splat_u32s(0x3f80_0000), k_high));
    let k = simd.transmute_f32s_u32s(simd.or_u32s(k, simd.splat_u32s(0x4b00_0000)));
    let k = simd.sub_f32s(k, simd.splat_f32s(8_388_608.0));
    let lost_small = simd.sub_f32s(x, simd.sub_f32s(u, one));
    let lost_large = simd.sub_f32s(one, simd.sub_f32s(u, x));
    let lost = simd.select_f32s(simd.less_than_f32s(x, one), lost_small, lost_large);
    let f = simd.mul_add_e_f32s(lost, scale, simd.sub_f32s(mantissa, one));
    log1p_reduced(simd, f, k)
}

/// `k·ln 2 + ln(1 + f)` for `f` in `[√½ − 1, √2 − 1)`; coefficients of fdlibm `e_logf.c`.
#[inline(always)]
fn log1p_reduced<S: Simd>(simd: S, f: S::f32s, k: S::f32s) -> S::f32s {
    let c = |value: f32| simd.splat_f32s(value);
    let s = simd.div_f32s(f, simd.add_f32s(c(2.0), f));
    let z = simd.mul_f32s(s, s);
    let w = simd.mul_f32s(z, z);
    let even = simd.mul_f32s(w, simd.mul_add_e_f32s(w, c(0.242_790_79), c(0.400_009_72)));
    let odd = simd.mul_f32s(z, simd.mul_add_e_f32s(w, c(0.284_987_87), c(0.666_666_6)));
    let rest = simd.add_f32s(even, odd);
    let half_square = simd.mul_f32s(simd.mul_f32s(c(0.5), f), f);
    let tail = simd.mul_add_e_f32s(
        s,
        simd.add_f32s(half_square, rest),
        simd.mul_f32s(k, c(9.058_001e-6)),
    );
    let small = simd.sub_f32s(f, simd.sub_f32s(half_square, tail));
    simd.mul_add_e_f32s(k, c(0.693_138_1), small)
}

/// `e^y − 1`; `y` is clamped to `[−87, 88]`.
///
/// `y = n·ln 2 + r` with `|r| ≤ ½·ln 2`, `p = e^r − 1` by its Taylor series to degree 7 (remainder `2e-8` of `p`), and
/// `e^y − 1 = 2^n·p + (2^n − 1)`.
#[inline(always)]
pub fn expm1<S: Simd>(simd: S, y: S::f32s) -> S::f32s {
    let c = |value: f32| simd.splat_f32s(value);
    let y = simd.min_f32s(c(88.0), simd.max_f32s(c(-87.0), y));
    // Adding 1.5·2^23 leaves the nearest integer in the low bits.
    let magic = c(12_582_912.0);
    let rounded = simd.mul_add_e_f32s(y, c(std::f32::consts::LOG2_E), magic);
    let n = simd.sub_f32s(rounded, magic);
    let r = simd.mul_add_e_f32s(n, c(-0.693_145_75), y);
    let r = simd.mul_add_e_f32s(n, c(-1.428_606_8e-6), r);
    let mut q = simd.mul_add_e_f32s(r, c(1.0 / 5040.0), c(1.0 / 720.0));
    q = simd.mul_add_e_f32s(r, q, c(1.0 / 120.0));
    q = simd.mul_add_e_f32s(r, q, c(1.0 / 24.0));
    q = simd.mul_add_e_f32s(r, q, c(1.0 / 6.0));
    q = simd.mul_add_e_f32s(r, q, c(0.5));
    let p = simd.mul_add_e_f32s(simd.mul_f32s(r, r), q, r);
    let exponent =
        simd.wrapping_dyn_shl_u32s(simd.transmute_u32s_f32s(rounded), simd.splat_u32s(23));
    let scale = simd.transmute_f32s_u32s(simd.add_u32s(exponent, simd.splat_u32s(0x3f80_0000)));
    simd.mul_add_e_f32s(scale, p, simd.sub_f32s(scale, c(1.0)))
}

/// `1/(1 + e^(−z))`; `z` is clamped to `[−87, 87]`.
///
/// `−z = n·ln 2 + r` as in [`expm1`]; `e^r` by its Taylor series to degree 7, even and odd powers apart.
#[inline(always)]
pub fn sigmoid<S: Simd>(simd: S, z: S::f32s) -> S::f32s {
    let c = |value: f32| simd.splat_f32s(value);
    let z = simd.min_f32s(c(87.0), simd.max_f32s(c(-87.0), z));
    let magic = c(12_582_912.0);
    let rounded = simd.mul_add_e_f32s(z, c(-std::f32::consts::LOG2_E), magic);
    let n = simd.sub_f32s(rounded, magic);
    // s = −r, so that no negation is needed.
    let s = simd.mul_add_e_f32s(n, c(0.693_145_75), z);
    let s = simd.mul_add_e_f32s(n, c(1.428_606_8e-6), s);
    let square = simd.mul_f32s(s, s);
    let even = simd.mul_add_e_f32s(
        square,
        simd.mul_add_e_f32s(square, c(1.0 / 720.0), c(1.0 / 24.0)),
        c(0.5),
    );
    let odd = simd.mul_add_e_f32s(square, c(-1.0 / 5040.0), c(-1.0 / 120.0));
    let odd = simd.mul_add_e_f32s(
        square,
        simd.mul_add_e_f32s(square, odd, c(-1.0 / 6.0)),
        c(-1.0),
    );
    let exp = simd.mul_add_e_f32s(s, odd, simd.mul_add_e_f32s(square, even, c(1.0)));
    let exponent =
        simd.wrapping_dyn_shl_u32s(simd.transmute_u32s_f32s(rounded), simd.splat_u32s(23));
    let scale = simd.transmute_f32s_u32s(simd.add_u32s(exponent, simd.splat_u32s(0x3f80_0000)));
    simd.div_f32s(c(1.0), simd.mul_add_e_f32s(scale, exp, c(1.0)))
}
