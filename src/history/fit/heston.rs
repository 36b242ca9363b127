//! Heston's variance by moments of the returns, as [`crate::market::Heston`] has them.
//!
//! In units of the mean square of a return and of its length, `dv = κ(1 − v)dt + ξ√v·dW`, and a return is
//! `X − (s/2)(V − 1)` with `X = ∫√v·dB`, `V = ∫v·dt`, and `s` the root of the mean square. With `e = e^(−κ)`,
//! `G = (1 − e)/κ` and `w = ξ²/(2κ)`, the variance of `v` in the long run, the equations for the moments of `X` and `v`,
//! which are linear and close, give
//!
//! * `E[X⁴] = 3 + 6w(1 − G)/κ + 12(ρ²ξ²/κ)·[(1 − G) − (G − e)]/κ`,
//! * `cov(X_t², X²_{t+k}) = [w·G + 2(ρ²ξ²/κ)(G − e)]·G·e^(−κ(k−1))`,
//! * `cov(r_t, X²_{t+k}) = (ρξ − s·w/2)·G²·e^(−κ(k−1))`,
//! * `E[X³] = 3ρξ(1 − G)/κ`.
//!
//! Their decay gives `κ`, their size `ξ`, the last `ρ`: those for which the squares of the distances, each over its
//! variance, add up to least. Lags are taken together in powers of two. What a sample of `n` returns loses of a covariance, since
//! its own mean is taken away, is taken away from these too. Errors are those of the block bootstrap.

use super::blocks::{Cells, spread};
use crate::math::simplex::{Until, minimise};
use std::ops::ControlFlow;

/// Number of parameters.
pub(super) const COUNT: usize = 5;
/// Share of the returns that the longest lag has.
const LONGEST: usize = 8;
/// How often the variance may return to its mean within all returns, at least, so that it can be told how fast.
const RETURNS: f64 = 4.0;
/// `κ` of a return above which it is as good as independent of the next.
const FAST: f64 = 1.5;

/// The parameters, per return.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Heston {
    /// Logarithm of the expected growth.
    pub trend: f64,
    /// `θ`.
    pub variance: f64,
    /// `κ`.
    pub reversion: f64,
    /// `ξ`.
    pub volatility: f64,
    /// `ρ`.
    pub correlation: f64,
}

/// What was found.
#[derive(Clone, Debug)]
pub(super) struct Estimate {
    /// The parameters.
    pub heston: Heston,
    /// Standard errors of trend, variance, reversion, volatility and correlation.
    pub errors: Vec<Option<f64>>,
}

/// Why nothing can be told.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Untold {
    /// Returns are no wilder than normal ones: their excess kurtosis and its error.
    Kurtosis(f64, f64),
    /// The autocorrelation does not decay within the data: by so many returns to a part in `e`.
    Slow(f64),
    /// It is gone within a return.
    Fast,
    /// Somebody broke off.
    Stopped,
}

/// `1/e`, `G` and what follows, of a return.
struct Moments {
    /// `cov` of squares at a lag of 0, and of 1.
    squares: [f64; 2],
    /// Of the return with the next square.
    leverage: f64,
    /// `E[X³]`.
    cube: f64,
    keep: f64,
    reversion: f64,
}

impl Moments {
    /// With `s`.
    fn of(reversion: f64, volatility: f64, correlation: f64, deviation: f64) -> Self {
        let keep = (-reversion).exp();
        let g = -(-reversion).exp_m1() / reversion;
        let around = volatility * volatility / (2.0 * reversion);
        let joint = (correlation * volatility).powi(2) / reversion;
        let late = (1.0 - g) / reversion;
        let fourth = 3.0 + 6.0 * around * late + 12.0 * joint * (late - (g - keep) / reversion);
        let with_next = (around * g + 2.0 * joint * (g - keep)) * g;
        Self {
            squares: [fourth - 1.0, with_next],
            leverage: (correlation * volatility - 0.5 * deviation * around) * g * g,
            cube: 3.0 * correlation * volatility * late,
            keep,
            reversion,
        }
    }

    /// Mean of `e^(−κ(k − 1))` over lags `low..=high`.
    fn decay(&self, (low, high): (usize, usize)) -> f64 {
        let count = (high - low + 1) as f64;
        let first = (-self.reversion * (low as f64 - 1.0)).exp();
        first * -(-self.reversion * count).exp_m1() / (1.0 - self.keep) / count
    }

