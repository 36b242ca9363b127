//! How the weights of a generator are moved: the encoder's two matrices by Muon, all else by Adam.

use crate::policy::conditioned::generator::Shape;
use crate::training::optimizer::{Matrix, adam, due};
use rayon::prelude::*;

/// How far Muon goes in each direction, in learning rates: as far in both matrices.
const STRIDE: f64 = 3.0;
/// Weights that a thread moves at a time.
const PART: usize = 1 << 14;

/// What one step moves: weights, what they are moved against, and the running means of that and of its
/// square.
pub(super) struct Moving<'a> {
    /// Weights of one generator.
    pub weights: &'a mut [f32],
    /// The gradient.
    pub gradient: &'a [f32],
    /// Running mean of gradients.
    pub first: &'a mut [f32],
    /// Running mean of their squares; unused where Muon moves.
    pub second: &'a mut [f32],
}

impl Moving<'_> {
    /// What comes before `count` weights, and the rest.
    fn cut(self, count: usize) -> (Self, Self) {
        let (weights, other_weights) = self.weights.split_at_mut(count);
        let (gradient, other_gradient) = self.gradient.split_at(count);
        let (first, other_first) = self.first.split_at_mut(count);
        let (second, other_second) = self.second.split_at_mut(count);
        let front = Moving {
            weights,
            gradient,
            first,
            second,
        };
        let back = Moving {
            weights: other_weights,
            gradient: other_gradient,
            first: other_first,
            second: other_second,
        };
        (front, back)
    }

    fn by_matrix(self, rate: f64, matrix: &mut Matrix) {
        matrix.step(rate, self.gradient, self.first, self.weights);
    }

    fn by_adam(self, rate: f64, due: [f64; 2]) {
        let parts = self
            .weights
            .par_chunks_mut(PART)
            .zip(self.gradient.par_chunks(PART))
            .zip(self.first.par_chunks_mut(PART))
            .zip(self.second.par_chunks_mut(PART));
        parts.for_each(|(((weights, gradient), first), second)| {
            adam(rate, due, (gradient, first, second), weights);
        });
    }
}

/// The optimiser, which remembers nothing but what it is given.
pub(super) struct Descent {
    ends: [usize; 3],
    matrices: [Matrix; 2],
}

impl Descent {
    /// For a generator of this shape.
    pub fn new(shape: Shape) -> Self {
        let [first, between, second, ..] = shape.places();
        let [(_, first_sides), _, (_, second_sides), ..] = shape.pieces();
        Self {
            ends: [first.len(), between.len(), second.len()],
            matrices: [first_sides, second_sides].map(|sides| Matrix::new(sides, STRIDE)),
        }
    }

    /// Step number `time`, from 1.
    pub fn step(&mut self, rate: f64, time: u64, moving: Moving<'_>) {
        let due = due(usize::try_from(time).unwrap_or(usize::MAX));
        let [first_end, between_end, second_end] = self.ends;
        let (first, rest) = moving.cut(first_end);
        let (between, rest) = rest.cut(between_end);
        let (second, rest) = rest.cut(second_end);
        let [first_matrix, second_matrix] = &mut self.matrices;
        let encoder = || {
            first.by_matrix(rate, first_matrix);
            between.by_adam(rate, due);
            second.by_matrix(rate, second_matrix);
        };
        rayon::join(encoder, || rest.by_adam(rate, due));
    }
}
