//! Elementary functions without branches, in double precision, for loops over many paths.
//!
//! The compiler turns a loop over these into vector instructions, and a single call gives the same
//! bits as the loop: every operation is an IEEE one, `mul_add` included. They are held to the
//! standard library's functions by tests; the readable reference uses those instead.

pub mod complex;
pub mod products;
pub mod simplex;
pub mod symmetric;

use std::f64::consts::LOG2_E;

/// Adding and subtracting this rounds a small double to the nearest whole number.
const ROUND: f64 = 6_755_399_441_055_744.0; // 1.5 · 2^52
/// `ln 2` in two parts; a small whole number times the first is exact.
const LN_2_HIGH: f64 = 6.931_471_803_691_238e-1;
const LN_2_LOW: f64 = 1.908_214_929_270_587_7e-10;

/// `e^x`, to about one unit in the last place; 0 below −708 and infinite above 709.
#[inline(always)]
#[must_use]
pub fn exp(x: f64) -> f64 {
    let (power, small) = split_exponent(x.clamp(-708.0, 709.0));
    let result = (power * small).mul_add(expm1_over(small), power);
    let result = if x < -708.0 { 0.0 } else { result };
    if x > 709.0 { f64::INFINITY } else { result }
}

/// `e^x − 1`, accurate near 0.
#[inline(always)]
#[must_use]
pub fn exp_m1(x: f64) -> f64 {
    let (power, small) = split_exponent(x.clamp(-40.0, 709.0));
    let result = (power * small).mul_add(expm1_over(small), power - 1.0);
    if x > 709.0 { f64::INFINITY } else { result }
}

/// `x = k·ln 2 + r` with `|r| <= ln 2/2`: returns `2^k` and `r`.
#[inline(always)]
fn split_exponent(x: f64) -> (f64, f64) {
    let shifted = x.mul_add(LOG2_E, ROUND);
    let k = shifted - ROUND;
    let small = (-k).mul_add(LN_2_LOW, (-k).mul_add(LN_2_HIGH, x));
    // The low bits of `shifted` hold k; moved into the exponent's place they make 2^k.
    let power = f64::from_bits(shifted.to_bits().wrapping_add(1023) << 52);
    (power, small)
}

/// `(e^r − 1)/r` for `|r| <= ln 2/2`, by its Taylor series, whose first missing term is `r^13/14!`.
#[inline(always)]
fn expm1_over(r: f64) -> f64 {
    const C: [f64; 13] = [
        1.0,
        1.0 / 2.0,
        1.0 / 6.0,
        1.0 / 24.0,
        1.0 / 120.0,
        1.0 / 720.0,
        1.0 / 5_040.0,
        1.0 / 40_320.0,
        1.0 / 362_880.0,
        1.0 / 3_628_800.0,
        1.0 / 39_916_800.0,
        1.0 / 479_001_600.0,
        1.0 / 6_227_020_800.0,
    ];
    let mut sum = C[12];
    let mut i = 12;
    while i > 0 {
        i -= 1;
        sum = sum.mul_add(r, C[i]);
    }
    sum
}

/// `ln x` for a normal positive `x`.
#[inline(always)]
#[must_use]
pub fn ln(x: f64) -> f64 {
    let (k, mantissa) = split_mantissa(x);
    let z = mantissa - 1.0;
    ln_parts(k, z, 0.0)
}

/// `ln(1 + x)` for `x > −1`, accurate near 0.
#[inline(always)]
#[must_use]
pub fn ln_1p(x: f64) -> f64 {
    let sum = 1.0 + x;
    // What rounding the sum lost, relative to it.
    let lost = if x > 1.0 {
        1.0 - (sum - x)
    } else {
        x - (sum - 1.0)
    };
    let (k, mantissa) = split_mantissa(sum);
    // lost/sum to first order in x, which is as much as its size deserves.
    ln_parts(k, mantissa - 1.0, lost * (2.0 - sum).max(0.0))
}

/// `x = 2^k·m` with `m` in `[√½, √2)`.
#[inline(always)]
fn split_mantissa(x: f64) -> (f64, f64) {
    /// Bits of √½, so that a mantissa above √2 goes to the next power of two.
    const SQRT_HALF: u64 = 0x3fe6_a09e_667f_3bcd;
    /// As a double, 2^52 with the exponent's bits as its last ones.
    const TWO_52: u64 = 0x4330_0000_0000_0000;
    let bits = x.to_bits().wrapping_sub(SQRT_HALF);
    // The exponent is moved up by 1024 so that it is no negative number.
    let biased = (bits.wrapping_add(1024 << 52)) >> 52;
    let k = f64::from_bits(biased | TWO_52) - 4_503_599_627_371_520.0; // 2^52 + 1024
    let mantissa = f64::from_bits((bits & 0x000f_ffff_ffff_ffff).wrapping_add(SQRT_HALF));
    (k, mantissa)
}