    /// `Σ (1 − k/n)·e^(−κ(k − 1))` over lags up to `n`.
    fn whole(&self, n: f64) -> f64 {
        let lost = 1.0 - self.keep;
        let gone = 1.0 - (-self.reversion * n).exp();
        1.0 / lost - gone / (n * lost * lost)
    }
}

/// Lags that are taken together, `low..=high`.
fn bins(count: usize) -> Vec<(usize, usize)> {
    let longest = count / LONGEST;
    let mut bins = vec![(1, 1), (2, 2)];
    while let Some((_, last)) = bins.last().copied().filter(|(_, last)| 2 * last <= longest) {
        bins.push((last + 1, 2 * last));
    }
    bins
}

/// Moments of returns in cells: of the return, its square, its fourth power, and with the squares that follow.
fn cells(scaled: &[f64], bins: &[(usize, usize)]) -> Cells {
    let n = scaled.len();
    let mut sums = vec![0.0; n + 1];
    for (i, u) in scaled.iter().enumerate() {
        sums[i + 1] = sums[i] + (u * u - 1.0);
    }
    Cells::of(n, 3 + 2 * bins.len(), |i, out| {
        let u = scaled[i];
        let square = u * u - 1.0;
        out[0] += u;
        out[1] += square;
        out[2] += square * square;
        for (pair, (low, high)) in out[3..].chunks_exact_mut(2).zip(bins) {
            let lags = (high - low + 1) as f64;
            let whole = n as f64 / (n as f64 - 0.5 * (low + high) as f64);
            let then = (sums[(i + high + 1).min(n)] - sums[(i + low).min(n)]) / lags * whole;
            pair[0] += square * then;
            pair[1] += u * then;
        }
    })
}

/// Covariances from means, in units of their own mean square: that of squares at 0, then in each bin that of squares and
/// that of the return with squares.
fn covariances(means: &[f64]) -> Vec<f64> {
    let (first, square) = (means[0], means[1]);
    let unit = 1.0 + square - first * first;
    let own = (means[2] - square * square) / (unit * unit);
    let pairs = means[3..].chunks_exact(2).flat_map(|pair| {
        [
            (pair[0] - square * square) / (unit * unit),
            (pair[1] - first * square) / unit.powf(1.5),
        ]
    });
    std::iter::once(own).chain(pairs).collect()
}

/// What is searched over: `ln κ`, `ln ξ` and the inverse hyperbolic tangent of `ρ`.
struct Search<'a> {
    n: f64,
    deviation: f64,
    bins: &'a [(usize, usize)],
    /// One over the variance of each covariance.
    weights: Vec<f64>,
}

impl Search<'_> {
    fn numbers(&self, x: &[f64]) -> [f64; 3] {
        let reversion = x[0].clamp(-(8.0 * self.n).ln(), 1.5).exp();
        [
            reversion,
            x[1].clamp(-12.0, 3.0).exp(),
            x[2].clamp(-4.0, 4.0).tanh(),
        ]
    }

    /// The squares of the distances.
    fn cost(&self, x: &[f64], found: &[f64]) -> f64 {
        let [reversion, volatility, correlation] = self.numbers(x);
        let moments = Moments::of(reversion, volatility, correlation, self.deviation);
        let whole = moments.whole(self.n);
        let [own, next] = moments.squares;
        let lost = [
            (own + 2.0 * next * whole) / self.n,
            (moments.cube + moments.leverage * whole) / self.n,
        ];
        let mut sum = self.weights[0] * (found[0] - own + lost[0]).powi(2);
        for (i, bin) in self.bins.iter().enumerate() {
            let decay = moments.decay(*bin);
            let sizes = [next, moments.leverage];
            for j in 0..2 {
                let place = 1 + 2 * i + j;
                let apart = found[place] - sizes[j] * decay + lost[j];
                sum += self.weights[place] * apart * apart;
            }
        }
        sum
    }

    fn least(&self, start: &[f64], found: &[f64]) -> Vec<f64> {
        let until = Until {
            value: 1e-9,
            place: 1e-4,
            moves: 400,
        };
        let cost = |x: &[f64]| ControlFlow::Continue(self.cost(x, found));
        match minimise(start, &[0.4, 0.3, 0.3], until, cost) {
            ControlFlow::Continue(least) => least.at,
            ControlFlow::Break(()) => start.to_vec(),
        }
    }

    fn start(&self, found: &[f64]) -> Vec<f64> {
        let mut best = (f64::INFINITY, vec![0.0; 3]);
        for power in 0..12 {
            let reversion = (-0.6 * f64::from(power)).exp();
            for share in [0.2, 0.6, 1.5] {
                for correlation in [-0.6, 0.0, 0.6] {
                    let volatility = share * (2.0 * reversion).sqrt();
                    let x = vec![reversion.ln(), volatility.ln(), correlation];
                    let cost = self.cost(&x, found);
                    if cost < best.0 {
                        best = (cost, x);
                    }
                }
            }
        }
        best.1
    }
}

