//! GJR-GARCH by quasi-maximum likelihood, under the recursion of [`crate::market::GjrGarch`]: `r = m − h/2 + √h·Z`,
//! `h' = v(1 − p) + (a·1{Z≥0} + c·1{Z<0})·(√h·Z)² + b·h` with `p = (a + c)/2 + b`, from `h = v` on; `c = a + g`.
//!
//! Shocks need not be normal for the estimates to be right in the long run; their errors are those of the sandwich
//! `H⁻¹·J·H⁻¹` (T. Bollerslev and J. M. Wooldridge, *Quasi-maximum likelihood estimation and inference in dynamic models
//! with time-varying covariances*, 1992), with `J` from the scores and `H` from differences of them.

use crate::math::simplex::{Until, minimise};
use crate::math::symmetric::{Matrix, inverse, sandwich};
use std::f64::consts::TAU;
use std::ops::ControlFlow;

/// Number of parameters.
pub(super) const COUNT: usize = 5;
/// Largest persistence, below 1 so that there is a long run.
const MOST: f64 = 0.9999;
/// A reaction or persistence below this is none.
const NONE: f64 = 1e-4;
/// Bounds of the numbers that are searched over.
const FAR: f64 = 14.0;

/// The parameters, per return.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Garch {
    /// `m`: logarithm of the expected growth.
    pub trend: f64,
    /// `v`: variance in the long run.
    pub variance: f64,
    /// `a`: what a rise adds.
    pub rise: f64,
    /// `c`: what a fall adds.
    pub fall: f64,
    /// `b`: what is kept.
    pub keep: f64,
}

/// What the variance may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// It stays.
    Constant,
    /// It follows from rises and falls alike.
    Symmetric,
    /// It follows from either in its own way.
    Free,
}

/// What was found.
#[derive(Clone, Debug)]
pub(super) struct Estimate {
    /// The parameters.
    pub garch: Garch,
    /// The logarithm of the likelihood, as if shocks were normal.
    pub log_likelihood: f64,
    /// Covariances of trend, variance, rise, fall and keep; 0 for what is at its bound. Absent where the likelihood has no
    /// peak there.
    pub covariance: Option<Matrix>,
}

impl Garch {
    /// `p`.
    pub(super) fn persistence(&self) -> f64 {
        0.5 * (self.rise + self.fall) + self.keep
    }

    fn numbers(&self) -> [f64; COUNT] {
        [self.trend, self.variance, self.rise, self.fall, self.keep]
    }

    fn of(numbers: [f64; COUNT]) -> Self {
        let [trend, variance, rise, fall, keep] = numbers;
        Self {
            trend,
            variance,
            rise,
            fall,
            keep,
        }
    }

    /// Hands the variance and the surprise `√h·Z` of each return to `take`.
    pub(super) fn walk(&self, returns: &[f64], mut take: impl FnMut(f64, f64)) {
        let added = self.variance * (1.0 - self.persistence());
        let mut h = self.variance;
        for r in returns {
            let surprise = r - self.trend + 0.5 * h;
            take(h, surprise);
            let reaction = if surprise < 0.0 { self.fall } else { self.rise };
            h = (reaction * surprise).mul_add(surprise, self.keep.mul_add(h, added));
        }
    }

    /// The logarithm of the likelihood.
    fn log_likelihood(&self, returns: &[f64]) -> f64 {
        let mut sum = 0.0;
        self.walk(returns, |h, surprise| {
            sum += h.ln() + surprise * surprise / h;
        });
        -0.5 * (sum + returns.len() as f64 * TAU.ln())
    }

    /// Hands the derivatives of the log-likelihood of each return to `take`.
    fn scores(&self, returns: &[f64], mut take: impl FnMut(&[f64; COUNT])) {
        let persistence = self.persistence();
        let added = self.variance * (1.0 - persistence);
        let mut h = self.variance;
        let mut slope = [0.0, 1.0, 0.0, 0.0, 0.0];
        for r in returns {
            let surprise = r - self.trend + 0.5 * h;
            let mut moved = slope.map(|slope| 0.5 * slope);
            moved[0] -= 1.0;
            let over = surprise / h;
            let mut score = [0.0; COUNT];
            for i in 0..COUNT {
                let by_variance = slope[i] * (1.0 / h - over * over);
                score[i] = -0.5 * by_variance - over * moved[i];
            }
            take(&score);
            let is_fall = surprise < 0.0;
            let reaction = if is_fall { self.fall } else { self.rise };
            for i in 0..COUNT {
                let by_surprise = 2.0 * reaction * surprise * moved[i];
                slope[i] = self.keep.mul_add(slope[i], by_surprise);
            }
            let square = surprise * surprise;
            slope[1] += 1.0 - persistence;
            slope[2] += if is_fall { 0.0 } else { square } - 0.5 * self.variance;
            slope[3] += if is_fall { square } else { 0.0 } - 0.5 * self.variance;
            slope[4] += h - self.variance;
            h = (reaction * surprise).mul_add(surprise, self.keep.mul_add(h, added));
        }
    }

