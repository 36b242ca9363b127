//! Differences between two policies on the same paths, with paired standard errors.

use super::estimate::Estimate;
use super::gram::{BLOCK, Gram, Rows};
use super::moments::{Unit, joined};
use super::sample::Sample;
use crate::policy::Identity;
use multiversion::multiversion;
use rayon::prelude::*;

/// How much more one policy's figures are than another's on the same paths (currency).
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// The one.
    pub policy: Identity,
    /// The other.
    pub against: Identity,
    /// RSMSE less the other's.
    pub rsmse: Estimate,
    /// Mean error less the other's.
    pub mean: Estimate,
}

/// Compares two samples of the same paths; `None` if they are empty or of different size.
#[must_use]
pub fn paired(one: &Sample, other: &Sample) -> Option<Difference> {
    if one.errors().len() != other.errors().len() {
        return None;
    }
    let empty = PairSums::empty(one, other);
    let parts: Vec<PairSums> = one
        .errors()
        .par_chunks(PART)
        .zip(other.errors().par_chunks(PART))
        .map(|(a, b)| {
            let mut sums = empty.clone();
            sums.add(a, b);
            sums
        })
        .collect();
    let mut all = empty;
    for part in &parts {
        all.gram.merge(&part.gram);
    }
    all.difference()
}

/// Errors that one task adds.
const PART: usize = 1 << 14;
/// Numbers of a draw: episodes, `Σ(e − e')/s`, `Σ(u − u')` and `Σu'`, with `u = max(e/s, 0)²`.
const NUMBERS: usize = 4;

/// Sums over pairs of errors, one of each policy on the same path.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct PairSums {
    policies: [Identity; 2],
    draw: usize,
    /// The unit `s` of both (currency).
    scale: f64,
    gram: Gram<NUMBERS>,
}

impl PairSums {
    /// Nothing yet, at the scale of the other policy's errors.
    pub fn empty(one: &Sample, other: &Sample) -> Self {
        Self {
            policies: [one.policy().clone(), other.policy().clone()],
            draw: one.draw_size(),
            scale: Unit::of(other.errors()).scale,
            gram: Gram::EMPTY,
        }
    }

    /// Adds episodes that follow those counted, in whole draws.
    pub fn push(&mut self, one: &Sample, other: &Sample) {
        self.add(one.errors(), other.errors());
    }

    fn add(&mut self, one: &[f64], other: &[f64]) {
        for (one, other) in one.chunks(BLOCK).zip(other.chunks(BLOCK)) {
            add(&mut self.gram, [one, other], self.scale, self.draw);
        }
    }

    /// The differences; `None` without episodes.
    ///
    /// The influence on RSMSE is `(u − r²)/(2r)` of the one less the same of the other.
    pub fn difference(&self) -> Option<Difference> {
        let [count, errors, losses, of_other] = self.gram.sums;
        if count == 0.0 {
            return None;
        }
        let mean = errors / count;
        let roots = [of_other + losses, of_other].map(|sum| (sum.max(0.0) / count).sqrt());
        let half = roots.map(|root| if root > 0.0 { 0.5 / root } else { 0.0 });
        let shift = half[0] * roots[0] * roots[0] - half[1] * roots[1] * roots[1];
        let figure = |value: f64, influence: [f64; NUMBERS]| Estimate {
            value: Some(self.scale * value),
            se: self
                .gram
                .standard_error(&influence, count)
                .map(|se| self.scale * se),
        };
        let [policy, against] = self.policies.clone();
        Some(Difference {
            policy,
            against,
            rsmse: figure(
                roots[0] - roots[1],
                [-shift, 0.0, half[0], half[0] - half[1]],
            ),
            mean: figure(mean, [-mean, 1.0, 0.0, 0.0]),
        })
    }
}

/// Adds up to [`BLOCK`] errors of each.
#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+fma", "x86_64+avx2+fma"))]
fn add(gram: &mut Gram<NUMBERS>, [one, other]: [&[f64]; 2], scale: f64, draw: usize) {
    let inverse = 1.0 / scale;
    let mut rows: Rows<NUMBERS> = [[0.0; BLOCK]; NUMBERS];
    for (i, (&a, &b)) in one.iter().zip(other).enumerate().take(BLOCK) {
        let losses = [a, b].map(|e| (e.max(0.0) * inverse).powi(2));
        rows[0][i] = 1.0;
        rows[1][i] = (a - b) * inverse;
        rows[2][i] = losses[0] - losses[1];
        rows[3][i] = losses[1];
    }
    gram.add(&joined(rows, draw), one.len().div_ceil(draw));
}
