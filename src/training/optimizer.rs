//! The optimiser of the flat list of parameters, with a state that can be saved and restored.
//!
//! In a small residual network the matrices of the hidden layers are moved by Muon (K. Jordan and
//! others, *Muon: an optimizer for hidden layers in neural networks*, 2024): by the orthogonal matrix
//! next to their momentum, so that every direction of it is gone as far, however little of the
//! gradient points there. All else, and the paper's form, is moved by Adam (D. Kingma and J. Ba,
//! *Adam: a method for stochastic optimization*, 2015, algorithm 1).

use super::orthogonal::Orthogonal;
use crate::policy::Layout;
use crate::policy::network::{Role, pieces};
use crate::scenario::{Form, Scenario};
use std::ops::Range;

/// How much the means of gradients and of their squares keep of what they were.
const KEPT: [f64; 2] = [0.9, 0.999];
/// Keeps a parameter without gradients where it is.
const EPSILON: f32 = 1e-8;
/// How far Muon goes in each direction, in learning rates.
const STRIDE: f64 = 3.0;
/// Widest layer up to which the search for orthogonal matrices is cheap beside the rollout.
const WIDEST: usize = 64;

/// What the optimiser remembers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Moments {
    /// Steps made so far.
    pub time: usize,
    /// Running mean of gradients.
    pub first: Vec<f32>,
    /// Running mean of squared gradients; 0 where Muon moves.
    pub second: Vec<f32>,
}

/// The optimiser that moves the parameters.
#[derive(Clone, Debug)]
pub struct Descent {
    moments: Moments,
    parts: Vec<Part>,
}

/// Parameters that are moved together.
#[derive(Clone, Debug)]
struct Part {
    place: Range<usize>,
    /// Present where they are a matrix that Muon moves.
    matrix: Option<Matrix>,
}

/// A layer's weights, `[in, out]`.
#[derive(Clone, Debug)]
pub(super) struct Matrix {
    columns: usize,
    /// How far they go, in learning rates.
    stride: f64,
    momentum: Vec<f32>,
    orthogonal: Orthogonal,
}

impl Descent {
    /// For the weights of `scenario`'s network and `others` parameters after them, with the memory of
    /// an earlier run if there is one.
    #[must_use]
    pub fn new(scenario: &Scenario, others: usize, moments: Option<&Moments>) -> Self {
        let parts = parts(scenario, others);
        let count = parts.last().map_or(0, |part| part.place.end);
        let known = moments.filter(|moments| moments.time > 0).cloned();
        let moments = known.unwrap_or_else(|| Moments {
            time: 0,
            first: vec![0.0; count],
            second: vec![0.0; count],
        });
        Self { moments, parts }
    }

    /// One step of `parameters` against `gradient`.
    pub fn step(&mut self, rate: f64, gradient: &[f32], parameters: &mut [f32]) {
        let Moments {
            time,
            first,
            second,
        } = &mut self.moments;
        *time += 1;
        let due = due(*time);
        for Part { place, matrix } in &mut self.parts {
            let (x, g) = (&mut parameters[place.clone()], &gradient[place.clone()]);
            let m = &mut first[place.clone()];
            match matrix {
                Some(matrix) => matrix.step(rate, g, m, x),
                None => adam(rate, due, (g, m, &mut second[place.clone()]), x),
            }
        }
    }

    /// What it remembers; nothing before the first step.
    #[must_use]
    pub fn moments(&self) -> Moments {
        if self.moments.time == 0 {
            return Moments::default();
        }
        self.moments.clone()
    }
}

/// What is missing from the running means after so many steps.
pub(super) fn due(time: usize) -> [f64; 2] {
    KEPT.map(|kept| -(time as f64 * kept.ln()).exp_m1())
}

/// Adam's step, `due` being what is missing from the running means so early.
pub(super) fn adam(
    rate: f64,
    due: [f64; 2],
    means: (&[f32], &mut [f32], &mut [f32]),
    parameters: &mut [f32],
) {
    let rate = single(rate / due[0]);
    let widen = single(1.0 / due[1]);
    let fresh = KEPT.map(|kept| single(1.0 - kept));
    let (gradient, first, second) = means;
    let moments = first.iter_mut().zip(second);
    for ((x, g), (m, v)) in parameters.iter_mut().zip(gradient).zip(moments) {
        *m += fresh[0] * (g - *m);
        *v += fresh[1] * (g * g - *v);
        *x -= rate * *m / ((*v * widen).sqrt() + EPSILON);
    }
}

impl Matrix {
    /// Of so many rows and columns, which goes so many learning rates in each direction.
    pub(super) fn new([rows, columns]: [usize; 2], stride: f64) -> Self {
        Self {
            columns,
            stride,
            momentum: vec![0.0; rows * columns],
            orthogonal: Orthogonal::new(rows, columns),
        }
    }

    /// Muon's step, with the momentum as it will be if the gradient stays (Nesterov).
    pub(super) fn step(
        &mut self,
        rate: f64,
        gradient: &[f32],
        mean: &mut [f32],
        weights: &mut [f32],
    ) {
        let (kept, fresh) = (single(KEPT[0]), single(1.0 - KEPT[0]));
        for ((ahead, m), g) in self.momentum.iter_mut().zip(mean).zip(gradient) {
            *m += fresh * (g - *m);
            *ahead = kept * *m + fresh * g;
        }
        self.orthogonal.find(&self.momentum);
        let rate = single(self.stride * rate);
        for (row, weights) in weights.chunks_exact_mut(self.columns).enumerate() {
            for (column, x) in weights.iter_mut().enumerate() {
                *x -= rate * self.orthogonal.at(row, column);
            }
        }
    }
}

