//! How the book refills after large trades, and what the mid keeps of them.

use super::decay::{Course, Decay, fitted};
use super::estimate::{Estimate, jackknife};
use super::study::{LAGS, Study, Sums};
use serde::Serialize;
use std::f64::consts::LN_2;

/// Fewest large trades of which a course is told.
const FEW: f64 = 8.0;
/// Of a hole, what nobody would notice at the next hedge.
const NOTHING: f64 = 0.01;

/// What follows large trades.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Aftermath {
    /// Whether the format tells which shares changed hands; elsewhere they are told by what is gone from the best prices.
    pub trades_told: bool,
    /// A trade is large that takes this share of the depth near the mid.
    pub large: f64,
    /// How far from the mid depth counts (relative to the mid).
    pub radius: f64,
    /// How long after a trade one looked (seconds).
    pub lags: [f64; LAGS.len()],
    /// Time between two hedges (seconds).
    pub step: f64,
    /// The ask side after large trades that bought.
    pub ask: Refill,
    /// The bid side after large trades that sold.
    pub bid: Refill,
    /// The mid after all of them.
    pub mid: Displaced,
}

/// How a side refills.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Refill {
    /// Large trades.
    pub trades: u64,
    /// Of the depth, what they took on average.
    pub share: Option<f64>,
    /// At each lag, the share of the depth that is missing, around the mid at that time.
    pub missing: [Option<Estimate>; LAGS.len()],
    /// Half-life of what is missing (seconds); absent where there is no hole to be seen, or too few trades.
    pub half_life: Option<Estimate>,
    /// `λ` (per second): how fast the side refills; absent likewise.
    pub decay: Option<Estimate>,
    /// Of a hole, what is left at the next hedge.
    pub left: Option<Estimate>,
    /// Whether the decay can be told from infinity at the next hedge; absent where there are too few trades.
    pub told_from_infinity: Option<bool>,
}

/// How the mid moves.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Displaced {
    /// At each lag, how far the mid is from where it was before the trade (relative; positive where it went with the trade).
    pub displacement: [Option<Estimate>; LAGS.len()],
    /// What lasts (relative).
    pub permanent: Option<Estimate>,
    /// What passes (relative).
    pub transient: Option<Estimate>,
    /// Half-life of what passes (seconds); absent where nothing that passes can be told from nothing.
    pub half_life: Option<Estimate>,
    /// What lasts (relative, a share traded).
    pub permanent_per_share: Option<Estimate>,
    /// What passes (relative, a share traded).
    pub transient_per_share: Option<Estimate>,
}

/// What was seen, with a hedge each `step` seconds.
pub(super) fn of(study: &Study, trades_told: bool, step: f64) -> Aftermath {
    let blocks: Vec<[Sums; 2]> = study
        .blocks
        .iter()
        .filter(|sides| sides.iter().any(|side| side.trades > 0.0))
        .copied()
        .collect();
    let side = |side: usize| {
        blocks
            .iter()
            .map(|sides| sides[side])
            .filter(|sums| sums.trades > 0.0)
            .collect()
    };
    let sides: [Vec<Sums>; 2] = [side(0), side(1)];
    let both = blocks.iter().map(|[ask, bid]| {
        let mut sum = *ask;
        sum.add(bid);
        sum
    });
    Aftermath {
        trades_told,
        large: super::study::LARGE,
        radius: study.radius.unwrap_or(0.0),
        lags: LAGS,
        step,
        ask: refill(&sides[0], step),
        bid: refill(&sides[1], step),
        mid: displaced(&both.collect::<Vec<Sums>>()),
    }
}

/// The sum of all blocks but one.
fn sum(blocks: &[Sums], left_out: Option<usize>) -> Sums {
    let mut sum = Sums::default();
    for (place, block) in blocks.iter().enumerate() {
        if Some(place) != left_out {
            sum.add(block);
        }
    }
    sum
}

