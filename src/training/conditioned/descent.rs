//! How the weights of a generator are moved: the encoder's two matrices, and the hidden matrix of every
//! network that they mix, by Muon, all else by Adam.

use crate::policy::Conditioned;
use crate::policy::conditioned::generator::Shape;
use crate::training::optimizer::{Matrix, adam, due};
use rayon::prelude::*;

/// How far Muon goes in each direction, in learning rates: as far in all matrices.
const STRIDE: f64 = 3.0;

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

impl<'a> Moving<'a> {
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
        let means = (self.gradient, self.first, self.second);
        adam(rate, due, means, self.weights);
    }

    /// Rows of so many weights.
    fn rows(self, width: usize) -> impl IndexedParallelIterator<Item = Moving<'a>> {
        let pairs = self
            .weights
            .par_chunks_mut(width)
            .zip(self.gradient.par_chunks(width));
        let means = self
            .first
            .par_chunks_mut(width)
            .zip(self.second.par_chunks_mut(width));
        let row = |((weights, gradient), (first, second))| Moving {
            weights,
            gradient,
            first,
            second,
        };
        pairs.zip(means).map(row)
    }
}

/// The optimiser, which remembers nothing but what it is given.
pub(super) struct Descent {
    shape: Shape,
    matrices: [Matrix; 2],
}

impl Descent {
    /// For a generator of this shape.
    pub fn new(shape: Shape) -> Self {
        let [(_, first), _, (_, second), ..] = shape.pieces();
        Self {
            shape,
            matrices: [first, second].map(|sides| Matrix::new(sides, STRIDE)),
        }
    }

    /// Step number `time`, from 1.
    pub fn step(&mut self, rate: f64, time: u64, moving: Moving<'_>) {
        let due = due(usize::try_from(time).unwrap_or(usize::MAX));
        let [first, between, second, after, ..] = self.shape.places().map(|place| place.len());
        let (first, rest) = moving.cut(first);
        let (between, rest) = rest.cut(between);
        let (second, rest) = rest.cut(second);
        let (after, made) = rest.cut(after);
        let [first_matrix, second_matrix] = &mut self.matrices;
        let encoder = || {
            first.by_matrix(rate, first_matrix);
            between.by_adam(rate, due);
            second.by_matrix(rate, second_matrix);
            after.by_adam(rate, due);
        };
        // Each row of what makes the network is a network itself: its hidden matrix is moved as one.
        let (hidden, sides) = Conditioned::hidden_matrix();
        let matrix = || Matrix::new(sides, STRIDE);
        let rows = made.rows(self.shape.outputs);
        let networks = || {
            rows.for_each_init(matrix, |matrix, row| {
                let (before, row) = row.cut(hidden.start);
                let (hidden, after) = row.cut(hidden.len());
                before.by_adam(rate, due);
                hidden.by_matrix(rate, matrix);
                after.by_adam(rate, due);
            });
        };
        rayon::join(encoder, networks);
    }
}
