//! Three families of curves through one ladder, by least squares of log prices.
//!
//! With `x` the shares in front of a level and `y = |ln(price/mid)|`, the side's marginal price says:
//! the paper's `y = y_0 + g·ln(1 + x/D)` with `g = |exponent − 1|` and `y_0 = |ln exponent|`; the same with `y_0` of the
//! quoted half-spread; and a price that is a line in `x` from the quoted one on (a block book).

use super::ladder::Ladder;

/// Which sides there are: the ask side lies above the mid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Ask,
    Bid,
}

impl Side {
    pub fn of(ask: bool) -> Self {
        if ask { Self::Ask } else { Self::Bid }
    }

    /// The exponent at a distance from 1.
    pub fn exponent(self, gain: f64) -> f64 {
        match self {
            Self::Ask => 1.0 + gain,
            Self::Bid => 1.0 - gain,
        }
    }

    /// `|ln(1 ± distance)|`: a price's distance from the mid, relative to it, as a logarithm.
    pub fn log(self, distance: f64) -> f64 {
        match self {
            Self::Ask => distance.ln_1p(),
            Self::Bid => -(-distance.min(0.999_999)).ln_1p(),
        }
    }

    /// The other way round.
    pub fn distance(self, log: f64) -> f64 {
        match self {
            Self::Ask => log.exp_m1(),
            Self::Bid => -(-log).exp_m1(),
        }
    }

    /// Largest distance of an exponent from 1 that the order book takes.
    fn most(self) -> f64 {
        match self {
            Self::Ask => 9.0,
            Self::Bid => 0.95,
        }
    }
}

/// A curve through one ladder.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Curve {
    /// Distance of the exponent from 1.
    pub gain: f64,
    /// Depth (shares).
    pub depth: f64,
    /// Squares of what is left, in log price.
    pub squares: f64,
}

/// A line through one ladder.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Straight {
    /// Rise of the price (relative to the mid, a share).
    pub slope: f64,
    /// Squares of what is left, in log price.
    pub squares: f64,
}

/// Depths that are tried, over the shares in front of the last level.
const DEPTHS: [f64; 2] = [1e-3, 1e2];
/// Depths on the first look, and halvings after it.
const LOOKS: usize = 24;
const NARROWED: usize = 22;

/// The paper's: one exponent for spread and slope.
pub(super) fn paper(ladder: &Ladder, side: Side) -> Curve {
    best(ladder, |depth| paper_at(ladder, side, depth))
}

/// The paper's at a depth.
pub(super) fn paper_at(ladder: &Ladder, side: Side, depth: f64) -> Curve {
    let logs: Vec<f64> = ladder.sizes.iter().map(|x| (x / depth).ln_1p()).collect();
    let left = |gain: f64| {
        let start = side.log(gain);
        let each = logs.iter().zip(&ladder.logs);
        each.map(move |(log, y)| y - start - gain * log)
    };
    // Gauss–Newton: the curve is nearly linear in the gain.
    let mut gain = 0.0;
    for _ in 0..6 {
        let slope = match side {
            Side::Ask => 1.0 / (1.0 + gain),
            Side::Bid => 1.0 / (1.0 - gain),
        };
        let (mut up, mut down) = (0.0, 0.0);
        for (rest, log) in left(gain).zip(&logs) {
            up += rest * (slope + log);
            down += (slope + log) * (slope + log);
        }
        gain = (gain + up / down).clamp(0.0, side.most());
    }
    let squares = left(gain).map(|rest| rest * rest).sum();
    Curve {
        gain,
        depth,
        squares,
    }
}

/// The paper's at an exponent, with the depth that suits it best.
pub(super) fn paper_with(ladder: &Ladder, side: Side, gain: f64) -> Curve {
    let start = side.log(gain);
    best(ladder, |depth| curve_with(ladder, start, gain, depth))
}

/// Quoted half-spread, exponent and depth.
pub(super) fn spread_exponent(ladder: &Ladder, side: Side) -> Curve {
    best(ladder, |depth| spread_exponent_at(ladder, side, depth))
}

/// Quoted half-spread and exponent, at a depth.
pub(super) fn spread_exponent_at(ladder: &Ladder, side: Side, depth: f64) -> Curve {
    let start = side.log(ladder.half_spread);
    let (mut up, mut down) = (0.0, 0.0);
    for (x, y) in ladder.sizes.iter().zip(&ladder.logs) {
        let log = (x / depth).ln_1p();
        up += (y - start) * log;
        down += log * log;
    }
    let gain = if down > 0.0 {
        (up / down).clamp(0.0, side.most())
    } else {
        0.0
    };
    curve_with(ladder, start, gain, depth)
}

/// Quoted half-spread at an exponent, with the depth that suits it best.
pub(super) fn spread_exponent_with(ladder: &Ladder, side: Side, gain: f64) -> Curve {
    let start = side.log(ladder.half_spread);
    best(ladder, |depth| curve_with(ladder, start, gain, depth))
}