    /// `E[h²]/v²` in the long run; absent where it is infinite. With `K = b + (a·1{Z≥0} + c·1{Z<0})·Z²`, by which `h` grows,
    /// it is `(1 − p²)/(1 − E[K²])`.
    fn square(&self) -> Option<f64> {
        let (a, b, c) = (self.rise, self.keep, self.fall);
        let growth = b * b + b * (a + c) + 1.5 * (a * a + c * c);
        (growth < 1.0).then(|| (1.0 - self.persistence().powi(2)) / (1.0 - growth))
    }

    /// Excess kurtosis of a return in the long run; absent where it is infinite.
    pub(super) fn excess_kurtosis(&self) -> Option<f64> {
        self.square().map(|square| 3.0 * square - 3.0)
    }

    /// Autocorrelation of squared returns at a lag from 1 on: `ρ_1·p^(k − 1)`; absent where the fourth moment is infinite.
    pub(super) fn autocorrelation(&self, lag: usize) -> Option<f64> {
        let square = self.square()?;
        let with_next = square * (self.keep + 1.5 * (self.rise + self.fall)) - self.persistence();
        let power = i32::try_from(lag).unwrap_or(i32::MAX) - 1;
        Some(with_next / (3.0 * square - 1.0) * self.persistence().powi(power))
    }
}

/// The parameters under which returns are likeliest.
pub(super) fn estimate(
    returns: &[f64],
    form: Form,
    go_on: &mut dyn FnMut() -> ControlFlow<()>,
) -> ControlFlow<(), Estimate> {
    let n = returns.len() as f64;
    let mean = returns.iter().sum::<f64>() / n;
    let variance = returns.iter().map(|r| (r - mean).powi(2)).sum::<f64>() / n;
    let search = Search {
        mean,
        variance,
        form,
    };
    let mut cost = |x: &[f64]| {
        go_on()?;
        let likely = search.garch(x).log_likelihood(returns);
        ControlFlow::Continue(-likely)
    };
    let mut best: Option<(f64, Vec<f64>)> = None;
    for start in search.starts() {
        let value = cost(&start)?;
        if best.as_ref().is_none_or(|(least, _)| value < *least) {
            best = Some((value, start));
        }
    }
    let mut at = best.map_or_else(Vec::new, |(_, at)| at);
    let mut least = f64::INFINITY;
    // A simplex that fell flat is set up anew where it ended.
    for step in [0.5, 0.2, 0.1] {
        let until = Until {
            value: 1e-7,
            place: 1e-3,
            moves: 600,
        };
        let steps: Vec<f64> = at
            .iter()
            .map(|x| if *x > 0.0 { -step } else { step })
            .collect();
        let found = minimise(&at, &steps, until, &mut cost)?;
        at = found.at;
        if least - found.value < 1e-4 {
            break;
        }
        least = found.value;
    }
    let garch = search.garch(&at);
    go_on()?;
    ControlFlow::Continue(Estimate {
        garch,
        log_likelihood: garch.log_likelihood(returns),
        covariance: covariance(&garch, form, returns),
    })
}

/// What is searched over: numbers without bounds, and the parameters that they stand for.
struct Search {
    mean: f64,
    variance: f64,
    form: Form,
}

impl Search {
    /// Trend in standard errors from the mean, logarithm of the variance over the sample's, logit of the persistence, and
    /// logarithms of the shares that rises and falls have in it over what is kept.
    fn garch(&self, x: &[f64]) -> Garch {
        let wide = |i: usize| x.get(i).map_or(0.0, |x| x.clamp(-FAR, FAR));
        let variance = self.variance * wide(1).exp();
        let trend = self.mean + 0.5 * variance + 0.1 * self.variance.sqrt() * wide(0);
        let (rise, fall) = match self.form {
            Form::Constant => {
                return Garch::of([trend, variance, 0.0, 0.0, 0.0]);
            }
            Form::Symmetric => (wide(3), wide(3)),
            Form::Free => (wide(3), wide(4)),
        };
        let persistence = MOST / (1.0 + (-wide(2)).exp());
        let (rise, fall) = (rise.exp(), fall.exp());
        let share = persistence / (1.0 + rise + fall);
        Garch::of([
            trend,
            variance,
            2.0 * share * rise,
            2.0 * share * fall,
            share,
        ])
    }