/// Means at lags with their errors.
fn means(blocks: &[Sums], of: fn(&(f64, f64, f64)) -> f64) -> [Option<Estimate>; LAGS.len()] {
    std::array::from_fn(|lag| {
        let there: Vec<Sums> = blocks
            .iter()
            .filter(|sums| sums.lags[lag].0 > 0.0)
            .copied()
            .collect();
        let mean = |left_out| {
            let (count, ..) = sum(&there, left_out).lags[lag];
            (count > 0.0).then(|| [of(&sum(&there, left_out).lags[lag]) / count])
        };
        if there.len() > 1 {
            jackknife(there.len(), mean).map(|[mean]| mean)
        } else {
            mean(None).map(|[value]| Estimate { value, se: None })
        }
    })
}

/// The course of what is left out of blocks, with the weights of all of them.
fn course(
    sums: &Sums,
    of: fn(&(f64, f64, f64)) -> f64,
    all: &[Option<Estimate>; LAGS.len()],
) -> Option<Decay> {
    let mean = |lag: &(f64, f64, f64)| {
        if lag.0 > 0.0 {
            of(lag) / lag.0
        } else {
            f64::NAN
        }
    };
    let mut weights = all.map(|mean| {
        mean.and_then(|mean| mean.se)
            .map_or(0.0, |se| 1.0 / (se * se))
    });
    let known = weights
        .iter()
        .copied()
        .filter(|weight| *weight > 0.0 && weight.is_finite());
    let least = known.fold(f64::INFINITY, f64::min);
    for weight in &mut weights {
        if !(*weight > 0.0 && weight.is_finite()) {
            *weight = if least.is_finite() { least } else { 1.0 };
        }
    }
    fitted(&Course {
        means: std::array::from_fn(|lag| mean(&sums.lags[lag])),
        weights,
    })
}

/// Whether a figure is more than twice its error from nothing.
fn is_seen(figure: Estimate) -> bool {
    figure.se.is_some_and(|se| figure.value.abs() > 2.0 * se)
}

fn refill(blocks: &[Sums], step: f64) -> Refill {
    let all = sum(blocks, None);
    let missing = means(blocks, |lag| lag.1);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a count"
    )]
    let trades = all.trades as u64;
    let mut refill = Refill {
        trades,
        share: (trades > 0).then(|| all.share / all.trades),
        missing,
        half_life: None,
        decay: None,
        left: None,
        told_from_infinity: None,
    };
    if all.trades < FEW {
        return refill;
    }
    let figures = |left_out| {
        let decay = course(&sum(blocks, left_out), |lag| lag.1, &missing)?;
        let rate = LN_2 / decay.half_life;
        Some([decay.passing, decay.half_life, rate, (-rate * step).exp()])
    };
    if let Some([hole, half_life, decay, left]) = jackknife(blocks.len(), figures) {
        refill.told_from_infinity = Some(false);
        if is_seen(hole) && hole.value > 0.0 {
            let noticed = NOTHING.max(2.0 * left.se.unwrap_or(0.0));
            refill.told_from_infinity = Some(left.value > noticed);
            (refill.half_life, refill.decay, refill.left) =
                (Some(half_life), Some(decay), Some(left));
        }
    }
    refill
}

fn displaced(blocks: &[Sums]) -> Displaced {
    let all = sum(blocks, None);
    let displacement = means(blocks, |lag| lag.2);
    let mut displaced = Displaced {
        displacement,
        permanent: None,
        transient: None,
        half_life: None,
        permanent_per_share: None,
        transient_per_share: None,
    };
    if all.trades < FEW {
        return displaced;
    }
    let figures = |left_out| {
        let sums = sum(blocks, left_out);
        let decay = course(&sums, |lag| lag.2, &displacement)?;
        let size = sums.size / sums.trades;
        let (lasting, passing) = (decay.lasting, decay.passing);
        Some([
            lasting,
            passing,
            decay.half_life,
            lasting / size,
            passing / size,
        ])
    };
    if let Some(
        [
            lasting,
            passing,
            half_life,
            lasting_per_share,
            passing_per_share,
        ],
    ) = jackknife(blocks.len(), figures)
    {
        displaced.permanent = Some(lasting);
        displaced.transient = Some(passing);
        displaced.half_life = Some(half_life).filter(|_| is_seen(passing));
        displaced.permanent_per_share = Some(lasting_per_share);
        displaced.transient_per_share = Some(passing_per_share);
    }
    displaced
}