/// Quoted half-spread and a line.
pub(super) fn spread_slope(ladder: &Ladder, side: Side) -> Straight {
    let (mut up, mut down) = (0.0, 0.0);
    for (x, y) in ladder.sizes.iter().zip(&ladder.logs) {
        up += (side.distance(*y) - ladder.half_spread) * x;
        down += x * x;
    }
    let slope = if down > 0.0 {
        (up / down).max(0.0)
    } else {
        0.0
    };
    let rest = |x: &f64, y: &f64| y - side.log(ladder.half_spread + slope * x);
    let each = ladder.sizes.iter().zip(&ladder.logs);
    let squares = each.map(|(x, y)| rest(x, y) * rest(x, y)).sum();
    Straight { slope, squares }
}

/// Share of the variance of log prices that is explained; negative where a level line would be better.
pub(super) fn explained(ladder: &Ladder, squares: f64) -> f64 {
    let count = ladder.logs.len() as f64;
    let mean = ladder.logs.iter().sum::<f64>() / count;
    let all: f64 = ladder.logs.iter().map(|y| (y - mean) * (y - mean)).sum();
    if all > 0.0 { 1.0 - squares / all } else { 0.0 }
}

fn curve_with(ladder: &Ladder, start: f64, gain: f64, depth: f64) -> Curve {
    let rest = |x: &f64, y: &f64| y - start - gain * (x / depth).ln_1p();
    let each = ladder.sizes.iter().zip(&ladder.logs);
    let squares = each.map(|(x, y)| rest(x, y) * rest(x, y)).sum();
    Curve {
        gain,
        depth,
        squares,
    }
}

/// The best of some curves over their depth: a look along all of them, then the golden section between the neighbours of
/// the best.
fn best(ladder: &Ladder, curve: impl Fn(f64) -> Curve) -> Curve {
    let [low, high] = DEPTHS.map(|share| (share * ladder.reach()).ln());
    let apart = (high - low) / (LOOKS - 1) as f64;
    let at = |log: f64| curve(log.exp());
    let looks = (0..LOOKS).map(|look| apart.mul_add(look as f64, low));
    let better = |a: &(f64, Curve), b: &(f64, Curve)| a.1.squares.total_cmp(&b.1.squares);
    let Some((place, found)) = looks.map(|log| (log, at(log))).min_by(better) else {
        return curve(ladder.reach());
    };
    let golden = 0.5 * (5.0_f64.sqrt() - 1.0);
    let (mut a, mut b) = ((place - apart).max(low), (place + apart).min(high));
    let (mut c, mut d) = (b - golden * (b - a), a + golden * (b - a));
    let (mut at_c, mut at_d) = (at(c), at(d));
    for _ in 0..NARROWED {
        if at_c.squares < at_d.squares {
            (b, d, at_d) = (d, c, at_c);
            c = b - golden * (b - a);
            at_c = at(c);
        } else {
            (a, c, at_c) = (c, d, at_d);
            d = a + golden * (b - a);
            at_d = at(d);
        }
    }
    [found, at_c, at_d]
        .into_iter()
        .min_by(|a, b| a.squares.total_cmp(&b.squares))
        .unwrap_or(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ladder(side: Side, half_spread: f64, price: impl Fn(f64) -> f64) -> Ladder {
        let sizes: Vec<f64> = (0..12)
            .map(|level| 10.0 * f64::from(level * level))
            .collect();
        let logs = sizes.iter().map(|x| side.log(price(*x))).collect();
        Ladder {
            half_spread,
            sizes,
            logs,
        }
    }

    #[test]
    fn curves_of_each_family_are_found_again() {
        for side in [Side::Ask, Side::Bid] {
            let exponent = side.exponent(5e-4);
            let book = |x: f64| (exponent * (1.0 + x / 200.0_f64).powf(exponent - 1.0) - 1.0).abs();
            let found = paper(&ladder(side, book(0.0), book), side);
            assert!((found.gain / 5e-4 - 1.0).abs() < 1e-4, "{found:?}");
            assert!((found.depth / 200.0 - 1.0).abs() < 1e-3, "{found:?}");
            let start = if side == Side::Ask {
                1.0 + 1e-5
            } else {
                1.0 - 1e-5
            };
            let book = |x: f64| (start * (1.0 + x / 200.0_f64).powf(exponent - 1.0) - 1.0).abs();
            let found = spread_exponent(&ladder(side, 1e-5, book), side);
            assert!((found.gain / 5e-4 - 1.0).abs() < 1e-3, "{found:?}");
            assert!((found.depth / 200.0 - 1.0).abs() < 2e-3, "{found:?}");
            let line = ladder(side, 1e-5, |x| 1e-5 + 2e-6 * x);
            let found = spread_slope(&line, side);
            assert!((found.slope / 2e-6 - 1.0).abs() < 1e-9, "{found:?}");
            assert!(explained(&line, found.squares) > 0.999_999);
        }
    }

    #[test]
    fn the_paper_cannot_have_a_thin_spread_and_a_steep_book() {
        let line = ladder(Side::Ask, 1e-6, |x| 1e-6 + 2e-6 * x);
        let (paper, quoted) = (paper(&line, Side::Ask), spread_exponent(&line, Side::Ask));
        assert!(explained(&line, paper.squares) < 0.97);
        assert!(explained(&line, quoted.squares) > 0.999);
        assert!(paper.gain > 1e-4);
    }
}