    fn starts(&self) -> Vec<Vec<f64>> {
        let reactions = |rise: f64, fall: f64| match self.form {
            Form::Constant => vec![],
            Form::Symmetric => vec![0.5 * (rise + fall)],
            Form::Free => vec![rise, fall],
        };
        if self.form == Form::Constant {
            return vec![vec![0.0, 0.0]];
        }
        let mut starts = Vec::new();
        for persistence in [2.0, 3.5, 5.0] {
            for (rise, fall) in [(-3.5, -2.5), (-4.5, -4.5), (-2.0, -1.5)] {
                let mut start = vec![0.0, 0.0, persistence];
                start.extend(reactions(rise, fall));
                starts.push(start);
            }
        }
        starts
    }
}

/// What moves freely, as directions in trend, variance, rise, fall and keep.
fn directions(garch: &Garch, form: Form) -> Vec<[f64; COUNT]> {
    let mut directions = vec![[1.0, 0.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0, 0.0]];
    if form == Form::Constant {
        return directions;
    }
    if form == Form::Symmetric {
        directions.push([0.0, 0.0, 1.0, 1.0, 0.0]);
    } else {
        if garch.rise > NONE {
            directions.push([0.0, 0.0, 1.0, 0.0, 0.0]);
        }
        if garch.fall > NONE {
            directions.push([0.0, 0.0, 0.0, 1.0, 0.0]);
        }
    }
    if garch.keep > NONE {
        directions.push([0.0, 0.0, 0.0, 0.0, 1.0]);
    }
    directions
}

fn along(score: &[f64; COUNT], direction: &[f64; COUNT]) -> f64 {
    score.iter().zip(direction).map(|(s, d)| s * d).sum()
}

/// The sandwich.
fn covariance(garch: &Garch, form: Form, returns: &[f64]) -> Option<Matrix> {
    let directions = directions(garch, form);
    let count = directions.len();
    let mut outer = vec![vec![0.0; count]; count];
    garch.scores(returns, |score| {
        let parts: Vec<f64> = directions.iter().map(|d| along(score, d)).collect();
        for (row, x) in outer.iter_mut().zip(&parts) {
            for (cell, y) in row.iter_mut().zip(&parts) {
                *cell += x * y;
            }
        }
    });
    let deviation = garch.variance.sqrt();
    let sizes = [deviation, garch.variance, 0.1, 0.1, 0.1];
    let slope = |direction: &[f64; COUNT], step: f64| {
        let mut numbers = garch.numbers();
        for (x, d) in numbers.iter_mut().zip(direction) {
            *x += step * d;
        }
        let mut sums = [0.0; COUNT];
        Garch::of(numbers).scores(returns, |score| {
            for (sum, x) in sums.iter_mut().zip(score) {
                *sum += x;
            }
        });
        sums
    };
    let mut curvature = vec![vec![0.0; count]; count];
    for (i, direction) in directions.iter().enumerate() {
        let size = direction.iter().zip(sizes).find(|(d, _)| **d != 0.0)?.1;
        let step = 1e-4 * size;
        let (up, down) = (slope(direction, step), slope(direction, -step));
        for (j, other) in directions.iter().enumerate() {
            let found = (along(&down, other) - along(&up, other)) / (2.0 * step);
            curvature[i][j] += 0.5 * found;
            curvature[j][i] += 0.5 * found;
        }
    }
    let free = sandwich(&inverse(&curvature)?, &outer);
    let mut whole = vec![vec![0.0; COUNT]; COUNT];
    for (row, first) in free.iter().zip(&directions) {
        for (cell, second) in row.iter().zip(&directions) {
            for i in 0..COUNT {
                for j in 0..COUNT {
                    whole[i][j] += first[i] * cell * second[j];
                }
            }
        }
    }
    Some(whole)
}

impl Estimate {
    /// Standard error of a sum of trend, variance, rise, fall and keep with these weights; absent where it is not known, or
    /// where all of them are at their bounds.
    pub(super) fn error(&self, weights: [f64; COUNT]) -> Option<f64> {
        let covariance = self.covariance.as_ref()?;
        let rows = covariance.iter().zip(weights);
        let square: f64 = rows
            .map(|(row, weight)| weight * row.iter().zip(weights).map(|(x, w)| x * w).sum::<f64>())
            .sum();
        (square > 0.0).then(|| square.sqrt())
    }
}
