//! Elementary functions on vectors of `f32`, written on [`pulp::Simd`] so that they exist at every
//! vector length.
//!
//! Errors, measured against the double-precision library over the stated domain: `log1p` and
//! `expm1` below `2e-7` relative, `sigmoid` below `3e-7`.

use pulp::Simd;

/// `ln(1 + x)` for `0 ≤ x < 2^125`.
///
/// With `u = 1 + x = 2^k·m`, `m` in `[√½, √2)`, and `c` the rounding error of `u`, `f = m − 1 +
/// c·2^(−k)` holds `(1 + x)·2^(−k) − 1` to rounding; then `ln(1 + f)` by the polynomial in `s =
/// f/(2 + f)` of fdlibm's `logf`.
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
/// `y = n·ln 2 + r` with `|r| ≤ ½·ln 2`, `p = e^r − 1` by its Taylor series to degree 7 (remainder
/// `2e-8` of `p`), and `e^y − 1 = 2^n·p + (2^n − 1)`.
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
/// `−z = n·ln 2 + r` as in [`expm1`]; `e^r` by its Taylor series to degree 7, even and odd powers
/// apart.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::training::kernel::architectures;
    use pulp::WithSimd;

    /// A function on vectors, at all numbers.
    struct Apply<'a, F> {
        numbers: &'a [f32],
        function: F,
    }

    /// A function at every vector length.
    trait Function {
        fn at<S: Simd>(&self, simd: S, x: S::f32s) -> S::f32s;
    }

    impl<F: Function> WithSimd for Apply<'_, F> {
        type Output = Vec<f32>;

        #[inline(always)]
        fn with_simd<S: Simd>(self, simd: S) -> Vec<f32> {
            let mut numbers = self.numbers.to_vec();
            for x in S::as_mut_simd_f32s(&mut numbers).0 {
                *x = self.function.at(simd, *x);
            }
            numbers
        }
    }

    #[derive(Clone, Copy)]
    struct Log1p;
    impl Function for Log1p {
        #[inline(always)]
        fn at<S: Simd>(&self, simd: S, x: S::f32s) -> S::f32s {
            log1p(simd, x)
        }
    }

    #[derive(Clone, Copy)]
    struct Expm1;
    impl Function for Expm1 {
        #[inline(always)]
        fn at<S: Simd>(&self, simd: S, x: S::f32s) -> S::f32s {
            expm1(simd, x)
        }
    }

    #[derive(Clone, Copy)]
    struct Sigmoid;
    impl Function for Sigmoid {
        #[inline(always)]
        fn at<S: Simd>(&self, simd: S, x: S::f32s) -> S::f32s {
            sigmoid(simd, x)
        }
    }

    /// Largest relative error over `numbers` on each instruction set that this machine can run.
    fn worst<F: Function + Copy>(numbers: &[f32], function: F, exact: fn(f64) -> f64) -> f64 {
        let error = |(x, y): (&f32, f32)| {
            let exact = exact(f64::from(*x));
            let apart = (f64::from(y) - exact).abs();
            if apart == 0.0 {
                0.0
            } else {
                apart / exact.abs()
            }
        };
        let on = |arch: pulp::Arch| {
            let values = arch.dispatch(Apply { numbers, function });
            let errors = numbers.iter().zip(values).map(error);
            errors.fold(0.0, |worst: f64, error| {
                assert!(error.is_finite());
                worst.max(error)
            })
        };
        architectures().into_iter().map(on).fold(0.0, f64::max)
    }

    const COUNT: u32 = 1 << 20;

    /// Numbers from `low` to `high` in equal ratios.
    fn ratios(low: f32, high: f32) -> Vec<f32> {
        let step = (high.ln() - low.ln()) / COUNT as f32;
        let number = |i| step.mul_add(i as f32, low.ln()).exp();
        (0..COUNT).map(number).collect()
    }

    /// Numbers from `low` to `high` in equal distances.
    fn distances(low: f32, high: f32) -> Vec<f32> {
        let step = (high - low) / COUNT as f32;
        (0..COUNT).map(|i| step.mul_add(i as f32, low)).collect()
    }

    #[test]
    fn log1p_is_good_to_its_stated_error_over_its_domain() {
        for numbers in [ratios(1e-30, 4e37), distances(0.0, 4.0)] {
            let error = worst(&numbers, Log1p, libm::log1p);
            assert!(error < 2e-7, "{error:e}");
        }
    }

    #[test]
    fn expm1_is_good_to_its_stated_error_over_its_domain() {
        let small = ratios(1e-30, 88.0);
        let negative: Vec<f32> = small.iter().map(|x| (-x).max(-87.0)).collect();
        for numbers in [
            small,
            negative,
            distances(-2.0, 2.0),
            distances(-87.0, 88.0),
        ] {
            let error = worst(&numbers, Expm1, libm::expm1);
            assert!(error < 2e-7, "{error:e}");
        }
    }

    #[test]
    fn sigmoid_is_good_to_its_stated_error_over_its_domain() {
        let exact = |z: f64| 1.0 / (1.0 + libm::exp(-z));
        for numbers in [distances(-87.0, 87.0), distances(-3.0, 3.0)] {
            let error = worst(&numbers, Sigmoid, exact);
            assert!(error < 3e-7, "{error:e}");
        }
    }

    #[test]
    fn beyond_their_domain_functions_keep_their_last_value() {
        let numbers = [-1e30f32, -100.0, 100.0, 1e30].repeat(16);
        for arch in architectures() {
            let values = arch.dispatch(Apply {
                numbers: &numbers,
                function: Expm1,
            });
            assert!(values.iter().all(|y| y.is_finite()));
            let values = arch.dispatch(Apply {
                numbers: &numbers,
                function: Sigmoid,
            });
            assert!(values.iter().all(|y| (0.0..=1.0).contains(y)));
        }
    }
}