/// The flat list, cut where the way of moving changes.
fn parts(scenario: &Scenario, others: usize) -> Vec<Part> {
    let pieces = pieces(Layout::of(scenario), scenario);
    let narrow = pieces
        .iter()
        .flat_map(|piece| piece.shape)
        .all(|side| side <= WIDEST);
    let muon = scenario.training.form == Form::Residual && narrow;
    let mut parts = Vec::new();
    let mut end = 0;
    let mut push = |count: usize, matrix: Option<Matrix>| {
        parts.push(Part {
            place: end..end + count,
            matrix,
        });
        end += count;
    };
    for piece in pieces {
        let moved = muon && matches!(piece.role, Role::Hidden | Role::Memory);
        let [rows, columns] = piece.shape;
        let stride = STRIDE * (columns as f64 / rows as f64).sqrt().max(1.0);
        let matrix = moved.then(|| Matrix::new(piece.shape, stride));
        push(piece.count(), matrix);
    }
    push(others, None);
    parts
}

/// Rounded to single precision.
#[expect(
    clippy::cast_possible_truncation,
    reason = "rounding to single precision is what is asked for"
)]
pub(super) fn single(x: f64) -> f32 {
    x as f32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::presets;

    fn scenario(changes: &[(&str, &str)]) -> Scenario {
        let year = presets::built_in("paper-year").unwrap();
        year.with(changes.iter().copied()).unwrap()
    }

    /// Adam as in Kingma and Ba (2015), algorithm 1, in double precision: the paper's form and wide
    /// networks.
    #[test]
    fn steps_are_those_of_the_published_algorithm() {
        let paper = [("training.form", "paper"), ("training.hidden", "4")];
        for changes in [&paper[..], &[("training.hidden", "65,2")]] {
            let mut descent = Descent::new(&scenario(changes), 1, None);
            let count = descent.moments.first.len();
            let mut x: Vec<f64> = (0..count).map(|i| f64::sin(i as f64)).collect();
            let mut parameters: Vec<f32> = x.iter().map(|x| single(*x)).collect();
            let (mut m, mut v) = (vec![0.0; count], vec![0.0; count]);
            for t in 1..=20 {
                let gradient: Vec<f64> = x.iter().map(|x: &f64| 2.0 * x + 0.1).collect();
                for i in 0..count {
                    m[i] = 0.9 * m[i] + 0.1 * gradient[i];
                    v[i] = 0.999 * v[i] + 0.001 * gradient[i] * gradient[i];
                    let (m, v) = (
                        m[i] / (1.0 - 0.9f64.powi(t)),
                        v[i] / (1.0 - 0.999f64.powi(t)),
                    );
                    x[i] -= 0.01 * m / (v.sqrt() + 1e-8);
                }
                let gradient: Vec<f32> = gradient.iter().map(|g| single(*g)).collect();
                descent.step(0.01, &gradient, &mut parameters);
            }
            for (x, found) in x.iter().zip(&parameters) {
                assert!((x - f64::from(*found)).abs() < 1e-5);
            }
        }
    }

    /// Along a gradient of rank one Muon goes as far as its learning rate says, whatever the
    /// gradient's size, and in its direction.
    #[test]
    fn a_matrix_goes_as_far_whatever_the_size_of_its_gradient() {
        let scenario = scenario(&[("training.hidden", "7,5")]);
        for size in [1e-6, 1.0, 1e6] {
            let mut descent = Descent::new(&scenario, 1, None);
            let count = descent.moments.first.len();
            let (mut parameters, mut gradient) = (vec![0.0; count], vec![0.0; count]);
            // The second matrix, 7 by 5, comes after one of 7 by 7 and its bias.
            let place = 56..91;
            let direction = |i: usize| single(((i / 5) as f64 - 2.5) * ((i % 5) as f64 + 0.5));
            let norm: f32 = (0..35).map(|i| direction(i).powi(2)).sum::<f32>().sqrt();
            for (i, g) in gradient[place.clone()].iter_mut().enumerate() {
                *g = single(size) * direction(i);
            }
            descent.step(0.01, &gradient, &mut parameters);
            let moved = parameters[place].iter().enumerate();
            let along: f32 = moved.map(|(i, x)| -x * direction(i) / norm).sum();
            let strides = along / single(0.01 * STRIDE);
            assert!((0.65..1.25).contains(&strides), "{size}: {strides}");
            assert!(parameters[..49].iter().all(|x| *x == 0.0));
        }
    }

    #[test]
    fn a_restored_optimiser_goes_on_as_if_never_stopped() {
        let scenario = scenario(&[("training.hidden", "3,2")]);
        let count = Descent::new(&scenario, 1, None).moments.first.len();
        let gradient = |i: u32| -> Vec<f32> {
            (0..count)
                .map(|place| single(f64::sin(f64::from(i) + place as f64)))
                .collect()
        };
        let run = |descent: &mut Descent, from: Vec<f32>, range: Range<u32>| {
            let mut parameters = from;
            range.for_each(|i| descent.step(0.01, &gradient(i), &mut parameters));
            parameters
        };
        let start = vec![0.3f32; count];
        let expected = run(&mut Descent::new(&scenario, 1, None), start.clone(), 0..10);
        let mut half = Descent::new(&scenario, 1, None);
        let middle = run(&mut half, start, 0..5);
        let mut rest = Descent::new(&scenario, 1, Some(&half.moments()));
        assert_eq!(run(&mut rest, middle, 5..10), expected);
    }
}
