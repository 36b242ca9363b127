//! The typical book over time: medians of the fits of each book.

use super::Rung;
use super::estimate::{Estimate, median, over_blocks};
use super::family::{self, Curve, Side};
use super::ladder::Ladder;
use super::sample::Fitted;
use rayon::prelude::*;
use serde::Serialize;

/// Three families of curves, each with both sides.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Families {
    /// The paper's: one exponent says spread and slope.
    pub paper: Sides,
    /// Quoted half-spread, exponent and depth.
    pub spread_exponent: Sides,
    /// Quoted half-spread and a line: a block book.
    pub spread_slope: Sides,
}

/// What is fitted to each side.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Sides {
    /// To what is on offer.
    pub ask: Fit,
    /// To what is wanted.
    pub bid: Fit,
}

/// A family fitted to one side: medians over time, each book fitted by itself.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Fit {
    /// Distance of the first share's price from the mid (relative to the mid).
    pub half_spread: Estimate,
    /// `α` or `β`; absent for a line.
    pub exponent: Option<Estimate>,
    /// `D` (shares), at that exponent; absent for a line.
    pub depth: Option<Estimate>,
    /// Rise of the price at the first share (relative to the mid, a share).
    pub slope: Estimate,
    /// Share of the variance of log prices that is explained.
    pub r2: f64,
}

/// Distances of levels from the curves: roots of mean squares (relative to the mid), medians over time; ask and bid.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Residuals {
    /// Of the paper's family.
    pub paper: [f64; 2],
    /// Of half-spread and exponent.
    pub spread_exponent: [f64; 2],
    /// Of half-spread and line.
    pub spread_slope: [f64; 2],
}

/// Families with one depth for both sides, as the order book of a scenario has it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Common {
    /// The paper's.
    pub paper: OneDepth,
    /// Quoted half-spread and exponent.
    pub spread_exponent: OneDepth,
}

/// A book with one depth for both sides: the geometric mean of the sides' depths, and the exponents that suit it best.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct OneDepth {
    /// `D` (shares).
    pub depth: f64,
    /// `α`.
    pub ask_exponent: f64,
    /// `β`.
    pub bid_exponent: f64,
    /// Half-spread of the ask side (relative to the mid).
    pub ask_half_spread: f64,
    /// Half-spread of the bid side (relative to the mid).
    pub bid_half_spread: f64,
}

/// What is found in some books.
pub(super) struct Found {
    pub families: Families,
    pub residuals: Residuals,
    pub common: Common,
}

/// A family with an exponent: how it is fitted to a ladder, at an exponent, and at a depth.
struct Curved {
    free: fn(&Ladder, Side) -> Curve,
    with: fn(&Ladder, Side, f64) -> Curve,
    at: fn(&Ladder, Side, f64) -> Curve,
    /// Whether the half-spread is that of the quotes.
    quoted: bool,
}

const PAPER: Curved = Curved {
    free: family::paper,
    with: family::paper_with,
    at: family::paper_at,
    quoted: false,
};

const SPREAD_EXPONENT: Curved = Curved {
    free: family::spread_exponent,
    with: family::spread_exponent_with,
    at: family::spread_exponent_at,
    quoted: true,
};

/// One family on one side, with the root of the mean square of what is left.
type OneSide = (Fit, f64);

pub(super) fn found(books: &[Fitted]) -> Found {
    let sides = [true, false].map(|ask| {
        let ladders: Vec<&Ladder> = books
            .iter()
            .map(|book| &book.sides[usize::from(!ask)])
            .collect();
        (Side::of(ask), ladders)
    });
    let of = |fit: &dyn Fn(&[&Ladder], Side) -> OneSide| {
        let [ask, bid] = [0, 1].map(|place| fit(&sides[place].1, sides[place].0));
        let fits = Sides {
            ask: ask.0,
            bid: bid.0,
        };
        (fits, [ask.1, bid.1])
    };
    let (paper, paper_left) = of(&|ladders, side| curved(ladders, side, &PAPER));
    let (spread_exponent, exponent_left) =
        of(&|ladders, side| curved(ladders, side, &SPREAD_EXPONENT));
    let (spread_slope, slope_left) = of(&straight);
    let one = |fits: &Sides, family: &Curved| {
        let depths = [fits.ask, fits.bid].map(|fit| fit.depth.map_or(1.0, |depth| depth.value));
        let depth = (depths[0] * depths[1]).sqrt();
        let [ask_exponent, bid_exponent] = [0, 1].map(|place| {
            let (side, ladders) = &sides[place];
            let gains = ladders
                .par_iter()
                .map(|ladder| (family.at)(ladder, *side, depth).gain);
            side.exponent(median(&mut gains.collect::<Vec<f64>>()))
        });
        let half = |exponent: f64, fit: &Fit| {
            if family.quoted {
                fit.half_spread.value
            } else {
                (exponent - 1.0).abs()
            }
        };
        OneDepth {
            depth,
            ask_exponent,
            bid_exponent,
            ask_half_spread: half(ask_exponent, &fits.ask),
            bid_half_spread: half(bid_exponent, &fits.bid),
        }
    };
    Found {
        common: Common {
            paper: one(&paper, &PAPER),
            spread_exponent: one(&spread_exponent, &SPREAD_EXPONENT),
        },
        families: Families {
            paper,
            spread_exponent,
            spread_slope,
        },
        residuals: Residuals {
            paper: paper_left,
            spread_exponent: exponent_left,
            spread_slope: slope_left,
        },
    }
}

