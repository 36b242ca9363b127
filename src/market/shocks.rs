//! Random numbers of the paths of a block: each path's from its own stream, date by date.

use super::{LANES, Sampling};
use rand::Rng;
use rand_distr::{Distribution, StandardNormal};
use rand_xoshiro::Xoshiro256PlusPlus;

/// Bound of the logarithm of a price over the spot, either way: no path in any number of runs comes
/// near it, and prices stay numbers.
pub(super) const FARTHEST: f64 = 200.0;

/// Standard normal shocks; row `k` leads from date `k` to date `k + 1`, and the last row stays unused.
pub(super) fn normals(sampling: &Sampling, first: u64, rows: &mut [[f64; LANES]]) {
    let dates = rows.len() - 1;
    for lane in 0..LANES {
        let (mut stream, sign) = sampling.stream(first + lane as u64);
        for row in &mut rows[..dates] {
            row[lane] = sign * normal(&mut stream);
        }
    }
    rows[dates] = [0.0; LANES];
}

/// Two independent ones for each step.
pub(super) fn pairs(
    sampling: &Sampling,
    first: u64,
    rows: &mut [[f64; LANES]],
    others: &mut [[f64; LANES]],
) {
    let dates = rows.len() - 1;
    for lane in 0..LANES {
        let (mut stream, sign) = sampling.stream(first + lane as u64);
        for (row, other) in rows.iter_mut().zip(&mut *others).take(dates) {
            row[lane] = sign * normal(&mut stream);
            other[lane] = sign * normal(&mut stream);
        }
    }
    rows[dates] = [0.0; LANES];
    others[dates] = [0.0; LANES];
}

/// A standard normal and a uniform number between 0 and 1 for each step; where a path takes the
/// negative of another's shocks, its uniform numbers are what is left to 1.
pub(super) fn normals_and_uniforms(
    sampling: &Sampling,
    first: u64,
    rows: &mut [[f64; LANES]],
    uniforms: &mut [[f64; LANES]],
) {
    let dates = rows.len() - 1;
    for lane in 0..LANES {
        let (mut stream, sign) = sampling.stream(first + lane as u64);
        for (row, uniforms) in rows.iter_mut().zip(&mut *uniforms).take(dates) {
            row[lane] = sign * normal(&mut stream);
            let drawn = uniform(&mut stream);
            uniforms[lane] = if sign > 0.0 { drawn } else { 1.0 - drawn };
        }
    }
    rows[dates] = [0.0; LANES];
}

fn normal(stream: &mut Xoshiro256PlusPlus) -> f64 {
    StandardNormal.sample(stream)
}

/// A uniform number, never 0 or 1, so that what is left to 1 is one too.
pub(super) fn uniform(stream: &mut Xoshiro256PlusPlus) -> f64 {
    const UNIT: f64 = 1.0 / (1u64 << 53) as f64;
    ((stream.next_u64() >> 11) as f64 + 0.5) * UNIT
}