/// `k·ln 2 + ln(1 + z) + lost` with `s = z/(2 + z)`, `ln(1 + z) = 2·artanh s`
/// (the series of the classic fdlibm `log`, with its coefficients).
#[inline(always)]
fn ln_parts(k: f64, z: f64, lost: f64) -> f64 {
    const C: [f64; 7] = [
        6.666_666_666_666_735e-1,
        3.999_999_999_940_942e-1,
        2.857_142_874_366_239e-1,
        2.222_219_843_214_978_4e-1,
        1.818_357_216_161_805e-1,
        1.531_383_769_920_937_3e-1,
        1.479_819_860_511_658_6e-1,
    ];
    let s = z / (2.0 + z);
    let s2 = s * s;
    let mut sum = C[6];
    let mut i = 6;
    while i > 0 {
        i -= 1;
        sum = sum.mul_add(s2, C[i]);
    }
    let half = 0.5 * z * z;
    let tail = s.mul_add(s2.mul_add(sum, half), k.mul_add(LN_2_LOW, lost));
    k.mul_add(LN_2_HIGH, z - (half - tail))
}

/// `1/√(2π)`.
const INV_SQRT_2PI: f64 = 0.398_942_280_401_432_7;

/// Density of the standard normal distribution.
#[inline(always)]
#[must_use]
pub fn normal_density(x: f64) -> f64 {
    INV_SQRT_2PI * exp(-0.5 * x * x)
}

/// Distribution function of the standard normal distribution, to about 1e−15 absolute: Hart's
/// algorithm 5666 (J. F. Hart, *Computer Approximations*, 1968), as given by G. West, *Better
/// approximations to cumulative normal functions*, Wilmott 2005; the far tail, below 1e−12, by the
/// same continued fraction.
#[inline(always)]
#[must_use]
pub fn normal_cdf(x: f64) -> f64 {
    const P: [f64; 7] = [
        220.206_867_912_376,
        221.213_596_169_931,
        112.079_291_497_871,
        33.912_866_078_383,
        6.373_962_203_531_65,
        0.700_383_064_443_688,
        3.526_249_659_989_11e-2,
    ];
    const Q: [f64; 8] = [
        440.413_735_824_752,
        793.826_512_519_948,
        637.333_633_378_831,
        296.564_248_779_674,
        86.780_732_202_946_1,
        16.064_177_579_207,
        1.755_667_163_182_64,
        8.838_834_764_831_84e-2,
    ];
    let a = x.abs().min(38.0);
    let e = exp(-0.5 * a * a);
    let mut p = P[6];
    let mut q = Q[7];
    let mut i = 6;
    while i > 0 {
        i -= 1;
        p = p.mul_add(a, P[i]);
        q = q.mul_add(a, Q[i + 1]);
    }
    q = q.mul_add(a, Q[0]);
    // a + 1/(a + 2/(a + 3/(a + 4/(a + 0.65)))) as one fraction, top/bottom.
    let inner = a + 0.65;
    let third = a.mul_add(inner, 4.0);
    let second = a.mul_add(third, 3.0 * inner);
    let bottom = a.mul_add(second, 2.0 * third);
    let top = a.mul_add(bottom, second);
    // One division for both branches.
    let far = a >= 7.071_067_811_865_47;
    let tail = e * if far { INV_SQRT_2PI * bottom } else { p } / if far { top } else { q };
    if x > 0.0 { 1.0 - tail } else { tail }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid(low: f64, high: f64) -> impl Iterator<Item = f64> {
        (0..=20_000).map(move |i| low + (high - low) * f64::from(i) / 20_000.0)
    }

    fn close(ours: f64, theirs: f64, relative: f64, at: f64) {
        let error = ((ours - theirs) / theirs).abs();
        assert!(
            ours == theirs || error <= relative,
            "{ours} against {theirs} at {at}"
        );
    }

    #[test]
    fn exponentials_agree_with_the_standard_library() {
        for x in grid(-700.0, 700.0)
            .chain(grid(-1.0, 1.0))
            .chain(grid(-1e-6, 1e-6))
        {
            close(exp(x), x.exp(), 4e-16, x);
            close(exp_m1(x), x.exp_m1(), 1e-15, x);
        }
        assert_eq!(exp(-1e9), 0.0);
        assert_eq!(exp(1e9), f64::INFINITY);
        assert_eq!(exp_m1(0.0), 0.0);
        assert_eq!(exp_m1(f64::INFINITY), f64::INFINITY);
    }

    #[test]
    fn logarithms_agree_with_the_standard_library() {
        for x in grid(1e-9, 3.0)
            .chain(grid(0.5, 1e9))
            .chain(grid(1.0 - 1e-9, 1.0 + 1e-9))
        {
            close(ln(x), x.ln(), 4e-16, x);
        }
        for x in grid(-0.999, 3.0)
            .chain(grid(-1e-9, 1e-9))
            .chain(grid(0.0, 1e12))
        {
            close(ln_1p(x), x.ln_1p(), 4e-16, x);
        }
        assert_eq!(ln_1p(0.0), 0.0);
        assert_eq!(ln(1.0), 0.0);
    }

    #[test]
    fn the_normal_distribution_agrees_with_an_independent_library() {
        for x in grid(-9.0, 9.0) {
            let theirs = 0.5 * libm::erfc(-x / std::f64::consts::SQRT_2);
            assert!(
                (normal_cdf(x) - theirs).abs() < 1e-15,
                "{} against {theirs} at {x}",
                normal_cdf(x)
            );
        }
        assert_eq!(normal_cdf(f64::INFINITY), 1.0);
        assert_eq!(normal_cdf(f64::NEG_INFINITY), 0.0);
        assert_eq!(normal_cdf(0.0), 0.5);
    }
}