/// The typical exponent, and the typical depth at it: medians of both apart need not belong together.
fn curved(ladders: &[&Ladder], side: Side, family: &Curved) -> OneSide {
    let fits: Vec<(&Ladder, Curve)> = ladders
        .par_iter()
        .map(|ladder| (*ladder, (family.free)(ladder, side)))
        .collect();
    let figures = |some: &[(&Ladder, Curve)]| {
        let gain = median(&mut collected(some, |(_, curve)| curve.gain));
        let with = |(ladder, _): &(&Ladder, Curve)| (family.with)(ladder, side, gain).depth;
        let depth = median(&mut some.par_iter().map(with).collect::<Vec<f64>>());
        let quoted = median(&mut collected(some, |(ladder, _)| ladder.half_spread));
        let half_spread = if family.quoted { quoted } else { gain };
        let first = match side {
            Side::Ask => 1.0 + half_spread,
            Side::Bid => 1.0 - half_spread,
        };
        [
            half_spread,
            side.exponent(gain),
            depth,
            first * gain / depth,
        ]
    };
    let [half_spread, exponent, depth, slope] = over_blocks(&fits, figures);
    let (r2, left) = how_well(&fits, |(ladder, curve)| (ladder, curve.squares));
    let fit = Fit {
        half_spread,
        exponent: Some(exponent),
        depth: Some(depth),
        slope,
        r2,
    };
    (fit, left)
}

fn straight(ladders: &[&Ladder], side: Side) -> OneSide {
    let fits: Vec<(&Ladder, family::Straight)> = ladders
        .iter()
        .map(|ladder| (*ladder, family::spread_slope(ladder, side)))
        .collect();
    let [half_spread, slope] = over_blocks(&fits, |some| {
        [
            median(&mut collected(some, |(ladder, _)| ladder.half_spread)),
            median(&mut collected(some, |(_, line)| line.slope)),
        ]
    });
    let (r2, left) = how_well(&fits, |(ladder, line)| (ladder, line.squares));
    let fit = Fit {
        half_spread,
        exponent: None,
        depth: None,
        slope,
        r2,
    };
    (fit, left)
}

/// The explained share and the root of the mean square of what is left: medians over books.
fn how_well<'a, T>(fits: &[T], squares: impl Fn(&T) -> (&'a Ladder, f64)) -> (f64, f64) {
    let explained = |fit: &T| {
        let (ladder, squares) = squares(fit);
        family::explained(ladder, squares)
    };
    let left = |fit: &T| {
        let (ladder, squares) = squares(fit);
        (squares / ladder.logs.len() as f64).sqrt()
    };
    (
        median(&mut collected(fits, explained)),
        median(&mut collected(fits, left)),
    )
}

fn collected<T>(some: &[T], number: impl Fn(&T) -> f64) -> Vec<f64> {
    some.iter().map(number).collect()
}

/// Rungs of a typical ladder.
const RUNGS: usize = 12;

/// Median distances at even shares, as far as half of all ladders reach.
pub(super) fn rungs(books: &[Fitted], ask: bool) -> Vec<Rung> {
    let side = Side::of(ask);
    let ladders: Vec<&Ladder> = books
        .iter()
        .map(|book| &book.sides[usize::from(!ask)])
        .collect();
    let reach = median(&mut collected(&ladders, |ladder| ladder.reach()));
    let rung = |place: usize| {
        let size = reach * place as f64 / (RUNGS - 1) as f64;
        let [distance] = over_blocks(&ladders, |some| {
            let there = some.iter().filter_map(|ladder| ladder.at(size));
            [side.distance(median(&mut there.collect::<Vec<f64>>()))]
        });
        Rung { size, distance }
    };
    (0..RUNGS)
        .map(rung)
        .filter(|rung| rung.distance.value.is_finite())
        .collect()
}
