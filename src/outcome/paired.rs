//! Differences between two strategies on the same paths, with paired standard errors.

use super::sample::Sample;
use super::statistics::{Estimate, Moments, root_influence};
use crate::scenario::Strategy;

/// How much more one strategy's figures are than another's on the same paths (currency).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Difference {
    /// The one.
    pub strategy: Strategy,
    /// The other.
    pub against: Strategy,
    /// RSMSE less the other's.
    pub rsmse: Estimate,
    /// Mean error less the other's.
    pub mean: Estimate,
}

/// Compares two samples of the same paths; `None` if they are empty or of different size.
#[must_use]
pub fn paired(one: &Sample, other: &Sample) -> Option<Difference> {
    let (a, b) = (one.errors(), other.errors());
    if a.len() != b.len() {
        return None;
    }
    let (of_a, of_b) = (Moments::of(a)?, Moments::of(b)?);
    let draw = one.draw_size();
    let mean = of_a.mean - of_b.mean;
    let rsmse = |x: f64, y: f64| {
        root_influence(x.max(0.0).powi(2), of_a.rsmse)
            - root_influence(y.max(0.0).powi(2), of_b.rsmse)
    };
    Some(Difference {
        strategy: one.strategy(),
        against: other.strategy(),
        rsmse: Estimate {
            value: Some(of_a.rsmse - of_b.rsmse),
            se: paired_error(a, b, draw, rsmse),
        },
        mean: Estimate {
            value: Some(mean),
            se: paired_error(a, b, draw, |x, y| x - y - mean),
        },
    })
}

/// `sqrt(Σ over draws of (Σ influence)²)/n`.
fn paired_error(
    a: &[f64],
    b: &[f64],
    draw: usize,
    influence: impl Fn(f64, f64) -> f64,
) -> Option<f64> {
    if a.len() < 2 * draw {
        return None;
    }
    let of_draw = |(a, b): (&[f64], &[f64])| {
        let sum: f64 = a.iter().zip(b).map(|(x, y)| influence(*x, *y)).sum();
        sum * sum
    };
    let squares: f64 = a.chunks(draw).zip(b.chunks(draw)).map(of_draw).sum();
    Some(squares.sqrt() / a.len() as f64)
}