/// The parameters whose moments are nearest.
///
/// # Errors
/// Where the returns do not tell them, or where `watch`, which is told the share that is done, broke off.
pub(super) fn estimate(
    returns: &[f64],
    watch: &mut dyn FnMut(f64) -> ControlFlow<()>,
) -> Result<Estimate, Untold> {
    let n = returns.len() as f64;
    let mean = returns.iter().sum::<f64>() / n;
    let variance = returns.iter().map(|r| (r - mean).powi(2)).sum::<f64>() / n;
    let deviation = variance.sqrt();
    let scaled: Vec<f64> = returns.iter().map(|r| (r - mean) / deviation).collect();
    let bins = bins(returns.len());
    let cells = cells(&scaled, &bins);
    let found = covariances(&cells.means());
    let draws: Vec<Vec<f64>> = cells.drawn().collect();
    let errors = spread(draws.iter().map(|means| covariances(means)), found.len());
    let errors: Vec<f64> = errors.iter().map(|e| e.unwrap_or(f64::INFINITY)).collect();
    // Of a normal number the square has the variance 2.
    if found[0] - 2.0 < 2.0 * errors[0].max((24.0 / n).sqrt()) {
        return Err(Untold::Kurtosis(found[0] - 2.0, errors[0]));
    }
    let search = Search {
        n,
        deviation,
        bins: &bins,
        weights: errors.iter().map(|e| 1.0 / (e * e)).collect(),
    };
    let at = search.least(&search.start(&found), &found);
    let [reversion, volatility, correlation] = search.numbers(&at);
    if reversion > FAST {
        return Err(Untold::Fast);
    }
    if reversion * n < RETURNS {
        return Err(Untold::Slow(1.0 / reversion));
    }
    let of_draw = |means: &[f64]| {
        let at = search.least(&at, &covariances(means));
        let [reversion, volatility, correlation] = search.numbers(&at);
        let square = variance * (1.0 + means[1] - means[0] * means[0]);
        let trend = deviation * means[0] + 0.5 * square;
        let volatility = square.sqrt() * volatility;
        vec![trend, square, reversion, volatility, correlation]
    };
    let mut estimates = Vec::new();
    for (done, means) in draws.iter().enumerate() {
        if watch(done as f64 / draws.len() as f64).is_break() {
            return Err(Untold::Stopped);
        }
        estimates.push(of_draw(means));
    }
    Ok(Estimate {
        heston: Heston {
            trend: mean + 0.5 * variance,
            variance,
            reversion,
            volatility: deviation * volatility,
            correlation,
        },
        errors: spread(estimates.into_iter(), COUNT),
    })
}

impl Heston {
    fn moments(&self) -> Moments {
        let deviation = self.variance.sqrt();
        Moments::of(
            self.reversion,
            self.volatility / deviation,
            self.correlation,
            deviation,
        )
    }

    /// Excess kurtosis of a return in the long run.
    pub(super) fn excess_kurtosis(&self) -> f64 {
        self.moments().squares[0] - 2.0
    }

    /// Autocorrelation of squared returns at a lag from 1 on.
    pub(super) fn autocorrelation(&self, lag: usize) -> f64 {
        let moments = self.moments();
        moments.squares[1] / moments.squares[0] * moments.decay((lag, lag))
    }
}
